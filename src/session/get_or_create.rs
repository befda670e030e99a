//! One open inquiry for each person.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::create_once::{create_once, patiently};
use super::flight::Flights;
use super::memory::Turn;
use super::record::Record;
use crate::client::Persona;
use crate::error::Error;
use crate::id::InquiryId;
use crate::inquiry::{Created, Inquiry, InquiryStatus, NewInquiry};
use crate::store::Seed;

/// Those under way, by person and by which finished inquiries do not count.
pub(super) type Onboardings = Flights<(String, Vec<InquiryStatus>), Result<OneInquiry, Error>>;

/// How often it is asked whether it is this one's turn.
const PAUSE: Duration = Duration::from_millis(50);

/// How long somebody else may take. The idempotency key still keeps the inquiry single then.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// The one inquiry of a person.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum OneInquiry {
    /// There was none, or none that counts: this one was created.
    Created(Created),
    /// There was this one, which is not finished; it may have expired. Let the person in by
    /// [`open`](super::Sessions::open).
    Open(Inquiry),
    /// There was this one, and the person is through.
    Finished(Inquiry),
}

impl OneInquiry {
    /// The inquiry, created or found.
    pub fn inquiry(&self) -> &Inquiry {
        match self {
            Self::Created(created) => &created.inquiry,
            Self::Open(inquiry) | Self::Finished(inquiry) => inquiry,
        }
    }
}

/// The one inquiry of a person, looked up or created when it is awaited.
#[must_use = "nothing happens until it is awaited"]
pub struct GetOrCreate {
    persona: Persona,
    reference_id: String,
    new: NewInquiry,
    anew_after: Vec<InquiryStatus>,
}

impl GetOrCreate {
    pub(super) fn new(persona: Persona, reference_id: String, new: NewInquiry) -> Self {
        Self {
            persona,
            reference_id,
            new,
            anew_after: Vec::new(),
        }
    }

    /// Starts a new one where the person's newest is finished with this status; call it again to
    /// name another. Unless called, a finished one is what comes back.
    pub fn start_anew_after(mut self, status: InquiryStatus) -> Self {
        self.anew_after.push(status);
        self
    }
}

impl IntoFuture for GetOrCreate {
    type Output = Result<OneInquiry, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let new = self.new.of_person(&self.reference_id)?;
            let seed = Seed::new(&["person", &self.reference_id, new.template_name()]);
            let person = Person {
                persona: self.persona.with_new_keys(),
                lease: format!("person/{}", seed.text()),
                reference_id: self.reference_id,
                new,
                anew_after: self.anew_after,
            };
            let onboardings = &self.persona.session_memory().onboardings;
            let key = (person.lease.clone(), person.anew_after.clone());
            onboardings.join(key, || person.in_turn()).await
        })
    }
}

/// Prints no reference id.
impl fmt::Debug for GetOrCreate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GetOrCreate")
            .field("start_anew_after", &self.anew_after)
            .finish_non_exhaustive()
    }
}

struct Person {
    persona: Persona,
    /// Holds a hash of the reference id: what is in a store is no data of a person.
    lease: String,
    reference_id: String,
    new: NewInquiry,
    anew_after: Vec<InquiryStatus>,
}

/// What the person has.
enum Standing {
    Has(Box<OneInquiry>),
    /// Nothing that counts. The newest of what does not, if there is any.
    Nothing(Option<InquiryId>),
}

impl Standing {
    fn has(one: OneInquiry) -> Self {
        Self::Has(Box::new(one))
    }
}

impl Person {
    async fn in_turn(&self) -> Result<OneInquiry, Error> {
        let memory = self.persona.session_memory();
        let begun = Instant::now();
        loop {
            match memory.turn(&self.lease).await {
                Turn::Mine(turn) => {
                    let result = turn.through(self.look_or_create()).await;
                    turn.end().await;
                    return result;
                }
                Turn::Others if begun.elapsed() < LONGEST_WAIT => {
                    sleep(PAUSE.mul_f64(0.5 + fastrand::f64())).await;
                }
                Turn::Others | Turn::NoStore => return self.look_or_create().await,
            }
        }
    }

    async fn look_or_create(&self) -> Result<OneInquiry, Error> {
        let newest = match patiently(|| self.standing()).await? {
            Standing::Has(one) => return Ok(*one),
            Standing::Nothing(newest) => newest,
        };
        // What is created after a finished one is another inquiry than the first.
        let parts = [
            "person",
            &self.reference_id,
            self.new.template_name(),
            newest.as_ref().map_or("", InquiryId::as_str),
        ];
        let find = || async {
            Ok(match self.standing().await? {
                Standing::Has(one) => Some(one.inquiry().clone()),
                Standing::Nothing(_) => None,
            })
        };
        let created = create_once(&self.persona, &Seed::new(&parts), &self.new, find).await?;
        if let Some(token) = created.session_token.clone() {
            let (id, now) = (created.inquiry.id(), self.persona.now());
            let record = Record::new(token, now, 1);
            let memory = self.persona.session_memory();
            memory.keep_first(&id, &record, now).await;
        }
        Ok(OneInquiry::Created(created))
    }

    async fn standing(&self) -> Result<Standing, Error> {
        let inquiries = self.persona.inquiries().list_at_once();
        let mut newest_first = inquiries.reference_id(&self.reference_id).items();
        let mut newest = None;
        let mut is_first = true;
        while let Some(inquiry) = newest_first.next().await {
            let inquiry = inquiry?;
            if !self.new.is_like(&inquiry) {
                continue;
            }
            newest.get_or_insert_with(|| inquiry.id());
            if inquiry.is_redacted() {
                continue;
            }
            let status = inquiry.status();
            if std::mem::take(&mut is_first) {
                if !status.is_finished() {
                    return Ok(Standing::has(OneInquiry::Open(inquiry)));
                }
                if !self.anew_after.contains(&status) {
                    return Ok(Standing::has(OneInquiry::Finished(inquiry)));
                }
            } else if matches!(status, InquiryStatus::Created | InquiryStatus::Pending) {
                return Ok(Standing::has(OneInquiry::Open(inquiry)));
            }
        }
        Ok(Standing::Nothing(newest))
    }
}
