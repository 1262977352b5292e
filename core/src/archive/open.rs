//! An archive whose parts are read where they lie: its end says where, so nothing else need be read to begin with.

use crate::{
    entropy::Cursor,
    error::Error,
    frame::{Entry, Footer, Header, MAGIC, MAX_FOOTER_NOTES, MAX_SEGMENTS, Past, Prior, View},
    parallel::Sequential,
    table::{Pick, Picked, Schema},
};
use alloc::vec::Vec;
use core::{convert::Infallible, fmt, ops::Range};

/// Bytes that can be read at any place.
pub trait Source {
    /// Why they cannot.
    type Error;

    /// Returns how many there are.
    ///
    /// # Errors
    ///
    /// The source's own.
    fn length(&self) -> Result<u64, Self::Error>;

    /// Reads `length` bytes at offset `at`, or fewer at the end.
    ///
    /// # Errors
    ///
    /// The source's own.
    fn read_at(&self, at: u64, length: u64) -> Result<Vec<u8>, Self::Error>;
}

impl Source for &[u8] {
    type Error = Infallible;

    fn length(&self) -> Result<u64, Infallible> {
        Ok(self.len() as u64)
    }

    fn read_at(&self, at: u64, length: u64) -> Result<Vec<u8>, Infallible> {
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(self.len());
        Ok(self.get(place(at)..place(at.saturating_add(length))).unwrap_or_default().to_vec())
    }
}

/// Why a part of an archive could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault<E> {
    /// The source failed.
    Source(E),
    /// The bytes at offset `at` are not a valid part of an archive.
    Archive {
        /// Where.
        at: u64,
        /// Why.
        error: Error,
    },
}

impl<E: fmt::Display> fmt::Display for Fault<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source(error) => error.fmt(f),
            Self::Archive { at, error } => write!(f, "byte {at}: {error}"),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> core::error::Error for Fault<E> {}

impl<E> From<E> for Fault<E> {
    fn from(error: E) -> Self {
        Self::Source(error)
    }
}

/// A frame and where it lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Where its header begins.
    pub at: u64,
    /// Its footer.
    pub footer: Footer,
}

impl Frame {
    /// Its segments and where they begin.
    pub fn segments(&self) -> impl Iterator<Item = (u64, Entry)> {
        let first = self.at + self.footer.header_bytes;
        self.footer.entries.iter().scan(first, |next, &entry| {
            let at = *next;
            *next += entry.bytes;
            Some((at, entry))
        })
    }

    /// Where its footer begins.
    pub fn footer_at(&self) -> u64 {
        self.segments().last().map_or(self.at + self.footer.header_bytes, |(at, entry)| at + entry.bytes)
    }

    /// Finds the frame that ends at byte `end` of `source` and counts, if one does.
    ///
    /// # Errors
    ///
    /// Those of the source.
    pub fn before<S: Source>(source: &S, end: u64) -> Result<Option<Self>, S::Error> {
        let tail = source.read_at(end - end.min(10), end.min(10))?;
        let length = Footer::length_from_end(&tail).ok().filter(|&length| length <= end.min(MAX_FOOTER));
        let Some(length) = length else { return Ok(None) };
        let bytes = source.read_at(end - length, length)?;
        let mut cursor = Cursor::new(&bytes);
        let footer = Footer::read(&mut cursor).ok().filter(|_| cursor.rest().is_empty());
        let Some(footer) = footer else { return Ok(None) };
        let Some(at) = footer.frame_bytes(length).and_then(|bytes| end.checked_sub(bytes)) else {
            return Ok(None);
        };
        let counts = source.read_at(at, MAGIC.len() as u64)? == MAGIC;
        Ok(counts.then_some(Self { at, footer }))
    }
}

/// Limit: bytes of a footer, whose numbers are varints.
const MAX_FOOTER: u64 = 64 + 20 * (MAX_SEGMENTS as u64 + 1) + MAX_FOOTER_NOTES;

/// An archive whose parts can be read in any order.
///
/// ```
/// use qres_core::{compress, Archive, Options};
///
/// let csv = b"time,temp\n0,20.1\n60,20.2\n120,20.2\n";
/// let bytes = compress(csv, &Options::default())?;
/// let archive = Archive::open(&bytes[..], 1 << 30).unwrap();
/// assert_eq!(archive.rows(), 3);
/// assert_eq!(archive.columns().unwrap(), [Some(b"time".to_vec()), Some(b"temp".to_vec())]);
/// assert_eq!(archive.read(1..2, None).unwrap(), b"60,20.2\n");
/// # Ok::<(), qres_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Archive<S> {
    source: S,
    limit: u64,
    frames: Vec<Frame>,
}

impl<S: Source> Archive<S> {
    /// Reads where everything lies; decoding, and knowing where everything lies, may each take `limit` bytes of memory.
    ///
    /// # Errors
    ///
    /// [`Error::Truncated`] if the end of `source` does not lead to its beginning, as when an archive is being written: read
    /// it front to back then. [`Error::Limit`] if it has too many parts.
    pub fn open(source: S, limit: u64) -> Result<Self, Fault<S::Error>> {
        let mut end = source.length()?;
        let (mut frames, mut taken) = (Vec::new(), 0_u64);
        while end > 0 {
            let frame = Frame::before(&source, end)?;
            let frame = frame.ok_or(Fault::Archive { at: end, error: Error::Truncated })?;
            end = frame.at;
            taken += (size_of::<Frame>() + frame.footer.memory()) as u64;
            if taken > limit {
                let error = Error::Limit { asked: taken, allowed: limit };
                return Err(Fault::Archive { at: end, error });
            }
            frames.push(frame);
        }
        if frames.is_empty() {
            return Err(Fault::Archive { at: 0, error: Error::Truncated });
        }
        frames.reverse();
        Ok(Self { source, limit, frames })
    }

    /// Returns where its bytes come from.
    pub fn source(&self) -> &S {
        &self.source
    }

    /// Its frames, in order.
    pub fn frames(&self) -> &[Frame] {
        &self.frames
    }

    /// How many rows it has: lines after the first segment's names, or rows of raw samples.
    pub fn rows(&self) -> u64 {
        let entries = self.frames.iter().flat_map(|frame| &frame.footer.entries);
        entries.fold(0, |rows, entry| rows.saturating_add(entry.rows))
    }

    /// Reads the bytes of the header of `frame`, which its footer is believed as far as a header can be long.
    pub(super) fn header_bytes(&self, frame: &Frame) -> Result<Vec<u8>, S::Error> {
        self.source.read_at(frame.at, frame.footer.header_bytes.min(self.limit))
    }

    /// Reads the header of `frame`.
    ///
    /// # Errors
    ///
    /// See [`Header::read`].
    pub fn header(&self, frame: &Frame) -> Result<Header, Fault<S::Error>> {
        let bytes = self.header_bytes(frame)?;
        Header::read(&mut Cursor::new(&bytes), self.limit)
            .map_err(|error| Fault::Archive { at: frame.at, error })
    }

    /// Reads the bytes of the segment at `at`, which [`View::read`] understands.
    ///
    /// # Errors
    ///
    /// Those of the source.
    pub fn segment(&self, at: u64, entry: Entry, header: &Header) -> Result<Vec<u8>, S::Error> {
        self.source.read_at(at, entry.bytes.min(header.memory()))
    }

    /// Returns the column names of the first frame: `None` for a column without a name, nothing unless it is a table.
    ///
    /// # Errors
    ///
    /// See [`Header::read`].
    pub fn columns(&self) -> Result<Vec<Option<Vec<u8>>>, Fault<S::Error>> {
        let Some(first) = self.frames.first() else { return Ok(Vec::new()) };
        let header = self.header(first)?;
        Ok(match &header.schema {
            Schema::Table(layout) => layout.names(),
            _ => Vec::new(),
        })
    }

    /// Returns the text of rows, counted from 0 through all frames, without names before them; only their segments are read.
    /// Archives that start from a gene need that `gene`.
    ///
    /// # Errors
    ///
    /// Those of the source, of damage, and [`Error::Gene`] if another gene is needed.
    pub fn read(&self, rows: Range<u64>, gene: Option<Past<'_>>) -> Result<Vec<u8>, Fault<S::Error>> {
        let mut out = Vec::new();
        self.visit(&rows, |header, view, wanted, is_first| {
            out.extend(rows_of(view, header, gene, is_first, wanted)?);
            Ok(())
        })?;
        Ok(out)
    }

    /// Calls `visit` with the cells of the `named` columns in rows, counted as by [`Archive::read`], segment by segment.
    /// Only these columns are decoded, but all of them in segments with lines that are not rows of the table. A column that a
    /// frame lacks has empty cells there; frames without a table are skipped.
    ///
    /// ```
    /// # use qres_core::{compress, Archive, Options};
    /// # let csv = b"time,temp\n0,20.1\n60,20.2\n120,20.2\n";
    /// # let bytes = compress(csv, &Options::default())?;
    /// # let archive = Archive::open(&bytes[..], 1 << 30).unwrap();
    /// let mut temperatures = Vec::new();
    /// archive.scan(&[b"temp"], 1..3, None, |cells| temperatures.extend_from_slice(&cells.columns[0])).unwrap();
    /// assert_eq!(temperatures, b"20.2\n20.2\n");
    /// # Ok::<(), qres_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Archive::read`].
    pub fn scan(
        &self,
        named: &[&[u8]],
        rows: Range<u64>,
        gene: Option<Past<'_>>,
        mut visit: impl FnMut(&Picked),
    ) -> Result<(), Fault<S::Error>> {
        self.visit(&rows, |header, view, wanted, is_first| {
            let header = header.resolved(prior_of(header, gene))?;
            let Schema::Table(layout) = &header.schema else { return Ok(()) };
            let picks: Vec<_> = named.iter().map(|name| Pick::named(layout, name)).collect();
            let picked = match view.picked(&header, layout, &picks, wanted.clone())? {
                Some(picked) => picked,
                None => {
                    let mut lines = rows_of(view, &header, gene, is_first, wanted)?;
                    if lines.last().is_some_and(|byte| *byte != b'\n') {
                        lines.push(b'\n');
                    }
                    Picked::of_lines(&lines, layout, &picks)
                }
            };
            visit(&picked);
            Ok(())
        })
    }

    /// Calls `visit` with each segment that has some of `rows`: its header, which of its rows they are, and whether it is the
    /// first of its frame.
    fn visit(
        &self,
        rows: &Range<u64>,
        mut visit: impl FnMut(&Header, &View<'_>, &Range<u64>, bool) -> Result<(), Error>,
    ) -> Result<(), Fault<S::Error>> {
        let mut first = 0_u64;
        for frame in &self.frames {
            let mut header = None;
            for (number, (at, entry)) in frame.segments().enumerate() {
                // What follows the last line end is one row more.
                let wanted = rows.start.saturating_sub(first)..rows.end.saturating_sub(first);
                if wanted.start <= entry.rows && !wanted.is_empty() {
                    let header = match &mut header {
                        Some(header) => header,
                        none => none.insert(self.header(frame)?),
                    };
                    let bytes = self.segment(at, entry, header)?;
                    View::read(&mut Cursor::new(&bytes), header)
                        .and_then(|view| visit(header, &view, &wanted, number == 0))
                        .map_err(|error| Fault::Archive { at, error })?;
                }
                first = first.saturating_add(entry.rows);
            }
        }
        Ok(())
    }
}

/// What segments with this header go on from, if it is that of `gene`.
pub(super) fn prior_of<'g>(header: &Header, gene: Option<Past<'g>>) -> Option<&'g Prior> {
    gene.filter(|gene| header.gene.as_ref() == Some(gene.id)).map(|gene| gene.prior)
}

/// The text of some rows of a segment; `is_first` of its frame.
pub(super) fn rows_of(
    view: &View<'_>,
    header: &Header,
    gene: Option<Past<'_>>,
    is_first: bool,
    rows: &Range<u64>,
) -> Result<Vec<u8>, Error> {
    let mut text = Vec::new();
    view.decode_lines(&Sequential, prior_of(header, gene), header, &mut text)?;
    let preamble = if is_first { header.schema.preamble() } else { &[] };
    let text = text.strip_prefix(preamble).unwrap_or(&text);
    let place = |row: u64| match &header.schema {
        Schema::Raw(raw) => usize::try_from(row).unwrap_or(usize::MAX).saturating_mul(raw.row_bytes()),
        _ => after_lines(text, row),
    };
    let end = if rows.end > view.rows { text.len() } else { place(rows.end) };
    Ok(text.get(place(rows.start)..end).unwrap_or_default().to_vec())
}

/// Where `lines` lines of `text` have ended.
fn after_lines(text: &[u8], lines: u64) -> usize {
    let Some(last) = lines.checked_sub(1) else { return 0 };
    let end = usize::try_from(last).ok().and_then(|last| memchr::memchr_iter(b'\n', text).nth(last));
    end.map_or(text.len(), |end| end + 1)
}
