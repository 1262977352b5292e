//! Columns of an archive as values, segment by segment: of other columns nothing is decoded.

use super::open::{Archive, Fault, Source, prior_of, rows_of};
use crate::{
    entropy::Cursor,
    error::Error,
    frame::{Entry, Header, Past, Statistics, View},
    table::{Layout, Pick, Picked, Raw, Sample, Schema},
    value::{Comparison, Condition, Possible, Summary, Type, Values},
};
use alloc::{
    borrow::Cow,
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::ops::Range;

/// A column of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name, or its number from 1 if it has none.
    pub name: Vec<u8>,
    /// Its place among the columns of the first frame that has it.
    place: usize,
    /// The type that holds its values in all segments.
    pub kind: Type,
}

/// A segment of an archive, and which of its rows it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// Its rows, counted from 0 through all frames.
    pub rows: Range<u64>,
    /// Bytes it takes in the archive.
    pub bytes: u64,
    frame: usize,
    /// Its place in the frame.
    number: usize,
    at: u64,
}

/// The values of some columns in rows of one segment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// The numbers of the rows. Lines that are no rows of the table have none here.
    pub rows: Vec<u64>,
    /// The values of each column.
    pub columns: Vec<Values>,
}

/// What footers say of some fields in each stretch: nothing, or nothing of some of them.
pub type Known = Vec<Option<Vec<Option<Summary>>>>;

/// The cells of some columns, as they are written.
enum Cells {
    Text(Picked),
    Samples(Raw, Vec<u8>),
}

impl<S: Source> Archive<S> {
    /// Returns the segments in order. Those of frames without a table are among them; they have no columns.
    pub fn stretches(&self) -> Vec<Stretch> {
        let (mut all, mut row) = (Vec::new(), 0_u64);
        for (nth, frame) in self.frames().iter().enumerate() {
            for (number, (at, Entry { bytes, rows })) in frame.segments().enumerate() {
                let end = row.saturating_add(rows);
                all.push(Stretch { rows: row..end, bytes, frame: nth, number, at });
                row = end;
            }
        }
        all
    }

    /// Returns the columns and the type of each, which is as wide as the cells of all segments need it: integers and decimals
    /// are decimals, numbers of too many digits make doubles of all, times are counted in the finest unit, and other words
    /// than `NA`, `nan` and their like make texts of all. Where footers have [statistics](crate::frame::Footer::statistics) these are
    /// believed; other segments are decoded.
    ///
    /// # Errors
    ///
    /// Those of [`Archive::read`].
    pub fn fields(&self, gene: Option<Past<'_>>) -> Result<Vec<Field>, Fault<S::Error>> {
        let (mut fields, mut summaries) = (Vec::<Field>::new(), Vec::<Summary>::new());
        let mut frame = None;
        for stretch in self.stretches() {
            let Framed { names, statistics } = match &mut frame {
                Some((number, framed)) if *number == stretch.frame => framed,
                other => &mut other.insert((stretch.frame, self.framed(stretch.frame, gene)?)).1,
            };
            for field in named(names) {
                if !fields.iter().any(|other| other.name == field.name) {
                    fields.push(field);
                    summaries.push(Summary::default());
                }
            }
            if let Some(known) = statistics.as_ref().and_then(|all| all.get(stretch.number)?.as_ref()) {
                for (field, summary) in fields.iter().zip(&mut summaries) {
                    let place = field.place_in(names);
                    place.and_then(|place| known.get(place)).into_iter().for_each(|more| summary.merge(more));
                }
            } else {
                self.summarize(&stretch, &mut fields, &mut summaries, gene)?;
            }
        }
        for (field, summary) in fields.iter_mut().zip(&summaries).filter(|(_, summary)| summary.cells > 0) {
            field.kind = Type::of(summary);
        }
        Ok(fields)
    }

    /// Returns for each stretch what the footer of its frame says of `fields`: nothing where it has no statistics, and nothing of
    /// a field that the frame lacks.
    ///
    /// # Errors
    ///
    /// Those of [`Archive::header`], and [`Error::Corrupt`] for statistics that cannot be of these segments.
    pub fn known(&self, fields: &[Field], gene: Option<Past<'_>>) -> Result<Known, Fault<S::Error>> {
        let mut all = Vec::new();
        for (number, frame) in self.frames().iter().enumerate() {
            let Framed { names, statistics } = self.framed(number, gene)?;
            let segments = frame.footer.entries.len();
            let statistics = statistics.unwrap_or_else(|| alloc::vec![None; segments]);
            let places: Vec<Option<usize>> = fields.iter().map(|field| field.place_in(&names)).collect();
            let of =
                |known: &Vec<Summary>| places.iter().map(|place| known.get((*place)?).copied()).collect();
            all.extend(statistics.iter().map(|known| known.as_ref().map(of)));
        }
        Ok(all)
    }

    /// Adds what the rows of a segment say to the summaries of fields; samples have their own type.
    fn summarize(
        &self,
        stretch: &Stretch,
        fields: &mut [Field],
        summaries: &mut [Summary],
        gene: Option<Past<'_>>,
    ) -> Result<(), Fault<S::Error>> {
        let (header, bytes) = self.stretch(stretch, gene)?;
        let cells = cells(stretch, &header, &bytes, fields, &stretch.lines(), gene);
        match cells.map_err(|error| Fault::Archive { at: stretch.at, error })? {
            Some(Cells::Text(picked)) => {
                for (summary, cells) in summaries.iter_mut().zip(&picked.columns) {
                    summary.merge(&Summary::of(each(cells)));
                }
            }
            Some(Cells::Samples(raw, _)) => {
                fields.iter_mut().for_each(|field| field.kind = type_of(raw.sample));
            }
            None => {}
        }
        Ok(())
    }

    /// Compares the statistics in the footer of the frame of that number with its rows, which are decoded for it; returns how
    /// many segments have some.
    ///
    /// # Errors
    ///
    /// Those of [`Archive::read`], and [`Error::Corrupt`] for statistics that the rows do not have.
    pub fn verify_statistics(&self, frame: usize, gene: Option<Past<'_>>) -> Result<u64, Fault<S::Error>> {
        let Framed { names, statistics } = self.framed(frame, gene)?;
        let Some(mut statistics) = statistics else { return Ok(0) };
        let mut verified = 0;
        for stretch in self.stretches().into_iter().filter(|stretch| stretch.frame == frame) {
            let Some(known) = statistics.get_mut(stretch.number).and_then(Option::take) else { continue };
            let mut fields = named(&names);
            let mut summaries = alloc::vec![Summary::default(); fields.len()];
            self.summarize(&stretch, &mut fields, &mut summaries, gene)?;
            if known != summaries {
                let error = Error::Corrupt("statistics that its rows do not have");
                return Err(Fault::Archive { at: stretch.at, error });
            }
            verified += 1;
        }
        Ok(verified)
    }

    /// Returns the values of `fields` in those of `rows`, counted as by [`Archive::read`], that `stretch` has. A column that
    /// its frame lacks has no values there.
    ///
    /// ```
    /// use qres_core::{compress, value::{Data, Type}, Archive, Options};
    ///
    /// let csv = b"time,temp\n0,20.1\n60,20.25\n120,\n";
    /// let bytes = compress(csv, &Options::default())?;
    /// let archive = Archive::open(&bytes[..], 1 << 30).unwrap();
    /// let fields = archive.fields(None).unwrap();
    /// assert_eq!(fields[1].kind, Type::Decimal { places: 2 });
    /// for stretch in archive.stretches() {
    ///     let batch = archive.values(&stretch, &fields[1..], 0..3, None).unwrap();
    ///     assert_eq!(batch.columns[0].data, Data::Integers(vec![2010, 2025, 0]));
    ///     assert_eq!(batch.columns[0].validity, [0b011]);
    /// }
    /// # Ok::<(), qres_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Archive::read`], and [`Error::Corrupt`] if a value does not have the type of its field.
    pub fn values(
        &self,
        stretch: &Stretch,
        fields: &[Field],
        rows: Range<u64>,
        gene: Option<Past<'_>>,
    ) -> Result<Batch, Fault<S::Error>> {
        let (header, bytes) = self.stretch(stretch, gene)?;
        let failed = |error| Fault::Archive { at: stretch.at, error };
        let wanted = stretch.wanted(&rows);
        let found = cells(stretch, &header, &bytes, fields, &wanted, gene).map_err(failed)?;
        let found = found.map(|cells| cells.batch(stretch.rows.start, wanted.start, fields, None));
        found.transpose().map_err(failed).map(Option::unwrap_or_default)
    }

    /// Returns the segments in which rows may meet `condition`, as far as their statistics say; segments without statistics are
    /// among them. Columns go by name, or by number from 1.
    ///
    /// # Errors
    ///
    /// Those of the source, and of headers and footers that are damaged.
    pub fn stretches_where(
        &self,
        condition: &Condition,
        gene: Option<Past<'_>>,
    ) -> Result<Vec<Stretch>, Fault<S::Error>> {
        let (mut found, mut frame) = (Vec::new(), None);
        for stretch in self.stretches() {
            let (places, statistics) = match &mut frame {
                Some((number, known)) if *number == stretch.frame => known,
                other => {
                    let Framed { names, statistics } = self.framed(stretch.frame, gene)?;
                    let first = |comparison: &Comparison| place_of(comparison.columns.first()?, &names);
                    let places: Vec<_> = condition.comparisons().iter().map(first).collect();
                    &mut other.insert((stretch.frame, (places, statistics))).1
                }
            };
            let known = statistics.as_ref().and_then(|all| all.get(stretch.number)?.as_deref());
            if known.is_none_or(|summaries| may_hold(condition, places, summaries)) {
                found.push(stretch);
            }
        }
        Ok(found)
    }

    /// Returns the values of `fields` in those rows of `rows` and `stretch` that meet `condition`: as [`Archive::values`], but of
    /// `fields` nothing is decoded where no row meets it.
    ///
    /// ```
    /// use qres_core::{compress, value::{Condition, Data}, Archive, Options};
    ///
    /// let csv = b"time,temp\n0,20.1\n60,20.25\n120,\n";
    /// let bytes = compress(csv, &Options::default())?;
    /// let archive = Archive::open(&bytes[..], 1 << 30).unwrap();
    /// let fields = archive.fields(None).unwrap();
    /// let condition = Condition::parse("temp > 20.1").unwrap();
    /// for stretch in archive.stretches_where(&condition, None).unwrap() {
    ///     let batch = archive.values_where(&stretch, &fields[..1], &condition, 0..3, None).unwrap();
    ///     assert_eq!(batch.columns[0].data, Data::Integers(vec![60]));
    /// }
    /// # Ok::<(), qres_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Archive::values`].
    pub fn values_where(
        &self,
        stretch: &Stretch,
        fields: &[Field],
        condition: &Condition,
        rows: Range<u64>,
        gene: Option<Past<'_>>,
    ) -> Result<Batch, Fault<S::Error>> {
        let (header, bytes) = self.stretch(stretch, gene)?;
        let failed = |error| Fault::Archive { at: stretch.at, error };
        let asked = asked(condition, &names(&header));
        let told = cells(stretch, &header, &bytes, &asked, &stretch.wanted(&rows), gene).map_err(failed)?;
        let Some(told) = told else { return Ok(Batch::default()) };
        let kept = told.lines_where(condition, &asked, stretch.wanted(&rows).start);
        let (Some(first), Some(last)) = (kept.first(), kept.last()) else { return Ok(Batch::none(fields)) };
        let found = cells(stretch, &header, &bytes, fields, &(*first..last + 1), gene).map_err(failed)?;
        let found = found.map(|cells| cells.batch(stretch.rows.start, *first, fields, Some(&kept)));
        found.transpose().map_err(failed).map(Option::unwrap_or_default)
    }

    /// Reads a segment, and the header that it belongs to.
    fn stretch(
        &self,
        stretch: &Stretch,
        gene: Option<Past<'_>>,
    ) -> Result<(Header, Vec<u8>), Fault<S::Error>> {
        let header = self.resolved(stretch.frame, gene)?;
        let entry = Entry { bytes: stretch.bytes, rows: stretch.rows.end - stretch.rows.start };
        let bytes = self.segment(stretch.at, entry, &header)?;
        Ok((header, bytes))
    }

    /// Reads the header of a frame.
    fn resolved(&self, frame: usize, gene: Option<Past<'_>>) -> Result<Header, Fault<S::Error>> {
        let frame = self.frames().get(frame).ok_or(Fault::Archive { at: 0, error: Error::Truncated })?;
        let header = self.header(frame)?;
        let header = header.resolved(prior_of(&header, gene));
        Ok(header.map_err(|error| Fault::Archive { at: frame.at, error })?.into_owned())
    }

    /// Reads what is known of the columns of a frame.
    fn framed(&self, frame: usize, gene: Option<Past<'_>>) -> Result<Framed, Fault<S::Error>> {
        let header = self.resolved(frame, gene)?;
        let footer = self.frames().get(frame).map(|frame| (frame.footer_at(), frame.footer.statistics()));
        let (at, statistics) = footer.unwrap_or((0, Ok(None)));
        let statistics = statistics.map_err(|error| Fault::Archive { at, error })?;
        Ok(Framed { names: names(&header), statistics })
    }
}

/// What is known of the columns of a frame before a segment is decoded.
struct Framed {
    names: Vec<Option<Vec<u8>>>,
    statistics: Option<Statistics>,
}

impl Batch {
    /// No row.
    fn none(fields: &[Field]) -> Self {
        let columns = fields.iter().filter_map(|field| Values::of(field.kind, core::iter::empty()));
        Self { rows: Vec::new(), columns: columns.collect() }
    }
}

impl Stretch {
    /// Which of its lines are among `rows`. What follows the last line end is one row more.
    fn wanted(&self, rows: &Range<u64>) -> Range<u64> {
        let (first, end) = (self.rows.start, self.rows.end.saturating_add(1));
        rows.start.clamp(first, end) - first..rows.end.clamp(first, end) - first
    }

    /// All lines of it, and one that has no end.
    fn lines(&self) -> Range<u64> {
        0..(self.rows.end - self.rows.start).saturating_add(1)
    }
}

impl Field {
    /// Its place among columns of these names, if it is one of them.
    fn place_in(&self, names: &[Option<Vec<u8>>]) -> Option<usize> {
        let here = names.get(self.place);
        let is_here = here.is_some_and(|name| {
            let name = name.as_ref().filter(|name| !name.is_empty());
            name.is_none_or(|name| *name == self.name) || self.name == number(self.place)
        });
        let by_name = || names.iter().position(|name| name.as_ref() == Some(&self.name));
        if is_here { Some(self.place) } else { by_name() }
    }

    /// Where its cells are in a table of that layout.
    fn pick(&self, layout: &Layout) -> Option<Pick> {
        let (mut picks, names): (Vec<Pick>, Vec<_>) = Pick::all(layout).into_iter().unzip();
        self.place_in(&names).map(|place| picks.swap_remove(place))
    }
}

/// The names of the columns of a frame.
fn names(header: &Header) -> Vec<Option<Vec<u8>>> {
    match &header.schema {
        Schema::Table(layout) => Pick::all(layout).into_iter().map(|(_, name)| name).collect(),
        Schema::Raw(raw) => alloc::vec![None; raw.channels.into()],
        _ => Vec::new(),
    }
}

/// The columns of these names, of no type yet. Of several that share a name, the first has it.
fn named(names: &[Option<Vec<u8>>]) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for (place, name) in names.iter().enumerate() {
        let is_new = |name: &&Vec<u8>| !name.is_empty() && fields.iter().all(|other| other.name != **name);
        let name = name.as_ref().filter(is_new).cloned().unwrap_or_else(|| number(place));
        fields.push(Field { name, place, kind: Type::Null });
    }
    fields
}

/// What a column without a name is called.
fn number(place: usize) -> Vec<u8> {
    place.saturating_add(1).to_string().into_bytes()
}

/// The cells of `fields` in the given lines of a segment; `None` if it has no columns.
fn cells(
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
fn each(column: &[u8]) -> impl Iterator<Item = &[u8]> {
    column.split_inclusive(|byte| *byte == b'\n').map(|cell| {
        let cell = cell.strip_suffix(b"\n").unwrap_or(cell);
        cell.strip_suffix(b"\r").unwrap_or(cell)
    })
}

impl Cells {
    /// The values of `fields` in the lines that are kept, or all; the segment's first row is that, and the first line of these
    /// cells that.
    fn batch(
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
    fn lines_where(&self, condition: &Condition, asked: &[Field], first: u64) -> Vec<u64> {
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
fn type_of(sample: Sample) -> Type {
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

/// The columns of a condition, in the order of its comparisons, in a frame with columns of these names.
fn asked(condition: &Condition, names: &[Option<Vec<u8>>]) -> Vec<Field> {
    let columns = condition.comparisons().iter().flat_map(|comparison| &comparison.columns);
    let field = |column: &String| {
        let place = place_of(column, names).unwrap_or(usize::MAX);
        Field { name: column.as_bytes().to_vec(), place, kind: Type::Text }
    };
    columns.map(field).collect()
}

/// Where the column of that name, or of that number from 1, stands.
fn place_of(column: &str, names: &[Option<Vec<u8>>]) -> Option<usize> {
    let by_name = names.iter().position(|name| name.as_deref() == Some(column.as_bytes()));
    let by_number = || column.parse::<usize>().ok()?.checked_sub(1).filter(|place| *place < names.len());
    by_name.or_else(by_number)
}

/// Whether a row may meet `condition`, whose comparisons look at these columns first, if these are the summaries of all.
fn may_hold(condition: &Condition, places: &[Option<usize>], summaries: &[Summary]) -> bool {
    // Where a frame has no such column, all of its cells are empty.
    let empty = Summary { cells: 1, blank: 1, ..Summary::default() };
    let possible = |nth: usize| {
        let summary = match places.get(nth) {
            Some(Some(place)) => summaries.get(*place),
            _ => Some(&empty),
        };
        let comparison = condition.comparisons().get(nth);
        comparison.zip(summary).map_or(Possible::ANYTHING, |(one, summary)| one.possible(summary))
    };
    condition.may_hold(&possible)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Options, codec::Level, compress, table::Input, value::Unit};
    use std::vec;

    /// The values of a column as text.
    type Shown = Vec<Option<String>>;

    /// The columns of an archive and all of its values, column by column.
    fn read(archive: &[u8]) -> (Vec<(String, Type)>, Vec<Shown>) {
        let archive = Archive::open(archive, 1 << 30).unwrap();
        let fields = archive.fields(None).unwrap();
        let mut columns = vec![Vec::new(); fields.len()];
        for stretch in archive.stretches() {
            let batch = archive.values(&stretch, &fields, 0..u64::MAX, None).unwrap();
            for (column, values) in columns.iter_mut().zip(&batch.columns) {
                assert_eq!(values.len(), batch.rows.len());
                column.extend((0..values.len()).map(|row| shown(values, row)));
            }
        }
        let name = |field: &Field| String::from_utf8(field.name.clone()).unwrap();
        (fields.iter().map(|field| (name(field), field.kind)).collect(), columns)
    }

    fn shown(values: &Values, row: usize) -> Option<String> {
        use crate::value::Data;
        values.is_valid(row).then(|| match &values.data {
            Data::Null(_) => String::new(),
            Data::Integers(all) => format!("{}", all[row]),
            Data::Floats(all) => format!("{}", f64::from_bits(all[row])),
            Data::Texts { bytes, offsets } => {
                String::from_utf8_lossy(&bytes[offsets[row] as usize..offsets[row + 1] as usize]).into_owned()
            }
        })
    }

    fn texts(cells: &[&str]) -> Vec<Option<String>> {
        cells.iter().map(|cell| (!cell.is_empty()).then(|| String::from(*cell))).collect()
    }

    #[test]
    fn columns_are_as_wide_as_all_segments_need() {
        let mut text = String::from("time,n,x,state\n");
        for row in 0..600 {
            let x = if row < 300 { format!("{row}") } else { format!("{row}.25") };
            let n = if row % 100 == 7 { "NA".into() } else { format!("{}", row * row) };
            text += &format!(
                "2025-01-01 {:02}:{:02}:00,{n},{x},{}\n",
                row / 60,
                row % 60,
                ["on", "off"][row / 7 % 2]
            );
        }
        text += "2025-01-01 10:00:00.5,,,on";
        let mut seen = None;
        for level in [1, 2, 5, 7] {
            for segment in [1 << 11, 1 << 20] {
                let options = Options { level: Level::new(level).unwrap(), segment, ..Options::default() };
                let (kinds, columns) = read(&compress(text.as_bytes(), &options).unwrap());
                let types: Vec<Type> = kinds.iter().map(|(_, kind)| *kind).collect();
                let time = Type::Time { unit: Unit::Millisecond, zoned: false };
                assert_eq!(
                    types,
                    [time, Type::Integer, Type::Decimal { places: 2 }, Type::Text],
                    "level {level}"
                );
                assert_eq!(columns[0].len(), 601);
                assert_eq!(columns[2][299..301], texts(&["29900", "30025"]));
                assert_eq!(columns[1][600], None);
                assert_eq!(*seen.get_or_insert_with(|| columns.clone()), columns);
            }
        }
    }

    #[test]
    fn other_tables_have_columns_too() {
        let lines = "{\"a\":1,\"b\":\"x\"}\n{\"a\":2.5,\"b\":\"y\"}\n".repeat(30);
        let (kinds, columns) = read(&compress(lines.as_bytes(), &Options::default()).unwrap());
        assert_eq!(kinds, [("a".into(), Type::Decimal { places: 1 }), ("b".into(), Type::Text)]);
        assert_eq!(columns[1][..2], texts(&["x", "y"]));
        let raw = Raw::new(Sample::I16, 2);
        let bytes: Vec<u8> = (-50_i16..50).flat_map(|n| [n, 7 * n]).flat_map(i16::to_le_bytes).collect();
        let archive = compress(&bytes, &Options { input: Input::Raw(raw), ..Options::default() }).unwrap();
        let (kinds, columns) = read(&archive);
        assert_eq!(kinds, [("1".into(), Type::Integer), ("2".into(), Type::Integer)]);
        assert_eq!(columns[1][..2], texts(&["-350", "-343"]));
        assert_eq!(read(&compress(b"no table", &Options::default()).unwrap()), (vec![], vec![]));
    }

    #[test]
    fn frames_of_other_columns_leave_values_out() {
        let one = compress(b"t,a\n1,2\n2,3\n3,4\n4,5\n", &Options::default()).unwrap();
        let two = compress(b"b,t\n7,8\n8,9\n9,10\n10,11\n", &Options::default()).unwrap();
        let (kinds, columns) = read(&[one, two].concat());
        let names: Vec<&str> = kinds.iter().map(|(name, _)| &**name).collect();
        assert_eq!(names, ["t", "a", "b"]);
        assert_eq!(columns[0], texts(&["1", "2", "3", "4", "8", "9", "10", "11"]));
        assert_eq!(columns[1], texts(&["2", "3", "4", "5", "", "", "", ""]));
    }

    #[test]
    fn rows_are_taken_from_the_middle() {
        let text: String = (0..100).map(|n| format!("{n},{}\n", n * n)).collect();
        let archive = compress(text.as_bytes(), &Options { segment: 256, ..Options::default() }).unwrap();
        let archive = Archive::open(&archive[..], 1 << 30).unwrap();
        let fields = archive.fields(None).unwrap();
        let mut rows = Vec::new();
        for stretch in archive.stretches() {
            let batch = archive.values(&stretch, &fields[..1], 20..77, None).unwrap();
            let numbers: Vec<i64> = batch.rows.iter().map(|row| *row as i64).collect();
            assert_eq!(batch.columns[0].data, crate::value::Data::Integers(numbers));
            rows.extend(batch.rows);
        }
        assert_eq!(rows, (20..77).collect::<Vec<u64>>());
    }

    /// Enough rows of noise that statistics are worth their bytes.
    fn noise() -> String {
        let mut random = crate::num::Random::new(7, 0);
        let mut row = |n: u64| {
            format!("{},{},{}\n", 1_700_000_000 + n, random.next_u64() >> 20, random.next_u64() >> 40)
        };
        core::iter::once("time,a,b\n".into()).chain((0..4000).map(&mut row)).collect()
    }

    #[test]
    fn footers_know_what_rows_say() {
        let text = noise();
        let options = Options { level: Level::FASTEST, segment: 1 << 16, ..Options::default() };
        let bytes = compress(text.as_bytes(), &options).unwrap();
        assert_eq!(crate::decompress(&bytes).unwrap(), text.as_bytes());
        let archive = Archive::open(&bytes[..], 1 << 30).unwrap();
        let segments = archive.stretches().len() as u64;
        assert_eq!(archive.verify_statistics(0, None), Ok(segments));
        let known = archive.frames()[0].footer.statistics().unwrap().unwrap();
        assert!(known.iter().all(Option::is_some));
        let mut alone = archive.fields(None).unwrap();
        let mut summaries = vec![Summary::default(); alone.len()];
        for stretch in archive.stretches() {
            archive.summarize(&stretch, &mut alone, &mut summaries, None).unwrap();
        }
        let kinds: Vec<Type> = summaries.iter().map(Type::of).collect();
        assert_eq!(alone.iter().map(|field| field.kind).collect::<Vec<_>>(), kinds);
    }

    #[test]
    fn false_statistics_are_found() {
        let options = Options { level: Level::FASTEST, segment: 1 << 16, ..Options::default() };
        let bytes = compress(noise().as_bytes(), &options).unwrap();
        let footer = Archive::open(&bytes[..], 1 << 30).unwrap().frames()[0].footer_at() as usize;
        let note = footer + memchr::memmem::find(&bytes[footer..], &[crate::frame::NOTE_TAG, 2]).unwrap();
        for at in note + 4..bytes.len() - 2 {
            for bit in [1, 64] {
                let mut changed = bytes.clone();
                changed[at] ^= bit;
                let archive = Archive::open(&changed[..], 1 << 30).unwrap();
                assert!(archive.verify_statistics(0, None).is_err(), "{at}");
                // What is believed may be wrong, but is never a panic.
                if let Ok(fields) = archive.fields(None) {
                    let stretch = &archive.stretches()[0];
                    _ = archive.values(stretch, &fields, 0..10, None);
                }
            }
        }
    }

    /// Rows by time with all kinds of columns, and their cells.
    fn table() -> (String, Vec<Vec<String>>) {
        let mut random = crate::num::Random::new(11, 0);
        let mut row = |n: u64| {
            let r = random.next_u64();
            let time = format!("2025-01-{:02} {:02}:{:02}:00", 1 + n / 1440, n / 60 % 24, n % 60);
            let level = match r % 50 {
                0 => String::new(),
                1 => "NA".into(),
                _ => format!("{}.{:02}", n / 100 + r % 7, (r >> 8) % 100),
            };
            vec![time, level, ["on", "off", ""][(r >> 20) as usize % 3].into(), format!("{}", r >> 30)]
        };
        let cells: Vec<Vec<String>> = (0..6000).map(&mut row).collect();
        let lines = cells.iter().map(|row| row.join(",") + "\n");
        (core::iter::once("time,level,state,noise\n".into()).chain(lines).collect(), cells)
    }

    #[test]
    fn rows_that_meet_a_condition_are_those_of_all_rows() {
        let (text, rows) = table();
        let archive = |segment| {
            let options = Options { level: Level::FASTEST, segment, ..Options::default() };
            compress(text.as_bytes(), &options).unwrap()
        };
        let (with, without) = (archive(60_000), archive(6000));
        let with = Archive::open(&with[..], 1 << 30).unwrap();
        let without = Archive::open(&without[..], 1 << 30).unwrap();
        assert!(with.frames()[0].footer.statistics().unwrap().is_some());
        assert!(without.frames()[0].footer.statistics().unwrap().is_none());
        let fields = with.fields(None).unwrap();
        assert_eq!(fields, without.fields(None).unwrap());
        let mut random = crate::num::Random::new(12, 0);
        let mut passed = 0;
        for _ in 0..80 {
            let (text, condition) = condition(&mut random, &rows, 2);
            let holds = |row: &&(u64, &Vec<String>)| {
                condition.holds(&|place| {
                    let comparison = &condition.comparisons()[place];
                    let column = ["time", "level", "state", "noise"]
                        .iter()
                        .position(|name| *name == comparison.columns[0]);
                    comparison.holds(row.1[column.unwrap()].as_bytes())
                })
            };
            let wanted: Vec<u64> =
                (0..).zip(&rows).filter(|row| holds(&row)).map(|(number, _)| number).collect();
            for archive in [&with, &without] {
                let stretches = archive.stretches_where(&condition, None).unwrap();
                passed += archive.stretches().len() - stretches.len();
                let batch = |stretch| {
                    archive.values_where(stretch, &fields[3..], &condition, 0..u64::MAX, None).unwrap()
                };
                let batches: Vec<Batch> = stretches.iter().map(batch).collect();
                let found: Vec<u64> = batches.iter().flat_map(|batch| batch.rows.clone()).collect();
                assert_eq!(found, wanted, "{text}");
                let values = batches
                    .iter()
                    .flat_map(|batch| (0..batch.rows.len()).map(|row| shown(&batch.columns[0], row)));
                let cells = wanted.iter().map(|row| Some(rows[*row as usize][3].clone()));
                assert!(values.eq(cells), "{text}");
            }
        }
        assert!(passed > 50, "{passed}");
    }

    /// A condition on the columns of [`table`], whose values are often those of cells.
    fn condition(random: &mut crate::num::Random, rows: &[Vec<String>], depth: u32) -> (String, Condition) {
        fn text(random: &mut crate::num::Random, rows: &[Vec<String>], depth: u32) -> String {
            if depth > 0 && random.below(3) > 0 {
                let (one, other) = (text(random, rows, depth - 1), text(random, rows, depth - 1));
                return match random.below(4) {
                    0 => format!("not ({one})"),
                    1 => format!("({one}) or {other}"),
                    _ => format!("{one} and ({other})"),
                };
            }
            let column = [0, 0, 1, 1, 2, 3][random.below(6) as usize];
            let name = ["time", "level", "state", "noise"][column];
            let value = &rows[random.below(rows.len() as u64) as usize][column];
            let sign = match column {
                2 => ["=", "!="][random.below(2) as usize],
                _ => ["=", "!=", "<", "<=", ">", ">="][random.below(6) as usize],
            };
            match random.below(12) {
                0 => format!("{name} is null"),
                1 if column == 0 => format!("{name} {sign} {}", &value[..10]),
                2 if column == 1 => format!("{name} {sign} {}", random.below(70)),
                _ if value.is_empty() || value == "NA" => format!("{name} is not null"),
                _ => format!("{name} {sign} {value}"),
            }
        }
        let text = text(random, rows, depth);
        let condition = Condition::parse(&text).unwrap_or_else(|why| panic!("{text}: {why}"));
        (text, condition)
    }
}
