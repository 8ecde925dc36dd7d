//! One edition of a dataset, from its bodies to sorted observations.

use arrow::{array::RecordBatch, error::ArrowError};
use jiff::civil::Date;
use paso_decode::{Bytes, Facts, Forms, Limits, decode};
use paso_model::{Concept, Status};

use crate::{
    account::Account,
    checks::{self, CheckResult},
    error::NormalizeError,
    normalizer::Normalizer,
    plan::Reference,
    quarantine::{self, Refused},
    rows::{self, KeyOrder, Row, Tables},
    spec::{Observe, Vintage},
};

/// Raised by hand whenever the output of the same bodies and definition changes.
pub const CODE_VERSION: u32 = 3;

/// What a dataset's definition says to normalization.
#[derive(Debug, Clone, Copy)]
pub struct Definition<'a> {
    /// `<publisher>.<dataset>`.
    pub dataset: &'a str,
    /// Who is counted.
    pub concept: &'a Concept,
    /// How bodies are decoded.
    pub forms: &'a Forms,
    /// How rows become observations.
    pub observe: &'a Observe,
}

/// One body of an edition.
#[derive(Debug, Clone)]
pub struct Body {
    /// Where it came from.
    pub url: String,
    /// Its SHA-256 in hexadecimal digits.
    pub snapshot: String,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The day that the publisher says it was last changed.
    pub last_modified: Option<Date>,
    /// The day of first retrieval.
    pub retrieved: Date,
}

/// A normalized edition.
pub struct Edition {
    dataset: String,
    vintage: Date,
    rows: Vec<Row>,
    refused: Vec<Refused>,
    tables: Tables,
    accounts: Vec<Account>,
    checks: Vec<CheckResult>,
}

/// Checks that a definition fits the reference data, without any body.
pub fn check_definition(definition: Definition<'_>, reference: Reference<'_>) -> Result<(), NormalizeError> {
    Normalizer::new(definition.dataset, definition.observe, definition.concept, reference).map(|_| ())
}

/// Normalizes the bodies of one edition; each is decoded when its turn comes.
pub fn normalize(
    definition: Definition<'_>,
    reference: Reference<'_>,
    bodies: impl IntoIterator<Item = Result<Body, NormalizeError>>,
) -> Result<Edition, NormalizeError> {
    let dataset = definition.dataset;
    let mut normalizer = Normalizer::new(dataset, definition.observe, definition.concept, reference)?;
    let mut vintages = VintageFinder::new(dataset, definition.observe.vintage.as_ref());
    let mut count = 0;
    for body in bodies {
        let body = body?;
        count += 1;
        normalizer.begin_body(&body.url, &body.snapshot);
        let facts = decode(&Bytes(&body.bytes), definition.forms, Limits::default(), &mut normalizer).map_err(|source| {
            normalizer.take_failure().unwrap_or_else(|| NormalizeError::Decode {
                dataset: dataset.to_owned(),
                url: body.url.clone(),
                snapshot: body.snapshot.clone(),
                source: Box::new(source),
            })
        })?;
        vintages.see(&facts, body.last_modified, body.retrieved)?;
    }
    let vintage = vintages.vintage()?;
    let Normalizer { mut rows, refused, tables, accounts, .. } = normalizer;
    // A stock dated after its edition is a mid-year figure under the label of a year that was not over.
    let provisional = Status::PROVISIONAL;
    for row in rows.iter_mut().filter(|row| tables.periods.get(row.period).start() > vintage && !row.status.contains('F')) {
        row.status = row.status.union(provisional);
    }
    if accounts.iter().all(|account| account.cells == 0) {
        return Err(NormalizeError::Empty { dataset: dataset.to_owned(), bodies: count });
    }
    let mut edition = Edition { dataset: dataset.to_owned(), vintage, rows, refused, tables, accounts, checks: Vec::new() };
    edition.settle();
    edition.checks = definition.observe.totals.iter().map(|check| checks::total(check, &edition.rows, &edition.tables)).collect();
    let account = edition.account();
    if let (0, Some(refused)) = (account.observations, edition.refused.first()) {
        let cells = account.quarantined_total();
        return Err(NormalizeError::NothingObserved { dataset: dataset.to_owned(), cells, detail: refused.detail.clone() });
    }
    if !account.balances() {
        let out = account.observations + account.quarantined_total() + account.excluded_total();
        return Err(NormalizeError::Account { dataset: dataset.to_owned(), cells: account.cells, out });
    }
    Ok(edition)
}

impl Edition {
    /// The edition date.
    pub fn vintage(&self) -> Date {
        self.vintage
    }

    /// The account over all bodies.
    pub fn account(&self) -> Account {
        let mut sum = Account::default();
        for account in &self.accounts {
            sum.add(account);
        }
        sum
    }

    /// The account of each body by its SHA-256, in the order of the bodies.
    pub fn accounts(&self) -> impl Iterator<Item = (&str, &Account)> {
        self.tables.snapshots.iter().map(String::as_str).zip(&self.accounts)
    }

    /// What the declared checks found.
    pub fn checks(&self) -> &[CheckResult] {
        &self.checks
    }

    /// The observations, sorted by key.
    pub fn observations(&self) -> impl Iterator<Item = Result<RecordBatch, ArrowError>> {
        rows::batches(&self.dataset, self.vintage, &self.rows, &self.tables)
    }

    /// The quarantine, in the order of the bodies.
    pub fn quarantine(&self) -> Result<RecordBatch, ArrowError> {
        quarantine::batch(&self.dataset, self.vintage, &self.refused, &self.tables)
    }

    /// Sorts by key and settles duplicates: equal ones are one observation, differing ones are all quarantined.
    fn settle(&mut self) {
        let order = KeyOrder::of(&self.tables);
        self.rows.sort_unstable_by(|a, b| order.compare(a, b).then_with(|| a.pointer.cmp(&b.pointer)));
        let mut kept: Vec<Row> = Vec::with_capacity(self.rows.len());
        let mut rows = std::mem::take(&mut self.rows).into_iter().peekable();
        while let Some(first) = rows.next() {
            let mut group = vec![first];
            while let Some(next) = rows.next_if(|next| order.compare(&group[0], next).is_eq()) {
                group.push(next);
            }
            if group.iter().all(|row| row.repeats(&group[0])) {
                for repeat in &group[1..] {
                    self.accounts[repeat.pointer.body as usize].exclude("repeat", 1);
                }
                group.truncate(1);
                self.accounts[group[0].pointer.body as usize].observations += 1;
                kept.append(&mut group);
            } else {
                let detail = format!("{} cells of one key hold {}", group.len(), values(&group));
                for row in group {
                    self.accounts[row.pointer.body as usize].quarantine("conflicting_duplicate");
                    self.refused.push(Refused {
                        pointer: row.pointer,
                        column: self.tables.symbols.text(row.column).to_owned(),
                        raw: row.value.map_or_else(String::new, |value| value.to_string()),
                        reason: "conflicting_duplicate",
                        rule: "key".to_owned(),
                        detail: detail.clone(),
                    });
                }
            }
        }
        self.rows = kept;
        self.refused.sort_by_key(|refused| refused.pointer);
    }
}

fn values(group: &[Row]) -> String {
    let values: Vec<String> =
        group.iter().map(|row| row.value.map_or_else(|| format!("nothing ({})", row.status), |value| value.to_string())).collect();
    values.join(" and ")
}

/// Finds the edition date: stated by definition or body, else `Last-Modified`, else the day of first retrieval.
pub(crate) struct VintageFinder<'a> {
    dataset: &'a str,
    rule: Option<&'a Vintage>,
    stated: Option<Date>,
    last_modified: Option<Date>,
    retrieved: Option<Date>,
    without_last_modified: bool,
}

impl<'a> VintageFinder<'a> {
    pub(crate) fn new(dataset: &'a str, rule: Option<&'a Vintage>) -> Self {
        Self { dataset, rule, stated: None, last_modified: None, retrieved: None, without_last_modified: false }
    }

    fn fail(&self, problem: String) -> NormalizeError {
        NormalizeError::Vintage { dataset: self.dataset.to_owned(), problem }
    }

    pub(crate) fn see(&mut self, facts: &Facts, last_modified: Option<Date>, retrieved: Date) -> Result<(), NormalizeError> {
        self.last_modified = self.last_modified.max(last_modified);
        self.without_last_modified |= last_modified.is_none();
        self.retrieved = self.retrieved.max(Some(retrieved));
        let Some(fact) = self.rule.and_then(|rule| rule.fact.as_ref()) else { return Ok(()) };
        // A form of the body that declares no such fact falls back to what the transport says.
        let Some(text) = facts.get(fact) else { return Ok(()) };
        let format = self.rule.and_then(|rule| rule.format.as_deref()).unwrap_or("%Y-%m-%d");
        let date = read_date(text.trim(), format)
            .ok_or_else(|| self.fail(format!("the body states its edition as `{text}`, which is not written `{format}`")))?;
        self.stated = self.stated.max(Some(date));
        Ok(())
    }

    pub(crate) fn vintage(&self) -> Result<Date, NormalizeError> {
        if let Some(text) = self.rule.and_then(|rule| rule.date.as_ref()) {
            return text.parse().map_err(|_| self.fail(format!("`observe.vintage.date` is `{text}`, which is not a date")));
        }
        let last_modified = if self.without_last_modified { None } else { self.last_modified };
        self.stated
            .or(last_modified)
            .or(self.retrieved)
            .ok_or_else(|| self.fail("there is no body to take an edition date from".to_owned()))
    }
}

fn read_date(text: &str, formats: &str) -> Option<Date> {
    formats.split('|').find_map(|format| Date::strptime(format, text).ok())
}
