//! Powers of e for the tables of the probability models, worked out while compiling.

/// One in Q63.
pub(crate) const ONE: u64 = 1 << 63;

/// e^(-1/n) in Q63.
pub(crate) const fn decay(n: u64) -> u64 {
    let (mut sum, mut term, mut k) = (ONE, ONE, 1);
    while term > 0 {
        term /= n * k;
        sum = if k % 2 == 1 { sum - term } else { sum + term };
        k += 1;
    }
    sum
}

/// The product of two factors in Q63.
pub(crate) const fn times(a: u64, b: u64) -> u64 {
    ((a as u128 * b as u128) >> 63) as u64
}

/// 1 / (1 + 1/e) in units of 2^-bits for e^-x in Q63: the logistic function of x, which is at least 0.
pub(crate) const fn logistic(e: u64, bits: u32) -> u64 {
    ((1u128 << (63 + bits)) / (ONE as u128 + e as u128)) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_floats() {
        for n in [1u64, 2, 64, 192, 256, 1024] {
            let exact = (-1.0 / n as f64).exp() * ONE as f64;
            assert!((decay(n) as f64 - exact).abs() / exact < 1e-15, "{n}");
            let logistic = logistic(decay(n), 32) as f64 / (1u64 << 32) as f64;
            assert!((logistic - 1.0 / (1.0 + (-1.0 / n as f64).exp())).abs() < 1e-9, "{n}");
        }
        assert_eq!(times(ONE, decay(3)), decay(3));
    }
}
