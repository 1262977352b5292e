//! Numbers, what hides them, and the commitment to both.

use super::{
    Generators,
    group::{WORD, number, point},
};
use alloc::vec::Vec;
use core::fmt;
use curve25519_dalek::{RistrettoPoint, Scalar, traits::MultiscalarMul as _};
use zeroize::{Zeroize as _, Zeroizing};

/// A commitment to numbers: it hides them for ever, and nobody can open it to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Commitment(pub [u8; WORD]);

/// What a commitment is made of. Wiped when it is dropped.
pub struct Opening {
    pub(super) numbers: Vec<i32>,
    pub(super) blind: Scalar,
}

impl Opening {
    /// Numbers, and 64 bytes that nobody can guess and that hide nothing else.
    pub fn new(numbers: Vec<i32>, blind: &[u8; 64]) -> Self {
        Self { numbers, blind: Scalar::from_bytes_mod_order_wide(blind) }
    }

    /// The commitment, if the generators are for so many numbers.
    pub fn commitment(&self, generators: &Generators) -> Option<Commitment> {
        if self.numbers.len() != generators.shape().numbers() {
            return None;
        }
        let mut scalars: Zeroizing<Vec<Scalar>> =
            Zeroizing::new(self.numbers.iter().map(|n| number(i64::from(*n))).collect());
        scalars.push(self.blind);
        let points = generators.numbers().chain([&generators.blinding]);
        Some(Commitment(RistrettoPoint::multiscalar_mul(scalars.iter(), points).compress().to_bytes()))
    }

    /// The step from one opening to another.
    pub(super) fn step_to(&self, to: &Self) -> (Zeroizing<Vec<i64>>, Zeroizing<Scalar>) {
        let numbers =
            self.numbers.iter().zip(&to.numbers).map(|(from, to)| i64::from(*to) - i64::from(*from));
        (Zeroizing::new(numbers.collect()), Zeroizing::new(to.blind - self.blind))
    }

    /// How many numbers.
    pub(super) fn len(&self) -> usize {
        self.numbers.len()
    }
}

impl Commitment {
    /// The point, if it is written as points are.
    pub(super) fn point(&self) -> Option<RistrettoPoint> {
        point(&self.0)
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        self.numbers.zeroize();
        self.blind.zeroize();
    }
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opening").field("numbers", &self.numbers.len()).finish_non_exhaustive()
    }
}
