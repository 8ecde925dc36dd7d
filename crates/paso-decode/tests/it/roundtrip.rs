//! What the test kit writes in any format, by any choice that the format leaves to its writers, is read back cell by cell.

use std::collections::BTreeSet;
use std::sync::Arc;

use paso_decode::csv::CsvHeader;
use paso_decode::json::Pointers;
use paso_decode::sdmx::structure::Structures;
use paso_decode::{Bytes, CsvForm, DecodeError, Encoding, Format, Forms, JsonForm, Known, Limits, Message, Unpivot, XlsxForm, decode};
use paso_testkit::message::{
    Coverage, Csv, Encoding as Written, Envelope, EurostatTsv, Flat, Format as _, Generated, Index, JsonStat, JsonStatVersion, JsonTable,
    Labels, LineEnd, Observations as _, Quoting, Row, SdmxCsv, SdmxCsvVersion, SdmxJson, SdmxJsonVersion, Status, Table, Xlsx,
    eurostat_table, table, table_of_texts,
};
use paso_testkit::{GeneratedFormat, Size, generate};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{self, select};

use crate::collected::Collected;

type Text = Option<String>;

/// Reads a message by what stands in it.
fn recognized(bytes: &[u8], known: Known, batch_rows: usize, format: Format) -> Result<Collected, DecodeError> {
    let limits = Limits { batch_rows, ..Limits::default() };
    let source = Bytes(bytes);
    let message = Message::recognize(&source, known, limits)?;
    assert_eq!(message.format(), format, "{:?}", message.why());
    let mut sink = Collected::default();
    message.decode(limits, &mut sink)?;
    Ok(sink)
}

/// Reads a message under a declared form.
fn declared(bytes: &[u8], forms: &Forms, batch_rows: usize) -> Result<Collected, DecodeError> {
    let mut sink = Collected::default();
    decode(&Bytes(bytes), forms, Limits { batch_rows, ..Limits::default() }, &mut sink)?;
    Ok(sink)
}

/// The same table with other cells in some columns.
fn edited(mut flat: Flat, edit: impl Fn(&str, Text) -> Text) -> Flat {
    for row in &mut flat.rows {
        for (cell, column) in row.iter_mut().zip(&flat.columns) {
            *cell = edit(column, cell.take());
        }
    }
    flat.rows.sort();
    flat
}

/// The same table with one more column, whose cells are all the same.
fn with(mut flat: Flat, column: &str, cell: &Text) -> Flat {
    flat.columns.push(column.to_owned());
    flat.rows.iter_mut().for_each(|row| row.push(cell.clone()));
    flat
}

/// Only the rows that have a value.
fn valued(mut flat: Flat) -> Flat {
    let value = flat.columns.iter().position(|column| column == "OBS_VALUE").unwrap();
    flat.rows.retain(|row| row[value].is_some());
    flat
}

/// The same table without a column, where that has no cell.
fn without_absent(mut flat: Flat, column: &str) -> Flat {
    if let Some(at) = flat.columns.iter().position(|other| other == column).filter(|at| flat.rows.iter().all(|row| row[*at].is_none())) {
        flat.columns.remove(at);
        flat.rows.iter_mut().for_each(|row| drop(row.remove(at)));
    }
    flat
}

fn batch_rows() -> impl Strategy<Value = usize> {
    prop_oneof![1_usize..8, Just(1000)]
}

fn quoting() -> impl Strategy<Value = Quoting> {
    select(vec![Quoting::Necessary, Quoting::Always])
}

fn line_end() -> impl Strategy<Value = LineEnd> {
    select(vec![LineEnd::Lf, LineEnd::CrLf])
}

fn sdmx_csv() -> impl Strategy<Value = SdmxCsv> {
    let about = (
        select(vec![SdmxCsvVersion::V1_0, SdmxCsvVersion::V2_0, SdmxCsvVersion::V2_1]),
        select(vec![Labels::Id, Labels::Name, Labels::Both]),
        option::of(select(vec![';', '|', ','])),
        option::of(select(vec!["I", "A", "R", "D", "M"])),
        any::<bool>(),
        select(vec!["dataflow", "datastructure", "dataprovision"]),
        select(vec!["Migrants", "", "Stock: by sex, \"all\"", "Población;\nZuzüge"]),
    );
    let text = (select(vec![',', ';', '\t', '|']), any::<bool>(), any::<bool>(), quoting(), line_end());
    (about, text).prop_map(|((version, labels, sub_field, action, keys, kind, name), (delimiter, comma, mark, quoting, line_end))| {
        let second = version != SdmxCsvVersion::V1_0;
        SdmxCsv {
            version,
            labels,
            delimiter,
            sub_field_delimiter: sub_field.filter(|_| second),
            decimal_comma: comma,
            byte_order_mark: mark,
            action: action.filter(|_| second).map(str::to_owned),
            keys: second && keys,
            quoting,
            line_end,
            structure_type: kind.to_owned(),
            structure: "PASO.MIG:DF(1.0)".to_owned(),
            structure_name: name.to_owned(),
        }
    })
}

/// The structure message of a table.
fn structures(table: &Table) -> Structures {
    let dimensions: Vec<String> = table.dimensions.iter().map(|dimension| format!("<Dimension id=\"{}\"/>", dimension.id)).collect();
    let representation = |coded| if coded { "<Enumeration>urn:x</Enumeration>" } else { "<TextFormat textType=\"String\"/>" };
    let attribute = |id: &str, coded| {
        format!("<Attribute id=\"{id}\"><LocalRepresentation>{}</LocalRepresentation></Attribute>", representation(coded))
    };
    let attributes: Vec<String> = table.attributes.iter().map(|of| attribute(&of.id, !of.codes.is_empty())).collect();
    let (dimensions, attributes) = (dimensions.concat(), attributes.concat());
    let xml = format!(
        "<Structure><Structures><DataStructures><DataStructure id=\"DF\" agencyID=\"PASO.MIG\" version=\"1.0\"><DataStructureComponents>\
         <DimensionList>{dimensions}</DimensionList><AttributeList>{attributes}</AttributeList>\
         <MeasureList><PrimaryMeasure id=\"OBS_VALUE\"/></MeasureList></DataStructureComponents></DataStructure></DataStructures></Structures></Structure>"
    );
    Structures::read(xml.as_bytes()).unwrap()
}

/// Whether a text reads like a code with its name.
fn like_a_code(text: &str) -> Option<&str> {
    let (code, _) = text.split_once(": ")?;
    let id = |letter: char| letter.is_ascii_alphanumeric() || "_@$-".contains(letter);
    (!code.is_empty() && code.chars().all(id)).then_some(code)
}

/// Whether a number with a decimal comma could also be one with a mark between thousands.
fn like_thousands(number: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = number.trim_start_matches('-');
    unsigned
        .split_once('.')
        .is_some_and(|(whole, rest)| !whole.starts_with('0') && whole.len() <= 3 && rest.len() == 3 && digits(whole) && digits(rest))
}

/// What an SDMX-CSV message carries of a table.
fn carried_by_sdmx_csv(table: &Table, format: &SdmxCsv, known: bool) -> Flat {
    let name_of = |column: &str, text: &str| {
        let dimension = table.dimensions.iter().find(|dimension| dimension.id == column);
        let code = dimension.and_then(|dimension| dimension.codes.iter().find(|code| code.id == text)).map(|code| code.name.as_str());
        let attribute = table.attributes.iter().find(|attribute| column.strip_prefix("attr:") == Some(&attribute.id));
        code.or_else(|| attribute.and_then(|attribute| attribute.name_of(text))).map(str::to_owned)
    };
    let names_only = format.version == SdmxCsvVersion::V1_0 && format.labels == Labels::Name;
    let flat = edited(table.flat(), |column, cell| match cell {
        // In a file with commas, 1,234 may be a thousand and stays as it is.
        Some(text) if column == "OBS_VALUE" && format.decimal_comma && format.delimiter == ',' && like_thousands(&text) => {
            Some(text.replace('.', ","))
        }
        // Names alone: there is no code to be had, and an empty name is an empty cell.
        Some(text) if names_only => name_of(column, &text).or(Some(text)).filter(|text| !text.is_empty()),
        // A text that reads like a code with a name is taken for one where no structure message says that it is a text.
        Some(text) if format.labels == Labels::Both && !known && column.starts_with("attr:") => {
            Some(like_a_code(&text).map(str::to_owned).unwrap_or(text))
        }
        cell => cell,
    });
    match &format.action {
        Some(action) => with(flat, "attr:ACTION", &Some(action.clone())),
        None => flat,
    }
}

fn json_stat() -> impl Strategy<Value = JsonStat> {
    let parts = (
        select(vec![JsonStatVersion::V1_0, JsonStatVersion::V2_0, JsonStatVersion::V2_0Collection]),
        any::<bool>(),
        select(vec![Status::Absent, Status::Array, Status::Object, Status::One]),
        select(vec![Index::Array, Index::Object, Index::Absent]),
        any::<bool>(),
    );
    parts.prop_map(|(version, sparse, status, index, values_first)| JsonStat {
        version,
        sparse,
        status,
        index,
        values_first,
        status_attribute: String::new(),
    })
}

/// What JSON-stat carries of a table: one attribute, as `status`, and no observation that says nothing. A status that all cells share says
/// nothing of the one or the other.
fn carried_by_json_stat(table: &Table, format: &JsonStat) -> Flat {
    let mut flat = edited(table.keeping(&[&format.status_attribute]).flat(), |_, cell| cell);
    if let Some(status) = flat.columns.iter_mut().find(|column| column.starts_with("attr:")) {
        "attr:status".clone_into(status);
    }
    let value = table.dimensions.len();
    flat.rows.retain(|row| row[value].is_some() || (format.status != Status::One && row[value + 1..].iter().any(Option::is_some)));
    flat
}

fn envelope() -> impl Strategy<Value = Envelope> {
    prop_oneof![
        Just(Envelope::Bare),
        vec(select(vec!["data", "rows", "result", "a/b", "~x", "é"]), 0..5)
            .prop_map(|keys| Envelope::Under(keys.into_iter().map(str::to_owned).collect())),
        Just(Envelope::Lines),
        option::of(Just("https://example.org/odata/Rows?$skip=24".to_owned())).prop_map(|next| Envelope::OData { next }),
        Just(Envelope::Ckan),
        Just(Envelope::Socrata),
        Just(Envelope::WorldBank),
        Just(Envelope::Columns),
    ]
}

/// The form of rows that cannot be recognized: an object alone may be anything, and rows deep inside may be something else.
fn declared_json(format: &JsonTable, rows: usize) -> Option<JsonForm> {
    match &format.envelope {
        Envelope::Lines if rows == 1 => Some(JsonForm { lines: true, ..JsonForm::default() }),
        Envelope::Under(keys) if keys.len() > 3 => {
            let pointer: Vec<String> = keys.iter().map(|key| format!("/{}", key.replace('~', "~0").replace('/', "~1"))).collect();
            Some(JsonForm { rows: Pointers::One(pointer.concat()), ..JsonForm::default() })
        }
        _ => None,
    }
}

/// What a JSON table carries: everything but what a column is, and a column without any cell where keys are left out.
fn carried_by_json(table: &Table, format: &JsonTable) -> Flat {
    let mut flat = table.flat().unmarked();
    if format.envelope == Envelope::WorldBank {
        // A code stands beside its name.
        let dimensions = &table.dimensions;
        flat.columns = dimensions.iter().flat_map(|of| [format!("{}.id", of.id), format!("{}.value", of.id)]).collect();
        flat.columns.push("OBS_VALUE".to_owned());
        flat.columns.extend(table.attributes.iter().map(|attribute| attribute.id.clone()));
        let row = |row: &Row| {
            let codes = row.key.iter().zip(dimensions).map(|(code, dimension)| &dimension.codes[*code as usize]);
            let codes = codes.flat_map(|code| [Some(code.id.clone()), Some(code.name.clone())]);
            codes.chain([row.value.clone()]).chain(row.attributes.iter().cloned()).collect()
        };
        flat.rows = table.rows.iter().map(row).collect();
        flat.rows.sort();
    }
    if format.omit_null || format.envelope == Envelope::Socrata {
        for column in flat.columns.clone() {
            flat = without_absent(flat, &column);
        }
    }
    flat
}

fn csv() -> impl Strategy<Value = Csv> {
    let text = (
        select(vec![',', ';', '\t', '|', '^', '~']),
        quoting(),
        line_end(),
        select(vec![Written::Utf8, Written::Utf16Le, Written::Utf16Be, Written::Latin1, Written::Windows1252]),
        any::<bool>(),
    );
    let around = (
        vec(select(vec!["Migrants", "", "by sex; age, and country", "2020|2021\t2022"]), 0..4),
        vec(select(vec!["Source: office", "Source: census 2020"]), 0..3),
    );
    let numbers = (
        select(vec!['.', ',']),
        option::of(select(vec![',', '.', ' ', '\u{a0}', '\''])),
        select(vec!["", ":", "NA", "..", "n/a; \"none\""]),
    );
    (text, around, numbers).prop_map(
        |((delimiter, quoting, line_end, encoding, mark), (preamble, footer), (decimal, thousands, missing))| Csv {
            delimiter,
            quoting,
            line_end,
            encoding,
            byte_order_mark: mark && !matches!(encoding, Written::Latin1 | Written::Windows1252),
            preamble: preamble.into_iter().map(str::to_owned).collect(),
            footer: footer.into_iter().map(str::to_owned).collect(),
            across: 0,
            decimal,
            thousands: thousands.filter(|mark| *mark != decimal),
            missing: missing.to_owned(),
        },
    )
}

/// The same table without the letters that an encoding lacks.
fn in_encoding(mut table: Table, encoding: Written) -> Table {
    let fitting = |text: &mut String| {
        *text = text.chars().map(|letter| if encoding.encode(letter.encode_utf8(&mut [0; 4])).is_ok() { letter } else { 'ß' }).collect();
    };
    table.dimensions.iter_mut().flat_map(|dimension| &mut dimension.codes).for_each(|code| fitting(&mut code.id));
    table.rows.iter_mut().flat_map(|row| row.attributes.iter_mut().flatten()).for_each(fitting);
    table
}

/// The form under which such a text is read.
fn csv_form(format: &Csv, table: &Table, by_titles: bool) -> CsvForm {
    let encoding = match format.encoding {
        Written::Utf8 => Encoding::Utf8,
        Written::Utf16Le => Encoding::Utf16,
        Written::Utf16Be => Encoding::Utf16BigEndian,
        Written::Latin1 => Encoding::Latin1,
        Written::Windows1252 => Encoding::Windows1252,
    };
    let rows = (format.across > 1).then_some(format.across as u32);
    let first = || table.dimensions.iter().take(2).map(|dimension| dimension.id.clone()).collect();
    let header = if by_titles && format.across == 0 {
        CsvHeader { starts_with: Some(first()), ..CsvHeader::default() }
    } else {
        CsvHeader { row: Some(format.preamble.len() as u32 + 1), rows, ..CsvHeader::default() }
    };
    CsvForm {
        encoding,
        delimiter: format.delimiter,
        header: Some(header),
        notes: vec!["Source:".to_owned()],
        unpivot: unpivot(table, format.across),
        ..CsvForm::default()
    }
}

fn unpivot(table: &Table, across: usize) -> Option<Unpivot> {
    let mut keep: Vec<String> = table.dimensions.iter().map(|dimension| dimension.id.clone()).collect();
    let levels = keep.split_off(keep.len() - across);
    (across > 0).then(|| Unpivot { keep, levels, value: "OBS_VALUE".to_owned() })
}

/// How many cells a wide table has.
fn cells(table: &Table, across: usize) -> usize {
    let down = table.dimensions.len() - across;
    let lines: BTreeSet<&[u32]> = table.rows.iter().map(|row| &row.key[..down]).collect();
    lines.len() * table.dimensions[down..].iter().map(|dimension| dimension.codes.len()).product::<usize>()
}

fn xlsx_form(format: &Xlsx, table: &Table) -> XlsxForm {
    let above = format.titles.len() as u32;
    let forms: Forms = toml::from_str("[xlsx]").unwrap();
    XlsxForm {
        sheet: Some(format.sheet.clone()),
        header_rows: (above + 1..=above + format.across.max(1) as u32).collect(),
        unpivot: unpivot(table, format.across),
        ..forms.xlsx.unwrap()
    }
}

/// Numbers of workbooks are doubles, whatever digits were written.
fn as_doubles(flat: Flat) -> Flat {
    edited(flat, |column, cell| match cell {
        Some(text) if column == "OBS_VALUE" => Some(text.parse::<f64>().unwrap().to_string()),
        cell => cell,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sdmx_csv_is_read_back(table in table(), format in sdmx_csv(), known in any::<bool>(), batch_rows in batch_rows()) {
        let bytes = format.bytes(&table).unwrap();
        let structures = known.then(|| Arc::new(structures(&table)));
        let found = recognized(&bytes, Known { structures, ..Known::default() }, batch_rows, Format::SdmxCsv).unwrap();
        let expected = carried_by_sdmx_csv(&table, &format, known);
        prop_assert_eq!(found.flat(&expected.columns), expected);
        prop_assert!(found.ragged.is_empty(), "{:?}", found.ragged);
    }

    #[test]
    fn sdmx_json_is_read_back(
        table in table(),
        version in select(vec![SdmxJsonVersion::V1_0, SdmxJsonVersion::V1_0Data, SdmxJsonVersion::V2_0, SdmxJsonVersion::V2_1]),
        across in option::of(any::<sample::Index>()), constant_apart in any::<bool>(), data_first in any::<bool>(),
        in_place in any::<bool>(), tilde in any::<bool>(), short_arrays in any::<bool>(), rows_per_data_set in option::of(1_u64..5),
        batch_rows in batch_rows(),
    ) {
        let second = matches!(version, SdmxJsonVersion::V2_0 | SdmxJsonVersion::V2_1);
        let across = across.map(|index| index.index(table.dimensions.len()));
        let format = SdmxJson {
            version, across, constant_apart, data_first, short_arrays, rows_per_data_set,
            values_in_place: second && in_place, wildcard: if second && tilde { "~" } else { "" },
        };
        let order: Vec<usize> = (0..table.dimensions.len()).filter(|at| Some(*at) != across).chain(across).collect();
        let bytes = format.bytes(&table.sorted_by(&order)).unwrap();
        let found = recognized(&bytes, Known::default(), batch_rows, Format::SdmxJson).unwrap();
        let expected = table.flat();
        prop_assert_eq!(found.flat(&expected.columns), expected);
        let rows = rows_per_data_set.unwrap_or(u64::MAX);
        prop_assert!(found.rows.iter().zip(0..).all(|(row, at)| u64::from(row.number) == at % rows + 1), "each data set counts its rows");
    }

    #[test]
    fn json_stat_is_read_back(table in table(), format in json_stat(), status in any::<sample::Index>(), batch_rows in batch_rows()) {
        let mut table = table.sorted();
        let mut format = format;
        if table.attributes.is_empty() {
            format.status = Status::Absent;
        } else if format.status != Status::Absent {
            let at = status.index(table.attributes.len());
            format.status_attribute.clone_from(&table.attributes[at].id);
            if format.status == Status::One {
                let first = table.rows[0].attributes[at].clone();
                table.rows.iter_mut().for_each(|row| row.attributes[at].clone_from(&first));
            }
        }
        let bytes = format.bytes(&table).unwrap();
        let found = recognized(&bytes, Known::default(), batch_rows, Format::JsonStat);
        let expected = carried_by_json_stat(&table, &format);
        if expected.rows.is_empty() {
            prop_assert!(matches!(found, Err(DecodeError::Empty { .. })), "a cube of gaps is empty");
            return Ok(());
        }
        let found = found.unwrap();
        // A message in which no cell has a status need not have the column.
        prop_assert_eq!(without_absent(found.flat(&expected.columns), "attr:status"), without_absent(expected, "attr:status"));
        let size = |position: usize| table.dimensions[position + 1..].iter().map(|dimension| dimension.codes.len() as u32).product::<u32>();
        let cell = |row: &Row| row.key.iter().enumerate().map(|(position, code)| code * size(position)).sum::<u32>() + 1;
        let cells: BTreeSet<u32> = table.rows.iter().map(cell).collect();
        prop_assert!(found.rows.iter().all(|row| cells.contains(&row.number)), "rows are numbered by their cells");
    }

    #[test]
    fn eurostat_tsv_is_read_back(table in eurostat_table(), flagged in any::<bool>(), batch_rows in batch_rows()) {
        let format = EurostatTsv { flags: if flagged { "OBS_FLAG" } else { "OBS_STATUS" }.to_owned() };
        let bytes = format.bytes(&table).unwrap();
        let found = recognized(&bytes, Known::default(), batch_rows, Format::EurostatTsv);
        if table.rows.is_empty() {
            prop_assert!(matches!(found, Err(DecodeError::Empty { .. })), "a header without rows is empty");
            return Ok(());
        }
        let expected = table.flat();
        // Without the flags, an observation that had nothing else is a gap.
        let expected = if flagged { expected } else { valued(edited(expected, |column, cell| cell.filter(|_| column != "attr:OBS_FLAG"))) };
        let expected = with(expected, "attr:CONF_STATUS", &None);
        let found = found.unwrap();
        if expected.rows.is_empty() {
            prop_assert!(found.rows.is_empty());
            return Ok(());
        }
        prop_assert_eq!(found.flat(&expected.columns), expected);
    }

    #[test]
    fn json_tables_are_read_back(table in table_of_texts(), envelope in envelope(), omit in any::<bool>(), batch_rows in batch_rows()) {
        let omit_null = omit && envelope != Envelope::Columns;
        let format = JsonTable { envelope, omit_null };
        let bytes = format.bytes(&table).unwrap();
        let found = match declared_json(&format, table.rows.len()) {
            Some(form) => declared(&bytes, &Forms { json: Some(form), ..Forms::default() }, batch_rows).unwrap(),
            None => recognized(&bytes, Known::default(), batch_rows, Format::Json).unwrap(),
        };
        let expected = carried_by_json(&table, &format);
        prop_assert_eq!(found.flat(&expected.columns), expected);
        prop_assert!(found.rows.iter().zip(1..).all(|(row, number)| row.number == number));
    }

    #[test]
    fn delimited_text_is_read_back(
        texts in table_of_texts(), codes in table(), format in csv(), across in option::of(any::<sample::Index>()),
        as_found in any::<bool>(), by_titles in any::<bool>(), batch_rows in batch_rows(),
    ) {
        let mut format = format;
        // Titles are folded, so that only identifiers keep as titles of columns what they are.
        let table = match across {
            Some(index) => {
                format.across = 1 + index.index(codes.dimensions.len() - 1);
                codes.keeping(&[]).sorted()
            }
            None if as_found => codes.keeping(&[]),
            None => in_encoding(texts, format.encoding),
        };
        let said = |_: &str, cell: Text| cell.filter(|text| !text.is_empty());
        let undone = |column: &str, cell: Text| match cell {
            Some(text) if column == "OBS_VALUE" && text != format.missing => {
                let text = format.thousands.map_or(text.clone(), |mark| text.replace(mark, ""));
                Some(text.replace(format.decimal, "."))
            }
            cell => cell,
        };
        let expected = edited(table.flat().unmarked(), |column, cell| match cell {
            None if column == "OBS_VALUE" => Some(format.missing.clone()),
            cell => cell,
        });
        // Nothing says what an unusual delimiter, UTF-16 without its mark or several rows of titles are.
        let plain = !matches!(format.encoding, Written::Utf16Le | Written::Utf16Be) || format.byte_order_mark;
        let as_found = as_found && across.is_none() && plain && !"^~".contains(format.delimiter);
        if as_found {
            format.preamble.retain(|line| !line.contains([',', ';', '\t', '|']));
        }
        let bytes = format.bytes(&table).unwrap();
        let found = if as_found {
            recognized(&bytes, Known::default(), batch_rows, Format::Csv).unwrap()
        } else {
            let form = csv_form(&format, &table, by_titles);
            declared(&bytes, &Forms { csv: Some(form), ..Forms::default() }, batch_rows).unwrap()
        };
        // Nobody declared that these are notes.
        let notes: &[String] = if as_found { &format.footer } else { &[] };
        prop_assert_eq!(found.ragged.iter().map(|ragged| &ragged.text).collect::<Vec<_>>(), notes.iter().collect::<Vec<_>>());
        let count = if across.is_some() { cells(&table, format.across) } else { table.rows.len() };
        prop_assert_eq!(found.rows.len(), count);
        // An absent text and an empty one are the same field.
        let found = edited(edited(found.flat(&expected.columns), undone), said);
        let expected = edited(expected, said);
        if across.is_some() {
            // A gap, too, is a cell with what stands for a missing value.
            let valued = |flat| valued(edited(flat, |_, cell| cell.filter(|text| *text != format.missing)));
            prop_assert_eq!(valued(found), valued(expected));
        } else {
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn workbooks_are_read_back(
        texts in table_of_texts(), codes in table(), across in option::of(any::<sample::Index>()), as_found in any::<bool>(),
        sheet in select(vec!["Data", "T <1> & \"é\"", "1"]), hidden in option::of(Just("Old")), inline_strings in any::<bool>(),
        titles in vec(select(vec!["Migrants", "by sex & age", "2020"]), 0..3), batch_rows in batch_rows(),
    ) {
        let mut format = Xlsx {
            sheet: sheet.to_owned(), hidden_sheet: hidden.map(str::to_owned), inline_strings,
            titles: titles.into_iter().map(str::to_owned).collect(), across: 0,
        };
        // Titles are folded, so that only identifiers keep as titles of columns what they are.
        let table = match across {
            Some(index) => {
                format.across = 1 + index.index(codes.dimensions.len() - 1);
                codes.keeping(&[]).sorted()
            }
            None if as_found => codes.keeping(&[]),
            None => texts,
        };
        let bytes = format.bytes(&table).unwrap();
        let found = if as_found && across.is_none() {
            recognized(&bytes, Known::default(), batch_rows, Format::Xlsx).unwrap()
        } else {
            declared(&bytes, &Forms { xlsx: Some(xlsx_form(&format, &table)), ..Forms::default() }, batch_rows).unwrap()
        };
        prop_assert_eq!(found.part.as_deref(), Some(sheet));
        let expected = as_doubles(table.flat().unmarked());
        let flat = found.flat(&expected.columns);
        if across.is_some() {
            prop_assert_eq!(found.rows.len(), cells(&table, format.across));
            prop_assert_eq!(valued(flat), valued(expected));
        } else {
            prop_assert_eq!(flat, expected);
        }
    }
}

#[test]
fn generated_files_are_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let formats = [
        (GeneratedFormat::SdmxCsv, Format::SdmxCsv),
        (GeneratedFormat::Csv, Format::Csv),
        (GeneratedFormat::Ndjson, Format::Json),
        (GeneratedFormat::Json, Format::Json),
        (GeneratedFormat::SdmxJson, Format::SdmxJson),
        (GeneratedFormat::SdmxJsonFlat, Format::SdmxJson),
        (GeneratedFormat::JsonStat, Format::JsonStat),
        (GeneratedFormat::JsonStatSparse, Format::JsonStat),
        (GeneratedFormat::EurostatTsv, Format::EurostatTsv),
        (GeneratedFormat::Xlsx, Format::Xlsx),
    ];
    for (written, format) in formats {
        let path = folder.path().join("message");
        generate(written, Size::Rows(300), 7, &path).unwrap();
        let found = recognized(&std::fs::read(&path).unwrap(), Known::default(), 64, format).unwrap();
        let coverage = if format == Format::JsonStat { Coverage::Dense } else { Coverage::Sparse };
        let generated = Generated::covering(7, 300, coverage);
        let table = Table {
            dimensions: generated.dimensions().to_vec(),
            attributes: generated.attributes().to_vec(),
            rows: generated.iter().collect(),
        };
        let expected = match format {
            Format::SdmxCsv | Format::SdmxJson => table.flat(),
            Format::JsonStat => carried_by_json_stat(&table, &JsonStat::default()),
            // Only the statuses are carried, as flags.
            Format::EurostatTsv => {
                let mut flat = with(table.keeping(&["OBS_STATUS"]).flat(), "attr:CONF_STATUS", &None);
                flat.columns[8] = "attr:OBS_FLAG".to_owned();
                flat
            }
            Format::Xlsx => as_doubles(table.flat().unmarked()),
            _ => table.flat().unmarked(),
        };
        // A field of CSV has an empty text where there is none.
        let found = found.flat(&expected.columns);
        let found = if format == Format::Csv { found.without_empty_texts() } else { found };
        assert_eq!(found, expected, "{written:?}");
    }
}

#[test]
fn a_decimal_comma_is_one_under_every_delimiter() {
    let cases = [
        ("1,50", "1.50", "1.50"),
        ("-1,5E-3", "-1.5E-3", "-1.5E-3"),
        ("0,123", "0.123", "0.123"),
        ("1234,567", "1234.567", "1234.567"),
        ("1,234", "1.234", "1,234"),
        ("-123,000", "-123.000", "-123,000"),
        ("1,234,567", "1,234,567", "1,234,567"),
        ("a,b", "a,b", "a,b"),
    ];
    for (written, among_others, among_commas) in cases {
        for (delimiter, value) in [(";", among_others), ("\t", among_others), (",", among_commas)] {
            let body = ["DATAFLOW,GEO,OBS_VALUE,NOTE".replace(',', delimiter), ["E:D", "AT", "\"#\"", "\"#\""].join(delimiter)].join("\n");
            let found = Collected::decode(body.replace('#', written).as_bytes(), "[sdmx_csv]").unwrap();
            assert_eq!(found.column("OBS_VALUE"), [Some(value)], "{written} with {delimiter:?}");
            assert_eq!(found.column("NOTE"), [Some(written)], "only measures are numbers");
        }
    }
}

#[test]
fn a_component_without_a_name_has_its_id() {
    let found = Collected::decode(b"DATAFLOW,GEO: ,OBS_VALUE: Value\nE:D,AT: ,5\n", "[sdmx_csv]").unwrap();
    assert_eq!(found.names, ["GEO", "OBS_VALUE"]);
    assert_eq!(found.column("GEO"), [Some("AT")]);
}

#[test]
fn utf16_that_is_declared_needs_no_mark() {
    // A null stands first, which begins no other text.
    let body: Vec<u8> = "a;b\n1;2\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let found = Collected::decode(&body, "[csv]\ndelimiter = \";\"\nencoding = \"utf-16be\"").unwrap();
    assert_eq!(found.column("b"), [Some("2")]);
    let error = Collected::decode(&body, "[csv]\ndelimiter = \";\"").unwrap_err();
    assert_eq!(error.to_string(), "found binary data instead of data");
}
