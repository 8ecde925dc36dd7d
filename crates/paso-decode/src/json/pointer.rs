//! JSON pointers (RFC 6901) with `*` for any key or index, and the walk that finds what they name.

use std::io::Read;

use super::lexer::{Event, Kind, Lexer};
use crate::error::DecodeError;
use crate::pointer::tokens;

/// A lexer over a source, or over a part of a body.
pub(super) type Reader<'s> = Lexer<Box<dyn Read + Send + 's>>;

/// A parsed pointer.
#[derive(Debug, Clone)]
pub(super) struct Pointer {
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Any,
    /// A key, which is an index too if it is written like one.
    To(String, Option<u64>),
}

impl Pointer {
    pub(super) fn parse(pointer: &str) -> Self {
        let step = |key: String| match key.parse::<u64>() {
            _ if key == "*" => Step::Any,
            Ok(index) if index.to_string() == key => Step::To(key, Some(index)),
            _ => Step::To(key, None),
        };
        Self { steps: tokens(pointer).map(step).collect() }
    }

    /// Whether this pointer may lead into what the other one names.
    pub(super) fn leads_into(&self, outer: &Self) -> bool {
        let same = |(own, other): (&Step, &Step)| own == other || *own == Step::Any || *other == Step::Any;
        self.steps.len() > outer.steps.len() && self.steps.iter().zip(&outer.steps).all(same)
    }
}

/// What a pointer found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// The lines of a body, as if they were an array: its elements are next, until the end.
    Lines,
    /// A value, which is next.
    Value(Kind),
}

impl Found {
    pub(super) fn kind(self) -> Kind {
        match self {
            Self::Lines => Kind::Array,
            Self::Value(kind) => kind,
        }
    }
}

/// What a visitor did with a value.
pub(super) enum Taken {
    /// Nothing: it is still next.
    No,
    /// It was read.
    Yes,
    /// It was read, and this is its raw text, in which the pointers that lead into it go on.
    Raw(String),
}

/// Receives what the pointers find, in the order of the body.
pub(super) trait Visit {
    /// Some pointers, by their place in the list, name the next value.
    fn visit(&mut self, pointers: &[usize], found: Found, lexer: &mut Reader<'_>) -> Result<Taken, DecodeError>;
}

/// A pointer on its way, and how many of its steps are behind it.
type Way = (usize, usize);

/// Walks over a body, or over the lines of one, to its end.
pub(super) fn walk(lexer: &mut Reader<'_>, lines: bool, pointers: &[Pointer], visit: &mut dyn Visit) -> Result<(), DecodeError> {
    let ways: Vec<Way> = (0..pointers.len()).map(|pointer| (pointer, 0)).collect();
    let mut walk = Walk { pointers, visit };
    if lines { walk.lines(lexer, &ways) } else { walk.value(lexer, &ways) }?;
    lexer.next().map(|_| ())
}

struct Walk<'w> {
    pointers: &'w [Pointer],
    visit: &'w mut dyn Visit,
}

impl Walk<'_> {
    fn lines(&mut self, lexer: &mut Reader<'_>, ways: &[Way]) -> Result<(), DecodeError> {
        let (here, deeper) = self.split(ways);
        if !here.is_empty() && !matches!(self.visit.visit(&here, Found::Lines, lexer)?, Taken::No) {
            return Ok(());
        }
        self.elements(lexer, &deeper)
    }

    fn value(&mut self, lexer: &mut Reader<'_>, ways: &[Way]) -> Result<(), DecodeError> {
        let kind = lexer.peek()?;
        let (here, deeper) = self.split(ways);
        if !here.is_empty() {
            match self.visit.visit(&here, Found::Value(kind), lexer)? {
                Taken::No => {}
                Taken::Yes => return Ok(()),
                Taken::Raw(raw) => return if deeper.is_empty() { Ok(()) } else { self.within(&raw, &deeper) },
            }
        }
        match kind {
            Kind::Object if !deeper.is_empty() => self.members(lexer, &deeper),
            Kind::Array if !deeper.is_empty() => {
                lexer.next()?;
                self.elements(lexer, &deeper)?;
                lexer.next().map(|_| ())
            }
            _ => lexer.skip(),
        }
    }

    /// Goes on in the raw text of a value.
    fn within(&mut self, raw: &str, ways: &[Way]) -> Result<(), DecodeError> {
        self.value(&mut Lexer::new(Box::new(raw.as_bytes()), super::PLACE), ways)
    }

    fn split(&self, ways: &[Way]) -> (Vec<usize>, Vec<Way>) {
        let ends = |&(pointer, behind): &Way| self.steps(pointer).len() == behind;
        let here = ways.iter().filter(|way| ends(way)).map(|&(pointer, _)| pointer).collect();
        (here, ways.iter().filter(|way| !ends(way)).copied().collect())
    }

    fn steps(&self, pointer: usize) -> &[Step] {
        self.pointers.get(pointer).map_or(&[], |pointer| &pointer.steps)
    }

    fn members(&mut self, lexer: &mut Reader<'_>, ways: &[Way]) -> Result<(), DecodeError> {
        lexer.next()?;
        let mut met = vec![false; ways.len()];
        loop {
            let mut next = Vec::new();
            let mut twice = None;
            let Event::Key(key) = lexer.next()? else { return Ok(()) };
            for (&(pointer, behind), met) in ways.iter().zip(&mut met) {
                match self.steps(pointer).get(behind) {
                    Some(Step::Any) => next.push((pointer, behind + 1)),
                    Some(Step::To(wanted, _)) if wanted == key => {
                        next.push((pointer, behind + 1));
                        if std::mem::replace(met, true) {
                            twice = Some(key.to_owned());
                        }
                    }
                    _ => {}
                }
            }
            if let Some(key) = twice {
                return Err(DecodeError::DuplicateKey { key, at: lexer.position() });
            }
            if next.is_empty() { lexer.skip()? } else { self.value(lexer, &next)? }
        }
    }

    fn elements(&mut self, lexer: &mut Reader<'_>, ways: &[Way]) -> Result<(), DecodeError> {
        for position in 0u64.. {
            if matches!(lexer.peek()?, Kind::Close | Kind::End) {
                break;
            }
            let leads = |&(pointer, behind): &Way| match self.steps(pointer).get(behind) {
                Some(Step::Any) => true,
                Some(Step::To(_, index)) => *index == Some(position),
                None => false,
            };
            let next: Vec<Way> = ways.iter().filter(|way| leads(way)).map(|&(pointer, behind)| (pointer, behind + 1)).collect();
            if next.is_empty() { lexer.skip()? } else { self.value(lexer, &next)? }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Raw(Vec<(Vec<usize>, String)>);

    impl Visit for Raw {
        fn visit(&mut self, pointers: &[usize], _: Found, lexer: &mut Reader<'_>) -> Result<Taken, DecodeError> {
            let mut raw = String::new();
            lexer.capture(&mut raw)?;
            self.0.push((pointers.to_vec(), raw.clone()));
            Ok(Taken::Raw(raw))
        }
    }

    fn find(body: &str, pointers: &[&str]) -> Result<Vec<(Vec<usize>, String)>, DecodeError> {
        let pointers: Vec<Pointer> = pointers.iter().map(|pointer| Pointer::parse(pointer)).collect();
        let mut raw = Raw::default();
        walk(&mut Lexer::new(Box::new(body.as_bytes()), "the body"), false, &pointers, &mut raw)?;
        Ok(raw.0)
    }

    #[test]
    fn pointers_find_what_they_name() {
        let body = r#" {"page": 1, "a/b": {"~": [10, {"x": null}]}, "items": [ ], "": 2} "#;
        let pointers = ["/page", "/a~1b/~0/1/x", "/items", "/items/0", "/page/deep", "/nowhere", "/items", "/a~1b/~0/01", "/"];
        let found = find(body, &pointers).unwrap();
        let expected = [(vec![0], "1"), (vec![1], "null"), (vec![2, 6], "[ ]"), (vec![8], "2")];
        assert_eq!(found, expected.map(|(pointers, raw)| (pointers, raw.to_owned())));
        assert_eq!(find(body, &["", "/page"]).unwrap(), [(vec![0], body.trim().to_owned()), (vec![1], "1".to_owned())]);
    }

    #[test]
    fn a_star_is_any_key_or_index() {
        let body = r#"{"pages": [{"rows": 1}, {"rows": 2}, {}], "other": {"rows": 3}}"#;
        let texts = |pointer| find(body, &[pointer]).unwrap().into_iter().map(|(_, raw)| raw).collect::<Vec<_>>();
        assert_eq!(texts("/pages/*/rows"), ["1", "2"]);
        assert_eq!(texts("/*/rows"), ["3"]);
        assert_eq!(texts("/*/*/rows"), ["1", "2"]);
        assert!(Pointer::parse("/0/*").leads_into(&Pointer::parse("")));
        assert!(Pointer::parse("/*/a").leads_into(&Pointer::parse("/0")));
        assert!(!Pointer::parse("/0").leads_into(&Pointer::parse("/0")));
        assert!(!Pointer::parse("/1/a").leads_into(&Pointer::parse("/0")));
    }

    #[test]
    fn a_pointer_to_a_key_that_appears_twice_is_ambiguous() {
        let error = find(r#"{"items": [], "items": [1]}"#, &["/items"]).unwrap_err();
        assert_eq!(error.to_string(), "key \"items\" appears twice in one object at line 1, column 15 (byte 14)");
    }
}
