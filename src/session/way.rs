//! The way into one inquiry: what is kept, whose turn it is, what Persona says.

use std::time::{Duration, SystemTime};

use tokio::time::{Instant, sleep};

use super::access::Access;
use super::memory::{Memory, Turn, opening_lease};
use super::open::Terms;
use super::record::Record;
use crate::client::Persona;
use crate::error::{Error, ErrorKind};
use crate::id::{InquiryId, TemplateVersionId};
use crate::inquiry::{Inquiry, InquiryStatus, Resumed};
use crate::store::Lease;

/// How often it is looked at what somebody else's turn came to: soon at first.
const PAUSES: (Duration, Duration) = (Duration::from_millis(20), Duration::from_millis(250));

/// How long somebody else may take. Then it is done twice rather than not at all.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// How often the inquiry is read again because its state moved meanwhile.
const READ_AGAIN: u32 = 2;

/// As many sessions an inquiry has, unless Persona agreed to more.
const SESSION_LIMIT: usize = 25;

/// A token that ends sooner is not handed out when there may be another.
const TOO_SHORT: Duration = Duration::from_secs(60);

/// An access, or the inquiry that stands in place of this one.
type Entered = Result<Access, InquiryId>;

pub(super) struct Way<'o> {
    pub(super) persona: &'o Persona,
    pub(super) memory: &'o Memory,
    pub(super) id: &'o InquiryId,
    terms: &'o Terms,
}

/// An inquiry as it is now.
struct Now {
    inquiry: Inquiry,
    /// Its template's published version, where it was asked for.
    latest_version: Option<TemplateVersionId>,
}

/// What an inquiry asks for.
enum Step {
    Give(Access),
    /// The token that is kept: a new one would end just then.
    GiveAgain(Record),
    Resume,
    Renew,
}

impl<'o> Way<'o> {
    pub(super) fn new(persona: &'o Persona, id: &'o InquiryId, terms: &'o Terms) -> Self {
        Self {
            persona,
            memory: persona.session_memory(),
            id,
            terms,
        }
    }

    /// Whether a token that is kept can be given out on these terms.
    pub(super) fn is_good(record: &Record, terms: &Terms, now: SystemTime) -> bool {
        record.lasts(terms.min_ttl, now)
    }

    /// Goes in by what is kept, else makes a way when it is this one's turn.
    pub(super) async fn enter(&self) -> Result<Entered, Error> {
        let begun = Instant::now();
        let (mut pause, longest_pause) = PAUSES;
        loop {
            if let Some(entered) = self.kept().await {
                return Ok(entered);
            }
            match self.memory.turn(&opening_lease(self.id)).await {
                Turn::Mine(turn) => {
                    let entered = turn
                        .through(async {
                            // Its last holder may have left something between the look and the turn.
                            match self.kept().await {
                                Some(entered) => Ok(entered),
                                None => self.make(Some(turn.lease())).await,
                            }
                        })
                        .await;
                    turn.end().await;
                    return entered;
                }
                Turn::Others if begun.elapsed() < LONGEST_WAIT => {
                    sleep(pause.mul_f64(0.5 + fastrand::f64())).await;
                    pause = (pause * 2).min(longest_pause);
                }
                Turn::Others => {
                    tracing::warn!(
                        target: "withpersona",
                        "somebody else takes too long to open an inquiry: going on beside it"
                    );
                    return self.make(None).await;
                }
                Turn::NoStore => return self.make(None).await,
            }
        }
    }

    async fn kept(&self) -> Option<Entered> {
        if !self.terms.ask_first
            && let Some(record) = self.memory.token(self.id).await
            && Self::is_good(&record, self.terms, self.persona.now())
        {
            return Some(Ok(Access::of_record(self.id.clone(), record)));
        }
        self.memory.renewal(self.id).await.map(Err)
    }

    /// Asks Persona. A state that moves meanwhile is read again.
    async fn make(&self, lease: Option<&Lease>) -> Result<Entered, Error> {
        let mut kept = self.memory.token(self.id).await;
        let mut moved = 0;
        let mut expired_all = false;
        loop {
            let now = self.read().await?;
            match self.step(&now, kept.take()) {
                Step::Give(access) => return Ok(Ok(access)),
                Step::GiveAgain(record) => {
                    return Ok(Ok(Access::of_record(self.id.clone(), record)));
                }
                Step::Renew => return Ok(Err(self.renew(&now.inquiry).await?)),
                Step::Resume => {}
            }
            let error = match self.persona.inquiries().resume(self.id).await {
                Ok(resumed) => return Ok(Ok(self.keep(resumed, lease).await)),
                Err(error) => error,
            };
            if error.is_conflict() && moved < READ_AGAIN {
                moved += 1;
            } else if !is_at_limit(&error, &now.inquiry) {
                return Err(error);
            } else if self.terms.expire_all_on_limit && !expired_all {
                expired_all = true;
                self.persona.sessions().expire_all(self.id).await?;
            } else {
                return Err(error.understood_as(ErrorKind::SessionLimit, NO_SESSION_LEFT));
            }
        }
    }

    async fn read(&self) -> Result<Now, Error> {
        let include = self
            .terms
            .policy
            .renew_on_new_version
            .then_some("inquiry-template");
        let raw = self.persona.raw();
        let answer = raw
            .retrieve_an_inquiry(self.id.as_str(), None, include)
            .await?
            .into_inner();
        let included = answer.included.iter().flatten();
        let latest = included
            .filter(|object| object.kind == "inquiry-template")
            .find_map(|template| template.relationships.one("latest-published-version"));
        Ok(Now {
            latest_version: latest.map(|version| TemplateVersionId::received(&version.id)),
            inquiry: answer.data.into(),
        })
    }

    fn step(&self, now: &Now, kept: Option<Record>) -> Step {
        let inquiry = &now.inquiry;
        if inquiry.is_redacted() {
            return Step::Give(Access::Gone);
        }
        match inquiry.status() {
            InquiryStatus::Created if self.terms.prefer_open => Step::Give(Access::Open),
            InquiryStatus::Created | InquiryStatus::Pending => match kept {
                Some(record) if self.is_good_still(&record, inquiry) => Step::GiveAgain(record),
                _ => Step::Resume,
            },
            InquiryStatus::Expired if self.is_to_be_renewed(now) => Step::Renew,
            InquiryStatus::Expired if !self.terms.policy.refuse => Step::Resume,
            status => Step::Give(Access::Finished(status)),
        }
    }

    /// Who asked first has not looked at what is kept yet.
    fn is_good_still(&self, record: &Record, inquiry: &Inquiry) -> bool {
        self.terms.ask_first && Self::is_good(record, self.terms, self.persona.now())
            || self.is_as_good_as_new(record, inquiry)
    }

    /// A new session ends when its inquiry does, and so does this token. Resuming would use up a
    /// session for nothing.
    fn is_as_good_as_new(&self, record: &Record, inquiry: &Inquiry) -> bool {
        let slack = chrono::TimeDelta::seconds(5);
        record.lasts(TOO_SHORT, self.persona.now())
            && match (record.expires_at(), inquiry.expires_at()) {
                (Some(token), Some(inquiry)) => token + slack >= inquiry,
                _ => false,
            }
    }

    fn is_to_be_renewed(&self, now: &Now) -> bool {
        let policy = &self.terms.policy;
        let age = now.inquiry.created_at().map(|created_at| {
            let age = self.persona.now().duration_since(created_at.into());
            age.unwrap_or_default()
        });
        let is_old = match (policy.renew_after, age) {
            (Some(limit), Some(age)) => age > limit,
            _ => false,
        };
        let version = now
            .inquiry
            .raw()
            .relationships
            .one("inquiry-template-version");
        let is_behind = match (&now.latest_version, version) {
            (Some(latest), Some(version)) => latest.as_str() != version.id,
            _ => false,
        };
        is_old || (policy.renew_on_new_version && is_behind)
    }

    async fn keep(&self, resumed: Resumed, lease: Option<&Lease>) -> Access {
        let now = self.persona.now();
        let sessions_used = sessions_of(&resumed.inquiry);
        let record = Record::new(resumed.session_token, now, sessions_used);
        let was_kept = self.memory.keep(self.id, &record, lease, now).await;
        if !was_kept {
            // Somebody else had a turn meanwhile: everybody is to have the same token.
            let theirs = self.memory.token(self.id).await;
            if let Some(theirs) = theirs.filter(|it| Self::is_good(it, self.terms, now)) {
                return Access::of_record(self.id.clone(), theirs);
            }
        }
        Access::of_record(self.id.clone(), record)
    }
}

const NO_SESSION_LEFT: &str = "all sessions of the inquiry are used and none of them can be \
     given out again; sessions().expire_all(..) ends them, open(..).expire_all_on_limit() does so \
     by itself";

/// Persona does not say by which status it refuses one session too many; the inquiry tells how
/// many it has.
fn is_at_limit(error: &Error, inquiry: &Inquiry) -> bool {
    let may_be = error.is_conflict()
        || matches!(error.kind(), ErrorKind::Validation | ErrorKind::BadRequest);
    may_be && sessions_of(inquiry) >= SESSION_LIMIT
}

fn sessions_of(inquiry: &Inquiry) -> usize {
    inquiry.raw().relationships.many("sessions").len()
}
