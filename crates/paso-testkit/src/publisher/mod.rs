//! A publisher on this machine: a mirror served over HTTP, with faults.

mod fault;
mod response;

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::JoinHandle,
};

use axum::{
    Router,
    extract::State,
    http::{StatusCode, Uri},
    response::Response,
};
pub use fault::{Fault, FaultRule};
use tokio::{net::TcpListener, runtime, sync::oneshot};
use url::Url;

use crate::{TestkitError, mirror};

/// Serves a mirror folder on 127.0.0.1 until it is dropped.
///
/// The request for `https://host/path?query` goes to `/host/path?query`; the order of parameters does not matter. An answer has the
/// content type of the mirror's index, its time of retrieval as `Date`, and `Last-Modified` where the index has it. A request that
/// the mirror does not answer gets a 404 page.
#[derive(Debug)]
pub struct LocalPublisher {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    mirror: PathBuf,
    faults: Mutex<Vec<FaultRule>>,
    requests: Mutex<Vec<String>>,
}

impl LocalPublisher {
    /// Starts serving a mirror on a port, or on any free one for 0. The first rule that matches a request holds.
    pub fn start(mirror: &Path, port: u16, faults: Vec<FaultRule>) -> Result<Self, TestkitError> {
        mirror::open(mirror)?;
        let failed = |source| TestkitError::Listen { port, source };
        let shared = Arc::new(Shared { mirror: mirror.to_owned(), faults: Mutex::new(faults), requests: Mutex::new(Vec::new()) });
        let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, port))).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let router = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("local publisher".to_owned())
            .spawn(move || {
                runtime.block_on(async {
                    tokio::select! {
                        _ = axum::serve(listener, router) => {}
                        _ = stopped => {}
                    }
                });
                // Requests that hang must not hold up the end of a test.
                runtime.shutdown_background();
            })
            .map_err(failed)?;
        Ok(Self { address, shared, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The value for `--via`.
    pub fn via(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Replaces the faults, from the next request on.
    pub fn set_faults(&self, faults: Vec<FaultRule>) {
        *lock(&self.shared.faults) = faults;
    }

    /// The original URLs asked for so far, in order.
    pub fn requests(&self) -> Vec<String> {
        lock(&self.shared.requests).clone()
    }
}

impl Drop for LocalPublisher {
    fn drop(&mut self) {
        // A failure means that the thread has ended already.
        let _ = self.stop.take().map(|stop| stop.send(()));
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// A poisoned list is still a list.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn answer(State(shared): State<Arc<Shared>>, uri: Uri) -> Response {
    let original = format!("https:/{}", uri.path_and_query().map_or("/", |path| path.as_str()));
    lock(&shared.requests).push(original.clone());
    // The index is read again each time, so that an edited mirror is served as it stands.
    let found = mirror::open(&shared.mirror).and_then(|mirror| {
        let entry = Url::parse(&original).ok().and_then(|url| mirror.find(&url).cloned());
        entry.map(|entry| mirror::read(&mirror, &entry).map(|bytes| (entry, bytes))).transpose()
    });
    let (entry, bytes) = match found {
        Ok(Some(found)) => found,
        Ok(None) => return response::page(StatusCode::NOT_FOUND, "Page not found", "The mirror has no answer to this request."),
        Err(error) => return response::page(StatusCode::INTERNAL_SERVER_ERROR, "The mirror is broken", &error.to_string()),
    };
    let fault = lock(&shared.faults).iter().find(|rule| original.starts_with(&rule.prefix)).map(|rule| rule.fault.clone());
    match fault {
        Some(fault) => response::faulty(&fault, &entry, bytes).await,
        None => response::whole(&entry, bytes),
    }
}

#[cfg(test)]
mod tests;
