//! Decimals of so many significant digits as a number line: neighbours on it differ by one in the last digit shown.
//!
//! Places below 10^digits count units of 10^-places. Above them lie decades of 9 * 10^(digits - 1) places each, whose unit
//! is ten times that of the decade before. So numbers that a program rounded to fifteen digits cost fifteen digits, however
//! large they are. The line is symmetric around 0.

use super::{Decimal, MAX_PLACES};
use crate::num::power::{digits, pow10};

/// A line of decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Significant {
    digits: u8,
    places: u8,
}

impl Significant {
    /// The line of `digits` significant digits and at most `places` decimals.
    pub(crate) fn new(digits: u8, places: u8) -> Option<Self> {
        ((1..=17).contains(&digits) && places <= MAX_PLACES).then_some(Self { digits, places })
    }

    /// Digits shown.
    pub fn digits(self) -> u8 {
        self.digits
    }

    /// Decimals at most.
    pub(crate) fn places(self) -> u8 {
        self.places
    }

    /// Places before the first decade.
    pub(crate) fn first(self) -> u64 {
        pow10(self.digits).unwrap_or(u64::MAX)
    }

    /// The mantissas that have all digits begin here.
    fn full(self) -> u64 {
        self.first() / 10
    }

    /// Where a decimal stands, if it is on the line.
    pub(crate) fn place(self, decimal: Decimal) -> Option<i64> {
        let (mut mantissa, mut places) = (decimal.mantissa.unsigned_abs(), decimal.places);
        if mantissa == 0 {
            return Some(0);
        }
        while places > self.places {
            if !mantissa.is_multiple_of(10) {
                return None;
            }
            (mantissa, places) = (mantissa / 10, places - 1);
        }
        let length = digits(mantissa);
        let decade = (length + self.places - places).saturating_sub(self.digits);
        let place = if decade == 0 {
            mantissa * pow10(self.places - places)?
        } else if let Some(short) = self.digits.checked_sub(length) {
            self.in_decade(decade, mantissa * pow10(short)?)
        } else {
            let power = pow10(length - self.digits)?;
            if !mantissa.is_multiple_of(power) {
                return None;
            }
            self.in_decade(decade, mantissa / power)
        };
        Some(if decimal.mantissa < 0 { -(place.cast_signed()) } else { place.cast_signed() })
    }

    /// The place of a mantissa with all digits in a decade; the first, 0, is what comes before 10^digits.
    pub(crate) fn in_decade(self, decade: u8, mantissa: u64) -> u64 {
        mantissa + u64::from(decade) * 9 * self.full()
    }

    /// What stands at a place, in units of 10^-places.
    pub(crate) fn units(self, place: i64) -> Option<i64> {
        let Decimal { mantissa, places } = self.decimal(place)?;
        let power = pow10(self.places.checked_sub(places)?)?;
        mantissa.checked_mul(i64::try_from(power).ok()?)
    }

    /// What stands at a place.
    pub(crate) fn decimal(self, place: i64) -> Option<Decimal> {
        let magnitude = place.unsigned_abs();
        let (mut mantissa, mut places) = (magnitude, self.places);
        if let Some(behind) = magnitude.checked_sub(self.first()) {
            let decade = behind / (9 * self.full());
            mantissa = behind % (9 * self.full()) + self.full();
            let up = u8::try_from(decade + 1).ok()?;
            match places.checked_sub(up) {
                Some(left) => places = left,
                None => {
                    mantissa = mantissa.checked_mul(pow10(up - places)?)?;
                    places = 0;
                }
            }
        }
        let mantissa = i64::try_from(mantissa).ok()?;
        Some(Decimal { mantissa: if place < 0 { -mantissa } else { mantissa }, places })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn neighbours_differ_in_the_last_digit() {
        let line = Significant::new(3, 4).unwrap();
        let text = |place| {
            let Decimal { mantissa, places } = line.decimal(place).unwrap();
            (mantissa, places)
        };
        assert_eq!([text(0), text(1), text(-7)], [(0, 4), (1, 4), (-7, 4)]);
        assert_eq!([text(999), text(1000), text(1001)], [(999, 4), (100, 3), (101, 3)]);
        assert_eq!([text(1899), text(1900)], [(999, 3), (100, 2)]);
        assert_eq!([text(1000 + 3 * 900 - 1), text(1000 + 3 * 900)], [(999, 1), (100, 0)]);
        assert_eq!([text(1000 + 4 * 900), text(-1000 - 4 * 900 - 1)], [(1000, 0), (-1010, 0)]);
    }

    #[test]
    fn what_is_not_on_the_line() {
        let line = Significant::new(3, 4).unwrap();
        let place = |mantissa, places| line.place(Decimal { mantissa, places });
        assert_eq!(place(1234, 3), None);
        assert_eq!(place(1, 5), None);
        assert_eq!(place(10, 5), Some(1));
        assert_eq!(place(1230, 3), Some(1900 + 23));
        assert_eq!(place(123, 4), Some(123));
    }

    proptest! {
        #[test]
        fn places_come_back(digits in 1u8..18, places in 0u8..=MAX_PLACES, place: i64, shift in 0u32..64) {
            let line = Significant::new(digits, places).unwrap();
            let place = place >> shift;
            if let Some(decimal) = line.decimal(place) {
                prop_assert_eq!(line.place(decimal), Some(place));
            }
        }

        #[test]
        fn decimals_come_back(mantissa: i64, shift in 1u32..64, places in 0u8..=MAX_PLACES, digits in 1u8..18, most in 0u8..=MAX_PLACES) {
            let (line, mantissa) = (Significant::new(digits, most).unwrap(), mantissa >> shift);
            if let Some(back) = line.place(Decimal { mantissa, places }).and_then(|place| line.decimal(place)) {
                let scale = |d: Decimal| u128::from(d.mantissa.unsigned_abs()) * 10u128.pow(u32::from(MAX_PLACES - d.places).min(18));
                let (a, b) = (back, Decimal { mantissa, places });
                if a.places.min(b.places) >= MAX_PLACES - 18 {
                    prop_assert_eq!((scale(a), a.mantissa < 0), (scale(b), b.mantissa < 0));
                }
            }
        }
    }
}
