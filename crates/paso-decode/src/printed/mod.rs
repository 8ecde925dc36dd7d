//! Figures that exist only in print, typed in from a document: one TOML file for each publisher, `pipelines/printed/<publisher>.toml`.
//!
//! A parliamentary answer, a yearbook or a statement on a web page prints numbers that no file serves. Whoever types one in has the document
//! beside the file, and whoever reviews it must be able to open the document, find the sentence, and disagree. So a figure stands under
//! its document, with the page and the words around it:
//!
//! ```toml
//! [document.answer-512]                   # the id is the author's choice
//! title = "Respuesta al oficio 512"       # as printed
//! date = "2024-05-14"                     # the day that the document bears; "2024-05" or "2024" where it bears no more
//! url = "https://www.example.org/oficio-512.pdf"
//! publisher = "Servicio Ejemplo"          # who published the document
//! language = "es"                         # of its words, and so of the quotations
//! retrieved = "2025-11-20"                # the day on which it was read
//! thousands = "."                         # how it writes numbers
//! decimal = ","
//!
//! [[figure]]
//! document = "answer-512"
//! page = "iv"                             # as printed
//! quotation = "En 2021 se registraron 56.586 ingresos, de ellos 1.204 de niñas."
//! value = "56.586"                        # as printed, always in quotation marks
//! counted = "entries reported to the police, by date of report"
//! period = "2021"
//! route = "land"                          # further keys are dimensions, by names of the author's choice
//! ```
//!
//! A row for each figure comes out, in the order of the file: `document`, `title`, `date`, `url`, `page`, `quotation`, `value`, `number`,
//! `counted`, `period`, then the further keys in the order in which they first appear, absent where a figure has none. Its place is the line
//! of the figure. `value` is the text as printed and `number` the same digits without marks, with a point before decimals (`56586`): one
//! file may quote documents that write numbers in different ways, and no declaration for all of them could read `56.586` and `7.5`.
//!
//! Nothing is guessed, and what is not known is said:
//!
//! * **A dot is no mark until someone says so.** A value of digits alone needs no marks. Any other one is refused until the figure or
//!   its document says what its `thousands` and `decimal` marks are; what the figure says goes before what its document says.
//! * **A document may have no pages, or no address.** `no_page = "web page"` (in the document, or in one figure) says why there is no page, and
//!   `no_url = "printed only"` why there is no address; the cell is then absent. Without them, page and url are required.
//! * **A figure whose words nobody has kept** says so with `no_quotation` and the reason. Its value is checked against nothing.
//! * **The value must stand in the quotation**, as a number of its own: `586` does not stand in `56.586`. A quotation that is the value and
//!   nothing else lets nobody find it, and is refused too.
//! * **Everything is a text.** TOML reads `value = 56.586` as the number 56.586 and `value = 1.50` as 1.5; both are refused.
//! * **A figure is there once.** Two with the same document, `counted`, `period` and further keys contradict each other or repeat; a further key
//!   tells them apart. The same figure in two documents, such as a later revision, is two figures.
//! * `note` (in a document or a figure) is for the reader of the file, and does not come out.
//!
//! Every error names the entry, the key and the line. No row comes out of a file that has one. Syntax: TOML 1.0, <https://toml.io/en/v1.0.0>;
//! the file has at most 4 MiB.

mod date;
mod document;
mod entry;
mod figure;
mod form;
mod number;
mod read;

pub use form::{PrintedFact, PrintedForm};
pub use read::decode;

#[cfg(test)]
mod tests;
