//! Finding the pattern of a column from samples of its text.
//!
//! A long sample is guessed at: which runs of digits and letters are fields, which are literals. What a guess leaves open
//! (order of the date's fields, padding, fractions left out) is tried on all samples; what still is open is decided by how
//! far the values travel: time mostly moves in small steps.

mod duration;
mod scan;

use super::{
    Cache, Pattern,
    clock::{Clock, Lead, Unit},
    date::{Date, Order},
    field::{Field, Pad},
    names::{self, Style},
    wire::{code_of_clock, lead},
};
use alloc::vec::Vec;

const ORDERS: [Order; 3] = [Order::YearMonthDay, Order::DayMonthYear, Order::MonthDayYear];

/// Padding of day, hour and, if in digits, month, the likeliest first.
const PADDINGS: [(Pad, Pad, bool); 14] = [
    (Pad::Zero, Pad::Zero, true),
    (Pad::None, Pad::None, false),
    (Pad::Zero, Pad::None, true),
    (Pad::None, Pad::Zero, false),
    (Pad::Zero, Pad::Zero, false),
    (Pad::None, Pad::Zero, true),
    (Pad::Zero, Pad::None, false),
    (Pad::None, Pad::None, true),
    (Pad::Blank, Pad::Zero, true),
    (Pad::Blank, Pad::None, true),
    (Pad::Blank, Pad::Blank, true),
    (Pad::Zero, Pad::Blank, true),
    (Pad::None, Pad::Blank, true),
    (Pad::None, Pad::Blank, false),
];

/// A pattern may miss one in so many samples.
const MAX_MISSED: usize = 5;

impl Pattern {
    /// The likeliest pattern that most samples follow.
    #[cfg(test)]
    pub(crate) fn detect(samples: &[&[u8]]) -> Option<Self> {
        Self::candidates(samples).first().copied()
    }

    /// The likeliest pattern with words that most samples follow.
    pub(crate) fn in_words(samples: &[&[u8]]) -> Option<Self> {
        // Most samples have no such word: that is seen at once, where candidates take long to make.
        if !models(samples).any(has_word_of_time) {
            return None;
        }
        Self::candidates(samples).into_iter().find(Self::has_words)
    }

    /// Every pattern that most samples follow, the likeliest first; none without samples.
    pub(crate) fn candidates(samples: &[&[u8]]) -> Vec<Self> {
        let mut found: Vec<(usize, u128, Self)> = Vec::new();
        let mut guessed: Vec<Guess> = Vec::new();
        for model in models(samples) {
            for guess in guesses(model) {
                if guessed.contains(&guess) {
                    continue;
                }
                guessed.push(guess.clone());
                // Most variants do not even fit what they were guessed from: that is found out with one sample.
                let fits = |pattern: &Self| pattern.parse(model, &mut Cache::new()).is_some();
                for pattern in guess.variants().into_iter().filter(fits) {
                    if !found.iter().any(|(.., other)| *other == pattern)
                        && let Some((missed, travel)) = travel(&pattern, samples)
                    {
                        found.push((missed, travel, pattern));
                    }
                }
            }
        }
        found.sort_by_key(|&(missed, travel, _)| (missed, travel));
        found.into_iter().map(|(.., pattern)| pattern).collect()
    }
}

/// The samples that patterns are guessed from.
fn models<'s>(samples: &[&'s [u8]]) -> impl Iterator<Item = &'s [u8]> {
    let longest = samples.iter().max_by_key(|sample| sample.len());
    let another = samples.get(samples.len() / 2).filter(|_| samples.len() > 1);
    longest.into_iter().chain(another).copied()
}

/// Whether a sample has a word that a pattern may have.
fn has_word_of_time(sample: &[u8]) -> bool {
    let mut words = sample.split(|byte| !byte.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    sample.iter().any(u8::is_ascii_alphabetic)
        && words.any(|word| names::is_name(word) || duration::is_word(word))
}

/// How many samples do not follow the pattern, and the sum of all steps; `None` if these are too many.
fn travel(pattern: &Pattern, samples: &[&[u8]]) -> Option<(usize, u128)> {
    let mut cache = Cache::new();
    let (mut last, mut sum, mut missed) = (None, 0, 0);
    for sample in samples {
        let Some(value) = pattern.parse(sample, &mut cache) else {
            missed += 1;
            if missed * MAX_MISSED > samples.len() {
                return None;
            }
            continue;
        };
        sum += u128::from(value.abs_diff(last.unwrap_or(value)));
        last = Some(value);
    }
    Some((missed, sum))
}

/// What a sample may mean: moments and times of day, then durations.
fn guesses(sample: &[u8]) -> Vec<Guess> {
    let mut all = scan::guesses(sample);
    all.extend(duration::guesses(sample));
    all
}

/// The elements of a stamp; order and padding as they come.
#[derive(Debug, Clone, Default, PartialEq)]
struct Guess {
    template: Vec<u8>,
    date: Option<Date>,
    clock: Option<Clock>,
}

impl Guess {
    fn push(&mut self, field: Field) {
        self.template.push(code(field));
    }

    fn has(&self, is: fn(Field) -> bool) -> bool {
        self.template.iter().filter_map(|code| Field::of(*code)).any(is)
    }

    /// Whether a padding differs from the likelier ones in a field that the guess has.
    fn matters(&self, &(day, hour, padded_month): &(Pad, Pad, bool)) -> bool {
        let has_day = self.has(|field| matches!(field, Field::Day(_)));
        // The day of a date in digits is never filled up by blanks.
        let day_matters = day == Pad::Zero || has_day || (self.date.is_some() && day == Pad::None);
        let hour_matters = hour == Pad::Zero || self.clock.is_some();
        day_matters && hour_matters && (padded_month || self.date.is_some())
    }

    /// All patterns that it may be.
    fn variants(self) -> Vec<Pattern> {
        let orders = if self.date.is_some() { &ORDERS[..] } else { &ORDERS[..1] };
        let elastics = if self.clock.is_some_and(|clock| clock.fraction > 0) { 2 } else { 1 };
        let longs = if self.has(|field| matches!(field, Field::Month(_))) { 2 } else { 1 };
        let mut all = Vec::new();
        for elastic in [false, true].into_iter().take(elastics) {
            for order in orders {
                for (day, hour, padded_month) in PADDINGS.into_iter().filter(|padding| self.matters(padding))
                {
                    for long in [false, true].into_iter().take(longs) {
                        let date = self.date.map(|date| Date {
                            order: *order,
                            padded_month,
                            padded_day: day == Pad::Zero,
                            ..date
                        });
                        let clock = self.clock.map(|clock| Clock {
                            hour,
                            elastic,
                            lead: lead(&self.template),
                            ..clock
                        });
                        let template: Vec<u8> =
                            self.template.iter().map(|code| variant(*code, day, hour, long)).collect();
                        all.extend(Pattern::new(&template, date, clock));
                    }
                }
            }
        }
        all
    }
}

/// The code of an element, padded in this way; May may be a long name.
fn variant(element: u8, day: Pad, hour: Pad, long: bool) -> u8 {
    match Field::of(element) {
        Some(Field::Day(_)) => code(Field::Day(day)),
        Some(Field::Clock) => code_of_clock(hour),
        Some(Field::Month(style)) if long => code(Field::Month(Style { long, ..style })),
        _ => element,
    }
}

/// The code of a field.
fn code(field: Field) -> u8 {
    (1..b' ').find(|code| Field::of(*code) == Some(field)).unwrap_or(b'?')
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
    let mut clock = Clock {
        lead: Lead::Hours,
        unit: Unit::Hours,
        separator: 0,
        hour: Pad::zeros(hours > 1),
        fraction: 0,
        point: 0,
        elastic: false,
    };
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
        && let Some((&point @ (b'.' | b',' | b':'), tail)) = rest.split_first()
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
