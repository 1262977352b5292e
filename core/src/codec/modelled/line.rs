//! The codes of a column and where they lie on the number line that predictions are made on.

/// A range of codes, each with a place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    /// The places of the codes from 0 up, rising; empty if every code is its own place.
    list: &'a [i64],
    /// The lowest code.
    pub(super) low: i64,
    /// One above the highest.
    pub(super) high: i64,
}

/// Places are at most this far from 0.
pub(super) const MOST_PLACE: i64 = 1 << 52;

impl<'a> Line<'a> {
    /// All integers from `low` to below `high`.
    pub(super) fn integers(low: i64, high: i64) -> Self {
        Self { list: &[], low, high }
    }

    /// The places of a rising list.
    pub(super) fn listed(list: &'a [i64]) -> Self {
        Self { list, low: 0, high: list.len() as i64 }
    }

    /// Where a code lies.
    #[inline]
    pub(super) fn place(&self, code: i64) -> i64 {
        if self.list.is_empty() { code } else { self.list.get(code as usize).copied().unwrap_or(0) }
    }

    /// The bound between a code and the one below, in units of 2^-8.
    #[inline]
    pub(super) fn bound(&self, code: i64) -> i64 {
        if self.list.is_empty() {
            return (code << 8) - 128;
        }
        let here = self.list.get(code as usize).copied();
        let below = code.checked_sub(1).and_then(|code| self.list.get(code as usize)).copied();
        match (below, here) {
            (Some(below), Some(here)) => (below + here) << 7,
            (None, Some(here)) => (here << 8) - 128,
            (Some(below), None) => (below << 8) + 128,
            (None, None) => 0,
        }
    }

    /// The code nearest to a place, which is in units of 2^-8.
    #[inline]
    pub(super) fn nearest(&self, place: i64) -> i64 {
        let rounded = (place + 128) >> 8;
        if self.list.is_empty() {
            return rounded.clamp(self.low, self.high - 1);
        }
        let above = self.list.partition_point(|at| *at < rounded);
        let gap = |at: usize| self.list.get(at).map_or(i64::MAX, |at| (at << 8).abs_diff(place) as i64);
        let below = above.saturating_sub(1);
        (if gap(below) <= gap(above) { below } else { above }) as i64
    }

    /// How many codes lie between two places, in units of 2^-8.
    #[inline]
    pub(super) fn between(&self, from: i64, to: i64) -> i64 {
        if self.list.is_empty() {
            return (to - from) >> 8;
        }
        let count = |place: i64| self.list.partition_point(|at| *at < place >> 8) as i64;
        count(to) - count(from)
    }
}
