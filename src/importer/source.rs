//! Where the rows come from.

use std::fmt;
use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use csv::WriterBuilder;
use serde::Serialize;
use tokio::io::{AsyncRead, ReadBuf};

use crate::call::Pieces;
use crate::error::Error;

/// How much is made, read and sent at once.
const PIECE: usize = 64 * 1024;

/// The rows of an import, however many: they are never held in memory as a whole.
///
/// `Debug` prints where they come from, and none of them.
pub struct Csv(pub(super) Source);

pub(super) enum Source {
    /// Gives the same bytes each time.
    Repeatable(Box<dyn Fn() -> Box<dyn Pieces> + Send + Sync>),
    Once(Box<dyn Pieces>),
}

impl Csv {
    /// Rows of an iterator, one after the other, each a struct whose fields are named as the
    /// [columns](crate::ImportKind::columns).
    ///
    /// They come only once, so an import that breaks off is not tried again: see
    /// [`Error::write_outcome`](crate::Error::write_outcome), or use
    /// [`rows_again`](Self::rows_again). The iterator is asked between two pieces of the upload
    /// and must not block.
    ///
    /// ```
    /// #[derive(serde::Serialize)]
    /// struct Row {
    ///     reference_id: String,
    /// }
    ///
    /// let rows = (1..=100_000).map(|n| Row { reference_id: format!("user-{n}") });
    /// let csv = withpersona::Csv::rows(rows);
    /// ```
    pub fn rows<I>(rows: I) -> Self
    where
        I: IntoIterator,
        I::Item: Serialize,
        I::IntoIter: Send + 'static,
    {
        Self(Source::Once(Box::new(Rows::new(rows.into_iter()))))
    }

    /// Rows of an iterator that can be made again: all of them are looked over before anything is
    /// sent, and an import that breaks off is tried again.
    ///
    /// It has to give the same rows each time.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// #[derive(Clone, serde::Serialize)]
    /// struct Row {
    ///     value: String,
    /// }
    ///
    /// let rows: Arc<[Row]> = Arc::new([Row { value: "198.51.100.7".into() }]);
    /// let csv = withpersona::Csv::rows_again(move || {
    ///     let rows = rows.clone();
    ///     (0..rows.len()).map(move |at| rows[at].clone())
    /// });
    /// ```
    pub fn rows_again<F, I>(make: F) -> Self
    where
        F: Fn() -> I + Send + Sync + 'static,
        I: IntoIterator,
        I::Item: Serialize,
        I::IntoIter: Send + 'static,
    {
        Self(Source::Repeatable(Box::new(move || {
            Box::new(Rows::new(make().into_iter()))
        })))
    }

    /// A CSV file in UTF-8 with a header. All of it is looked over before anything is sent; it
    /// must not change until the import is made.
    ///
    /// ```
    /// let csv = withpersona::Csv::file("accounts.csv");
    /// ```
    pub fn file(path: impl Into<PathBuf>) -> Self {
        let path: Arc<PathBuf> = Arc::new(path.into());
        Self(Source::Repeatable(Box::new(move || {
            let path = Arc::clone(&path);
            Box::new(FilePieces::Opening(Box::pin(async move {
                tokio::fs::File::open(path.as_path()).await
            })))
        })))
    }

    /// A CSV in UTF-8 with a header, from anything that can be read.
    ///
    /// It can be read only once: the header is looked at before anything is sent, each row before
    /// it is sent, and an import that breaks off is not tried again.
    pub fn reader(reader: impl AsyncRead + Send + 'static) -> Self {
        Self(Source::Once(Box::new(Read::new(Box::pin(reader)))))
    }
}

impl fmt::Debug for Csv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Source::Repeatable(_) => "Csv(repeatable)",
            Source::Once(_) => "Csv(once)",
        })
    }
}

/// Rows that become CSV when they are asked for.
struct Rows<I> {
    rows: I,
    made: u64,
}

impl<I> Rows<I> {
    fn new(rows: I) -> Self {
        Self { rows, made: 0 }
    }
}

impl<I> Rows<I>
where
    I: Iterator,
    I::Item: Serialize,
{
    fn piece(&mut self) -> Result<Option<Bytes>, Error> {
        let mut writer = WriterBuilder::new()
            .has_headers(self.made == 0)
            .from_writer(Vec::with_capacity(PIECE + PIECE / 4));
        while writer.get_ref().len() < PIECE {
            let Some(row) = self.rows.next() else { break };
            self.made += 1;
            // The writer's own message can hold a value.
            let written = writer.serialize(row).is_ok() && writer.flush().is_ok();
            if !written {
                return Err(Error::invalid_input(format!(
                    "row {} cannot be written as CSV: rows are structs, and their fields texts, \
                     numbers, true or false, or options of these",
                    self.made
                )));
            }
        }
        match writer.into_inner() {
            Ok(piece) if piece.is_empty() => Ok(None),
            Ok(piece) => Ok(Some(piece.into())),
            Err(_) => Err(Error::invalid_input("the rows cannot be written as CSV")),
        }
    }
}

impl<I> Pieces for Rows<I>
where
    I: Iterator + Send,
    I::Item: Serialize,
{
    fn poll_piece(&mut self, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        Poll::Ready(self.piece().transpose())
    }
}

/// What a reader gives.
struct Read {
    reader: Pin<Box<dyn AsyncRead + Send>>,
    buffer: Vec<u8>,
}

impl Read {
    fn new(reader: Pin<Box<dyn AsyncRead + Send>>) -> Self {
        Self {
            reader,
            buffer: vec![0; PIECE],
        }
    }
}

impl Pieces for Read {
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        let mut buffer = ReadBuf::new(&mut self.buffer);
        match ready!(self.reader.as_mut().poll_read(cx, &mut buffer)) {
            Ok(()) if buffer.filled().is_empty() => Poll::Ready(None),
            Ok(()) => Poll::Ready(Some(Ok(Bytes::copy_from_slice(buffer.filled())))),
            Err(error) => Poll::Ready(Some(Err(unreadable("read", &error)))),
        }
    }
}

type Opening = Pin<Box<dyn Future<Output = io::Result<tokio::fs::File>> + Send>>;

enum FilePieces {
    Opening(Opening),
    Open(Read),
}

impl Pieces for FilePieces {
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        loop {
            match self {
                Self::Open(read) => return read.poll_piece(cx),
                Self::Opening(opening) => match ready!(opening.as_mut().poll(cx)) {
                    Ok(file) => *self = Self::Open(Read::new(Box::pin(file))),
                    Err(error) => {
                        return Poll::Ready(Some(Err(unreadable("opened", &error))));
                    }
                },
            }
        }
    }
}

/// The kind of the error alone: its text can be anything, the path included.
fn unreadable(step: &str, error: &io::Error) -> Error {
    Error::invalid_input(format!("the CSV cannot be {step}: {}", error.kind()))
}

/// Pieces that are there only once, for whoever asks first.
pub(super) struct Handed(Mutex<Option<Box<dyn Pieces>>>);

impl Handed {
    pub(super) fn new(pieces: Box<dyn Pieces>) -> Self {
        Self(Mutex::new(Some(pieces)))
    }

    pub(super) fn take(&self) -> Box<dyn Pieces> {
        let mut pieces = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pieces.take().unwrap_or_else(|| Box::new(Gone))
    }
}

/// Stands where the pieces were.
struct Gone;

impl Pieces for Gone {
    fn poll_piece(&mut self, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        Poll::Ready(Some(Err(Error::invalid_input(
            "the rows came only once, and were sent before",
        ))))
    }
}
