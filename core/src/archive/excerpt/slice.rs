//! A part of a text, and what shows that it belongs to the BLAKE3 hash of the whole.
//!
//! ```text
//! slice := bytes of the last chunk u16 LE | node
//! node  := 0 | value [u8; 32]         of a subtree that holds nothing of the part
//!        | 1 | chunk                  as it is: all but the last have 1024 bytes
//!        | 2 | node | node
//! ```
//! BLAKE3 is a tree over chunks of 1024 bytes, each of which is hashed with its number. The chunks that are shown are those that
//! hold some of the part, and no others; so the length of the whole text need not be known.

use alloc::vec::Vec;
use blake3::{
    Hasher,
    hazmat::{HasherExt as _, Mode, left_subtree_len, merge_subtrees_non_root, merge_subtrees_root},
};
use core::ops::Range;

/// Wire: bytes of a chunk.
const CHUNK: u64 = 1024;
/// Wire: bytes that stand for a subtree.
const VALUE: usize = 32;
/// Limit: how deep a tree over 2^64 bytes is.
const MAX_DEPTH: u8 = 54;

const HIDDEN: u8 = 0;
const SHOWN: u8 = 1;
const PARENT: u8 = 2;

/// A subtree: where it begins in the text, and how many bytes it has.
#[derive(Debug, Clone, Copy)]
struct Subtree {
    at: u64,
    length: u64,
}

impl Subtree {
    /// Its halves, if it is more than a chunk.
    fn halves(self) -> Option<(Self, Self)> {
        let left = (self.length > CHUNK).then(|| left_subtree_len(self.length))?;
        Some((Self { length: left, ..self }, Self { at: self.at + left, length: self.length - left }))
    }

    fn meets(self, part: &Range<u64>) -> bool {
        self.at < part.end && part.start < self.at + self.length
    }
}

/// Returns the chaining value of a run of chunks that begins at byte `at`.
fn value(at: u64, text: &[u8]) -> [u8; VALUE] {
    Hasher::new().set_input_offset(at).update(text).finalize_non_root()
}

/// Appends the slice of `text` that shows `part`, which is not empty.
pub(super) fn write(text: &[u8], part: &Range<u64>, out: &mut Vec<u8>) {
    let last = part.end.saturating_sub(1) / CHUNK * CHUNK;
    let bytes = (text.len() as u64).saturating_sub(last).min(CHUNK);
    out.extend_from_slice(&(bytes as u16).to_le_bytes());
    write_node(Subtree { at: 0, length: text.len() as u64 }, text, part, out);
}

fn write_node(tree: Subtree, text: &[u8], part: &Range<u64>, out: &mut Vec<u8>) {
    if !tree.meets(part) {
        out.push(HIDDEN);
        return out.extend_from_slice(&value(tree.at, text));
    }
    let halves = tree.halves().and_then(|(left, right)| {
        let (left_text, right_text) = text.split_at_checked(usize::try_from(left.length).ok()?)?;
        Some([(left, left_text), (right, right_text)])
    });
    match halves {
        Some(halves) => {
            out.push(PARENT);
            halves.into_iter().for_each(|(tree, text)| write_node(tree, text, part, out));
        }
        None => {
            out.push(SHOWN);
            out.extend_from_slice(text);
        }
    }
}

/// The part of a text that a slice holds, and the hash that it leads to.
pub(super) struct Shown {
    /// The hash of the whole text, if the slice is as it was written.
    pub(super) hash: [u8; 32],
    /// The part.
    pub(super) part: Vec<u8>,
    /// The text ends with it.
    pub(super) is_end: bool,
}

/// A slice being read.
struct Slice<'a> {
    rest: &'a [u8],
    /// The chunks that have been read, one behind the other.
    text: Vec<u8>,
    /// The number of the next chunk.
    next: u64,
    /// The number of the last one, and its bytes.
    last: (u64, usize),
    /// Whether the last one is the last of the text.
    is_end: bool,
}

/// Reads the slice at the front of `bytes` that shows `part`; what follows it stays.
pub(super) fn read(bytes: &mut &[u8], part: &Range<u64>) -> Option<Shown> {
    let (last_bytes, rest) = bytes.split_first_chunk()?;
    let last_bytes = u16::from_le_bytes(*last_bytes);
    if part.is_empty() || last_bytes == 0 || u64::from(last_bytes) > CHUNK {
        return None;
    }
    let (next, last) = (part.start / CHUNK, (part.end - 1) / CHUNK);
    let last = (last, usize::from(last_bytes));
    let mut slice = Slice { rest, text: Vec::new(), next, last, is_end: false };
    let hash = slice.root()?;
    let skipped = usize::try_from(part.start % CHUNK).ok()?;
    let wanted = usize::try_from(part.end - part.start).ok()?;
    let shown = slice.text.get(skipped..)?.get(..wanted)?.to_vec();
    let is_end = slice.is_end && skipped + wanted == slice.text.len();
    *bytes = slice.rest;
    (slice.next == slice.last.0 + 1).then_some(Shown { hash, part: shown, is_end })
}

impl<'a> Slice<'a> {
    fn root(&mut self) -> Option<[u8; 32]> {
        match self.tag()? {
            SHOWN => Some(*blake3::hash(self.chunk(true)?).as_bytes()),
            PARENT => {
                let (left, right) = (self.node(1, false)?, self.node(1, true)?);
                Some(*merge_subtrees_root(&left, &right, Mode::Hash).as_bytes())
            }
            _ => None,
        }
    }

    fn node(&mut self, depth: u8, is_right: bool) -> Option<[u8; VALUE]> {
        let at = self.next.checked_mul(CHUNK)?;
        match self.tag()? {
            HIDDEN => {
                let (value, rest) = self.rest.split_first_chunk()?;
                self.rest = rest;
                Some(*value)
            }
            SHOWN => Some(value(at, self.chunk(is_right)?)),
            PARENT if depth < MAX_DEPTH => {
                let (left, right) = (self.node(depth + 1, false)?, self.node(depth + 1, is_right)?);
                Some(merge_subtrees_non_root(&left, &right, Mode::Hash))
            }
            _ => None,
        }
    }

    fn tag(&mut self) -> Option<u8> {
        let (tag, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*tag)
    }

    fn chunk(&mut self, is_right: bool) -> Option<&'a [u8]> {
        let (last, bytes) = self.last;
        let length = match self.next {
            next if next < last => CHUNK as usize,
            next if next == last => bytes,
            _ => return None,
        };
        let (chunk, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        self.is_end = is_right;
        self.next += 1;
        self.text.extend_from_slice(chunk);
        Some(chunk)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{vec, vec::Vec};

    #[test]
    fn every_part_of_a_text_is_shown_by_its_slice_alone() {
        for length in [1, 1023, 1024, 1025, 2048, 3000, 5000, 9000] {
            let text: Vec<u8> = (0..length).map(|at| (at * 31 % 251) as u8).collect();
            for start in (0..length).step_by(977) {
                for end in [start + 1, start + 700, length]
                    .into_iter()
                    .filter(|end| (start + 1..=length).contains(end))
                {
                    let (mut slice, part) = (vec![], start as u64..end as u64);
                    write(&text, &part, &mut slice);
                    slice.push(7);
                    let mut rest = &slice[..];
                    let shown = read(&mut rest, &part).unwrap();
                    assert_eq!(shown.hash, *blake3::hash(&text).as_bytes());
                    assert_eq!(shown.is_end, end == length);
                    assert_eq!((shown.part, rest), (text[start..end].to_vec(), &[7][..]));
                }
            }
        }
    }

    #[test]
    fn slices_that_are_changed_or_cut_show_another_text_or_nothing() {
        let text: Vec<u8> = (0..5000).map(|at| (at * 31 % 251) as u8).collect();
        let (mut slice, part) = (vec![], 2000..2100);
        write(&text, &part, &mut slice);
        let hash = |bytes: &[u8], part: Range<u64>| read(&mut &*bytes, &part).map(|shown| shown.hash);
        let right = hash(&slice, part.clone());
        assert_eq!(right, Some(*blake3::hash(&text).as_bytes()));
        for bit in 0..8 * slice.len() {
            let mut bad = slice.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(hash(&bad, part.clone()), right, "bit {bit}");
        }
        for length in 0..slice.len() {
            assert_eq!(hash(&slice[..length], part.clone()), None);
        }
        for other in [1000..1100, 2000..3100, 0..0, 0..5000, 3 << 62..(3 << 62) + 9] {
            assert_ne!(hash(&slice, other), right);
        }
        // Halvings without end.
        assert_eq!(hash(&[PARENT; 10_000], part), None);
    }
}
