//! How a text is written, where it is not bytes in lines that end with 0A: UTF-16, CR alone as line end, arrays of JSON.
//!
//! ```text
//! script := flags u8 | [odd byte]
//! flags  := bits 0..=1 0 bytes, 1 UTF-16 with the low byte first, 2 with the high byte first; bit 2 an odd byte ends it
//!           bit 3 0D and 0A change places; bit 4 records stand on one line; bit 5 on lines of their own
//!           bit 6 a line end is added behind the first byte; bit 7 one before the last `]`, with bit 5 a comma behind the
//!           last record
//! ```
//! A script makes *lines* of a text, which tables are found in, and the text of the lines again, byte for byte: each step is
//! undone by its own inverse. Called by segments; who cuts a text into segments asks where lines end.

mod flow;
mod records;
mod utf16;

use crate::{entropy::Cursor, error::Error};
use alloc::{borrow::Cow, vec::Vec};
pub use flow::Flow;
use utf16::End;

/// Bytes looked at to tell how a text is written.
const HEAD: usize = 1 << 16;
const ENDS: [Option<End>; 4] = [None, Some(End::Little), Some(End::Big), None];
const CODING: u8 = 3;
const ODD: u8 = 4;
const RETURNS: u8 = 8;
const RECORDS: u8 = 16;
const GATHERED: u8 = 32;
const OPENED: u8 = 64;
const CLOSED: u8 = 128;
const LOST: Error = Error::Corrupt("lines that their script does not write");

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Script {
    flags: u8,
    odd: u8,
}

impl Script {
    /// How `text` is written, if it is not bytes in lines.
    pub fn detect(text: &[u8]) -> Option<Self> {
        let (script, _) = Self::look(text);
        (script.flags != 0).then_some(script)
    }

    /// How a text that goes on is written, if it is not bytes in lines; `None` as long as that cannot be told.
    pub fn tell(text: &[u8]) -> Option<Option<Self>> {
        let (script, head) = Self::look(text);
        let first = memchr::memchr(b'\n', &head).and_then(|end| head.get(..end));
        // A bracket alone may open an array.
        let is_line = first.is_some_and(|line| !matches!(line.trim_ascii(), b"[" | b"[{"));
        let told = is_line || script.flags & !CODING != 0 || text.len() >= HEAD;
        told.then_some((script.flags != 0).then_some(script))
    }

    /// How `text` is written, and the lines at its beginning, in which records are not told apart yet.
    fn look(text: &[u8]) -> (Self, Cow<'_, [u8]>) {
        let end = End::detect(text);
        let mut flags = end.map_or(0, End::flag);
        let head = text.get(..HEAD).unwrap_or(text);
        let mut head = end.map_or(Cow::Borrowed(head), |end| Cow::Owned(end.read(head)));
        if has_returns(&head) {
            flags |= RETURNS;
            exchange_returns(head.to_mut());
        }
        flags |= match records::detect(&head) {
            Some(records::Kind::OneLine) => RECORDS,
            Some(records::Kind::OwnLines) => GATHERED,
            None => 0,
        };
        (Self { flags, odd: 0 }, head)
    }

    /// The lines of a text, however it is written.
    pub fn lines_of(text: &[u8]) -> Cow<'_, [u8]> {
        match Self::detect(text) {
            Some(script) => Cow::Owned(script.lines(text).1),
            None => Cow::Borrowed(text),
        }
    }

    /// The lines of a text, and the script that makes the text of them again.
    pub(crate) fn lines(mut self, text: &[u8]) -> (Self, Vec<u8>) {
        if let (Some(_), [odd]) = (self.end(), text.as_chunks::<2>().1) {
            (self.flags, self.odd) = (self.flags | ODD, *odd);
        }
        let mut lines = self.decoded(text);
        if self.has(GATHERED) {
            if let Some(at) = records::Array::of(&lines).last_comma(&lines) {
                self.flags |= CLOSED;
                lines.insert(at, b',');
            }
            records::gather(&mut lines);
        }
        if self.has(RECORDS) {
            records::exchange(&mut lines);
            if matches!(&*lines, [b'[', b'{' | b'[', ..]) {
                self.flags |= OPENED;
                lines.insert(1, b'\n');
            }
            if let Some(last) = records::last_bracket(&lines) {
                self.flags |= CLOSED;
                lines.insert(last, b'\n');
            }
        }
        (self, lines)
    }

    /// The bytes of a text in lines that end with 0A, records as they are.
    fn decoded(self, text: &[u8]) -> Vec<u8> {
        let mut lines = self.end().map_or_else(|| text.to_vec(), |end| end.read(text));
        if self.has(RETURNS) {
            exchange_returns(&mut lines);
        }
        lines
    }

    /// The rows of a part of a text that is cut where lines end: its lines, where records of JSON are nothing but records.
    /// What stands between them does not come back.
    pub fn rows(self, part: &[u8]) -> Vec<u8> {
        let mut lines = self.decoded(part);
        match (self.has(GATHERED), self.has(RECORDS)) {
            (true, _) => records::gather(&mut lines),
            (_, true) => records::exchange(&mut lines),
            _ => return lines,
        }
        records::bare(&lines)
    }

    /// The script that makes a text of [`Script::rows`], for rows that come one at a time; none where they are the text.
    pub fn of_rows(self) -> Option<Self> {
        let flags = self.flags & (CODING | RETURNS);
        (flags != 0).then_some(Self { flags, odd: 0 })
    }

    /// The text of lines.
    pub fn text(self, mut lines: Vec<u8>) -> Result<Vec<u8>, Error> {
        if self.has(GATHERED) {
            records::gather(&mut lines);
            if self.has(CLOSED) {
                lines.remove(records::added_comma(&lines).ok_or(LOST)?);
            }
        }
        if self.has(RECORDS) {
            if self.has(CLOSED) {
                let last = memchr::memrchr(b']', &lines).and_then(|last| last.checked_sub(1)).ok_or(LOST)?;
                remove_end(&mut lines, last)?;
            }
            if self.has(OPENED) {
                remove_end(&mut lines, 1)?;
            }
            records::exchange(&mut lines);
        }
        if self.has(RETURNS) {
            exchange_returns(&mut lines);
        }
        let Some(end) = self.end() else { return Ok(lines) };
        let mut text = end.write(&lines).ok_or(LOST)?;
        text.extend(self.has(ODD).then_some(self.odd));
        Ok(text)
    }

    /// Where a text that goes on can be cut: where its last line ends, or between two units; `None` if it cannot.
    pub(crate) fn last_end(self, text: &[u8]) -> Option<usize> {
        let units = || self.end().map(|_| text.len() & !1).filter(|end| *end > 0);
        self.last_line_end(text).or_else(units)
    }

    /// Where the last line of a text ends that goes on.
    fn last_line_end(self, text: &[u8]) -> Option<usize> {
        let mut ends = memchr::memrchr_iter(self.stop(), text);
        match self.end() {
            Some(end) => ends.find_map(|at| end.end_of(text, at)),
            None if self.has(RECORDS) => records::last_end(text),
            None if self.has(GATHERED) => records::Array::of(text).last_end(text),
            None => ends.next().map(|at| at + 1),
        }
    }

    /// Where the first line behind `from` ends.
    pub fn next_end(self, text: &[u8], from: usize) -> Option<usize> {
        let mut ends = memchr::memchr_iter(self.stop(), text.get(from..)?).map(|at| from + at);
        match self.end() {
            Some(end) => ends.find_map(|at| end.end_of(text, at)),
            None if self.has(RECORDS) => records::next_end(text, from),
            None if self.has(GATHERED) => records::Array::of(text).next_end(text, from),
            None => ends.next().map(|at| at + 1),
        }
    }

    /// The byte that ends lines.
    fn stop(self) -> u8 {
        if self.has(RETURNS) { b'\r' } else { b'\n' }
    }

    /// Appends the script.
    pub(crate) fn write(self, out: &mut Vec<u8>) {
        out.push(self.flags);
        out.extend(self.has(ODD).then_some(self.odd));
    }

    /// Reads a script.
    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<Self, Error> {
        let mut this = Self { flags: cursor.u8()?, odd: 0 };
        let strange = this.flags & CODING == CODING || (this.has(ODD) && this.end().is_none());
        let both = RECORDS | GATHERED;
        let added = (this.has(OPENED) && !this.has(RECORDS)) || (this.has(CLOSED) && this.flags & both == 0);
        if this.flags == 0 || strange || added || this.flags & both == both {
            return Err(Error::Corrupt("unknown script"));
        }
        if this.has(ODD) {
            this.odd = cursor.u8()?;
        }
        Ok(this)
    }

    fn has(self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    fn end(self) -> Option<End> {
        ENDS.get(usize::from(self.flags & CODING)).copied().flatten()
    }

    /// Returns its name for people.
    pub fn name(self) -> &'static str {
        match (self.end(), self.has(RETURNS)) {
            (Some(End::Little), _) => "UTF-16, little-endian",
            (Some(End::Big), _) => "UTF-16, big-endian",
            (None, true) => "CR as line end",
            (None, false) => "an array of JSON",
        }
    }
}

/// Whether lines end with CR alone.
fn has_returns(head: &[u8]) -> bool {
    // Most texts have no CR, or one before each LF, which takes less to see than to count.
    let first = memchr::memchr(b'\r', head).filter(|at| head.get(at + 1) != Some(&b'\n'));
    let count = |byte| memchr::memchr_iter(byte, head).count();
    first.is_some() && count(b'\r') >= 2 && count(b'\n') * 8 < count(b'\r')
}

/// Its own inverse.
fn exchange_returns(lines: &mut [u8]) {
    for byte in lines {
        *byte = match *byte {
            b'\r' => b'\n',
            b'\n' => b'\r',
            other => other,
        };
    }
}

/// Takes out the line end that was added at a place.
fn remove_end(lines: &mut Vec<u8>, at: usize) -> Result<(), Error> {
    if lines.get(at) != Some(&b'\n') {
        return Err(LOST);
    }
    lines.remove(at);
    Ok(())
}

#[cfg(test)]
mod tests;
