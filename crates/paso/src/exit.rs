//! Exit statuses, and the one way from an error to one.

use std::process::ExitCode;

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

/// An error that ends a command: its status, what happened, what to do.
#[derive(Debug)]
pub(crate) struct Abort {
    pub(crate) status: ExitStatus,
    pub(crate) report: miette::Report,
}

impl Abort {
    /// Ends with a plain error.
    pub(crate) fn new(status: ExitStatus, error: impl std::error::Error + Send + Sync + 'static, hint: Option<String>) -> Self {
        Self { status, report: miette::Report::new(Hinted { error: Box::new(error), hint }) }
    }

    /// Ends with a message.
    pub(crate) fn message(status: ExitStatus, message: impl Into<String>, hint: Option<String>) -> Self {
        Self::new(status, Message(message.into()), hint)
    }
}

#[derive(Debug)]
struct Message(String);

impl std::fmt::Display for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Message {}

#[derive(Debug)]
struct Hinted {
    error: Box<dyn std::error::Error + Send + Sync>,
    hint: Option<String>,
}

impl std::fmt::Display for Hinted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for Hinted {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.source()
    }
}

impl miette::Diagnostic for Hinted {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.hint.as_ref().map(|hint| Box::new(hint) as Box<dyn std::fmt::Display>)
    }
}

impl From<paso_pipeline::DefinitionError> for Abort {
    fn from(error: paso_pipeline::DefinitionError) -> Self {
        Self { status: ExitStatus::Usage, report: miette::Report::new(error) }
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

impl From<std::io::Error> for Abort {
    fn from(error: std::io::Error) -> Self {
        Self::new(ExitStatus::Failed, error, None)
    }
}
