//! The few operations of binary floats that value maps need: m / den, m * s, v / s and v * den.

use super::{Parts, pack64};

/// The double nearest to `numerator / denominator`, half to even.
#[inline]
pub(crate) fn ratio(numerator: i64, denominator: u64) -> Option<u64> {
    if denominator == 0 {
        return None;
    }
    if numerator == 0 {
        return Some(0);
    }
    let (m, gap) = normal(numerator.unsigned_abs());
    let (d, scale) = normal(denominator);
    let (dividend, divisor) = (u128::from(m) << 63, u128::from(d));
    // At least 63 bits of quotient: the lowest is far below the rounding and may stand for the remainder.
    let (quotient, remainder) = (dividend / divisor, dividend % divisor);
    let wide = quotient | u128::from(remainder != 0);
    let shift = wide.leading_zeros() as i32;
    pack64(numerator < 0, wide << shift, scale - 63 - gap - shift)
}

/// The double nearest to `m * step`, half to even.
#[inline]
pub(crate) fn product(m: i64, step: u64) -> Option<u64> {
    if m == 0 {
        return Some(0);
    }
    let step = Parts::of(step)?;
    let wide = u128::from(m.unsigned_abs()) * u128::from(step.mantissa);
    let shift = wide.leading_zeros();
    pack64((m < 0) != step.negative, wide << shift, step.exponent - shift as i32)
}

/// The integer nearest to `value / step`, half to even.
#[inline]
pub(crate) fn quotient(value: u64, step: u64) -> Option<i64> {
    let step = Parts::of(step)?;
    if value == 0 {
        return Some(0);
    }
    let value = Parts::of(value)?;
    // Mantissas of 53 bits: shifts beyond these give quotients above 2^62 or below a half.
    let shift = value.exponent - step.exponent;
    if shift > 62 {
        return None;
    }
    if shift < -60 {
        return Some(0);
    }
    let (dividend, divisor) = (
        u128::from(value.mantissa) << shift.max(0).unsigned_abs(),
        u128::from(step.mantissa) << shift.min(0).unsigned_abs(),
    );
    let (whole, rest) = (dividend / divisor, dividend % divisor);
    let up = rest * 2 > divisor || (rest * 2 == divisor && whole & 1 == 1);
    let magnitude = i64::try_from(whole + u128::from(up)).ok()?;
    Some(if value.negative == step.negative { magnitude } else { -magnitude })
}

/// The integer nearest to `value * scale`, half to even.
#[inline]
pub(crate) fn scaled(value: u64, scale: u64) -> Option<i64> {
    if value == 0 {
        return Some(0);
    }
    let value = Parts::of(value)?;
    let wide = u128::from(value.mantissa) * u128::from(scale);
    let rounded = match value.exponent.unsigned_abs() {
        0 => wide,
        cut => super::round(wide, cut),
    };
    let magnitude = i64::try_from(rounded).ok()?;
    Some(if value.negative { -magnitude } else { magnitude })
}

/// A nonzero number shifted until its top bit is set, and by how much.
#[inline(always)]
const fn normal(n: u64) -> (u64, i32) {
    let gap = n.leading_zeros();
    (n << gap, gap as i32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn inside(v: f64) -> bool {
        v == 0.0 || (v.abs() >= 2_f64.powi(-36) && v.abs() < 2_f64.powi(53))
    }

    fn bits_of(v: f64) -> Option<u64> {
        inside(v).then_some(v.to_bits())
    }

    #[test]
    fn by_hand() {
        let bits = f64::to_bits;
        assert_eq!(ratio(1, 0), None);
        assert_eq!(ratio(-7, 2), Some(bits(-3.5)));
        assert_eq!(ratio(i64::MIN, u64::MAX), Some(bits(-0.5)));
        assert_eq!(ratio((1 << 53) + 1, 1), None);
        assert_eq!(product(3, bits(-0.1)), Some(bits(-0.1 * 3.0)));
        assert_eq!(product(0, bits(0.1)), Some(0));
        assert_eq!(product(1, bits(f64::NAN)), None);
        assert_eq!(quotient(bits(2.5), bits(1.0)), Some(2));
        assert_eq!(quotient(bits(-3.5), bits(1.0)), Some(-4));
        assert_eq!(quotient(bits(0.4), bits(0.1)), Some(4));
        assert_eq!(quotient(bits(1e15), bits(1e-10)), None);
        assert_eq!(quotient(bits(1e-10), bits(1e15)), Some(0));
        assert_eq!(quotient(bits(1.0), 0), None);
        assert_eq!(quotient(0, bits(1.0)), Some(0));
        assert_eq!(scaled(bits(2.5), 1), Some(2));
        assert_eq!(scaled(bits(-1e15), u64::MAX), None);
        assert_eq!(scaled(bits(2_f64.powi(52) + 1.0), 1), Some((1 << 52) + 1));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        #[test]
        fn ratio_like_doubles(m in -(1i64 << 53)..1 << 53, bits in 0u32..53, d in 1u64..1 << 53, drop in 0u32..53) {
            let (m, d) = (m >> bits, (d >> drop).max(1));
            prop_assert_eq!(ratio(m, d), bits_of(m as f64 / d as f64));
        }

        #[test]
        fn product_like_doubles(m in -(1i64 << 53)..1 << 53, bits in 0u32..53, step in 1e-10_f64..1e10) {
            let m = m >> bits;
            prop_assert_eq!(product(m, step.to_bits()), bits_of(m as f64 * step));
        }

        #[test]
        fn quotient_undoes_product(m in -(1i64 << 51)..1 << 51, bits in 0u32..51, step in 1e-6_f64..1e2) {
            let m = m >> bits;
            if let Some(value) = product(m, step.to_bits()) {
                prop_assert_eq!(quotient(value, step.to_bits()), Some(m));
            }
        }

        #[test]
        fn quotient_of_powers(v in -1e6_f64..1e6, shift in -20i32..20) {
            let exact = v * 2_f64.powi(shift);
            if inside(v) {
                let step = 2_f64.powi(-shift);
                prop_assert_eq!(quotient(v.to_bits(), step.to_bits()), Some(exact.round_ties_even() as i64));
                if shift >= 0 {
                    prop_assert_eq!(scaled(v.to_bits(), 1 << shift), Some(exact.round_ties_even() as i64));
                }
            }
        }

        #[test]
        fn wide_ratios_are_nearest(m in 1i64.., d in 1u64.., bits in 0u32..63) {
            // c * 2^-e is nearest to m / d if |m * 2^e - c * d| is at most half of d.
            let d = (d >> bits).max(1);
            if let Some(Parts { mantissa, exponent, .. }) = ratio(m, d).and_then(Parts::of)
                && exponent > -64
            {
                let error = (m as u128) << exponent.unsigned_abs();
                let error = error.abs_diff(u128::from(mantissa) * u128::from(d));
                prop_assert!(2 * error <= u128::from(d), "{} {}", m, d);
            }
        }
    }
}
