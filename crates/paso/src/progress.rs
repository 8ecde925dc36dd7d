//! Progress for people, on a terminal only.

use std::{
    collections::BTreeMap,
    io::{self, Read},
    sync::Mutex,
    time::Duration,
};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use paso_decode::Source;
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

/// Shows how far the reading of a message is; draws nothing where standard error is no terminal.
pub(crate) struct Reading {
    bar: ProgressBar,
}

impl Reading {
    /// With `shown` false, it never draws: the rows may go to the same terminal.
    pub(crate) fn new(shown: bool) -> Self {
        Self { bar: if shown { ProgressBar::no_length() } else { ProgressBar::hidden() } }
    }

    /// A stream that is read to its end.
    pub(crate) fn stream<R: Read>(&self, stream: R) -> impl Read {
        self.style("{spinner} {bytes} {elapsed}");
        self.bar.wrap_read(stream)
    }

    /// A source whose readers show where they are.
    pub(crate) fn source<'s>(&'s self, source: &'s dyn Source) -> WatchedSource<'s> {
        self.style("{wide_bar} {bytes} of {total_bytes} {eta}");
        self.bar.reset();
        self.bar.set_length(source.size().unwrap_or_default());
        WatchedSource { source, bar: &self.bar }
    }

    /// Takes the bar away while something else is printed.
    pub(crate) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }

    /// The reading is over.
    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
    }

    fn style(&self, template: &str) {
        self.bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        self.end();
    }
}

/// A source that is watched.
pub(crate) struct WatchedSource<'s> {
    source: &'s dyn Source,
    bar: &'s ProgressBar,
}

impl Source for WatchedSource<'_> {
    fn open(&self, offset: u64) -> io::Result<Box<dyn Read + Send + '_>> {
        Ok(Box::new(WatchedReader { reader: self.source.open(offset)?, bar: self.bar, at: offset }))
    }

    fn size(&self) -> Option<u64> {
        self.source.size()
    }
}

struct WatchedReader<'r> {
    reader: Box<dyn Read + Send + 'r>,
    bar: &'r ProgressBar,
    at: u64,
}

impl Read for WatchedReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.at += read as u64;
        self.bar.set_position(self.at);
        Ok(read)
    }
}
