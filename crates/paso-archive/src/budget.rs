//! How often a publisher may be asked over the network.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use paso_lake::Lake;
use serde::{Deserialize, Serialize};

use crate::{
    ArchiveError, clock,
    log::{self, Line},
    transport::Request,
};

#[cfg(test)]
mod tests;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// How often a publisher may be asked over the network.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// The shortest time between two requests, in milliseconds.
    #[serde(default)]
    pub pause_ms: u64,
    /// The most requests within an hour, those of other runs included; no limit where it is not said.
    #[serde(default)]
    pub requests_per_hour: Option<u32>,
}

/// The requests that an archive makes over the network, by publisher.
#[derive(Debug)]
pub(crate) struct Requests {
    lake: Lake,
    publishers: Mutex<BTreeMap<String, Made>>,
}

/// The requests to one publisher.
#[derive(Debug, Default)]
struct Made {
    /// When the last one is made: it may still wait for its turn.
    last: Option<Instant>,
    /// Those of the last hour, oldest first. They are read from the log once: nobody else writes to a lake that is locked.
    hour: Option<VecDeque<Timestamp>>,
}

/// A request's right to be made, again and again, within a budget.
#[derive(Debug, Clone)]
pub(crate) struct Turn {
    requests: Arc<Requests>,
    budget: Budget,
}

impl Requests {
    pub(crate) fn new(lake: &Lake) -> Arc<Self> {
        Arc::new(Self { lake: lake.clone(), publishers: Mutex::default() })
    }

    /// The turns of a request.
    pub(crate) fn turn(self: &Arc<Self>, budget: Budget) -> Turn {
        Turn { requests: Arc::clone(self), budget }
    }

    /// Counts a request, whatever will be answered, and says how long it has to wait.
    fn count(&self, request: &Request, budget: Budget) -> Result<Duration, ArchiveError> {
        let mut publishers = self.publishers.lock().unwrap_or_else(PoisonError::into_inner);
        let made = publishers.entry(request.publisher.clone()).or_default();
        let now = Instant::now();
        let pause = Duration::from_millis(budget.pause_ms);
        let next = made.last.and_then(|last| last.checked_add(pause));
        let rest = next.map_or(Duration::ZERO, |next| next.saturating_duration_since(now));
        let when = clock::now().checked_add(rest).unwrap_or(Timestamp::MAX);
        if let Some(most) = budget.requests_per_hour {
            let hour = match &mut made.hour {
                Some(hour) => hour,
                None => made.hour.insert(log::asked(&self.lake, &request.publisher, &request.dataset)?.into()),
            };
            while hour.front().is_some_and(|oldest| *oldest <= when - HOUR) {
                hour.pop_front();
            }
            if let Some(spare) = hour.len().checked_sub(most as usize) {
                let next = hour.get(spare).copied().unwrap_or(when) + HOUR;
                let (dataset, publisher) = (request.dataset.clone(), request.publisher.clone());
                return Err(ArchiveError::Budget { dataset, publisher, requests: most, next });
            }
            hour.push_back(when);
        }
        let line = Line::Asked { dataset: &request.dataset, url: request.public_url.as_str(), when };
        log::append(&self.lake, &request.publisher, &request.dataset, &line)?;
        made.last = Some(now + rest);
        Ok(rest)
    }
}

impl Turn {
    /// Waits until the request may be made. A budget that is used up for longer than a pause is an error: a run does not sleep for most of an hour.
    pub(crate) async fn wait(&self, request: &Request) -> Result<(), ArchiveError> {
        let rest = self.requests.count(request, self.budget)?;
        if !rest.is_zero() {
            tokio::time::sleep(rest).await;
        }
        Ok(())
    }
}
