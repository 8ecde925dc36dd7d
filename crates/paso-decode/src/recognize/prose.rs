//! Text for people that comes instead of a table of one column.
//!
//! The cells of such a table are codes, numbers or names, of which some have many words (`Saint Vincent and the Grenadines`) but none is a
//! sentence. So a text is prose only where its lines are sentences, or where the first of them says that something went wrong.

/// How many lines are looked at.
const LINES: usize = 100;
/// A sentence has at least so many words.
const SENTENCE: usize = 4;
/// A line of so many words on the average, in all lines, is no cell.
const WORDY: usize = 8;

/// How answers begin that say what went wrong.
const FAILURES: [&str; 26] = [
    "access denied",
    "authentication",
    "bad gateway",
    "bad request",
    "cannot ",
    "could not",
    "error:",
    "error ",
    "exception",
    "fatal",
    "forbidden",
    "gateway time",
    "internal server",
    "invalid ",
    "no data",
    "not found",
    "not authorized",
    "ora-",
    "permission denied",
    "rate limit",
    "service unavailable",
    "timed out",
    "too many",
    "traceback",
    "unauthorized",
    "unexpected ",
];

/// Words and numbers that are a whole answer.
const WORDS: [&str; 8] = ["denied", "error", "failed", "forbidden", "queued", "submitted", "timeout", "unauthorized"];

/// Whether a text of a few lines begins as one that says what went wrong, be it in a word or by its number.
pub(super) fn is_failure(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default().trim().to_lowercase();
    let number = || first.parse::<u16>().is_ok_and(|number| (400..600).contains(&number));
    number() || WORDS.contains(&first.trim_end_matches(['.', '!'])) || FAILURES.iter().any(|failure| first.starts_with(failure))
}

/// Whether a text is clearly no table of one column.
pub(super) fn is_prose(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).take(LINES).collect();
    let Some(first) = lines.first() else { return false };
    let count = |line: &str| line.split_whitespace().count();
    let sentences = lines.iter().filter(|line| count(line) >= SENTENCE && line.ends_with(['.', '!', '?', ':'])).count();
    let wordy = lines.iter().map(|line| count(line)).sum::<usize>() >= WORDY * lines.len();
    let first = first.to_lowercase();
    let fails = count(&first) > 1 && FAILURES.iter().any(|failure| first.starts_with(failure));
    // The title of a column may sound like a failure: then its cells do not.
    let speaks = lines.iter().skip(1).any(|line| count(line) >= SENTENCE);
    sentences * 2 >= lines.len() || wordy || fails && speaks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_and_failures_are_prose() {
        for text in [
            "Internal Server Error\n\nThe server met an unexpected condition\nthat prevented it from\nfulfilling the request\n",
            "The service is under maintenance.\n\nPlease come back later.\nWe are sorry.\nThe team\n",
            "Traceback (most recent call last):\n  File \"/srv/app.py\" line 3 in get\n    rows = read()\nKeyError: 'CHL'\n",
            "El servicio no está disponible.\nVuelva a intentarlo más tarde.\nDisculpe las molestias.\nGracias\n",
            "ORA-00936: missing expression\nORA-06512: at line 1 of the query\nORA-06512: at SYS\nend\n",
        ] {
            assert!(is_prose(text), "{text}");
        }
    }

    #[test]
    fn codes_numbers_and_names_are_cells() {
        for text in [
            "year\n2020\n2021\n2022\n",
            "iso3\nCHL\nPER\nNA\n",
            "Country\nUnited Kingdom of Great Britain and Northern Ireland\nSaint Vincent and the Grenadines\nBolivia (Plurinational State of)\nCosta Rica\n",
            "Error code\n17\n18\n19\n",
            "Invalid ballots\n1204\n88\n301\n",
            "comment\nn.a.\nest.\nprov.\n",
            "name\nJ. R. R. T. Jr.\nPérez\nSoto\nDíaz\nRojas\n",
            "",
        ] {
            assert!(!is_prose(text), "{text}");
        }
    }
}
