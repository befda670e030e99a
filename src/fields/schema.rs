//! Which fields a type of accounts or transactions has.

use crate::json_api::Tagged;

/// Key and type of each field.
pub(crate) fn field_types(schemas: &[Tagged]) -> impl Iterator<Item = (&str, &str)> {
    schemas.iter().filter_map(|schema| {
        let key = schema.extra.get("key")?.as_str()?;
        Some((key, schema.kind.as_deref().unwrap_or_default()))
    })
}
