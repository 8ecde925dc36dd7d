use serde_json::json;

use super::*;

fn spec(table: serde_json::Value) -> Result<RequestSpec, String> {
    serde_json::from_value(table).map_err(|error| error.to_string())
}

fn body(url: &str, first_page: Option<&str>) -> BodyRecord {
    BodyRecord {
        url: url.to_owned(),
        sha256: paso_lake::sha256(b""),
        bytes: 0,
        retrieved: jiff::Timestamp::UNIX_EPOCH,
        last_modified: None,
        content_type: None,
        first_page: first_page.map(str::to_owned),
    }
}

#[test]
fn of_two_parts_whose_addresses_fit_the_fuller_one_counts() {
    let each = json!([{"q": "a=1", "n": "one"}, {"q": "a=1&b=2", "n": "two"}]);
    let spec = spec(json!({"url": "https://a.org/x?{q}", "each": each})).unwrap();
    assert_eq!(spec.columns(&body("https://a.org/x?a=1&b=2", None))["n"], "two");
    assert_eq!(spec.columns(&body("https://a.org/x?a=1", None))["n"], "one");
}

#[test]
fn a_template_has_no_secrets() {
    // Every process has this variable, and tests may not set one.
    let path = std::env::var("PATH").unwrap();
    let secret = spec(json!({"url": "https://a.org/x", "query": {"key": "$PATH", "a": "1"}, "secret_query": ["key"]})).unwrap();
    assert_eq!(secret.address(0).query_pairs().find(|(name, _)| name == "key").unwrap().1, path);
    assert_eq!(secret.template(), "https://a.org/x?a=1");
    assert_eq!(secret.secrets().mask(&format!("wrong: {path}")), "wrong: (secret)");

    let parts = spec(json!({"url": "https://a.org/{f}?key=s", "each": [{"f": "1"}, {"f": "2"}], "secret_query": ["key"]})).unwrap();
    assert_eq!(parts.template(), "https://a.org/{f}");
    assert_eq!(parts.secrets().mask("is s"), "i(secret) (secret)");
}

#[test]
fn defaults_are_generous_and_finite() {
    let spec = spec(json!({"url": "https://a.org/table.xlsx"})).unwrap();
    assert_eq!(spec.address(0).as_str(), "https://a.org/table.xlsx");
    assert_eq!((spec.max_bytes(), spec.timeout().as_secs()), (268_435_456, 60));
}

#[test]
fn the_query_is_appended() {
    let spec = spec(json!({
        "url": "https://api.unhcr.org/population/v1/population/",
        "query": {"limit": "10000", "coo_all": "true"},
        "paging": {"page-number": {"parameter": "page", "last": "/maxPages"}},
    }))
    .unwrap();
    let base = "https://api.unhcr.org/population/v1/population/?coo_all=true&limit=10000";
    assert_eq!(spec.address(0).as_str(), base);
}

#[test]
fn parts_fill_the_address_and_say_what_only_it_says() {
    let spec = spec(json!({
        "url": "https://a.org/{file}.csv", "query": {"year": "{year}"},
        "each": [{"file": "recidencias-1", "year": "2017", "period": "2017-Q1"}, {"file": "residencias-2", "year": "2018", "period": "2018-Q2"}],
    }))
    .unwrap();
    assert_eq!((spec.parts(), spec.address(1).as_str()), (2, "https://a.org/residencias-2.csv?year=2018"));
    assert_eq!(spec.columns(&body("https://a.org/recidencias-1.csv?year=2017&page=3", None))["period"], "2017-Q1");
    assert!(spec.columns(&body("https://a.org/other.csv", None)).is_empty());
    let linked = body("https://a.org/next/2", Some("https://a.org/residencias-2.csv?year=2018"));
    assert_eq!(spec.columns(&linked)["period"], "2018-Q2");
    assert_eq!(spec.template(), "https://a.org/{file}.csv");
}

#[test]
fn a_printed_file_has_an_address_of_its_own() {
    let spec = spec(json!({"printed": "pdi.toml"})).unwrap();
    assert_eq!((spec.printed(), spec.address(0).as_str()), (Some("pdi.toml"), "printed:pdi.toml"));
}

#[test]
fn a_secret_may_stand_in_the_environment() {
    let spec = spec(json!({"url": "https://a.org/", "query": {"key": "$PASO_NO_SUCH_VARIABLE"}, "secret_query": ["key"]})).unwrap();
    assert_eq!(spec.missing_secret(), Some("PASO_NO_SUCH_VARIABLE"));
}

#[test]
fn what_is_written_is_read_back() {
    let table = json!({
        "url": "https://a.org/x", "query": {"a": "1"}, "secret_query": ["a"], "headers": {"Accept": "text/csv"},
        "paging": {"page-number": {"parameter": "page", "first": 0, "last": "/0/pages"}},
        "envelope": {"error": ["/0/message"]}, "max_bytes": 10, "timeout_secs": 5,
    });
    let read = spec(table.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), table);
}

#[test]
fn contradictions_are_refused() {
    for (table, message) in [
        (json!({"url": "api.unhcr.org/x"}), "is not a URL"),
        (json!({"url": "ftp://a.org/x"}), "neither http nor https"),
        (json!({"url": "https://user:word@a.org/x"}), "would end up in logs"),
        (json!({"url": "https://a.org/x#top"}), "fragment"),
        (json!({"url": "https://a.org/x?a=1", "query": {"a": "2"}}), "stands in url already"),
        (json!({"url": "https://a.org/x", "secret_query": ["key"]}), "no parameter \"key\""),
        (json!({"url": "https://a.org/x", "headers": {"a b": "c"}}), "not an HTTP header"),
        (
            json!({"url": "https://a.org/x", "query": {"p": "1"}, "paging": {"page-number": {"parameter": "p", "last": "/n"}}}),
            "in the query",
        ),
        (json!({"url": "https://a.org/x", "paging": {"cursor": {}}}), "unknown variant"),
        (json!({"url": "https://a.org/{year}"}), "has no \"year\""),
        (json!({"url": "https://a.org/{year}", "each": [{"year": "1"}, {"year": "2", "b": "3"}]}), "the same names"),
        (json!({"url": "https://a.org/x", "each": [{"q": "2017-Q1"}, {"q": "2017-Q2"}]}), "parts 1 and 2 have one address"),
        (
            json!({"url": "https://a.org/x", "query": {"key": "{k}"}, "secret_query": ["key"], "each": [{"k": "1"}, {"k": "2"}]}),
            "has braces",
        ),
        (json!({"url": "{at}", "each": [{"at": "https://a.org/1"}, {"at": "ftp://a.org/2"}]}), "ftp://a.org/2 is neither http nor https"),
        (json!({"url": "{at}", "each": [{"at": "https://a.org/1"}, {"at": "https://u:w@a.org/2"}]}), "would end up in logs"),
        (json!({"url": "{at}", "each": [{"at": "https://a.org/1"}, {"at": "https://a.org/2#top"}]}), "fragment"),
        (
            json!({"url": "{at}", "query": {"a": "1"}, "each": [{"at": "https://a.org/1"}, {"at": "https://a.org/2?a=2"}]}),
            "stands in url already",
        ),
        (json!({"url": "https://a.org/x", "paging": {"offset": {"parameter": "o", "step": 0, "total": "/n", "rows": "/r"}}}), "0 rows"),
        (json!({"url": "https://a.org/x", "paging": {"offset": {"parameter": "o", "step": 9, "total": "/n"}}}), "missing field `rows`"),
        (json!({"url": "https://a.org/x", "max_bytes": 0}), "max_bytes"),
        (json!({"url": "https://a.org/x", "timeout_secs": 0}), "timeout_secs"),
        (json!({"url": "https://a.org/x", "timeout": 3}), "unknown field `timeout`"),
        (json!({"query": {}}), "there must be a url"),
        (json!({"printed": "pdi.toml", "url": "https://a.org/"}), "has no url"),
        (json!({"printed": "../pdi.toml"}), "names a TOML file"),
    ] {
        let error = spec(table).unwrap_err();
        assert!(error.contains(message), "{error}");
    }
}
