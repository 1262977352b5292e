//! How likely a value is around a prediction: one shape, wide in the tails, scaled by how wrong the predictor has been.
//!
//! Above the centre, z scales away, lies 0.93 L(z) + 0.06 L(z / 3) + 0.009 L(z / 16) + 0.001 C(z), with
//! L(z) = 1 / (1 + e^z) and C(z) = 20.37 / (40.74 + z). Real errors have outliers: without the far tails each would cost
//! dozens of bits. The table is part of the format.

use crate::num::exponential::{ONE, decay, logistic, times};

/// All of the probability, a little more than the sum of what is told apart.
pub(super) const ALL: u32 = u32::MAX;

/// Steps of the near table in a scale.
const STEPS: usize = 64;
/// The near table ends here, in scales.
const NEAR: usize = 16;
/// So does the far one, whose steps are whole scales.
const FAR: usize = 1024;

/// What lies above z, in Q32.
const fn upper(e1: u64, e3: u64, e16: u64, z: u64, steps: u64) -> u32 {
    let l1 = (1 << 32) - logistic(e1, 32);
    let l3 = (1 << 32) - logistic(e3, 32);
    let l16 = (1 << 32) - logistic(e16, 32);
    let far = (2037u64 << 32) * steps / (4074 * steps + 100 * z);
    let sum = (930 * l1 + 60 * l3 + 9 * l16 + far) / 1000;
    if sum > u32::MAX as u64 { u32::MAX } else { sum as u32 }
}

#[expect(clippy::indexing_slicing, reason = "evaluated while compiling")]
const fn table<const N: usize>(steps: u64) -> [u32; N] {
    let mut table = [0; N];
    let (step1, step3, step16) = (decay(steps), decay(3 * steps), decay(16 * steps));
    let (mut e1, mut e3, mut e16, mut i) = (ONE, ONE, ONE, 0);
    while i < N {
        table[i] = upper(e1, e3, e16, i as u64, steps);
        (e1, e3, e16) = (times(e1, step1), times(e3, step3), times(e16, step16));
        i += 1;
    }
    table
}

/// Each entry with what it is more than the next.
#[expect(clippy::indexing_slicing, reason = "evaluated while compiling")]
const fn drops<const N: usize>(table: [u32; N]) -> [[u32; 2]; N] {
    let (mut drops, mut i) = ([[0; 2]; N], 0);
    while i + 1 < N {
        drops[i] = [table[i], table[i] - table[i + 1]];
        i += 1;
    }
    drops
}

static NEAR_TABLE: [[u32; 2]; NEAR * STEPS + 2] = drops(table(STEPS as u64));
static FAR_TABLE: [[u32; 2]; FAR + 2] = drops(table(1));

/// Bits that a scale is rounded down to.
const SCALE_BITS: u32 = 11;

/// 2^31 / m, m = 2^10..2^11.
#[expect(clippy::indexing_slicing, reason = "evaluated while compiling")]
static INVERSES: [u32; 1 << (SCALE_BITS - 1)] = {
    let (mut table, mut i) = ([0; 1 << (SCALE_BITS - 1)], 0);
    while i < table.len() {
        table[i] = (1 << 31) / (table.len() + i) as u32;
        i += 1;
    }
    table
};

/// A density around a prediction.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Density {
    centre: i64,
    /// The farthest distance that is told apart.
    most: u64,
    /// 2^31 / the leading bits of the scale.
    inverse: u32,
    /// What a distance is shifted by before it is multiplied, and behind.
    before: u8,
    behind: u8,
}

impl Density {
    /// Around `centre`, in units of 2^-8 as `scale` is, which is from 1 to 2^52.
    #[inline]
    pub(super) fn new(centre: i64, scale: i64) -> Self {
        let bits = u64::BITS - scale.leading_zeros();
        // 30 bits of the scale are enough: then a distance of 2^10 scales times the inverse is below 2^61.
        let before = bits.saturating_sub(30);
        let leading = scale.cast_unsigned() << (u64::BITS - bits.max(1)) >> (u64::BITS - SCALE_BITS);
        let inverse = INVERSES.get(leading as usize & (INVERSES.len() - 1)).copied().unwrap_or(0);
        // Distance * 2^16 / scale, the scale being leading * 2^(bits - 11).
        let behind = bits - before + 31 - SCALE_BITS - 16;
        let most = scale.cast_unsigned().saturating_mul(FAR as u64 - 1);
        Self { centre, most, inverse, before: before as u8, behind: behind as u8 }
    }

    /// What lies below `bound`, in Q32.
    #[inline]
    pub(super) fn below(&self, bound: i64) -> u32 {
        let distance = bound.wrapping_sub(self.centre);
        let size = distance.unsigned_abs().min(self.most) >> (self.before & 63);
        let upper = upper_at((size * u64::from(self.inverse)) >> (self.behind & 63));
        if distance < 0 { upper } else { ALL - upper }
    }
}

/// What lies above z, in Q16.
#[inline]
fn upper_at(z: u64) -> u32 {
    let (table, shift): (&[[u32; 2]], u32) =
        if z < (NEAR as u64) << 16 { (&NEAR_TABLE, 10) } else { (&FAR_TABLE, 16) };
    let [above, drop] = table.get((z >> shift) as usize).copied().unwrap_or_default();
    let part = z & ((1 << shift) - 1);
    above - ((u64::from(drop) * part) >> shift) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rises_from_nothing_to_all() {
        for scale in [8, 10, 256, 12_345, 1 << 40] {
            let density = Density::new(-77, scale);
            let steps = (-3000..3000).map(|k: i64| density.below(-77 + k * scale / 2));
            let steps: Vec<u32> = steps.collect();
            assert!(steps.is_sorted());
            assert!(steps[0] < 1 << 18 && *steps.last().unwrap() > ALL - (1 << 18));
            assert!(density.below(-77).abs_diff(1 << 31) < 1 << 8);
        }
    }

    #[test]
    fn the_shape_is_as_told() {
        let density = Density::new(0, 1 << 16);
        for k in 0..1000 {
            let z = f64::from(k) / 7.0;
            let l = |z: f64| 1.0 / (1.0 + z.exp());
            let exact = 0.93 * l(z) + 0.06 * l(z / 3.0) + 0.009 * l(z / 16.0) + 0.001 * 20.37 / (40.74 + z);
            let told = 1.0 - f64::from(density.below((z * 65_536.0) as i64)) / 4_294_967_296.0;
            assert!((told - exact).abs() < 2e-4, "{z}: {told} {exact}");
        }
    }

    use std::vec::Vec;
}
