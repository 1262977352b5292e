//! How long everything is, for so many numbers and such a bound.

use super::group::WORD;

/// Limit: numbers that a commitment holds.
pub const MAX_NUMBERS: u16 = 1024;
/// Limit: the largest bound, in units of 2^-16.
pub const MAX_BOUND: u32 = (1 << 31) - 1;
/// Tuning that is wire: the most scalars in which the folding may end.
const MAX_TAIL: usize = 8;

/// The lengths of a proof. Numbers and bound give them: a proof has no say in it.
///
/// ```text
/// vector := numbers | numbers x bits | slack bits | padding bits       tail x 2^rounds in all
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    numbers: usize,
    bits: usize,
    tail: usize,
    rounds: usize,
}

impl Shape {
    /// The shape for so many numbers whose step is `bound` at most; `None` outside the limits.
    ///
    /// Each step has 16 or 32 bits: as few as hold every step that the bound allows. So no step that should pass fails, the
    /// square of the bound always fits its slack bits, and nothing comes near the order of the group.
    pub fn new(numbers: u16, bound: u32) -> Option<Self> {
        if numbers == 0 || numbers > MAX_NUMBERS || bound > MAX_BOUND {
            return None;
        }
        let bits = if bound < 1 << 15 { 16 } else { 32 };
        let numbers = usize::from(numbers);
        let least = numbers + numbers * bits + slack(bits);
        let of = |tail: usize| {
            let rounds = least.div_ceil(tail).next_power_of_two().trailing_zeros() as usize;
            Self { numbers, bits, tail, rounds }
        };
        // The smallest proof, and of those the fewest points.
        (1..=MAX_TAIL).map(of).min_by_key(|shape| (shape.proof_bytes(), shape.length()))
    }

    /// Numbers that a commitment holds.
    pub const fn numbers(self) -> usize {
        self.numbers
    }

    /// Bits of a step.
    pub(super) const fn bits(self) -> usize {
        self.bits
    }

    /// Bits of what is left up to the square of the bound.
    pub(super) const fn slack(self) -> usize {
        slack(self.bits)
    }

    /// Length of the vector.
    pub(super) const fn length(self) -> usize {
        self.tail << self.rounds
    }

    /// How often it is halved.
    pub(super) const fn rounds(self) -> usize {
        self.rounds
    }

    /// Scalars that are left then.
    pub(super) const fn tail(self) -> usize {
        self.tail
    }

    /// Bytes of a proof.
    pub const fn proof_bytes(self) -> usize {
        WORD * (4 + 2 * self.rounds + self.tail)
    }
}

/// A step of `bits` bits is at least `-2^(bits - 1)`, a bound below that: squares are below `2^(2 bits - 2)`.
const fn slack(bits: usize) -> usize {
    2 * bits - 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proofs_are_as_long_as_the_document_says() {
        let bytes = |numbers, bound| Shape::new(numbers, bound).unwrap().proof_bytes();
        assert_eq!([8, 16, 64].map(|numbers| bytes(numbers, 1000)), [608, 672, 800]);
        assert_eq!([8, 16, 64].map(|numbers| bytes(numbers, 1 << 16)), [672, 736, 864]);
    }

    #[test]
    fn every_shape_has_room_for_its_vector_and_none_comes_near_the_order() {
        for numbers in 1..=MAX_NUMBERS {
            for bound in [0, (1 << 15) - 1, 1 << 15, MAX_BOUND] {
                let shape = Shape::new(numbers, bound).unwrap();
                let n = usize::from(numbers);
                assert!(n + n * shape.bits() + shape.slack() <= shape.length());
                assert!(u64::from(bound) < 1 << (shape.bits() - 1));
                assert!(u128::from(bound) * u128::from(bound) < 1 << shape.slack());
                assert!((n as u128 + 1) << (2 * shape.bits() - 2) < 1 << 127);
            }
        }
        assert_eq!(
            [Shape::new(0, 1), Shape::new(MAX_NUMBERS + 1, 1), Shape::new(1, MAX_BOUND + 1)],
            [None; 3]
        );
    }
}
