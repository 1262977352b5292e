//! Conditions that rows are asked to meet: `--where`, `--since`, `--until`. All of them have to hold; a cell that says
//! nothing meets none but `COLUMN=`.

use super::{
    names,
    section::{self, Section},
};
use crate::{
    failure::{Failure, Outcome},
    text::{plain, span::Span},
};
use qres_core::{
    Error,
    table::{Layout, Pick},
    value::{Form, Moment, Number, Order, bare},
};
use std::{cmp::Ordering, iter::zip};

/// A filter as typed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    pub(crate) conditions: Vec<String>,
    pub(crate) since: Option<String>,
    pub(crate) until: Option<String>,
}

/// How a cell has to compare with what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
}

/// The signs of relations, the longer ones first.
const SIGNS: [(&str, Relation); 7] = [
    ("==", Relation::Equal),
    ("!=", Relation::Unequal),
    ("<=", Relation::AtMost),
    (">=", Relation::AtLeast),
    ("=", Relation::Equal),
    ("<", Relation::Less),
    (">", Relation::More),
];

/// A condition on the cells of one column, or of two that tell date and time together.
#[derive(Debug, Clone)]
struct Condition {
    columns: Vec<String>,
    relation: Relation,
    value: Value,
    order: Order,
}

/// The value that cells are compared with.
#[derive(Debug, Clone)]
struct Value {
    text: String,
    number: Option<Number>,
    moment: Option<Moment>,
}

/// The conditions on a table.
#[derive(Debug, Clone)]
pub(crate) struct Filter {
    conditions: Vec<Condition>,
    /// Where the cells of each column of each condition are, if the part that is read has them.
    picks: Vec<Option<Pick>>,
}

/// Rows that are looked at to find the column of times.
pub(crate) const LOOK: u64 = 64;

impl Wanted {
    /// Whether every row is wanted.
    pub(crate) fn is_all(&self) -> bool {
        self.conditions.is_empty() && self.since.is_none() && self.until.is_none()
    }
}

impl Filter {
    /// What `wanted` means in a table that begins with this section.
    pub(crate) fn find(
        wanted: &Wanted,
        layout: &Layout,
        section: &Section<'_>,
        holder: &str,
    ) -> Result<Outcome<Self>, Error> {
        let mut conditions = Vec::new();
        for text in &wanted.conditions {
            match Condition::parse(text, layout, holder) {
                Ok(condition) => conditions.push(condition),
                Err(failure) => return Ok(Err(failure)),
            }
        }
        let bounds = [(&wanted.since, Relation::AtLeast), (&wanted.until, Relation::Less)];
        if wanted.since.is_some() || wanted.until.is_some() {
            let Some((columns, order)) = time_columns(layout, section)? else {
                let what = format!("no column of {holder} tells the time");
                let hint = "say which column to compare, as in `--where 'COLUMN>=VALUE'`";
                return Ok(Err(Failure::usage(what, hint)));
            };
            for (text, relation) in bounds {
                let Some(text) = text else { continue };
                match Condition::of_time(columns.clone(), relation, text, order) {
                    Ok(condition) => conditions.push(condition),
                    Err(failure) => return Ok(Err(failure)),
                }
            }
        }
        for condition in &mut conditions {
            condition.look(layout, section)?;
        }
        let mut filter = Self { conditions, picks: Vec::new() };
        filter.enter(layout);
        Ok(Ok(filter))
    }

    /// Goes on with a part of this layout.
    pub(crate) fn enter(&mut self, layout: &Layout) {
        let columns = self.conditions.iter().flat_map(|condition| &condition.columns);
        self.picks = columns.map(|name| names::find(layout, name).map(|(pick, _)| pick)).collect();
    }

    /// The lines among `span` that meet all conditions.
    pub(crate) fn lines(
        &self,
        section: &Section<'_>,
        layout: &Layout,
        span: Span,
    ) -> Result<Vec<u64>, Error> {
        let cells = section.cells(layout, &self.picks, span)?;
        let mut columns = cells.columns.iter();
        let mut holds = vec![true; cells.lines.len()];
        for condition in &self.conditions {
            let first = columns.next().map(Vec::as_slice).unwrap_or_default();
            let second = condition.columns.get(1).and_then(|_| columns.next());
            match second {
                None => zip(&mut holds, section::each(first))
                    .for_each(|(holds, cell)| *holds &= condition.is_met(cell)),
                Some(second) => {
                    let pairs = zip(section::each(first), section::each(second));
                    zip(&mut holds, pairs).for_each(|(holds, (date, clock))| {
                        *holds &= condition.is_met(&[date, b" ", clock].concat());
                    });
                }
            }
        }
        Ok(zip(cells.lines, holds).filter(|(_, holds)| *holds).map(|(line, _)| line).collect())
    }
}

impl Condition {
    /// Reads `temp>20`, `state=on` or `time<2025-10-25 13:00`: the longest name in front of a sign that is a column's.
    fn parse(text: &str, layout: &Layout, holder: &str) -> Outcome<Self> {
        let mut places: Vec<(usize, &str, Relation)> = Vec::new();
        for at in 0..text.len() {
            let sign =
                SIGNS.iter().find(|(sign, _)| text.get(at..).is_some_and(|rest| rest.starts_with(sign)));
            places.extend(sign.map(|(sign, relation)| (at, *sign, *relation)));
        }
        let Some(first) = places.first().copied() else {
            let what = format!("`{}` is no condition", plain::printable(text));
            return Err(Failure::usage(
                what,
                "a column, a sign and a value, such as 'temp>20' or 'state=on'",
            ));
        };
        let is_known =
            |(at, ..): &&(usize, &str, Relation)| names::find(layout, text[..*at].trim()).is_some();
        let (at, sign, relation) = *places.iter().rfind(is_known).unwrap_or(&first);
        let name = text[..at].trim();
        names::pick(layout, name, holder)?;
        let value = Value::new(text[at + sign.len()..].trim());
        let ordered = !matches!(relation, Relation::Equal | Relation::Unequal);
        if ordered && value.number.is_none() && value.moment.is_none() {
            let what = format!("`{}` compares with neither a number nor a time", plain::printable(text));
            return Err(Failure::usage(what, "words are only equal or not: `=` or `!=`"));
        }
        Ok(Self { columns: vec![name.to_owned()], relation, value, order: Order::DayFirst })
    }

    /// A condition on the columns of times.
    fn of_time(columns: Vec<String>, relation: Relation, text: &str, order: Order) -> Outcome<Self> {
        let mut value = Value::new(text);
        value.moment = Moment::parse(text.as_bytes(), order);
        value.number = None;
        if value.moment.is_none() {
            let what = format!("`{}` is no time", plain::printable(text));
            let hint = "write it as the column does, as 2025-10-25T13:40:00, or in seconds since 1970";
            return Err(Failure::usage(what, hint));
        }
        Ok(Self { columns, relation, value, order })
    }

    /// Finds out the order of the column's dates.
    fn look(&mut self, layout: &Layout, section: &Section<'_>) -> Result<(), Error> {
        if self.value.moment.is_some() && self.columns.len() == 1 {
            let picks = [names::find(layout, &self.columns[0]).map(|(pick, _)| pick)];
            let cells = section.cells(layout, &picks, Span::ALL)?;
            self.order = Moment::order(section::each(&cells.columns[0]));
            self.value.moment = Moment::parse(self.value.text.as_bytes(), self.order);
        }
        Ok(())
    }

    fn is_met(&self, cell: &[u8]) -> bool {
        let cell = bare(cell);
        if cell.is_empty() && !self.value.text.is_empty() {
            return false;
        }
        let moments = || {
            let wanted = self.value.moment.as_ref()?;
            Some(Moment::parse(cell, self.order)?.compare(wanted))
        };
        let numbers = || Some(Number::parse(cell)?.compare(self.value.number.as_ref()?));
        let ordering = match numbers().or_else(moments) {
            Some(ordering) => ordering,
            None if cell == self.value.text.as_bytes() => Ordering::Equal,
            None => return self.relation == Relation::Unequal,
        };
        match self.relation {
            Relation::Equal => ordering == Ordering::Equal,
            Relation::Unequal => ordering != Ordering::Equal,
            Relation::Less => ordering == Ordering::Less,
            Relation::AtMost => ordering != Ordering::Greater,
            Relation::More => ordering == Ordering::Greater,
            Relation::AtLeast => ordering != Ordering::Less,
        }
    }
}

impl Value {
    fn new(text: &str) -> Self {
        let number = Number::parse(text.as_bytes());
        // A number is a time only where a time is asked for.
        let moment =
            Moment::parse(text.as_bytes(), Order::DayFirst).filter(|moment| moment.form != Form::Count);
        Self { text: text.to_owned(), number, moment }
    }
}

/// The columns that tell the time, and the order of their dates: the first with dates, and the times of day behind it; else
/// the first that counts seconds since 1970; else one that is called so; else one with times of day.
fn time_columns(layout: &Layout, section: &Section<'_>) -> Result<Option<(Vec<String>, Order)>, Error> {
    let names = layout.names();
    let name = |column: usize| {
        let name = names.get(column).cloned().flatten().and_then(|name| String::from_utf8(name).ok());
        name.filter(|name| !name.is_empty()).unwrap_or_else(|| (column + 1).to_string())
    };
    let picks: Vec<_> = (0..layout.columns()).map(|column| Pick::column(layout, column)).collect();
    let all = section.cells(layout, &picks, Span { start: 0, end: LOOK })?.columns;
    let forms: Vec<Option<Form>> = all.iter().map(|cells| form(cells)).collect();
    let first = |wanted: Form| forms.iter().position(|form| *form == Some(wanted));
    let called = || {
        let like = ["time", "timestamp", "ts", "date", "datetime", "epoch", "t"];
        (0..names.len()).find(|column| like.contains(&&*name(*column).to_lowercase()))
    };
    let date = first(Form::DateTime).into_iter().chain(first(Form::Date)).min();
    let found = date
        .or_else(|| first(Form::Count).filter(|column| is_clock(&all[*column])))
        .or_else(called)
        .or_else(|| first(Form::Clock));
    let Some(column) = found else { return Ok(None) };
    let order = Moment::order(section::each(&all[column]));
    let mut columns = vec![name(column)];
    let beside = forms.get(column + 1).copied().flatten();
    if forms[column] == Some(Form::Date) && beside == Some(Form::Clock) {
        columns.push(name(column + 1));
    }
    Ok(Some((columns, order)))
}

/// How nine in ten of these cells tell the time, those aside that say nothing.
fn form(cells: &[u8]) -> Option<Form> {
    let filled: Vec<&[u8]> = section::each(cells).map(bare).filter(|cell| !cell.is_empty()).collect();
    let order = Moment::order(filled.iter().copied());
    let forms = filled.iter().filter_map(|cell| Some(Moment::parse(cell, order)?.form));
    let mut counts = [Form::DateTime, Form::Date, Form::Clock, Form::Count].map(|form| (0, form));
    for form in forms {
        counts.iter_mut().filter(|(_, known)| *known == form).for_each(|(count, _)| *count += 1);
    }
    counts.into_iter().find(|(count, _)| count * 10 >= filled.len() * 9 && *count > 0).map(|(_, form)| form)
}

/// Whether these are counts since 1970 that do not go back.
fn is_clock(cells: &[u8]) -> bool {
    let filled = section::each(cells).map(bare).filter(|cell| !cell.is_empty());
    let times: Option<Vec<Moment>> = filled.map(|cell| Moment::parse(cell, Order::DayFirst)).collect();
    times.is_some_and(|times| {
        times.is_sorted_by_key(Moment::nanoseconds) && times.first().is_some_and(Moment::tells_day)
    })
}
