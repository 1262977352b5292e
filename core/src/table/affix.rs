//! What all cells of a column wear around their value: quotes, a unit, blanks that align them.
//!
//! ```text
//! affix := prefix bytes u8 | suffix bytes u8 | width u8 | prefix | suffix
//! ```

use super::cells::Lane;
use crate::{Error, entropy::Cursor};
use alloc::vec::Vec;

/// Longest prefix or suffix.
const LONGEST: usize = 32;

/// What stands around the value in every cell; `width`, if not 0, is the length that blanks before the value fill.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Affix {
    prefix: Vec<u8>,
    suffix: Vec<u8>,
    width: usize,
}

impl Affix {
    /// What the sampled cells have in common. Only what cannot be part of a number is taken off.
    pub fn detect(sample: &[&[u8]]) -> Self {
        let filled: Vec<&[u8]> = sample.iter().copied().filter(|cell| !cell.is_empty()).collect();
        let prefix =
            common(&filled, |cell| cell.iter().position(|&byte| is_number_start(byte)), |c, n| c.get(..n));
        let bare = Self { prefix, ..Self::default() };
        let behind: Vec<&[u8]> = filled.iter().filter_map(|cell| bare.strip(cell)).collect();
        let from_end =
            |cell: &[u8]| cell.iter().rev().position(|&byte| byte.is_ascii_digit() || byte == b'.');
        let suffix = common(&behind, from_end, |c, n| c.get(c.len() - n..));
        let affix = Self { suffix, ..bare };
        let values: Vec<&[u8]> = filled.iter().filter_map(|cell| affix.strip(cell)).collect();
        let width = values.first().map_or(0, |value| value.len());
        let aligned = values.iter().any(|value| value.starts_with(b" "));
        let same = values.iter().filter(|value| value.len() == width).count() * 20 >= values.len() * 19;
        Self { width: if aligned && same && (2..=LONGEST).contains(&width) { width } else { 0 }, ..affix }
    }

    /// Whether cells are bare values.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether more than quotes, blanks and a currency stand before the value: then it numbers something and measures nothing.
    /// Where only one side has a quote, the value is a part of what the quotes hold.
    pub fn is_name(&self) -> bool {
        let quotes = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'"').count();
        self.prefix.iter().any(|byte| !b" \t\"'$(+".contains(byte))
            || quotes(&self.prefix) != quotes(&self.suffix)
    }

    /// The value inside a cell, if the cell wears exactly this.
    #[inline]
    pub fn strip<'c>(&self, cell: &'c [u8]) -> Option<&'c [u8]> {
        // Most cells wear nothing: that is told without comparing any bytes.
        let value = if self.prefix.is_empty() { cell } else { cell.strip_prefix(&*self.prefix)? };
        let value = if self.suffix.is_empty() { value } else { value.strip_suffix(&*self.suffix)? };
        if self.width == 0 {
            return Some(value);
        }
        let bare = value.trim_ascii_start();
        let blanks_only = value.iter().take(value.len() - bare.len()).all(|byte| *byte == b' ');
        (blanks_only && value.len() == self.width.max(bare.len())).then_some(bare)
    }

    /// Appends a whole cell around `value`.
    pub fn put(&self, value: &[u8], lane: &mut Lane) {
        lane.put(&self.prefix);
        for _ in value.len()..self.width {
            lane.put(b" ");
        }
        lane.put(value);
        lane.put(&self.suffix);
    }

    /// Appends the affix.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend([self.prefix.len() as u8, self.suffix.len() as u8, self.width as u8]);
        out.extend_from_slice(&self.prefix);
        out.extend_from_slice(&self.suffix);
    }

    /// Reads an affix.
    pub fn read(cursor: &mut Cursor<'_>) -> Result<Self, Error> {
        let (prefix, suffix, width) = (cursor.u8()?, cursor.u8()?, cursor.u8()?);
        if [prefix, suffix, width].iter().any(|n| usize::from(*n) > LONGEST) {
            return Err(Error::Corrupt("an affix is too long"));
        }
        Ok(Self {
            prefix: cursor.bytes(usize::from(prefix))?.to_vec(),
            suffix: cursor.bytes(usize::from(suffix))?.to_vec(),
            width: usize::from(width),
        })
    }
}

/// The run of bytes outside numbers that nearly all cells share, found on the first cell that has one.
fn common(
    cells: &[&[u8]],
    length: impl Fn(&[u8]) -> Option<usize>,
    take: impl Fn(&[u8], usize) -> Option<&[u8]>,
) -> Vec<u8> {
    let Some(cell) = cells.get(cells.len() / 2) else { return Vec::new() };
    let Some(run) = length(cell).filter(|n| *n <= LONGEST).and_then(|n| take(cell, n)) else {
        return Vec::new();
    };
    // Blanks that align are not common to all: they are left to the width.
    if run.is_empty() || (run.len() > 1 && run.iter().all(|byte| *byte == b' ')) {
        return Vec::new();
    }
    let sharing = cells.iter().filter(|cell| take(cell, run.len().min(cell.len())) == Some(run)).count();
    if sharing * 20 >= cells.len() * 19 { run.to_vec() } else { Vec::new() }
}

fn is_number_start(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b' ')
}
