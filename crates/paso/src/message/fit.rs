//! Options about messages of one kind, given with a message of another.

use paso_decode::{Format, Labels, Message};

use crate::{
    cli::KnownArguments,
    exit::{Abort, ExitStatus},
};

/// Refuses options that say nothing about this message: whoever gave them believes that they did something.
pub(crate) fn check(arguments: &KnownArguments, labels: Labels, message: &Message<'_>) -> Result<(), Abort> {
    let format = message.format();
    let refuse = |problem: String, hint: &str| {
        let message = format!("{problem}, and this message is {format}");
        Err(Abort::message(ExitStatus::Usage, message, Some(hint.to_owned())).of_kind("wrong_usage"))
    };
    if arguments.dsd.is_some() && format != Format::SdmxCsv {
        let problem = "--dsd says which columns of SDMX-CSV are dimensions and attributes".to_owned();
        return refuse(problem, "leave --dsd away: formats other than SDMX-CSV say it themselves, or have no attributes");
    }
    if let Some(member) = &arguments.member
        && message.member().is_none()
        && format != Format::Xlsx
    {
        let problem = format!("--member {member}: it names a file of a ZIP archive or a sheet of a workbook");
        return refuse(problem, "leave --member away; `paso inspect` lists the members and sheets that a file has");
    }
    let name = match labels {
        Labels::Id => return Ok(()),
        Labels::Name => "name",
        Labels::Both => "both",
    };
    if !matches!(format, Format::SdmxCsv | Format::SdmxJson | Format::JsonStat) {
        let problem = format!("--labels {name}: only SDMX-CSV, SDMX-JSON and JSON-stat have names beside their codes");
        return refuse(problem, "leave --labels away, or ask the publisher for one of these formats");
    }
    Ok(())
}
