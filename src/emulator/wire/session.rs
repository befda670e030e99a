use serde_json::{Value, json};

use super::{optional_timestamp, timestamp, to_one};
use crate::emulator::model::session::Session;

/// A session as a resource object. What Persona finds out about the network is unset.
pub(crate) fn session(session: &Session) -> Value {
    let mut attributes = json!({
        "status": session.status.as_str(),
        "created-at": timestamp(session.created_at),
        "started-at": optional_timestamp(session.started_at),
        "expired-at": optional_timestamp(session.expired_at),
    });
    for name in UNKNOWN {
        attributes[name] = Value::Null;
    }
    json!({
        "type": "inquiry-session",
        "id": session.id,
        "attributes": attributes,
        "relationships": {
            "inquiry": to_one("inquiry", Some(&session.inquiry_id)),
            "device": to_one("device", session.device_id().as_deref()),
            "network": to_one("network", None),
        },
    })
}

const UNKNOWN: [&str; 28] = [
    "ip-address",
    "user-agent",
    "os-name",
    "os-full-version",
    "device-type",
    "device-name",
    "browser-name",
    "browser-full-version",
    "mobile-sdk-name",
    "mobile-sdk-full-version",
    "device-handoff-method",
    "is-proxy",
    "is-tor",
    "is-datacenter",
    "is-vpn",
    "threat-level",
    "country-code",
    "country-name",
    "region-code",
    "region-name",
    "latitude",
    "longitude",
    "gps-latitude",
    "gps-longitude",
    "gps-precision",
    "ip-connection-type",
    "ip-isp",
    "network-organization",
];
