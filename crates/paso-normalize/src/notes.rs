//! A publisher's footnotes: texts that qualify measures of areas for some years.

use jiff::civil::Date;
use paso_areas::Areas;
use paso_model::{
    Measures, code,
    column::{
        Column,
        ColumnType::{Date as DateType, Text},
    },
};

use crate::{
    listing::{Cell, Entries, Entry, Unlisted},
    spec::Notes,
};

/// The columns of normalized footnotes.
pub(crate) const COLUMNS: [Column; 9] = [
    Column { name: "dataset", kind: Text, nullable: false, en: "Dataset", es: "Conjunto de datos" },
    Column { name: "vintage", kind: DateType, nullable: false, en: "Edition", es: "Edición" },
    Column { name: "measure", kind: Text, nullable: false, en: "The measure that it qualifies", es: "Medida que califica" },
    Column {
        name: "ref_area", kind: Text, nullable: false, en: "Reference area, `_T` for all", es: "Área de referencia, `_T` para todas"
    },
    Column { name: "origin", kind: Text, nullable: false, en: "Origin, `_T` for all", es: "Origen, `_T` para todos" },
    Column { name: "destination", kind: Text, nullable: false, en: "Destination, `_T` for all", es: "Destino, `_T` para todos" },
    Column {
        name: "period_start",
        kind: DateType,
        nullable: false,
        en: "The first day that it holds for",
        es: "Primer día para el que vale",
    },
    Column {
        name: "period_end",
        kind: DateType,
        nullable: false,
        en: "The first day after those that it holds for",
        es: "Primer día después de aquellos para los que vale",
    },
    Column { name: "text", kind: Text, nullable: false, en: "The publisher's words", es: "Palabras del publicador" },
];

/// The dimensions of a footnote.
const DIMENSIONS: [&str; 3] = ["ref_area", "origin", "destination"];

/// The entries of footnotes: one for each measure and span of years.
pub(crate) struct Texts<'a> {
    pub(crate) notes: &'a Notes,
    pub(crate) areas: &'a Areas,
}

impl Entries for Texts<'_> {
    fn rule(&self) -> &'static str {
        "notes"
    }

    fn columns(&self) -> Vec<(&str, String)> {
        let Notes { vintage: _, text, years, measures, dimensions } = self.notes;
        let mut columns = vec![
            (text.as_str(), "notes.text".to_owned()),
            (years, "notes.years".to_owned()),
            (measures.column.as_str(), "notes.measures.column".to_owned()),
        ];
        columns.extend(dimensions.iter().map(|(name, source)| (source.column.as_str(), format!("notes.dimensions.{name}.column"))));
        columns
    }

    fn check(&self, measures: &Measures) -> Result<(), (String, String)> {
        let Notes { measures: said, dimensions, .. } = self.notes;
        for (text, named) in &said.codes {
            if let Some(measure) = named.iter().find(|measure| measures.get(measure).is_none()) {
                return Err((format!("notes.measures.codes.{text}"), format!("measures.toml has no `{measure}`")));
            }
        }
        for (name, source) in dimensions {
            if !DIMENSIONS.contains(&name.as_str()) {
                return Err((format!("notes.dimensions.{name}"), format!("a footnote has the dimensions {}", DIMENSIONS.join(", "))));
            }
            if self.areas.scheme(&source.scheme).is_none() {
                let problem = format!("reference/schemes.toml has no scheme `{}`", source.scheme);
                return Err((format!("notes.dimensions.{name}.scheme"), problem));
            }
        }
        Ok(())
    }

    fn read(&self, cells: &[&str]) -> Result<Vec<Entry>, Unlisted> {
        let refuse = |column, reason, detail| Unlisted { column, reason, detail };
        let (text, years, types) = (cells[0], cells[1], cells[2]);
        if text.is_empty() {
            return Err(refuse(0, "bad_value", "a footnote without words".to_owned()));
        }
        let spans =
            spans(years).ok_or_else(|| refuse(1, "bad_period", format!("`{years}` is no list of years such as `2015 - 2018, 2020`")))?;
        let mut areas = [code::TOTAL; 3];
        for (index, (name, source)) in self.notes.dimensions.iter().enumerate() {
            let cell = cells[3 + index];
            let Some(place) = DIMENSIONS.iter().position(|dimension| dimension == name).filter(|_| !cell.is_empty()) else { continue };
            let area = self.areas.scheme(&source.scheme).and_then(|scheme| scheme.resolve(cell));
            areas[place] =
                area.ok_or_else(|| refuse(3 + index, "unmapped_code", format!("`{cell}` is not in the scheme `{}`", source.scheme)))?;
        }
        let mut entries = Vec::new();
        for part in types.split(self.notes.measures.separator.as_str()).map(str::trim) {
            let measures = self.notes.measures.codes.get(part);
            let measures = measures.ok_or_else(|| refuse(2, "unmapped_code", format!("`{part}` is not among `notes.measures.codes`")))?;
            for (measure, (start, end)) in measures.iter().flat_map(|measure| spans.iter().map(move |span| (measure, span))) {
                let mut entry: Entry = vec![Cell::Text(measure.clone())];
                entry.extend(areas.iter().map(|area| Cell::Text((*area).to_owned())));
                entry.extend([Cell::Day(*start), Cell::Day(*end), Cell::Text(text.to_owned())]);
                entries.push(entry);
            }
        }
        Ok(entries)
    }
}

/// Years and spans of years, separated by commas, as half-open spans of days.
fn spans(text: &str) -> Option<Vec<(Date, Date)>> {
    let year = |text: &str| {
        let text = text.trim();
        text.parse::<i16>().ok().filter(|_| text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let span = |part: &str| {
        let (first, last) = part.split_once(['-', '–']).unwrap_or((part, part));
        let (first, last) = (year(first)?, year(last)?);
        (first <= last).then_some(())?;
        Some((Date::new(first, 1, 1).ok()?, Date::new(last.checked_add(1)?, 1, 1).ok()?))
    };
    text.split(',').map(span).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_and_spans_of_years() {
        let said =
            |text: &str| spans(text).map(|spans| spans.iter().map(|(start, end)| format!("{start}/{end}")).collect::<Vec<_>>().join(" "));
        assert_eq!(said("2023").as_deref(), Some("2023-01-01/2024-01-01"));
        assert_eq!(said("2015 - 2018, 2020 – 2024").as_deref(), Some("2015-01-01/2019-01-01 2020-01-01/2025-01-01"));
        for wrong in ["", "2015 -", "2018 - 2015", "since 2015", "15", "2015;2016", "9999"] {
            assert_eq!(said(wrong), None, "{wrong}");
        }
    }
}
