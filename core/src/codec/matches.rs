//! Finding repeats: where in the run so far the bytes at hand stood before.

use crate::codec::level::Level;
use alloc::{vec, vec::Vec};

/// Wire: bytes of the shortest match.
pub(super) const MIN_MATCH: usize = 4;
/// Logarithm of the number of places that hashes lead to at most.
const MAX_HASH_BITS: u32 = 16;
/// Earlier places looked at.
const DEPTH: usize = 4;
/// A match this long is taken without looking further.
const LONG_ENOUGH: usize = 96;
/// Positions inside a match that later matches can start from are all known up to here.
const MAX_INSERTED: usize = 512;
/// Bytes that a match must be long at least if it lies so far back.
const FAR: [(usize, usize); 2] = [(1 << 16, 6), (1 << 12, 5)];

/// Literals and the match after them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sequence {
    pub(super) literals: usize,
    pub(super) length: usize,
    pub(super) distance: usize,
}

/// The sequences that make `data`; what is behind the last is literals.
pub(super) fn find(data: &[u8], level: Level) -> Vec<Sequence> {
    let depth = if level == Level::FASTEST { 1 } else { DEPTH };
    let hash_bits = hash_bits(data.len());
    let mut finder = Finder { data, heads: vec![0; 1 << hash_bits], hash_bits, before: Vec::new(), depth };
    if depth > 1 {
        finder.before = vec![0; data.len()];
    }
    let mut sequences = Vec::new();
    let (mut at, mut start, mut last) = (0, 0, 1);
    while at + MIN_MATCH <= data.len() {
        let Some(mut found) = finder.best(at, last) else {
            finder.insert(at);
            // Where nothing repeats, look ever less often.
            at += 1 + (at - start) / 64;
            continue;
        };
        finder.insert(at);
        if depth > 1
            && found.length < LONG_ENOUGH
            && let Some(next) = finder.best(at + 1, last)
            && next.length > found.length + 1
        {
            at += 1;
            found = next;
            finder.insert(at);
        }
        let end = at + found.length;
        for inside in (at + 1..end).take(MAX_INSERTED).step_by(if depth > 1 { 1 } else { 4 }) {
            finder.insert(inside);
        }
        sequences.push(Sequence { literals: at - start, length: found.length, distance: found.distance });
        (at, start, last) = (end, end, found.distance);
    }
    sequences
}

/// Returns the logarithm of a length that leaves room between the places of `bytes` bytes: to clear more takes longer than
/// to search a short run.
fn hash_bits(bytes: usize) -> u32 {
    bytes.max(1).ilog2().saturating_add(4).min(MAX_HASH_BITS)
}

#[derive(Debug, Clone, Copy)]
struct Match {
    length: usize,
    distance: usize,
}

struct Finder<'d> {
    data: &'d [u8],
    /// The last place + 1 of each hash; 0 if there is none.
    heads: Vec<u32>,
    hash_bits: u32,
    /// The place + 1 of the same hash before each place; empty if only the last is kept.
    before: Vec<u32>,
    depth: usize,
}

impl Finder<'_> {
    fn hash(&self, at: usize) -> Option<usize> {
        let bytes = self.data.get(at..)?.first_chunk::<MIN_MATCH>()?;
        Some((u32::from_le_bytes(*bytes).wrapping_mul(0x9E37_79B1) >> (32 - self.hash_bits)) as usize)
    }

    fn insert(&mut self, at: usize) {
        let Some(head) = self.hash(at).and_then(|hash| self.heads.get_mut(hash)) else { return };
        if let Some(before) = self.before.get_mut(at) {
            *before = *head;
        }
        *head = at as u32 + 1;
    }

    /// The longest match at a place, if there is one worth taking; the last distance is looked at first.
    fn best(&self, at: usize, last: usize) -> Option<Match> {
        let mut best = Match { length: MIN_MATCH - 1, distance: 0 };
        if let Some(place) = at.checked_sub(last) {
            let length = self.length(place, at);
            if length >= MIN_MATCH {
                best = Match { length: length + 1, distance: last };
            }
        }
        let mut place = self.hash(at).and_then(|hash| self.heads.get(hash)).copied().unwrap_or(0);
        for _ in 0..self.depth {
            let Some(earlier) = (place as usize).checked_sub(1) else { break };
            let distance = at - earlier;
            // A longer match must also have the byte behind the longest so far.
            let behind = best.length.min(self.data.len() - at - 1);
            if self.data.get(earlier + behind) != self.data.get(at + behind) {
                place = self.before.get(earlier).copied().unwrap_or(0);
                continue;
            }
            let length = self.length(earlier, at);
            let needed = FAR.iter().find(|(far, _)| distance > *far).map_or(MIN_MATCH, |(_, needed)| *needed);
            if length > best.length && length >= needed {
                best = Match { length, distance };
                if length >= LONG_ENOUGH {
                    break;
                }
            }
            place = self.before.get(earlier).copied().unwrap_or(0);
        }
        if best.distance == last {
            best.length = self.length(at - last, at);
        }
        (best.distance > 0).then_some(best)
    }

    /// How many bytes at two places are the same.
    fn length(&self, earlier: usize, at: usize) -> usize {
        let (Some(then), Some(now)) = (self.data.get(earlier..), self.data.get(at..)) else { return 0 };
        let eights = then.as_chunks::<8>().0.iter().zip(now.as_chunks::<8>().0);
        let mut same = 0;
        for (a, b) in eights {
            let differing = u64::from_le_bytes(*a) ^ u64::from_le_bytes(*b);
            if differing != 0 {
                return same + differing.trailing_zeros() as usize / 8;
            }
            same += 8;
        }
        let rest = then.iter().zip(now).skip(same);
        same + rest.take_while(|(a, b)| a == b).count()
    }
}
