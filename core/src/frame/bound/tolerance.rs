//! How far a number may move, as an exact decimal.

use crate::{
    entropy::{Cursor, put_varint},
    error::Error,
    num::power::POW10,
};
use alloc::vec::Vec;
use core::fmt;

/// How far the numbers of a column may move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tolerance {
    share: bool,
    mantissa: u64,
    places: u8,
}

/// Decimals of a tolerance at most.
const MAX_PLACES: u8 = 18;
/// Largest mantissa, and the digits that one may have.
const MAX: u64 = 1_000_000_000_000_000_000;
const LONGEST: usize = 19;
const EXACT: u8 = 0;
const ABSOLUTE: u8 = 1;
const SHARE: u8 = 2;

impl Tolerance {
    /// Not at all.
    pub const EXACT: Self = Self { share: false, mantissa: 0, places: 0 };

    /// Reads `0.05`, `5e-2` or `1%`; `None` for what is not such a number, and for a negative one.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, share) = text.strip_suffix('%').map_or((text, false), |number| (number, true));
        let (digits, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let exponent: i32 = exponent.parse().ok().filter(|exponent| (-99..=99).contains(exponent))?;
        let all = [whole, fraction].concat();
        if all.is_empty() || all.len() > LONGEST || !all.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let mut mantissa: u64 = all.parse().ok()?;
        let mut places = fraction.len() as i32 - exponent + if share { 2 } else { 0 };
        if mantissa == 0 {
            return Some(Self::EXACT);
        }
        while places > 0 && mantissa.is_multiple_of(10) {
            (mantissa, places) = (mantissa / 10, places - 1);
        }
        while places < 0 {
            (mantissa, places) = (mantissa.checked_mul(10)?, places + 1);
        }
        let places = u8::try_from(places).ok().filter(|places| *places <= MAX_PLACES)?;
        (mantissa <= MAX).then_some(Self { share, mantissa, places })
    }

    /// Whether numbers stay as they are.
    pub fn is_exact(self) -> bool {
        self.mantissa == 0
    }

    /// Returns the tolerance that satisfies both: none, where one is a share of the range and the other is not.
    #[must_use]
    pub(crate) fn tighter(self, other: Self) -> Self {
        match (self.is_exact() || other.is_exact(), self.share == other.share) {
            (false, true) if self.is_less(other) => self,
            (false, true) => other,
            _ => Self::EXACT,
        }
    }

    fn is_less(self, other: Self) -> bool {
        let scaled = |one: Self, two: Self| u128::from(one.mantissa) * power(two.places);
        scaled(self, other) < scaled(other, self)
    }

    /// Whether it is a share of the column's range.
    pub fn is_share(self) -> bool {
        self.share
    }

    /// Decimals that it is written with.
    pub(crate) fn places(self) -> u8 {
        self.places
    }

    /// Steps of 10^-`places` that are within it; 0 for a share, as the range is not known.
    pub(crate) fn steps(self, places: u8) -> u64 {
        if self.share {
            return 0;
        }
        let steps = u128::from(self.mantissa).saturating_mul(power(places)) / power(self.places);
        u64::try_from(steps).unwrap_or(u64::MAX)
    }

    /// Twice the tolerance in units of 10^-`unit`, rounded down, for numbers whose range is at least `range` units of
    /// 10^-`range_places`, where `unit` is no more than `range_places`.
    pub(super) fn twice(self, unit: u8, range: u64, range_places: u8) -> u64 {
        let twice = 2 * u128::from(self.mantissa);
        let units = if self.share {
            let in_range = twice.saturating_mul(u128::from(range)) / power(self.places);
            in_range / power(range_places.saturating_sub(unit))
        } else {
            twice.saturating_mul(power(unit)) / power(self.places)
        };
        u64::try_from(units).unwrap_or(u64::MAX)
    }

    pub(super) fn write(self, out: &mut Vec<u8>) {
        if self.is_exact() {
            return out.push(EXACT);
        }
        out.push(if self.share { SHARE } else { ABSOLUTE });
        put_varint(out, self.mantissa);
        out.push(self.places);
    }

    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, Error> {
        let share = match cursor.u8()? {
            EXACT => return Ok(Self::EXACT),
            ABSOLUTE => false,
            SHARE => true,
            _ => return Err(Error::Corrupt("unknown kind of bound")),
        };
        let (mantissa, places) = (cursor.varint()?, cursor.u8()?);
        // As few digits as there can be: a bound has one way to be written.
        let short = places == 0 || mantissa % 10 != 0;
        let legal = (1..=MAX).contains(&mantissa) && places <= MAX_PLACES && short;
        if legal { Ok(Self { share, mantissa, places }) } else { Err(Error::Corrupt("impossible bound")) }
    }
}

fn power(places: u8) -> u128 {
    u128::from(POW10.get(usize::from(places)).copied().unwrap_or(u64::MAX))
}

impl fmt::Display for Tolerance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The share of a hundredth is 1%.
        let (mut mantissa, mut places) = (u128::from(self.mantissa), self.places);
        for _ in 0..if self.share { 2 } else { 0 } {
            (mantissa, places) = if places > 0 { (mantissa, places - 1) } else { (mantissa * 10, 0) };
        }
        let unit = power(places);
        write!(f, "{}", mantissa / unit)?;
        if places > 0 {
            let fraction = alloc::format!("{:0width$}", mantissa % unit, width = usize::from(places));
            let fraction: &str = fraction.trim_end_matches('0');
            let point = if fraction.is_empty() { "" } else { "." };
            write!(f, "{point}{fraction}")?;
        }
        f.write_str(if self.share { "%" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn tolerances_are_decimals_or_shares() {
        for (text, back) in [
            ("0.05", "0.05"),
            (".5", "0.5"),
            ("1e-3", "0.001"),
            ("2.50", "2.5"),
            ("10", "10"),
            ("0", "0"),
            ("0%", "0"),
            ("1%", "1%"),
            ("0.10%", "0.1%"),
            ("100%", "100%"),
            ("12.5%", "12.5%"),
            ("007", "7"),
            ("5.", "5"),
            ("1E3", "1000"),
        ] {
            assert_eq!(Tolerance::parse(text).map(|t| t.to_string()).as_deref(), Some(back), "{text}");
        }
        for wrong in [
            "",
            "%",
            "-1",
            "-0.5%",
            "a",
            "1%%",
            "nan",
            "inf",
            "1,5",
            " 1",
            "1e-30",
            "0x1",
            "+1",
            ".",
            "e5",
            "1e99",
            "99999999999999999999",
        ] {
            assert_eq!(Tolerance::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_tighter_of_two_is_what_both_allow() {
        for (a, b, tighter) in [
            ("0.5", "0.05", "0.05"),
            ("2", "10", "2"),
            ("1%", "2%", "1%"),
            ("1", "0", "0"),
            ("1%", "5", "0"),
            ("1000000000000000000", "0.000000000000000001", "0.000000000000000001"),
        ] {
            let [a, b] = [a, b].map(|text| Tolerance::parse(text).unwrap());
            assert_eq!((a.tighter(b).to_string(), b.tighter(a)), (tighter.into(), a.tighter(b)));
        }
    }

    #[test]
    fn twice_is_rounded_down() {
        let twice = |text, unit, range, places| Tolerance::parse(text).unwrap().twice(unit, range, places);
        assert_eq!(twice("0.05", 1, 0, 1), 1);
        assert_eq!(twice("0.05", 2, 0, 2), 10);
        assert_eq!(twice("0.049", 2, 0, 2), 9);
        assert_eq!(twice("1%", 2, 4999, 2), 99);
        assert_eq!(twice("1%", 1, 4999, 2), 9);
        assert_eq!(twice("100%", 18, u64::MAX, 18), u64::MAX);
        assert_eq!(twice("999999999", 18, 0, 18), u64::MAX);
    }
}
