//! A pattern as bytes.
//!
//! ```text
//! head u8: template bytes | 64 the date's separator is `-` | 128 the clock's separator is `:`
//! template
//! if the template has a date:
//!     style u8: order (0 YMD, 1 DMY, 2 MDY) | 4 short year | 8 padded month | 16 padded day
//!     separator u8, 0 none, unless the head tells it
//! if it has a clock:
//!     style u8: unit (0 hours, 1 to minutes, 2 to seconds) | 4 padded hour | 8 fraction | 16 whole seconds without it
//!     separator u8, 0 none, unless the head tells it
//!     if it has a fraction: digits u8, point u8
//! ```
//! What the clock leads with follows from the template, so every pattern has one form.

use super::clock::{Clock, Lead, Unit};
use super::date::{Date, Order};
use super::field::{Field, LONGEST, Pad};
use super::{Kind, Pattern, is_count, is_minute};
use alloc::vec::Vec;

/// The code of a clock, and of one that has a blank before hours below ten.
const CLOCK: u8 = 2;
const BLANK_CLOCK: u8 = 3;
/// Bits of the head, and the separators that they stand for.
const DASHED: u8 = 64;
const DASH: u8 = b'-';
const COLONED: u8 = 128;
const COLON: u8 = b':';

impl Pattern {
    /// The pattern as it travels.
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        let dashed = self.date.is_some_and(|date| date.separator == DASH);
        let coloned = self.clock.is_some_and(|clock| clock.separator == COLON);
        let flags = if dashed { DASHED } else { 0 } | if coloned { COLONED } else { 0 };
        let mut out = Vec::from([self.template.length | flags]);
        out.extend(self.template.codes());
        if let Some(date) = self.date {
            out.push(
                date.order as u8
                    | u8::from(date.short_year) << 2
                    | u8::from(date.padded_month) << 3
                    | u8::from(date.padded_day) << 4,
            );
            out.extend((!dashed).then_some(date.separator));
        }
        if let Some(clock) = self.clock {
            out.push(
                clock.unit as u8
                    | u8::from(clock.hour == Pad::Zero) << 2
                    | u8::from(clock.fraction > 0) << 3
                    | u8::from(clock.elastic) << 4,
            );
            out.extend((!coloned).then_some(clock.separator));
            if clock.fraction > 0 {
                out.extend([clock.fraction, clock.point]);
            }
        }
        out
    }

    /// The pattern at the start of `bytes` and what follows it; `None` for what [`Pattern::to_bytes`] never writes.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (&head, rest) = bytes.split_first()?;
        let (template, mut rest) = rest.split_at_checked((head & !(DASHED | COLONED)).into())?;
        let (mut date, mut clock) = (None, None);
        if template.iter().any(|code| Field::of(*code) == Some(Field::Date)) {
            let (style, separator);
            (style, separator, rest) = style_and_separator(rest, (head & DASHED != 0).then_some(DASH))?;
            date = Some(date_of(style, separator)?);
        }
        if template.iter().any(|code| Field::of(*code) == Some(Field::Clock)) {
            let (style, separator);
            (style, separator, rest) = style_and_separator(rest, (head & COLONED != 0).then_some(COLON))?;
            let found;
            (found, rest) = clock_of(template, style, separator, rest)?;
            clock = Some(found);
        }
        let pattern = Self::new(template, date, clock)?;
        bytes.starts_with(&pattern.to_bytes()).then_some((pattern, rest))
    }

    /// Whether every stamp of the pattern can be read in one way only.
    pub(super) fn is_sound(&self) -> bool {
        self.template.codes().iter().all(|code| Field::of(*code).is_some())
            && self.counts_are_sound()
            && self.date.is_none_or(|date| date.is_sound())
            && self.clock.is_none_or(|clock| {
                clock.is_sound() && clock.lead == lead(self.template.codes()) && self.pad_is_told(clock)
            })
            && self.neighbours_are_sound()
            && self.longest() <= LONGEST
    }

    /// Whether it has the fields that its kind takes, each once.
    fn counts_are_sound(&self) -> bool {
        let count = |is: &dyn Fn(Field) -> bool| self.template.fields().filter(|field| is(*field)).count();
        let dates = count(&|field| field == Field::Date);
        let clocks = count(&|field| field == Field::Clock);
        let years = count(&|field| matches!(field, Field::Year | Field::ShortYear));
        let months = count(&|field| matches!(field, Field::Month(_)));
        let days = count(&|field| matches!(field, Field::Day(_)));
        let weekdays = count(&|field| matches!(field, Field::Weekday(_)));
        let halves = count(&|field| matches!(field, Field::Half(_)));
        let (counts, minutes, seconds) =
            (count(&is_count), count(&is_minute), count(&|field| field == Field::Second));
        let told = (self.date.is_some(), self.clock.is_some()) == (dates == 1, clocks == 1);
        let of_clock = match self.kind {
            Kind::Duration => halves == 0,
            _ => halves <= clocks,
        };
        let fields = match self.kind {
            Kind::Moment => {
                let digits = (dates, years, months, days) == (1, 0, 0, 0);
                let named = (dates, years, months, days) == (0, 1, 1, 1);
                (digits || named) && weekdays <= 1 && (counts, minutes, seconds) == (0, 0, 0)
            }
            Kind::OfYear => {
                (dates, years, months, days, weekdays) == (0, 0, 1, 1, 0)
                    && (counts, minutes, seconds) == (0, 0, 0)
            }
            Kind::OfDay => {
                (dates + years + months + days + weekdays, clocks) == (0, 1)
                    && (counts, minutes, seconds) == (0, 0, 0)
            }
            Kind::Duration => {
                dates + years + months + days + weekdays == 0 && counts == 1 && self.duration_is_sound()
            }
        };
        told && clocks <= 1 && of_clock && fields
    }

    /// Whether each unit of a duration follows the next larger one.
    fn duration_is_sound(&self) -> bool {
        let units: Vec<Field> =
            self.template.fields().filter(|field| !matches!(field, Field::Literal(_))).collect();
        let signed = self.template.codes().first() == Some(&b'-');
        !signed
            && matches!(
                *units,
                [Field::Days | Field::Hours(_) | Field::Minutes(_), Field::Clock]
                    | [Field::Hours(_), Field::Minute(_)]
                    | [Field::Hours(_), Field::Minute(_), Field::Clock | Field::Second]
                    | [Field::Minutes(_), Field::Second]
            )
    }

    /// Whether the code of the clock and its style say the same of hours.
    fn pad_is_told(&self, clock: Clock) -> bool {
        self.template.codes().contains(&BLANK_CLOCK) == (clock.hour == Pad::Blank)
    }

    /// Whether it is told by each field where it ends.
    fn neighbours_are_sound(&self) -> bool {
        let next = self.template.fields().skip(1).map(Some).chain([None]);
        self.template.fields().zip(next).all(|(field, next)| {
            let open = match field {
                Field::Date => self.date.is_some_and(|date| date.ends_open()),
                Field::Clock => self.clock.is_some_and(|clock| clock.ends_open()),
                field => field.ends_open(),
            };
            let has_point = |clock: Clock| clock.elastic && next == Some(Field::Literal(clock.point));
            let more = field == Field::Clock && self.clock.is_some_and(has_point);
            !more && (!open || !next.is_some_and(Field::begins_with_digit))
        })
    }

    /// Bytes of a stamp at most.
    fn longest(&self) -> usize {
        let fields: usize = self.template.fields().map(Field::longest).sum();
        let date = if self.date.is_some() { 10 } else { 0 };
        let sign = usize::from(self.kind == Kind::Duration);
        fields + date + sign + self.clock.map_or(0, |clock| clock.longest())
    }
}

/// A style and the separator, unless that is known, and what follows them.
fn style_and_separator(bytes: &[u8], known: Option<u8>) -> Option<(u8, u8, &[u8])> {
    match (known, bytes) {
        (Some(separator), [style, rest @ ..]) => Some((*style, separator, rest)),
        (None, [style, separator, rest @ ..]) => Some((*style, *separator, rest)),
        _ => None,
    }
}

fn date_of(style: u8, separator: u8) -> Option<Date> {
    let order = match style & 3 {
        0 => Order::YearMonthDay,
        1 => Order::DayMonthYear,
        2 => Order::MonthDayYear,
        _ => return None,
    };
    Some(Date {
        order,
        separator,
        short_year: style & 4 != 0,
        padded_month: style & 8 != 0,
        padded_day: style & 16 != 0,
    })
}

fn clock_of<'b>(template: &[u8], style: u8, separator: u8, mut rest: &'b [u8]) -> Option<(Clock, &'b [u8])> {
    let unit = match style & 3 {
        0 => Unit::Hours,
        1 => Unit::Minutes,
        2 => Unit::Seconds,
        _ => return None,
    };
    let hour = match style & 4 {
        0 if template.contains(&BLANK_CLOCK) => Pad::Blank,
        0 => Pad::None,
        _ => Pad::Zero,
    };
    let (mut fraction, mut point) = (0, 0);
    if style & 8 != 0 {
        let (&[digits, between], behind) = rest.split_first_chunk()?;
        (fraction, point, rest) = (digits, between, behind);
    }
    let elastic = style & 16 != 0;
    Some((Clock { lead: lead(template), unit, separator, hour, fraction, point, elastic }, rest))
}

/// What the clock of a template leads with: what is left by the larger units before it.
pub(super) fn lead(template: &[u8]) -> Lead {
    let has = |is: fn(Field) -> bool| template.iter().filter_map(|code| Field::of(*code)).any(is);
    if has(|field| matches!(field, Field::Half(_))) {
        Lead::HoursOfHalf
    } else if has(|field| matches!(field, Field::Minutes(_) | Field::Minute(_))) {
        Lead::Seconds
    } else if has(|field| matches!(field, Field::Hours(_))) {
        Lead::Minutes
    } else {
        Lead::Hours
    }
}

/// The code that a template has for a clock of such hours.
pub(super) fn code_of_clock(hour: Pad) -> u8 {
    if hour == Pad::Blank { BLANK_CLOCK } else { CLOCK }
}
