//! Until when a session token is good, as far as it says so itself.
//!
//! A token is a JWT that is signed for Persona and not for us: what it says is read and not
//! trusted. So nothing depends on it but when the next one is asked for.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

/// An expiry further ahead than this is not believed: an inquiry lives for days.
const FARTHEST: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// A text that is longer is no session token.
const LONGEST: usize = 16 * 1024;

#[derive(Deserialize)]
struct Claims {
    exp: f64,
}

/// When the token expires, in seconds since 1970; `None` where that is unknown: it is no JWT,
/// says nothing of it, or something that cannot be.
pub fn expiry(token: &str, now: SystemTime) -> Option<u64> {
    if token.len() > LONGEST {
        return None;
    }
    let mut parts = token.split('.');
    let (_, claims, _) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let claims = URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
    let claims: Claims = serde_json::from_slice(&claims).ok()?;
    let now = seconds(now);
    let farthest = now + FARTHEST.as_secs();
    // The comparison is false for what is no number, too.
    if claims.exp > now as f64 && claims.exp <= farthest as f64 {
        Some(claims.exp as u64)
    } else {
        None
    }
}

/// Seconds since 1970.
pub(super) fn seconds(moment: SystemTime) -> u64 {
    let since = moment.duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_800_000_000;

    fn read(claims: &str) -> Option<u64> {
        let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims));
        expiry(&token, UNIX_EPOCH + Duration::from_secs(NOW))
    }

    #[test]
    fn an_expiry_ahead_is_read() {
        assert_eq!(read(r#"{"exp":1800000060,"sub":"iqse_1"}"#), Some(NOW + 60));
        assert_eq!(read(r#"{"exp":1800000060.9}"#), Some(NOW + 60));
    }

    #[test]
    fn an_expiry_that_cannot_be_is_unknown() {
        let far = NOW + FARTHEST.as_secs();
        assert_eq!(read(&format!(r#"{{"exp":{far}}}"#)), Some(far));
        for claims in [
            format!(r#"{{"exp":{}}}"#, far + 1),
            format!(r#"{{"exp":{NOW}}}"#),
            r#"{"exp":0}"#.to_owned(),
            r#"{"exp":-5}"#.to_owned(),
            r#"{"exp":1e400}"#.to_owned(),
            r#"{"exp":"1800000060"}"#.to_owned(),
            r#"{"exp":null}"#.to_owned(),
            r#"{"sub":"iqse_1"}"#.to_owned(),
            r#"["exp"]"#.to_owned(),
            "not JSON".to_owned(),
            String::new(),
        ] {
            assert_eq!(read(&claims), None, "{claims}");
        }
    }

    #[test]
    fn what_is_no_jwt_has_no_expiry() {
        let now = UNIX_EPOCH + Duration::from_secs(NOW);
        let good = URL_SAFE_NO_PAD.encode(r#"{"exp":1800000060}"#);
        for token in [
            String::new(),
            "..".to_owned(),
            "opaque".to_owned(),
            format!("e30.{good}"),
            format!("e30.{good}.sig.more"),
            "e30.!!!.sig".to_owned(),
            format!("e30.{good}.{}", "x".repeat(LONGEST)),
        ] {
            assert_eq!(expiry(&token, now), None, "{token}");
        }
    }
}
