//! Files that somebody has signed.
//!
//! ```text
//! sealed := F1 53 0D 0A | version u8 (1) | kind u8 | content | name [u8; 32] | signature [u8; 64]
//! ```
//! The signature is over all that is before it. Nothing has a length of its own: what is cut, or longer, is not signed so.

use super::{Domain, Identity, Name, SIGNATURE_BYTES};
use alloc::vec::Vec;

/// Wire: first bytes, not UTF-8 and damaged by any translation of line ends.
const MAGIC: [u8; 4] = [0xF1, b'S', b'\r', b'\n'];
/// Wire: the version this code writes, and the newest it reads.
const VERSION: u8 = 1;
/// Wire: bytes before the content.
const HEAD: usize = 6;
/// Wire: bytes of a name.
const NAME: usize = 32;

/// Wire: bytes of a sealed file beside its content.
pub const SEAL_BYTES: usize = HEAD + NAME + SIGNATURE_BYTES;

/// What a sealed file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seal {
    /// That somebody stands for a gene.
    Gene = 1,
    /// That a hidden step is short.
    Transition = 2,
    /// That a gene is what training on some data gives.
    Replay = 3,
    /// Who takes part in a masked sum.
    Plan = 4,
    /// That somebody takes part in it.
    Join = 5,
    /// A step under masks.
    Step = 6,
    /// Whose steps there are.
    Roll = 7,
    /// What takes masks off.
    Shares = 8,
}

/// A file whose signature has been checked. It borrows its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sealed<'a> {
    /// What it says.
    pub kind: Seal,
    /// What of.
    pub content: &'a [u8],
    /// Who says it.
    pub name: Name,
}

/// Why a sealed file is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// It does not begin as one.
    #[error("not signed by qres")]
    Other,
    /// It was written by a newer program.
    #[error("signed in version {0}, which is newer than this program reads")]
    Newer(u8),
    /// Too short, or of a kind that is not known.
    #[error("too short for what it says it is, or of a kind that is not known")]
    Form,
    /// The signature is not good.
    #[error("the signature is not good: the file was changed, cut or made longer, or signed by nobody")]
    Signature,
}

impl Seal {
    const fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            1 => Self::Gene,
            2 => Self::Transition,
            3 => Self::Replay,
            4 => Self::Plan,
            5 => Self::Join,
            6 => Self::Step,
            7 => Self::Roll,
            8 => Self::Shares,
            _ => return None,
        })
    }
}

impl<'a> Sealed<'a> {
    /// Whether bytes begin as a sealed file does.
    pub fn begins(bytes: &[u8]) -> bool {
        bytes.starts_with(&MAGIC)
    }

    /// Signs a content, whose parts come one after the other.
    pub fn seal(identity: &Identity, kind: Seal, content: &[&[u8]]) -> Vec<u8> {
        let length: usize = content.iter().map(|part| part.len()).sum();
        let mut bytes = Vec::with_capacity(HEAD + length + NAME + SIGNATURE_BYTES);
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&[VERSION, kind as u8]);
        content.iter().for_each(|part| bytes.extend_from_slice(part));
        bytes.extend_from_slice(&identity.name().0);
        let signature = identity.sign(Domain::File, &[&bytes]);
        bytes.extend_from_slice(&signature);
        bytes
    }

    /// Opens a sealed file.
    ///
    /// # Errors
    ///
    /// [`Broken`] with the reason.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Broken> {
        let rest = bytes.strip_prefix(&MAGIC).ok_or(Broken::Other)?;
        let (&version, rest) = rest.split_first().ok_or(Broken::Form)?;
        if version != VERSION {
            return Err(if version > VERSION { Broken::Newer(version) } else { Broken::Form });
        }
        let (signed, signature) = bytes.split_last_chunk::<SIGNATURE_BYTES>().ok_or(Broken::Form)?;
        let content = rest.len().checked_sub(SIGNATURE_BYTES).and_then(|length| rest.get(..length));
        let (&kind, content) = content.and_then(<[u8]>::split_first).ok_or(Broken::Form)?;
        let (content, name) = content.split_last_chunk::<NAME>().ok_or(Broken::Form)?;
        let name = Name(*name);
        if !name.verify(Domain::File, &[signed], signature) {
            return Err(Broken::Signature);
        }
        // Somebody has signed it: one that is not known is not damaged.
        Ok(Self { kind: Seal::from_byte(kind).ok_or(Broken::Form)?, content, name })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec;

    fn sealed() -> Vec<u8> {
        Sealed::seal(&Identity::from_secret(&[7; 32]), Seal::Gene, &[b"one", b"two"])
    }

    #[test]
    fn what_was_sealed_opens() {
        let bytes = sealed();
        let name = Identity::from_secret(&[7; 32]).name();
        assert_eq!(Sealed::open(&bytes), Ok(Sealed { kind: Seal::Gene, content: b"onetwo", name }));
    }

    #[test]
    fn every_bit_and_every_length_counts() {
        let bytes = sealed();
        for bit in 0..8 * bytes.len() {
            let mut bad = bytes.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(Sealed::open(&bad).is_err(), "bit {bit}");
        }
        for length in 0..bytes.len() {
            assert!(Sealed::open(&bytes[..length]).is_err(), "{length}");
        }
        assert_eq!(Sealed::open(&[bytes, vec![0]].concat()), Err(Broken::Signature));
        assert_eq!(Sealed::open(b"text"), Err(Broken::Other));
    }

    #[test]
    fn another_name_takes_no_signature_over() {
        let mut bytes = sealed();
        let at = bytes.len() - SIGNATURE_BYTES - NAME;
        bytes[at..][..NAME].copy_from_slice(&Identity::from_secret(&[8; 32]).name().0);
        assert_eq!(Sealed::open(&bytes), Err(Broken::Signature));
    }
}
