//! Progress for people, on a terminal only.

use std::{collections::BTreeMap, sync::Mutex, time::Duration};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use paso_pipeline::{Observer, Outcome, Stage, StepReport};

/// Shows what is being worked on; draws nothing where standard error is no terminal.
pub(crate) struct Progress {
    bars: MultiProgress,
    open: Mutex<BTreeMap<String, ProgressBar>>,
    quiet: bool,
}

impl Progress {
    pub(crate) fn new(quiet: bool) -> Self {
        Self { bars: MultiProgress::new(), open: Mutex::new(BTreeMap::new()), quiet }
    }
}

impl Observer for Progress {
    fn begin(&self, stage: Stage, subject: &str) {
        tracing::debug!(%stage, subject, "begins");
        if self.quiet {
            return;
        }
        let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}").unwrap_or_else(|_| ProgressStyle::default_spinner());
        let bar = self.bars.add(ProgressBar::new_spinner().with_style(style).with_message(format!("{stage} {subject}")));
        bar.enable_steady_tick(Duration::from_millis(120));
        if let Ok(mut open) = self.open.lock() {
            open.insert(format!("{stage} {subject}"), bar);
        }
    }

    fn end(&self, step: &StepReport) {
        let seconds = step.seconds;
        // What failed is in the recap; a warning here would say it twice.
        tracing::info!(stage = %step.stage, subject = step.subject, outcome = %step.outcome, reason = step.reason, seconds, "ended");
        // A step that runs says it itself.
        for warning in step.warnings.iter().filter(|_| step.outcome == Outcome::Fresh) {
            tracing::info!(stage = %step.stage, subject = step.subject, warning, "check found rows");
        }
        if let Ok(mut open) = self.open.lock()
            && let Some(bar) = open.remove(&format!("{} {}", step.stage, step.subject))
        {
            bar.finish_and_clear();
        }
    }
}
