//! Idempotency keys: the first answer is kept and given again.

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

use axum::body::Bytes;
use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};

/// How many keys are remembered, the newest. A load test would fill the memory otherwise.
const MOST_KEPT: usize = 20_000;

/// How long a key is remembered.
const KEPT_FOR: TimeDelta = TimeDelta::days(1);

#[derive(Default)]
pub(crate) struct Idempotency {
    first_answers: HashMap<(String, String), FirstAnswer>,
    /// The same keys, oldest first.
    order: VecDeque<(String, String)>,
}

struct FirstAnswer {
    at: DateTime<Utc>,
    request: Fingerprint,
    answer: Kept,
}

/// What must be the same for a request to be the same.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Fingerprint {
    path_and_query: String,
    /// Not the body itself: it can hold a person's data, which may be redacted later.
    body: u64,
}

impl Fingerprint {
    pub(crate) fn new(path_and_query: String, body: &[u8]) -> Self {
        let mut hasher = DefaultHasher::new();
        body.hash(&mut hasher);
        Self {
            path_and_query,
            body: hasher.finish(),
        }
    }

    fn names(&self, id: &str) -> bool {
        self.path_and_query.contains(id)
    }
}

/// An answer as it went out.
#[derive(Clone)]
pub(crate) struct Kept {
    pub(crate) status: StatusCode,
    pub(crate) content_type: &'static str,
    pub(crate) body: Bytes,
    /// A replay writes no new log entry, so it points to the first one.
    pub(crate) request_id: String,
}

/// What is known about a key.
pub(crate) enum Known {
    New,
    Replay(Kept),
    /// It was used for another request.
    Mismatch,
}

impl Idempotency {
    pub(crate) fn look_up(
        &self,
        api_key: &str,
        key: &str,
        request: &Fingerprint,
        now: DateTime<Utc>,
    ) -> Known {
        let known = self.first_answers.get(&(api_key.into(), key.into()));
        match known {
            Some(first) if now - first.at >= KEPT_FOR => Known::New,
            Some(first) if first.request == *request => Known::Replay(first.answer.clone()),
            Some(_) => Known::Mismatch,
            None => Known::New,
        }
    }

    pub(crate) fn keep(
        &mut self,
        api_key: &str,
        key: &str,
        request: Fingerprint,
        answer: Kept,
        at: DateTime<Utc>,
    ) {
        let first = FirstAnswer {
            at,
            request,
            answer,
        };
        let place = (api_key.to_owned(), key.to_owned());
        if self.first_answers.insert(place.clone(), first).is_none() {
            self.order.push_back(place);
        }
        while self.order.len() > MOST_KEPT {
            if let Some(oldest) = self.order.pop_front() {
                self.first_answers.remove(&oldest);
            }
        }
    }

    /// Forgets the answers that tell of one of these objects: they were redacted.
    pub(crate) fn forget(&mut self, ids: &[String]) {
        if ids.is_empty() {
            return;
        }
        self.first_answers.retain(|_, first| {
            let body = String::from_utf8_lossy(&first.answer.body);
            let mut ids = ids.iter();
            !ids.any(|id| body.contains(id.as_str()) || first.request.names(id))
        });
    }
}
