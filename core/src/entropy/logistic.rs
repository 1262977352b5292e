//! Chances as log odds and back: the scale on which independent opinions add up.
//!
//! A chance is in units of 2^-16, log odds ln(p / (1 - p)) in units of 2^-8. Both tables are part of the format.

use crate::num::exponential::{ONE, decay, logistic, times};

/// The largest log odds: a little more than those of the chance 65535.
pub(crate) const MAX: i32 = 2900;
const ENTRIES: usize = MAX as usize + 1;

/// 2^32 / (1 + e^-x), x = 0..=MAX in units of 2^-8.
#[expect(clippy::indexing_slicing, reason = "evaluated while compiling")]
static FINE: [u64; ENTRIES] = {
    let (mut table, step, mut e, mut x) = ([0; ENTRIES], decay(256), ONE, 0);
    while x < ENTRIES {
        table[x] = logistic(e, 32);
        e = times(e, step);
        x += 1;
    }
    table
};

/// The chances of log odds from 0 up.
#[expect(clippy::indexing_slicing, reason = "evaluated while compiling")]
static SQUASH: [u16; ENTRIES] = {
    let (mut table, mut x) = ([0; ENTRIES], 0);
    while x < ENTRIES {
        let chance = (FINE[x] + (1 << 15)) >> 16;
        table[x] = if chance > 65_535 { 65_535 } else { chance as u16 };
        x += 1;
    }
    table
};

/// Below this many units of 2^-16 the table of log odds has an entry for every chance.
const OUTER: usize = 2048;

/// How far below 0 the log odds of (i + 1/2) units are: units of 2^-16, then units of 2^-12.
#[expect(clippy::indexing_slicing, reason = "evaluated while compiling")]
static STRETCH: [[i16; OUTER]; 2] = {
    let mut tables = [[0; OUTER]; 2];
    let mut kind = 0;
    while kind < 2 {
        let unit = if kind == 0 { 1 << 15 } else { 1 << 19 };
        let (mut x, mut i) = (ENTRIES - 1, 0);
        while i < OUTER {
            let wanted = (1 << 32) - (2 * i as u64 + 1) * unit;
            while x > 0 && FINE[x - 1] >= wanted {
                x -= 1;
            }
            tables[kind][i] = x as i16;
            i += 1;
        }
        kind += 1;
    }
    tables
};

/// The log odds of a chance.
#[inline]
pub(crate) fn stretch(chance: u32) -> i32 {
    let chance = chance & 0xFFFF;
    let (likely, rest) = if chance >= 1 << 15 { (true, 0xFFFF - chance) } else { (false, chance) };
    let [outer, inner] = &STRETCH;
    let entry =
        if (rest as usize) < OUTER { outer.get(rest as usize) } else { inner.get(rest as usize >> 4) };
    let below = i32::from(entry.copied().unwrap_or(0));
    if likely { below } else { -below }
}

/// The chance of log odds, 1..=65535.
#[inline]
pub(crate) fn squash(odds: i32) -> u32 {
    let chance = |x: i32| u32::from(SQUASH.get(x.min(MAX) as usize).copied().unwrap_or(u16::MAX));
    if odds >= 0 { chance(odds) } else { 65_536 - chance(-odds.max(-MAX)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_agree_with_floats() {
        for chance in (1..65_535u32).step_by(7) {
            let p = (f64::from(chance) + 0.5) / 65_536.0;
            let exact = (p / (1.0 - p)).ln() * 256.0;
            let slack = if (2048..63_488).contains(&chance) {
                1.1 + 0.5 / 65_536.0 * 256.0 / (p * (1.0 - p)) * 16.0
            } else {
                1.5
            };
            assert!(
                (f64::from(stretch(chance)) - exact).abs() <= slack,
                "{chance}: {} {exact}",
                stretch(chance)
            );
        }
        for odds in -3000..3000 {
            let exact = 65_536.0 / (1.0 + (-f64::from(odds) / 256.0).exp());
            assert!((f64::from(squash(odds)) - exact).abs() <= 1.0, "{odds}");
            assert!((1..=65_535).contains(&squash(odds)));
        }
    }
}
