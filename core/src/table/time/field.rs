//! The fields that stand around the clock of a stamp: how each is read and printed.

use super::{
    calendar::{self, DAYS, day_number, days_of_month},
    names::{Case, MONTHS, Style, WEEKDAYS},
};

/// Bytes of a printed stamp at most.
pub(super) const LONGEST: usize = 48;
/// The year of stamps that name none: one with a leap day.
const ANY_YEAR: u32 = 1972;

/// How a number below ten is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pad {
    Zero,
    None,
    Blank,
}

impl Pad {
    pub(super) const ALL: [Self; 3] = [Self::Zero, Self::None, Self::Blank];

    pub(super) const fn zeros(padded: bool) -> Self {
        if padded { Self::Zero } else { Self::None }
    }
}

/// An element of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    /// Text that every stamp has there.
    Literal(u8),
    /// A date in digits.
    Date,
    /// What changes within a turn.
    Clock,
    Year,
    /// Two digits for the years 1970 to 2069.
    ShortYear,
    Day(Pad),
    Month(Style),
    Weekday(Style),
    /// The half of the day: AM or PM.
    Half(Case),
    /// How many days, hours or minutes a duration has, with two digits at least or as many as it takes.
    Days,
    Hours(Pad),
    Minutes(Pad),
    /// Minutes and seconds of a duration, below sixty.
    Minute(Pad),
    Second,
}

/// Bytes below are fields, others are literals.
const FIRST_LITERAL: u8 = b' ';
const FIRST_DAY: u8 = 6;
const FIRST_MONTH: u8 = 9;
const FIRST_WEEKDAY: u8 = 15;

impl Field {
    /// The field with that code; none if there is none.
    pub(super) fn of(code: u8) -> Option<Self> {
        let style = |first: u8| Style::ALL.get(usize::from(code - first)).copied();
        Some(match code {
            1 => Self::Date,
            2 | 3 => Self::Clock,
            4 => Self::Year,
            5 => Self::ShortYear,
            FIRST_DAY..FIRST_MONTH => Self::Day(*Pad::ALL.get(usize::from(code - FIRST_DAY))?),
            FIRST_MONTH..FIRST_WEEKDAY => Self::Month(style(FIRST_MONTH)?),
            FIRST_WEEKDAY..21 => Self::Weekday(style(FIRST_WEEKDAY)?),
            21 => Self::Half(Case::Upper),
            22 => Self::Half(Case::Lower),
            23 => Self::Days,
            24 => Self::Hours(Pad::None),
            25 => Self::Hours(Pad::Zero),
            26 => Self::Minutes(Pad::None),
            27 => Self::Minutes(Pad::Zero),
            28 => Self::Minute(Pad::Zero),
            29 => Self::Minute(Pad::None),
            30 => Self::Second,
            FIRST_LITERAL.. => Self::Literal(code),
            _ => return None,
        })
    }

    /// Bytes that it takes at most, date and clock aside.
    pub(super) fn longest(self) -> usize {
        match self {
            Self::Literal(_) => 1,
            Self::Date | Self::Clock => 0,
            Self::Year => 4,
            Self::ShortYear | Self::Day(_) | Self::Half(_) | Self::Minute(_) | Self::Second => 2,
            Self::Month(Style { long, .. }) | Self::Weekday(Style { long, .. }) => {
                if long {
                    9
                } else {
                    3
                }
            }
            Self::Days | Self::Hours(_) | Self::Minutes(_) => MAX_DIGITS,
        }
    }

    /// Whether it may have one digit more.
    pub(super) fn ends_open(self) -> bool {
        match self {
            Self::Day(pad) | Self::Minute(pad) => pad == Pad::None,
            Self::Second | Self::Days | Self::Hours(_) | Self::Minutes(_) => true,
            _ => false,
        }
    }

    /// Whether it may begin with a digit.
    pub(super) fn begins_with_digit(self) -> bool {
        match self {
            Self::Literal(byte) => byte.is_ascii_digit(),
            Self::Month(_) | Self::Weekday(_) | Self::Half(_) => false,
            _ => true,
        }
    }
}

/// Digits of a count at most.
const MAX_DIGITS: usize = 18;

/// Year, month and day.
pub(super) type Ymd = (u32, u32, u32);

/// What the fields of a stamp say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) ymd: Ymd,
    /// None if no weekday is written.
    pub(super) weekday: Option<u32>,
    /// 1 after noon.
    pub(super) half: u32,
    pub(super) count: i64,
    pub(super) minute: u32,
    pub(super) second: u32,
}

impl Parts {
    pub(super) const NONE: Self =
        Self { ymd: (ANY_YEAR, 1, 1), weekday: None, half: 0, count: 0, minute: 0, second: 0 };

    /// Of a day number, with its weekday.
    pub(super) fn of_day(day: i64) -> Option<Self> {
        let of = |day| Self { ymd: calendar::date(day), weekday: Some(weekday(day)), ..Self::NONE };
        DAYS.contains(&day).then(|| of(day))
    }

    /// The day number, if there is such a day and it is on that weekday.
    pub(super) fn day(&self) -> Option<i64> {
        let (year, month, day) = self.ymd;
        let exists = day >= 1 && day <= days_of_month(year, month);
        let number = exists.then(|| day_number(year, month, day))?;
        self.weekday.is_none_or(|named| named == weekday(number)).then_some(number)
    }

    /// Whether the year is the one that stands for any.
    pub(super) fn is_of_any_year(&self) -> bool {
        self.ymd.0 == ANY_YEAR
    }

    /// Reads a field other than date and clock at the start of `text`; returns what follows it.
    pub(super) fn read<'t>(&mut self, field: Field, text: &'t [u8]) -> Option<&'t [u8]> {
        let rest;
        match field {
            Field::Literal(byte) => rest = text.strip_prefix(&[byte])?,
            Field::Year => (self.ymd.0, rest) = year(text)?,
            Field::ShortYear => (self.ymd.0, rest) = short_year(text)?,
            Field::Day(pad) => (self.ymd.2, rest) = number(text, pad)?,
            Field::Month(style) => {
                (self.ymd.1, rest) = style.read(&MONTHS, text)?;
                self.ymd.1 += 1;
            }
            Field::Weekday(style) => {
                let (weekday, after) = style.read(&WEEKDAYS, text)?;
                (self.weekday, rest) = (Some(weekday), after);
            }
            Field::Half(case) => {
                let (two, after) = text.split_first_chunk::<2>()?;
                self.half = (0..2).find(|half| *two == half_of_day(*half, case))?;
                rest = after;
            }
            Field::Days => (self.count, rest) = count(text, Pad::None)?,
            Field::Hours(pad) | Field::Minutes(pad) => (self.count, rest) = count(text, pad)?,
            Field::Minute(pad) => (self.minute, rest) = number(text, pad).filter(|found| found.0 < 60)?,
            Field::Second => (self.second, rest) = number(text, Pad::None).filter(|found| found.0 < 60)?,
            Field::Date | Field::Clock => return None,
        }
        Some(rest)
    }

    /// Prints a field other than date and clock.
    pub(super) fn write(&self, field: Field, line: &mut Line) -> Option<()> {
        let (year, month, day) = self.ymd;
        match field {
            Field::Literal(byte) => line.push(byte),
            Field::Year => line.year(year),
            Field::ShortYear => line.pair(two_digits(year)?, Pad::Zero),
            Field::Day(pad) => line.pair(day, pad),
            Field::Month(style) => style.write(name(&MONTHS, month - 1)).for_each(|letter| line.push(letter)),
            Field::Weekday(style) => {
                style.write(name(&WEEKDAYS, self.weekday?)).for_each(|letter| line.push(letter));
            }
            Field::Half(case) => half_of_day(self.half, case).into_iter().for_each(|byte| line.push(byte)),
            Field::Days => line.count(self.count, Pad::None)?,
            Field::Hours(pad) | Field::Minutes(pad) => line.count(self.count, pad)?,
            Field::Minute(pad) => line.pair(self.minute, pad),
            Field::Second => line.pair(self.second, Pad::None),
            Field::Date | Field::Clock => return None,
        }
        Some(())
    }
}

/// Sunday is 0.
fn weekday(day: i64) -> u32 {
    (day + 4).rem_euclid(7) as u32
}

fn name(names: &'static [&'static [u8]], number: u32) -> &'static [u8] {
    names.get(number as usize).copied().unwrap_or_default()
}

fn half_of_day(half: u32, case: Case) -> [u8; 2] {
    let upper = if half == 0 { *b"AM" } else { *b"PM" };
    if case == Case::Upper { upper } else { upper.map(|letter| letter.to_ascii_lowercase()) }
}

/// The last two digits of a year that they tell.
pub(super) fn two_digits(year: u32) -> Option<u32> {
    (1970..2070).contains(&year).then_some(year % 100)
}

/// Four digits.
pub(super) fn year(text: &[u8]) -> Option<(u32, &[u8])> {
    let (high, rest) = number(text, Pad::Zero)?;
    let (low, rest) = number(rest, Pad::Zero)?;
    Some((high * 100 + low, rest))
}

/// The last two digits of a year from 1970 to 2069.
pub(super) fn short_year(text: &[u8]) -> Option<(u32, &[u8])> {
    let (year, rest) = number(text, Pad::Zero)?;
    Some((year + if year < 70 { 2000 } else { 1900 }, rest))
}

/// Two digits, or one or two without a leading zero, or a blank and one digit.
#[inline(always)]
pub(super) fn number(text: &[u8], pad: Pad) -> Option<(u32, &[u8])> {
    let (&first, rest) = text.split_first()?;
    if pad == Pad::Blank && first == b' ' {
        let (&second, rest) = rest.split_first()?;
        return Some((digit(second)?, rest));
    }
    let first = digit(first)?;
    match rest.split_first().map(|(&second, rest)| (digit(second), rest)) {
        Some((Some(_), _)) if pad != Pad::Zero && first == 0 => None,
        Some((Some(second), rest)) => Some((first * 10 + second, rest)),
        _ if pad != Pad::None => None,
        _ => Some((first, rest)),
    }
}

/// Digits without needless zeros before them, but two at least where they are padded.
fn count(text: &[u8], pad: Pad) -> Option<(i64, &[u8])> {
    let length = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at_checked(length)?;
    let least = if pad == Pad::Zero { 2 } else { 1 };
    if length < least || length > MAX_DIGITS || (length > least && digits.first() == Some(&b'0')) {
        return None;
    }
    Some((digits.iter().fold(0, |sum, byte| sum * 10 + i64::from(byte & 15)), rest))
}

#[inline(always)]
fn digit(byte: u8) -> Option<u32> {
    byte.is_ascii_digit().then(|| u32::from(byte & 15))
}

/// A stamp as it is printed.
pub(super) struct Line {
    text: [u8; LONGEST],
    length: usize,
}

impl Line {
    pub(super) const fn new() -> Self {
        Self { text: [0; LONGEST], length: 0 }
    }

    pub(super) fn text(&self) -> &[u8] {
        self.text.get(..self.length).unwrap_or(&self.text)
    }

    pub(super) fn push(&mut self, byte: u8) {
        if let Some(slot) = self.text.get_mut(self.length) {
            *slot = byte;
            self.length += 1;
        }
    }

    /// A number below 100.
    pub(super) fn pair(&mut self, number: u32, pad: Pad) {
        match pad {
            Pad::Blank if number < 10 => self.push(b' '),
            Pad::None if number < 10 => {}
            _ => self.push(b'0' + (number / 10) as u8),
        }
        self.push(b'0' + (number % 10) as u8);
    }

    pub(super) fn year(&mut self, year: u32) {
        self.pair(year / 100, Pad::Zero);
        self.pair(year % 100, Pad::Zero);
    }

    fn count(&mut self, count: i64, pad: Pad) -> Option<()> {
        let count = u64::try_from(count).ok().filter(|count| *count < 10_u64.pow(MAX_DIGITS as u32))?;
        let least = if pad == Pad::Zero { 2 } else { 1 };
        let digits = count.checked_ilog10().map_or(1, |log| log + 1).max(least);
        (0..digits).rev().for_each(|place| self.push(b'0' + (count / 10_u64.pow(place) % 10) as u8));
        Some(())
    }
}
