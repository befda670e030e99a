//! The key that makes a write safe to send again.
//!
//! Persona stores the first result of a POST under its `Idempotency-Key`, whether it succeeded or
//! failed, a 500 included, and answers with it whenever the key comes again; 429 and 401 are
//! decided before and are not stored. So each call has one key for all of its attempts, and two
//! calls never share one.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::str::FromStr;
use std::sync::{Arc, OnceLock};

use http::{HeaderName, HeaderValue};

use super::Outgoing;
use crate::error::{Error, ErrorKind};

pub(super) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

const LONGEST: usize = 255;

/// The idempotency key of a call: 1 to 255 visible ASCII characters.
///
/// Every POST has one. It is made for the call unless
/// [`CallOptions::idempotency_key`](crate::CallOptions::idempotency_key) gives one.
///
/// It does not print: a key of your own can hold an id of a person. Read it by
/// [`as_str`](Self::as_str).
///
/// See <https://docs.withpersona.com/idempotence>.
///
/// ```
/// use withpersona::IdempotencyKey;
///
/// let key: IdempotencyKey = "order-17".parse()?;
/// assert_eq!(key.as_str(), "order-17");
/// assert!("order 17".parse::<IdempotencyKey>().is_err());
/// # Ok::<(), withpersona::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(Arc<str>);

impl IdempotencyKey {
    /// The key as text, to be stored beside what it was used for.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn fault(text: &str) -> Option<&'static str> {
        if text.is_empty() {
            Some("the idempotency key is empty")
        } else if text.len() > LONGEST {
            Some("the idempotency key is longer than 255 characters")
        } else if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            Some("the idempotency key holds a character that is not visible ASCII")
        } else {
            None
        }
    }

    pub(super) fn to_header(&self) -> HeaderValue {
        let mut value = HeaderValue::from_str(&self.0).expect("visible ASCII is a header's text");
        value.set_sensitive(true);
        value
    }
}

impl FromStr for IdempotencyKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match Self::fault(text) {
            Some(fault) => Err(Error::invalid_input(fault)),
            None => Ok(Self(text.into())),
        }
    }
}

impl From<IdempotencyKey> for String {
    fn from(key: IdempotencyKey) -> Self {
        key.0.as_ref().to_owned()
    }
}

impl fmt::Debug for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdempotencyKey([redacted])")
    }
}

/// Where the bits of a made key come from.
#[derive(Clone, Copy)]
pub(super) struct KeySource(pub(super) fn(&mut [u8; 16]) -> bool);

impl KeySource {
    /// A generator that is seeded in the process could give two machines of a fleet the same
    /// key, and one of them the other's result.
    pub(super) const SYSTEM: Self = Self(|bits| getrandom::fill(bits).is_ok());

    pub(super) fn make(self) -> Result<IdempotencyKey, Error> {
        let mut bits = [0; 16];
        if !(self.0)(&mut bits) {
            return Err(Error::new(
                ErrorKind::Configuration,
                "the operating system gives no random bytes for an idempotency key",
            ));
        }
        Ok(IdempotencyKey(
            format!("{:032x}", u128::from_be_bytes(bits)).into(),
        ))
    }
}

/// A user's key, bound to the first request that it is sent with.
#[derive(Clone)]
pub(super) struct GivenKey {
    key: IdempotencyKey,
    request: Arc<OnceLock<u64>>,
}

impl GivenKey {
    pub(super) fn new(key: IdempotencyKey) -> Self {
        Self {
            key,
            request: Arc::default(),
        }
    }

    /// The key, if the request is the one that it was used for before. With another one Persona
    /// would refuse it, or answer with the result of the first.
    pub(super) fn of_request(&self, outgoing: &Outgoing) -> Result<IdempotencyKey, Error> {
        let mut hasher = DefaultHasher::new();
        outgoing.method.hash(&mut hasher);
        outgoing.url.hash(&mut hasher);
        outgoing.body.hash(&mut hasher);
        let request = hasher.finish();
        if *self.request.get_or_init(|| request) == request {
            Ok(self.key.clone())
        } else {
            Err(Error::invalid_input(
                "the idempotency key was given for another request: give each its own",
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_made_key_is_the_random_bits() {
        let source = KeySource(|bits| {
            bits.fill(0x0b);
            true
        });
        assert_eq!(source.make().unwrap().as_str(), "0b".repeat(16));
    }

    #[test]
    fn made_keys_differ() {
        let keys: HashSet<_> = (0..1000)
            .map(|_| KeySource::SYSTEM.make().unwrap())
            .collect();
        assert_eq!(keys.len(), 1000);
        assert!(keys.iter().all(|key| key.as_str().len() == 32));
    }

    #[test]
    fn without_randomness_nothing_is_sent() {
        let error = KeySource(|_| false).make().unwrap_err();
        assert!(error.to_string().contains("no random bytes"), "{error}");
    }

    #[test]
    fn a_key_is_1_to_255_visible_characters() {
        for good in ["a", "~!", &"x".repeat(255)] {
            assert_eq!(good.parse::<IdempotencyKey>().unwrap().as_str(), good);
        }
        for bad in ["", " ", "a b", "a\n", "é", "\u{7f}", &"x".repeat(256)] {
            assert!(bad.parse::<IdempotencyKey>().is_err(), "{bad:?}");
        }
    }
}
