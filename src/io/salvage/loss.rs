//! What a salvage could not read: all of it counted, the first places told.

use std::ops::Range;

/// Limit: places that are kept; a damaged archive may have one for every few bytes.
const MAX_TOLD: usize = 1000;

/// Bytes of an archive that gave nothing; an empty range is where a footer is missing.
#[derive(Debug, Default)]
pub(crate) struct Loss {
    /// How many ranges there are.
    pub(crate) places: u64,
    /// How many bytes are in them.
    pub(crate) bytes: u64,
    /// The first of them.
    pub(crate) told: Vec<Range<u64>>,
    /// Where the last one ends.
    end: Option<u64>,
}

impl Loss {
    /// Whether nothing is lost.
    pub(crate) fn is_none(&self) -> bool {
        self.places == 0
    }

    /// Where the last range ends.
    pub(super) fn end(&self) -> Option<u64> {
        self.end
    }

    /// Notes a range behind those before; what is lost in one piece is told in one piece.
    pub(super) fn add(&mut self, lost: Range<u64>) {
        self.bytes += lost.end - lost.start;
        let goes_on = self.end.replace(lost.end) == Some(lost.start);
        if goes_on {
            let last = self.told.last_mut().filter(|last| last.end == lost.start);
            last.into_iter().for_each(|last| last.end = lost.end);
            return;
        }
        self.places += 1;
        if self.told.len() < MAX_TOLD {
            self.told.push(lost);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_in_one_piece_is_one_place_and_the_first_are_told() {
        let mut loss = Loss::default();
        loss.add(3..5);
        loss.add(5..9);
        assert_eq!((loss.places, loss.bytes, loss.told.first()), (1, 6, Some(&(3..9))));
        (0..5000).for_each(|n| loss.add(10 + 2 * n..11 + 2 * n));
        loss.add(10_009..10_012);
        assert_eq!((loss.places, loss.bytes, loss.told.len()), (5001, 5009, MAX_TOLD));
        assert_eq!(loss.end(), Some(10_012));
    }
}
