//! Compound files (MS-CFB), the little file system in which older Office programs keep their documents.

use super::bytes::{u16_at, u32_at};

/// A compound file in memory.
pub(super) struct Compound {
    bytes: Vec<u8>,
    shift: u32,
    /// For every sector, the one that follows it.
    fat: Vec<u32>,
    mini_fat: Vec<u32>,
    mini_stream: Vec<u8>,
    entries: Vec<Stream>,
}

/// A stream in the file's directory.
struct Stream {
    name: String,
    first: u32,
    size: u64,
}

/// The first bytes of a compound file.
pub(in crate::xlsx) const SIGNATURE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

const HEADER: usize = 512;
const IN_HEADER: usize = 109;
const LAST_SECTOR: u32 = 0xFFFF_FFFA;
const MINI_SHIFT: u32 = 6;
const MINI_CUTOFF: u64 = 4096;
const ENTRY: usize = 128;
const STREAM: u8 = 2;
const ROOT: u8 = 5;

impl Compound {
    /// Reads the tables of the file. An error says what is wrong, and whether the file was cut off.
    pub(super) fn new(bytes: Vec<u8>) -> Result<Self, Broken> {
        let header = bytes.get(..HEADER).ok_or(Broken::CutOff)?;
        let shift = u32::from(u16_at(header, 30));
        if !matches!(shift, 9 | 12) || u16_at(header, 28) != 0xFFFE {
            return Err(Broken::Wrong("its header has no valid size of sectors"));
        }
        let mut file = Self { bytes, shift, fat: Vec::new(), mini_fat: Vec::new(), mini_stream: Vec::new(), entries: Vec::new() };
        file.read_fat()?;
        let header = |at: usize| u32_at(&file.bytes, at);
        let (directory, mini_fat) = (header(48), header(60));
        let directory = file.chain(directory)?;
        if mini_fat < LAST_SECTOR {
            file.mini_fat = words(&file.chain(mini_fat)?);
        }
        for entry in directory.chunks_exact(ENTRY) {
            let (kind, first) = (entry[66], u32_at(entry, 116));
            let high = if shift == 12 { u64::from(u32_at(entry, 124)) << 32 } else { 0 };
            let size = high | u64::from(u32_at(entry, 120));
            let letters = usize::from(u16_at(entry, 64) / 2).saturating_sub(1).min(31);
            let name = String::from_utf16_lossy(&entry[..letters * 2].chunks_exact(2).map(|pair| u16_at(pair, 0)).collect::<Vec<_>>());
            match kind {
                ROOT if file.mini_stream.is_empty() && first < LAST_SECTOR => file.mini_stream = file.chain(first)?,
                STREAM => file.entries.push(Stream { name, first, size }),
                _ => {}
            }
        }
        Ok(file)
    }

    fn sector(&self, number: u32) -> Result<&[u8], Broken> {
        let size = 1usize << self.shift;
        let start = (number as usize).checked_add(1).and_then(|number| number.checked_mul(size)).ok_or(Broken::CutOff)?;
        // The last sector of some writers is not filled up.
        let end = start.saturating_add(size).min(self.bytes.len());
        self.bytes.get(start..end).filter(|sector| !sector.is_empty()).ok_or(Broken::CutOff)
    }

    fn read_fat(&mut self) -> Result<(), Broken> {
        let mut sectors: Vec<u32> = words(&self.bytes[76..76 + IN_HEADER * 4]);
        let most = self.bytes.len() >> self.shift;
        let mut next = u32_at(&self.bytes, 68);
        let mut extra = 0;
        while next < LAST_SECTOR {
            extra += 1;
            if extra > most {
                return Err(Broken::Wrong("a table of its sectors goes round in a circle"));
            }
            let mut listed = words(self.sector(next)?);
            next = listed.pop().unwrap_or(LAST_SECTOR);
            sectors.append(&mut listed);
        }
        sectors.retain(|sector| *sector < LAST_SECTOR);
        if sectors.len() > most {
            return Err(Broken::Wrong("it lists more sectors than it has"));
        }
        let mut fat = Vec::new();
        for sector in sectors {
            fat.append(&mut words(self.sector(sector)?));
        }
        self.fat = fat;
        Ok(())
    }

    /// The bytes of a chain of sectors.
    fn chain(&self, first: u32) -> Result<Vec<u8>, Broken> {
        let mut bytes = Vec::new();
        let mut next = first;
        while next < LAST_SECTOR {
            if bytes.len() > self.bytes.len() {
                return Err(Broken::Wrong("a chain of sectors goes round in a circle"));
            }
            bytes.extend_from_slice(self.sector(next)?);
            next = *self.fat.get(next as usize).ok_or(Broken::CutOff)?;
        }
        Ok(bytes)
    }

    /// Whether there is a stream of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    /// The bytes of a stream; none where there is none of this name.
    pub(super) fn stream(&self, name: &str) -> Result<Option<Vec<u8>>, Broken> {
        let Some(entry) = self.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name)) else { return Ok(None) };
        let mut bytes = if entry.size >= MINI_CUTOFF { self.chain(entry.first)? } else { self.mini_chain(entry.first)? };
        let size = usize::try_from(entry.size).unwrap_or(usize::MAX);
        if bytes.len() < size {
            return Err(Broken::CutOff);
        }
        bytes.truncate(size);
        Ok(Some(bytes))
    }

    fn mini_chain(&self, first: u32) -> Result<Vec<u8>, Broken> {
        let mut bytes = Vec::new();
        let mut next = first;
        while next < LAST_SECTOR {
            if bytes.len() > self.mini_stream.len() {
                return Err(Broken::Wrong("a chain of small sectors goes round in a circle"));
            }
            let start = (next as usize) << MINI_SHIFT;
            bytes.extend_from_slice(self.mini_stream.get(start..start + (1 << MINI_SHIFT)).ok_or(Broken::CutOff)?);
            next = *self.mini_fat.get(next as usize).ok_or(Broken::CutOff)?;
        }
        Ok(bytes)
    }
}

/// Why a compound file cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    /// It refers to bytes that are not there.
    CutOff,
    /// It contradicts itself.
    Wrong(&'static str),
}

fn words(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).map(|word| u32_at(word, 0)).collect()
}
