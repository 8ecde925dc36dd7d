//! The form of a body that nobody declared, from what stands in it.

use super::PLACE;
use super::form::{JsonForm, Pointers, Shape};
use super::lexer::{Kind, Lexer};
use super::outline::{Elements, Outline, elements};
use super::pointer::Reader;
use crate::answer::{EXCERPT, document, excerpt};
use crate::error::DecodeError;
use crate::position::Position;
use crate::source::{Source, open};

/// A form, and by what it was recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Guess {
    /// How the body is read.
    pub(crate) form: JsonForm,
    /// What speaks for it, such as `rows at "/value" of an OData envelope`.
    pub(crate) by: String,
}

/// How publishers call the array of rows, for a body in which several arrays are empty, or stand beside others.
const NAMES: [&str; 12] =
    ["data", "features", "items", "records", "results", "rows", "observations", "value", "values", "datos", "dados", "registros"];
/// How publishers call an array of column names.
const TITLES: [&str; 6] = ["columns", "fields", "header", "headers", "names", "variables"];
/// How they call an array of objects that describe columns.
const DESCRIBES: [&str; 12] =
    ["columns", "fields", "header", "headers", "variables", "meta", "metadata", "schema", "structure", "cols", "columnas", "campos"];
/// How many arrays are listed that could hold the rows.
const LISTED: usize = 10;

/// Recognises NDJSON, bare arrays, known envelopes, parallel arrays, and bodies in which one array is the only one of objects or arrays.
///
/// What the publisher answers instead of data, or beside it that something went wrong, is an error; so are several places that could hold
/// the rows.
pub(crate) fn guess(source: &dyn Source) -> Result<Guess, DecodeError> {
    let mut lexer: Reader<'_> = Lexer::several(open(source, PLACE, 0)?, PLACE);
    let guessed = match lexer.peek()? {
        Kind::Object => return object(source, &mut lexer),
        Kind::Array => array(source, &mut lexer)?,
        Kind::Null => return Err(DecodeError::Empty { place: PLACE.to_owned(), problem: "it is null".to_owned() }),
        _ => None,
    };
    guessed.map_or_else(|| Err(document::of(source).unwrap_or_else(|| no_rows(&[]))), Ok)
}

fn no_rows(candidates: &[&str]) -> DecodeError {
    let listed: Vec<String> = candidates.iter().take(LISTED).map(|pointer| format!("\"{pointer}\"")).collect();
    let more = if candidates.len() > LISTED { " and others" } else { "" };
    let found = if listed.is_empty() {
        "a document in which no array could be the rows".to_owned()
    } else {
        format!("a document in which several arrays could be the rows: {}{more}", listed.join(", "))
    };
    DecodeError::RowsMissing { pointer: String::new(), found }
}

impl Guess {
    fn objects(pointer: &str, by: impl Into<String>) -> Self {
        Self { form: JsonForm { rows: Pointers::One(pointer.to_owned()), ..JsonForm::default() }, by: by.into() }
    }

    fn arrays(pointer: &str, header: bool, by: impl Into<String>) -> Self {
        let objects = Self::objects(pointer, by);
        Self { form: JsonForm { shape: Shape::Arrays, header, ..objects.form }, ..objects }
    }

    fn named(self, names: impl Into<String>) -> Self {
        Self { form: JsonForm { names: Some(names.into()), header: false, ..self.form }, ..self }
    }

    fn lines(self) -> Self {
        Self { form: JsonForm { lines: true, ..self.form }, ..self }
    }
}

/// A body that begins with an array.
fn array(source: &dyn Source, lexer: &mut Reader<'_>) -> Result<Option<Guess>, DecodeError> {
    lexer.next()?;
    match lexer.peek()? {
        Kind::Close => return Ok(Some(Guess::objects("", "an empty array"))),
        Kind::Object => return pair_or_rows(source, lexer),
        Kind::Array => {
            let header = matches!(elements(lexer)?, Elements::Scalars { texts: true, .. });
            let by = if header { "an array of arrays, the first of which are names" } else { "an array of arrays" };
            return Ok(Some(Guess::arrays("", header, by)));
        }
        _ => {}
    }
    let mut texts = true;
    loop {
        match lexer.peek()? {
            Kind::Close => break,
            kind => texts &= kind == Kind::Text,
        }
        lexer.skip()?;
    }
    lexer.next()?;
    let more = lexer.peek()? == Kind::Array;
    Ok(more.then(|| Guess::arrays("", texts, "an array on each line").lines()))
}

/// An array that begins with an object: rows, or what is said about them and then the rows.
fn pair_or_rows(source: &dyn Source, lexer: &mut Reader<'_>) -> Result<Option<Guess>, DecodeError> {
    lexer.skip()?;
    match lexer.peek()? {
        // An error document, such as the World Bank's.
        Kind::Close if document::of(source).is_some() => Ok(None),
        Kind::Close | Kind::Object => Ok(Some(Guess::objects("", "an array of objects"))),
        kind => {
            let at = lexer.position();
            lexer.skip()?;
            match (lexer.peek()?, kind) {
                (Kind::Close, Kind::Array | Kind::Null) if document::of(source).is_some() => Ok(None),
                (Kind::Close, Kind::Array | Kind::Null) => {
                    Ok(Some(Guess::objects("/1", "an array of an object with the counts and the rows")))
                }
                _ => Err(DecodeError::RowNotObject { row: 2, at, found: kind.name(), expected: "an object" }),
            }
        }
    }
}

/// A body that begins with an object.
fn object(source: &dyn Source, lexer: &mut Reader<'_>) -> Result<Guess, DecodeError> {
    let outline = Outline::of(lexer)?;
    if lexer.peek()? == Kind::Object {
        return Ok(Guess::objects("", "an object on each line").lines());
    }
    // Parallel arrays are a table, whatever they are called.
    if let Some(guess) = parallel(&outline) {
        return Ok(guess);
    }
    let candidates = candidates(&outline);
    if candidates.is_empty() {
        // Beside an empty list of rows, a mere message says nothing.
        let answer = if empty(&outline).is_some() { document::refusal } else { document::of };
        if let Some(answer) = answer(source) {
            return Err(answer);
        }
    }
    if let Some(answer) = beside(&outline, &candidates) {
        return Err(answer);
    }
    if let [only] = candidates.as_slice()
        && is_for_errors(only)
        && let Some(answer) = document::of(source)
    {
        return Err(answer);
    }
    if let [only] = candidates.as_slice()
        && let Some(key) = only.strip_prefix('/').filter(|key| document::is_text(key))
        && let Some(answer) = document::complaints(source, key)
    {
        return Err(answer);
    }
    // Rows, or what their errors are: nothing tells.
    if candidates.len() > 1 && candidates.iter().any(|pointer| is_for_errors(pointer)) {
        return Err(no_rows(&candidates));
    }
    if let Some(guess) = known(&outline)? {
        return Ok(guess);
    }
    // NDJSON of one row: a line that ends.
    let ends_line = matches!(lexer.position(), Position::Text { line: 2, column: 1, .. });
    let is_row = outline.arrays.is_empty() && !outline.keys.is_empty() && ends_line;
    match only(&outline)? {
        Some(guess) if candidates.is_empty() => wordless(&outline, guess),
        Some(guess) => Ok(guess),
        None if is_row => Ok(Guess::objects("", "one object on a line").lines()),
        None => Err(nothing(&outline)),
    }
}

/// What an envelope with rows says went wrong: at its top, or on the way to what may be the rows.
fn beside(outline: &Outline, candidates: &[&str]) -> Option<DecodeError> {
    let empty = empty(outline).map(|guess| guess.form.rows);
    let empty = empty.iter().flat_map(Pointers::iter);
    // Something that stands at the top has only the top around it.
    let mut rows = std::iter::once("/").chain(candidates.iter().copied()).chain(empty);
    rows.find_map(|pointer| outline.around(pointer).find_map(|(at, members)| document::beside(members).map(|said| said.at(at))))
}

/// A list without rows, where the envelope does not say in words why it is empty.
fn wordless(outline: &Outline, guess: Guess) -> Result<Guess, DecodeError> {
    let words = guess.form.rows.iter().find_map(|pointer| outline.around(pointer).find_map(|(_, members)| document::words(members)));
    match words {
        Some(words) => Err(DecodeError::Empty { place: PLACE.to_owned(), problem: format!("it says \"{}\"", excerpt(&words, EXCERPT)) }),
        None => Ok(guess),
    }
}

/// Why an object has no rows.
fn nothing(outline: &Outline) -> DecodeError {
    if let [null] = outline.nulls.as_slice()
        && outline.arrays.is_empty()
        && is_named(null)
    {
        return DecodeError::Empty { place: PLACE.to_owned(), problem: format!("null stands at \"{null}\", where rows would") };
    }
    let lengths: Vec<(&str, u64)> = outline
        .arrays
        .iter()
        .filter_map(|(pointer, elements)| match elements {
            Elements::Scalars { count, .. } => Some((pointer.as_str(), *count)),
            _ => None,
        })
        .collect();
    if lengths.len() < 2 || lengths.len() < outline.arrays.len() || outline.more {
        return no_rows(&[]);
    }
    let listed: Vec<String> = lengths.iter().take(LISTED).map(|(pointer, count)| format!("{count} at \"{pointer}\"")).collect();
    let more = if lengths.len() > LISTED { " and others" } else { "" };
    let found = format!("arrays that are no columns, for their numbers of elements differ: {}{more}", listed.join(", "));
    DecodeError::RowsMissing { pointer: String::new(), found }
}

fn last(pointer: &str) -> &str {
    pointer.rsplit_once('/').map_or("", |(_, key)| key)
}

fn is_for_errors(pointer: &str) -> bool {
    document::is_error(last(pointer))
}

/// The arrays that have rows, or what could be some. Links are none, nor is what is said about the answer.
fn candidates(outline: &Outline) -> Vec<&str> {
    let rows = |(pointer, elements): &&(String, Elements)| {
        let about = ["links", "link", "_links", "messages", "warnings"].contains(&last(pointer));
        matches!(elements, Elements::Objects { .. } | Elements::Arrays { .. }) && !about
    };
    outline.arrays.iter().filter(rows).map(|(pointer, _)| pointer.as_str()).collect()
}

/// Envelopes that say what they are.
fn known(outline: &Outline) -> Result<Option<Guess>, DecodeError> {
    let has = |key: &str| outline.keys.iter().any(|other| other == key);
    if has("success") {
        let by = "rows at \"/result/records\" of a CKAN envelope";
        match outline.at("/result/records") {
            Some(Elements::Arrays { .. }) => {
                return Ok(Some(Guess::arrays("/result/records", false, by).named("/result/fields/*/id")));
            }
            Some(_) => return Ok(Some(Guess::objects("/result/records", by))),
            None if outline.ckan_text => {
                let found = "a text, the rows as CKAN gives them with records_format=csv or tsv: ask for records_format=objects";
                return Err(DecodeError::RowsMissing { pointer: "/result/records".to_owned(), found: found.to_owned() });
            }
            None => {}
        }
    }
    if outline.at("/value").is_some() && outline.keys.iter().any(|key| key.starts_with("@odata.") || key.starts_with("odata.")) {
        return Ok(Some(Guess::objects("/value", "rows at \"/value\" of an OData envelope")));
    }
    for pointer in ["/d/results", "/d"] {
        if outline.keys == ["d"] && matches!(outline.at(pointer), Some(Elements::Objects { .. } | Elements::None)) {
            return Ok(Some(Guess::objects(pointer, format!("rows at \"{pointer}\" of an OData 2 envelope"))));
        }
    }
    if matches!(outline.at("/meta/view/columns"), Some(Elements::Objects { .. })) && outline.at("/data").is_some() {
        let by = "rows at \"/data\" of a Socrata envelope, named under \"/meta/view/columns\"";
        return Ok(Some(Guess::arrays("/data", false, by).named("/meta/view/columns/*/fieldName")));
    }
    Ok(match (outline.at("/columns"), outline.at("/data")) {
        (Some(Elements::Scalars { texts: true, .. }), Some(Elements::Arrays { .. } | Elements::None)) => {
            Some(Guess::arrays("/data", false, "rows at \"/data\", named at \"/columns\"").named("/columns/*"))
        }
        _ => None,
    })
}

fn parallel(outline: &Outline) -> Option<Guess> {
    let mut lengths = outline.arrays.iter().map(|(_, elements)| match elements {
        Elements::Scalars { count, .. } => Some(*count),
        _ => None,
    });
    let first = lengths.next()??;
    let alike = outline.arrays.len() > 1 && !outline.more && lengths.all(|length| length == Some(first));
    let mut guess = Guess::objects("", format!("{} arrays of {first} elements", outline.arrays.len()));
    guess.form.shape = Shape::Columns;
    alike.then_some(guess)
}

/// The only array that can be the rows: of objects, or of arrays with names beside it or without.
fn only(outline: &Outline) -> Result<Option<Guess>, DecodeError> {
    let candidates = candidates(outline);
    if outline.is_full() {
        return Err(no_rows(&candidates));
    }
    let is = |pointer: &&&str, arrays: bool| matches!(outline.at(pointer), Some(Elements::Arrays { .. })) == arrays;
    let arrays: Vec<&str> = candidates.iter().filter(|pointer| is(pointer, true)).copied().collect();
    let objects: Vec<&str> = candidates.iter().filter(|pointer| is(pointer, false)).copied().collect();
    match (arrays.as_slice(), objects.as_slice()) {
        ([pointer], _) => match outline.at(pointer) {
            Some(Elements::Arrays { header, width }) => of_arrays(outline, pointer, header, width, &objects, &candidates).map(Some),
            _ => Ok(None),
        },
        ([], [pointer]) => Ok(Some(of_objects(outline, pointer))),
        ([], []) => Ok(empty(outline)),
        ([], several) => match several.iter().filter(|at| is_named(at)).collect::<Vec<_>>().as_slice() {
            [pointer] => {
                let by = format!("of {} arrays of objects the one that is called as rows are, at \"{pointer}\"", several.len());
                Ok(Some(Guess::objects(pointer, by)))
            }
            _ => Err(no_rows(&candidates)),
        },
        _ => Err(no_rows(&candidates)),
    }
}

/// Arrays of arrays: what describes their columns has as many names as they have cells, or nothing can be said about them.
fn of_arrays(
    outline: &Outline,
    pointer: &str,
    header: bool,
    width: u64,
    objects: &[&str],
    candidates: &[&str],
) -> Result<Guess, DecodeError> {
    let described = |at: &&str| match outline.at(at).filter(|_| DESCRIBES.contains(&last(at))) {
        Some(Elements::Objects { count, name: Some(name) }) if count == width => Some(format!("{at}/*/{name}")),
        _ => None,
    };
    // One that should name the columns, and does not, is no reason to leave them without names.
    let should_name = |at: &&str| match outline.at(at).filter(|_| DESCRIBES.contains(&last(at))) {
        Some(Elements::Objects { count, name }) => name.is_some() || count == width,
        _ => false,
    };
    let listed = |(at, elements): &(String, Elements)| {
        let fits = *elements == Elements::Scalars { count: width, texts: true };
        (fits && TITLES.iter().any(|title| at.ends_with(&format!("/{title}")))).then(|| format!("{at}/*"))
    };
    let names: Vec<String> = objects.iter().filter_map(described).chain(outline.arrays.iter().filter_map(listed)).collect();
    match names.as_slice() {
        [names] => {
            let by = format!("an array of arrays at \"{pointer}\", named at \"{names}\"");
            Ok(Guess::arrays(pointer, false, by).named(names.as_str()))
        }
        [] if objects.is_empty() => Ok(Guess::arrays(pointer, header, format!("the only array of arrays, at \"{pointer}\""))),
        // What is called rows has them, and what stands beside it is about them.
        [] if is_named(pointer) && !objects.iter().any(|at| is_named(at) || should_name(at)) => {
            Ok(Guess::arrays(pointer, header, format!("an array of arrays at \"{pointer}\", whose columns nothing names")))
        }
        // Objects without names describe no columns: they are rows, and the arrays something else.
        [] => match objects {
            [only] if matches!(outline.at(only), Some(Elements::Objects { name: None, .. })) => Ok(of_objects(outline, only)),
            _ => Err(no_rows(candidates)),
        },
        _ => Err(no_rows(candidates)),
    }
}

/// The only array of objects, unless it describes the columns of rows of which there are none.
fn of_objects(outline: &Outline, pointer: &str) -> Guess {
    let described = matches!(outline.at(pointer), Some(Elements::Objects { name: Some(_), .. })) && !is_named(pointer);
    match empty(outline).filter(|_| described && outline.arrays.iter().any(|(at, elements)| *elements == Elements::None && is_named(at))) {
        Some(guess) => guess,
        None => Guess::objects(pointer, format!("the only array of objects, at \"{pointer}\"")),
    }
}

fn is_named(pointer: &str) -> bool {
    NAMES.contains(&last(pointer))
}

/// The only empty array that could hold rows.
fn empty(outline: &Outline) -> Option<Guess> {
    let could = |(at, elements): &&(String, Elements)| *elements == Elements::None && (outline.arrays.len() == 1 || is_named(at));
    let mut found = outline.arrays.iter().filter(could);
    let (pointer, _) = found.next().filter(|_| found.next().is_none())?;
    Some(Guess::objects(pointer, format!("the only array that could hold rows, at \"{pointer}\", which is empty")))
}

#[cfg(test)]
mod tests;
