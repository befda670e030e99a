//! Waiting for graph queries, which have no facade: by their raw type.

use crate::client::Persona;
use crate::raw::types;
use crate::wait::{Awaited, WaitWithoutDeadline, waiting};

impl Persona {
    /// Waits until a graph query has an outcome: completed, errored, cancelled or timed out.
    ///
    /// See <https://docs.withpersona.com/api-reference/graph/retrieve-a-graph-query>.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let wait = persona.wait_for_graph_query("grq_123");
    /// let outcome = wait.deadline(Duration::from_secs(60)).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_for_graph_query(
        &self,
        id: impl Into<String>,
    ) -> WaitWithoutDeadline<types::GraphQuery> {
        let raw = self.in_background().raw();
        let id = id.into();
        waiting(self.time(), move || {
            let (raw, id) = (raw.clone(), id.clone());
            async move {
                let answer = raw.retrieve_a_graph_query(&id, None, None).await?;
                Ok(answer.into_inner().data)
            }
        })
    }
}

impl Awaited for types::GraphQuery {
    fn is_finished(&self) -> bool {
        has_ended(self.attributes.status.as_deref())
    }

    fn is_expired(&self) -> bool {
        false
    }

    fn is_gone(&self) -> bool {
        self.attributes.redacted_at.is_some()
    }

    fn state(&self) -> String {
        self.attributes.status.clone().unwrap_or_default()
    }
}

/// Whether nothing comes after this status.
fn has_ended(status: Option<&str>) -> bool {
    const ENDS: [&str; 4] = ["completed", "errored", "cancelled", "timed_out"];
    let is_end = |status| {
        ENDS.iter()
            .any(|end| crate::open_enum::same_name(status, end))
    };
    status.is_some_and(is_end)
}
