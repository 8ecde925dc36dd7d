//! Rows in the order of their key: in byte order of the codes, column by column.

use crate::{
    block::{Block, Rows},
    column::Column,
};

/// A column of the key as numbers that compare as its texts do, and how many such numbers there are.
struct Ranks {
    of: Vec<u32>,
    count: usize,
}

/// The order of a block's rows by key; rows of one key stay in their order. None where they stand in it already.
pub(crate) fn order(block: &Block) -> Option<Vec<u32>> {
    let columns = ranks(block);
    let count = block.rows.count;
    let follows = |row: usize| {
        let different = columns.iter().map(|ranks| (ranks.of[row - 1], ranks.of[row])).find(|(before, after)| before != after);
        different.is_none_or(|(before, after)| before < after)
    };
    if (1..count).all(follows) {
        return None;
    }
    // A stable sort by counting for each column, the last one first.
    let mut order: Vec<u32> = (0..count as u32).collect();
    let mut next = order.clone();
    for ranks in columns.iter().rev() {
        let mut starts = vec![0_u32; ranks.count + 1];
        for rank in &ranks.of {
            starts[*rank as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        for row in &order {
            let start = &mut starts[ranks.of[*row as usize] as usize];
            next[*start as usize] = *row;
            *start += 1;
        }
        std::mem::swap(&mut order, &mut next);
    }
    Some(order)
}

/// Whether two rows of a block have one key, for each pair of neighbours in an order.
pub(crate) fn same_keys(block: &Block, order: &[u32]) -> Vec<bool> {
    let columns = ranks(block);
    order.windows(2).map(|pair| columns.iter().all(|ranks| ranks.of[pair[0] as usize] == ranks.of[pair[1] as usize])).collect()
}

fn ranks(block: &Block) -> Vec<Ranks> {
    let Rows { period, .. } = &block.rows;
    let mut columns = Vec::new();
    let mut places = None;
    for column in block.rows.codes() {
        if let Column::Each(symbols) = column {
            let places = places.get_or_insert_with(|| block.symbols.places());
            columns.push(Ranks { of: symbols.iter().map(|symbol| places[symbol.number() as usize]).collect(), count: places.len() });
        }
    }
    if let Column::Each(periods) = period {
        let places = block.periods.places();
        columns.push(Ranks { of: periods.iter().map(|period| places[*period as usize]).collect(), count: places.len() });
    }
    columns
}
