//! What goes wrong between client and server, one fault at a time and all of them together: the
//! error says what happened, retries mend what they can, and nothing is done twice.

#[path = "../canary/mod.rs"]
mod canary;
mod chaos;
mod proxy;
mod single;
