//! One module per wire format: bytes in, batches of text columns out.
//!
//! No type is ever guessed: `NA` is Namibia and `007` is not 7. Every cell is text exactly as published, and every row
//! keeps its place in the body, so that a number can be traced to the cell it came from.
//!
//! * [`Forms`] is the table `decode` of a definition; its keys are listed in [`keys::KEYS`];
//! * a [`Source`] is where bytes come from: it opens again as often as a layout needs, so that no document has to be kept in memory;
//! * [`decode`] reads a body under the form that fits what it is; [`Message`] recognizes what nobody declared, and says by what;
//! * a [`Sink`] takes the [`Batch`]es, and the [`Ragged`] rows that do not fit their header;
//! * [`Facts`] are what the body says about itself, such as the day of its last update;
//! * [`DecodeError`] says what is wrong with a body, where, and what to do ([`DecodeError::hint`]).
//!
//! A format is a module with a form (its definition keys) and a function from a source to a sink; its documentation is a tour of the layout
//! and its traps: [`sdmx::csv`], [`sdmx::json`], [`jsonstat`], [`eurostat`], [`json`], [`csv`], [`xlsx`], [`printed`]. What they share: [`text`]
//! (records of delimited text, taken apart on any thread), `container` (gzip, Zstandard, ZIP), `header` (titles folded and renamed, wide and
//! long layouts), `table` (columns that keep each text once), [`sdmx::structure`], `facts` and the errors.
//!
//! # Containers
//!
//! Any message may stand in one or two containers, which are told by their first bytes and peeled off without being declared:
//!
//! * gzip ([RFC 1952](https://www.rfc-editor.org/rfc/rfc1952)), of one member or several: `cat monday.csv.gz tuesday.csv.gz` is one message;
//! * Zstandard ([RFC 8878](https://www.rfc-editor.org/rfc/rfc8878)), of one frame or several;
//! * a ZIP archive (PKWARE [APPNOTE](https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT)), of which one member is meant: the one that
//!   [`Forms::member`] or [`Known::member`] names, else the only data file. A workbook is an archive too, and no container. [`Contents`]
//!   lists the members, and the sheets.
//!
//! Every checksum and size is verified, so a message in a container that was cut off on the way is an error, where the same bare text may look
//! whole ([`csv`] says when). What one container may inflate to is [`Limits::max_inflated_bytes`].
//!
//! SDMX-ML data messages are not read yet; their place is a module beside [`sdmx::json`].
//!
//! ```
//! use paso_decode::{Batch, Bytes, Forms, Limits, Ragged, Sink, SinkError, decode};
//!
//! struct Count(usize);
//! impl Sink for Count {
//!     fn batch(&mut self, batch: Batch) -> Result<(), SinkError> {
//!         self.0 += batch.data.num_rows();
//!         Ok(())
//!     }
//!     fn ragged(&mut self, ragged: Ragged) -> Result<(), SinkError> {
//!         Err(format!("line {} has {} fields", ragged.row, ragged.fields).into())
//!     }
//! }
//!
//! let forms: Forms = toml::from_str("[csv]\ncolumns = { area = [\"Country Code\"] }").unwrap();
//! let mut count = Count(0);
//! let facts = decode(&Bytes(b"Country Code,2020\nCHL,19370624\n"), &forms, Limits::default(), &mut count).unwrap();
//! assert_eq!((count.0, facts.len()), (1, 0));
//! ```

mod answer;
mod batch;
mod container;
mod contents;
pub mod csv;
mod error;
pub mod eurostat;
mod facts;
mod forms;
mod header;
pub mod json;
pub mod jsonstat;
pub mod keys;
mod labels;
mod pointer;
mod position;
pub mod printed;
pub mod recognize;
pub mod sdmx;
mod sniff;
mod source;
mod table;
#[cfg(test)]
mod testing;
pub mod text;
mod unpivot;
mod work;
pub mod xlsx;

pub use batch::{Batch, Column, Facts, Limits, RAGGED_TEXT, Ragged, Role, Sink, SinkError, Texts};
pub use contents::{Contents, ListedMember, ListedSheet};
pub use csv::CsvForm;
pub use error::{Answer, DecodeError, printable};
pub use facts::CellPlace;
pub use forms::Forms;
pub use json::JsonForm;
pub use jsonstat::JsonStatForm;
pub use labels::Labels;
pub use position::Position;
pub use printed::PrintedForm;
pub use recognize::{Format, Known, Message, Pages};
pub use sdmx::json::SdmxJsonForm;
pub use sniff::{Kind, sniff};
pub use source::{Bytes, File, Source};
pub use text::Encoding;
pub use unpivot::Unpivot;
pub use work::{Decoded, Parallel, Piece, Pieces, Prepare};
pub use xlsx::{Blocks, Hxl, XlsxForm, XlsxHeader};

/// Reads a body under the form that fits what it is, and returns the facts that it states.
///
/// The same bytes give the same batches, however often and wherever they are read. On an error, throw away what the sink received.
pub fn decode(source: &dyn Source, forms: &Forms, limits: Limits, sink: &mut dyn Sink) -> Result<Facts, DecodeError> {
    forms.validate()?;
    recognize::under(source, forms, limits, sink)
}

#[cfg(test)]
mod tests {
    use crate::testing::decode_as;

    #[test]
    fn a_page_instead_of_data_is_named_by_its_title() {
        let page = b"<!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title></head></html>";
        let error = decode_as(page, "[json]\nrows = \"/items\"").unwrap_err();
        assert_eq!(error.to_string(), "found an HTML page titled \"Attention Required! | Cloudflare\" instead of data");
        assert!(error.hint().unwrap().contains("open the request's URL"));
    }

    #[test]
    fn an_empty_body_is_no_data() {
        assert_eq!(decode_as(b" \n", "[csv]").unwrap_err().to_string(), "the body has no data: it is empty");
    }

    #[test]
    fn a_format_that_was_not_declared_is_refused() {
        let error = decode_as(b"a,b\n1,2\n", "[json]\nrows = \"/items\"").unwrap_err();
        assert_eq!(error.to_string(), "found delimited text, but the definition declares only json");
    }

    #[test]
    fn one_dataset_may_come_in_two_formats() {
        let definition = "[json]\nrows = \"\"\ncolumns = { year = [\"year\"] }\n[csv]\ncolumns = { year = [\"Year\"] }";
        for body in [&b"[{\"year\":2020}]"[..], b"Year\n2020\n"] {
            assert_eq!(decode_as(body, definition).unwrap().cell(0, "year").as_deref(), Some("2020"));
        }
    }
}
