//! The bytes of a packet, and their checks: see [`format`](super::format).
//!
//! ```text
//! packet := "QRG" | version u8 = 1 | mark [u8; 8] | key [u8; 32] | sequence u64 | summary [u8; 74] | signature [u8; 64]
//! ```

use super::Mark;
use alloc::vec::Vec;
use qres_core::{
    gene::Summary,
    trust::{Domain, Identity, Name, SIGNATURE_BYTES},
};

/// Wire: how a packet begins; the last byte is the version.
const HEAD: [u8; 4] = *b"QRG\x01";
/// Wire: bytes before the signature.
const SIGNED: usize = 4 + 8 + 32 + 8 + Summary::BYTES;
/// Wire: bytes of a packet.
pub const BYTES: usize = SIGNED + SIGNATURE_BYTES;
/// What a frame of ESP-NOW holds.
const FRAME: usize = 250;
const _: () = assert!(BYTES <= FRAME);

/// What a packet says. Whether its name has said it is another question: [`Packet::is_signed`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Packet<'a> {
    pub(super) mark: Mark,
    pub(super) name: Name,
    pub(super) sequence: u64,
    pub(super) summary: Summary,
    signed: &'a [u8],
    signature: [u8; SIGNATURE_BYTES],
}

impl<'a> Packet<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let (signed, signature) = bytes.split_at_checked(SIGNED)?;
        let rest = signed.strip_prefix(&HEAD)?;
        let (mark, rest) = rest.split_first_chunk()?;
        let (key, rest) = rest.split_first_chunk()?;
        let (sequence, summary) = rest.split_first_chunk()?;
        Some(Self {
            mark: *mark,
            name: Name(*key),
            sequence: u64::from_le_bytes(*sequence),
            summary: Summary::read(summary).ok()?,
            signed,
            signature: signature.try_into().ok()?,
        })
    }

    /// Whether its name has signed it. This takes long: milliseconds on a board.
    pub(super) fn is_signed(&self) -> bool {
        self.name.verify(Domain::Radio, &[self.signed], &self.signature)
    }
}

/// The bytes of a packet of `who`.
pub(super) fn write(who: &Identity, mark: &Mark, sequence: u64, summary: &Summary) -> Vec<u8> {
    let mut out = Vec::with_capacity(BYTES);
    let (name, sequence) = (who.name(), sequence.to_le_bytes());
    for part in [&HEAD[..], mark, &name.0, &sequence, &summary.to_bytes()] {
        out.extend_from_slice(part);
    }
    let signature = who.sign(Domain::Radio, &[&out]);
    out.extend_from_slice(&signature);
    out
}
