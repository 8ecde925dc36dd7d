//! The definition keys that normalization executes: `[dataset.<id>.observe]`, `[dataset.<id>.codelist]` and `[dataset.<id>.notes]`.

use std::{collections::BTreeMap, fmt};

use paso_model::Localized;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{
        MapAccess, SeqAccess, Visitor,
        value::{MapAccessDeserializer, SeqAccessDeserializer},
    },
};

/// How decoded rows become observations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Observe {
    /// The edition date; without it, `Last-Modified` or the day of first retrieval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vintage: Option<Vintage>,
    /// What a new edition replaces.
    pub complete_for: CompleteFor,
    /// Where the period stands and how it is written; each value column may say it for itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<PeriodRule>,
    /// Where the dimensions come from; a dimension that is not named is the total, or not applicable for directions.
    pub dimensions: BTreeMap<String, Source>,
    /// Further breakdowns, by identifier: they go to `other`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub other: BTreeMap<String, Source>,
    /// How value cells are read, unless a value says otherwise.
    #[serde(default)]
    pub cells: Cells,
    /// The value columns.
    pub values: Vec<Value>,
    /// Rows that are no data.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<Exclusion>,
    /// Status letters that every row carries (`E` where the publisher estimates).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Status letters from a column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_from: Option<StatusColumn>,
    /// The column that says how the figure was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nature: Option<String>,
    /// The columns with the publisher's flags, and the lists of `flags.toml` that explain them.
    #[serde(default, skip_serializing_if = "FlagColumns::is_empty")]
    pub flags: FlagColumns,
    /// The column that says how confidential a value is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conf_from: Option<StatusColumn>,
    /// That rows of one key are parts of one figure and add up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sum: Option<DeclaredSum>,
    /// That rows are events, which have an id, days and a place of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<EventRule>,
    /// How many cells of an edition may be in quarantine before a release that reads it is refused; none unless said otherwise.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub max_quarantined: u64,
    /// Sums that the publisher's own totals must meet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub totals: Vec<TotalCheck>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// The date of an edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vintage {
    /// The date, where the publisher states it outside the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// The decoded fact that holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fact: Option<String>,
    /// How the fact is written, in `strptime` notation; default `%Y-%m-%d`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
}

/// What a new edition replaces of the last one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum CompleteFor {
    /// The word `everything`: a key that the new edition does not have is retracted.
    Everything(Everything),
    /// Dimensions (or `period`, `measure`): within their values that it holds, an edition replaces the last one; an empty list adds
    /// and corrects only.
    Dimensions(Vec<String>),
}

/// The word `everything`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "one word")]
pub enum Everything {
    Everything,
}

/// Where the period stands. Exactly one of `column`, `columns` and `always`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeriodRule {
    /// The column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Columns whose texts together say it, such as a year and a month; they are joined by one space.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// The period of every row, where the body states it outside the rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub always: Option<String>,
    /// What every text begins with, and what is taken off: `a` for `a2002`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strip_prefix: Option<String>,
    /// The words of the text that are meant, where it says two things.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub take: Option<Take>,
    /// What is put before the text, where the body leaves it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// paso's labels by text, looked up before the forms: `2025` is the half of it that is published.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub codes: BTreeMap<String, String>,
    /// The ways of writing that occur.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forms: Vec<PeriodForm>,
    /// The span of a day that is meant, where the forms read days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grain: Option<Grain>,
    /// The offset from universal time, such as `-05:00`, in which moments are dated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<String>,
}

/// A way to write a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodForm {
    /// `2020`: the year of a flow; for a stock, the concept's `reference_day` in it.
    Year,
    /// `1990-1995`: from mid-year to mid-year.
    YearSpan,
    /// paso's own labels: `2020-Q3`, `2020-07`, `2020-07-01` …
    Label,
    /// SDMX time periods: as `Year` and `Label`, and `2020-M07`.
    Sdmx,
    /// A year and a month, by number or name: `2020 Julio`, `07/2020`.
    Month,
    /// A year and a quarter: `2018 4`, `2011Q1`, `IV 2018`.
    Quarter,
    /// A day, in `strptime` notation.
    Date(String),
    /// Milliseconds since 1970, dated in the rule's `offset`.
    EpochMs,
}

/// The span of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    /// Its month.
    Month,
    /// Its quarter.
    Quarter,
    /// Its year.
    Year,
}

/// Where a code comes from. Exactly one of `code`, `same_as` and `column`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The same code in every row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The code of another dimension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_as: Option<String>,
    /// The decoded column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Codes by the text in the column.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub codes: BTreeMap<String, String>,
    /// The scheme of `reference/schemes.toml` that knows the texts that `codes` does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme: Option<String>,
    /// How the texts that `codes` does not know are written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<SourceForm>,
    /// What every text begins with, and what is taken off before it is looked up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strip_prefix: Option<String>,
    /// The words of the text that are meant, where it says two things.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub take: Option<Take>,
    /// Texts that stand for the row's reference area: its nationals.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub own: Vec<String>,
    /// The code of every text that nothing else here knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<String>,
    /// What must stand in a text for `otherwise` to be its code: another text that nothing knows is refused. Empty for all texts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub otherwise_where: Vec<String>,
    /// The code of an empty cell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blank: Option<String>,
    /// The code where the reference area is a group, whatever the column says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_groups: Option<String>,
    /// Codes that are sub-totals of others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subtotals: Vec<String>,
    /// Where to look when the cell is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub or: Option<Box<Source>>,
}

/// Some words of a text; any white space stands between words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Take {
    /// The first one.
    FirstWord,
    /// The last one.
    LastWord,
    /// All but the first one.
    AfterFirstWord,
    /// All but the last one.
    BeforeLastWord,
}

impl Take {
    /// The words that are meant; none where the text has only one.
    pub(crate) fn of(self, text: &str) -> Option<&str> {
        let text = text.trim();
        let (first, rest) = text.split_once(char::is_whitespace)?;
        let (before, last) = text.rsplit_once(char::is_whitespace)?;
        Some(match self {
            Self::FirstWord => first,
            Self::AfterFirstWord => rest.trim_start(),
            Self::LastWord => last,
            Self::BeforeLastWord => before.trim_end(),
        })
    }
}

/// A way to write codes that need no list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceForm {
    /// Ages in completed years: `7`, `0-4`, `00 A 04`, `80 o más`, `85+`.
    Age,
}

/// That rows are events: they go into a table of their own, from which tabulations make the observations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventRule {
    /// What kind of event it is.
    pub kind: String,
    /// The columns of the publisher's id; without them, and where all are empty, what the event says is hashed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub id: Vec<String>,
    /// The column of its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The first day; without it, that of the figure's period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<PeriodRule>,
    /// The last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<PeriodRule>,
    /// Whether days that run backwards are kept as published; else such an event is refused.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub may_end_before_start: bool,
    /// The column that says how exact the days are; the first, where another one says it of the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy: Option<String>,
    /// The column that says how exact the last day is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_accuracy: Option<String>,
    /// The column of the codes that others give the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub codes: Option<String>,
    /// Where it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<Point>,
    /// The column that says how exact the place is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<String>,
    /// The observations that are made of the events.
    pub tabulate: Vec<Tabulation>,
}

/// The columns of a place: one that holds both coordinates, or one for each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// The column of both, with a comma between them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Which comes first in it.
    #[serde(default)]
    pub order: PointOrder,
    /// The column of degrees north.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lat: Option<String>,
    /// The column of degrees east.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lon: Option<String>,
}

/// The order of two coordinates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PointOrder {
    /// Latitude first.
    #[default]
    LatLon,
    /// Longitude first, as GeoJSON has it.
    LonLat,
}

/// Observations that are counted from events: the figures of one period, added up by some dimensions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tabulation {
    /// The dimensions that are kept; of the others, everything is added up.
    pub by: Vec<String>,
    /// The measures; all when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<String>,
    /// The measure that counts the events themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<String>,
}

/// How value cells are read.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cells {
    /// Texts that mean a missing value, with the status letter that says why. `""` is an empty cell.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub missing: BTreeMap<String, String>,
    /// Texts that are no number of the table (not applicable, summed out), with the reason: declared exclusions.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub exclude: BTreeMap<String, String>,
    /// Texts that stand for a withheld number, with the interval that it lies in where the publisher states one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub suppressed: BTreeMap<String, Suppressed>,
    /// Printed numbers that stand for any number of an interval, because the publisher rounds small ones.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rounded: BTreeMap<String, Rounded>,
    /// Every number is rounded to a multiple of this one, and stands for any that is rounded to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounded_to: Option<u32>,
    /// Texts that stand for 0. A check of totals must prove it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub zero: Vec<String>,
    /// The thousands mark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thousands: Option<char>,
    /// The decimal mark; default `.`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimal: Option<char>,
}

/// A number withheld to protect persons.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suppressed {
    /// The lowest number that is written so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// The highest number that is written so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
}

/// The interval that a rounded number lies in.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rounded {
    /// The lowest number that is printed so.
    pub low: f64,
    /// The highest number that is printed so.
    pub high: f64,
}

/// One value column (or, with `when`, some of its rows).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Value {
    /// The decoded column.
    pub column: String,
    /// The measure, from `measures.toml`.
    pub measure: String,
    /// The unit where it differs from the measure's: a code, or a column with codes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Source>,
    /// What a cell counts, where it holds no number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<Counts>,
    /// The published unit in terms of the stored one: 1000 where thousands are published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<u64>,
    /// Only rows whose columns hold one of these texts.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub when: BTreeMap<String, Vec<String>>,
    /// Status letters in the place of those that every row carries: `A` for a count among estimates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Whether a form of the body may lack the column.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// Its period, where it differs from that of the other values: stocks and flows of one row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<PeriodRule>,
    /// The columns of the interval that the publisher gives for the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bounds: Option<Bounds>,
    /// Dimensions that differ from those of the other values.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub dimensions: BTreeMap<String, Source>,
    /// How its cells are read, where it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cells: Option<Cells>,
}

/// What a cell counts that holds no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counts {
    /// Itself: every text is one.
    Cells,
}

/// The interval that the publisher gives for a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    /// The column of the lower end.
    pub low: String,
    /// The column of the upper end.
    pub high: String,
    /// What the interval is: `ci95`.
    pub kind: String,
    /// Whether a form of the body may lack both columns; it then has no intervals.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
}

/// Rows that are no data: headings, footers. Every condition must hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exclusion {
    /// The column.
    pub column: String,
    /// The texts; `""` is an empty cell.
    pub texts: Vec<String>,
    /// Why the rows are no data: the name under which the account counts their cells.
    pub reason: String,
}

/// Status letters from a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusColumn {
    /// The column.
    pub column: String,
    /// Letters by text, `A` for none; a text that is not here sends its cells to quarantine.
    pub codes: BTreeMap<String, String>,
    /// Whether a form of the body may lack the column.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
}

/// The columns of the publisher's flags: in a definition one table, or a list of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FlagColumns(pub Vec<FlagColumn>);

impl FlagColumns {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for FlagColumns {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [one] => one.serialize(serializer),
            several => several.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for FlagColumns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrSeveral;
        impl<'de> Visitor<'de> for OneOrSeveral {
            type Value = FlagColumns;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a table of a column of flags, or a list of such tables")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<FlagColumns, A::Error> {
                FlagColumn::deserialize(MapAccessDeserializer::new(map)).map(|one| FlagColumns(vec![one]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, sequence: A) -> Result<FlagColumns, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(sequence)).map(FlagColumns)
            }
        }
        deserializer.deserialize_any(OneOrSeveral)
    }
}

/// A column of the publisher's flags.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlagColumn {
    /// The column.
    pub column: String,
    /// The list in `reference/flags.toml`.
    pub list: String,
    /// What stands between flags of one cell; empty where every character is one. Without it, a cell is one flag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub separator: Option<String>,
    /// Whether a form of the body may lack the column.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
}

/// That the rows of one key are parts of one figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredSum {
    /// What the rows are parts of, and why they may be added.
    pub note: Localized,
}

/// A printed total that the parts must sum to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TotalCheck {
    /// The breakdown of the parts, such as `ref_area+sex`.
    pub parts: String,
    /// The breakdown of the totals, such as `ref_area`.
    pub whole: String,
    /// The largest difference that is no error, in the measure's unit.
    #[serde(default)]
    pub tolerance: f64,
    /// The measures; all when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<String>,
    /// How many totals of an edition may differ by more: known mistakes of the publisher, which `note` names.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub differing: u64,
    /// Whether the parts are a selection: some were not asked for or are not printed, so that they may be less than the total, never more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub selection: bool,
    /// Why a difference is no error, where one is tolerated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A dataset that is a list of codes: it proves that `reference/` knows every code of a publisher.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Codelist {
    /// The edition date, as for observations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vintage: Option<Vintage>,
    /// The column of the code.
    pub code: String,
    /// The scheme that must know it.
    pub scheme: String,
    /// The column of the name.
    pub name: String,
    /// The column and text that mark an aggregate; the area must be a group exactly there.
    pub aggregate: Aggregate,
}

/// How a code list marks aggregates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aggregate {
    /// The column.
    pub column: String,
    /// The text.
    pub text: String,
}

/// A publisher's footnotes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notes {
    /// The edition date, as for observations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vintage: Option<Vintage>,
    /// The column of the words.
    pub text: String,
    /// The column of the years: years and spans of years, separated by commas.
    pub years: String,
    /// Which measures a footnote qualifies.
    pub measures: NoteMeasures,
    /// The areas that it is about; an empty cell is all of them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub dimensions: BTreeMap<String, NoteArea>,
}

/// The measures that a footnote qualifies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteMeasures {
    /// The column.
    pub column: String,
    /// What stands between two of them.
    pub separator: String,
    /// The measures of each text.
    pub codes: BTreeMap<String, Vec<String>>,
}

/// An area that a footnote is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteArea {
    /// The column.
    pub column: String,
    /// The scheme of its codes.
    pub scheme: String,
}
