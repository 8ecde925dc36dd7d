//! Files of any size for benches: `paso-testkit generate`.

use std::io::{self, Write};
use std::path::Path;
use std::str::FromStr;

use paso_lake::file::write_atomic;

use crate::TestkitError;
use crate::message::{
    Coverage, Csv, Envelope, EurostatTsv, Format, Generated, Index, JsonStat, JsonTable, SdmxCsv, SdmxJson, SdmxJsonVersion,
};

/// What to generate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum GeneratedFormat {
    /// SDMX-CSV 2.0, ids: 14 columns of text
    SdmxCsv,
    /// The same observations as plain CSV
    Csv,
    /// JSON objects, one a line
    Ndjson,
    /// An array of JSON objects
    Json,
    /// SDMX-JSON 1.0, time series, structure first
    SdmxJson,
    /// SDMX-JSON 2.0, flat, the structure behind the data
    SdmxJsonFlat,
    /// JSON-stat 2.0, an array of values, statuses by cell
    JsonStat,
    /// JSON-stat 2.0, values by cell before the dimensions, as Eurostat serves them
    JsonStatSparse,
    /// Eurostat's TSV, flags behind the values
    EurostatTsv,
    /// A workbook of one sheet
    Xlsx,
}

impl GeneratedFormat {
    fn format(self) -> Box<dyn Format> {
        match self {
            Self::SdmxCsv => Box::new(SdmxCsv::default()),
            Self::Csv => Box::new(Csv::default()),
            Self::Ndjson => Box::new(JsonTable::new(Envelope::Lines)),
            Self::Json => Box::new(JsonTable::new(Envelope::Bare)),
            Self::SdmxJson => Box::new(SdmxJson { version: SdmxJsonVersion::V1_0, across: Some(6), ..SdmxJson::default() }),
            Self::SdmxJsonFlat => Box::new(SdmxJson { data_first: true, values_in_place: true, ..SdmxJson::default() }),
            Self::JsonStat => Box::new(JsonStat::default()),
            Self::JsonStatSparse => Box::new(JsonStat { sparse: true, values_first: true, index: Index::Object, ..JsonStat::default() }),
            Self::EurostatTsv => Box::new(EurostatTsv { flags: "OBS_STATUS".to_owned() }),
            Self::Xlsx => Box::new(crate::message::Xlsx::default()),
        }
    }

    /// A cube is dense: the sizes of its dimensions say how many cells a reader meets.
    fn coverage(self) -> Coverage {
        match self {
            Self::JsonStat | Self::JsonStatSparse => Coverage::Dense,
            _ => Coverage::Sparse,
        }
    }

    fn generated(self, seed: u64, rows: u64) -> Generated {
        Generated::covering(seed, rows, self.coverage())
    }

    fn size_of(self, seed: u64, rows: u64) -> io::Result<u64> {
        let mut counted = Counted(0);
        self.format().write(&self.generated(seed, rows), &mut counted)?;
        Ok(counted.0)
    }
}

/// How much to generate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// So many observations.
    Rows(u64),
    /// About so many bytes.
    Bytes(u64),
}

/// A number of bytes: `1GB` is 1,000,000,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bytes(pub u64);

impl FromStr for Bytes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.len() - text.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
        let factor = match &text[digits..] {
            "" | "B" => 1,
            "kB" | "KB" => 1_000,
            "MB" => 1_000_000,
            "GB" => 1_000_000_000,
            _ => return Err(format!("'{text}' is no size: write 300MB or 1GB")),
        };
        let number: u64 = text[..digits].parse().map_err(|_| format!("'{text}' is no size: write 300MB or 1GB"))?;
        number.checked_mul(factor).map(Self).ok_or_else(|| format!("'{text}' is too large"))
    }
}

/// What was generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Observations.
    pub rows: u64,
    /// Those with a value.
    pub valued: u64,
}

/// Writes generated observations to a file, the same bytes for the same arguments; how many there are.
pub fn generate(format: GeneratedFormat, size: Size, seed: u64, path: &Path) -> Result<Counts, TestkitError> {
    let failed = |detail: String| TestkitError::Format { body: path.display().to_string(), detail };
    let rows = match size {
        Size::Rows(rows) => rows,
        Size::Bytes(bytes) => rows_of(format, seed, bytes).map_err(|error| failed(error.to_string()))?,
    };
    let observations = format.generated(seed, rows);
    write_atomic(path, |file| {
        let mut buffered = io::BufWriter::with_capacity(1 << 18, file);
        format.format().write(&observations, &mut buffered)?;
        buffered.flush()
    })
    .map_err(|error| failed(error.to_string()))?;
    let valued = observations.iter().filter(|row| row.value.is_some()).count() as u64;
    Ok(Counts { rows: observations.len(), valued })
}

/// How many rows have about this size: a line through the sizes of 30,000 and 90,000 rows.
fn rows_of(format: GeneratedFormat, seed: u64, bytes: u64) -> io::Result<u64> {
    const SAMPLE: u64 = 30_000;
    let (once, thrice) = (format.size_of(seed, SAMPLE)?, format.size_of(seed, 3 * SAMPLE)?);
    let (slope, base) = ((thrice - once) as f64 / (2 * SAMPLE) as f64, once);
    Ok((SAMPLE as f64 + (bytes as f64 - base as f64) / slope).max(1.0) as u64)
}

/// Counts what is written to it.
struct Counted(u64);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read() {
        assert_eq!("300MB".parse(), Ok(Bytes(300_000_000)));
        assert_eq!("1GB".parse(), Ok(Bytes(1_000_000_000)));
        assert_eq!("17".parse(), Ok(Bytes(17)));
        for text in ["", "GB", "1TB", "1.5GB", "99999999999GB"] {
            assert!(text.parse::<Bytes>().is_err(), "{text}");
        }
    }

    #[test]
    fn every_format_is_written_at_about_the_wanted_size_and_the_same_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("generated");
        for format in <GeneratedFormat as clap::ValueEnum>::value_variants() {
            let counts = generate(*format, Size::Bytes(2_000_000), 7, &path).unwrap();
            let first = std::fs::read(&path).unwrap();
            assert!((1_700_000..2_300_000).contains(&first.len()), "{format:?}: {} bytes, {counts:?}", first.len());
            assert_eq!(generate(*format, Size::Rows(counts.rows), 7, &path).unwrap(), counts);
            // One in 25 has no value.
            assert!((0.95..0.97).contains(&(counts.valued as f64 / counts.rows as f64)), "{counts:?}");
            assert!(first == std::fs::read(&path).unwrap(), "{format:?}");
        }
    }
}
