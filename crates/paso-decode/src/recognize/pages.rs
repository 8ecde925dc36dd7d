//! Whether an answer in JSON is one page of several, as its envelope says.

use std::fmt;

use super::PLACE;
use crate::error::{DecodeError, unreadable};
use crate::json::lexer::{Event, Kind, Lexer};
use crate::source::Source;

/// What an envelope says about other pages of the same answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pages {
    /// This is one of several.
    Several {
        /// Which one it is.
        page: u64,
        /// How many there are.
        pages: u64,
    },
    /// Something says where the next one is.
    Next {
        /// The JSON pointer to it.
        pointer: String,
    },
    /// There are more rows than it holds.
    Rows {
        /// How many there are.
        total: u64,
    },
}

impl fmt::Display for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Several { page, pages } => write!(f, "this is page {page} of {pages}"),
            Self::Next { pointer } => write!(f, "this is one page, and another one follows (at \"{pointer}\")"),
            Self::Rows { total } => write!(f, "this is a part of {total} rows"),
        }
    }
}

const PAGE: [&str; 3] = ["page", "currentpage", "pagenumber"];
const PAGES: [&str; 6] = ["pages", "maxpages", "totalpages", "lastpage", "pagecount", "numpages"];
const NEXT: [&str; 6] = ["odatanextlink", "nextlink", "next", "nextpage", "nextpageurl", "nextpagetoken"];
/// CKAN: the rows that the query selects, beside those of this answer.
const TOTAL: &str = "/result/total";
/// How deep envelopes nest what they say of pages, such as `/meta/pagination/pages` or `/_links/next/href`.
const MAX_LEVELS: usize = 3;

/// What the envelope around the rows at a pointer says, of which the answer holds `rows`.
pub(super) fn pages(source: &dyn Source, pointer: &str, rows: u64) -> Result<Option<Pages>, DecodeError> {
    let mut lexer = Lexer::new(source.open(0).map_err(|error| unreadable(PLACE, error))?, PLACE);
    // The World Bank writes an array of what it says about the rows, and the rows.
    if pointer == "/1" && lexer.peek()? == Kind::Array {
        lexer.next()?;
    }
    if pointer.is_empty() || lexer.peek()? != Kind::Object {
        return Ok(None);
    }
    let mut found = Found::default();
    found.read(&mut lexer, "", 1)?;
    Ok(match found {
        Found { page, pages: Some(pages), .. } if pages > 1 => Some(Pages::Several { page: page.unwrap_or(1), pages }),
        Found { next: Some(pointer), .. } => Some(Pages::Next { pointer }),
        Found { total: Some(total), .. } if total > rows => Some(Pages::Rows { total }),
        _ => None,
    })
}

#[derive(Default)]
struct Found {
    page: Option<u64>,
    pages: Option<u64>,
    next: Option<String>,
    total: Option<u64>,
}

impl Found {
    fn read<R: std::io::Read>(&mut self, lexer: &mut Lexer<R>, prefix: &str, level: usize) -> Result<(), DecodeError> {
        lexer.next()?;
        loop {
            let Event::Key(key) = lexer.next()? else { return Ok(()) };
            let pointer = format!("{prefix}/{}", key.replace('~', "~0").replace('/', "~1"));
            let name: String = key.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
            match lexer.peek()? {
                Kind::Object if level < MAX_LEVELS && !NEXT.contains(&name.as_str()) => self.read(lexer, &pointer, level + 1)?,
                Kind::Object => {
                    // A link may be an object, `{"href": "…"}`.
                    self.follows(&name, pointer);
                    lexer.leap()?;
                }
                Kind::Text | Kind::Number => match lexer.next()? {
                    Event::Text(text) | Event::Number(text) if !text.is_empty() => {
                        let number = text.parse().ok();
                        self.see(&name, pointer, number);
                    }
                    _ => {}
                },
                _ => lexer.leap()?,
            }
        }
    }

    fn see(&mut self, name: &str, pointer: String, number: Option<u64>) {
        if PAGE.contains(&name) {
            self.page = self.page.or(number);
        } else if PAGES.contains(&name) {
            self.pages = self.pages.or(number);
        } else if pointer == TOTAL {
            self.total = number;
        } else {
            self.follows(name, pointer);
        }
    }

    fn follows(&mut self, name: &str, pointer: String) {
        if NEXT.contains(&name) {
            self.next.get_or_insert(pointer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Bytes;

    fn told(body: &str, pointer: &str, rows: u64) -> String {
        pages(&Bytes(body.as_bytes()), pointer, rows).unwrap().map_or("nothing".to_owned(), |pages| pages.to_string())
    }

    #[test]
    fn envelopes_say_that_there_are_other_pages() {
        let world_bank = r#"[{"page":1,"pages":3,"per_page":"50","total":"132"},[{"a":1}]]"#;
        assert_eq!(told(world_bank, "/1", 1), "this is page 1 of 3");
        assert_eq!(told(&world_bank.replace('3', "1"), "/1", 1), "nothing");
        assert_eq!(told(r#"{"items":[{"page":9}],"page":"2","maxPages":2}"#, "/items", 1), "this is page 2 of 2");
        assert_eq!(told(r#"{"data":[[1]],"meta":{"pagination":{"total_pages":7,"current_page":2}}}"#, "/data", 1), "this is page 2 of 7");
        assert_eq!(
            told(r#"{"value":[{"a":1}],"@odata.nextLink":"http://x/?$skip=1"}"#, "/value", 1),
            "this is one page, and another one follows (at \"/@odata.nextLink\")"
        );
        assert_eq!(
            told(r#"{"_links":{"self":{"href":"x"},"next":{"href":"y"}},"rows":[]}"#, "/rows", 0),
            "this is one page, and another one follows (at \"/_links/next\")"
        );
        assert_eq!(told(r#"{"results":[{"next":"x"}],"next":null}"#, "/results", 1), "nothing", "rows may have such a key");
        let ckan = r#"{"success":true,"result":{"records":[{"a":1}],"total":132}}"#;
        assert_eq!(told(ckan, "/result/records", 1), "this is a part of 132 rows");
        assert_eq!(told(ckan, "/result/records", 132), "nothing");
        assert_eq!(told(r#"[{"page":1,"pages":2}]"#, "", 1), "nothing", "rows may have such keys");
    }
}
