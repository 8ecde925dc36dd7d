//! The archive: requests in, bodies in the lake.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::{Arc, Mutex},
};

use paso_lake::{Lake, LakeError, Sha256, sha256};
use tracing::info;
use url::Url;

use crate::{
    ArchiveError, BodyKind, BodyRecord, Budget, Edition, RequestSpec, Route, address, blocking,
    budget::Requests,
    check::{self, Pages, Refusal},
    clock,
    log::{self, Answer, Line},
    mirror::Mirror,
    network::Network,
    paging::{self, Progress, Stop},
    replay::Offline,
    transport::{Request, Response, Transport},
};

/// Whose data is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The publisher: it names the log.
    pub publisher: &'a str,
    /// The dataset, `<publisher>.<dataset>`.
    pub dataset: &'a str,
    /// The licence under which it is served, for the log.
    pub licence: Option<&'a str>,
    /// How often the publisher may be asked.
    pub budget: Budget,
}

/// The outcome of a fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The edition that the publisher serves now.
    pub edition: Edition,
    /// Whether the archive did not have it before.
    pub new: bool,
}

/// What a fetch would bring, told without writing anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Probe {
    /// Only the publisher knows.
    Unknown,
    /// The archive has no edition yet.
    First,
    /// The same bodies as the last retrieval.
    Unchanged,
    /// Other bodies than the last retrieval.
    Changed,
}

/// Fetches bodies by one route and keeps them in one lake. Must be used within a Tokio runtime.
pub struct Archive {
    lake: Lake,
    route: Route,
    transport: Box<dyn Transport>,
    /// What was answered in this run: several datasets may read one file, which is asked for once.
    answered: Mutex<BTreeMap<String, BodyRecord>>,
    requests: Arc<Requests>,
}

impl std::fmt::Debug for Archive {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Archive").field("lake", &self.lake).field("route", &self.route).finish_non_exhaustive()
    }
}

/// What may be written while answers are collected.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keep {
    Bodies,
    Nothing,
}

impl Archive {
    /// Opens the archive of a lake. The index of a mirror is read here, once.
    pub fn new(lake: &Lake, route: Route) -> Result<Self, ArchiveError> {
        let transport: Box<dyn Transport> = match &route {
            Route::Network => Box::new(Network::new(None)?),
            Route::Via(base) => Box::new(Network::new(Some(base.clone()))?),
            Route::Mirror(folder) => Box::new(Arc::new(Mirror::open(folder)?)),
            Route::Offline => Box::new(Offline { lake: lake.clone() }),
        };
        Ok(Self::over(lake, route, transport))
    }

    /// The archive of a lake, over what answers for a route.
    pub(crate) fn over(lake: &Lake, route: Route, transport: Box<dyn Transport>) -> Self {
        Self { lake: lake.clone(), route, transport, answered: Mutex::default(), requests: Requests::new(lake) }
    }

    /// Asks for everything that the definition describes and keeps the answers.
    ///
    /// An edition exists once all its bodies are in the archive; a fetch that fails or is killed before leaves bodies, but no edition. Answers
    /// that are none of the accepted kinds go to `rejected/`. The caller holds the lock of the lake.
    pub async fn fetch(&self, source: Source<'_>, spec: &RequestSpec, accept: &[BodyKind]) -> Result<Fetched, ArchiveError> {
        let keep = if self.route == Route::Offline { Keep::Nothing } else { Keep::Bodies };
        let bodies = self.collect(source, spec, accept, keep).await?;
        self.record(source, bodies, keep)
    }

    /// Records a complete retrieval.
    fn record(&self, source: Source<'_>, bodies: Vec<BodyRecord>, keep: Keep) -> Result<Fetched, ArchiveError> {
        let retrievals = log::retrievals(&self.lake, source.publisher, source.dataset)?;
        let unchanged = retrievals.last().is_some_and(|last| last.same_bodies(&bodies));
        // What came back after a change was an edition before: it stays that one.
        let known = retrievals.into_iter().find(|edition| edition.same_bodies(&bodies));
        if !unchanged && keep == Keep::Bodies {
            let line = Line::Edition { dataset: source.dataset, bodies: &bodies };
            log::append(&self.lake, source.publisher, source.dataset, &line)?;
        }
        let new = known.is_none();
        let edition = known.unwrap_or_else(|| Edition { dataset: source.dataset.to_owned(), bodies });
        info!(dataset = source.dataset, bodies = edition.bodies.len(), new, "fetched");
        Ok(Fetched { edition, new })
    }

    /// Tells whether a fetch would bring the bodies of the last retrieval again. Writes nothing, and sends nothing over a network.
    pub async fn probe(&self, source: Source<'_>, spec: &RequestSpec, accept: &[BodyKind]) -> Result<Probe, ArchiveError> {
        if matches!(self.route, Route::Network | Route::Via(_)) {
            return Ok(Probe::Unknown);
        }
        let bodies = self.collect(source, spec, accept, Keep::Nothing).await?;
        let last = log::retrievals(&self.lake, source.publisher, source.dataset)?.pop();
        Ok(match last {
            None => Probe::First,
            Some(last) if last.same_bodies(&bodies) => Probe::Unchanged,
            Some(_) => Probe::Changed,
        })
    }

    /// The editions of a dataset that the archive has, by the time of their last retrieval, oldest first.
    pub fn editions(&self, publisher: &str, dataset: &str) -> Result<Vec<Edition>, ArchiveError> {
        editions(&self.lake, publisher, dataset)
    }

    /// Asks for every page of every part and returns the bodies in their order.
    async fn collect(
        &self,
        source: Source<'_>,
        spec: &RequestSpec,
        accept: &[BodyKind],
        keep: Keep,
    ) -> Result<Vec<BodyRecord>, ArchiveError> {
        if let (Route::Network, Some(variable)) = (&self.route, spec.missing_secret()) {
            return Err(ArchiveError::Secret { dataset: source.dataset.to_owned(), variable: variable.to_owned() });
        }
        let secrets = spec.secrets();
        let (mut bodies, mut asked) = (Vec::new(), BTreeSet::new());
        for part in 0..spec.parts() {
            let first = spec.address(part);
            let (mut progress, mut before) = (Progress::default(), None::<String>);
            let mut page = Some(paging::first(spec, &first));
            while let Some(url) = page {
                let public = address::without_secrets(&url, spec.secret_query());
                let dataset = source.dataset.to_owned();
                let wrong = |url: String, detail: String| ArchiveError::Envelope { dataset: dataset.clone(), url, detail, kept: None };
                if !asked.insert(address::key(&public)) {
                    let url = before.unwrap_or_else(|| public.to_string());
                    let error = wrong(
                        url,
                        format!("it leads to {public}, which was asked for already: its pages have no end, or some are read twice"),
                    );
                    return Err(error.masked(&secrets));
                }
                let (mut body, pages) = self.one(source, spec, accept, keep, url.clone()).await?;
                body.first_page = before.as_ref().filter(|_| spec.parts_are_linked()).map(|_| spec.public_address(part).to_string());
                bodies.push(body);
                let shown = public.to_string();
                page = progress.next(spec, &first, &url, &pages).map_err(|stop| {
                    let error = match stop {
                        Stop::Changed { of, before, now } => {
                            ArchiveError::PagesChanged { dataset: dataset.clone(), url: shown.clone(), of, before, now }
                        }
                        Stop::Wrong(detail) => wrong(shown.clone(), detail),
                    };
                    error.masked(&secrets)
                })?;
                before = Some(shown);
            }
        }
        Ok(bodies)
    }

    /// Asks for one page, or for the only answer, and says what it says of its pages.
    async fn one(
        &self,
        source: Source<'_>,
        spec: &RequestSpec,
        accept: &[BodyKind],
        keep: Keep,
        url: Url,
    ) -> Result<(BodyRecord, Pages), ArchiveError> {
        let request = Request {
            publisher: source.publisher.to_owned(),
            dataset: source.dataset.to_owned(),
            public_url: address::without_secrets(&url, spec.secret_query()),
            url,
            headers: spec.headers().clone(),
            max_bytes: spec.max_bytes(),
            timeout: spec.timeout(),
            secrets: spec.secrets(),
            turn: (self.route == Route::Network).then(|| self.requests.turn(source.budget)),
        };
        let key = format!("{} {:?}", request.url, request.headers);
        let known = self.answered.lock().ok().and_then(|answered| answered.get(&key).cloned()).filter(|_| keep == Keep::Bodies);
        let (response, keep) = match known {
            // The body is kept already, and nobody answered a second time.
            Some(record) => (self.again(source, &record, spec.max_bytes())?, Keep::Nothing),
            None => (self.transport.get(&request).await.map_err(|error| error.masked(&request.secrets))?, keep),
        };
        let kept = Kept { lake: self.lake.clone(), licence: source.licence.map(str::to_owned), keep, request };
        let (spec, accept) = (spec.clone(), accept.to_owned());
        blocking(move || match check::check(&response.body, &spec, &accept) {
            Ok(pages) => Ok((kept.accept(response)?, pages)),
            Err(refusal) => Err(kept.reject(&response, refusal)?),
        })
        .await
        .inspect(|(record, _)| {
            if let Ok(mut answered) = self.answered.lock() {
                answered.insert(key, record.clone());
            }
        })
    }

    /// Keeps a file of the pipeline's own, such as one of printed figures, as if a publisher had served it.
    pub fn keep(&self, source: Source<'_>, spec: &RequestSpec, bytes: &[u8]) -> Result<Fetched, ArchiveError> {
        let fail = |error| ArchiveError::Lake { dataset: source.dataset.to_owned(), source: error };
        let hash = if self.route == Route::Offline { sha256(bytes) } else { self.lake.store_body(bytes).map_err(fail)? };
        let body = BodyRecord {
            url: spec.public_address(0).to_string(),
            sha256: hash,
            bytes: bytes.len() as u64,
            retrieved: clock::whole_seconds(clock::now()),
            last_modified: None,
            content_type: Some("application/toml".to_owned()),
            first_page: None,
        };
        self.record(source, vec![body], if self.route == Route::Offline { Keep::Nothing } else { Keep::Bodies })
    }

    /// Whether this route may have an answer without asking a publisher: a mirror that has it, or a server of our own.
    pub fn may_hold(&self, spec: &RequestSpec) -> bool {
        match &self.route {
            Route::Network | Route::Offline => false,
            Route::Via(_) => true,
            Route::Mirror(_) => {
                let first = paging::first(spec, &spec.address(0));
                self.transport.holds(&address::without_secrets(&first, spec.secret_query()))
            }
        }
    }

    /// An answer of this run, read back from the archive.
    fn again(&self, source: Source<'_>, record: &BodyRecord, max_bytes: u64) -> Result<Response, ArchiveError> {
        let body = self.lake.read_body(&record.sha256, max_bytes);
        let body = body.map_err(|error| ArchiveError::Lake { dataset: source.dataset.to_owned(), source: error })?;
        let BodyRecord { retrieved, last_modified, content_type, .. } = record.clone();
        Ok(Response { retrieved, last_modified, content_type, body })
    }
}

/// The editions of a dataset that the archive of a lake has, by the time of their last retrieval, oldest first.
pub fn editions(lake: &Lake, publisher: &str, dataset: &str) -> Result<Vec<Edition>, ArchiveError> {
    Ok(log::distinct(log::retrievals(lake, publisher, dataset)?))
}

/// One request on its way into the lake.
struct Kept {
    lake: Lake,
    licence: Option<String>,
    keep: Keep,
    request: Request,
}

impl Kept {
    fn accept(&self, response: Response) -> Result<BodyRecord, ArchiveError> {
        let hash = if self.keep == Keep::Bodies {
            let hash = self.lake.store_body(&response.body).map_err(|source| self.lake_error(source))?;
            self.log(&Line::Answer(self.answer(&response, &hash, None)))?;
            hash
        } else {
            sha256(&response.body)
        };
        Ok(BodyRecord {
            url: self.request.public_url.to_string(),
            sha256: hash,
            bytes: response.body.len() as u64,
            retrieved: response.retrieved,
            last_modified: response.last_modified,
            content_type: response.content_type,
            first_page: None,
        })
    }

    /// Keeps a refused body aside and says why it was refused.
    fn reject(&self, response: &Response, refusal: Refusal) -> Result<ArchiveError, ArchiveError> {
        let (dataset, url) = (self.request.dataset.clone(), self.request.public_url.to_string());
        let kept = self.keep_aside(response, &refusal)?;
        let error = match refusal {
            Refusal::NotData { expected, found } => ArchiveError::NotData { dataset, url, expected, found, kept },
            Refusal::Publisher { message } => ArchiveError::Publisher { dataset, url, message, kept },
            Refusal::Envelope { detail } => ArchiveError::Envelope { dataset, url, detail, kept },
        };
        Ok(error.masked(&self.request.secrets))
    }

    fn keep_aside(&self, response: &Response, refusal: &Refusal) -> Result<Option<PathBuf>, ArchiveError> {
        if self.keep == Keep::Nothing {
            return Ok(None);
        }
        let hash = self.lake.reject_body(&response.body).map_err(|source| self.lake_error(source))?;
        self.log(&Line::Rejected(self.answer(response, &hash, Some(refusal.reason()))))?;
        Ok(Some(self.lake.rejected_body(&hash)))
    }

    fn answer<'a>(&'a self, response: &'a Response, sha256: &'a Sha256, reason: Option<&'a str>) -> Answer<'a> {
        Answer {
            dataset: &self.request.dataset,
            method: "GET",
            url: self.request.public_url.as_str(),
            status: 200,
            when: response.retrieved,
            last_modified: response.last_modified,
            content_type: response.content_type.as_deref(),
            sha256,
            bytes: response.body.len() as u64,
            licence: self.licence.as_deref(),
            reason,
        }
    }

    fn log(&self, line: &Line<'_>) -> Result<(), ArchiveError> {
        log::append(&self.lake, &self.request.publisher, &self.request.dataset, line)
    }

    fn lake_error(&self, source: LakeError) -> ArchiveError {
        ArchiveError::Lake { dataset: self.request.dataset.clone(), source }
    }
}
