//! Questions to an error, one for each kind, each with what to do.

use super::{Error, ErrorKind};

impl Error {
    /// Whether the client could not be built: [`ErrorKind::Configuration`].
    ///
    /// # Troubleshooting
    ///
    /// The message names the setting or the environment variable.
    pub fn is_configuration(&self) -> bool {
        self.0.kind == ErrorKind::Configuration
    }

    /// Whether an argument could not be sent: [`ErrorKind::InvalidInput`].
    ///
    /// # Troubleshooting
    ///
    /// The message names the argument; nothing was sent.
    pub fn is_invalid_input(&self) -> bool {
        self.0.kind == ErrorKind::InvalidInput
    }

    /// Whether Persona does not know the key: [`ErrorKind::Authentication`].
    ///
    /// # Troubleshooting
    ///
    /// Compare the key with the dashboard; it may have expired after a rotation.
    pub fn is_authentication(&self) -> bool {
        self.0.kind == ErrorKind::Authentication
    }

    /// Whether the key may not do this: [`ErrorKind::Permission`] or [`ErrorKind::IpNotAllowed`].
    ///
    /// # Troubleshooting
    ///
    /// Look at the key's permissions and allowlist of addresses, and at product quotas.
    pub fn is_permission(&self) -> bool {
        self.0.kind == ErrorKind::Permission || self.is_ip_not_allowed()
    }

    /// Whether this machine's address is not on the key's allowlist:
    /// [`ErrorKind::IpNotAllowed`].
    ///
    /// # Troubleshooting
    ///
    /// Add the egress address to the key in the dashboard.
    pub fn is_ip_not_allowed(&self) -> bool {
        self.0.kind == ErrorKind::IpNotAllowed
    }

    /// Whether a product quota is used up: [`ErrorKind::Quota`].
    ///
    /// # Troubleshooting
    ///
    /// Slow down creating, or have the quota raised by Persona.
    pub fn is_quota(&self) -> bool {
        self.0.kind == ErrorKind::Quota
    }

    /// Whether there is no such object for this key: [`ErrorKind::NotFound`].
    ///
    /// # Troubleshooting
    ///
    /// Check that the id and the key belong to the same environment.
    pub fn is_not_found(&self) -> bool {
        self.0.kind == ErrorKind::NotFound
    }

    /// Whether what is there already stood against the call (409, 410): [`ErrorKind::Conflict`],
    /// or one of the finer kinds that Persona's texts hint at, [`ErrorKind::Duplicate`],
    /// [`ErrorKind::StaleObject`], [`ErrorKind::Redacted`] and [`ErrorKind::IllegalState`].
    ///
    /// # Troubleshooting
    ///
    /// Read the object again and decide from its state.
    pub fn is_conflict(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::Conflict
                | ErrorKind::Duplicate
                | ErrorKind::StaleObject
                | ErrorKind::Redacted
                | ErrorKind::IllegalState
        )
    }

    /// Whether there is such an object already: [`ErrorKind::Duplicate`].
    ///
    /// # Troubleshooting
    ///
    /// List by the reference id and go on with what is there.
    pub fn is_duplicate(&self) -> bool {
        self.0.kind == ErrorKind::Duplicate
    }

    /// Whether the object was changed at the same moment: [`ErrorKind::StaleObject`].
    ///
    /// # Troubleshooting
    ///
    /// Read it again and send the change again.
    pub fn is_stale_object(&self) -> bool {
        self.0.kind == ErrorKind::StaleObject
    }

    /// Whether the person's data was deleted before: [`ErrorKind::Redacted`].
    ///
    /// # Troubleshooting
    ///
    /// It cannot be brought back.
    pub fn is_redacted(&self) -> bool {
        self.0.kind == ErrorKind::Redacted
    }

    /// Whether the object's state does not allow the step: [`ErrorKind::IllegalState`].
    ///
    /// # Troubleshooting
    ///
    /// Read the object again and decide from its status.
    pub fn is_illegal_state(&self) -> bool {
        self.0.kind == ErrorKind::IllegalState
    }

    /// Whether the inquiry has no session left: [`ErrorKind::SessionLimit`].
    ///
    /// # Troubleshooting
    ///
    /// Expire its sessions and open it again, or start a new inquiry.
    pub fn is_session_limit(&self) -> bool {
        self.0.kind == ErrorKind::SessionLimit
    }

    /// Whether Persona refused the content: [`ErrorKind::Validation`].
    ///
    /// # Troubleshooting
    ///
    /// [`problems`](Self::problems) points at the attributes.
    pub fn is_validation(&self) -> bool {
        self.0.kind == ErrorKind::Validation
    }

    /// Whether too many requests were sent: [`ErrorKind::RateLimit`].
    ///
    /// # Troubleshooting
    ///
    /// Wait for [`retry_after`](Self::retry_after) and send again.
    pub fn is_rate_limit(&self) -> bool {
        self.0.kind == ErrorKind::RateLimit
    }

    /// Whether a limit on time ended the call: [`ErrorKind::Timeout`].
    ///
    /// # Troubleshooting
    ///
    /// [`timeout`](Self::timeout) tells which limit, [`delivery`](Self::delivery) whether a write
    /// may have happened.
    pub fn is_timeout(&self) -> bool {
        self.0.kind == ErrorKind::Timeout
    }

    /// Whether the connection failed: [`ErrorKind::Connection`].
    ///
    /// # Troubleshooting
    ///
    /// The message names the cause: name resolution, TLS, refused, reset.
    pub fn is_connection(&self) -> bool {
        self.0.kind == ErrorKind::Connection
    }

    /// Whether the answer had another form than expected: [`ErrorKind::Decode`].
    ///
    /// # Troubleshooting
    ///
    /// The message names the place in the document. A write may have been carried out: look it up.
    pub fn is_decode(&self) -> bool {
        self.0.kind == ErrorKind::Decode
    }

    /// Whether Persona or a gateway failed: [`ErrorKind::Server`].
    ///
    /// # Troubleshooting
    ///
    /// Quote [`request_id`](Self::request_id) to Persona's support if it lasts.
    pub fn is_server(&self) -> bool {
        self.0.kind == ErrorKind::Server
    }
}
