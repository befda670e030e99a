//! Tokens that do not say when they expire, or say what cannot be.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use httpmock::Method::{GET, POST};
use httpmock::MockServer;
use serde_json::json;
use withpersona::{Access, Persona};

const NOW: u64 = 1_800_000_000;

fn jwt(claims: &str) -> String {
    format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
}

#[tokio::test]
async fn a_token_of_unknown_expiry_is_asked_for_again_after_five_minutes() {
    for token in [
        "opaque".to_owned(),
        jwt(r#"{"sub":"iqse_1"}"#),
        jwt(&format!(r#"{{"exp":{}}}"#, NOW - 60)),
        jwt(&format!(r#"{{"exp":{}}}"#, NOW + 91 * 24 * 60 * 60)),
    ] {
        let server = MockServer::start_async().await;
        let inquiry =
            json!({"type": "inquiry", "id": "inq_1", "attributes": {"status": "pending"}});
        let answer = json!({"data": inquiry, "meta": {"session-token": token}});
        server
            .mock_async(|when, then| {
                when.method(GET).path("/inquiries/inq_1");
                then.status(200).json_body(json!({"data": inquiry}));
            })
            .await;
        let resume = server
            .mock_async(|when, then| {
                when.method(POST).path("/inquiries/inq_1/resume");
                then.status(200).json_body(answer);
            })
            .await;
        let clock = Arc::new(AtomicU64::new(NOW));
        let time = clock.clone();
        let persona = Persona::builder()
            .api_key("persona_sandbox_expiry")
            .base_url(server.base_url())
            .wall_clock(move || UNIX_EPOCH + Duration::from_secs(time.load(Ordering::Relaxed)))
            .build()
            .expect("builds");
        for (minutes, resumes) in [(0, 1), (1, 1), (4, 1), (5, 2), (9, 2), (10, 3)] {
            clock.store(NOW + minutes * 60, Ordering::Relaxed);
            match persona.sessions().open("inq_1").await.expect("opened") {
                Access::Token {
                    token: given,
                    expires_at,
                    ..
                } => {
                    assert_eq!(given.reveal(), token);
                    assert_eq!(expires_at, None);
                }
                other => panic!("{other:?}"),
            }
            assert_eq!(resume.calls(), resumes, "after {minutes} minutes: {token}");
        }
    }
}
