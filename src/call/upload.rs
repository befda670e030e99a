//! A request's body that is made while it is sent, so that it is never held as a whole.

use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::time::{Instant, timeout_at};

use super::deadline::after;
use crate::error::{Delivery, Error, TimeoutKind};

/// The pieces of a body, one after the other.
pub(crate) trait Pieces: Send {
    /// The next piece; `None` after the last one. A fault ends the body before its end.
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>>;
}

type Open = Box<dyn Fn() -> Box<dyn Pieces> + Send + Sync>;

/// A body and how to begin it.
pub(crate) struct Upload {
    open: Open,
    length: Option<u64>,
    /// Whether `open` gives the same bytes each time.
    repeatable: bool,
    begun: AtomicBool,
    moved_at: Mutex<Instant>,
    fault: Mutex<Option<Error>>,
}

impl Upload {
    /// A body that can be sent any number of times.
    pub(crate) fn repeatable(
        length: Option<u64>,
        open: impl Fn() -> Box<dyn Pieces> + Send + Sync + 'static,
    ) -> Self {
        Self {
            open: Box::new(open),
            length,
            repeatable: true,
            begun: AtomicBool::new(false),
            moved_at: Mutex::new(Instant::now()),
            fault: Mutex::default(),
        }
    }

    /// A body whose bytes come only once: there is no further attempt after it has begun.
    pub(crate) fn once(open: impl Fn() -> Box<dyn Pieces> + Send + Sync + 'static) -> Self {
        Self {
            repeatable: false,
            ..Self::repeatable(None, open)
        }
    }

    pub(super) fn length(&self) -> Option<u64> {
        self.length
    }

    /// Whether it has begun and cannot begin again.
    pub(super) fn is_spent(&self) -> bool {
        !self.repeatable && self.begun.load(Ordering::Relaxed)
    }

    /// The body for one attempt. It asks for nothing before it is polled.
    pub(super) fn body(self: &Arc<Self>) -> UploadBody {
        UploadBody {
            upload: Arc::clone(self),
            pieces: Mutex::new(None),
            sent: 0,
        }
    }

    /// The result of `sending`, unless nothing moves for `limit`: how long the whole takes depends
    /// on its size.
    ///
    /// A body that could not be made to its end is told as that, whatever the line made of it.
    pub(super) async fn while_moving<T>(
        &self,
        limit: Duration,
        sending: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        self.moved();
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = None;
        let mut sending = pin!(sending);
        let result = loop {
            let until = self.moved_at() + after(limit).saturating_duration_since(Instant::now());
            match timeout_at(until, sending.as_mut()).await {
                Ok(result) => break result,
                Err(_) if self.moved_at() + limit > Instant::now() => {}
                Err(_) => {
                    break Err(Error::timed_out(
                        TimeoutKind::Attempt,
                        format!("nothing of the upload moved for {limit:?}"),
                    )
                    .delivered(Delivery::Unknown));
                }
            }
        };
        let fault = self.fault.lock().unwrap_or_else(PoisonError::into_inner);
        match fault.clone() {
            Some(fault) if result.is_err() => Err(fault.delivered(Delivery::Unknown)),
            _ => result,
        }
    }

    fn moved(&self) {
        *self.moved_at.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn moved_at(&self) -> Instant {
        *self.moved_at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("length", &self.length)
            .field("repeatable", &self.repeatable)
            .finish_non_exhaustive()
    }
}

/// The body of one attempt.
pub(super) struct UploadBody {
    upload: Arc<Upload>,
    /// `None` before the first poll. The lock is never contended: it makes the body `Sync`, which
    /// the HTTP library asks for.
    pieces: Mutex<Option<Box<dyn Pieces>>>,
    sent: u64,
}

impl http_body::Body for UploadBody {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        let this = self.get_mut();
        let upload = &this.upload;
        let pieces = this
            .pieces
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert_with(|| {
                upload.begun.store(true, Ordering::Relaxed);
                (upload.open)()
            });
        let piece = std::task::ready!(pieces.poll_piece(cx));
        upload.moved();
        Poll::Ready(piece.map(|piece| match piece {
            Ok(piece) => {
                this.sent += piece.len() as u64;
                Ok(Frame::data(piece))
            }
            Err(fault) => {
                let mut slot = upload.fault.lock().unwrap_or_else(PoisonError::into_inner);
                *slot = Some(fault);
                Err(Broken)
            }
        }))
    }

    fn size_hint(&self) -> SizeHint {
        match self.upload.length {
            Some(length) => SizeHint::with_exact(length.saturating_sub(self.sent)),
            None => SizeHint::default(),
        }
    }
}

/// Stands in the HTTP library's error for a fault that is told apart from it.
#[derive(Debug)]
pub(super) struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the upload could not be made to its end")
    }
}

impl std::error::Error for Broken {}
