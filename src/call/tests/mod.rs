//! The call path over a server in memory: no byte travels, so the paused clock tells every delay
//! exactly.

mod fleet;
mod key_rotation;
mod observation;
mod policies;
mod rate_window;
mod retry;
mod server;
