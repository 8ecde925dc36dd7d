//! Rows of one key that are, by declaration, parts of one figure.

use paso_model::Status;

use crate::{
    block::Block,
    cell::{Class, Classes},
    settle::Says,
};

/// The classes of declared sums.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sums {
    plain: u16,
    rounded: u16,
    withheld: u16,
    missing: u16,
}

/// A figure that is the declared sum of several cells.
#[derive(Debug, Clone)]
pub(crate) struct Summed {
    value: f64,
    bounds: (f64, f64),
    decimals: u8,
    status: Status,
    class: u16,
    conf: String,
    flags: Option<String>,
}

impl Sums {
    pub(crate) fn compile(classes: &mut Classes) -> Self {
        let withheld = Class { valued: false, conf: "A", ..Class::with_own_bounds("suppression") };
        let mut number = |class| classes.number(Class { summed: true, ..class });
        Self {
            plain: number(Class::plain()),
            rounded: number(Class::with_own_bounds("rounding")),
            withheld: number(withheld),
            missing: number(Class { valued: false, ..Class::plain() }),
        }
    }

    /// The sum of parts, in their order, so that it is the same each time; none where they cannot be added. The ends of intervals of rounding and
    /// suppression add up, and a part without a value leaves the sum without one. Intervals of confidence do not add up, and neither do parts
    /// that are confidential for different reasons.
    pub(crate) fn add(self, parts: &[Says<'_>], decimals: u8) -> Option<Summed> {
        if parts.iter().any(|part| !matches!(part.bound, None | Some("rounding" | "suppression"))) {
            return None;
        }
        let mut conf = "F";
        for part in parts.iter().map(|part| part.conf).filter(|conf| *conf != "F") {
            if conf != "F" && conf != part {
                return None;
            }
            conf = part;
        }
        let valued = parts.iter().all(|part| part.value.is_some());
        let ends: Option<Vec<(f64, f64)>> = parts.iter().map(|part| part.bounds.or(part.value.map(|value| (value, value)))).collect();
        let class = match (valued, &ends) {
            (true, _) if parts.iter().all(|part| part.bounds.is_none()) => self.plain,
            (true, _) => self.rounded,
            (false, Some(_)) => self.withheld,
            (false, None) => self.missing,
        };
        let ends = ends.unwrap_or_default();
        let mut flags: Vec<&str> = parts.iter().filter_map(|part| part.flags).collect();
        flags.sort_unstable();
        flags.dedup();
        Some(Summed {
            value: parts.iter().filter_map(|part| part.value).sum(),
            bounds: (ends.iter().map(|(low, _)| low).sum(), ends.iter().map(|(_, high)| high).sum()),
            decimals,
            status: parts.iter().map(|part| part.status).fold(Status::default(), Status::union),
            class,
            conf: conf.to_owned(),
            flags: (!flags.is_empty()).then(|| flags.join(",")),
        })
    }
}

impl Summed {
    /// Puts the sum in the place of a row.
    pub(crate) fn put(&self, block: &mut Block, row: usize) {
        let rows = &mut block.rows;
        rows.value.set(rows.count, row, self.value);
        rows.low.set(rows.count, row, self.bounds.0);
        rows.high.set(rows.count, row, self.bounds.1);
        rows.decimals.set(rows.count, row, self.decimals);
        rows.status.set(rows.count, row, self.status);
        rows.class.set(rows.count, row, self.class);
        rows.conf.set(rows.count, row, block.texts.intern(&self.conf));
        if let Some(flags) = &self.flags {
            rows.flags.set(rows.count, row, block.texts.intern(flags));
        }
    }
}
