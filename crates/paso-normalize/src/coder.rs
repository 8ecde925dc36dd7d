//! From the texts of a column to codes: each distinct text of a batch is mapped once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use paso_areas::{Areas, Scheme};
use paso_decode::Batch;
use paso_model::{Dimension, code};

use crate::{
    age_form::read_age,
    column::Column,
    spec::{Source, SourceForm, Take},
    symbols::{Symbol, Symbols},
};

/// No code of any list: it stands for the reference area of a row until that is known.
const OWN: &str = "\0own";

/// Where a dimension of a row comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The same code in every row.
    Fixed(Symbol),
    /// A coder, by number.
    Coded(usize),
    /// Another dimension, by its place in [`Dimension::ALL`].
    Same(usize),
}

/// Maps the texts of one column to codes.
pub(crate) struct Coder<'a> {
    /// The definition key, for messages.
    pub(crate) key: String,
    column: String,
    codes: HashMap<String, Symbol>,
    scheme: Option<&'a Scheme>,
    form: Option<SourceForm>,
    strip_prefix: Option<String>,
    take: Option<Take>,
    /// The texts that stand for the reference area, and the symbol that stands for it until the row's is known.
    own: Vec<String>,
    pub(crate) own_symbol: Symbol,
    otherwise: Option<Symbol>,
    otherwise_where: Vec<String>,
    allowed: Allowed,
    blank: Option<Symbol>,
    /// The code where the reference area is a group.
    pub(crate) for_groups: Option<Symbol>,
    /// Codes that are sub-totals.
    pub(crate) subtotals: BTreeSet<u32>,
    or: Option<Box<Coder<'a>>>,
}

/// Which texts pass as codes where neither `codes` nor a scheme names them.
#[derive(Clone)]
pub(crate) enum Allowed {
    /// None: everything must be named.
    Nothing,
    /// The sexes of the observation.
    Sexes,
    /// SDMX ages.
    Ages,
    /// These codes.
    Codes(BTreeSet<String>),
}

impl<'a> Coder<'a> {
    /// Compiles a source that reads a column.
    pub(crate) fn compile(
        key: &str,
        source: &Source,
        areas: &'a Areas,
        allowed: Allowed,
        symbols: &mut Symbols,
    ) -> Result<Self, (String, String)> {
        let problem = |what: String| Err((key.to_owned(), what));
        let Some(column) = &source.column else { return problem("needs a `column`".to_owned()) };
        let scheme = match &source.scheme {
            Some(name) => match areas.scheme(name) {
                Some(scheme) => Some(scheme),
                None => return problem(format!("names the scheme `{name}`, which reference/schemes.toml does not have")),
            },
            None => None,
        };
        let or = match &source.or {
            Some(next) => Some(Box::new(Self::compile(&format!("{key}.or"), next, areas, allowed.clone(), symbols)?)),
            None => None,
        };
        if scheme.is_none()
            && source.codes.is_empty()
            && source.form.is_none()
            && source.own.is_empty()
            && source.otherwise.is_none()
            && matches!(allowed, Allowed::Nothing)
        {
            return problem("needs `codes` or a `scheme` for its texts".to_owned());
        }
        Ok(Self {
            key: key.to_owned(),
            column: column.clone(),
            codes: source.codes.iter().map(|(text, code)| (text.trim().to_owned(), symbols.intern(code))).collect(),
            scheme,
            form: source.form,
            strip_prefix: source.strip_prefix.clone(),
            take: source.take,
            own: source.own.iter().map(|text| text.trim().to_owned()).collect(),
            own_symbol: symbols.intern(OWN),
            otherwise: source.otherwise.as_deref().map(|code| symbols.intern(code)),
            otherwise_where: source.otherwise_where.clone(),
            allowed,
            blank: source.blank.as_deref().map(|code| symbols.intern(code)),
            for_groups: source.for_groups.as_deref().map(|code| symbols.intern(code)),
            subtotals: source.subtotals.iter().map(|code| symbols.intern(code).number()).collect(),
            or,
        })
    }

    /// The columns of a part where it looks, one after the other. The error is the name of the column that is missing.
    pub(crate) fn bind(&self, columns: &BTreeMap<&str, usize>) -> Result<Vec<Option<usize>>, String> {
        let chain = std::iter::successors(Some(self), |coder| coder.or.as_deref());
        let places: Vec<Option<usize>> = chain.map(|coder| columns.get(coder.column.as_str()).copied()).collect();
        if places.iter().all(Option::is_none) { Err(self.column.clone()) } else { Ok(places) }
    }

    /// The codes of a batch's rows, [`Symbol::REFUSED`] where a text could not be mapped.
    pub(crate) fn codes(&self, places: &[Option<usize>], batch: &Batch, symbols: &mut Symbols) -> Column<Symbol> {
        let (place, rest) = places.split_first().map_or((None, places), |(place, rest)| (*place, rest));
        let blank = self.blank.unwrap_or(Symbol::NONE);
        let codes = match place {
            None => Column::All(blank),
            Some(place) => Column::of_texts(batch.texts(place), |text| match text {
                "" => blank,
                // `otherwise` is for codes that no list has, not for texts that are not written as the definition says.
                text => self.cut(text).and_then(|text| self.map(text, symbols).or(self.otherwise(text))).unwrap_or(Symbol::REFUSED),
            }),
        };
        if !codes.may_hold(Symbol::NONE) {
            return codes;
        }
        let otherwise = self.or.as_ref().map_or(Column::All(Symbol::REFUSED), |or| or.codes(rest, batch, symbols));
        codes.zip(&otherwise, |code, otherwise| if code == Symbol::NONE { otherwise } else { code })
    }

    /// The code of a text that no list has, where there is one.
    fn otherwise(&self, text: &str) -> Option<Symbol> {
        let held = self.otherwise_where.is_empty() || self.otherwise_where.iter().any(|part| text.contains(part));
        self.otherwise.filter(|_| held)
    }

    /// Why a row has no code.
    pub(crate) fn refusal(&self, places: &[Option<usize>], batch: &Batch, row: usize) -> String {
        let (place, rest) = places.split_first().map_or((None, places), |(place, rest)| (*place, rest));
        let text = place.and_then(|place| batch.texts(place).get(row)).map_or("", str::trim);
        match (text, &self.or, self.scheme) {
            ("", Some(or), _) => or.refusal(rest, batch, row),
            ("", None, _) => format!("`{}` is empty", self.column),
            (text, _, Some(scheme)) => format!("`{}` holds `{text}`, which the scheme `{}` does not know", self.column, scheme.name()),
            (text, _, None) => format!("`{}` holds `{text}`, which has no code", self.column),
        }
    }

    /// Whether some text stands for the reference area of its row.
    pub(crate) fn names_own(&self) -> bool {
        !self.own.is_empty() || self.or.as_ref().is_some_and(|or| or.names_own())
    }

    /// The part of a text that is the code; none where it is not written so.
    fn cut<'t>(&self, text: &'t str) -> Option<&'t str> {
        let text = match &self.strip_prefix {
            Some(prefix) => text.strip_prefix(prefix.as_str())?,
            None => text,
        };
        self.take.map_or(Some(text), |take| take.of(text))
    }

    fn map(&self, text: &str, symbols: &mut Symbols) -> Option<Symbol> {
        if self.own.iter().any(|own| own == text) {
            return Some(self.own_symbol);
        }
        if let Some(code) = self.codes.get(text) {
            return Some(*code);
        }
        if let Some(code) = self.scheme.and_then(|scheme| scheme.resolve(text)) {
            return Some(symbols.intern(code));
        }
        if let Some(SourceForm::Age) = self.form
            && let Some(code) = read_age(text)
        {
            return Some(symbols.intern(&code));
        }
        let allowed = match &self.allowed {
            Allowed::Nothing => false,
            Allowed::Sexes => code::is_sex(text),
            Allowed::Ages => code::is_age(text),
            Allowed::Codes(codes) => codes.contains(text),
        };
        allowed.then(|| symbols.intern(text))
    }
}

/// What passes as a code of a dimension without being named.
pub(crate) fn allowed_for(dimension: Dimension, measure_codes: impl Fn(Dimension) -> BTreeSet<String>) -> Allowed {
    match dimension {
        Dimension::Sex => Allowed::Sexes,
        Dimension::Age => Allowed::Ages,
        Dimension::Category | Dimension::Subcategory => Allowed::Codes(measure_codes(dimension)),
        _ => Allowed::Nothing,
    }
}
