//! What the fuzz targets share: a sink that checks what every format promises, and decoding in ways that must agree.
//!
//! A target never looks for a certain error. It fails where a decoder panics, where a batch breaks a promise, and where two ways to the
//! same rows differ.

pub mod container;
mod rows;
mod source;
mod workbook;

use std::fmt::Debug;

use paso_decode::{DecodeError, Facts, Forms, Known, Limits, Message, Source, decode};

pub use rows::{Order, Part, Row, Rows};
pub use source::Reluctant;
pub use workbook::{compound_file, spreadsheet};

/// What came of a body: its rows and facts, or the words of the error.
pub type Outcome = Result<(Rows, Facts), String>;

/// How many bytes a body may inflate to.
pub const MAX_INFLATED: u64 = 1 << 20;

/// Small batches.
pub const SMALL: Limits = Limits { max_inflated_bytes: MAX_INFLATED, batch_rows: 7 };

/// Batches as large as they come.
pub fn usual() -> Limits {
    Limits { max_inflated_bytes: MAX_INFLATED, ..Limits::default() }
}

/// Definitions written as TOML, parsed once.
pub struct Definitions(Vec<Forms>);

impl Definitions {
    /// Panics where one of them is wrong.
    pub fn new(texts: &[&str]) -> Self {
        Self(texts.iter().map(|text| toml::from_str(text).expect("a definition")).collect())
    }

    /// The one that a byte stands for.
    pub fn by(&self, byte: u8) -> &Forms {
        &self.0[usize::from(byte) % self.0.len()]
    }
}

/// Decodes a body under a definition: twice, from sources that read otherwise, and in batches of different sizes. All must agree.
pub fn check(body: &[u8], forms: &Forms, order: Order) -> Outcome {
    agree(body, order, |source, limits, rows| decode(source, forms, limits, rows))
}

/// Recognises a body and decodes it, as [`check`] does.
pub fn check_recognized(body: &[u8], known: &Known, order: Order) -> Outcome {
    agree(body, order, |source, limits, rows| {
        let message = Message::recognize(source, known.clone(), limits)?;
        assert!(!message.why().is_empty(), "a format is recognised by something");
        message.decode(limits, rows)
    })
}

/// Reads a body in three ways that must agree.
pub fn agree(body: &[u8], order: Order, read: impl Fn(&dyn Source, Limits, &mut Rows) -> Result<Facts, DecodeError>) -> Outcome {
    let run = |source: &dyn Source, limits: Limits| {
        let mut rows = Rows::new(limits.batch_rows, order);
        match read(source, limits, &mut rows) {
            Ok(facts) => Ok((rows, facts)),
            Err(error) => Err(told(&error)),
        }
    };
    let first = run(&Reluctant::new(body, usize::MAX), SMALL);
    same("decoding again", &first, &run(&Reluctant::new(body, 3), SMALL));
    same("batches of another size", &first, &run(&paso_decode::Bytes(body), usual()));
    first
}

/// An error in words; to put it into words must not panic either.
pub fn told(error: &DecodeError) -> String {
    assert!(!matches!(error, DecodeError::Sink { .. }), "a check failed: {error:?}");
    let words = format!("{error} ({:?})", error.hint());
    // How much of a frame was read when its damage shows depends on how much the source hands out at once.
    match words.split_once("the Zstandard data is malformed at byte ") {
        Some((before, behind)) => {
            format!("{before}the Zstandard data is malformed{}", behind.trim_start_matches(|digit: char| digit.is_ascii_digit()))
        }
        None => words,
    }
}

/// Fails where two ways to the same rows differ.
pub fn same<T: PartialEq + Debug>(what: &str, first: &T, second: &T) {
    assert!(first == second, "{what} gives something else:\n{first:#?}\n{second:#?}");
}
