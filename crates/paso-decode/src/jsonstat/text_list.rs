//! Many short texts in one allocation.

/// A list of texts, as compact as they come: four bytes and its own for each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct TextList {
    text: String,
    ends: Vec<u32>,
}

impl TextList {
    /// The texts in another order, which must name each of them once.
    pub(super) fn reordered(&self, order: &[u32]) -> Self {
        let mut list = Self { text: String::with_capacity(self.text.len()), ends: Vec::with_capacity(self.ends.len()) };
        order.iter().filter_map(|index| self.get(*index as usize)).for_each(|text| list.push(text));
        list
    }

    /// Adds a text. The budget of a message ([`super::outline`]) is far below 4 GiB, so ends fit 32 bits.
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    pub(super) fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)? as usize;
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |start| *start as usize);
        self.text.get(start..end)
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    /// The indices of the texts in the order of the texts.
    pub(super) fn sorted(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.len() as u32).collect();
        order.sort_unstable_by_key(|&index| (self.get(index as usize), index));
        order
    }
}

impl<'t> FromIterator<&'t str> for TextList {
    fn from_iter<I: IntoIterator<Item = &'t str>>(texts: I) -> Self {
        let mut list = Self::default();
        texts.into_iter().for_each(|text| list.push(text));
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_as_they_went_in() {
        let list: TextList = ["b", "", "a", "ñ"].into_iter().collect();
        assert_eq!(list.iter().collect::<Vec<_>>(), ["b", "", "a", "ñ"]);
        assert_eq!((list.len(), list.get(3), list.get(4)), (4, Some("ñ"), None));
        assert_eq!(list.sorted(), [1, 2, 0, 3]);
        assert_eq!(list.reordered(&[3, 0, 2, 1]).iter().collect::<Vec<_>>(), ["ñ", "b", "a", ""]);
    }
}
