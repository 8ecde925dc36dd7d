//! The reference tables of a release: their names and columns.

use crate::column::{
    Column,
    ColumnType::{Boolean, Date, Small, Text},
};

/// The table of areas: countries, former countries, groups, special populations and publishers' residual groups.
pub const AREAS: [Column; 11] = [
    Column {
        name: "area",
        kind: Text,
        nullable: false,
        en: "ISO 3166-1 alpha-3, ISO 3166-3 alpha-4, or the id of a group or special population",
        es: "ISO 3166-1 alfa-3, ISO 3166-3 alfa-4, o el identificador de un grupo o población especial",
    },
    Column {
        name: "kind",
        kind: Text,
        nullable: false,
        en: "country, former, group, special or residual",
        es: "country país, former país desaparecido, group grupo, special población especial o residual",
    },
    Column { name: "alpha2", kind: Text, nullable: true, en: "ISO 3166-1 alpha-2", es: "ISO 3166-1 alfa-2" },
    Column { name: "m49", kind: Text, nullable: true, en: "UN M49 code, three digits", es: "Código M49 de la ONU, tres dígitos" },
    Column { name: "name_en", kind: Text, nullable: false, en: "Name in English", es: "Nombre en inglés" },
    Column { name: "name_es", kind: Text, nullable: false, en: "Name in Spanish", es: "Nombre en español" },
    Column { name: "name_pt", kind: Text, nullable: false, en: "Name in Portuguese", es: "Nombre en portugués" },
    Column { name: "name_fr", kind: Text, nullable: false, en: "Name in French", es: "Nombre en francés" },
    Column {
        name: "valid_from",
        kind: Date,
        nullable: true,
        en: "First day on which it existed, where that matters",
        es: "Primer día en que existió, donde importa",
    },
    Column {
        name: "valid_to",
        kind: Date,
        nullable: true,
        en: "First day on which it no longer existed",
        es: "Primer día en que ya no existía",
    },
    Column { name: "note", kind: Text, nullable: true, en: "Remark", es: "Observación" },
];

/// The table of members of groups with their dates.
pub const AREA_GROUPS: [Column; 5] = [
    Column { name: "group", kind: Text, nullable: false, en: "Group", es: "Grupo" },
    Column { name: "member", kind: Text, nullable: false, en: "Member area", es: "Área miembro" },
    Column {
        name: "member_from",
        kind: Date,
        nullable: true,
        en: "First day of membership; none means always",
        es: "Primer día de la membresía; ninguno significa siempre",
    },
    Column {
        name: "member_to",
        kind: Date,
        nullable: true,
        en: "First day after membership; none means still",
        es: "Primer día después de la membresía; ninguno significa vigente",
    },
    Column { name: "source", kind: Text, nullable: false, en: "Where the membership is stated", es: "Dónde consta la membresía" },
];

/// The table of what is counted.
pub const MEASURES: [Column; 9] = [
    Column { name: "measure", kind: Text, nullable: false, en: "Measure", es: "Medida" },
    Column { name: "kind", kind: Text, nullable: false, en: "stock, flow or ratio", es: "stock, flow flujo o ratio razón" },
    Column {
        name: "unit",
        kind: Text,
        nullable: false,
        en: "Unit unless the publisher states another",
        es: "Unidad, salvo que el publicador declare otra",
    },
    Column {
        name: "signed",
        kind: Boolean,
        nullable: false,
        en: "Whether values below zero are possible",
        es: "Si son posibles valores bajo cero",
    },
    Column {
        name: "price_base",
        kind: Text,
        nullable: true,
        en: "For money: current, or the base of constant prices",
        es: "Para dinero: corrientes, o la base de precios constantes",
    },
    Column { name: "title_en", kind: Text, nullable: false, en: "Title in English", es: "Título en inglés" },
    Column { name: "title_es", kind: Text, nullable: false, en: "Title in Spanish", es: "Título en español" },
    Column { name: "definition_en", kind: Text, nullable: false, en: "Definition in English", es: "Definición en inglés" },
    Column { name: "definition_es", kind: Text, nullable: false, en: "Definition in Spanish", es: "Definición en español" },
];

/// The table of what interrupts series: laws, methods, registers, bases.
pub const BREAKS: [Column; 11] = [
    Column { name: "break", kind: Text, nullable: false, en: "Break", es: "Quiebre" },
    Column {
        name: "date",
        kind: Date,
        nullable: false,
        en: "First day on which figures differ",
        es: "Primer día en que las cifras difieren",
    },
    Column {
        name: "kind",
        kind: Text,
        nullable: false,
        en: "law, method, coverage, base or classification",
        es: "law ley, method método, coverage cobertura, base base o classification clasificación",
    },
    Column {
        name: "dataset",
        kind: Text,
        nullable: false,
        en: "Dataset that it touches; one row for each",
        es: "Conjunto de datos que afecta; una fila por cada uno",
    },
    Column {
        name: "measures",
        kind: Text,
        nullable: false,
        en: "Measures joined by ;, all where empty",
        es: "Medidas unidas por ;, todas si está vacío",
    },
    Column {
        name: "areas",
        kind: Text,
        nullable: false,
        en: "Areas joined by ;, all where empty",
        es: "Áreas unidas por ;, todas si está vacío",
    },
    Column { name: "title_en", kind: Text, nullable: false, en: "Title in English", es: "Título en inglés" },
    Column { name: "title_es", kind: Text, nullable: false, en: "Title in Spanish", es: "Título en español" },
    Column {
        name: "effect_en",
        kind: Text,
        nullable: false,
        en: "What it does to figures, in English",
        es: "Qué hace a las cifras, en inglés",
    },
    Column {
        name: "effect_es",
        kind: Text,
        nullable: false,
        en: "What it does to figures, in Spanish",
        es: "Qué hace a las cifras, en español",
    },
    Column { name: "evidence", kind: Text, nullable: false, en: "Where it is stated", es: "Dónde consta" },
];

/// The table of when series are served at all: what is absent outside was not collected.
pub const WINDOWS: [Column; 6] = [
    Column { name: "dataset", kind: Text, nullable: false, en: "Dataset", es: "Conjunto de datos" },
    Column { name: "measure", kind: Text, nullable: true, en: "Measure; all where there is none", es: "Medida; todas si no hay" },
    Column {
        name: "from",
        kind: Date,
        nullable: true,
        en: "First day; none means from the beginning",
        es: "Primer día; ninguno significa desde el comienzo",
    },
    Column {
        name: "to",
        kind: Date,
        nullable: true,
        en: "First day after it; none means still",
        es: "Primer día después; ninguno significa vigente",
    },
    Column { name: "note_en", kind: Text, nullable: false, en: "Why, in English", es: "Por qué, en inglés" },
    Column { name: "note_es", kind: Text, nullable: false, en: "Why, in Spanish", es: "Por qué, en español" },
];

/// The table of codes and flags with their names.
pub const CODES: [Column; 6] = [
    Column {
        name: "list",
        kind: Text,
        nullable: false,
        en: "Dimension, `<measure>.category`, `<measure>.subcategory`, or `flags.<list>`",
        es: "Dimensión, `<medida>.category`, `<medida>.subcategory` o `flags.<lista>`",
    },
    Column {
        name: "code",
        kind: Text,
        nullable: false,
        en: "Code or flag as it stands in observations",
        es: "Código o marca como está en las observaciones",
    },
    Column {
        name: "status",
        kind: Text,
        nullable: true,
        en: "SDMX status letters that a flag stands for",
        es: "Letras de estado SDMX que representa una marca",
    },
    Column {
        name: "through",
        kind: Date,
        nullable: true,
        en: "Last day that a flag speaks of",
        es: "Último día al que se refiere una marca",
    },
    Column { name: "name_en", kind: Text, nullable: false, en: "Name or meaning in English", es: "Nombre o significado en inglés" },
    Column { name: "name_es", kind: Text, nullable: false, en: "Name or meaning in Spanish", es: "Nombre o significado en español" },
];

/// The table of who is counted, when and by which rule, for every dataset.
pub const DATASETS: [Column; 21] = [
    Column { name: "dataset", kind: Text, nullable: false, en: "Dataset", es: "Conjunto de datos" },
    Column { name: "publisher", kind: Text, nullable: false, en: "Publisher", es: "Publicador" },
    Column { name: "title_en", kind: Text, nullable: false, en: "Title in English", es: "Título en inglés" },
    Column { name: "title_es", kind: Text, nullable: false, en: "Title in Spanish", es: "Título en español" },
    Column {
        name: "source_type",
        kind: Text,
        nullable: false,
        en: "census, register, survey, permits, border, model, compilation or printed",
        es: "census censo, register registro, survey encuesta, permits permisos, border frontera, model modelo, compilation recopilación o printed impreso",
    },
    Column {
        name: "basis",
        kind: Text,
        nullable: false,
        en: "Who counts as foreign or migrant",
        es: "Quién cuenta como extranjero o migrante",
    },
    Column {
        name: "residence_months",
        kind: Small,
        nullable: true,
        en: "Months of stay that make a resident",
        es: "Meses de estadía que hacen a un residente",
    },
    Column {
        name: "residence_intention",
        kind: Boolean,
        nullable: true,
        en: "Whether the intention to stay is enough",
        es: "Si basta la intención de quedarse",
    },
    Column {
        name: "reference_day",
        kind: Text,
        nullable: true,
        en: "Day of the year that stocks refer to, MM-DD",
        es: "Día del año al que se refieren los stocks, MM-DD",
    },
    Column {
        name: "coverage_en",
        kind: Text,
        nullable: false,
        en: "Who is in and who is left out, in English",
        es: "Quién está incluido y quién no, en inglés",
    },
    Column {
        name: "coverage_es",
        kind: Text,
        nullable: false,
        en: "Who is in and who is left out, in Spanish",
        es: "Quién está incluido y quién no, en español",
    },
    Column {
        name: "upstream",
        kind: Text,
        nullable: false,
        en: "Datasets that it republishes or is built from, joined by ;",
        es: "Conjuntos que republica o de los que se construye, unidos por ;",
    },
    Column {
        name: "sources",
        kind: Text,
        nullable: false,
        en: "Itself, and every dataset that it republishes or is built from, however far up, joined by ;: two datasets that share one are one voice",
        es: "El propio conjunto y todos los que republica o de los que se construye, por lejos que estén, unidos por ;: dos conjuntos que comparten uno son una sola voz",
    },
    Column {
        name: "comparable_en",
        kind: Text,
        nullable: false,
        en: "What it can be compared with, in English",
        es: "Con qué se puede comparar, en inglés",
    },
    Column {
        name: "comparable_es",
        kind: Text,
        nullable: false,
        en: "What it can be compared with, in Spanish",
        es: "Con qué se puede comparar, en español",
    },
    Column { name: "licence", kind: Text, nullable: false, en: "Licence identifier", es: "Identificador de la licencia" },
    Column {
        name: "redistribute",
        kind: Boolean,
        nullable: false,
        en: "Whether what is made of it may be given to others",
        es: "Si lo que se hace con él puede darse a otros",
    },
    Column { name: "attribution_en", kind: Text, nullable: false, en: "How to cite it, in English", es: "Cómo citarlo, en inglés" },
    Column { name: "attribution_es", kind: Text, nullable: false, en: "How to cite it, in Spanish", es: "Cómo citarlo, en español" },
    Column {
        name: "published_as",
        kind: Text,
        nullable: false,
        en: "The publisher's own codes for it, joined by ;",
        es: "Códigos propios del publicador, unidos por ;",
    },
    Column { name: "url", kind: Text, nullable: false, en: "Where it is served", es: "Dónde se sirve" },
];
