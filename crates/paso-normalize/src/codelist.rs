//! A publisher's list of codes, held against the reference data: every code must resolve, and aggregates must be groups.

use paso_areas::Areas;
use paso_model::{
    Measures,
    column::{
        Column,
        ColumnType::{Date, Text},
    },
};

use crate::{
    listing::{Cell, Entries, Entry, Unlisted},
    spec::Codelist,
};

/// The columns of a normalized code list.
pub(crate) const COLUMNS: [Column; 5] = [
    Column { name: "dataset", kind: Text, nullable: false, en: "Dataset", es: "Conjunto de datos" },
    Column { name: "vintage", kind: Date, nullable: false, en: "Edition", es: "Edición" },
    Column { name: "code", kind: Text, nullable: false, en: "The publisher's code", es: "Código del publicador" },
    Column { name: "name", kind: Text, nullable: false, en: "The publisher's name", es: "Nombre del publicador" },
    Column { name: "area", kind: Text, nullable: false, en: "The area in `areas`", es: "El área en `areas`" },
];

/// The entries of a code list.
pub(crate) struct Codes<'a> {
    pub(crate) list: &'a Codelist,
    pub(crate) areas: &'a Areas,
}

impl Entries for Codes<'_> {
    fn rule(&self) -> &'static str {
        "codelist"
    }

    fn columns(&self) -> Vec<(&str, String)> {
        let Codelist { vintage: _, code, scheme: _, name, aggregate } = self.list;
        [(code, "code"), (name, "name"), (&aggregate.column, "aggregate.column")]
            .map(|(column, key)| (column.as_str(), format!("codelist.{key}")))
            .to_vec()
    }

    fn check(&self, _: &Measures) -> Result<(), (String, String)> {
        match self.areas.scheme(&self.list.scheme) {
            Some(_) => Ok(()),
            None => Err(("codelist.scheme".to_owned(), format!("reference/schemes.toml has no scheme `{}`", self.list.scheme))),
        }
    }

    fn read(&self, cells: &[&str]) -> Result<Vec<Entry>, Unlisted> {
        let (code, name) = (cells[0], cells[1]);
        let aggregate = cells[2] == self.list.aggregate.text;
        let refuse = |reason, detail| Err(Unlisted { column: 0, reason, detail });
        let Some(area) = self.areas.scheme(&self.list.scheme).and_then(|scheme| scheme.resolve(code)) else {
            return refuse("unmapped_code", format!("`{code}` ({name}) is not in the scheme `{}`", self.list.scheme));
        };
        if self.areas.is_group(area) != aggregate {
            let kind = |group: bool| if group { "an aggregate" } else { "a single area" };
            let (here, there) = (kind(aggregate), kind(!aggregate));
            return refuse("wrong_kind", format!("`{code}` ({name}) is {here} here and `{area}` is {there} in reference/areas.csv"));
        }
        Ok(vec![[code, name, area].map(|text| Cell::Text(text.to_owned())).to_vec()])
    }
}
