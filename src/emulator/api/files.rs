//! The host of files. It is none of the API's: an address opens a file to whoever holds it, and
//! whoever sends a key there has leaked it.

use axum::body::Bytes;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};

use crate::emulator::State;
use crate::emulator::model::file::FileRefusal;

/// Where files are, beside the API.
pub(super) const PATH: &str = "/files/{id}";

impl State {
    /// Answers a request for a file.
    pub(super) fn file(&mut self, name: &str, query: &str, headers: &HeaderMap) -> Response<Bytes> {
        self.model.catch_up();
        if headers.contains_key(AUTHORIZATION) {
            return text(
                StatusCode::BAD_REQUEST,
                "an Authorization header came to the host of files: the API key is leaked to it",
            );
        }
        let token = form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| name == "access_token")
            .map(|(_, token)| token.into_owned());
        match self.model.open_file(name, &token.unwrap_or_default()) {
            Ok(file) => answer(StatusCode::OK, file.content_type(), file.bytes().into()),
            Err(FileRefusal::Token) => text(StatusCode::FORBIDDEN, "the access token is not valid"),
            Err(FileRefusal::Expired) => {
                text(StatusCode::FORBIDDEN, "the access token has expired")
            }
            Err(FileRefusal::Gone) => text(StatusCode::NOT_FOUND, "the file is deleted"),
        }
    }
}

fn text(status: StatusCode, text: &'static str) -> Response<Bytes> {
    answer(status, "text/plain", Bytes::from_static(text.as_bytes()))
}

fn answer(status: StatusCode, content_type: &'static str, body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let content_type = HeaderValue::from_static(content_type);
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}
