//! Bounded error: numbers that may differ from those written, by so much and no more.
//!
//! A bound changes the text, not the way it is coded: [`table`] and [`samples`] put every number that may move on a coarse
//! [`lattice`], and what is written is then the archive of that text. A decoder needs to know nothing of it; the header
//! says it so that nobody takes the archive for the text as it was.
//!
//! ```text
//! bounds    := tolerance of all columns | count varint | (gap varint | tolerance)*
//! gap       := column less the one before and 1; the column itself for the first
//! tolerance := 0                              none: exact
//!            | 1 | mantissa varint | places u8   at most mantissa / 10^places
//!            | 2 | mantissa varint | places u8   at most that share of the range of the column in the segment
//! ```
//! Called by [`super::Header`] and [`super::Segment`].

mod clock;
mod lattice;
mod levels;
mod samples;
mod table;
mod tolerance;
#[cfg(test)]
mod whole;

pub(super) use samples::near as near_samples;
pub(super) use table::near as near_table;
pub use tolerance::Tolerance;

use crate::{
    Error,
    entropy::{Cursor, put_varint},
    table::{MAX_COLUMNS, Schema},
};
use alloc::{collections::BTreeMap, vec::Vec};

/// How far each column's numbers may move.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tolerances {
    all: Tolerance,
    others: BTreeMap<usize, Tolerance>,
}

impl Tolerances {
    /// The same for all columns.
    pub fn new(all: Tolerance) -> Self {
        Self { all, others: BTreeMap::new() }
    }

    /// Gives one column its own.
    pub fn set(&mut self, column: usize, tolerance: Tolerance) {
        self.others.insert(column, tolerance);
    }

    /// How far the numbers of a column may move.
    pub fn of(&self, column: usize) -> Tolerance {
        self.others.get(&column).copied().unwrap_or(self.all)
    }

    /// The tolerance of columns that have none of their own.
    pub fn all(&self) -> Tolerance {
        self.all
    }

    /// The columns that have a tolerance of their own, rising.
    pub fn others(&self) -> impl Iterator<Item = (usize, Tolerance)> {
        self.others.iter().map(|(column, tolerance)| (*column, *tolerance))
    }

    /// Whether all numbers stay as they are.
    pub fn is_exact(&self) -> bool {
        self.all.is_exact() && self.others.values().all(|tolerance| tolerance.is_exact())
    }

    /// What holds where columns are others than those that were named: nobody knows which must stay exact.
    pub(super) fn of_strangers(&self) -> Self {
        if self.others.is_empty() { self.clone() } else { Self::default() }
    }

    /// Keeps clocks and counts of rows exact that were not named, as `first`, the text behind the preamble, shows them.
    pub(super) fn spare_clocks(&mut self, first: &[u8], schema: &Schema) {
        if self.all.is_exact() {
            return;
        }
        for column in clock::find(first, schema) {
            self.others.entry(column).or_insert(Tolerance::EXACT);
        }
    }

    /// Appends them.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        self.all.write(out);
        put_varint(out, self.others.len() as u64);
        let mut behind = 0;
        for (column, tolerance) in &self.others {
            put_varint(out, (column - behind) as u64);
            tolerance.write(out);
            behind = column + 1;
        }
    }

    /// Reads them.
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, Error> {
        let mut bounds = Self::new(Tolerance::read(cursor)?);
        let mut behind = 0usize;
        let others = cursor.varint()?;
        if others > MAX_COLUMNS as u64 {
            return Err(Error::Corrupt("bounds of more columns than there can be"));
        }
        for _ in 0..others {
            let gap = usize::try_from(cursor.varint()?).ok();
            let column = gap.and_then(|gap| behind.checked_add(gap)).filter(|column| *column < usize::MAX);
            let column = column.ok_or(Error::Corrupt("a bound of no column"))?;
            bounds.set(column, Tolerance::read(cursor)?);
            behind = column + 1;
        }
        Ok(bounds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tolerance() -> impl Strategy<Value = Tolerance> {
        prop_oneof![
            Just(Tolerance::EXACT),
            "[0-9]{1,9}(\\.[0-9]{1,9})?%?".prop_map(|text| Tolerance::parse(&text).unwrap()),
        ]
    }

    proptest! {
        #[test]
        fn bounds_come_back(all in tolerance(), others in prop::collection::btree_map(0usize..5000, tolerance(), 0..9)) {
            let mut bounds = Tolerances::new(all);
            others.iter().for_each(|(column, tolerance)| bounds.set(*column, *tolerance));
            let mut out = Vec::new();
            bounds.write(&mut out);
            let mut cursor = Cursor::new(&out);
            prop_assert_eq!(Tolerances::read(&mut cursor), Ok(bounds));
            prop_assert!(cursor.rest().is_empty());
        }

        #[test]
        fn hostile_bytes_are_an_error_or_bounds(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            if let Ok(bounds) = Tolerances::read(&mut Cursor::new(&bytes)) {
                prop_assert!(bounds.others().count() <= bytes.len());
            }
        }
    }
}
