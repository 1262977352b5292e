//! The cells of some columns of a segment, as they are written, and what values they are.

use super::field::{Batch, Field, Stretch};
use crate::{
    archive::open::rows_of,
    entropy::Cursor,
    error::Error,
    frame::{Header, Past, View},
    table::{Pick, Picked, Raw, Sample, Schema},
    value::{Condition, Type, Values},
};
use alloc::{borrow::Cow, format, string::String, vec::Vec};
use core::ops::Range;

/// The cells of some columns, as they are written.
pub(super) enum Cells {
    Text(Picked),
    Samples(Raw, Vec<u8>),
}

/// The cells of `fields` in the given lines of a segment; `None` if it has no columns.
pub(super) fn cells(
    stretch: &Stretch,
    header: &Header,
    bytes: &[u8],
    fields: &[Field],
    lines: &Range<u64>,
    gene: Option<Past<'_>>,
) -> Result<Option<Cells>, Error> {
    let view = View::read(&mut Cursor::new(bytes), header)?;
    let layout = match &header.schema {
        Schema::Table(layout) => layout,
        Schema::Raw(raw) => {
            let samples = rows_of(&view, header, gene, stretch.number == 0, lines)?;
            return Ok(Some(Cells::Samples(*raw, samples)));
        }
        _ => return Ok(None),
    };
    let picks: Vec<Option<Pick>> = fields.iter().map(|field| field.pick(layout)).collect();
    let is_whole = lines.end <= view.rows || view.is_open(header)? == Some(false);
    if is_whole && let Some(picked) = view.picked(header, layout, &picks, lines.clone())? {
        return Ok(Some(Cells::Text(picked)));
    }
    let mut text = rows_of(&view, header, gene, stretch.number == 0, lines)?;
    if text.last().is_some_and(|byte| *byte != b'\n') {
        text.push(b'\n');
    }
    let mut picked = Picked::of_lines(&text, layout, &picks);
    picked.lines.iter_mut().for_each(|line| *line += lines.start);
    Ok(Some(Cells::Text(picked)))
}

/// The cells of a column, a line each, without their ends. The line end of a table from Windows belongs to its last column.
pub(super) fn each(column: &[u8]) -> impl Iterator<Item = &[u8]> {
    column.split_inclusive(|byte| *byte == b'\n').map(|cell| {
        let cell = cell.strip_suffix(b"\n").unwrap_or(cell);
        cell.strip_suffix(b"\r").unwrap_or(cell)
    })
}

impl Cells {
    /// The values of `fields` in the lines that are kept, or all; the segment's first row is that, and the first line of these
    /// cells that.
    pub(super) fn batch(
        self,
        first_row: u64,
        first_line: u64,
        fields: &[Field],
        kept: Option<&[u64]>,
    ) -> Result<Batch, Error> {
        let lines = self.lines(first_line);
        let is_kept = |line: &u64| kept.is_none_or(|kept| kept.binary_search(line).is_ok());
        let columns: Option<Vec<Values>> = match &self {
            Self::Text(picked) => {
                let kept = |cells| {
                    lines.iter().zip(each(cells)).filter(|(line, _)| is_kept(line)).map(|(_, cell)| cell)
                };
                let typed = fields
                    .iter()
                    .zip(&picked.columns)
                    .map(|(field, cells)| Values::of(field.kind, kept(cells)));
                typed.collect()
            }
            Self::Samples(raw, samples) => {
                let kept: Vec<&[u8]> = lines
                    .iter()
                    .zip(samples.chunks_exact(raw.row_bytes()))
                    .filter(|(line, _)| is_kept(line))
                    .map(|(_, row)| row)
                    .collect();
                Some(fields.iter().map(|field| of_samples(*raw, &kept, field)).collect())
            }
        };
        let columns = columns.ok_or(Error::Corrupt("a value of another type than its column"))?;
        Ok(Batch { rows: lines.into_iter().filter(is_kept).map(|line| first_row + line).collect(), columns })
    }

    /// The lines that these are the cells of, if the first is that.
    fn lines(&self, first: u64) -> Vec<u64> {
        match self {
            Self::Text(picked) => picked.lines.clone(),
            Self::Samples(raw, samples) => {
                (first..first + (samples.len() / raw.row_bytes()) as u64).collect()
            }
        }
    }

    /// The lines that meet a condition, whose columns these are the cells of; the first line of them is that.
    pub(super) fn lines_where(&self, condition: &Condition, asked: &[Field], first: u64) -> Vec<u64> {
        let columns: Vec<Cow<'_, [u8]>> = match self {
            Self::Text(picked) => picked.columns.iter().map(|cells| Cow::Borrowed(&**cells)).collect(),
            Self::Samples(raw, samples) => {
                asked.iter().map(|field| Cow::Owned(written(*raw, samples, field))).collect()
            }
        };
        let mut left = columns.iter();
        let mut said: Vec<Vec<Option<bool>>> = Vec::new();
        for comparison in condition.comparisons() {
            let mut next = || left.next().map(|cells| each(cells)).into_iter().flatten();
            let first = next();
            said.push(match comparison.columns.get(1) {
                None => first.map(|cell| comparison.holds(cell)).collect(),
                Some(_) => first
                    .zip(next())
                    .map(|(date, clock)| comparison.holds(&[date, b" ", clock].concat()))
                    .collect(),
            });
        }
        let holds = |row: usize| {
            condition.holds(&|place| said.get(place).and_then(|rows| rows.get(row)).copied().flatten())
        };
        self.lines(first)
            .into_iter()
            .enumerate()
            .filter(|(row, _)| holds(*row))
            .map(|(_, line)| line)
            .collect()
    }
}

/// The type of the values of samples. Not all of 64 bits without a sign are integers here.
pub(super) fn type_of(sample: Sample) -> Type {
    if sample.is_float() || sample == Sample::U64 { Type::Float } else { Type::Integer }
}

fn of_samples(raw: Raw, rows: &[&[u8]], field: &Field) -> Values {
    let bits = rows.iter().map(|row| raw.sample_at(row, field.place));
    match type_of(raw.sample) {
        Type::Float => Values::of_doubles(bits.map(|bits| raw.sample.double(bits)).collect()),
        _ => Values::of_integers(bits.map(|bits| raw.sample.integer(bits)).collect()),
    }
}

/// The samples of a channel as text, a line each.
fn written(raw: Raw, samples: &[u8], field: &Field) -> Vec<u8> {
    let mut lines = String::new();
    for row in samples.chunks_exact(raw.row_bytes()) {
        let bits = raw.sample_at(row, field.place);
        lines += &match raw.sample {
            Sample::F32 => format!("{:?}\n", f32::from_bits(bits as u32)),
            Sample::F64 => format!("{:?}\n", f64::from_bits(bits)),
            Sample::U64 => format!("{bits}\n"),
            integer => format!("{}\n", integer.integer(bits)),
        };
    }
    lines.into_bytes()
}
