//! The shortest decimal that reads back as a float, nearest to it among the shortest (as CPython, Gay's mode 0).
//!
//! Let the reader's rounding interval around v be 2^q wide and 10^k <= 2^q < 10^(k+1). Then a multiple of 10^k lies
//! within, and at most one multiple of 10^(k+1); if there is that one, it and what remains of it when its zeros are
//! cut is the shortest, else the multiple of 10^k nearest to v is (Giulietti's Schubfach). In our domain v / 10^k is
//! an exact 128-bit product, so nothing is approximated.

use super::Parts;
use super::scaled::Tie;
use crate::num::power::{POW5, POW10};

/// For a double of the domain: (m, places) with |v| nearest m / 10^places.
#[inline(always)]
pub(super) fn shortest64(bits: u64, tie: Tie) -> Option<(u64, u8)> {
    let Parts { mantissa, exponent, .. } = Parts::of(bits)?;
    between(mantissa, exponent, mantissa == 1 << 52, tie)
}

/// For a single of the domain, given as the double of the same value.
#[inline(always)]
pub(super) fn shortest32(bits: u64, tie: Tie) -> Option<(u64, u8)> {
    let Parts { mantissa, exponent, .. } = Parts::of(bits)?;
    if mantissa & ((1 << 29) - 1) != 0 {
        return None;
    }
    let (mantissa, exponent) = (mantissa >> 29, exponent + 29);
    if exponent > 0 {
        return Some((large_single(mantissa << exponent, exponent, mantissa == 1 << 23, tie), 0));
    }
    between(mantissa, exponent, mantissa == 1 << 23, tie)
}

/// mantissa * 2^exponent, exponent <= 0; `power` says that it is a power of two, below which floats are denser.
#[inline(always)]
fn between(mantissa: u64, exponent: i32, power: bool, tie: Tie) -> Option<(u64, u8)> {
    // floor(log10 2^exponent), or of three quarters of that.
    let k = (exponent * 1_262_611 - if power { 524_031 } else { 0 }) >> 22;
    let places = k.unsigned_abs();
    let unit = *POW5.get(places as usize)?;
    let shift = (exponent + places as i32 - 2).unsigned_abs();
    let value = u128::from(4 * mantissa) * u128::from(unit);
    let reach = u128::from(unit) << 1;
    // Bounds belong to the interval if the mantissa is even: shrink an open interval by the smallest step.
    let open = u128::from(mantissa & 1);
    let low = value - if power { reach >> 1 } else { reach } + open;
    let high = value + reach - open;

    let floor = (value >> shift) as u64;
    let ten = floor / 10 * 10;
    if u128::from(ten) << shift >= low {
        return Some((ten, places as u8));
    }
    if u128::from(ten + 10) << shift <= high {
        return Some((ten + 10, places as u8));
    }
    let below = u128::from(floor) << shift;
    let above = below + (1 << shift);
    let (down, up) = (value - below, above - value);
    let prefer_above = up < down || (up == down && (tie == Tie::Away || floor & 1 == 1));
    let take_above = if prefer_above { above <= high } else { below < low };
    Some((floor + u64::from(take_above), places as u8))
}

/// A single that is an integer of 25 bits and more: the largest power of ten with a multiple near enough.
#[inline(never)]
fn large_single(value: u64, exponent: i32, power: bool, tie: Tie) -> u64 {
    let odd = value >> exponent & 1;
    let reach = 2 << exponent;
    let (low, high) = (4 * value - if power { reach / 2 } else { reach } + odd, 4 * value + reach - odd);
    for &ten in POW10.iter().take(17).rev() {
        let below = value / ten * ten;
        let above = below + ten;
        let (fits_below, fits_above) = (4 * below >= low, 4 * above <= high);
        if !fits_below && !fits_above {
            continue;
        }
        let (down, up) = (value - below, above - value);
        let prefer_above = up < down || (up == down && (tie == Tie::Away || (below / ten) & 1 == 1));
        let take_above = fits_above && (prefer_above || !fits_below);
        return if take_above { above } else { below };
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::float::{SIGN64, widen};
    use proptest::prelude::*;
    use std::format;

    fn value(m: u64, places: u8) -> f64 {
        format!("{m}e-{places}").parse().unwrap()
    }

    #[test]
    fn ties_follow_python() {
        let bits = f64::from(13.597_f32).to_bits();
        assert_eq!(shortest64(bits, Tie::Even), Some((13_597_000_122_070_312, 15)));
        assert_eq!(shortest64(bits, Tie::Away), Some((13_597_000_122_070_313, 15)));
        assert_eq!(shortest64(5e-324_f64.to_bits(), Tie::Even), None);
        assert_eq!(shortest32(0.1_f64.to_bits(), Tie::Even), None);
    }

    #[test]
    fn powers_of_two_like_std() {
        for exponent in -36..=52 {
            let power = 2_f64.powi(exponent);
            for v in [power, power.next_up(), power.next_down()] {
                if let Some((m, places)) = shortest64(v.to_bits(), Tie::Even) {
                    assert_eq!(format!("{v:e}"), format!("{:e}", value(m, places)), "{v}");
                    assert_eq!(value(m, places), v);
                }
            }
            let power = power as f32;
            for v in [power, power.next_up(), power.next_down()] {
                if let Some((m, places)) = widen(v.to_bits()).and_then(|bits| shortest32(bits, Tie::Even)) {
                    assert_eq!(format!("{m}e-{places}").parse::<f32>().unwrap(), v);
                }
            }
        }
    }

    /// Digits of the shortest form as std prints it, zeros cut on both sides.
    fn digits(text: &str) -> std::string::String {
        let mantissa = text.split_once('e').unwrap().0;
        std::string::String::from(mantissa.replace(['.', '-'], "").trim_end_matches('0'))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        #[test]
        fn doubles_like_std(bits: u64, exponent in -36i32..=52) {
            let bits = bits & !(SIGN64 | 0x7ff << 52) | ((exponent + 1023) as u64) << 52;
            let v = f64::from_bits(bits);
            let (m, places) = shortest64(bits, Tie::Away).unwrap();
            prop_assert_eq!(value(m, places), v);
            let ours = format!("{m}");
            prop_assert_eq!(ours.trim_end_matches('0'), digits(&format!("{v:e}")));
        }

        #[test]
        fn singles_like_std(bits: u32, exponent in -36i32..=52) {
            let bits = bits & 0x7f_ffff | ((exponent + 127) as u32) << 23;
            let v = f32::from_bits(bits);
            let (m, places) = shortest32(widen(bits).unwrap(), Tie::Away).unwrap();
            prop_assert_eq!(format!("{m}e-{places}").parse::<f32>().unwrap(), v);
            let ours = format!("{m}");
            prop_assert_eq!(ours.trim_end_matches('0'), digits(&format!("{v:e}")));
        }
    }
}
