//! Imports: many accounts or list items at once, from a CSV of any size.
//!
//! See <https://docs.withpersona.com/api-reference/importers>.

mod check;
mod form;
mod kind;
mod list;
mod source;
mod view;

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::time::Duration;

use self::form::Form;
use crate::call::{CallOptions, Request};
use crate::client::Persona;
use crate::error::Error;
use crate::id::{ImporterId, IntoId, ListId};
use crate::json_api::{Document, ResourceObject};
use crate::wait::{WaitWithoutDeadline, waiting};

pub use self::kind::ImportKind;
pub use self::list::ImporterList;
pub use self::source::Csv;
pub use self::view::{ImportCounts, Importer, ImporterStatus};

/// How long an upload may take with all its attempts.
const USUAL_TIME: Duration = Duration::from_secs(60 * 60);

/// Calls on imports; get it by [`Persona::importers`].
#[derive(Clone, Debug)]
pub struct Importers {
    persona: Persona,
}

impl Persona {
    /// Calls on imports.
    pub fn importers(&self) -> Importers {
        Importers {
            persona: self.clone(),
        }
    }
}

impl Importers {
    /// Imports accounts; `.await` it for the import, whose rows are done later.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for a header that Persona does
    /// not take and for a broken row, told by its number: before anything is sent where the rows
    /// can be read twice, else when the row's turn comes, and then Persona has an upload without
    /// an end. Rows that come only once are not sent a second time; see
    /// [`Error::write_outcome`].
    ///
    /// See <https://docs.withpersona.com/api-reference/importers/import-an-account>.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use withpersona::Csv;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let importers = persona.importers();
    /// let importer = importers.accounts(Csv::file("accounts.csv")).await?;
    /// let hour = Duration::from_secs(60 * 60);
    /// let done = importers
    ///     .wait_telling(importer.id(), |now| println!("{} rows done", now.counts().done()))
    ///     .deadline(hour)
    ///     .await?;
    /// println!("{:?}", done.met().map(|done| done.counts()));
    /// # Ok(())
    /// # }
    /// ```
    pub fn accounts(&self, csv: Csv) -> Import {
        self.import(ImportKind::Accounts, Ok(None), csv)
    }

    /// Imports items of a list of email addresses or of their domains.
    ///
    /// # Errors
    ///
    /// As for [`accounts`](Self::accounts).
    ///
    /// See <https://docs.withpersona.com/api-reference/importers/import-email-address-lists>.
    pub fn email_addresses(&self, list: impl IntoId<ListId>, csv: Csv) -> Import {
        self.import(ImportKind::EmailAddresses, list.into_id().map(Some), csv)
    }

    /// Imports items of a list of geolocations.
    ///
    /// # Errors
    ///
    /// As for [`accounts`](Self::accounts).
    ///
    /// See <https://docs.withpersona.com/api-reference/importers/import-geolocation-lists>.
    pub fn geolocations(&self, list: impl IntoId<ListId>, csv: Csv) -> Import {
        self.import(ImportKind::Geolocations, list.into_id().map(Some), csv)
    }

    /// Imports items of a list of government ID numbers.
    ///
    /// # Errors
    ///
    /// As for [`accounts`](Self::accounts).
    ///
    /// See <https://docs.withpersona.com/api-reference/importers/import-government-id-number-lists>.
    pub fn government_id_numbers(&self, list: impl IntoId<ListId>, csv: Csv) -> Import {
        let list = list.into_id().map(Some);
        self.import(ImportKind::GovernmentIdNumbers, list, csv)
    }

    /// Imports items of a list of IP addresses, of both versions.
    ///
    /// # Errors
    ///
    /// As for [`accounts`](Self::accounts).
    ///
    /// See <https://docs.withpersona.com/api-reference/importers/import-ip-address-lists>.
    pub fn ip_addresses(&self, list: impl IntoId<ListId>, csv: Csv) -> Import {
        self.import(ImportKind::IpAddresses, list.into_id().map(Some), csv)
    }

    /// Imports items of a list of names.
    ///
    /// # Errors
    ///
    /// As for [`accounts`](Self::accounts).
    ///
    /// See <https://docs.withpersona.com/api-reference/importers/import-name-lists>.
    pub fn names(&self, list: impl IntoId<ListId>, csv: Csv) -> Import {
        self.import(ImportKind::Names, list.into_id().map(Some), csv)
    }

    /// Imports items of a list of phone numbers.
    ///
    /// # Errors
    ///
    /// As for [`accounts`](Self::accounts).
    ///
    /// See <https://docs.withpersona.com/api-reference/importers/import-phone-number-lists>.
    pub fn phone_numbers(&self, list: impl IntoId<ListId>, csv: Csv) -> Import {
        self.import(ImportKind::PhoneNumbers, list.into_id().map(Some), csv)
    }

    fn import(&self, kind: ImportKind, list: Result<Option<ListId>, Error>, csv: Csv) -> Import {
        Import {
            persona: self.persona.clone(),
            kind,
            list,
            csv,
            within: USUAL_TIME,
        }
    }

    /// Reads an import.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when there is none of that id in the
    /// key's environment.
    ///
    /// See <https://docs.withpersona.com/api-reference/importers/retrieve-an-importer>.
    pub async fn retrieve(&self, id: impl IntoId<ImporterId>) -> Result<Importer, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw.retrieve_an_importer(id.as_str(), None, None).await?;
        Ok(answer.into_inner().data.into())
    }

    /// Lists imports, newest first.
    ///
    /// See <https://docs.withpersona.com/api-reference/importers/list-all-importers>.
    pub fn list(&self) -> ImporterList {
        ImporterList::new(self.persona.in_background().raw())
    }

    /// Waits until all rows of an import are done, or until another condition is met.
    ///
    /// It needs a deadline before it can be awaited; see [`WaitWithoutDeadline`].
    pub fn wait(&self, id: impl IntoId<ImporterId>) -> WaitWithoutDeadline<Importer> {
        self.wait_telling(id, |_| ())
    }

    /// Waits as [`wait`](Self::wait) does, and tells what each look saw.
    pub fn wait_telling(
        &self,
        id: impl IntoId<ImporterId>,
        progress: impl Fn(&Importer) + Send + Sync + 'static,
    ) -> WaitWithoutDeadline<Importer> {
        let importers = self.persona.in_background().importers();
        let id = id.into_id();
        let progress = std::sync::Arc::new(progress);
        waiting(self.persona.time(), move || {
            let (importers, id) = (importers.clone(), id.clone());
            let progress = progress.clone();
            async move {
                let seen = importers.retrieve(id?).await?;
                progress(&seen);
                Ok(seen)
            }
        })
    }
}

/// An import to be made; `.await` it for the [`Importer`].
#[must_use = "an import does nothing until it is awaited"]
pub struct Import {
    persona: Persona,
    kind: ImportKind,
    list: Result<Option<ListId>, Error>,
    csv: Csv,
    within: Duration,
}

impl Import {
    /// How long the upload may take with all its attempts; an hour unless set. It takes the place
    /// of the call timeout, and the attempt timeout ends an attempt only when nothing moves.
    pub fn within(mut self, limit: Duration) -> Self {
        self.within = limit;
        self
    }

    async fn send(self) -> Result<Importer, Error> {
        let list = self.list?;
        let form = Form::new(self.kind, list.as_ref(), self.csv).await?;
        let path = self.kind.path().to_owned();
        let request = Request::post(self.kind.operation(), path);
        let request = request.upload(&form.content_type, form.body);
        let persona = self
            .persona
            .with(CallOptions::new().call_timeout(self.within));
        let reply = persona.call_path().send(request).await?;
        let answer = reply.decode::<Document<ResourceObject>>()?;
        Ok(answer.into_inner().data.into())
    }
}

impl IntoFuture for Import {
    type Output = Result<Importer, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl fmt::Debug for Import {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Import")
            .field("kind", &self.kind)
            .field("csv", &self.csv)
            .finish_non_exhaustive()
    }
}
