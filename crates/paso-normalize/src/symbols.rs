//! Interned text: every code is stored once, rows hold numbers.

use std::collections::HashMap;

/// An interned text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Symbol(u32);

impl Symbol {
    /// Its number, for sets and tables.
    pub(crate) fn number(self) -> u32 {
        self.0
    }

    /// The symbol with this number.
    pub(crate) fn from_number(number: u32) -> Self {
        Self(number)
    }
}

/// The table of interned texts.
#[derive(Debug, Default)]
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

    /// The place of each symbol in byte order of the texts: comparing places compares texts.
    pub(crate) fn places(&self) -> Places {
        let mut order: Vec<u32> = (0..self.texts.len() as u32).collect();
        order.sort_unstable_by(|a, b| self.texts[*a as usize].cmp(&self.texts[*b as usize]));
        let mut places = vec![0; order.len()];
        for (place, symbol) in order.into_iter().enumerate() {
            places[symbol as usize] = place as u32;
        }
        Places(places)
    }
}

/// The byte order of interned texts.
pub(crate) struct Places(Vec<u32>);

impl Places {
    /// The place of a symbol.
    pub(crate) fn of(&self, symbol: Symbol) -> u32 {
        self.0[symbol.0 as usize]
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
        assert!(places.of(chl) < places.of(per) && places.of(per) < places.of(total));
        assert_eq!(symbols.text(chl), "CHL");
    }
}
