//! The time-of-day half of a stamp, read and printed as one word: `hh:mm:ss`.

use crate::num::decimal::{digits, put_fraction};
use crate::num::power;
use crate::num::text::{Text, ZEROS, load, put, put_byte};

/// The smallest whole unit that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Hours,
    Minutes,
    Seconds,
}

/// How a time of day is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    pub(super) unit: Unit,
    /// Between hours, minutes and seconds; zero if nothing is, then hours are padded.
    pub(super) separator: u8,
    pub(super) padded_hour: bool,
    /// Digits after the seconds, at most nine; none unless seconds are written.
    pub(super) fraction: u8,
    /// Between seconds and fraction.
    pub(super) point: u8,
    /// Whole seconds are written without point and fraction, as Python does.
    pub(super) elastic: bool,
}

impl Clock {
    pub(super) fn units_per_day(&self) -> u64 {
        match self.unit {
            Unit::Hours => 24,
            Unit::Minutes => 24 * 60,
            Unit::Seconds => 86_400 * power::pow10(self.fraction).unwrap_or(1),
        }
    }

    /// Bytes of hours, minutes and seconds with padded hours.
    #[inline(always)]
    const fn width(&self) -> u32 {
        let pairs = self.unit as u32;
        2 + pairs * if self.separator == 0 { 2 } else { 3 }
    }

    /// What turns the separators of `hh:mm:ss` into zeros and back.
    #[inline(always)]
    const fn mask(&self) -> u64 {
        if self.separator == 0 { 0 } else { (self.separator ^ b'0') as u64 * (1 << 16 | 1 << 40) }
    }

    /// The bits where minutes and seconds begin in the word.
    #[inline(always)]
    const fn lanes(&self) -> (u32, u32) {
        if self.separator == 0 { (16, 32) } else { (24, 48) }
    }

    /// Units since midnight.
    #[inline(always)]
    pub(super) fn parse(&self, text: &[u8]) -> Option<u64> {
        let mut width = self.width();
        let mut word = load(text);
        if !self.padded_hour {
            if (word >> 8) as u8 == self.separator || text.len() == 1 {
                word = word << 8 | u64::from(b'0');
                width -= 1;
            } else if word as u8 == b'0' {
                return None;
            }
        }
        let rest = text.get(width as usize..)?;
        let shown = self.width();
        let zeroed = word ^ self.mask();
        let word = if shown == 8 { zeroed } else { zeroed & ((1 << (8 * shown)) - 1) | ZEROS << (8 * shown) };
        let units = self.whole(word)?;
        if self.fraction == 0 {
            return rest.is_empty().then_some(units);
        }
        self.with_fraction(units, rest)
    }

    /// Units from eight digits, the separators already zeros.
    #[inline(always)]
    fn whole(&self, word: u64) -> Option<u64> {
        let d = word ^ ZEROS;
        if self.separator != 0 && d & 0x0000_ff00_00ff_0000 != 0 {
            return None;
        }
        if (d.wrapping_add(0x7676_7676_7676_7676) | d) & 0x8080_8080_8080_8080 != 0 {
            return None;
        }
        let pairs = d * 10 + (d >> 8);
        let (second, third) = self.lanes();
        let (h, m, s) = (pairs & 0xff, (pairs >> second) & 0xff, (pairs >> third) & 0xff);
        if (h > 23) | (m > 59) | (s > 59) {
            return None;
        }
        Some(match self.unit {
            Unit::Hours => h,
            Unit::Minutes => h * 60 + m,
            Unit::Seconds => h * 3600 + m * 60 + s,
        })
    }

    #[inline(always)]
    fn with_fraction(&self, seconds: u64, rest: &[u8]) -> Option<u64> {
        let units = seconds * power::pow10(self.fraction)?;
        if self.elastic && rest.is_empty() {
            return Some(units);
        }
        let (&point, run) = rest.split_first()?;
        if point != self.point || run.len() != usize::from(self.fraction) {
            return None;
        }
        let fraction = digits(run)?;
        (!self.elastic || fraction != 0).then_some(units + fraction)
    }

    /// Prints units below a day at a place; returns where they end.
    #[inline(always)]
    pub(super) fn print(&self, units: u64, at: usize, text: &mut Text) -> usize {
        let (whole, fraction) =
            if self.fraction == 0 { (units, 0) } else { power::split(units, self.fraction) };
        let whole = whole as u32;
        let (h, m, s) = match self.unit {
            Unit::Hours => (whole, 0, 0),
            Unit::Minutes => (whole / 60, whole % 60, 0),
            Unit::Seconds => (whole / 3600, whole / 60 % 60, whole % 60),
        };
        // Tens and ones of all three at once, each in a lane of its own.
        let (second, third) = self.lanes();
        let numbers = u64::from(h) | (u64::from(m) << second) | (u64::from(s) << third);
        let tens = ((numbers * 103) >> 10) & (0xf | (0xf << second) | (0xf << third));
        let word = (tens | (numbers.wrapping_sub(10 * tens) << 8) | ZEROS) ^ self.mask();
        let skip = u32::from(!self.padded_hour && h < 10);
        put(text, at, word >> (8 * skip));
        let end = at + (self.width() - skip) as usize;
        if self.fraction == 0 || (self.elastic && fraction == 0) {
            return end;
        }
        put_byte(text, end, self.point);
        put_fraction(text, end + 1, fraction, self.fraction);
        end + 1 + usize::from(self.fraction)
    }
}
