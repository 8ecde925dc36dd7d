//! Interned text: every code is stored once, rows hold numbers.

use std::collections::HashMap;

/// An interned text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Symbol(u32);

impl Symbol {
    /// Stands for a text that has no code.
    pub(crate) const REFUSED: Self = Self(u32::MAX);
    /// Stands for no text at all.
    pub(crate) const NONE: Self = Self(u32::MAX - 1);

    /// Its number, for sets and tables.
    pub(crate) fn number(self) -> u32 {
        self.0
    }
}

/// The table of interned texts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Symbols {
    texts: Vec<Box<str>>,
    numbers: HashMap<Box<str>, Symbol>,
}

impl Symbols {
    /// The symbol of a text.
    pub(crate) fn intern(&mut self, text: &str) -> Symbol {
        if let Some(symbol) = self.numbers.get(text) {
            return *symbol;
        }
        let symbol = Symbol(self.texts.len() as u32);
        self.texts.push(text.into());
        self.numbers.insert(text.into(), symbol);
        symbol
    }

    /// The text of a symbol.
    pub(crate) fn text(&self, symbol: Symbol) -> &str {
        &self.texts[symbol.0 as usize]
    }

    /// The texts, by the number of their symbol.
    pub(crate) fn texts(&self) -> &[Box<str>] {
        &self.texts
    }

    /// Takes over the texts of another table: the symbol here of each of its symbols, by number.
    pub(crate) fn take_over(&mut self, other: &Self) -> Vec<Symbol> {
        other.texts.iter().map(|text| self.intern(text)).collect()
    }

    /// The place of each symbol in byte order of the texts: comparing places compares texts.
    pub(crate) fn places(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.texts.len() as u32).collect();
        order.sort_unstable_by(|a, b| self.texts[*a as usize].cmp(&self.texts[*b as usize]));
        let mut places = vec![0; order.len()];
        for (place, symbol) in order.into_iter().enumerate() {
            places[symbol as usize] = place as u32;
        }
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_follow_byte_order_and_not_the_order_of_arrival() {
        let mut symbols = Symbols::default();
        let per = symbols.intern("PER");
        let chl = symbols.intern("CHL");
        let total = symbols.intern("_T");
        assert_eq!(symbols.intern("PER"), per);
        let places = symbols.places();
        let place = |symbol: Symbol| places[symbol.number() as usize];
        assert!(place(chl) < place(per) && place(per) < place(total));
        assert_eq!(symbols.text(chl), "CHL");
    }
}
