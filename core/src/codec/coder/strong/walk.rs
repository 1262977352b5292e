//! One value as a few decisions: is it the expected one, is it above, how far, and where in there.
//!
//! Every decision is "at `middle` or above, if it lies in [low, high)". The densities, the values seen before in such
//! places and counters of such decisions each say how likely that is; a mixer weighs what they say.
//!
//! ```text
//! value  := same? | above? | bucket | place in the bucket
//! bucket := widths 2^k, 2^k, 2^(k+1), 2^(k+2), ... away from the centre; a bit each for going on
//! place  := halvings; the last ones, where nothing is known any more, as plain bits
//! ```

use super::{
    average::{AVERAGES, Average},
    line::Line,
    panel::{Panel, Room, Strength},
    recall::{Recall, Seen},
};
use crate::entropy::{
    logistic::{squash, stretch},
    mix::{Correction, Counter, Mixer, OPINIONS},
    range::Coder,
};
use alloc::{vec, vec::Vec};

/// Kinds of contexts that counters are kept for.
pub(super) const CONTEXTS: usize = 12;
/// Kinds of contexts whose values are remembered.
pub(super) const RECALLS: usize = 6;
const _: () = assert!(AVERAGES + CONTEXTS + 2 * RECALLS < OPINIONS);
/// Decisions that share a line of counters.
const LINE: usize = 16;
const CLASSES: usize = 4 + 20 + 2 * HALVINGS as usize;
/// Halvings that are modelled at most.
const HALVINGS: u32 = 16;
/// Halvings that share a line of counters.
const HALVINGS_A_LINE: u32 = LINE.trailing_zeros();
/// Buckets that have counters of their own.
const BUCKETS: u32 = 9;

/// Where a decision stands: its class for the mixer, its line of counters and its place there.
#[derive(Debug, Clone, Copy)]
struct Node {
    class: usize,
    line: u64,
    place: usize,
}

impl Node {
    fn bucket(at: u32, above: bool) -> Self {
        let at = at.min(BUCKETS);
        let side = usize::from(!above);
        let place = 2 + 2 * at as usize + side;
        Self { class: 4 + 2 * at as usize + side, line: (place / LINE) as u64, place: place % LINE }
    }

    /// The halving at `depth`, after the halvings that `path` tells, a bit each below a leading one.
    fn half(bucket: u32, above: bool, depth: u32, path: u64, width: u32) -> Self {
        let side = u64::from(!above);
        let (whole, part) = (depth / HALVINGS_A_LINE, depth % HALVINGS_A_LINE);
        let (before, place) =
            if whole == 0 { (0, path) } else { (path >> part, 1 << part | path & ((1 << part) - 1)) };
        let line = 2 + u64::from(bucket.min(12)) * 2 + side + (u64::from(width) << 8) + (before << 16);
        Self { class: 24 + 2 * depth as usize + side as usize, line, place: place as usize }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Walk {
    average: Average,
    counters: Vec<Counter>,
    /// From a hash to a line of counters.
    lines_shift: u32,
    /// Hashes of contexts, times [`LINES`].
    contexts: Vec<u64>,
    recalls: Vec<Recall>,
    mixer: Mixer,
    by_class: Correction,
    by_node: Correction,
    /// From a hash to a context of that.
    nodes_shift: u32,
    /// Halvings that are modelled.
    halvings: u32,
    /// Half-octave of the scale.
    scale: u32,
}

impl Walk {
    pub(super) fn new(strength: Strength) -> Self {
        let Strength { contexts, recalls, halvings, room: Room { counters, nodes, slots }, .. } = strength;
        let parts = [(AVERAGES, 29_491), (contexts, 780), (2 * recalls, 910), (1, 0)];
        let start: Vec<i32> =
            parts.into_iter().flat_map(|(count, weight)| core::iter::repeat_n(weight, count)).collect();
        Self {
            average: Average::new(),
            counters: vec![Counter::default(); 1 << counters],
            lines_shift: 64 - counters + LINE.trailing_zeros(),
            contexts: vec![0; contexts],
            recalls: (0..recalls).map(|_| Recall::new(slots)).collect(),
            mixer: Mixer::new(CLASSES, &start),
            by_class: Correction::new(CLASSES),
            by_node: Correction::new(1 << nodes),
            nodes_shift: 64 - nodes,
            halvings: halvings.min(HALVINGS),
            scale: 0,
        }
    }

    /// A rank was added: those from it on are one higher.
    pub(super) fn insert(&mut self, rank: i64) {
        self.recalls.iter_mut().for_each(|recall| recall.insert(rank.clamp(0, i64::from(i32::MAX)) as i32));
    }

    /// Turns to the contexts of the next value.
    pub(super) fn turn(&mut self, contexts: [u64; CONTEXTS], recalls: [u64; RECALLS], scale: u32) {
        for ((slot, context), number) in self.contexts.iter_mut().zip(contexts).zip(1u64..) {
            let context = (context.wrapping_add(number << 56)).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ number;
            *slot = context.wrapping_mul(LINES);
        }
        for (recall, context) in self.recalls.iter_mut().zip(recalls) {
            recall.turn(context);
        }
        self.scale = scale;
    }

    /// Codes a value of `line` around what is expected.
    pub(super) fn value(
        &mut self,
        coder: &mut impl Coder,
        panel: &Panel,
        line: &Line<'_>,
        expected: Expected,
        wanted: i64,
    ) -> i64 {
        let mut value = Value { walk: self, coder, line, low: line.low, high: line.high, wanted };
        value.walk.average.begin(panel.densities(), line.bound(line.low), line.bound(line.high));
        if !value.is(expected) {
            let above = value.is_above(expected);
            let bucket = value.bucket(above, expected.width);
            value.place(above, bucket, expected.width);
        }
        let code = value.low;
        // A narrow interval says little of a wide density: it is widened alike for all.
        let slack = panel.scale() >> 4;
        self.average.learn(panel.densities(), line.bound(code) - slack, line.bound(code + 1) + slack);
        self.recalls.iter_mut().for_each(|recall| recall.learn(relative(line, code)));
        code
    }

    /// What the lists say to a question.
    fn recalled(&mut self, mut ask: impl FnMut(&mut Recall) -> Seen) -> [Seen; RECALLS] {
        let mut seen = [Seen::default(); RECALLS];
        seen.iter_mut().zip(&mut self.recalls).for_each(|(seen, recall)| *seen = ask(recall));
        seen
    }

    /// The value is above what was asked about last, or below.
    fn go(&mut self, up: bool) {
        self.average.go(up);
        self.recalls.iter_mut().for_each(|recall| recall.go(up));
    }

    /// Codes one decision.
    fn decide(
        &mut self,
        coder: &mut impl Coder,
        node: Node,
        chances: [u32; AVERAGES],
        seen: [Seen; RECALLS],
        wanted: bool,
    ) -> bool {
        let mut opinions = [0i16; OPINIONS];
        let mut slots = [0; CONTEXTS];
        let mut count = 0;
        let mut say = |opinion: i32| {
            if let Some(slot) = opinions.get_mut(count) {
                *slot = opinion as i16;
                count += 1;
            }
        };
        chances.into_iter().for_each(|chance| say(stretch(chance)));
        let line = node.line.wrapping_mul(0xD6E8_FEB8_6659_FD93).wrapping_mul(LINES);
        for (slot, context) in slots.iter_mut().zip(&self.contexts) {
            let line = context.wrapping_add(line) >> self.lines_shift;
            *slot = line as usize * LINE + node.place;
            say(self.counters.get(*slot).map_or(0, |counter| counter.opinion()));
        }
        for seen in seen.iter().take(self.recalls.len()) {
            say(seen.odds());
            say(seen.newest());
        }
        say(256);
        let mixed = self.mixer.mix(node.class, &opinions);
        let spot = (node.line.wrapping_mul(31) + node.place as u64) * 24 + u64::from(self.scale);
        let spot = (spot.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> self.nodes_shift) as usize;
        let (first, first_place) = self.by_class.chance(node.class, mixed);
        let (second, second_place) = self.by_node.chance(spot, mixed);
        let chance = ((2 * squash(mixed) + first + second) >> 2).clamp(4, 65_532);
        let bit = coder.bit(chance, wanted);
        self.by_class.learn(node.class, first_place, bit);
        self.by_node.learn(spot, second_place, bit);
        self.mixer.learn(node.class, &opinions, mixed, bit, RATE);
        for (slot, _) in slots.iter().zip(&self.contexts) {
            if let Some(counter) = self.counters.get_mut(*slot) {
                counter.learn(bit, 160);
            }
        }
        bit
    }
}

/// Spreads the sum of a context and a line of decisions over all lines: both are multiplied, so that their sum need not be.
const LINES: u64 = 0xA24B_AED4_963E_E407;

/// How fast the mixer learns.
const RATE: i32 = 24;

/// What a value is coded around.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected {
    pub(super) code: i64,
    /// Whether that is the last value rather than the predicted one.
    pub(super) is_last: bool,
    /// The first buckets are 2^this wide.
    pub(super) width: u32,
}

/// A value while it is coded: it lies in [low, high).
struct Value<'w, 'l, C> {
    walk: &'w mut Walk,
    coder: &'w mut C,
    line: &'w Line<'l>,
    low: i64,
    high: i64,
    wanted: i64,
}

impl<C: Coder> Value<'_, '_, C> {
    /// Whether it is the expected one; [low, high) closes around it if so.
    fn is(&mut self, expected: Expected) -> bool {
        if self.high - self.low <= 1 {
            return true;
        }
        let (code, line) = (expected.code, self.line);
        let chances = self.walk.average.hole(line.bound(code), line.bound(code + 1));
        let at = relative(line, code);
        let seen = self.walk.recalled(|recall| recall.at(at));
        let node =
            Node { class: usize::from(expected.is_last), line: u64::from(expected.width) << 8, place: 0 };
        let same = self.walk.decide(self.coder, node, chances, seen, self.wanted == code);
        self.walk.recalls.iter_mut().for_each(|recall| recall.go(same));
        if same {
            (self.low, self.high) = (code, code + 1);
        }
        same
    }

    fn is_above(&mut self, expected: Expected) -> bool {
        let code = expected.code;
        let next = relative(self.line, code + 1);
        let seen = self.walk.recalled(|recall| recall.from(next));
        let above = if code == self.low {
            true
        } else if code + 1 == self.high {
            false
        } else {
            let chances = self.walk.average.above_hole();
            let node = Node { class: 2 + usize::from(expected.is_last), line: 0, place: 1 };
            self.walk.decide(self.coder, node, chances, seen, self.wanted > code)
        };
        self.walk.go(above);
        if above {
            self.low = code + 1;
        } else {
            self.high = code;
        }
        above
    }

    /// Closes in on a bucket and gives its number.
    fn bucket(&mut self, above: bool, width: u32) -> u32 {
        let (mut reach, mut number) = (1i64 << width, 0);
        loop {
            let bound = if above { self.low + reach } else { self.high - reach };
            if bound <= self.low
                || bound >= self.high
                || self.split(Node::bucket(number, above), bound) != above
            {
                return number;
            }
            if number > 0 {
                reach *= 2;
            }
            number += 1;
        }
    }

    /// Closes in on the place in the bucket.
    fn place(&mut self, above: bool, bucket: u32, width: u32) {
        let (mut depth, mut path) = (0, 1);
        while self.high - self.low > 1 {
            let middle = self.low + (self.high - self.low) / 2;
            if depth < self.walk.halvings {
                let up = self.split(Node::half(bucket, above, depth, path, width), middle);
                path = 2 * path + u64::from(up);
                depth += 1;
            } else if self.coder.bit(1 << 15, self.wanted >= middle) {
                self.low = middle;
            } else {
                self.high = middle;
            }
        }
    }

    /// Whether it is at `middle` or above.
    fn split(&mut self, node: Node, middle: i64) -> bool {
        let chances = self.walk.average.split(self.line.bound(middle));
        let middle_place = relative(self.line, middle);
        let seen = self.walk.recalled(|recall| recall.from(middle_place));
        let up = self.walk.decide(self.coder, node, chances, seen, self.wanted >= middle);
        self.walk.go(up);
        if up {
            self.low = middle;
        } else {
            self.high = middle;
        }
        up
    }
}

/// A code as lists remember it; those too far from the origin look alike.
fn relative(line: &Line<'_>, code: i64) -> i32 {
    let most = i64::from(i32::MAX);
    (code - line.origin).clamp(-most, most) as i32
}
