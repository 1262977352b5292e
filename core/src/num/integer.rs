//! Small integer functions that every room needs: signs folded away, common divisors, logarithms.

/// Folds the sign into the lowest bit: 0, -1, 1, -2, ... become 0, 1, 2, 3, ... for every `i64`.
pub(crate) const fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)).cast_unsigned()
}

/// The inverse of [`zigzag`].
pub(crate) const fn unzigzag(code: u64) -> i64 {
    (code >> 1).cast_signed() ^ (code & 1).cast_signed().wrapping_neg()
}

/// The greatest common divisor; that of 0 and x is x.
pub(crate) const fn gcd(mut a: u64, mut b: u64) -> u64 {
    if a == 0 || b == 0 {
        return a | b;
    }
    let twos = (a | b).trailing_zeros();
    a >>= a.trailing_zeros();
    while b != 0 {
        b >>= b.trailing_zeros();
        if a > b {
            (a, b) = (b, a);
        }
        b -= a;
    }
    a << twos
}

/// log2(1 + i/256) in units of 2^-16, rounded to nearest, i = 0..=256.
#[expect(clippy::indexing_slicing, reason = "evaluated while compiling")]
const LOG2: [u32; 257] = {
    let mut table = [0; 257];
    let mut i = 0;
    while i < table.len() {
        table[i] = log2_of_mantissa(256 + i as u128);
        i += 1;
    }
    table
};

/// log2(m / 256) in units of 2^-16 by repeated squaring, m in 256..=512.
const fn log2_of_mantissa(m: u128) -> u32 {
    if m == 512 {
        return 1 << 16;
    }
    let mut x = m << 52;
    let mut log = 0;
    let mut bit = 0;
    while bit < 20 {
        x = (x * x) >> 60;
        log <<= 1;
        if x >> 61 != 0 {
            x >>= 1;
            log |= 1;
        }
        bit += 1;
    }
    (log + 8) >> 4
}

/// log2(x) in units of 2^-16, within one unit and a half of exact and never decreasing; zero for x = 0.
#[expect(clippy::indexing_slicing, reason = "the index is one byte, the table has 257 entries")]
pub const fn log2_q16(x: u64) -> u32 {
    if x == 0 {
        return 0;
    }
    let whole = 63 - x.leading_zeros();
    let top = x << (63 - whole) << 1;
    let index = (top >> 56) as usize;
    let between = (top >> 40) as u32 & 0xffff;
    let (low, high) = (LOG2[index], LOG2[index + 1]);
    (whole << 16) + low + (((high - low) * between + (1 << 15)) >> 16)
}

/// Returns the lowest and the highest of some values, found together: by `Iterator::min` and `max` it takes three times as
/// long.
pub(crate) fn lowest_and_highest(values: &[i64]) -> Option<(i64, i64)> {
    let first = *values.first()?;
    Some(values.iter().fold((first, first), |(low, high), value| (low.min(*value), high.max(*value))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn zigzag_covers_both_ends() {
        for (value, code) in [(0, 0), (-1, 1), (1, 2), (i64::MAX, u64::MAX - 1), (i64::MIN, u64::MAX)] {
            assert_eq!(zigzag(value), code);
            assert_eq!(unzigzag(code), value);
        }
    }

    #[test]
    fn log2_table_agrees_with_floats() {
        for (i, &entry) in LOG2.iter().enumerate() {
            let exact = ((1.0 + i as f64 / 256.0).log2() * 65536.0).round();
            assert_eq!(f64::from(entry), exact, "{i}");
        }
    }

    #[test]
    fn log2_never_decreases_and_knows_powers_of_two() {
        let mut last = 0;
        for x in 1..200_000 {
            assert!(log2_q16(x) >= last, "{x}");
            last = log2_q16(x);
        }
        for k in 0..64 {
            assert_eq!(log2_q16(1 << k), k << 16);
        }
        assert_eq!(log2_q16(0), 0);
    }

    proptest! {
        #[test]
        fn zigzag_round_trips(v: i64) {
            prop_assert_eq!(unzigzag(zigzag(v)), v);
        }

        #[test]
        fn log2_is_close(x in 1u64.., shift in 0u32..64) {
            let x = (x >> shift).max(1);
            let error = f64::from(log2_q16(x)) - (x as f64).log2() * 65536.0;
            prop_assert!(error.abs() <= 1.5, "{} {}", x, error);
        }

        #[test]
        fn gcd_divides_and_is_greatest(a in 0u64..1 << 31, b in 0u64..1 << 31, c in 1u64..1 << 31) {
            let mut euclid = (a, b);
            while euclid.1 != 0 {
                euclid = (euclid.1, euclid.0 % euclid.1);
            }
            prop_assert_eq!(gcd(a, b), euclid.0);
            prop_assert_eq!(gcd(a * c, b * c), euclid.0 * c);
        }
    }
}
