//! A date in digits alone.

use super::field::{Line, Pad, Ymd, number, short_year, two_digits, year};

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
    /// Year, month and day at the start of `text`, and what follows them; whether there is such a day is not looked at.
    pub(super) fn read<'a>(&self, text: &'a [u8]) -> Option<(Ymd, &'a [u8])> {
        let mut ymd = (0, 0, 0);
        let mut rest = text;
        for (place, field) in self.order.fields().into_iter().enumerate() {
            if place > 0 && self.separator != 0 {
                rest = rest.strip_prefix(&[self.separator])?;
            }
            match field {
                Field::Year if self.short_year => (ymd.0, rest) = short_year(rest)?,
                Field::Year => (ymd.0, rest) = year(rest)?,
                Field::Month => (ymd.1, rest) = number(rest, Pad::zeros(self.padded_month))?,
                Field::Day => (ymd.2, rest) = number(rest, Pad::zeros(self.padded_day))?,
            }
        }
        Some((ymd, rest))
    }

    /// Prints a date.
    pub(super) fn write(&self, (year, month, day): Ymd, line: &mut Line) -> Option<()> {
        for (place, field) in self.order.fields().into_iter().enumerate() {
            if place > 0 && self.separator != 0 {
                line.push(self.separator);
            }
            match field {
                Field::Year if self.short_year => line.pair(two_digits(year)?, Pad::Zero),
                Field::Year => line.year(year),
                Field::Month => line.pair(month, Pad::zeros(self.padded_month)),
                Field::Day => line.pair(day, Pad::zeros(self.padded_day)),
            }
        }
        Some(())
    }

    /// Whether its last field may have one digit or two.
    pub(super) fn ends_open(&self) -> bool {
        match self.order {
            Order::YearMonthDay => !self.padded_day,
            Order::DayMonthYear | Order::MonthDayYear => false,
        }
    }

    pub(super) fn is_sound(&self) -> bool {
        !self.separator.is_ascii_digit() && (self.separator != 0 || (self.padded_month && self.padded_day))
    }
}
