//! SQL text as words, numbers, strings and symbols, each with its line.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A keyword or a bare name.
    Word,
    /// A name in double quotes, without them.
    Quoted,
    /// A number.
    Number,
    /// A string in single quotes, without them; doubled quotes are undone.
    Text,
    /// An operator or a bracket.
    Symbol,
}

/// One token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) text: String,
    /// From 1, in the file that the SQL stands in.
    pub(crate) line: usize,
}

impl Token {
    /// Whether it is this keyword, in any case.
    pub(crate) fn is(&self, keyword: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(keyword)
    }

    /// Whether it is this operator or bracket.
    pub(crate) fn is_symbol(&self, symbol: &str) -> bool {
        self.kind == Kind::Symbol && self.text == symbol
    }

    /// Whether it can name a table or a column.
    pub(crate) fn is_name(&self) -> bool {
        matches!(self.kind, Kind::Word | Kind::Quoted)
    }
}

/// A string, a quoted name or a comment that nothing closes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unclosed {
    pub(crate) what: &'static str,
    pub(crate) line: usize,
}

const TWO_CHARACTER_SYMBOLS: [&str; 14] = ["<=", ">=", "<>", "!=", "||", "::", "->", "=>", "//", "==", "**", ":=", "<<", ">>"];

/// Splits SQL into tokens and drops comments. `first_line` is the number of its first line.
pub(crate) fn tokenize(sql: &str, first_line: usize) -> Result<Vec<Token>, Unclosed> {
    let mut reader = Reader { rest: sql, line: first_line };
    let mut tokens = Vec::new();
    while let Some(token) = reader.next()? {
        tokens.push(token);
    }
    Ok(tokens)
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
}

impl Reader<'_> {
    fn take(&mut self, bytes: usize) -> String {
        let (taken, rest) = self.rest.split_at(bytes);
        self.line += taken.matches('\n').count();
        self.rest = rest;
        taken.to_owned()
    }

    fn take_while(&mut self, keep: impl Fn(char) -> bool) -> String {
        let end = self.rest.find(|c| !keep(c)).unwrap_or(self.rest.len());
        self.take(end)
    }

    fn skip_blanks_and_comments(&mut self) -> Result<(), Unclosed> {
        loop {
            self.take_while(char::is_whitespace);
            if self.rest.starts_with("--") {
                self.take_while(|c| c != '\n');
            } else if self.rest.starts_with("/*") {
                let Some(end) = self.rest.find("*/") else { return Err(Unclosed { what: "comment", line: self.line }) };
                self.take(end + 2);
            } else {
                return Ok(());
            }
        }
    }

    fn next(&mut self) -> Result<Option<Token>, Unclosed> {
        self.skip_blanks_and_comments()?;
        let line = self.line;
        let Some(first) = self.rest.chars().next() else { return Ok(None) };
        let (kind, text) = match first {
            '\'' => (Kind::Text, self.quoted('\'', "string")?),
            '"' => (Kind::Quoted, self.quoted('"', "quoted name")?),
            c if c.is_alphabetic() || c == '_' => (Kind::Word, self.take_while(|c| c.is_alphanumeric() || c == '_')),
            c if c.is_ascii_digit() => (Kind::Number, self.take_while(|c| c.is_ascii_alphanumeric() || c == '.')),
            c => {
                let two = TWO_CHARACTER_SYMBOLS.iter().any(|symbol| self.rest.starts_with(symbol));
                (Kind::Symbol, self.take(if two { 2 } else { c.len_utf8() }))
            }
        };
        Ok(Some(Token { kind, text, line }))
    }

    fn quoted(&mut self, quote: char, what: &'static str) -> Result<String, Unclosed> {
        let line = self.line;
        self.take(1);
        let mut text = String::new();
        loop {
            text.push_str(&self.take_while(|c| c != quote));
            if self.rest.is_empty() {
                return Err(Unclosed { what, line });
            }
            self.take(1);
            if !self.rest.starts_with(quote) {
                return Ok(text);
            }
            text.push(quote);
            self.take(1);
        }
    }
}

/// The tokens as one line of text: equal for two queries that differ in blanks, comments and the case of keywords only.
pub(crate) fn canonical(tokens: &[Token]) -> String {
    let text = |token: &Token| match token.kind {
        Kind::Word => token.text.to_lowercase(),
        Kind::Quoted => format!("\"{}\"", token.text.replace('"', "\"\"")),
        Kind::Text => format!("'{}'", token.text.replace('\'', "''")),
        Kind::Number | Kind::Symbol => token.text.clone(),
    };
    tokens.iter().map(text).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_blanks_do_not_change_the_canonical_text() {
        let one = tokenize("SELECT a, 'it''s'\nFROM \"group\" -- note\n", 1).unwrap();
        let two = tokenize("select a /* x */ ,'it''s' from\n\n\"group\"", 1).unwrap();
        assert_eq!(canonical(&one), canonical(&two));
        assert_eq!(canonical(&one), "select a , 'it''s' from \"group\"");
        assert_ne!(canonical(&one), canonical(&tokenize("SELECT a, 'It''s' FROM \"group\"", 1).unwrap()));
    }

    #[test]
    fn every_token_knows_its_line() {
        let tokens = tokenize("SELECT a\n  , b /* two\nlines */ >= 1.5\n", 7).unwrap();
        let seen: Vec<(&str, usize)> = tokens.iter().map(|t| (t.text.as_str(), t.line)).collect();
        assert_eq!(seen, [("SELECT", 7), ("a", 7), (",", 8), ("b", 8), (">=", 9), ("1.5", 9)]);
    }

    #[test]
    fn what_is_never_closed_is_named_with_its_line() {
        assert_eq!(tokenize("SELECT\n'abc", 1).unwrap_err(), Unclosed { what: "string", line: 2 });
        assert_eq!(tokenize("/* abc", 1).unwrap_err(), Unclosed { what: "comment", line: 1 });
        assert_eq!(tokenize("SELECT \"a", 1).unwrap_err(), Unclosed { what: "quoted name", line: 1 });
    }
}
