//! From one page to the next.

use url::Url;

use crate::{Paging, RequestSpec, address, check::Pages};

/// No publisher has this many pages: a paging that does not end is a mistake.
const MOST_PAGES: u64 = 10_000;

/// The address of the first page, given that of the request.
pub(crate) fn first(spec: &RequestSpec, request: &Url) -> Url {
    match spec.paging() {
        Some(Paging::PageNumber(paging)) => with(request, &paging.parameter, paging.first.into()),
        Some(Paging::Offset(paging)) => with(request, &paging.parameter, 0),
        Some(Paging::NextLink(_)) | None => request.clone(),
    }
}

/// How far the pages of one part are read.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    pages: u64,
    rows: u64,
    /// How many pages or rows there are together, as the first page says.
    all: Option<u64>,
}

/// Why no page is read after one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The pages belong to different states of the data.
    Changed { of: &'static str, before: u64, now: u64 },
    /// What is wrong with what the page says.
    Wrong(String),
}

impl Progress {
    /// Takes a page, which came from `url`, and gives the address of the next one; none where they are all.
    pub(crate) fn next(&mut self, spec: &RequestSpec, request: &Url, url: &Url, pages: &Pages) -> Result<Option<Url>, Stop> {
        self.pages += 1;
        let all = match pages {
            Pages::Count(all) => self.same("pages", *all)?,
            Pages::Rows { all, here } | Pages::Next { all, here, .. } => {
                self.rows += here;
                self.same("rows", *all)?
            }
        };
        let next = match (spec.paging(), pages) {
            (Some(Paging::NextLink(_)), Pages::Next { link: Some(link), .. }) => {
                Some(followed(spec, request, url, link.trim()).map_err(Stop::Wrong)?)
            }
            (Some(Paging::NextLink(_)), Pages::Next { link: None, .. }) if self.rows != all => {
                let (page, rows) = (self.pages, self.rows);
                return Err(Stop::Wrong(format!("page {page} is the last, and all pages have {rows} rows of the {all} that there are")));
            }
            (Some(Paging::PageNumber(paging)), Pages::Count(_)) => {
                few(all)?;
                (self.pages < all).then(|| with(request, &paging.parameter, u64::from(paging.first) + self.pages))
            }
            (Some(Paging::Offset(paging)), Pages::Rows { .. }) => {
                few(all.div_ceil(u64::from(paging.step)))?;
                let before = u64::from(paging.step).saturating_mul(self.pages);
                let expected = before.min(all);
                if self.rows != expected {
                    let (page, rows, step) = (self.pages, self.rows, paging.step);
                    return Err(Stop::Wrong(format!(
                        "after page {page} there are {rows} of {all} rows and not {expected}: paging.offset.step must be the number of rows that \
                         the publisher gives for a page, {step} are asked for"
                    )));
                }
                (before < all).then(|| with(request, &paging.parameter, before))
            }
            _ => None,
        };
        if next.is_some() && self.pages >= MOST_PAGES {
            return Err(Stop::Wrong(format!("it is page {}, at most {MOST_PAGES} are read", self.pages)));
        }
        Ok(next)
    }

    fn same(&mut self, of: &'static str, now: u64) -> Result<u64, Stop> {
        let before = *self.all.get_or_insert(now);
        if now == before { Ok(now) } else { Err(Stop::Changed { of, before, now }) }
    }
}

fn few(pages: u64) -> Result<(), Stop> {
    if pages > MOST_PAGES { Err(Stop::Wrong(format!("it has {pages} pages, at most {MOST_PAGES} are read"))) } else { Ok(()) }
}

/// Where a publisher's own link leads.
fn followed(spec: &RequestSpec, request: &Url, url: &Url, link: &str) -> Result<Url, String> {
    let next = url.join(link).map_err(|error| format!("the next page is {link:?}, which is no address: {error}"))?;
    if next.host_str() != request.host_str() || next.scheme() != request.scheme() {
        let host = next.host_str().unwrap_or("no host");
        return Err(format!("the next page is at {host}: a publisher's pages come from its own address"));
    }
    let next = with_own_secrets(next, spec, request);
    let (public, secrets) = (address::without_secrets(&next, spec.secret_query()), spec.secrets());
    let in_path = public.path_segments().is_some_and(|mut segments| segments.any(|segment| secrets.contain(segment)));
    if in_path || public.query_pairs().any(|(_, value)| secrets.contain(&value)) {
        return Err(
            "the address of the next page repeats a secret elsewhere than in the parameters of secret_query, and would be written down"
                .to_owned(),
        );
    }
    Ok(next)
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
    let mut url = address::without_secrets(&link, spec.secret_query());
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

    /// What follows on pages that came from the request itself.
    fn steps(spec: &RequestSpec, pages: &[Pages]) -> Vec<Result<Option<String>, Stop>> {
        let (request, mut progress) = (spec.address(0), Progress::default());
        pages.iter().map(|pages| progress.next(spec, &request, &request, pages).map(|next| next.map(String::from))).collect()
    }

    #[test]
    fn numbered_pages_count_up() {
        let pages = spec(json!({"url": "https://a.org/x?a=1", "paging": {"page-number": {"parameter": "page", "first": 0, "last": "/n"}}}));
        assert_eq!(first(&pages, &pages.address(0)).as_str(), "https://a.org/x?a=1&page=0");
        assert_eq!(steps(&pages, &[Pages::Count(2), Pages::Count(2)]), [Ok(Some("https://a.org/x?a=1&page=1".to_owned())), Ok(None)]);
        assert_eq!(steps(&pages, &[Pages::Count(3), Pages::Count(2)])[1], Err(Stop::Changed { of: "pages", before: 3, now: 2 }));
    }

    #[test]
    fn pages_of_rows_hold_all_of_them() {
        let rows = spec(json!({
            "url": "https://a.org/x", "paging": {"offset": {"parameter": "skip", "step": 50, "total": "/n", "rows": "/rows"}},
        }));
        assert_eq!(first(&rows, &rows.address(0)).as_str(), "https://a.org/x?skip=0");
        let page = |all, here| Pages::Rows { all, here };
        let whole = [page(120, 50), page(120, 50), page(120, 20)];
        assert_eq!(
            steps(&rows, &whole),
            [Ok(Some("https://a.org/x?skip=50".to_owned())), Ok(Some("https://a.org/x?skip=100".to_owned())), Ok(None)]
        );
        assert_eq!(steps(&rows, &[page(0, 0)]), [Ok(None)]);
        assert_eq!(steps(&rows, &[page(120, 50), page(121, 50)])[1], Err(Stop::Changed { of: "rows", before: 120, now: 121 }));
        // A publisher that gives fewer rows for a page than were asked for, or more, or lacks some at the end.
        for (pages, said) in [
            (&[page(120, 20)][..], "after page 1 there are 20 of 120 rows and not 50"),
            (&[page(120, 120)], "there are 120 of 120 rows and not 50"),
            (&[page(60, 50), page(60, 9)], "after page 2 there are 59 of 60 rows and not 60"),
        ] {
            let Some(Err(Stop::Wrong(detail))) = steps(&rows, pages).pop() else { panic!("{pages:?}") };
            assert!(detail.contains(said), "{detail}");
        }
    }

    #[test]
    fn links_are_followed_at_home_with_our_own_secrets() {
        let spec = spec(json!({
            "url": "https://a.org/x/", "query": {"key": "ours", "limit": "2"}, "secret_query": ["key"], "paging": {"next-link": {"link": "/next", "total": "/count", "rows": "/rows"}},
        }));
        let page = |link: Option<&str>| Pages::Next { all: 3, here: 2, link: link.map(str::to_owned) };
        let link = |text: &str| steps(&spec, &[page(Some(text))]).remove(0);
        assert_eq!(link("https://a.org/x/?key=theirs&limit=2&offset=2"), Ok(Some("https://a.org/x/?limit=2&offset=2&key=ours".to_owned())));
        assert_eq!(link("?offset=2"), Ok(Some("https://a.org/x/?offset=2&key=ours".to_owned())));
        for (text, said) in [
            ("https://b.org/x/", "at b.org"),
            ("http://a.org/x/", "its own address"),
            ("?offset=2&token=ours", "repeats a secret elsewhere"),
            ("https://a.org/ours/2", "repeats a secret elsewhere"),
        ] {
            let Err(Stop::Wrong(detail)) = link(text) else { panic!("{text}") };
            assert!(detail.contains(said), "{detail}");
        }
        assert_eq!(steps(&spec, &[page(Some("?offset=2")), Pages::Next { all: 3, here: 1, link: None }])[1], Ok(None));
        let Err(Stop::Wrong(detail)) = steps(&spec, &[page(None)]).remove(0) else { panic!("a row is missing") };
        assert_eq!(detail, "page 1 is the last, and all pages have 2 rows of the 3 that there are");
    }
}
