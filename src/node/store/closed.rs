//! A file of lines that is full: an archive, and which of its lines are what.
//!
//! ```text
//! 0        4       12    20          28      29
//! | "QLC1" | first | end | age clock | exact | names | runs | text | archive | check |
//! ```
//! `names` are those that hold at the first line, with their length; the text that is archived begins with them unless its
//! first line is names. `text` is the length of the text, four bytes; `runs` and `archive` have their lengths before them, of
//! four bytes too. A run is a kind and a number of eight bytes:
//!
//! | kind | number | what |
//! |-|-|-|
//! | 0 | lines | rows that end with their only line end |
//! | 1 | bytes | another row |
//! | 2 | bytes | names of columns; the names themselves follow |
//! | 3 | lines | a gap; why, in a byte, follows |

use super::{
    fields::{Fields, add_check, add_counted, checked},
    line::{Entry, Why},
    record::{MAX_LINE, MAX_NUMBER, Record},
};
use qres_core::{Error, Options, Reader, archive::Bound};

const MAGIC: &[u8; 4] = b"QLC1";
/// Limit: bytes of memory that decoding one takes.
const MAX_MEMORY: u64 = 256 << 20;
/// Limit: bytes of a text. Full files are closed long before.
const MAX_TEXT: usize = 64 << 20;

/// Consecutive lines of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Run {
    /// So many rows, each of which ends with its only line end.
    Rows(u64),
    /// Another row, of so many bytes.
    Row(u64),
    Names(Vec<u8>),
    Gap {
        rows: u64,
        why: Why,
    },
}

/// What a closed file says about its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Closed {
    first: u64,
    end: u64,
    clock: u64,
    exact: bool,
    names: Vec<u8>,
    runs: Vec<Run>,
}

/// The lines of a full file, on their way into a closed one.
#[derive(Debug)]
pub(super) struct Lines {
    closed: Closed,
    text: Vec<u8>,
}

impl Lines {
    /// Collects the lines of `records`, which begin with number `first` and must end before `end`.
    pub(super) fn collect<'r>(
        records: impl Iterator<Item = (u64, Record<'r>)>,
        first: u64,
        end: u64,
        clock: u64,
    ) -> Self {
        let closed = Closed { first, end, clock, exact: true, names: vec![], runs: vec![] };
        let (mut lines, mut next) = (Self { closed, text: vec![] }, first);
        for (number, record) in records {
            if number + record.rows() > end {
                break;
            }
            next = number + record.rows();
            lines.add(record);
        }
        if next < end {
            lines.closed.add(Run::Gap { rows: end - next, why: Why::Damaged });
        }
        lines
    }

    fn add(&mut self, record: Record<'_>) {
        let run = match record {
            Record::Before(names) => {
                self.closed.names = names.to_vec();
                return;
            }
            Record::Row(row) if is_plain(row) => Run::Rows(1),
            Record::Row(row) => Run::Row(row.len() as u64),
            Record::Names(names) => Run::Names(names.to_vec()),
            Record::Gap { rows, why } => Run::Gap { rows, why },
        };
        if let Record::Row(line) | Record::Names(line) = record {
            self.text.extend_from_slice(line);
        }
        self.closed.add(run);
    }

    /// Returns what [`Decoded::new`] gives for the closed file.
    pub(super) fn decoded(self) -> Decoded {
        let text = [self.closed.lead(), &self.text].concat();
        Decoded { closed: self.closed, text }
    }
}

/// Whether a row ends with its only line end.
fn is_plain(row: &[u8]) -> bool {
    memchr::memchr(b'\n', row).is_some_and(|end| end + 1 == row.len())
}

impl Closed {
    fn add(&mut self, run: Run) {
        match (self.runs.last_mut(), run) {
            (Some(Run::Rows(rows)), Run::Rows(more)) => *rows += more,
            (Some(Run::Gap { rows, why }), Run::Gap { rows: more, why: other }) if *why == other => {
                *rows += more;
            }
            (_, run) => self.runs.push(run),
        }
    }

    /// Returns the names that its text begins with, beside those of its lines.
    fn lead(&self) -> &[u8] {
        if matches!(self.runs.first(), Some(Run::Names(_))) { &[] } else { &self.names }
    }

    /// Returns the file, whose `archive` holds so many bytes of text.
    fn write(&self, text: usize, archive: &[u8]) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        for number in [self.first, self.end, self.clock] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        out.push(u8::from(self.exact));
        add_counted(&mut out, &self.names);
        add_counted(&mut out, &self.runs.iter().flat_map(Run::bytes).collect::<Vec<u8>>());
        out.extend_from_slice(&(text as u32).to_le_bytes());
        add_counted(&mut out, archive);
        add_check(&mut out);
        out
    }

    /// Parses such a file; gives the length of its text and its archive, too.
    fn parse(file: &[u8]) -> Option<(Self, usize, &[u8])> {
        let mut fields = checked(file)?;
        if fields.bytes(4)? != MAGIC {
            return None;
        }
        let (first, end, clock) = (fields.long()?, fields.long()?, fields.long()?);
        let exact = [false, true].get(usize::from(fields.byte()?)).copied()?;
        let (names, mut list) = (fields.counted()?.to_vec(), Fields(fields.counted()?));
        let (text, archive) = (fields.short()? as usize, fields.counted()?);
        let mut runs = vec![];
        while !list.0.is_empty() {
            runs.push(Run::read(&mut list)?);
        }
        let lines = runs.iter().try_fold(0_u64, |lines, run| lines.checked_add(run.lines()))?;
        let is_right = end <= MAX_NUMBER && first.checked_add(lines)? == end && text <= MAX_TEXT;
        let closed = Self { first, end, clock, exact, names, runs };
        (is_right && fields.0.is_empty()).then_some((closed, text, archive))
    }

    /// Gives each entry from number `from` on until `give` says that it is enough; returns the number after the last, and
    /// nothing where `text` does not have the lines.
    fn walk(&self, text: &[u8], from: u64, give: &mut dyn FnMut(Entry<'_>) -> bool) -> Option<u64> {
        let (mut text, mut number) = (Fields(text), self.first);
        text.bytes(self.lead().len() as u64)?;
        for run in &self.runs {
            let lines = if let Run::Gap { .. } = run { 1 } else { run.lines() };
            for _ in 0..lines {
                let entry = run.next(&mut text, number, self.exact)?;
                number = entry.end();
                if entry.since(from).is_some_and(|entry| !give(entry)) {
                    return Some(number);
                }
            }
        }
        text.0.is_empty().then_some(number)
    }
}

impl Run {
    fn bytes(&self) -> Vec<u8> {
        let (kind, number, rest) = match self {
            Self::Rows(rows) => (0, *rows, vec![]),
            Self::Row(bytes) => (1, *bytes, vec![]),
            Self::Names(names) => (2, names.len() as u64, names.clone()),
            Self::Gap { rows, why } => (3, *rows, vec![*why as u8]),
        };
        [&[kind][..], &number.to_le_bytes(), &rest].concat()
    }

    fn read(list: &mut Fields<'_>) -> Option<Self> {
        let (kind, number) = (list.byte()?, list.long()?);
        match kind {
            0 => Some(Self::Rows(number)),
            1 => Some(Self::Row(number)),
            2 if number <= MAX_LINE as u64 => Some(Self::Names(list.bytes(number)?.to_vec())),
            3 => Some(Self::Gap { rows: number, why: Why::new(list.byte()?)? }),
            _ => None,
        }
    }

    fn lines(&self) -> u64 {
        match self {
            Self::Rows(rows) | Self::Gap { rows, .. } => *rows,
            Self::Row(_) | Self::Names(_) => 1,
        }
    }

    /// Takes the next entry of the run from `text`.
    fn next<'t>(&self, text: &mut Fields<'t>, number: u64, exact: bool) -> Option<Entry<'t>> {
        match self {
            Self::Rows(_) => {
                let end = memchr::memchr(b'\n', text.0)? as u64 + 1;
                Some(Entry::Row { number, bytes: text.bytes(end)?, exact })
            }
            Self::Row(length) => Some(Entry::Row { number, bytes: text.bytes(*length)?, exact }),
            Self::Names(names) => {
                let bytes = text.bytes(names.len() as u64)?;
                (bytes == &names[..]).then_some(Entry::Names { number, bytes })
            }
            Self::Gap { rows, why } => Some(Entry::Gap { first: number, rows: *rows, why: *why }),
        }
    }
}

/// A closed file, decoded.
#[derive(Debug)]
pub(super) struct Decoded {
    closed: Closed,
    text: Vec<u8>,
}

impl Decoded {
    /// Decodes a closed file; nothing if it is damaged.
    pub(super) fn new(file: &[u8]) -> Option<Self> {
        let (closed, length, archive) = Closed::parse(file)?;
        let (mut reader, mut text) = (Reader::new(MAX_MEMORY), Vec::new());
        reader.read(archive, &mut text).ok()?;
        reader.finish().ok()?;
        let is_right = text.len() == length && closed.walk(&text, 0, &mut |_| true) == Some(closed.end);
        is_right.then_some(Self { closed, text })
    }

    /// Returns the number of its first line.
    pub(super) fn first(&self) -> u64 {
        self.closed.first
    }

    /// Returns the number after that of its last line.
    pub(super) fn end(&self) -> u64 {
        self.closed.end
    }

    /// Gives each entry from number `from` on until `give` says that it is enough; returns the number after the last.
    pub(super) fn read(&self, from: u64, give: &mut dyn FnMut(Entry<'_>) -> bool) -> u64 {
        self.closed.walk(&self.text, from, give).unwrap_or(self.closed.end)
    }

    /// Returns the names of columns that hold at the line with this number.
    pub(super) fn names_at(&self, number: u64) -> Option<&[u8]> {
        let (mut at, mut found) = (self.closed.first, &self.closed.names);
        for run in &self.closed.runs {
            match run {
                Run::Names(names) if at <= number => found = names,
                _ => {}
            }
            at += run.lines();
        }
        (!found.is_empty()).then_some(found)
    }

    /// Returns the closed file.
    pub(super) fn close(&self) -> Result<Vec<u8>, Error> {
        let archive = qres_core::compress(&self.text, &Options::default())?;
        Ok(self.closed.write(self.text.len(), &archive))
    }

    /// Returns the file with its numbers within `bounds`, if that can be.
    pub(super) fn within(&self, bounds: &[Bound]) -> Option<Vec<u8>> {
        // Rows are found by their line ends: lengths change.
        let is_plain = self.closed.exact && !self.closed.runs.iter().any(|run| matches!(run, Run::Row(_)));
        let options = Options { bounds: bounds.to_vec(), ..Options::default() };
        let archive = is_plain.then(|| qres_core::compress(&self.text, &options))?.ok()?;
        let text = qres_core::decompress(&archive).ok()?;
        let closed = Closed { exact: false, ..self.closed.clone() };
        let is_whole = closed.walk(&text, 0, &mut |_| true) == Some(closed.end);
        is_whole.then(|| closed.write(text.len(), &archive))
    }
}

/// Returns the log's clock that a closed file tells.
pub(super) fn clock(file: &[u8]) -> Option<u64> {
    Closed::parse(file).map(|(closed, ..)| closed.clock)
}
