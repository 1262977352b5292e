//! A pattern as bytes.
//!
//! ```text
//! byte 0  order (0 no date, 1 YMD, 2 DMY, 3 MDY) | time (0 none, 4 hours, 8 to minutes, 12 to seconds)
//!         | 16 short year | 32 padded month | 64 padded day | 128 padded hour
//! byte 1  date separator, 0 none
//! byte 2  byte between date and time, 0 none
//! byte 3  time separator, 0 none
//! byte 4  fraction digits 0..=9 | 16 whole seconds are written without fraction
//! byte 5  byte between seconds and fraction, 0 without fraction
//! byte 6  length n of the suffix, 0..=7
//! n bytes the suffix
//! ```
//! What does not apply is zero, so every pattern has one form.

use super::clock::{Clock, Unit};
use super::date::{Date, Order};
use super::{MAX_SUFFIX, Pattern};
use crate::num::text::load;
use alloc::vec::Vec;

const FIXED_BYTES: usize = 7;

impl Pattern {
    /// The pattern as it travels.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = [0; FIXED_BYTES];
        let [flags, separator, join, colon, fraction, point, suffix] = &mut bytes;
        if let Some(date) = self.date {
            *flags |= (date.order as u8 + 1)
                | (u8::from(date.short_year) << 4)
                | (u8::from(date.padded_month) << 5)
                | (u8::from(date.padded_day) << 6);
            *separator = date.separator;
        }
        *join = self.join;
        if let Some(clock) = self.clock {
            *flags |= (clock.unit as u8 + 1) << 2 | u8::from(clock.padded_hour) << 7;
            *colon = clock.separator;
            *fraction = clock.fraction | u8::from(clock.elastic) << 4;
            *point = clock.point;
        }
        *suffix = self.suffix_length;
        let mut out = Vec::from(bytes);
        out.extend(self.suffix.to_le_bytes().into_iter().take(self.suffix_length.into()));
        out
    }

    /// The pattern at the start of `bytes` and what follows it; `None` for what [`Pattern::to_bytes`] never writes.
    pub fn from_bytes(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (&[flags, separator, join, colon, fraction, point, suffix_length], rest) =
            bytes.split_first_chunk()?;
        if usize::from(suffix_length) > MAX_SUFFIX {
            return None;
        }
        let (suffix, rest) = rest.split_at_checked(suffix_length.into())?;
        let order = match flags & 3 {
            1 => Some(Order::YearMonthDay),
            2 => Some(Order::DayMonthYear),
            3 => Some(Order::MonthDayYear),
            _ => None,
        };
        let unit = match flags & 12 {
            4 => Some(Unit::Hours),
            8 => Some(Unit::Minutes),
            12 => Some(Unit::Seconds),
            _ => None,
        };
        let pattern = Self {
            date: order.map(|order| Date {
                order,
                separator,
                short_year: flags & 16 != 0,
                padded_month: flags & 32 != 0,
                padded_day: flags & 64 != 0,
            }),
            join,
            clock: unit.map(|unit| Clock {
                unit,
                separator: colon,
                padded_hour: flags & 128 != 0,
                fraction: fraction & 15,
                point,
                elastic: fraction & 16 != 0,
            }),
            suffix: load(suffix),
            suffix_length,
        };
        let canonical = pattern.is_sound() && bytes.starts_with(&pattern.to_bytes());
        canonical.then_some((pattern, rest))
    }

    /// Whether every stamp of the pattern can be read in one way only.
    pub(super) fn is_sound(&self) -> bool {
        let date = self.date.is_none_or(|date| {
            !date.separator.is_ascii_digit()
                && (date.separator != 0 || (date.padded_month && date.padded_day))
        });
        let clock = self.clock.is_none_or(|clock| {
            !clock.separator.is_ascii_digit()
                && (clock.separator != 0 || clock.padded_hour)
                && clock.fraction <= 9
                && (clock.unit == Unit::Seconds || clock.fraction == 0)
                && (clock.fraction > 0) == (clock.point != 0)
                && !clock.point.is_ascii_digit()
                && (clock.fraction > 0 || !clock.elastic)
        });
        let join = match (self.date, self.clock) {
            (None, None) => false,
            (Some(date), Some(clock)) => {
                self.join != 0 || (date.padded_month && date.padded_day && clock.padded_hour)
            }
            _ => self.join == 0,
        };
        date && clock && join && !self.join.is_ascii_digit()
    }
}
