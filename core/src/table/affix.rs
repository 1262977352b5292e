//! What all cells of a column wear around their value (quotes, a unit, blanks that align them) and how the value itself
//! is [dressed](Dress).
//!
//! ```text
//! affix := prefix bytes u8 | suffix bytes u8 | width u8 | prefix | suffix | [dress, if width + 128]
//! width := bits 0..=5 least bytes of the value, bit 6 blanks behind it instead of before it fill them
//! ```

mod detect;
mod dress;
#[cfg(test)]
mod tests;

use super::cells::Lane;
use crate::{
    entropy::Cursor,
    error::Error,
    num::{
        Decimal,
        text::{TEXT, Text},
    },
};
use alloc::vec::Vec;
use dress::{Dress, Dressed};

/// Longest prefix, suffix or width.
const LONGEST: usize = 32;
const BEHIND: u8 = 64;
const DRESSED: u8 = 128;

/// The text around the value in every cell, and the dress of the value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Affix {
    prefix: Vec<u8>,
    suffix: Vec<u8>,
    /// If not 0, the length that blanks fill.
    width: usize,
    /// They stand behind the value.
    behind: bool,
    dress: Option<Dress>,
}

impl Affix {
    /// Whether cells are bare values.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.prefix.is_empty() && self.suffix.is_empty() && self.width == 0 && self.dress.is_none()
    }

    /// Whether zeros fill the numbers up: one with another number of digits would be written in another way.
    pub(crate) fn is_padded(&self) -> bool {
        self.dress.as_ref().is_some_and(|dress| dress.zeros > 0)
    }

    /// Whether more than quotes, blanks, a currency and `0x` stand before the value: then it numbers something and measures
    /// nothing. Where only one side has a quote, the value is a part of what the quotes hold.
    pub(crate) fn is_name(&self) -> bool {
        let quotes = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'"').count();
        let before = self.prefix.strip_suffix(b"0x").or_else(|| self.prefix.strip_suffix(b"0X"));
        before.unwrap_or(&self.prefix).iter().any(|byte| !b" \t\"'$(+".contains(byte))
            || quotes(&self.prefix) != quotes(&self.suffix)
    }

    /// The value inside a cell as programs print it plainly, if the cell wears exactly this; `bare` is where a dressed
    /// one is written.
    #[inline]
    pub(crate) fn strip<'c>(&self, cell: &'c [u8], bare: &'c mut Text) -> Option<&'c [u8]> {
        match &self.dress {
            None => self.align(self.undecorated(cell)?),
            Some(dress) => self.undress(dress, cell, bare),
        }
    }

    /// Returns the decimal inside a cell. Minus zero is zero: none but exact readers tell them apart.
    pub(crate) fn number(&self, cell: &[u8]) -> Option<Decimal> {
        let mut text = [0; TEXT];
        let plain = self.strip(cell, &mut text)?;
        let zero = || Decimal::parse(plain.strip_prefix(b"-")?).filter(|number| number.mantissa == 0);
        Decimal::parse_exponent(plain).or_else(zero)
    }

    /// The values inside cells of which each may be another's.
    pub(crate) fn strip_all<'c>(&self, cells: impl Iterator<Item = &'c [u8]>) -> super::Strings {
        let mut all = super::Strings::new();
        for cell in cells {
            if let Some(bare) = self.strip(cell, &mut [0; size_of::<Text>()]) {
                all.push(bare);
            }
        }
        all
    }

    /// A cell without prefix and suffix.
    #[inline]
    fn undecorated<'c>(&self, cell: &'c [u8]) -> Option<&'c [u8]> {
        // Most cells wear nothing: that is told without comparing any bytes.
        let value = if self.prefix.is_empty() { cell } else { cell.strip_prefix(&*self.prefix)? };
        if self.suffix.is_empty() { Some(value) } else { value.strip_suffix(&*self.suffix) }
    }

    /// A value without the blanks that align it.
    #[inline]
    fn align<'c>(&self, value: &'c [u8]) -> Option<&'c [u8]> {
        if self.width == 0 {
            return Some(value);
        }
        let bare = self.trim(value);
        (value.len() == self.width.max(bare.len())).then_some(bare)
    }

    #[inline(never)]
    fn trim<'c>(&self, value: &'c [u8]) -> &'c [u8] {
        let is_blank = |byte: &u8| *byte == b' ';
        let blanks = if self.behind {
            value.iter().rev().take_while(|byte| is_blank(byte)).count()
        } else {
            value.iter().take_while(|byte| is_blank(byte)).count()
        };
        let range = if self.behind { 0..value.len() - blanks } else { blanks..value.len() };
        value.get(range).unwrap_or_default()
    }

    /// Like [`Affix::strip`], for dressed values: whatever is read must be dressed to the same cell.
    #[inline(never)]
    fn undress<'c>(&self, dress: &Dress, cell: &[u8], bare: &'c mut Text) -> Option<&'c [u8]> {
        let length = self.read_dressed(dress, cell, bare)?;
        let value = bare.get(..length)?;
        let mut again = Dressed::default();
        self.wear(dress, value, &mut again);
        (again.text() == cell).then_some(value)
    }

    fn read_dressed(&self, dress: &Dress, cell: &[u8], bare: &mut Text) -> Option<usize> {
        let cell = dress.unquoted(cell);
        let (minus, inner) = dress.split_sign(cell);
        let inner = inner.strip_prefix(&*self.prefix)?.strip_suffix(&*self.suffix)?;
        let value = if self.width == 0 { inner } else { self.trim(inner) };
        dress.read(value, minus, bare)
    }

    /// Writes the whole cell around a value, dressed.
    fn wear(&self, dress: &Dress, value: &[u8], out: &mut Dressed) {
        let mut body = Dressed::default();
        dress.put(value, &mut body);
        let (before, after) = dress.sign_outside(value);
        let start = out.text().len();
        out.put(before);
        out.put(&self.prefix);
        let fill = self.width.saturating_sub(body.text().len());
        if !self.behind {
            out.blanks(fill);
        }
        out.put(body.text());
        if self.behind {
            out.blanks(fill);
        }
        out.put(&self.suffix);
        out.put(after);
        dress.quote(start, out);
    }

    /// Appends a whole cell around `value`.
    pub(crate) fn put(&self, value: &[u8], lane: &mut Lane) {
        if let Some(dress) = &self.dress {
            let mut cell = Dressed::default();
            self.wear(dress, value, &mut cell);
            return lane.put(cell.text());
        }
        let fill = value.len()..self.width;
        lane.put(&self.prefix);
        if !self.behind {
            fill.clone().for_each(|_| lane.put(b" "));
        }
        lane.put(value);
        if self.behind {
            fill.for_each(|_| lane.put(b" "));
        }
        lane.put(&self.suffix);
    }

    /// Appends the affix.
    pub fn write(&self, out: &mut Vec<u8>) {
        let behind = if self.behind { BEHIND } else { 0 };
        let dressed = if self.dress.is_some() { DRESSED } else { 0 };
        out.extend([self.prefix.len() as u8, self.suffix.len() as u8, self.width as u8 | behind | dressed]);
        out.extend_from_slice(&self.prefix);
        out.extend_from_slice(&self.suffix);
        if let Some(dress) = &self.dress {
            dress.to_bytes(out);
        }
    }

    /// Reads an affix.
    pub fn read(cursor: &mut Cursor<'_>) -> Result<Self, Error> {
        let (prefix, suffix, flags) = (cursor.u8()?, cursor.u8()?, cursor.u8()?);
        let width = flags & !(BEHIND | DRESSED);
        if [prefix, suffix, width].iter().any(|n| usize::from(*n) > LONGEST) {
            return Err(Error::Corrupt("an affix is too long"));
        }
        if width == 0 && flags & BEHIND != 0 {
            return Err(Error::Corrupt("blanks behind a value that fill nothing"));
        }
        Ok(Self {
            prefix: cursor.bytes(usize::from(prefix))?.to_vec(),
            suffix: cursor.bytes(usize::from(suffix))?.to_vec(),
            width: usize::from(width),
            behind: flags & BEHIND != 0,
            dress: if flags & DRESSED != 0 { Some(Dress::read_from(cursor)?) } else { None },
        })
    }
}
