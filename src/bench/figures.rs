//! Figures as reports give them.

/// The smallest peer of each text, as a rival.
pub(super) const BEST: &str = "best peer";

/// Four decimals: more are noise.
pub(super) fn round(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

/// `None` of nothing.
pub(crate) fn geometric_mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0u32), |(sum, count), value| (sum + value.ln(), count + 1));
    (count > 0).then(|| (sum / f64::from(count)).exp())
}
