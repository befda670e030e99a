//! Whether a request that changes something comes from the emulator's own pages, or from no page.

use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};

/// Refuses what a page of another site sends, in the words for its sender.
///
/// A browser says where a POST comes from. Programs that are no browsers say nothing, and are let
/// in: the emulator guards nothing from them.
pub(crate) fn check(headers: &HeaderMap) -> Result<(), &'static str> {
    let Some(origin) = headers.get(ORIGIN) else {
        return Ok(());
    };
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let host = host.ok_or("the request has no Host")?;
    let own = format!("http://{host}");
    if origin.as_bytes() != own.as_bytes() {
        return Err("the request comes from a page of another site");
    }
    if is_fixed(host) {
        Ok(())
    } else {
        Err("the emulator's pages are used by address or as localhost, not by another name")
    }
}

/// Whether nobody else can make this host lead to the emulator. A name may be: whoever owns it
/// answers with 127.0.0.1 once their page is loaded.
fn is_fixed(host: &str) -> bool {
    let Ok(url) = url::Url::parse(&format!("http://{host}/")) else {
        return false;
    };
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(_) => true,
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_pages_and_programs_pass() {
        for (host, origin, passes) in [
            ("127.0.0.1:7700", None, true),
            ("127.0.0.1:7700", Some("http://127.0.0.1:7700"), true),
            ("localhost:7700", Some("http://localhost:7700"), true),
            ("[::1]:7700", Some("http://[::1]:7700"), true),
            ("127.0.0.1:7700", Some("http://127.0.0.1:7701"), false),
            ("127.0.0.1:7700", Some("https://evil.example"), false),
            ("127.0.0.1:7700", Some("null"), false),
            // A name that has come to lead here.
            ("evil.example:7700", Some("http://evil.example:7700"), false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, host.parse().expect("a header"));
            if let Some(origin) = origin {
                headers.insert(ORIGIN, origin.parse().expect("a header"));
            }
            assert_eq!(check(&headers).is_ok(), passes, "{host} {origin:?}");
        }
    }
}
