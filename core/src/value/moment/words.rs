//! Times with names of months and weekdays, am and pm, or the time before the date.

use super::{Moment, Order, SECOND, clock, date, days, zone};
use alloc::{format, vec::Vec};

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
/// The year of times that name none, as archives count them.
const ANY_YEAR: u32 = 1972;
const HALF: i128 = 12 * 3600 * SECOND;

/// The time that a text tells.
pub(super) fn moment(text: &str, order: Order) -> Option<Moment> {
    let text = text.trim_matches(['[', ']']);
    let Some((start, end)) = place_of_clock(text) else { return Moment::new(day(text, order), None, None) };
    let (before, shown, behind) = (text.get(..start)?, text.get(start..end)?, text.get(end..)?);
    let behind = behind.trim_start_matches([' ', '\u{202f}', '\u{a0}']);
    let ((clock, places), _) = clock(shown)?;
    let (clock, behind) = half_of_day(clock, behind)?;
    let (zone, behind) = leading_zone(behind);
    let rest = format!("{before} {behind}");
    let is_bare = rest.trim_matches([' ', ',', ':']).is_empty();
    let day = if is_bare { None } else { Some(day(&rest, order)?) };
    Moment::new(day, Some((clock, places)), zone)
}

/// Where a time of day with colons stands, or one with points at the end of a date with a name.
fn place_of_clock(text: &str) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let byte = |at: usize| bytes.get(at);
    let is_digit = |at: usize| byte(at).is_some_and(u8::is_ascii_digit);
    let mark = |at: &usize| {
        let hour = (0..*at).rev().take_while(|at| is_digit(*at)).count();
        let points = byte(*at) == Some(&b'.') && bytes.get(at + 3) == Some(&b'.') && is_digit(at + 5);
        (byte(*at) == Some(&b':') || points)
            && (hour == 1 || hour == 2)
            && is_digit(at + 1)
            && is_digit(at + 2)
    };
    let mark = (1..bytes.len()).find(mark)?;
    let start = (0..mark).rev().take_while(|at| is_digit(*at)).last()?;
    let goes_on = |at: &usize| {
        is_digit(*at) || (byte(*at).is_some_and(|mark| b":.,".contains(mark)) && is_digit(at + 1))
    };
    let length = (start..bytes.len()).take_while(goes_on).count();
    Some((start, start + length))
}

/// The time of the whole day, and what follows AM or PM.
fn half_of_day(clock: i128, behind: &str) -> Option<(i128, &str)> {
    let half = behind.get(..2).map(str::to_lowercase);
    let later = match half.as_deref() {
        Some("am") => 0,
        Some("pm") => HALF,
        _ => return Some((clock, behind)),
    };
    let is_of_half = (3600 * SECOND..HALF + 3600 * SECOND).contains(&clock);
    is_of_half.then(|| (clock % HALF + later, behind.get(2..).unwrap_or_default()))
}

/// The zone that a text begins with, and what follows it.
fn leading_zone(text: &str) -> (Option<i128>, &str) {
    let length = text.find([' ', ',']).unwrap_or(text.len());
    let (word, rest) = text.split_at(length);
    match zone(word) {
        Some(zone @ Some(_)) => (zone, rest),
        _ => (None, text),
    }
}

/// The days since 1970 of a date with the name of its month, or of one in digits behind a weekday.
fn day(text: &str, order: Order) -> Option<i64> {
    let (mut month, mut year, mut day) = (None, None, None);
    for word in words(text) {
        if let Ok(number) = word.parse::<u32>() {
            match (word.len(), day) {
                (4, _) => year = Some(number),
                (1 | 2, None) => day = Some(number),
                (2, Some(_)) => year = Some(if number < 70 { 2000 + number } else { 1900 + number }),
                _ => return None,
            }
        } else if let Some(place) = place(&MONTHS, word) {
            month = Some(place + 1);
        } else if place(&WEEKDAYS, word).is_none() && word != "at" {
            return None;
        }
    }
    let Some(month) = month else { return in_digits(text, order) };
    let day = day.filter(|day| (1..=31).contains(day))?;
    Some(days(year.unwrap_or(ANY_YEAR).into(), month, day.into()))
}

fn in_digits(text: &str, order: Order) -> Option<i64> {
    let start = text.find(|letter: char| letter.is_ascii_digit())?;
    let (day, rest) = date(text.get(start..)?, order)?;
    rest.trim_matches([' ', ',']).is_empty().then_some(day)
}

/// Runs of letters and runs of digits.
fn words(text: &str) -> Vec<&str> {
    let kind = |byte: u8| (byte.is_ascii_alphabetic(), byte.is_ascii_digit());
    let runs = text.as_bytes().chunk_by(|a, b| kind(*a) == kind(*b));
    let runs = runs.filter(|run| run.first().is_some_and(u8::is_ascii_alphanumeric));
    runs.filter_map(|run| core::str::from_utf8(run).ok()).collect()
}

/// Which of the names a word is, in full or its first three letters.
fn place(names: &[&str], word: &str) -> Option<i64> {
    let word = word.to_lowercase();
    (0..).zip(names).find(|(_, name)| **name == word || name.get(..3) == Some(&word)).map(|(place, _)| place)
}
