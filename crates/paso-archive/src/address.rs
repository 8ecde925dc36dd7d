//! URLs as keys: what a request asks for, whatever the order of its parameters.

use url::{Url, form_urlencoded};

/// The key under which a mirror answers a URL: host, path and sorted parameters. The scheme does not count, for an address that travels in the
/// path of another one ([`via`]) has none.
pub(crate) fn key(url: &Url) -> String {
    let mut key = resource(url);
    let mut parameters: Vec<_> = url.query_pairs().collect();
    parameters.sort();
    if !parameters.is_empty() {
        key.push('?');
        key.push_str(&form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish());
    }
    key
}

/// Host and path.
pub(crate) fn resource(url: &Url) -> String {
    format!("{}{}", authority(url), url.path())
}

/// The host, and the port where the URL names one that its scheme does not imply.
pub(crate) fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// The URL without the parameters that must not be written down.
pub(crate) fn without_secrets(url: &Url, secret_query: &[String]) -> Url {
    if !url.query_pairs().any(|(name, _)| secret_query.iter().any(|secret| *secret == name)) {
        return url.clone();
    }
    let kept: Vec<_> = url.query_pairs().filter(|(name, _)| secret_query.iter().all(|secret| secret != name)).collect();
    let mut public = url.clone();
    public.set_query(None);
    if !kept.is_empty() {
        public.query_pairs_mut().extend_pairs(kept);
    }
    public
}

/// An address as a definition writes it, which need not be a URL yet, without the parameters that must not be written down.
pub(crate) fn written_without_secrets(text: &str, secret_query: &[String]) -> String {
    let Some((resource, query)) = text.split_once('?') else { return text.to_owned() };
    let is_secret =
        |pair: &&str| form_urlencoded::parse(pair.as_bytes()).any(|(name, _)| secret_query.iter().any(|secret| *secret == name));
    let kept: Vec<&str> = query.split('&').filter(|pair| !is_secret(pair)).collect();
    if kept.is_empty() { resource.to_owned() } else { format!("{resource}?{}", kept.join("&")) }
}

/// Where `--via` sends a request: scheme and host of `base`, and below its path the host and path of the original.
///
/// ```
/// # use paso_archive::via;
/// # use url::Url;
/// let base = Url::parse("http://127.0.0.1:8080/")?;
/// let url = Url::parse("https://api.unhcr.org/population/v1/population/?limit=10000&page=1")?;
/// assert_eq!(via(&base, &url).as_str(), "http://127.0.0.1:8080/api.unhcr.org/population/v1/population/?limit=10000&page=1");
/// # Ok::<(), url::ParseError>(())
/// ```
pub fn via(base: &Url, url: &Url) -> Url {
    let mut target = base.clone();
    target.set_path(&format!("{}/{}", base.path().trim_end_matches('/'), resource(url)));
    target.set_query(url.query());
    target.set_fragment(None);
    target
}

/// The URLs of a list that look most like one that is not in it: same host and path, then most parameters in common.
pub(crate) fn nearest<'a>(wanted: &Url, known: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    const SHOWN: usize = 3;
    let parameters: Vec<_> = wanted.query_pairs().collect();
    let mut near: Vec<(usize, &str)> = known
        .into_iter()
        .filter_map(|text| Url::parse(text).ok().map(|url| (text, url)))
        .filter(|(_, url)| resource(url) == resource(wanted))
        .map(|(text, url)| (url.query_pairs().filter(|pair| parameters.contains(pair)).count(), text))
        .collect();
    near.sort_by(|(common, text), (other_common, other)| other_common.cmp(common).then(text.cmp(other)));
    near.into_iter().take(SHOWN).map(|(_, text)| text.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn the_order_of_parameters_and_the_scheme_do_not_count() {
        assert_eq!(key(&url("https://a.org/p?b=2&a=1")), key(&url("http://a.org/p?a=1&b=2#x")));
        assert_eq!(key(&url("https://a.org/p?d=2010:2020")), key(&url("https://a.org/p?d=2010%3A2020")));
        assert_ne!(key(&url("https://a.org/p?a=1&a=2")), key(&url("https://a.org/p?a=1")));
        assert_ne!(key(&url("https://a.org/p")), key(&url("https://a.org/p/")));
        assert_eq!(key(&url("https://A.org:443/p")), "a.org/p");
        assert_eq!(key(&url("http://a.org:8080/p?x=")), "a.org:8080/p?x=");
    }

    #[test]
    fn secrets_do_not_reach_the_log() {
        let secret = ["key".to_owned()];
        assert_eq!(without_secrets(&url("https://a.org/p?key=s&b=2"), &secret).as_str(), "https://a.org/p?b=2");
        assert_eq!(without_secrets(&url("https://a.org/p?key=s"), &secret).as_str(), "https://a.org/p");
        // Untouched where there is none: re-encoding would change the address.
        assert_eq!(without_secrets(&url("https://a.org/p?d=2010:2020"), &secret).as_str(), "https://a.org/p?d=2010:2020");
    }

    #[test]
    fn braces_stay_where_secrets_go() {
        let secret = ["key".to_owned()];
        let without = |text| written_without_secrets(text, &secret);
        assert_eq!(without("https://a.org/{file}.csv?key=s&year={year}"), "https://a.org/{file}.csv?year={year}");
        assert_eq!(without("https://a.org/{file}.csv?k%65y=s"), "https://a.org/{file}.csv");
        assert_eq!(without("https://a.org/{file}.csv"), "https://a.org/{file}.csv");
    }

    #[test]
    fn via_keeps_a_base_path_and_a_foreign_port() {
        let target = via(&url("http://127.0.0.1:9/base/?x=1"), &url("https://a.org:8443/p/q?z=1"));
        assert_eq!(target.as_str(), "http://127.0.0.1:9/base/a.org:8443/p/q?z=1");
    }

    #[test]
    fn nearest_have_the_same_path_and_most_parameters_in_common() {
        let known = ["https://a.org/p?a=1&b=3", "https://a.org/p?a=2", "https://a.org/q?a=1&b=2", "https://a.org/p?a=1&b=2&c=3"];
        let near = nearest(&url("https://a.org/p?a=1&b=2"), known);
        assert_eq!(near, ["https://a.org/p?a=1&b=2&c=3", "https://a.org/p?a=1&b=3", "https://a.org/p?a=2"]);
    }
}
