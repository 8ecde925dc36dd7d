//! SDMX structure messages: reading twice gives the same structures.

#![no_main]

use libfuzzer_sys::fuzz_target;
use paso_decode::sdmx::structure::{Reference, Structures};
use paso_decode_fuzz::{same, told};

fuzz_target!(|input: &[u8]| {
    let read = |reader: &mut dyn std::io::BufRead| match Structures::read(reader) {
        Ok(structures) => {
            let resolved = structures.resolve(None).map(|structure| {
                let dimensions: Vec<_> = structure.dimensions().map(|component| component.id.clone()).collect();
                assert!(dimensions.iter().all(|id| structure.component(id).is_some()));
                let name = Reference::parse(&format!(
                    "{}:{}({})",
                    structure.reference.agency, structure.reference.id, structure.reference.version
                ));
                format!("{structure:?} {name:?} {dimensions:?}")
            });
            format!("{structures:?} {:?}", resolved.map_err(|error| told(&error)))
        }
        Err(error) => told(&error),
    };
    let first = read(&mut &*input);
    let second = read(&mut std::io::BufReader::with_capacity(3, input));
    same("reading in small pieces", &first, &second);
    if let Ok(text) = std::str::from_utf8(input) {
        let _ = Reference::parse(text);
    }
});
