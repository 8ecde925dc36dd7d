//! Answers without a network: from a mirror folder, or from the archive itself.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use paso_lake::Lake;

use crate::{
    ArchiveError, address, blocking, log,
    mirror::Mirror,
    transport::{Request, Response, Transport},
};

impl Transport for Arc<Mirror> {
    fn get<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, ArchiveError>> {
        let (mirror, request) = (Self::clone(self), request.clone());
        Box::pin(blocking(move || {
            let Some(entry) = mirror.find(&request.public_url) else {
                let nearest = mirror.nearest(&request.public_url);
                let mirror = mirror.folder().to_owned();
                return Err(ArchiveError::MirrorUnanswered { dataset: request.dataset, mirror, url: request.public_url.into(), nearest });
            };
            let max_bytes = request.max_bytes;
            if mirror.size(entry)? > max_bytes {
                return Err(ArchiveError::TooLarge { dataset: request.dataset, url: request.public_url.into(), max_bytes });
            }
            Ok(Response {
                retrieved: entry.retrieved,
                last_modified: entry.last_modified,
                content_type: entry.content_type.clone(),
                body: mirror.read(entry, max_bytes)?,
            })
        }))
    }

    fn holds(&self, url: &url::Url) -> bool {
        self.find(url).is_some()
    }
}

/// The last retrieval of each dataset again.
#[derive(Debug)]
pub(crate) struct Offline {
    pub lake: Lake,
}

impl Transport for Offline {
    fn get<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, ArchiveError>> {
        let (lake, request) = (self.lake.clone(), request.clone());
        Box::pin(blocking(move || {
            let last = log::retrievals(&lake, &request.publisher, &request.dataset)?.pop();
            let bodies = last.map(|edition| edition.bodies).unwrap_or_default();
            let wanted = address::key(&request.public_url);
            let found = bodies.iter().find(|body| url::Url::parse(&body.url).is_ok_and(|url| address::key(&url) == wanted));
            let Some(found) = found else {
                let nearest = address::nearest(&request.public_url, bodies.iter().map(|body| body.url.as_str()));
                return Err(ArchiveError::NotArchived { dataset: request.dataset, url: request.public_url.into(), nearest });
            };
            let body = lake.read_body(&found.sha256, request.max_bytes);
            Ok(Response {
                retrieved: found.retrieved,
                last_modified: found.last_modified,
                content_type: found.content_type.clone(),
                body: body.map_err(|source| ArchiveError::Lake { dataset: request.dataset, source })?,
            })
        }))
    }
}
