//! Exit statuses, and the one way from an error to one.

use std::{
    error::Error,
    fmt,
    io::{self, IsTerminal as _},
    process::ExitCode,
};

use miette::{Diagnostic, MietteHandlerOpts};
use paso_pipeline::DefinitionError;

use crate::printer::for_people;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExitStatus {
    /// Done, or nothing to do.
    Done,
    /// Some part failed.
    Failed,
    /// The command line or a definition is wrong.
    Usage,
    /// A quality gate refused the release.
    Refused,
    /// Another run holds the lock.
    Locked,
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(match status {
            ExitStatus::Done => 0,
            ExitStatus::Failed => 1,
            ExitStatus::Usage => 2,
            ExitStatus::Refused => 3,
            ExitStatus::Locked => 4,
        })
    }
}

/// How errors look: wrapped and coloured on a terminal; elsewhere every line is whole, so that a path in it can be copied and searched.
pub(crate) fn start_reports(colored: bool) {
    let terminal = io::stderr().is_terminal();
    // Two hooks in one process can only be a mistake of ours; the first one stays.
    let _ = miette::set_hook(Box::new(move |_| {
        let mut options = MietteHandlerOpts::new().break_words(false);
        if !terminal {
            options = options.width(120).wrap_lines(false).terminal_links(false);
        }
        if !colored {
            options = options.color(false);
        }
        Box::new(options.build())
    }));
}

/// An error that ends a command: its status, what happened, what to do.
#[derive(Debug)]
pub(crate) struct Abort {
    pub(crate) status: ExitStatus,
    pub(crate) report: miette::Report,
    /// What kind of error it is, for programs that read the log as JSON.
    pub(crate) kind: Option<&'static str>,
}

impl Abort {
    /// Ends with a plain error.
    pub(crate) fn new(status: ExitStatus, error: impl Error + Send + Sync + 'static, hint: Option<String>) -> Self {
        Self::told(status, Told { cause: Cause::of(&error), hint, definition: None })
    }

    /// Ends with a message.
    pub(crate) fn message(status: ExitStatus, message: impl Into<String>, hint: Option<String>) -> Self {
        Self::told(status, Told { cause: Cause { text: message.into(), next: None }, hint, definition: None })
    }

    /// Ends with a wrong definition; a hint replaces its own.
    pub(crate) fn definition(error: DefinitionError, hint: Option<String>) -> Self {
        Self::told(ExitStatus::Usage, Told { cause: Cause::of(&error), hint, definition: Some(error) })
    }

    fn told(status: ExitStatus, told: Told) -> Self {
        let hint = told.hint.map(|hint| for_people(&hint).into_owned());
        let told = Told { cause: told.cause.printable(), hint, ..told };
        Self { status, report: miette::Report::new(told), kind: None }
    }

    /// The same, of a kind that has a name.
    pub(crate) fn of_kind(self, kind: &'static str) -> Self {
        Self { kind: Some(kind), ..self }
    }

    /// What happened and why, on one line.
    pub(crate) fn text(&self) -> String {
        let causes: Vec<String> = self.report.chain().map(ToString::to_string).collect();
        causes.join(": ")
    }

    /// Says it as an entry of the log.
    pub(crate) fn log(&self) {
        let help = self.report.help().map(|help| help.to_string());
        tracing::error!(kind = self.kind, help, "{}", self.text());
    }
}

/// What happened and why, each text once: many errors quote their causes.
#[derive(Debug, PartialEq, Eq)]
struct Cause {
    text: String,
    next: Option<Box<Cause>>,
}

impl Cause {
    fn of(error: &(dyn Error + 'static)) -> Self {
        let mut texts = vec![error.to_string().trim_end().to_owned()];
        let mut cause = error.source();
        while let Some(error) = cause {
            let text = error.to_string().trim_end().to_owned();
            if !texts.iter().any(|told| told.contains(&text)) {
                texts.push(text);
            }
            cause = error.source();
        }
        let mut next = None;
        for text in texts.drain(1..).rev() {
            next = Some(Box::new(Self { text, next }));
        }
        Self { text: texts.remove(0), next }
    }

    /// The same without what a terminal would obey: an error may repeat what a body, a file's name or an argument says.
    fn printable(self) -> Self {
        Self { text: for_people(&self.text).into_owned(), next: self.next.map(|next| Box::new(next.printable())) }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for Cause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.next.as_deref().map(|next| next as _)
    }
}

#[derive(Debug)]
struct Told {
    cause: Cause,
    hint: Option<String>,
    /// Shows its line.
    definition: Option<DefinitionError>,
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cause.fmt(f)
    }
}

impl Error for Told {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.source()
    }
}

impl Diagnostic for Told {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        match &self.hint {
            Some(hint) => Some(Box::new(hint)),
            None => self.definition.as_ref()?.help(),
        }
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        self.definition.as_ref()?.source_code()
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = miette::LabeledSpan> + '_>> {
        self.definition.as_ref()?.labels()
    }
}

impl From<DefinitionError> for Abort {
    fn from(error: DefinitionError) -> Self {
        Self::definition(error, None)
    }
}

impl From<paso_lake::LakeError> for Abort {
    fn from(error: paso_lake::LakeError) -> Self {
        let status = match error {
            paso_lake::LakeError::Locked { .. } => ExitStatus::Locked,
            paso_lake::LakeError::NotALake { .. } | paso_lake::LakeError::NotEmpty { .. } | paso_lake::LakeError::Layout { .. } => {
                ExitStatus::Usage
            }
            _ => ExitStatus::Failed,
        };
        let hint = error.hint();
        Self::new(status, error, hint)
    }
}

impl From<paso_pipeline::RunError> for Abort {
    fn from(error: paso_pipeline::RunError) -> Self {
        match error {
            paso_pipeline::RunError::Lake(error) => error.into(),
            error => {
                let hint = error.hint();
                Self::new(ExitStatus::Usage, error, hint)
            }
        }
    }
}

impl From<paso_pipeline::diff::DiffError> for Abort {
    fn from(error: paso_pipeline::diff::DiffError) -> Self {
        match error {
            paso_pipeline::diff::DiffError::Lake(error) => error.into(),
            error => {
                let hint = error.hint();
                Self::new(ExitStatus::Usage, error, hint)
            }
        }
    }
}

impl From<io::Error> for Abort {
    fn from(error: io::Error) -> Self {
        Self::new(ExitStatus::Failed, error, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_that_was_told_is_not_told_again() {
        let deepest = Cause { text: "no such column".to_owned(), next: None };
        let middle = Cause { text: "line 3".to_owned(), next: Some(Box::new(deepest)) };
        let error = Cause { text: "the query cannot be run: no such column".to_owned(), next: Some(Box::new(middle)) };
        let told = Cause::of(&error);
        let line = Cause { text: "line 3".to_owned(), next: None };
        assert_eq!(told, Cause { text: error.text, next: Some(Box::new(line)) });
    }
}
