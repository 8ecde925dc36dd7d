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
    /// Something says that there are more rows.
    More {
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
            Self::More { pointer } => write!(f, "this is not all, there are more rows (as \"{pointer}\" says)"),
            Self::Rows { total } => write!(f, "this is a part of {total} rows"),
        }
    }
}

const PAGE: [&str; 3] = ["page", "currentpage", "pagenumber"];
const PAGES: [&str; 6] = ["pages", "maxpages", "totalpages", "lastpage", "pagecount", "numpages"];
const NEXT: [&str; 6] = ["odatanextlink", "nextlink", "next", "nextpage", "nextpageurl", "nextpagetoken"];
/// Truth values that say so; `exceededTransferLimit` is ArcGIS'.
const MORE: [&str; 6] = ["hasmore", "hasnext", "hasnextpage", "hasmorerecords", "morerecords", "exceededtransferlimit"];
/// Numbers of all rows that a query selects, whatever this answer holds of them.
const TOTAL: [&str; 10] = [
    "odatacount",
    "totalcount",
    "totalrows",
    "totalrecords",
    "totalresults",
    "totalelements",
    "totalitems",
    "recordstotal",
    "numfound",
    "nhits",
];
/// Numbers that may be of anything, such as persons, but not beside rows that have no name of their own, nor in what is said about pages.
const PERHAPS_TOTAL: [&str; 2] = ["total", "count"];
const ROWS: [&str; 14] = [
    "data",
    "rows",
    "results",
    "result",
    "records",
    "items",
    "value",
    "values",
    "entries",
    "content",
    "objects",
    "features",
    "list",
    "observations",
];
const ABOUT: [&str; 7] = ["meta", "metadata", "pagination", "paging", "page", "pageinfo", "paginginfo"];
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
    let mut found = Found::beside(pointer);
    found.read(&mut lexer, "", 1)?;
    Ok(match found {
        Found { page, pages: Some(pages), .. } if pages > 1 => Some(Pages::Several { page: page.unwrap_or(1), pages }),
        // CKAN always says where the next page would be.
        Found { total: Some(total), .. } if total <= rows => None,
        Found { next: Some(pointer), .. } => Some(Pages::Next { pointer }),
        Found { more: Some(pointer), .. } => Some(Pages::More { pointer }),
        Found { total: Some(total), .. } if total > rows => Some(Pages::Rows { total }),
        _ => None,
    })
}

#[derive(Default)]
struct Found {
    page: Option<u64>,
    pages: Option<u64>,
    next: Option<String>,
    more: Option<String>,
    total: Option<u64>,
    /// The pointer to the object in which the rows stand.
    around: String,
    /// Whether the rows have a name that says nothing of what they are.
    is_plain: bool,
}

impl Found {
    /// Nothing yet, about the rows at a pointer.
    fn beside(rows: &str) -> Self {
        // The World Bank's rows stand beside the object about them.
        let (around, name) = if rows == "/1" { ("", "rows") } else { rows.rsplit_once('/').unwrap_or_default() };
        Self { around: around.to_owned(), is_plain: ROWS.contains(&plain(name).as_str()), ..Self::default() }
    }

    fn read<R: std::io::Read>(&mut self, lexer: &mut Lexer<R>, prefix: &str, level: usize) -> Result<(), DecodeError> {
        lexer.next()?;
        loop {
            let Event::Key(key) = lexer.next()? else { return Ok(()) };
            let pointer = format!("{prefix}/{}", key.replace('~', "~0").replace('/', "~1"));
            let name = plain(key);
            match lexer.peek()? {
                Kind::Object if level < MAX_LEVELS && !NEXT.contains(&name.as_str()) => self.read(lexer, &pointer, level + 1)?,
                Kind::Object => {
                    // A link may be an object, `{"href": "…"}`.
                    self.follows(&name, pointer);
                    lexer.leap()?;
                }
                Kind::Boolean if MORE.contains(&name.as_str()) => {
                    if matches!(lexer.next()?, Event::True) {
                        self.more.get_or_insert(pointer);
                    }
                }
                Kind::Text | Kind::Number => match lexer.next()? {
                    Event::Text(text) | Event::Number(text) if !text.is_empty() => {
                        let number = text.parse().ok();
                        self.see(&name, prefix, pointer, number);
                    }
                    _ => {}
                },
                _ => lexer.leap()?,
            }
        }
    }

    fn see(&mut self, name: &str, prefix: &str, pointer: String, number: Option<u64>) {
        if PAGE.contains(&name) {
            self.page = self.page.or(number);
        } else if PAGES.contains(&name) {
            self.pages = self.pages.or(number);
        } else if self.is_total(name, prefix) {
            self.total = self.total.or(number);
        } else {
            self.follows(name, pointer);
        }
    }

    /// Whether a number counts the rows. `prefix` is the pointer to the object in which it stands.
    fn is_total(&self, name: &str, prefix: &str) -> bool {
        let is_about = ABOUT.contains(&plain(prefix.rsplit('/').next().unwrap_or_default()).as_str());
        let is_beside = prefix == self.around;
        TOTAL.contains(&name) && (is_about || is_beside || prefix.is_empty())
            || PERHAPS_TOTAL.contains(&name) && (is_about || is_beside && self.is_plain)
    }

    fn follows(&mut self, name: &str, pointer: String) {
        if NEXT.contains(&name) {
            self.next.get_or_insert(pointer);
        }
    }
}

/// A key as the lists above have it: publishers write `total_count`, `totalCount` and `@odata.count`.
fn plain(key: &str) -> String {
    key.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
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
        assert_eq!(told(&world_bank.replace(r#""pages":3"#, r#""pages":1"#), "/1", 132), "nothing");
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
        assert_eq!(told(r#"{"@odata.count":500,"value":[{"a":1}]}"#, "/value", 1), "this is a part of 500 rows");
        assert_eq!(told(r#"{"total_count":"500","results":[{"a":1}]}"#, "/results", 1), "this is a part of 500 rows");
        assert_eq!(told(r#"{"count":500,"value":[{"a":1}]}"#, "/value", 1), "this is a part of 500 rows");
        assert_eq!(told(r#"{"data":[{"a":1}],"meta":{"total":500}}"#, "/data", 1), "this is a part of 500 rows");
        assert_eq!(told(r#"{"count":1,"value":[{"a":1}]}"#, "/value", 1), "nothing", "it counts the rows of this page");
        assert_eq!(told(r#"{"total":19116209,"regions":[{"a":1}]}"#, "/regions", 1), "nothing", "it may count persons");
        assert_eq!(told(r#"{"summary":{"count":9},"data":[{"a":1}]}"#, "/data", 1), "nothing");
        assert_eq!(told(r#"[{"page":1,"pages":1,"total":300},[{"a":1}]]"#, "/1", 1), "this is a part of 300 rows");
        assert_eq!(
            told(r#"{"hasMore":true,"items":[{"a":1}]}"#, "/items", 1),
            "this is not all, there are more rows (as \"/hasMore\" says)"
        );
        assert_eq!(told(r#"{"hasMore":false,"items":[{"a":1}]}"#, "/items", 1), "nothing");
        assert_eq!(
            told(r#"{"features":[{"a":1}],"properties":{"exceededTransferLimit":true}}"#, "/features", 1),
            "this is not all, there are more rows (as \"/properties/exceededTransferLimit\" says)"
        );
        assert_eq!(told(r#"[{"page":1,"pages":2}]"#, "", 1), "nothing", "rows may have such keys");
    }
}
