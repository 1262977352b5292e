//! Numbers in cells, compared exactly however long they are.

use crate::num::Decimal;
use alloc::{borrow::Cow, vec::Vec};
use core::cmp::Ordering;

/// A number as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Number {
    /// One whose digits fit an integer.
    Short(Decimal),
    /// Any other.
    Long(Long),
}

/// The number `0.DIGITS * 10^exponent`, negative or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Long {
    negative: bool,
    exponent: i64,
    /// Neither the first nor the last of them is zero; the number zero has none.
    digits: Vec<u8>,
}

/// Decimals by which two short numbers may differ and still be compared as integers.
const REACH: u8 = 19;
/// Limit: digits of an exponent.
const MAX_EXPONENT_DIGITS: usize = 9;

impl Number {
    /// Parses a cell, blanks around it aside; a comma is a point where there is no other. Words such as `inf` are no
    /// numbers.
    pub fn parse(cell: &[u8]) -> Option<Self> {
        let cell = cell.trim_ascii();
        if let Some(decimal) = Decimal::parse_exponent(cell) {
            return Some(Self::Short(decimal));
        }
        // Whatever is a number begins so, and most words do not.
        if !matches!(cell.first()?, b'0'..=b'9' | b'+' | b'-' | b'.' | b',') {
            return None;
        }
        let pointed = pointed(cell);
        let bare = pointed.strip_prefix(b"+").unwrap_or(&pointed);
        match Decimal::parse_exponent(bare) {
            Some(decimal) if !bare.starts_with(b"-") || !pointed.starts_with(b"+") => {
                Some(Self::Short(decimal))
            }
            _ => Long::parse(&pointed).map(Self::Long),
        }
    }

    /// Returns the decimal that it is, if its digits fit one.
    pub fn decimal(&self) -> Option<Decimal> {
        match self {
            Self::Short(decimal) => Some(*decimal),
            Self::Long(_) => None,
        }
    }

    /// Compares two by what they are, not by how they are written.
    pub fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Short(a), Self::Short(b)) if a.places.abs_diff(b.places) <= REACH => scaled(*a, *b),
            _ => self.long().compare(&other.long()),
        }
    }

    fn long(&self) -> Cow<'_, Long> {
        match self {
            Self::Long(long) => Cow::Borrowed(long),
            Self::Short(decimal) => Cow::Owned(Long::of(*decimal)),
        }
    }
}

/// Compares two decimals in units of the finer one.
fn scaled(a: Decimal, b: Decimal) -> Ordering {
    let places = a.places.max(b.places);
    let units = |one: Decimal| i128::from(one.mantissa) * 10_i128.pow(u32::from(places - one.places));
    units(a).cmp(&units(b))
}

impl Long {
    /// Parses `[+-] digits [. digits] [e exponent]`.
    fn parse(text: &[u8]) -> Option<Self> {
        let (negative, body) = match text.split_first()? {
            (b'-', body) => (true, body),
            (b'+', body) => (false, body),
            _ => (false, text),
        };
        let letter = body.iter().position(|byte| matches!(byte, b'e' | b'E'));
        let (number, exponent) = match letter {
            Some(at) => (body.get(..at)?, parse_exponent(body.get(at + 1..)?)?),
            None => (body, 0),
        };
        let point = number.iter().position(|byte| *byte == b'.');
        let (whole, fraction) = match point {
            Some(at) => (number.get(..at)?, number.get(at + 1..)?),
            None => (number, &[][..]),
        };
        let mut digits = [whole, fraction].concat();
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
        digits.drain(..zeros);
        let end = digits.iter().rposition(|digit| *digit != b'0').map_or(0, |last| last + 1);
        digits.truncate(end);
        Some(Self::new(negative, whole.len() as i64 - zeros as i64 + exponent, digits))
    }

    fn of(decimal: Decimal) -> Self {
        let mut digits = Vec::new();
        let mut left = decimal.mantissa.unsigned_abs();
        while left > 0 {
            digits.push(b'0' + (left % 10) as u8);
            left /= 10;
        }
        digits.reverse();
        let exponent = digits.len() as i64 - i64::from(decimal.places);
        let end = digits.iter().rposition(|digit| *digit != b'0').map_or(0, |last| last + 1);
        digits.truncate(end);
        Self::new(decimal.mantissa < 0, exponent, digits)
    }

    fn new(negative: bool, exponent: i64, digits: Vec<u8>) -> Self {
        match digits.is_empty() {
            true => Self { negative: false, exponent: 0, digits },
            false => Self { negative, exponent, digits },
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        let sign = |one: &Self| match (one.digits.is_empty(), one.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        };
        let sizes = || match self.digits.is_empty() {
            true => Ordering::Equal,
            false => self.exponent.cmp(&other.exponent).then_with(|| self.digits.cmp(&other.digits)),
        };
        let by_size = || if self.negative { sizes().reverse() } else { sizes() };
        sign(self).cmp(&sign(other)).then_with(by_size)
    }
}

/// Returns the bits of the double next to the number that a cell is.
pub(super) fn double(cell: &[u8]) -> Option<u64> {
    let cell = cell.trim_ascii();
    Number::parse(cell)?;
    let mut text = pointed(cell).into_owned();
    // Fortran's letter between mantissa and exponent.
    text.iter_mut().filter(|byte| matches!(byte, b'd' | b'D')).for_each(|letter| *letter = b'e');
    Some(core::str::from_utf8(&text).ok()?.parse::<f64>().ok()?.to_bits())
}

fn parse_exponent(text: &[u8]) -> Option<i64> {
    let digits = text.strip_prefix(b"+").or_else(|| text.strip_prefix(b"-")).unwrap_or(text);
    if digits.is_empty() || digits.len() > MAX_EXPONENT_DIGITS || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let size = digits.iter().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    Some(if text.starts_with(b"-") { -size } else { size })
}

/// A number with a point for its comma, and without commas between thousands.
fn pointed(cell: &[u8]) -> Cow<'_, [u8]> {
    if !cell.contains(&b',') {
        return Cow::Borrowed(cell);
    }
    if is_grouped(cell) {
        return cell.iter().copied().filter(|byte| *byte != b',').collect();
    }
    let mut bytes = cell.to_vec();
    bytes.iter_mut().find(|byte| **byte == b',').into_iter().for_each(|comma| *comma = b'.');
    Cow::Owned(bytes)
}

/// Whether commas stand between thousands: several of them, or one and a point.
fn is_grouped(text: &[u8]) -> bool {
    let point = text.iter().position(|byte| *byte == b'.').unwrap_or(text.len());
    let (whole, fraction) = text.split_at_checked(point).unwrap_or((text, &[]));
    let whole = whole.strip_prefix(b"+").or_else(|| whole.strip_prefix(b"-")).unwrap_or(whole);
    let mut groups = whole.split(|byte| *byte == b',');
    let first = groups.next().is_some_and(|first| (1..=3).contains(&first.len()));
    let groups: Vec<&[u8]> = groups.collect();
    let marks = groups.len() + usize::from(fraction.len() > 1);
    first && !groups.is_empty() && marks > 1 && groups.iter().all(|group| group.len() == 3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::{format, string::String};

    fn compared(a: &str, b: &str) -> Option<Ordering> {
        Some(Number::parse(a.as_bytes())?.compare(&Number::parse(b.as_bytes())?))
    }

    #[test]
    fn numbers_are_compared_by_what_they_are() {
        for (a, b) in [
            ("9", "10"),
            ("-1.5", "-1.25"),
            ("1,5", "1.75"),
            ("0.1", "0.10000000000000001"),
            ("9e2", "1e3"),
            ("1e-40", "1e-39"),
            ("-1e400", "1e-400"),
            ("123456789012345678901234567890", "123456789012345678901234567891"),
            ("-0", "1e-300"),
        ] {
            assert_eq!(compared(a, b), Some(Ordering::Less), "{a} {b}");
            assert_eq!(compared(b, a), Some(Ordering::Greater), "{b} {a}");
        }
        for (a, b) in [
            ("1.50", "1.5"),
            ("+3", "3.000"),
            ("2E3", " 2000 "),
            ("1e300", "1e300"),
            ("1,010,064.5", "1010064.50"),
            ("-12,345.0", "-12345"),
            ("-0.0", "0"),
            ("007", "7"),
            (".5", "0.5"),
        ] {
            assert_eq!(compared(a, b), Some(Ordering::Equal), "{a} {b}");
        }
        for word in ["", "nan", "inf", "on", "7 apples", "1,2,3", "2014-07-01", "-", "+-1", ".", "1e", "e5"] {
            assert_eq!(compared(word, "1"), None, "{word}");
        }
    }

    proptest! {
        #[test]
        fn short_and_long_numbers_are_compared_alike(a in -9_000_i64..9_000, b in -9_000_i64..9_000, p in 0..6_u8, q in 0..6_u8) {
            let (a, b) = (Decimal { mantissa: a, places: p }, Decimal { mantissa: b, places: q });
            prop_assert_eq!(Long::of(a).compare(&Long::of(b)), scaled(a, b));
            let text: String = format!("{}e-{p}", a.mantissa);
            let long = Long::parse(text.as_bytes()).unwrap();
            prop_assert_eq!(long, Long::of(a));
        }
    }
}
