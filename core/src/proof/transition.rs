//! A step of a hidden gene, as a file that its owner has signed.
//!
//! ```text
//! content := numbers u16 LE | bound u32 LE | round u64 LE | previous [u8; 32] | form [u8; 32] | from [u8; 32] | to [u8; 32]
//!            | proof
//! ```
//! It is the content of a [`Sealed`] file, whose name is that of the statement.

use super::{
    Circumstances, Commitment, Generators, Kind, Opening, Refused, Shape, Statement, Unprovable, prove,
    verify,
};
use crate::trust::{Broken, Identity, Seal, Sealed};
use alloc::vec::Vec;

/// Wire: bytes before the proof.
const HEAD: usize = 2 + 4 + 8 + 4 * 32;

/// A step that is proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition<'a> {
    /// Numbers of the gene.
    pub numbers: u16,
    /// What is proved.
    pub statement: Statement,
    proof: &'a [u8],
}

/// Why a file is no step that is proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoTransition {
    /// The file is not signed as such.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// It is too short, or of sizes that are not allowed.
    #[error("the proof has no such form")]
    Form,
    /// The proof does not hold.
    #[error(transparent)]
    Refused(#[from] Refused),
}

impl<'a> Transition<'a> {
    /// Proves a step of `identity` and signs it.
    ///
    /// # Errors
    ///
    /// [`Unprovable`] where the step is not as the circumstances say.
    pub fn prove(
        identity: &Identity,
        step: (&Opening, &Opening),
        circumstances: &Circumstances,
        entropy: &[u8; 32],
    ) -> Result<Vec<u8>, Unprovable> {
        let circumstances = Circumstances { kind: Kind::Gene, name: identity.name(), ..*circumstances };
        let numbers = u16::try_from(step.0.len()).map_err(|_| Unprovable::Shape)?;
        let shape = Shape::new(numbers, circumstances.bound).ok_or(Unprovable::Shape)?;
        let (statement, proof) = prove(&Generators::new(shape), step, &circumstances, entropy)?;
        let content: [&[u8]; 8] = [
            &numbers.to_le_bytes(),
            &statement.bound.to_le_bytes(),
            &statement.round.to_le_bytes(),
            &statement.previous,
            &statement.context,
            &statement.from.0,
            &statement.to.0,
            &proof,
        ];
        Ok(Sealed::seal(identity, Seal::Transition, &content))
    }

    /// Reads the content of a file whose signature was good. The proof is not checked yet.
    ///
    /// # Errors
    ///
    /// [`NoTransition::Form`] where it is not one.
    pub fn of(sealed: &Sealed<'a>) -> Result<Self, NoTransition> {
        let (head, proof) = sealed.content.split_at_checked(HEAD).ok_or(NoTransition::Form)?;
        let (numbers, head) = head.split_first_chunk().ok_or(NoTransition::Form)?;
        let (bound, head) = head.split_first_chunk().ok_or(NoTransition::Form)?;
        let (round, head) = head.split_first_chunk().ok_or(NoTransition::Form)?;
        let ([previous, context, from, to], []) = head.as_chunks() else { return Err(NoTransition::Form) };
        let statement = Statement {
            kind: Kind::Gene,
            context: *context,
            from: Commitment(*from),
            to: Commitment(*to),
            bound: u32::from_le_bytes(*bound),
            round: u64::from_le_bytes(*round),
            previous: *previous,
            name: sealed.name,
        };
        let is_one = sealed.kind == Seal::Transition;
        let one = Self { numbers: u16::from_le_bytes(*numbers), statement, proof };
        if is_one { Ok(one) } else { Err(NoTransition::Form) }
    }

    /// Checks the proof.
    ///
    /// # Errors
    ///
    /// [`NoTransition`] with the reason.
    pub fn verify(&self) -> Result<(), NoTransition> {
        let shape = Shape::new(self.numbers, self.statement.bound).ok_or(NoTransition::Form)?;
        // Before the work of making generators.
        if self.proof.len() != shape.proof_bytes() {
            return Err(Refused::Length(self.proof.len(), shape.proof_bytes()).into());
        }
        Ok(verify(&Generators::new(shape), &self.statement, self.proof)?)
    }

    /// The digest of a file, which the step after it tells as its previous one.
    pub fn digest(file: &[u8]) -> [u8; 32] {
        blake3::derive_key("qres 2026 step before a step 1", file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trust::Name;
    use std::{vec, vec::Vec};

    fn file(identity: &Identity) -> Vec<u8> {
        let step = (&Opening::new(vec![5], &[1; 64]), &Opening::new(vec![9], &[2; 64]));
        let circumstances = Circumstances {
            kind: Kind::Gene,
            context: [3; 32],
            bound: 10,
            round: 2,
            previous: [4; 32],
            name: Name::default(),
        };
        Transition::prove(identity, step, &circumstances, &[9; 32]).unwrap()
    }

    fn check(file: &[u8]) -> Result<Statement, NoTransition> {
        let sealed = Sealed::open(file)?;
        let transition = Transition::of(&sealed)?;
        transition.verify()?;
        Ok(transition.statement)
    }

    #[test]
    fn a_proved_step_is_read_back() {
        let me = Identity::from_secret(&[7; 32]);
        let statement = check(&file(&me)).unwrap();
        assert_eq!((statement.bound, statement.round, statement.name), (10, 2, me.name()));
    }

    #[test]
    fn a_genuine_proof_is_worth_nothing_under_another_name() {
        let [me, other] = [7, 8].map(|seed| Identity::from_secret(&[seed; 32]));
        let file = file(&me);
        let content = Sealed::open(&file).unwrap().content;
        let stolen = Sealed::seal(&other, Seal::Transition, &[content]);
        assert_eq!(check(&stolen), Err(Refused::Equation.into()));
    }

    #[test]
    fn what_its_owner_signs_must_hold_too() {
        let me = Identity::from_secret(&[7; 32]);
        let file = file(&me);
        let content = Sealed::open(&file).unwrap().content.to_vec();
        let signed = |content: &[u8]| check(&Sealed::seal(&me, Seal::Transition, &[content])).unwrap_err();
        for byte in 0..content.len() {
            let mut bad = content.clone();
            bad[byte] ^= 1 << (byte % 8);
            signed(&bad);
            signed(&content[..byte]);
        }
        assert_eq!(signed(&[&content[..], &[0]].concat()), Refused::Length(481, 480).into());
        let gene = Sealed::seal(&me, Seal::Gene, &[&content]);
        assert_eq!(check(&gene), Err(NoTransition::Form));
    }
}
