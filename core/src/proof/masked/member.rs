//! What one participant knows, and the packet that it writes in each phase.

use super::{
    Joins, Plan, Steps, Stopped,
    mask::{Masked, Round, check, public},
    packets::{Roll, statement},
    shares::{Pair, share},
};
use crate::{
    proof::{Circumstances, Commitment, Kind, Opening, prove},
    trust::{Identity, Seal, Sealed, Secret},
};
use alloc::vec::Vec;
use curve25519_dalek::Scalar;
use zeroize::Zeroizing;

/// A participant of a plan. It keeps nothing between phases: all secrets come of its key, the plan and its numbers, so that
/// other numbers have other secrets.
#[derive(Debug)]
pub struct Member<'a> {
    plan: &'a Plan,
    secret: &'a Secret,
    identity: Identity,
    place: usize,
}

/// The secrets of a participant in one round.
struct Secrets {
    /// The opening of its commitment.
    to: Opening,
    /// Coefficients, the secret first: of the round key and of the self-mask.
    polynomials: [Zeroizing<Vec<Scalar>>; 2],
}

impl Secrets {
    fn scalar(&self, which: usize) -> Scalar {
        self.polynomials.get(which).and_then(|all| all.first()).copied().unwrap_or_default()
    }
}

impl<'a> Member<'a> {
    /// Whoever has the secret, in a plan that names it.
    ///
    /// # Errors
    ///
    /// [`Stopped::Stranger`] where the plan does not.
    pub fn new(plan: &'a Plan, secret: &'a Secret) -> Result<Self, Stopped> {
        let identity = secret.identity();
        let place = plan.place(&identity.name())?;
        Ok(Self { plan, secret, identity, place })
    }

    /// Joins with a gene's `numbers`: a commitment to them, a round key, and shares for the neighbours.
    ///
    /// # Errors
    ///
    /// [`Stopped`] where the numbers are not as many as the plan's.
    pub fn join(&self, numbers: &[i32]) -> Result<Vec<u8>, Stopped> {
        let secrets = self.secrets(numbers);
        let commitment = self.commitment(&secrets)?;
        let round_key = public(&secrets.scalar(0));
        let check = check(&self.plan.digest, &self.identity.name(), &secrets.scalar(1));
        let mut content = Vec::new();
        for word in [self.plan.digest, commitment.0, round_key, check] {
            content.extend_from_slice(&word);
        }
        let pair = Pair { plan: self.plan, me: &self.identity };
        for place in self.plan.neighbours_of(self.place) {
            let name = self.plan.names.get(place).ok_or(Stopped::Form)?;
            let shares = secrets.polynomials.each_ref().map(|coefficients| share(coefficients, place));
            content.extend_from_slice(&pair.seal(name, &round_key, shares)?);
        }
        Ok(Sealed::seal(&self.identity, Seal::Join, &[&content]))
    }

    /// Steps from the numbers of the plan's gene, `base`, to `numbers`, under masks for those that joined. To be written once a plan.
    ///
    /// # Errors
    ///
    /// [`Stopped`] where the step is too long, others cannot help to take the masks off, or one joined with other numbers.
    pub fn step(
        &self,
        base: &[i32],
        numbers: &[i32],
        joins: &Joins,
        entropy: &[u8; 32],
    ) -> Result<Vec<u8>, Stopped> {
        let secrets = self.secrets(numbers);
        let commitment = self.commitment(&secrets)?;
        if joins.at(self.place).is_none_or(|join| join.commitment != commitment) {
            return Err(Stopped::Gene);
        }
        let generators = self.plan.generators()?;
        let from = self.plan.base(base);
        let from_commitment = self.plan.base_commitment(&generators, base)?;
        let masked = self.masked(&from, &secrets, joins)?.to_bytes();
        let statement =
            statement(self.plan, joins, &masked, (from_commitment, commitment), self.identity.name());
        let circumstances = Circumstances {
            kind: Kind::Masked,
            context: statement.context,
            bound: statement.bound,
            round: statement.round,
            previous: statement.previous,
            name: statement.name,
        };
        let (_, proof) = prove(&generators, (&from, &secrets.to), &circumstances, entropy)?;
        let content: [&[u8]; 4] = [&self.plan.digest, &joins.digest, &masked, &proof];
        Ok(Sealed::seal(&self.identity, Seal::Step, &content))
    }

    /// Says which steps there are. To be written once a plan.
    pub fn roll(&self, joins: &Joins, steps: &Steps) -> Vec<u8> {
        Sealed::seal(&self.identity, Seal::Roll, &[&self.plan.digest, &steps.roll(joins)])
    }

    /// Gives one's shares: of the self-mask of a neighbour that stepped, of the round key of one that did not, never both.
    ///
    /// # Errors
    ///
    /// [`Stopped`] where the roll is of others.
    pub fn shares(&self, joins: &Joins, roll: &Roll) -> Result<Vec<u8>, Stopped> {
        if !roll.is_of(joins) {
            return Err(Stopped::Joined(self.identity.name()));
        }
        let mut content = [self.plan.digest, roll.digest()].concat();
        for (place, shares) in self.received(joins) {
            let [round_key, self_mask] = shares.unwrap_or_default();
            let share = if roll.has(place) { self_mask } else { round_key };
            content.extend_from_slice(share.as_bytes());
        }
        Ok(Sealed::seal(&self.identity, Seal::Shares, &[&content]))
    }

    /// The shares that neighbours sealed for this one.
    fn received(&self, joins: &Joins) -> Vec<(usize, Result<[Scalar; 2], Stopped>)> {
        let pair = Pair { plan: self.plan, me: &self.identity };
        let of = |place: usize| {
            let join = joins.at(place)?;
            let name = self.plan.names.get(place)?;
            let at = self.plan.neighbours_of(place).iter().position(|other| *other == self.place)?;
            Some((place, pair.open(name, &join.round_key, join.sealed.get(at)?)))
        };
        self.plan.neighbours_of(self.place).into_iter().filter_map(of).collect()
    }

    /// The step under all of its masks.
    fn masked(&self, from: &Opening, secrets: &Secrets, joins: &Joins) -> Result<Masked, Stopped> {
        let received = self.received(joins);
        let (have, need) = (received.len(), usize::from(self.plan.threshold));
        if have < need {
            return Err(Stopped::Few { have, need });
        }
        let (steps, blind) = from.step_to(&secrets.to);
        let numbers = steps.iter().map(|step| *step as u32).collect();
        let mut masked = Masked { numbers, blind: *blind };
        let round = Round { plan: &self.plan.digest, joined: &joins.digest };
        masked.mask(&round.own(&secrets.scalar(1)), true);
        let key = secrets.scalar(0);
        let own = public(&key);
        for (place, shares) in received {
            shares?;
            let (join, name) = (joins.at(place), self.plan.names.get(place).copied().unwrap_or_default());
            let seed = join.and_then(|join| round.pair(&key, &own, &join.round_key));
            masked.mask(&seed.ok_or(Stopped::Key(name))?, self.place < place);
        }
        Ok(masked)
    }

    fn commitment(&self, secrets: &Secrets) -> Result<Commitment, Stopped> {
        secrets.to.commitment(&self.plan.generators()?).ok_or(Stopped::Gene)
    }

    fn secrets(&self, numbers: &[i32]) -> Secrets {
        let mut hasher = blake3::Hasher::new_derive_key("qres 2026 numbers of a masked sum 1");
        for number in numbers {
            hasher.update(&number.to_le_bytes());
        }
        let digest = hasher.finalize();
        let of = |what: &[u8]| {
            let parts: [&[u8]; 3] = [&self.plan.digest, digest.as_bytes(), what];
            self.secret.derive("qres 2026 secrets of a masked sum 1", &parts)
        };
        let polynomial = |which: u8| {
            let scalar = |power: u8| Scalar::from_bytes_mod_order_wide(&of(&[which, power]));
            Zeroizing::new((0..self.plan.threshold).map(scalar).collect())
        };
        Secrets { to: Opening::new(numbers.to_vec(), &of(&[])), polynomials: [polynomial(0), polynomial(1)] }
    }
}
