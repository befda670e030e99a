//! Names and idempotency keys that follow from what they are for, and tell nobody what that is.

use sha2::{Digest, Sha256};

/// What something is for.
pub(crate) struct Seed(Sha256);

impl Seed {
    pub(crate) fn new(parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            // With its length, or other parts could run together to the same text.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Self(hash)
    }

    /// As text, to name something in a store by.
    pub(crate) fn text(&self) -> String {
        hex(self.0.clone())
    }

    /// One of many idempotency keys.
    pub(crate) fn key(&self, number: u32) -> String {
        let mut hash = self.0.clone();
        hash.update(number.to_be_bytes());
        format!("once-{}", hex(hash))
    }
}

fn hex(hash: Sha256) -> String {
    let bytes = hash.finalize();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
