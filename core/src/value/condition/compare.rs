//! One comparison: of a cell with a value, and of what is known of many cells with it.

use crate::num::Decimal;
use crate::value::{
    Form, Moment, Number, Order, Range, Summary, bare, is_missing, moment::count_bounds, summary::MINUTE,
};
use alloc::{borrow::ToOwned, string::String, vec::Vec};
use core::cmp::Ordering;

/// How a cell has to compare with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// `=`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
    /// `is null`: there is no value to compare with, and the cell has none.
    Null,
}

/// A comparison of the cells of a column with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// The column, or one of dates and one of times of day, which together tell the time.
    pub columns: Vec<String>,
    /// How its cells have to compare.
    pub relation: Relation,
    text: String,
    number: Option<Number>,
    moment: Option<Moment>,
    order: Order,
}

/// What can be said of a row of which not all is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Possible {
    /// It may be true.
    pub truth: bool,
    /// It may be false.
    pub falsehood: bool,
}

impl Possible {
    /// Nothing is known.
    pub const ANYTHING: Self = Self { truth: true, falsehood: true };
    pub(super) const TRUE: Self = Self { truth: true, falsehood: false };
    pub(super) const FALSE: Self = Self { truth: false, falsehood: true };
    /// No cell says anything.
    const NOTHING: Self = Self { truth: false, falsehood: false };

    pub(super) fn not(self) -> Self {
        Self { truth: self.falsehood, falsehood: self.truth }
    }
}

impl Comparison {
    /// Returns the comparison of a column with a value as it is written.
    pub fn new(column: &str, relation: Relation, text: &str) -> Self {
        // A number is a time only where a time is asked for.
        let moment = Moment::parse(text.as_bytes(), Order::DayFirst);
        Self {
            columns: alloc::vec![column.to_owned()],
            relation,
            text: text.to_owned(),
            number: Number::parse(text.as_bytes()),
            moment: moment.filter(|moment| moment.form != Form::Count),
            order: Order::DayFirst,
        }
    }

    /// Returns the comparison of columns that tell the time, in dates of that order; `None` if `text` tells none.
    pub fn of_time(columns: Vec<String>, relation: Relation, text: &str, order: Order) -> Option<Self> {
        let moment = Some(Moment::parse(text.as_bytes(), order)?);
        Some(Self { columns, relation, text: text.to_owned(), number: None, moment, order })
    }

    /// Whether its value is a time, so that the order of the column's dates matters.
    pub fn is_of_time(&self) -> bool {
        self.moment.is_some()
    }

    /// Says in which order the column's dates are written.
    pub fn set_order(&mut self, order: Order) {
        self.order = order;
        if self.moment.is_some() {
            self.moment = Moment::parse(self.text.as_bytes(), order);
        }
    }

    /// Whether its value has no order: words are only equal or not.
    pub(super) fn is_of_words(&self) -> bool {
        self.number.is_none() && self.moment.is_none()
    }

    /// What it says of a cell; `None` if that says nothing.
    pub fn holds(&self, cell: &[u8]) -> Option<bool> {
        let cell = bare(cell);
        if self.relation == Relation::Null {
            return Some(is_missing(cell));
        }
        if cell.is_empty() && !self.text.is_empty() {
            return None;
        }
        let numbers = || Some(Number::parse(cell)?.compare(self.number.as_ref()?));
        let moments = || {
            let wanted = self.moment.as_ref()?;
            Some(Moment::parse(cell, self.order)?.compare(wanted))
        };
        match numbers().or_else(moments) {
            Some(ordering) => Some(self.relation.is_met(ordering)),
            None if !self.is_of_words() && is_missing(cell) => None,
            None if cell == self.text.as_bytes() => Some(self.relation.is_met(Ordering::Equal)),
            None => Some(self.relation == Relation::Unequal),
        }
    }

    /// What it can say of cells of which only this is known; of two columns, the `summary` is that of the dates.
    pub fn possible(&self, summary: &Summary) -> Possible {
        let filled = summary.cells.saturating_sub(summary.blank).saturating_sub(summary.missing);
        // A time of day without its date is a time as well.
        if self.columns.len() > 1 && filled < summary.cells {
            return Possible::ANYTHING;
        }
        if self.relation == Relation::Null {
            return Possible { truth: filled < summary.cells, falsehood: filled > 0 };
        }
        if self.is_of_words() {
            return Possible::ANYTHING;
        }
        match summary.range {
            Range::Empty => Possible::NOTHING,
            Range::Numbers { min, max, .. } => match (&self.number, &self.moment) {
                (Some(number), _) => {
                    let compare = |bound| Number::Short(bound).compare(number);
                    self.relation.possible(compare(min), compare(max))
                }
                (None, Some(moment)) => self.possible_counts(min, max, moment),
                (None, None) => Possible::ANYTHING,
            },
            Range::Times { .. } => {
                self.moment.as_ref().map_or(Possible::ANYTHING, |moment| self.possible_times(summary, moment))
            }
            Range::Long | Range::Other => Possible::ANYTHING,
        }
    }

    /// The same of counts since 1970 within these numbers, as times. Numbers that are no counts are words here.
    fn possible_counts(&self, min: Decimal, max: Decimal, moment: &Moment) -> Possible {
        let bounds = count_bounds(min, max).filter(|_| self.relation != Relation::Unequal);
        let Some((low, high)) = bounds else {
            return Possible::ANYTHING;
        };
        let possible = self.relation.possible(low.compare(moment), high.compare(moment));
        Possible { falsehood: true, ..possible }
    }

    fn possible_times(&self, summary: &Summary, moment: &Moment) -> Possible {
        let Range::Times { min, max, unit, ahead } = summary.range else { return Possible::ANYTHING };
        let at = |count: i64| i128::from(count) * i128::from(unit.nanoseconds());
        let (mut low, mut high) = (at(min), at(max));
        let wanted = match (ahead, moment.ahead()) {
            (Some(_), Some(_)) => moment.nanoseconds(),
            (zones, _) => {
                let (behind, ahead) = zones.unwrap_or_default();
                low += i128::from(behind) * MINUTE;
                high += i128::from(ahead) * MINUTE;
                moment.wall()
            }
        };
        if self.columns.len() > 1 {
            // The time of day comes on top, and nobody has said that all cells have one.
            high += DAY;
            return Possible {
                falsehood: true,
                ..self.relation.possible(low.cmp(&wanted), high.cmp(&wanted))
            };
        }
        self.relation.possible(low.cmp(&wanted), high.cmp(&wanted))
    }
}

/// Nanoseconds of a day, and of an hour that clocks may show after it.
const DAY: i128 = 25 * 60 * MINUTE;

impl Relation {
    fn is_met(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering == Ordering::Equal,
            Self::Unequal => ordering != Ordering::Equal,
            Self::Less => ordering == Ordering::Less,
            Self::AtMost => ordering != Ordering::Greater,
            Self::More => ordering == Ordering::Greater,
            Self::AtLeast => ordering != Ordering::Less,
            Self::Null => false,
        }
    }

    /// What it can say of values of which the smallest and the largest compare so.
    fn possible(self, low: Ordering, high: Ordering) -> Possible {
        let is_inside = low != Ordering::Greater && high != Ordering::Less;
        let is_all = low == Ordering::Equal && high == Ordering::Equal;
        match self {
            Self::Equal => Possible { truth: is_inside, falsehood: !is_all },
            Self::Unequal => Possible { truth: !is_all, falsehood: is_inside },
            // What holds of any holds of an end.
            _ => Possible {
                truth: self.is_met(low) || self.is_met(high),
                falsehood: !self.is_met(low) || !self.is_met(high),
            },
        }
    }
}
