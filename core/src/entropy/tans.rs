//! The static entropy coder: tANS tables made from counts that are written down before them.
//!
//! ```text
//! table  := tokens varint | counts, a bit stack: of each token in turn, the last first,
//!           4 bits n, then if n > 0 the n - 1 bits of the count below its leading one
//! ```
//! Counts add up to the table's size, two to its logarithm. A table of one token needs no bits for it.

use super::{
    Cursor,
    bits::{Reader, Writer},
    put_varint,
};
use crate::error::Error;
use alloc::{vec, vec::Vec};

/// Logarithm of a table's size at most: with four bytes an entry, 8 KB.
pub const MAX_LOG: u32 = 11;

/// Scales counts so that they add up to two to the `log`, none of those above zero becoming zero. `None` if there are too
/// many tokens for that.
pub fn normalise(counts: &[u32], log: u32) -> Option<Vec<u16>> {
    let size = 1u64 << log;
    let total: u64 = counts.iter().map(|count| u64::from(*count)).sum();
    if total == 0 || counts.iter().filter(|count| **count > 0).count() as u64 > size {
        return None;
    }
    let scale =
        |count: u32| if count == 0 { 0 } else { ((u64::from(count) * size + total / 2) / total).max(1) };
    let mut scaled: Vec<u64> = counts.iter().map(|count| scale(*count)).collect();
    let mut sum: u64 = scaled.iter().sum();
    // Rounding left a few too many or too few: they are taken from, or given to, where they matter least.
    while sum != size {
        let grow = sum < size;
        let loss = |(count, scaled): (&u32, &u64)| {
            let new = if grow { scaled + 1 } else { scaled.checked_sub(1)? };
            // The change in bits is about count / scaled.
            (new > 0 && *count > 0).then(|| (u64::from(*count) << 20) / if grow { *scaled } else { new })
        };
        let losses =
            counts.iter().zip(&scaled).map(loss).enumerate().filter_map(|(i, loss)| Some((loss?, i)));
        let (_, at) =
            if grow { losses.max_by_key(|(loss, i)| (*loss, usize::MAX - i))? } else { losses.min()? };
        let slot = scaled.get_mut(at)?;
        (*slot, sum) = if grow { (*slot + 1, sum + 1) } else { (*slot - 1, sum - 1) };
    }
    Some(scaled.iter().map(|count| *count as u16).collect())
}

/// Appends normalised counts.
pub fn write_counts(counts: &[u16], out: &mut Vec<u8>) {
    let used = counts.iter().rposition(|count| *count > 0).map_or(0, |last| last + 1);
    put_varint(out, used as u64);
    let mut bits = Writer::default();
    for count in counts.iter().take(used) {
        let n = 16 - count.leading_zeros();
        if n > 1 {
            bits.push(u64::from(count ^ (1 << (n - 1))), n - 1);
        }
        bits.push(u64::from(n), 4);
    }
    bits.finish(out);
}

/// Reads normalised counts for a table of two to the `log` entries and at most so many tokens.
pub fn read_counts(cursor: &mut Cursor<'_>, log: u32, most: usize) -> Result<Vec<u16>, Error> {
    let used = usize::try_from(cursor.varint()?).ok().filter(|used| *used <= most);
    let mut counts = vec![0u16; used.ok_or(Error::Corrupt("more tokens than there can be"))?];
    let mut bits = Reader::new(cursor)?;
    let mut sum = 0;
    for count in counts.iter_mut().rev() {
        let n = bits.pop(4) as u32;
        if n > 0 {
            *count = ((1 << (n - 1)) | bits.pop(n - 1)) as u16;
        }
        sum += u32::from(*count);
    }
    bits.finish()?;
    if sum != 1 << log { Err(Error::Corrupt("counts that do not fill their table")) } else { Ok(counts) }
}

/// The tokens of a table's entries: each token's entries lie spread over the whole table.
fn spread(counts: &[u16], log: u32) -> Vec<u16> {
    let size = 1usize << log;
    let step = (size >> 1) + (size >> 3) + 3;
    let mut tokens = vec![0; size];
    let mut at = 0;
    for (token, count) in (0..).zip(counts) {
        for _ in 0..*count {
            if let Some(entry) = tokens.get_mut(at) {
                *entry = token;
            }
            // The step is odd for tables of 16 entries and more, so it meets every entry once.
            at = (at + step) & (size - 1);
        }
    }
    tokens
}

/// Entries of all tables of a block together.
const ENTRIES: usize = 1 << MAX_LOG;

/// Turns tokens into bits: from the last token to the first.
#[derive(Debug)]
pub(crate) struct Encoder {
    /// Tokens of each table.
    width: usize,
    /// For each table and token what, added to a state, has the bits to push in its high half; and the place of its states
    /// less its count.
    tokens: Vec<(u32, i32)>,
    states: [u16; ENTRIES],
}

impl Encoder {
    /// Makes the encoder for the normalised counts of tables of two to the `log` entries, which are 2^[`MAX_LOG`] together.
    pub(crate) fn new(tables: &[Vec<u16>], log: u32) -> Self {
        let width = tables.iter().map(Vec::len).max().unwrap_or(0);
        let mut this = Self { width, tokens: vec![(0, 0); width * tables.len()], states: [0; ENTRIES] };
        let rows = this.tokens.chunks_mut(width.max(1)).zip(this.states.chunks_mut(1 << log));
        for ((at, counts), (tokens, states)) in tables.iter().enumerate().zip(rows) {
            write_steps(counts, log, (at << log) as i32, tokens);
            write_states(counts, log, states);
        }
        this
    }

    /// The place of a table's first token.
    pub(crate) fn table(&self, table: usize) -> usize {
        self.width * table
    }

    /// Goes on to the state of one token more; gives the bits to push and how many. `token` is its place, from that of the
    /// table on.
    #[inline(always)]
    pub(crate) fn step(&self, state: u32, token: usize) -> (u32, u64, u32) {
        let (delta, place) = self.tokens.get(token).copied().unwrap_or((0, 0));
        let bits = state.wrapping_add(delta) >> 16;
        let kept = ((state >> bits) as i32 + place) as usize % ENTRIES;
        let next = self.states.get(kept).copied().unwrap_or(0);
        (u32::from(next), u64::from(state & ((1 << bits) - 1)), bits)
    }
}

/// Writes what each token of a table, whose states start at `start`, does to a state.
fn write_steps(counts: &[u16], log: u32, start: i32, tokens: &mut [(u32, i32)]) {
    let mut start = start;
    for (token, count) in tokens.iter_mut().zip(counts) {
        let count = u32::from(*count);
        let bits = log - count.saturating_sub(1).max(1).ilog2();
        *token = ((bits << 16).wrapping_sub(count << bits), start - count as i32);
        start += count as i32;
    }
}

/// Writes the states of a table's tokens, one token after the other.
fn write_states(counts: &[u16], log: u32, states: &mut [u16]) {
    let size = 1 << log;
    // All states of a token that is alone are where they were: short series are often like that.
    if counts.contains(&size) {
        return states.iter_mut().zip(size..).for_each(|(state, place)| *state = place);
    }
    let mut start = 0;
    let starts = counts.iter().map(|count| {
        start += count;
        start - count
    });
    let mut next: Vec<u16> = starts.collect();
    for (token, entry) in spread(counts, log).into_iter().zip(size..) {
        let Some(next) = next.get_mut(usize::from(token)) else { continue };
        if let Some(state) = states.get_mut(usize::from(*next)) {
            *state = entry;
        }
        *next += 1;
    }
}

/// What a decoder does in a state.
///
/// ```text
/// bits 0..=15 first next state, 16..=19 bits to pop, 20..=31 token
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Entry(u32);

impl Entry {
    /// The token.
    #[inline]
    pub fn token(self) -> usize {
        (self.0 >> 20) as usize
    }

    /// The bits to pop for the next state.
    #[inline]
    pub fn bits(self) -> u32 {
        self.0 >> 16 & 15
    }

    /// The next state, given those bits.
    #[inline]
    pub fn next(self, bits: u64) -> usize {
        (self.0 & 0xFFFF) as usize + bits as usize
    }
}

/// The table of a decoder for normalised counts.
pub fn decoder(counts: &[u16], log: u32) -> Vec<Entry> {
    let mut next: Vec<u32> = counts.iter().map(|count| u32::from(*count)).collect();
    let entry = |token: u16| {
        let Some(slot) = next.get_mut(usize::from(token)) else { return Entry::default() };
        let state = *slot;
        *slot += 1;
        let bits = log - (31 - state.max(1).leading_zeros());
        Entry(u32::from(token) << 20 | bits << 16 | ((state << bits) - (1 << log)))
    };
    spread(counts, log).into_iter().map(entry).collect()
}
