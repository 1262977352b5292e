//! What changes within a turn of a stamp, read and printed as one word: `hh:mm:ss`, or the end of it.

use super::field::Pad;
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

/// The largest whole unit that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lead {
    /// All hours of a day.
    Hours,
    /// Twelve hours, of which the first is called 12.
    HoursOfHalf,
    /// Minutes of an hour.
    Minutes,
    /// Seconds of a minute.
    Seconds,
}

/// How the time within a turn is written: within a day, half a day, an hour or a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    pub(super) lead: Lead,
    pub(super) unit: Unit,
    /// Between hours, minutes and seconds; zero if nothing is, then hours are padded.
    pub(super) separator: u8,
    pub(super) hour: Pad,
    /// Digits after the seconds, at most nine; none unless seconds are written.
    pub(super) fraction: u8,
    /// Between seconds and fraction.
    pub(super) point: u8,
    /// Whole seconds are written without point and fraction, as Python does.
    pub(super) elastic: bool,
}

impl Clock {
    /// How many values a turn has.
    pub(super) fn units(&self) -> u64 {
        let minute = match self.unit {
            Unit::Hours | Unit::Minutes => 1,
            Unit::Seconds => 60 * power::pow10(self.fraction).unwrap_or(1),
        };
        let hour = if self.unit == Unit::Hours { 1 } else { 60 * minute };
        match self.lead {
            Lead::Hours => 24 * hour,
            Lead::HoursOfHalf => 12 * hour,
            Lead::Minutes => hour,
            Lead::Seconds => minute,
        }
    }

    /// Bytes at most.
    pub(super) fn longest(&self) -> usize {
        (self.width() - self.hidden()) as usize + usize::from(self.fraction > 0) + usize::from(self.fraction)
    }

    /// Whether it may have one digit more.
    pub(super) fn ends_open(&self) -> bool {
        self.unit == Unit::Hours && self.hour == Pad::None
    }

    /// Bytes that the clock at the start of `text` takes, if there is one.
    pub(super) fn measure(&self, text: &[u8]) -> usize {
        let second_is_digit = text.get(1).is_some_and(u8::is_ascii_digit);
        let short = u32::from(self.hour == Pad::None && !second_is_digit);
        let whole = (self.width() - self.hidden() - short) as usize;
        if self.fraction == 0 || (self.elastic && text.get(whole) != Some(&self.point)) {
            return whole;
        }
        whole + 1 + usize::from(self.fraction)
    }

    pub(super) fn is_sound(&self) -> bool {
        let shape = match self.lead {
            Lead::Hours | Lead::HoursOfHalf => true,
            Lead::Minutes => self.unit != Unit::Hours && self.separator != 0 && self.hour == Pad::Zero,
            Lead::Seconds => self.unit == Unit::Seconds && self.separator == b':' && self.hour == Pad::Zero,
        };
        shape
            && !self.separator.is_ascii_digit()
            && (self.separator != 0 || self.hour == Pad::Zero)
            && self.fraction <= 9
            && (self.unit == Unit::Seconds || self.fraction == 0)
            && (self.fraction > 0) == (self.point != 0)
            && !self.point.is_ascii_digit()
            && (self.fraction > 0 || !self.elastic)
    }

    /// Bytes of the word that are not shown.
    #[inline(always)]
    const fn hidden(&self) -> u32 {
        match self.lead {
            Lead::Hours | Lead::HoursOfHalf => 0,
            Lead::Minutes => 3,
            Lead::Seconds => 6,
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

    /// Units since the turn began.
    #[inline(always)]
    pub(super) fn parse(&self, text: &[u8]) -> Option<u64> {
        let mut width = self.width();
        let mut word = load(text);
        if !self.is_plain() {
            (word, width) = self.completed(word, width, text.len())?;
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

    /// Whether it begins with two digits of hours that count from 0.
    #[inline(always)]
    fn is_plain(&self) -> bool {
        matches!((self.lead, self.hour), (Lead::Hours | Lead::HoursOfHalf, Pad::Zero))
    }

    /// The word with two digits of hours before the rest, and the bytes of it that stand in the text.
    #[inline]
    fn completed(&self, word: u64, width: u32, length: usize) -> Option<(u64, u32)> {
        let first = word as u8;
        match (self.hidden(), self.hour) {
            (0, Pad::Zero) => Some((word, width)),
            (0, Pad::None) if (word >> 8) as u8 == self.separator || length == 1 => {
                Some((word << 8 | u64::from(b'0'), width - 1))
            }
            (0, Pad::Blank) if first == b' ' => Some((word ^ u64::from(b' ' ^ b'0'), width)),
            (0, _) => (first != b'0').then_some((word, width)),
            (hidden, _) => {
                let zeros = (ZEROS ^ self.mask()) & ((1 << (8 * hidden)) - 1);
                Some((word << (8 * hidden) | zeros, width - hidden))
            }
        }
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
        let (mut h, m, s) = (pairs & 0xff, (pairs >> second) & 0xff, (pairs >> third) & 0xff);
        if self.lead == Lead::HoursOfHalf {
            if (h > 12) | (h == 0) {
                return None;
            }
            h %= 12;
        }
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

    /// Prints units of a turn at a place; returns where they end.
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
        let h = if self.lead == Lead::HoursOfHalf && h == 0 { 12 } else { h };
        // Tens and ones of all three at once, each in a lane of its own.
        let (second, third) = self.lanes();
        let numbers = u64::from(h) | (u64::from(m) << second) | (u64::from(s) << third);
        let tens = ((numbers * 103) >> 10) & (0xf | (0xf << second) | (0xf << third));
        let mut word = (tens | (numbers.wrapping_sub(10 * tens) << 8) | ZEROS) ^ self.mask();
        let mut skip = self.hidden();
        if self.hour != Pad::Zero && h < 10 {
            skip += u32::from(self.hour == Pad::None);
            word ^= u64::from(b' ' ^ b'0');
        }
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
