//! Signatures: made by another program, accepted; anything else, refused without a word of it.

mod canary;

use std::time::Duration;

use chrono::{DateTime, Utc};
use http::{HeaderMap, HeaderValue};
use withpersona::webhook::{SIGNATURE_HEADER, SignatureError, Verifier, sign};
use withpersona::{ErrorKind, WebhookSecret};

/// Header, secret, body. Made with
/// `printf '%s' "$T.$BODY" | openssl dgst -sha256 -hmac "$SECRET"`.
const VECTORS: [(&str, &str, &str); 4] = [
    (
        "t=1769860800,v1=053da650a7aa9935abeeb8907f16c5710a8c33ea17ae90a66e4758929def63a2",
        "wbhsec_abcdefgh-1234-5678-9ijk-lmnopqrstuvw",
        "{\"data\":{\"type\":\"event\",\"id\":\"evt_1\"}}",
    ),
    (
        "t=1,v1=37c39ff90c9eaf98b76f1cf1a38399fa408e930f34e04a5179d0dc6489fe9c78",
        "k",
        "",
    ),
    (
        "t=1893456000,v1=1d517192139ed7db40a2f1134ad702c29bde6c6fdd0a513f543e564a7c42a1cb",
        "wbhsec_ünïcode",
        "{\"näme\":\"\\u00e9 🦀\",\"n\":1.50}",
    ),
    (
        "t=1709686052,v1=7f49cd7b03baac8528ecd64ce996b3db8841057fbcd952f0c0cf6bbfaa725827",
        "wbhsec_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "{\"data\":  [1, 2.0,\n 3e1]}",
    ),
];

const OLD: &str = "wbhsec_old";
const NEW: &str = "wbhsec_new";
const BODY: &[u8] = br#"{"data":{"type":"event","id":"evt_1"}}"#;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).expect("a time")
}

fn now() -> DateTime<Utc> {
    at(1_769_860_800)
}

fn verifier(secrets: &[&str]) -> Verifier {
    Verifier::new(secrets.iter().copied()).expect("usable secrets")
}

fn signed(secret: &str) -> String {
    sign(&WebhookSecret::new(secret), BODY, now())
}

#[test]
fn what_openssl_signs_is_accepted_and_signed_alike() {
    for (header, secret, body) in VECTORS {
        let time = header["t=".len()..].split(',').next().expect("a time");
        let time = at(time.parse().expect("seconds"));
        let verifier = verifier(&[secret]);
        assert_eq!(verifier.verify_at(header, body.as_bytes(), time), Ok(()));
        assert_eq!(sign(&secret.into(), body.as_bytes(), time), header);
        let other = format!("{body} ");
        assert_eq!(
            verifier.verify_at(header, other.as_bytes(), time),
            Err(SignatureError::NoMatch)
        );
    }
}

#[test]
fn any_pair_of_a_secret_and_a_set_is_enough() {
    let both = format!("{} {}", signed(OLD), signed(NEW));
    for secrets in [&[OLD][..], &[NEW], &[OLD, NEW], &["wbhsec_x", NEW]] {
        assert_eq!(verifier(secrets).verify_at(&both, BODY, now()), Ok(()));
    }
    for header in [signed(OLD), signed(NEW)] {
        assert_eq!(
            verifier(&[NEW, OLD]).verify_at(&header, BODY, now()),
            Ok(())
        );
    }
    assert_eq!(
        verifier(&["wbhsec_x"]).verify_at(&both, BODY, now()),
        Err(SignatureError::NoMatch)
    );
}

#[test]
fn each_set_has_its_own_time() {
    let day_ago = sign(&OLD.into(), BODY, at(now().timestamp() - 86_400));
    let both = format!("{day_ago} {}", signed(NEW));
    assert_eq!(verifier(&[NEW]).verify_at(&both, BODY, now()), Ok(()));
    assert_eq!(verifier(&[OLD, NEW]).verify_at(&both, BODY, now()), Ok(()));
    assert_eq!(
        verifier(&[OLD]).verify_at(&both, BODY, now()),
        Err(SignatureError::TooOld)
    );
    // The digest of one set with the time of the other.
    let digest = day_ago.split("v1=").nth(1).expect("a digest");
    let mixed = format!("t={},v1={digest}", now().timestamp());
    assert_eq!(
        verifier(&[OLD]).verify_at(&mixed, BODY, now()),
        Err(SignatureError::NoMatch)
    );
}

#[test]
fn sets_are_told_apart_however_a_proxy_joins_them() {
    let (one, other) = (signed("wbhsec_x"), signed(NEW));
    for header in [
        format!("{one} {other}"),
        format!("{one},{other}"),
        format!("{one}, {other}"),
        format!("  {one}   {other} "),
        other.replace(',', ", "),
        format!("{other},v2=later,v0=before"),
        format!("{},v1=n3ulUDfqGSkzarlvyeg2oZe3qx3sQjbSno5s7Icx4dy8", other),
        other.replace("v1=", "v1=00,v1="),
    ] {
        assert_eq!(verifier(&[NEW]).verify_at(&header, BODY, now()), Ok(()));
    }
    let mut lines = HeaderMap::new();
    lines.append(SIGNATURE_HEADER, HeaderValue::from_str(&one).expect("text"));
    lines.append(
        SIGNATURE_HEADER,
        HeaderValue::from_str(&other).expect("text"),
    );
    assert_eq!(verifier(&[NEW]).verify_headers(&lines, BODY, now()), Ok(()));
    assert_eq!(
        verifier(&[NEW]).verify_headers(&HeaderMap::new(), BODY, now()),
        Err(SignatureError::Missing)
    );
}

#[test]
fn the_tolerance_counts_in_both_directions_and_can_be_off() {
    let header = signed(NEW);
    let verifier = verifier(&[NEW]);
    let t = now().timestamp();
    let judged = |verifier: &Verifier, seconds| verifier.verify_at(&header, BODY, at(seconds));
    assert_eq!(judged(&verifier, t + 300), Ok(()));
    assert_eq!(judged(&verifier, t + 301), Err(SignatureError::TooOld));
    assert_eq!(judged(&verifier, t - 300), Ok(()));
    assert_eq!(judged(&verifier, t - 301), Err(SignatureError::InTheFuture));
    let short = verifier.clone().tolerance(Duration::from_secs(10));
    assert_eq!(judged(&short, t + 11), Err(SignatureError::TooOld));
    assert_eq!(judged(&short, t + 10), Ok(()));
    let any = verifier.any_age();
    assert_eq!(judged(&any, t + 1_000_000_000), Ok(()));
    assert_eq!(judged(&any, 0), Ok(()));
}

#[test]
fn a_stranger_does_not_learn_that_the_time_was_wrong() {
    let old = format!("t=1,v1={}", "0".repeat(64));
    assert_eq!(
        verifier(&[NEW]).verify_at(&old, BODY, now()),
        Err(SignatureError::NoMatch)
    );
}

#[test]
fn hex_is_read_in_either_case() {
    let header = signed(NEW);
    let (time, digest) = header.split_once(",v1=").expect("a digest");
    let upper = format!("{time},v1={}", digest.to_uppercase());
    assert_eq!(verifier(&[NEW]).verify_at(&upper, BODY, now()), Ok(()));
}

/// Every one of these is refused, and by the right name.
#[test]
fn malformed_headers_are_refused() {
    use SignatureError::{Malformed, Missing, NoMatch};
    let good = signed(NEW);
    let (time, digest) = good.split_once(",v1=").expect("a digest");
    let zeros = "0".repeat(64);
    let mut cases: Vec<(String, SignatureError)> = [
        ("", Missing),
        (" ", Missing),
        (",", Missing),
        (", , ,", Missing),
        ("t", Malformed),
        ("t=", Malformed),
        ("v1=", Malformed),
        ("=", Malformed),
        ("=,=", Malformed),
        ("wbhsec_new", Malformed),
        ("sha256=00", Malformed),
        ("Bearer token", Malformed),
        ("t=1769860800", Malformed),
        ("t=1769860800,", Malformed),
        ("t=1769860800,v1", Malformed),
        ("t=1769860800,v1=", Malformed),
        ("t=1769860800,v1=00", Malformed),
        ("t=1769860800,v1=zz", Malformed),
        ("t=1769860800 v1=", Malformed),
        ("\u{0}", Malformed),
        (
            "t=1769860800,v1=n3ulUDfqGSkzarlvyeg2oZe3qx3sQjbSno5s7Icx4dy8CbTPqu8xvQ5ZyEJy",
            Malformed,
        ),
        ("{\"t\":1769860800}", Malformed),
    ]
    .map(|(header, why)| (header.to_owned(), why))
    .into();
    // Times that are none.
    for time in [
        "",
        " ",
        "+1769860800",
        "-1769860800",
        "-1",
        "1.5",
        "1e9",
        "0x10",
        "१२३",
        "null",
        "NaN",
        "2026-01-31T12:00:00Z",
        "99999999999999999999",
        "9223372036854775808",
        "1769860800s",
        "\t1769860800",
        "1_769_860_800",
    ] {
        cases.push((format!("t={time},v1={zeros}"), Malformed));
        cases.push((format!("t={time},v1={digest}"), Malformed));
    }
    // Names that are none, before and after.
    for name in [
        "T", "t ", "ts", "time", "v", "V1", "v1 ", "v11", "v2", "s", "sig", "hmac",
    ] {
        cases.push((format!("{name}=1769860800,v1={digest}"), Malformed));
        cases.push((format!("{time},{name}={digest}"), Malformed));
    }
    // Digests of another length, cut and lengthened.
    for length in 0..64 {
        cases.push((format!("{time},v1={}", &digest[..length]), Malformed));
    }
    for more in ["0", "00", "=", "\n", "\"", ";", "\u{e9}"] {
        cases.push((format!("{time},v1={digest}{more}"), Malformed));
    }
    // Each digit of the digest spoilt.
    for at in 0..64 {
        let mut spoilt = digest.to_owned();
        spoilt.replace_range(at..=at, "g");
        cases.push((format!("{time},v1={spoilt}"), Malformed));
        let other = if &digest[at..=at] == "0" { "1" } else { "0" };
        spoilt.replace_range(at..=at, other);
        cases.push((format!("{time},v1={spoilt}"), NoMatch));
    }
    // The right digest with a time written in another way, or another time.
    for other in [
        "01769860800",
        "1769860801",
        "1769860799",
        "0",
        "9223372036854775807",
    ] {
        cases.push((format!("t={other},v1={digest}"), NoMatch));
    }
    // More than anybody sends.
    cases.push((
        vec![good.replace("v1=", "v1=00,v1="); 9].join(" "),
        Malformed,
    ));
    cases.push((
        format!("{time}{}", format!(",v1={zeros}").repeat(9)),
        Malformed,
    ));
    cases.push((format!("v1={digest},{time}"), Malformed));

    assert!(cases.len() >= 200, "{} cases", cases.len());
    let verifier = verifier(&[OLD, NEW]);
    for (header, why) in cases {
        assert_eq!(
            verifier.verify_at(&header, BODY, now()),
            Err(why),
            "{header:?}"
        );
        assert_eq!(why.status(), if why == Malformed { 400 } else { 401 });
    }
    let mut bytes = HeaderMap::new();
    let line = HeaderValue::from_bytes(b"t=1\xff,v1=00").expect("opaque bytes");
    bytes.insert(SIGNATURE_HEADER, line);
    assert_eq!(verifier.verify_headers(&bytes, BODY, now()), Err(Malformed));
}

#[test]
fn no_secret_is_no_verifier() {
    let none: [&str; 0] = [];
    for (secrets, fault) in [
        (&none[..], "no webhook secret is given"),
        (&[""], "is empty"),
        (&[NEW, ""], "is empty"),
        (&["wbhsec_new\n"], "contains whitespace"),
        (&["persona_sandbox_5e1f"], "is an API key"),
    ] {
        let error = Verifier::new(secrets.iter().copied()).expect_err(fault);
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains(fault), "{error}");
        assert!(!error.to_string().contains("5e1f"), "{error}");
    }
}

#[test]
fn nothing_of_a_request_is_told() {
    let verifier = verifier(&["wbhsec_canary"]);
    assert!(!format!("{verifier:?}").contains("canary"));
    for header in ["t=canary,v1=canary", "canary", "t=1769860800,v1=canary"] {
        let error = verifier.verify_at(header, b"canary", now()).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("canary"));
    }
}
