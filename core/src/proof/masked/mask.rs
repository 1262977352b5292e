//! Numbers modulo 2^32 and a blind modulo the order of the group, under masks.

use super::Stopped;
use crate::{proof::group::scalar, trust::Name};
use alloc::vec::Vec;
use curve25519_dalek::{MontgomeryPoint, Scalar};
use zeroize::{Zeroize as _, Zeroizing};

/// What is summed. Wiped when it is dropped: before the last mask is on it is secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Masked {
    pub(super) numbers: Vec<u32>,
    pub(super) blind: Scalar,
}

impl Drop for Masked {
    fn drop(&mut self) {
        self.numbers.zeroize();
        self.blind.zeroize();
    }
}

/// The seed of a mask.
pub(super) type Seed = Zeroizing<[u8; 32]>;

/// For whom a mask is good: its plan and the list of participants.
#[derive(Debug, Clone, Copy)]
pub(super) struct Round<'a> {
    pub(super) plan: &'a [u8; 32],
    pub(super) joined: &'a [u8; 32],
}

impl Round<'_> {
    /// The seed that two participants share: X25519 of their round keys.
    pub(super) fn pair(&self, secret: &Scalar, own: &[u8; 32], other: &[u8; 32]) -> Option<Seed> {
        let agreed = MontgomeryPoint(*other).mul_clamped(secret.to_bytes());
        let agreed = Zeroizing::new(agreed.to_bytes());
        // A key of small order: anybody could make it.
        if *agreed == [0; 32] {
            return None;
        }
        let (low, high) = if own < other { (own, other) } else { (other, own) };
        Some(self.seed("qres 2026 pair of a masked sum 1", &[&agreed, low, high]))
    }

    /// The seed of the mask that is one's own.
    pub(super) fn own(&self, secret: &Scalar) -> Seed {
        self.seed("qres 2026 self-mask of a masked sum 1", &[&secret.to_bytes()])
    }

    fn seed(&self, purpose: &'static str, parts: &[&[u8; 32]]) -> Seed {
        let mut hasher = blake3::Hasher::new_derive_key(purpose);
        for part in parts.iter().copied().chain([self.plan, self.joined]) {
            hasher.update(part);
        }
        Zeroizing::new(*hasher.finalize().as_bytes())
    }
}

/// The public half of a round key.
pub(super) fn public(secret: &Scalar) -> [u8; 32] {
    MontgomeryPoint::mul_base_clamped(secret.to_bytes()).to_bytes()
}

/// What shows that a self-mask is the one that was joined with.
pub(super) fn check(plan: &[u8; 32], name: &Name, secret: &Scalar) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key("qres 2026 check of a self-mask 1");
    *hasher.update(plan).update(&name.0).update(secret.as_bytes()).finalize().as_bytes()
}

impl Masked {
    /// Nothing, to which others are added.
    pub(super) fn zero(numbers: usize) -> Self {
        Self { numbers: core::iter::repeat_n(0, numbers).collect(), blind: Scalar::ZERO }
    }

    /// Adds another.
    pub(super) fn add(&mut self, other: &Self) {
        self.numbers.iter_mut().zip(&other.numbers).for_each(|(to, from)| *to = to.wrapping_add(*from));
        self.blind += other.blind;
    }

    /// Puts a mask on, or takes it off.
    pub(super) fn mask(&mut self, seed: &Seed, is_on: bool) {
        let mut stream = blake3::Hasher::new_keyed(seed).finalize_xof();
        let (mut word, mut wide) = ([0; 4], Zeroizing::new([0; 64]));
        for number in &mut self.numbers {
            stream.fill(&mut word);
            let mask = u32::from_le_bytes(word);
            *number = if is_on { number.wrapping_add(mask) } else { number.wrapping_sub(mask) };
        }
        stream.fill(&mut *wide);
        let mask = Scalar::from_bytes_mod_order_wide(&wide);
        self.blind += if is_on { mask } else { -mask };
        word.zeroize();
    }

    /// Its bytes.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let numbers = self.numbers.iter().flat_map(|number| number.to_le_bytes());
        numbers.chain(self.blind.to_bytes()).collect()
    }

    /// Reads so many numbers and a blind.
    pub(super) fn parse(bytes: &[u8], numbers: usize) -> Result<Self, Stopped> {
        let (words, blind) = bytes.split_last_chunk::<32>().ok_or(Stopped::Form)?;
        let (words, []) = words.as_chunks::<4>() else { return Err(Stopped::Form) };
        if words.len() != numbers {
            return Err(Stopped::Form);
        }
        let blind = scalar(blind).ok_or(Stopped::Form)?;
        Ok(Self { numbers: words.iter().map(|word| u32::from_le_bytes(*word)).collect(), blind })
    }
}
