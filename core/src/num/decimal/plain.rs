//! Reading plain decimals in a text: the digits of a cell and what ends it in one step, so that nobody looks for the end first.
//!
//! Each reader returns the value and where the next cell starts. It knows the usual cells only: after `None` it is up to
//! [`parse_fixed_at`](super::parse_fixed_at) or [`parse_any_at`](super::parse_any_at), which read the others to the same rules.

use super::read::MAX_MANTISSA;
use crate::num::{
    power::pow10,
    text::{ZEROS, from_digits, marks_of_others},
};

/// Bits of the digits that a word can hold with a byte behind them.
const MOST: u32 = 56;

/// Reads an integer that `end` follows.
#[inline(always)]
pub(crate) fn integer(text: &[u8], at: usize, end: u8) -> Option<(i64, usize)> {
    short_integer(text, at, end).or_else(|| rare(text, at, |at| long_integer(text, at, end)))
}

/// Reads an integer of up to seven digits without a sign.
#[inline(always)]
fn short_integer(text: &[u8], at: usize, end: u8) -> Option<(i64, usize)> {
    let (whole, behind, stop) = whole(text, at)?;
    (stop == end).then_some((whole.cast_signed(), behind + 1))
}

/// Reads an integer of up to 16 digits without a sign.
fn long_integer(text: &[u8], at: usize, end: u8) -> Option<(i64, usize)> {
    if let Some(read) = short_integer(text, at, end) {
        return Some(read);
    }
    let (high, eight, _) = digits(text, at)?;
    let (low, count, _) = digits(text, at + 8)?;
    let next = at + 8 + usize::from(count);
    if (eight < 8) | (*text.get(at)? == b'0') | (*text.get(next)? != end) {
        return None;
    }
    Some(((high * pow10(count)? + low).cast_signed(), next + 1))
}

/// Reads a decimal with `places` decimals, at least one, that `end` follows.
#[inline(always)]
pub(crate) fn fixed(text: &[u8], at: usize, places: u8, end: u8) -> Option<(i64, usize)> {
    short_fixed(text, at, places, end).or_else(|| rare(text, at, |at| long_fixed(text, at, places, end)))
}

/// Reads a decimal of up to seven digits without a sign.
#[inline(always)]
fn short_fixed(text: &[u8], at: usize, places: u8, end: u8) -> Option<(i64, usize)> {
    let word = load(text, at)?;
    let digits = word ^ ZEROS;
    let bits = leading_digits(digits);
    let all = bits + 8 * u32::from(places);
    if (all > MOST) | (bits == 0) {
        return None;
    }
    let whole = (1 << bits) - 1;
    // The point is squeezed out of the word.
    let squeezed = (digits & whole | digits >> 8 & !whole) << (64 - all);
    let next = at + all as usize / 8 + 1;
    let is_other = (marks_of_others(squeezed) != 0)
        | ((word >> bits) as u8 != b'.')
        | (*text.get(next)? != end)
        | starts_with_zero(digits, bits);
    (!is_other).then_some((from_digits(squeezed).cast_signed(), next + 1))
}

/// Reads a decimal of up to seven digits before the point and eight after it, without a sign.
fn long_fixed(text: &[u8], at: usize, places: u8, end: u8) -> Option<(i64, usize)> {
    if let Some(read) = short_fixed(text, at, places, end) {
        return Some(read);
    }
    let (whole, point, stop) = whole(text, at)?;
    let (fraction, count, _) = digits(text, point + 1)?;
    let next = point + 1 + usize::from(count);
    if (stop != b'.') | (count != places) | (*text.get(next)? != end) {
        return None;
    }
    Some(((whole * pow10(places)? + fraction).cast_signed(), next + 1))
}

/// Reads a decimal with `places` decimals at most and no zero at their end, that `end` follows, in units of `places`
/// decimals. Where numbers are `POINTED`, whole ones have one zero behind a point; else they have no point.
#[inline(always)]
pub(crate) fn trimmed<const POINTED: bool>(
    text: &[u8],
    at: usize,
    places: u8,
    end: u8,
) -> Option<(i64, usize)> {
    unsigned_trimmed::<POINTED>(text, at, places, end)
        .or_else(|| rare(text, at, |at| unsigned_trimmed::<POINTED>(text, at, places, end)))
}

#[inline(always)]
fn unsigned_trimmed<const POINTED: bool>(
    text: &[u8],
    at: usize,
    places: u8,
    end: u8,
) -> Option<(i64, usize)> {
    let (whole, behind, stop) = whole(text, at)?;
    let unit = pow10(places)?;
    if !POINTED & (stop == end) {
        return in_range(whole.checked_mul(unit)?, behind + 1);
    }
    let (mut fraction, mut count, mut last) = digits(text, behind + 1)?;
    if count == 8 {
        let (low, more, lowest) = digits(text, behind + 9)?;
        fraction = fraction * pow10(more)? + low;
        last = if more == 0 { last } else { lowest };
        count += more;
    }
    let next = behind + 1 + usize::from(count);
    let zero_at_end = (last == 0) & !(POINTED & (count == 1));
    if (stop != b'.') | (count == 0) | zero_at_end | (*text.get(next)? != end) {
        return None;
    }
    let fraction = fraction * pow10(places.checked_sub(count)?)?;
    in_range(whole.checked_mul(unit)?.checked_add(fraction)?, next + 1)
}

#[inline(always)]
fn in_range(value: u64, next: usize) -> Option<(i64, usize)> {
    (value < MAX_MANTISSA).then_some((value.cast_signed(), next))
}

/// What `read` makes of a cell, or of what follows its minus, which no zero has.
#[inline(never)]
fn rare(text: &[u8], at: usize, read: impl Fn(usize) -> Option<(i64, usize)>) -> Option<(i64, usize)> {
    if *text.get(at)? != b'-' {
        return read(at);
    }
    read(at + 1).filter(|(value, _)| *value > 0).map(|(value, next)| (-value, next))
}

/// One to seven digits: their value, what follows them, and where. A zero comes first only alone.
#[inline(always)]
fn whole(text: &[u8], at: usize) -> Option<(u64, usize, u8)> {
    let word = load(text, at)?;
    let digits = word ^ ZEROS;
    let bits = leading_digits(digits);
    if (bits == 0) | (bits > MOST) || starts_with_zero(digits, bits) {
        return None;
    }
    Some((from_digits(digits << (64 - bits)), at + bits as usize / 8, (word >> bits) as u8))
}

/// The digits that a text starts with, eight at most: their value, how many they are, and the last of them.
#[inline(always)]
fn digits(text: &[u8], at: usize) -> Option<(u64, u8, u64)> {
    let digits = load(text, at)? ^ ZEROS;
    let bits = leading_digits(digits);
    let word = digits.checked_shl(64 - bits).unwrap_or(0);
    Some((from_digits(word), bits as u8 / 8, word >> 56))
}

#[inline(always)]
fn load(text: &[u8], at: usize) -> Option<u64> {
    text.get(at..)?.first_chunk().map(|word| u64::from_le_bytes(*word))
}

/// How many bits of a word whose digits are made numbers are digits before the first other byte.
#[inline(always)]
fn leading_digits(digits: u64) -> u32 {
    marks_of_others(digits).trailing_zeros() & !7
}

/// Whether the first of several digits is a zero.
#[inline(always)]
fn starts_with_zero(digits: u64, bits: u32) -> bool {
    (digits as u8 == 0) & (bits != 8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::decimal::{parse_any_at, parse_fixed_at};
    use proptest::prelude::*;
    use std::format;

    /// The cell that a reader has read, if it was one: up to `,`.
    fn cell(text: &str, next: usize) -> &str {
        text[..next].strip_suffix(',').unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]
        #[test]
        fn what_is_read_is_what_others_read(cell in "-{0,2}[0-9]{0,17}[.]?[0-9]{0,17}", rest in "[-0-9,.]{0,12}", places in 1u8..=18) {
            let text = format!("{cell},{rest},,,,,,,,,");
            if let Some((value, next)) = integer(text.as_bytes(), 0, b',') {
                prop_assert_eq!(Some(value), parse_fixed_at(text.as_bytes(), 0, self::cell(&text, next).len(), 0));
            }
            if let Some((value, next)) = fixed(text.as_bytes(), 0, places, b',') {
                prop_assert_eq!(Some(value), parse_fixed_at(text.as_bytes(), 0, self::cell(&text, next).len(), places));
            }
            for (pointed, read) in [
                (false, trimmed::<false>(text.as_bytes(), 0, places, b',')),
                (true, trimmed::<true>(text.as_bytes(), 0, places, b',')),
            ] {
                let Some((value, next)) = read else { continue };
                let (mantissa, own) = parse_any_at(text.as_bytes(), 0, self::cell(&text, next).len()).unwrap();
                prop_assert_eq!(value, mantissa * 10_i64.pow(u32::from(places - own)));
                let is_whole = own == u8::from(pointed);
                prop_assert!(is_whole || (own > u8::from(pointed) && mantissa % 10 != 0));
            }
        }

        #[test]
        fn usual_cells_are_read(value in -9_999_999i64..=9_999_999, places in 1u8..=6) {
            let text = format!("{value},........");
            prop_assert_eq!(integer(text.as_bytes(), 0, b',').map(|(value, _)| value), Some(value));
            let (whole, fraction) = (value.unsigned_abs() / 10_u64.pow(places.into()), value.unsigned_abs() % 10_u64.pow(places.into()));
            let sign = if value < 0 { "-" } else { "" };
            let text = format!("{sign}{whole}.{fraction:0width$},........", width = usize::from(places));
            prop_assert_eq!(fixed(text.as_bytes(), 0, places, b',').map(|(value, _)| value), Some(value));
        }
    }

    #[test]
    fn the_end_of_a_text_is_left_to_others() {
        assert_eq!(integer(b"12,", 0, b','), None);
        assert_eq!(integer(b"12345678\0\0\0\0\0\0\0\0", 0, 0), Some((12_345_678, 9)));
        assert_eq!(fixed(b"1.5,", 0, 1, b','), None);
    }
}
