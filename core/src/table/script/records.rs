//! Arrays of JSON: a record a line, whether all of them stand on one, each on its own or each on several.
//!
//! Bytes change places where what is around them says so, which stays as it is: what is done twice is undone.

use alloc::vec::Vec;
use core::cmp::Ordering;

/// How records are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Many on a line.
    OneLine,
    /// Each on one line or several of its own.
    OwnLines,
}

/// Stands for a line end within a record.
pub(super) const INNER: u8 = 0x0B;
/// Fewer records are not worth it.
const FEWEST: usize = 4;
/// Blanks between two records that are looked across.
const BLANKS: usize = 64;

/// How the records in the beginning of a text are written, if they are not a line each.
pub(super) fn detect(head: &[u8]) -> Option<Kind> {
    let is_array = head.trim_ascii_start().first() == Some(&b'[');
    // Most texts are no JSON: that is told without looking at every comma.
    if is_array || memchr::memchr(b'\n', head).is_none() {
        let lines = memchr::memchr_iter(b'\n', head).count();
        let commas = memchr::memchr_iter(b',', head).filter(|at| is_between(head, *at)).count();
        if commas >= FEWEST && lines * 4 < commas {
            return Some(Kind::OneLine);
        }
    }
    if !is_array {
        memchr::memchr(b'{', head)?;
    }
    let lines = memchr::memchr_iter(b'\n', head).count();
    let array = Array::of(head);
    let borders = memchr::memchr_iter(b'\n', head).filter(|at| array.is_followed(head, *at)).count();
    let own = borders >= FEWEST && (array.opening.is_some() || lines >= 3 * borders);
    own.then_some(Kind::OwnLines)
}

/// Exchanges commas and line ends between records.
pub(super) fn exchange(text: &mut [u8]) {
    for at in 0..text.len() {
        let other = match text.get(at) {
            Some(b',') => b'\n',
            Some(b'\n') => b',',
            _ => continue,
        };
        if is_between(text, at)
            && let Some(byte) = text.get_mut(at)
        {
            *byte = other;
        }
    }
}

/// Exchanges line ends within records for bytes that are none.
pub(super) fn gather(text: &mut [u8]) {
    let array = Array::of(text);
    for at in 0..text.len() {
        let other = match text.get(at) {
            Some(b'\n') => INNER,
            Some(&INNER) => b'\n',
            _ => continue,
        };
        if !array.is_border(text, at)
            && let Some(byte) = text.get_mut(at)
        {
            *byte = other;
        }
    }
}

/// Whether a place lies between two brackets of a kind, or behind one at the end.
fn is_between(text: &[u8], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).and_then(|before| text.get(before)) else { return false };
    let opening = match before {
        b'}' => b'{',
        b']' => b'[',
        _ => return false,
    };
    match text.get(at + 1..) {
        None | Some([]) => true,
        Some([b' ', behind, ..]) => *behind == opening,
        Some([behind, ..]) => *behind == opening,
    }
}

/// Where the last record on one line ends that is followed by another.
pub(super) fn last_end(text: &[u8]) -> Option<usize> {
    memchr::memrchr_iter(b',', text).find(|at| is_followed(text, *at)).map(|at| at + 1)
}

/// Where the first record on one line ends behind `from` that is followed by another.
pub(super) fn next_end(text: &[u8], from: usize) -> Option<usize> {
    let mut commas = memchr::memchr_iter(b',', text.get(from..)?).map(|at| from + at);
    commas.find(|at| is_followed(text, *at)).map(|at| at + 1)
}

fn is_followed(text: &[u8], at: usize) -> bool {
    at + 1 < text.len() && is_between(text, at)
}

/// An array of records on lines of their own.
#[derive(Debug, Clone, Copy)]
pub(super) struct Array {
    /// Where the bracket is that opens it, if the text begins with it.
    opening: Option<usize>,
    /// What opens and closes a record.
    brackets: (u8, u8),
}

impl Array {
    /// Looks at the beginning of a text.
    pub(super) fn of(text: &[u8]) -> Self {
        let first = text.iter().position(|byte| !is_blank(*byte));
        let bracket = first.filter(|at| text.get(*at) == Some(&b'['));
        let is_line = |at: &usize| {
            let behind = text.get(at + 1..).unwrap_or_default();
            matches!(behind, [b'\n' | INNER, ..] | [b'\r', b'\n' | INNER, ..])
        };
        let record = |at: &usize| next(text, *at).filter(|byte| matches!(byte, b'{' | b'['));
        let opening = bracket.filter(is_line).filter(|at| record(at).is_some());
        // A text that goes on begins with a record.
        let of_arrays = opening.map_or(bracket.is_some(), |at| record(&at) == Some(b'['));
        Self { opening, brackets: if of_arrays { (b'[', b']') } else { (b'{', b'}') } }
    }

    /// Whether a line end at a place lies between two records or before the first, or ends the text behind one of them or
    /// behind the array.
    fn is_border(self, text: &[u8], at: usize) -> bool {
        let before = text.get(..at).unwrap_or_default();
        let before = before.strip_suffix(b"\r").unwrap_or(before);
        let (opens, closes) = self.brackets;
        let separates = before.strip_suffix(b",").is_some_and(|record| record.last() == Some(&closes))
            || self.opening.is_some_and(|at| before.len() == at + 1);
        let ends = at + 1 == text.len() && without_blanks(before).last() == Some(&b']');
        ends || (separates && next(text, at).is_none_or(|next| next == opens || next == b']'))
    }

    /// Whether a line end at a place has a record behind it that begins there.
    fn is_followed(self, text: &[u8], at: usize) -> bool {
        next(text, at) == Some(self.brackets.0) && self.is_border(text, at)
    }

    /// Where the last line ends that is followed by a record.
    pub(super) fn last_end(self, text: &[u8]) -> Option<usize> {
        memchr::memrchr_iter(b'\n', text).find(|at| self.is_followed(text, *at)).map(|at| at + 1)
    }

    /// Where the first line ends behind `from` that is followed by a record.
    pub(super) fn next_end(self, text: &[u8], from: usize) -> Option<usize> {
        let mut ends = memchr::memchr_iter(b'\n', text.get(from..)?).map(|at| from + at);
        ends.find(|at| self.is_followed(text, *at)).map(|at| at + 1)
    }

    /// Where a comma would stand behind the last record, if the array ends on a line of its own.
    pub(super) fn last_comma(self, text: &[u8]) -> Option<usize> {
        let array = without_blanks(text).strip_suffix(b"]")?;
        let records = without_blanks(array);
        let own = array.get(records.len()..)?.contains(&b'\n');
        (own && records.last() == Some(&self.brackets.1)).then_some(records.len())
    }
}

/// Where the comma is that stands before the last bracket; `None` if there is none.
pub(super) fn added_comma(text: &[u8]) -> Option<usize> {
    let records = without_blanks(without_blanks(text).strip_suffix(b"]")?);
    records.strip_suffix(b",").map(<[u8]>::len)
}

/// What comes behind a place and some blanks.
fn next(text: &[u8], at: usize) -> Option<u8> {
    let behind = text.get(at + 1..).unwrap_or_default();
    behind.iter().take(BLANKS).copied().find(|byte| !is_blank(*byte)).or_else(|| behind.get(BLANKS).copied())
}

fn without_blanks(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|byte| !is_blank(*byte)).map_or(0, |last| last + 1);
    text.get(..end).unwrap_or_default()
}

/// Line ends are blanks, and what stands for them.
fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == INNER
}

/// Where the bracket is that closes an array of records at the end of a text. The line end behind it has become a comma.
pub(super) fn last_bracket(text: &[u8]) -> Option<usize> {
    let text = text.strip_suffix(b",").unwrap_or(text).trim_ascii_end();
    let array = text.strip_suffix(b"]")?;
    matches!(array.last(), Some(b'}' | b']')).then_some(array.len())
}

/// Returns lines without what makes an array of them: brackets around them, commas between them, line ends within them.
pub(super) fn bare(lines: &[u8]) -> Vec<u8> {
    let mut bare = Vec::with_capacity(lines.len());
    for line in lines.split_inclusive(|byte| *byte == b'\n') {
        let record = record(line);
        if !record.is_empty() {
            put_joined(record, &mut bare);
            bare.push(b'\n');
        }
    }
    bare
}

/// The record on a line.
fn record(line: &[u8]) -> &[u8] {
    let start = line.iter().take_while(|byte| is_blank(**byte)).count();
    let mut record = without_blanks(line.get(start..).unwrap_or_default());
    record = record.strip_suffix(b",").unwrap_or(record);
    let depth = |bracket: u8| memchr::memchr_iter(bracket, record).count();
    match depth(b'[').cmp(&depth(b']')) {
        Ordering::Greater => record.strip_prefix(b"[").unwrap_or(record).trim_ascii_start(),
        Ordering::Less => without_blanks(record.strip_suffix(b"]").unwrap_or(record)),
        Ordering::Equal => record,
    }
}

/// Appends a record on one line: without its line ends and what indents the lines.
fn put_joined(record: &[u8], out: &mut Vec<u8>) {
    for (nth, line) in record.split(|byte| *byte == INNER).enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        out.extend_from_slice(if nth > 0 { line.trim_ascii_start() } else { line });
    }
}
