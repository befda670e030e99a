//! The rows as a form with a file in it, made while it is sent.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;

use super::ImportKind;
use super::check::Checker;
use super::source::{Csv, Handed, Source};
use crate::call::{Pieces, Upload};
use crate::error::{Error, ErrorKind};
use crate::id::ListId;

/// A form that is ready to be sent.
pub(super) struct Form {
    pub(super) content_type: String,
    pub(super) body: Upload,
}

impl Form {
    /// Looks over what can be looked over before anything is sent: all rows of a source that can
    /// be read again, the first ones of any other.
    pub(super) async fn new(
        kind: ImportKind,
        list: Option<&ListId>,
        csv: Csv,
    ) -> Result<Self, Error> {
        let frame = Frame::new(list)?;
        let content_type = format!("multipart/form-data; boundary={}", frame.boundary);
        let body = match csv.0 {
            Source::Repeatable(open) => {
                let length = look_over(kind, open()).await?;
                let length = length + (frame.head.len() + frame.tail.len()) as u64;
                Upload::repeatable(Some(length), move || {
                    Box::new(frame.around(kind, VecDeque::new(), open()))
                })
            }
            Source::Once(mut pieces) => {
                let mut first = VecDeque::new();
                let mut checker = Checker::new(kind);
                // What fits into the first pieces is looked over as a whole. They are looked at
                // again on their way: that is how the rest follows them.
                while first.len() < 2 {
                    let Some(piece) = poll_fn(|cx| pieces.poll_piece(cx)).await.transpose()? else {
                        checker.finish()?;
                        break;
                    };
                    checker.feed(&piece)?;
                    first.push_back(piece);
                }
                let form = frame.around(kind, first, pieces);
                let handed = Handed::new(Box::new(form));
                Upload::once(move || handed.take())
            }
        };
        Ok(Self { content_type, body })
    }
}

/// How many bytes the rows are, if they are right.
async fn look_over(kind: ImportKind, mut pieces: Box<dyn Pieces>) -> Result<u64, Error> {
    let mut checker = Checker::new(kind);
    let mut length = 0;
    while let Some(piece) = poll_fn(|cx| pieces.poll_piece(cx)).await.transpose()? {
        checker.feed(&piece)?;
        length += piece.len() as u64;
    }
    checker.finish()?;
    Ok(length)
}

/// What stands around the rows.
struct Frame {
    boundary: Arc<str>,
    head: Bytes,
    tail: Bytes,
}

impl Frame {
    fn new(list: Option<&ListId>) -> Result<Self, Error> {
        // Random: rows can hold anything, and nobody must be able to end the file from inside it.
        let mut bits = [0; 16];
        getrandom::fill(&mut bits).map_err(|_| {
            Error::new(
                ErrorKind::Configuration,
                "the operating system gives no random bytes for the boundary of the form",
            )
        })?;
        let boundary = format!("withpersona-{:032x}", u128::from_be_bytes(bits));
        let mut head = String::new();
        if let Some(list) = list {
            head.push_str(&format!(
                "--{boundary}\r\nContent-Disposition: form-data; \
                 name=\"data[attributes][list-id]\"\r\n\r\n{list}\r\n"
            ));
        }
        head.push_str(&format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"data[attributes][file]\"; \
             filename=\"rows.csv\"\r\nContent-Type: text/csv\r\n\r\n"
        ));
        let tail = format!("\r\n--{boundary}--\r\n");
        Ok(Self {
            boundary: boundary.into(),
            head: head.into(),
            tail: tail.into(),
        })
    }

    fn around(
        &self,
        kind: ImportKind,
        mut before: VecDeque<Bytes>,
        rows: Box<dyn Pieces>,
    ) -> Framed {
        let mut checker = Some(Checker::new(kind));
        let mut fault = None;
        for piece in &before {
            if let Some(Err(error)) = checker.as_mut().map(|checker| checker.feed(piece)) {
                fault = Some(error);
                checker = None;
            }
        }
        before.push_front(self.head.clone());
        Framed {
            before,
            rows,
            checker,
            fault,
            tail: Some(self.tail.clone()),
        }
    }
}

/// The form, piece by piece. A row that is broken ends it before its end, so that Persona never
/// has a form that is whole.
struct Framed {
    before: VecDeque<Bytes>,
    rows: Box<dyn Pieces>,
    /// `None` once the rows are over.
    checker: Option<Checker>,
    fault: Option<Error>,
    tail: Option<Bytes>,
}

impl Pieces for Framed {
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        if let Some(fault) = self.fault.take() {
            return Poll::Ready(Some(Err(fault)));
        }
        if let Some(piece) = self.before.pop_front() {
            return Poll::Ready(Some(Ok(piece)));
        }
        let Some(checker) = &mut self.checker else {
            return Poll::Ready(self.tail.take().map(Ok));
        };
        let checked = match ready!(self.rows.poll_piece(cx)) {
            Some(Ok(piece)) => checker.feed(&piece).map(|()| Some(piece)),
            Some(Err(error)) => Err(error),
            None => Ok(None),
        };
        let finished = match checked {
            Ok(Some(piece)) => return Poll::Ready(Some(Ok(piece))),
            Ok(None) => self.checker.take().map_or(Ok(0), Checker::finish),
            Err(error) => Err(error),
        };
        match finished {
            Ok(_) => Poll::Ready(self.tail.take().map(Ok)),
            Err(error) => Poll::Ready(Some(Err(error))),
        }
    }
}
