//! Reading decimal text, eight characters at a time.

use super::MAX_PLACES;
use crate::num::power;
use crate::num::text::{POINTS, after_point, fill, from_word, last_bytes, last_word, lead_with_zeros, load};

/// No mantissa of a number with decimals reaches this.
pub(crate) const MAX_MANTISSA: u64 = 1_000_000_000_000_000_000;
/// No integer reaches this: nanoseconds since 1970 do not.
const MAX_INTEGER: u64 = 1 << 63;

/// The mantissa of the field `text[start..end]` with exactly `places` decimals; the hot entry. A slice of its own would be
/// slower: what precedes a short field may be loaded with it.
#[inline(always)]
pub(crate) fn parse_fixed_at(text: &[u8], start: usize, end: usize, places: u8) -> Option<i64> {
    let (negative, body) = Body::of(text, start, end)?;
    signed(negative, body.magnitude(places)?, places)
}

/// Mantissa and decimals of a field.
#[inline]
pub(crate) fn parse_any(field: &[u8]) -> Option<(i64, u8)> {
    parse_any_at(field, 0, field.len())
}

/// As [`parse_any`], for the field `text[start..end]`.
#[inline]
pub(crate) fn parse_any_at(text: &[u8], start: usize, end: usize) -> Option<(i64, u8)> {
    let (negative, body) = Body::of(text, start, end)?;
    let places = body.places()?;
    Some((signed(negative, body.magnitude(places)?, places)?, places))
}

/// Like [`parse_any`], but an exponent of up to three digits may follow: `1.5e-05`, `2E+10`, `0.2D11`.
pub(crate) fn parse_exponent(field: &[u8]) -> Option<(i64, u8)> {
    parse_shifted(field, 0)
}

/// Like [`parse_exponent`], for the number divided by 10^`shift`.
pub(crate) fn parse_shifted(field: &[u8], shift: i8) -> Option<(i64, u8)> {
    let Some((number, exponent)) = split_exponent(field) else {
        return if shift == 0 { parse_any(field) } else { None };
    };
    let (mantissa, places) = parse_any(number)?;
    let exponent = self::exponent(exponent)? - i32::from(shift);
    if mantissa.unsigned_abs() >= MAX_MANTISSA {
        return None;
    }
    match u8::try_from(i32::from(places) - exponent) {
        Ok(places) => (places <= MAX_PLACES).then_some((mantissa, places)),
        Err(_) => raise(mantissa, exponent - i32::from(places)),
    }
}

/// Mantissa and exponent, without the letter between them.
pub(crate) fn split_exponent(field: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = field.iter().position(|byte| matches!(byte, b'e' | b'E' | b'd' | b'D'))?;
    let (mantissa, exponent) = field.split_at_checked(at)?;
    Some((mantissa, exponent.get(1..)?))
}

/// An exponent of up to three digits, with its sign or without.
pub(crate) fn exponent(text: &[u8]) -> Option<i32> {
    let (down, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] | digits => (false, digits),
    };
    if !(1..=3).contains(&digits.len()) {
        return None;
    }
    let exponent = from_word(lead_with_zeros(load(digits), digits.len() as u32))? as i32;
    Some(if down { -exponent } else { exponent })
}

/// Returns an integer followed by `zeros` zeros.
fn raise(mantissa: i64, zeros: i32) -> Option<(i64, u8)> {
    if mantissa == 0 {
        return Some((0, 0));
    }
    let scaled = mantissa.checked_mul(power::pow10(u8::try_from(zeros).ok()?)?.try_into().ok()?)?;
    (scaled.unsigned_abs() < MAX_MANTISSA).then_some((scaled, 0))
}

/// Refuses negative zero and mantissas out of range. Here and below `&` and `|` spare branches that data decides.
#[inline(always)]
fn signed(negative: bool, magnitude: u64, places: u8) -> Option<i64> {
    let most = if places == 0 { MAX_INTEGER } else { MAX_MANTISSA };
    if (magnitude >= most) | (negative & (magnitude == 0)) {
        return None;
    }
    let value = magnitude.cast_signed();
    let flip = -i64::from(negative);
    Some((value ^ flip) - flip)
}

/// A field without its sign: the last `length` bytes of `text`, at least one if `first` is to mean anything.
#[derive(Clone, Copy)]
struct Body<'a> {
    text: &'a [u8],
    length: u32,
    first: u8,
}

impl<'a> Body<'a> {
    /// Whether the field is negative, and its body.
    #[inline(always)]
    fn of(text: &'a [u8], start: usize, end: usize) -> Option<(bool, Self)> {
        let text = text.get(..end)?;
        let negative = *text.get(start)? == b'-';
        let start = start + usize::from(negative);
        let first = *text.get(start)?;
        Some((negative, Self { text, length: (end - start) as u32, first }))
    }

    /// How many characters follow the last point; zero without one.
    #[inline(always)]
    fn places(&self) -> Option<u8> {
        if let Some(places) = after_point(last_word(self.text)) {
            return Some(if places < self.length { places as u8 } else { 0 });
        }
        if self.length <= 8 {
            return Some(0);
        }
        if let Some(places) = self.before(8).and_then(|text| after_point(last_word(text))) {
            return Some(if places + 8 < self.length { places as u8 + 8 } else { 0 });
        }
        let far = self.text.iter().rev().take(self.length as usize).skip(16).position(|&b| b == b'.');
        far.map_or(Some(0), |at| u8::try_from(at + 16).ok())
    }

    #[inline(always)]
    fn magnitude(&self, places: u8) -> Option<u64> {
        let p = u32::from(places);
        if p == 0 {
            return self.integer();
        }
        let whole = self.length.wrapping_sub(p + 1);
        if (p <= 7) & (whole.wrapping_sub(1) < 8 - p.min(8)) {
            self.one_word(whole, p)
        } else if (p <= 16) & (whole.wrapping_sub(1) < 8) {
            self.more_words(whole, places)
        } else {
            many_words(self.bytes()?, whole as usize, places)
        }
    }

    /// No point.
    #[inline(always)]
    fn integer(&self) -> Option<u64> {
        if (self.length > 1) & (self.first == b'0') {
            return None;
        }
        let low = last_word(self.text);
        match self.length {
            n @ 1..=8 => from_word(fill(low, n)),
            n @ 9..=16 => {
                Some(from_word(fill(last_word(self.before(8)?), n - 8))? * 100_000_000 + from_word(low)?)
            }
            n => many_words(self.bytes()?, n as usize, 0),
        }
    }

    /// At most eight digits: the point is squeezed out of the word.
    #[inline(always)]
    fn one_word(&self, whole: u32, p: u32) -> Option<u64> {
        let (fraction, with_point) = (last_bytes(p), last_bytes(p + 1));
        let word = last_word(self.text);
        let no_point = (word ^ POINTS) & (with_point ^ fraction) != 0;
        if no_point | ((whole > 1) & (self.first == b'0')) {
            return None;
        }
        let squeezed = word & fraction | last_word(self.before(1)?) & !fraction;
        from_word(fill(squeezed, whole + p))
    }

    /// One to eight digits before the point, at most sixteen after it.
    #[inline(always)]
    fn more_words(&self, whole: u32, places: u8) -> Option<u64> {
        let (&point, before) = self.before(places.into())?.split_last()?;
        if (point != b'.') | ((whole > 1) & (self.first == b'0')) {
            return None;
        }
        let p = u32::from(places);
        let integer = from_word(fill(last_word(before), whole))?;
        let low = last_word(self.text);
        let fraction = if p <= 8 {
            from_word(fill(low, p))?
        } else {
            from_word(fill(last_word(self.before(8)?), p - 8))? * 100_000_000 + from_word(low)?
        };
        integer.checked_mul(power::pow10(places)?)?.checked_add(fraction)
    }

    /// The text without its last `n` bytes.
    #[inline(always)]
    fn before(&self, n: usize) -> Option<&'a [u8]> {
        self.text.get(..self.text.len().checked_sub(n)?)
    }

    fn bytes(&self) -> Option<&'a [u8]> {
        self.text.get(self.text.len().checked_sub(self.length as usize)?..)
    }
}

/// Any body: both sides of the point by eights.
#[inline(never)]
fn many_words(body: &[u8], whole: usize, places: u8) -> Option<u64> {
    if places > MAX_PLACES {
        return None;
    }
    let (integer, rest) = body.split_at_checked(whole)?;
    let fraction = match rest {
        [] => &[],
        [b'.', fraction @ ..] => fraction,
        _ => return None,
    };
    if integer.is_empty() || (whole > 1 && integer.first() == Some(&b'0')) {
        return None;
    }
    let fraction = digits(fraction)?;
    match digits(integer)? {
        0 => Some(fraction),
        integer => integer.checked_mul(power::pow10(places)?)?.checked_add(fraction),
    }
}

/// The number that a run of digits spells; zero for none.
#[inline(always)]
pub(crate) fn digits(run: &[u8]) -> Option<u64> {
    let (head, words) = run.as_rchunks::<8>();
    let mut value =
        if head.is_empty() { 0 } else { from_word(lead_with_zeros(load(head), head.len() as u32))? };
    for word in words {
        value = value.checked_mul(100_000_000)?.checked_add(from_word(u64::from_le_bytes(*word))?)?;
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::text;
    use crate::num::{Layout, decimal};
    use proptest::prelude::*;
    use std::{format, string::String};

    /// The grammar, one character at a time.
    fn slowly(field: &str) -> Option<(i64, u8)> {
        let body = field.strip_prefix('-').unwrap_or(field);
        let (integer, fraction) = body.split_once('.').map_or((body, None), |(i, f)| (i, Some(f)));
        let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(integer) || (integer.len() > 1 && integer.starts_with('0')) {
            return None;
        }
        if fraction.is_some_and(|f| !all_digits(f) || f.len() > usize::from(MAX_PLACES)) {
            return None;
        }
        let fraction = fraction.unwrap_or("");
        let m: u128 = format!("{integer}{fraction}").parse().ok()?;
        let most = if fraction.is_empty() { MAX_INTEGER } else { MAX_MANTISSA };
        if m >= u128::from(most) || (m == 0 && field.starts_with('-')) {
            return None;
        }
        let m = m as i64;
        Some((if field.starts_with('-') { -m } else { m }, fraction.len() as u8))
    }

    fn check(field: &str) {
        let expected = slowly(field);
        assert_eq!(parse_any(field.as_bytes()), expected, "{field}");
        for places in [0, 1, 2, 5, 7, 8, 9, 27, 28, 255] {
            let fixed = expected.filter(|e| e.1 == places).map(|e| e.0);
            assert_eq!(parse_fixed_at(field.as_bytes(), 0, field.len(), places), fixed, "{field} {places}");
        }
        for before in ["1", ".", "-", "0.5,", "12345678,", "1234567.8901234567,"] {
            let text = format!("{before}{field}");
            let (start, end) = (before.len(), text.len());
            assert_eq!(parse_any_at(text.as_bytes(), start, end), expected, "{text}");
            assert_eq!(parse_any_at(format!("{text}.1").as_bytes(), start, end), expected, "{text}.1");
        }
        if let Some((mantissa, places)) = expected {
            assert_eq!(parse_fixed_at(field.as_bytes(), 0, field.len(), places), Some(mantissa));
            assert_eq!(printed(mantissa, places), field);
        }
    }

    #[test]
    fn by_hand() {
        let long = format!("0.{}", "0".repeat(27));
        let longer = format!("0.{}", "0".repeat(28));
        for field in [
            "",
            "-",
            ".",
            "0",
            "-0",
            "-0.0",
            "-0.00",
            "0.0",
            "00",
            "01",
            "1.",
            ".1",
            "1..2",
            "1.2.3",
            "+1",
            "1e5",
            "--1",
            "999999999999999999",
            "1000000000000000000",
            "-999999999999999999",
            "0.999999999999999999",
            "12345678",
            "123456789",
            "1234567.8",
            "12345678.9",
            "12345678.12345678",
            "123456789.1",
            "0.123456789",
            "00.123456789",
            "012345678.5",
            "1234567890123456.7",
            "12.345678901234567",
            "99999999999999999999",
            "1 2",
            "1,2",
            "-.5",
            "0.000000000123456789012345678",
            "123456789.",
            ".123456789",
            "x23456789.1",
            "1234567:.1",
            "12345678/1",
            &long,
            &longer,
        ] {
            check(field);
        }
    }

    #[test]
    fn places_outside_the_text() {
        assert_eq!(parse_fixed_at(b"12", 0, 3, 0), None);
        assert_eq!(parse_fixed_at(b"12", 2, 2, 0), None);
        assert_eq!(parse_fixed_at(b"12", 2, 1, 0), None);
        assert_eq!(parse_any_at(b"12", usize::MAX, usize::MAX), None);
    }

    #[test]
    fn exponents() {
        for (field, expected) in [
            ("1.5e-05", Some((15, 6))),
            ("1e-05", Some((1, 5))),
            ("-2.25E+02", Some((-225, 0))),
            ("2.25e01", Some((225, 1))),
            ("1e+16", Some((10_000_000_000_000_000, 0))),
            ("1e+18", None),
            ("9e-27", Some((9, 27))),
            ("1e-28", None),
            ("1e-5", Some((1, 5))),
            ("0.15D+2", Some((15, 0))),
            ("0e+300", Some((0, 0))),
            ("1e", None),
            ("e-05", None),
            ("1e-0x", None),
            ("1e-1000", None),
            ("-0e-05", None),
            ("3.25", Some((325, 2))),
        ] {
            assert_eq!(parse_exponent(field.as_bytes()), expected, "{field}");
        }
    }

    fn printed(mantissa: i64, places: u8) -> String {
        String::from_utf8(text::printed(|text| decimal::print(mantissa, places, Layout::FIXED, text)))
            .unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5000))]
        #[test]
        fn numbers(mantissa in -999_999_999_999_999_999i64..=999_999_999_999_999_999, bits in 0u32..60, places in 0u8..=27) {
            check(&printed(mantissa >> bits, places));
        }

        #[test]
        fn near_numbers(mantissa: i64, bits in 4u32..64, places in 0u8..=18, at in 0usize..20, byte: u8) {
            let mut bytes = printed(mantissa >> bits, places).into_bytes();
            let at = at % bytes.len();
            bytes[at] = byte & 0x7f;
            check(core::str::from_utf8(&bytes).unwrap());
        }

        #[test]
        fn anything_like_numbers(field in "-?[0-9.]{0,24}") {
            check(&field);
        }
    }
}
