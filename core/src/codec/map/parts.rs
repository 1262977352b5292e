//! Values as multiples of a divisor and remainders.
//!
//! ```text
//! parts := divisor varint
//! value := whole * divisor + rest
//! ```
//! Divisions floor.

use crate::{
    codec::{level::Level, part::Part},
    entropy::{Cursor, put_varint},
    error::Error,
    num::log2_q16,
};
use alloc::{vec, vec::Vec};

/// Divisors tried for columns that are multiples of something plus a little.
const DIVISORS: [u32; 25] =
    [2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 25, 30, 32, 40, 50, 60, 64, 100, 125, 128, 200, 250, 256, 500, 1000];
/// Values looked at to choose a divisor.
const SAMPLE: usize = 512;

/// The divisor.
#[derive(Debug, Clone, Copy)]
pub(in crate::codec) struct Parts(i64);

impl Parts {
    /// The divisor that seems to be worth two series, if there is one.
    pub(in crate::codec) fn of(values: &[i64], level: Level) -> Option<Self> {
        divisor_of(values, level).map(Self)
    }

    /// The whole multiples and the remainders.
    pub(in crate::codec) fn codes(self, values: &[i64]) -> (Vec<i64>, Vec<i64>) {
        values.iter().map(|value| (value.div_euclid(self.0), value.rem_euclid(self.0))).unzip()
    }

    /// Makes values of whole multiples.
    pub(in crate::codec) fn undo(self, whole: &mut [i64], rest: &[i64]) {
        let join = |(whole, rest): (&mut i64, &i64)| *whole = whole.wrapping_mul(self.0).wrapping_add(*rest);
        whole.iter_mut().zip(rest).for_each(join);
    }

    pub(in crate::codec) fn write(self, out: &mut Vec<u8>) {
        put_varint(out, self.0 as u64);
    }

    pub(in crate::codec) fn read(cursor: &mut Cursor<'_>) -> Result<Self, Error> {
        Ok(Self(cursor.varint()? as i64))
    }
}

/// A divisor whose remainders are far from uniform, if there is one. Not at the fastest level: it costs two series.
fn divisor_of(values: &[i64], level: Level) -> Option<i64> {
    if level == Level::FASTEST || values.len() < 128 || !level.has(Part::Divisors) {
        return None;
    }
    let mut sample: Vec<i64> = values.iter().copied().step_by(values.len().div_ceil(SAMPLE)).collect();
    sample.sort_unstable();
    let lowest = *sample.first()?;
    // Remainders are those of the values themselves: the lowest is taken off in whole multiples of every divisor.
    let base = lowest.div_euclid(COMMON).checked_mul(COMMON)?;
    let mut offsets: Vec<u32> =
        sample.iter().map(|v| u32::try_from(v.abs_diff(base)).ok()).collect::<Option<_>>()?;
    let span = offsets.last()? - offsets.first()?;
    leave_out_most_frequent(&mut offsets);
    if offsets.len() < 100 {
        return None;
    }
    let mut best = (38, None);
    for divisor in DIVISORS.into_iter().filter(|divisor| 8 * divisor <= span) {
        let gain = remainder_gain(&offsets, divisor);
        if gain > best.0 + 5 {
            best = (gain, Some(i64::from(divisor)));
        }
    }
    best.1
}

/// A multiple of every divisor.
const COMMON: i64 = 96_000;

/// A value that comes again and again would lend any divisor its own remainder.
fn leave_out_most_frequent(sorted: &mut Vec<u32>) {
    let most =
        sorted.chunk_by(|a, b| a == b).max_by_key(|run| run.len()).and_then(|run| run.first().copied());
    sorted.retain(|value| Some(*value) != most);
}

/// Q8 bits a value that knowing the remainders' distribution saves.
fn remainder_gain(sample: &[u32], divisor: u32) -> i64 {
    let mut counts = vec![0u32; divisor as usize];
    for value in sample {
        if let Some(count) = counts.get_mut((value % divisor) as usize) {
            *count += 1;
        }
    }
    let n = sample.len() as i64;
    let log = |x: u32| i64::from(log2_q16(u64::from(x)) >> 8);
    let kinds = counts.iter().filter(|count| **count > 0).count() as i64;
    let entropy: i64 =
        counts.iter().filter(|c| **c > 0).map(|&c| i64::from(c) * (log(n as u32) - log(c))).sum::<i64>() / n;
    log(divisor) - entropy - (8 * kinds + 100) * 256 / n
}
