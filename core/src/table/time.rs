//! Dates, times and durations as text to one integer and back, byte for byte.
//!
//! A [`Pattern`] says how a column writes its stamps: a template of literals and fields around a clock. What stands
//! around the clock stays the same for a *turn* of it: a day, half a day where AM or PM is written, an hour where a
//! duration counts hours, or a single value where there is no clock. A stamp's value counts the smallest unit that the
//! pattern writes (days, hours, minutes, seconds or a decimal part of a second) from 1970-01-01 00:00, or from midnight
//! where there is no date, or from nothing in a duration; zones are not computed with, they are literals.
//! Invariant: `print(parse(x)) == x` for whatever `parse` accepts. Called by the value maps of this room.
//!
//! Successive stamps mostly share their turn, so the text of the last one is kept in a [`Cache`].

mod calendar;
mod clock;
mod date;
mod detect;
mod field;
mod names;
mod wire;

use crate::num::text::{TEXT, Text, load, put};
use clock::{Clock, Lead};
use date::Date;
use field::{Field, LONGEST, Line, Parts};

/// Bytes of a template at most.
const MAX_FIELDS: usize = 32;

/// How a column writes its stamps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pattern {
    template: Template,
    date: Option<Date>,
    clock: Option<Clock>,
    kind: Kind,
}

/// What a pattern writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Days, and times of them.
    Moment,
    /// The same without the year.
    OfYear,
    /// Times of any day.
    OfDay,
    /// How long something takes, or a countdown: with a minus if it is negative.
    Duration,
}

/// Fields by their codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Template {
    codes: [u8; MAX_FIELDS],
    length: u8,
}

impl Template {
    fn new(codes: &[u8]) -> Option<Self> {
        let mut all = [0; MAX_FIELDS];
        all.get_mut(..codes.len())?.copy_from_slice(codes);
        Some(Self { codes: all, length: codes.len() as u8 })
    }

    fn codes(&self) -> &[u8] {
        self.codes.get(..self.length.into()).unwrap_or(&self.codes)
    }

    fn fields(&self) -> impl Iterator<Item = Field> {
        self.codes().iter().filter_map(|code| Field::of(*code))
    }

    fn has(&self, is: impl Fn(Field) -> bool) -> bool {
        self.fields().any(is)
    }
}

/// The turn that a pattern last read or printed. One cache serves one pattern.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cache {
    /// What stands before the clock, and what stands behind it, if they are long.
    text: [u8; LONGEST],
    head_length: u8,
    tail_length: u8,
    /// The first bytes of both, the first character in the lowest byte.
    head: u128,
    tail: u64,
    /// Ones where `head` has bytes.
    mask: u128,
    /// Whether head or tail have more bytes.
    long: bool,
    /// The first value of the turn, and how many values it has; no values: nothing cached.
    start: i64,
    span: u64,
}

impl Default for Cache {
    fn default() -> Self {
        Self::new()
    }
}

impl Cache {
    /// A cache that holds no turn.
    pub(crate) const fn new() -> Self {
        Self {
            text: [0; LONGEST],
            head_length: 0,
            tail_length: 0,
            head: 0,
            tail: 0,
            mask: 0,
            long: false,
            start: 0,
            span: 0,
        }
    }

    fn holding(head: &[u8], tail: &[u8], start: i64, span: u64) -> Self {
        // The last turn that integers reach is cut short: the smallest value does not follow the largest.
        let left = i64::MAX.abs_diff(start).saturating_add(1);
        let mut cache =
            Self { start, span: span.min(left), head: short(head), tail: load(tail), ..Self::new() };
        (cache.head_length, cache.tail_length) = (head.len() as u8, tail.len() as u8);
        cache.mask = u128::MAX.checked_shr(128 - 8 * head.len().min(16) as u32).unwrap_or(0);
        cache.long = head.len() > 16 || tail.len() > 8;
        if cache.long {
            let bytes = head.iter().chain(tail);
            cache.text.iter_mut().zip(bytes).for_each(|(slot, byte)| *slot = *byte);
        }
        cache
    }

    fn head_and_tail(&self) -> (&[u8], &[u8]) {
        let (head, rest) = self.text.split_at_checked(self.head_length.into()).unwrap_or((&self.text, &[]));
        (head, rest.get(..self.tail_length.into()).unwrap_or(rest))
    }

    /// What the clock shows, if `stamp` has the cached text around it.
    #[inline(always)]
    fn strip<'a>(&self, stamp: &'a [u8]) -> Option<&'a [u8]> {
        let head = match stamp.first_chunk::<16>() {
            Some(head) => u128::from_le_bytes(*head),
            None => short(stamp),
        };
        if (self.span == 0) | ((head ^ self.head) & self.mask != 0) {
            return None;
        }
        let rest = stamp.get(usize::from(self.head_length)..)?;
        if self.tail_length == 0 && !self.long {
            return Some(rest);
        }
        let (middle, tail) = rest.split_at_checked(rest.len().checked_sub(self.tail_length.into())?)?;
        (load(tail) == self.tail && (!self.long || self.surrounds(stamp, tail))).then_some(middle)
    }

    #[cold]
    fn surrounds(&self, stamp: &[u8], tail: &[u8]) -> bool {
        let all = self.head_and_tail();
        stamp.starts_with(all.0) && tail == all.1
    }

    /// Prints what stands before the clock; returns where it ends.
    #[inline(always)]
    fn print_head(&self, text: &mut Text) -> usize {
        if let Some(slot) = text.first_chunk_mut() {
            *slot = self.head.to_le_bytes();
        }
        if self.long {
            copy(text, 0, self.head_and_tail().0);
        }
        self.head_length.into()
    }

    /// Prints what stands behind the clock; returns where it ends.
    #[inline(always)]
    fn print_tail(&self, at: usize, text: &mut Text) -> usize {
        if self.long {
            copy(text, at, self.head_and_tail().1);
        } else {
            put(text, at, self.tail);
        }
        at + usize::from(self.tail_length)
    }
}

/// Copies bytes to a place, as far as they fit.
fn copy(text: &mut Text, at: usize, bytes: &[u8]) {
    text.iter_mut().skip(at).zip(bytes).for_each(|(slot, byte)| *slot = *byte);
}

/// At most sixteen bytes as a word, the first in the lowest byte.
#[inline(always)]
fn short(bytes: &[u8]) -> u128 {
    match bytes.split_first_chunk::<8>() {
        Some((low, high)) => u128::from(u64::from_le_bytes(*low)) | u128::from(load(high)) << 64,
        None => u128::from(load(bytes)),
    }
}

impl Pattern {
    /// A pattern of these parts, if every stamp of it can be read in one way only.
    fn new(template: &[u8], date: Option<Date>, clock: Option<Clock>) -> Option<Self> {
        let template = Template::new(template)?;
        let kind = if template.has(is_count) {
            Kind::Duration
        } else if template.has(|field| matches!(field, Field::Date | Field::Year | Field::ShortYear)) {
            Kind::Moment
        } else if template.has(|field| matches!(field, Field::Month(_))) {
            Kind::OfYear
        } else {
            Kind::OfDay
        };
        let pattern = Self { template, date, clock, kind };
        pattern.is_sound().then_some(pattern)
    }

    /// Whether it writes days, and no time of them.
    pub(crate) fn is_date(&self) -> bool {
        self.kind == Kind::Moment && self.clock.is_none()
    }

    /// How many values a day has, if it writes times of any day.
    pub(crate) fn units_of_day(&self) -> Option<u64> {
        (self.kind == Kind::OfDay).then(|| self.span() * self.turns_per_day().cast_unsigned())
    }

    /// Whether it has words, which are not to be taken for what stands around a number.
    pub(crate) fn has_words(&self) -> bool {
        let units = self.kind == Kind::Duration && self.template.codes().iter().any(u8::is_ascii_alphabetic);
        units
            || self
                .template
                .has(|field| matches!(field, Field::Month(_) | Field::Weekday(_) | Field::Half(_)))
    }

    /// Whether a cell is a stamp with words.
    pub(crate) fn is_in_words(cell: &[u8]) -> bool {
        cell.len() <= LONGEST && cell.iter().any(u8::is_ascii_digit) && Self::in_words(&[cell]).is_some()
    }

    /// The value of a stamp; `None` if the pattern would print that value differently.
    #[inline]
    pub(crate) fn parse(&self, stamp: &[u8], cache: &mut Cache) -> Option<i64> {
        if self.kind == Kind::Duration && stamp.first() == Some(&b'-') {
            return self.parse_negative(stamp, cache);
        }
        self.parse_size(stamp, cache)
    }

    #[inline(never)]
    fn parse_negative(&self, stamp: &[u8], cache: &mut Cache) -> Option<i64> {
        let size = self.parse_size(stamp.strip_prefix(b"-")?, cache)?;
        (size != 0).then_some(-size)
    }

    #[inline(always)]
    fn parse_size(&self, stamp: &[u8], cache: &mut Cache) -> Option<i64> {
        if let Some(middle) = cache.strip(stamp) {
            let units = match &self.clock {
                Some(clock) => clock.parse(middle),
                None => middle.is_empty().then_some(0),
            };
            if let Some(units) = units {
                return cache.start.checked_add_unsigned(units);
            }
        }
        self.read(stamp, cache)
    }

    /// Prints the stamp of a value and returns its length; `None` where the pattern has no such stamp.
    #[inline]
    pub(crate) fn print(&self, value: i64, cache: &mut Cache, text: &mut Text) -> Option<usize> {
        if self.kind == Kind::Duration && value < 0 {
            return self.print_negative(value, cache, text);
        }
        self.print_size(value, cache, text)
    }

    #[inline(always)]
    fn print_size(&self, value: i64, cache: &mut Cache, text: &mut Text) -> Option<usize> {
        let mut offset = value.wrapping_sub(cache.start).cast_unsigned();
        if offset >= cache.span {
            self.write(value, cache)?;
            offset = value.wrapping_sub(cache.start).cast_unsigned();
        }
        let mut at = cache.print_head(text);
        if let Some(clock) = self.clock {
            at = clock.print(offset, at, text);
        }
        Some(cache.print_tail(at, text))
    }

    fn print_negative(&self, value: i64, cache: &mut Cache, text: &mut Text) -> Option<usize> {
        let mut size = [0; TEXT];
        let length = self.print_size(value.checked_neg()?, cache, &mut size)?;
        copy(text, 0, b"-");
        copy(text, 1, size.get(..length)?);
        Some(length + 1)
    }

    /// How many values have the same text around their clock.
    fn span(&self) -> u64 {
        self.clock.map_or(1, |clock| clock.units())
    }

    /// Reads a stamp field by field, and keeps its turn.
    #[inline(never)]
    fn read(&self, stamp: &[u8], cache: &mut Cache) -> Option<i64> {
        let (mut parts, mut units, mut rest) = (Parts::NONE, 0, stamp);
        // Where there is no clock, all is head.
        let mut clock_at = stamp.len()..stamp.len();
        for field in self.template.fields() {
            rest = match (field, self.date, self.clock) {
                (Field::Date, Some(date), _) => {
                    let (ymd, rest) = date.read(rest)?;
                    parts.ymd = ymd;
                    rest
                }
                (Field::Clock, _, Some(clock)) => {
                    let (shown, behind) = rest.split_at_checked(clock.measure(rest))?;
                    units = clock.parse(shown)?;
                    clock_at = stamp.len() - rest.len()..stamp.len() - behind.len();
                    behind
                }
                (field, ..) => parts.read(field, rest)?,
            };
        }
        if !rest.is_empty() {
            return None;
        }
        let start = self.turn(&parts)?.checked_mul(self.span().cast_signed())?;
        let (head, tail) = (stamp.get(..clock_at.start)?, stamp.get(clock_at.end..)?);
        *cache = Cache::holding(head, tail, start, self.span());
        start.checked_add_unsigned(units)
    }

    /// Prints what stands around the clock at a value into the cache.
    #[inline(never)]
    fn write(&self, value: i64, cache: &mut Cache) -> Option<()> {
        let turn = value.div_euclid(self.span().cast_signed());
        let parts = self.parts(turn)?;
        let mut line = Line::new();
        let mut head_length = None;
        for field in self.template.fields() {
            match (field, self.date) {
                (Field::Date, Some(date)) => date.write(parts.ymd, &mut line)?,
                (Field::Clock, _) => head_length = Some(line.text().len()),
                (field, _) => parts.write(field, &mut line)?,
            }
        }
        let text = line.text();
        let (head, tail) = text.split_at_checked(head_length.unwrap_or(text.len()))?;
        *cache = Cache::holding(head, tail, turn.checked_mul(self.span().cast_signed())?, self.span());
        Some(())
    }

    /// How many turns a day has.
    fn turns_per_day(&self) -> i64 {
        if self.clock.is_some_and(|clock| clock.lead == Lead::HoursOfHalf) { 2 } else { 1 }
    }

    /// The number of the turn that these parts name.
    fn turn(&self, parts: &Parts) -> Option<i64> {
        let day = match self.kind {
            Kind::Moment | Kind::OfYear => parts.day()?,
            Kind::OfDay => 0,
            Kind::Duration => return self.turn_of_duration(parts),
        };
        Some(day * self.turns_per_day() + i64::from(parts.half))
    }

    fn turn_of_duration(&self, parts: &Parts) -> Option<i64> {
        let mut turn = parts.count;
        if self.template.has(is_minute) {
            turn = turn.checked_mul(60)?.checked_add(parts.minute.into())?;
        }
        if self.template.has(|field| field == Field::Second) {
            turn = turn.checked_mul(60)?.checked_add(parts.second.into())?;
        }
        Some(turn)
    }

    /// What a turn is written with.
    fn parts(&self, turn: i64) -> Option<Parts> {
        let (day, half) = (turn.div_euclid(self.turns_per_day()), turn.rem_euclid(self.turns_per_day()));
        let parts = match self.kind {
            Kind::Moment => Parts::of_day(day)?,
            Kind::OfYear => Parts::of_day(day).filter(Parts::is_of_any_year)?,
            Kind::OfDay => (day == 0).then_some(Parts::NONE)?,
            Kind::Duration => self.parts_of_duration(turn),
        };
        Some(Parts { half: half as u32, ..parts })
    }

    fn parts_of_duration(&self, turn: i64) -> Parts {
        let mut parts = Parts { count: turn, ..Parts::NONE };
        if self.template.has(|field| field == Field::Second) {
            (parts.count, parts.second) = (parts.count / 60, (parts.count % 60) as u32);
        }
        if self.template.has(is_minute) {
            (parts.count, parts.minute) = (parts.count / 60, (parts.count % 60) as u32);
        }
        parts
    }
}

fn is_count(field: Field) -> bool {
    matches!(field, Field::Days | Field::Hours(_) | Field::Minutes(_))
}

fn is_minute(field: Field) -> bool {
    matches!(field, Field::Minute(_))
}

#[cfg(test)]
mod tests;
