//! Raw samples within a bound: integers stay integers of their type.

use super::{
    Cost, Tolerance, Tolerances,
    lattice::{self, Readings},
    spare,
};
use crate::{
    frame::raw,
    table::{Raw, Sample},
};
use alloc::vec::Vec;
use core::ops::RangeInclusive;

/// The samples nearby that are written instead; `None` if all stay as they are. Floats do.
pub(in crate::frame) fn near(samples: &[u8], raw: Raw, bounds: &Tolerances) -> Option<Vec<u8>> {
    type_range(raw.sample)?;
    let channels: Vec<Vec<i64>> = (0..usize::from(raw.channels))
        .map(|channel| near_channel(readings(samples, raw, channel), raw.sample, bounds.of(channel)))
        .collect();
    let mut out = Vec::with_capacity(samples.len());
    raw::weave(&channels, raw, &mut out);
    out.extend_from_slice(samples.get(out.len()..).unwrap_or_default());
    (out != samples).then_some(out)
}

/// Decides on the first segment which channels a bound for all of them spares, and counts what it costs the others.
pub(super) fn judge(samples: &[u8], raw: Raw, bounds: &mut Tolerances) {
    for channel in (0..usize::from(raw.channels)).filter(|_| type_range(raw.sample).is_some()) {
        let (readings, bound) = (readings(samples, raw, channel), bounds.of(channel));
        if bound.is_exact() {
            continue;
        }
        if !bounds.has_own(channel) && spare::spares(&readings, bound) {
            bounds.set(channel, Tolerance::EXACT);
            continue;
        }
        let distinct = spare::distinct(&readings.units) as u64;
        let left = spare::distinct(&near_channel(readings, raw.sample, bound)) as u64;
        bounds.cost(channel, Cost { distinct, left });
    }
}

fn readings(samples: &[u8], raw: Raw, channel: usize) -> Readings {
    Readings { units: raw::channel(samples, raw, channel), places: 0, exact: true }
}

fn near_channel(readings: Readings, sample: Sample, bound: Tolerance) -> Vec<i64> {
    let all = readings.range(readings.units.iter().copied());
    let moved = lattice::move_to(&readings, bound.twice(0, all, 0), false);
    let Some((moved, range)) = moved.zip(type_range(sample)) else { return readings.units };
    // What is beyond has no room to move in.
    if readings.units.iter().any(|unit| !range.contains(unit)) {
        return readings.units;
    }
    // The middle of a bin may lie beyond the type; its end is nearer to all samples of the bin.
    moved.units.into_iter().map(|unit| unit.clamp(*range.start(), *range.end())).collect()
}

/// The numbers of a type that can move; `None` of floats.
fn type_range(sample: Sample) -> Option<RangeInclusive<i64>> {
    const ROOM: i64 = 1 << 62;
    let bits = 8 * sample.bytes() as u32;
    match sample {
        Sample::F32 | Sample::F64 => None,
        Sample::U64 => Some(0..=ROOM),
        Sample::I64 => Some(-ROOM..=ROOM),
        Sample::U8 | Sample::U16 | Sample::U32 => Some(0..=(1 << bits) - 1),
        Sample::I8 | Sample::I16 | Sample::I32 => Some(-(1 << (bits - 1))..=(1 << (bits - 1)) - 1),
    }
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
            let raw = Raw::new(Sample::I16, 3);
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
