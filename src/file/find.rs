//! The files in the attributes of an object, wherever they stand: kinds of objects come and go,
//! what a file looks like stays.

use serde_json::{Map, Value};
use url::Url;

use super::{Origin, StoredFile};
use crate::secret::FileUrl;

/// Each file once, in the order of their places.
pub(crate) fn files_of(
    attributes: &Map<String, Value>,
    origin: Option<&Origin>,
) -> Vec<StoredFile> {
    let mut found = Vec::new();
    for (name, value) in attributes {
        collect(name, name, value, &mut found);
    }
    // A photo can stand twice, as an object and as a bare address: the object says more.
    found.sort_by_key(|file| file.filename.is_none());
    let mut seen: Vec<String> = Vec::new();
    found.retain(|file| {
        let name = without_query(file.url.reveal());
        let is_new = !seen.contains(&name);
        if is_new {
            seen.push(name);
        }
        is_new
    });
    found.sort_by(|one, other| one.place.cmp(&other.place));
    for file in &mut found {
        file.origin = origin.cloned();
    }
    found
}

fn collect(name: &str, place: &str, value: &Value, found: &mut Vec<StoredFile>) {
    match value {
        Value::Object(parts) => {
            let url = parts.get("url").and_then(Value::as_str);
            if let Some(url) = url.filter(|url| is_address(url)) {
                found.push(StoredFile {
                    place: place.to_owned(),
                    url: FileUrl::new(url),
                    filename: text(parts, "filename"),
                    byte_size: parts.get("byte-size").and_then(Value::as_u64),
                    origin: None,
                });
            }
            for (name, value) in parts.iter().filter(|(name, _)| *name != "url") {
                collect(name, &format!("{place}/{name}"), value, found);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                collect(name, &format!("{place}/{at}"), item, found);
            }
        }
        Value::String(text) if names_a_file(name) && is_address(text) => found.push(StoredFile {
            place: place.to_owned(),
            url: FileUrl::new(text.as_str()),
            filename: None,
            byte_size: None,
            origin: None,
        }),
        _ => {}
    }
}

/// Names under which a bare text is the address of a file. Others, such as `website-url`, are not
/// Persona's to open.
fn names_a_file(name: &str) -> bool {
    ["photo-url", "video-url", "normalized-url", "original-urls"]
        .iter()
        .any(|end| name.ends_with(end))
}

fn is_address(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "https" | "http"))
}

fn without_query(url: &str) -> String {
    url.split_once('?').map_or(url, |(path, _)| path).to_owned()
}

fn text(parts: &Map<String, Value>, name: &str) -> Option<String> {
    Some(parts.get(name)?.as_str()?.to_owned())
}
