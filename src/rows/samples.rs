//! Raw samples as lines of numbers, a column for each channel.

use qres_core::table::{Raw, Sample};
use std::fmt::Write;

/// The lines of whole rows of samples.
pub(crate) fn lines(samples: &[u8], raw: Raw) -> Vec<u8> {
    let mut lines = String::new();
    for row in samples.chunks_exact(raw.row_bytes()) {
        for (channel, sample) in row.chunks_exact(raw.sample.bytes()).enumerate() {
            if channel > 0 {
                lines.push(',');
            }
            print(sample, raw, &mut lines);
        }
        lines.push('\n');
    }
    lines.into_bytes()
}

/// Appends a sample: integers as they are, floats in the fewest digits that tell them apart.
fn print(sample: &[u8], raw: Raw, out: &mut String) {
    let mut eight = [0; 8];
    eight[..sample.len()].copy_from_slice(sample);
    if raw.high_first {
        eight[..sample.len()].reverse();
    }
    let bits = u64::from_le_bytes(eight);
    let written = match raw.sample {
        Sample::U8 | Sample::U16 | Sample::U32 | Sample::U64 => write!(out, "{bits}"),
        Sample::I8 => write!(out, "{}", bits as i8),
        Sample::I16 => write!(out, "{}", bits as i16),
        Sample::I32 => write!(out, "{}", bits as i32),
        Sample::I64 => write!(out, "{}", bits as i64),
        Sample::F32 => write!(out, "{:?}", f32::from_bits(bits as u32)),
        Sample::F64 => write!(out, "{:?}", f64::from_bits(bits)),
    };
    debug_assert!(written.is_ok(), "a string takes everything");
}
