//! Rows to a line with one cell for each combination of the last dimensions' codes.

use std::io;

use super::{Observations, Row, unfit};

/// Refuses keys that do not ascend, for layouts that cannot go back.
#[derive(Debug, Default)]
pub(super) struct Ascending {
    last: Option<Vec<u32>>,
}

impl Ascending {
    /// Notes a key; one that is not above the last one is an error.
    pub(super) fn note(&mut self, key: impl Iterator<Item = u32> + Clone) -> io::Result<()> {
        if let Some(last) = &mut self.last {
            if !key.clone().gt(last.iter().copied()) {
                return Err(unfit("this layout needs ascending keys: sort the table first"));
            }
            last.clear();
            last.extend(key);
        } else {
            self.last = Some(key.collect());
        }
        Ok(())
    }
}

/// What is called with the key and the cells of a line.
type VisitLine<'a> = dyn FnMut(&[u32], &[Option<Row>]) -> io::Result<()> + 'a;

/// Shows each line to `visit`: the key of the first dimensions, and the observations by the combinations of the last `across` dimensions,
/// the very last one fastest. Rows of a line must follow one another, lines must ascend.
pub(super) fn lines(observations: &dyn Observations, across: usize, visit: &mut VisitLine<'_>) -> io::Result<()> {
    let dimensions = observations.dimensions();
    let Some(down) = dimensions.len().checked_sub(across) else {
        return Err(unfit("there are fewer dimensions than levels of columns"));
    };
    let combinations = dimensions[down..].iter().map(|dimension| dimension.codes.len()).product();
    let mut cells: Vec<Option<Row>> = vec![None; combinations];
    let mut open: Option<Vec<u32>> = None;
    let mut order = Ascending::default();
    observations.each(&mut |row| {
        let line = &row.key[..down];
        if open.as_deref() != Some(line) {
            order.note(line.iter().copied())?;
            if let Some(open) = &open {
                visit(open, &cells)?;
                cells.fill(None);
            }
            open = Some(line.to_vec());
        }
        let cell = row.key[down..].iter().zip(&dimensions[down..]).fold(0, |cell, (code, of)| cell * of.codes.len() + *code as usize);
        cells[cell] = Some(row.clone());
        Ok(())
    })?;
    open.map_or(Ok(()), |open| visit(&open, &cells))
}

/// The code ids of each column, one for each of the last `across` dimensions.
pub(super) fn columns(observations: &dyn Observations, across: usize) -> Vec<Vec<String>> {
    let dimensions = observations.dimensions();
    let mut columns = vec![Vec::new()];
    for dimension in &dimensions[dimensions.len().saturating_sub(across)..] {
        let longer = |column: &Vec<String>| {
            let with = |code: &super::Code| column.iter().cloned().chain([code.id.clone()]).collect::<Vec<String>>();
            dimension.codes.iter().map(with).collect::<Vec<_>>()
        };
        columns = columns.iter().flat_map(longer).collect();
    }
    columns
}
