//! Any text can be read as a session token, and what is read of it is a moment that can be.

use std::time::{Duration, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use withpersona::token_expiry;

const NOW: u64 = 1_800_000_000;
const FARTHEST: u64 = 90 * 24 * 60 * 60;

pub fn check(data: &[u8]) {
    expiry_that_can_be(&String::from_utf8_lossy(data));

    let read = expiry_that_can_be(&with_claims(data));
    let claims: Option<Map<String, Value>> = serde_json::from_slice(data).ok();
    let Some(mut claims) = claims else { return };
    let said = claims.get("exp").and_then(Value::as_f64);
    if let Some(read) = read {
        assert_eq!(
            Some(read),
            said.map(|said| said as u64),
            "it says so itself"
        );
    }
    // Whatever else it says.
    claims.insert("exp".to_owned(), (NOW + 60).into());
    let token = with_claims(Value::Object(claims).to_string().as_bytes());
    if token.len() <= 16 * 1024 {
        assert_eq!(expiry_that_can_be(&token), Some(NOW + 60));
    }
}

fn with_claims(claims: &[u8]) -> String {
    format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
}

fn expiry_that_can_be(token: &str) -> Option<u64> {
    let expiry = token_expiry(token, UNIX_EPOCH + Duration::from_secs(NOW))?;
    assert!(
        (NOW..=NOW + FARTHEST).contains(&expiry),
        "not over, and not in another age"
    );
    Some(expiry)
}
