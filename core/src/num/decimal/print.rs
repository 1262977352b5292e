//! Printing decimals in the ways that programs do: fixed places, zeros cut, exponent form.

use super::MAX_PLACES;
use super::layout::{Exponent, Layout, Lead, Mark, Scientific, Zeros};
use crate::num::power;
use crate::num::text::{self, Text, ZEROS, put, put_byte, to_half_word, to_word};

/// Prints `mantissa / 10^places` and returns the length; nothing if `places` exceeds [`MAX_PLACES`].
#[inline]
pub(crate) fn print(mantissa: i64, places: u8, layout: Layout, text: &mut Text) -> usize {
    if places > MAX_PLACES {
        return 0;
    }
    print_magnitude(mantissa < 0, mantissa.unsigned_abs(), places, layout, text)
}

/// As [`print()`] with [`Layout::FIXED`], quickest for the numbers that most cells hold.
#[inline(always)]
pub(crate) fn print_fixed(mantissa: i64, places: u8, text: &mut Text) -> usize {
    let magnitude = mantissa.unsigned_abs();
    if (magnitude >= 10_000_000) | (places > 6) {
        return print_long(mantissa, places, text);
    }
    let word = match magnitude {
        0..10_000 => u64::from(to_half_word(magnitude as u32)) << 32 | ZEROS >> 32,
        _ => to_word(magnitude as u32),
    };
    let sign = usize::from(mantissa < 0);
    put_byte(text, 0, b'-');
    let decimals = 8 * u32::from(places);
    let skip = (word ^ ZEROS | 1 << (56 - decimals)).trailing_zeros() & !7;
    let (shown, whole) = (word >> skip, 64 - decimals - skip);
    if places == 0 {
        put(text, sign, shown);
        return sign + whole as usize / 8;
    }
    let before_point = (1 << whole) - 1;
    put(text, sign, shown & before_point | u64::from(b'.') << whole | (shown & !before_point) << 8);
    sign + (whole + decimals) as usize / 8 + 1
}

#[cold]
#[inline(never)]
fn print_long(mantissa: i64, places: u8, text: &mut Text) -> usize {
    print(mantissa, places, Layout::FIXED, text)
}

/// As [`print()`], with the sign apart; places at most 27.
#[inline(always)]
pub(crate) fn print_magnitude(
    negative: bool,
    magnitude: u64,
    places: u8,
    layout: Layout,
    text: &mut Text,
) -> usize {
    if layout.wants_exponent(magnitude, places) {
        return scientific(negative, magnitude, places, layout, text);
    }
    if (magnitude < 100_000_000) & (places < 8) & (places > 0) {
        return print_short(negative, magnitude as u32, places, layout, text);
    }
    let (integer, fraction) = power::split(magnitude, places);
    print_parts(negative, integer, fraction, places, layout, text)
}

/// Prints at most eight digits with at most seven of them after the point: one word, shifted to either side of it.
#[inline(always)]
fn print_short(negative: bool, magnitude: u32, places: u8, layout: Layout, text: &mut Text) -> usize {
    let (p, kept) = (u32::from(places), u32::from(layout.kept(places)));
    let word = to_word(magnitude);
    let before = 64 - 8 * p;
    let skip = (word ^ ZEROS | 1 << (before - 8)).trailing_zeros() / 8;
    put_byte(text, 0, b'-');
    put(text, usize::from(negative), word >> (8 * skip));
    let point = usize::from(negative) + (before / 8 - skip) as usize;
    put_byte(text, point, b'.');
    // What the shift leaves empty is filled with zeros, for `7.0`.
    put(text, point + 1, word >> (before - 8) >> 8 | ZEROS << (8 * p));
    let decimals = p.saturating_sub(text::trailing_zeros(word)).max(kept);
    if decimals == 0 { point } else { point + 1 + decimals as usize }
}

/// Prints `integer + fraction / 10^places` without an exponent; `fraction` is below 10^places, places at most 27.
#[inline(always)]
pub(crate) fn print_parts(
    negative: bool,
    integer: u64,
    fraction: u64,
    places: u8,
    layout: Layout,
    text: &mut Text,
) -> usize {
    put_byte(text, 0, b'-');
    let point = put_integer(text, usize::from(negative), integer);
    let kept = layout.kept(places);
    if places == 0 && kept == 0 {
        return point;
    }
    put_byte(text, point, b'.');
    let decimals = put_fraction(text, point + 1, fraction, places).max(usize::from(kept));
    if decimals == 0 { point } else { point + 1 + decimals }
}

/// Writes an integer without leading zeros; returns where it ends.
#[inline(always)]
fn put_integer(text: &mut Text, at: usize, integer: u64) -> usize {
    if integer >= 100_000_000 {
        return put_long_integer(text, at, integer);
    }
    let word = to_word(integer as u32);
    let skip = (word ^ ZEROS | 1 << 56).trailing_zeros() / 8;
    put(text, at, word >> (8 * skip));
    at + 8 - skip as usize
}

fn put_long_integer(text: &mut Text, at: usize, integer: u64) -> usize {
    let (high, low) = (integer / 100_000_000, integer % 100_000_000);
    let end = if high >= 100_000_000 {
        let end = put_integer_head(text, at, high / 100_000_000);
        put(text, end, to_word((high % 100_000_000) as u32));
        end + 8
    } else {
        put_integer_head(text, at, high)
    };
    put(text, end, to_word(low as u32));
    end + 8
}

fn put_integer_head(text: &mut Text, at: usize, head: u64) -> usize {
    let word = to_word(head as u32);
    let skip = text::leading_zeros(word).min(7);
    put(text, at, word >> (8 * skip));
    at + 8 - skip as usize
}

/// Writes `places` decimals; returns how many remain without the zeros at the end.
#[inline(always)]
pub(crate) fn put_fraction(text: &mut Text, at: usize, fraction: u64, places: u8) -> usize {
    if places <= 8 {
        let word = to_word((fraction * power::pow10(8 - places).unwrap_or(0)) as u32);
        put(text, at, word);
        return 8 - text::trailing_zeros(word) as usize;
    }
    let over = usize::from(places.saturating_sub(16));
    let (head, tail) = if over == 0 {
        (0, fraction.wrapping_mul(power::pow10(16 - places.min(16)).unwrap_or(0)))
    } else {
        (fraction / 10_000_000_000_000_000, fraction % 10_000_000_000_000_000)
    };
    let head_digits = if over == 0 { 0 } else { put_head(text, at, head, over) };
    let at = at + over;
    let high = to_word((tail / 100_000_000) as u32);
    put(text, at, high);
    let low = to_word((tail % 100_000_000) as u32);
    put(text, at + 8, low);
    if low != ZEROS {
        return over + 16 - text::trailing_zeros(low) as usize;
    }
    if high != ZEROS { over + 8 - text::trailing_zeros(high) as usize } else { head_digits }
}

/// Writes the `count` digits that precede the last sixteen; at most eleven, of which the first seven are zeros.
fn put_head(text: &mut Text, at: usize, head: u64, count: usize) -> usize {
    put(text, at, ZEROS);
    put(text, at + 8, ZEROS);
    let word = to_word((head % 100_000_000) as u32);
    let shown = count.min(8);
    put(text, at + count - shown, word >> (64 - 8 * shown as u32));
    if word == ZEROS { 0 } else { count - text::trailing_zeros(word) as usize }
}

/// Prints a number as digits and exponent.
#[inline(never)]
fn scientific(negative: bool, magnitude: u64, places: u8, layout: Layout, text: &mut Text) -> usize {
    let style = layout.scientific().unwrap_or_default();
    let shown = power::digits(magnitude);
    let (before, exponent) = match magnitude {
        0 => (u8::from(style.lead != Lead::Zero), 0),
        _ => lead(style, i16::from(shown) - 1 - i16::from(places) + i16::from(style.shift)),
    };
    // As many digits as are shown, and as stand before the point.
    let digits = shown.max(style.digits).max(before);
    let mantissa = magnitude.saturating_mul(power::pow10(digits - shown).unwrap_or(1));
    let after = digits - before;
    let (integer, fraction) = power::split(mantissa, after);
    let zeros = match (layout.zeros, layout.mark.point, layout.exponent) {
        (zeros, _, Exponent::Always(_)) => zeros,
        (Zeros::Keep, ..) => Zeros::Keep,
        (_, true, _) => Zeros::CutToOne,
        (_, false, _) => Zeros::Cut,
    };
    let at = print_parts(negative, integer, fraction, after, Layout { zeros, ..Layout::FIXED }, text);
    put_exponent(at, exponent, layout.mark, style, text)
}

/// Digits before the point, and the exponent that goes with them.
fn lead(style: Scientific, exponent: i16) -> (u8, i16) {
    let over = exponent.rem_euclid(3);
    match style.lead {
        Lead::One => (1, exponent),
        Lead::Zero => (0, exponent + 1),
        Lead::Three => (1 + over as u8, exponent - over),
    }
}

/// Writes an exponent at a place; returns where it ends.
fn put_exponent(mut at: usize, exponent: i16, mark: Mark, style: Scientific, text: &mut Text) -> usize {
    put_byte(text, at, mark.letter(style));
    at += 1;
    if exponent < 0 || mark.plus {
        put_byte(text, at, if exponent < 0 { b'-' } else { b'+' });
        at += 1;
    }
    let width = if style.three_digits { 3 } else { 1 + u8::from(mark.two_digits) };
    for _ in power::digits(exponent.unsigned_abs().into())..width {
        put_byte(text, at, b'0');
        at += 1;
    }
    put_integer(text, at, exponent.unsigned_abs().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::decimal::parse_exponent;
    use crate::num::text;
    use proptest::prelude::*;
    use std::{format, string::String};

    fn printed(mantissa: i64, places: u8, layout: Layout) -> String {
        String::from_utf8(text::printed(|text| print(mantissa, places, layout, text))).unwrap()
    }

    fn fixed(mantissa: i64, places: u8) -> String {
        let width = usize::from(places) + 1;
        let digits = format!("{:0width$}", mantissa.unsigned_abs());
        let (integer, fraction) = digits.split_at(digits.len() - usize::from(places));
        let sign = if mantissa < 0 { "-" } else { "" };
        if places == 0 { format!("{sign}{integer}") } else { format!("{sign}{integer}.{fraction}") }
    }

    fn trimmed(mantissa: i64, places: u8) -> String {
        let all = fixed(mantissa, places);
        if places == 0 { all } else { String::from(all.trim_end_matches('0').trim_end_matches('.')) }
    }

    #[test]
    fn by_hand() {
        for (mantissa, places, layout, expected) in [
            (700, 2, Layout::PYTHON, "7.0"),
            (7, 0, Layout::PYTHON, "7.0"),
            (0, 3, Layout::PYTHON, "0.0"),
            (0, 3, Layout::TRIMMED, "0"),
            (1500, 8, Layout::PYTHON, "1.5e-05"),
            (-1, 5, Layout::PYTHON, "-1e-05"),
            (1, 4, Layout::PYTHON, "0.0001"),
            (10_000_000_000_000_000, 0, Layout::PYTHON, "1e+16"),
            (9_999_999_999_999_999, 0, Layout::PYTHON, "9999999999999999.0"),
            (1, 27, Layout::FIXED, "0.000000000000000000000000001"),
            (i64::MIN, 27, Layout::FIXED, "-0.000000009223372036854775808"),
            (i64::MIN, 0, Layout::FIXED, "-9223372036854775808"),
            (i64::MIN, 19, Layout::FIXED, "-0.9223372036854775808"),
            (1, 7, Layout::JAVASCRIPT, "1e-7"),
            (1, 6, Layout::JAVASCRIPT, "0.000001"),
            (1, 4, Layout::JAVA, "1.0E-4"),
            (12_345_678, 0, Layout::JAVA, "1.2345678E7"),
            (100_000, 0, Layout::R, "1e+05"),
            (123_400, 0, Layout::R, "123400"),
            (1, 4, Layout::R, "1e-04"),
            (12, 5, Layout::R, "0.00012"),
            (1_234_567, 0, Layout::c(6), "1.234567e+06"),
            (5, 28, Layout::FIXED, ""),
        ] {
            assert_eq!(printed(mantissa, places, layout), expected);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5000))]
        #[test]
        fn fixed_and_trimmed(mantissa: i64, bits in 0u32..64, zeros in 0u32..20, places in 0u8..=27) {
            let mantissa = (mantissa >> bits).checked_mul(10_i64.saturating_pow(zeros)).unwrap_or(mantissa);
            prop_assert_eq!(printed(mantissa, places, Layout::FIXED), fixed(mantissa, places));
            prop_assert_eq!(printed(mantissa, places, Layout::TRIMMED), trimmed(mantissa, places));
            let quick = text::printed(|text| print_fixed(mantissa, places, text));
            prop_assert_eq!(String::from_utf8(quick).unwrap(), fixed(mantissa, places));
        }

        #[test]
        fn any_layout_prints(mantissa: i64, places: u8, bytes: [u8; 3]) {
            if let Some(layout) = Layout::from_bytes(bytes) {
                let text = printed(mantissa, places, layout);
                prop_assert!(text.len() <= 40 && text.is_empty() == (places > MAX_PLACES), "{}", text);
            }
        }

        #[test]
        fn exponents_read_back(mantissa in -999_999_999_999_999_999i64..999_999_999_999_999_999, bits in 0u32..60, places in 0u8..=27) {
            let mantissa = mantissa >> bits;
            let text = printed(mantissa, places, Layout::PYTHON);
            let (m, p) = parse_exponent(text.as_bytes()).unwrap();
            prop_assert_eq!(i128::from(m) * 10_i128.pow(places.saturating_sub(p).into()),
                i128::from(mantissa) * 10_i128.pow(p.saturating_sub(places).into()));
            let exponent = format!("{:e}", mantissa.unsigned_abs()).split_once('e').unwrap().1.parse::<i32>().unwrap() - i32::from(places);
            prop_assert_eq!(text.contains('e'), mantissa != 0 && !(-4..16).contains(&exponent));
        }
    }
}
