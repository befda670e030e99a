//! What can be played in the sandbox.

use crate::error::Error;
use crate::id::VerificationTemplateId;
use crate::raw::types;

/// One thing that a person or Persona would do, played in the sandbox.
///
/// See <https://docs.withpersona.com/simulating-inquiries>.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "schemars",
    derive(serde::Deserialize, schemars::JsonSchema),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum SimulateAction {
    /// The person begins.
    Start,
    /// The person is through.
    Complete,
    /// What was required failed.
    Fail,
    /// Its time is over.
    Expire,
    /// It waits for a review.
    MarkForReview,
    /// It is approved.
    Approve,
    /// It is declined.
    Decline,
    /// A verification of that template passes.
    PassVerification(
        #[cfg_attr(
            feature = "schemars",
            serde(deserialize_with = "crate::arguments::checked")
        )]
        VerificationTemplateId,
    ),
    /// A verification of that template fails.
    FailVerification(
        #[cfg_attr(
            feature = "schemars",
            serde(deserialize_with = "crate::arguments::checked")
        )]
        VerificationTemplateId,
    ),
}

impl SimulateAction {
    /// The action's name on the wire.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Start => "start_inquiry",
            Self::Complete => "complete_inquiry",
            Self::Fail => "fail_inquiry",
            Self::Expire => "expire_inquiry",
            Self::MarkForReview => "mark_for_review_inquiry",
            Self::Approve => "approve_inquiry",
            Self::Decline => "decline_inquiry",
            Self::PassVerification(_) => "create_passed_verification",
            Self::FailVerification(_) => "create_failed_verification",
        }
    }

    pub(super) fn into_body(
        actions: impl IntoIterator<Item = Self>,
    ) -> Result<types::InquiriesPerformSimulateActionsRequest, Error> {
        let actions: Vec<_> = actions.into_iter().map(Self::into_raw).collect();
        if actions.is_empty() {
            return Err(Error::invalid_input("no action to simulate is given"));
        }
        Ok(types::InquiriesPerformSimulateActionsRequest {
            meta: types::InquiriesPerformSimulateActionsRequestMeta {
                simulate_actions: actions,
                ..Default::default()
            },
            ..Default::default()
        })
    }

    fn into_raw(self) -> types::InquiriesPerformSimulateActionsRequestSimulateAction {
        let name = self.as_str().to_owned();
        let data = match self {
            Self::PassVerification(template) | Self::FailVerification(template) => Some(
                types::InquiriesPerformSimulateActionsRequestSimulateActionData {
                    verification_template_id: template.into(),
                    ..Default::default()
                },
            ),
            _ => None,
        };
        types::InquiriesPerformSimulateActionsRequestSimulateAction {
            type_: name,
            data,
            ..Default::default()
        }
    }
}
