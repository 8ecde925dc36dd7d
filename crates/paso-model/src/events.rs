//! The events table: one row is one figure of an event that has an id, a place and dates of its own.

use arrow::datatypes::SchemaRef;

use crate::{
    column::{
        Column,
        ColumnType::{Date, Number, Position, Text},
        schema as arrow_schema,
    },
    observation::{ACTIVITY, AGE, CATEGORY, EDUCATION, OTHER, SEX, SUBCATEGORY},
};

/// What tells the rows apart: a column of a body's row holds one figure of the event that the row is.
pub const KEY: [&str; 5] = ["dataset", "vintage", "event", "item", "col"];

/// The kinds of event that there are.
pub const KINDS: [&str; 3] = ["displacement", "incident", "treaty_action"];

/// The identifier of this schema, as it stands in Parquet footers.
pub const SCHEMA_ID: &str = "paso.event/2";

/// Every column, in order.
pub const COLUMNS: [Column; 42] = [
    Column { name: "dataset", kind: Text, nullable: false, en: "Dataset", es: "Conjunto de datos" },
    Column { name: "vintage", kind: Date, nullable: false, en: "Edition", es: "Edición" },
    Column {
        name: "event",
        kind: Text,
        nullable: false,
        en: "The publisher's id of the event, or the beginning of a SHA-256 of what it says where it has none",
        es: "Identificador del publicador, o el comienzo de un SHA-256 de lo que dice el evento si no lo tiene",
    },
    Column {
        name: "item",
        kind: Position,
        nullable: false,
        en: "The ordinal of the row among those of one id, from 0: ids repeat",
        es: "Ordinal de la fila entre las de un mismo identificador, desde 0: los identificadores se repiten",
    },
    Column {
        name: "kind",
        kind: Text,
        nullable: false,
        en: "What kind of event it is: displacement, incident, treaty_action",
        es: "Qué clase de evento es: displacement (desplazamiento), incident (incidente), treaty_action (acto sobre un tratado)",
    },
    Column { name: "ref_area", kind: Text, nullable: false, en: "Country of the event", es: "País del evento" },
    Column { name: "region", kind: Text, nullable: false, en: "Part of that country", es: "Parte de ese país" },
    Column { name: "lat", kind: Number, nullable: true, en: "Latitude, degrees north", es: "Latitud, grados norte" },
    Column { name: "lon", kind: Number, nullable: true, en: "Longitude, degrees east", es: "Longitud, grados este" },
    Column {
        name: "geo_precision",
        kind: Text,
        nullable: true,
        en: "How exact the place is, as printed",
        es: "Precisión del lugar, tal como se publica",
    },
    Column { name: "date_start", kind: Date, nullable: true, en: "First day", es: "Primer día" },
    Column { name: "date_end", kind: Date, nullable: true, en: "Last day", es: "Último día" },
    Column {
        name: "date_accuracy",
        kind: Text,
        nullable: true,
        en: "How exact the first day is, or both, as printed",
        es: "Precisión del primer día, o de ambos, tal como se publica",
    },
    Column {
        name: "date_end_accuracy",
        kind: Text,
        nullable: true,
        en: "How exact the last day is, as printed, where the publisher says it of its own",
        es: "Precisión del último día, tal como se publica, donde el publicador la indica aparte",
    },
    Column {
        name: "period",
        kind: Text,
        nullable: false,
        en: "The period under which the publisher counts it",
        es: "El período en que lo cuenta el publicador",
    },
    Column { name: "origin", kind: Text, nullable: false, en: "Where the people come from", es: "De dónde vienen las personas" },
    Column { name: "destination", kind: Text, nullable: false, en: "Where the people go", es: "Adónde van las personas" },
    Column {
        name: "origin_basis",
        kind: Text,
        nullable: false,
        en: "Rule by which people belong to an origin",
        es: "Regla por la que las personas pertenecen a un origen",
    },
    Column { name: "citizenship", kind: Text, nullable: false, en: "Citizenship", es: "Nacionalidad" },
    Column { name: "birth", kind: Text, nullable: false, en: "Country of birth", es: "País de nacimiento" },
    SEX,
    AGE,
    EDUCATION,
    ACTIVITY,
    CATEGORY,
    SUBCATEGORY,
    OTHER,
    Column {
        name: "breakdown",
        kind: Text,
        nullable: false,
        en: "Dimensions that this row breaks down, joined by +; starred where the code is a group or sub-total; _T for a grand total. An event may have a total and its parts: SUM is right over the rows of one measure and breakdown",
        es: "Dimensiones que esta fila desglosa, unidas por +; con asterisco donde el código es un grupo o subtotal; _T para un total general. Un evento puede tener un total y sus partes: SUM es correcto sobre las filas de una medida y un desglose",
    },
    Column { name: "title", kind: Text, nullable: true, en: "What the publisher calls it", es: "Cómo lo llama el publicador" },
    Column {
        name: "codes",
        kind: Text,
        nullable: true,
        en: "Codes of the event in the lists of others, such as GLIDE numbers, as printed: an event may have several, and several events one",
        es: "Códigos del evento en listas de otros, como los números GLIDE, tal como se publican: un evento puede tener varios, y varios eventos uno",
    },
    Column { name: "measure", kind: Text, nullable: false, en: "What is counted", es: "Qué se cuenta" },
    Column {
        name: "value",
        kind: Number,
        nullable: true,
        en: "The figure; null where it is not known, and in the one row of an event that has none",
        es: "La cifra; nula donde no se conoce, y en la única fila de un evento que no tiene ninguna",
    },
    Column { name: "value_low", kind: Number, nullable: true, en: "Lower end of its interval", es: "Extremo inferior de su intervalo" },
    Column { name: "value_high", kind: Number, nullable: true, en: "Upper end of its interval", es: "Extremo superior de su intervalo" },
    Column { name: "bound", kind: Text, nullable: true, en: "What the interval is", es: "Qué es el intervalo" },
    Column { name: "unit", kind: Text, nullable: false, en: "Unit", es: "Unidad" },
    Column { name: "status", kind: Text, nullable: false, en: "SDMX status letters", es: "Letras de estado SDMX" },
    Column {
        name: "flags",
        kind: Text,
        nullable: true,
        en: "The publisher's flags as printed",
        es: "Marcas del publicador tal como se publican",
    },
    Column { name: "snapshot", kind: Text, nullable: false, en: "SHA-256 of the raw body", es: "SHA-256 del archivo original" },
    Column { name: "part", kind: Text, nullable: true, en: "Sheet or archive member", es: "Hoja o miembro del archivo" },
    Column { name: "row", kind: Position, nullable: false, en: "Row in that part, from 1", es: "Fila en esa parte, desde 1" },
    Column { name: "col", kind: Position, nullable: false, en: "Column in that row, from 1", es: "Columna en esa fila, desde 1" },
];

/// The Arrow schema.
pub fn schema() -> SchemaRef {
    arrow_schema(&COLUMNS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Dimension;

    #[test]
    fn every_dimension_and_every_part_of_the_key_is_a_column() {
        let has = |name: &str| COLUMNS.iter().any(|column| column.name == name);
        assert!(Dimension::ALL.iter().all(|dimension| has(dimension.column())));
        assert!(KEY.iter().all(|name| COLUMNS.iter().any(|column| column.name == *name && !column.nullable)));
    }
}
