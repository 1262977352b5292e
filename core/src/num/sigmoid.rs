//! The logistic function and the hyperbolic tangent in fixed point, for recurrent predictors.

use super::exponential;

/// Units of arguments and results: one.
pub(crate) const ONE: i32 = 1 << 16;

/// 1 / (1 + e^-(i/32)) in Q16, i = 0..=320.
#[expect(clippy::indexing_slicing, reason = "evaluated while compiling")]
const LOGISTIC: [u32; 321] = {
    let step = exponential::decay(32);
    let mut table = [0; 321];
    let mut e = exponential::ONE;
    let mut i = 0;
    while i < table.len() {
        table[i] = exponential::logistic(e, 16) as u32;
        e = exponential::times(e, step);
        i += 1;
    }
    table
};

/// The logistic function in Q16 of a number in Q16, within three units; never falls as `x` rises.
#[expect(clippy::indexing_slicing, reason = "the index is at most 319, the table has 321 entries")]
pub(crate) const fn logistic(x: i32) -> i32 {
    let size = x.unsigned_abs();
    let size = if size < 10 << 16 { size } else { (10 << 16) - 1 };
    let (i, between) = ((size >> 11) as usize, size & 0x7ff);
    let (low, high) = (LOGISTIC[i], LOGISTIC[i + 1]);
    let above = (low + (((high - low) * between + (1 << 10)) >> 11)) as i32;
    if x < 0 { ONE - above } else { above }
}

/// The hyperbolic tangent in Q16 of a number in Q16, within six units.
pub(crate) const fn tanh(x: i32) -> i32 {
    2 * logistic(x.saturating_mul(2)) - ONE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agree_with_floats() {
        let mut last = 0;
        for x in (-12 * ONE..12 * ONE).step_by(97).chain([i32::MIN, i32::MAX]) {
            let exact = 1.0 / (1.0 + (-f64::from(x) / 65_536.0).exp());
            assert!((f64::from(logistic(x)) - exact * 65_536.0).abs() <= 3.2, "{x}");
            let exact = (f64::from(x) / 65_536.0).tanh();
            assert!((f64::from(tanh(x)) - exact * 65_536.0).abs() <= 6.4, "{x}");
            if x != i32::MIN && x != i32::MAX {
                assert!(logistic(x) >= last);
                last = logistic(x);
            }
        }
        assert_eq!((logistic(0), tanh(0)), (ONE / 2, 0));
    }
}
