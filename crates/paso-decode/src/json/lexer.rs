//! A streaming lexer for JSON (RFC 8259): events out of any reader, in memory that is bounded by the longest token.
//!
//! ```text
//! {"items": [{"year": 2020, "name": "Per\u00fa"}]}
//! ```
//!
//! gives `ObjectStart`, `Key("items")`, `ArrayStart`, `ObjectStart`, `Key("year")`, `Number("2020")`, `Key("name")`, `Text("Perú")`,
//! `ObjectEnd`, `ArrayEnd`, `ObjectEnd`, `End`. What the grammar allows and what it does not:
//!
//! * a number is its literal text, so `1.50` stays `1.50` and `1e400` is fine; `01`, `.5`, `1.`, `+1` and `NaN` are malformed;
//! * escapes are decoded; half of a surrogate pair (`"\ud800"`) stands for no character and is malformed;
//! * the text is UTF-8 with or without a byte order mark; UTF-16 is refused as what it is;
//! * a comma before a closing bracket, a comment and a second value are malformed; a text that ends too early is truncated;
//! * keys may repeat: whoever gives them a meaning refuses that;
//! * at most [`MAX_DEPTH`] containers are open at a time, and no text or number is longer than 16 MiB.
//!
//! [`Lexer::skip`] checks what it passes over as strictly as [`Lexer::next`]. A body that needs two passes is opened twice: the first pass
//! notes [`Lexer::offset`] where a value begins, the second one starts there with [`Lexer::resume`].

mod input;
mod scan;

use std::fmt;
use std::io::Read;

use crate::error::DecodeError;
use crate::position::Position;
use input::Input;
pub(crate) use input::MAX_TOKEN;
use scan::Scan;

/// How many objects and arrays may be open at a time.
pub(crate) const MAX_DEPTH: usize = 128;
/// The longest value that [`Lexer::capture`] takes, in bytes.
pub(crate) const MAX_CAPTURE: usize = 64 << 10;

/// What a JSON text consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event<'a> {
    /// `{`
    ObjectStart,
    /// `}`
    ObjectEnd,
    /// `[`
    ArrayStart,
    /// `]`
    ArrayEnd,
    /// The key of a member, without escapes; its value is next.
    Key(&'a str),
    /// A string, without escapes.
    Text(&'a str),
    /// A number, as it is written.
    Number(&'a str),
    /// `true`
    True,
    /// `false`
    False,
    /// `null`
    Null,
    /// Nothing more, and so for every event after it.
    End,
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An object.
    Object,
    /// An array.
    Array,
    /// A string.
    Text,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// `null`.
    Null,
    /// The key of a member.
    Key,
    /// The end of the object or array.
    Close,
    /// The end of the text.
    End,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Kind {
    /// What errors call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Object => "an object",
            Self::Array => "an array",
            Self::Text => "a string",
            Self::Number => "a number",
            Self::Boolean => "a boolean",
            Self::Null => "null",
            Self::Key => "a key",
            Self::Close => "the end of an object or array",
            Self::End => "the end",
        }
    }
}

/// A place in a body at which a value begins, for [`Lexer::resume`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Offset {
    byte: u64,
    line: u32,
    line_chars: u64,
    expect: Expect,
}

impl Offset {
    /// Where to open the source again.
    pub(crate) fn byte(&self) -> u64 {
        self.byte
    }
}

/// What the grammar allows next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expect {
    Value,
    /// The first value of several, or none at all.
    ValueOrEnd,
    ElementOrClose,
    KeyOrClose,
    Key,
    Colon,
    /// A resumed lexer: a comma before the value.
    Comma,
    /// A comma or the end of the container; at the top, the end.
    After,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Container {
    Object,
    Array,
    None,
}

/// What follows a value at the top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// White space to the end.
    One,
    /// White space, and maybe another value.
    Several,
    /// Whatever: it was checked before.
    Within,
}

/// An event whose text is still in the window: where it stands in the token, and whether it has escapes.
#[derive(Debug, Clone, Copy)]
enum Token {
    Start(Container),
    Close(Container),
    Key { length: usize, escaped: bool },
    Text { length: usize, escaped: bool },
    Number { length: usize },
    True,
    False,
    Null,
    End,
}

/// A pull lexer.
pub(crate) struct Lexer<R> {
    input: Input<R>,
    mode: Mode,
    expect: Expect,
    depth: usize,
    /// The open containers, the innermost in the lowest bit: 1 for an object.
    objects: u128,
    unescaped: String,
}

impl<R: Read> Lexer<R> {
    /// Reads one value, with nothing but white space around it. `place` is how errors call the body.
    pub(crate) fn new(reader: R, place: &str) -> Self {
        Self::over(Input::new(reader, place), Mode::One, Expect::Value)
    }

    /// Reads values one after the other, with white space between them (NDJSON), or none at all.
    pub(crate) fn several(reader: R, place: &str) -> Self {
        Self::over(Input::new(reader, place), Mode::Several, Expect::ValueOrEnd)
    }

    /// Reads the value that began where an earlier pass took `at`, and then ends whatever follows. `reader` starts at `at.byte()`.
    pub(crate) fn resume(reader: R, place: &str, at: Offset) -> Self {
        Self::over(Input::resume(reader, place, at.byte, at.line, at.line_chars), Mode::Within, at.expect)
    }

    /// Reads at most this many bytes at once, for readers of many places at a time.
    pub(crate) fn with_window(mut self, bytes: usize) -> Self {
        self.input = self.input.with_window(bytes);
        self
    }

    fn over(input: Input<R>, mode: Mode, expect: Expect) -> Self {
        Self { input, mode, expect, depth: 0, objects: 0, unescaped: String::new() }
    }

    /// The next event.
    pub(crate) fn next(&mut self) -> Result<Event<'_>, DecodeError> {
        let token = self.token()?;
        Ok(match token {
            Token::Start(Container::Object) => Event::ObjectStart,
            Token::Start(_) => Event::ArrayStart,
            Token::Close(Container::Object) => Event::ObjectEnd,
            Token::Close(_) => Event::ArrayEnd,
            Token::Key { length, escaped } => Event::Key(self.text(length, escaped)),
            Token::Text { length, escaped } => Event::Text(self.text(length, escaped)),
            Token::Number { length } => Event::Number(self.input.slice(0, length)),
            Token::True => Event::True,
            Token::False => Event::False,
            Token::Null => Event::Null,
            Token::End => Event::End,
        })
    }

    /// Passes over the next value, or over the next member with its key. At the end of a container or of the text nothing happens.
    pub(crate) fn skip(&mut self) -> Result<(), DecodeError> {
        match self.peek()? {
            Kind::Close | Kind::End => return Ok(()),
            Kind::Key => drop(self.token()?),
            _ => {}
        }
        let depth = self.depth;
        loop {
            self.token()?;
            if self.depth <= depth {
                return Ok(());
            }
        }
    }

    /// Passes over the next value as [`Lexer::skip`] does, but of what is inside of an object or array only quotes and brackets are looked at:
    /// for a first pass over what the second one reads.
    pub(crate) fn leap(&mut self) -> Result<(), DecodeError> {
        if !matches!(self.peek()?, Kind::Object | Kind::Array) {
            return self.skip();
        }
        let mut nesting = scan::Nesting::default();
        loop {
            let length = nesting.scan(self.input.ahead());
            self.input.take_lines(length);
            if nesting.is_closed() {
                self.expect = Expect::After;
                return Ok(());
            }
            if !self.input.more()? {
                return Err(self.input.truncated("within an object or array"));
            }
        }
    }

    /// Passes over what is left of the container that was entered as the `depth`-th, with its end: afterwards `depth() < depth`.
    pub(crate) fn rest(&mut self, depth: usize) -> Result<(), DecodeError> {
        while self.depth >= depth.max(1) {
            self.token()?;
        }
        Ok(())
    }

    /// Appends the raw text of the next value, with its quotes, escapes and inner white space; at most [`MAX_CAPTURE`] bytes.
    pub(crate) fn capture(&mut self, into: &mut String) -> Result<(), DecodeError> {
        self.capture_within(MAX_CAPTURE, into)
    }

    /// [`Lexer::capture`] with another cap, in bytes.
    pub(crate) fn capture_within(&mut self, cap: usize, into: &mut String) -> Result<(), DecodeError> {
        if matches!(self.peek()?, Kind::Close | Kind::End | Kind::Key) {
            return Ok(());
        }
        self.input.capture();
        let depth = self.depth;
        loop {
            self.token()?;
            if self.input.captured_bytes() > cap {
                return Err(self.input.too_long("a value", cap));
            }
            if self.depth <= depth {
                break;
            }
        }
        self.input.end_capture(Some(into));
        Ok(())
    }

    /// Keeps the raw text from the next value on, until [`Lexer::kept`] takes or drops it. Every call needs the other.
    pub(crate) fn keep(&mut self) -> Result<(), DecodeError> {
        self.peek()?;
        self.input.capture();
        Ok(())
    }

    /// The raw text since [`Lexer::keep`].
    pub(crate) fn kept(&mut self, into: Option<&mut String>) {
        self.input.end_capture(into);
    }

    /// Where the next value begins: after [`Lexer::peek`] exactly, otherwise with the white space, comma or colon before it.
    ///
    /// Columns are counted from the beginning of the line or window, so this is for the few values that a second pass looks for.
    pub(crate) fn offset(&self) -> Offset {
        let (byte, line, line_chars) = self.input.place_ahead();
        let expect = match (self.expect, self.container()) {
            (Expect::After, Container::Array) => Expect::Comma,
            (Expect::Colon, _) => Expect::Colon,
            _ => Expect::Value,
        };
        Offset { byte, line, line_chars, expect }
    }

    /// Where the last token begins, or the next one after [`Lexer::peek`]. Costs as much as [`Lexer::offset`]: it is meant for errors.
    pub(crate) fn position(&self) -> Position {
        self.input.position()
    }

    /// What comes next, without taking it.
    pub(crate) fn peek(&mut self) -> Result<Kind, DecodeError> {
        let Some(byte) = self.advance()? else {
            return if self.may_end() { Ok(Kind::End) } else { Err(self.cut_off()) };
        };
        Ok(match (self.expect, byte) {
            (Expect::After | Expect::KeyOrClose, b'}') | (Expect::After | Expect::ElementOrClose, b']') => Kind::Close,
            (Expect::Key | Expect::KeyOrClose, b'"') => Kind::Key,
            (Expect::Value | Expect::ValueOrEnd | Expect::ElementOrClose, byte) => match byte {
                b'{' => Kind::Object,
                b'[' => Kind::Array,
                b'"' => Kind::Text,
                b't' | b'f' => Kind::Boolean,
                b'n' => Kind::Null,
                b'-' | b'0'..=b'9' => Kind::Number,
                _ => return Err(self.unexpected()),
            },
            _ => return Err(self.unexpected()),
        })
    }

    /// How many containers are open.
    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    fn container(&self) -> Container {
        match self.depth {
            0 => Container::None,
            _ if self.objects & 1 == 1 => Container::Object,
            _ => Container::Array,
        }
    }

    fn may_end(&self) -> bool {
        self.depth == 0 && matches!(self.expect, Expect::After | Expect::ValueOrEnd)
    }

    /// Moves to the first byte of the next token, over white space, commas and colons. None at the end.
    #[inline]
    fn advance(&mut self) -> Result<Option<u8>, DecodeError> {
        loop {
            if self.depth == 0 && self.expect == Expect::After && self.mode == Mode::Within {
                return Ok(None);
            }
            // Most tokens follow each other closely.
            let gap = if self.input.first().is_some_and(|byte| byte > b' ') { false } else { self.input.white_space()? };
            self.input.begin();
            let Some(byte) = self.input.first() else { return Ok(None) };
            self.expect = match (self.expect, byte) {
                (Expect::Colon, b':') | (Expect::Comma, b',') => Expect::Value,
                (Expect::After, b',') if self.depth > 0 => {
                    if self.container() == Container::Object {
                        Expect::Key
                    } else {
                        Expect::Value
                    }
                }
                (Expect::After, _) if self.depth == 0 && self.mode == Mode::Several && gap => {
                    self.expect = Expect::Value;
                    return Ok(Some(byte));
                }
                _ => return Ok(Some(byte)),
            };
            self.input.take(1);
        }
    }

    fn token(&mut self) -> Result<Token, DecodeError> {
        let Some(byte) = self.advance()? else {
            return if self.may_end() { Ok(Token::End) } else { Err(self.cut_off()) };
        };
        match (self.expect, byte) {
            (Expect::Value | Expect::ValueOrEnd | Expect::ElementOrClose, _) => self.value(byte),
            (Expect::Key | Expect::KeyOrClose, b'"') => {
                let (length, escaped) = self.scan(scan::text, "within a key")?;
                self.expect = Expect::Colon;
                Ok(Token::Key { length, escaped })
            }
            (Expect::KeyOrClose | Expect::After, b'}' | b']') => self.close(byte),
            _ => Err(self.unexpected()),
        }
    }

    fn value(&mut self, byte: u8) -> Result<Token, DecodeError> {
        let token = match byte {
            b'"' => {
                let (length, escaped) = self.scan(scan::text, "within a string")?;
                Token::Text { length, escaped }
            }
            b'-' | b'0'..=b'9' => Token::Number { length: self.number()? },
            b'{' => return self.open(Container::Object),
            b'[' => return self.open(Container::Array),
            b']' if self.expect == Expect::ElementOrClose => return self.close(byte),
            b't' => self.literal("true", Token::True)?,
            b'f' => self.literal("false", Token::False)?,
            b'n' => self.literal("null", Token::Null)?,
            _ => return Err(self.unexpected()),
        };
        self.expect = Expect::After;
        Ok(token)
    }

    fn open(&mut self, container: Container) -> Result<Token, DecodeError> {
        if self.depth == MAX_DEPTH {
            return Err(self.input.malformed(0, format!("nested deeper than {MAX_DEPTH} levels")));
        }
        self.input.take(1);
        self.depth += 1;
        let object = container == Container::Object;
        self.objects = self.objects << 1 | u128::from(object);
        self.expect = if object { Expect::KeyOrClose } else { Expect::ElementOrClose };
        Ok(Token::Start(container))
    }

    fn close(&mut self, byte: u8) -> Result<Token, DecodeError> {
        let container = self.container();
        if !matches!((container, byte), (Container::Object, b'}') | (Container::Array, b']')) {
            return Err(self.unexpected());
        }
        self.input.take(1);
        self.depth -= 1;
        self.objects >>= 1;
        self.expect = Expect::After;
        Ok(Token::Close(container))
    }

    fn literal(&mut self, literal: &'static str, token: Token) -> Result<Token, DecodeError> {
        while self.input.ahead().len() < literal.len() && literal.as_bytes().starts_with(self.input.ahead()) {
            if !self.input.more()? {
                return Err(self.input.truncated("within a literal"));
            }
        }
        if !self.input.ahead().starts_with(literal.as_bytes()) {
            return Err(self.input.malformed(0, format!("expected `{literal}`")));
        }
        self.input.take(literal.len());
        Ok(token)
    }

    fn number(&mut self) -> Result<usize, DecodeError> {
        let mut last = false;
        loop {
            match scan::number(self.input.ahead(), last) {
                Scan::Token { length, .. } => {
                    self.input.take(length);
                    return Ok(length);
                }
                Scan::Broken { at, problem } => return Err(self.input.malformed(at, problem.to_owned())),
                Scan::More if last => return Err(self.input.truncated("within a number")),
                Scan::More => last = !self.input.more()?,
            }
        }
    }

    fn scan(&mut self, token: impl Fn(&[u8]) -> Scan, within: &str) -> Result<(usize, bool), DecodeError> {
        loop {
            match token(self.input.ahead()) {
                Scan::Token { length, escaped } => {
                    self.input.take(length);
                    return Ok((length, escaped));
                }
                Scan::Broken { at, problem } => return Err(self.input.malformed(at, problem.to_owned())),
                Scan::More if self.input.more()? => {}
                Scan::More => return Err(self.input.truncated(within)),
            }
        }
    }

    /// The text between the quotes of the token that was read last.
    fn text(&mut self, length: usize, escaped: bool) -> &str {
        let inner = self.input.slice(1, length - 1);
        if !escaped {
            return inner;
        }
        self.unescaped.clear();
        scan::unescape(inner, &mut self.unescaped);
        &self.unescaped
    }

    fn expected(&self) -> &'static str {
        match (self.expect, self.container()) {
            (Expect::Value | Expect::ValueOrEnd, _) => "a value",
            (Expect::ElementOrClose, _) => "a value or `]`",
            (Expect::KeyOrClose, _) => "a key or `}`",
            (Expect::Key, _) => "a key",
            (Expect::Colon, _) => "`:`",
            (Expect::Comma, _) => "`,`",
            (Expect::After, Container::Object) => "`,` or `}`",
            (Expect::After, Container::Array) => "`,` or `]`",
            (Expect::After, Container::None) if self.mode == Mode::Several => "white space before another value",
            (Expect::After, Container::None) => "nothing more",
        }
    }

    fn unexpected(&self) -> DecodeError {
        self.input.malformed(0, format!("expected {}, found {}", self.expected(), self.input.found(0)))
    }

    fn cut_off(&self) -> DecodeError {
        self.input.truncated(&format!("expected {}", self.expected()))
    }
}

#[cfg(test)]
mod tests;
