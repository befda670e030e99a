//! The receiver as a route of axum.

use std::future::poll_fn;
use std::pin::pin;

use axum::body::Body;
use axum::extract::Request;
use axum::routing::{MethodRouter, post};
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, StatusCode};
use http_body::Body as _;

use super::{Answer, Receiver};

impl Receiver {
    /// A route for POST requests; put it at the path of the webhook's URL. Any other method is
    /// answered with 405.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use withpersona::webhook::{Received, Receiver, Verifier};
    ///
    /// let receiver = Receiver::builder(Verifier::new(["wbhsec_4d2c"])?)
    ///     .start(async |_: Received| Ok::<(), std::io::Error>(()));
    /// let app: axum::Router = axum::Router::new().route("/webhooks/persona", receiver.route());
    /// # Ok(())
    /// # }
    /// ```
    pub fn route<S: Clone + Send + Sync + 'static>(&self) -> MethodRouter<S> {
        let receiver = self.clone();
        post(move |request: Request| async move { receiver.answer(request).await })
    }

    async fn answer(&self, request: Request) -> StatusCode {
        let (head, body) = request.into_parts();
        match read(&head.headers, body, self.largest_body()).await {
            Ok(body) => self.receive(&head.headers, &body).await.status(),
            Err(status) => status,
        }
    }
}

/// The whole body, up to a limit.
async fn read(headers: &HeaderMap, body: Body, limit: usize) -> Result<Vec<u8>, StatusCode> {
    let too_large = Answer::TooLarge.status();
    let length = headers.get(CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > limit) {
        return Err(too_large);
    }
    let mut whole = Vec::with_capacity(length.unwrap_or_default());
    let mut body = pin!(body);
    while let Some(frame) = poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
        // Whoever sent it has gone.
        let frame = frame.map_err(|_| StatusCode::BAD_REQUEST)?;
        if let Ok(data) = frame.into_data() {
            if whole.len() + data.len() > limit {
                return Err(too_large);
            }
            whole.extend_from_slice(&data);
        }
    }
    Ok(whole)
}
