//! Client for Persona, the identity verification platform.
