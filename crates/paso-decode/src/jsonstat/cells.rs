//! The second pass: values, each with its status beside it.

use super::outline::PLACE;
use super::rows::Rows;
use super::seen::{Insert, Seen};
use super::status::{Status, cell, range};
use super::structure::{DataSet, malformed, place};
use crate::error::DecodeError;
use crate::json::lexer::{Event, Kind, Lexer};
use crate::source::{Source, open};

/// On how many pages of 1,024 cells the values of a sparse cube may stand while their keys are in no order: 64 MiB for 536 million cells, or for
/// half a million of which none is near another.
const PAGES: usize = 1 << 19;

/// Reads the cells of a data set.
pub(super) fn read(source: &dyn Source, set: &DataSet, statuses: &mut Status<'_>, rows: &mut Rows<'_>) -> Result<(), DecodeError> {
    let start = set.value.offset;
    let reader = open(source, PLACE, start.byte())?;
    let place = place(&set.pointer);
    let mut lexer = Lexer::resume(reader, &place, start);
    lexer.next()?;
    let mut cells = Cells { lexer, place, set, pages: PAGES };
    if set.value.kind == Kind::Array {
        cells.dense(statuses, rows)?;
    } else {
        cells.sparse(statuses, rows)?;
    }
    while let Some((position, status)) = statuses.left()? {
        rows.cell(position, None, Some(status))?;
    }
    Ok(())
}

struct Cells<'a, R> {
    lexer: Lexer<R>,
    place: String,
    set: &'a DataSet,
    pages: usize,
}

impl<R: std::io::Read> Cells<'_, R> {
    fn dense(&mut self, statuses: &mut Status<'_>, rows: &mut Rows<'_>) -> Result<(), DecodeError> {
        let mut position = 0;
        loop {
            let value = match self.lexer.next()? {
                Event::Number(text) | Event::Text(text) => Some(text),
                Event::Null => None,
                Event::ArrayEnd => break,
                _ => return Err(self.no_value()),
            };
            if position < self.set.cells {
                rows.cell(position, value, statuses.at(position, value.is_some())?)?;
            }
            position += 1;
        }
        if position == self.set.cells {
            return Ok(());
        }
        let problem = format!("`value` has {position} elements for {} cells", self.set.cells);
        Err(malformed(&self.place, self.set.value.at, "VALUE_LEN_MISMATCH", problem))
    }

    fn sparse(&mut self, statuses: &mut Status<'_>, rows: &mut Rows<'_>) -> Result<(), DecodeError> {
        let mut order = Order::new(self.set.cells, self.pages, matches!(statuses, Status::Streamed(_)));
        loop {
            let position = match self.lexer.next()? {
                Event::Key(key) => cell(key, self.set.cells).ok_or_else(|| key.to_owned()),
                _ => return Ok(()),
            };
            let position = position.map_err(|key| self.out_of_range(&key))?;
            match order.take(position) {
                Step::Fine => {}
                Step::Twice => {
                    return Err(DecodeError::DuplicateKey { key: format!("value/{position}"), at: self.lexer.position() });
                }
                Step::TooMany => return Err(self.out_of_order()),
            }
            while let Some((passed, status)) = statuses.passed(position)? {
                rows.cell(passed, None, Some(status))?;
            }
            let value = match self.lexer.next()? {
                Event::Number(text) | Event::Text(text) => Some(text),
                Event::Null => None,
                _ => return Err(self.no_value()),
            };
            rows.cell(position, value, statuses.at(position, value.is_some())?)?;
        }
    }

    fn no_value(&self) -> DecodeError {
        let problem = "a value is neither a number nor a text nor null";
        malformed(&self.place, self.lexer.position(), "STRUCTURAL_VIOLATION", problem)
    }

    fn out_of_range(&self, key: &str) -> DecodeError {
        let problem = format!("`value` has key \"{key}\", the cells are {}", range(self.set.cells));
        malformed(&self.place, self.lexer.position(), "SPARSE_KEY_OUT_OF_RANGE", problem)
    }

    fn out_of_order(&self) -> DecodeError {
        let (place, at) = (self.place.clone(), self.lexer.position());
        DecodeError::TooLong { place, at, what: "values or statuses out of order", cap: 64 << 20 }
    }
}

/// Watches the keys of a sparse object: none may come twice.
struct Order {
    next: u64,
    ascending: bool,
    /// None once the cells are too many to be remembered: from then on keys must ascend, and then none comes twice.
    seen: Option<Seen>,
    must_ascend: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum Step {
    Fine,
    Twice,
    /// Keys are in no order, and there are more of them than can be remembered.
    TooMany,
}

impl Order {
    fn new(cells: u64, pages: usize, must_ascend: bool) -> Self {
        Self { next: 0, ascending: true, seen: Some(Seen::new(cells, pages)), must_ascend }
    }

    fn take(&mut self, position: u64) -> Step {
        self.ascending &= position >= self.next;
        self.next = position.saturating_add(1);
        let insert = self.seen.as_mut().map(|seen| seen.insert(position));
        if insert == Some(Insert::Twice) {
            return Step::Twice;
        }
        if insert == Some(Insert::Full) {
            self.seen = None;
        }
        if self.ascending || (self.seen.is_some() && !self.must_ascend) { Step::Fine } else { Step::TooMany }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_comes_twice_is_noticed_in_any_order() {
        let mut order = Order::new(100, 8, false);
        assert_eq!([5, 7, 3, 4, 99].map(|position| order.take(position)), [Step::Fine, Step::Fine, Step::Fine, Step::Fine, Step::Fine]);
        assert_eq!(order.take(7), Step::Twice);
    }

    #[test]
    fn ascending_keys_need_no_memory_and_others_have_a_bound() {
        let mut order = Order::new(u64::MAX, 2, false);
        assert!((0..100).all(|n| order.take(n << 40) == Step::Fine));
        assert_eq!(order.take(5), Step::TooMany);
        let mut order = Order::new(100, 8, true);
        assert_eq!([1, 2].map(|position| order.take(position)), [Step::Fine, Step::Fine]);
        assert_eq!(order.take(0), Step::TooMany);
    }
}
