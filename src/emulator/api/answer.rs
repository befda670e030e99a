//! What the handlers give back, before headers, sparse fieldsets and inflection.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

pub(crate) enum Answer {
    Document(Document),
    Pdf(Vec<u8>),
}

pub(crate) struct Document {
    pub(crate) status: StatusCode,
    pub(crate) data: Value,
    pub(crate) included: Option<Vec<Value>>,
    pub(crate) meta: Option<Value>,
    pub(crate) links: Option<Value>,
}

impl Answer {
    pub(crate) fn ok(data: Value) -> Self {
        Self::document(StatusCode::OK, data)
    }

    pub(crate) fn created(data: Value) -> Self {
        Self::document(StatusCode::CREATED, data)
    }

    /// What goes on after the answer.
    pub(crate) fn accepted(data: Value) -> Self {
        Self::document(StatusCode::ACCEPTED, data)
    }

    pub(crate) fn with_meta(mut self, meta: Value) -> Self {
        if let Self::Document(document) = &mut self {
            document.meta = Some(meta);
        }
        self
    }

    pub(crate) fn with_links(mut self, prev: Option<String>, next: Option<String>) -> Self {
        if let Self::Document(document) = &mut self {
            document.links = Some(json!({ "prev": prev, "next": next }));
        }
        self
    }

    fn document(status: StatusCode, data: Value) -> Self {
        Self::Document(Document {
            status,
            data,
            included: None,
            meta: None,
            links: None,
        })
    }
}

impl Document {
    /// The body of the answer.
    pub(crate) fn into_body(self) -> Value {
        let mut body = Map::new();
        body.insert("data".into(), self.data);
        if let Some(included) = self.included {
            body.insert("included".into(), included.into());
        }
        if let Some(meta) = self.meta {
            body.insert("meta".into(), meta);
        }
        if let Some(links) = self.links {
            body.insert("links".into(), links);
        }
        body.into()
    }
}
