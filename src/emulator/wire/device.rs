use serde_json::{Value, json};

use crate::emulator::model::session::Session;

/// The device of a session that was begun, as a resource object. What it is, is made up.
pub(crate) fn device(session: &Session) -> Option<Value> {
    let id = session.device_id()?;
    let part = id.trim_start_matches("dev_");
    Some(json!({
        "type": "device",
        "id": id,
        "attributes": {
            "device-vendor-id": null,
            "device-fingerprint": null,
            "browser-fingerprint": format!("browser-{part}"),
        },
    }))
}
