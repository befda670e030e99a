#![no_main]

#[path = "../checks/session_token.rs"]
mod session_token;

libfuzzer_sys::fuzz_target!(|data: &[u8]| session_token::check(data));
