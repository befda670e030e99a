//! Secrets that leave this process are sealed: whoever reads Redis reads no token, and whoever
//! writes into it cannot pass one off.

use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use secrecy::zeroize::Zeroizing;

use crate::store::StoreError;

const SEALED: u8 = 1;
const BARE: u8 = 0;
const NONCE_LENGTH: usize = 24;

/// 32 secret bytes under which a [`RedisStore`](super::RedisStore) seals session tokens.
///
/// Take them from a secret store, the same for all processes that share the Redis. It does not
/// print, and is wiped from memory on drop.
///
/// ```
/// use withpersona::store::SealKey;
///
/// # let bytes_from_your_secret_store = [7; 32];
/// let key = SealKey::new(bytes_from_your_secret_store);
/// assert_eq!(format!("{key:?}"), "SealKey([redacted])");
/// ```
#[derive(Clone)]
pub struct SealKey(Zeroizing<[u8; 32]>);

impl SealKey {
    /// Takes the bytes over. They have to be random ones, not a password.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.0).into())
    }
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKey([redacted])")
    }
}

/// What becomes of secrets on their way into Redis.
pub(super) enum Seal {
    /// They stay in this process.
    KeepHere,
    /// They go as they are.
    None,
    /// They are sealed under the first key; any of the keys opens them.
    Under(Vec<XChaCha20Poly1305>),
}

impl Seal {
    pub(super) fn under(keys: &[SealKey]) -> Self {
        Self::Under(keys.iter().map(SealKey::cipher).collect())
    }

    /// The secret as it is to be stored under this name; it opens under no other.
    pub(super) fn close(&self, name: &str, secret: &[u8]) -> Result<Vec<u8>, StoreError> {
        match self {
            Self::Under(ciphers) => {
                let mut nonce = [0; NONCE_LENGTH];
                getrandom::fill(&mut nonce)
                    .map_err(|_| StoreError::new("the operating system gives no random bytes"))?;
                let cipher = ciphers.first().ok_or_else(no_key)?;
                let payload = Payload {
                    msg: secret,
                    aad: name.as_bytes(),
                };
                let sealed = cipher
                    .encrypt(&XNonce::from(nonce), payload)
                    .map_err(|_| StoreError::new("the secret could not be sealed"))?;
                Ok([&[SEALED], &nonce[..], &sealed].concat())
            }
            Self::None => Ok([&[BARE], secret].concat()),
            Self::KeepHere => Err(no_key()),
        }
    }

    /// The secret that was stored under this name; `None` for what this seal does not open.
    pub(super) fn open(&self, name: &str, stored: &[u8]) -> Option<Vec<u8>> {
        let (kind, rest) = stored.split_first()?;
        match (self, *kind) {
            (Self::Under(ciphers), SEALED) => {
                let (nonce, sealed) = rest.split_at_checked(NONCE_LENGTH)?;
                let nonce = XNonce::from(<[u8; NONCE_LENGTH]>::try_from(nonce).ok()?);
                ciphers.iter().find_map(|cipher| {
                    let payload = Payload {
                        msg: sealed,
                        aad: name.as_bytes(),
                    };
                    cipher.decrypt(&nonce, payload).ok()
                })
            }
            (Self::None, BARE) => Some(rest.to_vec()),
            _ => None,
        }
    }
}

fn no_key() -> StoreError {
    StoreError::new("there is no key to seal secrets with")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal(keys: &[u8]) -> Seal {
        let keys: Vec<SealKey> = keys.iter().map(|byte| SealKey::new([*byte; 32])).collect();
        Seal::under(&keys)
    }

    #[test]
    fn a_secret_opens_under_its_own_name_and_key_alone() {
        let stored = seal(&[1]).close("session/inq_1", b"token").unwrap();
        assert!(!stored.windows(5).any(|part| part == b"token"));
        assert_eq!(
            seal(&[1]).open("session/inq_1", &stored),
            Some(b"token".to_vec())
        );
        assert_eq!(seal(&[1]).open("session/inq_2", &stored), None);
        assert_eq!(seal(&[2]).open("session/inq_1", &stored), None);
        for at in 0..stored.len() {
            let mut bent = stored.clone();
            bent[at] ^= 1;
            assert_eq!(seal(&[1]).open("session/inq_1", &bent), None, "byte {at}");
            assert_eq!(seal(&[1]).open("session/inq_1", &stored[..at]), None);
        }
    }

    #[test]
    fn a_new_key_seals_while_the_old_one_still_opens() {
        let before = seal(&[1]).close("n", b"token").unwrap();
        let rotated = seal(&[2, 1]);
        assert_eq!(rotated.open("n", &before), Some(b"token".to_vec()));
        let after = rotated.close("n", b"token").unwrap();
        assert_eq!(seal(&[2]).open("n", &after), Some(b"token".to_vec()));
        assert_eq!(seal(&[1]).open("n", &after), None);
    }

    #[test]
    fn what_is_not_sealed_is_not_believed_by_who_seals() {
        let bare = Seal::None.close("n", b"planted").unwrap();
        assert_eq!(seal(&[1]).open("n", &bare), None);
        assert_eq!(Seal::None.open("n", &bare), Some(b"planted".to_vec()));
        assert!(Seal::KeepHere.close("n", b"token").is_err());
    }
}
