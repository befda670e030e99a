//! Files: photos, videos and papers, each behind an address that is good for some hours.
//!
//! See <https://docs.withpersona.com/downloading-files>.

mod find;
mod stream;

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;

use url::Url;

use crate::call::{Request, path_segment};
use crate::client::Persona;
use crate::config::is_loopback;
use crate::error::{Error, ErrorKind};
use crate::json_api::{Document, ResourceObject};
use crate::secret::FileUrl;

pub(crate) use self::find::files_of;
pub use self::stream::FileStream;

/// Larger files are refused unless the download says otherwise.
const USUAL_LIMIT: u64 = 256 * 1024 * 1024;

/// A file that Persona keeps: where it is, and what is told of it without opening it.
///
/// `Debug` prints the place in its object and the size; neither address nor name.
#[derive(Clone)]
pub struct StoredFile {
    place: String,
    url: FileUrl,
    filename: Option<String>,
    byte_size: Option<u64>,
    origin: Option<Origin>,
}

/// The object that a file belongs to, and how it is read again.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    /// The operation that reads it.
    pub(crate) operation: &'static str,
    /// What stands before its id in the path, such as `/documents`.
    pub(crate) collection: &'static str,
    pub(crate) id: String,
}

impl StoredFile {
    /// A file whose address came another way, such as in a field or a webhook. An address that
    /// has expired cannot be renewed then.
    ///
    /// ```
    /// let url = "https://files.withpersona.com/front.jpg?access_token=9b1d";
    /// let file = withpersona::StoredFile::at(url);
    /// assert!(!format!("{file:?}").contains("front.jpg"));
    /// ```
    pub fn at(url: impl Into<FileUrl>) -> Self {
        Self {
            place: String::new(),
            url: url.into(),
            filename: None,
            byte_size: None,
            origin: None,
        }
    }

    /// Where it stands in its object, such as `front-photo` or `photo-urls/0`; empty for a file
    /// that was not read from one.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The name that Persona tells, if it tells one. It can be the person's own name for the
    /// file: check it before it becomes a part of a path.
    pub fn filename(&self) -> Option<&str> {
        self.filename.as_deref()
    }

    /// Its size in bytes, if Persona tells it.
    pub fn byte_size(&self) -> Option<u64> {
        self.byte_size
    }

    /// Its address: whoever holds it can read the file, for six hours unless the key says
    /// otherwise.
    pub fn url(&self) -> &FileUrl {
        &self.url
    }
}

impl fmt::Debug for StoredFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredFile")
            .field("place", &self.place)
            .field("byte_size", &self.byte_size)
            .finish_non_exhaustive()
    }
}

/// Downloads; get it by [`Persona::files`].
#[derive(Clone, Debug)]
pub struct Files {
    persona: Persona,
}

impl Persona {
    /// Downloads of files.
    pub fn files(&self) -> Files {
        Files {
            persona: self.clone(),
        }
    }
}

impl Files {
    /// Downloads a file; `.await` it for its head, then copy it to a writer.
    ///
    /// The API key never goes to the host of the file, and the request takes nothing of the rate
    /// window. An address that has expired is renewed once, by reading the file's object again.
    /// Redirects are not followed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for an address that is neither https nor on this machine;
    /// [`ErrorKind::ResponseTooLarge`] for a file beyond the [limit](Download::limit);
    /// [`ErrorKind::NotFound`] when the object, or the file in it, is there no more, as after
    /// redaction.
    ///
    /// See <https://docs.withpersona.com/downloading-files>.
    ///
    /// ```no_run
    /// # #[cfg(feature = "documents")]
    /// # async fn example(persona: withpersona::Persona) -> Result<(), Box<dyn std::error::Error>> {
    /// let document = persona.documents().retrieve("doc_123").await?;
    /// for file in document.files() {
    ///     let mut stream = persona.files().download(&file).await?;
    ///     println!("{} {:?}", file.place(), stream.content_type());
    ///     let mut photo = Vec::new(); // or a `tokio::fs::File`
    ///     stream.copy_to(&mut photo).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn download(&self, file: &StoredFile) -> Download {
        Download {
            persona: self.persona.clone(),
            file: file.clone(),
            limit: USUAL_LIMIT,
        }
    }
}

/// A download to be made; `.await` it for a [`FileStream`].
#[must_use = "a download does nothing until it is awaited"]
pub struct Download {
    persona: Persona,
    file: StoredFile,
    limit: u64,
}

impl Download {
    /// How many bytes the file may have; 256 MiB unless set. Nothing of the file is held in
    /// memory: this is for your disk.
    pub fn limit(mut self, bytes: u64) -> Self {
        self.limit = bytes;
        self
    }

    async fn open(self) -> Result<FileStream, Error> {
        let url = address(&self.file.url)?;
        match (self.get(url).await, &self.file.origin) {
            (Err(error), Some(origin)) if may_have_expired(&error) => {
                let renewed = self.read_again(origin).await?;
                self.get(address(&renewed.url)?).await
            }
            (result, _) => result,
        }
    }

    async fn get(&self, url: Url) -> Result<FileStream, Error> {
        let request = Request::file("download-a-file", url);
        let stream = self.persona.call_path().stream(request).await?;
        FileStream::new(stream, self.limit)
    }

    /// The same file with a new address.
    async fn read_again(&self, origin: &Origin) -> Result<StoredFile, Error> {
        let path = format!("{}/{}", origin.collection, path_segment(&origin.id));
        let request = Request::get(origin.operation, path);
        let reply = self.persona.call_path().send(request).await?;
        let object = reply.decode::<Document<ResourceObject>>()?.into_inner();
        files_of(&object.data.attributes, Some(origin))
            .into_iter()
            .find(|file| file.place == self.file.place)
            .ok_or_else(|| {
                Error::new(
                    ErrorKind::NotFound,
                    "the object was read again and has no such file any more",
                )
            })
    }
}

impl IntoFuture for Download {
    type Output = Result<FileStream, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.open())
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("file", &self.file)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

/// What the host of a file may say to an address whose time is over.
fn may_have_expired(error: &Error) -> bool {
    matches!(error.status(), Some(400 | 401 | 403 | 404 | 410))
}

fn address(url: &FileUrl) -> Result<Url, Error> {
    let refused = |message| Err(Error::invalid_input(message));
    let Ok(url) = Url::parse(url.reveal()) else {
        return refused("the address of the file is none");
    };
    match (url.scheme(), is_loopback(&url)) {
        ("https", _) | ("http", true) => Ok(url),
        ("http", false) => refused("the address of the file is plain http"),
        _ => refused("the address of the file is not https"),
    }
}
