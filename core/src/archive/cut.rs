//! Text cut into segments: as long as allowed, and at the end of a line where there is one.
//!
//! Where the cuts fall depends on the bytes alone, never on how they arrive, so that the same text gives the same
//! archive.

use crate::table::{Input, Script};
use alloc::vec::Vec;

/// Where a segment may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// After a line.
    Line,
    /// After a row of that many bytes.
    Row(usize),
}

impl From<Input> for Unit {
    fn from(input: Input) -> Self {
        match input {
            Input::Text => Self::Line,
            Input::Raw(raw) => Self::Row(raw.row_bytes()),
        }
    }
}

impl Unit {
    /// Returns how much of `text`, which goes on, belongs into this segment: all of it if one unit is longer.
    pub fn cut(self, text: &[u8]) -> usize {
        let whole = match self {
            Self::Line => match Script::detect(text) {
                Some(script) => script.last_end(text),
                None => memchr::memrchr(b'\n', text).map(|end| end + 1),
            },
            Self::Row(bytes) => text.len().checked_div(bytes).map(|rows| rows * bytes),
        };
        whole.filter(|&end| end > 0).unwrap_or(text.len())
    }
}

/// Cuts what comes into the texts of segments.
#[derive(Debug)]
pub struct Cutter {
    segment: usize,
    unit: Unit,
    /// The text of the next segment so far.
    pending: Vec<u8>,
}

impl Cutter {
    /// Cuts into segments of at most `segment` bytes.
    pub fn new(segment: usize, unit: Unit) -> Self {
        Self { segment: segment.max(1), unit, pending: Vec::new() }
    }

    /// How many bytes must come before a segment is full.
    pub fn missing(&self) -> usize {
        self.segment.saturating_sub(self.pending.len())
    }

    /// Returns the buffer of the next segment. Append at most [`Cutter::missing`] bytes to it.
    pub fn pending(&mut self) -> &mut Vec<u8> {
        &mut self.pending
    }

    /// Returns where the first segment of `text` ends, if that is full.
    pub fn end(&self, text: &[u8]) -> Option<usize> {
        text.get(..self.segment).map(|full| self.unit.cut(full))
    }

    /// Takes the text of the next segment, if it is full; what has come of the one after it goes into `spare`.
    pub fn cut(&mut self, mut spare: Vec<u8>) -> Option<Vec<u8>> {
        let end = self.end(&self.pending)?;
        spare.clear();
        spare.extend_from_slice(self.pending.get(end..).unwrap_or_default());
        self.pending.truncate(end);
        Some(core::mem::replace(&mut self.pending, spare))
    }

    /// Takes what has come since the last cut, if anything has: the last segment, or one that is not waited for.
    pub fn rest(&mut self) -> Option<Vec<u8>> {
        Some(core::mem::take(&mut self.pending)).filter(|text| !text.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_end_with_a_line() {
        assert_eq!(Unit::Line.cut(b"ab\ncd\nef"), 6);
        assert_eq!(Unit::Line.cut(b"ab\n"), 3);
    }

    #[test]
    fn a_line_longer_than_a_segment_is_cut_anywhere() {
        assert_eq!(Unit::Line.cut(b"abcdef"), 6);
    }

    #[test]
    fn rows_are_not_cut() {
        assert_eq!(Unit::Row(6).cut(&[0; 20]), 18);
        assert_eq!(Unit::Row(30).cut(&[0; 20]), 20);
    }
}
