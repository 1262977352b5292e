//! The index that ends a frame: where each segment lies, and one hash over all that was said.
//!
//! ```text
//! footer := F7 | header bytes varint | segments varint | segment entry* | root [32] | note* |
//!           length of the footer so far, varint reversed
//!         | F6 | header bytes varint | segment entry | length
//! entry  := segment bytes varint | rows varint
//! ```
//! The reversed length at the very end lets a reader that can seek start from there. A frame of one short segment has the
//! second form: what the root would say costs more there than the segment's own check is worth.

use super::{
    FOOTER_TAG, SHORT_FOOTER_TAG,
    note::{MAX_FOOTER_NOTES, Note},
    statistics::{self, Collected, STATISTICS_NOTE, Statistics},
};
use crate::{
    entropy::{Cursor, put_varint},
    error::Error,
    value::Summary,
};
use alloc::vec::Vec;
use core::ops::Range;

/// Wire and limit: segments of a frame at most. A longer text goes on in another frame: no index grows without end.
pub const MAX_SEGMENTS: usize = 1 << 16;

/// Wire: bytes of a segment that is the only one of its frame, up to which the footer has no root.
const SHORT: u64 = 1 << 14;

/// One segment's place in the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Bytes the segment takes in the archive.
    pub bytes: u64,
    /// Rows it holds.
    pub rows: u64,
}

/// Collects what the footer says while a frame is written or read.
#[derive(Debug, Clone, Default)]
pub struct Index {
    header_bytes: u64,
    entries: Vec<Entry>,
    tree: Tree,
    statistics: Collected,
}

impl Index {
    /// Starts the index of a frame whose header takes that many bytes.
    pub fn new(header_bytes: usize) -> Self {
        Self { header_bytes: header_bytes as u64, ..Self::default() }
    }

    /// Adds the next segment of the frame, which must not be full; it decodes to text of that digest.
    pub fn add(&mut self, entry: Entry, digest: [u8; 32]) {
        self.add_known(entry, digest, None);
    }

    /// As [`Index::add`], with what is known of the segment's fields.
    pub(super) fn add_known(&mut self, entry: Entry, digest: [u8; 32], summaries: Option<&[Summary]>) {
        self.entries.push(entry);
        self.tree.push(digest);
        self.statistics.push(summaries);
    }

    /// Whether the frame must end here.
    pub(crate) fn is_full(&self) -> bool {
        self.entries.len() >= MAX_SEGMENTS
    }

    /// Whether the footer has no root, unless it has notes.
    pub(super) fn is_short(&self) -> bool {
        matches!(*self.entries, [entry] if entry.bytes <= SHORT)
    }

    /// Returns the footer of a frame with these segments.
    pub fn footer(&self) -> Footer {
        let rooted = self.rooted();
        if self.is_short() {
            return Footer { root: None, ..rooted };
        }
        let segments: u64 = self.entries.iter().map(|entry| entry.bytes).sum();
        let notes = self.statistics.note(self.header_bytes + segments).into_iter().collect();
        Footer { notes, ..rooted }
    }

    /// Returns the footer with more notes.
    pub(crate) fn noted(&self, notes: &[Note]) -> Footer {
        let mut footer = self.footer();
        if !notes.is_empty() {
            footer.root = Some(self.tree.root());
            footer.notes.extend_from_slice(notes);
        }
        footer
    }

    /// Returns the footer with the root, which notes need.
    pub(crate) fn rooted(&self) -> Footer {
        let (entries, root) = (self.entries.clone(), Some(self.tree.root()));
        Footer { header_bytes: self.header_bytes, entries, root, notes: Vec::new() }
    }
}

pub(super) const TOO_MANY: Error = Error::Corrupt("more segments than a frame may have");

/// What a footer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Footer {
    /// Bytes of the frame's header.
    pub header_bytes: u64,
    /// The segments in order.
    pub entries: Vec<Entry>,
    /// Merkle root over the digests of the segments' text; `None` in a frame of one short segment.
    pub(crate) root: Option<[u8; 32]>,
    /// What readers may skip, in order; only behind a root.
    pub(crate) notes: Vec<Note>,
}

impl Footer {
    /// Appends the footer.
    pub fn write(&self, out: &mut Vec<u8>) {
        let start = out.len();
        self.write_index(out);
        self.notes.iter().for_each(|note| note.write(out));
        let bytes = (out.len() - start) as u64;
        out.extend(reversed(bytes));
    }

    /// Appends the footer as far as the notes; says where in it the root lies.
    pub(super) fn write_index(&self, out: &mut Vec<u8>) -> Range<usize> {
        let start = out.len();
        out.push(if self.root.is_some() { FOOTER_TAG } else { SHORT_FOOTER_TAG });
        put_varint(out, self.header_bytes);
        if self.root.is_some() {
            put_varint(out, self.entries.len() as u64);
        }
        for entry in &self.entries {
            put_varint(out, entry.bytes);
            put_varint(out, entry.rows);
        }
        let root = out.len() - start;
        out.extend(self.root.iter().flatten());
        root..out.len() - start
    }

    /// Whether this is the first byte of a footer.
    pub(super) fn begins_with(byte: u8) -> bool {
        matches!(byte, FOOTER_TAG | SHORT_FOOTER_TAG)
    }

    /// Reads the footer that starts at `cursor`.
    pub fn read(cursor: &mut Cursor<'_>) -> Result<Self, Error> {
        let all = cursor.rest();
        let tag = cursor.u8()?;
        if !Self::begins_with(tag) {
            return Err(Error::Corrupt("no footer where one should be"));
        }
        let header_bytes = cursor.varint()?;
        let count = if tag == FOOTER_TAG { cursor.varint()? } else { 1 };
        if count > MAX_SEGMENTS as u64 {
            return Err(TOO_MANY);
        }
        if count > cursor.rest().len() as u64 / 2 {
            return Err(Error::Truncated);
        }
        let mut entries = Vec::new();
        for _ in 0..count {
            entries.push(Entry { bytes: cursor.varint()?, rows: cursor.varint()? });
        }
        let root = if tag == FOOTER_TAG { cursor.bytes(32)?.first_chunk().copied() } else { None };
        let notes = if root.is_some() { read_notes(cursor)? } else { Vec::new() };
        let expected = reversed((all.len() - cursor.rest().len()) as u64);
        if cursor.bytes(expected.len())? != expected {
            return Err(Error::Corrupt("the footer's length is wrong"));
        }
        Ok(Self { header_bytes, entries, root, notes })
    }

    /// Returns what it knows of the fields of each segment; `None` if it has no statistics. They are what the writer says: only
    /// decoding the rows proves them.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] if they cannot be of these segments.
    pub fn statistics(&self) -> Result<Option<Statistics>, Error> {
        let mut notes = self.notes.iter().filter(|note| note.kind == STATISTICS_NOTE);
        let note = notes.next();
        if notes.next().is_some() {
            return Err(Error::Corrupt("statistics twice"));
        }
        let read = |note: &Note| statistics::read(&note.body, self.entries.len());
        note.map(read).transpose().map_err(|error| match error {
            Error::Truncated => Error::Corrupt("statistics that end too early"),
            other => other,
        })
    }

    /// How many bytes the footer takes that ends where `tail` ends (its last ten bytes are enough).
    pub fn length_from_end(tail: &[u8]) -> Result<u64, Error> {
        let reversed: Vec<u8> = tail.iter().rev().take(10).copied().collect();
        let mut cursor = Cursor::new(&reversed);
        let inner = cursor.varint()?;
        Ok(inner.saturating_add((reversed.len() - cursor.rest().len()) as u64))
    }

    /// Returns what its note of this kind says, if it has one.
    pub fn note(&self, kind: u8) -> Option<&[u8]> {
        self.notes.iter().find(|note| note.kind == kind).map(|note| &*note.body)
    }

    /// Bytes of memory that its lists take.
    pub(crate) fn memory(&self) -> usize {
        let notes = self.notes.iter().map(|note| size_of::<Note>() + note.body.capacity());
        self.entries.capacity() * size_of::<Entry>() + notes.sum::<usize>()
    }

    /// Bytes of the whole frame, this footer's own `length` included.
    pub fn frame_bytes(&self, length: u64) -> Option<u64> {
        self.entries
            .iter()
            .try_fold(self.header_bytes.checked_add(length)?, |sum, e| sum.checked_add(e.bytes))
    }
}

fn read_notes(cursor: &mut Cursor<'_>) -> Result<Vec<Note>, Error> {
    let (before, mut notes) = (cursor.rest().len() as u64, Vec::new());
    while cursor.rest().first().is_some_and(|byte| Note::begins_with(*byte)) {
        let taken = before - cursor.rest().len() as u64;
        notes.push(Note::read(cursor, MAX_FOOTER_NOTES - taken)?);
    }
    Ok(notes)
}

/// A varint from its last byte to its first.
pub(super) fn reversed(number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    put_varint(&mut bytes, number);
    bytes.reverse();
    bytes
}

/// A Merkle tree that grows one leaf at a time and keeps one node a height (as RFC 6962 shapes it).
#[derive(Debug, Clone, Default)]
struct Tree {
    leaves: u64,
    peaks: Vec<[u8; 32]>,
}

impl Tree {
    fn push(&mut self, digest: [u8; 32]) {
        let mut node = digest;
        for _ in 0..self.leaves.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                node = join(&left, &node);
            }
        }
        self.peaks.push(node);
        self.leaves += 1;
    }

    fn root(&self) -> [u8; 32] {
        let mut peaks = self.peaks.iter().rev();
        let last = peaks.next().copied().unwrap_or([0; 32]);
        peaks.fold(last, |right, left| join(left, &right))
    }
}

/// An inner node: its own domain, so that no text can pose as one.
pub(crate) fn join(left: &[u8; 32], right: &[u8; 32]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key("qres 2026 merkle node");
    hasher.update(left).update(right);
    *hasher.finalize().as_bytes()
}
