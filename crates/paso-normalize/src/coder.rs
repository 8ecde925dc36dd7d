//! From the text in a column to a code: each distinct text is mapped once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use paso_areas::{Areas, Scheme};
use paso_model::{Dimension, code};

use crate::{
    spec::Source,
    symbols::{Symbol, Symbols},
};

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
    allowed: Allowed,
    blank: Option<Symbol>,
    /// The code where the reference area is a group.
    pub(crate) for_groups: Option<Symbol>,
    /// Codes that are sub-totals.
    pub(crate) subtotals: BTreeSet<u32>,
    or: Option<Box<Coder<'a>>>,
    memo: HashMap<Box<str>, Option<Symbol>>,
    at: Option<usize>,
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
        if scheme.is_none() && source.codes.is_empty() && matches!(allowed, Allowed::Nothing) {
            return problem("needs `codes` or a `scheme` for its texts".to_owned());
        }
        Ok(Self {
            key: key.to_owned(),
            column: column.clone(),
            codes: source.codes.iter().map(|(text, code)| (text.trim().to_owned(), symbols.intern(code))).collect(),
            scheme,
            allowed,
            blank: source.blank.as_deref().map(|code| symbols.intern(code)),
            for_groups: source.for_groups.as_deref().map(|code| symbols.intern(code)),
            subtotals: source.subtotals.iter().map(|code| symbols.intern(code).number()).collect(),
            or,
            memo: HashMap::new(),
            at: None,
        })
    }

    /// Finds the column in a part. The error is the name of the column that is missing.
    pub(crate) fn bind(&mut self, columns: &BTreeMap<&str, usize>) -> Result<(), String> {
        self.at = columns.get(self.column.as_str()).copied();
        match &mut self.or {
            Some(or) => match (or.bind(columns), self.at) {
                (Err(_), None) => Err(self.column.clone()),
                _ => Ok(()),
            },
            None if self.at.is_none() => Err(self.column.clone()),
            None => Ok(()),
        }
    }

    /// The code of a row, or what could not be mapped.
    pub(crate) fn code<'r>(&mut self, text_of: &impl Fn(usize) -> Option<&'r str>, symbols: &mut Symbols) -> Result<Symbol, String> {
        let text = self.at.and_then(text_of).map(str::trim).filter(|text| !text.is_empty());
        let Some(text) = text else {
            return match (self.blank, &mut self.or) {
                (Some(blank), _) => Ok(blank),
                (None, Some(or)) => or.code(text_of, symbols),
                (None, None) => Err(format!("`{}` is empty", self.column)),
            };
        };
        if let Some(known) = self.memo.get(text) {
            return known.ok_or_else(|| self.refusal(text));
        }
        let code = self.map(text, symbols);
        self.memo.insert(text.into(), code);
        code.ok_or_else(|| self.refusal(text))
    }

    fn map(&self, text: &str, symbols: &mut Symbols) -> Option<Symbol> {
        if let Some(code) = self.codes.get(text) {
            return Some(*code);
        }
        if let Some(code) = self.scheme.and_then(|scheme| scheme.resolve(text)) {
            return Some(symbols.intern(code));
        }
        let allowed = match &self.allowed {
            Allowed::Nothing => false,
            Allowed::Sexes => code::is_sex(text),
            Allowed::Ages => code::is_age(text),
            Allowed::Codes(codes) => codes.contains(text),
        };
        allowed.then(|| symbols.intern(text))
    }

    fn refusal(&self, text: &str) -> String {
        match self.scheme {
            Some(scheme) => format!("`{}` holds `{text}`, which the scheme `{}` does not know", self.column, scheme.name()),
            None => format!("`{}` holds `{text}`, which has no code", self.column),
        }
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
