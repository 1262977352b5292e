//! A binary float rounded to a decimal: n significant digits or n decimals, exactly, with either tie rule.

use super::Parts;
use crate::num::power::{POW5, POW10, digits};

/// Which way a value exactly between two candidates goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tie {
    /// To the even last digit, as C and Python do.
    Even,
    /// Away from zero.
    Away,
}

/// The smallest double not below 10^e, for e = -11..=16, by its bits: what lies below it has a smaller exponent.
#[expect(clippy::indexing_slicing, reason = "evaluated while compiling")]
const THRESHOLDS: [u64; 28] = {
    let mut table = [0; 28];
    let mut i = 0;
    while i < table.len() {
        table[i] = if i >= 11 { ceil_of_ratio(POW10[i - 11], 1) } else { ceil_of_ratio(1, POW10[11 - i]) };
        i += 1;
    }
    table
};

/// The bits of the smallest double not below n / d.
const fn ceil_of_ratio(n: u64, d: u64) -> u64 {
    let mut exponent = 0;
    let (mut n, mut d) = (n as u128, d as u128);
    while n < d << 52 {
        n <<= 1;
        exponent -= 1;
    }
    while n >= d << 53 {
        d <<= 1;
        exponent += 1;
    }
    let mantissa = n.div_ceil(d) as u64;
    // A mantissa of 2^53 carries into the exponent by itself.
    (((exponent + 1023 + 52) as u64) << 52) + (mantissa - (1 << 52))
}

/// floor(log10 |v|) of a double of the domain.
#[inline(always)]
fn decimal_exponent(bits: u64) -> i32 {
    let magnitude = bits & !super::SIGN64;
    let binary = (magnitude >> 52) as i32 - 1023;
    // 1233/4096 is a little below log10 2, so the guess is right or one too small.
    let guess = (binary * 1233) >> 12;
    let above = THRESHOLDS.get((guess + 12).unsigned_abs() as usize).is_some_and(|&next| magnitude >= next);
    guess + i32::from(above)
}

/// |v| rounded to at most `count` significant digits (1..=17) and at most `cap` decimals: (m, places).
#[inline(always)]
pub(super) fn significant(bits: u64, count: u8, cap: u8, tie: Tie) -> Option<(u64, u8)> {
    let parts = Parts::of(bits).filter(|_| count <= 17)?;
    let places = (i32::from(count) - 1 - decimal_exponent(bits)).min(i32::from(cap));
    let Ok(places) = u8::try_from(places) else {
        return Some((to_power(parts, places.unsigned_abs(), tie)?, 0));
    };
    let m = times_power(parts.mantissa, parts.exponent, places, tie)?;
    let overflowed = digits(m) > count && places > 0;
    Some(if overflowed { (m / 10, places - 1) } else { (m, places) })
}

/// |v| rounded to `places` decimals (0..=18): integer and fraction.
#[inline(always)]
pub(super) fn decimals(bits: u64, places: u8, tie: Tie) -> Option<(u64, u64)> {
    let parts = Parts::of(bits).filter(|_| places <= 18)?;
    if places == 0 {
        return Some((times_power(parts.mantissa, parts.exponent, 0, tie)?, 0));
    }
    let shift = parts.exponent.unsigned_abs();
    let (integer, rest) = if shift > 52 {
        (0, parts.mantissa)
    } else {
        (parts.mantissa >> shift, parts.mantissa & ((1 << shift) - 1))
    };
    let fraction = times_power(rest, parts.exponent, places, tie)?;
    let power = *POW10.get(usize::from(places))?;
    Some(if fraction == power { (integer + 1, 0) } else { (integer, fraction) })
}

/// mantissa * 2^exponent * 10^places as an integer; exponents are never above zero here.
#[inline(always)]
fn times_power(mantissa: u64, exponent: i32, places: u8, tie: Tie) -> Option<u64> {
    let wide = u128::from(mantissa) * u128::from(*POW5.get(usize::from(places))?);
    let shift = exponent + i32::from(places);
    if shift >= 0 {
        return u64::try_from(wide << shift.unsigned_abs()).ok();
    }
    let cut = shift.unsigned_abs();
    let (kept, rest, half) = ((wide >> cut) as u64, wide & ((1 << cut) - 1), 1 << (cut - 1));
    let up = rest > half || (rest == half && (tie == Tie::Away || kept & 1 == 1));
    Some(kept + u64::from(up))
}

/// |v| rounded to a multiple of 10^power.
#[inline(never)]
fn to_power(parts: Parts, power: u32, tie: Tie) -> Option<u64> {
    let ten = *POW10.get(power as usize)?;
    // v >= 10^power >= 10, so its exponent is above -50 and the divisor below 2^(53 + 50).
    let divisor = u128::from(ten) << parts.exponent.unsigned_abs();
    let value = u128::from(parts.mantissa);
    let (whole, rest) = (value / divisor, value % divisor);
    let up = rest * 2 > divisor || (rest * 2 == divisor && (tie == Tie::Away || whole & 1 == 1));
    Some((whole as u64 + u64::from(up)) * ten)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::format;

    #[test]
    fn thresholds_are_the_first_doubles() {
        for (i, &bits) in THRESHOLDS.iter().enumerate() {
            let text = format!("1e{}", i as i32 - 11);
            // From 1e-11 to 1e16 std reads either the threshold itself or, where it rounds down, its lower neighbour.
            let nearest: f64 = text.parse().unwrap();
            let exponent = |v: f64| format!("{v:.60e}").split_once('e').unwrap().1.parse::<i32>().unwrap();
            let first = f64::from_bits(bits);
            assert!(first == nearest || first == nearest.next_up(), "{text}");
            assert_eq!(exponent(first), i as i32 - 11);
            assert_eq!(exponent(first.next_down()), i as i32 - 12);
        }
    }

    proptest! {
        #[test]
        fn exponents_like_std(bits: u64, exponent in -36i32..=52) {
            let bits = bits & !(0x7ff << 52) | ((exponent + 1023) as u64) << 52;
            let text = format!("{:.60e}", f64::from_bits(bits));
            prop_assert_eq!(decimal_exponent(bits), text.split_once('e').unwrap().1.parse::<i32>().unwrap());
        }
    }
}
