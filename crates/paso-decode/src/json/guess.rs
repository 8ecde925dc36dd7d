//! The form of a body that nobody declared, from what stands in it.

use super::form::{JsonForm, Pointers, Shape};
use super::lexer::{Event, Kind, Lexer};
use super::pointer::Reader;
use super::{PLACE, answer, open};
use crate::error::DecodeError;
use crate::source::Source;

/// A form, and by what it was recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Guess {
    /// How the body is read.
    pub(crate) form: JsonForm,
    /// What speaks for it, such as `rows at "/value" of an OData envelope`.
    pub(crate) by: String,
}

/// How deep arrays are looked for.
const MAX_LEVELS: usize = 3;
/// How many arrays and keys are noted: with more of them, none stands out.
const NOTED: usize = 64;
/// How publishers call the array of rows, for a body in which several arrays are empty.
const NAMES: [&str; 9] = ["data", "features", "items", "records", "results", "rows", "observations", "value", "values"];

/// Recognises NDJSON, bare arrays, known envelopes, parallel arrays, and bodies in which one array is the only one of objects or arrays.
/// An error document gets a form that reports it. None where several places could hold the rows.
pub(crate) fn guess(source: &dyn Source) -> Result<Option<Guess>, DecodeError> {
    let mut lexer: Reader<'_> = Lexer::several(open(source, 0)?, PLACE);
    let guessed = match lexer.peek()? {
        Kind::Object => object(&mut lexer)?,
        Kind::Array => array(&mut lexer)?,
        _ => None,
    };
    Ok(guessed.or_else(|| match answer::usual(source)? {
        DecodeError::Publisher { pointer, .. } => {
            let by = format!("an error document, with its text at \"{pointer}\"");
            Some(Guess { form: JsonForm { error: vec![pointer], ..JsonForm::default() }, by })
        }
        _ => None,
    }))
}

impl Guess {
    fn objects(pointer: &str, by: impl Into<String>) -> Self {
        Self { form: JsonForm { rows: Pointers::One(pointer.to_owned()), ..JsonForm::default() }, by: by.into() }
    }

    fn arrays(pointer: &str, header: bool, by: impl Into<String>) -> Self {
        let objects = Self::objects(pointer, by);
        Self { form: JsonForm { shape: Shape::Arrays, header, ..objects.form }, ..objects }
    }

    fn named(self, names: &str) -> Self {
        Self { form: JsonForm { names: Some(names.to_owned()), ..self.form }, ..self }
    }

    fn lines(self) -> Self {
        Self { form: JsonForm { lines: true, ..self.form }, ..self }
    }
}

/// What the elements of an array are, judged by the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Elements {
    None,
    Objects,
    /// Arrays, and whether the first of them is a header: nothing but texts.
    Arrays {
        header: bool,
    },
    Scalars {
        count: u64,
        texts: bool,
    },
}

/// Reads an array.
fn elements(lexer: &mut Reader<'_>) -> Result<Elements, DecodeError> {
    lexer.next()?;
    let found = match lexer.peek()? {
        Kind::Close => Elements::None,
        Kind::Object => Elements::Objects,
        Kind::Array => match elements(lexer)? {
            Elements::Scalars { texts, .. } => Elements::Arrays { header: texts },
            _ => Elements::Arrays { header: false },
        },
        _ => {
            let (mut count, mut texts) = (0, true);
            loop {
                match lexer.peek()? {
                    Kind::Close => break,
                    kind => texts &= kind == Kind::Text,
                }
                lexer.skip()?;
                count += 1;
            }
            Elements::Scalars { count, texts }
        }
    };
    lexer.rest(lexer.depth())?;
    Ok(found)
}

/// A body that begins with an array.
fn array(lexer: &mut Reader<'_>) -> Result<Option<Guess>, DecodeError> {
    lexer.next()?;
    match lexer.peek()? {
        Kind::Close => return Ok(Some(Guess::objects("", "an empty array"))),
        Kind::Object => return pair_or_rows(lexer),
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
fn pair_or_rows(lexer: &mut Reader<'_>) -> Result<Option<Guess>, DecodeError> {
    let mut first = Outline::default();
    first.read(lexer, "", 1)?;
    match lexer.peek()? {
        // The World Bank's error document.
        Kind::Close if first.keys == ["message"] => Ok(None),
        Kind::Close | Kind::Object => Ok(Some(Guess::objects("", "an array of objects"))),
        Kind::Array | Kind::Null => {
            lexer.skip()?;
            let pair = lexer.peek()? == Kind::Close;
            Ok(pair.then(|| Guess::objects("/1", "an array of an object and the rows, as the World Bank has it")))
        }
        _ => Ok(None),
    }
}

/// What an envelope has.
#[derive(Default)]
struct Outline {
    keys: Vec<String>,
    arrays: Vec<(String, Elements)>,
    /// Whether something stands at the top that is no array.
    more: bool,
}

impl Outline {
    fn read(&mut self, lexer: &mut Reader<'_>, prefix: &str, level: usize) -> Result<(), DecodeError> {
        lexer.next()?;
        loop {
            let Event::Key(key) = lexer.next()? else { return Ok(()) };
            let noted = self.keys.len() < NOTED && self.arrays.len() < NOTED && key.len() < NOTED;
            let pointer = if noted { format!("{prefix}/{}", key.replace('~', "~0").replace('/', "~1")) } else { String::new() };
            if noted && level == 1 {
                self.keys.push(key.to_owned());
            }
            match lexer.peek()? {
                Kind::Array if noted => {
                    let elements = elements(lexer)?;
                    self.arrays.push((pointer, elements));
                }
                kind => {
                    self.more |= level == 1;
                    if kind == Kind::Object && noted && level < MAX_LEVELS {
                        self.read(lexer, &pointer, level + 1)?;
                    } else {
                        lexer.skip()?;
                    }
                }
            }
        }
    }

    fn at(&self, pointer: &str) -> Option<Elements> {
        self.arrays.iter().find(|(at, _)| at == pointer).map(|(_, elements)| *elements)
    }

    fn known(&self) -> Option<Guess> {
        let has = |key: &str| self.keys.iter().any(|other| other == key);
        if has("success")
            && let Some(records) = self.at("/result/records")
        {
            let by = "rows at \"/result/records\" of a CKAN envelope";
            return Some(match records {
                Elements::Arrays { .. } => Guess::arrays("/result/records", false, by).named("/result/fields/*/id"),
                _ => Guess::objects("/result/records", by),
            });
        }
        if self.at("/value").is_some() && self.keys.iter().any(|key| key.starts_with("@odata.") || key.starts_with("odata.")) {
            return Some(Guess::objects("/value", "rows at \"/value\" of an OData envelope"));
        }
        for pointer in ["/d/results", "/d"] {
            if self.keys == ["d"] && matches!(self.at(pointer), Some(Elements::Objects | Elements::None)) {
                return Some(Guess::objects(pointer, format!("rows at \"{pointer}\" of an OData 2 envelope")));
            }
        }
        if self.at("/meta/view/columns") == Some(Elements::Objects) && self.at("/data").is_some() {
            let by = "rows at \"/data\" of a Socrata envelope, named under \"/meta/view/columns\"";
            return Some(Guess::arrays("/data", false, by).named("/meta/view/columns/*/fieldName"));
        }
        match (self.at("/columns"), self.at("/data")) {
            (Some(Elements::Scalars { texts: true, .. }), Some(Elements::Arrays { .. } | Elements::None)) => {
                Some(Guess::arrays("/data", false, "rows at \"/data\", named at \"/columns\"").named("/columns/*"))
            }
            _ => None,
        }
    }

    fn parallel(&self) -> Option<Guess> {
        let mut lengths = self.arrays.iter().map(|(_, elements)| match elements {
            Elements::Scalars { count, .. } => Some(*count),
            _ => None,
        });
        let first = lengths.next()??;
        let alike = self.arrays.len() > 1 && !self.more && lengths.all(|length| length == Some(first));
        let mut guess = Guess::objects("", format!("{} arrays of {first} elements", self.arrays.len()));
        guess.form.shape = Shape::Columns;
        alike.then_some(guess)
    }

    fn only(&self) -> Option<Guess> {
        let one = |is: fn(&Elements) -> bool| {
            // A list of errors is no table.
            let mut found = self.arrays.iter().filter(|(at, elements)| is(elements) && !answer::USUAL.contains(&at.as_str()));
            found.next().filter(|_| found.next().is_none())
        };
        let several = self.arrays.iter().filter(|(_, elements)| *elements == Elements::Objects).count() > 1;
        if several || self.arrays.len() >= NOTED {
            return None;
        }
        if let Some((pointer, _)) = one(|elements| *elements == Elements::Objects) {
            return Some(Guess::objects(pointer, format!("the only array of objects, at \"{pointer}\"")));
        }
        if let Some((pointer, Elements::Arrays { header })) = one(|elements| matches!(elements, Elements::Arrays { .. })) {
            return Some(Guess::arrays(pointer, *header, format!("the only array of arrays, at \"{pointer}\"")));
        }
        let named = |pointer: &str| NAMES.iter().any(|name| pointer.rsplit_once('/').is_some_and(|(_, key)| key == *name));
        let mut empty = self.arrays.iter().filter(|(at, elements)| *elements == Elements::None && (self.arrays.len() == 1 || named(at)));
        let (pointer, _) = empty.next().filter(|_| empty.next().is_none())?;
        Some(Guess::objects(pointer, format!("the only array that could hold rows, at \"{pointer}\", which is empty")))
    }
}

/// A body that begins with an object.
fn object(lexer: &mut Reader<'_>) -> Result<Option<Guess>, DecodeError> {
    let mut outline = Outline::default();
    outline.read(lexer, "", 1)?;
    if lexer.peek()? == Kind::Object {
        return Ok(Some(Guess::objects("", "an object on each line").lines()));
    }
    Ok(outline.known().or_else(|| outline.parallel()).or_else(|| outline.only()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Bytes;
    use crate::testing::Collected;
    use crate::{Forms, Limits};

    type Cells = Vec<Option<String>>;

    /// What a body is recognised by, its column names, and its cells.
    fn read(body: &str) -> Result<(String, Vec<String>, Vec<Cells>), DecodeError> {
        let guess = guess(&Bytes(body.as_bytes()))?.expect("a form");
        let forms = Forms { json: Some(guess.form), ..Forms::default() };
        let mut sink = Collected::default();
        crate::decode(&Bytes(body.as_bytes()), &forms, Limits::default(), &mut sink)?;
        let names: Vec<String> = sink.names().into_iter().map(str::to_owned).collect();
        let columns = names.iter().map(|name| sink.column(name)).collect();
        Ok((guess.by, names, columns))
    }

    fn none(body: &str) {
        assert_eq!(guess(&Bytes(body.as_bytes())).unwrap(), None, "{body}");
    }

    #[test]
    fn envelopes_are_recognised_by_what_stands_in_them() {
        let cases = [
            ("{\"a\":\"1\",\"b\":\"x\"}\n{\"a\":\"2\"}\n", "an object on each line"),
            ("[\"a\",\"b\"]\n[1,\"x\"]\n[2,null]", "an array on each line"),
            ("[{\"a\":1,\"b\":\"x\"},{\"a\":2}]", "an array of objects"),
            ("[[\"a\",\"b\"],[1,\"x\"],[2,null]]", "an array of arrays, the first of which are names"),
            (
                "[{\"page\":1,\"total\":2},[{\"a\":1,\"b\":\"x\"},{\"a\":2}]]",
                "an array of an object and the rows, as the World Bank has it",
            ),
            ("{\"@odata.context\":\"x\",\"value\":[{\"a\":1,\"b\":\"x\"},{\"a\":2}]}", "rows at \"/value\" of an OData envelope"),
            ("{\"d\":{\"results\":[{\"a\":1,\"b\":\"x\"},{\"a\":2}]}}", "rows at \"/d/results\" of an OData 2 envelope"),
            ("{\"d\":[{\"a\":1,\"b\":\"x\"},{\"a\":2}]}", "rows at \"/d\" of an OData 2 envelope"),
            (
                "{\"help\":\"x\",\"success\":true,\"result\":{\"fields\":[{\"id\":\"a\"},{\"id\":\"b\"}],\"records\":[{\"a\":1,\"b\":\"x\"},{\"a\":2}]}}",
                "rows at \"/result/records\" of a CKAN envelope",
            ),
            (
                "{\"success\":true,\"result\":{\"records\":[[1,\"x\"],[2,null]],\"fields\":[{\"id\":\"a\"},{\"id\":\"b\"}]}}",
                "rows at \"/result/records\" of a CKAN envelope",
            ),
            (
                "{\"meta\":{\"view\":{\"columns\":[{\"fieldName\":\"a\",\"tags\":[]},{\"fieldName\":\"b\"}]}},\"data\":[[1,\"x\"],[2,null]]}",
                "rows at \"/data\" of a Socrata envelope, named under \"/meta/view/columns\"",
            ),
            ("{\"columns\":[\"a\",\"b\"],\"index\":[0,1],\"data\":[[1,\"x\"],[2,null]]}", "rows at \"/data\", named at \"/columns\""),
            ("{\"a\":[1,2],\"b\":[\"x\",null]}", "2 arrays of 2 elements"),
            (
                "{\"page\":1,\"total\":[],\"body\":{\"data\":{\"x/y\":[{\"a\":1,\"b\":\"x\"},{\"a\":2}]}}}",
                "the only array of objects, at \"/body/data/x~1y\"",
            ),
            ("{\"cells\":[[\"a\",\"b\"],[1,\"x\"],[2,null]]}", "the only array of arrays, at \"/cells\""),
        ];
        for (body, by) in cases {
            let (found, names, columns) = read(body).unwrap();
            assert_eq!((found.as_str(), names), (by, vec!["a".to_owned(), "b".to_owned()]), "{body}");
            let text = |text: &str| Some(text.to_owned());
            assert_eq!(columns, [[text("1"), text("2")], [text("x"), None]], "{body}");
        }
    }

    #[test]
    fn error_documents_speak_for_themselves() {
        let cases = [
            ("{\"error\":{\"code\":\"BadRequest\",\"message\":\"The query is not valid\"}}", "(at /error/message): The query is not valid"),
            ("{\"odata.error\":{\"code\":\"\",\"message\":{\"lang\":\"en\",\"value\":\"No such set\"}}}", "value): No such set"),
            (
                "{\"code\":\"query.soql.no-such-column\",\"error\":true,\"message\":\"No such column: a\\u00f1o\"}",
                "(at /message): No such column: año",
            ),
            (
                "{\"help\":\"x\",\"success\":false,\"error\":{\"message\":\"Not found: Resource\",\"__type\":\"Not Found Error\"}}",
                "(at /error/message): Not found: Resource",
            ),
            (
                "{\"success\":false,\"error\":{\"limit\":[\"Must be a number\"],\"__type\":\"Validation Error\"}}",
                "(at /error): {\"limit\":[\"Must be a number\"],\"__type\":\"Validation Error\"}",
            ),
            (
                "{\"error\":[{\"status\":404,\"label\":\"No such dataset\"}]}",
                "(at /error): [{\"status\":404,\"label\":\"No such dataset\"}]",
            ),
            (
                "[{\"message\":[{\"id\":\"120\",\"key\":\"Invalid value\",\"value\":\"Not valid\"}]}]",
                "(at /0/message): [{\"id\":\"120\",\"key\":\"Invalid value\",\"value\":\"Not valid\"}]",
            ),
        ];
        for (body, text) in cases {
            let error = read(body).unwrap_err();
            assert!(matches!(error, DecodeError::Publisher { .. }), "{body}: {error}");
            assert!(error.to_string().ends_with(text), "{body}: {error}");
        }
    }

    #[test]
    fn nothing_is_guessed_where_nothing_stands_out() {
        none("{\"a\":[{\"x\":1}],\"b\":[{\"x\":1}]}");
        none("{\"a\":[1,2],\"b\":[1]}");
        none("{\"a\":1}");
        none("[1,2]");
        none("{\"x\":[],\"y\":[]}");
        none("{\"data\":[],\"items\":[]}");
        none("[{},1]");
        assert!(guess(&Bytes(b"{\"a\":")).is_err());
    }

    #[test]
    fn an_empty_answer_has_no_rows() {
        for body in [
            "[]",
            "{\"value\":[],\"@odata.context\":\"x\"}",
            "{\"page\":1,\"list\":[]}",
            "{\"total\":[],\"items\":[]}",
            "[{\"page\":0},null]",
        ] {
            assert_eq!(read(body).unwrap().1, Vec::<String>::new(), "{body}");
        }
    }
}
