//! ristretto255 as bytes, strictly, and the arithmetic that both sides share.

use super::transcript::Transcript;
use curve25519_dalek::{RistrettoPoint, Scalar, ristretto::CompressedRistretto, traits::IsIdentity};
use subtle::{Choice, ConditionallySelectable as _};

/// Wire: bytes of a point, and of a scalar.
pub(super) const WORD: usize = 32;

/// Reads a point: its one encoding, and not the neutral one, which nobody honest sends.
pub(super) fn point(bytes: &[u8; WORD]) -> Option<RistrettoPoint> {
    CompressedRistretto(*bytes).decompress().filter(|point| !point.is_identity())
}

/// Reads a scalar: the one below the order.
pub(super) fn scalar(bytes: &[u8; WORD]) -> Option<Scalar> {
    Scalar::from_canonical_bytes(*bytes).into()
}

/// A number as a scalar, in constant time.
pub(super) fn number(number: i64) -> Scalar {
    let size = Scalar::from(number.unsigned_abs());
    Scalar::conditional_select(&size, &-size, Choice::from((number < 0) as u8))
}

/// The point number `index` of a family, whose logarithms nobody knows.
pub(super) fn hashed(family: &'static str, index: u32) -> RistrettoPoint {
    let mut transcript = Transcript::new("qres 2026 proof generators 1");
    transcript.put("family", family.as_bytes());
    transcript.put("index", &index.to_le_bytes());
    RistrettoPoint::from_uniform_bytes(&transcript.bytes("point"))
}

/// The sum of products.
pub(super) fn dot<'a>(
    a: impl IntoIterator<Item = &'a Scalar>,
    b: impl IntoIterator<Item = &'a Scalar>,
) -> Scalar {
    a.into_iter().zip(b).map(|(a, b)| a * b).sum()
}

/// `base`, its square, its cube and so on.
pub(super) fn powers(base: Scalar) -> impl Iterator<Item = Scalar> {
    core::iter::successors(Some(base), move |power| Some(power * base))
}
