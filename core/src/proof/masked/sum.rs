//! What all packets come to.

use super::{
    Joins, Plan, Steps, Stopped,
    mask::{Masked, Round, check, public},
    packets::{Roll, open, put},
    shares::secret,
};
use crate::{
    proof::{Commitment, Opening, group::scalar},
    trust::{Name, Seal},
};
use alloc::{vec, vec::Vec};
use curve25519_dalek::{RistrettoPoint, Scalar};

/// The sum of the steps, number by number, and of how many.
///
/// # Errors
///
/// [`Stopped`] where masks cannot be taken off, or the sum is not that of the steps that were proved.
pub fn sum(
    plan: &Plan,
    base: &[i32],
    (joins, steps, roll): (&Joins, &Steps, &Roll),
    shares: &[&[u8]],
) -> Result<(Vec<i32>, usize), Stopped> {
    if steps.roll(joins) != roll.0 {
        return Err(Stopped::Sum);
    }
    let shares = Shares::read(plan, joins, roll, shares)?;
    let mut sum = Masked::zero(plan.numbers.into());
    steps.all.iter().flatten().for_each(|step| sum.add(step));
    let round = Round { plan: &plan.digest, joined: &joins.digest };
    for (place, name) in plan.names.iter().enumerate() {
        let Some(join) = joins.at(place) else { continue };
        if roll.has(place) {
            let own = shares.secret(plan, place)?;
            if check(&plan.digest, name, &own) != join.check {
                return Err(Stopped::Shares(*name));
            }
            sum.mask(&round.own(&own), false);
        } else if steps_of(plan, place, roll).next().is_some() {
            let key = shares.secret(plan, place)?;
            if public(&key) != join.round_key {
                return Err(Stopped::Shares(*name));
            }
            for other in steps_of(plan, place, roll) {
                let seed =
                    joins.at(other).and_then(|other| round.pair(&key, &join.round_key, &other.round_key));
                // The other one put it on if it is the lower of the two.
                sum.mask(&seed.ok_or(Stopped::Key(*name))?, other > place);
            }
        }
    }
    compare(plan, base, joins, roll, &sum)
}

/// The neighbours of `place` that stepped.
fn steps_of<'a>(plan: &Plan, place: usize, roll: &'a Roll) -> impl Iterator<Item = usize> + use<'a> {
    plan.neighbours_of(place).into_iter().filter(|other| roll.has(*other))
}

/// Compares what is left with the commitments of the steps that were proved.
fn compare(
    plan: &Plan,
    base: &[i32],
    joins: &Joins,
    roll: &Roll,
    sum: &Masked,
) -> Result<(Vec<i32>, usize), Stopped> {
    let generators = plan.generators()?;
    let from = plan.base_commitment(&generators, base)?.point().ok_or(Stopped::Gene)?;
    let stepped = (0..plan.names.len()).filter(|place| roll.has(*place));
    let points: Option<Vec<RistrettoPoint>> =
        stepped.map(|place| Some(joins.at(place)?.commitment.point()? - from)).collect();
    let points = points.ok_or(Stopped::Sum)?;
    let numbers: Vec<i32> = sum.numbers.iter().map(|number| *number as i32).collect();
    let told = Opening { numbers: numbers.clone(), blind: sum.blind }.commitment(&generators);
    let proved: RistrettoPoint = points.iter().sum();
    match told == Some(Commitment(proved.compress().to_bytes())) {
        true => Ok((numbers, points.len())),
        false => Err(Stopped::Sum),
    }
}

/// The shares that were given, by the place of whom they are of.
struct Shares(Vec<Vec<(usize, Scalar)>>);

impl Shares {
    fn read(plan: &Plan, joins: &Joins, roll: &Roll, files: &[&[u8]]) -> Result<Self, Stopped> {
        let (mut all, mut of) = (vec![None; plan.names.len()], vec![Vec::new(); plan.names.len()]);
        for file in files {
            let (place, name, rest) = open(plan, Seal::Shares, file)?;
            let (digest, rest) = rest.split_first_chunk::<32>().ok_or(Stopped::Form)?;
            if *digest != roll.digest() {
                return Err(Stopped::Joined(name));
            }
            put(&mut all, place, name, rest)?;
        }
        for (holder, words) in all.iter().enumerate() {
            let (Some(words), Some(name)) = (words, plan.names.get(holder)) else { continue };
            Self::take(plan, joins, &mut of, (holder, *name), words)?;
        }
        Ok(Self(of))
    }

    fn take(
        plan: &Plan,
        joins: &Joins,
        of: &mut [Vec<(usize, Scalar)>],
        (holder, name): (usize, Name),
        words: &[u8],
    ) -> Result<(), Stopped> {
        let owners: Vec<usize> =
            plan.neighbours_of(holder).into_iter().filter(|place| joins.at(*place).is_some()).collect();
        let (words, []) = words.as_chunks::<32>() else { return Err(Stopped::Form) };
        if words.len() != owners.len() {
            return Err(Stopped::Form);
        }
        for (owner, word) in owners.into_iter().zip(words) {
            let share = scalar(word).ok_or(Stopped::Shares(name))?;
            if share != Scalar::ZERO {
                of.get_mut(owner).into_iter().for_each(|shares| shares.push((holder, share)));
            }
        }
        Ok(())
    }

    /// The secret of the participant at `place`, of as many shares as it takes.
    fn secret(&self, plan: &Plan, place: usize) -> Result<Scalar, Stopped> {
        let (have, need) = (self.0.get(place).map_or(&[][..], Vec::as_slice), usize::from(plan.threshold));
        let enough = have.get(..need).ok_or(Stopped::Few { have: have.len(), need })?;
        Ok(secret(enough))
    }
}
