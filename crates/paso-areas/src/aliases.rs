//! Further texts of schemes: `area_aliases.csv` and `region_aliases.csv`.

use std::path::Path;

use crate::{
    error::AreasError,
    scheme::{Entry, fold},
    schemes::{Drafts, Target, in_bases},
    table::Table,
};

/// Where aliases stand and what they may mean.
pub(crate) struct Source<'a, F> {
    pub(crate) path: &'a Path,
    pub(crate) file: &'static str,
    pub(crate) of: Target,
    /// The columns; the third one holds the id.
    pub(crate) columns: [&'static str; 4],
    pub(crate) expected: &'static str,
    pub(crate) exists: F,
}

/// Reads the text of a file of aliases into the schemes.
pub(crate) fn parse<F: Fn(&str) -> bool>(source: &Source<'_, F>, text: &str, drafts: &mut Drafts) -> Result<(), AreasError> {
    let table = Table::read(source.path, text, &source.columns)?;
    for row in table.rows() {
        let (scheme, text, id, note) = (row.required(0)?, row.required(1)?, row.required(2)?, row.text(3));
        let refuse = |problem: &str| AreasError::Scheme {
            path: row.path(),
            line: row.line(),
            scheme: scheme.to_owned(),
            problem: problem.to_owned(),
        };
        match drafts.get(scheme) {
            None => return Err(refuse("is not declared in schemes.toml")),
            Some(draft) if draft.of != source.of => {
                return Err(refuse("finds the other kind of things: the line belongs in the other file"));
            }
            Some(_) => {}
        }
        if !(source.exists)(id) {
            return Err(row.unknown(2, source.expected));
        }
        let ambiguous = |other: &Entry| AreasError::Ambiguous {
            path: row.path(),
            line: row.line(),
            scheme: scheme.into(),
            text: text.into(),
            id: id.into(),
            other: other.id.as_str().into(),
            other_where: format!("{}:{}", other.file, other.line).into(),
        };
        let folded = fold(text).into_owned();
        if let Some(below) = in_bases(drafts, scheme, &folded)
            && below.id != id
            && note.is_empty()
        {
            return Err(ambiguous(below));
        }
        let entry = Entry { id: id.to_owned(), file: source.file, line: row.line() };
        let entries = drafts.get_mut(scheme).map(|draft| &mut draft.entries);
        match entries.and_then(|entries| entries.insert(folded, entry)) {
            None => {}
            Some(first) if first.id == id => return Err(row.duplicate("alias", text, first.line)),
            Some(first) => return Err(ambiguous(&first)),
        }
    }
    Ok(())
}
