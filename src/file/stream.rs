use std::fmt;
use std::io;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use tokio::io::{AsyncWrite, AsyncWriteExt};

use crate::call::ByteStream;
use crate::error::{Error, ErrorKind};

/// A file as it comes in: it is never held in memory as a whole.
///
/// It fails when no byte comes for the length of an attempt timeout while it is waited for. After
/// an error it ends, and what was read is not the whole: download it anew.
pub struct FileStream {
    stream: ByteStream,
    content_type: Option<String>,
    length: Option<u64>,
    read: u64,
    limit: u64,
}

impl FileStream {
    pub(super) fn new(stream: ByteStream, limit: u64) -> Result<Self, Error> {
        let header = |name| stream.headers().get(name)?.to_str().ok();
        let content_type = header(CONTENT_TYPE).map(str::to_owned);
        let length = header(CONTENT_LENGTH).and_then(|length| length.parse().ok());
        let stream = Self {
            stream,
            content_type,
            length,
            read: 0,
            limit,
        };
        match length {
            Some(length) if length > limit => Err(stream.too_large()),
            _ => Ok(stream),
        }
    }

    /// What kind of file it is, such as `image/jpeg`, by the host of the file. It does not say
    /// that the bytes are that.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// How many bytes will come, if the host tells it.
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Connection`] when it breaks off, [`ErrorKind::Timeout`] when no byte comes in
    /// time, [`ErrorKind::ResponseTooLarge`] beyond the download's limit.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        let Some(chunk) = self.stream.chunk().await? else {
            return Ok(None);
        };
        self.read += chunk.len() as u64;
        if self.read > self.limit {
            return Err(self.too_large());
        }
        Ok(Some(chunk))
    }

    /// Writes the rest to `writer`, piece by piece, flushes it, and gives the number of bytes.
    ///
    /// # Errors
    ///
    /// [`Error`] inside the [`io::Error`], of kind [`io::ErrorKind::Other`], when the file fails
    /// as in [`chunk`](Self::chunk); any other one is the writer's own. Remove what was written.
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

    fn too_large(&self) -> Error {
        Error::new(
            ErrorKind::ResponseTooLarge,
            format!("the file has more than {} bytes", self.limit),
        )
    }
}

impl fmt::Debug for FileStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What stands behind it can be a name of the file.
        let media_type = self.content_type().and_then(|it| it.split(';').next());
        f.debug_struct("FileStream")
            .field("content_type", &media_type)
            .field("length", &self.length)
            .field("read", &self.read)
            .finish_non_exhaustive()
    }
}
