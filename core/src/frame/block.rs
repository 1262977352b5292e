//! One column of a body: what its block says of it, and what it is read against. Kinds are drawn in `content`.

use crate::table::Exceptions;
use alloc::{borrow::Cow, vec::Vec};

pub(super) const NUMBERS: u8 = 0;
pub(super) const TOKENS: u8 = 1;
pub(super) const TEXT: u8 = 2;
pub(super) const SPAN: u8 = 4;
pub(super) const AFFIX: u8 = 8;
pub(super) const EXCEPTIONS: u8 = 16;
pub(super) const GROUPED: u8 = 32;
pub(super) const STANDARD: u8 = 64;

/// What the blocks of a body are read against.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Lines of the segment.
    pub(super) lines: usize,
    /// Bytes of its text.
    pub(super) text_bytes: usize,
    /// Bytes of memory that decoding may take.
    pub(super) memory: u64,
}

/// One column of a body.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block<'a> {
    /// The first field it covers.
    pub(super) first: usize,
    /// How many it covers.
    pub(super) span: usize,
    /// Bytes it takes in the archive.
    pub(super) bytes: usize,
    pub(super) kind: u8,
    pub(super) content: &'a [u8],
}

impl Block<'_> {
    /// The fields it covers.
    pub(super) fn fields(&self) -> core::ops::Range<usize> {
        self.first..self.first + self.span
    }
}

/// Of another column's values, one a row, those in the rows where this column has numbers.
pub(super) fn at_numbers<'r>(exceptions: &Exceptions, rows: &'r [i64]) -> Cow<'r, [i64]> {
    if exceptions.at.is_empty() {
        return Cow::Borrowed(rows);
    }
    let (mut values, mut next) = (Vec::with_capacity(rows.len()), 0);
    for at in exceptions.at.iter().map(|at| *at as usize) {
        values.extend_from_slice(rows.get(next..at.min(rows.len())).unwrap_or_default());
        next = at + 1;
    }
    values.extend_from_slice(rows.get(next..).unwrap_or_default());
    Cow::Owned(values)
}
