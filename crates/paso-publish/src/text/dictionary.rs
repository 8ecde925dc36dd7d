//! `dictionary.en.md` and `dictionary.es.md`: every column of every table, from the schemas and the front matter.

use std::fmt::{Result, Write as _};

use paso_aggregate::OutputColumn;
use paso_model::STATUS_LETTERS;

use super::{Language, cell};
use crate::{
    Contents, IndicatorTable,
    describe::{Of, Table},
    package::kind,
};

/// The files in a release, with their languages.
pub(crate) const DICTIONARIES: [(&str, Language); 2] = [("dictionary.en.md", Language::English), ("dictionary.es.md", Language::Spanish)];

/// The Spanish names of the status letters, in the order of [`STATUS_LETTERS`].
const STATUS_NAMES_ES: [&str; 19] = [
    "valor normal",
    "ruptura de la serie",
    "la definición difiere",
    "valor estimado",
    "valor previsto",
    "valor experimental",
    "valor imputado por un organismo receptor",
    "excepción",
    "datos incluidos en otra categoría",
    "valor ausente; los datos existen y no se recogieron",
    "valor ausente; los datos no pueden existir",
    "no significativo",
    "valor ausente",
    "valor provisional",
    "valor ausente; suprimido",
    "huelga u otro hecho especial",
    "baja confiabilidad",
    "valor no validado",
    "incluye datos de otra categoría",
];

/// Codes that mean the same in every column of codes.
const CODES: [(&str, &str, &str); 6] = [
    ("_T", "total", "total"),
    ("W", "everywhere but the reference area", "todas partes menos el área de referencia"),
    ("_Z", "not applicable", "no se aplica"),
    ("_U", "unknown, as published", "desconocido, según lo publicado"),
    ("_C", "withheld by the publisher", "reservado por el publicador"),
    ("_O:<publisher>.<id>", "residual group of a publisher", "grupo residual de un publicador"),
];

/// The dictionary in one language.
pub(crate) fn dictionary(contents: &Contents<'_>, tables: &[Table<'_>], language: Language) -> String {
    let mut writer = Dictionary { text: String::new(), language };
    let _infallible = writer.write(contents, tables);
    writer.text
}

struct Dictionary {
    text: String,
    language: Language,
}

impl Dictionary {
    fn say<'a>(&self, english: &'a str, spanish: &'a str) -> &'a str {
        self.language.pick(english, spanish)
    }

    fn write(&mut self, contents: &Contents<'_>, tables: &[Table<'_>]) -> Result {
        let heading = self.say("Data dictionary", "Diccionario de datos");
        writeln!(self.text, "# {heading}: {}\n", self.language.of(&contents.title))?;
        let introduction = self.say(
            "Every table stands as Parquet; indicators and reference tables also as CSV (UTF-8, comma, point as the decimal mark, ISO dates, \
             nothing where there is no value). No value is zero because it was missing.",
            "Cada tabla está en Parquet; los indicadores y las tablas de referencia también en CSV (UTF-8, coma, punto decimal, fechas ISO, \
             vacío donde no hay valor). Ningún valor es cero por estar ausente.",
        );
        writeln!(self.text, "{introduction}\n")?;
        self.codes()?;
        let heading = self.say("Indicators", "Indicadores");
        writeln!(self.text, "## {heading}\n")?;
        for table in tables {
            if let Of::Indicator(indicator) = table.of {
                self.indicator(indicator, table)?;
            }
        }
        self.observations(tables)?;
        let heading = self.say("Reference tables", "Tablas de referencia");
        writeln!(self.text, "## {heading}\n")?;
        for table in tables.iter().filter(|table| matches!(table.of, Of::Reference(_))) {
            writeln!(self.text, "### `{}`: {}\n", table.name(), self.language.of(table.title()))?;
            self.columns(&table.columns)?;
        }
        self.quarantined(contents)?;
        self.missing(contents)
    }

    fn codes(&mut self) -> Result {
        let (heading, code, meaning) = (self.say("Codes", "Códigos"), self.say("Code", "Código"), self.say("Meaning", "Significado"));
        writeln!(self.text, "## {heading}\n\n| {code} | {meaning} |\n|---|---|")?;
        for (code, english, spanish) in CODES {
            writeln!(self.text, "| `{code}` | {} |", self.say(english, spanish))?;
        }
        let (heading, letter) = (self.say("Status letters", "Letras de estado"), self.say("Letter", "Letra"));
        writeln!(self.text, "\n## {heading}\n\n| {letter} | {meaning} |\n|---|---|")?;
        for ((letter, english), spanish) in STATUS_LETTERS.iter().zip(STATUS_NAMES_ES) {
            writeln!(self.text, "| `{letter}` | {} |", self.say(english, spanish))?;
        }
        writeln!(self.text)
    }

    fn indicator(&mut self, table: &IndicatorTable<'_>, described: &Table<'_>) -> Result {
        let indicator = table.indicator;
        let language = self.language;
        writeln!(self.text, "### `{}`: {}\n", indicator.id, language.of(&indicator.title))?;
        writeln!(self.text, "{}\n", language.of(&indicator.note).trim())?;
        let inputs: Vec<String> = indicator.inputs.iter().map(|input| format!("`{input}`")).collect();
        let key: Vec<String> = indicator.key.iter().map(|column| format!("`{column}`")).collect();
        let checks: Vec<String> = indicator.checks.iter().map(|check| format!("`{}`", check.name)).collect();
        for (label, value) in [
            (self.say("Agenda", "Agenda"), language.of(&table.agenda).to_owned()),
            (self.say("Unit", "Unidad"), format!("`{}`", indicator.unit)),
            (self.say("Key", "Clave"), key.join(", ")),
            (self.say("Reads", "Lee"), inputs.join(", ")),
            (self.say("Formula", "Fórmula"), language.of(&indicator.formula.text).to_owned()),
            (self.say("Source of the formula", "Fuente de la fórmula"), indicator.formula.source.clone()),
            (self.say("Checks", "Controles"), checks.join(", ")),
        ] {
            writeln!(self.text, "- {label}: {value}")?;
        }
        writeln!(self.text)?;
        self.columns(&described.columns)
    }

    fn observations(&mut self, tables: &[Table<'_>]) -> Result {
        let heading = self.say("Observations", "Observaciones");
        let introduction = self.say(
            "One row is one published number. All datasets have these columns.",
            "Una fila es una cifra publicada. Todos los conjuntos de datos tienen estas columnas.",
        );
        writeln!(self.text, "## {heading}\n\n{introduction}\n")?;
        let observations = || tables.iter().filter(|table| matches!(table.of, Of::Observations(_)));
        let (dataset, title) = (self.say("Dataset", "Conjunto de datos"), self.say("Title", "Título"));
        let (newest, licence) = (self.say("Newest edition", "Edición más reciente"), self.say("Licence", "Licencia"));
        writeln!(self.text, "| {dataset} | {title} | {newest} | {licence} |\n|---|---|---|---|")?;
        for table in observations() {
            if let Of::Observations(of) = table.of {
                let licences: Vec<&str> = table.terms.iter().map(|terms| terms.licence.id.as_str()).collect();
                let title = cell(self.language.of(&of.title));
                writeln!(self.text, "| `{}` | {title} | {} | {} |", of.dataset, of.vintage, licences.join(", "))?;
            }
        }
        writeln!(self.text)?;
        if let Some(table) = observations().next() {
            self.columns(&table.columns)?;
        }
        self.events(tables)
    }

    /// Events, where there are any.
    fn events(&mut self, tables: &[Table<'_>]) -> Result {
        let events: Vec<&Table<'_>> = tables.iter().filter(|table| matches!(table.of, Of::Events(_))).collect();
        let Some(first) = events.first() else { return Ok(()) };
        let heading = self.say("Events", "Eventos");
        let introduction = self.say(
            "One row is one figure of one event. The observations of these datasets are counted from them:",
            "Una fila es una cifra de un evento. Las observaciones de estos conjuntos de datos se cuentan a partir de ellos:",
        );
        let names: Vec<String> = events.iter().map(|table| format!("`{}`", table.name())).collect();
        writeln!(self.text, "## {heading}\n\n{introduction} {}.\n", names.join(", "))?;
        self.columns(&first.columns)
    }

    fn columns(&mut self, columns: &[OutputColumn]) -> Result {
        let (column, kind_heading) = (self.say("Column", "Columna"), self.say("Type", "Tipo"));
        let (unit, meaning) = (self.say("Unit", "Unidad"), self.say("Meaning", "Significado"));
        writeln!(self.text, "| {column} | {kind_heading} | {unit} | {meaning} |\n|---|---|---|---|")?;
        for column in columns {
            let unit = column.unit.as_ref().map(|unit| format!("`{unit}`")).unwrap_or_default();
            let kind = self.kind(kind(&column.data_type));
            writeln!(self.text, "| `{}` | {kind} | {unit} | {} |", column.name, cell(self.language.of(&column.description)))?;
        }
        writeln!(self.text)
    }

    fn kind(&self, kind: &'static str) -> &'static str {
        match (self.language, kind) {
            (Language::English, "string") => "text",
            (Language::English, _) => kind,
            (Language::Spanish, "number") => "número",
            (Language::Spanish, "integer") => "entero",
            (Language::Spanish, "date") => "fecha",
            (Language::Spanish, "boolean") => "sí o no",
            (Language::Spanish, _) => "texto",
        }
    }

    fn quarantined(&mut self, contents: &Contents<'_>) -> Result {
        let mut held = contents.quarantined.iter().filter(|(_, cells)| **cells > 0).peekable();
        if held.peek().is_none() {
            return Ok(());
        }
        let heading = self.say("In quarantine", "En cuarentena");
        let introduction = self.say(
            "Published cells that could not be read or coded. They are in no table of this release, and no total is made up for them.",
            "Celdas publicadas que no se pudieron leer o codificar. No están en ninguna tabla de esta entrega, y ningún total las suple.",
        );
        let (dataset, cells) = (self.say("Dataset", "Conjunto de datos"), self.say("Cells", "Celdas"));
        writeln!(self.text, "## {heading}\n\n{introduction}\n\n| {dataset} | {cells} |\n|---|---|")?;
        for (dataset, cells) in held {
            writeln!(self.text, "| `{dataset}` | {cells} |")?;
        }
        writeln!(self.text)
    }

    fn missing(&mut self, contents: &Contents<'_>) -> Result {
        if contents.missing.is_empty() {
            return Ok(());
        }
        let heading = self.say("Not in this release", "No está en esta entrega");
        writeln!(self.text, "## {heading}\n")?;
        for (name, reason) in &contents.missing {
            writeln!(self.text, "- `{name}`: {reason}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_letter_has_a_spanish_name() {
        assert_eq!(STATUS_LETTERS.len(), STATUS_NAMES_ES.len());
        let position = STATUS_LETTERS.iter().position(|(letter, _)| *letter == 'Q').unwrap();
        assert_eq!(STATUS_NAMES_ES[position], "valor ausente; suprimido");
    }
}
