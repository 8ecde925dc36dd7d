//! Where in a body something stands.

use std::fmt;

/// A place in a body, as exact as the format allows. Every number but `byte` counts from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// An offset in bytes, for bodies that have no lines.
    Byte(u64),
    /// A place in a text: the line, the character in it, and the offset in bytes from the start of the body.
    Text {
        /// The line.
        line: u32,
        /// The character in the line.
        column: u32,
        /// The offset in bytes, from 0.
        byte: u64,
    },
    /// A row: a row of a sheet, or the ordinal of a row object in a JSON array.
    Row(u32),
    /// A cell of a sheet.
    Cell {
        /// The row.
        row: u32,
        /// The column.
        column: u32,
    },
}

impl Position {
    /// The place of a byte of a text whose lines end in `\n`.
    pub(crate) fn in_text(text: &[u8], byte: usize) -> Self {
        let before = &text[..byte.min(text.len())];
        let line_start = before.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
        let line = before.split(|&b| b == b'\n').count();
        let column = String::from_utf8_lossy(&before[line_start..]).chars().count() + 1;
        Self::Text { line: line as u32, column: column as u32, byte: byte as u64 }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Byte(byte) => write!(f, "byte {byte}"),
            Self::Text { line, column, byte } => write!(f, "line {line}, column {column} (byte {byte})"),
            Self::Row(row) => write!(f, "row {row}"),
            Self::Cell { row, column } => write!(f, "cell {}{row}", column_letters(*column)),
        }
    }
}

/// The letters that a spreadsheet shows over a column: 1 is `A`, 27 is `AA`.
pub(crate) fn column_letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    while rest > 0 {
        letters.push(char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_lettered_as_in_a_spreadsheet() {
        for (column, letters) in [(1, "A"), (26, "Z"), (27, "AA"), (240, "IF"), (16_384, "XFD")] {
            assert_eq!(column_letters(column), letters);
        }
    }

    #[test]
    fn a_text_position_counts_characters_and_bytes() {
        let at = Position::in_text("PAÍS,AÑO\nPerú,x".as_bytes(), 17);
        assert_eq!(at, Position::Text { line: 2, column: 6, byte: 17 });
        assert_eq!(at.to_string(), "line 2, column 6 (byte 17)");
        assert_eq!(Position::Cell { row: 11, column: 4 }.to_string(), "cell D11");
    }
}
