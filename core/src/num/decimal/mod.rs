//! Plain decimal text as an integer and a number of decimals, and back, byte for byte.
//!
//! Grammar of the strict reader: optional `-`; digits without leading zeros (a lone `0` before the point is fine);
//! optionally `.` and at least one digit. No `+`, no negative zero, |mantissa| < 10^18, at most [`MAX_PLACES`]
//! decimals. Whatever is read prints back to the same text with [`Layout::FIXED`] and the same places.
//! Called by the value maps of `table` and by the printers of binary floats.

mod layout;
pub(crate) mod plain;
mod print;
mod read;
mod significant;

pub(crate) use layout::{Exponent, Layout, Lead, Mark, Scientific, Zeros};
pub(crate) use print::{print, print_fixed};
pub(crate) use print::{print_magnitude, print_parts, put_fraction};
pub(crate) use read::digits;
pub(crate) use read::{
    exponent, parse_any, parse_any_at, parse_exponent, parse_fixed_at, parse_shifted, split_exponent,
};
pub(crate) use significant::Significant;

use super::power::POW10;

/// The most decimals a number may have.
pub(crate) const MAX_PLACES: u8 = 27;

/// The number `mantissa / 10^places`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    /// All digits as one integer.
    pub mantissa: i64,
    /// How many of them stand after the point.
    pub places: u8,
}

/// A mantissa without the zeros at its end.
pub(crate) fn without_zeros(mut mantissa: u64) -> u64 {
    while mantissa != 0 && mantissa.is_multiple_of(10) {
        mantissa /= 10;
    }
    mantissa
}

impl Decimal {
    /// Reads plain decimal text.
    pub fn parse(field: &[u8]) -> Option<Self> {
        parse_any(field).map(|(mantissa, places)| Self { mantissa, places })
    }

    /// Reads plain decimal text or the exponent form of programs (`1.5e-05`, `0.15D-4`).
    pub fn parse_exponent(field: &[u8]) -> Option<Self> {
        parse_exponent(field).map(|(mantissa, places)| Self { mantissa, places })
    }

    /// Returns the number in units of 10^-`places`, rounded half away from zero; `None` if that is too large.
    pub fn rounded(self, places: u8) -> Option<i64> {
        let power = |places: u8| i64::try_from(*POW10.get(usize::from(places))?).ok();
        let Some(finer) = self.places.checked_sub(places) else {
            return self.mantissa.checked_mul(power(places - self.places)?);
        };
        // Numbers with decimals have no 19 digits.
        let Some(unit) = power(finer) else { return Some(0) };
        let (whole, rest) = (self.mantissa / unit, self.mantissa % unit);
        let up = finer > 0 && rest.unsigned_abs() >= unit.unsigned_abs() / 2;
        Some(whole + if up { self.mantissa.signum() } else { 0 })
    }

    /// Returns the same number without zeros at the end of its decimals.
    #[must_use]
    pub fn trimmed(mut self) -> Self {
        while self.places > 0 && self.mantissa % 10 == 0 {
            (self.mantissa, self.places) = (self.mantissa / 10, self.places - 1);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_half_away_from_zero() {
        let rounded = |text: &str, places| Decimal::parse(text.as_bytes()).unwrap().rounded(places);
        for (text, places, value) in [
            ("1.5", 2, Some(150)),
            ("1.5", 1, Some(15)),
            ("1.5", 0, Some(2)),
            ("-1.5", 0, Some(-2)),
            ("2.4999", 0, Some(2)),
            ("-0.04", 1, Some(0)),
            ("0.0000000000000000000000005", 5, Some(0)),
            ("9", 18, Some(9_000_000_000_000_000_000)),
            ("10", 18, None),
            ("1", 19, None),
            ("9223372036854775807", 0, Some(i64::MAX)),
        ] {
            assert_eq!(rounded(text, places), value, "{text} {places}");
        }
    }

    #[test]
    fn zeros_at_the_end_are_taken_off() {
        let trimmed = |mantissa, places| Decimal { mantissa, places }.trimmed();
        assert_eq!(trimmed(-1500, 2), Decimal { mantissa: -15, places: 0 });
        assert_eq!(trimmed(1050, 3), Decimal { mantissa: 105, places: 2 });
        assert_eq!(trimmed(0, 27), Decimal { mantissa: 0, places: 0 });
        assert_eq!(trimmed(100, 0), Decimal { mantissa: 100, places: 0 });
    }
}
