//! A sink that keeps everything as rows of text.

use paso_decode::{Batch, Facts, Forms, Limits, Ragged, Role, Sink, SinkError, decode};
use paso_testkit::message::Flat;

/// A decoded row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) number: u32,
    pub(crate) cell: Option<u32>,
    pub(crate) texts: Vec<Option<String>>,
}

#[derive(Debug, Default)]
pub(crate) struct Collected {
    pub(crate) names: Vec<String>,
    pub(crate) roles: Vec<Role>,
    pub(crate) part: Option<String>,
    pub(crate) rows: Vec<Row>,
    pub(crate) ragged: Vec<Ragged>,
    pub(crate) facts: Facts,
}

impl Sink for Collected {
    fn batch(&mut self, batch: Batch) -> Result<(), SinkError> {
        let names: Vec<String> = batch.columns.iter().map(|column| column.name.clone()).collect();
        if !self.rows.is_empty() && names != self.names {
            return Err("the columns changed between two batches".into());
        }
        self.names = names;
        self.roles = batch.columns.iter().map(|column| column.role).collect();
        self.part = batch.part.as_deref().map(str::to_owned);
        let columns: Vec<_> = (0..batch.columns.len()).map(|column| batch.texts(column)).collect();
        for (index, &number) in batch.rows.iter().enumerate() {
            let texts = columns.iter().map(|column| column.get(index).map(str::to_owned)).collect();
            self.rows.push(Row { number, cell: batch.cells.as_ref().map(|cells| cells[index]), texts });
        }
        Ok(())
    }

    fn ragged(&mut self, ragged: Ragged) -> Result<(), SinkError> {
        self.ragged.push(ragged);
        Ok(())
    }
}

impl Collected {
    /// Decodes under a definition written as TOML.
    pub(crate) fn decode(body: &[u8], definition: &str) -> Result<Self, paso_decode::DecodeError> {
        let forms: Forms = toml::from_str(definition).unwrap();
        let mut sink = Self::default();
        let facts = decode(&paso_decode::Bytes(body), &forms, Limits::default(), &mut sink)?;
        Ok(Self { facts, ..sink })
    }

    fn index(&self, name: &str) -> usize {
        self.names.iter().position(|other| other == name).unwrap_or_else(|| panic!("no column {name} among {:?}", self.names))
    }

    /// Every cell of a column.
    pub(crate) fn column(&self, name: &str) -> Vec<Option<&str>> {
        let index = self.index(name);
        self.rows.iter().map(|row| row.texts[index].as_deref()).collect()
    }

    /// The cell of a column in the one row that stands at a physical row (and source column, where it was unpivoted).
    pub(crate) fn at(&self, row: u32, cell: Option<u32>, name: &str) -> Option<&str> {
        let mut found = self.rows.iter().filter(|other| other.number == row && other.cell == cell);
        let (only, None) = (found.next(), found.next()) else { panic!("several rows at {row}") };
        only.unwrap_or_else(|| panic!("no row at {row}")).texts[self.index(name)].as_deref()
    }

    /// Everything as a table to compare: the columns in the order of these, any others behind them, attributes marked as such.
    pub(crate) fn flat(&self, wanted: &[String]) -> Flat {
        let title = |(name, role): (&String, &Role)| if *role == Role::Attribute { format!("attr:{name}") } else { name.clone() };
        let titles: Vec<String> = self.names.iter().zip(&self.roles).map(title).collect();
        let mut order: Vec<usize> = (0..titles.len()).collect();
        order.sort_by_key(|index| wanted.iter().position(|name| *name == titles[*index]).unwrap_or(wanted.len()));
        let mut rows: Vec<_> =
            self.rows.iter().map(|row| order.iter().map(|index| row.texts[*index].clone()).collect::<Vec<_>>()).collect();
        rows.sort();
        Flat { columns: order.iter().map(|index| titles[*index].clone()).collect(), rows }
    }
}
