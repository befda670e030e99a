//! The pages of the emulator and the requests that move it, as a browser without scripts and a test
//! in any language ask for them.

#[path = "../canary/mod.rs"]
mod canary;
mod control;
mod dashboard;
#[path = "../http/mod.rs"]
mod http;
mod pages;
mod person;
mod safety;
