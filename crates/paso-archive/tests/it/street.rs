//! A folder with a mirror and a lake, and a server that answers from a mirror.

use std::{fs, path::PathBuf, sync::Arc};

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{Response, StatusCode, Uri, header},
};
use jiff::{Timestamp, fmt::rfc2822::DateTimePrinter};
use paso_archive::{
    Archive, ArchiveError, BodyKind, Fetched, Probe, RequestSpec, Route, Source,
    mirror::{Mirror, Served, Writer},
};
use paso_lake::Lake;
use tempfile::TempDir;
use url::Url;

pub(crate) const SOURCE: Source<'static> = Source {
    publisher: "unhcr",
    dataset: "unhcr.population",
    licence: Some("CC-BY-4.0"),
    budget: paso_archive::Budget { pause_ms: 0, requests_per_hour: None },
};

pub(crate) const ALL: &[BodyKind] = &[BodyKind::Json, BodyKind::Csv, BodyKind::Xlsx, BodyKind::Zip];

/// A request table, as JSON.
pub(crate) fn spec(table: serde_json::Value) -> RequestSpec {
    serde_json::from_value(table).unwrap()
}

pub(crate) fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

pub(crate) fn served(retrieved: &str) -> Served {
    Served {
        retrieved: retrieved.parse().unwrap(),
        last_modified: Some("2026-07-01T08:30:00Z".parse().unwrap()),
        content_type: Some("application/json".into()),
    }
}

pub(crate) struct Street {
    pub folder: TempDir,
    pub lake: Lake,
}

impl Street {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::open(folder.path().join("lake")).unwrap();
        Self { folder, lake }
    }

    pub(crate) fn mirror(&self) -> PathBuf {
        self.folder.path().join("mirror")
    }

    /// Writes the mirror anew, retrieved on one day.
    pub(crate) fn write_mirror<'a>(&self, retrieved: &str, bodies: impl IntoIterator<Item = (&'a str, &'a [u8])>) {
        let mut writer = Writer::new(self.mirror());
        for (address, body) in bodies {
            writer.add(&url(address), body, served(retrieved)).unwrap();
        }
        writer.finish().unwrap();
    }

    pub(crate) async fn fetch(&self, spec: &RequestSpec) -> Result<Fetched, ArchiveError> {
        self.fetch_by(Route::Mirror(self.mirror()), spec).await
    }

    pub(crate) async fn fetch_by(&self, route: Route, spec: &RequestSpec) -> Result<Fetched, ArchiveError> {
        Archive::new(&self.lake, route)?.fetch(SOURCE, spec, ALL).await
    }

    pub(crate) async fn probe_by(&self, route: Route, spec: &RequestSpec) -> Result<Probe, ArchiveError> {
        Archive::new(&self.lake, route)?.probe(SOURCE, spec, ALL).await
    }

    /// The lines of the log, parsed.
    pub(crate) fn log(&self) -> Vec<serde_json::Value> {
        let text = fs::read_to_string(self.lake.archive_log("unhcr")).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    pub(crate) fn log_kinds(&self) -> Vec<String> {
        self.log().iter().map(|line| line["kind"].as_str().unwrap().to_owned()).collect()
    }
}

/// Serves a mirror on a free port, as `--via` expects it, and returns the address.
pub(crate) async fn serve(mirror: Mirror) -> Url {
    let router = Router::new().fallback(answer).with_state(Arc::new(mirror));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = url(&format!("http://{}", listener.local_addr().unwrap()));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

async fn answer(State(mirror): State<Arc<Mirror>>, uri: Uri) -> Response<Body> {
    let date = |time: Timestamp| DateTimePrinter::new().timestamp_to_rfc9110_string(&time).unwrap();
    let Some(entry) = mirror.find_via(&uri.to_string()) else {
        return Response::builder().status(StatusCode::NOT_FOUND).body(Body::empty()).unwrap();
    };
    let mut response = Response::builder().header(header::DATE, date(entry.retrieved));
    if let Some(time) = entry.last_modified {
        response = response.header(header::LAST_MODIFIED, date(time));
    }
    if let Some(content_type) = &entry.content_type {
        response = response.header(header::CONTENT_TYPE, content_type);
    }
    response.body(Body::from(mirror.read(entry, u64::MAX).unwrap())).unwrap()
}
