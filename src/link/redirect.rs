//! The visit of a person who comes back from the hosted flow.

use std::fmt;

use url::form_urlencoded;

use crate::client::Persona;
use crate::error::Error;
use crate::id::InquiryId;
use crate::inquiry::{Inquiry, InquiryStatus};

/// What the address says with which a person comes back to your redirect URI.
///
/// **Nothing vouches for it**: it is not signed, and the person can type it. So its values are
/// called claims; [`confirm_for`](Self::confirm_for) and [`confirm`](Self::confirm) read the truth.
///
/// See <https://docs.withpersona.com/hosted-flow-redirecting-on-complete>.
///
/// ```no_run
/// use withpersona::{Confirmed, Redirect};
///
/// # async fn example(persona: withpersona::Persona, query: &str) -> Result<(), withpersona::Error> {
/// let back = Redirect::parse(query)?; // "inquiry-id=inq_123&status=completed&reference-id=user-1"
/// match back.confirm_for(&persona, "user-1").await? {
///     Confirmed::Theirs(inquiry) => println!("{}", inquiry.status()),
///     _ => println!("not an inquiry of this person"),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Redirect {
    inquiry_id: InquiryId,
    status: Option<InquiryStatus>,
    reference_id: Option<String>,
}

/// Whose the inquiry of a [`Redirect`] is.
#[derive(Clone, Debug, serde::Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(tag = "claim", content = "inquiry", rename_all = "snake_case")]
#[non_exhaustive]
#[allow(clippy::large_enum_variant)] // there is one for each visit; a box would be in the way
pub enum Confirmed {
    /// Of the reference id that was expected.
    Theirs(Box<Inquiry>),
    /// Of another one, or of none. The address was changed, or somebody else's was used: treat it
    /// as you treat a guess at an id, and give nothing of the inquiry away.
    NotTheirs,
}

impl Redirect {
    /// Reads the whole address, its path with the query, or the query alone.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) when there is no `inquiry-id`
    /// or one that can be no id, and when a parameter is there twice. The visit did not come from
    /// Persona like this: answer it with 400.
    pub fn parse(url_or_query: &str) -> Result<Self, Error> {
        let text = url_or_query.split('#').next().unwrap_or_default();
        let query = text.split_once('?').map_or(text, |(_, query)| query);
        let mut inquiry_id = None;
        let mut status = None;
        let mut reference_id = None;
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let (place, fault) = match &*name {
                "inquiry-id" => (&mut inquiry_id, "inquiry-id is there twice"),
                "status" => (&mut status, "status is there twice"),
                "reference-id" => (&mut reference_id, "reference-id is there twice"),
                _ => continue,
            };
            // One reader takes the first, another the last: none of them is the right one.
            if place.replace(value.into_owned()).is_some() {
                return Err(Error::invalid_input(fault));
            }
        }
        let inquiry_id = inquiry_id
            .ok_or_else(|| Error::invalid_input("the redirect has no inquiry-id"))?
            .try_into()?;
        Ok(Self {
            inquiry_id,
            status: status.map(InquiryStatus::from),
            reference_id,
        })
    }

    /// The inquiry that it says to come from.
    pub fn claimed_inquiry_id(&self) -> &InquiryId {
        &self.inquiry_id
    }

    /// The status that it says the inquiry has. Good for what to show while the truth is read.
    pub fn claimed_status(&self) -> Option<&InquiryStatus> {
        self.status.as_ref()
    }

    /// The reference id that it says the inquiry has.
    pub fn claimed_reference_id(&self) -> Option<&str> {
        self.reference_id.as_deref()
    }

    /// Reads the inquiry, and compares its reference id with the one of the person who is signed
    /// in.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) for an inquiry that does not exist in
    /// the key's environment: the id is made up, or the key is of another environment.
    pub async fn confirm_for(
        &self,
        persona: &Persona,
        reference_id: &str,
    ) -> Result<Confirmed, Error> {
        let inquiry = self.confirm(persona).await?;
        Ok(match inquiry.reference_id() == Some(reference_id) {
            true => Confirmed::Theirs(Box::new(inquiry)),
            false => Confirmed::NotTheirs,
        })
    }

    /// Reads the inquiry, whosever it is. Where you know who is signed in, use
    /// [`confirm_for`](Self::confirm_for): an id can be anybody's.
    ///
    /// # Errors
    ///
    /// As for [`confirm_for`](Self::confirm_for).
    pub async fn confirm(&self, persona: &Persona) -> Result<Inquiry, Error> {
        persona.inquiries().retrieve(&self.inquiry_id).await
    }
}

/// Prints the claimed id alone.
impl fmt::Debug for Redirect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redirect")
            .field("claimed_inquiry_id", &self.inquiry_id)
            .finish_non_exhaustive()
    }
}
