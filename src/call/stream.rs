//! An answer whose body is handed on as it comes in.

use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http::HeaderMap;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::time::Sleep;

use super::called::Called;
use super::deadline::after;
use super::headers;
use super::transport::{Body, Head};
use crate::error::{Error, TimeoutKind};

/// The body of an answer as a stream of bytes, such as a PDF: it is never held in memory as a
/// whole.
///
/// It is a [`Stream`](futures_core::Stream); [`chunk`](Self::chunk) needs no further crate. It
/// fails when no byte comes for the length of an attempt timeout while it is waited for; the time
/// that its reader takes between two pieces does not count. After an error it ends.
///
/// `Debug` prints the status and the request id, and nothing of the body.
pub struct ByteStream {
    called: Called,
    head: Head,
    body: Body,
    idle_limit: Duration,
    /// Set while the stream is being waited for.
    idle: Option<Pin<Box<Sleep>>>,
    ended: bool,
}

impl ByteStream {
    pub(super) fn new(called: Called, head: Head, body: Body, idle_limit: Duration) -> Self {
        Self {
            called,
            head,
            body,
            idle_limit,
            idle: None,
            ended: false,
        }
    }

    /// The next piece of the body; `None` at its end.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Connection`](crate::ErrorKind::Connection) when the body breaks off,
    /// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) when no byte comes in time. What was
    /// read so far is not the whole: ask again from the start.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx))
            .await
            .transpose()
    }

    /// Writes the rest of the body to `writer`, piece by piece, flushes it, and gives the number
    /// of bytes.
    ///
    /// # Errors
    ///
    /// [`Error`] inside the [`io::Error`] when the body fails as in [`chunk`](Self::chunk), with
    /// the kind [`io::ErrorKind::Other`]; any other one is the writer's own. What was written is
    /// not the whole: write it anew.
    ///
    /// ```no_run
    /// # #[cfg(feature = "inquiries")]
    /// # async fn example(persona: withpersona::Persona) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut pdf = persona.inquiries().print("inq_123").await?;
    /// let mut file = Vec::new(); // or a `tokio::fs::File`
    /// let bytes = pdf.copy_to(&mut file).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn copy_to<W>(&mut self, writer: &mut W) -> io::Result<u64>
    where
        W: AsyncWrite + Unpin + ?Sized,
    {
        let mut written = 0;
        while let Some(chunk) = self.chunk().await.map_err(io::Error::other)? {
            writer.write_all(&chunk).await?;
            written += chunk.len() as u64;
        }
        writer.flush().await?;
        Ok(written)
    }

    /// The HTTP status: 200 or another 2xx.
    pub fn status(&self) -> u16 {
        self.head.status.as_u16()
    }

    /// The headers of the answer.
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// Persona's id of the request (`req_…`): quote it to their support.
    pub fn request_id(&self) -> Option<String> {
        headers::request_id(&self.head.headers)
    }

    fn poll_idle(&mut self, cx: &mut Context<'_>) -> Poll<Error> {
        let limit = self.idle_limit;
        let idle = self
            .idle
            .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(after(limit))));
        idle.as_mut().poll(cx).map(|()| {
            Error::timed_out(
                TimeoutKind::Attempt,
                format!("no byte of the body came for {limit:?}"),
            )
        })
    }

    fn fail(&mut self, error: Error) -> Poll<Option<Result<Bytes, Error>>> {
        self.ended = true;
        let error = self.head.blame(error).of_call(&self.called);
        Poll::Ready(Some(Err(error)))
    }
}

impl Stream for ByteStream {
    type Item = Result<Bytes, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if this.ended {
            return Poll::Ready(None);
        }
        match this.body.poll_chunk(cx) {
            Poll::Ready(next) => {
                this.idle = None;
                match next {
                    Some(Ok(chunk)) => Poll::Ready(Some(Ok(chunk))),
                    Some(Err(error)) => this.fail(error),
                    None => {
                        this.ended = true;
                        Poll::Ready(None)
                    }
                }
            }
            Poll::Pending => match this.poll_idle(cx) {
                Poll::Ready(error) => this.fail(error),
                Poll::Pending => Poll::Pending,
            },
        }
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteStream")
            .field("status", &self.status())
            .field("request_id", &self.request_id())
            .finish_non_exhaustive()
    }
}
