//! Which JSON it is, by the keys at its top.

use crate::error::DecodeError;
use crate::json::lexer::{Event, Kind, Lexer};
use crate::json::{self, JsonForm};
use crate::source::{Source, open};

/// The JSON formats, and by what they were recognised.
pub(super) enum Family {
    SdmxJson(String),
    JsonStat(String),
    Table,
}

const PLACE: &str = "the body";
/// How many keys are looked at before a document counts as a table.
const MAX_KEYS: usize = 1000;
/// The longest text of a `class`.
const CLASSES: [&str; 3] = ["dataset", "collection", "dimension"];

/// Looks at the keys of the top, and at those of the objects there, until one decides.
pub(super) fn family(source: &dyn Source) -> Result<Family, DecodeError> {
    let reader = open(source, PLACE, 0)?;
    let mut lexer = Lexer::several(reader, PLACE);
    if lexer.peek()? != Kind::Object {
        return Ok(Family::Table);
    }
    lexer.next()?;
    let mut cube = Cube::default();
    for _ in 0..MAX_KEYS {
        let Event::Key(key) = lexer.next()? else { break };
        let key = key.to_owned();
        match (key.as_str(), lexer.peek()?) {
            ("dataSets", Kind::Array) => return Ok(Family::SdmxJson("SDMX-JSON, by its data sets at \"/dataSets\"".to_owned())),
            ("class", Kind::Text) => {
                if let Event::Text(text) = lexer.next()?
                    && CLASSES.contains(&text)
                {
                    return Ok(Family::JsonStat(format!("JSON-stat, by its class \"{text}\"")));
                }
            }
            (_, Kind::Object) => {
                cube.see(&key);
                if let Some(family) = within(&mut lexer, &key)? {
                    return Ok(family);
                }
            }
            (key, _) => {
                cube.see(key);
                if key.starts_with("@odata.") || key.starts_with("odata.") {
                    return Ok(Family::Table);
                }
                lexer.skip()?;
            }
        }
        if cube.complete() {
            return Ok(Family::JsonStat("JSON-stat, by its dimension and value".to_owned()));
        }
    }
    Ok(Family::Table)
}

/// Looks at the keys of an object at the top.
fn within<R: std::io::Read>(lexer: &mut Lexer<R>, outer: &str) -> Result<Option<Family>, DecodeError> {
    let depth = lexer.depth() + 1;
    lexer.next()?;
    let mut cube = Cube::default();
    for _ in 0..MAX_KEYS {
        let Event::Key(key) = lexer.next()? else { return Ok(None) };
        let key = key.to_owned();
        let kind = lexer.peek()?;
        match (outer, key.as_str()) {
            ("data", "dataSets") if kind == Kind::Array => {
                return Ok(Some(Family::SdmxJson("SDMX-JSON, by its data sets at \"/data/dataSets\"".to_owned())));
            }
            ("data", "structures") if kind == Kind::Array => {
                return Ok(Some(Family::SdmxJson("SDMX-JSON, by its structures at \"/data/structures\"".to_owned())));
            }
            ("structure", "dimensions") => {
                return Ok(Some(Family::SdmxJson("SDMX-JSON, by its dimensions at \"/structure/dimensions\"".to_owned())));
            }
            _ => {}
        }
        cube.see(&key);
        if cube.complete() {
            return Ok(Some(Family::JsonStat(format!("JSON-stat, by its dimension and value at \"/{outer}\""))));
        }
        lexer.skip()?;
    }
    lexer.rest(depth)?;
    Ok(None)
}

/// Whether an object is a JSON-stat data set.
#[derive(Default)]
struct Cube {
    dimension: bool,
    value: bool,
}

impl Cube {
    fn see(&mut self, key: &str) {
        self.dimension |= key == "dimension";
        self.value |= key == "value";
    }

    fn complete(&self) -> bool {
        self.dimension && self.value
    }
}

/// The form of a JSON table, found by what stands around its rows.
pub(super) fn table(source: &dyn Source, why: &mut Vec<String>) -> Result<JsonForm, DecodeError> {
    let guess = json::guess::guess(source)?;
    why.push(format!("a JSON table: {}", guess.by));
    Ok(guess.form)
}
