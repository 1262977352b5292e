//! The quadratic form that says everything at once.
//!
//! With the vector `v = (e d | bits)` and the challenges e, y, z, w:
//!
//! ```text
//! sum y^2j (b_j^2 - b_j)                               every bit is 0 or 1
//! + sum z^i (e (<2^t, bits of i> - 2^(bits-1)) - v_i)  every step is what its bits say
//! + w^2 (sum v_i^2 + e^2 (<2^t, slack> - B^2))         the squares and the slack make the square of the bound
//! = sum (root_j v_j)^2 + 2 half_j root_j v_j - rest = 0
//! ```
//! Completing the squares gives `|u|^2 = target` for `u_j = root_j v_j + half_j`: one length to prove.

use super::{Shape, group::powers, transcript::Transcript};
use alloc::vec::Vec;
use curve25519_dalek::Scalar;

/// Coefficients of the form for one set of challenges; all of them are public.
#[derive(Debug)]
pub(super) struct Form {
    /// What binds the step's commitment beside that of the bits.
    pub(super) e: Scalar,
    /// Roots of the quadratic coefficients.
    pub(super) root: Vec<Scalar>,
    /// One through each root.
    pub(super) inverse: Vec<Scalar>,
    /// Half of the linear coefficients, through the roots.
    pub(super) half: Vec<Scalar>,
    /// The squared length that `u` must have.
    pub(super) target: Scalar,
}

impl Form {
    /// Draws the challenges, for a bound of that square.
    pub(super) fn draw(shape: Shape, square: u64, transcript: &mut Transcript) -> Self {
        let [e, y, z, w] = ["e", "y", "z", "w"].map(|label| transcript.challenge(label));
        let two = Scalar::from(2_u8);
        let mut inverses = [y, w, two];
        Scalar::invert_batch(&mut inverses);
        let [y_inverse, w_inverse, half] = inverses;
        let (numbers, bits) = (shape.numbers(), shape.length() - shape.numbers());
        let zs: Vec<Scalar> = powers(z).take(numbers).collect();
        // What the linear terms say of each bit, beside that it is one.
        let doublings =
            |first: Scalar, count| core::iter::successors(Some(first), |c| Some(c + c)).take(count);
        let weight = w * w * e * e;
        let steps = zs.iter().flat_map(|z| doublings(e * z, shape.bits()));
        let linear = steps.chain(doublings(weight, shape.slack())).chain(core::iter::repeat(Scalar::ZERO));
        let of_numbers = zs.iter().map(|z| -(z * w_inverse * half));
        let of_bits = linear
            .zip(powers(y).zip(powers(y_inverse)))
            .map(|(linear, (y, inverse))| (linear * inverse - y) * half)
            .take(bits);
        let halves: Vec<Scalar> = of_numbers.chain(of_bits).collect();
        let least = Scalar::from(1_u64 << (shape.bits() - 1));
        let rest = e * least * zs.iter().sum::<Scalar>() + weight * Scalar::from(square);
        Self {
            e,
            root: core::iter::repeat_n(w, numbers).chain(powers(y).take(bits)).collect(),
            inverse: core::iter::repeat_n(w_inverse, numbers).chain(powers(y_inverse).take(bits)).collect(),
            target: halves.iter().map(|half| half * half).sum::<Scalar>() + rest,
            half: halves,
        }
    }
}
