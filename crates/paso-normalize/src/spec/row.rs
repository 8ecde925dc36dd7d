//! Rows that are no data, status letters and flags.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{
        MapAccess, SeqAccess, Visitor,
        value::{MapAccessDeserializer, SeqAccessDeserializer},
    },
};

/// Rows that are no data: headings, footers. Every condition must hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exclusion {
    /// The column.
    pub column: String,
    /// The texts; `""` is an empty cell.
    pub texts: Vec<String>,
    /// Why the rows are no data: the name under which the account counts their cells.
    pub reason: String,
}

/// Status letters from a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusColumn {
    /// The column.
    pub column: String,
    /// Letters by text, `A` for none; a text that is not here sends its cells to quarantine.
    pub codes: BTreeMap<String, String>,
    /// Whether a form of the body may lack the column.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
}

/// The columns of the publisher's flags: in a definition one table, or a list of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FlagColumns(pub Vec<FlagColumn>);

impl FlagColumns {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for FlagColumns {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [one] => one.serialize(serializer),
            several => several.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for FlagColumns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrSeveral;
        impl<'de> Visitor<'de> for OneOrSeveral {
            type Value = FlagColumns;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a table of a column of flags, or a list of such tables")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<FlagColumns, A::Error> {
                FlagColumn::deserialize(MapAccessDeserializer::new(map)).map(|one| FlagColumns(vec![one]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, sequence: A) -> Result<FlagColumns, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(sequence)).map(FlagColumns)
            }
        }
        deserializer.deserialize_any(OneOrSeveral)
    }
}

/// A column of the publisher's flags.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlagColumn {
    /// The column.
    pub column: String,
    /// The list in `reference/flags.toml`.
    pub list: String,
    /// What stands between flags of one cell; empty where every character is one. Without it, a cell is one flag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub separator: Option<String>,
    /// Whether a form of the body may lack the column.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
}
