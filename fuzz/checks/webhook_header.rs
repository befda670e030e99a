//! No header passes that was not signed, and junk beside a signature does no harm.

use chrono::DateTime;
use withpersona::WebhookSecret;
use withpersona::webhook::{Verifier, sign};

pub fn check(data: &[u8]) {
    let header = String::from_utf8_lossy(data);
    let secret = WebhookSecret::new("wbhsec_that_no_input_knows");
    let verifier = Verifier::new([secret.clone()]).expect("a usable secret");
    let now = DateTime::from_timestamp(1_769_860_800, 0).expect("a time");

    let refused = verifier.verify_at(&header, data, now);
    assert!(refused.is_err(), "nobody signed this");
    assert!(
        verifier.clone().any_age().verify_at(&header, data, now) == refused,
        "without a fitting digest the time does not count"
    );

    let signature = sign(&secret, data, now);
    assert_eq!(verifier.verify_at(&signature, data, now), Ok(()));
    if !header.contains("t=") && !header.contains("v1=") {
        for both in [
            format!("{signature} {header}"),
            format!("{header} {signature}"),
        ] {
            assert_eq!(verifier.verify_at(&both, data, now), Ok(()));
        }
    }
}
