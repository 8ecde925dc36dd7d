//! The conformance cases of SDMX-CSV and of Eurostat's tab-separated tables.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use paso_decode::eurostat::{self, EurostatTsvForm};
use paso_decode::sdmx::csv::{self, SdmxCsvForm};
use paso_decode::sdmx::structure::Structures;
use paso_decode::{Bytes, DecodeError, Limits};
use serde_json::Value;

use crate::compare::{Rules, differences};
use crate::flat::{Flattened, case, cases, expected};

/// The messages of these formats, by family and number.
const DATA: [(&str, &[u32]); 7] = [
    ("csv_v3", &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
    ("pysdmx", &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 18, 19, 21, 22]),
    ("eurostat_csv", &[1, 2, 3, 4, 5, 6]),
    ("eurostat_tsv", &[1, 2, 3, 4]),
    ("imf", &[1]),
    ("ilo", &[1]),
    ("errors", &[6, 7, 22]),
];

fn decode(folder: &Path, (body, case): (Vec<u8>, &Value), limits: Limits) -> Result<Flattened, DecodeError> {
    let body = if case["input"].as_str().unwrap().ends_with(".csv.gz") { inflated(&body) } else { body };
    let mut sink = Flattened::default();
    if case["format"] == "Eurostat TSV" {
        eurostat::decode(&Bytes(&body), &EurostatTsvForm::default(), limits, &mut sink)?;
        return Ok(sink);
    }
    let message = case["dsd"].as_str().map(|dsd| fs::read(folder.join(dsd)).unwrap());
    let structures = message.map(|message| Structures::read(&message[..])).transpose()?.map(Arc::new);
    csv::decode(&Bytes(&body), &SdmxCsvForm::default(), structures.as_ref(), limits, &mut sink)?;
    Ok(sink)
}

fn inflated(body: &[u8]) -> Vec<u8> {
    let mut inflated = Vec::new();
    #[expect(clippy::disallowed_methods, reason = "a test file of known size")]
    flate2::read::GzDecoder::new(body).read_to_end(&mut inflated).unwrap();
    inflated
}

#[test]
fn every_message_gives_the_expected_table_or_error() {
    let Some(cases) = cases() else { return };
    for (family, numbers) in DATA {
        for number in numbers {
            let folder = cases.join(format!("{family}/{number:02}"));
            let name = folder.display();
            for batch_rows in [Limits::default().batch_rows, 7] {
                let (body, about) = case(&folder);
                let found = decode(&folder, (body, &about), Limits { batch_rows, ..Limits::default() });
                if let Some(error) = about["expected"]["error"].as_str() {
                    let called = match found.err().unwrap() {
                        DecodeError::Empty { .. } => "empty",
                        DecodeError::Malformed { .. } => "malformed",
                        other => panic!("{name}: {other}"),
                    };
                    assert_eq!(called, error, "{name}");
                    continue;
                }
                let found = found.unwrap_or_else(|error| panic!("{name}: {error}"));
                let differences = differences(&expected(&folder), &found.table, Rules::of(&about));
                assert!(differences.is_empty(), "{name}: {differences:#?}");
                assert_eq!(Some(found.table.rows.len() as u64), about["observations"].as_u64(), "{name}");
            }
        }
    }
}

/// The dimensions of some structures, in the order in which their messages list them: with ids, with ids of concepts only, with positions.
const KEYS: [(&str, &str, &str); 4] = [
    (
        "twg-sdmx-tck__sdmx-tck-manager__tests__resources__ECB+ECB_EXR1+1.0.xml",
        "ECB:ECB_EXR1(1.0)",
        "FREQ CURRENCY CURRENCY_DENOM EXR_TYPE EXR_SUFFIX TIME_PERIOD",
    ),
    (
        "khaeru-sdmx-test-data__ECB_EXR__sg-structure.xml",
        "ECB:ECB_EXR_SG(1.0)",
        "FREQ CURRENCY CURRENCY_DENOM EXR_TYPE EXR_VAR TIME_PERIOD",
    ),
    ("khaeru-sdmx-test-data__ESTAT__demography-structure.xml", "ESTAT:DEMOGRAPHY(1.0)", "FREQ COUNTRY SEX DEMO TIME_PERIOD"),
    ("khaeru-sdmx-test-data__IMF_RES__WEO-structure.xml", "IMF.RES:WEO(9.0.0)", "COUNTRY INDICATOR FREQUENCY TIME_PERIOD"),
];

#[test]
fn every_structure_message_is_read() {
    let Some(cases) = cases() else { return };
    let folder = cases.join("_dsd");
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        Structures::read(&fs::read(&path).unwrap()[..]).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
    for (file, wanted, key) in KEYS {
        let structures = Structures::read(&fs::read(folder.join(file)).unwrap()[..]).unwrap();
        let structure = structures.resolve(Some(wanted)).unwrap();
        let found: Vec<&str> = structure.dimensions().map(|dimension| dimension.id.as_str()).collect();
        assert_eq!(found.join(" "), key, "{wanted}");
    }
}
