//! The bytes of packets and their checks: see [`format`](super::format).
//!
//! ```text
//! signed := "QRS" | version u8 | kind u8 | mark [u8; 8] | key [u8; 32] | sequence u64 | body | signature [u8; 64]
//!           0       3            4         5              13             45             53
//! ```
//! [`Packet::read`] checks lengths and values, never a signature: that takes long, and most packets are not worth it.

use super::Mark;
use crate::{
    neuron::{LAGS, LinearGene, MAX_WEIGHT},
    num::{Q16, bfp::Block},
    regime::Regime,
    trust::{Domain, Identity, Name, SIGNATURE_BYTES},
};
use alloc::vec::Vec;

/// Wire: how every packet begins; the last byte is the version.
const MAGIC: [u8; 4] = *b"QRS\x01";
/// Wire: bytes before what the kinds have of their own.
const HEAD: usize = 5;
/// Wire: bytes before the body of a signed packet.
const SIGNED_HEAD: usize = HEAD + 8 + 32 + 8;
/// Wire: bytes of a gene's body, and of a vote's.
const GENE_BODY: usize = 4 + 1 + Block::<LAGS>::BYTES;
const VOTE_BODY: usize = 5;
/// Wire: bytes of a gene, and of a hello.
pub const GENE_BYTES: usize = SIGNED_HEAD + GENE_BODY + SIGNATURE_BYTES;
/// Wire: bytes of a packet at most.
pub const MAX_PACKET: usize = HEAD + 2 * GENE_BYTES;
/// Wire: genes that a hello can name.
pub(super) const HELD: usize = 8;
/// What a frame of ESP-NOW holds.
const FRAME: usize = 250;
const _: () = assert!(GENE_BYTES <= FRAME && MAX_PACKET < 1200);

/// Wire: the kinds.
const GENE: u8 = 1;
const VOTE: u8 = 2;
const HELLO: u8 = 3;
const EVIDENCE: u8 = 4;

/// What an origin's neuron has learnt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Learnt {
    /// From how many samples.
    pub samples: u32,
    /// The binary logarithm of its usual error.
    pub scale: u8,
    /// Of the last eight steps, the newest first, Q16.16.
    pub weights: [i32; LAGS],
}

impl Learnt {
    /// The linear gene with these weights.
    pub(super) fn gene(&self) -> LinearGene {
        LinearGene { weights: self.weights.map(Q16::from_bits), ..LinearGene::FRESH }
    }
}

/// What a signed packet says. Whether its name has said it is another question: [`Signed::is_good`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signed<'a> {
    pub mark: Mark,
    pub name: Name,
    pub sequence: u64,
    pub says: Says,
    pub bytes: &'a [u8],
}

/// The body of a signed packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// What the origin has learnt.
    Gene(Learnt),
    /// How surprising its world is, and for how many samples.
    Vote(Regime, u32),
}

/// A packet of any kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packet<'a> {
    /// What an origin has signed.
    Signed(Signed<'a>),
    /// A peer asks for genes beyond those that it holds.
    Hello(Mark, [u64; HELD]),
    /// Two genes of which an origin should have told only one.
    Evidence(Signed<'a>, Signed<'a>),
}

impl<'a> Packet<'a> {
    /// Reads a packet; `None` if it is not exactly as the format says.
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let (&kind, rest) = bytes.strip_prefix(&MAGIC)?.split_first()?;
        match kind {
            GENE | VOTE => Signed::read(bytes).map(Self::Signed),
            HELLO => {
                let (mark, rest) = rest.split_first_chunk()?;
                let (held, padding) = rest.split_at_checked(8 * HELD)?;
                let (held, _) = held.as_chunks::<8>();
                let held: [[u8; 8]; HELD] = held.try_into().ok()?;
                let held = held.map(u64::from_le_bytes);
                let sound = held.is_sorted() && padding.iter().all(|byte| *byte == 0);
                (sound && bytes.len() == GENE_BYTES).then_some(Self::Hello(*mark, held))
            }
            EVIDENCE => {
                let (one, other) = rest.split_at_checked(GENE_BYTES)?;
                let (one, other) = (Signed::read(one)?, Signed::read(other)?);
                one.contradicts(&other).then_some(Self::Evidence(one, other))
            }
            _ => None,
        }
    }

    /// What the packet is about.
    pub(super) const fn mark(&self) -> &Mark {
        match self {
            Self::Signed(signed) | Self::Evidence(signed, _) => &signed.mark,
            Self::Hello(mark, _) => mark,
        }
    }
}

impl<'a> Signed<'a> {
    /// Reads a gene or a vote.
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let (&kind, rest) = bytes.strip_prefix(&MAGIC)?.split_first()?;
        let (mark, rest) = rest.split_first_chunk()?;
        let (key, rest) = rest.split_first_chunk()?;
        let (sequence, rest) = rest.split_first_chunk()?;
        let (body, _) = rest.split_last_chunk::<SIGNATURE_BYTES>()?;
        let says = match kind {
            GENE => Says::Gene(read_gene(body)?),
            VOTE => read_vote(body)?,
            _ => return None,
        };
        Some(Self { mark: *mark, name: Name(*key), sequence: u64::from_le_bytes(*sequence), says, bytes })
    }

    /// Whether its name has signed it. This takes long: milliseconds on a board.
    pub fn is_good(&self) -> bool {
        let parts = self.bytes.split_last_chunk::<SIGNATURE_BYTES>();
        parts.is_some_and(|(signed, signature)| self.name.verify(Domain::Swarm, &[signed], signature))
    }

    /// Whether both are genes of one name, mark and sequence, and differ.
    pub fn contradicts(&self, other: &Self) -> bool {
        let genes = matches!((self.says, other.says), (Says::Gene(_), Says::Gene(_)));
        let of = |one: &Self| (one.name, one.mark, one.sequence);
        genes && of(self) == of(other) && self.bytes != other.bytes
    }
}

fn read_gene(body: &[u8]) -> Option<Learnt> {
    let (samples, rest) = body.split_first_chunk()?;
    let (&scale, weights) = rest.split_first()?;
    let weights = Block::<LAGS>::read(weights)?.to_q16().map(Q16::to_bits);
    let sound = weights.iter().all(|weight| weight.unsigned_abs() <= MAX_WEIGHT.unsigned_abs());
    (sound && body.len() == GENE_BODY).then_some(Learnt {
        samples: u32::from_le_bytes(*samples),
        scale,
        weights,
    })
}

fn read_vote(body: &[u8]) -> Option<Says> {
    let (&regime, since) = body.split_first()?;
    let regime = *[Regime::Calm, Regime::PreStorm, Regime::Storm].get(usize::from(regime))?;
    Some(Says::Vote(regime, u32::from_le_bytes(since.try_into().ok()?)))
}

/// The bytes of what `who` says.
pub fn sign(who: &Identity, mark: &Mark, sequence: u64, says: &Says) -> Vec<u8> {
    let mut out = Vec::with_capacity(GENE_BYTES);
    out.extend_from_slice(&MAGIC);
    out.push(if matches!(says, Says::Gene(_)) { GENE } else { VOTE });
    out.extend_from_slice(mark);
    out.extend_from_slice(&who.name().0);
    out.extend_from_slice(&sequence.to_le_bytes());
    match says {
        Says::Gene(learnt) => {
            out.extend_from_slice(&learnt.samples.to_le_bytes());
            out.push(learnt.scale);
            Block::from_q16(&learnt.weights.map(Q16::from_bits)).write(&mut out);
        }
        Says::Vote(regime, since) => {
            out.push(*regime as u8);
            out.extend_from_slice(&since.to_le_bytes());
        }
    }
    let signature = who.sign(Domain::Swarm, &[&out]);
    out.extend_from_slice(&signature);
    out
}

/// The bytes of a hello.
pub fn hello(mark: &Mark, mut held: [u64; HELD]) -> Vec<u8> {
    held.sort_unstable();
    let mut out = Vec::with_capacity(GENE_BYTES);
    out.extend_from_slice(&MAGIC);
    out.push(HELLO);
    out.extend_from_slice(mark);
    held.iter().for_each(|id| out.extend_from_slice(&id.to_le_bytes()));
    out.resize(GENE_BYTES, 0);
    out
}

/// The bytes of evidence.
pub(super) fn evidence(one: &[u8], other: &[u8]) -> Vec<u8> {
    [&MAGIC[..], &[EVIDENCE], one, other].concat()
}

/// What a hello calls a packet.
pub(super) fn id_of(bytes: &[u8]) -> u64 {
    blake3::hash(bytes).as_bytes().first_chunk().copied().map_or(0, u64::from_le_bytes)
}

const _: () = assert!(GENE_BODY == 22 && VOTE_BODY == 5 && GENE_BYTES == 139 && MAX_PACKET == 283);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn who() -> Identity {
        Identity::from_secret(&[7; 32])
    }

    fn gene(weight: i32) -> Learnt {
        Learnt { samples: 64, scale: 3, weights: [weight, -weight, 0, 0, 1 << 10, 0, 0, 0] }
    }

    #[test]
    fn what_was_written_is_read() {
        let mark = [9; 8];
        for says in [Says::Gene(gene(1 << 14)), Says::Vote(Regime::Storm, 70)] {
            let bytes = sign(&who(), &mark, 5, &says);
            let Some(Packet::Signed(signed)) = Packet::read(&bytes) else { panic!("{bytes:?}") };
            assert_eq!(
                (signed.mark, signed.name, signed.sequence, signed.says),
                (mark, who().name(), 5, says)
            );
            assert!(signed.is_good());
        }
        let bytes = hello(&mark, [3, 0, 1, 0, 0, 0, 0, 0]);
        assert_eq!(Packet::read(&bytes), Some(Packet::Hello(mark, [0, 0, 0, 0, 0, 0, 1, 3])));
    }

    #[test]
    fn every_bit_and_every_length_counts() {
        let bytes = sign(&who(), &[9; 8], 5, &Says::Gene(gene(1 << 14)));
        for bit in 0..8 * bytes.len() {
            let mut bad = bytes.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            let good = matches!(Packet::read(&bad), Some(Packet::Signed(signed)) if signed.is_good());
            assert!(!good, "bit {bit}");
        }
        for length in 0..bytes.len() {
            assert_eq!(Packet::read(&bytes[..length]), None, "{length}");
        }
        let longer = [&bytes[..], &[0]].concat();
        assert_eq!(Packet::read(&longer), None);
    }

    #[test]
    fn evidence_is_two_genes_of_one_sequence() {
        let says = |weight, sequence| sign(&who(), &[9; 8], sequence, &Says::Gene(gene(weight)));
        let (one, other) = (says(1 << 14, 5), says(1 << 13, 5));
        assert!(matches!(Packet::read(&evidence(&one, &other)), Some(Packet::Evidence(..))));
        assert_eq!(Packet::read(&evidence(&one, &one)), None);
        assert_eq!(Packet::read(&evidence(&one, &says(1 << 13, 6))), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(kind in 0_u8..6, bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = Packet::read(&bytes);
            let framed = [&MAGIC[..], &[kind], &bytes].concat();
            let _ = Packet::read(&framed);
        }
    }
}
