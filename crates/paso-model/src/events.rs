//! The events table: one row is one figure of an event that has an id, a place and dates of its own.

use arrow::datatypes::SchemaRef;

use crate::column::{
    Column,
    ColumnType::{Date, Number, Position, Text},
    schema as arrow_schema,
};

/// The identifier of this schema, as it stands in Parquet footers.
pub const SCHEMA_ID: &str = "paso.event/1";

/// Every column, in order.
pub const COLUMNS: [Column; 31] = [
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
        en: "How exact the days are, as printed",
        es: "Precisión de los días, tal como se publica",
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
    Column { name: "category", kind: Text, nullable: false, en: "First breakdown of the measure", es: "Primer desglose de la medida" },
    Column { name: "subcategory", kind: Text, nullable: false, en: "Second breakdown of the measure", es: "Segundo desglose de la medida" },
    Column {
        name: "other",
        kind: Text,
        nullable: false,
        en: "Further breakdowns, `ID=code;ID=code`",
        es: "Otros desgloses, `ID=código;ID=código`",
    },
    Column { name: "title", kind: Text, nullable: true, en: "What the publisher calls it", es: "Cómo lo llama el publicador" },
    Column { name: "measure", kind: Text, nullable: false, en: "What is counted", es: "Qué se cuenta" },
    Column {
        name: "value",
        kind: Number,
        nullable: true,
        en: "The figure; null where it is not known",
        es: "La cifra; nula donde no se conoce",
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
];

/// The Arrow schema.
pub fn schema() -> SchemaRef {
    arrow_schema(&COLUMNS)
}
