//! The signature of a webhook.
//!
//! `Persona-Signature: t=1769860800,v1=5257…`: HMAC-SHA256, in hex, of the time, a dot and the
//! body's bytes, with the webhook's secret as it is written. While a secret is being replaced
//! there are two such sets with a space between them, one for each secret.

use std::fmt;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use http::HeaderMap;
use sha2::Sha256;

use crate::error::Error;
use crate::secret::WebhookSecret;

/// The header that a webhook's signature stands in.
pub const SIGNATURE_HEADER: &str = "persona-signature";

/// How far a signature's time may be from now unless told otherwise.
pub const DEFAULT_TOLERANCE: Duration = Duration::from_secs(5 * 60);

/// Persona sends two sets of one digest each. Each set costs a hash of the body, so there is an
/// end to them.
const MOST_SETS: usize = 8;
const MOST_DIGESTS: usize = 8;

/// Bytes of an HMAC-SHA256.
const DIGEST: usize = 32;

/// Checks that a webhook comes from Persona, and when it was signed.
///
/// It takes several secrets, and a header with several signatures; one pair that fits is enough.
/// While a secret is being replaced, give it both. Digests are compared in constant time.
///
/// See <https://docs.withpersona.com/webhooks-best-practices>.
///
/// ```
/// use withpersona::WebhookSecret;
/// use withpersona::webhook::{SignatureError, Verifier, sign};
///
/// let secret = WebhookSecret::new("wbhsec_4d2c");
/// let verifier = Verifier::new([secret.clone()])?;
///
/// let (body, now) = (br#"{"data":{}}"#, "2026-01-31T12:00:00Z".parse()?);
/// let header = sign(&secret, body, now);
/// assert_eq!(verifier.verify_at(&header, body, now), Ok(()));
/// assert_eq!(verifier.verify_at(&header, b"{}", now), Err(SignatureError::NoMatch));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Verifier {
    /// Each secret taken in, so that this is not done again for each webhook.
    secrets: Vec<Hmac<Sha256>>,
    tolerance: Option<TimeDelta>,
}

impl Verifier {
    /// Takes signatures by any of these secrets, at most five minutes old.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) when there is no secret, or
    /// one of them is empty or none of Persona's webhook secrets: anybody could sign with an
    /// empty one.
    pub fn new<I>(secrets: I) -> Result<Self, Error>
    where
        I: IntoIterator,
        I::Item: Into<WebhookSecret>,
    {
        let secrets = secrets.into_iter().map(|secret| {
            let secret = secret.into();
            check(secret.reveal())
                .map_err(|fault| Error::configuration(format!("the webhook secret {fault}")))?;
            Ok(keyed(&secret))
        });
        let secrets = secrets.collect::<Result<Vec<_>, Error>>()?;
        if secrets.is_empty() {
            return Err(Error::configuration("no webhook secret is given"));
        }
        Ok(Self {
            secrets,
            tolerance: delta(DEFAULT_TOLERANCE),
        })
    }

    /// How far the time of a signature may be from now, in either direction.
    ///
    /// Persona's documentation does not say whether a webhook that is sent again is signed with a
    /// new time. If yours are refused as too old, raise this, or turn it off by
    /// [`any_age`](Self::any_age): a [`Receiver`](super::Receiver) takes no event twice in any
    /// case.
    #[must_use]
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = delta(tolerance);
        self
    }

    /// Takes signatures of any time.
    #[must_use]
    pub fn any_age(mut self) -> Self {
        self.tolerance = None;
        self
    }

    /// Checks the header `Persona-Signature` against the body, by this machine's clock.
    ///
    /// The body has to be the bytes that came: JSON that was read and written again has others.
    ///
    /// # Errors
    ///
    /// [`SignatureError`]: refuse the request with its [`status`](SignatureError::status).
    pub fn verify(&self, header: &str, body: &[u8]) -> Result<(), SignatureError> {
        self.verify_at(header, body, now())
    }

    /// The same, at a time of your own.
    ///
    /// # Errors
    ///
    /// As for [`verify`](Self::verify).
    pub fn verify_at(
        &self,
        header: &str,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<(), SignatureError> {
        self.check([header], body, now)
    }

    /// Finds the signature among the headers of a request.
    ///
    /// # Errors
    ///
    /// As for [`verify`](Self::verify).
    pub fn verify_headers(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<(), SignatureError> {
        let lines: Result<Vec<&str>, _> = headers
            .get_all(SIGNATURE_HEADER)
            .iter()
            .map(http::HeaderValue::to_str)
            .collect();
        let lines = lines.map_err(|_| SignatureError::Malformed)?;
        self.check(lines, body, now)
    }

    fn check<'h>(
        &self,
        lines: impl IntoIterator<Item = &'h str>,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<(), SignatureError> {
        let sets = read(lines)?;
        let mut result = Err(SignatureError::NoMatch);
        for secret in &self.secrets {
            for set in &sets {
                let mut mac = secret.clone();
                mac.update(set.time.as_bytes());
                mac.update(b".");
                mac.update(body);
                let fits = |digest: &[u8; DIGEST]| mac.clone().verify_slice(digest).is_ok();
                if set.digests.iter().any(fits) {
                    match self.judge(set.at, now) {
                        Ok(()) => return Ok(()),
                        stale => result = stale,
                    }
                }
            }
        }
        result
    }

    /// The time counts only once the digest fits: a stranger is not told which it was.
    fn judge(&self, at: i64, now: DateTime<Utc>) -> Result<(), SignatureError> {
        let Some(tolerance) = self.tolerance else {
            return Ok(());
        };
        let at = DateTime::from_timestamp(at, 0).unwrap_or(DateTime::<Utc>::MAX_UTC);
        if now.signed_duration_since(at) > tolerance {
            Err(SignatureError::TooOld)
        } else if at.signed_duration_since(now) > tolerance {
            Err(SignatureError::InTheFuture)
        } else {
            Ok(())
        }
    }
}

/// Prints how many secrets there are, and the tolerance.
impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("secrets", &self.secrets.len())
            .field("tolerance", &self.tolerance)
            .finish()
    }
}

/// Signs a body as Persona does: the value of the header `Persona-Signature`, for tests of your
/// own.
///
/// Two of them with a space between are what Persona sends while a secret is being replaced.
///
/// ```
/// use withpersona::webhook::sign;
///
/// let at = "2026-01-31T12:00:00Z".parse()?;
/// let header = sign(&"wbhsec_4d2c".into(), b"{}", at);
/// assert!(header.starts_with("t=1769860800,v1="));
/// # Ok::<(), chrono::ParseError>(())
/// ```
pub fn sign(secret: &WebhookSecret, body: &[u8], at: DateTime<Utc>) -> String {
    let time = at.timestamp().to_string();
    let mut mac = keyed(secret);
    mac.update(time.as_bytes());
    mac.update(b".");
    mac.update(body);
    let digest = hex::encode(mac.finalize().into_bytes());
    format!("t={time},v1={digest}")
}

/// Why a signature is refused. It holds nothing of the header or the body.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SignatureError {
    /// There is no header `Persona-Signature`, or an empty one. Something other than Persona sent
    /// the request, or a proxy drops the header.
    Missing,
    /// The header holds no time with a digest of 64 hex digits.
    Malformed,
    /// No digest fits. The secret is that of another webhook or environment, it was replaced, or
    /// something between Persona and here changes the body.
    NoMatch,
    /// It was signed too long ago. Compare this machine's clock, then see
    /// [`Verifier::tolerance`].
    TooOld,
    /// It was signed too far in the future: this machine's clock is behind.
    InTheFuture,
}

impl SignatureError {
    /// The status to answer with: 400 for what cannot be read, else 401.
    pub fn status(self) -> http::StatusCode {
        match self {
            Self::Malformed => http::StatusCode::BAD_REQUEST,
            _ => http::StatusCode::UNAUTHORIZED,
        }
    }
}

impl fmt::Display for SignatureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "the request has no Persona-Signature",
            Self::Malformed => "the Persona-Signature cannot be read",
            Self::NoMatch => "the Persona-Signature fits no secret",
            Self::TooOld => "the Persona-Signature is too old",
            Self::InTheFuture => "the Persona-Signature is of a time to come",
        })
    }
}

impl std::error::Error for SignatureError {}

/// This machine's time.
pub(super) fn now() -> DateTime<Utc> {
    SystemTime::now().into()
}

/// A time and the digests that were made with it.
struct Set<'h> {
    /// As it was signed.
    time: &'h str,
    at: i64,
    digests: Vec<[u8; DIGEST]>,
}

/// Each `t` begins a set, whatever separates it from the last one: a proxy may have joined lines
/// by commas. What has another name, or is no SHA-256 in hex, is left to other readers.
fn read<'h>(lines: impl IntoIterator<Item = &'h str>) -> Result<Vec<Set<'h>>, SignatureError> {
    let mut sets: Vec<Set<'h>> = Vec::new();
    let mut is_empty = true;
    for part in lines.into_iter().flat_map(|line| line.split([' ', ','])) {
        is_empty &= part.is_empty();
        match part.split_once('=') {
            Some(("t", time)) => {
                if sets.len() == MOST_SETS {
                    return Err(SignatureError::Malformed);
                }
                sets.push(Set {
                    time,
                    at: seconds(time).ok_or(SignatureError::Malformed)?,
                    digests: Vec::new(),
                });
            }
            Some(("v1", digest)) => {
                let set = sets.last_mut().ok_or(SignatureError::Malformed)?;
                if set.digests.len() == MOST_DIGESTS {
                    return Err(SignatureError::Malformed);
                }
                let mut bytes = [0; DIGEST];
                if hex::decode_to_slice(digest, &mut bytes).is_ok() {
                    set.digests.push(bytes);
                }
            }
            _ => {}
        }
    }
    sets.retain(|set| !set.digests.is_empty());
    match (sets.is_empty(), is_empty) {
        (false, _) => Ok(sets),
        (true, true) => Err(SignatureError::Missing),
        (true, false) => Err(SignatureError::Malformed),
    }
}

/// Digits alone: no sign and no space.
fn seconds(text: &str) -> Option<i64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn keyed(secret: &WebhookSecret) -> Hmac<Sha256> {
    Hmac::new_from_slice(secret.reveal().as_bytes()).expect("HMAC takes a key of any length")
}

fn check(secret: &str) -> Result<(), &'static str> {
    if secret.is_empty() {
        Err("is empty")
    } else if secret.contains(char::is_whitespace) {
        Err("contains whitespace: trim what was read from a file")
    } else if secret.starts_with("persona_") {
        Err("is an API key, not a webhook secret")
    } else {
        Ok(())
    }
}

/// A tolerance too long to be counted is none.
fn delta(tolerance: Duration) -> Option<TimeDelta> {
    TimeDelta::from_std(tolerance).ok()
}
