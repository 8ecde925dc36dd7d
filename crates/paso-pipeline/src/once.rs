//! One answer of a publisher that no definition asks for yet.

use paso_archive::{Archive, BodyKind, Budget, RequestSpec, Route, Source};
use paso_lake::{Lake, Sha256};

use crate::error::RunError;

/// Asks for a body once and keeps it in a lake, which may be one that is thrown away; of an answer of several bodies it is the first.
pub fn fetch_once(lake: &Lake, route: &Route, request: &RequestSpec) -> Result<Option<Sha256>, RunError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(RunError::Runtime)?;
    let kinds = [BodyKind::Json, BodyKind::Csv, BodyKind::Xlsx, BodyKind::Xls, BodyKind::Zip, BodyKind::Gzip];
    let source = Source { publisher: "draft", dataset: "draft.sample", licence: None, budget: Budget::default() };
    let fetched = runtime.block_on(async { Archive::new(lake, route.clone())?.fetch(source, request, &kinds).await })?;
    Ok(fetched.edition.bodies.first().map(|body| body.sha256.clone()))
}
