//! Why a text means what it means: every answer with the scheme, file and line that give it.

use crate::{
    areas::Areas,
    load,
    scheme::{Entry, Scheme, fold},
};

/// One reason why a text means an area or region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer<'a> {
    /// The id of the area or region.
    pub id: &'a str,
    /// The text as it stands in the file, before folding.
    pub text: &'a str,
    /// Who gives the answer.
    pub by: By<'a>,
    /// The file of the reference folder.
    pub file: &'static str,
    /// The line, from 1.
    pub line: u64,
    /// The remark of the line.
    pub note: Option<&'a str>,
}

/// Who gives an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By<'a> {
    /// A scheme, by a text of its own or of a base.
    Scheme {
        /// The scheme that was asked.
        asked: &'a str,
        /// The scheme that has the text: the same, or one of its bases.
        found: &'a str,
        /// The publisher of the scheme that was asked.
        publisher: &'a str,
    },
    /// No scheme, but a column of `areas.csv` or `regions.csv`: it is the id, or the name in a language.
    Register {
        /// The column.
        column: &'static str,
    },
}

impl<'a> By<'a> {
    /// The name of the scheme that was asked, or none.
    pub fn scheme(self) -> Option<&'a str> {
        match self {
            Self::Scheme { asked, .. } => Some(asked),
            Self::Register { .. } => None,
        }
    }

    /// The base that has the text, where it is not the scheme that was asked.
    pub fn through(self) -> Option<&'a str> {
        match self {
            Self::Scheme { asked, found, .. } if asked != found => Some(found),
            _ => None,
        }
    }
}

impl Scheme {
    /// What [`Scheme::resolve`] answers, and why.
    pub fn explain(&self, text: &str) -> Option<Answer<'_>> {
        let (scheme, entry) = self.find(&fold(text))?;
        Some(self.answer(scheme, entry))
    }

    /// The texts of the scheme itself, without those of its bases, that mean an id; sorted.
    pub fn texts_of(&self, id: &str) -> Vec<Answer<'_>> {
        let entries = self.entries.values().filter(|entry| entry.id == id);
        let mut texts: Vec<_> = entries.map(|entry| self.answer(self, entry)).collect();
        texts.sort_unstable_by_key(|answer| (answer.file, answer.line, answer.text));
        texts
    }

    fn answer<'a>(&'a self, found: &'a Self, entry: &'a Entry) -> Answer<'a> {
        let Entry { id, text, file, line, note } = entry;
        let by = By::Scheme { asked: &self.name, found: &found.name, publisher: &self.publisher };
        Answer { id, text, by, file, line: *line, note: note.as_deref() }
    }
}

impl Areas {
    /// What every scheme answers, by name of the scheme; then the areas and regions that no scheme answered and whose id or name it is.
    /// The text is compared exactly, after [`fold`]. Answers may differ: each scheme speaks for its publisher.
    pub fn explain(&self, text: &str) -> Vec<Answer<'_>> {
        let mut answers: Vec<_> = self.schemes().filter_map(|scheme| scheme.explain(text)).collect();
        let folded = fold(text);
        for answer in self.register() {
            if fold(answer.text) == folded && !answers.iter().any(|known| known.id == answer.id) {
                answers.push(answer);
            }
        }
        answers
    }

    /// The file and line of an area or region.
    pub fn place(&self, id: &str) -> Option<(&'static str, u64)> {
        self.register().find(|answer| answer.id == id).map(|answer| (answer.file, answer.line))
    }

    /// The ids and names of every area and region.
    pub(crate) fn register(&self) -> impl Iterator<Item = Answer<'_>> {
        let areas = self.list.iter().flat_map(|placed| {
            let (area, names) = (&placed.area, &placed.area.name);
            let texts =
                [("area", &area.id), ("name_en", &names.en), ("name_es", &names.es), ("name_pt", &names.pt), ("name_fr", &names.fr)];
            texts.map(|(column, text)| {
                let (by, note) = (By::Register { column }, area.note.as_deref());
                Answer { id: &area.id, text, by, file: load::AREAS, line: placed.line, note }
            })
        });
        let regions = self.regions.iter().flat_map(|placed| {
            let region = &placed.region;
            [("region", &region.id), ("name_en", &region.name.en), ("name_es", &region.name.es)].map(|(column, text)| Answer {
                id: &region.id,
                text,
                by: By::Register { column },
                file: load::REGIONS,
                line: placed.line,
                note: None,
            })
        });
        areas.chain(regions)
    }
}
