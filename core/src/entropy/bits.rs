//! A stack of bits: what is pushed last is read first, which is the order a tANS decoder needs.
//!
//! ```text
//! stack := bytes varint | bytes: bits from the least significant of the first byte on, a one bit on top, zeros behind it
//! ```

use super::{Cursor, put_varint};
use crate::error::Error;
use alloc::vec::Vec;

/// Bits that one push or pop may take.
pub(crate) const MAX: u32 = 56;

/// Collects bits.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
    /// Whole bytes written; the others are room.
    whole: usize,
    held: u64,
    count: u32,
}

impl Writer {
    /// Pushes the low `bits` bits of `value`, at most [`MAX`]; the others must be zero.
    #[inline]
    pub(crate) fn push(&mut self, value: u64, bits: u32) {
        self.held |= value << self.count;
        self.count += bits;
        match self.bytes.get_mut(self.whole..).and_then(<[u8]>::first_chunk_mut) {
            Some(room) => *room = self.held.to_le_bytes(),
            None => self.grow(),
        }
        self.whole += (self.count / 8) as usize;
        // Of up to 63 bits at most seven stay.
        self.held >>= self.count & !7;
        self.count &= 7;
    }

    #[cold]
    fn grow(&mut self) {
        self.bytes.truncate(self.whole);
        self.bytes.extend_from_slice(&self.held.to_le_bytes());
        self.bytes.resize(self.bytes.len() * 2 + 64, 0);
    }

    /// Appends the stack to `out`.
    pub(crate) fn finish(mut self, out: &mut Vec<u8>) {
        self.push(1, 1);
        let length = self.whole + usize::from(self.count > 0);
        if let Some(last) = self.bytes.get_mut(self.whole) {
            *last = self.held as u8;
        }
        put_varint(out, length as u64);
        out.extend(self.bytes.iter().take(length));
    }
}

/// Gives bits back, the last pushed first. Below the bottom there are zeros, and [`Reader::finish`] tells.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    /// Bits left, those below the bottom counted as negative.
    left: i64,
}

impl<'a> Reader<'a> {
    /// Opens the stack at `cursor`.
    pub(crate) fn new(cursor: &mut Cursor<'a>) -> Result<Self, Error> {
        let length = usize::try_from(cursor.varint()?).map_err(|_| Error::Truncated)?;
        let bytes = cursor.bytes(length)?;
        let top =
            bytes.last().filter(|top| **top != 0).ok_or(Error::Corrupt("a stack of bits without a top"))?;
        Ok(Self { bytes, left: bytes.len() as i64 * 8 - 1 - i64::from(top.leading_zeros()) })
    }

    /// Pops `bits` bits, at most [`MAX`].
    #[inline]
    pub(crate) fn pop(&mut self, bits: u32) -> u64 {
        self.left -= i64::from(bits);
        let at = (self.left >> 3) as usize;
        let word = match self.bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
            Some(word) => u64::from_le_bytes(*word),
            None => self.edge(at),
        };
        (word >> (self.left & 7)) & ((1 << bits) - 1)
    }

    /// Eight bytes from `at` on where the stack does not have so many: near its ends, and below the bottom.
    #[cold]
    fn edge(&self, at: usize) -> u64 {
        let byte = |i: usize| self.bytes.get(at.wrapping_add(i)).copied().unwrap_or(0);
        (0..8).fold(0, |word, i| word | u64::from(byte(i)) << (8 * i))
    }

    /// Whether exactly all bits were popped.
    pub(crate) fn finish(&self) -> Result<(), Error> {
        if self.left == 0 { Ok(()) } else { Err(Error::Corrupt("a stack of bits was not used up")) }
    }
}
