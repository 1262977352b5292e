//! Reading decimal text, eight characters at a time.

use super::MAX_PLACES;
use crate::num::power;
use crate::num::text::{ZEROS, from_word, lead_with_zeros, load};

/// No mantissa reaches this.
pub const MAX_MANTISSA: u64 = 1_000_000_000_000_000_000;

/// The mantissa of a field with exactly `places` decimals; the hot entry.
#[inline]
pub fn parse_fixed(field: &[u8], places: u8) -> Option<i64> {
    let (negative, body) = sign(field);
    signed(negative, magnitude(body, places)?)
}

/// Mantissa and decimals of a field.
#[inline]
pub fn parse_any(field: &[u8]) -> Option<(i64, u8)> {
    let (negative, body) = sign(field);
    let places = places_of(body)?;
    Some((signed(negative, magnitude(body, places)?)?, places))
}

/// As [`parse_any`], but a two- or three-digit exponent may follow: `1.5e-05`, `2E+10`.
pub fn parse_exponent(field: &[u8]) -> Option<(i64, u8)> {
    let Some(at) = field.iter().position(|&b| b == b'e' || b == b'E') else {
        return parse_any(field);
    };
    let (number, exponent) = field.split_at_checked(at)?;
    let (mantissa, places) = parse_any(number)?;
    let (down, digits) = match exponent.get(1..)? {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] | digits => (false, digits),
    };
    if !(2..=3).contains(&digits.len()) {
        return None;
    }
    let exponent = from_word(lead_with_zeros(load(digits), digits.len() as u32))? as u32;
    if down { lower(mantissa, places, exponent) } else { raise(mantissa, places, exponent) }
}

fn lower(mantissa: i64, places: u8, exponent: u32) -> Option<(i64, u8)> {
    let places = u32::from(places) + exponent;
    (places <= u32::from(MAX_PLACES)).then_some((mantissa, places as u8))
}

fn raise(mantissa: i64, places: u8, exponent: u32) -> Option<(i64, u8)> {
    if let Some(left) = u32::from(places).checked_sub(exponent) {
        return Some((mantissa, left as u8));
    }
    let zeros = u8::try_from(exponent - u32::from(places)).ok()?;
    let scaled = mantissa.checked_mul(power::pow10(zeros)?.try_into().ok()?)?;
    (scaled.unsigned_abs() < MAX_MANTISSA).then_some((scaled, 0))
}

#[inline(always)]
fn sign(field: &[u8]) -> (bool, &[u8]) {
    match field {
        [b'-', body @ ..] => (true, body),
        body => (false, body),
    }
}

/// Refuses negative zero and mantissas out of range.
#[inline(always)]
fn signed(negative: bool, magnitude: u64) -> Option<i64> {
    if magnitude >= MAX_MANTISSA || (negative && magnitude == 0) {
        return None;
    }
    let value = magnitude.cast_signed();
    Some(if negative { -value } else { value })
}

/// How many characters follow the first point; zero without one.
#[inline(always)]
fn places_of(body: &[u8]) -> Option<u8> {
    let (mut before, mut rest) = (0, body);
    while let Some((word, tail)) = rest.split_first_chunk::<8>() {
        if let Some(at) = point(u64::from_le_bytes(*word)) {
            return u8::try_from(body.len() - before - at - 1).ok();
        }
        (before, rest) = (before + 8, tail);
    }
    point(load(rest)).map_or(Some(0), |at| u8::try_from(rest.len() - at - 1).ok())
}

/// The place of the first point in a word.
#[inline(always)]
fn point(word: u64) -> Option<usize> {
    let x = word ^ 0x2e2e_2e2e_2e2e_2e2e;
    let found = x.wrapping_sub(0x0101_0101_0101_0101) & !x & 0x8080_8080_8080_8080;
    (found != 0).then_some(found.trailing_zeros() as usize / 8)
}

#[inline(always)]
fn magnitude(body: &[u8], places: u8) -> Option<u64> {
    if body.len() <= 8 { one_word(body, places) } else { two_words(body, places) }
}

/// A body of one to eight characters: the point is squeezed out of the word.
#[inline(always)]
fn one_word(body: &[u8], places: u8) -> Option<u64> {
    let (n, p) = (body.len() as u32, u32::from(places));
    let word = load(body);
    if p == 0 {
        return (n > 0 && (n == 1 || word as u8 != b'0'))
            .then(|| from_word(lead_with_zeros(word, n)))
            .flatten();
    }
    if n < p + 2 {
        return None;
    }
    let whole = n - p - 1;
    let below_point = 8 * whole;
    if (word >> below_point) as u8 != b'.' || (whole > 1 && word as u8 == b'0') {
        return None;
    }
    let low = (1 << below_point) - 1;
    from_word(lead_with_zeros((word & low) | ((word >> 8) & !low), n - 1))
}

/// A longer body with at most eight digits on either side of the point: one word from each end.
#[inline(always)]
fn two_words(body: &[u8], places: u8) -> Option<u64> {
    let p = usize::from(places);
    let whole = body.len().checked_sub(p + usize::from(p > 0))?;
    if whole > 8 || p > 8 {
        return many_words(body, whole, places);
    }
    let (first, last) = (body.first_chunk::<8>()?, body.last_chunk::<8>()?);
    if *body.get(whole)? != b'.' || whole == 0 || (whole > 1 && first[0] == b'0') {
        return None;
    }
    let integer = from_word(lead_with_zeros(u64::from_le_bytes(*first), whole as u32))?;
    let keep = u64::MAX << (64 - 8 * p as u32);
    let fraction = from_word(u64::from_le_bytes(*last) & keep | ZEROS & !keep)?;
    Some(integer * power::pow10(places)? + fraction)
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
    use crate::num::text::append;
    use crate::num::{Layout, decimal};
    use proptest::prelude::*;
    use std::{format, string::String, vec::Vec};

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
        if m >= u128::from(MAX_MANTISSA) || (m == 0 && field.starts_with('-')) {
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
            assert_eq!(parse_fixed(field.as_bytes(), places), fixed, "{field} {places}");
        }
        if let Some((mantissa, places)) = expected {
            assert_eq!(parse_fixed(field.as_bytes(), places), Some(mantissa));
            let mut out = Vec::new();
            append(&mut out, |text| decimal::print(mantissa, places, Layout::FIXED, text));
            assert_eq!(out, field.as_bytes());
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
            ("1e-5", None),
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
        let mut out = Vec::new();
        append(&mut out, |text| decimal::print(mantissa, places, Layout::FIXED, text));
        String::from_utf8(out).unwrap()
    }

    proptest! {
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
