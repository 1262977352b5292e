//! The proleptic Gregorian calendar: a day number (0 is 1970-01-01) and its date, by eras of 400 years.

const DAYS_OF_ERA: i64 = 146_097;
/// Days from 0000-03-01, where eras begin, to 1970-01-01.
const EPOCH: i64 = 719_468;

/// First and last day number with a year of four digits.
pub(super) const DAYS: core::ops::RangeInclusive<i64> = day_number(0, 1, 1)..=day_number(9999, 12, 31);

/// The day number of a date; a month counts from March, so that the leap day is the last of its year.
pub(super) const fn day_number(year: u32, month: u32, day: u32) -> i64 {
    let year = year as i64 - (month <= 2) as i64;
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let from_march = ((month + 9) % 12) as i64;
    let day_of_year = (153 * from_march + 2) / 5 + day as i64 - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * DAYS_OF_ERA + day_of_era - EPOCH
}

/// Year, month and day of a day number within [`DAYS`] (Neri and Schneider 2022: divisions become products).
pub(super) const fn date(day: i64) -> (u32, u32, u32) {
    // One era later, so that January of the year 0 is not negative.
    let quarters = 4 * (day + EPOCH + DAYS_OF_ERA) as u32 + 3;
    let century = quarters / DAYS_OF_ERA as u32;
    let day_of_century = quarters % DAYS_OF_ERA as u32 / 4;
    let product = 2_939_745 * (4 * day_of_century + 3) as u64;
    let year = 100 * century + (product >> 32) as u32;
    let day_of_year = product as u32 / 2_939_745 / 4;
    let months = 2141 * day_of_year + 197_913;
    let (month, day) = (months >> 16, (months & 0xffff) / 2141 + 1);
    // Months 13 and 14 of a year that begins in March are January and February of the next.
    if month > 12 { (year + 1 - 400, month - 12, day) } else { (year - 400, month, day) }
}

/// How many days a month has; zero for months that are none.
pub(super) const fn days_of_month(year: u32, month: u32) -> u32 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_follows_the_last() {
        let mut number = *DAYS.start();
        for year in 0..=9999 {
            for month in 1..=12 {
                for day in 1..=days_of_month(year, month) {
                    assert_eq!(day_number(year, month, day), number);
                    assert_eq!(date(number), (year, month, day));
                    number += 1;
                }
            }
        }
        assert_eq!(number - 1, *DAYS.end());
        assert_eq!(day_number(1970, 1, 1), 0);
        assert_eq!(day_number(2000, 2, 29), 11_016);
        assert_eq!(days_of_month(1900, 2), 28);
        assert_eq!(days_of_month(2024, 13), 0);
    }
}
