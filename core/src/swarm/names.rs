//! Origins: what they have told last, how far what they told held, what they vote, and who is banned.
//!
//! Reputations and bans say who is worth time and bytes. Nothing is believed for them: what predicts well is told by the
//! mixture alone.

use super::SLOTS;
use crate::{regime::Regime, trust::Name};

/// Limit: names that are remembered.
pub(super) const NAMES: usize = 2 * SLOTS;
/// Limit: names that are banned at once; of more, the first to be banned come back.
const BANNED: usize = 32;
/// One in Q16.
const ONE: u32 = 1 << 16;
/// Tuning: reputations begin at 0.5, are banned below 0.2, and what they change by: 0.02 for a gene that has served, 0.08
/// for one that misled, 0.15 for a packet that proves a fault.
const FIRST: u32 = ONE / 2;
const BAN: u32 = ONE / 5;
const SERVED: u32 = ONE / 50;
const MISLED: u32 = ONE * 8 / 100;
/// Influence is at most 0.8.
const MAX_INFLUENCE: u32 = ONE * 8 / 10;
/// Tuning: milliseconds for which a vote counts.
const VOTE: u64 = 6 * 3_600_000;
/// Tuning: milliseconds after which half of what a reputation is from 0.5 is forgotten: two weeks.
const HALF: u64 = 14 * 86_400_000;

#[derive(Debug, Clone, Copy)]
struct Known {
    name: Name,
    sequence: u64,
    reputation: u32,
    heard: u64,
    changed: u64,
    vote: Option<(Regime, u64)>,
}

/// The names that are known.
#[derive(Debug, Clone)]
pub(super) struct Names {
    all: [Option<Known>; NAMES],
    banned: [u64; BANNED],
    bans: usize,
}

impl Default for Names {
    fn default() -> Self {
        Self { all: [None; NAMES], banned: [0; BANNED], bans: 0 }
    }
}

/// Enough of a name to know it again.
fn short(name: &Name) -> u64 {
    name.0.first_chunk().copied().map_or(0, u64::from_le_bytes)
}

impl Names {
    fn find(&mut self, name: &Name) -> Option<&mut Known> {
        self.all.iter_mut().flatten().find(|one| one.name == *name)
    }

    /// The newest sequence of a name; `None` if it is not known.
    pub(super) fn newest(&self, name: &Name) -> Option<u64> {
        self.all.iter().flatten().find(|one| one.name == *name).map(|one| one.sequence)
    }

    /// A name has told something that it has signed.
    pub(super) fn hear(&mut self, name: &Name, sequence: u64, now: u64) {
        if let Some(known) = self.find(name) {
            (known.sequence, known.heard) = (known.sequence.max(sequence), now);
            return;
        }
        let new = Known { name: *name, sequence, reputation: FIRST, heard: now, changed: now, vote: None };
        let oldest = self.all.iter_mut().min_by_key(|one| one.map(|one| one.heard));
        if let Some(place) = oldest {
            *place = Some(new);
        }
    }

    /// A name says how surprising its world is.
    pub(super) fn vote(&mut self, name: &Name, regime: Regime, now: u64) {
        if let Some(known) = self.find(name) {
            known.vote = Some((regime, now));
        }
    }

    /// Names that were heard of late, and those of them that vote for more than calm.
    pub(super) fn votes(&self, now: u64) -> (usize, usize) {
        let fresh = |then: u64| now.saturating_sub(then) < VOTE;
        let heard = self.all.iter().flatten().filter(|one| fresh(one.heard));
        let stirred = |one: &&Known| one.vote.is_some_and(|(vote, then)| vote != Regime::Calm && fresh(then));
        (heard.clone().count(), heard.filter(stirred).count())
    }

    /// A gene of the name has served.
    pub(super) fn served(&mut self, name: &Name, now: u64) {
        self.change(name, now, |reputation| (reputation + SERVED).min(ONE));
    }

    /// A gene of the name was good on the window and bad since; whether the name is banned for it.
    pub(super) fn misled(&mut self, name: &Name, now: u64) -> bool {
        let left = self.change(name, now, |reputation| reputation.saturating_sub(MISLED));
        let is_bad = left.is_some_and(|left| left < BAN);
        if is_bad {
            self.ban(name);
        }
        is_bad
    }

    fn change(&mut self, name: &Name, now: u64, change: impl Fn(u32) -> u32) -> Option<u32> {
        let known = self.find(name)?;
        // Halved once for each time that passed, as far as half of one part in 2^16 lasts.
        let halves = (now.saturating_sub(known.changed) / HALF).min(16) as u32;
        let far = i64::from(known.reputation) - i64::from(FIRST);
        known.reputation = change((i64::from(FIRST) + far / (1 << halves)) as u32);
        known.changed = now;
        Some(known.reputation)
    }

    /// What a name counts for where there is not room for all: its reputation squared, at most 0.8, Q16.
    pub(super) fn influence(&self, name: &Name) -> u32 {
        let known = self.all.iter().flatten().find(|one| one.name == *name);
        let reputation = u64::from(known.map_or(FIRST, |one| one.reputation));
        ((reputation * reputation) >> 16).min(MAX_INFLUENCE.into()) as u32
    }

    /// Hears nothing more of a name.
    pub(super) fn ban(&mut self, name: &Name) {
        if self.is_banned(name) {
            return;
        }
        if let Some(place) = self.banned.get_mut(self.bans % BANNED) {
            *place = short(name);
            self.bans += 1;
        }
        self.all
            .iter_mut()
            .filter(|one| one.is_some_and(|one| one.name == *name))
            .for_each(|one| *one = None);
    }

    /// Whether nothing is heard of a name.
    pub(super) fn is_banned(&self, name: &Name) -> bool {
        self.banned.iter().take(self.bans).any(|one| *one == short(name))
    }

    /// Names that were banned so far.
    pub(super) const fn bans(&self) -> usize {
        self.bans
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(n: u8) -> Name {
        Name([n; 32])
    }

    #[test]
    fn who_misleads_again_and_again_is_banned_and_who_serves_counts_for_more() {
        let mut names = Names::default();
        names.hear(&name(1), 7, 0);
        assert_eq!((names.newest(&name(1)), names.newest(&name(2))), (Some(7), None));
        let before = names.influence(&name(1));
        (0..30).for_each(|_| names.served(&name(1), 0));
        assert!(names.influence(&name(1)) == MAX_INFLUENCE && before == ONE / 4);
        names.hear(&name(2), 1, 0);
        let misled = (1..).find(|_| names.misled(&name(2), 0)).unwrap();
        assert!(misled == 4 && names.is_banned(&name(2)) && !names.is_banned(&name(1)));
    }

    #[test]
    fn what_was_long_ago_is_forgotten() {
        let mut names = Names::default();
        names.hear(&name(1), 1, 0);
        for turn in 0..40 {
            assert!(!names.misled(&name(1), turn * 2 * HALF), "{turn}");
        }
    }

    #[test]
    fn a_majority_is_one_of_those_heard_of_late() {
        let mut names = Names::default();
        for n in 0..3 {
            names.hear(&name(n), 1, 1000);
        }
        names.vote(&name(0), Regime::Storm, 1000);
        names.vote(&name(1), Regime::Calm, 1000);
        assert_eq!(names.votes(2000), (3, 1));
        assert_eq!(names.votes(1000 + VOTE), (0, 0));
    }

    #[test]
    fn the_names_that_are_silent_longest_make_room() {
        let mut names = Names::default();
        (0..200).for_each(|n| names.hear(&name(n), 1, u64::from(n)));
        let known = (0..200).filter(|n| names.newest(&name(*n)).is_some()).count();
        assert!(known == NAMES && names.newest(&name(199)).is_some());
    }
}
