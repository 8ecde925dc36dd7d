//! Whatever a writer may choose, the same observations are read back; and no text makes the decoder panic.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::Limits;
use crate::sdmx::structure::Structures;
use crate::source::Bytes;
use crate::testing::Collected;

/// How a writer writes.
#[derive(Debug, Clone)]
struct Style {
    first: bool,
    delimiter: char,
    layout: usize,
    quoted: bool,
    line_end: &'static str,
    mark: bool,
}

fn style() -> impl Strategy<Value = Style> {
    let parts = (
        any::<bool>(),
        prop::sample::select(vec![',', ';', '\t']),
        0..3_usize,
        any::<bool>(),
        prop::sample::select(vec!["\n", "\r\n"]),
        any::<bool>(),
    );
    parts.prop_map(|(first, delimiter, layout, quoted, line_end, mark)| Style {
        first: first && layout < 2,
        delimiter,
        layout,
        quoted,
        line_end,
        mark,
    })
}

/// Codes, each with a name; numbers; and a text that may hold anything.
type Row = ((String, String), (String, String), String, String);

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let code = || ("[A-Z][A-Z0-9_]{0,3}", "[a-zéñ ,;:\"]{1,8}[a-z]");
    vec((code(), code(), "-?[0-9]{1,6}(\\.[0-9]{1,3})?", "[a-z,;\"\t\n]{0,8}"), 1..20)
}

impl Style {
    fn field(&self, text: &str) -> String {
        let needed = text.contains([self.delimiter, '"', '\n', '\r']);
        if needed || self.quoted { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
    }

    /// A component as titles or cells.
    fn component(&self, id: &str, name: &str) -> Vec<String> {
        match self.layout {
            0 => vec![id.to_owned()],
            1 if name.is_empty() => vec![id.to_owned()],
            1 => vec![format!("{id}: {name}")],
            _ => vec![id.to_owned(), name.to_owned()],
        }
    }

    fn write(&self, rows: &[Row]) -> String {
        let begin = |kind: &str, id: &str, name: &str| match (self.first, self.layout) {
            (true, _) => vec![id.to_owned()],
            (false, 2) => vec![kind.to_owned(), id.to_owned(), name.to_owned()],
            (false, _) => vec![kind.to_owned(), id.to_owned()],
        };
        let components = [("FREQ", "Frequency"), ("GEO", "Area"), ("OBS_VALUE", "Value"), ("NOTE", "Remark")];
        let mut records = vec![begin("STRUCTURE", if self.first { "DATAFLOW" } else { "STRUCTURE_ID" }, "STRUCTURE_NAME")];
        records[0].extend(components.iter().flat_map(|(id, name)| self.component(id, name)));
        for ((freq, every), (geo, area), value, note) in rows {
            let mut record = begin("dataflow", "E:D(1.0)", "Demo");
            let value = if self.delimiter == ',' { value.clone() } else { value.replace('.', ",") };
            for (code, name) in [(freq, every.as_str()), (geo, area.as_str()), (&value, ""), (note, "")] {
                record.extend(self.component(code, name));
            }
            records.push(record);
        }
        let line = |record: &Vec<String>| record.iter().map(|text| self.field(text)).collect::<Vec<_>>().join(&self.delimiter.to_string());
        let text = records.iter().map(line).collect::<Vec<_>>().join(self.line_end);
        format!("{}{text}{}", if self.mark { "\u{FEFF}" } else { "" }, self.line_end)
    }
}

fn read(text: &[u8], form: &str, structures: Option<&Arc<Structures>>) -> Option<Collected> {
    let mut sink = Collected::default();
    let limits = Limits { batch_rows: 7, ..Limits::default() };
    decode(&Bytes(text), &toml::from_str(form).unwrap(), structures, limits, &mut sink).ok()?;
    Some(sink)
}

const STRUCTURE: &[u8] =
    br#"<Structure><Structures><DataStructures><DataStructure id="D"><DataStructureComponents><DimensionList><Dimension id="FREQ"/>
<Dimension id="GEO"/></DimensionList></DataStructureComponents></DataStructure></DataStructures></Structures></Structure>"#;

proptest! {
    #[test]
    fn observations_are_the_same_in_every_style(style in style(), rows in rows()) {
        let text = style.write(&rows);
        let found = read(text.as_bytes(), "", None).unwrap();
        let some = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        prop_assert_eq!(found.names(), ["FREQ", "GEO", "OBS_VALUE", "NOTE"]);
        prop_assert_eq!(found.column("FREQ"), rows.iter().map(|row| some(&row.0.0)).collect::<Vec<_>>());
        prop_assert_eq!(found.column("GEO"), rows.iter().map(|row| some(&row.1.0)).collect::<Vec<_>>());
        prop_assert_eq!(found.column("OBS_VALUE"), rows.iter().map(|row| some(&row.2)).collect::<Vec<_>>());
        prop_assert_eq!(found.column("NOTE"), rows.iter().map(|row| some(&row.3)).collect::<Vec<_>>());
        if style.layout > 0 {
            let named = read(text.as_bytes(), "labels = \"name\"", None).unwrap();
            prop_assert_eq!(named.column("GEO_label"), rows.iter().map(|row| some(&row.1.1)).collect::<Vec<_>>());
            let both = read(text.as_bytes(), "labels = \"both\"", None).unwrap();
            prop_assert_eq!(both.column("GEO"), rows.iter().map(|row| Some(format!("{}: {}", row.1.0, row.1.1))).collect::<Vec<_>>());
        }
    }

    #[test]
    fn no_text_makes_the_decoder_panic(style in style(), rows in rows(), damage in vec((any::<prop::sample::Index>(), any::<u8>()), 0..6)) {
        let structures = Arc::new(Structures::read(STRUCTURE).unwrap());
        let mut text = style.write(&rows).into_bytes();
        for (at, byte) in damage {
            let at = at.index(text.len());
            text[at] = byte;
        }
        for form in ["", "labels = \"name\"", "labels = \"both\"", "facts = { a = \"GEO\" }"] {
            for structures in [None, Some(&structures)] {
                if let Some(found) = read(&text, form, structures) {
                    prop_assert!(found.rows().len() + found.ragged.len() <= text.len());
                }
            }
        }
    }
}
