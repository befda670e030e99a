//! What to do with an inquiry that has expired.

use std::time::Duration;

/// What [`open`](super::Sessions::open) does with an inquiry that has expired: resume it, start a
/// new one in its place, or refuse.
///
/// ```
/// use std::time::Duration;
/// use withpersona::ResumePolicy;
///
/// // After a month, or when the template has changed, people begin anew; else they go on.
/// let month = Duration::from_secs(30 * 24 * 60 * 60);
/// let policy = ResumePolicy::resume()
///     .renew_after(month)
///     .renew_on_new_template_version();
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[must_use]
pub struct ResumePolicy {
    pub(super) renew_after: Option<Duration>,
    pub(super) renew_on_new_version: bool,
    pub(super) refuse: bool,
}

impl ResumePolicy {
    /// Resumes it, whatever its age: what happens unless another policy is given.
    pub fn resume() -> Self {
        Self::default()
    }

    /// Leaves it expired: [`Access::Finished`](super::Access::Finished) says so, with the status
    /// `expired`.
    pub fn refuse() -> Self {
        Self {
            refuse: true,
            ..Self::default()
        }
    }

    /// Starts a new inquiry in its place when it was created longer ago than this.
    pub fn renew_after(mut self, age: Duration) -> Self {
        self.renew_after = Some(age);
        self
    }

    /// Starts a new inquiry in its place when its template has a newer published version: a
    /// resumed one stays on the version it was created from.
    pub fn renew_on_new_template_version(mut self) -> Self {
        self.renew_on_new_version = true;
        self
    }
}
