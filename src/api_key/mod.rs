//! API keys: made, limited and replaced by the API itself.
//!
//! See <https://docs.withpersona.com/api-keys>.

#[cfg(feature = "schemars")]
mod arguments;
mod change;
mod list;
mod view;

use std::fmt;
use std::time::Duration;

use crate::client::Persona;
use crate::error::{Error, ErrorKind};
use crate::id::{ApiKeyId, IntoId};
use crate::raw::types;
use crate::secret::ApiKey;

#[cfg(feature = "schemars")]
pub use self::arguments::ApiKeyFilter;
pub use self::change::{ApiKeyUpdate, NewApiKey};
pub use self::list::ApiKeyList;
pub use self::view::ApiKeyRecord;

/// How long a key may go on after it was told to expire.
const LONGEST_OVERLAP: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Calls on API keys; get it by [`Persona::api_keys`].
///
/// A key is replaced in three steps without a moment in which none is good:
/// [`clone_key`](Self::clone_key), then [`Persona::set_api_key`] wherever the old one is used,
/// then [`expire`](Self::expire) with an overlap.
#[derive(Clone, Debug)]
pub struct ApiKeys {
    persona: Persona,
}

impl Persona {
    /// Calls on API keys. The client's own key needs the permission for it, which keys do not have
    /// unless they are given it.
    ///
    /// A key is replaced without a moment in which none is good:
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// # async fn deploy(_: &withpersona::ApiKey) {}
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let old = "api_123";
    /// let new = persona.api_keys().clone_key(old).await?;
    /// deploy(&new.value).await; // to a secret store, never to a log
    /// persona.set_api_key(new.value)?;
    /// let a_day = Duration::from_secs(24 * 60 * 60);
    /// persona.api_keys().expire(old, a_day).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn api_keys(&self) -> ApiKeys {
        ApiKeys {
            persona: self.clone(),
        }
    }
}

impl ApiKeys {
    /// Makes a key. Its value is told this once and never again.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for a key that cannot be right, before anything is sent;
    /// [`ErrorKind::Permission`] when the client's own key may not make keys. After
    /// [`WriteOutcome::Unknown`](crate::WriteOutcome::Unknown) it may exist, with a value that
    /// nobody knows: look it up by its name, expire it, and make another.
    ///
    /// See <https://docs.withpersona.com/api-reference/api-keys/create-an-api-key>.
    ///
    /// ```no_run
    /// use withpersona::NewApiKey;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let new = NewApiKey::named("screening").permissions(["report.read", "report.write"]);
    /// let made = persona.api_keys().create(new).await?;
    /// println!("{} made", made.key.id()); // made.value is the secret
    /// # Ok(())
    /// # }
    /// ```
    pub async fn create(&self, new: NewApiKey) -> Result<CreatedApiKey, Error> {
        let body = new.into_body()?;
        let raw = self.persona.raw();
        let answer = raw.create_an_api_key(None, None, &body).await?;
        CreatedApiKey::of(answer.into_inner())
    }

    /// Reads a key, without its value.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] when there is none of that id in the key's environment.
    ///
    /// See <https://docs.withpersona.com/api-reference/api-keys/retrieve-an-api-key>.
    pub async fn retrieve(&self, id: impl IntoId<ApiKeyId>) -> Result<ApiKeyRecord, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        Ok(raw
            .retrieve_an_api_key(id.as_str(), None, None)
            .await?
            .into())
    }

    /// Lists keys without their values, newest first.
    ///
    /// See <https://docs.withpersona.com/api-reference/api-keys/list-all-api-keys>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let mut keys = persona.api_keys().list().name("screening").items();
    /// while let Some(key) = keys.next().await {
    ///     let key = key?;
    ///     println!("{} last used {:?}", key.id(), key.last_used_at());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self) -> ApiKeyList {
        ApiKeyList::new(self.persona.in_background().raw())
    }

    /// Changes what the update names, and nothing else. The value of a key cannot be changed:
    /// see [`clone_key`](Self::clone_key).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] when the update names nothing or cannot be sent, before
    /// anything is sent. Mind that a key can take away its own permissions.
    ///
    /// See <https://docs.withpersona.com/api-reference/api-keys/update-an-api-key>.
    ///
    /// ```no_run
    /// use withpersona::ApiKeyUpdate;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let update = ApiKeyUpdate::new().note("for the nightly screening");
    /// persona.api_keys().update("api_123", update).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn update(
        &self,
        id: impl IntoId<ApiKeyId>,
        update: ApiKeyUpdate,
    ) -> Result<ApiKeyRecord, Error> {
        let id = id.into_id()?;
        let body = update.into_body()?;
        let raw = self.persona.raw();
        let answer = raw
            .update_an_api_key(id.as_str(), None, None, &body)
            .await?;
        Ok(answer.into())
    }

    /// Makes a key that may do what another one may, with a value of its own: the first step of
    /// replacing a key. The value is told this once and never again.
    ///
    /// # Errors
    ///
    /// As for [`create`](Self::create) and [`retrieve`](Self::retrieve).
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let new = persona.api_keys().clone_key("api_123").await?;
    /// persona.set_api_key(new.value)?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn clone_key(&self, id: impl IntoId<ApiKeyId>) -> Result<CreatedApiKey, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw.clone_api_key(id.as_str(), None, None).await?;
        CreatedApiKey::of(answer.into_inner())
    }

    /// Ends a key after an overlap: 30 days at most, in whole seconds, and at once for zero. The
    /// last step of replacing a key.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for more than 30 days, before anything is sent.
    ///
    /// See <https://docs.withpersona.com/api-reference/api-keys/expire-an-api-key>.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let a_day = Duration::from_secs(24 * 60 * 60);
    /// let key = persona.api_keys().expire("api_123", a_day).await?;
    /// println!("good until {:?}", key.expires_at());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn expire(
        &self,
        id: impl IntoId<ApiKeyId>,
        after: Duration,
    ) -> Result<ApiKeyRecord, Error> {
        let id = id.into_id()?;
        if after > LONGEST_OVERLAP {
            return Err(Error::invalid_input(
                "the key is to expire after more than 30 days",
            ));
        }
        // Part of a second counts as a whole one: a key that ends too early breaks somebody.
        let seconds = after.as_secs() + u64::from(after.subsec_nanos() > 0);
        let body = types::ExpireAnApiKeyRequest {
            meta: types::ExpireAnApiKeyRequestMeta {
                expires_in_seconds: seconds as i64,
                ..Default::default()
            },
            ..Default::default()
        };
        let raw = self.persona.raw();
        let answer = raw
            .expire_an_api_key(id.as_str(), None, None, &body)
            .await?;
        Ok(answer.into())
    }
}

/// A key that was made, with its value, which is told this once.
#[derive(Clone)]
#[non_exhaustive]
pub struct CreatedApiKey {
    /// The key.
    pub key: ApiKeyRecord,
    /// Its value. Put it into a secret store; keep it out of logs.
    pub value: ApiKey,
}

impl CreatedApiKey {
    /// Parts the value from the rest, so that what prints and serializes does not hold it.
    fn of(answer: types::ApiKeyWithValueDocument) -> Result<Self, Error> {
        let mut made = answer.data;
        let value = made.attributes.value.take().map(ApiKey::new);
        let value = value.ok_or_else(|| {
            Error::new(
                ErrorKind::Decode,
                "at data.attributes.value: no value came, though a key was made",
            )
        })?;
        Ok(Self {
            key: ApiKeyRecord::without_value(made),
            value,
        })
    }
}

impl fmt::Debug for CreatedApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreatedApiKey")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}
