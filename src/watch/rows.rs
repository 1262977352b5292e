//! Lines in, events out. The first lines are kept until they have told what the columns are.

use super::{
    column::{Column, Taught},
    event::{self, Event},
    lines::Lines,
    row_reader::RowReader,
};
use crate::{
    failure::{Failure, Outcome},
    rows::neurons::Neurons,
};
use qres_core::table::MAX_COLUMNS;
use std::{collections::BTreeMap, num::NonZeroU64};

/// Limit: columns that are watched.
const MAX: usize = 4096;

/// What to look for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    /// Columns by name or by number from 1; none: all.
    pub(crate) columns: Vec<String>,
    /// Bits from which a value is an anomaly; none: the usual ones, and more where a column tells much.
    pub(crate) threshold: Option<u32>,
    /// Rows between two states.
    pub(crate) every: Option<NonZeroU64>,
    /// What is known of columns before the first row.
    pub(crate) known: Knowledge,
}

/// What genes know of columns.
#[derive(Debug, Clone, Default)]
pub(crate) struct Knowledge {
    /// What the rows that genes have kept have taught, by the names of columns.
    taught: BTreeMap<String, Taught>,
    neurons: Neurons,
}

impl Knowledge {
    /// What genes know that have kept these texts and have these neurons; where texts have a column in common, the first
    /// counts.
    pub(crate) fn new(texts: &[Vec<u8>], neurons: Neurons) -> Outcome<Self> {
        let mut taught = BTreeMap::new();
        for text in texts {
            let (mut rows, mut lines) = (Rows::new(Wanted::default()), Lines::default());
            lines.feed(text, |line| rows.line(line, &mut |_| Ok(())))?;
            lines.end(|line| rows.line(line, &mut |_| Ok(())))?;
            rows.end(&mut |_| Ok(()))?;
            for (name, column) in rows.columns.into_iter().map(Column::taught) {
                taught.entry(name).or_insert(column);
            }
        }
        Ok(Self { taught, neurons })
    }

    /// Tells a column what is known of it; says whether anything is.
    fn tell(&self, column: &mut Column) -> bool {
        let taught = self.taught.get(&column.name).is_some_and(|taught| column.learn(taught));
        let genes: Vec<_> = self.neurons.of(column.number, Some(column.name.as_bytes())).collect();
        genes.iter().for_each(|(origin, gene)| column.admit(*origin, gene));
        taught || !genes.is_empty()
    }
}

/// Rows after which it is looked how many make a day; again after each twice as many.
const FIRST_DAY: u64 = 16;
/// Nanoseconds of a day.
const DAY: i128 = 86_400_000_000_000;

/// Rows that are watched.
#[derive(Debug)]
pub(crate) struct Rows {
    wanted: Wanted,
    /// The first lines, and their bytes.
    first: Vec<Vec<u8>>,
    bytes: usize,
    reader: Option<RowReader>,
    /// The line that names the columns, which may come again: files one after the other, an archive of several parts.
    names: Vec<u8>,
    pub(crate) columns: Vec<Column>,
    /// For each number of a column, where it is watched.
    places: Vec<Option<usize>>,
    /// Which columns had a cell in this row.
    filled: Vec<bool>,
    /// Rows seen.
    pub(crate) count: u64,
    /// When the first row was, in nanoseconds, once that is known.
    began: Option<i128>,
}

impl Rows {
    /// Nothing seen.
    pub(crate) fn new(wanted: Wanted) -> Self {
        let (first, names, columns, places, filled) = Default::default();
        Self { wanted, first, bytes: 0, reader: None, names, columns, places, filled, count: 0, began: None }
    }

    /// How rows are taken apart, once that is known.
    pub(crate) fn reader(&self) -> Option<&RowReader> {
        self.reader.as_ref()
    }

    /// Takes a line; `tell` is given what it tells.
    pub(crate) fn line(&mut self, line: &[u8], tell: &mut impl FnMut(&Event) -> Outcome) -> Outcome {
        if self.reader.is_some() {
            return self.row(line, tell);
        }
        self.first.push(line.to_vec());
        self.bytes += line.len() + 1;
        match RowReader::is_time(self.first.len(), self.bytes) {
            (true, last) => self.begin(last, tell),
            (false, _) => Ok(()),
        }
    }

    /// No line comes any more.
    pub(crate) fn end(&mut self, tell: &mut impl FnMut(&Event) -> Outcome) -> Outcome {
        if self.reader.is_some() { Ok(()) } else { self.begin(true, tell) }
    }

    /// Finds the columns in the first lines, and takes these; complains if this is the last chance.
    fn begin(&mut self, last: bool, tell: &mut impl FnMut(&Event) -> Outcome) -> Outcome {
        let Some((mut reader, columns)) = RowReader::detect(&self.first) else {
            let hint = format!("`qres check` tells what there is; tables have at most {MAX_COLUMNS} columns");
            return if last {
                Err(Failure::refused("there are no columns of numbers", hint))
            } else {
                Ok(())
            };
        };
        self.columns = reader.choose(columns, &self.wanted.columns)?;
        if self.columns.len() > MAX {
            let what = format!("there are {} columns of numbers", self.columns.len());
            let hint = format!("at most {MAX} can be watched: name some with `--columns`");
            return Err(Failure::refused(what, hint));
        }
        let mut known = Vec::new();
        for (at, column) in self.columns.iter_mut().enumerate() {
            if self.wanted.known.tell(column) {
                known.push(column.name.clone());
            }
            column.set(self.wanted.threshold);
            self.places.resize(self.places.len().max(column.number + 1), None);
            self.places[column.number] = Some(at);
        }
        self.filled = vec![false; self.columns.len()];
        let asked = !self.wanted.known.neurons.is_empty();
        if asked && known.is_empty() {
            let hint = "`qres gene show` tells which columns a gene knows";
            return Err(Failure::refused("the genes know none of the columns", hint));
        }
        tell(&Event::begin(&self.columns, &reader.left_out, asked.then_some(known)))?;
        let first = std::mem::take(&mut self.first);
        let before = reader.before;
        self.names = before.checked_sub(1).and_then(|last| first.get(last)).cloned().unwrap_or_default();
        self.reader = Some(reader);
        first.iter().skip(before).try_for_each(|line| self.row(line, tell))
    }

    fn row(&mut self, line: &[u8], tell: &mut impl FnMut(&Event) -> Outcome) -> Outcome {
        let Some(reader) = &self.reader else { return Ok(()) };
        if !line.is_empty() && line == self.names {
            return Ok(());
        }
        let (row, columns, places, filled) = (self.count, &mut self.columns, &self.places, &mut self.filled);
        self.count += 1;
        if row == 0 || (self.count >= FIRST_DAY && self.count.is_power_of_two()) {
            let now = reader.nanoseconds(line);
            let days = self.began.zip(now).map(|(began, now)| now - began).filter(|time| *time > 0);
            if let Some(rows) = days.map(|time| i128::from(row) * DAY / time) {
                let rows = u32::try_from(rows).unwrap_or(u32::MAX);
                columns.iter_mut().for_each(|column| column.set_day(rows));
            }
            self.began = self.began.or(now);
        }
        let mut events = Vec::new();
        filled.fill(false);
        reader.cells(line, |number, cell| {
            let Some(at) = places.get(number).copied().flatten() else { return };
            if std::mem::replace(&mut filled[at], true) {
                return;
            }
            if let Some(seen) = columns[at].push(cell) {
                events.extend(event::events(row, &columns[at], &seen));
            }
        });
        // A line with nothing for anybody is not a row: a blank line, a comment, a header in the middle.
        if filled.contains(&true) {
            let silent = columns.iter_mut().zip(filled).filter(|(_, filled)| !**filled);
            silent.for_each(|(column, _)| column.silence());
        }
        if !events.is_empty() {
            let time = reader.time(line);
            events.into_iter().try_for_each(|event| tell(&event.at(time.clone())))?;
        }
        if self.wanted.every.is_some_and(|every| self.count.is_multiple_of(every.get())) {
            let time = self.reader.as_ref().and_then(|reader| reader.time(line));
            tell(&Event::state(row, &mut self.columns).at(time))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Exit;
    use proptest::prelude::*;

    fn told(text: &[u8], columns: &[&str]) -> Outcome<Vec<String>> {
        let columns = columns.iter().map(|name| (*name).into()).collect();
        let wanted = Wanted { columns, threshold: Some(11), ..Wanted::default() };
        let (mut rows, mut lines, mut told) = (Rows::new(wanted), Lines::default(), Vec::new());
        let mut tell = |event: &Event| {
            told.push(event.json(None));
            Ok(())
        };
        lines.feed(text, |line| rows.line(line, &mut tell))?;
        lines.end(|line| rows.line(line, &mut tell))?;
        rows.end(&mut tell)?;
        Ok(told)
    }

    #[test]
    fn more_columns_than_can_be_watched_are_refused() {
        let fields: String = (0..=MAX).map(|i| format!("\"k{i}\":{i},")).collect();
        let object = format!("{{{fields}\"z\":1}}\n");
        let refused = told(object.as_bytes(), &[]);
        assert!(refused.as_ref().is_err_and(|failure| failure.exit == Exit::Failed), "{refused:?}");
        assert_eq!(told(object.as_bytes(), &["z"]).map(|told| told.len()).ok(), Some(1));
    }

    #[test]
    fn columns_that_look_alike_are_each_watched() {
        let text: String =
            (0..200).map(|i| format!("{},{}\n", i % 7, if i == 150 { 9000 } else { i % 5 })).collect();
        let told = told(text.as_bytes(), &[]).unwrap();
        let anomalies: Vec<&String> = told.iter().filter(|line| line.contains("anomaly")).collect();
        assert!(matches!(anomalies[..], [one] if one.contains(r##""row":150,"column":"#2""##)), "{told:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_bytes_are_told_of_or_refused(
            bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(b'\n'), Just(b','), Just(b'7'), Just(b'"')], 0..4000),
            row in prop_oneof![Just("1,2\n"), Just("{\"a\":1}\n"), Just("\"1\" 2\n"), Just("a=1 b=2\n")],
        ) {
            // Rows that are, then anything at all.
            let text = [row.repeat(20).as_bytes(), &bytes].concat();
            for line in told(&text, &[]).unwrap_or_default() {
                prop_assert!(serde_json::from_str::<serde_json::Value>(&line).is_ok(), "{}", line);
            }
            let _ = told(&bytes, &[]);
        }
    }
}
