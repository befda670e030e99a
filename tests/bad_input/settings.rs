//! Settings of a client.

use std::time::Duration;

use withpersona::{Delivery, ErrorKind, Persona, PersonaBuilder};

use super::{KEY, fault};

#[test]
fn a_faulty_setting_is_told_when_the_client_is_built() {
    type Change = fn(PersonaBuilder) -> PersonaBuilder;
    const HTTP: &str = "the base URL is plain http: the key would travel in clear; only a loopback host may use http";
    const DATE: &str = "the API version is no date of the form YYYY-MM-DD, such as 2025-12-08";
    const PATH: &str =
        "the base URL misses the path of the API: use https://api.withpersona.com/api/v1";
    let cases: &[(Change, &str)] = &[
        (
            |_| Persona::builder(),
            "no API key is given: call api_key(), or set PERSONA_API_KEY",
        ),
        (|b| b.api_key(""), "the API key is empty"),
        (
            |b| b.api_key("persona_sandbox_5e1f\n"),
            "the API key contains a line break: trim what was read from a file",
        ),
        (
            |b| b.api_key("persona_sandbox_5e1f\r\n"),
            "the API key contains a line break: trim what was read from a file",
        ),
        (
            |b| b.api_key("persona\nsandbox"),
            "the API key contains a line break: trim what was read from a file",
        ),
        (
            |b| b.api_key(" persona_sandbox_5e1f"),
            "the API key contains whitespace",
        ),
        (
            |b| b.api_key("persona sandbox"),
            "the API key contains whitespace",
        ),
        (
            |b| b.api_key("persona_sandbox_5e1f\t"),
            "the API key contains whitespace",
        ),
        (|b| b.api_key("   "), "the API key contains whitespace"),
        (
            |b| b.api_key("Bearer persona_sandbox_5e1f"),
            "the API key starts with \"Bearer\": give the key alone",
        ),
        (
            |b| b.api_key("persona_sandbox_…"),
            "the API key contains a character outside ASCII: it was not copied whole",
        ),
        (
            |b| b.api_key("persona_sandbox_\u{200b}5e1f"),
            "the API key contains a character outside ASCII: it was not copied whole",
        ),
        (
            |b| b.api_key("persona_sandbox\u{0}"),
            "the API key contains a control character",
        ),
        (
            |b| b.api_key("persona_sandbox\u{7f}"),
            "the API key contains a control character",
        ),
        (
            |b| b.api_key("\"persona_sandbox_5e1f\""),
            "the API key contains a quotation mark: give the key without quotes",
        ),
        (
            |b| b.api_key("wbhsec_5e1f"),
            "the API key is a webhook secret, not an API key",
        ),
        (
            |b| b.share_rate_window(),
            "the rate window is to be shared, and no store is given to share it by: call store()",
        ),
        (|b| b.base_url(""), "the base URL is empty"),
        (
            |b| b.base_url("api.withpersona.com/api/v1"),
            "the base URL is no absolute URL: it must start with https://",
        ),
        (
            |b| b.base_url("/api/v1"),
            "the base URL is no absolute URL: it must start with https://",
        ),
        (
            |b| b.base_url("localhost:8080/api/v1"),
            "the base URL must start with https://",
        ),
        (
            |b| b.base_url("ftp://api.withpersona.com/api/v1"),
            "the base URL must start with https://",
        ),
        (
            |b| b.base_url("file:///api/v1"),
            "the base URL must start with https://",
        ),
        (|b| b.base_url("http://api.withpersona.com/api/v1"), HTTP),
        (|b| b.base_url("http://10.0.0.1/api/v1"), HTTP),
        (|b| b.base_url("http://localhost.example.com/api/v1"), HTTP),
        (|b| b.base_url("http://127.0.0.1.example.com/api/v1"), HTTP),
        (|b| b.base_url("http://[2001:db8::1]/api/v1"), HTTP),
        (|b| b.base_url("https://"), "the base URL has no host"),
        (
            |b| b.base_url("https://host:99999/"),
            "the base URL is no URL: invalid port number",
        ),
        (
            |b| b.base_url("https://[::1/"),
            "the base URL is no URL: invalid IPv6 address",
        ),
        (
            |b| b.base_url("https://user@example.com/api/v1"),
            "the base URL contains a user name or password",
        ),
        (
            |b| b.base_url("https://:secret@example.com/api/v1"),
            "the base URL contains a user name or password",
        ),
        (
            |b| b.base_url("https://example.com/api/v1?key=1"),
            "the base URL contains a query",
        ),
        (
            |b| b.base_url("https://example.com/api/v1?"),
            "the base URL contains a query",
        ),
        (
            |b| b.base_url("https://example.com/api/v1#top"),
            "the base URL contains a fragment",
        ),
        (
            |b| b.base_url("https://example.com/api/v1\n"),
            "the base URL contains whitespace or a control character",
        ),
        (
            |b| b.base_url(" https://example.com/api/v1"),
            "the base URL contains whitespace or a control character",
        ),
        (|b| b.base_url("https://api.withpersona.com"), PATH),
        (|b| b.base_url("https://withpersona.com/"), PATH),
        (|b| b.base_url("https://api.withpersona.com/api"), PATH),
        (|b| b.api_version(""), DATE),
        (|b| b.api_version("latest"), DATE),
        (|b| b.api_version("2025-12-8"), DATE),
        (|b| b.api_version("2025/12/08"), DATE),
        (|b| b.api_version("2025-13-08"), DATE),
        (|b| b.api_version("2025-12-32"), DATE),
        (|b| b.api_version("2025-00-01"), DATE),
        (|b| b.api_version("2025-12-08\n"), DATE),
        (|b| b.api_version("２０25-12-8"), DATE),
        (
            |b| b.connect_timeout(Duration::ZERO),
            "the connect timeout is zero",
        ),
        (
            |b| b.attempt_timeout(Duration::ZERO),
            "the attempt timeout is zero",
        ),
        (
            |b| b.call_timeout(Duration::ZERO),
            "the call timeout is zero",
        ),
        (|b| b.response_limit(0), "the response limit is zero"),
        (
            |b| b.pool_idle_timeout(Duration::ZERO),
            "the idle timeout of the connection pool is zero",
        ),
    ];
    for (change, expected) in cases {
        let error = change(Persona::builder().api_key(KEY)).build().unwrap_err();
        assert_eq!(fault(&error), *expected);
        assert_eq!(error.kind(), ErrorKind::Configuration, "{expected}");
        assert_eq!(error.delivery(), Delivery::NotSent, "{expected}");
        assert!(!error.is_retryable(), "{expected}");
    }
}

#[test]
fn a_key_that_cannot_replace_the_old_one_is_told() {
    let persona = Persona::builder()
        .api_key(KEY)
        .base_url("http://127.0.0.1:8080/api/v1")
        .build()
        .unwrap();
    let cases = [
        ("", "the API key is empty"),
        (
            "persona_sandbox_77a0\n",
            "the API key contains a line break: trim what was read from a file",
        ),
        (
            "persona_production_77a0",
            "the API key is of another environment (production) than the client (sandbox)",
        ),
        (
            "77a0",
            "the API key is of another environment (unknown) than the client (sandbox)",
        ),
    ];
    for (key, expected) in cases {
        let error = persona.set_api_key(key).unwrap_err();
        assert_eq!(fault(&error), expected);
        assert_eq!(error.kind(), ErrorKind::Configuration);
    }
    persona.set_api_key("persona_sandbox_77a0").unwrap();
}

#[test]
fn a_usable_setting_is_accepted() {
    let loopback = "http://127.0.0.1:8080/api/v1";
    for base_url in [
        loopback,
        "http://127.0.0.1:8080/api/v1/",
        "http://127.9.9.9/",
        "http://[::1]:8080",
        "http://LOCALHOST:8080/api/v1",
    ] {
        let built = Persona::builder().api_key(KEY).base_url(base_url).build();
        assert!(built.is_ok(), "{base_url}: {:?}", built.err());
    }
    for key in [KEY, "persona_production_5e1f", "anything-else.at_all"] {
        let built = Persona::builder().api_key(key).base_url(loopback).build();
        assert!(built.is_ok(), "{:?}", built.err());
    }
}
