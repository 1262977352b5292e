//! The prover.

use super::{
    Commitment, Generators, Kind, Opening, Shape, Statement,
    form::Form,
    group::{dot, number},
    transcript::Transcript,
};
use crate::trust::Name;
use alloc::{vec, vec::Vec};
use core::iter::once;
use curve25519_dalek::{
    RistrettoPoint, Scalar,
    traits::{Identity as _, MultiscalarMul as _, VartimeMultiscalarMul as _},
};
use subtle::{Choice, ConditionallySelectable as _};
use zeroize::Zeroizing;

/// Why something cannot be proved: as a rule because it is not so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unprovable {
    /// Not so many numbers on both sides as the generators are for, or a bound that they are not for.
    #[error("the two sides have other numbers than the proof is for")]
    Shape,
    /// Nothing hides the step: both sides have the same blind.
    #[error("both commitments are hidden by the same number")]
    Bare,
    /// The step is longer than the bound.
    #[error("the step is longer than the bound")]
    TooLong,
}

/// What a proof says of a step beside its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Circumstances {
    /// What the numbers are.
    pub kind: Kind,
    /// What else must be alike for the numbers to mean the same.
    pub context: [u8; 32],
    /// The bound, in units of 2^-16.
    pub bound: u32,
    /// The number of the step.
    pub round: u64,
    /// The digest of what came before it.
    pub previous: [u8; 32],
    /// Who proves it.
    pub name: Name,
}

/// Proves that the step between two openings is no longer than the bound. `entropy` are fresh random bytes: if they are not,
/// equal proofs of equal statements still show nothing, for nonces depend on the secrets too.
///
/// # Errors
///
/// [`Unprovable`] where it is not so.
pub fn prove(
    generators: &Generators,
    (from, to): (&Opening, &Opening),
    circumstances: &Circumstances,
    entropy: &[u8; 32],
) -> Result<(Statement, Vec<u8>), Unprovable> {
    let Circumstances { kind, context, bound, round, previous, name } = *circumstances;
    let shape = generators.shape();
    if u16::try_from(to.len()).ok().and_then(|numbers| Shape::new(numbers, bound)) != Some(shape) {
        return Err(Unprovable::Shape);
    }
    let commit = |opening: &Opening| opening.commitment(generators).ok_or(Unprovable::Shape);
    let [from_point, to_point]: [Commitment; 2] = [commit(from)?, commit(to)?];
    if from.blind == to.blind {
        return Err(Unprovable::Bare);
    }
    let statement = Statement { kind, context, from: from_point, to: to_point, bound, round, previous, name };
    let witness = Witness::of(shape, bound, from, to).ok_or(Unprovable::TooLong)?;
    Ok((statement, prove_witness(generators, &statement, &witness, entropy)))
}

/// What makes a statement true.
pub(super) struct Witness {
    pub(super) steps: Zeroizing<Vec<Scalar>>,
    /// Of the steps, then of the slack, then the padding.
    pub(super) bits: Zeroizing<Vec<u8>>,
    pub(super) blind: Zeroizing<Scalar>,
}

impl Witness {
    /// The witness of a step that is not too long.
    fn of(shape: Shape, bound: u32, from: &Opening, to: &Opening) -> Option<Self> {
        let (steps, blind) = from.step_to(to);
        // Below 2^10 2^64.
        let squares: u128 = steps.iter().map(|step| u128::from(step.unsigned_abs()).pow(2)).sum();
        let slack = (u128::from(bound) * u128::from(bound)).checked_sub(squares)?;
        Some(Self::new(shape, &steps, slack, &blind))
    }

    /// Whatever it is called, for provers who cheat as well.
    pub(super) fn new(shape: Shape, steps: &[i64], slack: u128, blind: &Scalar) -> Self {
        let least = 1_i64 << (shape.bits() - 1);
        let of_step = |step: &i64| {
            let shifted = step.wrapping_add(least) as u64;
            (0..shape.bits()).map(move |bit| (shifted >> bit & 1) as u8)
        };
        let of_slack = (0..shape.slack()).map(|bit| (slack >> bit & 1) as u8);
        let length = shape.length() - shape.numbers();
        let mut bits = Zeroizing::new(Vec::with_capacity(length));
        bits.extend(steps.iter().flat_map(of_step).chain(of_slack));
        bits.resize(length, 0);
        let steps = Zeroizing::new(steps.iter().map(|step| number(*step)).collect());
        Self { steps, bits, blind: Zeroizing::new(*blind) }
    }
}

/// Scalars that nobody can guess: hashed from the statement, the witness and what came from outside.
struct Nonces(Transcript);

impl Nonces {
    fn new(transcript: &Transcript, witness: &Witness, entropy: &[u8; 32]) -> Self {
        let mut nonces = transcript.clone();
        for step in witness.steps.iter() {
            nonces.put("step", step.as_bytes());
        }
        nonces.put("blind", witness.blind.as_bytes());
        nonces.put("entropy", entropy);
        Self(nonces)
    }

    fn scalar(&mut self) -> Scalar {
        Scalar::from_bytes_mod_order_wide(&Zeroizing::new(self.0.bytes("nonce")))
    }
}

/// What has been said, as bytes and as a transcript.
pub(super) struct Said {
    pub(super) bytes: Vec<u8>,
    pub(super) transcript: Transcript,
}

impl Said {
    pub(super) fn point(&mut self, label: &'static str, point: &RistrettoPoint) {
        self.word(label, point.compress().to_bytes());
    }

    pub(super) fn word(&mut self, label: &'static str, word: [u8; 32]) {
        self.transcript.put(label, &word);
        self.bytes.extend_from_slice(&word);
    }
}

/// The proof of a witness, true or not.
pub(super) fn prove_witness(
    generators: &Generators,
    statement: &Statement,
    witness: &Witness,
    entropy: &[u8; 32],
) -> Vec<u8> {
    let shape = generators.shape();
    let transcript = statement.transcript(generators);
    let mut nonces = Nonces::new(&transcript, witness, entropy);
    let mut said = Said { bytes: Vec::with_capacity(shape.proof_bytes()), transcript };
    let alpha = Zeroizing::new(nonces.scalar());
    said.point("A", &commit_bits(generators, &witness.bits, &alpha));
    let form = Form::draw(shape, statement.square(), &mut said.transcript);
    let hidden = hide(&form, witness);
    let mask: Zeroizing<Vec<Scalar>> = Zeroizing::new((0..shape.length()).map(|_| nonces.scalar()).collect());
    let [epsilon0, epsilon1] = [(); 2].map(|()| Zeroizing::new(nonces.scalar()));
    said.point("E1", &first_order(generators, &form, &mask, &hidden, &epsilon1));
    let squares = Zeroizing::new(dot(&*mask, &*mask));
    said.point(
        "E0",
        &RistrettoPoint::multiscalar_mul([&*squares, &*epsilon0], [generators.value, generators.blinding]),
    );
    let x = said.transcript.challenge("x");
    let blind = *epsilon0 + x * (*epsilon1 + x * (*alpha + form.e * *witness.blind));
    said.word("eta", blind.to_bytes());
    // From here on everything comes of the response, which is public.
    let response = mask.iter().zip(hidden.iter()).map(|(mask, hidden)| mask + x * hidden).collect();
    let scales = form.inverse.iter().map(|inverse| x * inverse).collect();
    fold(&mut said, generators, response, scales);
    said.bytes
}

/// The commitment to the bits.
fn commit_bits(generators: &Generators, bits: &[u8], alpha: &Scalar) -> RistrettoPoint {
    let nothing = RistrettoPoint::identity();
    generators.bits().zip(bits).fold(generators.blinding * alpha, |sum, (point, bit)| {
        sum + RistrettoPoint::conditional_select(&nothing, point, Choice::from(*bit))
    })
}

/// The vector whose length is to be proved.
fn hide(form: &Form, witness: &Witness) -> Zeroizing<Vec<Scalar>> {
    let steps = witness.steps.iter().map(|step| form.e * step);
    let values = steps.chain(witness.bits.iter().map(|bit| Scalar::from(*bit)));
    let coefficients = form.root.iter().zip(&form.half);
    Zeroizing::new(values.zip(coefficients).map(|(value, (root, half))| root * value + half).collect())
}

/// The commitment to the mask, and to the term of the squared length that is linear in the challenge.
fn first_order(
    generators: &Generators,
    form: &Form,
    mask: &[Scalar],
    hidden: &[Scalar],
    epsilon: &Scalar,
) -> RistrettoPoint {
    let mut scalars: Zeroizing<Vec<Scalar>> = Zeroizing::new(Vec::with_capacity(mask.len() + 2));
    scalars.extend(mask.iter().zip(&form.inverse).map(|(mask, inverse)| mask * inverse));
    let product = Zeroizing::new(dot(mask, hidden));
    scalars.extend([*product + *product, *epsilon]);
    RistrettoPoint::multiscalar_mul(scalars.iter(), generators.all())
}

/// Halves the response until its tail is left, which is said. All of it is public.
pub(super) fn fold(
    said: &mut Said,
    generators: &Generators,
    mut response: Vec<Scalar>,
    mut scales: Vec<Scalar>,
) {
    let mut bases = generators.bases().to_vec();
    for _ in 0..generators.shape().rounds() {
        let half = response.len() / 2;
        let (low, high) = response.split_at(half);
        let (low_scales, high_scales) = scales.split_at(half);
        let (low_bases, high_bases) = bases.split_at(half);
        let products = |response: &[Scalar], scales: &[Scalar]| -> Vec<Scalar> {
            response.iter().zip(scales).map(|(a, b)| a * b).collect()
        };
        let cross = products(high, low_scales).into_iter().chain(products(low, high_scales));
        let product = dot(low, high);
        said.point(
            "X",
            &RistrettoPoint::vartime_multiscalar_mul(
                cross.chain(once(product + product)),
                bases.iter().chain(once(&generators.value)),
            ),
        );
        let squares = products(high, high_scales).into_iter().chain(once(dot(high, high)));
        said.point(
            "R",
            &RistrettoPoint::vartime_multiscalar_mul(
                squares,
                high_bases.iter().chain(once(&generators.value)),
            ),
        );
        let gamma = said.transcript.challenge("gamma");
        let folded = low_scales.iter().zip(high_scales).zip(low_bases.iter().zip(high_bases));
        let folded = folded.map(|((a, b), (low, high))| {
            RistrettoPoint::vartime_multiscalar_mul([*a, gamma * b], [low, high])
        });
        bases = folded.collect();
        response = low.iter().zip(high).map(|(low, high)| low + gamma * high).collect();
        scales = vec![Scalar::ONE; half];
    }
    for scalar in response {
        said.word("u", scalar.to_bytes());
    }
}
