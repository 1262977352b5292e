//! The packets of the phases. Each is the content of a [`Sealed`] file of its kind, and its lengths follow from the plan.
//!
//! ```text
//! join   := plan [u8; 32] | commitment [u8; 32] | round key [u8; 32] | check of the self-mask [u8; 32] | sealed [u8; 80], a neighbour
//! step   := plan [u8; 32] | joined [u8; 32] | numbers u32 LE each | blind [u8; 32] | proof
//! roll   := plan [u8; 32] | joined [u8; 32] | who has stepped, a bit each [u8; 16] | digest of their files [u8; 32]
//! shares := plan [u8; 32] | digest of the roll [u8; 32] | share [u8; 32] of each neighbour that joined, zeros where there is none
//! ```

use super::{Plan, Stopped, mask::Masked, shares::SEALED};
use crate::{
    proof::{Commitment, Generators, Kind, Statement, verify, verify_all},
    trust::{Name, Seal, Sealed},
};
use alloc::{vec, vec::Vec};

/// A participant that joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Join {
    pub(super) commitment: Commitment,
    pub(super) round_key: [u8; 32],
    pub(super) check: [u8; 32],
    pub(super) sealed: Vec<[u8; SEALED]>,
    file: [u8; 32],
}

/// All that joined, by their places in the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joins {
    pub(super) all: Vec<Option<Join>>,
    /// The digest of all of them.
    pub(super) digest: [u8; 32],
}

/// All that stepped, by their places in the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Steps {
    pub(super) all: Vec<Option<Masked>>,
    files: Vec<[u8; 32]>,
}

/// Opens a file of a kind; its place in the plan, whose it is, and what follows the plan's digest.
pub(super) fn open<'a>(plan: &Plan, kind: Seal, file: &'a [u8]) -> Result<(usize, Name, &'a [u8]), Stopped> {
    let sealed = Sealed::open(file)?;
    let place = plan.place(&sealed.name)?;
    let (of, rest) = sealed.content.split_first_chunk::<32>().ok_or(Stopped::Form)?;
    if sealed.kind != kind {
        return Err(Stopped::Form);
    }
    if *of != plan.digest {
        return Err(Stopped::Plan(sealed.name));
    }
    Ok((place, sealed.name, rest))
}

/// Puts what somebody says at its place, where nothing else may be.
pub(super) fn put<T: PartialEq>(
    all: &mut [Option<T>],
    place: usize,
    name: Name,
    one: T,
) -> Result<(), Stopped> {
    match all.get_mut(place) {
        Some(Some(other)) if *other != one => Err(Stopped::Twice(name)),
        Some(empty) => {
            *empty = Some(one);
            Ok(())
        }
        None => Err(Stopped::Stranger(name)),
    }
}

fn digest(file: &[u8]) -> [u8; 32] {
    blake3::derive_key("qres 2026 file of a masked sum 1", file)
}

impl Joins {
    /// Reads the files of those that joined.
    ///
    /// # Errors
    ///
    /// [`Stopped`] where one is not as it should be, or too few joined.
    pub fn read(plan: &Plan, files: &[&[u8]]) -> Result<Self, Stopped> {
        let mut all = vec![None; plan.names.len()];
        for file in files {
            let (place, name, rest) = open(plan, Seal::Join, file)?;
            let join = Join::parse(plan, rest, digest(file)).ok_or(Stopped::Form)?;
            put(&mut all, place, name, join)?;
        }
        let mut hasher = blake3::Hasher::new_derive_key("qres 2026 list of a masked sum 1");
        for (join, name) in all.iter().zip(&plan.names) {
            if let Some(join) = join {
                hasher.update(&name.0).update(&join.file);
            }
        }
        let joins = Self { digest: *hasher.finalize().as_bytes(), all };
        enough(plan, joins.all.iter().flatten().count())?;
        Ok(joins)
    }

    pub(super) fn at(&self, place: usize) -> Option<&Join> {
        self.all.get(place)?.as_ref()
    }
}

impl Join {
    fn parse(plan: &Plan, bytes: &[u8], file: [u8; 32]) -> Option<Self> {
        let (commitment, rest) = bytes.split_first_chunk()?;
        let (round_key, rest) = rest.split_first_chunk()?;
        let (check, rest) = rest.split_first_chunk()?;
        let (sealed, []) = rest.as_chunks() else { return None };
        let is_whole = sealed.len() == usize::from(plan.neighbours);
        is_whole.then(|| Self {
            commitment: Commitment(*commitment),
            round_key: *round_key,
            check: *check,
            sealed: sealed.to_vec(),
            file,
        })
    }
}

pub(super) fn enough(plan: &Plan, have: usize) -> Result<(), Stopped> {
    let need = plan.quorum();
    if have >= need { Ok(()) } else { Err(Stopped::Few { have, need }) }
}

/// The statement that a masked step is short: it is bound to its plan, to its list and to every masked number.
pub(super) fn statement(
    plan: &Plan,
    joins: &Joins,
    masked: &[u8],
    (from, to): (Commitment, Commitment),
    name: Name,
) -> Statement {
    let mut hasher = blake3::Hasher::new_derive_key("qres 2026 masked numbers 1");
    let context = *hasher.update(&joins.digest).update(masked).finalize().as_bytes();
    let (bound, round, previous) = (plan.bound, plan.round, plan.digest);
    Statement { kind: Kind::Masked, context, from, to, bound, round, previous, name }
}

impl Steps {
    /// Reads the steps of those that joined and checks their proofs. `base` are the numbers of the plan's gene.
    ///
    /// # Errors
    ///
    /// [`Stopped`] where one is not as it should be, or too few stepped.
    pub fn read(plan: &Plan, base: &[i32], joins: &Joins, files: &[&[u8]]) -> Result<Self, Stopped> {
        let generators = plan.generators()?;
        let from = plan.base_commitment(&generators, base)?;
        let (mut all, mut digests) = (vec![None; plan.names.len()], vec![[0; 32]; plan.names.len()]);
        let mut proofs = Vec::with_capacity(files.len());
        for file in files {
            let (place, name, rest) = open(plan, Seal::Step, file)?;
            let (joined, rest) = rest.split_first_chunk::<32>().ok_or(Stopped::Form)?;
            let join = joins.at(place).filter(|_| *joined == joins.digest).ok_or(Stopped::Joined(name))?;
            let (masked, proof) =
                rest.split_at_checked(4 * usize::from(plan.numbers) + 32).ok_or(Stopped::Form)?;
            let statement = statement(plan, joins, masked, (from, join.commitment), name);
            put(&mut all, place, name, Masked::parse(masked, plan.numbers.into())?)?;
            digests.get_mut(place).into_iter().for_each(|to| *to = digest(file));
            proofs.push((statement, proof));
        }
        enough(plan, all.iter().flatten().count())?;
        check(&generators, &proofs)?;
        Ok(Self { all, files: digests })
    }

    /// What all of them are, for the roll.
    pub(super) fn roll(&self, joins: &Joins) -> [u8; 80] {
        let mut roll = [0; 80];
        let (joined, rest) = roll.split_at_mut(32);
        let (stepped, files) = rest.split_at_mut(16);
        joined.copy_from_slice(&joins.digest);
        for (place, _) in self.all.iter().enumerate().filter(|(_, step)| step.is_some()) {
            stepped.get_mut(place / 8).into_iter().for_each(|byte| *byte |= 1 << (place % 8));
        }
        let digest = blake3::derive_key("qres 2026 steps of a masked sum 1", self.files.as_flattened());
        files.copy_from_slice(&digest);
        roll
    }
}

/// Checks all proofs together, and finds whose does not hold.
fn check(generators: &Generators, proofs: &[(Statement, &[u8])]) -> Result<(), Stopped> {
    if verify_all(generators, proofs).is_ok() {
        return Ok(());
    }
    let bad = proofs.iter().find(|(statement, proof)| verify(generators, statement, proof).is_err());
    bad.map_or(Err(Stopped::Form), |(statement, _)| Err(Stopped::Proof(statement.name)))
}

/// A list on which more than two thirds agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Roll(pub(super) [u8; 80]);

/// What rolls agree on.
///
/// # Errors
///
/// [`Stopped`] where too few say the same, or somebody says two things.
pub fn agreed(plan: &Plan, files: &[&[u8]]) -> Result<Roll, Stopped> {
    let mut all = vec![None; plan.names.len()];
    for file in files {
        let (place, name, rest) = open(plan, Seal::Roll, file)?;
        let roll: [u8; 80] = rest.try_into().map_err(|_| Stopped::Form)?;
        put(&mut all, place, name, roll)?;
    }
    let count = |roll: &[u8; 80]| all.iter().flatten().filter(|other| *other == roll).count();
    let most = all.iter().flatten().max_by_key(|roll| count(roll)).copied();
    enough(plan, most.as_ref().map_or(0, count))?;
    most.map(Roll).ok_or(Stopped::Form)
}

impl Roll {
    /// Whether the participant at `place` has stepped.
    pub(super) fn has(&self, place: usize) -> bool {
        self.0.get(32 + place / 8).is_some_and(|byte| byte >> (place % 8) & 1 == 1)
    }

    pub(super) fn digest(&self) -> [u8; 32] {
        blake3::derive_key("qres 2026 roll of a masked sum 1", &self.0)
    }

    /// Whether it is about those that joined.
    pub(super) fn is_of(&self, joins: &Joins) -> bool {
        self.0.starts_with(&joins.digest)
    }
}
