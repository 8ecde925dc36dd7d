//! One writer at a time.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
};

use crate::LakeError;

/// The right to write to a lake, held until dropped. The operating system frees it when the process dies, however it dies.
#[derive(Debug)]
pub struct LakeLock {
    _file: File,
    lake: PathBuf,
}

impl LakeLock {
    pub(crate) fn acquire(lake: &Path) -> Result<Self, LakeError> {
        let path = lake.join("lake.lock");
        let error = |source| LakeError::io("lock", &path, source);
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(error)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file, lake: lake.to_owned() }),
            Err(TryLockError::WouldBlock) => Err(LakeError::Locked { lake: lake.to_owned() }),
            Err(TryLockError::Error(source)) => Err(error(source)),
        }
    }

    /// The lake that it locks.
    pub fn lake(&self) -> &Path {
        &self.lake
    }
}
