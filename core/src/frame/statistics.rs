//! What the footer of a frame knows of the values of each segment: a reader that looks for values skips segments by it.
//!
//! ```text
//! statistics := fields varint | segment*                        body of a note
//! segment    := 0                                               nothing is known
//!             | rows + 1 varint | summary*                      one for each field
//! summary    := blank varint | missing varint | range u8 | [bounds]
//! range      := 0 none, 1 numbers, 2 long numbers, 3 times, 4 times with zones, 5 others
//! bounds     := decimal places u8 | decimal | decimal                                     numbers
//!             | unit u8 | min zigzag varint | max - min varint | [behind zigzag varint | ahead zigzag varint]   times
//! decimal    := places u8 | mantissa zigzag varint
//! ```

use super::note::Note;
use crate::{
    entropy::{Cursor, put_varint},
    error::Error,
    num::{Decimal, unzigzag, zigzag},
    table::MAX_COLUMNS,
    value::{Number, Range, Summary, Unit},
};
use alloc::vec::Vec;

/// Wire: the kind of the note.
pub(crate) const STATISTICS_NOTE: u8 = 2;
/// Tuning: statistics take at most one in so many bytes of a frame.
const MAX_SHARE: u64 = 200;
/// Tuning: bytes of them at most; the rest of what footers may note is for others.
const MAX_BYTES: usize = 1 << 19;
/// Limit: decimals of a number.
const MAX_PLACES: u8 = 27;
const INVALID: Error = Error::Corrupt("impossible statistics");

/// What is known of the fields of each segment of a frame, in the order of [`crate::table::Pick::all`]; `None` if nothing is.
pub type Statistics = Vec<Option<Vec<Summary>>>;

/// Statistics of the segments of a frame that is being written.
#[derive(Debug, Clone, Default)]
pub(super) struct Collected {
    /// Fields of the segments of which something is known.
    fields: Option<usize>,
    bytes: Vec<u8>,
    /// They are too long, or their segments have different fields.
    given_up: bool,
}

impl Collected {
    /// Adds the next segment.
    pub(super) fn push(&mut self, summaries: Option<&[Summary]>) {
        if self.given_up {
            return;
        }
        match summaries {
            None => self.bytes.push(0),
            Some(summaries) => {
                self.given_up = *self.fields.get_or_insert(summaries.len()) != summaries.len();
                let rows = summaries.first().map_or(0, |summary| summary.cells);
                put_varint(&mut self.bytes, rows + 1);
                summaries.iter().for_each(|summary| write(summary, &mut self.bytes));
            }
        }
        if self.given_up || self.bytes.len() > MAX_BYTES {
            *self = Self { given_up: true, ..Self::default() };
        }
    }

    /// Returns the note of a frame of so many bytes, if it knows anything and is short enough.
    pub(super) fn note(&self, frame_bytes: u64) -> Option<Note> {
        let fields = self.fields.filter(|fields| *fields > 0)?;
        let mut body = Vec::new();
        put_varint(&mut body, fields as u64);
        body.extend_from_slice(&self.bytes);
        let is_short = (body.len() as u64).saturating_mul(MAX_SHARE) <= frame_bytes;
        is_short.then_some(Note { kind: STATISTICS_NOTE, body })
    }
}

/// Parses the body of a note in a frame of so many segments.
pub(super) fn read(body: &[u8], segments: usize) -> Result<Statistics, Error> {
    let mut cursor = Cursor::new(body);
    let fields = usize::try_from(cursor.varint()?).unwrap_or(usize::MAX);
    if !(1..=MAX_COLUMNS).contains(&fields) {
        return Err(INVALID);
    }
    let mut all = Vec::new();
    for _ in 0..segments {
        let rows = cursor.varint()?.checked_sub(1);
        // Each field takes some bytes, so a list is no longer than what is left.
        let read = |rows| (0..fields).map(|_| read_one(rows, &mut cursor)).collect::<Result<Vec<_>, _>>();
        all.push(rows.map(read).transpose()?);
    }
    if cursor.rest().is_empty() { Ok(all) } else { Err(INVALID) }
}

fn write(summary: &Summary, out: &mut Vec<u8>) {
    put_varint(out, summary.blank);
    put_varint(out, summary.missing);
    match summary.range {
        Range::Empty => out.push(0),
        Range::Numbers { min, max, places } => {
            out.extend([1, places]);
            [min, max].iter().for_each(|decimal| write_decimal(*decimal, out));
        }
        Range::Long => out.push(2),
        Range::Times { min, max, unit, ahead } => {
            let unit = Unit::ALL.iter().position(|other| *other == unit).unwrap_or_default() as u8;
            out.extend([3 + u8::from(ahead.is_some()), unit]);
            put_varint(out, zigzag(min));
            put_varint(out, max.abs_diff(min));
            if let Some((behind, ahead)) = ahead {
                [behind, ahead].iter().for_each(|zone| put_varint(out, zigzag(i64::from(*zone))));
            }
        }
        Range::Other => out.push(5),
    }
}

fn read_one(rows: u64, cursor: &mut Cursor<'_>) -> Result<Summary, Error> {
    let (blank, missing) = (cursor.varint()?, cursor.varint()?);
    let range = match cursor.u8()? {
        0 => Range::Empty,
        1 => {
            let places = cursor.u8()?;
            let (min, max) = (read_decimal(cursor)?, read_decimal(cursor)?);
            Range::Numbers { min, max, places }
        }
        2 => Range::Long,
        kind @ 3..=4 => read_times(kind == 4, cursor)?,
        5 => Range::Other,
        _ => return Err(INVALID),
    };
    let filled = rows.checked_sub(blank).and_then(|left| left.checked_sub(missing)).ok_or(INVALID)?;
    let is_sound = match range {
        Range::Empty => filled == 0,
        Range::Numbers { min, max, places } => filled > 0 && places <= MAX_PLACES && is_ordered(min, max),
        _ => filled > 0,
    };
    is_sound.then_some(Summary { cells: rows, blank, missing, range }).ok_or(INVALID)
}

fn read_times(zoned: bool, cursor: &mut Cursor<'_>) -> Result<Range, Error> {
    let unit = *Unit::ALL.get(usize::from(cursor.u8()?)).ok_or(INVALID)?;
    let min = unzigzag(cursor.varint()?);
    let max = min.checked_add_unsigned(cursor.varint()?).ok_or(INVALID)?;
    let mut zone = || i16::try_from(unzigzag(cursor.varint()?)).map_err(|_| INVALID);
    let ahead = if zoned { Some((zone()?, zone()?)) } else { None };
    if ahead.is_some_and(|(behind, ahead)| behind > ahead) {
        return Err(INVALID);
    }
    Ok(Range::Times { min, max, unit, ahead })
}

fn write_decimal(decimal: Decimal, out: &mut Vec<u8>) {
    out.push(decimal.places);
    put_varint(out, zigzag(decimal.mantissa));
}

fn read_decimal(cursor: &mut Cursor<'_>) -> Result<Decimal, Error> {
    let (places, mantissa) = (cursor.u8()?, unzigzag(cursor.varint()?));
    let decimal = Decimal { mantissa, places };
    if places > MAX_PLACES || decimal.trimmed() != decimal { Err(INVALID) } else { Ok(decimal) }
}

fn is_ordered(min: Decimal, max: Decimal) -> bool {
    Number::Short(min).compare(&Number::Short(max)).is_le()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec;

    fn collected(columns: &[&[&str]]) -> Vec<Summary> {
        columns.iter().map(|cells| Summary::of(cells.iter().map(|cell| cell.as_bytes()))).collect()
    }

    fn body(summaries: &[Summary]) -> Vec<u8> {
        let mut all = Collected::default();
        all.push(Some(summaries));
        all.push(None);
        all.note(1 << 30).unwrap().body
    }

    #[test]
    fn what_is_written_is_read() {
        let summaries = collected(&[
            &["1.50", "", "-3"],
            &["on", "NA", "off"],
            &["", " ", "nan"],
            &["1e-30", "12345678901234567890", "1"],
            &["2025-01-01", "1925-01-01", "2025-06-01"],
            &["2025-01-01T00:00Z", "2025-01-01T00:00:00.5+02:00", "NA"],
        ]);
        let body = body(&summaries);
        assert_eq!(read(&body, 2), Ok(vec![Some(summaries), None]));
        for wrong in [1, 3] {
            assert!(read(&body, wrong).is_err());
        }
    }

    #[test]
    fn nothing_that_is_written_wrongly_is_read() {
        let summaries = collected(&[&["1.5", ""], &["2025-01-01T00:00Z", "2026-01-01T00:00Z"]]);
        let body = body(&summaries);
        for cut in 0..body.len() {
            assert!(read(&body[..cut], 2).is_err(), "{cut}");
        }
        for at in 0..body.len() {
            for bit in 0..8 {
                let mut flipped = body.clone();
                flipped[at] ^= 1 << bit;
                if let Ok(all) = read(&flipped, 2) {
                    let mut again = Collected::default();
                    all.iter().for_each(|summaries| again.push(summaries.as_deref()));
                    assert_eq!(again.note(1 << 30).map(|note| note.body), Some(flipped), "{at} {bit}");
                }
            }
        }
    }

    #[test]
    fn what_takes_too_much_is_left_out() {
        let summaries = collected(&[&["1.5", ""]]);
        let mut all = Collected::default();
        all.push(Some(&summaries));
        let bytes = all.note(u64::MAX).unwrap().body.len() as u64;
        assert!(all.note(bytes * MAX_SHARE).is_some());
        assert!(all.note(bytes * MAX_SHARE - 1).is_none());
        (0..MAX_BYTES).for_each(|_| all.push(Some(&summaries)));
        assert!(all.note(u64::MAX).is_none());
        let mut other = Collected::default();
        other.push(None);
        assert!(other.note(u64::MAX).is_none(), "nothing known");
        other.push(Some(&summaries));
        other.push(Some(&[summaries[0], summaries[0]]));
        assert!(other.note(u64::MAX).is_none(), "other fields");
    }
}
