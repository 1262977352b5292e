//! Segments written as frames: a header before them, a footer after them.
//!
//! An archive is one frame, or several if there are more segments than one may have: the index stays short, and so does what
//! has to be decoded to end a frame whose writer died.

use crate::frame::{Entry, Header, Index, Note, Segment};
use alloc::vec::Vec;

/// The frame being written.
#[derive(Debug)]
pub struct Frames {
    header: Vec<u8>,
    index: Option<Index>,
    /// Whether anything has been written.
    begun: bool,
    /// What the footer of each frame notes beside what it knows itself.
    notes: Vec<Note>,
}

impl Frames {
    /// Frames with this header.
    pub fn new(header: &Header) -> Self {
        let mut bytes = Vec::new();
        header.write(&mut bytes);
        Self { header: bytes, index: None, begun: false, notes: Vec::new() }
    }

    /// Lets the footers have a note of this kind, which readers may skip.
    pub fn note(&mut self, kind: u8, body: Vec<u8>) {
        self.notes.push(Note { kind, body });
    }

    /// Appends a segment, and what belongs before and after it.
    pub fn push(&mut self, segment: &Segment, out: &mut Vec<u8>) {
        self.open(out);
        out.extend_from_slice(&segment.bytes);
        self.index.iter_mut().for_each(|index| index.push(segment));
        self.end_if_full(out);
    }

    /// Appends what belongs before a segment.
    pub fn open(&mut self, out: &mut Vec<u8>) {
        Self::begin(&mut self.index, &self.header, out);
        self.begun = true;
    }

    /// Counts the segment that was appended after [`Frames::open`], and appends what belongs after it.
    pub fn add(&mut self, entry: Entry, digest: [u8; 32], out: &mut Vec<u8>) {
        self.index.iter_mut().for_each(|index| index.add(entry, digest));
        self.end_if_full(out);
    }

    fn end_if_full(&mut self, out: &mut Vec<u8>) {
        if self.index.as_ref().is_some_and(Index::is_full) {
            self.end(out);
        }
    }

    /// Appends what is missing: an archive without segments is a frame, too.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        if !self.begun {
            Self::begin(&mut self.index, &self.header, out);
            self.begun = true;
        }
        self.end(out);
    }

    fn begin<'i>(index: &'i mut Option<Index>, header: &[u8], out: &mut Vec<u8>) -> &'i mut Index {
        index.get_or_insert_with(|| {
            out.extend_from_slice(header);
            Index::new(header.len())
        })
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        if let Some(index) = self.index.take() {
            index.noted(&self.notes).write(out);
        }
    }
}
