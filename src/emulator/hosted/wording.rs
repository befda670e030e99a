use crate::emulator::model::template::VerificationKind;

/// What is said about one kind of verification.
pub(super) struct Wording {
    pub(super) name: &'static str,
    pub(super) asked: &'static str,
    pub(super) title: &'static str,
    pub(super) instruction: &'static str,
    pub(super) button: &'static str,
}

pub(super) fn wording(kind: VerificationKind) -> Wording {
    match kind {
        VerificationKind::GovernmentId => Wording {
            name: "Government ID",
            asked: "a government ID",
            title: "Your government ID",
            instruction: "Here you would take a picture of both sides of your ID.",
            button: "Hand in an ID",
        },
        VerificationKind::Selfie => Wording {
            name: "Selfie",
            asked: "a selfie",
            title: "A picture of you",
            instruction: "Here you would look into the camera, and to both sides.",
            button: "Hand in a selfie",
        },
        VerificationKind::Document => Wording {
            name: "Document",
            asked: "a document",
            title: "Your document",
            instruction: "Here you would upload a document, such as a bank statement.",
            button: "Hand in a document",
        },
        VerificationKind::Database => Wording {
            name: "Database",
            asked: "a look into databases",
            title: "A look into databases",
            instruction: "Here your details would be compared with databases.",
            button: "Look it up",
        },
        VerificationKind::EmailAddress => Wording {
            name: "Email address",
            asked: "your email address",
            title: "Your email address",
            instruction: "Here you would enter the code that was sent to your email address.",
            button: "Confirm the address",
        },
        VerificationKind::PhoneNumber => Wording {
            name: "Phone number",
            asked: "your phone number",
            title: "Your phone number",
            instruction: "Here you would enter the code that was sent to your phone.",
            button: "Confirm the number",
        },
    }
}
