//! UTF-16 as UTF-8. A surrogate without its other half becomes three bytes, as if it were a character: any sequence of units
//! comes back.

use alloc::vec::Vec;

/// Which byte of a unit comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The low one.
    Little,
    /// The high one.
    Big,
}

/// Bytes looked at.
const SAMPLE: usize = 1 << 12;
/// Fewer units tell nothing without a mark.
const FEWEST: usize = 4;

impl End {
    /// Which end comes first in `text`, if it begins with the mark of UTF-16 or is mostly ASCII written so.
    pub(super) fn detect(text: &[u8]) -> Option<Self> {
        let ends = [Self::Little, Self::Big];
        let sample = text.get(..SAMPLE).unwrap_or(text);
        // ASCII has a zero in each unit.
        if memchr::memchr(0, sample).is_none() && !matches!(sample, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]) {
            return None;
        }
        let units = |end: Self| sample.as_chunks().0.iter().map(move |pair| end.unit(*pair));
        let is_ascii = |unit: &u16| matches!(unit, 0x20..=0x7E | 9 | 10 | 13);
        let is_written = |end: &Self| {
            let ascii = units(*end).filter(is_ascii).count();
            units(*end).next() == Some(0xFEFF) || (ascii >= FEWEST && ascii * 4 >= units(*end).count() * 3)
        };
        ends.into_iter().find(is_written)
    }

    /// The low bits of a script's flags.
    pub(super) fn flag(self) -> u8 {
        match self {
            Self::Little => 1,
            Self::Big => 2,
        }
    }

    fn unit(self, pair: [u8; 2]) -> u16 {
        match self {
            Self::Little => u16::from_le_bytes(pair),
            Self::Big => u16::from_be_bytes(pair),
        }
    }

    fn pair(self, unit: u16) -> [u8; 2] {
        match self {
            Self::Little => unit.to_le_bytes(),
            Self::Big => unit.to_be_bytes(),
        }
    }

    /// The units of `text`, whose last byte is left out if it is odd.
    pub(super) fn read(self, text: &[u8]) -> Vec<u8> {
        let units = text.as_chunks().0.iter().map(|pair| self.unit(*pair));
        let mut lines = Vec::with_capacity(text.len() / 2);
        for character in char::decode_utf16(units) {
            match character {
                Ok(character) => lines.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
                Err(half) => {
                    let half = half.unpaired_surrogate();
                    lines.extend([0xED, 0x80 | (half >> 6 & 0x3F) as u8, 0x80 | (half & 0x3F) as u8]);
                }
            }
        }
        lines
    }

    /// The text that [`End::read`] makes these bytes of; `None` if there is none.
    pub(super) fn write(self, lines: &[u8]) -> Option<Vec<u8>> {
        let mut text = Vec::with_capacity(2 * lines.len());
        let mut rest = lines;
        while !rest.is_empty() {
            let valid = core::str::from_utf8(rest).map_or_else(|error| error.valid_up_to(), |_| rest.len());
            let (characters, behind) = rest.split_at_checked(valid)?;
            text.extend(
                core::str::from_utf8(characters).ok()?.encode_utf16().flat_map(|unit| self.pair(unit)),
            );
            rest = behind;
            if let Some((half, behind)) = rest.split_first_chunk() {
                text.extend(self.pair(unpaired(*half)?));
                rest = behind;
            } else if !rest.is_empty() {
                return None;
            }
        }
        Some(text)
    }

    /// The place behind the unit whose low byte stands at `at`, if it is a unit of that byte alone.
    pub(super) fn end_of(self, text: &[u8], at: usize) -> Option<usize> {
        let start = match self {
            Self::Little => at,
            Self::Big => at.checked_sub(1)?,
        };
        let pair = text.get(start..)?.first_chunk().copied()?;
        (start % 2 == 0 && self.unit(pair) < 0x80).then_some(start + 2)
    }
}

/// The half of a surrogate pair that three bytes stand for.
fn unpaired([first, second, third]: [u8; 3]) -> Option<u16> {
    let is_half = first == 0xED && (0xA0..=0xBF).contains(&second) && (0x80..=0xBF).contains(&third);
    is_half.then(|| 0xD000 | u16::from(second & 0x3F) << 6 | u16::from(third & 0x3F))
}
