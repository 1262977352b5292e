//! The genes that a peer hears, beside its own neuron: which may sit down, how each does, and which are worth passing on.

use super::{Address, packet::GENE_BYTES, window::Trial, window::apart};
use crate::{
    neuron::{LAGS, Lost},
    trust::Name,
};
use alloc::boxed::Box;

pub(super) use crate::neuron::SLOTS;

/// Tuning: places of one name.
const A_NAME: usize = 2;
/// Tuning: places of what one contact has sent, as long as nothing can be tried.
const A_SENDER: usize = 3;
/// Tuning: a gene that says the same as one that is heard but for less than this part of its error is a double.
const DOUBLE: u64 = 20;
/// Tuning: a gene may be off by one part in so many more than the own neuron was.
const MARGIN: u64 = 50;
/// Tuning: bits (Q16) by which a gene has to be ahead of the own neuron to have served.
const SERVED: i64 = 4 << 16;
/// Tuning: bits (Q16) that a gene loses against the own neuron in its first samples, so many, if it misleads.
const MISLED: i64 = -(32 << 16);
const FIRST: u32 = 64;
/// Credit fades by 2^-11 a sample.
const FADE: u32 = 11;
/// Tuning: how often a gene that has served is passed on.
const PUSHES: u8 = 3;

/// A gene that is heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) packet: [u8; GENE_BYTES],
    pub(super) name: Name,
    pub(super) sequence: u64,
    pub(super) weights: [i32; LAGS],
    /// Who has sent it.
    pub(super) from: Address,
    /// By how many bits (Q16) it was ahead of the own neuron of late.
    pub(super) credit: i64,
    /// Samples since it sat down.
    age: u32,
    pub(super) pushes: u8,
    verdict: Option<Verdict>,
}

/// What became clear of a gene.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It predicts better than the own neuron, by some bits.
    Served,
    /// It was good on the window and bad from then on.
    Misled,
}

/// The genes that are heard, place by place.
#[derive(Debug, Clone, Default)]
pub(super) struct Slots {
    all: [Option<Box<Slot>>; SLOTS],
}

impl Slot {
    pub(super) fn new(
        packet: [u8; GENE_BYTES],
        name: Name,
        sequence: u64,
        weights: [i32; LAGS],
        from: Address,
    ) -> Self {
        Self { packet, name, sequence, weights, from, credit: 0, age: 0, pushes: 0, verdict: None }
    }

    /// Takes what a sample cost the own neuron and this gene; says what has become clear.
    fn judge(&mut self, own: u32, lost: u32) -> Option<Verdict> {
        self.age = self.age.saturating_add(1);
        self.credit += i64::from(own) - i64::from(lost) - (self.credit >> FADE);
        let verdict = match self.credit {
            SERVED.. => Verdict::Served,
            ..=MISLED if self.age <= FIRST => Verdict::Misled,
            _ => return None,
        };
        if self.verdict.is_some() {
            return None;
        }
        self.verdict = Some(verdict);
        self.pushes = if verdict == Verdict::Served { PUSHES } else { 0 };
        Some(verdict)
    }
}

impl Slots {
    pub(super) fn iter(&self) -> impl Iterator<Item = &Slot> + Clone {
        self.all.iter().flatten().map(|slot| &**slot)
    }

    pub(super) fn find(&self, name: &Name, sequence: u64) -> Option<&Slot> {
        self.iter().find(|slot| slot.name == *name && slot.sequence == sequence)
    }

    pub(super) fn seat(&mut self, place: usize, slot: Slot) {
        if let Some(old) = self.all.get_mut(place) {
            *old = Some(Box::new(slot));
        }
    }

    /// Takes what a sample cost everybody; tells of each gene what has become clear.
    pub(super) fn judge(&mut self, lost: &Lost, mut tell: impl FnMut(&Slot, Verdict)) {
        for (slot, loss) in self.all.iter_mut().zip(lost.places()) {
            if let Some(slot) = slot
                && let Some(verdict) = slot.judge(lost.own, *loss)
            {
                tell(slot, verdict);
            }
        }
    }

    /// The gene to pass on next: of those that are to be, the one with the most credit by what its name counts for.
    pub(super) fn next(&mut self, influence: impl Fn(&Name) -> u32) -> Option<&mut Slot> {
        let worth = |slot: &Slot| i128::from(slot.credit) * i128::from(influence(&slot.name));
        let due = self.all.iter_mut().flatten().filter(|slot| slot.pushes > 0 && slot.credit > 0);
        due.max_by_key(|slot| worth(slot)).map(|slot| &mut **slot)
    }

    /// Where a gene may sit down on which nothing can be tried yet: in a free place, and nobody sends more than some.
    pub(super) fn cold_place(&self, name: &Name, from: Address) -> Option<usize> {
        let count = |is_one: &dyn Fn(&Slot) -> bool| self.iter().filter(|slot| is_one(slot)).count();
        let may = count(&|slot| slot.name == *name) < A_NAME && count(&|slot| slot.from == from) < A_SENDER;
        self.all.iter().position(Option::is_none).filter(|_| may)
    }

    /// Where a gene may sit down, if anywhere.
    pub(super) fn place(&self, name: &Name, weights: &[i32; LAGS], trial: &Trial) -> Option<usize> {
        let of_name = self.iter().filter(|slot| slot.name == *name).count();
        let free = self.all.iter().position(Option::is_none);
        let (said, missed) = trial.of(weights);
        if missed > trial.own + trial.own / MARGIN {
            return None;
        }
        let mut worst: Option<(u64, usize)> = None;
        for (place, slot) in self.all.iter().enumerate() {
            let Some(slot) = slot else { continue };
            let (others, its) = trial.of(&slot.weights);
            if apart(&said, &others) * DOUBLE <= its {
                return (missed < its).then_some(place);
            }
            let may_go = of_name < A_NAME || slot.name == *name;
            worst = worst.max(may_go.then_some((its, place)));
        }
        let instead = worst.filter(|(its, _)| missed < *its).map(|(_, place)| place);
        free.filter(|_| of_name < A_NAME).or(instead)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::swarm::window::Window;

    /// A window of a series whose next step is the last one times -1/2, and a step now and then.
    fn trial() -> Trial {
        let (mut window, mut sample, mut step) = (Window::default(), 0, 0);
        for i in 0..100 {
            window.push(sample, 400);
            step = if i % 5 == 0 { 1000 } else { -step / 2 };
            sample += step;
        }
        window.trial().unwrap()
    }

    fn first(weight: i32) -> [i32; LAGS] {
        let mut weights = [0; LAGS];
        weights[0] = weight;
        weights
    }

    fn slot(name: u8, weight: i32) -> Slot {
        Slot::new([0; GENE_BYTES], Name([name; 32]), 1, first(weight), 0)
    }

    const HALF: i32 = 1 << 15;

    #[test]
    fn what_was_worse_than_the_own_neuron_finds_no_place() {
        let (slots, name) = (Slots::default(), Name([1; 32]));
        assert_eq!(slots.place(&name, &first(-HALF), &trial()), Some(0));
        assert_eq!(slots.place(&name, &first(16 << 16), &trial()), None);
    }

    #[test]
    fn a_double_takes_only_the_place_of_its_double() {
        let mut slots = Slots::default();
        slots.seat(0, slot(1, -HALF + 400));
        slots.seat(1, slot(2, 0));
        let place = |weight| slots.place(&Name([3; 32]), &first(weight), &trial());
        assert_eq!((place(-HALF), place(-HALF + 500)), (Some(0), None));
        assert_eq!(place(-HALF / 2), Some(2));
    }

    #[test]
    fn a_name_has_two_places_and_the_worst_makes_room() {
        let mut slots = Slots::default();
        for place in 0..SLOTS {
            let name = if place < 2 { 1 } else { place as u8 };
            slots.seat(place, slot(name, HALF + (place as i32) * 4000));
        }
        let place = |name, weight| slots.place(&Name([name; 32]), &first(weight), &trial());
        assert_eq!((place(1, -HALF), place(9, -HALF)), (Some(1), Some(7)));
        assert_eq!(slots.cold_place(&Name([9; 32]), 5), None);
    }
}
