//! The columns of a data set, and which component fills which of them.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, StringArray, UInt32Array};
use arrow::datatypes::{SchemaRef, UInt32Type};

use super::PLACE;
use super::form::SdmxJsonForm;
use super::structure::{Codes, Component, Level, Structure};
use crate::batch::{Column, Role};
use crate::error::DecodeError;
use crate::header::{canonical, distinct, fold};
use crate::labels::Labels;
use crate::table::schema;

/// The measure of version 1, and of messages that declare none.
const OBS_VALUE: &str = "OBS_VALUE";
/// Says of the observations of a data set that they are to be deleted.
const ACTION: &str = "ACTION";

/// A component, and where its values go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot<'s> {
    /// The column that it fills, among [`Plan::fields`].
    pub(super) field: usize,
    /// The key of its first code: components of one id share a column.
    pub(super) base: u32,
    pub(super) codes: Option<&'s Codes>,
    /// The only component beside it that has codes, where it has none of its own.
    pub(super) stands_for: Option<(usize, u32, &'s Codes)>,
}

/// What is collected for one component id.
#[derive(Debug)]
pub(super) struct Field<'s> {
    /// The codes, one list after the other; none where every value is a text.
    pub(super) codes: Vec<&'s Codes>,
    pub(super) coded: bool,
    /// Whether a series has a value for it.
    pub(super) of_series: bool,
    pub(super) default: Option<&'s str>,
    /// The names of the codes, for the column beside it.
    labels: Option<Arc<StringArray>>,
}

/// The columns of a data set.
pub(super) struct Plan<'s> {
    pub(super) columns: Arc<[Column]>,
    pub(super) schema: SchemaRef,
    pub(super) fields: Vec<Field<'s>>,
    /// In the order of keys, with the level at which their position stands.
    pub(super) dimensions: Vec<(Level, Slot<'s>)>,
    pub(super) measures: Vec<Slot<'s>>,
    attributes: [Vec<Slot<'s>>; 4],
    /// How many annotations the structure lists.
    pub(super) annotations: usize,
    /// The constant column of data sets that delete.
    pub(super) action: Option<usize>,
    /// The ids of the fields.
    ids: Vec<&'s str>,
}

impl<'s> Plan<'s> {
    pub(super) fn new(structure: &'s Structure, form: &SdmxJsonForm, delete: bool) -> Result<Self, DecodeError> {
        let mut make = Make { form, fields: Vec::new(), named: Vec::new(), attributes: Vec::new() };
        // Columns follow the key of queries, whatever the level at which a message presents a dimension.
        let mut order: Vec<usize> = (0..structure.dimensions.len()).collect();
        order.sort_by_key(|&index| structure.dimensions.get(index).and_then(|dimension| dimension.key_position).unwrap_or(u32::MAX));
        let mut dimensions: Vec<(usize, (Level, Slot<'s>))> = Vec::new();
        for index in order {
            if let Some(dimension) = structure.dimensions.get(index) {
                dimensions.push((index, (dimension.level, make.slot(dimension, Role::Dimension))));
            }
        }
        dimensions.sort_by_key(|(index, _)| *index);
        let measures = match &structure.measures {
            Some(measures) => measures.iter().map(|measure| make.slot(measure, Role::Measure)).collect(),
            None => vec![make.add(OBS_VALUE, Role::Measure)],
        };
        let mut attributes = [Level::DataSet, Level::Group, Level::Series, Level::Observation]
            .map(|level| structure.attributes.iter().filter(|attribute| attribute.level == level).collect::<Vec<_>>())
            .map(|level| level.into_iter().map(|attribute| make.attribute(attribute)).collect::<Vec<_>>());
        let action = delete.then(|| make.add(ACTION, Role::Attribute).field);
        if let Some(observed) = attributes.last_mut() {
            stand_in(observed);
        }
        let ids = make.named.iter().map(|(_, id)| *id).collect();
        let (fields, columns) = make.finish()?;
        let dimensions = dimensions.into_iter().map(|(_, dimension)| dimension).collect();
        let annotations = structure.annotations;
        Ok(Self { schema: schema(&columns), columns: columns.into(), fields, dimensions, measures, attributes, annotations, action, ids })
    }

    /// The attributes of a level, in the order of their values.
    pub(super) fn attributes(&self, level: Level) -> &[Slot<'s>] {
        let [data_set, group, series, observation] = &self.attributes;
        match level {
            Level::DataSet => data_set,
            Level::Group => group,
            Level::Series => series,
            Level::Observation => observation,
        }
    }

    /// The name of the column of a field, for errors.
    pub(super) fn column(&self, field: usize) -> &'s str {
        self.ids.get(field).copied().unwrap_or_default()
    }

    /// The columns of a batch: the fields, each with its labels beside it.
    pub(super) fn beside(&self, fields: Vec<ArrayRef>) -> Result<Vec<ArrayRef>, DecodeError> {
        let mut arrays = Vec::with_capacity(self.columns.len());
        for (array, field) in fields.into_iter().zip(&self.fields) {
            let labels = field.labels.as_ref().map(|labels| names(&array, labels)).transpose()?;
            arrays.push(array);
            arrays.extend(labels);
        }
        Ok(arrays)
    }
}

/// The names of the codes of a column; none where a code has no name or a cell is a text of its own.
fn names(coded: &ArrayRef, names: &Arc<StringArray>) -> Result<ArrayRef, DecodeError> {
    let has_name = |key: &u32| (*key as usize) < names.len() && names.is_valid(*key as usize);
    let keys: UInt32Array = coded.as_dictionary::<UInt32Type>().keys().iter().map(|key| key.filter(has_name)).collect();
    let labels = DictionaryArray::<UInt32Type>::try_new(keys, Arc::clone(names) as ArrayRef);
    labels.map(|labels| Arc::new(labels) as ArrayRef).map_err(|source| DecodeError::Batch { source })
}

/// Version 1 messages of the OECD give no slot to an attribute that has no values. Where only one has values, a position is one of its own.
fn stand_in(slots: &mut [Slot<'_>]) {
    let mut coded = slots.iter().filter_map(|slot| slot.codes.filter(|codes| codes.len() > 0).map(|codes| (slot.field, slot.base, codes)));
    let (Some(only), None) = (coded.next(), coded.next()) else { return };
    drop(coded);
    for slot in slots.iter_mut().filter(|slot| slot.codes.is_some_and(|codes| codes.len() == 0)) {
        slot.stands_for = Some(only);
    }
}

/// Adds fields one after the other.
struct Make<'s, 'f> {
    form: &'f SdmxJsonForm,
    fields: Vec<Field<'s>>,
    named: Vec<(Role, &'s str)>,
    /// The attributes so far.
    attributes: Vec<(&'s str, Level, usize)>,
}

impl<'s> Make<'s, '_> {
    /// A field of its own.
    fn add(&mut self, id: &'s str, role: Role) -> Slot<'s> {
        self.named.push((role, id));
        self.fields.push(Field { codes: Vec::new(), coded: false, of_series: false, default: None, labels: None });
        Slot { field: self.fields.len() - 1, base: 0, codes: None, stands_for: None }
    }

    fn slot(&mut self, component: &'s Component, role: Role) -> Slot<'s> {
        let slot = self.add(&component.id, role);
        self.fill(slot, component)
    }

    /// An attribute: one that is declared on several levels is one field.
    fn attribute(&mut self, component: &'s Component) -> Slot<'s> {
        let id = component.id.as_ref();
        let known = self.attributes.iter().find(|(other, level, _)| *other == id && *level != component.level);
        let slot = match known.map(|(_, _, field)| *field) {
            Some(field) => Slot { field, base: 0, codes: None, stands_for: None },
            None => self.add(id, Role::Attribute),
        };
        self.attributes.push((id, component.level, slot.field));
        self.fill(slot, component)
    }

    fn fill(&mut self, mut slot: Slot<'s>, component: &'s Component) -> Slot<'s> {
        let Some(field) = self.fields.get_mut(slot.field) else { return slot };
        if let Some(codes) = &component.codes {
            slot.base = field.codes.iter().map(|codes| codes.len() as u32).sum();
            slot.codes = Some(codes);
            field.codes.push(codes);
            field.coded = true;
        }
        field.of_series |= component.level == Level::Series;
        field.default = field.default.or(component.default.as_deref());
        slot
    }

    /// The fields, and the columns with their labels.
    fn finish(mut self) -> Result<(Vec<Field<'s>>, Vec<Column>), DecodeError> {
        let mut columns: Vec<Column> = Vec::new();
        for ((role, id), field) in self.named.iter().zip(&mut self.fields) {
            let name = canonical(&self.form.columns, &fold(id)).unwrap_or(id).to_owned();
            let label = format!("{name}_label");
            columns.push(Column { name, position: columns.len() as u32 + 1, role: *role });
            let named = field.codes.iter().flat_map(|codes| codes.names.iter());
            if self.form.labels == Labels::Name && named.clone().any(Option::is_some) {
                field.labels = Some(Arc::new(named.map(Option::as_deref).collect()));
                // The name of a dimension's code is no part of the key.
                let role = if *role == Role::Attribute { *role } else { Role::Cell };
                columns.push(Column { name: label, position: columns.len() as u32 + 1, role });
            }
        }
        for (name, spellings) in &self.form.columns {
            if !self.form.optional.contains(name) && !columns.iter().any(|column| column.name == *name) {
                return Err(DecodeError::ColumnMissing {
                    place: PLACE.to_owned(),
                    row: 1,
                    expected: spellings.clone(),
                    found: self.named.iter().map(|(_, id)| (*id).to_owned()).collect(),
                    elsewhere: None,
                });
            }
        }
        distinct(PLACE, 1, &columns)?;
        Ok((self.fields, columns))
    }
}
