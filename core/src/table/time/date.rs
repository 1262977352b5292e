//! The date half of a stamp.

use super::calendar::{self, DAYS, day_number, days_of_month};

/// The order of a date's fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    YearMonthDay,
    DayMonthYear,
    MonthDayYear,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Year,
    Month,
    Day,
}

impl Order {
    const fn fields(self) -> [Field; 3] {
        match self {
            Self::YearMonthDay => [Field::Year, Field::Month, Field::Day],
            Self::DayMonthYear => [Field::Day, Field::Month, Field::Year],
            Self::MonthDayYear => [Field::Month, Field::Day, Field::Year],
        }
    }
}

/// How a date is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) order: Order,
    /// Between the fields; zero if nothing is, then all fields are padded.
    pub(super) separator: u8,
    /// Two digits for the years 1970 to 2069, else four.
    pub(super) short_year: bool,
    pub(super) padded_month: bool,
    pub(super) padded_day: bool,
}

impl Date {
    /// The day number of the date at the start of `text`, and what follows it.
    pub(super) fn parse<'a>(&self, text: &'a [u8]) -> Option<(i64, &'a [u8])> {
        let (mut year, mut month, mut day) = (0, 0, 0);
        let mut rest = text;
        for (place, field) in self.order.fields().into_iter().enumerate() {
            if place > 0 && self.separator != 0 {
                rest = rest.strip_prefix(&[self.separator])?;
            }
            match field {
                Field::Year => (year, rest) = self.year(rest)?,
                Field::Month => (month, rest) = number(rest, self.padded_month)?,
                Field::Day => (day, rest) = number(rest, self.padded_day)?,
            }
        }
        let valid = day >= 1 && day <= days_of_month(year, month);
        valid.then(|| (day_number(year, month, day), rest))
    }

    fn year<'a>(&self, text: &'a [u8]) -> Option<(u32, &'a [u8])> {
        let (high, rest) = number(text, true)?;
        if self.short_year {
            return Some((high + if high < 70 { 2000 } else { 1900 }, rest));
        }
        let (low, rest) = number(rest, true)?;
        Some((high * 100 + low, rest))
    }

    /// The text of a day as a word, the first character in the lowest byte, and its length.
    pub(super) fn print(&self, day_number: i64) -> Option<(u128, u8)> {
        if !DAYS.contains(&day_number) {
            return None;
        }
        let (year, month, day) = calendar::date(day_number);
        let mut line = Line { text: [0; 16], length: 0 };
        for (place, field) in self.order.fields().into_iter().enumerate() {
            if place > 0 && self.separator != 0 {
                line.push(self.separator);
            }
            match field {
                Field::Year if !self.short_year => {
                    line.pair(year / 100, true);
                    line.pair(year % 100, true);
                }
                Field::Year if (1970..2070).contains(&year) => line.pair(year % 100, true),
                Field::Year => return None,
                Field::Month => line.pair(month, self.padded_month),
                Field::Day => line.pair(day, self.padded_day),
            }
        }
        Some((u128::from_le_bytes(line.text), line.length))
    }
}

/// At most sixteen characters.
struct Line {
    text: [u8; 16],
    length: u8,
}

impl Line {
    fn push(&mut self, byte: u8) {
        if let Some(slot) = self.text.get_mut(usize::from(self.length)) {
            *slot = byte;
            self.length += 1;
        }
    }

    /// A number below 100.
    fn pair(&mut self, number: u32, padded: bool) {
        if padded || number >= 10 {
            self.push(b'0' + (number / 10) as u8);
        }
        self.push(b'0' + (number % 10) as u8);
    }
}

/// Two digits, or one or two without a leading zero if not padded.
#[inline(always)]
fn number(text: &[u8], padded: bool) -> Option<(u32, &[u8])> {
    let (&first, rest) = text.split_first()?;
    let first = digit(first)?;
    match rest.split_first().map(|(&second, rest)| (digit(second), rest)) {
        Some((Some(_), _)) if !padded && first == 0 => None,
        Some((Some(second), rest)) => Some((first * 10 + second, rest)),
        _ if padded => None,
        _ => Some((first, rest)),
    }
}

#[inline(always)]
fn digit(byte: u8) -> Option<u32> {
    byte.is_ascii_digit().then(|| u32::from(byte & 15))
}
