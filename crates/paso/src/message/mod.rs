//! Messages of statistical offices as `decode` and `inspect` open them.

mod ending;
pub(crate) mod fit;
mod profile;
mod refusal;

use std::{
    fs,
    io::{self, BufReader, IsTerminal as _},
    path::Path,
    sync::Arc,
};

use paso_decode::{File, Known, Labels, Limits, Message, Source, sdmx::structure::Structures};

pub(crate) use ending::ended;
pub(crate) use profile::{Column, MOST_CODES, Profile, RAGGED_KEPT};
pub(crate) use refusal::refusal;

use crate::{
    cli::KnownArguments,
    exit::{Abort, ExitStatus},
    progress::Reading,
};

/// The name of standard input.
pub(crate) const STANDARD_INPUT: &str = "-";

/// Opens a message: a file, or standard input for `-` and, where it is no terminal, for nothing.
///
/// What cannot be read from any place, such as standard input, is kept in a temporary file.
pub(crate) fn open(file: Option<&Path>, reading: &Reading) -> Result<File, Abort> {
    let Some(path) = file.filter(|path| path.as_os_str() != STANDARD_INPUT) else {
        let input = io::stdin();
        if file.is_none() && input.is_terminal() {
            let hint = Some("give a file, or `-` and the message on standard input".to_owned());
            return Err(Abort::message(ExitStatus::Usage, "no message was given", hint));
        }
        return File::spool(reading.stream(input.lock()), u64::MAX).map_err(|error| unreadable("standard input", &error));
    };
    let failed = |error: &io::Error| unreadable(&path.display().to_string(), error);
    let about = fs::metadata(path).map_err(|error| failed(&error))?;
    if about.is_file() {
        return File::open(path).map_err(|error| failed(&error));
    }
    let stream = fs::File::open(path).map_err(|error| failed(&error))?;
    File::spool(reading.stream(stream), u64::MAX).map_err(|error| failed(&error))
}

/// Finds out what a message is. Where it cannot, `steps` says how far it came.
pub(crate) fn recognize<'s>(
    source: &'s dyn Source,
    arguments: &KnownArguments,
    known: &Known,
    steps: &mut Vec<String>,
) -> Result<Message<'s>, Abort> {
    Message::explained(source, known.clone(), limits(arguments.max_inflated), steps).map_err(refusal)
}

/// What the command line says about a message.
pub(crate) fn known(arguments: &KnownArguments, labels: Labels) -> Result<Known, Abort> {
    let structures = arguments.dsd.as_deref().map(structures).transpose()?;
    Ok(Known { format: arguments.format, member: arguments.member.clone(), labels, structures: structures.map(Arc::new) })
}

fn structures(path: &Path) -> Result<Structures, Abort> {
    let name = path.display().to_string();
    let file = fs::File::open(path).map_err(|error| unreadable(&name, &error))?;
    Structures::read(BufReader::new(file)).map_err(|error| {
        let hint = "--dsd takes the data structure definition as the publisher serves it: an SDMX-ML structure message of version 2.1 or 3";
        Abort::message(ExitStatus::Usage, format!("{name} is no structure message: {error}"), Some(hint.to_owned()))
    })
}

/// The limits, with what a compressed message may inflate to.
pub(crate) fn limits(max_inflated_mib: u64) -> Limits {
    Limits { max_inflated_bytes: max_inflated_mib.saturating_mul(1 << 20), ..Limits::default() }
}

fn unreadable(name: &str, error: &io::Error) -> Abort {
    let status = match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied | io::ErrorKind::IsADirectory => ExitStatus::Usage,
        _ => ExitStatus::Failed,
    };
    let hint = match error.kind() {
        io::ErrorKind::NotFound => "check the path: a file, or `-` for standard input",
        io::ErrorKind::PermissionDenied => "the file is there, and may not be read by this user",
        io::ErrorKind::IsADirectory => "give one of the files in it",
        _ => "check that the file is still there and that the disk has no errors",
    };
    Abort::message(status, format!("cannot read {name}: {error}"), Some(hint.to_owned())).of_kind("unreadable")
}
