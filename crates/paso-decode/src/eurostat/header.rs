//! The header: the dimensions of the key, and the periods.

use super::form::EurostatTsvForm;
use crate::batch::{Column, Role};
use crate::error::DecodeError;
use crate::header::{canonical, distinct};
use crate::position::Position;

const OBS_VALUE: &str = "OBS_VALUE";
const OBS_FLAG: &str = "OBS_FLAG";
const CONF_STATUS: &str = "CONF_STATUS";

/// What the header says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// The dimensions of the key, the one that lies across, the value, the flags and the confidentiality.
    pub(super) columns: Vec<Column>,
    /// How many dimensions the key has.
    pub(super) dimensions: usize,
    /// The codes of the dimension that lies across, such as periods: those of the second field and on.
    pub(super) periods: Vec<String>,
}

/// Whether a text begins as such a table does.
pub(crate) fn opens(text: &str) -> bool {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let first = text.lines().next().and_then(|line| line.split_once('\t'));
    first.is_some_and(|(key, _)| key.split_once('\\').is_some_and(|(dimensions, across)| !dimensions.is_empty() && !across.contains(',')))
}

impl Header {
    /// Reads the fields of the header's line.
    pub(super) fn read<'f>(fields: impl IntoIterator<Item = &'f str>, form: &EurostatTsvForm, place: &str) -> Result<Self, DecodeError> {
        let mut fields = fields.into_iter().map(str::trim);
        let key = fields.next().unwrap_or_default();
        let refuse = |problem: String| {
            let at = Position::Text { line: 1, column: 1, byte: 0 };
            Err(DecodeError::Malformed { place: place.to_owned(), at, problem })
        };
        let Some((dimensions, across)) = key.rsplit_once('\\') else {
            return refuse("the first title names no dimension behind a backslash".to_owned());
        };
        let periods: Vec<String> = fields.map(str::to_owned).collect();
        if periods.is_empty() || periods.iter().any(String::is_empty) {
            return refuse("a column has no title".to_owned());
        }
        let mut sorted: Vec<&String> = periods.iter().collect();
        sorted.sort_unstable();
        if let Some([period, _]) = sorted.array_windows().find(|[first, second]| first == second) {
            return refuse(format!("two columns have the title {period}"));
        }
        let ids: Vec<&str> = dimensions.split(',').chain([across]).map(str::trim).collect();
        if ids.contains(&"") {
            return refuse("a dimension of the first title has no id".to_owned());
        }
        let made = [(OBS_VALUE, Role::Measure), (OBS_FLAG, Role::Attribute), (CONF_STATUS, Role::Attribute)];
        let titles = ids.iter().map(|id| (*id, Role::Dimension)).chain(made);
        let column = |(id, role): (&str, Role)| {
            // The key is one column, and the cells come from many.
            let position = u32::from(ids.contains(&id) && id != across);
            Column { name: canonical(&form.columns, id).unwrap_or(id).to_owned(), position, role }
        };
        let columns: Vec<Column> = titles.clone().map(column).collect();
        let missing =
            form.columns.iter().find(|(name, _)| !form.optional.contains(name) && columns.iter().all(|column| column.name != **name));
        if let Some((_, spellings)) = missing {
            let found = titles.map(|(id, _)| id.to_owned()).collect();
            return Err(DecodeError::ColumnMissing {
                place: place.to_owned(),
                row: 1,
                expected: spellings.clone(),
                found,
                elsewhere: None,
            });
        }
        distinct(place, 1, &columns)?;
        Ok(Self { columns, dimensions: ids.len() - 1, periods })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str, columns: &str) -> Result<Header, String> {
        let form: EurostatTsvForm = toml::from_str(columns).unwrap();
        form.validate().unwrap();
        Header::read(line.split('\t'), &form, "the body").map_err(|error| error.to_string())
    }

    #[test]
    fn the_key_and_the_periods_are_read() {
        let header =
            read("freq,geo\\TIME_PERIOD\t2022 \t2023 ", "columns = { area = [\"geo\"], period = [\"time\", \"TIME_PERIOD\"] }").unwrap();
        let columns: Vec<(&str, u32, Role)> =
            header.columns.iter().map(|found| (found.name.as_str(), found.position, found.role)).collect();
        let expected = [
            ("freq", 1, Role::Dimension),
            ("area", 1, Role::Dimension),
            ("period", 0, Role::Dimension),
            ("OBS_VALUE", 0, Role::Measure),
            ("OBS_FLAG", 0, Role::Attribute),
            ("CONF_STATUS", 0, Role::Attribute),
        ];
        assert_eq!(columns, expected);
        assert_eq!((header.dimensions, header.periods), (2, vec!["2022".to_owned(), "2023".to_owned()]));
    }

    #[test]
    fn what_is_no_header_is_refused() {
        let place = "the body is malformed at line 1, column 1 (byte 0): ";
        assert_eq!(read("freq,geo\t2022", "").unwrap_err(), format!("{place}the first title names no dimension behind a backslash"));
        assert_eq!(read("freq,geo\\time", "").unwrap_err(), format!("{place}a column has no title"));
        assert_eq!(read("freq\\time\t2022 \t2022", "").unwrap_err(), format!("{place}two columns have the title 2022"));
        assert_eq!(read("freq,,geo\\time\t2022", "").unwrap_err(), format!("{place}a dimension of the first title has no id"));
        assert_eq!(read("geo\\geo\t2022", "").unwrap_err(), "two columns of the body are named \"geo\": 0 and 0 (header row 1)");
        assert!(
            read("geo\\time\t2022", "columns = { sex = [\"sex\"] }").unwrap_err().starts_with("header moved or renamed: expected \"sex\"")
        );
    }

    #[test]
    fn a_table_is_known_by_its_first_title() {
        assert!(opens("freq,geo\\TIME_PERIOD\t2022 \r\nA,AT\t1"));
        assert!(opens("\u{FEFF}geo\\time\t2022"));
        for other in ["freq,geo\t2022", "C:\\data,x\t1", "geo\\time,2022", "\\time\t2022", ""] {
            assert!(!opens(other), "{other}");
        }
    }
}
