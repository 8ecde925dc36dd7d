//! Columns as data: name, type and description in two languages. Schemas and data dictionaries are generated from these tables.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

/// The types that paso's tables use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    /// UTF-8 text.
    Text,
    /// A calendar day.
    Date,
    /// A 64-bit float.
    Number,
    /// An unsigned 8-bit integer.
    Small,
    /// An unsigned 32-bit integer.
    Position,
    /// True or false.
    Boolean,
}

impl ColumnType {
    /// The Arrow type.
    pub fn arrow(self) -> DataType {
        match self {
            Self::Text => DataType::Utf8,
            Self::Date => DataType::Date32,
            Self::Number => DataType::Float64,
            Self::Small => DataType::UInt8,
            Self::Position => DataType::UInt32,
            Self::Boolean => DataType::Boolean,
        }
    }

    /// The Frictionless table schema type.
    pub fn frictionless(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Date => "date",
            Self::Number => "number",
            Self::Small | Self::Position => "integer",
            Self::Boolean => "boolean",
        }
    }
}

/// One column of a public table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The name.
    pub name: &'static str,
    /// The type.
    pub kind: ColumnType,
    /// Whether a row may have none.
    pub nullable: bool,
    /// What it holds, in English.
    pub en: &'static str,
    /// What it holds, in Spanish.
    pub es: &'static str,
}

/// The Arrow schema of a table.
pub fn schema(columns: &[Column]) -> SchemaRef {
    let fields: Vec<Field> = columns.iter().map(|c| Field::new(c.name, c.kind.arrow(), c.nullable)).collect();
    Arc::new(Schema::new(fields))
}
