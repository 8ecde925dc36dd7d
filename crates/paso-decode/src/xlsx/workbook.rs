//! A workbook of either kind, and the sheets that a form means.

use super::form::XlsxForm;
use super::merged::Region;
use super::package::{Package, Sheet};
use super::reader::SheetRows;
use crate::batch::Limits;
use crate::container::{Archive, Whole, is_pattern, matches};
use crate::error::DecodeError;
use crate::header::fold;
use crate::source::{Source, head};
use crate::xlsx::xls::Book;

/// An open workbook.
pub(super) enum Workbook<'s> {
    Xlsx(Package<'s>),
    Xls(Book),
}

impl<'s> Workbook<'s> {
    pub(super) fn open(source: &'s dyn Source, limits: Limits) -> Result<Self, DecodeError> {
        let start = head(source, super::xls::SIGNATURE.len()).map_err(|error| DecodeError::reading("the workbook", error))?;
        if start == super::xls::SIGNATURE {
            return Ok(Self::Xls(Book::open(source, limits)?));
        }
        Ok(Self::Xlsx(Package::open(Archive::open(Box::new(Whole(source)), limits.max_inflated_bytes)?)?))
    }

    pub(super) fn sheets(&self) -> &[Sheet] {
        match self {
            Self::Xlsx(package) => &package.sheets,
            Self::Xls(book) => &book.sheets,
        }
    }

    /// The rows of a sheet. Cells right of `last_column` are ignored.
    pub(super) fn rows(&self, sheet: &Sheet, last_column: Option<u32>) -> Result<Box<dyn SheetRows<'_> + '_>, DecodeError> {
        let last_column = last_column.unwrap_or(u32::MAX);
        match self {
            Self::Xlsx(package) => package.rows(sheet, last_column),
            Self::Xls(book) => book.rows(sheet, last_column),
        }
    }

    /// Reads a sheet for its checksum alone.
    pub(super) fn verify(&self, sheet: &Sheet) -> Result<(), DecodeError> {
        match self {
            Self::Xlsx(package) => package.verify(sheet),
            Self::Xls(_) => Ok(()),
        }
    }

    /// The merged cells of a sheet.
    pub(super) fn merged(&self, sheet: &Sheet) -> Result<Vec<Region>, DecodeError> {
        match self {
            Self::Xlsx(package) => package.merged(sheet),
            Self::Xls(book) => book.merged(sheet),
        }
    }

    /// The sheets that a form means, in the order of the workbook.
    pub(super) fn chosen(&self, form: &XlsxForm) -> Result<Vec<&Sheet>, DecodeError> {
        if let Some(wanted) = &form.sheet {
            return self.one(wanted).map(|sheet| vec![sheet]);
        }
        if form.sheets.is_empty() {
            return self.only().map(|sheet| vec![sheet]);
        }
        let mut chosen = Vec::new();
        for wanted in &form.sheets {
            let fitting = self.fitting(wanted);
            if fitting.is_empty() {
                return Err(self.missing(wanted));
            }
            chosen.extend(fitting);
        }
        Ok(self.sheets().iter().filter(|sheet| chosen.contains(sheet)).collect())
    }

    /// The sheet of a name, hidden or not, or else the visible ones that fit a pattern.
    fn fitting(&self, wanted: &str) -> Vec<&Sheet> {
        let sheets = self.sheets();
        let named =
            sheets.iter().find(|sheet| sheet.name == wanted).or_else(|| sheets.iter().find(|sheet| fold(&sheet.name) == fold(wanted)));
        match named {
            Some(sheet) => vec![sheet],
            None if is_pattern(wanted) => {
                sheets.iter().filter(|sheet| sheet.visible && matches(&fold(wanted), &fold(&sheet.name))).collect()
            }
            None => Vec::new(),
        }
    }

    pub(super) fn one(&self, wanted: &str) -> Result<&Sheet, DecodeError> {
        match self.fitting(wanted).as_slice() {
            [] => Err(self.missing(wanted)),
            [sheet] => Ok(sheet),
            several => Err(ambiguous(several, &format!("fit \"{wanted}\""))),
        }
    }

    fn only(&self) -> Result<&Sheet, DecodeError> {
        let visible: Vec<&Sheet> = self.sheets().iter().filter(|sheet| sheet.visible).collect();
        match visible.as_slice() {
            [sheet] => Ok(sheet),
            [] => Err(self.missing("*")),
            several => Err(ambiguous(several, "are visible")),
        }
    }

    fn missing(&self, wanted: &str) -> DecodeError {
        DecodeError::SheetMissing { sheet: wanted.to_owned(), found: self.sheets().iter().map(|sheet| sheet.name.clone()).collect() }
    }
}

fn ambiguous(several: &[&Sheet], what: &str) -> DecodeError {
    let names: Vec<String> = several.iter().map(|sheet| format!("\"{}\"", sheet.name)).collect();
    let problem = format!("{} sheets {what}: {}; name one of them, or all of them under sheets", several.len(), names.join(", "));
    DecodeError::Definition { key: "decode.xlsx.sheet".to_owned(), problem }
}
