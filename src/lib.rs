//! Client for Persona, the identity verification platform.
pub mod json_api;
pub mod raw;
pub mod wire;
