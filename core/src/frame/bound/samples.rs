//! Raw samples within a bound: integers stay integers of their type.

use super::{
    Tolerances,
    lattice::{self, Readings},
};
use crate::{
    frame::raw,
    table::{Raw, Sample},
};
use alloc::vec::Vec;

/// The samples nearby that are written instead; `None` if all stay as they are. Floats do.
pub(in crate::frame) fn near(samples: &[u8], raw: Raw, bounds: &Tolerances) -> Option<Vec<u8>> {
    let range = match raw.sample {
        Sample::I16 => i64::from(i16::MIN)..=i64::from(i16::MAX),
        Sample::I32 => i64::from(i32::MIN)..=i64::from(i32::MAX),
        Sample::F32 | Sample::F64 => return None,
    };
    let channels: Vec<Vec<i64>> = (0..usize::from(raw.channels))
        .map(|channel| {
            let units = raw::channel(samples, raw, channel);
            let readings = Readings { units, places: 0, exact: true };
            let all = readings.range(readings.units.iter().copied());
            let twice = bounds.of(channel).twice(0, all, 0);
            let Some(moved) = lattice::move_to(&readings, twice, false) else { return readings.units };
            // The middle of a bin may lie beyond the type; its end is nearer to all samples of the bin.
            moved.units.into_iter().map(|unit| unit.clamp(*range.start(), *range.end())).collect()
        })
        .collect();
    let mut out = Vec::with_capacity(samples.len());
    raw::weave(&channels, raw, &mut out);
    out.extend_from_slice(samples.get(out.len()..).unwrap_or_default());
    (out != samples).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Tolerance;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn samples_stay_within_the_bound(samples in prop::collection::vec(any::<i16>(), 0..200), bound in 0i64..40_000, tail in 0usize..6) {
            let mut bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
            bytes.truncate(bytes.len().saturating_sub(tail));
            let raw = Raw { sample: Sample::I16, channels: 3 };
            let mut bounds = Tolerances::new(Tolerance::parse(&alloc::format!("{bound}")).unwrap());
            bounds.set(1, Tolerance::EXACT);
            let near = near(&bytes, raw, &bounds).unwrap_or_else(|| bytes.clone());
            prop_assert_eq!(near.len(), bytes.len());
            for (index, (from, to)) in bytes.chunks(2).zip(near.chunks(2)).enumerate() {
                let (Ok(before), Ok(after)) = (from.try_into(), to.try_into()) else {
                    prop_assert_eq!(from, to);
                    continue;
                };
                let error = i64::from(i16::from_le_bytes(before)) - i64::from(i16::from_le_bytes(after));
                let allowed = if index % 3 == 1 { 0 } else { bound };
                prop_assert!(error.abs() <= allowed);
            }
        }
    }
}
