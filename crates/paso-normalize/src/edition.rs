//! One edition of a dataset, from its bodies to a file of observations.

use std::{collections::BTreeMap, num::NonZero, path::Path};

use arrow::{array::RecordBatch, error::ArrowError};
use jiff::civil::Date;
use paso_decode::{Limits, Ragged, Sink, SinkError, decode};
use paso_lake::{LakeError, file::AtomicFile, parquet::GroupWriter};

use crate::{
    account::Account,
    body::Body,
    checks::{self, CheckResult},
    error::NormalizeError,
    mapping::{Definition, Mapping},
    passes::Passes,
    plan::Reference,
    quarantine::{self, Places, Refused},
    vintage::VintageFinder,
};

/// Raised by hand whenever the output of the same bodies and definition changes.
pub const CODE_VERSION: u32 = 8;

/// A normalized edition, whose observations wait in a temporary file until [`Edition::write`].
pub struct Edition {
    dataset: String,
    vintage: Date,
    refused: Vec<Refused>,
    places: Places,
    accounts: Vec<Account>,
    checks: Vec<CheckResult>,
    file: GroupWriter<AtomicFile>,
}

/// Checks that a definition fits the reference data, without any body.
pub fn check_definition(definition: Definition<'_>, reference: Reference<'_>) -> Result<(), NormalizeError> {
    Mapping::new(definition, reference).map(|_| ())
}

/// Normalizes the bodies of one edition on some threads, into a file that is not at this path yet: [`Edition::write`] puts it there.
///
/// Memory holds some pieces of one body and what must be known of the whole edition: the quarantine, the sums of the declared checks, and of
/// each key a hash, on disk where there are many. What comes out does not depend on the number of threads.
pub fn normalize(
    definition: Definition<'_>,
    reference: Reference<'_>,
    bodies: &[Body<'_>],
    path: &Path,
    threads: NonZero<usize>,
) -> Result<Edition, NormalizeError> {
    let Definition { dataset, forms, observe, .. } = definition;
    let mapping = Mapping::new(definition, reference)?;
    let vintage = vintage(definition, bodies)?;
    let passes = Passes::new(&mapping, forms, bodies, vintage, threads, path);
    let outcome = passes.run()?;
    let mut edition = Edition {
        dataset: dataset.to_owned(),
        vintage,
        refused: outcome.refused,
        places: outcome.places,
        accounts: outcome.accounts,
        checks: observe.totals.iter().zip(outcome.seen).map(|(check, seen)| checks::compare(check, seen)).collect(),
        file: outcome.file,
    };
    edition.refused.sort_by_key(|refused| refused.pointer);
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

/// The date of an edition, which must be known before its first row is: where bodies state it, they are read for that alone.
pub(crate) fn vintage(definition: Definition<'_>, bodies: &[Body<'_>]) -> Result<Date, NormalizeError> {
    let mut vintages = VintageFinder::new(definition.dataset, definition.observe.vintage.as_ref());
    for body in bodies {
        let facts = if vintages.needs_facts() {
            let source = body.open(definition.dataset)?;
            let facts = decode(&*source, definition.forms, Limits::default(), &mut FactsOnly);
            facts.map_err(|source| body.failure(definition.dataset, source))?
        } else {
            BTreeMap::new()
        };
        vintages.see(&facts, body.last_modified, body.retrieved)?;
    }
    vintages.vintage()
}

/// Takes nothing but what a body says outside of its rows. Of delimited text only the beginning is read for that.
struct FactsOnly;

impl Sink for FactsOnly {
    fn batch(&mut self, _: paso_decode::Batch) -> Result<(), SinkError> {
        Ok(())
    }

    fn ragged(&mut self, _: Ragged) -> Result<(), SinkError> {
        Ok(())
    }

    fn pieces(&mut self, _: &mut dyn paso_decode::Pieces) -> Result<(), paso_decode::DecodeError> {
        Ok(())
    }
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
        self.places.snapshots.iter().map(String::as_str).zip(&self.accounts)
    }

    /// What the declared checks found.
    pub fn checks(&self) -> &[CheckResult] {
        &self.checks
    }

    /// The quarantine, in the order of the bodies.
    pub fn quarantine(&self) -> Result<RecordBatch, ArrowError> {
        quarantine::batch(&self.dataset, self.vintage, &self.refused, &self.places)
    }

    /// Puts the file of observations in its place, with these entries in its footer, and returns the number of rows. They are sorted by key
    /// within each row group.
    pub fn write(mut self, footer: &BTreeMap<String, String>) -> Result<u64, LakeError> {
        self.file.describe(footer);
        let rows = self.file.rows();
        self.file.finish()?.commit()?;
        Ok(rows)
    }
}
