//! What the runs of digits and letters in a sample may be, if it names a day or a time of day.

use super::{Guess, clock, date, run};
use crate::table::time::{
    clock::{Clock, Unit},
    field::{Field, Pad},
    names::{Case, MONTHS, Style, WEEKDAYS},
};
use alloc::vec::Vec;

/// Numbers beside the name of a month.
#[derive(Debug, Default)]
struct Scan<'s> {
    guess: Guess,
    /// Numbers that may be days or years, and where they stand in the template.
    numbers: Vec<(usize, &'s [u8])>,
}

/// What a sample may mean.
pub(super) fn guesses(sample: &[u8]) -> Vec<Guess> {
    let mut scan = Scan::default();
    let mut rest = sample;
    while let Some((&first, behind)) = rest.split_first() {
        rest = match first {
            b'0'..=b'9' => scan.take_digits(rest),
            b'A'..=b'Z' | b'a'..=b'z' => scan.take_word(rest),
            0..b' ' => return Vec::new(),
            _ => {
                scan.guess.template.push(first);
                behind
            }
        };
    }
    let mut all = scan.finish();
    all.extend(with_points(sample));
    all
}

/// A time of day that could also be a date: `12.30.59`.
fn with_points(sample: &[u8]) -> Option<Guess> {
    let (clock, _) = clock(sample)
        .filter(|(clock, rest)| clock.separator == b'.' && clock.unit == Unit::Seconds && rest.is_empty())?;
    let mut guess = Guess { clock: Some(clock), ..Guess::default() };
    guess.push(Field::Clock);
    Some(guess)
}

impl<'s> Scan<'s> {
    /// Takes a weekday, a month, a half of the day, or literal letters; returns what follows.
    fn take_word(&mut self, text: &'s [u8]) -> &'s [u8] {
        let length = text.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let (word, rest) = text.split_at_checked(length).unwrap_or((text, &[]));
        match self.named(word) {
            Some(field) => self.guess.push(field),
            None => self.guess.template.extend(word),
        }
        rest
    }

    /// The field that a word is.
    fn named(&self, word: &[u8]) -> Option<Field> {
        let half = match word {
            b"AM" | b"PM" => Some(Case::Upper),
            b"am" | b"pm" => Some(Case::Lower),
            _ => None,
        };
        let month = |style| (self.guess.date.is_none() && !self.names_month()).then_some(Field::Month(style));
        half.filter(|_| self.guess.clock.is_some())
            .map(Field::Half)
            .or_else(|| Style::of(&WEEKDAYS, word).map(Field::Weekday))
            .or_else(|| Style::of(&MONTHS, word).and_then(month))
    }

    fn names_month(&self) -> bool {
        self.guess.has(|field| matches!(field, Field::Month(_)))
    }

    /// Takes a date, a clock, a zone or a number; returns what follows.
    fn take_digits(&mut self, text: &'s [u8]) -> &'s [u8] {
        if self.guess.date.is_none()
            && !self.names_month()
            && let Some((date, rest)) = date(text)
        {
            self.guess.date = Some(date);
            self.guess.push(Field::Date);
            return rest;
        }
        if self.guess.clock.is_none()
            && let Some((clock, rest)) = clock(text)
            && self.takes(&clock)
        {
            if clock.hour != Pad::Zero {
                self.leave_blank_to_number();
            }
            self.guess.clock = Some(clock);
            self.guess.push(Field::Clock);
            return rest;
        }
        let (digits, rest) = run(text);
        let (number, rest) =
            if self.is_zone() { text.split_at(text.len() - zone(rest).len()) } else { text.split_at(digits) };
        if !self.is_zone() {
            if digits == 1 {
                self.leave_blank_to_number();
            }
            self.numbers.push((self.guess.template.len(), number));
        }
        self.guess.template.extend(number);
        rest
    }

    /// Whether this may be the clock of the stamp: colons tell, or the date before it.
    fn takes(&self, clock: &Clock) -> bool {
        let after_month = self.names_month() && clock.separator == b'.' && clock.unit == Unit::Seconds;
        clock.separator == b':' || after_month || self.is_beside_date()
    }

    /// Whether nothing, or one byte, stands between the date and what comes next.
    fn is_beside_date(&self) -> bool {
        let date = |code: &u8| Field::of(*code) == Some(Field::Date);
        self.guess.template.iter().rev().take(2).any(date)
    }

    /// Whether a sign behind the clock says that a zone follows.
    fn is_zone(&self) -> bool {
        self.guess.clock.is_some() && matches!(self.guess.template.last(), Some(b'+' | b'-'))
    }

    /// Of two blanks before a single digit, or of one that comes first, one belongs to the number.
    fn leave_blank_to_number(&mut self) {
        if matches!(*self.guess.template, [b' '] | [.., b' ', b' ']) {
            self.guess.template.pop();
        }
    }

    /// Decides which numbers are the day and the year beside a month.
    fn finish(self) -> Vec<Guess> {
        let Self { guess, numbers } = self;
        let named = guess.has(|field| matches!(field, Field::Month(_)));
        if !named {
            let any = guess.date.is_some() || guess.clock.is_some();
            return any.then_some(guess).into_iter().collect();
        }
        let fields = |roles: &[Field]| {
            let mut guess = guess.clone();
            // From the end, so that places before stay.
            for ((at, number), field) in numbers.iter().zip(roles).rev() {
                let code = [super::code(*field)];
                guess.template.splice(*at..at + number.len(), code);
            }
            guess
        };
        let lengths: Vec<usize> = numbers.iter().map(|(_, number)| number.len()).collect();
        let day = Field::Day(Pad::Zero);
        match *lengths {
            [1 | 2] => Vec::from([fields(&[day])]),
            [1 | 2, 4] => Vec::from([fields(&[day, Field::Year])]),
            [4, 1 | 2] => Vec::from([fields(&[Field::Year, day])]),
            [1, 2] => Vec::from([fields(&[day, Field::ShortYear])]),
            [2, 1] => Vec::from([fields(&[Field::ShortYear, day])]),
            [2, 2] => Vec::from([fields(&[day, Field::ShortYear]), fields(&[Field::ShortYear, day])]),
            _ => Vec::new(),
        }
    }
}

/// What follows minutes behind a colon.
fn zone(text: &[u8]) -> &[u8] {
    match text {
        [b':', a, b, rest @ ..] if a.is_ascii_digit() && b.is_ascii_digit() => rest,
        _ => text,
    }
}
