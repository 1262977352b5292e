//! A series of integers to bytes and back: the blocks of a level, one after the other.
//!
//! ```text
//! series := nothing if there are no values, else kind u8 | first value zigzag varint | block*
//! kind   := 0 packed blocks, 1 coded blocks
//! ```
//! The first value is also the two values before the first block. How many values there are is known from elsewhere.

mod coded;
mod difference;
mod mood;
mod offsets;
mod packed;
mod tables;

pub(in crate::codec) use tables::Tally;

use difference::Before;

use crate::{
    codec::{level::Level, windows::windows},
    entropy::{Cursor, put_varint},
    error::Error,
    num::{unzigzag, zigzag},
};
use alloc::vec::Vec;

const PACKED: u8 = 0;
const CODED: u8 = 1;

/// Tuning: values of a series short enough to be packed as well as coded, since the tables of a code may outweigh what
/// they save.
const SHORT: usize = 1 << 10;

/// Appends a series.
pub fn encode(values: &[i64], level: Level, out: &mut Vec<u8>) {
    if level == Level::FASTEST {
        return encode_as(PACKED, values, level, out);
    }
    let start = out.len();
    encode_as(CODED, values, level, out);
    if values.len() <= SHORT {
        let mut packed = Vec::new();
        encode_as(PACKED, values, level, &mut packed);
        if packed.len() < out.len() - start {
            out.truncate(start);
            out.extend(packed);
        }
    }
}

fn encode_as(kind: u8, values: &[i64], level: Level, out: &mut Vec<u8>) {
    let Some(first) = values.first() else { return };
    out.push(kind);
    put_varint(out, zigzag(*first));
    let mut before = Before::start(*first);
    for block in values.chunks(block_of(kind)) {
        if kind == PACKED {
            packed::encode(block, before, out);
        } else {
            coded::encode(block, before, level, out);
        }
        before = before.after(block);
    }
}

/// Appends the `count` values of a series.
pub fn decode(cursor: &mut Cursor<'_>, count: usize, out: &mut Vec<i64>) -> Result<(), Error> {
    if count == 0 {
        return Ok(());
    }
    let kind = cursor.u8()?;
    if kind > CODED {
        return Err(Error::Corrupt("unknown kind of series"));
    }
    let mut before = Before::start(unzigzag(cursor.varint()?));
    let mut left = count;
    while left > 0 {
        let block = left.min(block_of(kind));
        let start = out.len();
        if kind == PACKED {
            packed::decode(cursor, block, before, out)?;
        } else {
            coded::decode(cursor, block, before, out)?;
        }
        before = before.after(out.get(start..).unwrap_or_default());
        left -= block;
    }
    Ok(())
}

fn block_of(kind: u8) -> usize {
    if kind == PACKED { packed::BLOCK } else { coded::BLOCK }
}

/// Bits, roughly, that [`encode`] takes.
pub(crate) fn estimate(values: &[i64], level: Level) -> u64 {
    let windows = windows(values);
    let seen: usize = windows.iter().map(|window| window.len()).sum();
    let bits = if level == Level::FASTEST { packed::estimate(&windows) } else { coded::estimate(&windows).0 };
    bits * values.len() as u64 / seen.max(1) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn there_and_back(values: &[i64]) {
        for level in [1, 2, 3].map(|level| Level::new(level).unwrap()) {
            let mut out = Vec::new();
            encode(values, level, &mut out);
            let mut cursor = Cursor::new(&out);
            let mut back = Vec::new();
            decode(&mut cursor, values.len(), &mut back).unwrap();
            assert_eq!(back, values);
            assert!(cursor.rest().is_empty());
        }
    }

    proptest! {
        #[test]
        fn any_series_comes_back(values in prop::collection::vec(any::<i64>(), 0..300)) {
            there_and_back(&values);
        }

        #[test]
        fn smooth_series_come_back(steps in prop::collection::vec(-40i64..40, 0..6000), jump in any::<i64>()) {
            let mut at = jump;
            let values: Vec<i64> = steps.iter().map(|step| { at = at.wrapping_add(*step); at }).collect();
            there_and_back(&values);
        }

        #[test]
        fn hostile_bytes_are_an_error_or_values(bytes in prop::collection::vec(any::<u8>(), 0..200), count in 0usize..9000) {
            let mut out = Vec::new();
            let _ = decode(&mut Cursor::new(&bytes), count, &mut out);
            prop_assert!(out.len() <= count);
        }
    }

    #[test]
    fn lengths_around_blocks_come_back() {
        for length in [1, 2, 3, 4, 5, 63, 64, 65, 4095, 4096, 4097, 65_535, 65_536, 65_537] {
            there_and_back(&(0..length).map(|i: i64| i * i % 1013).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_constant_costs_next_to_nothing() {
        let mut out = Vec::new();
        encode(&[42; 50_000], Level::STRONGEST, &mut out);
        assert!(out.len() < 24, "{}", out.len());
    }

    #[test]
    fn one_change_in_a_thousand_costs_little() {
        let values: Vec<i64> = (0..60_000).map(|i| i64::from(i % 1000 == 0)).collect();
        let mut out = Vec::new();
        encode(&values, Level::STRONGEST, &mut out);
        assert!(out.len() < 60 * 3 + 60, "{}", out.len());
    }
}
