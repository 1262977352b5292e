//! Text cut into segments: as long as allowed, and at the end of a line where there is one.
//!
//! Where the cuts fall depends on the bytes alone, never on how they arrive, so that the same text gives the same
//! archive. (A live stream is the exception: see [`super::live`].)

use super::{input::Input, live::Live, spares::Spares};
use crate::error::Outcome;
use qres_core::table::Script;

/// Where a segment may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// After a line.
    Line,
    /// After a row of that many bytes.
    Row(usize),
}

impl Unit {
    /// How much of `text`, which goes on, belongs into this segment: all of it if one unit is longer.
    pub(crate) fn cut(self, text: &[u8]) -> usize {
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

/// Gives the text of one segment after the other.
#[derive(Debug)]
pub(crate) enum Cutter {
    /// As fast as the input comes.
    Whole(Whole),
    /// In time.
    Live(Live),
}

impl Cutter {
    /// The next segment's text; `None` at the end.
    pub(crate) fn next(&mut self) -> Outcome<Option<Vec<u8>>> {
        match self {
            Self::Whole(whole) => whole.next(),
            Self::Live(live) => live.next(),
        }
    }

    /// Whether the text that was given last is known to be the end.
    pub(crate) fn has_ended(&self) -> bool {
        match self {
            Self::Whole(whole) => whole.ended,
            Self::Live(_) => false,
        }
    }
}

/// Cuts an input that is read as fast as it comes.
#[derive(Debug)]
pub(crate) struct Whole {
    input: Input,
    segment: usize,
    unit: Unit,
    /// The beginning of the next segment.
    carry: Vec<u8>,
    ended: bool,
    spares: Spares,
}

impl Whole {
    /// Cuts `input` into segments of at most `segment` bytes.
    pub(crate) fn new(input: Input, segment: usize, unit: Unit, spares: Spares) -> Self {
        Self { input, segment, unit, carry: Vec::new(), ended: false, spares }
    }

    /// The next segment's text; `None` at the end.
    pub(crate) fn next(&mut self) -> Outcome<Option<Vec<u8>>> {
        let mut text = std::mem::take(&mut self.carry);
        let room = self.segment.saturating_sub(text.len());
        // A small file does not pay for a large buffer; the extra byte finds its end without growing.
        let expected = self.input.length().and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(room);
        text.reserve_exact(room.min(expected.saturating_add(1)));
        self.input.append(&mut text, room)?;
        self.ended = text.len() < self.segment;
        if !self.ended {
            let end = self.unit.cut(&text);
            self.carry = self.spares.take();
            self.carry.extend_from_slice(&text[end..]);
            text.truncate(end);
        }
        Ok(Some(text).filter(|text| !text.is_empty()))
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
