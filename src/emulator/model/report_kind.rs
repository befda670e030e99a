//! The kinds of report, and the templates that there are for each.

use serde::{Deserialize, Serialize};

use super::refusal::Refusal;

macro_rules! kinds {
    ($($variant:ident = $kind:literal, $template:literal;)*) => {
        /// A kind of report that the emulator makes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub(crate) enum ReportKind {
            $($variant,)*
        }

        impl ReportKind {
            /// The JSON:API type.
            pub(crate) fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!("report/", $kind),)*
                }
            }

            pub(crate) fn parse(kind: &str) -> Option<Self> {
                match kind.strip_prefix("report/")? {
                    $($kind => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// The type of its templates.
            pub(crate) fn template_type(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!("report-template/", $kind),)*
                }
            }

            fn template_name(self) -> &'static str {
                match self {
                    $(Self::$variant => $template,)*
                }
            }
        }
    };
}

kinds! {
    AdverseMedia = "adverse-media", "AdverseMedia";
    PoliticallyExposedPerson = "politically-exposed-person", "PoliticallyExposedPerson";
    Watchlist = "watchlist", "Watchlist";
}

/// A template, which is there for each kind in two forms.
pub(crate) struct ReportTemplate {
    pub(crate) id: String,
    pub(crate) is_monitored: bool,
}

impl ReportKind {
    /// The template of that id, or the usual one.
    pub(crate) fn template(self, id: Option<&str>) -> Result<ReportTemplate, Refusal> {
        let usual = format!("rptp_Emulated{}", self.template_name());
        let monitored = format!("{usual}Monitored");
        match id {
            None => Ok(ReportTemplate {
                id: usual,
                is_monitored: false,
            }),
            Some(id) if id == usual || id == monitored => Ok(ReportTemplate {
                is_monitored: id == monitored,
                id: id.to_owned(),
            }),
            Some(id) => Err(Refusal::not_found("report template of this kind", id)),
        }
    }
}

/// The other kinds that Persona makes.
pub(crate) const OTHER_KINDS: [&str; 11] = [
    "report/address-lookup",
    "report/business-adverse-media",
    "report/business-lookup",
    "report/business-watchlist",
    "report/crypto-address-watchlist",
    "report/email-address",
    "report/phone-number",
    "report/profile",
    "report/profile-non-authoritative",
    "report/social-media",
    "report/synthetic",
];
