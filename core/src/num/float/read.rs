//! The float nearest to a decimal.
//!
//! m / 10^p = m * R * 2^x with R the first 64 bits of 1 / 5^p. The product errs by less than one part in 2^63, which
//! decides the rounding except very near a tie; there an exact division decides.

use super::{pack32, pack64};
use crate::num::power::POW5;

/// floor(2^(63 + b) / 5^p) and b, where b = ceil(log2 5^p): 64 bits with the top one set.
#[expect(clippy::indexing_slicing, reason = "evaluated while compiling")]
const INVERSE: [(u64, i32); POW5.len()] = {
    let mut table = [(1 << 63, 0); POW5.len()];
    let mut p = 1;
    while p < table.len() {
        let bits = 64 - POW5[p].leading_zeros();
        let mut quotient: u64 = 0;
        let mut remainder: u128 = 1;
        let mut bit = 0;
        while bit < 63 + bits {
            remainder <<= 1;
            quotient <<= 1;
            if remainder >= POW5[p] as u128 {
                remainder -= POW5[p] as u128;
                quotient |= 1;
            }
            bit += 1;
        }
        table[p] = (quotient, bits as i32);
        p += 1;
    }
    table
};

/// The double nearest to `mantissa / 10^places`, half to even; `None` outside the domain or above 27 places.
#[inline]
pub(crate) fn nearest64(mantissa: i64, places: u8) -> Option<u64> {
    if mantissa == 0 {
        return Some(0);
    }
    let (wide, exponent) = quotient_by_power::<53>(mantissa.unsigned_abs(), places)?;
    pack64(mantissa < 0, wide, exponent)
}

/// The single nearest to `mantissa / 10^places`, half to even; `None` outside the domain or above 27 places.
#[inline]
pub(crate) fn nearest32(mantissa: i64, places: u8) -> Option<u32> {
    if mantissa == 0 {
        return Some(0);
    }
    let (wide, exponent) = quotient_by_power::<24>(mantissa.unsigned_abs(), places)?;
    pack32(mantissa < 0, wide, exponent)
}

/// `wide * 2^exponent` that rounds to `BITS` bits as m / 10^places does.
#[inline(always)]
fn quotient_by_power<const BITS: u32>(m: u64, places: u8) -> Option<(u128, i32)> {
    let &(inverse, scale) = INVERSE.get(usize::from(places))?;
    let gap = m.leading_zeros();
    let product = u128::from(m << gap) * u128::from(inverse);
    let carry = product.leading_zeros();
    let wide = product << carry;
    let exponent = -(63 + scale + gap as i32 + i32::from(places) + carry as i32);
    // The true value lies in [wide, wide + 2^65).
    let half = 1_u128 << (127 - BITS);
    let rest = wide & ((half << 1) - 1);
    if rest <= half && rest + (1 << 65) > half { exactly(m, places) } else { Some((wide, exponent)) }
}

/// As [`quotient_by_power`], by division.
#[cold]
fn exactly(m: u64, places: u8) -> Option<(u128, i32)> {
    let gap = m.leading_zeros();
    let divisor = u128::from(*POW5.get(usize::from(places))?);
    let dividend = u128::from(m << gap) << 63;
    // At least 63 bits of quotient: the lowest is far below every rounding and may stand for the remainder.
    let (quotient, remainder) = (dividend / divisor, dividend % divisor);
    let wide = quotient | u128::from(remainder != 0);
    let shift = wide.leading_zeros();
    Some((wide << shift, -(63 + gap as i32 + i32::from(places) + shift as i32)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::format;

    fn check(mantissa: i64, places: u8) {
        let text = format!("{mantissa}e-{places}");
        let (double, single): (f64, f32) = (text.parse().unwrap(), text.parse().unwrap());
        let inside = |v: f64| v == 0.0 || (v.abs() >= 2_f64.powi(-36) && v.abs() < 2_f64.powi(53));
        assert_eq!(nearest64(mantissa, places), inside(double).then_some(double.to_bits()), "{text}");
        assert_eq!(nearest32(mantissa, places), inside(single.into()).then_some(single.to_bits()), "{text}");
    }

    #[test]
    fn by_hand() {
        check(0, 0);
        check(0, 27);
        check(9_007_199_254_740_991, 0);
        check(9_007_199_254_740_992, 0);
        check(90_071_992_547_409_915, 1); // a tie that rounds out of the domain
        check(90_071_992_547_409_905, 1); // a tie
        check(45_035_996_273_704_975, 1);
        check(16_777_217, 0); // ties in single precision
        check(16_777_219, 0);
        check(i64::MIN, 3);
        check(i64::MAX, 18);
        check(5, 1);
        check(1_862_645_149_230_957_031, 27); // near 2^-29
        check(14_551_915_228_366_852, 27); // around 2^-36
        check(14_551_915_228_366_851, 27);
        assert_eq!(nearest64(1, 28), None);
        assert_eq!(nearest32(1, 28), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        #[test]
        fn like_std(mantissa: i64, bits in 0u32..64, places in 0u8..=27) {
            check(mantissa >> bits, places);
        }

        #[test]
        fn ties_of_singles(bits in 0x3f00_0000u32..0x4a00_0000) {
            // Halfway between two singles, exactly and one unit of the last decimal to either side.
            let value = f32::from_bits(bits);
            let middle = (f64::from(value) + f64::from(value.next_up())) / 2.0;
            let scaled = middle * 2_f64.powi(24);
            let mantissa = i128::from(scaled as i64) * 5_i128.pow(24);
            if let (Ok(m), true) = (i64::try_from(mantissa), scaled.fract() == 0.0) {
                for m in [m - 1, m, m + 1] {
                    check(m, 24);
                }
            }
        }

        #[test]
        fn both_ways_agree(m in 1u64.., bits in 0u32..63, places in 0u8..=27) {
            let m = (m >> bits).max(1);
            let (wide, exponent) = quotient_by_power::<53>(m, places).unwrap();
            let (exact_wide, exact_exponent) = exactly(m, places).unwrap();
            prop_assert_eq!(pack64(false, wide, exponent), pack64(false, exact_wide, exact_exponent));
        }
    }
}
