//! How people dress a number that programs print plainly: a comma for the point, marks between the thousands, zeros
//! before it, its sign.
//!
//! ```text
//! dress := flags u8 | zeros u8 | point u8 | mark bytes u8 | mark
//! flags := bits 0..=2 the sign: 0 `-` before negative numbers, 1 `+` before others too, 2 a blank before others,
//!          3 `-` behind, 4 brackets, 5 U+2212, 6 `+` before positive ones
//!          bit 3 the sign stands around prefix and suffix, bit 4 zeros count the sign, bit 5 no lone zero before the point,
//!          bit 6 quotes around a cell with a comma
//! ```
//! A dress turns text into text, so every format can wear it.

use crate::{
    entropy::Cursor,
    error::Error,
    num::text::{TEXT, Text},
};
use alloc::vec::Vec;

/// How a number is dressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dress {
    pub(super) sign: Sign,
    /// The sign stands around prefix and suffix, not between them.
    pub(super) sign_first: bool,
    /// If not 0, the length up to which zeros stand before the number.
    pub(super) zeros: u8,
    /// That length counts the sign.
    pub(super) zeros_count_sign: bool,
    /// `.5`, not `0.5`.
    pub(super) bare_point: bool,
    /// Quotes around cells with a comma.
    pub(super) quotes: bool,
    pub(super) point: u8,
    pub(super) thousands: Mark,
}

/// How signs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Minus,
    Plus,
    Blank,
    Behind,
    Brackets,
    Typographic,
    PlusIfPositive,
}

/// The mark between thousands, at most three bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Mark {
    bytes: [u8; 3],
    length: u8,
}

impl Mark {
    /// The mark of at most three bytes.
    pub(super) fn new(mark: &[u8]) -> Option<Self> {
        let mut bytes = [0; 3];
        bytes.get_mut(..mark.len())?.copy_from_slice(mark);
        Some(Self { bytes, length: mark.len() as u8 })
    }

    fn bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }
}

impl Sign {
    const ALL: [Self; 7] = [
        Self::Minus,
        Self::Plus,
        Self::Blank,
        Self::Behind,
        Self::Brackets,
        Self::Typographic,
        Self::PlusIfPositive,
    ];

    /// The text before and after a number.
    fn around(self, negative: bool, zero: bool) -> (&'static [u8], &'static [u8]) {
        match (self, negative) {
            (Self::Minus | Self::Plus | Self::Blank | Self::PlusIfPositive, true) => (b"-", b""),
            (Self::Plus, false) => (b"+", b""),
            (Self::PlusIfPositive, false) if !zero => (b"+", b""),
            (Self::Blank, false) => (b" ", b""),
            (Self::Behind, true) => (b"", b"-"),
            (Self::Brackets, true) => (b"(", b")"),
            (Self::Typographic, true) => ("\u{2212}".as_bytes(), b""),
            _ => (b"", b""),
        }
    }

    /// Whether a number is negative, and the number without its sign.
    pub(super) fn split(self, text: &[u8]) -> (bool, &[u8]) {
        let negative = match self {
            Self::Behind => text.strip_suffix(b"-"),
            Self::Brackets => text.strip_prefix(b"(").and_then(|rest| rest.strip_suffix(b")")),
            Self::Typographic => text.strip_prefix("\u{2212}".as_bytes()),
            _ => text.strip_prefix(b"-"),
        };
        let bare = || match self {
            Self::Plus | Self::PlusIfPositive => text.strip_prefix(b"+"),
            Self::Blank => text.strip_prefix(b" "),
            _ => None,
        };
        negative.map_or_else(|| (false, bare().unwrap_or(text)), |rest| (true, rest))
    }
}

/// A dressed cell: its parts are short, and what does not fit is left out.
#[derive(Debug)]
pub(super) struct Dressed {
    bytes: [u8; 4 * TEXT],
    length: usize,
}

impl Default for Dressed {
    fn default() -> Self {
        Self { bytes: [0; 4 * TEXT], length: 0 }
    }
}

impl Dressed {
    pub(super) fn text(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    pub(super) fn put(&mut self, bytes: &[u8]) {
        if let Some(space) = self.bytes.get_mut(self.length..self.length + bytes.len()) {
            space.copy_from_slice(bytes);
            self.length += bytes.len();
        }
    }

    pub(super) fn blanks(&mut self, count: usize) {
        (0..count).for_each(|_| self.put(b" "));
    }
}

impl Default for Dress {
    fn default() -> Self {
        Self {
            sign: Sign::Minus,
            sign_first: false,
            zeros: 0,
            zeros_count_sign: false,
            bare_point: false,
            quotes: false,
            point: b'.',
            thousands: Mark::default(),
        }
    }
}

/// The digits before the point of a plain number without its sign, and the rest of it.
fn whole(text: &[u8]) -> (&[u8], &[u8]) {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    text.split_at_checked(digits).unwrap_or((text, &[]))
}

fn is_zero(plain: &[u8]) -> bool {
    plain
        .iter()
        .take_while(|byte| byte.is_ascii_digit() || **byte == b'.')
        .all(|byte| matches!(byte, b'0' | b'.'))
}

impl Dress {
    /// A cell without the quotes that its comma needs.
    pub(super) fn unquoted<'c>(&self, cell: &'c [u8]) -> &'c [u8] {
        let inner = || cell.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
        if self.quotes { inner().unwrap_or(cell) } else { cell }
    }

    /// Quotes what was written from `start` on if it has a comma.
    pub(super) fn quote(&self, start: usize, out: &mut Dressed) {
        let has_comma = out.bytes.get(start..out.length).is_some_and(|cell| cell.contains(&b','));
        if self.quotes && has_comma && out.length < out.bytes.len() {
            out.put(b"\"");
            if let Some(cell) = out.bytes.get_mut(start..out.length) {
                cell.rotate_right(1);
            }
            out.put(b"\"");
        }
    }

    /// Whether a sign around prefix and suffix is negative, and what stands in between.
    pub(super) fn split_sign<'c>(&self, cell: &'c [u8]) -> (bool, &'c [u8]) {
        if self.sign_first { self.sign.split(cell) } else { (false, cell) }
    }

    /// The text before the prefix and after the suffix of a plain number.
    pub(super) fn sign_outside(&self, plain: &[u8]) -> (&'static [u8], &'static [u8]) {
        let (negative, size) = Sign::Minus.split(plain);
        if self.sign_first { self.sign.around(negative, is_zero(size)) } else { (b"", b"") }
    }

    /// Writes the plain form of a number; `minus` if a sign around the prefix says so. Returns its length.
    pub(super) fn read(&self, value: &[u8], minus: bool, plain: &mut Text) -> Option<usize> {
        let (negative, body) = if self.sign_first { (minus, value) } else { self.sign.split(value) };
        let mut out = Plain { text: plain, length: 0 };
        if negative {
            out.push(b'-')?;
        }
        let mut rest = self.without_zeros(body);
        if self.bare_point && rest.first() == Some(&self.point) {
            out.push(b'0')?;
        }
        let mark = self.thousands.bytes();
        // Marks stand between digits only; behind the point there are none.
        while let Some((byte, behind)) = rest.split_first() {
            match byte {
                byte if *byte == self.point => {
                    out.push(b'.')?;
                    behind.iter().try_for_each(|byte| out.push(*byte))?;
                    break;
                }
                _ if !mark.is_empty() && rest.starts_with(mark) => {
                    rest = rest.get(mark.len()..)?;
                    continue;
                }
                byte => out.push(*byte)?,
            }
            rest = behind;
        }
        Some(out.length)
    }

    /// A number without the zeros that fill it.
    fn without_zeros<'v>(&self, body: &'v [u8]) -> &'v [u8] {
        if self.zeros == 0 {
            return body;
        }
        let (digits, _) = whole(body);
        let zeros = digits.iter().take_while(|byte| **byte == b'0').count();
        body.get(zeros.min(digits.len().saturating_sub(1))..).unwrap_or(body)
    }

    /// Writes a plain number as it is dressed.
    pub(super) fn put(&self, plain: &[u8], out: &mut Dressed) {
        let (negative, size) = Sign::Minus.split(plain);
        let (mut before, mut behind) = self.sign.around(negative, is_zero(size));
        if self.sign_first {
            (before, behind) = (b"", b"");
        }
        out.put(before);
        let (digits, rest) = whole(size);
        let lone_zero = self.bare_point && digits == b"0" && rest.first() == Some(&b'.');
        let digits = if lone_zero { b"" } else { digits };
        let sign = if self.zeros_count_sign { before.len() + behind.len() } else { 0 };
        let zeros = usize::from(self.zeros).saturating_sub(sign + digits.len() + rest.len());
        (0..zeros).for_each(|_| out.put(b"0"));
        for (place, digit) in digits.iter().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                out.put(self.thousands.bytes());
            }
            out.put(&[*digit]);
        }
        match rest.split_first() {
            Some((b'.', decimals)) => {
                out.put(&[self.point]);
                out.put(decimals);
            }
            _ => out.put(rest),
        }
        out.put(behind);
    }

    /// Appends the dress.
    pub(super) fn to_bytes(self, out: &mut Vec<u8>) {
        let flags = self.sign as u8
            | u8::from(self.sign_first) << 3
            | u8::from(self.zeros_count_sign) << 4
            | u8::from(self.bare_point) << 5
            | u8::from(self.quotes) << 6;
        out.extend([flags, self.zeros, self.point, self.thousands.length]);
        out.extend_from_slice(self.thousands.bytes());
    }

    /// Reads a dress.
    pub(super) fn read_from(cursor: &mut Cursor<'_>) -> Result<Self, Error> {
        let (flags, zeros, point, length) = (cursor.u8()?, cursor.u8()?, cursor.u8()?, cursor.u8()?);
        let sign = Sign::ALL.get(usize::from(flags & 7)).filter(|_| flags < 128);
        let (Some(sign), true, 0..=3, b'.' | b',') = (sign, usize::from(zeros) < TEXT, length, point) else {
            return Err(Error::Corrupt("numbers dressed in an unknown way"));
        };
        let thousands = Mark::new(cursor.bytes(usize::from(length))?).unwrap_or_default();
        Ok(Self {
            sign: *sign,
            sign_first: flags & 8 != 0,
            zeros_count_sign: flags & 16 != 0,
            bare_point: flags & 32 != 0,
            quotes: flags & 64 != 0,
            zeros,
            point,
            thousands,
        })
    }
}

/// Where a plain number is written.
struct Plain<'t> {
    text: &'t mut Text,
    length: usize,
}

impl Plain<'_> {
    fn push(&mut self, byte: u8) -> Option<()> {
        *self.text.get_mut(self.length)? = byte;
        self.length += 1;
        Some(())
    }
}
