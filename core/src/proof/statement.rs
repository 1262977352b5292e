//! All that a proof is about.

use super::{Commitment, Generators, transcript::Transcript};
use crate::trust::Name;

/// What the numbers are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Those of a gene; the context is a digest of its form.
    Gene = 1,
    /// A step under masks; the context is a digest of the masked numbers.
    Masked = 2,
}

/// What is proved, and for whom it is good: every field changes every challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement {
    /// What the numbers are.
    pub kind: Kind,
    /// What else must be alike for the numbers to mean the same.
    pub context: [u8; 32],
    /// The commitment before the step.
    pub from: Commitment,
    /// The commitment after it.
    pub to: Commitment,
    /// The step's length is no larger: in units of 2^-16, as the numbers.
    pub bound: u32,
    /// The number of the step.
    pub round: u64,
    /// The digest of what came before it.
    pub previous: [u8; 32],
    /// Who proves it.
    pub name: Name,
}

impl Statement {
    /// The square of the bound.
    pub(super) fn square(&self) -> u64 {
        u64::from(self.bound) * u64::from(self.bound)
    }

    /// The transcript of a proof, before anything of the proof is said.
    pub(super) fn transcript(&self, generators: &Generators) -> Transcript {
        let mut transcript = Transcript::new("qres 2026 proof of a bounded step 1");
        transcript.put("parameters", generators.name());
        transcript.put("kind", &[self.kind as u8]);
        transcript.put("context", &self.context);
        transcript.put("from", &self.from.0);
        transcript.put("to", &self.to.0);
        transcript.put("bound", &self.square().to_le_bytes());
        transcript.put("round", &self.round.to_le_bytes());
        transcript.put("previous", &self.previous);
        transcript.put("name", &self.name.0);
        transcript
    }
}
