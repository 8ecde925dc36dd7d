//! Rows as JSON objects, in the envelopes of the APIs that serve them, and their error documents.

use std::io::{self, Write};

use super::json_text::{list, string, text, value};
use super::{Format, Observations, Row, unfit};

/// What stands around the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Envelope {
    /// An array.
    Bare,
    /// An array under these keys, one inside the other: `/result/rows`.
    Under(Vec<String>),
    /// An object a line.
    Lines,
    /// OData 4: the array `value`, with the link to the next page where there is one.
    OData {
        /// `@odata.nextLink`.
        next: Option<String>,
    },
    /// CKAN's `datastore_search`: `result.records`, with `result.fields` and `result.total`.
    Ckan,
    /// Socrata: an array of objects of strings only, where a key without a value is left out.
    Socrata,
    /// World Bank: an array of a page description and the rows; each code is an object of `id` and `value`.
    WorldBank,
    /// An object of one array for each column.
    Columns,
}

/// A JSON table.
#[derive(Debug, Clone)]
pub struct JsonTable {
    /// What stands around the rows.
    pub envelope: Envelope,
    /// A key without a value is left out instead of being `null`.
    pub omit_null: bool,
}

impl JsonTable {
    /// Rows in an envelope.
    pub fn new(envelope: Envelope) -> Self {
        Self { envelope, omit_null: false }
    }

    /// The document by which such an API says that it could not answer, with these words; none where the envelope has no such form.
    pub fn error_document(&self, words: &str) -> Option<String> {
        let words = string(words);
        match self.envelope {
            Envelope::OData { .. } => Some(format!("{{\"error\":{{\"code\":\"BadRequest\",\"message\":{words}}}}}")),
            Envelope::Ckan => Some(format!(
                "{{\"help\":\"https://example.org/api/3/action/help_show?name=datastore_search\",\"success\":false,\
                 \"error\":{{\"__type\":\"Not Found Error\",\"message\":{words}}}}}"
            )),
            Envelope::Socrata => Some(format!("{{\"code\":\"query.compiler.malformed\",\"error\":true,\"message\":{words}}}")),
            Envelope::WorldBank => Some(format!("[{{\"message\":[{{\"id\":\"120\",\"key\":\"Invalid value\",\"value\":{words}}}]}}]")),
            Envelope::Bare | Envelope::Under(_) | Envelope::Lines | Envelope::Columns => None,
        }
    }

    fn row(&self, observations: &dyn Observations, row: &Row) -> String {
        let codes = row.key.iter().zip(observations.dimensions()).map(|(code, dimension)| {
            let code = &dimension.codes[*code as usize];
            let cell = match self.envelope {
                Envelope::WorldBank => format!("{{\"id\":{},\"value\":{}}}", string(&code.id), string(&code.name)),
                _ => string(&code.id),
            };
            (dimension.id.as_str(), Some(cell))
        });
        let number = match self.envelope {
            Envelope::Socrata => row.value.as_deref().map(string),
            _ => row.value.as_deref().map(|text| value(Some(text))),
        };
        let attributes = observations.attributes().iter().zip(&row.attributes);
        let attributes = attributes.map(|(attribute, value)| (attribute.id.as_str(), value.as_deref().map(string)));
        let omit = self.omit_null || self.envelope == Envelope::Socrata;
        let members = codes.chain([("OBS_VALUE", number)]).chain(attributes).filter(|(_, cell)| cell.is_some() || !omit);
        let members = members.map(|(id, cell)| format!("{}:{}", string(id), cell.as_deref().unwrap_or("null")));
        format!("{{{}}}", list(members))
    }

    /// What stands before the first and behind the last row.
    fn around(&self, observations: &dyn Observations) -> io::Result<(String, String)> {
        let count = || {
            let mut rows = 0_u64;
            observations.each(&mut |_| {
                rows += 1;
                Ok(())
            })?;
            Ok::<u64, io::Error>(rows)
        };
        Ok(match &self.envelope {
            Envelope::Bare | Envelope::Socrata => ("[".to_owned(), "]".to_owned()),
            Envelope::Under(keys) => {
                let open: Vec<String> = keys.iter().map(|key| format!("{{{}:", string(key))).collect();
                (open.concat() + "[", format!("]{}", "}".repeat(keys.len())))
            }
            Envelope::Lines | Envelope::Columns => (String::new(), String::new()),
            Envelope::OData { next } => {
                let next = next.as_ref().map(|next| format!(",\"@odata.nextLink\":{}", string(next))).unwrap_or_default();
                ("{\"@odata.context\":\"https://example.org/odata/$metadata#Rows\",\"value\":[".to_owned(), format!("]{next}}}"))
            }
            Envelope::Ckan => {
                let dimensions = observations.dimensions().iter().map(|dimension| (dimension.id.as_str(), "text"));
                let attributes = observations.attributes().iter().map(|attribute| (attribute.id.as_str(), "text"));
                let fields = dimensions.chain([("OBS_VALUE", "numeric")]).chain(attributes);
                let fields = list(fields.map(|(id, kind)| format!("{{\"id\":{},\"type\":\"{kind}\"}}", string(id))));
                let help = "https://example.org/api/3/action/help_show?name=datastore_search";
                let head = format!("{{\"help\":\"{help}\",\"success\":true,\"result\":{{\"fields\":[{fields}],\"records\":[");
                (head, format!("],\"total\":{}}}}}", count()?))
            }
            Envelope::WorldBank => {
                let rows = count()?;
                let page = format!("{{\"page\":1,\"pages\":1,\"per_page\":{rows},\"total\":{rows},\"sourceid\":\"2\"}}");
                (format!("[{page},["), "]]".to_owned())
            }
        })
    }

    /// One array for each column: the rows are gone through once for each.
    fn columns(observations: &dyn Observations, out: &mut dyn Write) -> io::Result<()> {
        let (dimensions, attributes) = (observations.dimensions(), observations.attributes());
        let mut column = |id: &str, cell: &dyn Fn(&Row) -> String, last: bool| {
            write!(out, "{}:[", string(id))?;
            let mut first = true;
            observations.each(&mut |row| {
                out.write_all(if first { b"" } else { b"," })?;
                first = false;
                out.write_all(cell(row).as_bytes())
            })?;
            out.write_all(if last { b"]}" } else { b"]," })
        };
        for (position, dimension) in dimensions.iter().enumerate() {
            column(&dimension.id, &|row| string(&dimension.codes[row.key[position] as usize].id), false)?;
        }
        column("OBS_VALUE", &|row| value(row.value.as_deref()), attributes.is_empty())?;
        for (position, attribute) in attributes.iter().enumerate() {
            column(&attribute.id, &|row| text(row.attributes[position].as_deref()), position + 1 == attributes.len())?;
        }
        Ok(())
    }
}

impl Format for JsonTable {
    fn write(&self, observations: &dyn Observations, out: &mut dyn Write) -> io::Result<()> {
        if self.omit_null && self.envelope == Envelope::Columns {
            return Err(unfit("parallel arrays leave nothing out"));
        }
        if self.envelope == Envelope::Columns {
            out.write_all(b"{")?;
            return Self::columns(observations, out);
        }
        let (head, tail) = self.around(observations)?;
        out.write_all(head.as_bytes())?;
        let (before, after) = if self.envelope == Envelope::Lines { ("", "\n") } else { (",", "") };
        let mut first = true;
        observations.each(&mut |row| {
            out.write_all(if first { "" } else { before }.as_bytes())?;
            first = false;
            out.write_all(self.row(observations, row).as_bytes())?;
            out.write_all(after.as_bytes())
        })?;
        out.write_all(tail.as_bytes())
    }
}
