//! Ids of rows that mean something elsewhere in the body: `"dim_29117": 32144` is the year 2099 in a list of members.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use arrow::array::{Array as _, ArrayRef, DictionaryArray, RecordBatch, StringArray};
use arrow::datatypes::UInt32Type;

use super::form::Lookup;
use super::{JsonForm, PLACE, Pointers, decode};
use crate::batch::{Batch, Column, Limits, Ragged, Sink, SinkError};
use crate::error::DecodeError;
use crate::position::Position;
use crate::source::Source;
use crate::table::schema;

/// The most entries of a list.
const MOST: usize = 1 << 20;

/// Adds the columns that are looked up.
pub(super) struct Looking<'s> {
    sink: &'s mut dyn Sink,
    lists: Vec<(String, Lookup, HashMap<String, String>)>,
}

impl<'s> Looking<'s> {
    /// Reads the lists, each in a pass of its own over the body.
    pub(super) fn new(source: &dyn Source, form: &JsonForm, limits: Limits, sink: &'s mut dyn Sink) -> Result<Self, DecodeError> {
        let mut lists = Vec::new();
        for (name, lookup) in &form.lookup {
            let columns = BTreeMap::from([(KEY.to_owned(), vec![lookup.key.clone()]), (VALUE.to_owned(), vec![lookup.value.clone()])]);
            let list = JsonForm { rows: Pointers::One(lookup.rows.clone()), columns, ..JsonForm::default() };
            let mut entries = Entries::default();
            decode(source, &list, None, limits, &mut entries)?;
            if let Some(key) = entries.twice {
                let problem = format!("{} says two things of {key}", lookup.rows);
                return Err(DecodeError::Malformed { place: PLACE.to_owned(), at: Position::Row(1), problem });
            }
            lists.push((name.clone(), lookup.clone(), entries.meanings));
        }
        Ok(Self { sink, lists })
    }
}

impl Sink for Looking<'_> {
    fn batch(&mut self, batch: Batch) -> Result<(), SinkError> {
        if self.lists.is_empty() {
            return self.sink.batch(batch);
        }
        let mut columns = batch.columns.to_vec();
        let mut arrays = batch.data.columns().to_vec();
        for (name, lookup, meanings) in &self.lists {
            let at = batch.columns.iter().position(|column| column.name == lookup.column);
            let at = at.ok_or_else(|| format!("decode.json.lookup.{name}: there is no column \"{}\"", lookup.column))?;
            arrays.push(meaning(&batch, at, meanings)?);
            columns.push(Column::cell(name.clone(), batch.columns[at].position));
        }
        let columns: Arc<[Column]> = columns.into();
        let data = RecordBatch::try_new(schema(&columns), arrays)?;
        self.sink.batch(Batch { columns, data, ..batch })
    }

    fn ragged(&mut self, row: Ragged) -> Result<(), SinkError> {
        self.sink.ragged(row)
    }
}

/// What the ids of a column mean: each distinct one is looked up once. One that is in no list stands as it is, so that what reads the column
/// refuses it: an absent cell would be a blank, which may mean the total.
fn meaning(batch: &Batch, at: usize, meanings: &HashMap<String, String>) -> Result<ArrayRef, SinkError> {
    let texts = batch.texts(at);
    let ids = texts.values();
    let known = (0..ids.len()).map(|key| ids.value(key)).map(|id| meanings.get(id).map_or(id, String::as_str));
    let values = StringArray::from_iter_values(known);
    Ok(Arc::new(DictionaryArray::<UInt32Type>::try_new(texts.keys().clone(), Arc::new(values))?))
}

const KEY: &str = "key";
const VALUE: &str = "value";

/// The entries of a list.
#[derive(Default)]
struct Entries {
    meanings: HashMap<String, String>,
    /// An id that means two things.
    twice: Option<String>,
}

impl Sink for Entries {
    fn batch(&mut self, batch: Batch) -> Result<(), SinkError> {
        let place = |name: &str| batch.columns.iter().position(|column| column.name == name);
        let (Some(key), Some(value)) = (place(KEY), place(VALUE)) else {
            return Err("a list of ids needs the declared keys in its entries".into());
        };
        for row in 0..batch.rows.len() {
            let (Some(key), Some(value)) = (batch.texts(key).get(row), batch.texts(value).get(row)) else { continue };
            let before = self.meanings.insert(key.to_owned(), value.to_owned());
            if before.is_some_and(|before| before != value) {
                self.twice = Some(key.to_owned());
            }
        }
        if self.meanings.len() > MOST {
            return Err(format!("a list of ids has at most {MOST} entries").into());
        }
        Ok(())
    }

    fn ragged(&mut self, _: Ragged) -> Result<(), SinkError> {
        Ok(())
    }
}
