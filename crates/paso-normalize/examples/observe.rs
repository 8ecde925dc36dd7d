//! A body into observations, with nothing of a lake around it: what `tests/benches` measures.
//!
//!     observe DEFINITION BODY OUTPUT THREADS
//!
//! The definition is a TOML file with the tables `concept`, `decode` and `observe` of a dataset.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the account and errors are what the program prints")]

use std::{
    collections::BTreeMap,
    error::Error,
    fs,
    num::NonZero,
    path::{Path, PathBuf},
    process::ExitCode,
};

use jiff::civil::date;
use paso_areas::Areas;
use paso_decode::{Forms, Source};
use paso_model::{Concept, Measures};
use paso_normalize::{Body, CodeLists, Content, Definition, Flags, Observe, Reference, normalize};
use serde::Deserialize;

#[derive(Deserialize)]
struct Dataset {
    concept: Concept,
    decode: Forms,
    observe: Observe,
}

struct OnDisk(PathBuf);

impl Content for OnDisk {
    fn open(&self) -> Result<Box<dyn Source + '_>, Box<dyn Error + Send + Sync>> {
        Ok(Box::new(paso_decode::File::open(&self.0)?))
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [definition, body, output, threads] = arguments.as_slice() else {
        return Err("observe DEFINITION BODY OUTPUT THREADS".into());
    };
    let dataset: Dataset = toml::from_str(&fs::read_to_string(definition)?)?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../pipelines/reference");
    let areas = Areas::load(&folder)?;
    let measures = Measures::parse(&fs::read_to_string(folder.join("measures.toml"))?)?;
    let (flags, codes) = (Flags::default(), CodeLists::default());
    let reference = Reference { areas: &areas, measures: &measures, flags: &flags, codes: &codes };
    let definition = Definition { dataset: "bench.stock", concept: &dataset.concept, forms: &dataset.decode, observe: &dataset.observe };
    let bodies = [Body {
        url: "file".to_owned(),
        snapshot: "0".repeat(64),
        columns: BTreeMap::new(),
        content: Box::new(OnDisk(body.into())),
        last_modified: None,
        retrieved: date(2026, 1, 1),
    }];
    let threads: NonZero<usize> = threads.parse()?;
    let edition = normalize(definition, reference, &bodies, Path::new(output), threads)?;
    let account = edition.account();
    let rows = edition.write(&BTreeMap::new())?;
    println!("{{\"cells\": {}, \"rows\": {rows}, \"quarantined\": {}}}", account.cells, account.quarantined_total());
    Ok(())
}
