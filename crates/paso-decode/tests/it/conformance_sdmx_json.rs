//! The conformance cases of SDMX-JSON: messages of the ECB, the OECD and the standard's own samples, with the tables that other readers get.

use paso_decode::{DecodeError, Limits};

use crate::compare::{Rules, differences};
use crate::flat::{case, cases, expected, flatten};

const CASES: [(&str, &[u32]); 5] =
    [("ecb_exr", &[20, 21]), ("json_v3", &[1, 2, 3, 4]), ("json_twg", &[1, 2]), ("khaeru", &[9]), ("oecd", &[1, 2, 3, 4, 5, 6, 7])];

#[test]
fn every_message_gives_the_expected_table() {
    let Some(cases) = cases() else { return };
    let folders = CASES.iter().flat_map(|(family, numbers)| numbers.iter().map(move |number| format!("{family}/{number:02}")));
    let mut count = 0;
    for name in folders {
        let folder = cases.join(&name);
        let (message, case) = case(&folder);
        assert_eq!(case["format"], "SDMX-JSON", "{name}");
        let values_only = case["compare_flags"].as_array().unwrap().iter().any(|flag| flag == "--values-only");
        for limits in [Limits::default(), Limits { batch_rows: 2, ..Limits::default() }] {
            let (actual, _) = flatten(&message, "[sdmx_json]", limits).unwrap_or_else(|error| panic!("{name}: {error}"));
            let found = differences(&expected(&folder), &actual.table, Rules { values_only, ..Rules::default() });
            assert!(found.is_empty(), "{name}: {found:#?}");
            assert_eq!(Some(actual.table.rows.len() as u64), case["observations"].as_u64(), "{name}");
            assert!(actual.places.iter().zip(1..).all(|((_, row), expected)| *row == expected), "{name}");
            let pointer = if case["version"] == "1.0" { "/dataSets/0" } else { "/data/dataSets/0" };
            assert!(actual.places.iter().all(|(part, _)| part.as_deref() == Some(pointer)), "{name}");
        }
        count += 1;
    }
    assert_eq!(count, 16);
}

#[test]
fn a_message_that_is_cut_off_gives_no_row() {
    let Some(cases) = cases() else { return };
    for number in ["08", "11"] {
        let (message, case) = case(&cases.join("errors").join(number));
        assert_eq!(case["expected"]["error"], "malformed");
        let error = flatten(&message, "[sdmx_json]", Limits::default()).err().unwrap();
        assert!(matches!(error, DecodeError::Truncated { .. }), "{number}: {error}");
        assert!(error.to_string().contains("is cut off at line "), "{number}: {error}");
    }
}
