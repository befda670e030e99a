//! What to do when nobody knows whether something was created.

use std::future::Future;

use crate::call::CallOptions;
use crate::client::Persona;
use crate::error::{Error, WriteOutcome};

/// Looks what was to be created up by its reference id when its creation ended in
/// [`WriteOutcome::Unknown`](crate::WriteOutcome::Unknown); for
#[cfg_attr(
    feature = "inquiries",
    doc = "[`NewInquiry::on_unknown`](crate::NewInquiry::on_unknown)"
)]
#[cfg_attr(not(feature = "inquiries"), doc = "`NewInquiry::on_unknown`")]
/// and
#[cfg_attr(
    feature = "accounts",
    doc = "[`NewAccount::on_unknown`](crate::NewAccount::on_unknown)."
)]
#[cfg_attr(not(feature = "accounts"), doc = "`NewAccount::on_unknown`.")]
///
/// If it is there, that is the answer. If it is not, it is created again: under the same
/// idempotency key, or under a new one after a 500, which Persona stored under the first. After
/// six creations, or when it could not be looked up in five calls, the error of the last creation
/// comes out. Each call has a call timeout of its own; put a limit on the whole around it.
///
/// An inquiry of the same reference id and template that was created in the same minutes is
/// taken for the one that was asked for: give it to people who have one inquiry at a time. There
/// is one account to a reference id, so an account cannot be mistaken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LookUp;

/// How often it is created at most.
const CREATIONS: u32 = 6;

/// How often it is looked up at most after each creation, beyond what the call itself retries.
const LOOKS: u32 = 5;

/// A creation that can be looked up.
pub(crate) trait Creation {
    /// What the creation gives.
    type Created;
    /// What a look finds.
    type Found;

    /// Creates it, through this client.
    fn create(
        &self,
        persona: &Persona,
    ) -> impl Future<Output = Result<Self::Created, Error>> + Send;

    /// Looks once.
    fn find(&self) -> impl Future<Output = Result<Option<Self::Found>, Error>> + Send;

    /// Makes what was to come with the creation.
    fn complete(
        &self,
        found: Self::Found,
    ) -> impl Future<Output = Result<Self::Created, Error>> + Send;

    /// Whether an error that says for certain that nothing was created is reason to look, too.
    fn is_there_already(&self, error: &Error) -> bool;
}

/// Creates it, and looks it up whenever nobody knows whether that worked.
pub(crate) async fn create_looking_up<C: Creation>(
    persona: &Persona,
    creation: &C,
) -> Result<C::Created, Error> {
    let mut persona = persona.clone();
    let mut creations = 0;
    loop {
        creations += 1;
        let error = match creation.create(&persona).await {
            Ok(created) => return Ok(created),
            Err(error) => error,
        };
        let key = match error.write_outcome() {
            Some(WriteOutcome::Unknown { key: Some(key) }) => Some(key),
            _ if creation.is_there_already(&error) => None,
            _ => return Err(error),
        };
        match (look(creation).await, key) {
            (Ok(Some(found)), _) => return creation.complete(found).await,
            (Ok(None), Some(key)) if creations < CREATIONS => {
                persona = if error.status() == Some(500) {
                    persona.with_new_keys()
                } else {
                    persona.with(CallOptions::new().idempotency_key(key))
                };
            }
            // Whatever the look ended in, the error of the creation says more.
            _ => return Err(error),
        }
    }
}

/// Looks until a look succeeds.
async fn look<C: Creation>(creation: &C) -> Result<Option<C::Found>, Error> {
    let mut looks = 0;
    loop {
        looks += 1;
        match creation.find().await {
            Err(_) if looks < LOOKS => {}
            result => return result,
        }
    }
}
