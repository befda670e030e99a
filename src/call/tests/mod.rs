//! The call path over a server in memory: no byte travels, so the paused clock tells every delay
//! exactly.

mod retry;
mod server;
