//! The body of a segment of raw samples: each channel's samples as numbers.
//!
//! ```text
//! raw := tail bytes varint | tail | numbers of each channel
//! ```
//! A float's number is its bits, those of negative floats turned around so that the numbers rise as the floats do.

use crate::{
    codec::{Level, numbers},
    entropy::{Cursor, put_varint},
    error::Error,
    parallel::Parallel,
    table::{Raw, Sample},
};
use alloc::vec::Vec;

/// Appends the body for `samples`; the channels are worked out by `parallel`.
pub(super) fn write(samples: &[u8], raw: Raw, level: Level, parallel: &impl Parallel, out: &mut Vec<u8>) {
    let rows = samples.chunks_exact(raw.row_bytes());
    put_varint(out, rows.remainder().len() as u64);
    out.extend_from_slice(rows.remainder());
    let channels = parallel.each(usize::from(raw.channels), |index| {
        let mut numbers = Vec::new();
        numbers::encode(&channel(samples, raw, index), &[], &[], level, &mut numbers);
        parallel.done(1, u64::from(raw.channels));
        numbers
    });
    channels.iter().for_each(|numbers| out.extend_from_slice(numbers));
}

/// The numbers of one channel.
pub(super) fn channel(samples: &[u8], raw: Raw, channel: usize) -> Vec<i64> {
    let rows = samples.chunks_exact(raw.row_bytes());
    let sample = rows.filter_map(|row| row.get(channel * raw.sample.bytes()..));
    sample.map(|bytes| number(bytes, raw)).collect()
}

/// Appends the samples of `body`, whose rows are known; models may take so many bytes of memory.
pub(super) fn read(body: &[u8], raw: Raw, rows: usize, memory: u64, out: &mut Vec<u8>) -> Result<(), Error> {
    let mut cursor = Cursor::new(body);
    let tail_bytes = usize::try_from(cursor.varint()?).ok().filter(|n| *n < raw.row_bytes());
    let tail = cursor.bytes(tail_bytes.ok_or(Error::Corrupt("more than a row behind the last row"))?)?;
    let channels: Vec<Vec<i64>> = (0..raw.channels)
        .map(|_| {
            if numbers::memory(&cursor) > memory {
                return Err(Error::Corrupt("a model larger than its header allows"));
            }
            numbers::decode(&mut cursor, rows, |_| Err(Error::Corrupt("channels have no parents")))
                .map(|(values, _)| values)
        })
        .collect::<Result<_, _>>()?;
    if !cursor.rest().is_empty() {
        return Err(Error::Corrupt("a segment is longer than its samples"));
    }
    weave(&channels, raw, out);
    out.extend_from_slice(tail);
    Ok(())
}

/// Appends the samples of channels, row after row.
pub(super) fn weave(channels: &[Vec<i64>], raw: Raw, out: &mut Vec<u8>) {
    for row in 0..channels.first().map_or(0, Vec::len) {
        for value in channels.iter().filter_map(|channel| channel.get(row)) {
            put_number(*value, raw, out);
        }
    }
}

fn number(bytes: &[u8], raw: Raw) -> i64 {
    let mut eight = [0; 8];
    for (to, from) in eight.iter_mut().zip(bytes.iter().take(raw.sample.bytes())) {
        *to = *from;
    }
    if raw.high_first
        && let Some(bytes) = eight.get_mut(..raw.sample.bytes())
    {
        bytes.reverse();
    }
    let bits = i64::from_le_bytes(eight);
    match raw.sample {
        Sample::U8 | Sample::U16 | Sample::U32 | Sample::U64 | Sample::I64 => bits,
        Sample::I8 => i64::from(bits as i8),
        Sample::I16 => i64::from(bits as i16),
        Sample::I32 => i64::from(bits as i32),
        Sample::F32 => i64::from(turned32(bits as i32)),
        Sample::F64 => turned64(bits),
    }
}

fn put_number(value: i64, raw: Raw, out: &mut Vec<u8>) {
    let bits = match raw.sample {
        Sample::F32 => i64::from(turned32(value as i32)),
        Sample::F64 => turned64(value),
        _ => value,
    };
    let bytes = bits.to_le_bytes().into_iter().take(raw.sample.bytes());
    if raw.high_first { out.extend(bytes.rev()) } else { out.extend(bytes) }
}

/// Its own inverse.
fn turned32(bits: i32) -> i32 {
    if bits < 0 { bits ^ i32::MAX } else { bits }
}

/// Its own inverse.
fn turned64(bits: i64) -> i64 {
    if bits < 0 { bits ^ i64::MAX } else { bits }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn samples_of_all_types_come_back(bytes in prop::collection::vec(any::<u8>(), 0..300), sample in prop::sample::select(Sample::ALL.to_vec()), high_first: bool, channels in 1u16..4) {
            let raw = Raw { sample, high_first, channels };
            let rows = bytes.len() / raw.row_bytes();
            let mut body = Vec::new();
            write(&bytes, raw, Level::FASTEST, &crate::parallel::Sequential, &mut body);
            let mut back = Vec::new();
            prop_assert_eq!(read(&body, raw, rows, 1 << 21, &mut back), Ok(()));
            prop_assert_eq!(back, bytes);
        }
    }

    #[test]
    fn numbers_are_what_the_bytes_say() {
        let read = |sample, high_first, bytes: &[u8]| number(bytes, Raw { sample, high_first, channels: 1 });
        assert_eq!(read(Sample::U8, false, &[200]), 200);
        assert_eq!(read(Sample::I8, false, &[200]), -56);
        assert_eq!(read(Sample::U16, true, &[0xFF, 0xFE]), 0xFFFE);
        assert_eq!(read(Sample::I16, true, &[0xFF, 0xFE]), -2);
        assert_eq!(read(Sample::U32, false, &[1, 0, 0, 0x80]), 0x8000_0001);
        assert_eq!(read(Sample::I64, true, &[0xFF; 8]), -1);
        assert!(
            read(Sample::F32, true, &(-1.5f32).to_be_bytes())
                < read(Sample::F32, true, &(-1.4f32).to_be_bytes())
        );
    }

    #[test]
    fn models_keep_to_the_memory_that_was_declared() {
        let samples = include_bytes!("../../../fixtures/samples.i16");
        let raw = Raw::new(Sample::I16, 2);
        let rows = samples.len() / raw.row_bytes();
        let mut body = Vec::new();
        write(samples, raw, Level::STRONGEST, &crate::parallel::Sequential, &mut body);
        let mut out = Vec::new();
        assert_eq!(read(&body, raw, rows, 1 << 21, &mut out), Ok(()));
        assert_eq!(out, samples);
        let refused = Err(Error::Corrupt("a model larger than its header allows"));
        assert_eq!(read(&body, raw, rows, (1 << 21) - 1, &mut Vec::new()), refused);
    }
}
