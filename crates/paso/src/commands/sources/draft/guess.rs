//! What a column may be, judged by its texts; its title only says which of two it is.

use paso_decode::Role;
use paso_normalize::{PeriodForm, read_age, read_period};
use paso_pipeline::ReferenceData;

use super::number::{Notation, notation};
use crate::message::Column;

/// More texts than these are no list of codes.
const MOST_DIMENSION_CODES: usize = 300;

/// What a column may be.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Guess {
    /// A period, in a form; with the texts that it does not read.
    Period { form: PeriodForm, unread: Vec<String> },
    /// An area or a part of one.
    Area(AreaGuess),
    /// Sex, with a code for each text that is known.
    Sex { codes: Vec<(String, &'static str)> },
    /// Age; with the texts that are none.
    Age { unread: Vec<String> },
    /// A value.
    Number(Notation),
    /// A list of codes.
    Coded,
    /// What belongs to a figure and does not identify it.
    Attribute,
    /// Too many texts for a list of codes.
    Free,
}

/// The scheme that knows most texts of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AreaGuess {
    pub(crate) scheme: String,
    pub(crate) title: String,
    pub(crate) of_regions: bool,
    pub(crate) resolved: usize,
    pub(crate) total: usize,
    pub(crate) unresolved: Vec<String>,
    /// The next best scheme, where it knows more than half.
    pub(crate) next: Option<(String, usize)>,
}

/// Judges a column.
pub(crate) fn guess(column: &Column, reference: &ReferenceData) -> Guess {
    let Some(codes) = &column.codes else { return if column.role == Role::Attribute { Guess::Attribute } else { Guess::Free } };
    let texts: Vec<&str> = codes.iter().map(|(text, _)| text.as_str()).collect();
    let title = column.name.to_lowercase();
    if column.role == Role::Attribute {
        return Guess::Attribute;
    }
    if column.role == Role::Measure {
        return notation(&texts).map_or(Guess::Coded, Guess::Number);
    }
    if texts.is_empty() {
        return Guess::Free;
    }
    let says = |words: &[&str]| title.split(|c: char| !c.is_alphabetic()).any(|part| words.contains(&part));
    let says_age = says(&["edad", "age", "idade", "âge"]);
    let says_id = says(&["id", "code", "codigo", "código", "cod"]);
    sex(&texts)
        .or_else(|| if says_age { age(&texts) } else { None })
        .or_else(|| period(&texts))
        .or_else(|| numbers(&texts, reference).filter(|guess| !says_id || !matches!(guess, Guess::Number(_))))
        .or_else(|| area(&texts, reference).map(Guess::Area))
        .or_else(|| says_id.then_some(Guess::Free))
        .or_else(|| age(&texts))
        .unwrap_or(if texts.len() > MOST_DIMENSION_CODES { Guess::Free } else { Guess::Coded })
}

/// The form that reads a title, as the columns of a wide table have it.
pub(crate) fn period_form(texts: &[&str]) -> Option<(PeriodForm, Vec<String>)> {
    let date = |format: &str| PeriodForm::Date(format.to_owned());
    let forms = [
        PeriodForm::Year,
        PeriodForm::YearSpan,
        PeriodForm::Month,
        PeriodForm::Quarter,
        PeriodForm::Sdmx,
        PeriodForm::Label,
        date("%Y-%m-%d"),
        date("%d/%m/%Y"),
        date("%m/%d/%Y"),
        date("%d-%m-%Y"),
        date("%d.%m.%Y"),
        date("%Y-%m-%dT%H:%M:%S"),
    ];
    let unread = |form: &PeriodForm| -> Vec<String> {
        let reads = |text: &str| read_period(form, text).is_some_and(|period| (1850..=2150).contains(&period.start().year()));
        texts.iter().filter(|text| !reads(text)).map(|text| (*text).to_owned()).collect()
    };
    // The first of the best: `2020` is a year before it is a text of SDMX.
    let (form, unread) = forms.into_iter().map(|form| (form.clone(), unread(&form))).min_by_key(|(_, unread)| unread.len())?;
    (unread.len() * 10 <= texts.len()).then_some((form, unread))
}

fn period(texts: &[&str]) -> Option<Guess> {
    period_form(texts).map(|(form, unread)| Guess::Period { form, unread })
}

/// Numbers are values, unless they are codes of areas: many different ones of three digits that M49 knows.
fn numbers(texts: &[&str], reference: &ReferenceData) -> Option<Guess> {
    let notation = notation(texts)?;
    let codes = texts.len() > 2 && texts.iter().all(|text| text.len() == 3 && text.bytes().all(|b| b.is_ascii_digit()));
    let area = area(texts, reference).filter(|area| codes && area.unresolved.is_empty());
    Some(area.map_or(Guess::Number(notation), Guess::Area))
}

fn area(texts: &[&str], reference: &ReferenceData) -> Option<AreaGuess> {
    let areas = &reference.areas;
    let mut found: Vec<AreaGuess> = Vec::new();
    for scheme in areas.schemes() {
        let ids: Vec<Option<&str>> = texts.iter().map(|text| scheme.resolve(text)).collect();
        let resolved = ids.iter().flatten().count();
        let unresolved = texts.iter().zip(&ids).filter(|(_, id)| id.is_none()).map(|(text, _)| (*text).to_owned()).collect();
        let of_regions = ids.iter().flatten().any(|id| areas.region(id).is_some());
        let (name, title) = (scheme.name().to_owned(), scheme.title().en.clone());
        found.push(AreaGuess { scheme: name, title, of_regions, resolved, total: texts.len(), unresolved, next: None });
    }
    // Of schemes that know as much, the general one: those of a publisher build on it.
    let general =
        |guess: &AreaGuess| !matches!(guess.scheme.as_str(), "iso3" | "iso2" | "m49" | "name_en" | "name_es" | "name_pt" | "name_fr");
    found.sort_by(|a, b| (b.resolved, general(a), &a.scheme).cmp(&(a.resolved, general(b), &b.scheme)));
    let half = |guess: &AreaGuess| guess.resolved * 2 >= guess.total && (guess.resolved > 1 || guess.total <= 2) && guess.resolved > 0;
    let mut found = found.into_iter().filter(half);
    let best = found.next()?;
    let next = found.next().map(|next| (next.scheme, next.resolved));
    Some(AreaGuess { next, ..best })
}

fn age(texts: &[&str]) -> Option<Guess> {
    let unread: Vec<String> = texts.iter().filter(|text| read_age(text).is_none()).map(|text| (*text).to_owned()).collect();
    (unread.len() * 2 <= texts.len()).then_some(Guess::Age { unread })
}

fn sex(texts: &[&str]) -> Option<Guess> {
    let code = |text: &str| {
        Some(match text.to_lowercase().trim() {
            "f" | "female" | "females" | "women" | "mujer" | "mujeres" | "femenino" | "feminino" | "mulheres" | "femmes" | "féminin" => {
                "F"
            }
            "m" | "male" | "males" | "men" | "hombre" | "hombres" | "h" | "masculino" | "homens" | "hommes" | "masculin" => "M",
            "t" | "_t" | "total" | "both sexes" | "both" | "ambos sexos" | "ambos" | "les deux sexes" => "_T",
            "unknown" | "unk" | "desconocido" | "no informado" | "sin información" | "ignorado" | "_u" => "_U",
            "other" | "otro" | "x" | "outro" | "_o" => "_O",
            _ => return None,
        })
    };
    let codes: Vec<(String, &str)> = texts.iter().filter_map(|text| Some(((*text).to_owned(), code(text)?))).collect();
    let has = |code: &str| codes.iter().any(|(_, known)| *known == code);
    (has("F") && has("M") && texts.len() <= codes.len() + 2).then_some(Guess::Sex { codes })
}

/// The dimension that a title of areas names, where it names one.
pub(crate) fn direction(title: &str) -> Option<&'static str> {
    let title = title.to_lowercase();
    let names = |words: &[&str]| words.iter().any(|word| title.contains(word));
    if names(&["orig", "coo", "nacion", "citiz", "birth", "nacim", "nascim", "naissance", "proced"]) {
        Some("origin")
    } else if names(&["ref_area", "refarea", "geo", "coa", "destin", "resid", "asyl", "asilo", "report"]) {
        Some("ref_area")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_say_what_they_are() {
        assert_eq!(period(&["2020", "2021"]), Some(Guess::Period { form: PeriodForm::Year, unread: Vec::new() }));
        assert_eq!(
            period(&["31/12/2020", "01/02/2021"]),
            Some(Guess::Period { form: PeriodForm::Date("%d/%m/%Y".to_owned()), unread: Vec::new() })
        );
        assert_eq!(period(&["enero 2020", "febrero 2020"]), Some(Guess::Period { form: PeriodForm::Month, unread: Vec::new() }));
        assert_eq!(period(&["12", "1300"]), None);
        assert_eq!(age(&["0-4", "80 o más", "Total"]), Some(Guess::Age { unread: vec!["Total".to_owned()] }));
        assert!(matches!(sex(&["Hombres", "Mujeres", "Total"]), Some(Guess::Sex { codes }) if codes.len() == 3));
        assert_eq!(sex(&["M", "N", "O"]), None);
    }

    #[test]
    fn a_title_says_which_way() {
        assert_eq!(direction("País de nacimiento"), Some("origin"));
        assert_eq!(direction("coa_iso"), Some("ref_area"));
        assert_eq!(direction("country"), None);
    }
}
