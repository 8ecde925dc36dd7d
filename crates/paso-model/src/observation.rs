//! The observation: one row is one published number.
//!
//! The order of the columns is fixed. The key is everything from `dataset` to `period` less `breakdown`: see [`KEY`].

use arrow::datatypes::SchemaRef;

use crate::column::{
    Column,
    ColumnType::{Date, Number, Position, Small, Text},
    schema as arrow_schema,
};

/// The columns that identify an observation.
pub const KEY: [&str; 19] = [
    "dataset",
    "vintage",
    "measure",
    "unit",
    "ref_area",
    "region",
    "origin",
    "destination",
    "origin_basis",
    "citizenship",
    "birth",
    "sex",
    "age",
    "education",
    "activity",
    "category",
    "subcategory",
    "other",
    "period",
];

/// The identifier of this schema, as it stands in Parquet footers.
pub const SCHEMA_ID: &str = "paso.observation/1";

// The columns that the events have too.
pub(crate) const SEX: Column = Column {
    name: "sex",
    kind: Text,
    nullable: false,
    en: "_T total, F, M, _O other, _U unknown, _C withheld",
    es: "_T total, F mujeres, M hombres, _O otro, _U desconocido, _C reservado",
};
pub(crate) const AGE: Column = Column {
    name: "age",
    kind: Text,
    nullable: false,
    en: "Age in completed years: Y0T4, Y_GE80, Y_LT18",
    es: "Edad en años cumplidos: Y0T4, Y_GE80, Y_LT18",
};
pub(crate) const EDUCATION: Column =
    Column { name: "education", kind: Text, nullable: false, en: "Level of education", es: "Nivel de estudios" };
pub(crate) const ACTIVITY: Column = Column {
    name: "activity",
    kind: Text,
    nullable: false,
    en: "Main activity or status in employment",
    es: "Actividad principal o situación en el empleo",
};
pub(crate) const CATEGORY: Column = Column {
    name: "category",
    kind: Text,
    nullable: false,
    en: "First breakdown of the measure's own, named in `measures`",
    es: "Primer desglose propio de la medida, nombrado en `measures`",
};
pub(crate) const SUBCATEGORY: Column = Column {
    name: "subcategory",
    kind: Text,
    nullable: false,
    en: "Second breakdown of the measure's own, named in `measures`",
    es: "Segundo desglose propio de la medida, nombrado en `measures`",
};
pub(crate) const OTHER: Column = Column {
    name: "other",
    kind: Text,
    nullable: false,
    en: "Any further breakdown, sorted `ID=code;ID=code`",
    es: "Cualquier otro desglose, ordenado `ID=código;ID=código`",
};

/// Every column, in order.
pub const COLUMNS: [Column; 36] = [
    Column {
        name: "dataset",
        kind: Text,
        nullable: false,
        en: "Dataset, `<publisher>.<dataset>`",
        es: "Conjunto de datos, `<publicador>.<conjunto>`",
    },
    Column {
        name: "vintage",
        kind: Date,
        nullable: false,
        en: "Edition: the date that the body or the definition states, else Last-Modified, else the day of first retrieval",
        es: "Edición: la fecha que declara el archivo o la definición; si no, Last-Modified; si no, el día de la primera descarga",
    },
    Column {
        name: "measure",
        kind: Text,
        nullable: false,
        en: "What is counted, from the table `measures`",
        es: "Qué se cuenta, según la tabla `measures`",
    },
    Column {
        name: "unit",
        kind: Text,
        nullable: false,
        en: "Unit: PS persons, CASES, PERMITS, USD, PT per cent …",
        es: "Unidad: PS personas, CASES casos, PERMITS permisos, USD, PT por ciento …",
    },
    Column {
        name: "ref_area",
        kind: Text,
        nullable: false,
        en: "Country or group that the number belongs to: residence for stocks, reporter for flows",
        es: "País o grupo al que pertenece la cifra: residencia en los stocks, informante en los flujos",
    },
    Column {
        name: "region",
        kind: Text,
        nullable: false,
        en: "Part of the reference area (ISO 3166-2, CUT)",
        es: "Parte del área de referencia (ISO 3166-2, CUT)",
    },
    Column {
        name: "origin",
        kind: Text,
        nullable: false,
        en: "Where the people (or the money) of this fact come from; _T everyone, W all but the reference area, _Z not applicable",
        es: "De dónde vienen las personas (o el dinero) de este hecho; _T todas, W todas menos el área de referencia, _Z no se aplica",
    },
    Column {
        name: "destination",
        kind: Text,
        nullable: false,
        en: "Where the people (or the money) of this fact go to",
        es: "A dónde van las personas (o el dinero) de este hecho",
    },
    Column {
        name: "origin_basis",
        kind: Text,
        nullable: false,
        en: "Rule by which people belong to an origin: birth, citizenship, asylum_origin, mixed …",
        es: "Regla por la que las personas pertenecen a un origen: nacimiento, nacionalidad, origen de asilo, mixta …",
    },
    Column {
        name: "citizenship",
        kind: Text,
        nullable: false,
        en: "Citizenship, only where the publisher crosses it with the direction",
        es: "Nacionalidad, solo donde el publicador la cruza con la dirección",
    },
    Column {
        name: "birth",
        kind: Text,
        nullable: false,
        en: "Country of birth, only where the publisher crosses it with the direction",
        es: "País de nacimiento, solo donde el publicador lo cruza con la dirección",
    },
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
        en: "Dimensions that this row breaks down, joined by +; starred where the code is a group or sub-total; _T for a grand total. SUM is right over the rows of one unstarred breakdown",
        es: "Dimensiones que esta fila desglosa, unidas por +; con asterisco donde el código es un grupo o subtotal; _T para un total general. SUM es correcto sobre las filas de un solo desglose sin asterisco",
    },
    Column { name: "period", kind: Text, nullable: false, en: "Period label", es: "Etiqueta del período" },
    Column { name: "period_start", kind: Date, nullable: false, en: "First day of the period", es: "Primer día del período" },
    Column { name: "period_end", kind: Date, nullable: false, en: "First day after the period", es: "Primer día después del período" },
    Column {
        name: "value",
        kind: Number,
        nullable: true,
        en: "The number, unscaled; null only with a status that says why",
        es: "La cifra, sin escala; nula solo con un estado que dice por qué",
    },
    Column { name: "decimals", kind: Small, nullable: false, en: "Decimals as published", es: "Decimales publicados" },
    Column { name: "value_low", kind: Number, nullable: true, en: "Lowest possible value", es: "Valor más bajo posible" },
    Column { name: "value_high", kind: Number, nullable: true, en: "Highest possible value", es: "Valor más alto posible" },
    Column {
        name: "bound",
        kind: Text,
        nullable: true,
        en: "Why the bounds: rounding, suppression (both add up in sums) or ci95 (never adds up)",
        es: "Por qué hay límites: redondeo, supresión (ambos se suman) o ci95 (nunca se suma)",
    },
    Column {
        name: "status",
        kind: Text,
        nullable: false,
        en: "SDMX observation status letters, sorted; A is normal",
        es: "Letras de estado de observación SDMX, ordenadas; A es normal",
    },
    Column {
        name: "conf",
        kind: Text,
        nullable: false,
        en: "SDMX confidentiality status; F is free",
        es: "Estado de confidencialidad SDMX; F es libre",
    },
    Column {
        name: "nature",
        kind: Text,
        nullable: true,
        en: "How the publisher says that the figure was made",
        es: "Cómo dice el publicador que se obtuvo la cifra",
    },
    Column {
        name: "flags",
        kind: Text,
        nullable: true,
        en: "The publisher's flags, as printed",
        es: "Marcas del publicador, como están impresas",
    },
    Column {
        name: "method",
        kind: Text,
        nullable: false,
        en: "Method that made the row; _Z for published numbers",
        es: "Método que produjo la fila; _Z para cifras publicadas",
    },
    Column {
        name: "snapshot",
        kind: Text,
        nullable: true,
        en: "SHA-256 of the raw body that the number stands in",
        es: "SHA-256 del archivo original donde está la cifra",
    },
    Column { name: "part", kind: Text, nullable: true, en: "Sheet or archive member of the body", es: "Hoja o miembro del archivo" },
    Column { name: "row", kind: Position, nullable: true, en: "Row in that part, from 1", es: "Fila en esa parte, desde 1" },
    Column { name: "col", kind: Position, nullable: true, en: "Column in that row, from 1", es: "Columna en esa fila, desde 1" },
];

/// The Arrow schema.
pub fn schema() -> SchemaRef {
    arrow_schema(&COLUMNS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_every_column_up_to_the_period_less_the_breakdown() {
        let names: Vec<_> = COLUMNS.iter().map(|c| c.name).take_while(|n| *n != "period_start").filter(|n| *n != "breakdown").collect();
        assert_eq!(names, KEY);
    }
}
