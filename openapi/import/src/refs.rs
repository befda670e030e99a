//! References: every `$ref` leads to one place in the same document.

use serde_json::Value;

use crate::stop::{Pointer, Stop};

/// Follows a chain of references to what stands at its end, and where.
///
/// # Errors
///
/// Stops at a reference to another file, to nothing, or back to itself.
pub fn resolve<'v>(
    document: &'v Value,
    mut value: &'v Value,
    at: &Pointer,
) -> Result<(&'v Value, Pointer), Stop> {
    let mut place = at.clone();
    let mut passed = Vec::new();
    while let Some(target) = value.get("$ref") {
        let next = target
            .as_str()
            .and_then(Pointer::of_reference)
            .ok_or_else(|| Stop::new(&place, format!("reference {target} is not local")))?;
        if passed.contains(&next) {
            let found = format!("reference {target} leads back to itself");
            return Err(Stop::new(&place, found));
        }
        value = document
            .pointer(next.as_str())
            .ok_or_else(|| Stop::new(&place, format!("unresolved reference {target}")))?;
        passed.push(next.clone());
        place = next;
    }
    Ok((value, place))
}
