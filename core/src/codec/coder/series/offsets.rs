//! The values of a block as distances from a base, in words of 32 bits where those hold all of them: a processor handles
//! four of these at a time.

use super::difference::{Before, Order};
use crate::{entropy::pack::GROUP, num::zigzag};
use alloc::vec::Vec;
use core::ops::BitOr;

/// Distances below this one have second differences that fit 32 bits as zigzag codes.
const NARROW: u64 = 1 << 29;

/// A distance or a surprise.
pub(super) trait Word: Copy + Default + PartialEq + Into<u64> + BitOr<Output = Self> {
    /// Returns how far a value lies above the base.
    fn above(value: i64, base: i64) -> Self;
    /// Subtracts, wrapping.
    fn minus(self, other: Self) -> Self;
    /// Returns the zigzag code of a difference.
    fn zigzag(self) -> Self;
    /// Returns the bits above the lowest `width`.
    fn high(self, width: u32) -> Self;
}

impl Word for u32 {
    #[inline(always)]
    fn above(value: i64, base: i64) -> Self {
        value.wrapping_sub(base) as Self
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        self.wrapping_sub(other)
    }

    #[inline(always)]
    fn zigzag(self) -> Self {
        self << 1 ^ (self.cast_signed() >> 31).cast_unsigned()
    }

    #[inline(always)]
    fn high(self, width: u32) -> Self {
        self.checked_shr(width).unwrap_or(0)
    }
}

impl Word for u64 {
    #[inline(always)]
    fn above(value: i64, base: i64) -> Self {
        value.wrapping_sub(base).cast_unsigned()
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        self.wrapping_sub(other)
    }

    #[inline(always)]
    fn zigzag(self) -> Self {
        zigzag(self.cast_signed())
    }

    #[inline(always)]
    fn high(self, width: u32) -> Self {
        self.checked_shr(width).unwrap_or(0)
    }
}

/// Whether words of 32 bits hold the distances of all values from `low` to `high`, and of those before them, from `low`.
pub(super) fn are_narrow(low: i64, high: i64, before: Before) -> bool {
    let near = |value: i64| value.abs_diff(low) < NARROW;
    near(high) && near(before.one) && near(before.two)
}

/// The two values before a block and those of the block.
pub(super) struct Offsets<W>(Vec<W>);

impl<W: Word> Offsets<W> {
    pub(super) fn new(values: &[i64], base: i64, before: Before) -> Self {
        let mut all = Vec::with_capacity(2 + values.len());
        all.extend([before.two, before.one].map(|value| W::above(value, base)));
        all.extend(values.iter().map(|value| W::above(*value, base)));
        Self(all)
    }

    /// Groups of values, each behind the two values before it.
    fn groups(&self) -> impl Iterator<Item = &[W]> {
        let starts = (0..self.0.len() - 2).step_by(GROUP);
        starts.filter_map(|start| self.0.get(start..self.0.len().min(start + 2 + GROUP)))
    }

    /// Returns the order whose groups are narrowest, and how wide they are.
    pub(super) fn best_order(&self) -> (Order, [u32; GROUP]) {
        let mut widths = [[0; GROUP]; 3];
        let [zero, one, two] = &mut widths;
        for (((group, zero), one), two) in self.groups().zip(zero).zip(one).zip(two) {
            let (mut any_zero, mut any_one, mut any_two) = (W::default(), W::default(), W::default());
            for ((two, one), value) in neighbours(group) {
                let step = value.minus(one);
                any_zero = any_zero | value;
                any_one = any_one | step.zigzag();
                any_two = any_two | step.minus(one.minus(two)).zigzag();
            }
            (*zero, *one, *two) = (bits(any_zero), bits(any_one), bits(any_two));
        }
        let cost = |widths: &[u32; GROUP]| widths.iter().sum::<u32>();
        let best = Order::ALL.into_iter().zip(widths).min_by_key(|(_, widths)| cost(widths));
        best.unwrap_or((Order::Zero, [u64::BITS; GROUP]))
    }

    /// Returns the surprises of the values, as [`super::difference::surprises`] does.
    pub(super) fn surprises(&self, order: Order) -> Vec<W> {
        let all = neighbours(&self.0);
        match order {
            Order::Zero => all.map(|(_, value)| value).collect(),
            Order::One => all.map(|((_, one), value)| value.minus(one).zigzag()).collect(),
            Order::Two => {
                all.map(|((two, one), value)| value.minus(one).minus(one.minus(two)).zigzag()).collect()
            }
        }
    }
}

/// Each value but the first two, with the last but one and the last before it.
#[inline(always)]
fn neighbours<W: Word>(values: &[W]) -> impl Iterator<Item = ((W, W), W)> {
    let (ones, behind) = (values.get(1..).unwrap_or_default(), values.get(2..).unwrap_or_default());
    values.iter().copied().zip(ones.iter().copied()).zip(behind.iter().copied())
}

/// Returns how wide a word is.
#[inline(always)]
pub(super) fn bits<W: Word>(word: W) -> u32 {
    u64::BITS - word.into().leading_zeros()
}

#[cfg(test)]
mod tests {
    use super::{super::difference, *};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn words_of_both_lengths_hold_the_same(values in prop::collection::vec(-(1i64 << 28)..1 << 28, 1..200), one in -(1i64 << 28)..1 << 28, two in -(1i64 << 28)..1 << 28) {
            let (low, high) = (*values.iter().min().unwrap(), *values.iter().max().unwrap());
            let before = Before { one, two };
            prop_assert_eq!(are_narrow(low, high, before), [high, one, two].iter().all(|v| v.abs_diff(low) < NARROW));
            if are_narrow(low, high, before) {
                let (narrow, wide) = (Offsets::<u32>::new(&values, low, before), Offsets::<u64>::new(&values, low, before));
                prop_assert_eq!(narrow.best_order(), wide.best_order());
                for order in Order::ALL {
                    let mut expected = Vec::new();
                    difference::surprises(&values, order, low, before, &mut expected);
                    let narrow: Vec<u64> = narrow.surprises(order).into_iter().map(u64::from).collect();
                    prop_assert_eq!(&narrow, &expected);
                    prop_assert_eq!(wide.surprises(order), expected);
                }
            }
        }
    }
}
