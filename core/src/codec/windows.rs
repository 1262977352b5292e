//! The windows of a long series that the encoder decides on.

use alloc::vec::Vec;
use core::ops::Range;

/// A few windows of a series of so many values to decide on, or all of a short one.
pub(super) fn windows_of(count: usize) -> Vec<Range<usize>> {
    const WINDOW: usize = 512;
    const WINDOWS: usize = 4;
    if count <= WINDOW * WINDOWS {
        return alloc::vec![0..count];
    }
    let last = count - WINDOW;
    (0..WINDOWS).map(|window| last * window / (WINDOWS - 1)).map(|at| at..at + WINDOW).collect()
}

/// These windows of `values`.
pub(super) fn windows(values: &[i64]) -> Vec<&[i64]> {
    windows_of(values.len()).into_iter().filter_map(|window| values.get(window)).collect()
}
