/// Why the model does not do what it was asked for. The API turns it into a status and a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) kind: RefusalKind,
    pub(crate) details: String,
    /// JSON pointer into the request, where one place in it is to blame.
    pub(crate) pointer: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RefusalKind {
    /// The request makes no sense whatever the state is.
    BadRequest,
    /// The key may not do it.
    Forbidden,
    NotFound,
    /// The state does not allow it now.
    Conflict,
    /// The request is well formed, and one of its values cannot be taken.
    Unprocessable,
    /// Persona does this, the emulator does not.
    NotEmulated,
}

impl Refusal {
    pub(crate) fn bad_request(details: impl Into<String>) -> Self {
        Self::new(RefusalKind::BadRequest, details)
    }

    pub(crate) fn forbidden(details: impl Into<String>) -> Self {
        Self::new(RefusalKind::Forbidden, details)
    }

    pub(crate) fn not_found(what: &str, id: &str) -> Self {
        Self::new(RefusalKind::NotFound, format!("there is no {what} {id}"))
    }

    pub(crate) fn conflict(details: impl Into<String>) -> Self {
        Self::new(RefusalKind::Conflict, details)
    }

    pub(crate) fn unprocessable(pointer: impl Into<String>, details: impl Into<String>) -> Self {
        Self {
            pointer: Some(pointer.into()),
            ..Self::new(RefusalKind::Unprocessable, details)
        }
    }

    pub(crate) fn not_emulated(details: impl Into<String>) -> Self {
        Self::new(RefusalKind::NotEmulated, details)
    }

    fn new(kind: RefusalKind, details: impl Into<String>) -> Self {
        Self {
            kind,
            details: details.into(),
            pointer: None,
        }
    }
}
