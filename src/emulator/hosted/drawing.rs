//! What the person would hold into the camera, in a few lines.

use maud::{Markup, html};

use crate::emulator::model::template::VerificationKind;

pub(super) fn drawing(kind: VerificationKind) -> Markup {
    html! {
        svg viewBox="0 0 120 80" width="150" height="100" fill="none" stroke="currentColor"
            stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round" {
            @for path in paths(kind) { path d=(path) {} }
        }
    }
}

fn paths(kind: VerificationKind) -> &'static [&'static str] {
    match kind {
        VerificationKind::GovernmentId => &[
            "M16 12h88a6 6 0 0 1 6 6v44a6 6 0 0 1-6 6H16a6 6 0 0 1-6-6V18a6 6 0 0 1 6-6z",
            "M38 40a8 8 0 1 0 0-16a8 8 0 1 0 0 16",
            "M24 56c2-8 8-11 14-11s12 3 14 11",
            "M66 28h32M66 40h32M66 52h18",
        ],
        VerificationKind::Selfie => &[
            "M60 6c15 0 25 12 25 30S74 74 60 74S35 54 35 36S45 6 60 6z",
            "M50 34v2M70 34v2",
            "M60 38v8h-3",
            "M50 56c6 5 14 5 20 0",
        ],
        VerificationKind::Document => &[
            "M34 6h36l18 18v46a4 4 0 0 1-4 4H34a4 4 0 0 1-4-4V10a4 4 0 0 1 4-4z",
            "M70 6v18h18",
            "M42 38h34M42 49h34M42 60h20",
        ],
        VerificationKind::Database => &[
            "M28 18c0-6 14-10 32-10s32 4 32 10s-14 10-32 10s-32-4-32-10z",
            "M28 18v44c0 6 14 10 32 10s32-4 32-10V18",
            "M28 40c0 6 14 10 32 10s32-4 32-10",
        ],
        VerificationKind::EmailAddress => &[
            "M22 14h76a4 4 0 0 1 4 4v44a4 4 0 0 1-4 4H22a4 4 0 0 1-4-4V18a4 4 0 0 1 4-4z",
            "M20 18l40 28l40-28",
        ],
        VerificationKind::PhoneNumber => &[
            "M44 4h32a5 5 0 0 1 5 5v62a5 5 0 0 1-5 5H44a5 5 0 0 1-5-5V9a5 5 0 0 1 5-5z",
            "M56 68h8",
            "M47 26v12M60 26v12M73 26v12",
        ],
    }
}
