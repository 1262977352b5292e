//! Q16.16: a signed number with 16 bits before and 16 bits after the point, for weights and rates.
//! Every operation saturates, so no input can overflow; products round toward minus infinity.
//! Called by predictors, genes and regime statistics.

pub use fixed::types::I16F16 as Q16;

/// The number whose raw 32 bits are `raw` (1.0 is 65536).
pub const fn from_raw(raw: i32) -> Q16 {
    Q16::from_bits(raw)
}

/// The raw 32 bits of a number.
pub const fn to_raw(value: Q16) -> i32 {
    value.to_bits()
}

/// The sum, held at the ends of the range.
pub const fn add(a: Q16, b: Q16) -> Q16 {
    a.saturating_add(b)
}

/// The difference, held at the ends of the range.
pub const fn sub(a: Q16, b: Q16) -> Q16 {
    a.saturating_sub(b)
}

/// The product, rounded toward minus infinity and held at the ends of the range.
pub const fn mul(a: Q16, b: Q16) -> Q16 {
    Q16::from_bits(clamp((a.to_bits() as i64 * b.to_bits() as i64) >> 16))
}

/// The integer nearest to `value * scale`, halves upward: a Q16.16 weight applied to an integer.
pub const fn scale(value: i64, scale: Q16) -> i64 {
    let product = (value as i128 * scale.to_bits() as i128 + (1 << 15)) >> 16;
    if product > i64::MAX as i128 {
        i64::MAX
    } else if product < i64::MIN as i128 {
        i64::MIN
    } else {
        product as i64
    }
}

/// The ratio `numerator / denominator` rounded toward minus infinity; zero when the denominator is zero.
pub const fn ratio(numerator: i64, denominator: u64) -> Q16 {
    if denominator == 0 {
        return Q16::ZERO;
    }
    let wide = ((numerator as i128) << 16).div_euclid(denominator as i128);
    if wide > i32::MAX as i128 {
        Q16::MAX
    } else if wide < i32::MIN as i128 {
        Q16::MIN
    } else {
        Q16::from_bits(wide as i32)
    }
}

const fn clamp(raw: i64) -> i32 {
    if raw > i32::MAX as i64 {
        i32::MAX
    } else if raw < i32::MIN as i64 {
        i32::MIN
    } else {
        raw as i32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn saturates_at_both_ends() {
        assert_eq!(mul(Q16::MAX, Q16::MAX), Q16::MAX);
        assert_eq!(mul(Q16::MIN, Q16::MAX), Q16::MIN);
        assert_eq!(add(Q16::MIN, Q16::MIN), Q16::MIN);
        assert_eq!(sub(Q16::MIN, Q16::MAX), Q16::MIN);
        assert_eq!(ratio(1, 0), Q16::ZERO);
        assert_eq!(ratio(-1, 3).to_bits(), -21846);
    }

    proptest! {
        #[test]
        fn agrees_with_wide_integers(a: i32, b: i32, v: i64, d in 1u64..) {
            let wide = ((i128::from(a) * i128::from(b)) >> 16).clamp(i32::MIN.into(), i32::MAX.into());
            prop_assert_eq!(i128::from(to_raw(mul(from_raw(a), from_raw(b)))), wide);
            prop_assert_eq!(to_raw(add(from_raw(a), from_raw(b))), a.saturating_add(b));
            let exact = (i128::from(v) * i128::from(a)).div_euclid(1 << 15);
            let half_up = ((exact + 1) >> 1).clamp(i64::MIN.into(), i64::MAX.into());
            prop_assert_eq!(i128::from(scale(v, from_raw(a))), half_up);
            let floor = (i128::from(v) << 16).div_euclid(d.into()).clamp(i32::MIN.into(), i32::MAX.into());
            prop_assert_eq!(i128::from(to_raw(ratio(v, d))), floor);
        }
    }
}
