//! The emulator delivers as Persona does: signed, again, twice, out of order; and a receiver of
//! axum's hears each event once.

mod attempts;
mod body;
#[path = "../canary/mod.rs"]
mod canary;
mod configuration;
#[path = "../http/mod.rs"]
mod http;
mod receiver;
mod reset_and_restart;
mod signature;
mod sink;
mod world;
