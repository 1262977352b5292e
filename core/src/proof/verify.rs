//! The verifier: one equation a proof, and one for many proofs together.
//!
//! ```text
//! x^2 (A + e D + <shift, G> + target g) + x E1 + E0 + sum (gamma X + (gamma^2 - 1) R) = <U, x G / root> + |u|^2 g + eta h
//! ```
//! `U` are the last scalars, each times the product of the challenges of the halves in which it lay.

use super::{
    Generators, Shape, Statement,
    form::Form,
    group::{WORD, dot, point, scalar},
    transcript::Transcript,
};
use alloc::vec::Vec;
use curve25519_dalek::{RistrettoPoint, Scalar, traits::IsIdentity as _};

/// Why a proof is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The generators are for another statement.
    #[error("the proof is not for so many numbers and such a bound")]
    Shape,
    /// Not as long as such a proof is.
    #[error("the proof is {0} bytes long, and such a proof has {1}")]
    Length(usize, usize),
    /// The commitments are not two, or not written as they are.
    #[error("a commitment is none")]
    Commitment,
    /// A point or a scalar is not written as they are.
    #[error("the proof is not written as proofs are")]
    Encoding,
    /// It does not prove the statement.
    #[error("the proof does not hold")]
    Equation,
}

/// Refuses a proof that does not hold for `statement`.
///
/// # Errors
///
/// [`Refused`] with the reason.
pub fn verify(generators: &Generators, statement: &Statement, proof: &[u8]) -> Result<(), Refused> {
    Equation::of(generators, statement, proof)?.check(generators)
}

/// Refuses proofs of which one does not hold; which one, [`verify`] tells. Cheaper than one after the other: they share
/// their generators.
///
/// # Errors
///
/// [`Refused`] with a reason.
pub fn verify_all(generators: &Generators, proofs: &[(Statement, &[u8])]) -> Result<(), Refused> {
    let equations = proofs.iter().map(|(statement, proof)| Equation::of(generators, statement, proof));
    let equations = equations.collect::<Result<Vec<_>, _>>()?;
    // Weights that depend on every proof: a proof that does not hold cannot be made to cancel another.
    let mut transcript = Transcript::new("qres 2026 proofs together 1");
    equations.iter().for_each(|equation| transcript.put("proof", &equation.digest));
    let mut sum = Equation::empty(generators.shape());
    for equation in &equations {
        sum.add(&transcript.challenge("weight"), equation);
    }
    sum.check(generators)
}

/// A sum that is the neutral point if a proof holds.
struct Equation {
    /// Of the bases, the squared length and what hides.
    scalars: Vec<Scalar>,
    more: Vec<(Scalar, RistrettoPoint)>,
    /// Of the statement and the whole proof.
    digest: [u8; 32],
}

impl Equation {
    fn empty(shape: Shape) -> Self {
        let scalars = core::iter::repeat_n(Scalar::ZERO, shape.length() + 2).collect();
        Self { scalars, more: Vec::new(), digest: [0; 32] }
    }

    fn of(generators: &Generators, statement: &Statement, proof: &[u8]) -> Result<Self, Refused> {
        let shape = generators.shape();
        if u16::try_from(shape.numbers()).ok().and_then(|n| Shape::new(n, statement.bound)) != Some(shape) {
            return Err(Refused::Shape);
        }
        if proof.len() != shape.proof_bytes() {
            return Err(Refused::Length(proof.len(), shape.proof_bytes()));
        }
        let step = step(statement).ok_or(Refused::Commitment)?;
        let mut read =
            Words { words: proof.as_chunks().0.iter(), transcript: statement.transcript(generators) };
        let bits = read.point("A")?;
        let form = Form::draw(shape, statement.square(), &mut read.transcript);
        let (first, zeroth) = (read.point("E1")?, read.point("E0")?);
        let x = read.transcript.challenge("x");
        let eta = read.scalar("eta")?;
        let x2 = x * x;
        let mut more = Vec::with_capacity(4 + 2 * shape.rounds());
        more.extend([(x2, bits), (x2 * form.e, step), (x, first), (Scalar::ONE, zeroth)]);
        let mut gammas = Vec::with_capacity(shape.rounds());
        for _ in 0..shape.rounds() {
            let (cross, square) = (read.point("X")?, read.point("R")?);
            let gamma = read.transcript.challenge("gamma");
            more.extend([(gamma, cross), (gamma * gamma - Scalar::ONE, square)]);
            gammas.push(gamma);
        }
        let tail = (0..shape.tail()).map(|_| read.scalar("u")).collect::<Result<Vec<_>, _>>()?;
        let unfolded = unfold(tail.iter().map(|u| x * u).collect(), &gammas);
        let coefficients = form.inverse.iter().zip(&form.half).zip(&unfolded);
        let mut scalars = Vec::with_capacity(shape.length() + 2);
        scalars.extend(coefficients.map(|((inverse, half), u)| inverse * (x2 * half - u)));
        scalars.extend([x2 * form.target - dot(&tail, &tail), -eta]);
        Ok(Self { scalars, more, digest: read.transcript.bytes("digest") })
    }

    fn add(&mut self, weight: &Scalar, other: &Self) {
        self.scalars.iter_mut().zip(&other.scalars).for_each(|(sum, scalar)| *sum += weight * scalar);
        self.more.extend(other.more.iter().map(|(scalar, point)| (weight * scalar, *point)));
    }

    fn check(&self, generators: &Generators) -> Result<(), Refused> {
        let holds = generators.public_sum(&self.scalars, &self.more).is_identity();
        if holds { Ok(()) } else { Err(Refused::Equation) }
    }
}

/// The commitment to the step. Two equal commitments are none: whoever blinds afresh never makes them.
fn step(statement: &Statement) -> Option<RistrettoPoint> {
    let step = statement.to.point()? - statement.from.point()?;
    Some(step).filter(|step| !step.is_identity())
}

/// Each of the last scalars times the challenges of every coordinate that was folded into it.
fn unfold(mut scalars: Vec<Scalar>, gammas: &[Scalar]) -> Vec<Scalar> {
    for gamma in gammas.iter().rev() {
        let high: Vec<Scalar> = scalars.iter().map(|scalar| gamma * scalar).collect();
        scalars.extend(high);
    }
    scalars
}

/// The words of a proof, which its challenges depend on.
struct Words<'a> {
    words: core::slice::Iter<'a, [u8; WORD]>,
    transcript: Transcript,
}

impl Words<'_> {
    fn word(&mut self, label: &'static str) -> Result<&[u8; WORD], Refused> {
        let word = self.words.next().ok_or(Refused::Encoding)?;
        self.transcript.put(label, word);
        Ok(word)
    }

    fn point(&mut self, label: &'static str) -> Result<RistrettoPoint, Refused> {
        point(self.word(label)?).ok_or(Refused::Encoding)
    }

    fn scalar(&mut self, label: &'static str) -> Result<Scalar, Refused> {
        scalar(self.word(label)?).ok_or(Refused::Encoding)
    }
}
