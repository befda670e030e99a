use fastrand::Rng;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Where ids, codes and signatures come from. Not for secrets: the emulator guards nothing, and
/// the same seed has to give the same ids again.
#[derive(Debug)]
pub(crate) struct IdSource {
    rng: Rng,
}

/// No 0, O, I or l: an id is read out aloud now and then.
const ALPHABET: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// As the seed that gives what would have come next.
impl Serialize for IdSource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.rng.get_seed().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for IdSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u64::deserialize(deserializer).map(Self::new)
    }
}

impl IdSource {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            rng: Rng::with_seed(seed),
        }
    }

    /// An id such as `inq_…` for the prefix `inq`.
    pub(crate) fn next(&mut self, prefix: &str) -> String {
        format!("{prefix}_{}", self.text(24))
    }

    pub(crate) fn text(&mut self, length: usize) -> String {
        (0..length)
            .map(|_| char::from(ALPHABET[self.rng.usize(..ALPHABET.len())]))
            .collect()
    }

    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.rng.fill(&mut bytes);
        bytes
    }
}
