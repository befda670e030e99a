use serde_json::{Value, json};

use super::{optional_timestamp, timestamp};
use crate::emulator::model::importer::Importer;

/// An import as a resource object.
pub(crate) fn importer(importer: &Importer) -> Value {
    let status = match importer.completed_at {
        None => "pending",
        Some(_) => "ready",
    };
    json!({
        "type": importer.kind.as_str(),
        "id": importer.id,
        "attributes": {
            "status": status,
            "created-at": timestamp(importer.created_at),
            "completed-at": optional_timestamp(importer.completed_at),
            "successful-count": importer.successful,
            "duplicate-count": importer.duplicate,
            "error-count": importer.failed,
        },
    })
}
