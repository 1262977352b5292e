//! Who takes part, from which gene, and who shares with whom.
//!
//! ```text
//! content := round u64 LE | numbers u16 LE | bound u32 LE | neighbours u8 | threshold u8 | gene [u8; 32] | form [u8; 32]
//!            | name [u8; 32], 3 to 100 times, each after the one before
//! ```

use super::{Chances, Stopped};
use crate::{
    proof::{Commitment, Generators, MAX_BOUND, Opening, Shape},
    trust::{Identity, Name, Seal, Sealed},
};
use alloc::vec::Vec;

/// Limit: the fewest participants: of two, each would see the other.
pub const MIN_NAMES: usize = 3;
/// Limit: the most participants.
pub const MAX_NAMES: usize = 100;
/// Wire: bytes before the names.
const HEAD: usize = 8 + 2 + 4 + 1 + 1 + 32 + 32;

/// What all participants agree on before anything is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The number of the sum, so that one can be told from the next.
    pub round: u64,
    /// Numbers of a gene.
    pub numbers: u16,
    /// The length that no step exceeds, in units of 2^-16.
    pub bound: u32,
    /// With how many each participant shares its secrets.
    pub neighbours: u8,
    /// How many of them make a secret again.
    pub threshold: u8,
    /// The gene from which all steps go.
    pub gene: [u8; 32],
    /// The form of its numbers.
    pub form: [u8; 32],
    /// Who takes part, in ascending order.
    pub names: Vec<Name>,
    /// The digest of the plan's file; none yet for a plan that is not signed.
    pub digest: [u8; 32],
}

impl Plan {
    /// Signs the plan.
    ///
    /// # Errors
    ///
    /// [`Stopped::Weak`] outside of the limits.
    pub fn seal(&self, identity: &Identity) -> Result<Vec<u8>, Stopped> {
        self.check()?;
        let mut content = Vec::with_capacity(HEAD + 32 * self.names.len());
        content.extend_from_slice(&self.round.to_le_bytes());
        content.extend_from_slice(&self.numbers.to_le_bytes());
        content.extend_from_slice(&self.bound.to_le_bytes());
        content.extend_from_slice(&[self.neighbours, self.threshold]);
        content.extend_from_slice(&self.gene);
        content.extend_from_slice(&self.form);
        self.names.iter().for_each(|name| content.extend_from_slice(&name.0));
        Ok(Sealed::seal(identity, Seal::Plan, &[&content]))
    }

    /// Reads a plan, and who signed it.
    ///
    /// # Errors
    ///
    /// [`Stopped`] where it is not one, or would not protect who takes part.
    pub fn open(file: &[u8]) -> Result<(Self, Name), Stopped> {
        let sealed = Sealed::open(file)?;
        let plan = Self::parse(&sealed, file).filter(|_| sealed.kind == Seal::Plan).ok_or(Stopped::Form)?;
        plan.check()?;
        Ok((plan, sealed.name))
    }

    fn parse(sealed: &Sealed<'_>, file: &[u8]) -> Option<Self> {
        let (round, rest) = sealed.content.split_first_chunk()?;
        let (numbers, rest) = rest.split_first_chunk()?;
        let (bound, rest) = rest.split_first_chunk()?;
        let ([neighbours, threshold], rest) = rest.split_first_chunk()?;
        let (gene, rest) = rest.split_first_chunk()?;
        let (form, rest) = rest.split_first_chunk()?;
        let (names, []) = rest.as_chunks::<32>() else { return None };
        Some(Self {
            round: u64::from_le_bytes(*round),
            numbers: u16::from_le_bytes(*numbers),
            bound: u32::from_le_bytes(*bound),
            neighbours: *neighbours,
            threshold: *threshold,
            gene: *gene,
            form: *form,
            names: names.iter().map(|name| Name(*name)).collect(),
            digest: blake3::derive_key("qres 2026 plan of a masked sum 1", file),
        })
    }

    fn check(&self) -> Result<(), Stopped> {
        let (names, neighbours) = (self.names.len(), usize::from(self.neighbours));
        let is_sorted = self.names.is_sorted_by(|a, b| a < b);
        let is_ring = neighbours + 1 == names || (neighbours % 2 == 0 && neighbours + 1 < names);
        // Or a sum of steps could pass the end of 32 bits.
        let is_short = u64::from(self.bound) * names as u64 <= u64::from(MAX_BOUND);
        let threshold = usize::from(self.threshold);
        let is_in = (MIN_NAMES..=MAX_NAMES).contains(&names) && is_sorted && is_ring && is_short;
        let is_good = is_in
            && (2..=neighbours).contains(&threshold)
            && Shape::new(self.numbers, self.bound).is_some()
            && Chances::of(names, neighbours, threshold).protect();
        if is_good { Ok(()) } else { Err(Stopped::Weak) }
    }

    /// How many must say the same: more than two thirds, so that no two lists can both be agreed on unless a third cheats.
    pub fn quorum(&self) -> usize {
        self.names.len() * 2 / 3 + 1
    }

    /// The place of a name.
    pub(super) fn place(&self, name: &Name) -> Result<usize, Stopped> {
        self.names.binary_search(name).map_err(|_| Stopped::Stranger(*name))
    }

    /// With whom the participant at `place` shares, in ascending order: those next to it in a ring that the plan's digest draws.
    pub(super) fn neighbours_of(&self, place: usize) -> Vec<usize> {
        let lot = |name: &Name| {
            let mut hasher = blake3::Hasher::new_derive_key("qres 2026 ring of a masked sum 1");
            *hasher.update(&self.digest).update(&name.0).finalize().as_bytes()
        };
        let mut ring: Vec<usize> = (0..self.names.len()).collect();
        ring.sort_by_cached_key(|place| self.names.get(*place).map(lot));
        let count = ring.len();
        let at = ring.iter().position(|other| *other == place).unwrap_or_default();
        let half = usize::from(self.neighbours).div_ceil(2);
        let both = (1..=half).flat_map(|by| [at + by, at + count - by]);
        let mut all: Vec<usize> = both.filter_map(|at| ring.get(at % count).copied()).collect();
        all.sort_unstable();
        all.dedup();
        all.retain(|other| *other != place);
        all
    }

    /// The points of its proofs.
    pub(super) fn generators(&self) -> Result<Generators, Stopped> {
        Shape::new(self.numbers, self.bound).map(Generators::new).ok_or(Stopped::Weak)
    }

    /// What everybody steps from: the gene's numbers under a blind that everybody knows.
    pub(super) fn base(&self, numbers: &[i32]) -> Opening {
        let mut blind = [0; 64];
        let mut hasher = blake3::Hasher::new_derive_key("qres 2026 base of a masked sum 1");
        hasher.update(&self.digest).finalize_xof().fill(&mut blind);
        Opening::new(numbers.to_vec(), &blind)
    }

    /// Its commitment.
    pub(super) fn base_commitment(
        &self,
        generators: &Generators,
        numbers: &[i32],
    ) -> Result<Commitment, Stopped> {
        self.base(numbers).commitment(generators).ok_or(Stopped::Gene)
    }
}
