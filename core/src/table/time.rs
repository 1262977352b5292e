//! Date and time as text to one integer and back, byte for byte.
//!
//! A [`Pattern`] says how a column writes its stamps. A stamp's value counts the smallest unit that the pattern
//! writes (days, hours, minutes, seconds or a decimal part of a second) from 1970-01-01 00:00, or from midnight where
//! there is no date; zones are not computed with, the zone is the constant `suffix`.
//! Invariant: `print(parse(x)) == x` for whatever `parse` accepts. Called by the value maps of this room.
//!
//! Successive stamps mostly share their date, so the text of the last date is kept in a [`Cache`].

mod calendar;
mod clock;
mod date;
mod detect;
mod travel;

use crate::num::text::{Text, load, put};
use clock::Clock;
use date::Date;

/// The longest constant text after a stamp.
pub const MAX_SUFFIX: usize = 7;

/// How a column writes its stamps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pattern {
    date: Option<Date>,
    /// Between date and time; zero if nothing is.
    join: u8,
    clock: Option<Clock>,
    /// At most seven bytes as a word, the first in the lowest byte.
    suffix: u64,
    suffix_length: u8,
}

/// The date that a pattern last read or printed. One cache serves one pattern.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cache {
    /// The date and the joining byte, the first character in the lowest byte.
    prefix: u128,
    /// Ones where the prefix has bytes.
    mask: u128,
    length: u8,
    /// The value of that date at midnight, and how many values that day has; no values: nothing cached.
    start: i64,
    span: u64,
}

impl Cache {
    /// A cache that holds no date.
    pub const fn new() -> Self {
        Self { prefix: 0, mask: 0, length: 0, start: 0, span: 0 }
    }

    /// A date and what joins it, at most twelve bytes, the bytes after them zero.
    const fn holding(prefix: u128, length: u8, start: i64, span: u64) -> Self {
        // The last day that integers reach is cut short: the smallest value does not follow the largest.
        let left = i64::MAX.abs_diff(start).saturating_add(1);
        let span = if span < left { span } else { left };
        Self { prefix, mask: (1 << (8 * length)) - 1, length, start, span }
    }

    /// What follows the cached date, if `stamp` begins with it.
    #[inline(always)]
    fn strip<'a>(&self, stamp: &'a [u8]) -> Option<&'a [u8]> {
        let head = match stamp.first_chunk::<16>() {
            Some(head) => u128::from_le_bytes(*head),
            None => short(stamp),
        };
        if (self.span == 0) | ((head ^ self.prefix) & self.mask != 0) {
            return None;
        }
        stamp.get(usize::from(self.length)..)
    }
}

/// Fewer than sixteen bytes as a word.
#[inline(always)]
fn short(stamp: &[u8]) -> u128 {
    match stamp.split_first_chunk::<8>() {
        Some((low, high)) => u128::from(u64::from_le_bytes(*low)) | u128::from(load(high)) << 64,
        None => u128::from(load(stamp)),
    }
}

impl Pattern {
    /// How many values a day has.
    pub fn units_per_day(&self) -> u64 {
        self.clock.map_or(1, |clock| clock.units_per_day())
    }

    /// Whether a stamp names a day, not only a time of day.
    pub const fn has_date(&self) -> bool {
        self.date.is_some()
    }

    /// The value of a stamp; `None` if the pattern would print that value differently.
    #[inline]
    pub fn parse(&self, stamp: &[u8], cache: &mut Cache) -> Option<i64> {
        let stamp = self.strip_suffix(stamp)?;
        let Some(date) = self.date else {
            return i64::try_from(self.clock?.parse(stamp)?).ok();
        };
        let rest = match cache.strip(stamp) {
            Some(rest) if self.clock.is_some() || rest.is_empty() => rest,
            _ => self.read_date(date, stamp, cache)?,
        };
        match self.clock {
            Some(clock) => cache.start.checked_add_unsigned(clock.parse(rest)?),
            None => rest.is_empty().then_some(cache.start),
        }
    }

    /// Prints the stamp of a value and returns its length; `None` where the pattern has no such stamp.
    #[inline]
    pub fn print(&self, value: i64, cache: &mut Cache, text: &mut Text) -> Option<usize> {
        let (mut at, mut offset) = (0, value.cast_unsigned());
        if let Some(date) = self.date {
            offset = value.wrapping_sub(cache.start).cast_unsigned();
            if offset >= cache.span {
                self.write_date(date, value, cache)?;
                offset = value.wrapping_sub(cache.start).cast_unsigned();
            }
            if let Some(slot) = text.first_chunk_mut() {
                *slot = cache.prefix.to_le_bytes();
            }
            at = usize::from(cache.length);
        } else if offset >= self.units_per_day() {
            return None;
        }
        if let Some(clock) = self.clock {
            at = clock.print(offset, at, text);
        }
        put(text, at, self.suffix);
        Some(at + usize::from(self.suffix_length))
    }

    #[inline(always)]
    fn strip_suffix<'a>(&self, stamp: &'a [u8]) -> Option<&'a [u8]> {
        if self.suffix_length == 0 {
            return Some(stamp);
        }
        let (stamp, suffix) = stamp.split_at_checked(stamp.len().checked_sub(self.suffix_length.into())?)?;
        (load(suffix) == self.suffix).then_some(stamp)
    }

    /// Reads the date at the start of a stamp into the cache; returns what follows the joining byte.
    #[inline(never)]
    fn read_date<'a>(&self, date: Date, stamp: &'a [u8], cache: &mut Cache) -> Option<&'a [u8]> {
        let (day, mut rest) = date.parse(stamp)?;
        if self.join != 0 {
            rest = rest.strip_prefix(&[self.join])?;
        }
        let prefix = stamp.get(..stamp.len() - rest.len())?;
        let span = self.units_per_day();
        let start = day.checked_mul(span.cast_signed())?;
        *cache = Cache::holding(short(prefix), prefix.len() as u8, start, span);
        Some(rest)
    }

    /// Prints the date of a value into the cache.
    #[inline(never)]
    fn write_date(&self, date: Date, value: i64, cache: &mut Cache) -> Option<()> {
        let span = self.units_per_day();
        let day = value.div_euclid(span.cast_signed());
        let (mut prefix, mut length) = date.print(day)?;
        if self.join != 0 {
            prefix |= u128::from(self.join) << (8 * length);
            length += 1;
        }
        *cache = Cache::holding(prefix, length, day.checked_mul(span.cast_signed())?, span);
        Some(())
    }
}

#[cfg(test)]
mod tests;
