//! What a run says at its end: figures, what went wrong, and where to look next.

use std::path::Path;

use paso_lake::{Fingerprint, Lake, Sha256, parquet};
use paso_pipeline::{Ending, Outcome, RunReport, Selection, Stage, StepReport};

use crate::printer::{Cell, Rows};

/// A run that ended.
pub(crate) struct Recap<'a> {
    pub(crate) report: &'a RunReport,
    pub(crate) selection: &'a Selection,
    /// The area that the pipeline reports on.
    pub(crate) focus: &'a str,
    pub(crate) lake: &'a Lake,
}

impl Recap<'_> {
    /// The recap, with the path of the report where there is one.
    pub(crate) fn text(&self, path: Option<&Path>) -> String {
        let mut parts = Vec::new();
        parts.extend(self.sources());
        parts.extend(self.indicators());
        parts.extend(self.quarantined());
        parts.extend(self.warnings());
        for failure in &self.report.failures {
            let hint = failure.hint.as_ref().map(|hint| format!("\n  help: {hint}")).unwrap_or_default();
            parts.push(format!("FAILED {} {}: {}{hint}", failure.stage, failure.subject, failure.error));
        }
        for reason in &self.report.refused {
            parts.push(format!("REFUSED {reason}"));
        }
        let untouched = |step: &&StepReport| match step.outcome {
            Outcome::Skipped => step.stage != Stage::Publish,
            Outcome::Kept => true,
            Outcome::Ran | Outcome::Fresh | Outcome::Failed => false,
        };
        for step in self.steps().filter(untouched) {
            parts.push(format!("{} {} {}: {}", step.outcome, step.stage, step.subject, step.reason));
        }
        let written = path.map(|path| format!("; report: {}", path.display())).unwrap_or_default();
        parts.push(format!("{}, {:.2} s{written}", self.did(), self.report.seconds));
        parts.extend(self.release());
        parts.join("\n")
    }

    /// The steps of what was chosen: a run looks at the other indicators too, and does nothing about them.
    fn steps(&self) -> impl Iterator<Item = &StepReport> {
        self.report.steps.iter().filter(|step| step.stage != Stage::Aggregate || self.selection.indicators.contains(&step.subject))
    }

    fn sources(&self) -> Option<String> {
        let mut rows = Rows::new(["source", "bodies", "cells", "observations", "quarantined", "excluded", "seconds"]);
        let worked_on =
            |publisher: &str| self.steps().any(|step| step.subject.split_once('.').is_some_and(|(source, _)| source == publisher));
        for source in self.report.sources.iter().filter(|source| worked_on(&source.publisher)) {
            rows.push(vec![
                Cell::text(&source.publisher),
                Cell::Count(source.bodies),
                Cell::Count(source.account.cells),
                Cell::Count(source.account.observations),
                Cell::Count(source.account.quarantined_total()),
                Cell::Count(source.account.excluded_total()),
                Cell::text(format!("{:.1}", source.seconds)),
            ]);
        }
        let counted = self.report.sources.iter().any(|source| source.account.cells > 0 || source.bodies > 0);
        (counted && !rows.rows.is_empty()).then(|| rows.table())
    }

    fn indicators(&self) -> Option<String> {
        let mut rows = Rows::new(["indicator", "rows"]);
        for indicator in self.report.indicators.iter().filter(|indicator| self.selection.indicators.contains(&indicator.id)) {
            rows.push(vec![Cell::text(&indicator.id), Cell::Count(indicator.rows)]);
        }
        (!rows.rows.is_empty()).then(|| rows.table())
    }

    /// The way into the quarantine of the newest edition of each dataset.
    fn quarantined(&self) -> Vec<String> {
        let mut newest: Vec<&StepReport> = Vec::new();
        for step in self.steps().filter(|step| step.stage == Stage::Normalize && step.account.is_some()) {
            match newest.iter_mut().find(|other| other.subject == step.subject) {
                Some(other) if other.vintage > step.vintage => {}
                Some(other) => *other = step,
                None => newest.push(step),
            }
        }
        let line = |step: &StepReport| {
            let account = step.account.as_ref().filter(|account| account.quarantined_total() > 0)?;
            let reasons: Vec<String> = account.quarantined.iter().map(|(reason, cells)| format!("{reason} {cells}")).collect();
            // An earlier edition stands beside those of its dataset.
            let dataset = step.subject.split('@').next().unwrap_or_default();
            let fingerprint = Fingerprint::from(step.fingerprint.as_ref()?.parse::<Sha256>().ok()?);
            Some(format!(
                "quarantined {}: {} cells ({}); look: paso inspect {}",
                step.subject,
                account.quarantined_total(),
                reasons.join(", "),
                self.lake.quarantine(dataset, &fingerprint).display()
            ))
        };
        newest.into_iter().filter_map(line).collect()
    }

    fn warnings(&self) -> Option<String> {
        match self.steps().map(|step| step.warnings.len()).sum::<usize>() {
            0 => None,
            1 => Some("1 indicator check found something: the report says what".to_owned()),
            count => Some(format!("{count} indicator checks found something: the report says what")),
        }
    }

    fn did(&self) -> String {
        let ran = self.report.ran().count();
        let failed = self.report.failures.len();
        let skipped = self.steps().any(|step| step.outcome == Outcome::Skipped);
        let refused = !self.report.refused.is_empty();
        let mut did = match (ran, failed) {
            (0, 0) if refused => "nothing changed".to_owned(),
            (0, 0) if skipped => "nothing ran".to_owned(),
            (0, 0) => "nothing to do: everything is fresh".to_owned(),
            (0, _) => format!("{failed} failed; nothing else changed"),
            (_, 0) => format!("{ran} of {} steps ran", self.report.steps.len()),
            (_, _) => format!("{ran} of {} steps ran, {failed} failed", self.report.steps.len()),
        };
        if refused {
            did.push_str("; the release was refused");
        }
        did
    }

    fn release(&self) -> Vec<String> {
        let refused = self.report.ending() == Ending::Refused;
        let Some(release) = &self.report.release else {
            return if refused { vec!["There is no release: a quality gate refused the first one.".to_owned()] } else { Vec::new() };
        };
        let folder = self.lake.release(release);
        let mut lines = vec![format!("release: {}", folder.display())];
        let published =
            self.report.steps.iter().any(|step| step.stage == Stage::Publish && matches!(step.outcome, Outcome::Ran | Outcome::Fresh));
        if refused {
            lines.push("The release above is the previous one: a quality gate refused the new one.".to_owned());
        } else if published {
            lines.extend(self.open_hint(&folder));
        } else if self.report.ending() == Ending::Failed {
            lines.push("The release above is the previous one: this run made none.".to_owned());
        }
        lines
    }

    /// How to open the first indicator of the release that has rows by area.
    fn open_hint(&self, release: &Path) -> Option<String> {
        let file = self.report.indicators.iter().find_map(|indicator| {
            let file = release.join("indicators").join(format!("{}.parquet", indicator.id));
            let by_area = parquet::schema(&file).is_ok_and(|schema| schema.field_with_name("ref_area").is_ok());
            by_area.then(|| file.display().to_string())
        })?;
        let focus = self.focus;
        Some(format!(
            "open it:\n  DuckDB  SELECT * FROM '{file}' WHERE ref_area = '{focus}';\n  pandas  import pandas; \
             pandas.read_parquet(\"{file}\").query(\"ref_area == '{focus}'\")"
        ))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use paso_normalize::Account;
    use paso_pipeline::{Failure, IndicatorSummary, REPORT_SCHEMA, SourceSummary};

    use super::*;

    fn step(stage: Stage, subject: &str, outcome: Outcome) -> StepReport {
        StepReport::new(stage, subject, outcome, "a reason")
    }

    fn report(steps: Vec<StepReport>) -> RunReport {
        let text = |text: &str| text.to_owned();
        RunReport {
            schema: text(REPORT_SCHEMA),
            run: text("20260101T000000Z"),
            version: text("0"),
            pipeline: text("p"),
            route: text("offline"),
            seconds: 1.0,
            steps,
            failures: Vec::new(),
            refused: Vec::new(),
            sources: Vec::new(),
            indicators: Vec::new(),
            release: None,
        }
    }

    /// The recap over an empty lake, with its path out of the text.
    fn recap(report: &RunReport, indicators: &[&str]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::open(folder.path()).unwrap();
        let indicators = indicators.iter().map(|&id| id.to_owned()).collect();
        let selection = Selection { datasets: BTreeSet::new(), indicators, everything: false };
        let text = Recap { report, selection: &selection, focus: "CHL", lake: &lake }.text(None);
        text.replace(&folder.path().display().to_string(), "LAKE")
    }

    fn normalized(vintage: &str, cells: &[(&str, u64)]) -> StepReport {
        let quarantined: BTreeMap<_, _> = cells.iter().map(|&(reason, cells)| (reason.to_owned(), cells)).collect();
        let account = Account { cells: 9, observations: 9 - quarantined.values().sum::<u64>(), quarantined, ..Account::default() };
        StepReport {
            fingerprint: Some(paso_lake::sha256(vintage.as_bytes()).to_string()),
            vintage: Some(vintage.to_owned()),
            account: Some(account),
            ..step(Stage::Normalize, "a.x", Outcome::Fresh)
        }
    }

    #[test]
    fn quarantine_has_a_way_in() {
        let report =
            report(vec![normalized("2025-01-01", &[("bad_value", 2), ("unknown_area", 1)]), normalized("2024-01-01", &[("bad_value", 1)])]);
        let hash = paso_lake::sha256(b"2025-01-01");
        let line = format!("quarantined a.x: 3 cells (bad_value 2, unknown_area 1); look: paso inspect LAKE/quarantine/a.x/{hash}.parquet");
        assert_eq!(recap(&report, &[]), format!("{line}\nnothing to do: everything is fresh, 1.00 s"));
    }

    #[test]
    fn findings_are_counted_for_what_was_chosen() {
        let found = |id: &str, count| StepReport { warnings: vec!["w".to_owned(); count], ..step(Stage::Aggregate, id, Outcome::Fresh) };
        let report = report(vec![found("one", 2), found("two", 3)]);
        assert!(recap(&report, &["one"]).starts_with("2 indicator checks found something: the report says what\n"));
        assert!(recap(&report, &["one", "two"]).starts_with("5 indicator checks"));
    }

    #[test]
    fn tables_list_what_was_worked_on() {
        let mut report = report(vec![normalized("2025-01-01", &[]), step(Stage::Aggregate, "two", Outcome::Skipped)]);
        let source = |publisher: &str| SourceSummary { publisher: publisher.to_owned(), bodies: 1, ..SourceSummary::default() };
        report.sources = vec![source("a"), source("unworked")];
        report.indicators =
            vec![IndicatorSummary { id: "one".to_owned(), rows: 1 }, IndicatorSummary { id: "unchosen".to_owned(), rows: 1 }];
        let text = recap(&report, &["one"]);
        assert!(text.contains("│ a ") && text.contains("│ one "), "{text}");
        assert!(!text.contains("unworked") && !text.contains("unchosen") && !text.contains("skipped"), "{text}");
    }

    #[test]
    fn a_failed_run_never_says_that_all_is_fresh() {
        let mut report = report(vec![step(Stage::Fetch, "a.x", Outcome::Failed), step(Stage::Publish, "release", Outcome::Skipped)]);
        report.failures.push(Failure { stage: Stage::Fetch, subject: "a.x".to_owned(), error: "no answer".to_owned(), hint: None });
        report.release = Some("2025".to_owned());
        let text = recap(&report, &[]);
        let release = "release: LAKE/releases/2025\nThe release above is the previous one: this run made none.";
        assert_eq!(text, format!("FAILED fetch a.x: no answer\n1 failed; nothing else changed, 1.00 s\n{release}"));
        report.steps.push(step(Stage::Aggregate, "one", Outcome::Ran));
        assert!(recap(&report, &["one"]).contains("\n1 of 3 steps ran, 1 failed, 1.00 s\n"));
    }

    #[test]
    fn a_refusal_is_said_with_and_without_an_earlier_release() {
        let mut report = report(vec![step(Stage::Publish, "release", Outcome::Skipped)]);
        report.refused.push("totals are not met".to_owned());
        let did = "REFUSED totals are not met\nnothing changed; the release was refused, 1.00 s\n";
        assert_eq!(recap(&report, &[]), format!("{did}There is no release: a quality gate refused the first one."));
        report.release = Some("2025".to_owned());
        assert!(recap(&report, &[]).ends_with("The release above is the previous one: a quality gate refused the new one."));
    }
}
