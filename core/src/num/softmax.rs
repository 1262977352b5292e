//! Shares of one whole from scores, in integers: shares are as powers of two of the scores and sum to exactly one.
//! Called by the predictors that weigh others by how well they did.

/// One in units of the shares.
pub(crate) const WHOLE: u32 = 1 << 16;

/// Powers of two below one, 2^(-i/256) in Q30 for i = 0..=256.
#[expect(clippy::indexing_slicing, reason = "evaluated while compiling")]
const POWERS: [u32; 257] = {
    // 2^(-1/256) in Q63: the eighth square root of a half.
    let mut step: u128 = 1 << 62;
    let mut roots = 0;
    while roots < 8 {
        step = (step << 63).isqrt();
        roots += 1;
    }
    let mut table = [0; 257];
    let mut power: u128 = 1 << 63;
    let mut i = 0;
    while i < table.len() {
        table[i] = ((power + (1 << 32)) >> 33) as u32;
        power = (power * step) >> 63;
        i += 1;
    }
    table
};

/// 2^(-x / 2^16) in Q30, never rising with x; zero from x = 2^21.
#[expect(clippy::indexing_slicing, reason = "the index is one byte, the table has 257 entries")]
pub(crate) const fn exp2_neg(x: u32) -> u32 {
    if x >= 1 << 21 {
        return 0;
    }
    let i = ((x >> 8) & 0xff) as usize;
    let (high, low) = (POWERS[i], POWERS[i + 1]);
    (high - (((high - low) * (x & 0xff)) >> 8)) >> (x >> 16)
}

/// Shares as 2^(score / 2^16): they sum to exactly [`WHOLE`], equal scores get shares at most the count apart, and what
/// rounding leaves goes to the first of the highest scores. As many as the shorter of both has; the rest become 0.
pub(crate) fn softmax(scores: &[i32], shares: &mut [u32]) {
    shares.fill(0);
    let count = scores.len().min(shares.len());
    let scores = scores.iter().take(count);
    let Some(most) = scores.clone().copied().max() else { return };
    let weight = |score: i32| u64::from(exp2_neg(most.abs_diff(score)));
    let total: u64 = scores.clone().map(|s| weight(*s)).sum();
    let mut left = WHOLE;
    for (share, score) in shares.iter_mut().zip(scores.clone()) {
        *share = ((weight(*score) << 16) / total.max(1)) as u32;
        left -= *share;
    }
    if let Some((share, _)) = shares.iter_mut().zip(scores).find(|(_, score)| **score == most) {
        *share += left;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use proptest::prelude::*;

    #[test]
    fn powers_agree_with_floats() {
        for x in (0..1 << 21).step_by(37) {
            let exact = (-f64::from(x) / 65_536.0).exp2() * f64::from(1 << 30);
            assert!((f64::from(exp2_neg(x)) - exact).abs() <= 1.0 + exact * 1e-6, "{x}");
        }
    }

    #[test]
    fn equal_scores_share_alike() {
        let mut shares = [0; 3];
        softmax(&[7, 7, 7], &mut shares);
        assert_eq!(shares, [21_846, 21_845, 21_845]);
        softmax(&[0, 65_536, i32::MIN], &mut shares);
        assert_eq!(shares, [21_845, 43_691, 0]);
        softmax(&[], &mut shares);
        assert_eq!(shares, [0, 0, 0]);
    }

    proptest! {
        #[test]
        fn sums_to_one_and_agrees_with_floats(scores in prop::collection::vec(-400_000i32..400_000, 1..9)) {
            let mut shares = vec![0; scores.len()];
            softmax(&scores, &mut shares);
            prop_assert_eq!(shares.iter().sum::<u32>(), WHOLE);
            let powers: vec::Vec<f64> = scores.iter().map(|s| (f64::from(*s) / 65_536.0).exp2()).collect();
            let total: f64 = powers.iter().sum();
            for (share, power) in shares.iter().zip(powers) {
                prop_assert!((f64::from(*share) - power / total * 65_536.0).abs() <= scores.len() as f64 + 1.0);
            }
        }

        #[test]
        fn any_scores_share_the_whole(scores: [i32; 8]) {
            let mut shares = [0; 8];
            softmax(&scores, &mut shares);
            prop_assert_eq!(shares.iter().sum::<u32>(), WHOLE);
        }
    }
}
