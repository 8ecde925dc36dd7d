//! Each writer against what the format prescribes, letter by letter, and against readers that others wrote.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx as Workbook};
use proptest::prelude::*;
use serde_json::Value;

use super::*;

fn written(format: &dyn Format, table: &Table) -> String {
    String::from_utf8(format.bytes(table).unwrap()).unwrap()
}

#[test]
fn a_flat_table_is_what_a_reader_must_give() {
    let cells = |cells: [Option<&str>; 4]| cells.map(|cell| cell.map(str::to_owned)).to_vec();
    let flat = small().keeping(&["OBS_STATUS"]).flat();
    assert_eq!(flat.columns, ["SEX", "TIME_PERIOD", "OBS_VALUE", "attr:OBS_STATUS"]);
    assert_eq!(flat.rows[1], cells([Some("F"), Some("2020"), None, Some("M")]));
    assert_eq!(flat.rows[2], cells([Some("M"), Some("2019"), Some("1e3"), None]));
    assert_eq!(flat.clone().unmarked().columns[3], "OBS_STATUS");
    assert_eq!(small().sorted_by(&[1, 0]).rows[1].key, [1, 0]);
    let mut gap = small().keeping(&[]);
    gap.rows[0].value = Some(String::new());
    assert_eq!(gap.without_gaps().rows.len(), 3);
    assert_eq!(gap.flat().without_empty_texts().rows[0][2], None);
}

#[test]
fn sdmx_csv_with_ids() {
    let format = SdmxCsv {
        structure: "ESTAT:NA_MAIN(1.6.0)".to_owned(),
        action: Some("I".to_owned()),
        keys: true,
        sub_field_delimiter: Some(';'),
        ..SdmxCsv::default()
    };
    assert_eq!(
        written(&format, &small()),
        "STRUCTURE[;],STRUCTURE_ID,ACTION,SERIES_KEY,OBS_KEY,SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS,COMMENT\n\
         dataflow,ESTAT:NA_MAIN(1.6.0),I,F,F.2019,F,2019,1.50,A,\n\
         dataflow,ESTAT:NA_MAIN(1.6.0),I,F,F.2020,F,2020,,M,\"not \"\"asked\"\", not counted\"\n\
         dataflow,ESTAT:NA_MAIN(1.6.0),I,M,M.2019,M,2019,1e3,,\n\
         dataflow,ESTAT:NA_MAIN(1.6.0),I,M,M.2020,M,2020,-7,A,\n"
    );
}

// Header and cells as in the specification's samples (SDMX-CSV 2.0, labels=name and labels=both; Eurostat's 1.0 with names).
#[test]
fn sdmx_csv_with_labels() {
    let lines = |labels, version, delimiter| {
        let format = SdmxCsv {
            labels,
            version,
            delimiter,
            decimal_comma: true,
            structure: "P:D(1.0)".to_owned(),
            structure_name: "Flow".to_owned(),
            ..SdmxCsv::default()
        };
        written(&format, &small()).lines().take(2).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        lines(Labels::Name, SdmxCsvVersion::V2_0, ';'),
        [
            "STRUCTURE;STRUCTURE_ID;STRUCTURE_NAME;SEX;Sex;TIME_PERIOD;Time period;OBS_VALUE;Observation value;OBS_STATUS;\
             Observation status;COMMENT;Comment",
            "dataflow;P:D(1.0);Flow;F;Female;2019;2019;1,50;;A;Normal value;;",
        ]
    );
    assert_eq!(
        lines(Labels::Both, SdmxCsvVersion::V1_0, '\t'),
        [
            "DATAFLOW\tSEX: Sex\tTIME_PERIOD: Time period\tOBS_VALUE: Observation value\tOBS_STATUS: Observation status\tCOMMENT: Comment",
            "P:D(1.0): Flow\tF: Female\t2019: 2019\t1,50\tA: Normal value\t",
        ]
    );
    assert_eq!(
        lines(Labels::Name, SdmxCsvVersion::V1_0, ','),
        ["DATAFLOW,SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS,COMMENT", "P:D(1.0),Female,2019,\"1,50\",Normal value,"]
    );
}

#[test]
fn a_format_says_what_it_cannot_carry() {
    let refused = |format: &dyn Format, table: &Table| {
        let error = format.bytes(table).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput, "{error}");
    };
    refused(&SdmxCsv { version: SdmxCsvVersion::V1_0, keys: true, ..SdmxCsv::default() }, &small());
    refused(&SdmxJson { version: SdmxJsonVersion::V1_0, values_in_place: true, ..SdmxJson::default() }, &small());
    refused(&SdmxJson { across: Some(0), ..SdmxJson::default() }, &small());
    refused(&JsonStat { status: Status::One, ..JsonStat::default() }, &small());
    let mut descending = small();
    descending.rows.reverse();
    refused(&JsonStat::default(), &descending);
    refused(&EurostatTsv::default(), &descending);
    let mut accents = small();
    accents.rows[0].attributes[1] = Some("漢".to_owned());
    refused(&Csv { encoding: Encoding::Latin1, ..Csv::default() }, &accents);
    refused(&Csv { encoding: Encoding::Windows1252, ..Csv::default() }, &accents);
}

#[test]
fn eurostat_tsv_keeps_its_spaces() {
    let format = EurostatTsv { flags: "OBS_STATUS".to_owned() };
    assert_eq!(written(&format, &small()), "SEX\\TIME_PERIOD\t2019 \t2020 \nF\t1.50 A\t: M\nM\t1e3 \t-7 A\n");
}

#[test]
fn csv_wide_with_a_preamble() {
    let format = Csv {
        delimiter: ';',
        across: 1,
        decimal: ',',
        thousands: Some('.'),
        missing: "..".to_owned(),
        preamble: vec!["Source: INE".to_owned(), String::new()],
        footer: vec!["* estimated".to_owned()],
        line_end: LineEnd::CrLf,
        ..Csv::default()
    };
    let mut table = small();
    table.rows[3].value = Some("-1234567.25".to_owned());
    assert_eq!(written(&format, &table), "Source: INE\r\n\r\nSEX;2019;2020\r\nF;1,50;..\r\nM;1e3;-1.234.567,25\r\n* estimated\r\n");
}

#[test]
fn encodings_are_those_of_other_encoders() {
    let text = "Población €\n";
    assert_eq!(Encoding::Windows1252.encode(text).unwrap(), b"Poblaci\xf3n \x80\n");
    assert_eq!(Encoding::Latin1.encode("Población\n").unwrap(), b"Poblaci\xf3n\n");
    for (encoding, other) in [(Encoding::Utf16Le, encoding_rs::UTF_16LE), (Encoding::Utf16Be, encoding_rs::UTF_16BE)] {
        let bytes = encoding.encode(text).unwrap();
        assert_eq!(other.decode(&bytes).0, text);
    }
}

#[test]
fn sdmx_json_in_series() {
    let format = SdmxJson { version: SdmxJsonVersion::V1_0, across: Some(1), short_arrays: true, ..SdmxJson::default() };
    let message: Value = serde_json::from_str(&written(&format, &small())).unwrap();
    assert_eq!(
        message["dataSets"].to_string(),
        concat!(
            r#"[{"action":"Information","series":{"0":{"attributes":[],"observations":{"0":[1.50,0],"1":[null,1,0]}},"#,
            r#""1":{"attributes":[],"observations":{"0":[1e3],"1":[-7,0]}}}}]"#
        )
        .replace("1.50", "1.5")
        .replace("1e3", "1000.0")
    );
    assert_eq!(message["structure"]["dimensions"]["series"][0]["values"][1]["id"], "M");
    assert_eq!(message["structure"]["attributes"]["observation"][0]["values"][1]["name"], "Missing value");
    assert_eq!(message["structure"]["attributes"]["observation"][1]["values"][0]["name"], "not \"asked\", not counted");
}

#[test]
fn sdmx_json_flat_with_groups() {
    let mut table = small();
    table.attributes[1].relationship = Relationship::Dimensions(vec![1]);
    table.attributes[0].relationship = Relationship::DataSet;
    table.rows[0].attributes = vec![Some("A".to_owned()), Some("late".to_owned())];
    table.settle_attributes();
    let format = SdmxJson { values_in_place: true, data_first: true, wildcard: "~", rows_per_data_set: Some(3), ..SdmxJson::default() };
    let text = written(&format, &table);
    assert!(text.find("dataSets").unwrap() < text.find("structures").unwrap());
    let data_set = |observations: &str| {
        format!(
            r#"{{"structure":0,"action":"Information","attributes":[0],"dimensionGroupAttributes":{{"~:0":["late"],"~:1":["not \"asked\", not counted"]}},"observations":{{{observations}}}}}"#
        )
    };
    let sets = [data_set(r#""0:0":[1.50],"0:1":[null],"1:0":[1e3]"#), data_set(r#""1:1":[-7]"#)].join(",");
    // The second period has no comment in its first row's place: settled to what its first row says.
    assert!(text.contains(&format!("\"dataSets\":[{sets}]")), "{text}");
}

#[test]
fn json_stat_dense_and_sparse() {
    let table = small();
    let text = written(&JsonStat { index: Index::Array, status: Status::Array, ..JsonStat::default() }, &table);
    assert!(text.contains(r#""id":["SEX","TIME_PERIOD"],"size":[2,2],"role":{"time":["TIME_PERIOD"]}"#), "{text}");
    assert!(text.ends_with(r#""value":[1.50,null,1e3,-7],"status":["A","M",null,"A"]}"#), "{text}");
    let mut gaps = table.clone();
    gaps.rows.remove(0);
    gaps.rows.pop();
    let text = written(&JsonStat { values_first: true, status: Status::Absent, ..JsonStat::default() }, &gaps);
    assert!(text.contains(r#""value":[null,null,1e3,null],"id":"#), "{text}");
    let text = written(&JsonStat { sparse: true, version: JsonStatVersion::V1_0, ..JsonStat::default() }, &gaps);
    assert!(text.starts_with(r#"{"migration":{"label""#) && text.ends_with(r#""value":{"2":1e3},"status":{"1":"M"}}}"#), "{text}");
}

#[test]
fn json_tables_in_their_envelopes() {
    let one = |envelope| {
        let mut table = small();
        table.rows.truncate(1);
        written(&JsonTable::new(envelope), &table)
    };
    let row = r#"{"SEX":"F","TIME_PERIOD":"2019","OBS_VALUE":1.50,"OBS_STATUS":"A","COMMENT":null}"#;
    assert_eq!(one(Envelope::Bare), format!("[{row}]"));
    assert_eq!(one(Envelope::Under(vec!["a".to_owned(), "b".to_owned()])), format!("{{\"a\":{{\"b\":[{row}]}}}}"));
    assert_eq!(one(Envelope::Lines), format!("{row}\n"));
    assert!(
        one(Envelope::OData { next: Some("https://x/2".to_owned()) }).ends_with(&format!("[{row}],\"@odata.nextLink\":\"https://x/2\"}}"))
    );
    assert!(one(Envelope::Ckan).ends_with(&format!("\"records\":[{row}],\"total\":1}}}}")));
    assert_eq!(one(Envelope::Socrata), r#"[{"SEX":"F","TIME_PERIOD":"2019","OBS_VALUE":"1.50","OBS_STATUS":"A"}]"#);
    assert!(one(Envelope::WorldBank).contains(r#""total":1,"sourceid":"2"},[{"SEX":{"id":"F","value":"Female"},"#));
    assert_eq!(one(Envelope::Columns), r#"{"SEX":["F"],"TIME_PERIOD":["2019"],"OBS_VALUE":[1.50],"OBS_STATUS":["A"],"COMMENT":[null]}"#);
    for envelope in [Envelope::OData { next: None }, Envelope::Ckan, Envelope::Socrata, Envelope::WorldBank] {
        let document: Value = serde_json::from_str(&JsonTable::new(envelope).error_document("no \"such\" table").unwrap()).unwrap();
        assert!(document.to_string().contains("no \\\"such\\\" table"));
    }
}

#[test]
fn a_workbook_with_merged_headers_and_a_hidden_sheet() {
    let format = Xlsx {
        hidden_sheet: Some("Codes".to_owned()),
        titles: vec!["Table 1".to_owned()],
        across: 2,
        inline_strings: true,
        ..Xlsx::default()
    };
    let mut table = small();
    table.dimensions.insert(0, Dimension { id: "AREA".to_owned(), name: String::new(), codes: vec![Code::new("CHL", "Chile")] });
    table.rows.iter_mut().for_each(|row| row.key.insert(0, 0));
    let bytes = format.bytes(&table).unwrap();
    assert_eq!(bytes, format.bytes(&table).unwrap());
    let mut workbook: Workbook<_> = Workbook::new(Cursor::new(bytes)).unwrap();
    assert_eq!(workbook.sheet_names(), ["Codes", "Data"]);
    assert_eq!(workbook.sheets_metadata()[0].visible, calamine::SheetVisible::Hidden);
    let range = workbook.worksheet_range("Data").unwrap();
    let rows: Vec<Vec<Data>> = range.rows().map(<[Data]>::to_vec).collect();
    let text = |text: &str| Data::String(text.to_owned());
    assert_eq!(rows[1], [Data::Empty, text("F"), Data::Empty, text("M"), Data::Empty]);
    assert_eq!(rows[2], [text("AREA"), text("2019"), text("2020"), text("2019"), text("2020")]);
    assert_eq!(rows[3], [text("CHL"), Data::Float(1.5), Data::Empty, Data::Float(1000.0), Data::Float(-7.0)]);
    assert_eq!(workbook.merge_cells_by_sheet_name("Data").unwrap().len(), 2);
}

#[test]
fn generated_keys_ascend_and_are_spread() {
    for coverage in [Coverage::Sparse, Coverage::Dense] {
        let generated = Generated::covering(3, 200_000, coverage);
        let mut last: Option<Vec<u32>> = None;
        let mut areas = BTreeMap::new();
        for row in generated.iter() {
            assert!(last.as_ref().is_none_or(|last| *last < row.key), "{coverage:?} {:?} after {last:?}", row.key);
            let sizes = generated.dimensions().iter().map(|dimension| dimension.codes.len());
            assert!(row.key.iter().zip(sizes).all(|(code, size)| (*code as usize) < size));
            *areas.entry(row.key[1]).or_insert(0) += 1;
            last = Some(row.key);
        }
        assert_eq!(areas.len(), if coverage == Coverage::Sparse { 250 } else { 1 });
        let mut walked = Vec::new();
        generated
            .each(&mut |row| {
                walked.push(row.clone());
                Ok(())
            })
            .unwrap();
        assert!(walked.iter().eq(generated.iter().collect::<Vec<_>>().iter()));
    }
    let other: Vec<Row> = Generated::new(4, 1_000).iter().collect();
    assert_ne!(other, Generated::new(3, 1_000).iter().collect::<Vec<_>>());
}

#[test]
fn generated_sdmx_csv_has_the_width_of_published_files() {
    let rows = 50_000;
    let message = SdmxCsv::default().bytes(&Generated::new(1, rows)).unwrap();
    let width = message.len() as u64 / rows;
    assert!((115..140).contains(&width), "{width} bytes a row");
    let mut reader = ::csv::Reader::from_reader(message.as_slice());
    assert_eq!(reader.headers().unwrap().len(), 14);
    assert_eq!(reader.records().map(Result::unwrap).count() as u64, rows);
}

/// The rows that the csv crate reads, as a flat table: an empty field is no text.
fn read_csv(bytes: &[u8], columns: usize) -> Vec<Vec<Option<String>>> {
    let mut reader = ::csv::ReaderBuilder::new().delimiter(b'|').from_reader(bytes);
    let cells = |record: ::csv::StringRecord| record.iter().map(|cell| Some(cell.to_owned()).filter(|cell| !cell.is_empty())).collect();
    let mut rows: Vec<Vec<Option<String>>> = reader.records().map(|record| cells(record.unwrap())).collect();
    assert!(rows.iter().all(|row| row.len() == columns));
    rows.sort();
    rows
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn another_csv_reader_reads_what_is_written(table in table_of_texts()) {
        let bytes = Csv { delimiter: '|', ..Csv::default() }.bytes(&table).unwrap();
        let expected = table.flat().without_empty_texts();
        prop_assert_eq!(read_csv(&bytes, expected.columns.len()), expected.rows);
    }

    #[test]
    fn a_json_reader_reads_what_is_written(table in table_of_texts()) {
        let bytes = JsonTable::new(Envelope::Bare).bytes(&table).unwrap();
        let rows: Vec<BTreeMap<String, Value>> = serde_json::from_slice(&bytes).unwrap();
        let columns = table.flat().unmarked().columns;
        let mut read = Vec::new();
        for row in rows {
            let cell = |column: &String| row[column].clone();
            // Numbers are compared as written by the other tests; here only whether there is one.
            let text = |value: Value| match value { Value::Null => None, Value::String(text) => Some(text), _ => Some("number".to_owned()) };
            read.push(columns.iter().map(|column| text(cell(column))).collect::<Vec<_>>());
        }
        let mut expected = table.flat().rows;
        let value = table.dimensions.len();
        for row in &mut expected {
            row[value] = row[value].take().map(|_| "number".to_owned());
        }
        expected.sort();
        read.sort();
        prop_assert_eq!(read, expected);
    }

    #[test]
    fn a_workbook_reader_reads_what_is_written(table in table_of_texts(), inline in any::<bool>()) {
        let bytes = Xlsx { inline_strings: inline, ..Xlsx::default() }.bytes(&table).unwrap();
        let mut workbook: Workbook<_> = Workbook::new(Cursor::new(bytes)).unwrap();
        let range = workbook.worksheet_range("Data").unwrap();
        prop_assert_eq!(range.rows().count(), table.rows.len() + 1);
        for (cells, row) in range.rows().skip(1).zip(&table.rows) {
            for ((cell, code), dimension) in cells.iter().zip(&row.key).zip(&table.dimensions) {
                prop_assert_eq!(cell, &Data::String(dimension.codes[*code as usize].id.clone()));
            }
        }
    }

    #[test]
    fn every_layout_of_sdmx_json_says_the_same(
        table in table(), version in prop::sample::select(vec![SdmxJsonVersion::V1_0, SdmxJsonVersion::V1_0Data, SdmxJsonVersion::V2_0, SdmxJsonVersion::V2_1]),
        across in prop::option::of(any::<prop::sample::Index>()), constant_apart in any::<bool>(), data_first in any::<bool>(),
        in_place in any::<bool>(), tilde in any::<bool>(), short_arrays in any::<bool>(), split in prop::option::of(1_u64..5),
    ) {
        let across = across.map(|index| index.index(table.dimensions.len()));
        let order: Vec<usize> = (0..table.dimensions.len()).filter(|at| Some(*at) != across).chain(across).collect();
        let second = matches!(version, SdmxJsonVersion::V2_0 | SdmxJsonVersion::V2_1);
        let format = SdmxJson {
            version, across, constant_apart, data_first, short_arrays, values_in_place: second && in_place,
            wildcard: if second && tilde { "~" } else { "" }, rows_per_data_set: split,
        };
        let message: Value = serde_json::from_str(&written(&format, &table.sorted_by(&order))).unwrap();
        let flat = table.flat();
        let mut expected: Vec<BTreeMap<String, String>> = Vec::new();
        for row in &flat.rows {
            let cells = flat.columns.iter().zip(row).filter_map(|(column, cell)| cell.clone().map(|cell| (column.clone(), cell)));
            let mut row: BTreeMap<String, String> = cells.collect();
            row.entry("OBS_VALUE".to_owned()).and_modify(|value| "number".clone_into(value));
            expected.push(row);
        }
        expected.sort();
        prop_assert_eq!(resolved::resolve(&message), expected);
    }

    #[test]
    fn every_form_of_json_stat_has_its_cells(table in table(), sparse in any::<bool>(), values_first in any::<bool>()) {
        let format = JsonStat { sparse, values_first, status: Status::Absent, index: Index::Absent, ..JsonStat::default() };
        let message: Value = serde_json::from_str(&written(&format, &table.sorted())).unwrap();
        let cells: usize = table.dimensions.iter().map(|dimension| dimension.codes.len()).product();
        let valued = table.rows.iter().filter(|row| row.value.is_some()).count();
        match &message["value"] {
            Value::Array(values) => {
                prop_assert_eq!(values.len(), cells);
                prop_assert_eq!(values.iter().filter(|value| !value.is_null()).count(), valued);
            }
            values => prop_assert_eq!(values.as_object().unwrap().len(), valued),
        }
    }

    #[test]
    fn every_line_of_eurostat_tsv_has_all_periods(table in eurostat_table()) {
        let text = written(&EurostatTsv::default(), &table);
        let periods = table.dimensions.last().unwrap().codes.len();
        for line in text.lines() {
            prop_assert_eq!(line.split('\t').count(), periods + 1);
        }
        let flagged = table.rows.iter().filter(|row| row.attributes[0].is_some()).count();
        let cells = text.lines().skip(1).flat_map(|line| line.split('\t').skip(1));
        prop_assert_eq!(cells.filter(|cell| !cell.ends_with(' ')).count(), flagged);
    }
}
