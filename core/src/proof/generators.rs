//! The points of a shape.

use super::{Shape, group::hashed, transcript::Transcript};
use alloc::vec::Vec;
use curve25519_dalek::{RistrettoPoint, Scalar, traits::VartimeMultiscalarMul as _};

/// Points of which nobody knows how one comes of the others: each is a hash of its own name.
#[derive(Debug, Clone)]
pub struct Generators {
    shape: Shape,
    /// Of the numbers, then of the bits.
    bases: Vec<RistrettoPoint>,
    /// Of the squared length.
    pub(super) value: RistrettoPoint,
    /// Of what hides.
    pub(super) blinding: RistrettoPoint,
    digest: [u8; 32],
}

impl Generators {
    /// The points of `shape`.
    pub fn new(shape: Shape) -> Self {
        let numbers = (0..shape.numbers() as u32).map(|index| hashed("number", index));
        let bits = (0..(shape.length() - shape.numbers()) as u32).map(|index| hashed("bit", index));
        let bases: Vec<_> = numbers.chain(bits).collect();
        let (value, blinding) = (hashed("value", 0), hashed("blinding", 0));
        let mut generators = Self { shape, bases, value, blinding, digest: [0; 32] };
        generators.digest = generators.digest();
        generators
    }

    /// The digest of every parameter and point.
    fn digest(&self) -> [u8; 32] {
        let mut transcript = Transcript::new("qres 2026 proof parameters 1");
        let shape = self.shape;
        for length in [shape.numbers(), shape.bits(), shape.slack(), shape.tail(), shape.rounds()] {
            transcript.put("length", &(length as u64).to_le_bytes());
        }
        for point in self.all() {
            transcript.put("point", point.compress().as_bytes());
        }
        transcript.bytes("digest")
    }

    /// The shape.
    pub const fn shape(&self) -> Shape {
        self.shape
    }

    /// Those of the numbers, then those of the bits.
    pub(super) fn bases(&self) -> &[RistrettoPoint] {
        &self.bases
    }

    /// Those of the numbers.
    pub(super) fn numbers(&self) -> impl Iterator<Item = &RistrettoPoint> {
        self.bases.iter().take(self.shape.numbers())
    }

    /// Those of the bits.
    pub(super) fn bits(&self) -> impl Iterator<Item = &RistrettoPoint> {
        self.bases.iter().skip(self.shape.numbers())
    }

    /// The bases, then that of the squared length, then that of what hides.
    pub(super) fn all(&self) -> impl Iterator<Item = &RistrettoPoint> {
        self.bases.iter().chain([&self.value, &self.blinding])
    }

    /// What stands for all of it in a transcript.
    pub(super) const fn name(&self) -> &[u8; 32] {
        &self.digest
    }

    /// The sum of all points times `scalars`, and of `more`. Takes a time that depends on them: only for what is public.
    pub(super) fn public_sum(&self, scalars: &[Scalar], more: &[(Scalar, RistrettoPoint)]) -> RistrettoPoint {
        let points = self.all().chain(more.iter().map(|(_, point)| point));
        RistrettoPoint::vartime_multiscalar_mul(
            scalars.iter().chain(more.iter().map(|(scalar, _)| scalar)),
            points,
        )
    }
}
