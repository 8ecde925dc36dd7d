//! The finished table: values rounded, the key verified, labels beside codes, one status.

use std::sync::Arc;

use arrow::{
    array::{Array as _, ArrayRef, AsArray as _, Float64Array, StringArray},
    datatypes::{DataType, Date32Type, Field, Float64Type, Int64Type, Schema},
    record_batch::RecordBatch,
    util::display::array_value_to_string,
};
use paso_model::{Dimension, Status};

use crate::{AggregateError, Indicator, Labels, indicator::observation_column, status};

pub(crate) fn finish(indicator: &Indicator, raw: &RecordBatch, labels: &Labels) -> Result<RecordBatch, AggregateError> {
    let finisher = Finisher { indicator, raw, labels };
    finisher.check_columns()?;
    finisher.check_key()?;
    finisher.build()
}

struct Finisher<'a> {
    indicator: &'a Indicator,
    raw: &'a RecordBatch,
    labels: &'a Labels,
}

/// A cell of a key, in the order in which the engines sort: texts by their bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cell<'a> {
    Text(&'a str),
    Number(i64),
    Day(i32),
    Boolean(bool),
}

impl Finisher<'_> {
    fn refuse(&self, column: &str, problem: impl Into<String>) -> AggregateError {
        AggregateError::Column { indicator: self.indicator.id.clone(), column: column.to_owned(), problem: problem.into() }
    }

    /// The columns are those that the front matter declares, and floats say how many decimals they keep.
    fn check_columns(&self) -> Result<(), AggregateError> {
        let schema = self.raw.schema();
        for name in self.indicator.key.iter().chain(self.indicator.columns.keys()) {
            if schema.field_with_name(name).is_err() {
                return Err(self.refuse(name, "is declared in the front matter, and the query does not select it"));
            }
        }
        for field in schema.fields() {
            let name = field.name();
            if status::letter_of(name).is_some() {
                if field.data_type() != &DataType::Boolean {
                    return Err(self.refuse(name, format!("is {}, and a status letter is Boolean", field.data_type())));
                }
                continue;
            }
            let described = self.indicator.columns.get(name);
            if described.is_none() && observation_column(name).is_none() {
                return Err(self.refuse(name, "is not described: add it to `columns` in the front matter"));
            }
            let decimals = described.and_then(|column| column.decimals);
            match field.data_type() {
                DataType::Float64 if decimals.is_none() => {
                    return Err(self.refuse(name, "is a number: declare its `decimals` in `columns`"));
                }
                DataType::Float64 | DataType::Int64 => {}
                other if decimals.is_some() => return Err(self.refuse(name, format!("declares `decimals` and is {other}, not a number"))),
                _ => {}
            }
        }
        match schema.field_with_name(status::STATUS) {
            Ok(_) => Err(self.refuse(status::STATUS, "is made of the letters: select status_b, status_d and so on, each with OR or MAX")),
            Err(_) => Ok(()),
        }
    }

    /// The key has no null, and every row's is greater than the one before: unique and sorted.
    fn check_key(&self) -> Result<(), AggregateError> {
        let mut before: Option<Vec<Cell<'_>>> = None;
        for row in 0..self.raw.num_rows() {
            let cells: Option<Vec<Cell<'_>>> = self.indicator.key.iter().map(|name| self.cell(name, row)).collect();
            let problem = match (&cells, &before) {
                (None, _) => Some("has a null"),
                (Some(cells), Some(before)) if cells == before => Some("stands twice"),
                (Some(cells), Some(before)) if cells < before => Some("is out of order"),
                _ => None,
            };
            if let Some(problem) = problem {
                return Err(AggregateError::Key {
                    indicator: self.indicator.id.clone(),
                    key: self.indicator.key.join(", "),
                    problem,
                    row: row + 1,
                    values: self.key_text(row),
                });
            }
            before = cells;
        }
        Ok(())
    }

    fn cell(&self, name: &str, row: usize) -> Option<Cell<'_>> {
        let array = self.raw.column_by_name(name).filter(|array| array.is_valid(row))?;
        Some(match array.data_type() {
            DataType::Utf8 => Cell::Text(array.as_string::<i32>().value(row)),
            DataType::Int64 => Cell::Number(array.as_primitive::<Int64Type>().value(row)),
            DataType::Date32 => Cell::Day(array.as_primitive::<Date32Type>().value(row)),
            DataType::Boolean => Cell::Boolean(array.as_boolean().value(row)),
            // A float is no key; as a null it is refused with its name and place.
            _ => return None,
        })
    }

    fn key_text(&self, row: usize) -> String {
        let cell = |name: &String| {
            let text = self.raw.column_by_name(name).and_then(|array| array_value_to_string(array, row).ok());
            format!("{name}={}", text.unwrap_or_default())
        };
        self.indicator.key.iter().map(cell).collect::<Vec<_>>().join(", ")
    }

    fn build(&self) -> Result<RecordBatch, AggregateError> {
        let mut fields: Vec<Field> = Vec::new();
        let mut arrays: Vec<ArrayRef> = Vec::new();
        let mut status_done = false;
        let schema = self.raw.schema();
        for (field, array) in schema.fields().iter().zip(self.raw.columns()) {
            let name = field.name().as_str();
            if status::letter_of(name).is_some() {
                if !status_done {
                    fields.push(Field::new(status::STATUS, DataType::Utf8, false));
                    arrays.push(Arc::new(self.status()?));
                    status_done = true;
                }
                continue;
            }
            let nullable = !self.indicator.key.iter().any(|key| key == name);
            let decimals = self.indicator.columns.get(name).and_then(|column| column.decimals);
            let array: ArrayRef = match decimals {
                Some(decimals) if field.data_type() == &DataType::Float64 => {
                    Arc::new(self.rounded(name, array.as_primitive(), decimals)?)
                }
                _ => Arc::clone(array),
            };
            fields.push(Field::new(name, field.data_type().clone(), nullable));
            arrays.push(Arc::clone(&array));
            if let (Ok(dimension), DataType::Utf8) = (name.parse::<Dimension>(), field.data_type()) {
                let [es, en] = self.labels_of(dimension, array.as_string())?;
                for (language, labels) in [("es", es), ("en", en)] {
                    fields.push(Field::new(format!("{name}_label_{language}"), DataType::Utf8, nullable));
                    arrays.push(Arc::new(labels));
                }
            }
        }
        RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
            .map_err(|source| AggregateError::Table { what: format!("indicator {}", self.indicator.id), source })
    }

    fn rounded(&self, name: &str, values: &Float64Array, decimals: u8) -> Result<Float64Array, AggregateError> {
        if let Some(row) = (0..values.len()).find(|row| values.is_valid(*row) && !values.value(*row).is_finite()) {
            return Err(AggregateError::NotFinite {
                indicator: self.indicator.id.clone(),
                column: name.to_owned(),
                value: values.value(row).to_string(),
                row: row + 1,
                key: self.key_text(row),
            });
        }
        Ok(values.unary::<_, Float64Type>(|value| round(value, decimals)))
    }

    fn labels_of(&self, dimension: Dimension, codes: &StringArray) -> Result<[StringArray; 2], AggregateError> {
        let mut labels = [Vec::new(), Vec::new()];
        for code in codes {
            let label = match code {
                None => None,
                Some(code) => Some(self.labels.get(dimension, code).ok_or_else(|| AggregateError::NoLabel {
                    indicator: self.indicator.id.clone(),
                    column: dimension.column().to_owned(),
                    code: code.to_owned(),
                })?),
            };
            let (es, en) = label.map(|label| (label.es, label.en)).unzip();
            labels[0].push(es);
            labels[1].push(en);
        }
        Ok(labels.map(StringArray::from))
    }

    /// The union of the letters of each row, as one sorted text.
    fn status(&self) -> Result<StringArray, AggregateError> {
        let mut texts = vec![String::new(); self.raw.num_rows()];
        let schema = self.raw.schema();
        for (field, array) in schema.fields().iter().zip(self.raw.columns()) {
            let Some(letter) = status::letter_of(field.name()) else { continue };
            for (text, _) in texts.iter_mut().zip(array.as_boolean()).filter(|(_, held)| *held == Some(true)) {
                text.push(letter);
            }
        }
        texts
            .iter()
            .map(|text| text.parse::<Status>().map(|status| Some(status.to_string())))
            .collect::<Result<StringArray, _>>()
            .map_err(|error| self.refuse(status::STATUS, error.to_string()))
    }
}

/// The nearest number with so many decimals, halves away from zero; never minus zero. Scaling by a power of ten would be quicker and wrong: 2.675
/// is a little less than it looks, and 2.675 × 100 is 267.5.
fn round(value: f64, decimals: u8) -> f64 {
    let magnitude = value.abs();
    // Only a half that binary can hold is a tie. Formatting sends it to the even neighbour; the next number above goes up.
    let doubled = magnitude * 2_f64.powi(i32::from(decimals) + 1);
    let tie = doubled.fract() == 0.0 && doubled % 2.0 > 0.5;
    let text = format!("{:.*}", usize::from(decimals), if tie { magnitude.next_up() } else { magnitude });
    let rounded = text.parse().unwrap_or(magnitude);
    if value < 0.0 && rounded > 0.0 { -rounded } else { rounded }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_round_away_from_zero_as_in_duckdb() {
        // SELECT ROUND(value, decimals) in DuckDB 2.0.
        for (value, decimals, expected) in [
            (0.5, 0, 1.0),
            (-0.5, 0, -1.0),
            (2.5, 0, 3.0),
            (1.005, 2, 1.0),
            (2.675, 2, 2.67),
            (0.125, 2, 0.13),
            (-0.125, 2, -0.13),
            (1234.565, 2, 1234.57),
            (3_048_148.155, 2, 3_048_148.15),
            (66_197_477.591_130_6, 2, 66_197_477.59),
            (8.605_341_153_154_372, 6, 8.605_341),
            (1e300, 9, 1e300),
            (1_234_567_890_123.455, 2, 1_234_567_890_123.46),
        ] {
            assert_eq!(round(value, decimals).to_bits(), f64::to_bits(expected), "{value} to {decimals} decimals");
        }
        assert_eq!(round(-0.4, 0).to_bits(), 0.0_f64.to_bits());
    }
}
