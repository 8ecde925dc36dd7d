//! The titles of a header, and how a header opens.

/// What the header's first column is called in version 1.0, and from version 2.0 on.
const DATAFLOW: &str = "DATAFLOW";
const STRUCTURE: &str = "STRUCTURE";

/// What the first title of a message says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Opening {
    pub(super) version: Version,
    /// What stands between the fields: what follows the first title.
    pub(crate) delimiter: u8,
    /// What stands between the values of an array: `STRUCTURE[;]`.
    pub(super) separator: Option<char>,
}

/// The two layouts: 1.0, and 2.0 with its successors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    /// `DATAFLOW` and then the components.
    One,
    /// `STRUCTURE`, `STRUCTURE_ID`, then columns about the row, then the components.
    Two,
}

impl Opening {
    /// Reads the beginning of a text. None where it is no SDMX-CSV.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text).trim_start_matches(['\r', '\n']);
        let (quoted, text) = text.strip_prefix('"').map_or((false, text), |rest| (true, rest));
        let (version, rest) = match text.strip_prefix(DATAFLOW) {
            Some(rest) => (Version::One, rest),
            None => (Version::Two, text.strip_prefix(STRUCTURE)?),
        };
        let (separator, rest) = match rest.strip_prefix('[') {
            Some(rest) => {
                let separator = rest.chars().next()?;
                (Some(separator), rest.strip_prefix(separator)?.strip_prefix(']')?)
            }
            None => (None, rest),
        };
        let rest = if quoted { rest.strip_prefix('"')? } else { rest };
        let delimiter = rest.chars().next().filter(|character| matches!(character, ',' | ';' | '\t' | '|'))?;
        let next = rest.strip_prefix(delimiter)?.trim_start_matches('"');
        // `STRUCTURE` alone may be a column of any table.
        (version == Version::One || next.starts_with("STRUCTURE_ID")).then_some(Self { version, delimiter: delimiter as u8, separator })
    }

    /// Whether the first row is one of a message, as far as it is there: `DATAFLOW` alone may be a column of any table, but in a message it
    /// holds references such as `ESTAT:NA_MAIN(1.0)`.
    pub(crate) fn leads(self, text: &str) -> bool {
        let mut lines = text.lines().filter(|line| !line.is_empty());
        // A title in quotes may go on in the next line, and then it is no title of any other table.
        let plain = lines.next().is_none_or(|titles| !titles.contains('"'));
        let first = lines.next().and_then(|row| row.split(char::from(self.delimiter)).next());
        self.version == Version::Two || !plain || first.is_none_or(|reference| reference.contains([':', '(']))
    }
}

/// The title of a component: `ID`, `ID[]`, `ID[en;fr]`, `ID: Name`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Title {
    /// Without brackets. Nested metadata attributes have dots in it.
    pub(super) id: String,
    /// Whether a name stands behind the id, and so behind the codes in the cells.
    pub(super) labelled: bool,
    /// Whether a cell may hold several values.
    pub(super) array: bool,
    /// Whether a cell holds texts in several languages, as `en:Value;fr:Valeur`.
    pub(super) languages: bool,
}

impl Title {
    pub(super) fn parse(text: &str) -> Self {
        // Behind an id without a name, the colon stands last.
        let id = text.split_once(": ").map(|(id, _)| id).or_else(|| text.strip_suffix(':'));
        let (id, labelled) = id.map_or((text, false), |id| (id, true));
        let mut title = Self { id: String::with_capacity(id.len()), labelled, array: false, languages: false };
        let mut rest = id.trim();
        while let Some((before, behind)) = rest.split_once('[') {
            let Some((inside, after)) = behind.split_once(']') else { break };
            title.id.push_str(before);
            title.array |= inside.is_empty();
            title.languages |= !inside.is_empty();
            rest = after;
        }
        title.id.push_str(rest);
        title
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_title_tells_version_delimiter_and_separator() {
        let opening = |text| Opening::of(text).map(|found| (found.version, char::from(found.delimiter), found.separator));
        assert_eq!(opening("DATAFLOW,FREQ"), Some((Version::One, ',', None)));
        assert_eq!(opening("\u{FEFF}\"DATAFLOW\";\"FREQ\""), Some((Version::One, ';', None)));
        assert_eq!(opening("STRUCTURE\tSTRUCTURE_ID\tFREQ"), Some((Version::Two, '\t', None)));
        assert_eq!(opening("STRUCTURE[;],STRUCTURE_ID,ACTION"), Some((Version::Two, ',', Some(';'))));
        assert_eq!(opening("\"STRUCTURE[|]\";\"STRUCTURE_ID\""), Some((Version::Two, ';', Some('|'))));
        for other in
            ["", "DATAFLOW", "DATAFLOWS,a", "STRUCTURE,AREA", "structure,STRUCTURE_ID", "STRUCTURE[;;],STRUCTURE_ID", "\"DATAFLOW,a"]
        {
            assert_eq!(opening(other), None, "{other}");
        }
    }

    #[test]
    fn a_title_is_an_id_with_marks() {
        let title = |text| {
            let Title { id, labelled, array, languages } = Title::parse(text);
            (id, labelled, array, languages)
        };
        assert_eq!(title("FREQ"), ("FREQ".to_owned(), false, false, false));
        assert_eq!(title("FREQ: Time: frequency"), ("FREQ".to_owned(), true, false, false));
        assert_eq!(title("TOPIC[]: Topics [of it]"), ("TOPIC".to_owned(), true, true, false));
        assert_eq!(title("NOTE[en;fr]"), ("NOTE".to_owned(), false, false, true));
        assert_eq!(title("CONTACT[].NAME[]"), ("CONTACT.NAME".to_owned(), false, true, false));
        assert_eq!(title("LAST UPDATE"), ("LAST UPDATE".to_owned(), false, false, false));
        assert_eq!(title("A[b"), ("A[b".to_owned(), false, false, false));
    }
}
