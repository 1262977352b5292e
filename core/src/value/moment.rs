//! Times in cells: dates in any order, with a time of day or not, with a zone or not, or seconds since 1970 and parts of
//! them. Two that tell their zones are compared by the sun, others by what the clock on the wall showed.

mod words;

use crate::num::{Decimal, power};
use alloc::string::String;
use core::cmp::Ordering;

/// The order of day, month and year where a date does not begin with its year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// 24/12/2025.
    DayFirst,
    /// 12/24/2025.
    MonthFirst,
}

/// A time, in nanoseconds since 1970 as its own clock showed it, or since midnight where there is no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    wall: i128,
    /// How far that clock was ahead of the sun's in Greenwich, if it tells.
    ahead: Option<i128>,
    /// Digits behind the second.
    places: u8,
    /// How it is written.
    pub form: Form,
}

/// How a time is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Seconds since 1970, or milliseconds, microseconds or nanoseconds.
    Count,
    /// A day.
    Date,
    /// A day and a time of it.
    DateTime,
    /// Within a day.
    Clock,
}

const SECOND: i128 = 1_000_000_000;
/// Counts since 1970 are at least this.
const SINCE_2001: i128 = 1_000_000_000 * SECOND;
/// Counts below are seconds, each thousandfold is milliseconds, microseconds, nanoseconds.
const SECONDS: i64 = 100_000_000_000;
const MILLISECONDS: i64 = SECONDS * 1000;
const MICROSECONDS: i64 = MILLISECONDS * 1000;

impl Moment {
    /// Parses the time that `cell` tells.
    pub fn parse(cell: &[u8], order: Order) -> Option<Self> {
        let text = core::str::from_utf8(cell).ok()?.trim_matches(|c: char| c == '"' || c.is_whitespace());
        counted(text).or_else(|| Self::in_digits(text, order)).or_else(|| words::moment(text, order))
    }

    /// A date, a time of day, or a date and what follows it, in digits.
    fn in_digits(text: &str, order: Order) -> Option<Self> {
        let (date, rest) = date(text, order).map_or((None, text), |(day, rest)| (Some(day), rest));
        let rest = rest.trim_start_matches([' ', 'T', 't', '_', ',']);
        let (clock, zone) =
            if rest.is_empty() { (None, None) } else { clock(rest).map(|(c, z)| (Some(c), z))? };
        Self::new(date, clock, zone)
    }

    /// A moment of a day since 1970, and of nanoseconds of it and digits behind the second; one of both may not be told.
    fn new(day: Option<i64>, clock: Option<(i128, u8)>, ahead: Option<i128>) -> Option<Self> {
        let form = match (day, clock) {
            (Some(_), Some(_)) => Form::DateTime,
            (Some(_), None) => Form::Date,
            (None, Some(_)) => Form::Clock,
            (None, None) => return None,
        };
        let (clock, places) = clock.unwrap_or_default();
        let wall = day.map_or(0, i128::from) * 86_400 * SECOND + clock;
        Some(Self { wall, ahead, places, form })
    }

    /// Which of two is later.
    pub fn compare(&self, other: &Self) -> Ordering {
        match (self.ahead, other.ahead) {
            (Some(a), Some(b)) => (self.wall - a).cmp(&(other.wall - b)),
            _ => self.wall.cmp(&other.wall),
        }
    }

    /// Nanoseconds since 1970, or since midnight.
    pub fn nanoseconds(&self) -> i128 {
        self.wall - self.ahead.unwrap_or(0)
    }

    /// Returns nanoseconds since 1970 as its own clock showed it, or since midnight.
    pub(super) fn wall(&self) -> i128 {
        self.wall
    }

    /// Returns how far its clock was ahead of the sun's in Greenwich, if it tells.
    pub(super) fn ahead(&self) -> Option<i128> {
        self.ahead
    }

    /// Returns how many digits are written behind the second.
    pub(super) fn places(&self) -> u8 {
        self.places
    }

    /// Whether it tells the day: a date, or a count that began in 1970.
    pub fn tells_day(&self) -> bool {
        match self.form {
            Form::Date | Form::DateTime => true,
            Form::Count => self.wall >= SINCE_2001,
            Form::Clock => false,
        }
    }

    /// The order of these dates, as far as they tell.
    pub fn order<'c>(cells: impl IntoIterator<Item = &'c [u8]>) -> Order {
        for cell in cells {
            let text = String::from_utf8_lossy(cell);
            let mut parts = text.trim_matches('"').trim().split(['/', '.', '-']).map(str::parse::<u32>);
            if let (Some(Ok(first)), Some(Ok(second))) = (parts.next(), parts.next()) {
                match (first, second) {
                    (13..=31, _) => return Order::DayFirst,
                    (1..=12, 13..=31) => return Order::MonthFirst,
                    _ => {}
                }
            }
        }
        Order::DayFirst
    }
}

/// Seconds since 1970, or parts of them: which ones their size tells.
fn counted(text: &str) -> Option<Moment> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, fraction) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
    if whole.is_empty() || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let count = whole.parse::<i64>().ok()?;
    let unit = unit_of(count);
    let fraction = nanoseconds(fraction)? * unit / SECOND;
    let wall = sign * (i128::from(count) * unit + fraction);
    Some(Moment { wall, ahead: Some(0), places: 9, form: Form::Count })
}

/// The times of the smallest and the largest of some counts, if those between them are counted in the same unit and so lie
/// between these.
pub(super) fn count_bounds(min: Decimal, max: Decimal) -> Option<(Moment, Moment)> {
    let unit = |decimal: Decimal| {
        let whole = decimal.mantissa.unsigned_abs() / power::pow10(decimal.places)?;
        Some(unit_of(i64::try_from(whole).ok()?))
    };
    let (low, high) = (unit(min)?, unit(max)?);
    let is_same_side = min.mantissa >= 0 || max.mantissa < 0;
    if low != high || (low != SECOND && !is_same_side) {
        return None;
    }
    let moment = |decimal: Decimal| {
        let wall = i128::from(decimal.mantissa) * low / i128::from(power::pow10(decimal.places)?);
        Some(Moment { wall, ahead: Some(0), places: 9, form: Form::Count })
    };
    moment(min).zip(moment(max))
}

/// Nanoseconds of the unit that a count of that size is in.
fn unit_of(count: i64) -> i128 {
    match () {
        () if count < SECONDS => SECOND,
        () if count < MILLISECONDS => 1_000_000,
        () if count < MICROSECONDS => 1000,
        () => 1,
    }
}

/// Digits behind a point, as billionths; what is finer is cut off.
fn nanoseconds(digits: &str) -> Option<i128> {
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let billionths = digits.bytes().map(|digit| digit - b'0').chain(core::iter::repeat(0)).take(9);
    Some(billionths.fold(0, |sum, digit| sum * 10 + i128::from(digit)))
}

/// The days since 1970 of the date at the front, and what follows it.
fn date(text: &str, order: Order) -> Option<(i64, &str)> {
    let (a, rest) = digits(text, 4)?;
    let mark = rest.chars().next().filter(|mark| ['-', '/', '.'].contains(mark))?;
    let (b, rest) = digits(rest.get(1..)?, 2)?;
    let (c, rest) = digits(rest.strip_prefix(mark)?, 4)?;
    let of_year = |(year, length): (u32, usize)| match length {
        4 => Some(year),
        2 => Some(if year < 70 { 2000 + year } else { 1900 + year }),
        _ => None,
    };
    let (year, month, day) = match (a.1, order) {
        (4, _) => (a.0, b.0, c.0),
        (1 | 2, Order::DayFirst) => (of_year(c)?, b.0, a.0),
        (1 | 2, Order::MonthFirst) => (of_year(c)?, a.0, b.0),
        _ => return None,
    };
    let sound = (1..=12).contains(&month) && (1..=31).contains(&day);
    sound.then(|| (days(year.into(), month.into(), day.into()), rest))
}

/// Parses a number of at most `most` digits at the front; returns it, its length, and the rest.
fn digits(text: &str, most: usize) -> Option<((u32, usize), &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let number = text.get(..length).filter(|_| length <= most)?.parse().ok()?;
    Some(((number, length), text.get(length..)?))
}

/// Days since 1970 in Gregory's calendar, with years that begin in March so that leap days are last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month > 2 { year } else { year - 1 };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + of_year - 719_468
}

/// Nanoseconds since midnight with the digits behind the second, and the zone, both from all of `text`: `hh:mm`,
/// `hh:mm:ss.fff`, `Z` or `+hh:mm` behind.
fn clock(text: &str) -> Option<((i128, u8), Option<i128>)> {
    let ((hour, 1..), rest) = digits(text, 2)? else { return None };
    let ((minute, 1..), mut rest) = digits(rest.strip_prefix([':', '.'])?, 2)? else { return None };
    let (mut second, mut fraction, mut length) = (0, 0, 0);
    if let Some(behind) = rest.strip_prefix([':', '.']) {
        ((second, _), rest) = digits(behind, 2)?;
        if let Some(behind) = rest.strip_prefix(['.', ',', ':']) {
            length = behind.bytes().take_while(u8::is_ascii_digit).count();
            (fraction, rest) = (nanoseconds(behind.get(..length)?)?, behind.get(length..)?);
        }
    }
    let sound = hour <= 24 && minute < 60 && second <= 60;
    let seconds = i128::from(hour) * 3600 + i128::from(minute) * 60 + i128::from(second);
    let shown = (seconds * SECOND + fraction, u8::try_from(length).unwrap_or(u8::MAX));
    sound.then_some((shown, zone(rest.trim())?))
}

/// How far a zone is ahead; `None` if `text` is none.
fn zone(text: &str) -> Option<Option<i128>> {
    if text.is_empty() {
        return Some(None);
    }
    if ["Z", "z", "UTC", "GMT"].contains(&text) {
        return Some(Some(0));
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = text.get(1..)?.chars().filter(|letter| *letter != ':').collect();
    let number: i128 = digits.parse().ok()?;
    let minutes = match digits.len() {
        1 | 2 => number * 60,
        4 => number / 100 * 60 + number % 100,
        _ => return None,
    };
    Some(Some(sign * minutes * 60 * SECOND))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, order: Order) -> Option<i128> {
        Moment::parse(text.as_bytes(), order).map(|moment| moment.nanoseconds() / 1_000_000)
    }

    #[test]
    fn all_common_ways_to_write_a_time_are_the_same_time() {
        for text in [
            "2014-07-10 12:29:00",
            "2014-07-10T12:29Z",
            "2014-07-10T14:29:00.000+02:00",
            "2014/7/10 12:29:00.0",
            "10.07.2014 12:29",
            "\"10/07/2014 12:29:00\"",
            "10.07.14 12.29.00",
            "1404995340",
            "1404995340.000",
            "1404995340000",
            "1404995340000000000",
            "10 Jul 2014 12:29:00",
            "10-JUL-14 12.29.00",
            "July 10, 2014 12:29 PM",
            "Thu, 10 Jul 2014 12:29:00 +0000",
            "Thu, 10 Jul 2014 14:29:00 +0200",
            "Thu Jul 10 12:29:00 UTC 2014",
            "[10/Jul/2014:12:29:00 +0000]",
            "10/07/2014, 12:29:00\u{202f}pm",
            "12:29 10.07.2014",
            "Thu 2014-07-10 12:29:00 UTC",
            "10 Jul 2014 12:29:00:0",
        ] {
            assert_eq!(at(text, Order::DayFirst), Some(1_404_995_340_000), "{text}");
        }
        assert_eq!(at("07/10/2014 12:29:00", Order::MonthFirst), Some(1_404_995_340_000));
        assert_eq!(at("1404995340.25", Order::DayFirst), Some(1_404_995_340_250));
        assert_eq!(at("2000-02-29", Order::DayFirst), Some(951_782_400_000));
        assert_eq!(at("01:00:02.5", Order::DayFirst), Some(3_602_500));
        assert_eq!(at("12:05 am", Order::DayFirst), Some(300_000));
        assert_eq!(at("1:05:09 PM", Order::DayFirst), Some(47_109_000));
        assert_eq!(at("Feb  3 01:00:00", Order::DayFirst), at("1972-02-03 01:00:00", Order::DayFirst));
        for wrong in [
            "13:05 pm",
            "32 Jan 2020",
            "Jan",
            "31 Foo 2020",
            "0:05 pm",
            "",
            "noon",
            "2014-13-01",
            "1-2",
            "99999-01-01",
            "2014-07-10 25:00:00",
            "2014-07-10 x",
            "é",
        ] {
            assert_eq!(at(wrong, Order::DayFirst), None, "{wrong}");
        }
    }

    #[test]
    fn zones_count_only_where_both_tell_theirs() {
        let moment = |text: &str| Moment::parse(text.as_bytes(), Order::DayFirst).unwrap();
        let (berlin, wall, count) =
            (moment("2020-01-01 01:00:00+01"), moment("2020-01-01 01:00:00"), moment("1577836800"));
        assert_eq!(berlin.compare(&count), Ordering::Equal);
        assert_eq!(berlin.compare(&wall), Ordering::Equal);
        assert_eq!(wall.compare(&count), Ordering::Greater);
    }

    #[test]
    fn what_is_over_twelve_is_no_month() {
        let order = |cells: &[&str]| Moment::order(cells.iter().map(|cell| cell.as_bytes()));
        assert_eq!(order(&["1/2/2020", "1/13/2020"]), Order::MonthFirst);
        assert_eq!(order(&["1/2/2020", "13/1/2020"]), Order::DayFirst);
        assert_eq!(order(&["2020-01-13", ""]), Order::DayFirst);
    }
}
