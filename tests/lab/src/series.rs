//! The columns that are sent, each as a series of its own.

use crate::{
    Dataset,
    labels::{DAY, seconds, step},
};
use qres_core::{
    frame::Tolerance,
    live::{
        Cell, Sample,
        form::{Fit, Kind},
    },
    table::Layout,
};

/// A column as the link sends it.
#[derive(Debug)]
pub(crate) struct Series {
    pub(crate) name: String,
    /// The name of the column alone.
    pub(crate) column: String,
    pub(crate) cells: Vec<Own>,
    /// The numbers alone, for others.
    pub(crate) values: Vec<f64>,
    pub(crate) within: f64,
    /// The bound in steps of the lattice.
    pub(crate) steps: u64,
    /// Samples of a day, if the table tells the time.
    pub(crate) a_day: Option<f64>,
}

/// A cell that is kept.
#[derive(Debug, Clone)]
pub(crate) enum Own {
    Number(i64),
    Near(i64),
    Word(Vec<u8>),
}

impl Own {
    pub(crate) fn sample(&self) -> Sample<'_> {
        match self {
            Self::Number(number) => Sample::Number(*number),
            Self::Near(number) => Sample::Near(*number),
            Self::Word(word) => Sample::Word(word),
        }
    }
}

impl Series {
    /// The first half of its cells, and the second.
    pub(crate) fn halves(&self) -> (Self, Self) {
        let (before, after) = self.cells.split_at(self.cells.len() / 2);
        (self.of(before), self.of(after))
    }

    /// Its first cells.
    pub(crate) fn first(&self, count: usize) -> Self {
        self.of(self.cells.get(..count).unwrap_or(&self.cells))
    }

    fn of(&self, cells: &[Own]) -> Self {
        Self {
            name: self.name.clone(),
            column: self.column.clone(),
            cells: cells.to_vec(),
            values: Vec::new(),
            ..*self
        }
    }

    /// Whether what the receiver gave for a row is what it may be.
    pub(crate) fn is_within(&self, row: usize, given: Cell<'_>) -> bool {
        match (self.cells.get(row), given) {
            (Some(Own::Number(sent)), Cell::Number(given)) => sent.abs_diff(given) <= self.steps,
            // Rounding has taken up to half a step.
            (Some(Own::Near(sent)), Cell::Number(given)) => sent.abs_diff(given) < self.steps,
            (Some(Own::Word(sent)), Cell::Word(given)) => sent == given,
            _ => false,
        }
    }
}

/// Cells that show what a column is.
const SHOWN: usize = 24;
/// Columns from the left in which a time is looked for.
const TIMED: usize = 3;
/// Of a hundred cells so many are numbers, or it is no series.
const NUMBERS: usize = 80;

/// The series of a text: columns whose names say that they are temperatures, or all numbers of a table that has none.
pub(crate) fn series(dataset: &Dataset, bound: Tolerance) -> Vec<Series> {
    let Some(Layout::Fields(shape)) = Layout::fields(&dataset.text) else { return vec![] };
    let names = shape.names();
    let name = |column: usize| {
        let name =
            names.get(column).and_then(Option::as_ref).map(|name| String::from_utf8_lossy(name).into_owned());
        name.map(|name| name.trim_matches('"').to_owned())
    };
    let temperatures: Vec<usize> = (0..shape.columns)
        .filter(|column| name(*column).is_some_and(|name| says_temperature(&name)))
        .collect();
    let columns = if temperatures.is_empty() { (0..shape.columns).collect() } else { temperatures };
    let text = dataset.text.get(shape.preamble.len()..).unwrap_or_default();
    let mut cells = vec![Vec::new(); columns.len()];
    let mut times = vec![Vec::new(); shape.columns.min(TIMED)];
    for line in text.split(|byte| *byte == b'\n') {
        let fields: Vec<&[u8]> = shape.fields(line).collect();
        if fields.len() == shape.columns {
            columns.iter().zip(&mut cells).for_each(|(column, cells)| cells.push(fields[*column]));
            fields.iter().zip(&mut times).for_each(|(field, times)| times.push(time(field)));
        }
    }
    let called = |column: usize| match name(column) {
        Some(name) => format!("{} {name}", dataset.name),
        None if shape.columns == 1 => dataset.name.clone(),
        None => format!("{} {}", dataset.name, column + 1),
    };
    let a_day = times.iter().find_map(|times| step(times)).map(|step| DAY / step);
    let one = |(column, cells): (&usize, Vec<&[u8]>)| {
        let column_name = name(*column).unwrap_or_else(|| column.to_string());
        Some(Series { a_day, column: column_name, ..one(called(*column), &cells, bound)? })
    };
    columns.iter().zip(cells).filter_map(one).collect()
}

/// The time that a cell tells; a number alone might be anything.
fn time(cell: &[u8]) -> Option<i64> {
    let text = str::from_utf8(cell).ok()?.trim_matches('"');
    seconds(text).filter(|_| text.len() >= 10 && text.contains(['-', '/']))
}

fn says_temperature(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let first = name.split([' ', '(']).next().unwrap_or_default();
    let degrees = name.contains("deg") && name.starts_with('t');
    let numbered = first.strip_prefix('t').is_some_and(|rest| rest.parse::<u8>().is_ok());
    name.contains("temp")
        || degrees
        || numbered
        || matches!(first, "t" | "ot" | "dewp" | "t_out" | "tdewpoint")
}

fn one(name: String, cells: &[&[u8]], bound: Tolerance) -> Option<Series> {
    let step = (cells.len() / SHOWN).max(1);
    let shown: Vec<&[u8]> = cells.iter().step_by(step).copied().filter(|cell| !cell.is_empty()).collect();
    let kind = Kind::detect(&shown, bound);
    if !matches!(kind, Kind::Near { .. }) {
        return None;
    }
    let own = |cell: &&[u8]| match kind.read(cell) {
        Fit::Well(sample) | Fit::Badly(sample) => match sample {
            Sample::Number(number) => Own::Number(number),
            Sample::Near(number) => Own::Near(number),
            Sample::Word(word) => Own::Word(word.iter().take(qres_core::live::MAX_WORD).copied().collect()),
        },
    };
    let own: Vec<Own> = cells.iter().map(own).collect();
    let (steps, unit) = match kind {
        Kind::Near { within, places, .. } => (within, 10_f64.powi(places.into())),
        _ => return None,
    };
    let values: Vec<f64> = own
        .iter()
        .filter_map(|cell| match cell {
            Own::Number(number) | Own::Near(number) => Some(*number as f64 / unit),
            Own::Word(_) => None,
        })
        .collect();
    let enough = values.len() * 100 >= cells.len() * NUMBERS && !values.is_empty();
    let within = steps as f64 / unit;
    enough.then(|| Series { name, column: String::new(), within, cells: own, values, steps, a_day: None })
}
