//! Webhooks: Persona tells you what happened.
//!
//! [`Receiver`] takes requests from Persona and hands each event to your handler once:
//!
//! ```text
//! headers, bytes → signature → event → seen before? → queue → 200
//!                     401       400       200          503      └→ handler, retried; then on_dead
//! ```
//!
//! [`Verifier`] is the signature alone, for a receiver of your own; [`Webhooks`] sets webhooks up
//! at Persona; [`sign`] makes signatures for your tests, and the emulator delivers signed
//! webhooks.
//!
//! See <https://docs.withpersona.com/webhooks>.

mod attempts;
mod manage;
mod receiver;
mod signature;

pub use self::attempts::Attempts;
pub use self::manage::{
    NewWebhook, Webhook, WebhookList, WebhookStatus, WebhookUpdate, WebhookWithSecrets, Webhooks,
};
pub use self::receiver::{Answer, Dead, Received, Receiver, ReceiverBuilder};
pub use self::signature::{DEFAULT_TOLERANCE, SIGNATURE_HEADER, SignatureError, Verifier, sign};
