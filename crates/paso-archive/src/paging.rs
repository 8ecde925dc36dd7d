//! From one page to the next.

use url::Url;

use crate::{Paging, RequestSpec, check::Pages};

/// The address of the first page, given that of the request.
pub(crate) fn first(spec: &RequestSpec, request: &Url) -> Url {
    match spec.paging() {
        Some(Paging::PageNumber(paging)) => with(request, &paging.parameter, paging.first.into()),
        Some(Paging::Offset(paging)) => with(request, &paging.parameter, 0),
        Some(Paging::NextLink(_)) | None => request.clone(),
    }
}

/// The address of the page after `read` pages, the last of which came from `url`; none where they are all. The error says what is wrong with
/// what the page says.
pub(crate) fn next(spec: &RequestSpec, request: &Url, url: &Url, read: u64, pages: &Pages) -> Result<Option<Url>, String> {
    match (spec.paging(), pages) {
        (Some(Paging::NextLink(_)), Pages::Next(Some(link))) => {
            let link = link.trim();
            let next = url.join(link).map_err(|error| format!("the next page is {link:?}, which is no address: {error}"))?;
            if next.host_str() != request.host_str() || next.scheme() != request.scheme() {
                let host = next.host_str().unwrap_or("no host");
                return Err(format!("the next page is at {host}: a publisher's pages come from its own address"));
            }
            let next = with_own_secrets(next, spec, request);
            if next == *url {
                return Err("it names itself as the next page".to_owned());
            }
            Ok(Some(next))
        }
        (Some(Paging::PageNumber(paging)), Pages::Count(count)) => {
            Ok((read < *count).then(|| with(request, &paging.parameter, u64::from(paging.first) + read)))
        }
        (Some(Paging::Offset(paging)), Pages::Count(count)) => {
            Ok((read < *count).then(|| with(request, &paging.parameter, u64::from(paging.step) * read)))
        }
        _ => Ok(None),
    }
}

fn with(request: &Url, parameter: &str, value: u64) -> Url {
    let mut url = request.clone();
    url.query_pairs_mut().append_pair(parameter, &value.to_string());
    url
}

/// A publisher's link may repeat the secret parameters, or leave them out, or have them from somebody else: ours count.
fn with_own_secrets(link: Url, spec: &RequestSpec, request: &Url) -> Url {
    if spec.secret_query().is_empty() {
        return link;
    }
    let mut url = crate::address::without_secrets(&link, spec.secret_query());
    for (name, value) in request.query_pairs().filter(|(name, _)| spec.secret_query().iter().any(|secret| *secret == *name)) {
        url.query_pairs_mut().append_pair(&name, &value);
    }
    url
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn spec(table: serde_json::Value) -> RequestSpec {
        serde_json::from_value(table).unwrap()
    }

    #[test]
    fn numbered_pages_and_rows_count_up() {
        let pages = spec(json!({"url": "https://a.org/x?a=1", "paging": {"page-number": {"parameter": "page", "first": 0, "last": "/n"}}}));
        let request = pages.address(0);
        let first = first(&pages, &request);
        assert_eq!(first.as_str(), "https://a.org/x?a=1&page=0");
        let second = next(&pages, &request, &first, 1, &Pages::Count(2)).unwrap().unwrap();
        assert_eq!(second.as_str(), "https://a.org/x?a=1&page=1");
        assert_eq!(next(&pages, &request, &second, 2, &Pages::Count(2)), Ok(None));

        let rows = spec(json!({"url": "https://a.org/x", "paging": {"offset": {"parameter": "skip", "step": 50, "total": "/n"}}}));
        let request = rows.address(0);
        assert_eq!(super::first(&rows, &request).as_str(), "https://a.org/x?skip=0");
        assert_eq!(next(&rows, &request, &request, 2, &Pages::Count(3)).unwrap().unwrap().as_str(), "https://a.org/x?skip=100");
    }

    #[test]
    fn links_are_followed_at_home_with_our_own_secrets() {
        let spec = spec(json!({
            "url": "https://a.org/x/", "query": {"key": "ours", "limit": "2"}, "secret_query": ["key"], "paging": {"next-link": "/next"},
        }));
        let request = spec.address(0);
        let link = |text: &str| next(&spec, &request, &request, 1, &Pages::Next(Some(text.to_owned())));
        assert_eq!(
            link("https://a.org/x/?key=theirs&limit=2&offset=2").unwrap().unwrap().as_str(),
            "https://a.org/x/?limit=2&offset=2&key=ours"
        );
        assert_eq!(link("?offset=2").unwrap().unwrap().as_str(), "https://a.org/x/?offset=2&key=ours");
        assert!(link("https://b.org/x/").unwrap_err().contains("at b.org"));
        assert!(link("http://a.org/x/").unwrap_err().contains("its own address"));
        assert_eq!(next(&spec, &request, &request, 1, &Pages::Next(None)), Ok(None));
    }
}
