//! The dimensions of observations, and the name of what they break down.

use paso_model::{Dimension, breakdown, code};

use crate::{block::DIMENSIONS, coder::Origin, column::Column, mapper::Mapper, symbols::Symbol};

/// Where in a mask the stars begin.
const STARRED: usize = 16;

impl Mapper<'_> {
    /// The dimensions under a value rule of some of the batch's rows, which `pick` picks, and their breakdown.
    pub(crate) fn dimensions(
        &mut self,
        rule: usize,
        pick: impl Fn(&Column<Symbol>) -> Column<Symbol>,
    ) -> ([Column<Symbol>; DIMENSIONS], Column<Symbol>) {
        let mapping = self.mapping;
        let origins = &mapping.plan.values[rule].dimensions;
        let total = self.symbols.intern(code::TOTAL);
        let source_of = |index: usize| {
            let mut at = index;
            while let Origin::Same(next) = origins[at] {
                at = next;
            }
            at
        };
        let mut resolved: [Column<Symbol>; DIMENSIONS] = std::array::from_fn(|index| match origins[source_of(index)] {
            Origin::Fixed(symbol) => Column::All(symbol),
            Origin::Coded(coder) => pick(self.coded(coder)),
            Origin::Same(_) => Column::All(total),
        });
        // A reference area is always a country or group: everyone together is the world.
        let area = Dimension::RefArea.index();
        let [world, world_area] = [code::WORLD, code::WORLD_AREA].map(|code| self.symbols.intern(code));
        if resolved[area].may_hold(total) || resolved[area].may_hold(world) {
            resolved[area] = resolved[area].map(|symbol| if symbol == total || symbol == world { world_area } else { symbol });
        }
        let areas = resolved[area].clone();
        // What is the same as another dimension is so after the reference area had its say.
        for index in 0..DIMENSIONS {
            if let Origin::Coded(coder) = origins[source_of(index)]
                && let Some(for_groups) = mapping.plan.coders[coder].for_groups
            {
                resolved[index] = areas.zip_once(&resolved[index], |area, symbol| if self.is_group(area) { for_groups } else { symbol });
            }
        }
        for index in 0..DIMENSIONS {
            if let Origin::Coded(coder) = origins[source_of(index)]
                && mapping.plan.coders[coder].names_own()
            {
                let own = mapping.plan.coders[coder].own_symbol;
                resolved[index] = areas.zip_once(&resolved[index], |area, symbol| if symbol == own { area } else { symbol });
            }
        }
        let others = self.others(&pick);
        if let Some(others) = &others {
            let joined: Vec<Option<Symbol>> = others.sets.iter().map(|set| self.joined(set, total)).collect();
            let base = &resolved[Dimension::Other.index()];
            resolved[Dimension::Other.index()] = others.of.zip(base, |set, symbol| joined[set as usize].unwrap_or(symbol));
        }
        let breakdown = self.breakdown(rule, &resolved, others, total);
        (resolved, breakdown)
    }

    /// The sets of codes of the further breakdowns; none where no such breakdown is declared.
    fn others(&mut self, pick: impl Fn(&Column<Symbol>) -> Column<Symbol>) -> Option<Others> {
        let origins = &self.mapping.plan.other;
        if origins.is_empty() {
            return None;
        }
        let total = self.symbols.intern(code::TOTAL);
        let mut others = Others { of: Column::All(0), sets: vec![Vec::new()] };
        for (_, origin) in origins {
            let codes = match *origin {
                Origin::Fixed(symbol) => Column::All(symbol),
                Origin::Coded(coder) => pick(self.coded(coder)),
                Origin::Same(_) => Column::All(total),
            };
            let mut sets = Vec::new();
            others.of = others.of.zip_once(&codes, |set, symbol| {
                sets.push([others.sets[set as usize].as_slice(), &[symbol]].concat());
                sets.len() as u32 - 1
            });
            others.sets = sets;
        }
        Some(others)
    }

    /// `ID=code;ID=code` of the codes that are no totals; none where all are.
    fn joined(&mut self, set: &[Symbol], total: Symbol) -> Option<Symbol> {
        let ids = self.mapping.plan.other.iter().map(|(id, _)| id);
        let listed = ids.zip(set).filter(|(_, symbol)| **symbol != total);
        let texts: Vec<String> = listed.map(|(id, symbol)| format!("{id}={}", self.symbols.text(*symbol))).collect();
        (!texts.is_empty()).then(|| self.symbols.intern(&texts.join(";")))
    }

    pub(crate) fn is_group(&mut self, area: Symbol) -> bool {
        let (areas, symbols) = (self.mapping.reference.areas, &self.symbols);
        *self.groups.entry(area).or_insert_with(|| areas.is_group(symbols.text(area)))
    }

    fn breakdown(
        &mut self,
        rule: usize,
        dimensions: &[Column<Symbol>; DIMENSIONS],
        others: Option<Others>,
        total: Symbol,
    ) -> Column<Symbol> {
        let value = &self.mapping.plan.values[rule];
        let mut mask = Column::All(0_u32);
        for dimension in Dimension::ALL {
            let index = dimension.index();
            if !value.listed[index] {
                continue;
            }
            let mut bits: Vec<Option<u32>> = vec![None; self.symbols.texts().len()];
            mask = mask.zip(&dimensions[index], |mask, symbol| {
                let known = &mut bits[symbol.number() as usize];
                mask | *known.get_or_insert_with(|| self.listed(rule, dimension, symbol))
            });
        }
        // One name for each mask and set of further breakdowns.
        let others = others.unwrap_or(Others { of: Column::All(0), sets: vec![Vec::new()] });
        mask.zip_once(&others.of, |mask, set| self.name(mask, &others.sets[set as usize], total))
    }

    /// Whether a code lists its dimension in the breakdown, and whether with a star.
    fn listed(&mut self, rule: usize, dimension: Dimension, symbol: Symbol) -> u32 {
        let index = dimension.index();
        let subtotal = match self.mapping.plan.values[rule].dimensions[index] {
            Origin::Coded(coder) => self.mapping.plan.coders[coder].subtotals.contains(&symbol.number()),
            Origin::Fixed(_) | Origin::Same(_) => false,
        };
        // A definition may say that a code which covers the dimension is a part of what it prints beside it.
        if !subtotal && dimension.is_total(self.symbols.text(symbol)) {
            return 0;
        }
        let starred = subtotal || (dimension.holds_areas() && self.is_group(symbol));
        1 << index | u32::from(starred) << (STARRED + index)
    }

    fn name(&mut self, mask: u32, set: &[Symbol], total: Symbol) -> Symbol {
        let has = |bit: usize| mask & (1 << bit) != 0;
        let dimensions = Dimension::ALL.into_iter().filter(|dimension| has(dimension.index()));
        let dimensions = dimensions.map(|dimension| (dimension.column(), has(STARRED + dimension.index())));
        let ids: Vec<String> = self.mapping.plan.other.iter().map(|(id, _)| id.to_lowercase()).collect();
        let listed = ids.iter().zip(set).filter(|(_, symbol)| **symbol != total);
        let text = breakdown(dimensions.chain(listed.map(|(id, _)| (id.as_str(), false))));
        self.symbols.intern(&text)
    }
}

/// The codes of the further breakdowns, each set of them once.
struct Others {
    /// The number of each row's set.
    of: Column<u32>,
    sets: Vec<Vec<Symbol>>,
}

// Both halves of a mask hold every dimension.
const _: () = assert!(DIMENSIONS <= STARRED);
