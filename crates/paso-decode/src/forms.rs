//! The table `decode` of a dataset's definition.

use serde::{Deserialize, Serialize};

use crate::csv::CsvForm;
use crate::error::DecodeError;
use crate::eurostat::EurostatTsvForm;
use crate::json::JsonForm;
use crate::jsonstat::JsonStatForm;
use crate::printed::PrintedForm;
use crate::sdmx::csv::SdmxCsvForm;
use crate::sdmx::json::SdmxJsonForm;
use crate::xlsx::XlsxForm;

/// How the bodies of a dataset are read: one table for each wire format in which they may come.
///
/// A body is read under the table of what it is, whatever its content type or name says.
///
/// ```
/// let forms: paso_decode::Forms = toml::from_str(r#"
///     [json]
///     rows = "/1"
///     error = ["/0/message"]
///     facts = { last_updated = "/0/lastupdated" }
/// "#).unwrap();
/// forms.validate().unwrap();
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forms {
    /// The beginning of the name of the archive member to read; its folders do not count. Without it, the archive must hold one data file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// Bodies that are JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub json: Option<JsonForm>,
    /// Bodies that are JSON-stat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub json_stat: Option<JsonStatForm>,
    /// Bodies that are SDMX-JSON messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sdmx_json: Option<SdmxJsonForm>,
    /// Bodies that are delimited text, bare or as a member of a ZIP archive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub csv: Option<CsvForm>,
    /// Bodies that are SDMX-CSV messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sdmx_csv: Option<SdmxCsvForm>,
    /// Bodies that are tables of Eurostat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eurostat_tsv: Option<EurostatTsvForm>,
    /// Bodies that are XLSX workbooks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub xlsx: Option<XlsxForm>,
    /// Bodies that are files of printed figures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub printed: Option<PrintedForm>,
}

impl Forms {
    /// Checks what the types alone cannot: that the keys fit each other.
    ///
    /// The error is [`DecodeError::Definition`] and names the key from `decode` on.
    pub fn validate(&self) -> Result<(), DecodeError> {
        let tables = self.tables();
        if tables.iter().all(|(_, form)| form.is_none()) {
            let names: Vec<&str> = tables.iter().map(|(name, _)| *name).collect();
            let problem = format!("at least one of {} must say how bodies are read", names.join(", "));
            return Err(DecodeError::Definition { key: "decode".to_owned(), problem });
        }
        tables.into_iter().try_for_each(|(_, form)| form.map_or(Ok(()), |validate| validate))
    }

    /// The key that reads delimited text, where one table does: what a row that does not fit its header is blamed on.
    pub fn text_key(&self) -> &'static str {
        match (&self.csv, &self.sdmx_csv, &self.eurostat_tsv) {
            (Some(_), None, None) => "decode.csv",
            (None, Some(_), None) => "decode.sdmx_csv",
            (None, None, Some(_)) => "decode.eurostat_tsv",
            _ => "decode",
        }
    }

    /// Every table by its name, with what is wrong with it where it is declared.
    fn tables(&self) -> [(&'static str, Option<Result<(), DecodeError>>); 8] {
        [
            ("json", self.json.as_ref().map(JsonForm::validate)),
            ("json_stat", self.json_stat.as_ref().map(JsonStatForm::validate)),
            ("sdmx_json", self.sdmx_json.as_ref().map(SdmxJsonForm::validate)),
            ("csv", self.csv.as_ref().map(CsvForm::validate)),
            ("sdmx_csv", self.sdmx_csv.as_ref().map(SdmxCsvForm::validate)),
            ("eurostat_tsv", self.eurostat_tsv.as_ref().map(EurostatTsvForm::validate)),
            ("xlsx", self.xlsx.as_ref().map(XlsxForm::validate)),
            ("printed", self.printed.as_ref().map(PrintedForm::validate)),
        ]
    }

    /// The tables that are declared, for error messages.
    pub(crate) fn declared(&self) -> String {
        let declared = self.tables().into_iter().filter(|(_, form)| form.is_some());
        declared.map(|(name, _)| name).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(definition: &str) -> String {
        let forms: Forms = toml::from_str(definition).unwrap();
        forms.validate().unwrap_err().to_string()
    }

    #[test]
    fn a_definition_needs_a_form() {
        assert_eq!(
            problem(""),
            "decode: at least one of json, json_stat, sdmx_json, csv, sdmx_csv, eurostat_tsv, xlsx, printed must say how bodies are read"
        );
    }

    #[test]
    fn contradictions_are_named_by_key() {
        let cases = [
            ("[json]\nrows = \"items\"", "decode.json.rows: a JSON pointer is empty or begins with \"/\", found \"items\""),
            (
                "[json]\nrows = \"/items\"\nerror = [\"error\"]",
                "decode.json.error: a JSON pointer is empty or begins with \"/\", found \"error\"",
            ),
            ("[json]\nrows = []", "decode.json.rows: name at least one JSON pointer"),
            ("[json]\nrows = [\"/a\", \"b\"]", "decode.json.rows: a JSON pointer is empty or begins with \"/\", found \"b\""),
            ("[json]\nrows = \"\"\nheader = true", "decode.json.header: only rows with shape = \"arrays\" have a header"),
            (
                "[json]\nrows = \"\"\nshape = \"arrays\"\nheader = true\nnames = \"/0\"",
                "decode.json.header: the column names stand in the first row or under names, not both",
            ),
            ("[json]\nrows = \"\"\nseparator = \",\"", "decode.json.separator: no column is joined"),
            (
                "[json]\nrows = \"\"\nlines = true\nshape = \"columns\"",
                "decode.json.lines: parallel arrays are one object, not a sequence of lines",
            ),
            ("[csv]\ndelimiter = \"€\"", "decode.csv.delimiter: must be one ASCII character other than a quote or a line end, found \"€\""),
            ("[csv]\nheader = {}", "decode.csv.header: say either starts_with or row or titles"),
            ("[csv]\nheader = { titles = [] }", "decode.csv.header.titles: name at least one title"),
            ("[csv]\nheader = { rows = 0 }", "decode.csv.header.rows: a header has at least one row; a body without one needs titles"),
            ("[csv]\nheader = { titles = [\"a\"], rows = 2 }", "decode.csv.header.rows: a body that needs titles has no header rows"),
            ("[csv]\nheader = { row = 0 }", "decode.csv.header.row: lines count from 1"),
            ("[csv]\nheader = { starts_with = [] }", "decode.csv.header.starts_with: name at least one title"),
            ("[csv]\nunquoted_texts = [\"Chile\"]", "decode.csv.unquoted_texts: \"Chile\" does not contain the delimiter"),
            (
                "[csv]\nunpivot = { keep = [\"a\"], levels = [\"b\", \"c\"] }",
                "decode.csv.unpivot.levels: 2 levels for 1 header rows: each header row fills one level",
            ),
            ("[xlsx]\nsheet = \"T\"\nheader_rows = []", "decode.xlsx.header_rows: name at least one row"),
            ("[xlsx]\nsheet = \"T\"\nheader_rows = [11, 8]", "decode.xlsx.header_rows: rows count from 1 and stand in ascending order"),
            (
                "[xlsx]\nsheet = \"T\"\nheader_rows = [11]\nfirst_row = 11",
                "decode.xlsx.first_row: data starts below the last header row, 11",
            ),
            ("[xlsx]\nsheet = \"T\"\nlast_column = 0", "decode.xlsx.last_column: columns count from 1"),
            (
                "[xlsx]\nsheet = \"T\"\nunpivot = { keep = [], levels = [\"b\"] }",
                "decode.xlsx.unpivot.keep: at least one column must be kept, to say what the values are about",
            ),
            (
                "[xlsx]\nsheet = \"T\"\nunpivot = { keep = [\"a\"], levels = [\"value\"] }",
                "decode.xlsx.unpivot.keep: \"value\" is named twice among keep, levels and value",
            ),
            (
                "[xlsx]\nsheet = \"T\"\ncolumns = { b = [\"B\"] }\nunpivot = { keep = [\"a\"], levels = [\"c\"] }",
                "decode.xlsx.unpivot.keep: columns names \"b\", which is not kept",
            ),
            ("[xlsx]\nsheet = \"T\"\nsheets = [\"T\"]", "decode.xlsx.sheets: say either sheet or sheets"),
            ("[xlsx]\nheader = {}", "decode.xlsx.header: say either titles or starts_with"),
            (
                "[xlsx]\nheader_rows = [3]\nheader = { titles = [\"a\"] }",
                "decode.xlsx.header: a header that is found has no header_rows and no first_row: use header.rows and header.skip",
            ),
            ("[xlsx]\nheader = { titles = [\" \"] }", "decode.xlsx.header: an empty title stands everywhere"),
            ("[xlsx]\nheader = { titles = [\"a\"], rows = [0, -1] }", "decode.xlsx.header.rows: name at least one row, in ascending order"),
            (
                "[xlsx]\nblocks = { title = \"sex\" }",
                "decode.xlsx.blocks: each block is found by its header: say header.titles or header.starts_with",
            ),
            ("[xlsx]\nstop_at = [\"\"]", "decode.xlsx.stop_at: an empty text begins every row"),
            ("[printed]\noptional = [\"sex\"]", "decode.printed.optional: \"sex\" is not under columns"),
            ("[csv]\ncolumns = { a = [] }", "decode.csv.columns.a: a column needs at least one spelling"),
            ("[csv]\ncolumns = { a = [\"X y\"], b = [\"X  y\"] }", "decode.csv.columns.b: \"X  y\" already stands for \"a\""),
        ];
        for (definition, expected) in cases {
            assert_eq!(problem(definition), expected, "{definition}");
        }
    }

    #[test]
    fn a_form_survives_its_canonical_form() {
        let forms: Forms = toml::from_str(crate::keys::EXAMPLE).unwrap();
        let canonical = serde_json::to_string(&forms).unwrap();
        assert_eq!(serde_json::from_str::<Forms>(&canonical).unwrap(), forms);
        assert!(canonical.contains("\"delimiter\":\";\""), "{canonical}");
    }
}
