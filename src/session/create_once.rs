//! Creating an inquiry that is not to be there twice, whoever dies in the middle.
//!
//! The idempotency key follows from what the inquiry is for: whoever takes over sends the same
//! request under the same key, and gets what the first one made. Persona keeps a 500 under the
//! key as well; then, unless the inquiry is there, the next key of the row is used.

use std::future::Future;

use crate::call::CallOptions;
use crate::client::Persona;
use crate::error::{Error, WriteOutcome};
use crate::inquiry::{Created, Inquiry, NewInquiry};
use crate::store::Seed;

/// How often it is sent at most, beyond what each call retries.
const CREATIONS: u32 = 6;

/// How often something is looked for before the error comes out.
const LOOKS: u32 = 4;

/// Creates the inquiry, or gives the one that `find` finds where an earlier try may have made it.
pub(super) async fn create_once<F>(
    persona: &Persona,
    seed: &Seed,
    new: &NewInquiry,
    find: impl Fn() -> F,
) -> Result<Created, Error>
where
    F: Future<Output = Result<Option<Inquiry>, Error>>,
{
    let mut key = 0;
    let mut creations = 0;
    loop {
        creations += 1;
        let options = CallOptions::new().idempotency_key(seed.key(key));
        let inquiries = persona.with(options).inquiries();
        let error = match inquiries.create(new.clone()).await {
            Ok(created) => return Ok(created),
            Err(error) => error,
        };
        // A refusal can be about the key: another process used it with other fields.
        let is_about_key = error.is_conflict() || error.status() == Some(400);
        let is_unknown = matches!(error.write_outcome(), Some(WriteOutcome::Unknown { .. }));
        if !is_unknown && !is_about_key {
            return Err(error);
        }
        if let Ok(Some(inquiry)) = patiently(&find).await {
            return Ok(Created {
                inquiry,
                session_token: None,
                link: None,
            });
        }
        if !is_unknown || creations == CREATIONS {
            return Err(error);
        }
        if error.status() == Some(500) {
            key += 1;
        }
    }
}

/// Looks until a look succeeds. Looking changes nothing, so it can be done again.
pub(super) async fn patiently<T, F>(look: impl Fn() -> F) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    let mut looks = 0;
    loop {
        looks += 1;
        match look().await {
            Err(error) if looks < LOOKS && (error.is_retryable() || error.is_decode()) => {}
            result => return result,
        }
    }
}
