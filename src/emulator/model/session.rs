//! Sessions and one-time links: the two ways into an inquiry.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::refusal::Refusal;
use super::transition::{Action, Resource, Status, find};
use super::{Deadline, Model};

/// More than this many sessions an inquiry cannot have; expired ones are included unless the
/// emulator was told otherwise.
const MOST_SESSIONS: usize = 25;

/// How long a one-time link works again after it was first opened.
pub(crate) const LINK_GRACE: TimeDelta = TimeDelta::minutes(5);

/// How long a one-time link works when the caller does not say.
const LINK_LIFETIME: TimeDelta = TimeDelta::days(1);

#[derive(Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) inquiry_id: String,
    pub(crate) status: Status,
    /// Codes of the one-time links that lead into it.
    pub(crate) links: Vec<String>,
    pub(crate) token: String,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) started_at: Option<DateTime<Utc>>,
    pub(crate) expired_at: Option<DateTime<Utc>>,
    /// The expiry that the inquiry had when the session was made. Resuming does not move it.
    pub(crate) expires_at: DateTime<Utc>,
}

impl Session {
    /// The device that the person has used; each session is another one.
    pub(crate) fn device_id(&self) -> Option<String> {
        self.started_at?;
        Some(format!("dev_{}", self.id.trim_start_matches("iqse_")))
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct OneTimeLink {
    pub(crate) session_id: String,
    pub(crate) status: Status,
    pub(crate) used_at: Option<DateTime<Utc>>,
}

/// A one-time link in its two spellings.
#[derive(Clone)]
pub(crate) struct LinkUrls {
    pub(crate) long: String,
    pub(crate) short: String,
}

impl Model {
    /// Makes a session, without asking whether the inquiry can be entered.
    pub(crate) fn create_session(&mut self, inquiry_id: &str) -> Result<String, Refusal> {
        let inquiry = self.open_inquiry(inquiry_id)?;
        let counted = inquiry.sessions.iter().filter(|id| {
            let session = self.sessions.get(id);
            self.counts_expired_sessions || session.is_some_and(|it| it.status != Status::Expired)
        });
        if counted.count() >= MOST_SESSIONS {
            return Err(Refusal::unprocessable(
                "/data/attributes/inquiry-id",
                format!("an inquiry can have at most {MOST_SESSIONS} sessions"),
            ));
        }
        let expires_at = inquiry.expires_at;
        let id = self.ids.next("iqse");
        let token = self.session_token(&id, inquiry_id, expires_at);
        let session = Session {
            id: id.clone(),
            inquiry_id: inquiry_id.to_owned(),
            status: Status::New,
            links: Vec::new(),
            token,
            created_at: self.now,
            started_at: None,
            expired_at: None,
            expires_at,
        };
        self.sessions.insert(&id, session);
        if let Some(inquiry) = self.inquiries.get_mut(inquiry_id) {
            inquiry.sessions.push(id.clone());
        }
        self.due(expires_at, Deadline::Session(id.clone()));
        Ok(id)
    }

    /// A session of the inquiry that nobody has used yet: one that is there, else a new one.
    pub(crate) fn unused_session(&mut self, inquiry_id: &str) -> Result<String, Refusal> {
        let unused = self.inquiries.get(inquiry_id).and_then(|inquiry| {
            let newest_first = inquiry.sessions.iter().rev();
            newest_first
                .filter_map(|id| self.sessions.get(id))
                .find(|session| session.status == Status::New)
                .map(|session| session.id.clone())
        });
        match unused {
            Some(id) => Ok(id),
            None => self.create_session(inquiry_id),
        }
    }

    /// Opens or expires a session.
    pub(crate) fn change_session(&mut self, id: &str, action: Action) -> Result<(), Refusal> {
        let now = self.now;
        let session = self
            .sessions
            .get_mut(id)
            .ok_or_else(|| Refusal::not_found("inquiry session", id))?;
        let from = session.status;
        let Some(row) = find(Resource::Session, from, action) else {
            return Err(Refusal::conflict(format!(
                "cannot {action} an inquiry session that is {from}"
            )));
        };
        session.status = row.to;
        match action {
            Action::Open => session.started_at = session.started_at.or(Some(now)),
            _ => session.expired_at = Some(now),
        }
        if action == Action::Expire {
            self.expire_links_of(id);
        }
        self.record_transition(row.event, Resource::Session, id);
        Ok(())
    }

    /// Expires what is left of an inquiry's sessions and says which they were.
    pub(crate) fn expire_sessions_of(&mut self, inquiry_id: &str) -> Vec<String> {
        let Some(inquiry) = self.inquiries.get(inquiry_id) else {
            return Vec::new();
        };
        let sessions = inquiry.sessions.clone();
        sessions
            .into_iter()
            .filter(|id| self.change_session(id, Action::Expire).is_ok())
            .collect()
    }

    /// Makes a link into a session. It is good for a day when no time is given.
    pub(crate) fn create_link(
        &mut self,
        session_id: &str,
        lifetime: Option<TimeDelta>,
    ) -> Result<LinkUrls, Refusal> {
        let code = format!("us1-{}", self.ids.text(20));
        let session = self
            .sessions
            .get_mut(session_id)
            .ok_or_else(|| Refusal::not_found("inquiry session", session_id))?;
        if session.status == Status::Expired {
            return Err(Refusal::conflict(
                "the inquiry session has expired: resume the inquiry first",
            ));
        }
        session.links.push(code.clone());
        let lifetime = lifetime.unwrap_or(LINK_LIFETIME);
        let expires_at = (self.now + lifetime).min(session.expires_at);
        let link = OneTimeLink {
            session_id: session_id.to_owned(),
            status: Status::Unused,
            used_at: None,
        };
        self.links.insert(&code, link);
        self.due(expires_at, Deadline::OneTimeLink(code.clone()));
        Ok(LinkUrls {
            long: format!("{}/verify?code={code}", self.origin),
            short: format!("{}/v?code={code}", self.origin),
        })
    }

    pub(super) fn link_is_due(&mut self, code: &str) {
        if let Some(link) = self.links.get_mut(code) {
            expire_link(link);
        }
    }

    pub(super) fn session_is_due(&mut self, id: &str) {
        // A session that was expired by hand has no row for it, and stays as it is.
        let _ = self.change_session(id, Action::Expire);
    }

    fn expire_links_of(&mut self, session_id: &str) {
        let Some(session) = self.sessions.get(session_id) else {
            return;
        };
        for code in &session.links {
            if let Some(link) = self.links.get_mut(code) {
                expire_link(link);
            }
        }
    }

    /// A token shaped like Persona's. Its signature is random: the emulator knows a token by
    /// looking it up, and a client has no key to check it with.
    fn session_token(
        &mut self,
        session_id: &str,
        inquiry_id: &str,
        expires_at: DateTime<Utc>,
    ) -> String {
        let issued_at = self.now.timestamp();
        let claims = json!({
            "iss": "persona-emulator",
            "aud": "persona-verify",
            "sub": session_id,
            "sid": session_id,
            "inquiry_id": inquiry_id,
            "iat": issued_at,
            "nbf": issued_at,
            "exp": expires_at.timestamp(),
            "jti": self.ids.text(22),
        });
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        format!(
            "{}.{}.{}",
            part(br#"{"alg":"HS256","typ":"JWT"}"#),
            part(claims.to_string().as_bytes()),
            part(&self.ids.bytes::<32>()),
        )
    }
}

fn expire_link(link: &mut OneTimeLink) {
    if let Some(row) = find(Resource::OneTimeLink, link.status, Action::Expire) {
        link.status = row.to;
    }
}
