//! People and operators in a real browser, on the emulator's pages. Every page that is reached is
//! looked over (width, labels, contrast) and photographed into `target/screenshots`.

#[path = "../canary/mod.rs"]
mod canary;
mod dashboard;
mod driver;
mod embedded;
#[path = "../http/mod.rs"]
mod http;
mod person;
mod site;
mod walk;
