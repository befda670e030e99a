//! Client for Persona, the identity verification platform.

#[cfg(feature = "emulator")]
pub mod emulator;
