//! Reading an official document and writing the vendored one.

use std::cell::RefCell;
use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::stop::{Pointer, Stop};

/// Parses an official OpenAPI 3.1 document, JSON or YAML.
///
/// # Errors
///
/// Stops at what is neither, at a key that an object has twice, and at any
/// other version of OpenAPI.
pub fn parse(text: &str) -> Result<Value, Stop> {
    let root = Pointer::root();
    let document = if text.trim_start().starts_with('{') {
        let mut reader = serde_json::Deserializer::from_str(text);
        read("JSON", |seed| {
            let value = seed.deserialize(&mut reader)?;
            reader.end().map(|()| value)
        })?
    } else {
        read("YAML", |seed| {
            seed.deserialize(serde_norway::Deserializer::from_str(text))
        })?
    };
    match document.get("openapi") {
        Some(Value::String(version)) if version.starts_with("3.1.") => Ok(document),
        Some(version) => Err(Stop::new(
            &root.at("openapi"),
            format!("version {version}, but only OpenAPI 3.1 is understood"),
        )),
        None => Err(Stop::new(
            &root,
            "no `openapi` version: not an OpenAPI document",
        )),
    }
}

/// The vendored form: keys sorted, two spaces, a line break at the end.
pub fn to_bytes(document: &Value) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(&sorted(document)).expect("a JSON value serializes");
    bytes.push(b'\n');
    bytes
}

/// Rebuilds every object with its keys in order, so that the map type of
/// `serde_json`, which other crates of a build can change, does not show.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            entries
                .into_iter()
                .map(|(key, value)| (key.clone(), sorted(value)))
                .collect()
        }
        Value::Array(items) => items.iter().map(sorted).collect(),
        other => other.clone(),
    }
}

/// Replaces the file in one step: whoever reads it sees the old or the new
/// document, never half of one, also when the disk is full.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let mut file = tempfile::Builder::new()
        .prefix(".openapi-import-")
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(path).map_or(0o644, |old| old.permissions().mode());
        file.as_file()
            .set_permissions(fs::Permissions::from_mode(mode))?;
    }
    file.persist(path)?;
    Ok(())
}

fn read<E: fmt::Display>(
    format: &str,
    parse: impl FnOnce(Strict<'_>) -> Result<Value, E>,
) -> Result<Value, Stop> {
    let twice = RefCell::new(None);
    let seed = Strict {
        at: Pointer::root(),
        twice: &twice,
    };
    let parsed = parse(seed);
    match (parsed, twice.into_inner()) {
        (Ok(value), _) => Ok(value),
        (Err(_), Some(stop)) => Err(stop),
        (Err(error), None) => Err(Stop::new(&Pointer::root(), format!("no {format}: {error}"))),
    }
}

/// Reads a value whose objects have each key once, and sorts the keys:
/// `serde_json` takes the last of two equal keys without a word.
struct Strict<'a> {
    at: Pointer,
    twice: &'a RefCell<Option<Stop>>,
}

impl Strict<'_> {
    fn below(&self, step: impl fmt::Display) -> Self {
        Strict {
            at: self.at.at(step),
            twice: self.twice,
        }
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(self.below(items.len()))? {
            items.push(item);
        }
        Ok(items.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut entries: Vec<(String, Value)> = Vec::new();
        while let Some(key) = access.next_key::<String>()? {
            let below = self.below(&key);
            let at = below.at.clone();
            let value = access.next_value_seed(below)?;
            entries.push((key, value));
            let last = &entries[entries.len() - 1].0;
            if entries[..entries.len() - 1]
                .iter()
                .any(|(key, _)| key == last)
            {
                *self.twice.borrow_mut() = Some(Stop::new(&at, format!("a second {last:?}")));
                return Err(A::Error::custom("a key twice"));
            }
        }
        entries.sort_by(|one, other| one.0.cmp(&other.0));
        Ok(Value::Object(entries.into_iter().collect::<Map<_, _>>()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_yaml_are_one_document() {
        let json = r#"{"openapi": "3.1.0", "info": {"version": "2025-12-08", "b": 1.5, "a": [null, true, -2]}}"#;
        let yaml = "openapi: 3.1.0\ninfo:\n  version: '2025-12-08'\n  a:\n    - null\n    - true\n    - -2\n  b: 1.5\n";
        assert_eq!(
            to_bytes(&parse(json).unwrap()),
            to_bytes(&parse(yaml).unwrap())
        );
    }

    #[test]
    fn the_order_of_keys_does_not_show() {
        let one = parse(r#"{"openapi": "3.1.0", "a": 1, "b": {"c": 2, "d": 3}}"#).unwrap();
        let other = parse(r#"{"b": {"d": 3, "c": 2}, "a": 1, "openapi": "3.1.0"}"#).unwrap();
        assert_eq!(to_bytes(&one), to_bytes(&other));
    }

    #[test]
    fn a_key_twice_stops_in_both_formats() {
        for text in [
            r#"{"openapi": "3.1.0", "paths": {"/a": {"get": 1, "get": 2}}}"#,
            "openapi: 3.1.0\npaths:\n  /a:\n    get: 1\n    get: 2\n",
        ] {
            let stop = parse(text).unwrap_err();
            assert_eq!(stop.to_string(), "#/paths/~1a/get: a second \"get\"");
        }
    }
}
