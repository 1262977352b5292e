//! The codes of a column and where they lie on the number line that predictions are made on.

use crate::num::power::pow10;

/// Where codes lie.
#[derive(Debug, Clone, Copy)]
pub(in crate::codec) enum Scale<'a> {
    /// Every code is its own place.
    Even,
    /// Codes stand this many places apart.
    Coarse(i64),
    /// The places of the codes from 0 up, rising.
    Listed(&'a [i64]),
    /// Codes are decimals of so many significant digits, 1 to 17: from 10^digits on, steps are ten times as long in each
    /// decade.
    Bent(u8),
}

/// A range of codes, each with a place.
#[derive(Debug, Clone, Copy)]
pub(in crate::codec) struct Line<'a> {
    scale: Scale<'a>,
    /// The lowest code.
    pub(in crate::codec) low: i64,
    /// The lowest code that was seen.
    pub(in crate::codec) origin: i64,
    /// One above the highest.
    pub(in crate::codec) high: i64,
    /// What a bent line's places are halved by, so often that none is too far.
    halvings: u32,
}

/// Places are at most this far from 0.
pub(in crate::codec) const MAX_PLACE: i64 = 1 << 52;
/// Room of a line that is even, and of one that is bent.
const ROOM: i64 = 1 << 48;
const BENT_ROOM: i64 = 1 << 20;
/// Significant digits of a bent line at most.
pub(in crate::codec) const MAX_DIGITS: u8 = 17;
/// Codes of a bent line are at most this far from 0.
const MAX_CODE: u64 = 1 << 60;
/// Decades of a bent line at most: 10^(17 + 18) fits 118 bits.
const MAX_DECADES: u64 = 18;

impl<'a> Line<'a> {
    /// The codes from `low` to below `high`; of a list all.
    pub(in crate::codec) fn new(scale: Scale<'a>, low: i64, high: i64) -> Self {
        let (low, high) = match scale {
            Scale::Listed(list) => (0, list.len() as i64),
            _ => (low, high),
        };
        let mut halvings = 0;
        if let Scale::Bent(digits) = scale {
            let farthest = units(digits, low.unsigned_abs().max(high.unsigned_abs()));
            halvings = (128 - farthest.leading_zeros()).saturating_sub(51);
        }
        Self { scale, low, origin: low, high, halvings }
    }

    /// The same line with room on both sides, so that codes may come that were never seen; a list has none.
    pub(in crate::codec) fn widened(self) -> Self {
        let (low, high) = match self.scale {
            Scale::Listed(_) => (self.low, self.high),
            Scale::Even => (self.low.min(-ROOM), self.high.max(ROOM)),
            Scale::Coarse(unit) => (self.low.min(-ROOM / unit), self.high.max(ROOM / unit)),
            Scale::Bent(_) => (self.low.min(-BENT_ROOM), self.high.max(BENT_ROOM)),
        };
        Self { low, high, ..self }
    }

    /// Whether all codes and places are near enough to 0.
    pub(in crate::codec) fn is_sound(&self) -> bool {
        let near = |code: i64| match self.scale {
            Scale::Bent(_) => code.unsigned_abs() <= MAX_CODE,
            _ => self.place(code).unsigned_abs() <= MAX_PLACE.cast_unsigned(),
        };
        near(self.low) && near(self.high - 1)
    }

    /// Where a code lies.
    #[inline]
    pub(in crate::codec) fn place(&self, code: i64) -> i64 {
        match self.scale {
            Scale::Even => code,
            Scale::Coarse(unit) => code.saturating_mul(unit),
            Scale::Listed(list) => list.get(code as usize).copied().unwrap_or(0),
            Scale::Bent(digits) => {
                let place = (units(digits, code.unsigned_abs()) >> self.halvings) as i64;
                if code < 0 { -place } else { place }
            }
        }
    }

    /// The bound between a code and the one below, in units of 2^-8.
    #[inline]
    pub(in crate::codec) fn bound(&self, code: i64) -> i64 {
        let list = match self.scale {
            Scale::Even => return (code << 8) - 128,
            Scale::Coarse(unit) => return ((code * unit) << 8) - (unit << 7),
            Scale::Bent(digits) => {
                let farther = code.unsigned_abs().max((code - 1).unsigned_abs());
                let both = units(digits, farther) + units(digits, farther - 1);
                let bound = ((both << 7) >> self.halvings) as i64;
                return if code > 0 { bound } else { -bound };
            }
            Scale::Listed(list) => list,
        };
        let here = list.get(code as usize).copied();
        let below = code.checked_sub(1).and_then(|code| list.get(code as usize)).copied();
        match (below, here) {
            (Some(below), Some(here)) => (below + here) << 7,
            (None, Some(here)) => (here << 8) - 128,
            (Some(below), None) => (below << 8) + 128,
            (None, None) => 0,
        }
    }

    /// The code nearest to a place, which is in units of 2^-8.
    #[inline]
    pub(in crate::codec) fn nearest(&self, place: i64) -> i64 {
        let rounded = (place + 128) >> 8;
        let list = match self.scale {
            Scale::Even => return rounded.clamp(self.low, self.high - 1),
            Scale::Coarse(unit) => {
                return (rounded + unit / 2).div_euclid(unit).clamp(self.low, self.high - 1);
            }
            Scale::Bent(digits) => {
                return self.code(digits, place).clamp(self.low, self.high - 1);
            }
            Scale::Listed(list) => list,
        };
        let above = list.partition_point(|at| *at < rounded);
        let gap = |at: usize| list.get(at).map_or(i64::MAX, |at| (at << 8).abs_diff(place) as i64);
        let below = above.saturating_sub(1);
        (if gap(below) <= gap(above) { below } else { above }) as i64
    }

    /// How many codes lie between two places, in units of 2^-8.
    #[inline]
    pub(in crate::codec) fn between(&self, from: i64, to: i64) -> i64 {
        match self.scale {
            Scale::Even => (to - from) >> 8,
            Scale::Coarse(unit) => ((to - from) >> 8) / unit,
            Scale::Bent(digits) => self.code(digits, to) - self.code(digits, from),
            Scale::Listed(list) => {
                let count = |place: i64| list.partition_point(|at| *at < place >> 8) as i64;
                count(to) - count(from)
            }
        }
    }

    /// The code of a bent line nearest to a place, which is in units of 2^-8.
    fn code(&self, digits: u8, place: i64) -> i64 {
        let units = (u128::from(place.unsigned_abs().min(1 << 60)) << self.halvings) >> 8;
        let code = code_of(digits, units) as i64;
        if place < 0 { -code } else { code }
    }
}

/// What stands at a code of a bent line, in units of the last digit below 10^digits.
fn units(digits: u8, code: u64) -> u128 {
    let first = pow10(digits).unwrap_or(u64::MAX);
    let Some(behind) = code.checked_sub(first) else { return code.into() };
    let decade = behind / (first / 10 * 9);
    let mantissa = behind % (first / 10 * 9) + first / 10;
    // Behind the last decade lies its end.
    let decade = if decade < MAX_DECADES { decade + 1 } else { MAX_DECADES };
    u128::from(mantissa) * u128::from(pow10(decade as u8).unwrap_or(1))
}

/// The code of a bent line whose units are nearest.
fn code_of(length: u8, units: u128) -> u64 {
    let first = pow10(length).unwrap_or(u64::MAX);
    let (mut decade, mut unit) = (0u64, 1u128);
    while units / unit >= u128::from(first) && decade < MAX_DECADES {
        (decade, unit) = (decade + 1, unit * 10);
    }
    let mantissa = (units + unit / 2) / unit;
    mantissa.min(u128::from(MAX_CODE)) as u64 + decade * (first / 10 * 9)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_bent_line_bends_at_powers_of_ten() {
        let line = Line::new(Scale::Bent(2), -500, 500);
        let places = [0, 7, 99, 100, 101, 189, 190, 191].map(|code| line.place(code));
        assert_eq!(places, [0, 7, 99, 100, 110, 990, 1000, 1100]);
        assert_eq!(line.bound(1), 128);
        assert_eq!(line.bound(101), 105 << 8);
        assert_eq!(line.bound(-100), -(105 << 8));
        assert_eq!(
            [line.nearest(104 << 8), line.nearest(106 << 8), line.nearest(-(106 << 8))],
            [100, 101, -101]
        );
        assert_eq!(line.between(99 << 8, 120 << 8), 3);
    }

    proptest! {
        #[test]
        fn codes_are_nearest_to_their_places(digits in 1u8..=MAX_DIGITS, code in -(1i64 << 60)..1 << 60, shift in 0u32..60, span in 1i64..99) {
            // Codes of more decades than there are stand nowhere.
            let most = 10i64.pow(u32::from(digits)) + 15 * 9 * 10i64.pow(u32::from(digits) - 1);
            let code = (code >> shift).clamp(-most, most);
            let line = Line::new(Scale::Bent(digits), code - span, code + span);
            prop_assert!(line.bound(code) <= line.bound(code + 1));
            if line.halvings == 0 {
                prop_assert_eq!(line.nearest(line.place(code) << 8), code);
                prop_assert!(line.bound(code) <= line.place(code) << 8 && line.place(code) << 8 <= line.bound(code + 1));
            }
        }
    }
}
