//! What a publisher does wrong.

use std::{str::FromStr, time::Duration};

use crate::TestkitError;

/// One kind of misbehaviour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Answers with this HTTP status and a page that says so.
    Status(u16),
    /// Answers 200 with an HTML page, as a firewall or a portal does.
    HtmlPage,
    /// Answers with the first half of the body and the matching length: the publisher's own file is broken.
    Truncated,
    /// Promises the whole body and closes the connection after half of it.
    CutOff,
    /// Sends the body in ten pieces with this pause before each.
    Slow(Duration),
    /// Accepts the request and never answers.
    Hang,
    /// Sends the body and then this many more bytes, without saying how many there will be.
    Oversize(u64),
    /// Closes the connection without an answer.
    Drop,
}

/// A fault for every request whose original URL starts so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultRule {
    /// The start of the URL, such as `https://api.unhcr.org/population/`.
    pub prefix: String,
    /// What happens there.
    pub fault: Fault,
}

impl FaultRule {
    /// How a rule is written on the command line.
    pub const SYNTAX: &str = "URL-PREFIX=status:503 | =html | =truncated | =cut-off | =slow:MILLISECONDS | =hang | =oversize:BYTES | =drop";

    /// A rule.
    pub fn new(prefix: impl Into<String>, fault: Fault) -> Self {
        Self { prefix: prefix.into(), fault }
    }
}

impl FromStr for FaultRule {
    type Err = TestkitError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = |detail: &str| TestkitError::Fault { text: text.to_owned(), detail: detail.to_owned() };
        // A URL may hold an equals sign in its query; a fault never does.
        let (prefix, fault) = text.rsplit_once('=').ok_or_else(|| wrong("PREFIX=FAULT expected"))?;
        let (kind, argument) = fault.split_once(':').map_or((fault, None), |(kind, argument)| (kind, Some(argument)));
        let number = || argument.and_then(|text| text.parse::<u64>().ok()).ok_or_else(|| wrong("a number expected after the colon"));
        let plain = |fault| if argument.is_none() { Ok(fault) } else { Err(wrong("nothing expected after the name")) };
        let fault = match kind {
            "status" => {
                let code = number()?.try_into().ok().filter(|code| (200..=599).contains(code));
                Fault::Status(code.ok_or_else(|| wrong("a status between 200 and 599 expected"))?)
            }
            "html" => plain(Fault::HtmlPage)?,
            "truncated" => plain(Fault::Truncated)?,
            "cut-off" => plain(Fault::CutOff)?,
            "slow" => Fault::Slow(Duration::from_millis(number()?)),
            "hang" => plain(Fault::Hang)?,
            "oversize" => Fault::Oversize(number()?),
            "drop" => plain(Fault::Drop)?,
            _ => return Err(wrong("no such fault")),
        };
        Ok(Self::new(prefix, fault))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_from_text() {
        let rule = |text: &str| text.parse::<FaultRule>();
        assert_eq!(
            rule("https://a.org/p?x=1=slow:20").unwrap(),
            FaultRule::new("https://a.org/p?x=1", Fault::Slow(Duration::from_millis(20)))
        );
        assert_eq!(rule("https://a.org/=status:503").unwrap().fault, Fault::Status(503));
        assert_eq!(rule("=oversize:1000000").unwrap(), FaultRule::new("", Fault::Oversize(1_000_000)));
        for (text, fault) in [
            ("=html", Fault::HtmlPage),
            ("=truncated", Fault::Truncated),
            ("=cut-off", Fault::CutOff),
            ("=hang", Fault::Hang),
            ("=drop", Fault::Drop),
        ] {
            assert_eq!(rule(text).unwrap().fault, fault);
        }
        for wrong in ["html", "https://a.org/=status", "=status:99", "=drop:1", "=slow:fast", "=shrug"] {
            let error = rule(wrong).unwrap_err();
            assert!(error.to_string().contains(wrong) && error.hint().is_some(), "{error}");
        }
    }
}
