//! What is kept of each request. Parameters are not: they hold people's data.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Model;

/// How many of the newest logs are there at least.
const KEPT: usize = 1000;

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ApiLog {
    /// The id of the request.
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) accept: Option<String>,
    pub(crate) host: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) user_agent: Option<String>,
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) rate_limit: RateHeaders,
    pub(crate) created_at: DateTime<Utc>,
}

/// The headers of the answer that tell how the rate window stands.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct RateHeaders {
    pub(crate) limit: u64,
    pub(crate) remaining: u64,
    pub(crate) reset: i64,
}

impl Model {
    pub(crate) fn log_request(&mut self, log: ApiLog) {
        let id = log.id.clone();
        self.api_logs.insert(&id, log);
        self.api_logs.keep_newest(KEPT);
    }
}
