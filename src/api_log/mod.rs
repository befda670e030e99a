//! API logs: what Persona keeps of each request.
//!
//! See <https://docs.withpersona.com/api-logs>.

mod list;
mod view;

use crate::client::Persona;
use crate::error::Error;
use crate::id::{ApiLogId, IntoId};

pub use self::list::ApiLogList;
pub use self::view::ApiLog;

/// Calls on API logs; get it by [`Persona::api_logs`].
///
/// User audit logs, of what people do in the dashboard, are raw:
/// [`list_all_user_audit_logs`](crate::raw::Client::list_all_user_audit_logs).
#[derive(Clone, Debug)]
pub struct ApiLogs {
    persona: Persona,
}

impl Persona {
    /// Calls on API logs.
    pub fn api_logs(&self) -> ApiLogs {
        ApiLogs {
            persona: self.clone(),
        }
    }
}

impl ApiLogs {
    /// Reads what Persona keeps of a request, by its request id (`req_…`): that of an
    /// [`Error`](crate::Error::request_id), or of an answer.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when there is none: it is of another
    /// environment, too old, or not written yet.
    ///
    /// See <https://docs.withpersona.com/api-reference/api-logs/retrieve-an-api-log>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// if let Err(error) = persona.api_logs().retrieve("req_unknown").await {
    ///     // An error of any call tells the id of its request.
    ///     let request_id = error.request_id().unwrap_or_default();
    ///     let log = persona.api_logs().retrieve(request_id).await?;
    ///     println!("{:?} {:?}: {:?}", log.method(), log.path(), log.status());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn retrieve(&self, id: impl IntoId<ApiLogId>) -> Result<ApiLog, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw.retrieve_an_api_log(id.as_str(), None, None).await?;
        Ok(answer.into_inner().data.into())
    }

    /// Lists what Persona keeps of requests, newest first.
    ///
    /// See <https://docs.withpersona.com/api-reference/api-logs/list-all-api-logs>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let mut logs = persona.api_logs().list().page_size(100).items();
    /// while let Some(log) = logs.next().await {
    ///     let log = log?;
    ///     println!("{} {:?}", log.id(), log.status());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self) -> ApiLogList {
        ApiLogList::new(self.persona.in_background().raw())
    }
}
