//! What followed the last times that things looked as they do now: for each context the last few values seen in it.

use alloc::{vec, vec::Vec};
use core::cmp::Ordering;

/// Values a context remembers.
pub(super) const DEEP: usize = 8;
/// Contexts a list holds, as a power of two.
const SLOTS: u32 = 10;

/// One kind of context.
#[derive(Debug)]
pub(super) struct Recall {
    slots: Vec<Slot>,
    /// The one in use.
    at: usize,
    check: u32,
}

/// The newest first.
#[derive(Debug, Clone, Copy)]
struct Slot {
    check: u32,
    values: [i32; DEEP],
}

/// No code, so in no interval.
const NOTHING: i32 = i32::MIN;
const EMPTY: Slot = Slot { check: 0, values: [NOTHING; DEEP] };

/// What a list says of an interval.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Seen {
    /// Which values are in its upper part, the newest the lowest bit.
    above: u32,
    /// Which are in its lower part.
    below: u32,
}

/// 256 ln(2 n + 1).
static LOG: [i32; DEEP + 1] = [0, 281, 412, 498, 562, 614, 657, 693, 725];

impl Seen {
    /// Log odds of the upper part, by how many were there.
    #[inline]
    pub(super) fn odds(self) -> i32 {
        let log = |count: u32| LOG.get(count as usize).copied().unwrap_or(0);
        log(self.above.count_ones()) - log(self.below.count_ones())
    }

    /// Log odds of the upper part, by where the newest was.
    #[inline]
    pub(super) fn newest(self) -> i32 {
        match self.above.trailing_zeros().cmp(&self.below.trailing_zeros()) {
            Ordering::Less => 256,
            Ordering::Equal => 0,
            Ordering::Greater => -256,
        }
    }
}

impl Recall {
    pub(super) fn new() -> Self {
        Self { slots: vec![EMPTY; 1 << SLOTS], at: 0, check: 0 }
    }

    /// Turns to a context.
    pub(super) fn turn(&mut self, context: u64) {
        let hash = context.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.at = (hash >> (64 - SLOTS)) as usize;
        self.check = (hash >> 16) as u32 | 1;
        if let Some(slot) = self.slots.get_mut(self.at).filter(|slot| slot.check != self.check) {
            *slot = Slot { check: self.check, ..EMPTY };
        }
    }

    /// How the values remembered lie in [low, high) cut at `middle`.
    #[inline]
    pub(super) fn seen(&self, low: i32, middle: i32, high: i32) -> Seen {
        let values = self.slots.get(self.at).map_or(EMPTY.values, |slot| slot.values);
        let (mut above, mut below) = (0u32, 0u32);
        for (at, value) in values.into_iter().enumerate() {
            above |= u32::from(value >= middle && value < high) << at;
            below |= u32::from(value >= low && value < middle) << at;
        }
        Seen { above, below }
    }

    /// How those in [low, high) are at `code` (taken as above) or elsewhere.
    #[inline]
    pub(super) fn seen_at(&self, low: i32, code: i32, high: i32) -> Seen {
        let values = self.slots.get(self.at).map_or(EMPTY.values, |slot| slot.values);
        let (mut hits, mut others) = (0u32, 0u32);
        for (at, value) in values.into_iter().enumerate() {
            hits |= u32::from(value == code) << at;
            others |= u32::from(value >= low && value < high && value != code) << at;
        }
        Seen { above: hits, below: others }
    }

    /// Remembers what came.
    pub(super) fn learn(&mut self, value: i32) {
        if let Some(slot) = self.slots.get_mut(self.at) {
            slot.values.rotate_right(1);
            slot.values[0] = value;
        }
    }
}
