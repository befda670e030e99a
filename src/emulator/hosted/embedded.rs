//! The two scripts of the embedded flow: one for the page around the frame, one for the frame.

/// Stands in for Persona's web SDK.
pub(super) const CLIENT: &str = include_str!("persona.js");

/// Tells the page around the frame what happens in it.
pub(super) const FRAME: &str = include_str!("frame.js");
