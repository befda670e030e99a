//! Turns Persona's official OpenAPI 3.1 document into the vendored one.
fn main() {}
