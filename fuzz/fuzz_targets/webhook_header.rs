#![no_main]

#[path = "../checks/webhook_header.rs"]
mod webhook_header;

libfuzzer_sys::fuzz_target!(|data: &[u8]| webhook_header::check(data));
