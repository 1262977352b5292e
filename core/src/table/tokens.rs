//! Numbers the distinct cells of a column in the order they appear: a hash table over short byte strings.

use super::cells::{Cells, Strings};
use crate::num::text::load;
use alloc::{vec, vec::Vec};

/// The distinct cells of a column and which of them stands in each place.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// Distinct cells in the order of their first appearance.
    pub(crate) distinct: Strings,
    /// For each cell, its number in `distinct`.
    pub(crate) ids: Vec<u32>,
    keys: Vec<Key>,
    /// Number + 1 of the token whose key hashes here, 0 if none; its length is a power of two.
    slots: Vec<u32>,
}

/// A cell as two words and its length: all of it if it has up to 16 bytes, else two hashes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Key {
    words: [u64; 2],
    length: u32,
}

const ODD: u64 = 0x9E37_79B9_7F4A_7C15;

impl Key {
    #[inline]
    fn new(text: &[u8], start: usize, end: usize) -> Self {
        let length = end - start;
        let words = match text.get(start..).and_then(<[u8]>::first_chunk::<16>) {
            Some(bytes) if length <= 16 => {
                let all = u128::from_le_bytes(*bytes);
                let kept = all & (u128::MAX.checked_shr(128 - 8 * length as u32).unwrap_or(0));
                [kept as u64, (kept >> 64) as u64]
            }
            _ => Self::slow_words(text.get(start..end).unwrap_or_default()),
        };
        Self { words, length: length as u32 }
    }

    fn slow_words(cell: &[u8]) -> [u64; 2] {
        if cell.len() <= 16 {
            let (low, high) = cell.split_at_checked(8).unwrap_or((cell, &[]));
            return [load(low), load(high)];
        }
        let mut words = [ODD, !ODD];
        for chunk in cell.chunks(8) {
            let word = chunk.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
            words = [mix(words[0] ^ word), mix(words[1].rotate_left(23) ^ word)];
        }
        words
    }

    #[inline]
    fn hash(&self) -> u64 {
        mix(self.words[0] ^ self.words[1].wrapping_mul(ODD).rotate_left(29) ^ u64::from(self.length) << 56)
    }
}

#[inline]
fn mix(word: u64) -> u64 {
    let product = u128::from(word ^ ODD) * 0xD6E8_FEB8_6659_FD93_u128;
    (product >> 64) as u64 ^ product as u64
}

impl Default for Tokens {
    fn default() -> Self {
        Self { distinct: Strings::default(), ids: Vec::new(), keys: Vec::new(), slots: vec![0; 256] }
    }
}

impl Tokens {
    /// Appends cells.
    pub(crate) fn push(&mut self, cells: Cells<'_>) {
        let mut last = (Key { length: u32::MAX, ..Key::default() }, 0);
        cells.for_each_range(|start, end| {
            let key = Key::new(cells.text, start, end);
            if key != last.0 {
                last = (key, self.number(key, cells.text.get(start..end).unwrap_or_default()));
            }
            self.ids.push(last.1);
        });
    }

    /// Appends the cells of another list.
    pub(crate) fn append(&mut self, later: &Self) {
        let number = |cell: &[u8]| self.number(Key::new(cell, 0, cell.len()), cell);
        let numbers: Vec<u32> = later.distinct.iter().map(number).collect();
        let ids = later.ids.iter().map(|id| numbers.get(*id as usize).copied().unwrap_or(0));
        self.ids.extend(ids);
    }

    /// Appends one cell.
    pub(crate) fn push_cell(&mut self, cell: &[u8]) {
        let id = self.number(Key::new(cell, 0, cell.len()), cell);
        self.ids.push(id);
    }

    #[inline]
    fn number(&mut self, key: Key, cell: &[u8]) -> u32 {
        let mask = self.slots.len() - 1;
        let mut slot = key.hash() as usize & mask;
        loop {
            let id = self.slots.get(slot).copied().unwrap_or(0);
            if id == 0 {
                return self.insert(slot, key, cell);
            }
            let known = self.keys.get(id as usize - 1).copied().unwrap_or_default();
            if known == key && (key.length <= 16 || self.distinct.get(id as usize - 1) == cell) {
                return id - 1;
            }
            slot = (slot + 1) & mask;
        }
    }

    #[cold]
    fn insert(&mut self, slot: usize, key: Key, cell: &[u8]) -> u32 {
        self.keys.push(key);
        self.distinct.push(cell);
        let id = self.keys.len() as u32;
        if let Some(slot) = self.slots.get_mut(slot) {
            *slot = id;
        }
        if self.keys.len() * 2 > self.slots.len() {
            self.grow();
        }
        id - 1
    }

    fn grow(&mut self) {
        let mask = self.slots.len() * 2 - 1;
        let mut slots = vec![0; mask + 1];
        for (id, key) in (1..).zip(&self.keys) {
            let mut at = key.hash() as usize & mask;
            while slots.get(at).is_some_and(|taken| *taken != 0) {
                at = (at + 1) & mask;
            }
            if let Some(slot) = slots.get_mut(at) {
                *slot = id;
            }
        }
        self.slots = slots;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    proptest! {
        #[test]
        fn ids_follow_first_appearance(cells in prop::collection::vec("[ab]{0,20}|[0-9]{1,3}|a{15,18}", 0..600)) {
            let mut tokens = Tokens::default();
            let mut known = HashMap::new();
            for cell in &cells {
                tokens.push_cell(cell.as_bytes());
                let next = known.len();
                let id = *known.entry(cell).or_insert(next);
                prop_assert_eq!(*tokens.ids.last().unwrap() as usize, id);
                prop_assert_eq!(tokens.distinct.get(id), cell.as_bytes());
            }
            prop_assert_eq!(tokens.distinct.len(), known.len());
        }
    }

    #[test]
    fn a_cell_is_not_another_with_zeros_behind() {
        let mut tokens = Tokens::default();
        for cell in [&b"a"[..], b"a\0", b"", b"\0"] {
            tokens.push_cell(cell);
        }
        assert_eq!(tokens.ids, [0, 1, 2, 3]);
    }
}
