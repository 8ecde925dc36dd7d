use std::fmt::Write as _;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::Limits;
use crate::error::DecodeError;
use crate::source::Bytes;
use crate::testing::Collected;

const TABLE: &str = "freq,unit,geo\\TIME_PERIOD\t2022 \t2023 \t2024 \r\nA,PER,AT\t455 \t: \t560 p\r\nA,PER,BE\t: c\t12.30 bd\t: @C\r\n";

fn decoded(text: &[u8], batch_rows: usize) -> Result<Collected, DecodeError> {
    let mut sink = Collected::default();
    decode(&Bytes(text), &EurostatTsvForm::default(), Limits { batch_rows, ..Limits::default() }, &mut sink)?;
    Ok(sink)
}

fn rows(found: &Collected) -> Vec<String> {
    let columns: Vec<Vec<Option<String>>> = found.names().into_iter().map(|name| found.column(name)).collect();
    let cell = |column: &Vec<Option<String>>, row: usize| column[row].clone().unwrap_or("∅".to_owned());
    (0..found.rows().len()).map(|row| columns.iter().map(|column| cell(column, row)).collect::<Vec<_>>().join("|")).collect()
}

#[test]
fn every_cell_with_a_value_or_a_flag_is_an_observation() {
    for batch_rows in [1, 4, 100] {
        let found = decoded(TABLE.as_bytes(), batch_rows).unwrap();
        assert_eq!(found.names(), ["freq", "unit", "geo", "TIME_PERIOD", "OBS_VALUE", "OBS_FLAG", "CONF_STATUS"]);
        let expected =
            ["A|PER|AT|2022|455|∅|∅", "A|PER|AT|2024|560|p|∅", "A|PER|BE|2022|∅|c|∅", "A|PER|BE|2023|12.30|bd|∅", "A|PER|BE|2024|∅|∅|C"];
        assert_eq!(rows(&found), expected);
        assert_eq!((found.rows(), found.cells()), (vec![2, 2, 3, 3, 3], vec![2, 4, 2, 3, 4]));
    }
}

#[test]
fn old_files_name_the_time_and_have_no_frequency() {
    let found = decoded("unit,geo\\time\t2013 \nPER,AT\t7\n".as_bytes(), 10).unwrap();
    assert_eq!(rows(&found), ["PER|AT|2013|7|∅|∅"]);
    assert_eq!(found.names()[..3], ["unit", "geo", "time"]);
}

#[test]
fn what_does_not_fit_is_placed() {
    let problem = |text: &str| decoded(text.as_bytes(), 10).unwrap_err().to_string();
    assert_eq!(
        problem("freq,geo\\time\t2022\nA,AT\t1\nA\t1\n"),
        "the body is malformed at row 3: column freq: the key \"A\" has 1 codes, the header names 2 dimensions"
    );
    assert_eq!(
        problem("geo\\time\t2022\t2023\nAT\t1\t2\nBE\t1\t2 345\n"),
        "the body is malformed at row 3: column 2023: the cell \"2 345\" is no value with flags"
    );
    assert_eq!(problem("geo\\time\t2022 \n"), "the body has no data: no rows stand under geo\\time 2022 ");
    assert_eq!(problem(""), "the body has no data: there is no header");
    let found = decoded(b"geo\\time\t2022\t2023\nAT\t1\n", 10).unwrap();
    assert_eq!((found.ragged[0].row, found.ragged[0].fields, found.ragged[0].expected), (2, 2, 3));
}

#[test]
fn a_table_cut_anywhere_gives_no_row_behind_the_cut() {
    let whole = rows(&decoded(TABLE.as_bytes(), 100).unwrap());
    for end in 0..TABLE.len() {
        let Ok(found) = decoded(&TABLE.as_bytes()[..end], 100) else { continue };
        let found = rows(&found);
        // The last row may have lost the end of a flag or number; all before it are as they were.
        let sure = found.len().saturating_sub(1);
        assert_eq!(found[..sure], whole[..sure], "cut at {end}");
        assert!(found.len() <= whole.len());
    }
}

/// A cell of each kind: its text, and what comes out of it.
fn cell() -> impl Strategy<Value = (String, Option<[Option<String>; 3]>)> {
    let parts = (proptest::option::of("-?[0-9]{1,6}(\\.[0-9]{1,2})?"), proptest::option::of("[bdepu]{1,2}"), proptest::option::of("[CN]"));
    parts.prop_map(|(number, flags, confidential)| {
        let behind = flags.clone().unwrap_or_default() + &confidential.as_ref().map(|text| format!("@{text}")).unwrap_or_default();
        let text = format!("{} {behind}", number.as_deref().unwrap_or(":"));
        let value = [number, flags, confidential];
        (text, value.iter().any(Option::is_some).then_some(value))
    })
}

proptest! {
    #[test]
    fn what_eurostat_writes_is_read_back(lines in vec(vec(cell(), 3), 1..12), batch_rows in 1..9_usize) {
        let mut text = "freq,geo\\TIME_PERIOD\t2022 \t2023 \t2024 \n".to_owned();
        let mut expected = Vec::new();
        for (line, cells) in lines.iter().enumerate() {
            let cells_text: Vec<&str> = cells.iter().map(|(text, _)| text.as_str()).collect();
writeln!(text, "A,G{line}\t{}", cells_text.join("\t")).unwrap();
            for (period, (_, value)) in (2022..).zip(cells) {
                if let Some(value) = value {
                    let value = value.iter().map(|part| part.as_deref().unwrap_or("∅")).collect::<Vec<_>>().join("|");
                    expected.push(format!("A|G{line}|{period}|{value}"));
                }
            }
        }
        prop_assert_eq!(rows(&decoded(text.as_bytes(), batch_rows).unwrap()), expected);
    }

    #[test]
    fn no_text_makes_the_decoder_panic(text in "[a-z,\\\\\t\n:@ 0-9.]{0,60}", damage in any::<bool>()) {
        let text = if damage { format!("geo\\time\t2022\t2023\n{text}") } else { text };
        if let Ok(found) = decoded(text.as_bytes(), 3) {
            prop_assert!(found.rows().len() <= text.len());
        }
    }
}
