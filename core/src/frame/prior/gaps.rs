//! The cells of a column of numbers that are not numbers: where they were tells where they will be.

use crate::{
    entropy::range::Coder,
    table::{Column, Content, Exceptions, Strings},
};
use alloc::vec::Vec;

/// Where a column of numbers has other cells, and which.
#[derive(Debug, Clone)]
pub(super) struct Gaps {
    words: Strings,
    /// How likely a cell is one: behind a number, and behind another such cell.
    chances: [u32; 2],
}

/// Other cells that are known by a number.
const MAX_WORDS: usize = 16;

impl Gaps {
    /// What a column shows; `None` if all its cells are numbers, or the others are of many kinds.
    pub(super) fn new(column: &Column) -> Option<Self> {
        let exceptions = exceptions_of(column);
        let mut words = Strings::new();
        for cell in exceptions.cells.iter() {
            if !words.iter().any(|word| word == cell) {
                words.push(cell);
            }
            if words.len() > MAX_WORDS {
                return None;
            }
        }
        if words.is_empty() {
            return None;
        }
        let (cells, all) = (column.content.cells() as u64, exceptions.at.len() as u64);
        let pairs = exceptions.at.iter().zip(exceptions.at.iter().skip(1));
        let behind = pairs.filter(|(above, here)| **above + 1 == **here).count() as u64;
        let chance = |yes: u64, of: u64| ((((2 * yes + 1) << 15) / (of + 1)) as u32).clamp(64, 65_472);
        Some(Self { words, chances: [chance(all - behind, cells - all), chance(behind, all)] })
    }

    /// Whether all these cells have a number.
    pub(super) fn knows(&self, exceptions: &Exceptions) -> bool {
        exceptions.cells.iter().all(|cell| self.words.iter().any(|word| word == cell))
    }

    /// Codes which of some cells are not numbers: those that are `wanted`, or what the coder says.
    pub(super) fn code(&self, coder: &mut impl Coder, cells: usize, wanted: &Exceptions) -> Exceptions {
        let bits = usize::BITS - (self.words.len() - 1).leading_zeros();
        let mut next = wanted.at.iter().zip(wanted.cells.iter()).peekable();
        let mut found = Exceptions::default();
        let mut behind = false;
        for cell in 0..cells as u32 {
            let word = next.next_if(|(at, _)| **at == cell).map(|(_, word)| word);
            let [usual, again] = self.chances;
            behind = coder.bit(if behind { again } else { usual }, word.is_some());
            if behind {
                let number = self.words.iter().position(|known| Some(known) == word).unwrap_or(0);
                let number = coder.bits(bits, number as u64) as usize;
                found.push(cell, self.words.get(number));
            }
        }
        found
    }
}

/// The cells of a column that are not numbers.
pub(super) fn exceptions_of(column: &Column) -> &Exceptions {
    static NONE: Exceptions = Exceptions { at: Vec::new(), cells: Strings::new() };
    match &column.content {
        Content::Numbers(numbers) => &numbers.exceptions,
        _ => &NONE,
    }
}
