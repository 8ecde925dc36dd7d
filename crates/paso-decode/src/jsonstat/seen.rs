//! Which cells of a sparse cube have come by, so that a key which comes twice is noticed in whatever order keys stand.

/// Cells on one page.
const PAGE: u64 = 1024;
type Page = [u64; (PAGE / 64) as usize];

/// A set of positions. A page of 128 bytes is made when the first of its 1,024 cells comes by, and there are at most so many pages.
pub(super) struct Seen {
    pages: Vec<Option<Box<Page>>>,
    left: usize,
}

/// What [`Seen::insert`] found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Insert {
    New,
    Twice,
    /// The cells are scattered over more pages than there may be.
    Full,
}

impl Seen {
    /// For a cube of so many cells, with at most `pages` pages.
    pub(super) fn new(cells: u64, pages: usize) -> Self {
        // An allocation of nothing is zeroed by the system when it is touched: the table of a huge cube costs what is used of it.
        let table = cells.min(u64::from(u32::MAX) + 1).div_ceil(PAGE) as usize;
        Self { pages: vec![None; table], left: pages }
    }

    pub(super) fn insert(&mut self, position: u64) -> Insert {
        let Some(slot) = usize::try_from(position / PAGE).ok().and_then(|page| self.pages.get_mut(page)) else { return Insert::Full };
        let page = match slot {
            Some(page) => page,
            None if self.left == 0 => return Insert::Full,
            None => {
                self.left -= 1;
                slot.insert(Box::new([0; (PAGE / 64) as usize]))
            }
        };
        let within = position % PAGE;
        let bit = 1 << (within % 64);
        let Some(word) = page.get_mut((within / 64) as usize) else { return Insert::Full };
        let twice = *word & bit != 0;
        *word |= bit;
        if twice { Insert::Twice } else { Insert::New }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_new_once() {
        let mut seen = Seen::new(5000, 5);
        for position in [4999, 0, 63, 64, 1023, 1024] {
            assert_eq!(seen.insert(position), Insert::New);
            assert_eq!(seen.insert(position), Insert::Twice);
        }
        assert_eq!(seen.insert(5120), Insert::Full);
    }

    #[test]
    fn scattered_cells_fill_it_up() {
        let mut seen = Seen::new(u64::MAX, 2);
        assert_eq!([0, 1 << 31, 5, 1 << 20].map(|position| seen.insert(position)), [Insert::New, Insert::New, Insert::New, Insert::Full]);
        assert_eq!(seen.insert(1 << 40), Insert::Full);
    }
}
