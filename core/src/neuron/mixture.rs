//! Several predictions blended by how well each has done: a Bayes mixture of densities, in integers.
//!
//! Each member has a prior and a weight. What a member loses with a sample is told in bits: -log2 of the density it gave
//! to what was seen. Its weight shrinks by that, and then every weight gives a share of 2^-`share` of itself to all
//! members by their priors, so that one which was wrong for long can come back.
//!
//! **Bound.** Let a member have the prior p and lose L bits over T samples. The mixture, which gives each sample the mean
//! of its members' densities by their weights, loses at most
//!
//! ```text
//! L + log2(1 / p) + T * (log2(1 / (1 - 2^-share)) + N * 2^-18)
//! ```
//!
//! whatever the other members are, how many there are, and whatever made them say it. *Proof.* Write W for the sum of the
//! weights and w for the member's, both before a sample, `l` for what the member loses with it and W' for the sum of the
//! shrunk weights. The mixture loses log2(W / W'). Of its own weight the member keeps at least w * 2^-l * (1 - 2^-share):
//! shrinking rounds up, and the share given away rounds down. What the share brings is not negative, and doubling all
//! weights changes nothing. So after T samples w_T >= p * W_0 * 2^-L * (1 - 2^-share)^T * (all doublings), and w_T is at
//! most W_T, which is W_0 * 2^-(what the mixture lost) * (all doublings) but for what rounding up has added: at most one
//! unit a member, where W' is at least 2^18, as no loss is above [`MAX_LOSS`]. Dividing gives the bound.
//!
//! The blended prediction has no such bound, only the densities have.

use crate::num::{log2_q16, softmax::exp2_neg};

/// Losses are held within so many bits, in units of 2^-16: 12.
pub(crate) const MAX_LOSS: u32 = 12 << 16;
/// Tuning: members below 2^-5 of all weights are not heard.
const DEAF: u32 = 5;
/// Weights sum to this at least, and to less than twice as much.
const WHOLE: u32 = 1 << 30;

/// The weights of `N` members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mixture<const N: usize> {
    prior: [u32; N],
    weights: [u32; N],
    share: u32,
}

impl<const N: usize> Mixture<N> {
    /// Begins with these priors, in units of 2^-16, that sum to one. A member whose prior is 0 never counts.
    pub(crate) const fn new(prior: [u32; N], share: u32) -> Self {
        Self { prior, weights: prior, share }.raised()
    }

    /// Doubles all weights until they sum to [`WHOLE`].
    const fn raised(mut self) -> Self {
        let up = self.total().leading_zeros().saturating_sub(WHOLE.leading_zeros());
        let mut at = 0;
        while let Some((weight, _)) = self.weights.split_at_mut(at).1.split_first_mut() {
            *weight <<= up;
            at += 1;
        }
        self
    }

    const fn total(&self) -> u32 {
        let (mut total, mut rest) = (0, self.weights.as_slice());
        while let Some((weight, others)) = rest.split_first() {
            (total, rest) = (total + *weight, others);
        }
        total
    }

    /// The weights: they sum to at least 2^30.
    pub(crate) const fn weights(&self) -> &[u32; N] {
        &self.weights
    }

    /// The mean of what the members say, by their weights beyond 2^-5 of all: who counts for little would pull far.
    pub(crate) fn blend(&self, said: &[i32; N]) -> i32 {
        let least = self.total() >> DEAF;
        let (mut sum, mut total) = (0, 0);
        for (weight, said) in self.weights.iter().zip(said) {
            // At most 2^17, so that the sum is below 2^48.
            let weight = weight.saturating_sub(least) >> 14;
            sum += i64::from(weight) * i64::from(*said);
            total += weight;
        }
        (sum / i64::from(total.max(1))) as i32
    }

    /// What the mixture loses with a sample with which its members lose these, in bits, Q16.
    pub(crate) fn lost(&self, losses: &[u32; N]) -> u32 {
        let left =
            |(weight, loss): (&u32, &u32)| u64::from(*weight) * u64::from(exp2_neg((*loss).min(MAX_LOSS)));
        // Weights sum to less than 2^32, and what is left of one to 2^30 of it at most.
        let left: u64 = self.weights.iter().zip(losses).map(left).sum();
        (log2_q16(self.total().into()) + (30 << 16)).saturating_sub(log2_q16(left.max(1)))
    }

    /// Begins `place` anew with an even share of what all places but the first have: the first keeps its weight, so what
    /// it is promised holds.
    pub(crate) fn reseat(&mut self, place: usize) {
        let Some((_, others)) = self.weights.split_first_mut() else { return };
        let places = others.len().max(1) as u32;
        let all: u32 = others.iter().sum();
        let Some(old) = place.checked_sub(1).and_then(|at| others.get_mut(at)).map(core::mem::take) else {
            return;
        };
        let share = all / places;
        // The rest keep their proportions: together they have all but the share.
        let (before, after) = (u64::from((all - old).max(1)), u64::from(all - share));
        others.iter_mut().for_each(|weight| *weight = (u64::from(*weight) * after / before) as u32);
        if let Some(new) = others.get_mut(place - 1) {
            *new = share;
        }
    }

    /// Takes what each member lost with a sample, in bits, Q16.
    pub(crate) fn learn(&mut self, losses: &[u32; N]) {
        for (weight, loss) in self.weights.iter_mut().zip(losses) {
            let left = u64::from(exp2_neg((*loss).min(MAX_LOSS)));
            *weight = ((u64::from(*weight) * left + ((1 << 30) - 1)) >> 30) as u32;
        }
        *self = self.raised();
        let pot = u64::from(self.total() >> self.share);
        for (weight, prior) in self.weights.iter_mut().zip(&self.prior) {
            *weight = *weight - (*weight >> self.share) + ((pot * u64::from(*prior)) >> 16) as u32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    const MEMBERS: usize = 9;
    /// Half for the first, the rest for the others.
    const PRIOR: [u32; MEMBERS] =
        [1 << 15, 1 << 12, 1 << 12, 1 << 12, 1 << 12, 1 << 12, 1 << 12, 1 << 12, 1 << 12];

    /// Bits that a mixture and its first member lose, where `losses` says what each member loses, knowing the weights.
    fn lost(
        samples: usize,
        share: u32,
        losses: impl Fn(usize, &Mixture<MEMBERS>) -> [u32; MEMBERS],
    ) -> (f64, f64) {
        let mut mixture = Mixture::new(PRIOR, share);
        let (mut all, mut own) = (0.0, 0.0);
        for at in 0..samples {
            let losses = losses(at, &mixture).map(|loss| loss.min(MAX_LOSS));
            let density = |loss: u32| f64::from(exp2_neg(loss)) / f64::from(1 << 30);
            let weights = mixture.weights();
            let total: f64 = weights.iter().map(|w| f64::from(*w)).sum();
            let mean: f64 = weights.iter().zip(losses).map(|(w, l)| f64::from(*w) * density(l)).sum();
            all -= (mean / total).log2();
            own -= density(losses[0]).log2();
            mixture.learn(&losses);
        }
        (all, own)
    }

    /// Members that know the weights: whoever counts most of the others lies most.
    fn adaptive(at: usize, mixture: &Mixture<MEMBERS>) -> [u32; MEMBERS] {
        let most = mixture.weights().iter().skip(1).max().copied();
        let mut losses = [1 << 16; MEMBERS];
        losses[0] = (at as u32 * 7919) % (3 << 16);
        for (loss, weight) in losses.iter_mut().zip(mixture.weights()).skip(1) {
            *loss = if Some(*weight) == most { MAX_LOSS } else { 1 << 12 };
        }
        losses
    }

    #[test]
    fn a_mixture_is_hardly_worse_than_the_member_of_half_the_prior_for_long() {
        let attacks: [fn(usize, &Mixture<MEMBERS>) -> [u32; MEMBERS]; 4] = [
            adaptive,
            // Good for a hundred samples, then as bad as may be.
            |at, _| {
                core::array::from_fn(|k| {
                    if k == 0 {
                        1 << 16
                    } else if at / 100 % 2 == 0 {
                        0
                    } else {
                        MAX_LOSS
                    }
                })
            },
            // All lose all there is, the first a little less.
            |_, _| core::array::from_fn(|k| if k == 0 { MAX_LOSS - 9 } else { MAX_LOSS }),
            // Each good in its turn.
            |at, _| core::array::from_fn(|k| if k == 0 || at % MEMBERS == k { 1 << 15 } else { 5 << 16 }),
        ];
        for (which, attack) in attacks.into_iter().enumerate() {
            let (all, own) = lost(20_000, 12, attack);
            assert!(all <= own + 1.1 + 0.0004 * 20_000.0, "{which}: {all} {own}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_losses_break_the_bound(
            turns in prop::collection::vec((1_usize..200, prop::array::uniform9(0..=MAX_LOSS)), 1..30), share in 3_u32..14,
        ) {
            let all: Vec<[u32; MEMBERS]> =
                turns.into_iter().flat_map(|(times, losses)| core::iter::repeat_n(losses, times)).collect();
            let (mixed, own) = lost(all.len(), share, |at, _| all[at]);
            let a_sample = -(1.0 - 0.5_f64.powi(share as i32)).log2() + MEMBERS as f64 * 0.5_f64.powi(18) * 1.45;
            prop_assert!(mixed <= own + 1.0 + a_sample * all.len() as f64 + 1e-6, "{mixed} {own}");
        }

        #[test]
        fn weights_stay_in_range(losses in prop::collection::vec(prop::array::uniform9(any::<u32>()), 0..200)) {
            let mut mixture = Mixture::new(PRIOR, 12);
            for one in losses {
                mixture.learn(&one);
                let total: u64 = mixture.weights().iter().map(|w| u64::from(*w)).sum();
                prop_assert!((u64::from(WHOLE) - 16..2 * u64::from(WHOLE) + 16).contains(&total), "{total}");
            }
        }

        #[test]
        fn a_new_seat_takes_nothing_from_the_first(
            losses in prop::collection::vec(prop::array::uniform9(0..=MAX_LOSS), 0..50), place in 1_usize..MEMBERS,
        ) {
            let mut mixture = Mixture::new(PRIOR, 12);
            losses.iter().for_each(|one| mixture.learn(one));
            let before = *mixture.weights();
            mixture.reseat(place);
            let after = *mixture.weights();
            prop_assert_eq!(before[0], after[0]);
            let sum = |weights: &[u32]| weights[1..].iter().map(|w| u64::from(*w)).sum::<u64>();
            prop_assert!(sum(&after) <= sum(&before) && (sum(&before) <= sum(&after) + 16 || before.iter().filter(|w| **w > 0).count() <= 2));
            prop_assert_eq!(u64::from(after[place]), sum(&before) / 8);
        }

        #[test]
        fn blends_are_between_what_is_said(
            said in prop::array::uniform9(any::<i32>()), losses in prop::collection::vec(prop::array::uniform9(0..=MAX_LOSS), 0..20)
        ) {
            let mut mixture = Mixture::new(PRIOR, 12);
            losses.iter().for_each(|one| mixture.learn(one));
            let blend = mixture.blend(&said);
            prop_assert!(said.iter().min().unwrap() <= &blend && &blend <= said.iter().max().unwrap());
        }
    }
}
