//! The publishers' real files, beside the project.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

/// The folder of real files, or a loud word on the standard error of the run that the test was skipped.
pub(crate) fn corpus(test: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    if folder.is_dir() {
        return Some(folder);
    }
    // Written to the stream itself: the test harness would hold back what the print macros write.
    let message = format!("SKIPPED: {test}: the real files are not at {}\n", folder.display());
    std::io::stderr().write_all(message.as_bytes()).unwrap();
    None
}

/// The text of a file.
pub(crate) fn text(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.strip_prefix('\u{feff}').map_or(text.clone(), str::to_owned)
}

/// The files of a folder whose names start with `prefix` and end with `suffix`, sorted.
pub(crate) fn files(folder: &Path, prefix: &str, suffix: &str) -> Vec<PathBuf> {
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| name(path).starts_with(prefix) && name(path).ends_with(suffix));
    files.sort();
    assert!(!files.is_empty(), "{} has no {prefix}*{suffix}", folder.display());
    files
}

/// A file of comma-separated values from the line whose first fields are `header`: the columns, and the records.
pub(crate) fn table(path: &Path, header: &[&str]) -> (Vec<String>, Vec<csv::StringRecord>) {
    let text = text(path);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut records = reader.records().map(|record| record.unwrap_or_else(|error| panic!("{}: {error}", path.display())));
    let columns = records
        .find(|record| record.iter().zip(header).filter(|(found, wanted)| found == *wanted).count() == header.len())
        .unwrap_or_else(|| panic!("{} has no header {header:?}", path.display()));
    (columns.iter().map(str::to_owned).collect(), records.collect())
}

/// The position of a column.
pub(crate) fn column(columns: &[String], name: &str) -> Option<usize> {
    columns.iter().position(|column| column == name)
}

/// The cells of a sheet, from the first row and column of the sheet.
pub(crate) fn sheet(path: &Path, name: &str) -> Vec<Vec<calamine::Data>> {
    use calamine::Reader;
    let mut workbook: calamine::Xlsx<_> = calamine::open_workbook(path).unwrap();
    let range = workbook.worksheet_range(name).unwrap();
    let (rows, width) = range.end().map_or((0, 0), |(row, column)| (row + 1, column + 1));
    (0..rows).map(|row| (0..width).map(|column| range.get_value((row, column)).cloned().unwrap_or_default()).collect()).collect()
}
