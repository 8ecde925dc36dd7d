//! The draft as TOML: what was found, why, and what a person must decide.

use std::fmt::Write as _;

use paso_decode::Forms;
use paso_pipeline::ReferenceData;

use super::{
    guess::Guess,
    text::{comment, inline, is_nothing, quoted, shortened},
    wide::{Across, Wide},
};
use crate::{
    exit::{Abort, ExitStatus},
    message::{Column, MOST_CODES},
};

/// So many examples of a column's texts are shown.
const EXAMPLES: usize = 5;

/// What a definition is drafted from.
pub(super) struct Draft<'d> {
    pub(super) publisher: &'d str,
    pub(super) dataset: &'d str,
    /// Whether the pipeline has the publisher already.
    pub(super) known: bool,
    pub(super) sample: &'d str,
    pub(super) url: Option<&'d str>,
    pub(super) forms: &'d Forms,
    /// By what the format was recognised.
    pub(super) why: &'d [String],
    pub(super) rows: u64,
    pub(super) ragged: u64,
    /// That it is one page of several, as its envelope says.
    pub(super) pages: Option<String>,
    /// The other sheets of a workbook.
    pub(super) sheets: &'d [String],
    /// The first rows of a sheet whose header is for a person to find; none where it is known.
    pub(super) headless: &'d [String],
    pub(super) columns: Vec<(&'d Column, Guess)>,
    pub(super) wide: Option<Wide>,
    pub(super) reference: &'d ReferenceData,
}

impl Draft<'_> {
    pub(super) fn toml(&self) -> Result<String, Abort> {
        let mut page = format!(
            "# Drafted by `paso sources new` from {}: {} rows. What is written \"?\" is for a person to decide.\n",
            comment(self.sample),
            self.rows
        );
        if self.ragged > 0 {
            let _ = writeln!(page, "# {} rows do not fit the header: `paso inspect` shows the first of them.", self.ragged);
        }
        if let Some(pages) = &self.pages {
            let _ = writeln!(page, "# {}: request.paging says how all of them are fetched.", comment(pages));
        }
        if !self.has_values() {
            page += "# No column of it holds numbers: it may be no table of figures, or one of acts and days (observe.values.counts = \"cells\").\n";
        }
        if self.known {
            let _ = writeln!(page, "# The pipeline has this publisher: put the tables of the dataset into its file.");
        } else {
            page += &self.publisher_tables();
        }
        page += &self.dataset_tables();
        page += &self.decode_tables()?;
        page += &self.column_list();
        page += &self.observe_tables();
        Ok(page)
    }

    /// Whether a column holds numbers. Of a sheet without a header, nothing is known.
    fn has_values(&self) -> bool {
        !self.headless.is_empty() || self.columns.iter().any(|(_, guess)| matches!(guess, Guess::Number(_)))
    }

    fn publisher_tables(&self) -> String {
        format!(
            "publisher = {}  # the file is called <publisher>.toml\ntitle = {{ en = \"?\", es = \"?\" }}\nhomepage = \"?\"\n\n[licence]\n\
             id = \"?\"  # an SPDX identifier, or none-declared\nurl = \"?\"  # where the terms stand\n\
             attribution = {{ en = \"?\", es = \"?\" }}  # how to cite it\n\
             redistribute = \"?\"  # true or false: whether what is made of the data may be given to others\n\n\
             [budget]\npause_ms = \"?\"  # the shortest time between two requests that the publisher asks for; 0 where it serves few files\n",
            quoted(self.publisher)
        )
    }

    /// The name of a table of the dataset.
    pub(super) fn table(&self, name: &str) -> String {
        let dataset = if self.dataset == "?" { quoted("?") } else { self.dataset.to_owned() };
        if name.is_empty() { format!("dataset.{dataset}") } else { format!("dataset.{dataset}.{name}") }
    }

    fn dataset_tables(&self) -> String {
        let url = self.url.map_or_else(|| "\"?\"  # the address that serves the body".to_owned(), quoted);
        format!(
            "\n[{}]\ntitle = {{ en = \"?\", es = \"?\" }}\nupdate = {{ months = \"?\" }}  # from one edition to the next: 12; or {{ closed = true }} where no further one comes\n\n\
             # Who is counted, when and by which rule: the part to write first.\n[{}]\n\
             source_type = \"?\"  # census, register, survey, permits, border, model, compilation or printed\n\
             basis = \"?\"  # birth, citizenship, descent, previous_residence, next_residence, asylum_origin, mixed, undetermined or _Z\n\
             # reference_day = \"12-31\"  # the day that stocks refer to\ncoverage = {{ en = \"?\", es = \"?\" }}  # who is in and who is left out\n\
             upstream = [\"?\"]  # the datasets that it repeats or is built from; [] where it speaks for itself\n\
             comparable = {{ en = \"?\", es = \"?\" }}  # with what it can be compared, and with what not\n\n[{}]\nurl = {url}\n",
            self.table(""),
            self.table("concept"),
            self.table("request"),
        )
    }

    /// The table `decode`, with why; what stands at its default is left out.
    fn decode_tables(&self) -> Result<String, Abort> {
        let failed =
            |error: &dyn std::fmt::Display| Abort::message(ExitStatus::Failed, format!("the form cannot be written: {error}"), None);
        let mut forms = toml::Table::try_from(self.forms).map_err(|error| failed(&error))?;
        for form in forms.iter_mut().filter_map(|(_, form)| form.as_table_mut()) {
            form.retain(|_, value| !is_nothing(value));
            if let Some(wide) = &self.wide {
                let kept = self.columns.iter().filter(|(column, _)| !wide.titles.contains(&column.name));
                let keep: Vec<toml::Value> = kept.map(|(column, _)| column.name.as_str().into()).collect();
                let unpivot = toml::Table::from_iter([("keep".to_owned(), keep.into()), ("levels".to_owned(), vec![wide.level()].into())]);
                form.insert("unpivot".to_owned(), unpivot.into());
            }
            if !self.headless.is_empty() {
                form.insert("header_rows".to_owned(), "?".into());
            }
        }
        let mut page = String::from("\n");
        for reason in self.why {
            let _ = writeln!(page, "# {}", comment(reason));
        }
        if !self.sheets.is_empty() {
            let names: Vec<String> = self.sheets.iter().map(|name| comment(name)).collect();
            let _ = writeln!(page, "# The other sheets, which --member chooses: {}.", names.join(", "));
        }
        if let Some(wide) = &self.wide {
            let are = if matches!(wide.across, Across::Periods(_)) { "periods" } else { "areas" };
            let (count, first) = (wide.titles.len(), comment(wide.example()));
            let _ = writeln!(page, "# The titles of {count} columns are {are}, such as {first}: unpivot makes rows of them.");
        }
        if !self.headless.is_empty() {
            page += "# The header was not found. Titles over two or more rows are header_rows = [8, 11], with unpivot or join. The first rows:\n";
            self.headless.iter().for_each(|row| _ = writeln!(page, "#   {}", comment(row)));
        }
        let (tables, keys): (Vec<_>, Vec<_>) = forms.iter().partition(|(_, value)| value.is_table());
        if !keys.is_empty() {
            let _ = writeln!(page, "[{}]", self.table("decode"));
            for (key, value) in keys {
                let _ = writeln!(page, "{key} = {}", inline(value));
            }
        }
        for (name, form) in tables {
            let _ = writeln!(page, "[{}]", self.table(&format!("decode.{name}")));
            for (key, value) in form.as_table().into_iter().flatten() {
                let _ = writeln!(page, "{key} = {}", inline(value));
            }
        }
        Ok(page)
    }

    /// The columns with how many texts they have, and examples.
    fn column_list(&self) -> String {
        if self.columns.is_empty() {
            return String::new();
        }
        let mut page = String::from("\n# The columns: how many texts, and the first of them.\n");
        for (column, _) in &self.columns {
            let (count, shown) = match &column.codes {
                Some(codes) => {
                    let shown: Vec<String> = codes.iter().take(EXAMPLES).map(|(text, _)| shortened(text)).collect();
                    (codes.len().to_string(), format!("{}{}", shown.join(", "), if codes.len() > EXAMPLES { " …" } else { "" }))
                }
                None => (format!("more than {MOST_CODES}"), String::new()),
            };
            let rows = if column.filled < self.rows { format!(" in {} of {} rows", column.filled, self.rows) } else { String::new() };
            let _ = writeln!(page, "#   {}: {count}{rows}: {shown}", comment(&column.name));
        }
        page
    }
}
