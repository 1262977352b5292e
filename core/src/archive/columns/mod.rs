//! Columns of an archive as values, segment by segment: of other columns nothing is decoded.

mod cells;
mod field;
#[cfg(test)]
mod tests;

use super::open::{Archive, Fault, Source, prior_of};
use crate::{
    error::Error,
    frame::{Entry, Header, Past, Statistics},
    value::{Comparison, Condition, Possible, Summary, Type},
};
use alloc::vec::Vec;
use cells::{Cells, cells, each, type_of};
use core::ops::Range;
pub use field::{Batch, Field, Stretch};
use field::{asked, named, names, place_of};

/// What footers say of some fields in each stretch: nothing, or nothing of some of them.
pub type Known = Vec<Option<Vec<Option<Summary>>>>;

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
