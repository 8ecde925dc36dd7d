//! The conformance cases, and decoded messages as flat tables, as the command line prints them.

use std::path::{Path, PathBuf};

use paso_decode::{Batch, Bytes, DecodeError, Facts, Forms, Limits, Ragged, Role, Sink, SinkError, decode};

use crate::compare::Flat;

/// The folder of the cases; none where it is not at hand.
#[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
pub(crate) fn cases() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance");
    let named = std::env::var_os("PASO_CONFORMANCE").map(PathBuf::from);
    let found = [named, Some(beside)].into_iter().flatten().find(|folder| folder.is_dir());
    if found.is_none() {
        eprintln!("SKIPPED: neither PASO_CONFORMANCE nor ../shared/conformance is a folder");
    }
    found
}

/// The message of a case, and what is known of it.
pub(crate) fn case(folder: &Path) -> (Vec<u8>, serde_json::Value) {
    let case: serde_json::Value = serde_json::from_slice(&std::fs::read(folder.join("case.json")).unwrap()).unwrap();
    (std::fs::read(folder.join(case["input"].as_str().unwrap())).unwrap(), case)
}

/// A sink that flattens batches.
#[derive(Default)]
pub(crate) struct Flattened {
    pub(crate) table: Flat,
    /// The part and the row of every row.
    pub(crate) places: Vec<(Option<String>, u32)>,
}

impl Sink for Flattened {
    fn batch(&mut self, batch: Batch) -> Result<(), SinkError> {
        let title = |name: &str, role| if role == Role::Attribute { format!("attr:{name}") } else { name.to_owned() };
        let titles: Vec<String> = batch.columns.iter().map(|column| title(&column.name, column.role)).collect();
        // Parts with other columns widen the table.
        for title in &titles {
            if !self.table.titles.contains(title) {
                self.table.titles.push(title.clone());
                self.table.rows.iter_mut().for_each(|row| row.push(String::new()));
            }
        }
        let texts: Vec<_> = (0..batch.columns.len()).map(|column| batch.texts(column)).collect();
        for (row, number) in batch.rows.iter().enumerate() {
            let cell = |title: &String| {
                let column = titles.iter().position(|other| other == title);
                column.and_then(|column| texts[column].get(row)).unwrap_or_default().to_owned()
            };
            self.table.rows.push(self.table.titles.iter().map(cell).collect());
            self.places.push((batch.part.as_deref().map(str::to_owned), *number));
        }
        Ok(())
    }

    fn ragged(&mut self, ragged: Ragged) -> Result<(), SinkError> {
        Err(format!("a ragged row: {ragged:?}").into())
    }
}

/// Decodes under a definition written as TOML.
pub(crate) fn flatten(body: &[u8], definition: &str, limits: Limits) -> Result<(Flattened, Facts), DecodeError> {
    let forms: Forms = toml::from_str(definition).unwrap();
    let mut sink = Flattened::default();
    let facts = decode(&Bytes(body), &forms, limits, &mut sink)?;
    Ok((sink, facts))
}

/// The expected table of a case: cells are quoted where they have a comma, a quote or a line end.
pub(crate) fn expected(folder: &Path) -> Flat {
    let text = std::fs::read_to_string(folder.join("expected.csv")).unwrap();
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => cell.extend(characters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            other => cell.push(other),
        }
    }
    Flat { titles: rows.remove(0), rows }
}
