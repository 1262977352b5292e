//! Numbers as they are, in steps or in parts: whichever their static series are smallest by.
//!
//! ```text
//! unlisted := map u8 | body
//! map      :  0 plain   series of the values
//!             1 scaled  steps | series of the codes
//!             3 parts   parts | series of the whole multiples | series of the remainders
//! ```
//! The map stands in the same byte as those of all [numbers](crate::codec::numbers).

use super::{parts::Parts, steps::Steps};
use crate::{
    codec::{coder::series, level::Level},
    entropy::Cursor,
    error::Error,
};
use alloc::vec::Vec;

/// How the values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::codec) enum Unlisted {
    Plain,
    Scaled,
    Parts,
}

impl Unlisted {
    pub(in crate::codec) const fn number(self) -> u8 {
        match self {
            Self::Plain => 0,
            Self::Scaled => 1,
            Self::Parts => 3,
        }
    }

    pub(in crate::codec) fn of(number: u8) -> Option<Self> {
        [Self::Plain, Self::Scaled, Self::Parts].into_iter().find(|map| map.number() == number)
    }

    /// Bits, roughly, that values and ulps take.
    pub(in crate::codec) fn estimate(values: &[i64], ulps: &[i64], level: Level) -> u64 {
        series::estimate(values, level) + if ulps.is_empty() { 0 } else { series::estimate(ulps, level) }
    }

    /// Appends `values`, with `flags` beside the map.
    pub(in crate::codec) fn write(values: &[i64], flags: u8, level: Level, out: &mut Vec<u8>) {
        let steps = Steps::of(values);
        if steps.step > 1 {
            out.push(Self::Scaled.number() | flags);
            steps.write(out);
            series::encode(&steps.codes(values), level, out);
        } else if let Some((parts, whole, rest)) = parts_of(values, level) {
            out.push(Self::Parts.number() | flags);
            parts.write(out);
            series::encode(&whole, level, out);
            series::encode(&rest, level, out);
        } else {
            out.push(Self::Plain.number() | flags);
            series::encode(values, level, out);
        }
    }

    /// Reads the `count` values behind the map.
    pub(in crate::codec) fn read(self, cursor: &mut Cursor<'_>, count: usize) -> Result<Vec<i64>, Error> {
        let mut values = Vec::new();
        match self {
            Self::Plain => series::decode(cursor, count, &mut values)?,
            Self::Scaled => {
                let steps = Steps::read(cursor)?;
                series::decode(cursor, count, &mut values)?;
                steps.undo(&mut values);
            }
            Self::Parts => {
                let parts = Parts::read(cursor)?;
                let mut rest = Vec::new();
                series::decode(cursor, count, &mut values)?;
                series::decode(cursor, count, &mut rest)?;
                parts.undo(&mut values, &rest);
            }
        }
        Ok(values)
    }
}

/// A divisor with the quotients and the remainders, if they seem to take less than the values.
fn parts_of(values: &[i64], level: Level) -> Option<(Parts, Vec<i64>, Vec<i64>)> {
    let parts = Parts::of(values, level)?;
    let (whole, rest) = parts.codes(values);
    let bits = series::estimate(&whole, level) + series::estimate(&rest, level);
    (bits < series::estimate(values, level)).then_some((parts, whole, rest))
}
