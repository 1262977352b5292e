//! The smallest and the largest value as text.

use super::{
    summary::{Range, Summary},
    unit::Unit,
};
use crate::num::Decimal;
use alloc::{format, string::String};

impl Summary {
    /// Returns the smallest and the largest value as people write them, times in Greenwich if they tell their zones; `None` if
    /// they are not known.
    pub fn bounds(&self) -> Option<(String, String)> {
        match self.range {
            Range::Numbers { min, max, .. } => Some((decimal(min), decimal(max))),
            Range::Times { min, max, unit, ahead } => {
                let zone = if ahead.is_some() { "Z" } else { "" };
                Some((time(min, unit) + zone, time(max, unit) + zone))
            }
            Range::Empty | Range::Long | Range::Other => None,
        }
    }
}

fn decimal(number: Decimal) -> String {
    let sign = if number.mantissa < 0 { "-" } else { "" };
    let places = usize::from(number.places);
    let digits = format!("{:0>width$}", number.mantissa.unsigned_abs(), width = places + 1);
    match digits.split_at_checked(digits.len() - places) {
        Some((whole, fraction)) if !fraction.is_empty() => format!("{sign}{whole}.{fraction}"),
        _ => format!("{sign}{digits}"),
    }
}

fn time(count: i64, unit: Unit) -> String {
    let day = Unit::Day.nanoseconds() / unit.nanoseconds();
    let (year, month, date) = date(count.div_euclid(day));
    let written = format!("{year:04}-{month:02}-{date:02}");
    if unit == Unit::Day {
        return written;
    }
    let second = Unit::Second.nanoseconds() / unit.nanoseconds();
    let (seconds, fraction) = (count.rem_euclid(day) / second, count.rem_euclid(second));
    let clock = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    let places = second.ilog10() as usize;
    let fraction = if places == 0 { String::new() } else { format!(".{fraction:0places$}") };
    format!("{written} {clock}{fraction}")
}

/// Year, month and day of so many days since 1970 in Gregory's calendar, by years that begin in March.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days.saturating_add(719_468);
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, late) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + late, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bounds(cells: &[&str]) -> Option<(String, String)> {
        Summary::of(cells.iter().map(|cell| cell.as_bytes())).bounds()
    }

    #[test]
    fn bounds_are_written_as_people_do() {
        for (cells, least, greatest) in [
            (&["1.50", "-0.05", "20"][..], "-0.05", "20"),
            (&["2025-01-02", "1925-12-31"], "1925-12-31", "2025-01-02"),
            (
                &["2025-01-02 10:00:00.25", "2024-02-29 23:59"],
                "2024-02-29 23:59:00.000",
                "2025-01-02 10:00:00.250",
            ),
            (&["2025-01-01T00:30:00+01:00"], "2024-12-31 23:30:00Z", "2024-12-31 23:30:00Z"),
        ] {
            assert_eq!(bounds(cells), Some((least.into(), greatest.into())), "{cells:?}");
        }
        assert_eq!(bounds(&["on", "1"]), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_the_same_value(mantissa in any::<i32>(), places in 0..9_u8, second in -10_i64.pow(10)..10_i64.pow(10)) {
            let number = Decimal { mantissa: mantissa.into(), places }.trimmed();
            prop_assert_eq!(Decimal::parse(decimal(number).as_bytes()), Some(number));
            let written = time(second, Unit::Second);
            let range = Summary::of([written.as_bytes()]).range;
            prop_assert_eq!(range, Range::Times { min: second, max: second, unit: Unit::Second, ahead: None }, "{}", written);
        }
    }
}
