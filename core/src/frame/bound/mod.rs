//! Bounded error: numbers that may differ from those written, by so much and no more.
//!
//! A bound changes the text, not the way it is coded: [`table`] and [`samples`] put every number that may move on a coarse
//! [`lattice`], and what is written is then the archive of that text. A decoder needs to know nothing of it; the header
//! says it so that nobody takes the archive for the text as it was, and how many distinct values the bound has left of those
//! that the first segment had.
//!
//! ```text
//! bounds    := tolerance of all columns | count varint | (gap varint | tolerance)*
//!            | count varint | (gap varint | distinct varint | left varint)*
//! gap       := column less the one before and 1; the column itself for the first
//! tolerance := 0                              none: exact
//!            | 1 | mantissa varint | places u8   at most mantissa / 10^places
//!            | 2 | mantissa varint | places u8   at most that share of the range of the column in the segment
//! ```
//! Called by [`super::Header`] and [`super::Segment`].

mod lattice;
mod levels;
mod samples;
mod spare;
mod table;
mod tolerance;
#[cfg(test)]
mod whole;

pub(super) use samples::near as near_samples;
pub(super) use table::near as near_table;
pub use tolerance::Tolerance;

use crate::{
    entropy::{Cursor, put_varint},
    error::Error,
    table::{Layout, MAX_COLUMNS, Schema},
};
use alloc::{collections::BTreeMap, vec::Vec};
use core::ops::Range;

/// How far each column's numbers may move.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tolerances {
    all: Tolerance,
    others: BTreeMap<usize, Tolerance>,
    costs: BTreeMap<usize, Cost>,
}

/// The price of a bound in one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Distinct values that its numbers had in the first segment.
    pub distinct: u64,
    /// Distinct values that are left of them.
    pub left: u64,
}

impl Tolerances {
    /// The same for all columns.
    pub(crate) fn new(all: Tolerance) -> Self {
        Self { all, ..Self::default() }
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

    /// Whether a column has a tolerance of its own.
    pub fn has_own(&self, column: usize) -> bool {
        self.others.contains_key(&column)
    }

    /// What they cost the columns whose numbers may move, rising; a column of several fields counts as the first of them.
    pub fn costs(&self) -> impl Iterator<Item = (usize, Cost)> {
        self.costs.iter().map(|(column, cost)| (*column, *cost))
    }

    fn cost(&mut self, column: usize, cost: Cost) {
        self.costs.insert(column, cost);
    }

    /// Returns the tolerance for a column that covers these fields.
    pub fn tightest(&self, fields: Range<usize>) -> Tolerance {
        fields.map(|field| self.of(field)).reduce(Tolerance::tighter).unwrap_or_default()
    }

    /// Whether it is settled that the bound holds for the column of these fields, which may be what the bound for all spares.
    fn are_judged(&self, mut fields: Range<usize>) -> bool {
        fields.any(|field| self.others.contains_key(&field) || self.costs.contains_key(&field))
    }

    /// What holds where columns are others than those that were named: nobody knows which must stay exact.
    pub(super) fn of_strangers(&self) -> Self {
        if self.others.is_empty() { Self::new(self.all) } else { Self::default() }
    }

    /// Keeps clocks and counts of rows exact that have no tolerance of their own, as `first`, the text behind the preamble,
    /// shows them.
    pub fn spare_clocks(&mut self, first: &[u8], layout: &Layout) {
        if !self.all.is_exact() {
            table::spare_clocks(first, layout, self);
        }
    }

    /// Keeps columns exact that a bound for all columns is not meant for, and counts what the bounds cost the others, as
    /// `first`, the text behind the preamble, shows them.
    pub(super) fn judge(&mut self, first: &[u8], schema: &Schema) {
        match schema {
            _ if self.is_exact() => {}
            Schema::Bytes | Schema::Learnt { .. } => {}
            Schema::Raw(raw) => samples::judge(first, *raw, self),
            Schema::Table(layout) => table::judge(first, layout, self),
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
        put_varint(out, self.costs.len() as u64);
        behind = 0;
        for (column, cost) in &self.costs {
            put_varint(out, (column - behind) as u64);
            put_varint(out, cost.distinct);
            put_varint(out, cost.left);
            behind = column + 1;
        }
    }

    /// Reads them.
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, Error> {
        let mut bounds = Self::new(Tolerance::read(cursor)?);
        let mut behind = 0;
        for _ in 0..columns(cursor)? {
            let column = next(cursor, &mut behind)?;
            bounds.set(column, Tolerance::read(cursor)?);
        }
        behind = 0;
        for _ in 0..columns(cursor)? {
            let column = next(cursor, &mut behind)?;
            let cost = Cost { distinct: cursor.varint()?, left: cursor.varint()? };
            if cost.left > cost.distinct {
                return Err(Error::Corrupt("a bound that makes values more"));
            }
            bounds.cost(column, cost);
        }
        Ok(bounds)
    }
}

/// How many columns are listed.
fn columns(cursor: &mut Cursor<'_>) -> Result<u64, Error> {
    let columns = cursor.varint()?;
    if columns > MAX_COLUMNS as u64 {
        return Err(Error::Corrupt("bounds of more columns than there can be"));
    }
    Ok(columns)
}

/// The column behind a gap.
fn next(cursor: &mut Cursor<'_>, behind: &mut usize) -> Result<usize, Error> {
    let gap = usize::try_from(cursor.varint()?).ok();
    let column = gap.and_then(|gap| behind.checked_add(gap)).filter(|column| *column < usize::MAX);
    let column = column.ok_or(Error::Corrupt("a bound of no column"))?;
    *behind = column + 1;
    Ok(column)
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
        fn bounds_come_back(
            all in tolerance(),
            others in prop::collection::btree_map(0usize..5000, tolerance(), 0..9),
            costs in prop::collection::btree_map(0usize..5000, (0u64..999, 0u64..999), 0..9),
        ) {
            let mut bounds = Tolerances::new(all);
            costs.iter().for_each(|(column, (a, b))| bounds.cost(*column, Cost { distinct: *a.max(b), left: *a.min(b) }));
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
