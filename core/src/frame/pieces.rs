//! Pieces that columns are made of: words, text, gaps and plain numbers.
//!
//! ```text
//! words := count varint | text, a line a word
//! text  := bytes varint | byte run
//! gaps  := series: the place of each one minus the place behind the one before
//! ```

use crate::{
    codec::{Level, bytes, numbers, series},
    entropy::{Cursor, put_varint},
    error::Error,
    table::Strings,
};
use alloc::vec::Vec;

pub(super) fn write_words(words: &Strings, level: Level, out: &mut Vec<u8>) {
    put_varint(out, words.len() as u64);
    write_text(&words.to_lines(), level, out);
}

pub(super) fn write_text(text: &[u8], level: Level, out: &mut Vec<u8>) {
    put_varint(out, text.len() as u64);
    bytes::encode(text, level, out);
}

pub(super) fn write_gaps(at: &[u32], level: Level, out: &mut Vec<u8>) {
    let mut behind = 0;
    let gaps: Vec<i64> = at
        .iter()
        .map(|at| {
            let gap = i64::from(*at) - behind;
            behind = i64::from(*at) + 1;
            gap
        })
        .collect();
    series::encode(&gaps, level, out);
}

/// Numbers that have neither parents nor ulps.
pub(super) fn alone(cursor: &mut Cursor<'_>, count: usize, memory: u64) -> Result<Vec<i64>, Error> {
    if numbers::memory(cursor) > memory {
        return Err(Error::Corrupt("a model larger than its header allows"));
    }
    let alone = |_| Err(Error::Corrupt("numbers that have no parents"));
    let (numbers, ulps) = numbers::decode(cursor, count, alone)?;
    if ulps.is_empty() { Ok(numbers) } else { Err(Error::Corrupt("numbers that have no ulps")) }
}

pub(super) fn read_words(cursor: &mut Cursor<'_>, most: usize, text_bytes: usize) -> Result<Strings, Error> {
    let words = count(cursor, most)?;
    read_lines(cursor, words, text_bytes)
}

pub(super) fn read_word_numbers(
    cursor: &mut Cursor<'_>,
    cells: usize,
    words: usize,
) -> Result<Vec<u32>, Error> {
    let mut numbers = Vec::new();
    series::decode(cursor, cells, &mut numbers)?;
    word_numbers(&numbers, words)
}

pub(super) fn word_numbers(numbers: &[i64], words: usize) -> Result<Vec<u32>, Error> {
    let checked = numbers.iter().map(|&number| u32::try_from(number).ok().filter(|n| (*n as usize) < words));
    checked.collect::<Option<_>>().ok_or(Error::Corrupt("a cell names a word that does not exist"))
}

pub(super) fn read_lines(cursor: &mut Cursor<'_>, lines: usize, most_bytes: usize) -> Result<Strings, Error> {
    let length = count(cursor, most_bytes)?;
    let mut text = Vec::new();
    bytes::decode(cursor, length, &mut text)?;
    let strings = Strings::from_lines(&text);
    if strings.len() != lines || text.last().is_some_and(|last| *last != b'\n') {
        return Err(Error::Corrupt("wrong number of lines in a run of text"));
    }
    Ok(strings)
}

pub(super) fn read_gaps(cursor: &mut Cursor<'_>, gaps: usize, end: usize) -> Result<Vec<u32>, Error> {
    let mut values = Vec::new();
    series::decode(cursor, gaps, &mut values)?;
    let mut next = 0i64;
    let places = values.iter().map(|gap| {
        let at = next.checked_add(*gap).filter(|at| *gap >= 0 && (*at as usize) < end)?;
        next = at + 1;
        u32::try_from(at).ok()
    });
    places.collect::<Option<_>>().ok_or(Error::Corrupt("a place behind the end"))
}

/// A number that cannot be more than `most`.
pub(super) fn count(cursor: &mut Cursor<'_>, most: usize) -> Result<usize, Error> {
    let n = cursor.varint()?;
    usize::try_from(n).ok().filter(|n| *n <= most).ok_or(Error::Corrupt("a count is larger than it can be"))
}
