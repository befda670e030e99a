//! Whatever cannot work is told before a request leaves, in words that name the fault and never
//! repeat the value.

#[path = "../canary/mod.rs"]
mod canary;
#[path = "../on_emulator/mod.rs"]
mod on_emulator;

mod ids;
mod kinds_of_ids;
mod lists;
mod particulars;
mod requests;
mod settings;
mod tables;

use withpersona::{Error, OneTimeLink};

const KEY: &str = "persona_sandbox_5e1f";

/// The error's text without what is the same for every error of its kind.
fn fault(error: &Error) -> String {
    let text = error.to_string();
    let text = text
        .strip_suffix("; correct the setting and build the client again")
        .or_else(|| text.strip_suffix("; correct the argument"))
        .unwrap_or(&text);
    text.strip_prefix("invalid configuration: ")
        .or_else(|| text.strip_prefix("invalid input: "))
        .unwrap_or(text)
        .to_owned()
}

#[test]
fn a_link_keeps_both_forms() {
    let link: OneTimeLink =
        serde_json::from_str("\"https://withpersona.com/verify?code=1\"").unwrap();
    assert_eq!(link.reveal(), "https://withpersona.com/verify?code=1");
    assert_eq!(link.reveal_short(), None);
    let link = link.with_short("https://perso.na/1");
    assert_eq!(link.reveal_short(), Some("https://perso.na/1"));
}
