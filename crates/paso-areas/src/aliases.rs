//! Further texts of schemes: `aliases.toml`.

use std::path::Path;

use crate::{
    document::{Document, Field, Section},
    error::AreasError,
    load,
    scheme::{Entry, fold},
    schemes::{Drafts, Target, in_bases},
};

/// What a line of the file says that its text means.
struct Meaning<'d> {
    id: &'d str,
    note: Option<&'d str>,
}

/// Reads the text of `aliases.toml` into the schemes; `exists` knows the ids.
pub(crate) fn parse(path: &Path, text: &str, drafts: &mut Drafts, exists: impl Fn(Target, &str) -> bool) -> Result<(), AreasError> {
    let document = Document::read(path, text)?;
    let mut read = Vec::new();
    for section in document.sections() {
        let section = section?;
        let Some(draft) = drafts.get_mut(section.name) else {
            let problem = "is not declared in schemes.toml".to_owned();
            return Err(AreasError::Scheme { path: section.path(), line: section.line(), scheme: section.name.to_owned(), problem });
        };
        let of = draft.of;
        for field in section.fields() {
            let text = field.trimmed("text", field.key)?;
            let meaning = meaning(field, of)?;
            if !exists(of, meaning.id) {
                return Err(match of {
                    Target::Areas => field.unknown("area", meaning.id, "an area of areas.csv"),
                    Target::Regions => field.unknown("region", meaning.id, "a region of regions.csv or a special or residual id of areas.csv"),
                });
            }
            let entry = Entry {
                id: meaning.id.to_owned(),
                text: text.to_owned(),
                file: load::ALIASES,
                line: field.line(),
                note: meaning.note.map(Into::into),
            };
            let folded = fold(text).into_owned();
            match draft.entries.insert(folded.clone(), entry) {
                None => read.push((section, field, folded)),
                Some(first) if first.id == meaning.id => {
                    let value = text.to_owned();
                    let (line, first) = (field.line(), first.place(load::ALIASES));
                    return Err(AreasError::Duplicate { path: field.path(), line, what: "alias", value, first });
                }
                Some(first) => return Err(ambiguous(section, field, meaning.id, &first)),
            }
        }
    }
    // Only now the bases have all their texts: a base may stand below the schemes that ask it.
    for (section, field, folded) in read {
        let own = drafts.get(section.name).and_then(|draft| draft.entries.get(&folded));
        if let (Some(own), Some(below)) = (own, in_bases(drafts, section.name, &folded))
            && own.id != below.id
            && own.note.is_none()
        {
            return Err(ambiguous(section, field, &own.id, below));
        }
    }
    Ok(())
}

/// `"CHL"`, or `{ area = "CHL", note = "…" }`.
fn meaning(field: Field<'_>, of: Target) -> Result<Meaning<'_>, AreasError> {
    let (key, expected) = match of {
        Target::Areas => ("area", "a code in quotes, or { area = \"…\", note = \"…\" }"),
        Target::Regions => ("region", "a code in quotes, or { region = \"…\", note = \"…\" }"),
    };
    if field.as_text().is_some() {
        return Ok(Meaning { id: field.text(key)?, note: None });
    }
    let refuse = || field.wrong("the meaning of", field.key, expected);
    let (mut id, mut note) = (None, None);
    for part in field.as_table().ok_or_else(refuse)? {
        match part.key {
            "note" => note = Some(part.text("note")?),
            found if found == key => id = Some(part.text(key)?),
            found => return Err(part.wrong("key", found, if of == Target::Areas { "area or note" } else { "region or note" })),
        }
    }
    Ok(Meaning { id: id.ok_or_else(refuse)?, note })
}

fn ambiguous(section: Section<'_>, field: Field<'_>, id: &str, other: &Entry) -> AreasError {
    AreasError::Ambiguous {
        path: field.path(),
        line: field.line(),
        scheme: section.name.into(),
        text: field.key.into(),
        id: id.into(),
        other: other.id.as_str().into(),
        other_where: format!("{}:{}", other.file, other.line).into(),
    }
}
