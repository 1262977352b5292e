//! Blocks of the stronger levels: surprises through static tables that are switched by how surprising it was just before.
//!
//! ```text
//! block    := head u8 | [base zigzag varint, if order is 0] | [speed u8 | threshold u8 *, if tables > 1] |
//!             table * | log bits of each lane's first state, then all values: a bit stack
//! head     := bits 0..=1 order, 2..=4 cut, 5..=6 log2 of the number of tables, 7 zero
//! ```
//! A block has [`BLOCK`] values, the last one fewer. They are coded in four *lanes*: lane `l` has the quarter of the block
//! that starts at `l * (values / 4)`, and the last lane also what is left behind that. The decoder takes one value from
//! each lane in turn, then what is left; of each it pops the bits of the next state and then the token's raw bits.
//!
//! Each lane keeps a *mood*, how many bits its surprises have had of late: from 0, by `(256 * bits - mood) >> speed`
//! after each. A value's table is the number of thresholds that `mood >> 6` reaches.

use super::{
    difference::{self, Before, Order},
    mood::{LANES, Mood, bits_of, lanes},
    tables::{self, Coarser, Tables, Tally, Tokens},
};
use crate::{
    codec::{level::Level, windows::windows},
    entropy::{
        Cursor,
        bits::{Reader, Writer},
        put_varint,
        tans::{self, Encoder, Entry},
        token::{CUTS, Cut},
    },
    error::Error,
    num::{unzigzag, zigzag},
};
use alloc::{vec, vec::Vec};

/// Values in a block.
pub(super) const BLOCK: usize = 1 << 16;
/// Raw bits that go through the stack in one piece together with a state's; more go in two.
const MAX_RAW: u32 = 40;

/// Appends a block of at most [`BLOCK`] values.
pub(super) fn encode(values: &[i64], before: Before, level: Level, out: &mut Vec<u8>) {
    let base = values.iter().copied().min().unwrap_or(0);
    let (_, order) = estimate(&windows(values));
    let mut surprises = Vec::new();
    difference::surprises(values, order, base, before, &mut surprises);
    let tokens = Tokens::new(&surprises);
    let tables = Tables::choose(&surprises, &tokens, level);
    out.push(order as u8 | (tables.cut as u8) << 2 | (tables.counts.len().ilog2() as u8) << 5);
    if order == Order::Zero {
        put_varint(out, zigzag(base));
    }
    if tables.counts.len() > 1 {
        out.push(tables.speed as u8);
        out.extend_from_slice(&tables.thresholds);
    }
    tables.counts.iter().for_each(|counts| tans::write_counts(counts, out));
    write_values(&surprises, &tokens, &tables, out);
}

fn write_values(surprises: &[u64], tokens: &Tokens, tables: &Tables, out: &mut Vec<u8>) {
    let log = tables.log();
    let encoder = Encoder::new(&tables.counts, log);
    let rows = tables::table_of_key(&tables.thresholds).map(|table| encoder.table(table.into()) as u16);
    let coarser = tokens.coarser(tables.cut());
    let mut lanes = Lanes { encoder, rows, coarser, states: [1 << log; LANES], stack: Writer::default() };
    // The last popped comes first: the decoder's order from its end.
    let ([first, second, third, fourth], left) = parts(surprises, &tokens.each, &tables.keys);
    left.rev().for_each(|value| lanes.push(3, value));
    for (((a, b), c), d) in first.zip(second).zip(third).zip(fourth).rev() {
        lanes.push(3, d);
        lanes.push(2, c);
        lanes.push(1, b);
        lanes.push(0, a);
    }
    for state in lanes.states.iter().rev() {
        lanes.stack.push(u64::from(state - (1 << log)), log);
    }
    lanes.stack.finish(out);
}

/// The values of each lane and those left behind the last: surprises, their tokens, and the moods before them.
fn parts<'v>(
    surprises: &'v [u64],
    tokens: &'v [u16],
    keys: &'v [u8],
) -> ([impl Values + 'v; LANES], impl Values + 'v) {
    let quarter = surprises.len() / LANES;
    let from = move |start: usize, end: usize| {
        let surprises = surprises.get(start..end).unwrap_or_default().iter();
        let tokens = tokens.get(start..end).unwrap_or_default();
        let keys = keys.get(start..end).unwrap_or_default();
        surprises.zip(tokens).zip(keys).map(|((surprise, token), key)| (*surprise, *token, *key))
    };
    let lanes = core::array::from_fn(|lane| from(lane * quarter, (lane + 1) * quarter));
    (lanes, from(LANES * quarter, surprises.len()))
}

/// Surprises, their tokens, and the moods before them.
trait Values: DoubleEndedIterator<Item = (u64, u16, u8)> + ExactSizeIterator {}
impl<I: DoubleEndedIterator<Item = (u64, u16, u8)> + ExactSizeIterator> Values for I {}

/// Everything that a block's values are encoded with.
struct Lanes {
    encoder: Encoder,
    /// Where the table of each key starts.
    rows: [u16; 256],
    coarser: Vec<Coarser>,
    states: [u32; LANES],
    stack: Writer,
}

impl Lanes {
    /// Pushes a surprise of a lane, whose mood before it is `key`.
    #[inline(always)]
    fn push(&mut self, lane: usize, (surprise, token, key): (u64, u16, u8)) {
        let Some(state) = self.states.get_mut(lane) else { return };
        let Coarser { token, raw_bits } = self.coarser.get(usize::from(token)).copied().unwrap_or_default();
        let row = self.rows.get(usize::from(key)).copied().unwrap_or(0);
        let (next, bits, count) = self.encoder.step(*state, usize::from(row) + usize::from(token));
        *state = next;
        let raw_bits = u32::from(raw_bits);
        let raw = surprise & ((1 << raw_bits) - 1);
        if raw_bits > MAX_RAW {
            self.stack.push(raw & u64::from(u32::MAX), 32);
            self.stack.push(raw >> 32, raw_bits - 32);
            self.stack.push(bits, count);
        } else {
            self.stack.push(raw | bits << raw_bits, raw_bits + count);
        }
    }
}

/// What the decoder keeps of a lane.
#[derive(Debug, Clone, Copy, Default)]
struct Lane {
    state: usize,
    mood: Mood,
}

/// What a token stands for.
#[derive(Debug, Clone, Copy, Default)]
struct Meaning {
    base: u64,
    raw_bits: u32,
    /// Bits of all its numbers.
    bits: u32,
}

/// Everything that a block's values are decoded with.
struct Decoder {
    log: u32,
    speed: u32,
    entries: Vec<Entry>,
    meanings: Vec<Meaning>,
    /// Where the table of each key starts.
    starts: [u16; 256],
}

/// Appends the `count` values of a block.
pub(super) fn decode(
    cursor: &mut Cursor<'_>,
    count: usize,
    before: Before,
    out: &mut Vec<i64>,
) -> Result<(), Error> {
    let head = cursor.u8()?;
    let order =
        Order::ALL.get(usize::from(head & 3)).ok_or(Error::Corrupt("unknown order of differences"))?;
    let cut = CUTS.get(usize::from(head >> 2 & 7)).ok_or(Error::Corrupt("unknown cut of numbers"))?;
    if head >> 7 != 0 {
        return Err(Error::Corrupt("unknown flag of a block"));
    }
    let base = if *order == Order::Zero { unzigzag(cursor.varint()?) } else { 0 };
    let decoder = Decoder::read(cursor, *cut, 1 << (head >> 5))?;
    let mut surprises = vec![0; count];
    decoder.read_values(cursor, &mut surprises)?;
    difference::values(&surprises, *order, base, before, out);
    Ok(())
}

impl Decoder {
    fn read(cursor: &mut Cursor<'_>, cut: Cut, tables: usize) -> Result<Self, Error> {
        let log = tables::log_of(tables);
        let (mut speed, mut thresholds) = (0, &[][..]);
        if tables > 1 {
            speed = u32::from(cursor.u8()?);
            thresholds = cursor.bytes(tables - 1)?;
        }
        if speed > 15 || !thresholds.is_sorted() {
            return Err(Error::Corrupt("impossible choice of tables"));
        }
        let mut entries = Vec::with_capacity(tables << log);
        for _ in 0..tables {
            let counts = tans::read_counts(cursor, log, cut.tokens())?;
            entries.extend(tans::decoder(&counts, log));
        }
        let meaning = |token| {
            let (base, raw_bits) = cut.base(token);
            Meaning { base, raw_bits, bits: bits_of(base) }
        };
        let meanings = (0..cut.tokens() as u32).map(meaning).collect();
        let starts = tables::table_of_key(thresholds).map(|table| u16::from(table) << log);
        Ok(Self { log, speed, entries, meanings, starts })
    }

    fn read_values(&self, cursor: &mut Cursor<'_>, surprises: &mut [u64]) -> Result<(), Error> {
        let mut stack = Reader::new(cursor)?;
        let mut each = [Lane::default(); LANES];
        each.iter_mut().for_each(|lane| lane.state = stack.pop(self.log) as usize);
        let ([first, second, third, fourth], left) = lanes(surprises);
        let [mut one, mut two, mut three, mut four] = each;
        for (((a, b), c), d) in first.iter_mut().zip(second).zip(third).zip(fourth) {
            *a = self.pop(&mut one, &mut stack);
            *b = self.pop(&mut two, &mut stack);
            *c = self.pop(&mut three, &mut stack);
            *d = self.pop(&mut four, &mut stack);
        }
        for value in left {
            *value = self.pop(&mut four, &mut stack);
        }
        stack.finish()
    }

    #[inline(always)]
    fn pop(&self, lane: &mut Lane, stack: &mut Reader<'_>) -> u64 {
        let start = self.starts.get(usize::from(lane.mood.key())).copied().unwrap_or(0);
        let entry = self.entries.get(usize::from(start) + lane.state).copied().unwrap_or_default();
        let Meaning { base, raw_bits, bits: size } =
            self.meanings.get(entry.token()).copied().unwrap_or_default();
        let (raw, bits);
        if raw_bits > MAX_RAW {
            bits = stack.pop(entry.bits());
            raw = stack.pop(raw_bits - 32) << 32 | stack.pop(32);
        } else {
            let both = stack.pop(raw_bits + entry.bits());
            raw = both & ((1 << raw_bits) - 1);
            bits = both >> raw_bits;
        }
        lane.state = entry.next(bits);
        let surprise = base | raw;
        lane.mood.follow(size, self.speed);
        surprise
    }
}

/// Bits, roughly, that the windows take, and the order that takes them.
pub(super) fn estimate(windows: &[&[i64]]) -> (u64, Order) {
    let base = windows.iter().flat_map(|window| window.iter()).copied().min().unwrap_or(0);
    let mut tallies = [const { Tally::EMPTY }; 3];
    for window in windows {
        let [zero, one, two] = &mut tallies;
        let mut last = window.first().copied().unwrap_or(0);
        let mut last_step = 0i64;
        for value in *window {
            let step = value.wrapping_sub(last);
            zero.add(value.wrapping_sub(base).cast_unsigned());
            one.add(zigzag(step));
            two.add(zigzag(step.wrapping_sub(last_step)));
            (last, last_step) = (*value, step);
        }
    }
    let costs = tallies.iter().map(Tally::bits).zip(Order::ALL);
    costs.min_by_key(|(cost, _)| *cost).unwrap_or((0, Order::One))
}
