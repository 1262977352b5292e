//! Powers of ten and five, and exact division by powers of ten without a divide instruction.

/// 10^k, k = 0..=19: all that fit 64 bits.
#[expect(clippy::indexing_slicing, reason = "evaluated while compiling")]
pub(crate) const POW10: [u64; 20] = {
    let mut table = [1; 20];
    let mut k = 1;
    while k < table.len() {
        table[k] = table[k - 1] * 10;
        k += 1;
    }
    table
};

/// 5^k, k = 0..=27: all that fit 64 bits.
#[expect(clippy::indexing_slicing, reason = "evaluated while compiling")]
pub(crate) const POW5: [u64; 28] = {
    let mut table = [1; 28];
    let mut k = 1;
    while k < table.len() {
        table[k] = table[k - 1] * 5;
        k += 1;
    }
    table
};

/// Multiplier and shift with which `(n * multiplier) >> 64 >> shift` is n / 10^k for every n < 2^63.
#[expect(clippy::indexing_slicing, reason = "evaluated while compiling")]
const RECIPROCAL: [(u64, u32); 20] = {
    let mut table = [(0, 0); 20];
    let mut k = 1;
    while k < table.len() {
        let shift = 63 - (POW10[k] - 1).leading_zeros();
        table[k] = (ceil_of_power(64 + shift, POW10[k]), shift);
        k += 1;
    }
    table
};

/// ceil(2^exponent / divisor) by long division; the quotient fits 64 bits for the divisors above.
const fn ceil_of_power(exponent: u32, divisor: u64) -> u64 {
    let mut quotient: u64 = 0;
    let mut remainder: u128 = 1;
    let mut bit = 0;
    while bit < exponent {
        remainder <<= 1;
        quotient <<= 1;
        if remainder >= divisor as u128 {
            remainder -= divisor as u128;
            quotient |= 1;
        }
        bit += 1;
    }
    quotient + 1
}

/// 10^k, or `None` above k = 19.
pub(crate) fn pow10(k: u8) -> Option<u64> {
    POW10.get(usize::from(k)).copied()
}

/// (n / 10^k, n % 10^k); (0, n) where 10^k is more than 64 bits.
pub(crate) fn split(n: u64, k: u8) -> (u64, u64) {
    let index = usize::from(k);
    let (Some(&(multiplier, shift)), Some(&power)) = (RECIPROCAL.get(index), POW10.get(index)) else {
        return (0, n);
    };
    let quotient = if k == 0 {
        n
    } else if n >> 63 == 0 {
        ((u128::from(n) * u128::from(multiplier)) >> 64) as u64 >> shift
    } else {
        n / power
    };
    (quotient, n.wrapping_sub(quotient.wrapping_mul(power)))
}

/// How many decimal digits n has; one for zero.
#[expect(clippy::indexing_slicing, reason = "the guess is at most 64 * 1233 >> 12 = 19, the last index")]
pub(crate) const fn digits(n: u64) -> u8 {
    let guess = ((64 - (n | 1).leading_zeros()) * 1233) >> 12;
    guess as u8 + (n >= POW10[guess as usize]) as u8 + (n == 0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::string::ToString;

    #[test]
    fn split_at_every_edge() {
        for k in 0..=19_u8 {
            let power = POW10[usize::from(k)];
            for base in [0, power, power.wrapping_mul(7), (1_u64 << 63) - 1, 1 << 63, u64::MAX] {
                for n in [base.wrapping_sub(1), base, base.wrapping_add(1)] {
                    assert_eq!(split(n, k), (n / power, n % power), "{n} {k}");
                }
            }
            let multiple = ((1_u64 << 63) - 1) / power * power;
            assert_eq!(split(multiple, k), (multiple / power, 0));
            let below = multiple.saturating_sub(1);
            assert_eq!(split(below, k), (below / power, below % power));
        }
        assert_eq!(split(5, 20), (0, 5));
        assert_eq!(split(5, 255), (0, 5));
    }

    #[test]
    fn digits_at_every_edge() {
        assert_eq!(digits(0), 1);
        assert_eq!(digits(u64::MAX), 20);
        for (k, &power) in POW10.iter().enumerate() {
            assert_eq!(digits(power), k as u8 + 1);
            assert_eq!(digits(power - 1), k.max(1) as u8);
        }
    }

    proptest! {
        #[test]
        fn split_is_division(n: u64, bits in 0u32..64, k in 0u8..20) {
            let n = n >> bits;
            let power = POW10[usize::from(k)];
            prop_assert_eq!(split(n, k), (n / power, n % power));
            prop_assert_eq!(usize::from(digits(n)), n.to_string().len());
        }
    }
}
