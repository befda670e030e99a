//! What flows begin with, as JSON. A session token is a secret, and the host is the deployment's:
//! both are set by the builder alone.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::flow::Flow;
use super::{EmbeddedFlow, HostedFlow};
use crate::arguments::{reads_from, set};
use crate::error::Error;
use crate::id::{
    AccountId, AccountTypeId, EnvironmentId, InquiryId, LegacyTemplateId, TemplateId,
    TemplateVersionId,
};

reads_from!(HostedFlow, HostedFlowArguments);
reads_from!(EmbeddedFlow, EmbeddedFlowArguments);

/// Gives the struct of a flow's arguments what both flows take alike.
macro_rules! arguments {
    ($(#[$meta:meta])* $name:ident => $flow:ident { $($own:tt)* } $($method:ident)*) => {
        $(#[$meta])*
        #[derive(Default, Deserialize, JsonSchema)]
        #[serde(default, deny_unknown_fields)]
        struct $name {
            /// The inquiry template, in its newest published version.
            #[schemars(with = "Option<TemplateId>")]
            template_id: Option<String>,
            /// One version of an inquiry template.
            #[schemars(with = "Option<TemplateVersionId>")]
            template_version_id: Option<String>,
            /// A template of the legacy kind.
            #[schemars(with = "Option<LegacyTemplateId>")]
            legacy_template_id: Option<String>,
            /// An inquiry that exists, in place of a template.
            #[schemars(with = "Option<InquiryId>")]
            inquiry_id: Option<String>,
            /// The environment.
            #[schemars(with = "Option<EnvironmentId>")]
            environment_id: Option<String>,
            /// The caller's own id for the person; not their name or address.
            #[schemars(length(min = 1))]
            reference_id: Option<String>,
            /// The account to put the inquiry on; in place of a reference id.
            #[schemars(with = "Option<AccountId>")]
            account_id: Option<String>,
            /// The type of an account that is created with the inquiry.
            #[schemars(with = "Option<AccountTypeId>")]
            account_type_id: Option<String>,
            /// Values to begin with, by the names of the template's fields. The person can change
            /// them.
            fields: Map<String, Value>,
            /// The language, such as en or pt-BR.
            language: Option<String>,
            $($own)*
        }

        impl From<$name> for $flow {
            fn from(given: $name) -> Self {
                let starts = (
                    given.template_id,
                    given.template_version_id,
                    given.legacy_template_id,
                    given.inquiry_id,
                );
                let mut flow = match starts {
                    (Some(id), None, None, None) => Self::from_template(id),
                    (None, Some(id), None, None) => Self::from_template_version(id),
                    (None, None, Some(id), None) => Self::from_legacy_template(id),
                    (None, None, None, Some(id)) => Self::for_inquiry(id),
                    _ => Self::of(Flow::new(Err(Error::invalid_input(
                        "name one of template_id, template_version_id, legacy_template_id and inquiry_id",
                    )))),
                };
                set!(flow:
                    given.environment_id => environment_id,
                    given.reference_id => reference_id,
                    given.account_id => account,
                    given.account_type_id => account_type,
                    given.language => language,
                    $(given.$method => $method,)*
                );
                if !given.fields.is_empty() {
                    flow = flow.fields(&given.fields);
                }
                flow
            }
        }
    };
}

arguments! {
    /// A flow that Persona hosts, to be linked to. Exactly one of template_id,
    /// template_version_id, legacy_template_id and inquiry_id says where it begins.
    HostedFlowArguments => HostedFlow {
        /// Where the person is sent afterwards, as an absolute address.
        #[schemars(url)]
        redirect_uri: Option<String>,
        /// Further parameters of the link.
        parameters: Option<BTreeMap<String, String>>,
    }
    redirect_uri parameters
}

arguments! {
    /// A flow inside a page or an app. Exactly one of template_id, template_version_id,
    /// legacy_template_id and inquiry_id says where it begins.
    EmbeddedFlowArguments => EmbeddedFlow {}
}

impl HostedFlow {
    fn parameters(self, given: BTreeMap<String, String>) -> Self {
        let mut flow = self;
        for (name, value) in given {
            flow = flow.parameter(name, value);
        }
        flow
    }
}
