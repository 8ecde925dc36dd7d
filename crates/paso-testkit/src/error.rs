use std::path::PathBuf;

/// What can go wrong in the test kit.
#[derive(Debug, thiserror::Error)]
pub enum TestkitError {
    /// A file or folder could not be read or written.
    #[error("could not {action} {}", path.display())]
    File {
        /// What was attempted.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// Why it failed.
        source: std::io::Error,
    },
    /// A facts table is broken.
    #[error("figures/{table}: {detail}")]
    Figures {
        /// The file under `figures/`.
        table: &'static str,
        /// What is wrong, and in which line.
        detail: String,
    },
    /// A body could not be written in its publisher's format.
    #[error("could not write {body}: {detail}")]
    Format {
        /// Which body.
        body: String,
        /// Why.
        detail: String,
    },
    /// A folder is not a mirror, or the mirror has no such request.
    #[error("{}: {detail}", folder.display())]
    Mirror {
        /// The folder.
        folder: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// A fault is not one that the local publisher knows.
    #[error("fault '{text}': {detail}")]
    Fault {
        /// The fault as written.
        text: String,
        /// What is wrong with it.
        detail: String,
    },
    /// The local publisher could not start.
    #[error("could not listen on 127.0.0.1:{port}")]
    Listen {
        /// The port asked for; 0 for any.
        port: u16,
        /// Why it failed.
        source: std::io::Error,
    },
}

impl TestkitError {
    /// What to do next, where that is known.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Figures { .. } => Some("compare the table with the last commit: its rows and columns are read as they stand".to_owned()),
            Self::Mirror { .. } => {
                Some("a mirror is a folder with a mirror.jsonl; `paso-testkit sample-data --out DIR` writes one".to_owned())
            }
            Self::Fault { .. } => Some(crate::FaultRule::SYNTAX.to_owned()),
            Self::Listen { .. } => Some("port 0 takes any free port".to_owned()),
            Self::File { .. } | Self::Format { .. } => None,
        }
    }
}
