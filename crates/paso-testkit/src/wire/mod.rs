//! Writers of the publishers' wire formats, from values to the bytes that a publisher would serve.

pub(crate) mod archive;
pub mod message;
mod sheet_xml;
pub(crate) mod unhcr;
pub(crate) mod workbook;
pub(crate) mod worldbank_csv;
pub(crate) mod worldbank_json;
