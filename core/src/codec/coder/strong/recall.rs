//! What followed the last times that things looked as they do now: for each context the last few values seen in it.

use alloc::{vec, vec::Vec};

/// Values a context remembers.
pub(super) const DEEP: usize = 8;

/// One kind of context.
#[derive(Debug, Clone)]
pub(super) struct Recall {
    slots: Vec<Slot>,
    /// From a hash to a slot.
    shift: u32,
    /// The one in use, and what it remembers.
    at: usize,
    values: [i32; DEEP],
    /// Which of them lie in the interval in question, the newest the lowest bit.
    inside: u32,
    /// Which of those were asked about last.
    asked: u32,
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

/// 256 ln(2 n + 1), for each set of n values: counting its bits takes longer than to look.
#[expect(clippy::indexing_slicing, reason = "evaluated while compiling")]
static LOG: [i16; 1 << DEEP] = {
    const OF_COUNT: [i16; DEEP + 1] = [0, 281, 412, 498, 562, 614, 657, 693, 725];
    let (mut table, mut set) = ([0; 1 << DEEP], 0);
    while set < table.len() {
        table[set] = OF_COUNT[set.count_ones() as usize];
        set += 1;
    }
    table
};

impl Seen {
    /// Log odds of the upper part, by how many were there.
    #[inline]
    pub(super) fn odds(self) -> i32 {
        let log = |set: u32| LOG.get(set as usize).copied().map_or(0, i32::from);
        log(self.above) - log(self.below)
    }

    /// Log odds of the upper part, by where the newest was.
    #[inline]
    pub(super) fn newest(self) -> i32 {
        let any = self.above | self.below;
        let newest = any & any.wrapping_neg();
        (i32::from(self.above & newest != 0) - i32::from(self.below & newest != 0)) << 8
    }
}

impl Recall {
    /// A list of 2^`log` contexts.
    pub(super) fn new(log: u32) -> Self {
        Self {
            slots: vec![EMPTY; 1 << log],
            shift: 64 - log,
            at: 0,
            values: EMPTY.values,
            inside: 0,
            asked: 0,
        }
    }

    /// Turns to a context; what it remembers is thought to lie in the interval in question.
    pub(super) fn turn(&mut self, context: u64) {
        let hash = context.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.at = (hash >> self.shift) as usize;
        let check = (hash >> 16) as u32 | 1;
        let Some(slot) = self.slots.get_mut(self.at) else { return };
        if slot.check != check {
            *slot = Slot { check, ..EMPTY };
        }
        self.values = slot.values;
        self.inside = self.which(|value| value != NOTHING);
    }

    #[inline(always)]
    fn which(&self, has: impl Fn(i32) -> bool) -> u32 {
        (0..).zip(self.values).fold(0, |bits, (at, value)| bits | u32::from(has(value)) << at)
    }

    /// Which are `middle` or above, and which below.
    #[inline]
    pub(super) fn from(&mut self, middle: i32) -> Seen {
        self.ask(self.which(|value| value >= middle))
    }

    /// Which are `code` (taken as above), and which are not.
    #[inline]
    pub(super) fn at(&mut self, code: i32) -> Seen {
        self.ask(self.which(|value| value == code))
    }

    #[inline]
    fn ask(&mut self, which: u32) -> Seen {
        self.asked = which & self.inside;
        Seen { above: self.asked, below: self.inside & !self.asked }
    }

    /// The value is among what was asked about last, or not.
    #[inline]
    pub(super) fn go(&mut self, up: bool) {
        self.inside = if up { self.asked } else { self.inside & !self.asked };
    }

    /// A rank was added: those from it on are one higher.
    pub(super) fn insert(&mut self, rank: i32) {
        let remembered = self.slots.iter_mut().flat_map(|slot| &mut slot.values);
        remembered.for_each(|value| *value += i32::from(*value >= rank));
    }

    /// Remembers what came.
    pub(super) fn learn(&mut self, value: i32) {
        if let Some(slot) = self.slots.get_mut(self.at) {
            slot.values.rotate_right(1);
            slot.values[0] = value;
        }
    }
}
