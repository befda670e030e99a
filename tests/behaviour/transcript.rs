//! Requests and what came of them, without what differs from run to run.

use std::collections::HashMap;

use reqwest::{Client, Method};
use serde_json::Value;

use crate::http::send;

/// A refusal's words may change at any time; that there are some may not.
const TITLE: &str = "<title>";

pub struct Transcript {
    http: Client,
    base_url: String,
    api_key: String,
    /// What this run calls its people.
    run: String,
    /// Each id under its kind and the order in which it was first seen.
    names: HashMap<String, String>,
    kinds: HashMap<String, usize>,
    text: String,
}

/// A request, and what of its answer is worth writing down.
pub struct Step<'s> {
    pub what: &'s str,
    pub method: Method,
    pub path: String,
    pub body: Option<Value>,
    pub key: Option<&'s str>,
    /// Places in the answer, as JSON pointers.
    pub show: &'s [&'s str],
}

impl Transcript {
    pub fn new(http: Client, base_url: &str, api_key: &str, run: &str) -> Self {
        Self {
            http,
            base_url: base_url.to_owned(),
            api_key: api_key.to_owned(),
            run: run.to_owned(),
            names: HashMap::new(),
            kinds: HashMap::new(),
            text: String::new(),
        }
    }

    pub async fn step(&mut self, step: Step<'_>) -> Value {
        let url = format!("{}{}", self.base_url, step.path);
        let mut request = self
            .http
            .request(step.method, url)
            .bearer_auth(&self.api_key)
            .header("persona-version", "2025-12-08")
            .header("key-inflection", "kebab");
        if let Some(key) = step.key {
            request = request.header("idempotency-key", key);
        }
        if let Some(body) = &step.body {
            request = request.json(body);
        }
        let answer = send(request).await;
        self.line(&format!("{}: {}", step.what, answer.status.as_u16()));
        for header in [
            "ratelimit-limit",
            "ratelimit-remaining",
            "ratelimit-reset",
            "request-id",
        ] {
            if !answer.headers.contains_key(header) {
                self.line(&format!("  without {header}"));
            }
        }
        if answer.status.is_client_error() {
            let title = &answer.body["errors"][0]["title"];
            self.line(&format!(
                "  {}",
                if title.is_string() { TITLE } else { "no title" }
            ));
        }
        for place in step.show {
            let value = answer.body.pointer(place).cloned().unwrap_or(Value::Null);
            let shown = self.shown(&value);
            self.line(&format!("  {place} {shown}"));
        }
        answer.body
    }

    pub fn finish(self) -> String {
        self.text
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn shown(&mut self, value: &Value) -> String {
        match value {
            Value::String(text) => self.named(text),
            Value::Array(items) => {
                let items: Vec<String> = items.iter().map(|item| self.shown(item)).collect();
                format!("[{}]", items.join(", "))
            }
            Value::Object(parts) => {
                let mut parts: Vec<(String, String)> = parts
                    .iter()
                    .map(|(name, part)| (name.clone(), self.shown(part)))
                    .collect();
                parts.sort();
                let parts: Vec<String> = parts.iter().map(|(a, b)| format!("{a}: {b}")).collect();
                format!("{{{}}}", parts.join(", "))
            }
            other => other.to_string(),
        }
    }

    /// Ids, moments, tokens and links by what they are.
    fn named(&mut self, text: &str) -> String {
        if text.starts_with("http") {
            return "<link>".to_owned();
        }
        if text.split('.').count() == 3 && text.len() > 60 {
            return "<token>".to_owned();
        }
        let is_moment = text.len() >= 20 && text.as_bytes()[10] == b'T' && text.ends_with('Z');
        if is_moment {
            return "<moment>".to_owned();
        }
        let Some((kind, rest)) = text.split_once('_') else {
            return text.replace(&self.run, "<run>");
        };
        let is_id = rest.len() > 8 && rest.chars().all(char::is_alphanumeric);
        if !is_id {
            return text.to_owned();
        }
        if let Some(name) = self.names.get(text) {
            return name.clone();
        }
        let number = self.kinds.entry(kind.to_owned()).or_default();
        *number += 1;
        let name = format!("<{kind} {number}>");
        self.names.insert(text.to_owned(), name.clone());
        name
    }
}
