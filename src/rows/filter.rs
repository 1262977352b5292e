//! Conditions that rows are asked to meet: `--where`, `--since`, `--until`. All of them have to hold.

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
    value::{Comparison, Condition, Form, Moment, Order, Possible, Relation, Summary, Why, bare},
};
use std::iter::zip;

/// A filter as typed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    pub(crate) conditions: Vec<String>,
    pub(crate) since: Option<String>,
    pub(crate) until: Option<String>,
}

/// The conditions on a table.
#[derive(Debug, Clone)]
pub(crate) struct Filter {
    condition: Condition,
    /// Where the cells of each column of each comparison are, if the part that is read has them.
    picks: Vec<Option<Pick>>,
    /// What the part that is read knows of each comparison's first column before its rows are read.
    known: Vec<Known>,
}

/// Which field a comparison looks at.
#[derive(Debug, Clone, Copy)]
enum Known {
    /// The part has no such column: its cells are empty.
    Empty,
    /// A field of the part, in the order in which statistics have them.
    Field(usize),
    /// A column of which statistics know nothing.
    Nothing,
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
        let typed = wanted.conditions.iter().map(|text| parse(text, layout, holder));
        let mut conditions = match typed.collect::<Outcome<Vec<Condition>>>() {
            Ok(conditions) => conditions,
            Err(failure) => return Ok(Err(failure)),
        };
        let bounds = [(&wanted.since, Relation::AtLeast), (&wanted.until, Relation::Less)];
        if wanted.since.is_some() || wanted.until.is_some() {
            let Some((columns, order)) = time_columns(layout, section)? else {
                let what = format!("no column of {holder} tells the time");
                let hint = "say which column to compare, as in `--where 'COLUMN>=VALUE'`";
                return Ok(Err(Failure::usage(what, hint)));
            };
            for (text, relation) in bounds {
                let Some(text) = text else { continue };
                match Comparison::of_time(columns.clone(), relation, text, order) {
                    Some(comparison) => conditions.push(Condition::one(comparison)),
                    None => return Ok(Err(no_time(text))),
                }
            }
        }
        let mut condition = Condition::all(conditions);
        for comparison in condition.comparisons_mut() {
            look(comparison, layout, section)?;
        }
        let mut filter = Self { condition, picks: Vec::new(), known: Vec::new() };
        filter.enter(layout);
        Ok(Ok(filter))
    }

    /// Goes on with a part of this layout.
    pub(crate) fn enter(&mut self, layout: &Layout) {
        let (fields, find) =
            (Pick::all(layout), |name: &String| names::find(layout, name).map(|(pick, _)| pick));
        let comparisons = self.condition.comparisons();
        self.picks = comparisons.iter().flat_map(|comparison| comparison.columns.iter().map(find)).collect();
        let known = |comparison: &Comparison| match comparison.columns.first().and_then(find) {
            None => Known::Empty,
            Some(pick) => {
                let field = fields.iter().position(|(field, _)| *field == pick);
                field.map_or(Known::Nothing, Known::Field)
            }
        };
        self.known = comparisons.iter().map(known).collect();
    }

    /// Whether a row of which only this is known may meet all conditions; there is a summary for each field.
    pub(crate) fn may_hold(&self, summaries: &[Summary]) -> bool {
        let empty = Summary { cells: 1, blank: 1, ..Summary::default() };
        let possible = |place: usize| {
            let comparison = self.condition.comparisons().get(place);
            let summary = match self.known.get(place) {
                Some(Known::Empty) => Some(&empty),
                Some(Known::Field(field)) => summaries.get(*field),
                _ => None,
            };
            comparison
                .zip(summary)
                .map_or(Possible::ANYTHING, |(comparison, summary)| comparison.possible(summary))
        };
        self.condition.may_hold(&possible)
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
        let mut said: Vec<Vec<Option<bool>>> = Vec::new();
        for comparison in self.condition.comparisons() {
            let first = columns.next().map(Vec::as_slice).unwrap_or_default();
            let second = comparison.columns.get(1).and_then(|_| columns.next());
            said.push(match second {
                None => section::each(first).map(|cell| comparison.holds(cell)).collect(),
                Some(second) => zip(section::each(first), section::each(second))
                    .map(|(date, clock)| comparison.holds(&[date, b" ", clock].concat()))
                    .collect(),
            });
        }
        let holds = |row: usize| self.condition.holds(&|place| said[place].get(row).copied().flatten());
        Ok(cells.lines.iter().enumerate().filter(|(row, _)| holds(*row)).map(|(_, line)| *line).collect())
    }
}

/// Reads a condition on columns that the table has.
fn parse(text: &str, layout: &Layout, holder: &str) -> Outcome<Condition> {
    let condition = Condition::parse(text).map_err(|invalid| {
        let hint = match invalid.why {
            Why::NoComparison | Why::NoSign => {
                "a column, a sign and a value, such as 'temp>20', 'state=on' or 'time is null'"
            }
            Why::Unordered => "words are only equal or not: `=` or `!=`",
            Why::Open('(') => "close the bracket, or put a name with brackets between quotes",
            Why::Open(_) => "close the quote; one inside is written twice",
            Why::Stray => "put names and values with brackets, `and` or `or` between quotes",
            Why::Limit => "leave some of it out",
        };
        Failure::usage(format!("`{}` is no condition: {invalid}", plain::printable(text)), hint)
    })?;
    for name in condition.comparisons().iter().flat_map(|comparison| &comparison.columns) {
        names::pick(layout, name, holder)?;
    }
    Ok(condition)
}

/// Says that `text` tells no time.
fn no_time(text: &str) -> Failure {
    let hint = "write it as the column does, as 2025-10-25T13:40:00, or in seconds since 1970";
    Failure::usage(format!("`{}` is no time", plain::printable(text)), hint)
}

/// Finds out the order of the dates of a column that is compared with a time.
fn look(comparison: &mut Comparison, layout: &Layout, section: &Section<'_>) -> Result<(), Error> {
    if let (true, [column]) = (comparison.is_of_time(), &*comparison.columns) {
        let picks = [names::find(layout, column).map(|(pick, _)| pick)];
        let cells = section.cells(layout, &picks, Span::ALL)?;
        comparison.set_order(Moment::order(section::each(&cells.columns[0])));
    }
    Ok(())
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
