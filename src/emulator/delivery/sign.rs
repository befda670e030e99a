use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The header `Persona-Signature`: a set for each secret, with spaces between them.
pub(super) fn header<'s>(
    secrets: impl Iterator<Item = &'s str>,
    body: &str,
    at: DateTime<Utc>,
) -> String {
    let time = at.timestamp();
    let sets = secrets.map(|secret| {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key of any length will do");
        mac.update(format!("{time}.{body}").as_bytes());
        format!("t={time},v1={}", hex::encode(mac.finalize().into_bytes()))
    });
    sets.collect::<Vec<_>>().join(" ")
}
