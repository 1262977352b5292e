//! A text's columns as the codecs of values want them: 64-bit integers, doubles or singles.
//!
//! The integers are those that qres reads at its fastest level: scaled by a power of ten, or seconds of a date. The floats
//! are read from the cells as any program would. A cell that a plain print of its number does not give back becomes a
//! *patch*, which is text and costs as much; so does a cell that is not a number at all. Columns with no numbers, odd lines
//! and the header are the *rest*. Nothing of the text is lost: values, patches and rest are all of it.

use qres_core::{
    entropy::put_varint,
    table::{Care, Column, Content, Exceptions, Format, Lane, Layout, Numbers, Style, Table},
};
use std::{fmt::Write, str};

/// Numbers of one kind.
#[derive(Debug, Clone)]
pub(crate) enum Series {
    Ints(Vec<i64>),
    Doubles(Vec<f64>),
    Singles(Vec<f32>),
}

impl Series {
    /// How many there are.
    #[cfg(feature = "bench-parquet")]
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Ints(ints) => ints.len(),
            Self::Doubles(doubles) => doubles.len(),
            Self::Singles(singles) => singles.len(),
        }
    }

    /// Whether all bits are the same.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Ints(a), Self::Ints(b)) => a == b,
            (Self::Doubles(a), Self::Doubles(b)) => {
                a.iter().map(|x| x.to_bits()).eq(b.iter().map(|x| x.to_bits()))
            }
            (Self::Singles(a), Self::Singles(b)) => {
                a.iter().map(|x| x.to_bits()).eq(b.iter().map(|x| x.to_bits()))
            }
            _ => false,
        }
    }
}

/// One way of reading a column.
#[derive(Debug)]
pub(crate) struct Choice {
    /// Its numbers.
    pub(crate) series: Series,
    /// What is to be known beside them to print the column.
    pub(crate) patches: Vec<u8>,
}

/// A column of numbers, read in every way that suits it.
#[derive(Debug)]
pub(crate) struct Numeric {
    /// It tells the time.
    pub(crate) clock: bool,
    /// As integers.
    pub(crate) ints: Option<Choice>,
    /// As 64-bit floats.
    pub(crate) doubles: Option<Choice>,
    /// As 32-bit floats.
    pub(crate) singles: Option<Choice>,
}

impl Numeric {
    /// All ways.
    pub(super) fn choices(&self) -> impl Iterator<Item = &Choice> {
        [&self.ints, &self.doubles, &self.singles].into_iter().flatten()
    }
}

/// A text taken apart for codecs of values.
#[derive(Debug, Default)]
pub(crate) struct Values {
    /// Rows of the table.
    pub(crate) rows: usize,
    /// Fields of a row.
    pub(crate) fields: usize,
    /// The columns that are numbers; neighbours that run on along the row are one.
    pub(crate) columns: Vec<Numeric>,
    /// Everything else.
    pub(crate) rest: Vec<u8>,
}

/// Bytes of a text that cannot be taken apart in one piece.
pub(crate) const TOO_LONG: usize = u32::MAX as usize;
/// One cell in so many may be no number.
const ODD: usize = 5;

impl Values {
    /// Takes a text apart; one that is not a table has no columns.
    pub(crate) fn parse(text: &[u8]) -> Self {
        let whole = || Self { rest: text.to_vec(), ..Self::default() };
        let layout = Layout::fields(text).filter(|_| text.len() < TOO_LONG);
        let Some(layout) = layout else { return whole() };
        let rows = text.strip_prefix(layout.preamble());
        let Some(table) = layout.split(rows.unwrap_or(text), Care::Quick) else { return whole() };
        let mut values = Self { rows: table.lines, fields: layout.columns(), ..Self::default() };
        if rows.is_some() {
            values.rest.extend_from_slice(layout.preamble());
        }
        for (place, column) in table.columns.iter().enumerate() {
            values.add(column, place == 0);
        }
        values.add_odd(&table);
        values
    }

    fn add(&mut self, column: &Column, first: bool) {
        let cells = Cells::new(&column.content);
        let numeric = numeric(&column.content, &cells, first);
        if numeric.choices().next().is_some() {
            self.columns.push(numeric);
        } else {
            self.rest.extend_from_slice(&cells.lines);
        }
    }

    fn add_odd(&mut self, table: &Table) {
        table.odd_at.iter().for_each(|at| put_varint(&mut self.rest, u64::from(*at)));
        self.rest.extend_from_slice(&table.odd.to_lines());
        self.rest.extend_from_slice(&table.tail);
    }
}

/// The cells of a column as text.
struct Cells {
    lines: Vec<u8>,
}

impl Cells {
    fn new(content: &Content) -> Self {
        let mut lane = Lane::default();
        let count = content.cells();
        content.print(0..count, b'\n', &mut lane);
        let mut lines = Vec::with_capacity(lane.text_bytes());
        (0..count).for_each(|_| lines.extend_from_slice(lane.take_cell()));
        Self { lines }
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        let cells = self.lines.split(|byte| *byte == b'\n');
        let count = memchr::memchr_iter(b'\n', &self.lines).count();
        cells.take(count).map(|cell| str::from_utf8(cell).unwrap_or_default())
    }
}

fn numeric(content: &Content, cells: &Cells, first: bool) -> Numeric {
    let Content::Numbers(numbers) = content else {
        let doubles = floats::<f64>(cells, &[Print::Shortest, Print::Pointed]);
        return Numeric { clock: false, ints: None, doubles, singles: None };
    };
    let is_time = matches!(numbers.format, Format::Time(_));
    let clock = is_clock(numbers, first);
    let mut patches = Vec::new();
    numbers.format.write(&mut patches);
    numbers.affix.write(&mut patches);
    add_exceptions(&mut patches, &numbers.exceptions);
    let ints = Some(Choice { series: Series::Ints(numbers.values.clone()), patches });
    if is_time || !numbers.affix.is_empty() {
        return Numeric { clock, ints, doubles: None, singles: None };
    }
    let print = match numbers.format {
        Format::Decimal { places, style: Style::Fixed } => Print::Places(usize::from(places)),
        Format::Decimal { style: Style::Pointed, .. } => Print::Pointed,
        _ => Print::Shortest,
    };
    Numeric {
        clock,
        ints,
        doubles: floats::<f64>(cells, &[print]),
        singles: floats::<f32>(cells, &[print, Print::Widened]),
    }
}

/// Whether a column tells the time: a date, or whole numbers that rise at the beginning of a row.
pub(crate) fn is_clock(numbers: &Numbers, first: bool) -> bool {
    let whole = matches!(numbers.format, Format::Decimal { places: 0, .. });
    let rises = || numbers.values.windows(2).all(|pair| pair[0] <= pair[1]);
    let date = matches!(numbers.format, Format::Time(_));
    date || (first && whole && numbers.exceptions.at.is_empty() && rises())
}

fn add_exceptions(patches: &mut Vec<u8>, exceptions: &Exceptions) {
    let mut before = 0;
    for at in &exceptions.at {
        put_varint(patches, u64::from(at - before));
        before = *at;
    }
    patches.extend_from_slice(&exceptions.cells.to_lines());
}

/// How a float is printed.
#[derive(Debug, Clone, Copy)]
enum Print {
    /// As few digits as tell it from its neighbours.
    Shortest,
    /// The same with at least one decimal.
    Pointed,
    /// So many decimals.
    Places(usize),
    /// A single as the double that it is.
    Widened,
}

/// A kind of float.
trait Float: Copy {
    fn read(cell: &str) -> Option<Self>;
    fn print(self, print: Print, text: &mut String);
    fn series(values: Vec<Self>) -> Series;
}

macro_rules! float {
    ($float:ty, $series:ident) => {
        impl Float for $float {
            fn read(cell: &str) -> Option<Self> {
                // Words such as `nan` and `inf` are not measurements.
                let number =
                    cell.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
                cell.parse().ok().filter(|value: &Self| number && value.is_finite())
            }

            fn print(self, print: Print, text: &mut String) {
                // Writing to a string cannot fail.
                let _ = match print {
                    Print::Shortest => write!(text, "{self}"),
                    Print::Pointed => write!(text, "{self:?}"),
                    Print::Places(places) => write!(text, "{self:.places$}"),
                    Print::Widened => write!(text, "{}", f64::from(self)),
                };
            }

            fn series(values: Vec<Self>) -> Series {
                Series::$series(values)
            }
        }
    };
}

float!(f64, Doubles);
float!(f32, Singles);

/// The cells as floats, printed in the way that needs the fewest patches; `None` if they are not numbers.
fn floats<F: Float>(cells: &Cells, prints: &[Print]) -> Option<Choice> {
    let read: Vec<Option<F>> = cells.iter().map(F::read).collect();
    let values: Vec<F> = read.iter().copied().flatten().collect();
    if values.is_empty() || (read.len() - values.len()) * ODD > read.len() {
        return None;
    }
    let ways = prints.iter().map(|print| patches(cells, &read, *print));
    let patches = ways.min_by_key(Vec::len).unwrap_or_default();
    Some(Choice { series: F::series(values), patches })
}

/// The cells that a print does not give back. One that reads as a number stands for it, another one is put in between.
fn patches<F: Float>(cells: &Cells, read: &[Option<F>], print: Print) -> Vec<u8> {
    let mut wrong = Exceptions::default();
    let mut text = String::new();
    for ((cell, read), at) in cells.iter().zip(read).zip(0..) {
        text.clear();
        if let Some(value) = read {
            value.print(print, &mut text);
        }
        if read.is_none() || text != cell {
            wrong.push(at, cell.as_bytes());
        }
    }
    let mut patches = Vec::new();
    add_exceptions(&mut patches, &wrong);
    patches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(rows: impl Iterator<Item = String>) -> Values {
        Values::parse(rows.map(|row| row + "\n").collect::<String>().as_bytes())
    }

    #[test]
    fn columns_are_read_in_every_way() {
        let values = parse(
            (0..200).map(|n| format!("{},{:.2},on,{}", 1_600_000_000 + n, 20.0 + f64::from(n) / 50.0, n % 7)),
        );
        assert_eq!((values.rows, values.fields, values.columns.len()), (200, 4, 3));
        let [clock, temp, state] = &*values.columns else { panic!("three columns") };
        assert!(clock.clock && !temp.clock && !state.clock);
        let Some(Choice { series: Series::Ints(ints), .. }) = &temp.ints else { panic!("integers") };
        assert_eq!(ints[..3], [2000, 2002, 2004]);
        for choice in temp.choices().filter(|choice| !matches!(choice.series, Series::Ints(_))) {
            assert!(choice.patches.is_empty(), "{:?}", choice.series);
        }
        assert!(values.rest.starts_with(b"on\non\n"));
    }

    #[test]
    fn what_a_print_does_not_give_back_is_patched() {
        let values = parse((0..300).map(|n| match n {
            7 => "7,1e-5".into(),
            9 => "9,NA".into(),
            _ => format!("{n},{}", f64::from(n) / 8.0),
        }));
        let doubles = values.columns[1].doubles.as_ref().unwrap();
        let Series::Doubles(numbers) = &doubles.series else { panic!("doubles") };
        assert_eq!(numbers.len(), 299);
        assert_eq!(numbers[7], 1e-5);
        let patches = String::from_utf8_lossy(&doubles.patches);
        assert!(patches.ends_with("1e-5\nNA\n"), "{patches}");
    }

    #[test]
    fn words_are_all_rest() {
        let values = Values::parse(b"to be or not\nto be that is\n");
        assert!(values.columns.is_empty());
        assert_eq!(values.rest, b"to be or not\nto be that is\n");
    }
}
