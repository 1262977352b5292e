//! Secrets cut into shares (Shamir, modulo the order of the group), and shares sealed for one neighbour.
//!
//! ```text
//! sealed := two shares [u8; 32], each under a stream of BLAKE3 | tag [u8; 16]
//! ```
//! The key is made by X25519 of the two names, the plan, who seals for whom, and the round key: it is used once.

use super::{Plan, Stopped};
use crate::{
    proof::group::scalar,
    trust::{Identity, Name},
};
use alloc::vec::Vec;
use curve25519_dalek::Scalar;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// Wire: bytes of two sealed shares.
pub(super) const SEALED: usize = 2 * 32 + TAG;
/// Wire: bytes of a tag.
const TAG: usize = 16;

/// The share of the participant at `place`: the polynomial whose coefficients these are, the secret first, at `place + 1`.
pub(super) fn share(coefficients: &[Scalar], place: usize) -> Scalar {
    let x = Scalar::from(place as u64 + 1);
    coefficients.iter().rev().fold(Scalar::ZERO, |sum, coefficient| sum * x + coefficient)
}

/// The secret of shares and the places of their holders, all different.
pub(super) fn secret(shares: &[(usize, Scalar)]) -> Scalar {
    let x = |place: usize| Scalar::from(place as u64 + 1);
    let mut sum = Scalar::ZERO;
    for (place, share) in shares {
        let (mut above, mut below) = (Scalar::ONE, Scalar::ONE);
        for (other, _) in shares.iter().filter(|(other, _)| other != place) {
            above *= x(*other);
            below *= x(*other) - x(*place);
        }
        sum += share * above * below.invert();
    }
    sum
}

/// One end of a pair that shares.
pub(super) struct Pair<'a> {
    pub(super) plan: &'a Plan,
    pub(super) me: &'a Identity,
}

impl Pair<'_> {
    /// Seals two shares for `to`, under the round key that they belong to.
    pub(super) fn seal(
        &self,
        to: &Name,
        round_key: &[u8; 32],
        shares: [Scalar; 2],
    ) -> Result<Vec<u8>, Stopped> {
        let stream = self.stream(to, (&self.me.name(), to), round_key)?;
        let plain = shares.iter().flat_map(|share| share.to_bytes());
        let mut bytes: Vec<u8> = plain.zip(stream.iter()).map(|(byte, key)| byte ^ key).collect();
        let tag = tag(&stream, &bytes);
        bytes.extend_from_slice(&tag);
        Ok(bytes)
    }

    /// Opens what `from` sealed.
    pub(super) fn open(
        &self,
        from: &Name,
        round_key: &[u8; 32],
        sealed: &[u8; SEALED],
    ) -> Result<[Scalar; 2], Stopped> {
        let stream = self.stream(from, (from, &self.me.name()), round_key)?;
        let (bytes, found) = sealed.split_at(2 * 32);
        if !bool::from(tag(&stream, bytes).ct_eq(found)) {
            return Err(Stopped::Sealed(*from));
        }
        let mut plain = Zeroizing::new([[0_u8; 32]; 2]);
        plain
            .as_flattened_mut()
            .iter_mut()
            .zip(bytes.iter().zip(stream.iter()))
            .for_each(|(to, (byte, key))| *to = byte ^ key);
        let [one, two] = plain.each_ref().map(scalar);
        match (one, two) {
            (Some(one), Some(two)) => Ok([one, two]),
            _ => Err(Stopped::Sealed(*from)),
        }
    }

    /// 64 bytes for the shares, 32 for the tag.
    fn stream(
        &self,
        other: &Name,
        (from, to): (&Name, &Name),
        round_key: &[u8; 32],
    ) -> Result<Zeroizing<[u8; 96]>, Stopped> {
        let agreed = self.me.agree(other).filter(|agreed| **agreed != [0; 32]).ok_or(Stopped::Key(*other))?;
        let mut hasher = blake3::Hasher::new_derive_key("qres 2026 share of a masked sum 1");
        hasher.update(&*agreed);
        for part in [&self.plan.digest, &from.0, &to.0, round_key] {
            hasher.update(part);
        }
        let mut stream = Zeroizing::new([0; 96]);
        hasher.finalize_xof().fill(&mut *stream);
        Ok(stream)
    }
}

fn tag(stream: &[u8; 96], bytes: &[u8]) -> [u8; TAG] {
    let key = stream.last_chunk().copied().unwrap_or_default();
    blake3::keyed_hash(&key, bytes).as_bytes().first_chunk().copied().unwrap_or_default()
}
