//! What was said so far, and challenges that depend on all of it.
//!
//! ```text
//! item      := length of label u8 | label | length u64 LE | bytes
//! challenge := 64 bytes of BLAKE3 (derive-key mode) over all items and "challenge", reduced modulo the order
//! ```
//! No two lists of items have the same bytes. A challenge is an item of all that follows.

use curve25519_dalek::Scalar;

/// A hash of everything said so far.
#[derive(Debug, Clone)]
pub(super) struct Transcript(blake3::Hasher);

impl Transcript {
    /// An empty one for one purpose.
    pub(super) fn new(purpose: &'static str) -> Self {
        Self(blake3::Hasher::new_derive_key(purpose))
    }

    /// Adds an item.
    pub(super) fn put(&mut self, label: &'static str, bytes: &[u8]) {
        self.0.update(&[label.len() as u8]).update(label.as_bytes());
        self.0.update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
    }

    /// Bytes that depend on all items.
    pub(super) fn bytes<const N: usize>(&mut self, label: &'static str) -> [u8; N] {
        self.put("challenge", label.as_bytes());
        let mut bytes = [0; N];
        self.0.finalize_xof().fill(&mut bytes);
        self.put("answer", &bytes);
        bytes
    }

    /// A scalar that depends on all items, and is not zero.
    pub(super) fn challenge(&mut self, label: &'static str) -> Scalar {
        loop {
            let challenge = Scalar::from_bytes_mod_order_wide(&self.bytes(label));
            // Once in 2^252 times.
            if challenge != Scalar::ZERO {
                return challenge;
            }
        }
    }
}
