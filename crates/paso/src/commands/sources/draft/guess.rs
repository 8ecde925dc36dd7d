//! What a column may be, judged by its texts; its title only says which of two it is.

use paso_decode::Role;
use paso_normalize::{PeriodForm, read_age, read_period};
use paso_pipeline::ReferenceData;

use super::{
    area::{AreaGuess, area},
    attributes,
    number::{Notation, notation},
    sex::sex,
};
use crate::message::Column;

/// More texts than these are no list of codes.
const MOST_DIMENSION_CODES: usize = 300;

/// What a column may be.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Guess {
    /// A period, in a form; with the texts that it does not read.
    Period { form: PeriodForm, unread: Vec<String> },
    /// A month or a quarter, which the year of another column completes.
    PartOfYear(PeriodForm),
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

/// Texts that stand where a number is missing.
const MISSING: [&str; 18] = ["-", "–", "—", "--", ".", "..", "...", "…", ":", "*", "n/a", "na", "n.a.", "nd", "n.d.", "s/d", "s/i", "null"];

/// Judges the columns of a publisher. `kept` are those beside the values of a table that was made long, and hold none themselves.
pub(crate) fn guesses<'c>(columns: &[&'c Column], kept: &[String], reference: &ReferenceData, publisher: &str) -> Vec<(&'c Column, Guess)> {
    let mut guesses: Vec<(&Column, Guess)> = columns.iter().map(|column| (*column, guess(column, reference, publisher))).collect();
    for (_, guess) in guesses.iter_mut().filter(|(column, guess)| kept.contains(&column.name) && matches!(guess, Guess::Number(_))) {
        *guess = Guess::Free;
    }
    // What holds marks only says nothing by itself; beside numbers it is a value that is never there.
    if guesses.iter().any(|(_, guess)| matches!(guess, Guess::Number(_))) {
        let undecided =
            |(column, guess): &&mut (&Column, Guess)| matches!(guess, Guess::Coded | Guess::Free) && !kept.contains(&column.name);
        for (column, guess) in guesses.iter_mut().filter(undecided) {
            let texts: Vec<String> = column.codes.iter().flatten().map(|(text, _)| text.clone()).collect();
            if !texts.is_empty() && texts.iter().all(|text| MISSING.contains(&text.trim().to_lowercase().as_str())) {
                *guess = Guess::Number(Notation { thousands: None, decimal: '.', unread: texts, doubtful: None });
            }
        }
    }
    guesses
}

/// Judges a column.
fn guess(column: &Column, reference: &ReferenceData, publisher: &str) -> Guess {
    if attributes::is_one(column) {
        return Guess::Attribute;
    }
    let Some(codes) = &column.codes else { return Guess::Free };
    let texts: Vec<&str> = codes.iter().map(|(text, _)| text.as_str()).collect();
    let title = column.name.to_lowercase();
    if column.role == Role::Measure {
        return notation(&texts).map_or(Guess::Coded, |notation| Guess::Number(of_message(notation, &texts)));
    }
    if texts.is_empty() {
        return Guess::Free;
    }
    let says = |words: &[&str]| title.split(|c: char| !c.is_alphabetic()).any(|part| words.contains(&part));
    let says_age = says(&["edad", "age", "idade", "âge"]);
    let says_id = says(&["id", "code", "codigo", "código", "cod", "clave", "cut", "ubigeo"]) || title.starts_with("cod");
    // Degrees are no figures: they are those of observe.event.point.
    if says(&["latitude", "longitude", "latitud", "longitud", "lat", "lon", "lng"]) {
        return Guess::Free;
    }
    let names_region = title.starts_with("cod")
        || says(&["region", "región", "comuna", "provincia", "departamento", "distrito", "municipio", "cut", "ubigeo"]);
    let area = || area(&column.name, &texts, reference, publisher);
    sex(&title, &texts)
        .or_else(|| if says_age { age(&texts) } else { None })
        .or_else(|| part_of_year(&title, &texts))
        .or_else(|| period(&texts))
        .or_else(|| if names_region { regions(&texts, area).map(Guess::Area) } else { None })
        .or_else(|| numbers(&texts, area).filter(|guess| !says_id || !matches!(guess, Guess::Number(_))))
        .or_else(|| area().map(Guess::Area))
        .or_else(|| says_id.then_some(Guess::Free))
        .or_else(|| age(&texts))
        .unwrap_or(if texts.len() > MOST_DIMENSION_CODES { Guess::Free } else { Guess::Coded })
}

/// The notation of a measure. Formats that say what a measure is write a point before its decimals.
fn of_message(notation: Notation, texts: &[&str]) -> Notation {
    let reads = |text: &str| paso_normalize::parse_number(text, 0, None, '.').is_ok();
    match notation.doubtful {
        Some(_) if notation.thousands == Some('.') => {
            let unread = texts.iter().filter(|text| !reads(text)).map(|text| (*text).to_owned()).collect();
            Notation { thousands: None, decimal: '.', unread, doubtful: None }
        }
        _ => notation,
    }
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
        date("%d %b %Y"),
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

/// The two forms of a date of which day and month may stand in either order: `2/1/2012` is a day of January, and one of February.
pub(crate) fn either_order(form: &PeriodForm, texts: &[&str]) -> Option<[String; 2]> {
    let PeriodForm::Date(one) = form else { return None };
    // Where the year comes first, the month does before the day.
    if !one.contains("%d") || !one.contains("%m") || one.starts_with("%Y") {
        return None;
    }
    let other = one.replace("%d", "%\u{1f}").replace("%m", "%d").replace("%\u{1f}", "%m");
    let reads = |order: &str| texts.iter().filter(|text| read_period(&PeriodForm::Date(order.to_owned()), text).is_some()).count();
    (reads(one) == reads(&other)).then(|| [one.clone(), other])
}

fn period(texts: &[&str]) -> Option<Guess> {
    period_form(texts).map(|(form, unread)| Guess::Period { form, unread })
}

/// Months or quarters by themselves, as they are read beside a year.
fn part_of_year(title: &str, texts: &[&str]) -> Option<Guess> {
    let says = |words: &[&str]| title.split(|c: char| !c.is_alphabetic()).any(|part| words.contains(&part));
    let form = if says(&["mes", "month", "mês", "mois"]) {
        PeriodForm::Month
    } else if says(&["trimestre", "quarter"]) {
        PeriodForm::Quarter
    } else {
        return None;
    };
    texts.iter().all(|text| read_period(&form, &format!("2000 {text}")).is_some()).then_some(Guess::PartOfYear(form))
}

/// Numbers are values, unless they are codes of areas: many different ones of three digits that M49 knows.
fn numbers(texts: &[&str], area: impl Fn() -> Option<AreaGuess>) -> Option<Guess> {
    let notation = notation(texts)?;
    let codes = texts.len() > 2 && texts.iter().all(|text| text.len() == 3 && text.bytes().all(|b| b.is_ascii_digit()));
    let area = codes.then(area).flatten().filter(|area| area.unresolved.is_empty());
    Some(area.map_or(Guess::Number(notation), Guess::Area))
}

/// Whole numbers that are codes of regions: four out of five are known to a scheme.
fn regions(texts: &[&str], area: impl Fn() -> Option<AreaGuess>) -> Option<AreaGuess> {
    let digits = texts.iter().all(|text| text.bytes().all(|b| b.is_ascii_digit()));
    digits.then(area).flatten().filter(|area| area.of_regions && area.resolved * 5 >= area.total * 4)
}

fn age(texts: &[&str]) -> Option<Guess> {
    let unread: Vec<String> = texts.iter().filter(|text| read_age(text).is_none()).map(|text| (*text).to_owned()).collect();
    (unread.len() * 2 <= texts.len()).then_some(Guess::Age { unread })
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
        let days = PeriodForm::Date("%d/%m/%Y".to_owned());
        assert_eq!(either_order(&days, &["2/1/2012", "3/1/2012"]).unwrap()[1], "%m/%d/%Y");
        assert_eq!(either_order(&days, &["31/12/2020", "01/02/2021"]), None);
        assert!(either_order(&PeriodForm::Date("%d-%m-%Y".to_owned()), &["03-04-2021", "05-06-2021"]).is_some());
        assert_eq!(either_order(&PeriodForm::Date("%Y-%m-%d".to_owned()), &["2021-04-03"]), None);
        assert_eq!(period(&["enero 2020", "febrero 2020"]), Some(Guess::Period { form: PeriodForm::Month, unread: Vec::new() }));
        assert_eq!(period(&["12", "1300"]), None);
        assert_eq!(age(&["0-4", "80 o más", "Total"]), Some(Guess::Age { unread: vec!["Total".to_owned()] }));
        assert_eq!(part_of_year("mes_tramite", &["ENERO", "FEBRERO"]), Some(Guess::PartOfYear(PeriodForm::Month)));
        assert_eq!(part_of_year("month", &["1", "12"]), Some(Guess::PartOfYear(PeriodForm::Month)));
        assert_eq!(part_of_year("month", &["1", "13"]), None);
        assert_eq!(part_of_year("monthly_total", &["1", "2"]), None);
    }
}
