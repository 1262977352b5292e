//! What kind of numbers a column holds: do they change smoothly, or do they jump?
//!
//! Measured in bits: how many a value takes if nothing is known but the range, and how many its distance from the last
//! value takes, or from the line through the last two. Smooth is what saves at least [`SAVED`] bits.

use qres_core::table::Content;
use std::collections::BTreeSet;

/// What a column is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nature {
    /// Always the same.
    Constant,
    /// The same step again and again: a clock, a counter.
    Regular,
    /// The next value is near the last.
    Smooth,
    /// A few values, again and again.
    Discrete,
    /// The next value is anywhere.
    Jumpy,
    /// No numbers.
    Text,
}

impl Nature {
    /// Its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Constant => "constant",
            Self::Regular => "regular",
            Self::Smooth => "smooth",
            Self::Discrete => "discrete",
            Self::Jumpy => "jumpy",
            Self::Text => "text",
        }
    }
}

/// What was seen of a column.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    /// How its cells are written.
    pub(super) holds: String,
    /// What it is like.
    pub(super) nature: Nature,
    /// Bits between the smallest and the largest value.
    pub(super) bits_range: f64,
    /// Bits that a step takes.
    pub(super) bits_step: f64,
}

/// Bits that a step must save to be called small.
const SAVED: f64 = 1.5;
/// Distinct values that are still a few.
const FEW: usize = 16;
/// Share of steps that are the same in a clock.
const SAME: f64 = 0.98;

/// Classifies a column.
pub(super) fn classify(content: &Content) -> Seen {
    match content {
        Content::Numbers(numbers) => {
            let (nature, bits_range, bits_step) = judge(&numbers.values);
            Seen { holds: numbers.format.to_string(), nature, bits_range, bits_step }
        }
        Content::Tokens { distinct, .. } => {
            let nature = if distinct.len() <= 1 { Nature::Constant } else { Nature::Discrete };
            let bits = (distinct.len().max(1) as f64).log2();
            Seen { holds: format!("{} distinct", distinct.len()), nature, bits_range: bits, bits_step: bits }
        }
        Content::Text(_) => {
            Seen { holds: "text".into(), nature: Nature::Text, bits_range: 0.0, bits_step: 0.0 }
        }
    }
}

fn judge(values: &[i64]) -> (Nature, f64, f64) {
    let (Some(min), Some(max)) = (values.iter().min(), values.iter().max()) else {
        return (Nature::Constant, 0.0, 0.0);
    };
    let bits_range = bits(max.abs_diff(*min));
    let steps: Vec<i64> = values.windows(2).map(|pair| pair[1].wrapping_sub(pair[0])).collect();
    let bends: Vec<i64> = steps.windows(2).map(|pair| pair[1].wrapping_sub(pair[0])).collect();
    let bits_step = mean_bits(&steps).min(mean_bits(&bends).max(0.0));
    let straight = bends.iter().filter(|bend| **bend == 0).count() as f64 / bends.len().max(1) as f64;
    let few = values.iter().scan(BTreeSet::new(), |seen, value| {
        seen.insert(value);
        Some(seen.len())
    });
    let nature = match () {
        () if min == max => Nature::Constant,
        () if straight >= SAME && steps.iter().any(|step| *step != 0) && bits_range > 4.0 => Nature::Regular,
        () if few.take_while(|distinct| *distinct <= FEW).count() == values.len() => Nature::Discrete,
        () if bits_step + SAVED <= bits_range => Nature::Smooth,
        () => Nature::Jumpy,
    };
    (nature, bits_range, bits_step)
}

/// Bits that a number of that size takes.
fn bits(size: u64) -> f64 {
    (size as f64 + 1.0).log2()
}

/// Bits that a step takes on average, its sign included.
fn mean_bits(steps: &[i64]) -> f64 {
    let sum: f64 = steps.iter().map(|step| bits(step.unsigned_abs().saturating_mul(2))).sum();
    if steps.is_empty() { 0.0 } else { sum / steps.len() as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nature(values: impl IntoIterator<Item = i64>) -> Nature {
        judge(&values.into_iter().collect::<Vec<_>>()).0
    }

    /// A reproducible number without a trend.
    fn hash(n: i64) -> i64 {
        let mut z = (n as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) as i64
    }

    #[test]
    fn natures_are_told_apart() {
        assert_eq!(nature([]), Nature::Constant);
        assert_eq!(nature([5; 100]), Nature::Constant);
        assert_eq!(nature((0..500).map(|n| 1_600_000_000 + 10 * n)), Nature::Regular);
        assert_eq!(nature((0..500).map(|n| ((n as f64 / 40.0).sin() * 5000.0) as i64)), Nature::Smooth);
        assert_eq!(nature((0..500).map(|n| hash(n) & 3)), Nature::Discrete);
        assert_eq!(nature((0..500).map(|n| hash(n) & 0xFFFF)), Nature::Jumpy);
        assert_eq!(nature([i64::MIN, i64::MAX, 0, i64::MIN].repeat(30)), Nature::Discrete);
    }

    #[test]
    fn a_walk_is_smooth_though_its_steps_are_random() {
        let walk = (0..2000).scan(0, |at, n| {
            *at += hash(n) % 16;
            Some(*at)
        });
        assert_eq!(nature(walk), Nature::Smooth);
    }
}
