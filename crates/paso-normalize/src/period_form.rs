//! Periods as publishers write them.

use jiff::{
    Timestamp,
    civil::Date,
    tz::{Offset, TimeZone},
};
use paso_model::Period;

use crate::spec::{Grain, PeriodForm, PeriodRule};

/// Reads a period as one form does; a year is the calendar year.
///
/// ```
/// use paso_normalize::{PeriodForm, read_period};
/// assert_eq!(read_period(&PeriodForm::Month, "Julio 2020").unwrap().label(), "2020-07");
/// assert_eq!(read_period(&PeriodForm::Year, "Julio 2020"), None);
/// ```
pub fn read_period(form: &PeriodForm, text: &str) -> Option<Period> {
    let rule = PeriodRule {
        column: Some(String::new()),
        columns: Vec::new(),
        always: None,
        strip_prefix: None,
        take: None,
        prefix: None,
        codes: std::collections::BTreeMap::new(),
        forms: vec![form.clone()],
        grain: None,
        offset: None,
    };
    PeriodReader::compile(&rule).ok()?.read(text, None)
}

/// A period rule, ready to read texts.
#[derive(Debug)]
pub(crate) struct PeriodReader {
    rule: PeriodRule,
    offset: Offset,
}

impl PeriodReader {
    /// Compiles a rule. The error is the key in it, with a dot before it, and what is wrong.
    pub(crate) fn compile(rule: &PeriodRule) -> Result<Self, (&'static str, String)> {
        let places = [rule.column.is_some(), !rule.columns.is_empty(), rule.always.is_some()];
        if places.iter().filter(|place| **place).count() != 1 {
            return Err(("", "needs exactly one of `column`, `columns` and `always`".to_owned()));
        }
        if rule.forms.is_empty() && rule.codes.is_empty() {
            return Err((".forms", "names no way in which the periods are written".to_owned()));
        }
        if let Some((text, label)) = rule.codes.iter().find(|(_, label)| Period::parse(label).is_err()) {
            return Err((".codes", format!("maps `{text}` to `{label}`, which is no period")));
        }
        let days = rule.forms.iter().any(|form| matches!(form, PeriodForm::Date(_) | PeriodForm::EpochMs));
        if rule.grain.is_some() && !days {
            return Err((".grain", "says the span of a day, and no form reads a day".to_owned()));
        }
        let offset = match rule.offset.as_deref() {
            None => Offset::UTC,
            Some(_) if !rule.forms.contains(&PeriodForm::EpochMs) => {
                return Err((".offset", "says where days begin, and no form reads milliseconds".to_owned()));
            }
            Some(text) => read_offset(text).ok_or_else(|| (".offset", format!("`{text}` is not written like `-05:00`")))?,
        };
        Ok(Self { rule: rule.clone(), offset })
    }

    /// The columns whose texts together say the period.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &String> {
        self.rule.column.iter().chain(&self.rule.columns)
    }

    /// Whether a text may be a year, which for a stock means a day in it.
    pub(crate) fn reads_years(&self) -> bool {
        let years = |form: &PeriodForm| matches!(form, PeriodForm::Year | PeriodForm::YearSpan | PeriodForm::Sdmx);
        self.rule.forms.iter().any(years) || self.rule.grain == Some(Grain::Year)
    }

    /// The text that stands for every row.
    pub(crate) fn always(&self) -> &str {
        self.rule.always.as_deref().unwrap_or("").trim()
    }

    /// Reads a period. A stock has a reference day (month and day): a year then means that day in it.
    pub(crate) fn read(&self, text: &str, reference_day: Option<(i8, i8)>) -> Option<Period> {
        let rule = &self.rule;
        if let Some(label) = rule.codes.get(text) {
            return Period::parse(label).ok();
        }
        let text = match &rule.strip_prefix {
            Some(prefix) => text.strip_prefix(prefix.as_str())?,
            None => text,
        };
        let text = rule.take.map_or(Some(text), |take| take.of(text))?;
        let prefixed = rule.prefix.as_ref().filter(|_| !text.is_empty()).map(|prefix| format!("{prefix}{text}"));
        let text = prefixed.as_deref().unwrap_or(text);
        rule.forms.iter().find_map(|form| self.read_form(text, form, reference_day))
    }

    fn read_form(&self, text: &str, form: &PeriodForm, reference_day: Option<(i8, i8)>) -> Option<Period> {
        match form {
            PeriodForm::Year => year_of(text, reference_day),
            PeriodForm::YearSpan => {
                let (from, to) = text.split_once(['-', '–'])?;
                (from.len() == 4 && to.len() == 4).then(|| Period::parse(&format!("{from}/{to}")).ok()).flatten()
            }
            PeriodForm::Label => Period::parse(text).ok(),
            PeriodForm::Sdmx => year_of(text, reference_day).or_else(|| Period::parse(&text.replacen("-M", "-", 1)).ok()),
            PeriodForm::Month => {
                let (year, month) = year_and_month(text)?;
                Period::parse(&format!("{year}-{month:02}")).ok()
            }
            PeriodForm::Quarter => {
                let (year, quarter) = year_and_quarter(text)?;
                Period::parse(&format!("{year}-Q{quarter}")).ok()
            }
            PeriodForm::Date(format) => {
                let day = Date::strptime(format, text).or_else(|_| Date::strptime(format, months_in_english(text)));
                self.span(day.ok()?, reference_day)
            }
            PeriodForm::EpochMs => {
                let moment = Timestamp::from_millisecond(text.parse().ok()?).ok()?;
                self.span(moment.to_zoned(TimeZone::fixed(self.offset)).date(), reference_day)
            }
        }
    }

    /// The span of a day that is meant.
    fn span(&self, day: Date, reference_day: Option<(i8, i8)>) -> Option<Period> {
        let (year, month) = (day.year(), day.month());
        match self.rule.grain {
            None => Some(Period::day(day)),
            Some(Grain::Month) => Period::parse(&format!("{year:04}-{month:02}")).ok(),
            Some(Grain::Quarter) => Period::parse(&format!("{year:04}-Q{}", (month + 2) / 3)).ok(),
            Some(Grain::Year) => year_of(&format!("{year:04}"), reference_day),
        }
    }
}

fn year_of(text: &str, reference_day: Option<(i8, i8)>) -> Option<Period> {
    // A publisher's number may be a fraction: `2000.0`.
    let text = text.split_once('.').filter(|(_, rest)| !rest.is_empty() && rest.bytes().all(|b| b == b'0')).map_or(text, |(year, _)| year);
    let year: i16 = (text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()?;
    match reference_day {
        Some((12, 31)) => Period::year_end(year).ok(),
        Some((month, day)) => Date::new(year, month, day).ok().map(Period::day),
        None => Period::year(year).ok(),
    }
}

fn read_offset(text: &str) -> Option<Offset> {
    let (sign, rest) = text.strip_prefix('-').map(|rest| (-1, rest)).or_else(|| text.strip_prefix('+').map(|rest| (1, rest)))?;
    let (hours, minutes) = rest.split_once(':').filter(|(hours, minutes)| hours.len() == 2 && minutes.len() == 2)?;
    let seconds: i32 = hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().ok().filter(|minutes| *minutes < 60)? * 60;
    Offset::from_seconds(sign * seconds).ok()
}

/// Months by the first letters of their names in English, Spanish, Portuguese and French; those that begin alike in two months need more.
const MONTHS: [&[&str]; 12] = [
    &["jan", "ene"],
    &["feb", "fev", "fév"],
    &["mar"],
    &["apr", "abr", "avr"],
    &["may", "mai"],
    &["jun", "juin"],
    &["jul", "juil"],
    &["aug", "ago", "aoû", "aou"],
    &["sep", "set"],
    &["oct", "out"],
    &["nov"],
    &["dec", "dic", "dez", "déc"],
];

/// The whole names, so that `marea` is no month.
const MONTH_NAMES: [&[&str]; 12] = [
    &["january", "enero", "janeiro", "janvier"],
    &["february", "febrero", "fevereiro", "février", "fevrier"],
    &["march", "marzo", "março", "marco", "mars"],
    &["april", "abril", "avril"],
    &["may", "mayo", "maio", "mai"],
    &["june", "junio", "junho", "juin"],
    &["july", "julio", "julho", "juillet"],
    &["august", "agosto", "août", "aout"],
    &["september", "septiembre", "setiembre", "setembro", "septembre"],
    &["october", "octubre", "outubro", "octobre"],
    &["november", "noviembre", "novembro", "novembre"],
    &["december", "diciembre", "dezembro", "décembre", "decembre"],
];

fn month_of(word: &str) -> Option<usize> {
    let word = word.trim_end_matches('.').to_lowercase();
    let among = |names: &[&[&str]; 12]| names.iter().position(|names| names.contains(&word.as_str()));
    among(&MONTH_NAMES).or_else(|| among(&MONTHS)).map(|index| index + 1)
}

/// A text with the names of months in English, as `strptime` reads them.
pub(crate) fn months_in_english(text: &str) -> String {
    let english = |word: &str| {
        match month_of(word) {
            Some(month) if word.chars().all(char::is_alphabetic) => MONTH_NAMES[month - 1][0],
            _ => return word.to_owned(),
        }
        .to_owned()
    };
    text.split_inclusive(|c: char| !c.is_alphabetic())
        .flat_map(|piece| {
            let end = piece.trim_end_matches(|c: char| !c.is_alphabetic());
            [english(end), piece[end.len()..].to_owned()]
        })
        .collect()
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit())
}

/// A year and a month, in either order; a month by its number or its name.
fn year_and_month(text: &str) -> Option<(&str, usize)> {
    let words = text.split([' ', '/', '-', ',']).filter(|word| !word.is_empty() && !word.eq_ignore_ascii_case("de"));
    let (mut year, mut month) = (None, None);
    for word in words {
        if is_year(word) && year.is_none() {
            year = Some(word);
        } else if month.is_none() {
            let digits = word.trim_start_matches(['M', 'm']);
            let number = digits.parse().ok().filter(|number| (1..=12).contains(number) && digits.len() <= 2);
            month = Some(number.or_else(|| month_of(word))?);
        } else {
            return None;
        }
    }
    Some((year?, month?))
}

/// A year and a quarter, in either order; what stands in square brackets repeats them.
fn year_and_quarter(text: &str) -> Option<(&str, usize)> {
    let text = text.split('[').next()?.trim();
    let at = text.char_indices().map(|(at, _)| at).find(|at| text.get(*at..at + 4).is_some_and(is_year))?;
    let rest = format!("{} {}", &text[..at], &text[at + 4..]).to_lowercase();
    let word = rest.trim_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '/' | ','));
    let word = word.trim_start_matches(['q', 't']).trim_end_matches(['q', 't']).trim();
    let quarter = ["1", "2", "3", "4"].iter().position(|name| *name == word);
    let quarter = quarter.or_else(|| ["i", "ii", "iii", "iv"].iter().position(|name| *name == word))?;
    Some((&text[at..at + 4], quarter + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(text: &str) -> PeriodReader {
        PeriodReader::compile(&toml::from_str(text).unwrap()).unwrap()
    }

    fn read(rule: &PeriodReader, text: &str, day: Option<(i8, i8)>) -> Option<(String, String, String)> {
        rule.read(text, day).map(|period| (period.label().to_owned(), period.start().to_string(), period.end().to_string()))
    }

    fn of(label: &str, start: &str, end: &str) -> (String, String, String) {
        (label.to_owned(), start.to_owned(), end.to_owned())
    }

    fn label(rule: &PeriodReader, text: &str) -> String {
        rule.read(text, None).map(|period| period.label().to_owned()).unwrap_or_default()
    }

    #[test]
    fn a_year_is_a_span_for_flows_and_a_day_for_stocks() {
        let years = rule("column = 'c'\nforms = ['year']");
        assert_eq!(read(&years, "2020", None), Some(of("2020", "2020-01-01", "2021-01-01")));
        assert_eq!(read(&years, "2020", Some((12, 31))), Some(of("2020", "2020-12-31", "2021-01-01")));
        assert_eq!(read(&years, "2020", Some((7, 1))), Some(of("2020-07-01", "2020-07-01", "2020-07-02")));
        assert_eq!(read(&years, "2000.0", None), Some(of("2000", "2000-01-01", "2001-01-01")));
        for text in ["", "2000.", "2000.5", "20", "+202", "20x0", "12020", "1990-1995"] {
            assert_eq!(read(&years, text, None), None, "{text}");
        }
    }

    #[test]
    fn a_span_of_years_goes_from_mid_year_to_mid_year() {
        let spans = rule("column = 'c'\nforms = ['year_span']");
        assert_eq!(read(&spans, "1990-1995", Some((7, 1))), Some(of("1990/1995", "1990-07-01", "1995-07-01")));
        assert_eq!(read(&spans, "1990", None), None);
    }

    #[test]
    fn a_year_of_which_half_is_published_is_half_a_year() {
        let rule = rule("column = 'c'\nforms = ['year']\ncodes = { 2025 = '2025-01-01/2025-07-01' }");
        assert_eq!(read(&rule, "2025", None), Some(of("2025-01-01/2025-07-01", "2025-01-01", "2025-07-01")));
        assert_eq!(read(&rule, "2024", None), Some(of("2024", "2024-01-01", "2025-01-01")));
    }

    #[test]
    fn months_have_numbers_or_names_in_four_languages() {
        let months = rule("columns = ['a', 'b']\nforms = ['month']");
        for text in
            ["2025 ENERO", "enero 2025", "2025 1", "01/2025", "2025-M01", "January 2025", "janv 2025 ", "enero de 2025", "ene. 2025"]
        {
            let expected = if text.starts_with("janv") { "" } else { "2025-01" };
            assert_eq!(label(&months, text), expected, "{text}");
        }
        assert_eq!(label(&months, "2012 Setiembre"), "2012-09");
        assert_eq!(label(&months, "2012 março"), "2012-03");
        for text in ["2012", "2012 13", "2012 marea", "2012 1 2", "enero"] {
            assert_eq!(label(&months, text), "", "{text}");
        }
    }

    #[test]
    fn quarters_have_many_forms() {
        let quarters = rule("column = 'c'\nforms = ['quarter']");
        for text in ["2018 4", "2018-Q4", "2018Q4", "T4 2018", "IV 2018", "4T 2018", "2018Q4 [YR2018Q4]", "2018 - 4"] {
            assert_eq!(label(&quarters, text), "2018-Q4", "{text}");
        }
        for text in ["2018", "2018 5", "2018 44", "Q4"] {
            assert_eq!(label(&quarters, text), "", "{text}");
        }
    }

    #[test]
    fn days_stand_for_the_span_that_is_declared() {
        let days = rule("column = 'c'\nforms = [{ date = '%d/%m/%Y' }]");
        assert_eq!(label(&days, "31/01/2022"), "2022-01-31");
        let months = rule("column = 'c'\nforms = [{ date = '%d/%m/%Y' }]\ngrain = 'month'");
        assert_eq!(label(&months, "31/01/2022"), "2022-01");
        let without_year = rule("column = 'c'\nprefix = '2026 '\nforms = [{ date = '%Y %d-%b' }]");
        assert_eq!(label(&without_year, "26-Apr"), "2026-04-26", "the 26th of April, and not April of 1926");
    }

    #[test]
    fn moments_are_dated_in_their_own_offset() {
        let bogota = rule("column = 'c'\nforms = ['epoch_ms']\noffset = '-05:00'\ngrain = 'month'");
        assert_eq!(label(&bogota, "1643605200000"), "2022-01", "midnight of 31 January in Bogotá");
        assert_eq!(label(&bogota, "1643691599000"), "2022-01", "already February in universal time");
    }

    #[test]
    fn sdmx_periods_are_labels_with_another_month() {
        let rule = rule("column = 'c'\nforms = ['sdmx']");
        assert_eq!(label(&rule, "1990-M01"), "1990-01");
        assert_eq!(label(&rule, "2024-S1"), "2024-S1");
        assert_eq!(read(&rule, "2020", Some((1, 1))), Some(of("2020-01-01", "2020-01-01", "2020-01-02")));
    }

    #[test]
    fn rules_that_say_nothing_or_too_much_are_refused() {
        for (text, key) in [
            ("forms = ['year']", ""),
            ("column = 'c'\nalways = '2020'\nforms = ['year']", ""),
            ("column = 'c'", ".forms"),
            ("column = 'c'\ncodes = { a = 'b' }", ".codes"),
            ("column = 'c'\nforms = ['year']\ngrain = 'month'", ".grain"),
            ("column = 'c'\nforms = ['epoch_ms']\noffset = 'Bogotá'", ".offset"),
        ] {
            assert_eq!(PeriodReader::compile(&toml::from_str(text).unwrap()).unwrap_err().0, key, "{text}");
        }
    }
}
