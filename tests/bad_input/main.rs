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

use withpersona::Error;

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
