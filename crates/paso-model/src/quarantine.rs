//! The quarantine: one line per value cell that could not become an observation, with the reason.

use arrow::datatypes::SchemaRef;

use crate::column::{
    Column,
    ColumnType::{Date, Position, Text},
    schema as arrow_schema,
};

/// The identifier of this schema, as it stands in Parquet footers.
pub const SCHEMA_ID: &str = "paso.quarantine/1";

/// Every column, in order.
pub const COLUMNS: [Column; 11] = [
    Column { name: "dataset", kind: Text, nullable: false, en: "Dataset", es: "Conjunto de datos" },
    Column { name: "vintage", kind: Date, nullable: false, en: "Edition", es: "Edición" },
    Column { name: "snapshot", kind: Text, nullable: false, en: "SHA-256 of the raw body", es: "SHA-256 del archivo original" },
    Column { name: "part", kind: Text, nullable: true, en: "Sheet or archive member of the body", es: "Hoja o miembro del archivo" },
    Column { name: "row", kind: Position, nullable: false, en: "Row in that part, from 1", es: "Fila en esa parte, desde 1" },
    Column { name: "col", kind: Position, nullable: false, en: "Column in that row, from 1", es: "Columna en esa fila, desde 1" },
    Column {
        name: "column",
        kind: Text,
        nullable: false,
        en: "Name of the column of the value cell",
        es: "Nombre de la columna de la celda de valor",
    },
    Column { name: "raw", kind: Text, nullable: false, en: "The value cell as found", es: "La celda de valor tal como estaba" },
    Column {
        name: "reason",
        kind: Text,
        nullable: false,
        en: "Why it is no observation: unmapped_code, bad_value, bad_period, conflicting_duplicate, unknown_flag",
        es: "Por qué no es una observación: unmapped_code, bad_value, bad_period, conflicting_duplicate, unknown_flag",
    },
    Column {
        name: "rule",
        kind: Text,
        nullable: false,
        en: "Key of the definition that refused it",
        es: "Clave de la definición que la rechazó",
    },
    Column { name: "detail", kind: Text, nullable: false, en: "What exactly was refused", es: "Qué se rechazó exactamente" },
];

/// The Arrow schema.
pub fn schema() -> SchemaRef {
    arrow_schema(&COLUMNS)
}
