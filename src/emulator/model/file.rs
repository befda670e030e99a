//! Files that a person handed in, and the addresses under which they can be read for a while.

use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::Model;
use super::image::png;

/// How long an address is good for, from the answer that it stands in.
const LIFETIME: TimeDelta = TimeDelta::hours(6);

/// Its bytes are made from its name when somebody reads it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StoredFile {
    /// Unique, as in its address.
    pub(crate) name: String,
    /// As the person's device called it.
    pub(crate) filename: String,
    /// What it shows, such as `front`.
    pub(crate) page: String,
}

/// Why an address opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileRefusal {
    /// The token is none, or of another file.
    Token,
    /// Its time is over.
    Expired,
    /// The file was deleted.
    Gone,
}

impl StoredFile {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut hasher = DefaultHasher::new();
        self.name.hash(&mut hasher);
        let [red, green, blue, ..] = hasher.finish().to_be_bytes();
        png([red, green, blue])
    }

    pub(crate) fn content_type(&self) -> &'static str {
        "image/png"
    }
}

impl Model {
    pub(crate) fn store_file(&mut self, page: &str) -> StoredFile {
        let file = StoredFile {
            name: format!("{}.png", self.ids.text(24)),
            filename: format!("{page}.png"),
            page: page.to_owned(),
        };
        self.files.insert(file.name.clone(), file.clone());
        file
    }

    pub(crate) fn delete_file(&mut self, name: &str) {
        self.files.remove(name);
    }

    /// Where a file can be read, without a key, until six hours from now.
    pub(crate) fn file_url(&self, file: &StoredFile) -> String {
        let until = self.now + LIFETIME;
        let token = self.file_token(&file.name, until);
        format!("{}/files/{}?access_token={token}", self.origin, file.name)
    }

    /// The file behind an address.
    pub(crate) fn open_file(&self, name: &str, token: &str) -> Result<&StoredFile, FileRefusal> {
        let until = token
            .split_once('-')
            .and_then(|(until, _)| DateTime::from_timestamp(until.parse().ok()?, 0))
            .filter(|until| self.file_token(name, *until) == token)
            .ok_or(FileRefusal::Token)?;
        if until <= self.now {
            return Err(FileRefusal::Expired);
        }
        self.files.get(name).ok_or(FileRefusal::Gone)
    }

    /// Not a signature: the emulator guards nothing. It only has to differ from file to file.
    fn file_token(&self, name: &str, until: DateTime<Utc>) -> String {
        let mut hasher = DefaultHasher::new();
        (&self.origin, name, until.timestamp()).hash(&mut hasher);
        format!("{}-{:016x}", until.timestamp(), hasher.finish())
    }
}
