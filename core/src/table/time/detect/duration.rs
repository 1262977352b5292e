//! What a sample may be if it says how long something takes: `102:03`, `-27:05:09.4`, `3d 04:05:06`, `1h 02m 03s`.

use super::{Guess, clock, fraction, run};
use crate::table::time::{
    clock::{Clock, Lead, Unit},
    field::{Field, Pad},
};
use alloc::vec::Vec;

/// A time within an hour or a minute.
const WITHIN: Clock = Clock {
    lead: Lead::Minutes,
    unit: Unit::Minutes,
    separator: b':',
    hour: Pad::Zero,
    fraction: 0,
    point: 0,
    elastic: false,
};

const DAYS: &[&[u8]] = &[b"d", b"day", b"days"];
const HOURS: &[&[u8]] = &[b"h", b"hr", b"hrs", b"hour", b"hours"];
const MINUTES: &[&[u8]] = &[b"m", b"min", b"mins", b"minute", b"minutes", b"'"];
const SECONDS: &[&[u8]] = &[b"s", b"sec", b"secs", b"second", b"seconds", b"\"", b"''"];
/// What ISO 8601 puts first.
const MARKS: &[&[u8]] = &[b"P", b"PT"];

/// What a sample may mean.
pub(super) fn guesses(sample: &[u8]) -> Vec<Guess> {
    let (before, rest) = literal(sample.strip_prefix(b"-").unwrap_or(sample));
    let (digits, rest) = run(rest);
    let (behind, rest) = literal(rest);
    if digits == 0 || rest.is_empty() || !(before.is_empty() || MARKS.contains(&before)) {
        return Vec::new();
    }
    let start = Guess { template: before.to_vec(), ..Guess::default() };
    let begun = |fields: &[Field]| -> Vec<Guess> {
        let begin = |field: &Field| {
            let mut guess = start.clone();
            guess.push(*field);
            guess.template.extend(behind);
            guess
        };
        fields.iter().map(begin).collect()
    };
    let hours = [Field::Hours(Pad::Zero), Field::Hours(Pad::None)];
    let minutes = [Field::Minutes(Pad::Zero), Field::Minutes(Pad::None)];
    if behind == b":" {
        colons(begun(&hours), begun(&minutes), rest)
    } else if is_unit(behind, DAYS) {
        begun(&[Field::Days]).into_iter().filter_map(|guess| with_clock(guess, rest)).collect()
    } else if is_unit(behind, HOURS) {
        begun(&hours).into_iter().flat_map(|guess| with_minutes(&guess, rest)).collect()
    } else if is_unit(behind, MINUTES) {
        begun(&minutes).into_iter().flat_map(|guess| with_seconds(&guess, rest)).collect()
    } else {
        Vec::new()
    }
}

/// Whether letters are a unit or a mark.
pub(super) fn is_word(word: &[u8]) -> bool {
    MARKS.contains(&word) || [DAYS, HOURS, MINUTES, SECONDS].iter().any(|units| is_unit(word, units))
}

/// Whether this is one of the units, with blanks or a comma.
fn is_unit(text: &[u8], units: &[&[u8]]) -> bool {
    let bare = text.trim_ascii();
    let bare = bare.strip_suffix(b",").unwrap_or(bare);
    units.iter().any(|unit| unit.eq_ignore_ascii_case(bare)) && text.iter().all(|byte| *byte >= b' ')
}

/// `:03`, `:05:09.4` behind hours, or `:03.25` behind minutes.
fn colons(hours: Vec<Guess>, minutes: Vec<Guess>, text: &[u8]) -> Vec<Guess> {
    let (2, rest) = run(text) else { return Vec::new() };
    let seconds = rest.strip_prefix(b":").map(run);
    if let Some((2, rest)) = seconds {
        let (clock, rest) = fraction(Clock { unit: Unit::Seconds, ..WITHIN }, rest);
        return ended(hours, clock, rest);
    }
    let (clock, behind) = fraction(Clock { unit: Unit::Seconds, ..WITHIN }, rest);
    if clock.fraction > 0 { ended(minutes, clock, behind) } else { ended(hours, WITHIN, rest) }
}

/// Guesses that end with a clock and literals.
fn ended(guesses: Vec<Guess>, clock: Clock, rest: &[u8]) -> Vec<Guess> {
    guesses.into_iter().filter_map(|guess| end(guess, Some(clock), rest)).collect()
}

fn end(mut guess: Guess, clock: Option<Clock>, rest: &[u8]) -> Option<Guess> {
    if clock.is_some() {
        guess.push(Field::Clock);
        guess.clock = clock;
    }
    guess.template.extend(rest);
    let units = [HOURS, MINUTES, SECONDS];
    (rest.is_empty() || units.iter().any(|units| is_unit(rest, units))).then_some(guess)
}

fn with_clock(guess: Guess, text: &[u8]) -> Option<Guess> {
    let (clock, rest) = clock(text).filter(|(clock, _)| clock.separator == b':')?;
    end(guess, Some(clock), rest)
}

/// Minutes, and seconds if there are any.
fn with_minutes(guess: &Guess, text: &[u8]) -> Vec<Guess> {
    let (1 | 2, rest) = run(text) else { return Vec::new() };
    let (behind, rest) = literal(rest);
    if !(is_unit(behind, MINUTES) || behind == b":" || (behind.is_empty() && rest.is_empty())) {
        return Vec::new();
    }
    let padded = [Pad::Zero, Pad::None].into_iter().map(|pad| {
        let mut guess = guess.clone();
        guess.push(Field::Minute(pad));
        guess.template.extend(behind);
        guess
    });
    if rest.is_empty() {
        padded.collect()
    } else {
        padded.flat_map(|guess| with_seconds(&guess, rest)).collect()
    }
}

/// Seconds of two digits, with a fraction or not, or of as many as it takes.
fn with_seconds(guess: &Guess, text: &[u8]) -> Vec<Guess> {
    let (1 | 2, rest) = run(text) else { return Vec::new() };
    let (clock, behind) = fraction(Clock { unit: Unit::Seconds, ..WITHIN }, rest);
    let mut bare = guess.clone();
    bare.push(Field::Second);
    end(guess.clone(), Some(clock), behind).into_iter().chain(end(bare, None, rest)).collect()
}

/// Bytes before the next digit, and what follows them.
fn literal(text: &[u8]) -> (&[u8], &[u8]) {
    let length = text.iter().take_while(|byte| !byte.is_ascii_digit()).count();
    text.split_at(length)
}
