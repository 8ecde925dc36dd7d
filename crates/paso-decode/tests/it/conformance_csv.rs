//! The conformance cases of SDMX-CSV and of Eurostat's tab-separated tables, where they lie beside the workspace.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use paso_decode::eurostat::{self, EurostatTsvForm};
use paso_decode::sdmx::csv::{self, SdmxCsvForm};
use paso_decode::sdmx::structure::Structures;
use paso_decode::{Bytes, DecodeError, Limits, Role};
use serde_json::Value;

use crate::collected::Collected;
use crate::compare::{Flat, Rules, differences};

/// How many cases the families have. A case that is lost without a word would be no failure otherwise.
const DATA_CASES: usize = 39 + 4;
const ERROR_CASES: usize = 3;

fn cases() -> Option<Vec<PathBuf>> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance");
    let root = std::env::var_os("PASO_CONFORMANCE").map_or(beside, PathBuf::from);
    if !root.exists() {
        return None;
    }
    let folders = |folder: &Path| {
        let mut found: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
        found.sort();
        found
    };
    let cases = folders(&root).iter().flat_map(|family| folders(family)).filter(|case| case.join("case.json").exists()).collect();
    Some(cases)
}

struct Case {
    folder: PathBuf,
    about: Value,
}

impl Case {
    fn text(&self, key: &str) -> Option<&str> {
        self.about[key].as_str()
    }

    fn body(&self) -> Vec<u8> {
        let name = self.text("input").unwrap();
        let bytes = fs::read(self.folder.join(name)).unwrap();
        if !name.ends_with(".gz") {
            return bytes;
        }
        let mut inflated = Vec::new();
        #[expect(clippy::disallowed_methods, reason = "a test file of known size")]
        flate2::read::GzDecoder::new(&bytes[..]).read_to_end(&mut inflated).unwrap();
        inflated
    }

    fn decode(&self) -> Result<Collected, DecodeError> {
        let (body, mut sink) = (self.body(), Collected::default());
        if self.text("format") == Some("Eurostat TSV") {
            eurostat::decode(&Bytes(&body), &EurostatTsvForm::default(), Limits::default(), &mut sink)?;
            return Ok(sink);
        }
        let message = self.text("dsd").map(|dsd| fs::read(self.folder.join(dsd)).unwrap());
        let structures = message.map(|message| Structures::read(&message[..])).transpose()?.map(Arc::new);
        csv::decode(&Bytes(&body), &SdmxCsvForm::default(), structures.as_ref(), Limits::default(), &mut sink)?;
        Ok(sink)
    }

    fn rules(&self) -> Rules {
        let flag = |flag: &str| self.about["compare_flags"].as_array().is_some_and(|flags| flags.iter().any(|other| other == flag));
        Rules {
            no_attributes: flag("--no-attrs"),
            ignore_prefix: flag("--ignore-prefix"),
            values_only: flag("--values-only"),
            observations_only: flag("--obs-only"),
            drop_empty: flag("--drop-empty"),
        }
    }
}

fn flat(found: &Collected) -> Flat {
    let title = |(name, role): (&String, &Role)| if *role == Role::Attribute { format!("attr:{name}") } else { name.clone() };
    Flat {
        titles: found.names.iter().zip(&found.roles).map(title).collect(),
        rows: found.rows.iter().map(|row| row.texts.iter().map(|text| text.clone().unwrap_or_default()).collect()).collect(),
    }
}

fn expected(case: &Case) -> Flat {
    let mut reader = ::csv::ReaderBuilder::new().from_path(case.folder.join("expected.csv")).unwrap();
    let titles = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows = reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
    Flat { titles, rows }
}

/// What the error is called in the cases.
fn called(error: &DecodeError) -> &'static str {
    match error {
        DecodeError::Empty { .. } => "empty",
        DecodeError::Malformed { .. } => "malformed",
        _ => "another error",
    }
}

#[test]
fn every_case_of_sdmx_csv_and_eurostat_tsv_decodes_as_expected() {
    let Some(folders) = cases() else { return };
    let (mut data, mut errors, mut failures) = (0, 0, Vec::new());
    for folder in folders {
        let about: Value = serde_json::from_slice(&fs::read(folder.join("case.json")).unwrap()).unwrap();
        let case = Case { folder, about };
        if !matches!(case.text("format"), Some("SDMX-CSV" | "Eurostat TSV")) {
            continue;
        }
        let name = case.folder.display();
        match (case.decode(), case.about["expected"]["error"].as_str()) {
            (Ok(found), None) => {
                data += 1;
                assert!(found.ragged.is_empty(), "{name}");
                failures.extend(differences(&expected(&case), &flat(&found), case.rules()).into_iter().map(|found| format!("{name}: {found}")));
            }
            (Err(error), Some(wanted)) if called(&error) == wanted => errors += 1,
            (Ok(_), Some(wanted)) => failures.push(format!("{name}: decodes, expected {wanted}")),
            (Err(error), wanted) => failures.push(format!("{name}: {error}, expected {}", wanted.unwrap_or("data"))),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!((data, errors), (DATA_CASES, ERROR_CASES));
}
