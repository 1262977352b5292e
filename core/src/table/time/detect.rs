//! Finding the pattern of a column from samples of its text.
//!
//! The longest sample gives the skeleton: separators, number of fields, digits. What a skeleton leaves open (order of
//! the date's fields, padding, fractions left out) is tried on all samples; what still is open is decided by how far
//! the values travel: time mostly moves in small steps.

use super::clock::{Clock, Unit};
use super::date::{Date, Order};
use super::{Cache, MAX_SUFFIX, Pattern};
use crate::num::text::load;
use alloc::vec::Vec;

const ORDERS: [Order; 3] = [Order::YearMonthDay, Order::DayMonthYear, Order::MonthDayYear];

/// Padding of month, day and hour, the likeliest first.
const PADDINGS: [(bool, bool, bool); 8] = [
    (true, true, true),
    (false, false, false),
    (true, true, false),
    (false, false, true),
    (true, false, true),
    (false, true, true),
    (true, false, false),
    (false, true, false),
];

impl Pattern {
    /// The likeliest pattern that every sample follows.
    pub fn detect(samples: &[&[u8]]) -> Option<Self> {
        Self::candidates(samples).first().copied()
    }

    /// Every pattern that every sample follows, the likeliest first; none without samples.
    pub fn candidates(samples: &[&[u8]]) -> Vec<Self> {
        let skeleton = samples.iter().max_by_key(|sample| sample.len()).and_then(|sample| skeleton(sample));
        let Some(skeleton) = skeleton else { return Vec::new() };
        let mut found: Vec<(u128, Self)> = Vec::new();
        for pattern in variants(skeleton) {
            if pattern.is_sound()
                && !found.iter().any(|(_, other)| *other == pattern)
                && let Some(travel) = travel(&pattern, samples)
            {
                found.push((travel, pattern));
            }
        }
        found.sort_by_key(|&(travel, _)| travel);
        found.into_iter().map(|(_, pattern)| pattern).collect()
    }
}

/// The sum of all steps; `None` if a sample does not follow the pattern.
fn travel(pattern: &Pattern, samples: &[&[u8]]) -> Option<u128> {
    let mut cache = Cache::new();
    let (mut last, mut sum) = (None, 0);
    for sample in samples {
        let value = pattern.parse(sample, &mut cache)?;
        sum += u128::from(value.abs_diff(last.unwrap_or(value)));
        last = Some(value);
    }
    Some(sum)
}

/// All that a skeleton may mean.
fn variants(skeleton: Pattern) -> impl Iterator<Item = Pattern> {
    let elastic = [false, true];
    elastic.into_iter().flat_map(move |elastic| {
        ORDERS.into_iter().flat_map(move |order| {
            PADDINGS.into_iter().map(move |(padded_month, padded_day, padded_hour)| Pattern {
                date: skeleton.date.map(|date| Date { order, padded_month, padded_day, ..date }),
                clock: skeleton.clock.map(|clock| Clock {
                    padded_hour,
                    elastic: elastic && clock.fraction > 0,
                    ..clock
                }),
                ..skeleton
            })
        })
    })
}

/// The separators and fields of a stamp; order and padding as they come.
fn skeleton(stamp: &[u8]) -> Option<Pattern> {
    let (date, rest) = date(stamp).map_or((None, stamp), |(date, rest)| (Some(date), rest));
    let (join, clock, suffix) = match date {
        None => {
            let (clock, rest) = clock(rest).filter(|(clock, _)| clock.separator == b':')?;
            (0, Some(clock), rest)
        }
        Some(_) => time_after_date(rest),
    };
    if suffix.len() > MAX_SUFFIX || suffix.first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    Some(Pattern { date, join, clock, suffix: load(suffix), suffix_length: suffix.len() as u8 })
}

/// Joining byte, time and suffix; all of it is suffix if no time follows.
fn time_after_date(rest: &[u8]) -> (u8, Option<Clock>, &[u8]) {
    if let Some((clock, suffix)) = clock(rest) {
        return (0, Some(clock), suffix);
    }
    let joined = rest.split_first().and_then(|(&join, rest)| clock(rest).map(|found| (join, found)));
    joined.map_or((0, None, rest), |(join, (clock, suffix))| (join, Some(clock), suffix))
}

/// `2020-01-31`, `1/31/2020`, `31.1.20`, `20200131`.
fn date(stamp: &[u8]) -> Option<(Date, &[u8])> {
    let (first, rest) = run(stamp);
    let mut date = Date {
        order: Order::YearMonthDay,
        separator: 0,
        short_year: false,
        padded_month: true,
        padded_day: true,
    };
    if matches!(first, 8 | 12 | 14) {
        return Some((date, stamp.get(8..)?));
    }
    let (&separator, rest) = rest.split_first()?;
    let (second, rest) = run(rest);
    let (third, rest) = run(rest.strip_prefix(&[separator])?);
    let short = |n| n == 1 || n == 2;
    let long_year = (first == 4 && short(third)) || (short(first) && third == 4);
    let short_year = short(first) && short(third) && matches!(separator, b'-' | b'/' | b'.');
    if !short(second) || separator == b':' || !(long_year || short_year) {
        return None;
    }
    (date.separator, date.short_year) = (separator, short_year);
    Some((date, rest))
}

/// `12:30:59.250`, `9:05`, `1230`, `12`.
fn clock(text: &[u8]) -> Option<(Clock, &[u8])> {
    let (hours, rest) = run(text);
    let mut clock =
        Clock { unit: Unit::Hours, separator: 0, padded_hour: true, fraction: 0, point: 0, elastic: false };
    match hours {
        1 | 2 => {}
        4 => clock.unit = Unit::Minutes,
        6 => clock.unit = Unit::Seconds,
        _ => return None,
    }
    let Some((&separator, mut rest)) =
        rest.split_first().filter(|_| hours < 4).filter(|(_, rest)| run(rest).0 == 2)
    else {
        return Some(fraction(clock, rest)).filter(|_| hours > 1);
    };
    (clock.separator, clock.unit) = (separator, Unit::Minutes);
    rest = rest.get(2..)?;
    if let Some(tail) = rest.strip_prefix(&[separator]).filter(|tail| run(tail).0 == 2) {
        (clock.unit, rest) = (Unit::Seconds, tail.get(2..)?);
    }
    Some(fraction(clock, rest))
}

/// Adds the fraction that follows the seconds.
fn fraction(mut clock: Clock, rest: &[u8]) -> (Clock, &[u8]) {
    if clock.unit == Unit::Seconds
        && let Some((&point @ (b'.' | b','), tail)) = rest.split_first()
        && let (digits @ 1..=9, rest) = run(tail)
    {
        (clock.fraction, clock.point) = (digits as u8, point);
        return (clock, rest);
    }
    (clock, rest)
}

/// How many digits come first, and what follows them.
fn run(text: &[u8]) -> (usize, &[u8]) {
    let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
    (digits, text.get(digits..).unwrap_or(&[]))
}
