use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Why an emulator could not be set up.
///
/// ```
/// use withpersona::emulator::{Emulator, EmulatorError};
///
/// let error = Emulator::builder().template_toml("colour = 1").unwrap_err();
/// assert!(matches!(error, EmulatorError::Templates { .. }));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmulatorError {
    /// The templates cannot be used. Mend the TOML at the place that is told.
    #[error("the emulator's templates cannot be used: {reason}")]
    #[non_exhaustive]
    Templates {
        /// What is wrong, and where.
        reason: String,
    },
    /// The file of choices cannot be used. Mend the TOML at the place that is told.
    #[error("the emulator's configuration cannot be used: {reason}")]
    #[non_exhaustive]
    Config {
        /// What is wrong, and where.
        reason: String,
    },
    /// The state file cannot be read or written. It was left as it is: mend it, or move it away to
    /// begin with an empty state.
    #[error(
        "the emulator's state in {} cannot be used: {reason}; the file was left as it is",
        path.display()
    )]
    #[non_exhaustive]
    State {
        /// The state file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The address can be reached from other machines, and nobody said that this is wanted. Listen
    /// on a loopback address, or call
    /// [`allow_non_loopback`](super::EmulatorBuilder::allow_non_loopback).
    #[error(
        "the emulator does not listen on {address}: it is not a loopback address, and the emulator \
         protects nothing"
    )]
    #[non_exhaustive]
    NotLoopback {
        /// The address that was asked for.
        address: SocketAddr,
    },
    /// The address cannot be listened on, or no thread could be started. With a port that is
    /// taken, choose another, or 0 for any that is free.
    #[error("the emulator cannot listen on {address}: {source}")]
    #[non_exhaustive]
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// Exchanges cannot be written. Name a directory that exists or can be made.
    #[error("the emulator cannot record exchanges: {source}")]
    #[non_exhaustive]
    Record {
        /// What the system says.
        source: io::Error,
    },
}
