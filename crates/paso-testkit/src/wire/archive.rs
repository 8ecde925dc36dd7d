//! Zip archives whose bytes depend on their members only.

use std::io::{Cursor, Write};

use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

use crate::TestkitError;

/// A zip archive of named members, deflated, all dated 1 January 1980. The deflate implementation has no path that depends on
/// the processor, so the bytes are the same on every machine.
pub(crate) fn zip(body: &str, members: &[(&str, Vec<u8>)]) -> Result<Vec<u8>, TestkitError> {
    let broken = |detail: String| TestkitError::Format { body: body.to_owned(), detail };
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9))
        .last_modified_time(DateTime::DEFAULT)
        .unix_permissions(0o644);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, options).map_err(|error| broken(error.to_string()))?;
        writer.write_all(bytes).map_err(|error| broken(error.to_string()))?;
    }
    Ok(writer.finish().map_err(|error| broken(error.to_string()))?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_members_give_the_same_bytes() {
        let members = || vec![("a.csv", b"1,2,3\n".repeat(100)), ("b.csv", b"4,5,6\n".to_vec())];
        let first = zip("test", &members()).unwrap();
        assert_eq!(first, zip("test", &members()).unwrap());
        let mut archive = zip::ZipArchive::new(Cursor::new(first)).unwrap();
        let member = archive.by_name("a.csv").unwrap();
        assert_eq!(member.size(), 600);
        assert_eq!(member.last_modified().map(|time| time.year()), Some(1980));
    }
}
