//! Every operation of the API, generated from the vendored document.
//!
//! Get a client by [`Persona::raw`](crate::Persona::raw). Names are Persona's own:
//! the operation `retrieve-an-inquiry` is [`Client::retrieve_an_inquiry`], the schema
//! of its answer [`types::InquiryDocument`]. Which operations there are depends on
//! the cargo features; `full` is all 209.
//!
//! Arguments come in the order of the document: path parameters first, then those
//! of the query by name, then the body. A type of [`types`] has all properties
//! public, optional where Persona may leave them out, and an `extra` for what the
//! document does not know.

use serde::de::DeserializeOwned;

use crate::call::{CallPath, QueryValue, Request, Response};
use crate::error::Error;
use crate::json_api::SparseFields;

/// The generated client: a method for each operation, all through the one call path.
#[derive(Clone, Debug)]
pub struct Client {
    call: CallPath,
}

impl Client {
    pub(crate) fn new(call: CallPath) -> Self {
        Self { call }
    }

    async fn send<T>(&self, request: Request) -> Result<Response<T>, Error>
    where
        T: DeserializeOwned + Send,
    {
        self.call.send_for(request).await
    }

    #[cfg(has_files)]
    async fn stream(&self, request: Request) -> Result<crate::call::ByteStream, Error> {
        self.call.stream(request.accept("application/pdf")).await
    }
}

impl QueryValue for SparseFields {
    fn append(&self, name: &str, query: &mut Vec<(String, String)>) {
        for (kind, attributes) in self.iter() {
            query.push((format!("{name}[{kind}]"), attributes.to_owned()));
        }
    }
}

include!(concat!(env!("OUT_DIR"), "/raw.rs"));
