//! The keys of source files that belong to no single stage, and of requests, as data: the reference documentation is generated from here.

/// Every key: its path, the type of its value, and what it does.
pub const KEYS: &[(&str, &str, &str)] = &[
    ("publisher", "text", "The publisher's id; the file is called `<publisher>.toml`."),
    ("title.en, title.es", "text", "The publisher's name."),
    ("homepage", "URL", "Where people find its data."),
    ("licence.id", "text", "SPDX identifier of the licence, or `none-declared`."),
    ("licence.url", "URL", "Where the terms stand."),
    ("licence.attribution.en, .es", "text", "How to cite the source; it goes into every release."),
    ("licence.note.en, .es", "text", "What the identifier does not say."),
    (
        "licence.redistribute",
        "true or false",
        "Whether what is made of the data may be given to others: nothing of a dataset that may not be enters a release. Where nobody says it, it may under a licence, and may not where the licence is `none-declared`.",
    ),
    ("budget.pause_ms", "number", "The shortest time between two requests to the publisher, in milliseconds."),
    (
        "budget.requests_per_hour",
        "number",
        "The most requests within an hour, whatever was answered; those of other runs and further tries count, and a body that is read again does not.",
    ),
    (
        "dataset.<name>",
        "table",
        "A dataset; its id is `<publisher>.<name>`. It has the tables below, and exactly one of `observe`, `codelist`, `notes` and `microdata = true`.",
    ),
    ("dataset.<name>.title.en, .es", "text", "The dataset's name."),
    (
        "dataset.<name>.published_as",
        "list of texts",
        "The publisher's own codes for it, of an indicator or a table: commands take `<publisher>.<code>`, in capitals or not, for all datasets that have it.",
    ),
    (
        "dataset.<name>.like",
        "text",
        "Another dataset of the file, from whose tables this one starts: it says what differs, by the rules of `edition`. Sheets of one workbook share their concept so.",
    ),
    ("dataset.<name>.licence", "licence", "The terms, where they differ from the publisher's."),
    ("dataset.<name>.update.months", "number", "A new edition is to be expected so many months after the last one."),
    ("dataset.<name>.update.closed", "true or false", "The publisher makes no further edition."),
    (
        "dataset.<name>.microdata",
        "true or false",
        "Whether its rows are persons: they are fetched and kept, can be decoded, and are not normalized.",
    ),
    (
        "dataset.<name>.edition.<edition>",
        "table",
        "An edition with an address or a layout of its own. Its `request` and `decode` take the place of the dataset's; of `concept`, `observe`, `observe.dimensions` and `notes`, the keys that it has do. Editions are older the earlier their ids sort; the dataset's own request serves the newest. Without one, the last edition is the newest.",
    ),
    (
        "concept.source_type",
        "`census`, `register`, `survey`, `permits`, `border`, `model`, `compilation` or `printed`",
        "The kind of source.",
    ),
    (
        "concept.basis",
        "`birth`, `citizenship`, `descent`, `previous_residence`, `next_residence`, `asylum_origin`, `mixed`, `undetermined` or `_Z`",
        "Who counts as foreign or migrant.",
    ),
    ("concept.residence.months", "number", "Months of stay that make a resident; 0 where the source knows no such rule."),
    ("concept.residence.intention", "true or false", "Whether the intention to stay so long is enough."),
    (
        "concept.reference_day",
        "MM-DD",
        "The day of the year that stocks refer to; required where a measure is a stock by years. With `12-31` a stock by months stands at their last day, with `01-01` at their first; with another day it must say its days.",
    ),
    ("concept.coverage.en, .es", "text", "Who is in and who is left out."),
    ("concept.upstream", "list of datasets", "Datasets that this one republishes or is built from: with them it is one voice."),
    ("concept.comparable.en, .es", "text", "What it can be compared with, and what not."),
    ("request.url", "URL", "The address."),
    ("request.query", "table of texts", "Query parameters."),
    ("request.secret_query", "list of texts", "Names of parameters that are never written down."),
    ("request.headers", "table of texts", "HTTP headers to send."),
    ("request.paging.page-number.parameter", "text", "The query parameter with the number of the page."),
    ("request.paging.page-number.first", "number", "The number of the first page; 1 unless said otherwise."),
    (
        "request.paging.page-number.last",
        "JSON pointer",
        "Where an answer says how many pages there are. A format without an envelope comes whole.",
    ),
    ("request.paging.offset.parameter", "text", "The query parameter with the number of rows before the page."),
    ("request.paging.offset.step", "number", "How many rows a page has, as the query asks for."),
    ("request.paging.offset.total", "JSON pointer", "Where an answer says how many rows there are."),
    (
        "request.paging.offset.rows",
        "JSON pointer",
        "Where an answer has the rows of its page: pages that together hold other than all rows are an error.",
    ),
    (
        "request.paging.next-link.link",
        "JSON pointer",
        "Where an answer says the address of the next page, at the same publisher; the last page says null, or nothing.",
    ),
    ("request.paging.next-link.total", "JSON pointer", "Where an answer says how many rows there are."),
    (
        "request.paging.next-link.rows",
        "JSON pointer",
        "Where an answer has the rows of its page: pages that together hold other than all rows are an error.",
    ),
    (
        "request.each",
        "list of tables of texts",
        "The parts that a publisher serves one by one, such as years: one request for each, with its texts in place of `{name}` in the address and the query. Every text is also a column of the answer's rows: what only the address says of them. No two parts have one address, and no name is that of a column of the body. All answers are one edition.",
    ),
    ("request.envelope.error", "list of JSON pointers", "Where an answer holds the publisher's error message instead of data."),
    ("request.max_bytes", "number", "The most bytes that one answer may have, after content decoding; 256 MiB unless said otherwise."),
    ("request.timeout_secs", "number", "The most seconds that one answer may take; 60 unless said otherwise."),
];

#[cfg(test)]
mod tests {
    use crate::SourceFile;

    const EXAMPLE: &str = r#"
        publisher = "p"
        title = { en = "P", es = "P" }
        homepage = "https://example.org/"
        [licence]
        id = "CC-BY-4.0"
        url = "https://example.org/"
        attribution = { en = "P", es = "P" }
        note = { en = "n", es = "n" }
        redistribute = false
        [budget]
        pause_ms = 1
        requests_per_hour = 60
        [dataset.d]
        like = "e"
        microdata = true
        update = { months = 12, closed = true }
        title = { en = "D", es = "D" }
        published_as = ["D.1"]
        [dataset.d.concept]
        source_type = "census"
        basis = "birth"
        residence = { months = 12, intention = true }
        reference_day = "12-31"
        coverage = { en = "c", es = "c" }
        upstream = []
        comparable = { en = "c", es = "c" }
        [dataset.d.request]
        url = "https://example.org/d"
        query = { a = "b", key = "secret" }
        secret_query = ["key"]
        headers = { accept = "text/csv" }
        paging.page-number = { parameter = "page", first = 1, last = "/pages" }
        envelope = { error = ["/error"] }
        max_bytes = 1000
        timeout_secs = 5
        [dataset.d.decode.csv]
        [dataset.d.edition.e]
        request.each = [{ a = "b" }]
        request.paging.offset = { parameter = "page", step = 1, total = "/total", rows = "/rows" }
        request.paging.next-link = { link = "/next", total = "/count", rows = "/results" }
    "#;

    #[test]
    fn every_listed_key_is_accepted_and_an_unknown_one_is_not() {
        toml::from_str::<SourceFile>(EXAMPLE).unwrap();
        for (path, ..) in super::KEYS {
            let key =
                path.split([',', '.']).map(str::trim).rfind(|part| !matches!(*part, "" | "en" | "es" | "<name>" | "<edition>")).unwrap();
            assert!(EXAMPLE.contains(key), "{path}");
        }
        let unknown = EXAMPLE.replace("timeout_secs", "timeout");
        let error = toml::from_str::<SourceFile>(&unknown).unwrap_err().to_string();
        assert!(error.contains("unknown field `timeout`"), "{error}");
    }
}
