//! A form with a file in it, brought into the shape of a JSON body, so that everything behind
//! this knows one shape only.

use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// The body as JSON, if it is a form; as it is, if it is anything else. `None` for a form that
/// cannot be read.
pub(super) fn into_json(headers: &HeaderMap, body: Bytes) -> Option<Bytes> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let Some(form) = content_type.and_then(|it| it.strip_prefix("multipart/form-data")) else {
        return Some(body);
    };
    let (_, boundary) = form.split_once("boundary=")?;
    let document = read(std::str::from_utf8(&body).ok()?, boundary.trim_matches('"'))?;
    Some(document.to_string().into())
}

fn read(body: &str, boundary: &str) -> Option<Value> {
    let delimiter = format!("\r\n--{boundary}");
    let mut rest = body.strip_prefix(&delimiter[2..])?;
    let mut document = json!({});
    while let Some(part) = rest.strip_prefix("\r\n") {
        let (headers, content) = part.split_once("\r\n\r\n")?;
        let (content, behind) = content.split_once(&delimiter)?;
        let name = quoted(headers, "name")?;
        let value = match quoted(headers, "filename") {
            Some(filename) => json!({ "filename": filename, "data": STANDARD.encode(content) }),
            None => content.into(),
        };
        put(&mut document, name, value)?;
        rest = behind;
    }
    rest.starts_with("--").then_some(document)
}

/// A parameter of the part's disposition.
fn quoted<'h>(headers: &'h str, name: &str) -> Option<&'h str> {
    let (_, from) = headers.split_once(&format!("; {name}=\""))?;
    Some(from.split_once('"')?.0)
}

/// Puts a value under a name such as `data[attributes][file]`.
fn put(document: &mut Value, name: &str, value: Value) -> Option<()> {
    let mut place = document;
    for step in name.split('[') {
        place = place
            .as_object_mut()?
            .entry(step.trim_end_matches(']'))
            .or_insert(json!({}));
    }
    *place = value;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_the_json_that_says_the_same() {
        let body = "--b\r\nContent-Disposition: form-data; name=\"data[attributes][list-id]\"\r\n\r\n\
                    lst_1\r\n--b\r\nContent-Disposition: form-data; name=\"data[attributes][file]\"; \
                    filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\nvalue\r\n\"--b\"\r\n--b--\r\n";
        let attributes = json!({
            "list-id": "lst_1",
            "file": { "filename": "a.csv", "data": STANDARD.encode("value\r\n\"--b\"") },
        });
        assert_eq!(
            read(body, "b"),
            Some(json!({ "data": { "attributes": attributes } }))
        );
        assert_eq!(read(&body[..body.len() - 8], "b"), None, "it has no end");
    }
}
