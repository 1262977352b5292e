//! Values as distances from the smallest, in steps.
//!
//! ```text
//! steps := base zigzag varint | step varint
//! value := base + code * step
//! ```

use crate::{
    entropy::{Cursor, put_varint},
    error::Error,
    num::{gcd, lowest_and_highest, unzigzag, zigzag},
};
use alloc::vec::Vec;

/// A base, and the step that leads from one value to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Steps {
    /// The smallest value.
    pub(crate) base: i64,
    /// Divides every distance from it; 1 or 0 does not say more than the values themselves.
    pub(crate) step: u64,
}

impl Steps {
    /// Codes that are the values.
    pub(in crate::codec) const NONE: Self = Self { base: 0, step: 1 };

    /// The smallest of `values` and the greatest common divisor of all distances from it.
    pub(crate) fn of(values: &[i64]) -> Self {
        let base = lowest_and_highest(values).map_or(0, |(low, _)| low);
        let mut step = 0u64;
        for value in values {
            let distance = value.abs_diff(base);
            // One division when the step divides, which is nearly always; the loop ends at once when there is no step.
            if step != 0 && distance % step == 0 {
                continue;
            }
            step = gcd(step, distance);
            if step == 1 {
                break;
            }
        }
        Self { base, step }
    }

    pub(in crate::codec) fn codes(self, values: &[i64]) -> Vec<i64> {
        values.iter().map(|value| (value.abs_diff(self.base) / self.step.max(1)) as i64).collect()
    }

    /// The code of a value, if it lies on a step.
    pub(in crate::codec) fn code(self, value: i64) -> Option<i64> {
        let (above, step) = (i128::from(value) - i128::from(self.base), i128::from(self.step).max(1));
        if above % step == 0 { i64::try_from(above / step).ok() } else { None }
    }

    #[inline]
    pub(in crate::codec) fn value(self, code: i64) -> i64 {
        code.wrapping_mul(self.step.cast_signed()).wrapping_add(self.base)
    }

    /// Makes values of codes.
    pub(in crate::codec) fn undo(self, codes: &mut [i64]) {
        codes.iter_mut().for_each(|code| *code = self.value(*code));
    }

    pub(in crate::codec) fn write(self, out: &mut Vec<u8>) {
        put_varint(out, zigzag(self.base));
        put_varint(out, self.step);
    }

    pub(in crate::codec) fn read(cursor: &mut Cursor<'_>) -> Result<Self, Error> {
        Ok(Self { base: unzigzag(cursor.varint()?), step: cursor.varint()? })
    }
}
