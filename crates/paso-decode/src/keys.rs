//! The keys of the table `decode`, as data: the reference documentation is generated from here.

/// Every key: its path, the type of its value, and what it does. `<name>` stands for a name of the author's choice.
pub const KEYS: &[(&str, &str, &str)] = &[
    (
        "decode.member",
        "text",
        "The beginning of the name of the archive member to read; its folders do not count. Without it, the archive must hold one data file.",
    ),
    (
        "decode.json.rows",
        "JSON pointer, or list of them",
        "The array of rows, such as `/items`; empty for a body that is the array. `null` and an empty array have no rows. `*` stands for any key or index, so `/*/items` are the rows of all pages. Of several pointers, the first that names an array counts. Nested objects become columns such as `country.id`.",
    ),
    (
        "decode.json.lines",
        "true or false",
        "Whether the body is a sequence of values, one on each line (NDJSON): they are read as if they were the elements of one array.",
    ),
    (
        "decode.json.shape",
        "`objects`, `arrays` or `columns`",
        "What stands at `rows`: an array of objects (unless said otherwise), an array of arrays, or an object of arrays of one length, each a column.",
    ),
    ("decode.json.names", "JSON pointer", "Rows that are arrays: where their column names stand, such as `/fields/*/id`."),
    ("decode.json.header", "true or false", "Rows that are arrays: whether the first one holds the column names."),
    (
        "decode.json.join",
        "list of texts",
        "Columns whose arrays become one text, their elements joined. Other arrays stay as their JSON text.",
    ),
    ("decode.json.separator", "text", "What stands between joined elements; `; ` unless said otherwise."),
    (
        "decode.json.explode",
        "text",
        "The column whose array becomes rows: one for each element, with the other cells repeated. A row whose array is empty stays one row.",
    ),
    ("decode.json.ignore", "list of texts", "Columns, or objects with all that is in them, that are not read."),
    (
        "decode.json.error",
        "list of JSON pointers",
        "Where the publisher puts an error document: what stands there (and is not empty) becomes the error's text.",
    ),
    (
        "decode.json.columns.<name>",
        "list of texts",
        "The keys that a column may have in the body, under its canonical name. Keys of nested objects are joined by dots. Other keys keep their name.",
    ),
    ("decode.json.optional", "list of texts", "Names under `columns` and `facts` that an edition may lack."),
    (
        "decode.json.lookup.<name>.column",
        "text",
        "A column that is made: this one holds an id, and a list elsewhere in the body says what it means. An id that is not in the list stands as it is, and is refused where the column is read.",
    ),
    ("decode.json.lookup.<name>.rows", "JSON pointer", "Where the list stands, such as `/dimensions/*/members`."),
    ("decode.json.lookup.<name>.key", "text", "The key of the id in the list's entries."),
    ("decode.json.lookup.<name>.value", "text", "The key of what it means."),
    ("decode.json.facts.<name>", "JSON pointer", "A fact about the body, such as the day of its last update."),
    (
        "decode.json_stat.labels",
        "`id`, `name` or `both`",
        "How the categories of dimensions are written: as ids (unless said otherwise), with their labels beside them in a column `<ID>_label`, or as `CL: Chile`.",
    ),
    (
        "decode.json_stat.dataset",
        "text",
        "The one data set to read where a body has several: its id in a bundle, or its JSON pointer. Without it, each becomes a part.",
    ),
    (
        "decode.json_stat.columns.<name>",
        "list of texts",
        "The ids that a dimension may have in the body, under its canonical name. Other columns keep their name.",
    ),
    ("decode.json_stat.facts.<name>", "JSON pointer", "A fact about the body, such as the day of its last update (`/updated`)."),
    (
        "decode.sdmx_json.labels",
        "`id`, `name` or `both`",
        "What of codes and their names comes out: the codes; the codes and the names beside them in a column `<ID>_label`; both in one cell, `A: Annual`. `id` unless said otherwise.",
    ),
    (
        "decode.sdmx_json.defaults",
        "true or false",
        "Whether an attribute that has no value in the message takes the default that its structure declares.",
    ),
    (
        "decode.sdmx_json.data_set",
        "number",
        "The data set to read, counted from 0. Without it all of them are read, each as a part of its own.",
    ),
    (
        "decode.sdmx_json.columns.<name>",
        "list of texts",
        "The ids that a dimension, measure or attribute may have in the message, under its canonical name; one of them must be there. Others keep their id.",
    ),
    ("decode.sdmx_json.optional", "list of texts", "Names under `columns` that an edition may lack."),
    (
        "decode.csv.encoding",
        "`utf-8`, `iso-8859-1`, `windows-1252`, `utf-16le` or `utf-16be`",
        "The character encoding; `utf-8` unless said otherwise. A byte order mark is dropped.",
    ),
    ("decode.csv.delimiter", "character", "What stands between fields; a comma unless said otherwise."),
    (
        "decode.csv.header.starts_with",
        "list of texts",
        "The first titles of the header: the first line that has them is the header, whatever stands above.",
    ),
    ("decode.csv.header.row", "number", "The line of the header, from 1. Without `header`, it is the first line that is not blank."),
    (
        "decode.csv.header.rows",
        "number",
        "How many rows of titles there are, one unless said otherwise. Each fills one of `unpivot.levels`.",
    ),
    ("decode.csv.header.titles", "list of texts", "The titles of a body that has no header."),
    ("decode.csv.header.optional", "true or false", "Whether some bodies have a header all the same, which says just these titles."),
    ("decode.csv.last_column", "number", "The last column of the table, from 1: fields to the right of it are not read."),
    (
        "decode.csv.blocks.title",
        "text",
        "For tables that stand below each other, each under a header of its own that `header.starts_with` finds: the column that receives the title of the block.",
    ),
    (
        "decode.csv.blocks.above",
        "number",
        "Where the title of a block stands: the first text of the record that is so far above the header; 1 unless said otherwise.",
    ),
    ("decode.csv.nul_padding", "true or false", "Whether null characters fill the end of the body, behind the text."),
    ("decode.csv.literal_quotes", "true or false", "Whether quotes are characters like any other, and hold no field together."),
    (
        "decode.csv.pad_short_rows",
        "true or false",
        "Whether a row may leave out its last fields where they are empty. Otherwise it is ragged, and its values are quarantined.",
    ),
    (
        "decode.csv.notes",
        "list of texts",
        "The beginnings of notes, such as `Source:` below the table: a row of another length than the header that begins so is no data.",
    ),
    (
        "decode.csv.trailing_empty_column",
        "true or false",
        "Whether every line ends with a delimiter: the empty field after it is dropped, and must be empty.",
    ),
    (
        "decode.csv.unquoted_texts",
        "list of texts",
        "Texts that contain the delimiter and are published without quotes, such as `China, Hong Kong SAR`: their pieces are joined again where a row has too many fields.",
    ),
    (
        "decode.csv.columns.<name>",
        "list of texts",
        "The titles that a column may have in the header, under its canonical name; one of them must stand there. Other columns keep their title.",
    ),
    ("decode.csv.optional", "list of texts", "Names under `columns` that an edition may lack."),
    (
        "decode.csv.facts.<name>.starts_with",
        "text",
        "For a fact that stands behind its name, above the table or below: what the first text of its row begins with, such as `Last Updated:`.",
    ),
    ("decode.csv.facts.<name>.row", "number", "The line of a fact about the body, from 1."),
    ("decode.csv.facts.<name>.column", "number", "The column of a fact about the body, from 1."),
    (
        "decode.csv.unpivot.keep",
        "list of texts",
        "The columns that are repeated on every row, by canonical name or title. Every cell of the other columns becomes a row of its own.",
    ),
    ("decode.csv.unpivot.levels", "list of texts", "The name of the column that receives the titles of the value columns."),
    ("decode.csv.unpivot.value", "text", "The name of the column that receives the cell; `value` unless said otherwise."),
    (
        "decode.sdmx_csv.labels",
        "`id`, `name` or `both`",
        "What of codes and their names comes out: the codes; the codes and the names beside them in a column `<ID>_label`; both in one cell, `A: Annual`. `id` unless said otherwise.",
    ),
    (
        "decode.sdmx_csv.columns.<name>",
        "list of texts",
        "The ids that a component may have in the message, under its canonical name; one of them must stand in the header. Others keep their id.",
    ),
    ("decode.sdmx_csv.optional", "list of texts", "Names under `columns` that an edition may lack."),
    (
        "decode.sdmx_csv.facts.<name>",
        "text",
        "A fact about the message: the title of the column that states it on every row, such as `LAST UPDATE`. The first row is taken.",
    ),
    (
        "decode.eurostat_tsv.columns.<name>",
        "list of texts",
        "The ids that a dimension may have in the table, under its canonical name; one of them must be there. Others keep their id.",
    ),
    ("decode.eurostat_tsv.optional", "list of texts", "Names under `columns` that an edition may lack."),
    (
        "decode.xlsx.sheet",
        "text",
        "The name of the sheet, or a pattern with `*` and `?` that one visible sheet fits. Without it, the workbook has one visible sheet. Hidden sheets are read only by their name.",
    ),
    (
        "decode.xlsx.sheets",
        "list of texts",
        "Names and patterns of sheets of one layout, instead of `sheet`: each sheet that fits becomes a part.",
    ),
    (
        "decode.xlsx.header_rows",
        "list of numbers",
        "The rows of titles, from the top; row 1 unless said otherwise. The lowest title names a column. In upper rows, a title over value columns counts for those to its right.",
    ),
    (
        "decode.xlsx.header.titles",
        "list of texts",
        "Finds the header instead of `header_rows`: the first row in which all these titles stand, in any column.",
    ),
    (
        "decode.xlsx.header.starts_with",
        "list of texts",
        "Finds the header instead of `header_rows`: the first row that begins with these titles, from its first cell that is not empty.",
    ),
    (
        "decode.xlsx.header.rows",
        "list of numbers",
        "The header's rows as distances from the row that was found, from the top: `[-1, 0]` is the row above and the row itself; `[0]` unless said otherwise.",
    ),
    ("decode.xlsx.header.skip", "number", "How many rows below a header that is found are no data, such as units or column numbers."),
    (
        "decode.xlsx.join",
        "text",
        "What stands between the titles of several header rows when they are joined to one, from the top. A merged title counts for all its columns.",
    ),
    (
        "decode.xlsx.hxl",
        "`skip` or `names`",
        "What a row of HXL tags under the header is: no data, unless said otherwise, or the header, whose tags are then the titles.",
    ),
    (
        "decode.xlsx.first_row",
        "number",
        "The first row of data; the row below the last header row unless said otherwise. Not for a header that is found.",
    ),
    (
        "decode.xlsx.last_column",
        "number",
        "The last column of the table, from 1. Cells to the right of it are ignored; without it, a value to the right of the last title is an error.",
    ),
    (
        "decode.xlsx.stop_when_empty",
        "true or false",
        "Whether the table ends at the first empty row, so that notes below it are not read. Otherwise empty rows are skipped.",
    ),
    (
        "decode.xlsx.stop_at",
        "list of texts",
        "The table ends at the first row whose first text begins with one of these, such as `Source:`.",
    ),
    ("decode.xlsx.fill_down", "list of texts", "Columns whose empty cells repeat the text above, by canonical name or title."),
    ("decode.xlsx.merged_rows", "true or false", "Whether the text of a merged cell counts for every row that it reaches."),
    (
        "decode.xlsx.blocks.title",
        "text",
        "For tables that stand below each other, each under a header of its own that `header` finds: the column that receives the title of the block.",
    ),
    (
        "decode.xlsx.blocks.row",
        "number",
        "Where the title of a block stands: the first text of the row that is so far from the row of the header that was found; -1 unless said otherwise.",
    ),
    (
        "decode.xlsx.columns.<name>",
        "list of texts",
        "The titles that a column may have in the header, under its canonical name; one of them must stand there. Other columns keep their title.",
    ),
    (
        "decode.xlsx.facts.<name>.starts_with",
        "text",
        "For a fact that stands behind its name, above the table or below: what the first text of its row begins with, such as `Last Updated:`.",
    ),
    ("decode.xlsx.facts.<name>.row", "number", "The row of a fact about the sheet, from 1."),
    ("decode.xlsx.facts.<name>.column", "number", "The column of a fact about the sheet, from 1."),
    (
        "decode.xlsx.unpivot.keep",
        "list of texts",
        "The columns that are repeated on every row, by canonical name or title. Every cell of the other columns becomes a row of its own.",
    ),
    (
        "decode.xlsx.unpivot.levels",
        "list of texts",
        "One name for each header row, from the top: the columns that receive the titles of the value columns.",
    ),
    ("decode.xlsx.unpivot.value", "text", "The name of the column that receives the cell; `value` unless said otherwise."),
    (
        "decode.printed.columns.<name>",
        "list of texts",
        "The keys that figures may have in the file, under their canonical name; one of them must be there. Others keep their name.",
    ),
    ("decode.printed.optional", "list of texts", "Names under `columns` that a file may lack."),
    (
        "decode.printed.facts.<name>",
        "`newest_date` or `last_retrieved`",
        "A fact about the file: the date of its newest document, or the last day on which one of its documents was read.",
    ),
];

/// A definition that uses every key once.
#[cfg(test)]
pub(crate) const EXAMPLE: &str = r#"
member = "API_"

[json]
rows = ["/1", "/data"]
lines = true
shape = "arrays"
names = "/0/fields/*"
header = true
join = ["tags"]
separator = " | "
explode = "values"
ignore = ["geometry"]
error = ["/0/message"]
columns.area = ["countryiso3code"]
facts.updated = "/0/lastupdated"
optional = ["updated"]
[json.lookup.year]
column = "dim_29117"
rows = "/body/dimensions/*/members"
key = "id"
value = "name"

[json_stat]
labels = "name"
dataset = "CPI15"
columns.area = ["geo"]
facts.updated = "/updated"
[sdmx_json]
labels = "name"
defaults = true
data_set = 0
optional = ["area"]
columns.area = ["REF_AREA"]

[csv]
encoding = "windows-1252"
delimiter = ";"
trailing_empty_column = true
nul_padding = true
literal_quotes = true
pad_short_rows = true
notes = ["Source:"]
optional = ["area"]
unquoted_texts = ["China; Hong Kong SAR"]
last_column = 60
columns.area = ["Country Code"]
[csv.header]
starts_with = ["Country Name", "Country Code"]
row = 5
rows = 1
titles = ["Country Name"]
optional = true
[csv.blocks]
title = "sex"
above = 2
[csv.facts.updated]
row = 3
column = 2
starts_with = "Last"
[csv.unpivot]
keep = ["area"]
levels = ["year"]
value = "number"

[sdmx_csv]
labels = "name"
optional = ["area"]
columns.area = ["geo"]
facts.updated = "LAST UPDATE"

[eurostat_tsv]
optional = ["area"]
columns.area = ["geo"]

[xlsx]
sheet = "Table 1"
sheets = ["Table *"]
header_rows = [8, 11]
join = " / "
hxl = "names"
first_row = 12
last_column = 26
stop_when_empty = true
stop_at = ["Source:"]
fill_down = ["code"]
merged_rows = true
columns.code = ["Location code"]
[xlsx.header]
titles = ["Location code"]
starts_with = ["Index"]
rows = [-1, 0]
skip = 1
[xlsx.blocks]
title = "sex"
row = -2
[xlsx.facts.edition]
row = 4
column = 5
starts_with = "Last"
[xlsx.unpivot]
keep = ["code"]
levels = ["sex", "year"]
value = "number"

[printed]
optional = ["sex"]
columns.sex = ["sexo"]
facts.edition = "newest_date"
"#;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::Forms;

    /// The paths of the leaves of a definition; names under `columns` and `facts` are the author's.
    fn paths(value: &toml::Value, path: &str, into: &mut BTreeSet<String>) {
        let Some(table) = value.as_table() else {
            into.insert(path.to_owned());
            return;
        };
        for (key, value) in table {
            let free = matches!(path.rsplit('.').next(), Some("columns" | "facts" | "lookup"));
            paths(value, &format!("{path}.{}", if free { "<name>" } else { key }), into);
        }
    }

    #[test]
    fn the_table_lists_exactly_the_keys_that_definitions_may_use() {
        let example: toml::Value = toml::from_str(EXAMPLE).unwrap();
        let mut used = BTreeSet::new();
        paths(&example, "decode", &mut used);
        let listed: BTreeSet<String> = KEYS.iter().map(|(path, ..)| (*path).to_owned()).collect();
        assert_eq!(used, listed);
        assert_eq!(listed.len(), KEYS.len(), "no key is listed twice");
        toml::from_str::<Forms>(EXAMPLE).unwrap();
    }

    #[test]
    fn unknown_keys_are_refused_in_every_table() {
        let tables: BTreeSet<&str> =
            KEYS.iter().filter_map(|(path, ..)| path.strip_prefix("decode.")?.rsplit_once('.')).map(|(table, _)| table).collect();
        let fixed: Vec<&str> = tables
            .into_iter()
            .filter(|table| {
                !table.ends_with(".columns") && !matches!(*table, "json.facts" | "json_stat.facts" | "sdmx_csv.facts" | "printed.facts")
            })
            .collect();
        assert_eq!(fixed.len(), 17, "{fixed:?}");
        for table in fixed {
            let mut example: toml::Value = toml::from_str(EXAMPLE).unwrap();
            let mut at = &mut example;
            for key in table.split('.') {
                at = at
                    .get_mut(match (key, table) {
                        ("<name>", table) if table.starts_with("csv") => "updated",
                        ("<name>", table) if table.starts_with("json") => "year",
                        ("<name>", _) => "edition",
                        _ => key,
                    })
                    .unwrap();
            }
            at.as_table_mut().unwrap().insert("colour".to_owned(), "red".into());
            let error = toml::from_str::<Forms>(&toml::to_string(&example).unwrap()).unwrap_err().to_string();
            assert!(error.contains("unknown field `colour`"), "{table}: {error}");
        }
    }
}
