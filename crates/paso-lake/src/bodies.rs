//! Raw bodies by their hash: immutable, compressed, readable by their owner only.

use std::{
    fs::File,
    io::{self, BufReader, Read, Write as _},
    path::{Path, PathBuf},
};

use crate::{
    Hasher, Lake, LakeError, Sha256,
    file::{self, AtomicFile},
    layout::folder_names,
    sha256,
};

const ZSTD_LEVEL: i32 = 3;

impl Lake {
    /// Where a body is kept.
    pub fn body(&self, hash: &Sha256) -> PathBuf {
        self.root().join("archive").join(&hash.as_str()[..2]).join(hash.as_str())
    }

    /// Where a body is kept that was not what its request asked for.
    pub fn rejected_body(&self, hash: &Sha256) -> PathBuf {
        self.root().join("archive").join("rejected").join(hash.as_str())
    }

    /// Keeps a body and names it. A body that is there already stays untouched; only its size is compared.
    pub fn store_body(&self, bytes: &[u8]) -> Result<Sha256, LakeError> {
        let hash = sha256(bytes);
        store(&self.body(&hash), &hash, bytes)?;
        Ok(hash)
    }

    /// Keeps a body that was not what its request asked for, for people to look at; no stage reads it.
    pub fn reject_body(&self, bytes: &[u8]) -> Result<Sha256, LakeError> {
        let hash = sha256(bytes);
        store(&self.rejected_body(&hash), &hash, bytes)?;
        Ok(hash)
    }

    /// Whether the archive has a body.
    pub fn has_body(&self, hash: &Sha256) -> bool {
        self.body(hash).is_file()
    }

    /// Every body of the archive, sorted.
    pub fn bodies(&self) -> Result<Vec<Sha256>, LakeError> {
        let archive = self.root().join("archive");
        let mut found = Vec::new();
        for folder in folder_names(&archive)?.into_iter().filter(|name| name.len() == 2) {
            let names = file::entries(&archive.join(folder))?.into_iter().map(|entry| entry.file_name().to_string_lossy().into_owned());
            found.extend(names.filter_map(|name| Sha256::try_from(name).ok()));
        }
        Ok(found)
    }

    /// The bytes of a body, if they are at most `max_bytes` and still the ones that were stored.
    pub fn read_body(&self, hash: &Sha256, max_bytes: u64) -> Result<Vec<u8>, LakeError> {
        read(self.body(hash), hash, max_bytes)
    }

    /// A body to be read piece by piece, for those that are better not held in memory; the same conditions hold.
    pub fn open_body(&self, hash: &Sha256, max_bytes: u64) -> Result<StoredBody, LakeError> {
        open(self.body(hash), hash, max_bytes)
    }

    /// The bytes of a rejected body.
    pub fn read_rejected_body(&self, hash: &Sha256, max_bytes: u64) -> Result<Vec<u8>, LakeError> {
        read(self.rejected_body(hash), hash, max_bytes)
    }
}

fn store(path: &Path, hash: &Sha256, bytes: &[u8]) -> Result<(), LakeError> {
    if let Some(header) = read_header(path)? {
        let stored = content_size(&header);
        return if stored == Some(bytes.len() as u64) {
            Ok(())
        } else {
            let stored = stored.map_or_else(|| "unreadable size".to_owned(), |size| format!("{size} bytes"));
            let detail = format!("{stored} where {} were expected", bytes.len());
            Err(LakeError::CorruptBody { sha256: hash.clone(), path: path.to_owned(), detail })
        };
    }
    let error = |source| LakeError::io("write", path, source);
    let compressed = zstd::bulk::compress(bytes, ZSTD_LEVEL).map_err(error)?;
    let mut file = AtomicFile::create_private(path)?;
    file.write_all(&compressed).map_err(error)?;
    file.commit()
}

/// The first bytes of a stored body, enough for its frame header; none where there is no file.
fn read_header(path: &Path) -> Result<Option<Vec<u8>>, LakeError> {
    let error = |source| LakeError::io("read", path, source);
    let file = match File::open(path) {
        Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other.map_err(error)?,
    };
    let mut header = Vec::new();
    file.take(32).read_to_end(&mut header).map_err(error)?;
    Ok(Some(header))
}

fn content_size(header: &[u8]) -> Option<u64> {
    zstd::zstd_safe::get_frame_content_size(header).ok().flatten()
}

fn open(path: PathBuf, hash: &Sha256, max_bytes: u64) -> Result<StoredBody, LakeError> {
    let Some(header) = read_header(&path)? else {
        return Err(LakeError::MissingBody { sha256: hash.clone(), path });
    };
    let Some(size) = content_size(&header) else {
        return Err(LakeError::CorruptBody { sha256: hash.clone(), path, detail: "it does not start like a stored body".into() });
    };
    if size > max_bytes {
        return Err(LakeError::BodyTooLarge { sha256: hash.clone(), max_bytes });
    }
    let file = File::open(&path).map_err(|source| LakeError::io("read", &path, source))?;
    let decoder = zstd::Decoder::new(file).map_err(|source| LakeError::io("read", &path, source))?;
    Ok(StoredBody { decoder, hasher: Some(Hasher::default()), hash: hash.clone(), path, size, read: 0, max_bytes })
}

fn read(path: PathBuf, hash: &Sha256, max_bytes: u64) -> Result<Vec<u8>, LakeError> {
    let mut body = open(path, hash, max_bytes)?;
    // A damaged header may promise anything: memory grows with the bytes that really come.
    let mut bytes = Vec::with_capacity(body.size.min(64 * 1024 * 1024) as usize);
    match body.read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        Err(error) => Err(error.downcast().unwrap_or_else(|source| LakeError::io("read", &body.path, source))),
    }
}

/// The bytes of a stored body, one after the other. Reading fails, with a [`LakeError`] inside, where they are too many, and at their end where
/// they are not the ones that were stored.
pub struct StoredBody {
    decoder: zstd::Decoder<'static, BufReader<File>>,
    hasher: Option<Hasher>,
    hash: Sha256,
    path: PathBuf,
    size: u64,
    read: u64,
    max_bytes: u64,
}

impl StoredBody {
    fn corrupt(&self, detail: String) -> io::Error {
        io::Error::other(LakeError::CorruptBody { sha256: self.hash.clone(), path: self.path.clone(), detail })
    }
}

impl Read for StoredBody {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.decoder.read(buffer).map_err(|source| self.corrupt(source.to_string()))?;
        self.read += read as u64;
        if self.read > self.max_bytes {
            return Err(io::Error::other(LakeError::BodyTooLarge { sha256: self.hash.clone(), max_bytes: self.max_bytes }));
        }
        if read > 0 {
            self.hasher.iter_mut().for_each(|hasher| hasher.update(&buffer[..read]));
        } else if !buffer.is_empty()
            && let Some(found) = self.hasher.take().map(Hasher::finish)
            && found != self.hash
        {
            return Err(self.corrupt(format!("its content has the SHA-256 {found}")));
        }
        Ok(read)
    }
}
