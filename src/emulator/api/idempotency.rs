//! Idempotency keys: the first answer is kept and given again.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};

/// How long a key is remembered.
const KEPT_FOR: TimeDelta = TimeDelta::days(1);

#[derive(Default)]
pub(crate) struct Idempotency {
    first_answers: HashMap<(String, String), FirstAnswer>,
}

struct FirstAnswer {
    at: DateTime<Utc>,
    request: Fingerprint,
    answer: Kept,
}

/// What must be the same for a request to be the same.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Fingerprint {
    pub(crate) path_and_query: String,
    pub(crate) body: Bytes,
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

    /// Drops the answers in which an object appears that was redacted: they would tell again what
    /// was taken away.
    pub(crate) fn forget(&mut self, id: &str) {
        self.first_answers.retain(|_, first| {
            let told = String::from_utf8_lossy(&first.answer.body);
            !told.contains(id)
        });
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
        self.first_answers
            .insert((api_key.into(), key.into()), first);
    }
}
