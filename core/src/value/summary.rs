//! What is known of many cells without looking at each: how many say nothing, the smallest and the largest value.
//!
//! Invariant: a summary depends on the texts of the cells alone, not on their order.

use super::{Form, Moment, Number, Order, bare, is_missing, unit::Unit};
use crate::num::Decimal;
use core::cmp::Ordering;

/// What is known of the cells of a column.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many there are.
    pub cells: u64,
    /// Empty ones.
    pub blank: u64,
    /// Words that say that a value is missing.
    pub missing: u64,
    /// The values of the others.
    pub range: Range,
}

/// The values of some cells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Range {
    /// There are none.
    #[default]
    Empty,
    /// Numbers.
    Numbers {
        /// The smallest, without zeros at the end of its decimals.
        min: Decimal,
        /// The largest.
        max: Decimal,
        /// The most decimals that are written.
        places: u8,
    },
    /// Numbers, of which some have more digits than an integer holds.
    Long,
    /// Times that begin with the year.
    Times {
        /// The earliest, counted from 1970 in `unit`; in Greenwich, if zones are told.
        min: i64,
        /// The latest.
        max: i64,
        /// The coarsest unit that all of them are whole in.
        unit: Unit,
        /// The zones that they tell.
        ahead: Option<Zones>,
    },
    /// Anything else.
    Other,
}

/// Minutes that clocks are ahead of Greenwich, of that furthest behind and of that furthest ahead.
pub type Zones = (i16, i16);

/// A bare cell as far as summaries tell cells apart.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Seen {
    Blank,
    Missing,
    Number(Number),
    Time(Moment),
    Word,
}

impl Seen {
    fn of(cell: &[u8]) -> Self {
        let bare = bare(cell);
        match () {
            () if bare.is_empty() => Self::Blank,
            () if is_missing(bare) => Self::Missing,
            () => match (Number::parse(bare), time(bare)) {
                (Some(number), _) => Self::Number(number),
                (None, Some(moment)) => Self::Time(moment),
                (None, None) => Self::Word,
            },
        }
    }
}

/// The time that a bare cell tells, if it begins with the year: in other dates, day and month may be mistaken.
pub(super) fn time(bare: &[u8]) -> Option<Moment> {
    let (year, rest) = bare.split_first_chunk::<4>()?;
    if !year.iter().all(u8::is_ascii_digit) || !matches!(rest.first()?, b'-' | b'/' | b'.') {
        return None;
    }
    let moment = Moment::parse(bare, Order::DayFirst)?;
    let is_dated = matches!(moment.form, Form::Date | Form::DateTime) && unit(&moment).is_some();
    is_dated.then_some(moment)
}

/// The coarsest unit that a moment is whole in.
pub(super) fn unit(moment: &Moment) -> Option<Unit> {
    if moment.form == Form::Date { Some(Unit::Day) } else { Unit::of_places(moment.places()) }
}

/// A moment that tells no zone counts as its clock showed it, any other as it was in Greenwich.
pub(super) fn count(moment: &Moment, unit: Unit) -> Option<i64> {
    i64::try_from(moment.nanoseconds().div_euclid(unit.nanoseconds().into())).ok()
}

/// Nanoseconds of a minute.
pub(super) const MINUTE: i128 = 60_000_000_000;

impl Range {
    fn of(seen: &Seen) -> Self {
        match seen {
            Seen::Blank | Seen::Missing => Self::Empty,
            Seen::Word => Self::Other,
            Seen::Number(number) => number.decimal().map_or(Self::Long, |decimal| Self::Numbers {
                min: decimal.trimmed(),
                max: decimal.trimmed(),
                places: decimal.places,
            }),
            Seen::Time(moment) => Self::of_time(moment).unwrap_or(Self::Other),
        }
    }

    fn of_time(moment: &Moment) -> Option<Self> {
        let unit = unit(moment)?;
        let at = count(moment, unit)?;
        let ahead = match moment.ahead() {
            Some(ahead) => Some(i16::try_from(ahead / MINUTE).ok()?),
            None => None,
        };
        Some(Self::Times { min: at, max: at, unit, ahead: ahead.map(|ahead| (ahead, ahead)) })
    }

    /// Widens it by the values of other cells.
    fn merge(self, other: Self) -> Self {
        match (self, other) {
            (Self::Empty, range) | (range, Self::Empty) => range,
            (Self::Numbers { min, max, places }, Self::Numbers { min: low, max: high, places: more }) => {
                Self::Numbers {
                    min: if compare(low, min) == Ordering::Less { low } else { min },
                    max: if compare(high, max) == Ordering::Greater { high } else { max },
                    places: places.max(more),
                }
            }
            (Self::Numbers { .. } | Self::Long, Self::Numbers { .. } | Self::Long) => Self::Long,
            (Self::Times { .. }, Self::Times { .. }) => self.merge_times(other).unwrap_or(Self::Other),
            _ => Self::Other,
        }
    }

    fn merge_times(self, other: Self) -> Option<Self> {
        let (Self::Times { unit: one, .. }, Self::Times { unit: two, .. }) = (self, other) else {
            return None;
        };
        let unit = one.max(two);
        let ((min, max, ahead), (low, high, zone)) = (self.times_in(unit)?, other.times_in(unit)?);
        let ahead = match (ahead, zone) {
            (None, None) => None,
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            _ => return None,
        };
        Some(Self::Times { min: min.min(low), max: max.max(high), unit, ahead })
    }

    /// The bounds of times in a unit as fine as theirs or finer, and their zones.
    fn times_in(self, finer: Unit) -> Option<(i64, i64, Option<Zones>)> {
        let Self::Times { min, max, unit, ahead } = self else { return None };
        let units = unit.nanoseconds() / finer.nanoseconds();
        Some((min.checked_mul(units)?, max.checked_mul(units)?, ahead))
    }
}

/// Whether a cell is seen at a glance to be neither empty nor a word that says that a value is missing: those are short.
fn is_plainly_filled(cell: &[u8]) -> bool {
    let is_plain = |byte: &u8| !byte.is_ascii_whitespace() && *byte != b'"';
    cell.len() > 4 && cell.first().is_some_and(is_plain) && cell.last().is_some_and(is_plain)
}

/// Compares two decimals.
pub(super) fn compare(a: Decimal, b: Decimal) -> Ordering {
    Number::Short(a).compare(&Number::Short(b))
}

impl Summary {
    /// Returns what is known of `cells`.
    pub fn of<'c>(cells: impl IntoIterator<Item = &'c [u8]>) -> Self {
        let mut summary = Self::default();
        cells.into_iter().for_each(|cell| summary.push(cell, 1));
        summary
    }

    /// Adds a cell that stands `times` times.
    pub(crate) fn push(&mut self, cell: &[u8], times: u64) {
        // Of words nothing more is known than which of them are blank.
        if self.range == Range::Other {
            if is_plainly_filled(cell) {
                self.cells = self.cells.saturating_add(times);
                return;
            }
            let bare = bare(cell);
            let one = Self {
                cells: times,
                blank: if bare.is_empty() { times } else { 0 },
                missing: if !bare.is_empty() && is_missing(bare) { times } else { 0 },
                range: Range::Other,
            };
            return self.merge(&one);
        }
        let seen = Seen::of(cell);
        let mut one = Self { cells: times, range: Range::of(&seen), ..Self::default() };
        match seen {
            Seen::Blank => one.blank = times,
            Seen::Missing => one.missing = times,
            _ => {}
        }
        self.merge(&one);
    }

    /// Adds what is known of other cells of the same column.
    pub fn merge(&mut self, other: &Self) {
        self.cells = self.cells.saturating_add(other.cells);
        self.blank = self.blank.saturating_add(other.blank);
        self.missing = self.missing.saturating_add(other.missing);
        self.range = self.range.merge(other.range);
    }

    /// Returns how many cells have no value: in a column of text only empty ones.
    pub fn nulls(&self) -> u64 {
        let missing = if self.range == Range::Other { 0 } else { self.missing };
        self.blank.saturating_add(missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Type;
    use std::vec::Vec;

    fn kind(cells: &[&str]) -> Type {
        Type::of(&Summary::of(cells.iter().map(|cell| cell.as_bytes())))
    }

    #[test]
    fn a_type_is_as_wide_as_its_cells_need() {
        let time = |unit, zoned| Type::Time { unit, zoned };
        for (cells, wanted) in [
            (&["", " ", "NA"][..], Type::Null),
            (&["1", "", "-20"], Type::Integer),
            (&["1", "2.50", "nan"], Type::Decimal { places: 2 }),
            (&["1,5", "\"2\""], Type::Decimal { places: 1 }),
            (&["1e-5", "3"], Type::Decimal { places: 5 }),
            (&["1e-30", "3"], Type::Float),
            (&["0.000000000000000001", "3000"], Type::Float),
            (&["12345678901234567890"], Type::Float),
            (&["2025-01-01", "2025-01-02"], time(Unit::Day, false)),
            (&["2025-01-01", "2025-01-02 10:00"], time(Unit::Second, false)),
            (&["2025-01-01T00:00:00.5Z", "2025-01-02 10:00:00+02:00"], time(Unit::Millisecond, true)),
            (&["2025-01-01T00:00:00.123456789"], time(Unit::Nanosecond, false)),
            (&["2025-01-01T00:00:00Z", "2025-01-01 00:00:00"], Type::Text),
            (&["9025-01-01T00:00:00.123456789"], Type::Text),
            (&["2025-01-01", "7"], Type::Text),
            (&["24/12/2025"], Type::Text),
            (&["on", "1"], Type::Text),
        ] {
            assert_eq!(kind(cells), wanted, "{cells:?}");
            let back: Vec<&str> = cells.iter().rev().copied().collect();
            assert_eq!(kind(&back), wanted, "{back:?}");
        }
    }

    #[test]
    fn the_smallest_and_the_largest_are_kept() {
        let of = |cells: &[&str]| Summary::of(cells.iter().map(|cell| cell.as_bytes()));
        let summary = of(&["2.50", "-1", "", "10.0", "NA"]);
        let decimal = |mantissa, places| Decimal { mantissa, places };
        let range = Range::Numbers { min: decimal(-1, 0), max: decimal(10, 0), places: 2 };
        assert_eq!(summary, Summary { cells: 5, blank: 1, missing: 1, range });
        assert_eq!(summary.nulls(), 2);
        assert_eq!(of(&["on", "NA", "", "off"]).nulls(), 1);
        let range = of(&["2025-01-01 02:00:00+02:00", "2025-01-01 00:00:01Z"]).range;
        let since = 1_735_689_600;
        assert_eq!(
            range,
            Range::Times { min: since, max: since + 1, unit: Unit::Second, ahead: Some((0, 120)) }
        );
    }
}
