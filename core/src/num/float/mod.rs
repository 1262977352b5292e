//! Binary floats as bit patterns, in integer arithmetic: what text names which float, and how programs print it.
//!
//! The domain is zero and every |v| with 2^-36 <= |v| < 2^53 (2^-36 is 1.46e-11): there a mantissa times a power of
//! five fits 128 bits, so that every rounding below is exact. Outside it, and for -0, infinities and NaN, functions
//! say `None` and the caller keeps the text. Floats are always passed as bits: `u64` for f64, `u32` for f32.
//! Called by the value maps of `table`.

mod arithmetic;
mod printer;
mod read;
mod scaled;
mod shortest;

pub(crate) use arithmetic::{product, quotient, ratio, scaled};
pub(crate) use printer::{Digits, PRINTER_BYTES, Printer};
pub(crate) use read::{nearest32, nearest64};

/// Smallest and largest binary exponent of the domain.
const EXPONENTS: core::ops::RangeInclusive<i32> = -36..=52;

const SIGN64: u64 = 1 << 63;
const SIGN32: u32 = 1 << 31;

/// A nonzero float of the domain: `mantissa * 2^exponent`, the mantissa of 53 bits with its top bit set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Parts {
    negative: bool,
    mantissa: u64,
    exponent: i32,
}

impl Parts {
    /// Takes a float apart; `None` for zero and outside the domain.
    #[inline(always)]
    const fn of(bits: u64) -> Option<Self> {
        let exponent = (bits >> 52 & 0x7ff) as i32 - 1023;
        if exponent < *EXPONENTS.start() || exponent > *EXPONENTS.end() {
            return None;
        }
        let mantissa = bits & ((1 << 52) - 1) | 1 << 52;
        Some(Self { negative: bits & SIGN64 != 0, mantissa, exponent: exponent - 52 })
    }
}

/// Rounds `wide * 2^exponent`, where the top bit of `wide` is set and its lowest bit stands for all that was cut off,
/// half to even to a double.
#[inline(always)]
const fn pack64(negative: bool, wide: u128, exponent: i32) -> Option<u64> {
    let power = exponent + 127;
    if power < *EXPONENTS.start() - 1 || power > *EXPONENTS.end() {
        return None;
    }
    let rounded = round(wide, 128 - 53) as u64;
    // The mantissa's leading one, or the carry of a rounding, adds itself to the exponent.
    let bits = (((power + 1022) as u64) << 52) + rounded;
    if bits < ((1023 + *EXPONENTS.start()) as u64) << 52 || bits >= ((1024 + *EXPONENTS.end()) as u64) << 52 {
        return None;
    }
    Some(bits | (negative as u64) << 63)
}

/// As [`pack64`], to a single.
#[inline(always)]
const fn pack32(negative: bool, wide: u128, exponent: i32) -> Option<u32> {
    let power = exponent + 127;
    if power < *EXPONENTS.start() - 1 || power > *EXPONENTS.end() {
        return None;
    }
    let rounded = round(wide, 128 - 24) as u32;
    let bits = (((power + 126) as u32) << 23) + rounded;
    if bits < ((127 + *EXPONENTS.start()) as u32) << 23 || bits >= ((128 + *EXPONENTS.end()) as u32) << 23 {
        return None;
    }
    Some(bits | (negative as u32) << 31)
}

/// `wide / 2^cut`, half to even; `cut` in 1..=127.
#[inline(always)]
const fn round(wide: u128, cut: u32) -> u128 {
    let kept = wide >> cut;
    let rest = wide & ((1 << cut) - 1);
    let half = 1 << (cut - 1);
    kept + (rest > half || (rest == half && kept & 1 == 1)) as u128
}

/// The double with the value of a single.
pub(crate) const fn widen(bits: u32) -> Option<u64> {
    if bits == 0 {
        return Some(0);
    }
    let exponent = (bits >> 23 & 0xff) as i32 - 127;
    if exponent < *EXPONENTS.start() || exponent > *EXPONENTS.end() {
        return None;
    }
    let magnitude = (((exponent + 1023) as u64) << 52) | ((bits & 0x7f_ffff) as u64) << 29;
    Some(magnitude | ((bits & SIGN32) as u64) << 32)
}

/// The single nearest to a double, half to even.
#[cfg(test)]
const fn narrow(bits: u64) -> Option<u32> {
    if bits == 0 {
        return Some(0);
    }
    let Some(parts) = Parts::of(bits) else { return None };
    pack32(parts.negative, (parts.mantissa as u128) << 75, parts.exponent - 75)
}

/// The place of a double on the number line: neighbours differ by one, zero is 0.
pub(crate) const fn ordered64(bits: u64) -> i64 {
    let magnitude = (bits & !SIGN64).cast_signed();
    if bits & SIGN64 == 0 { magnitude } else { -magnitude }
}

/// The inverse of [`ordered64`]; the place of i64::MIN, which no double has, is taken as -0.
pub(crate) const fn from_ordered64(place: i64) -> u64 {
    if place < 0 { place.unsigned_abs() | SIGN64 } else { place.cast_unsigned() }
}

/// The place of a single on the number line.
pub(crate) const fn ordered32(bits: u32) -> i64 {
    let magnitude = (bits & !SIGN32) as i64;
    if bits & SIGN32 == 0 { magnitude } else { -magnitude }
}

/// The inverse of [`ordered32`]; `None` for places that no single has.
pub(crate) const fn from_ordered32(place: i64) -> Option<u32> {
    let magnitude = place.unsigned_abs();
    if magnitude > (SIGN32 - 1) as u64 {
        return None;
    }
    Some(magnitude as u32 | if place < 0 { SIGN32 } else { 0 })
}

/// The double `steps` neighbours above (or below); `None` where the number line ends.
pub(crate) const fn neighbour64(bits: u64, steps: i64) -> Option<u64> {
    match ordered64(bits).checked_add(steps) {
        Some(i64::MIN) | None => None,
        Some(place) => Some(from_ordered64(place)),
    }
}

/// The single `steps` neighbours above (or below); `None` where the number line ends.
#[cfg(test)]
pub(crate) const fn neighbour32(bits: u32, steps: i64) -> Option<u32> {
    match ordered32(bits).checked_add(steps) {
        Some(place) => from_ordered32(place),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LOW: f64 = 1.455_191_522_836_685_2e-11;
    const HIGH: f64 = 9_007_199_254_740_992.0;

    #[test]
    fn the_domain_ends_where_it_says() {
        assert_eq!(LOW, 2_f64.powi(-36));
        for (value, inside) in [
            (LOW, true),
            (LOW.next_down(), false),
            (-LOW, true),
            (HIGH, false),
            (HIGH.next_down(), true),
            (5e-324, false),
            (f64::INFINITY, false),
            (f64::NAN, false),
            (0.0, false),
            (-0.0, false),
        ] {
            assert_eq!(Parts::of(value.to_bits()).is_some(), inside, "{value}");
        }
        assert_eq!(widen(0), Some(0));
        assert_eq!(narrow(0), Some(0));
        for odd in [-0.0, f32::NAN, f32::INFINITY, 1e-45, 1e-12, 9.1e15] {
            assert_eq!(widen(odd.to_bits()), None, "{odd}");
        }
        assert_eq!(narrow(HIGH.next_down().to_bits()), None);
        assert_eq!(from_ordered64(i64::MIN), SIGN64);
        assert_eq!(neighbour64(1, -2), Some(SIGN64 | 1));
        assert_eq!(neighbour64(u64::MAX, -1), None);
        assert_eq!(neighbour32(0x7fff_ffff, 1), None);
        assert_eq!(from_ordered32(i64::MIN), None);
    }

    proptest! {
        #[test]
        fn singles_and_doubles(bits: u32, wide: u64, exponent in -36i32..=52) {
            let value = f64::from_bits(wide & !(0x7ff << 52) | ((exponent + 1023) as u64) << 52);
            let single = value as f32;
            let expected = (single.abs() < HIGH as f32).then_some(single.to_bits());
            prop_assert_eq!(narrow(value.to_bits()), expected);
            prop_assert_eq!(widen(single.to_bits()), expected.map(|_| f64::from(single).to_bits()));
            let any = f32::from_bits(bits);
            let inside = f64::from(any.abs()) >= LOW && f64::from(any.abs()) < HIGH;
            prop_assert_eq!(widen(bits), inside.then_some(f64::from(any).to_bits()));
        }

        #[test]
        fn order_is_the_order_of_numbers(a: u64, b: u64, c: u32) {
            let (x, y) = (f64::from_bits(a), f64::from_bits(b));
            if !x.is_nan() && !y.is_nan() {
                prop_assert_eq!(ordered64(a).cmp(&ordered64(b)), x.partial_cmp(&y).unwrap());
            }
            prop_assert_eq!(from_ordered64(ordered64(a)), a);
            prop_assert_eq!(from_ordered32(ordered32(c)), Some(c));
            if x.is_finite() && x != 0.0 {
                prop_assert_eq!(neighbour64(a, 1), Some(x.next_up().to_bits()));
                prop_assert_eq!(neighbour64(a, -1), Some(x.next_down().to_bits()));
            }
            let z = f32::from_bits(c);
            if z.is_finite() && z != 0.0 {
                prop_assert_eq!(neighbour32(c, 1), Some(z.next_up().to_bits()));
            }
        }
    }
}
