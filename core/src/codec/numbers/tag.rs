//! The byte that numbers begin with: the map that their values went through, and what wrote the codes.

use crate::{
    codec::level::{LINEAR_MEMORY, STRONG_MEMORY},
    entropy::Cursor,
    error::Error,
};

/// The map a column's values went through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Map {
    /// None.
    Plain,
    /// Distance from a base, in steps.
    Scaled,
    /// Place among the distinct values.
    Ranked,
    /// A multiple and a remainder.
    Parts,
    /// What multiples of other columns leave.
    Coupled,
    /// Place on a line of significant digits.
    Bent,
    /// Times of day, counted on from the dates in another column.
    Dated,
}

/// What wrote the codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coder {
    /// A series, which no model predicts.
    Series,
    /// Fixed weights.
    Linear,
    /// A model that learns.
    Strong,
    /// The same, which predicts where the values of ranks lie.
    Places,
}

/// Says how a column's numbers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag {
    /// Its map.
    pub map: Map,
    /// What wrote its codes.
    pub coder: Coder,
    /// Whether there are ulps.
    pub has_ulps: bool,
}

const MAPS: [Map; 7] =
    [Map::Plain, Map::Scaled, Map::Ranked, Map::Parts, Map::Coupled, Map::Bent, Map::Dated];
const CODERS: [Coder; 4] = [Coder::Series, Coder::Linear, Coder::Strong, Coder::Places];

impl Tag {
    /// Dated numbers, which other numbers follow.
    pub(super) const DATED: Self = Self { map: Map::Dated, coder: Coder::Series, has_ulps: false };
    pub(super) const COUPLED: Self = Self { map: Map::Coupled, ..Self::DATED };
    pub(super) const PLAIN: Self = Self { map: Map::Plain, ..Self::DATED };

    /// Reads the tag of the numbers that start at `cursor`, which stays there.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] if there is no such tag.
    pub fn peek(cursor: &Cursor<'_>) -> Result<Self, Error> {
        Self::read(&mut cursor.clone())
    }

    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, Error> {
        Self::of(cursor.u8()?).ok_or(Error::Corrupt("unknown value map"))
    }

    fn of(byte: u8) -> Option<Self> {
        let map = *MAPS.get(usize::from(byte & 7))?;
        let coder = *CODERS.get(usize::from(byte >> 4))?;
        let tag = Self { map, coder, has_ulps: byte & 8 != 0 };
        let can_be = match map {
            Map::Coupled | Map::Dated => coder == Coder::Series && !tag.has_ulps,
            Map::Bent => coder == Coder::Strong,
            Map::Ranked => true,
            Map::Plain | Map::Scaled | Map::Parts => coder != Coder::Places,
        };
        can_be.then_some(tag)
    }

    /// Returns its byte.
    pub(super) fn byte(self) -> u8 {
        self.map as u8 | if self.has_ulps { 8 } else { 0 } | (self.coder as u8) << 4
    }

    /// Whether a model predicts the codes.
    pub fn is_modelled(self) -> bool {
        self.coder != Coder::Series
    }

    /// Returns the bytes that the model takes.
    pub(super) fn memory(self) -> u64 {
        match self.coder {
            Coder::Series => 0,
            Coder::Linear => LINEAR_MEMORY,
            Coder::Strong | Coder::Places => STRONG_MEMORY,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_is_one_tag() {
        let tags: alloc::vec::Vec<(u8, Tag)> =
            (0..=255).filter_map(|byte| Some((byte, Tag::of(byte)?))).collect();
        assert!(tags.iter().all(|(byte, tag)| tag.byte() == *byte));
        // Three maps by three coders and ranks by four, with ulps and without; bent with and without; two more.
        assert_eq!(tags.len(), (3 * 3 + 4 + 1) * 2 + 2);
    }
}
