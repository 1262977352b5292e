//! Predicting a value from the ones right before it: the three cheapest predictors there are.

use crate::num::{unzigzag, zigzag};
use alloc::vec::Vec;

/// What is predicted: nothing, the last value, or the last step once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// Nothing: a value is its distance from the smallest.
    Zero,
    /// The last value.
    One,
    /// The last value and the last step.
    Two,
}

impl Order {
    /// All orders, by their number in an archive.
    pub(super) const ALL: [Self; 3] = [Self::Zero, Self::One, Self::Two];
}

/// The two values before a block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Before {
    /// The last.
    pub(super) one: i64,
    /// The last but one.
    pub(super) two: i64,
}

impl Before {
    /// Before the first value of a series.
    pub(super) fn start(value: i64) -> Self {
        Self { one: value, two: value }
    }

    /// After a block.
    pub(super) fn after(self, values: &[i64]) -> Self {
        match values {
            [.., two, one] => Self { one: *one, two: *two },
            [one] => Self { one: *one, two: self.one },
            [] => self,
        }
    }
}

/// The surprises of `values`: never negative, small if the prediction was good. `base` is the smallest value.
pub(super) fn surprises(values: &[i64], order: Order, base: i64, before: Before, out: &mut Vec<u64>) {
    out.clear();
    let lasts = [before.one].into_iter().chain(values.iter().copied());
    match order {
        Order::Zero => out.extend(values.iter().map(|v| v.wrapping_sub(base).cast_unsigned())),
        Order::One => out.extend(values.iter().zip(lasts).map(|(v, one)| zigzag(v.wrapping_sub(one)))),
        Order::Two => {
            let twos = [before.two, before.one].into_iter().chain(values.iter().copied());
            let predicted = lasts.zip(twos).map(|(one, two)| one.wrapping_add(one.wrapping_sub(two)));
            out.extend(values.iter().zip(predicted).map(|(v, predicted)| zigzag(v.wrapping_sub(predicted))));
        }
    }
}

/// Appends the values whose surprises these are.
pub(super) fn values(surprises: &[u64], order: Order, base: i64, before: Before, out: &mut Vec<i64>) {
    let mut one = before.one;
    let mut step = before.one.wrapping_sub(before.two);
    match order {
        Order::Zero => out.extend(surprises.iter().map(|s| base.wrapping_add(s.cast_signed()))),
        Order::One => out.extend(surprises.iter().map(|s| {
            one = one.wrapping_add(unzigzag(*s));
            one
        })),
        Order::Two => out.extend(surprises.iter().map(|s| {
            step = step.wrapping_add(unzigzag(*s));
            one = one.wrapping_add(step);
            one
        })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_values_come_back(v in prop::collection::vec(any::<i64>(), 0..50), one: i64, two: i64) {
            let base = v.iter().copied().min().unwrap_or(0);
            let before = Before { one, two };
            for order in Order::ALL {
                let (mut s, mut back) = (Vec::new(), Vec::new());
                surprises(&v, order, base, before, &mut s);
                values(&s, order, base, before, &mut back);
                prop_assert_eq!(&back, &v);
            }
        }
    }
}
