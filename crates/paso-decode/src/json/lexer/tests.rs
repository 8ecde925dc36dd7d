use std::fmt::Write as _;
use std::io::{self, Read};

use proptest::prelude::*;
use serde_json::Value;

use super::*;

/// A reader that hands out few bytes at a time.
struct Chunks<'a>(&'a [u8], usize);

impl Read for Chunks<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.1.min(into.len());
        self.0.read(&mut into[..length])
    }
}

fn lexer(body: &[u8], window: usize) -> Lexer<Chunks<'_>> {
    Lexer::over(Input::new(Chunks(body, 1), "the body").with_window(window), Mode::One, Expect::Value)
}

/// The events as lines, and the error.
fn events(mut lexer: Lexer<impl Read>) -> (String, Option<String>) {
    let mut lines = String::new();
    loop {
        match lexer.next() {
            Ok(Event::End) => return (lines, None),
            Ok(event) => writeln!(lines, "{event:?}").unwrap(),
            Err(error) => return (lines, Some(error.to_string())),
        }
    }
}

fn error(body: &[u8]) -> String {
    let whole = events(Lexer::new(body, "the body"));
    for window in [4, 5, 7, 16] {
        assert_eq!(events(lexer(body, window)), whole, "window {window}");
    }
    let mut skipping = Lexer::new(body, "the body");
    let skipped = skipping.skip().and_then(|()| skipping.next().map(|_| ())).map_err(|error| error.to_string()).err();
    assert_eq!(skipped, whole.1, "skipping is as strict as reading");
    whole.1.unwrap_or_default()
}

/// The value that follows.
fn value(lexer: &mut Lexer<impl Read>) -> Result<Value, DecodeError> {
    let value = match lexer.next()? {
        Event::Null => Value::Null,
        Event::True => Value::Bool(true),
        Event::False => Value::Bool(false),
        Event::Text(text) => Value::String(text.to_owned()),
        Event::Number(literal) => serde_json::from_str(literal).unwrap(),
        Event::ArrayStart => {
            let mut elements = Vec::new();
            while lexer.peek()? != Kind::Close {
                elements.push(self::value(lexer)?);
            }
            assert_eq!(lexer.next()?, Event::ArrayEnd);
            Value::Array(elements)
        }
        Event::ObjectStart => {
            let mut members = serde_json::Map::new();
            loop {
                let key = match lexer.next()? {
                    Event::Key(key) => key.to_owned(),
                    other => {
                        assert_eq!(other, Event::ObjectEnd);
                        break Value::Object(members);
                    }
                };
                let member = self::value(lexer)?;
                members.insert(key, member);
            }
        }
        other => panic!("{other:?}"),
    };
    Ok(value)
}

#[test]
fn a_document_becomes_events() {
    let body =
        "\u{FEFF} {\"items\" : [{\"year\":2020,\"name\":\"Per\\u00fa \\ud83d\\ude00\\n\"},\n1.50,-0.0e+5,true,false,null,[],{}]}\r\n";
    let expected = "ObjectStart\nKey(\"items\")\nArrayStart\nObjectStart\nKey(\"year\")\nNumber(\"2020\")\nKey(\"name\")\nText(\"Perú 😀\\n\")\n\
        ObjectEnd\nNumber(\"1.50\")\nNumber(\"-0.0e+5\")\nTrue\nFalse\nNull\nArrayStart\nArrayEnd\nObjectStart\nObjectEnd\nArrayEnd\nObjectEnd\n";
    assert_eq!(events(Lexer::new(body.as_bytes(), "the body")), (expected.to_owned(), None));
    for window in 4..40 {
        assert_eq!(events(lexer(body.as_bytes(), window)), (expected.to_owned(), None), "window {window}");
    }
}

#[test]
fn what_the_grammar_does_not_allow_is_placed() {
    let cases: [(&str, &str); 32] = [
        ("[1,]", "malformed at line 1, column 4 (byte 3): expected a value, found `]`"),
        ("[,1]", "malformed at line 1, column 2 (byte 1): expected a value or `]`, found `,`"),
        ("[1 2]", "malformed at line 1, column 4 (byte 3): expected `,` or `]`, found `2`"),
        ("[1}", "malformed at line 1, column 3 (byte 2): expected `,` or `]`, found `}`"),
        ("[}", "malformed at line 1, column 2 (byte 1): expected a value or `]`, found `}`"),
        ("{]", "malformed at line 1, column 2 (byte 1): expected a key or `}`, found `]`"),
        ("{\"a\":1]", "malformed at line 1, column 7 (byte 6): expected `,` or `}`, found `]`"),
        ("{\"a\":1,}", "malformed at line 1, column 8 (byte 7): expected a key, found `}`"),
        ("{\"a\" 1}", "malformed at line 1, column 6 (byte 5): expected `:`, found `1`"),
        ("{\"a\":}", "malformed at line 1, column 6 (byte 5): expected a value, found `}`"),
        ("{\"a\"}", "malformed at line 1, column 5 (byte 4): expected `:`, found `}`"),
        ("{\n page: 1}", "malformed at line 2, column 2 (byte 3): expected a key or `}`, found `p`"),
        ("{1:2}", "malformed at line 1, column 2 (byte 1): expected a key or `}`, found `1`"),
        ("[] []", "malformed at line 1, column 4 (byte 3): expected nothing more, found `[`"),
        ("[]]", "malformed at line 1, column 3 (byte 2): expected nothing more, found `]`"),
        ("\"Perú\" x", "malformed at line 1, column 8 (byte 8): expected nothing more, found `x`"),
        ("]", "malformed at line 1, column 1 (byte 0): expected a value, found `]`"),
        ("NaN", "malformed at line 1, column 1 (byte 0): expected a value, found `N`"),
        ("nul]", "malformed at line 1, column 1 (byte 0): expected `null`"),
        ("trUe", "malformed at line 1, column 1 (byte 0): expected `true`"),
        ("+1", "malformed at line 1, column 1 (byte 0): expected a value, found `+`"),
        ("01", "malformed at line 1, column 2 (byte 1): a number with a leading zero"),
        ("-x", "malformed at line 1, column 2 (byte 1): a number without a digit there"),
        ("[1.]", "malformed at line 1, column 4 (byte 3): a number without a digit there"),
        ("[1e+]", "malformed at line 1, column 5 (byte 4): a number without a digit there"),
        ("[.5]", "malformed at line 1, column 2 (byte 1): expected a value or `]`, found `.`"),
        ("\"a\tb\"", "malformed at line 1, column 3 (byte 2): a control character that is not escaped"),
        ("\"\\x\"", "malformed at line 1, column 2 (byte 1): an escape that JSON does not have"),
        ("\"\\u12g4\"", "malformed at line 1, column 6 (byte 5): no hexadecimal digit"),
        ("\"\\ud800\"", "malformed at line 1, column 2 (byte 1): half of a surrogate pair"),
        ("\"\\udc00\"", "malformed at line 1, column 2 (byte 1): half of a surrogate pair"),
        ("[1\u{a0}]", "malformed at line 1, column 3 (byte 2): expected `,` or `]`, found `\u{a0}`"),
    ];
    for (body, expected) in cases {
        assert_eq!(error(body.as_bytes()), format!("the body is {expected}"), "{body}");
    }
    assert!(error(b"[1\0]").ends_with("found U+0000"));
    assert!(error(b"\"\\ud800\\ud800\"").ends_with("half of a surrogate pair"));
    assert!(error(b"\"\\ud800\\n\"").ends_with("half of a surrogate pair"));
}

#[test]
fn every_truncation_is_one() {
    let body = "\u{FEFF}{\"items\": [{\"n\u{fa}me\":\"Per\\u00fa \\ud83d\\ude00 ñ\"},\n-1.50e+5,true,false,null,[],{}]}".as_bytes();
    assert_eq!(error(body), "");
    for length in 0..body.len() {
        let cut = &body[..length];
        let message = error(cut);
        let in_mark = (1..3).contains(&length);
        assert!(message.starts_with("the body is cut off at line "), "{length}: {message}");
        assert!(in_mark || message.contains(&format!("(byte {length})")) || message.contains("within a character"), "{length}: {message}");
    }
    assert_eq!(error(b""), "the body is cut off at line 1, column 1 (byte 0): expected a value");
    assert_eq!(error(b"{\"a\":\n\"x"), "the body is cut off at line 2, column 3 (byte 8): within a string");
    assert_eq!(error(b"[1"), "the body is cut off at line 1, column 3 (byte 2): expected `,` or `]`");
    assert_eq!(error(b"{\"a"), "the body is cut off at line 1, column 4 (byte 3): within a key");
    assert_eq!(error(b"-"), "the body is cut off at line 1, column 2 (byte 1): within a number");
    assert_eq!(error(b"tr"), "the body is cut off at line 1, column 3 (byte 2): within a literal");
}

#[test]
fn what_is_not_utf8_is_placed_where_it_stands_and_not_before() {
    assert_eq!(error(b"[\n\"Per\xFA\"]"), "the body is not UTF-8, as JSON must be: byte 0xFA at line 2, column 5 (byte 6)");
    assert!(error(b"[1,]  \"\xFA\"").contains("expected a value, found `]`"), "the first error counts");
    for body in [&b"\xFF\xFE{\0}\0"[..], b"\xFE\xFF\0{\0}", b"{\0}\0", b"\0{\0}", b"{\0\0\0}\0\0\0"] {
        assert_eq!(error(body), "the body is not UTF-8, as JSON must be: UTF-16 or UTF-32 at line 1, column 1 (byte 0)");
    }
    assert!(error(b"\"\xED\xA0\x80\"").contains("byte 0xED"), "surrogates are no UTF-8");
}

#[test]
fn depth_is_bounded() {
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(error(deep(MAX_DEPTH).as_bytes()), "");
    assert_eq!(
        error(deep(MAX_DEPTH + 1).as_bytes()),
        "the body is malformed at line 1, column 129 (byte 128): nested deeper than 128 levels"
    );
    let mixed = format!("{}1{}", "{\"a\":[".repeat(64), "]}".repeat(64));
    assert_eq!(error(mixed.as_bytes()), "");
}

#[test]
fn a_token_of_two_gigabytes_needs_no_two_gigabytes() {
    for first in ["\"", "1"] {
        let endless = format!("[\n{first}");
        let mut lexer = Lexer::new(endless.as_bytes().chain(io::repeat(b'7').take(2 << 30)), "the body");
        let error = lexer.skip().unwrap_err();
        assert_eq!(error.to_string(), "the body has a text or number of more than 16777216 bytes at line 2, column 1 (byte 2)");
        assert!(error.hint().is_some());
    }
    let mut spaces = Lexer::new(io::repeat(b' ').take(64 << 20).chain(&b"1"[..]), "the body");
    assert_eq!(spaces.next().unwrap(), Event::Number("1"));
    assert_eq!(spaces.position(), Position::Text { line: 1, column: (64 << 20) + 1, byte: 64 << 20 });
}

#[test]
fn a_reader_that_fails_is_no_truncation() {
    struct Fails;
    impl Read for Fails {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("disk gone"))
        }
    }
    let mut lexer = Lexer::new((&b"[1,2"[..]).chain(Fails), "the body");
    assert_eq!(lexer.next().unwrap(), Event::ArrayStart);
    assert_eq!(lexer.next().unwrap(), Event::Number("1"));
    let error = lexer.next().unwrap_err();
    assert_eq!(error.to_string(), "the body cannot be read");
    assert!(lexer.next().is_err(), "and stays so");
}

#[test]
fn several_values_are_separated_by_white_space() {
    let read = |body: &'static str| events(Lexer::several(body.as_bytes(), "the body"));
    assert_eq!(read(""), (String::new(), None));
    assert_eq!(read(" \n"), (String::new(), None));
    assert_eq!(read("{}\n[]\r\n\n1 2").0.lines().count(), 6);
    assert_eq!(read("{}\n{").1.unwrap(), "the body is cut off at line 2, column 2 (byte 4): expected a key or `}`");
    assert_eq!(
        read("{}{}").1.unwrap(),
        "the body is malformed at line 1, column 3 (byte 2): expected white space before another value, found `{`"
    );
    assert_eq!(
        read("1,2").1.unwrap(),
        "the body is malformed at line 1, column 2 (byte 1): expected white space before another value, found `,`"
    );
}

#[test]
fn a_second_pass_begins_where_the_first_one_looked() {
    let body = "{\"ñ\": [10, {\"a\": \"é\"}\n , [1,2] ], \"b\" :\n\"x\"}";
    for window in [4, 9, 64] {
        let mut first = lexer(body.as_bytes(), window);
        let mut noted = Vec::new();
        // Before each value, looked at and not looked at.
        assert_eq!(first.next().unwrap(), Event::ObjectStart);
        assert_eq!(first.next().unwrap(), Event::Key("ñ"));
        noted.push(first.offset());
        first.peek().unwrap();
        noted.push(first.offset());
        assert_eq!(first.next().unwrap(), Event::ArrayStart);
        for _ in 0..3 {
            noted.push(first.offset());
            assert!(matches!(first.peek().unwrap(), Kind::Number | Kind::Object | Kind::Array));
            noted.push(first.offset());
            first.skip().unwrap();
        }
        first.skip().unwrap();
        assert_eq!((first.depth(), first.peek().unwrap()), (2, Kind::Close), "there is nothing to skip");
        first.rest(2).unwrap();
        assert_eq!(first.next().unwrap(), Event::Key("b"));
        noted.push(first.offset());
        first.rest(1).unwrap();
        assert_eq!((first.depth(), first.next().unwrap()), (0, Event::End));
        let mut read = Vec::new();
        for at in noted {
            let mut second = Lexer::resume(&body.as_bytes()[at.byte() as usize..], "the body", at);
            let found = value(&mut second).unwrap();
            assert_eq!(second.next().unwrap(), Event::End);
            let mut broken = Lexer::resume(&b"\x01"[..], "the body", at);
            read.push((found.to_string(), broken.next().unwrap_err().to_string()));
        }
        let array = "[10,{\"a\":\"é\"},[1,2]]";
        let expected = [
            (array, 5, 5),
            (array, 7, 7),
            ("10", 8, 8),
            ("10", 8, 8),
            ("{\"a\":\"é\"}", 10, 10),
            ("{\"a\":\"é\"}", 12, 12),
            ("[1,2]", 22, 23),
        ];
        for ((found, error), (value, column, byte)) in read.iter().zip(expected) {
            assert_eq!(found, value);
            assert!(error.contains(&format!("line 1, column {column} (byte {byte})")), "{value}: {error}");
        }
        assert_eq!(read[8].0, "\"x\"");
        assert!(read[7].1.contains("line 2, column 4 (byte 27)"), "{}", read[7].1);
    }
}

#[test]
fn skipping_a_member_takes_its_key_too() {
    let mut lexer = Lexer::new(&br#"{"a":{"b":[1,{}]},"c":2}"#[..], "the body");
    lexer.next().unwrap();
    lexer.skip().unwrap();
    assert_eq!(lexer.next().unwrap(), Event::Key("c"));
    lexer.rest(1).unwrap();
    assert_eq!(lexer.next().unwrap(), Event::End);
}

#[test]
fn a_captured_value_is_its_raw_text() {
    let body = "[[1,\n \"\\u00fa\" ] , {\"ñ\":2},3.0, \"x\"]";
    for window in [4, 6, 8, 64] {
        let mut lexer = lexer(body.as_bytes(), window);
        lexer.next().unwrap();
        let mut texts = Vec::new();
        while lexer.peek().unwrap() != Kind::Close {
            let mut text = "=".to_owned();
            lexer.capture(&mut text).unwrap();
            texts.push(text);
        }
        assert_eq!(texts, ["=[1,\n \"\\u00fa\" ]", "={\"ñ\":2}", "=3.0", "=\"x\""], "window {window}");
    }
    let long = format!("[\n{{\"a\":[{}1]}}]", "12,".repeat(30_000));
    let mut lexer = Lexer::new(long.as_bytes(), "the body");
    lexer.next().unwrap();
    let error = lexer.capture(&mut String::new()).unwrap_err();
    assert!(matches!(error, DecodeError::TooLong { cap: MAX_CAPTURE, .. }), "{error}");
}

fn json() -> impl Strategy<Value = String> {
    let number = "-?(0|[1-9][0-9]{0,12})(\\.[0-9]{1,6})?([eE][+-]?[0-9]{1,2})?";
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("false".to_owned()),
        number.prop_map(|number| number),
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
        "(\\\\[bfnrt\"/]|\\\\u[0-9a-cE-F][0-9a-f]{3}|\\\\ud83d\\\\ude0[0-9]|[a-zñ ]){0,12}".prop_map(|text| format!("\"{text}\"")),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        let space = || "[ \n\t]{0,2}";
        prop_oneof![
            (prop::collection::vec(inner.clone(), 0..6), space())
                .prop_map(|(elements, space)| format!("[{space}{}{space}]", elements.join(&format!("{space},{space}")))),
            (prop::collection::vec(("[a-zé\"]{0,3}", inner), 0..6), space()).prop_map(|(members, space)| {
                let members: Vec<String> =
                    members.iter().map(|(key, value)| format!("{}{space}:{space}{value}", serde_json::to_string(key).unwrap())).collect();
                format!("{{{space}{}{space}}}", members.join(&format!(",{space}")))
            }),
        ]
    })
}

/// Reads as a value; `None` where the text is refused.
fn own(body: &[u8], window: usize) -> Option<Value> {
    let mut lexer = lexer(body, window);
    let value = value(&mut lexer).ok()?;
    (lexer.next().ok()? == Event::End).then_some(value)
}

/// As serde_json reads it; `Err` where only its range of numbers is in the way.
fn peer(body: &[u8]) -> Result<Option<Value>, ()> {
    let body = body.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(body);
    match serde_json::from_slice(body) {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.to_string().contains("out of range") => Err(()),
        Err(_) => Ok(None),
    }
}

proptest! {
    #[test]
    fn documents_are_read_as_serde_json_reads_them(body in json(), window in 4usize..64) {
        if let Ok(expected) = peer(body.as_bytes()) {
            prop_assert!(expected.is_some(), "{body}");
            prop_assert_eq!(own(body.as_bytes(), window), expected, "{}", body);
        }
    }

    #[test]
    fn damaged_documents_are_refused_as_serde_json_refuses_them(
        body in json(), window in 4usize..64, at in any::<prop::sample::Index>(), byte in any::<u8>(), how in 0..3,
    ) {
        let mut body = body.into_bytes();
        let at = at.index(body.len());
        match how {
            0 => body[at] = byte,
            1 => drop(body.remove(at)),
            _ => body.insert(at, b"{}[],:\"\\0-.e u\x1F\xC3"[usize::from(byte) % 16]),
        }
        if let Ok(expected) = peer(&body) {
            prop_assert_eq!(own(&body, window), expected, "{}", String::from_utf8_lossy(&body));
        }
        // Reading and skipping agree, and so do all windows.
        error(&body);
    }

    #[test]
    fn any_bytes_are_read_or_refused(body in prop::collection::vec(any::<u8>(), 0..64)) {
        if let Ok(expected) = peer(&body) {
            prop_assert_eq!(own(&body, 4), expected);
        }
        error(&body);
    }
}

#[test]
fn a_leap_ends_where_a_skip_ends() {
    let body = "[ {\"a\\\"}\":[1,\"]\\\\\",\n{}]},\n\n [[\"x\\u005d\"],\n2] , \"text\", 7, {} ]";
    for window in [4, 5, 7, 16, 1 << 10] {
        let (mut leaping, mut skipping) = (lexer(body.as_bytes(), window), lexer(body.as_bytes(), window));
        assert_eq!(leaping.next().unwrap(), Event::ArrayStart);
        assert_eq!(skipping.next().unwrap(), Event::ArrayStart);
        for _ in 0..5 {
            leaping.leap().unwrap();
            skipping.skip().unwrap();
            assert_eq!(leaping.peek().unwrap(), skipping.peek().unwrap());
            assert_eq!((leaping.position(), leaping.depth()), (skipping.position(), skipping.depth()), "window {window}");
        }
        assert_eq!(leaping.next().unwrap(), Event::ArrayEnd);
        assert_eq!(leaping.next().unwrap(), Event::End);
    }
    for end in 1..body.len() {
        let mut leaping = lexer(&body.as_bytes()[..end], 7);
        assert!(matches!(leaping.leap(), Err(DecodeError::Truncated { .. })), "{end}");
    }
    let mut loose = Lexer::new(&b"[1 2 {]} ] 3"[..], "the body");
    loose.leap().unwrap();
    assert!(matches!(loose.next(), Err(DecodeError::Malformed { .. })), "what stands behind is looked at again");
}
