//! A run of bytes that is not a table: repeats point back, the rest is coded as it is.
//!
//! ```text
//! run  := kind u8 | body
//! kind :  0 stored   the bytes
//!         1 matched  sequences varint | series of literal counts | series of match lengths less four |
//!                    series of distances (0: the one before) | literals varint | series of literals
//!         2 spelled  bit by bit; only where all of a text is one run
//! ```
//! A sequence is so many literals, then a match: bytes copied from a distance back in the run, one by one, so that a match
//! may overlap itself. Literals behind the last match end the run. The first distance before any is 1.

use crate::{
    codec::{
        coder::series,
        level::Level,
        matches::{self, MIN_MATCH, Sequence},
        spelled,
    },
    entropy::{Cursor, put_varint},
    error::Error,
};
use alloc::vec::Vec;

const STORED: u8 = 0;
const MATCHED: u8 = 1;
const SPELLED: u8 = 2;
/// Tuning: the longest text, in bytes, that is spelled where time matters.
const SPELLED_AT_ONCE: usize = 1 << 15;
const SPELLED_AT_ANY_LEVEL: usize = 1 << 12;
/// Tuning: the same of one that has no columns and looks promising.
const SPELLED_IF_PROMISING: usize = 1 << 17;
/// Tuning: the same of one that neither columns nor matches make small.
const SPELLED_IF_WIDE: usize = 1 << 20;

/// Appends a run.
pub fn encode(data: &[u8], level: Level, out: &mut Vec<u8>) {
    let start = out.len();
    out.push(MATCHED);
    encode_matched(data, level, out);
    if out.len() - start > data.len() {
        out.truncate(start);
        out.push(STORED);
        out.extend_from_slice(data);
    }
}

/// Appends a whole text as one run, whose model may take `memory` bytes. A run of `most` bytes or more is no gain.
pub(crate) fn encode_text(data: &[u8], memory: u64, level: Level, most: usize, out: &mut Vec<u8>) {
    let start = out.len();
    encode(data, level, out);
    let at_once = match level {
        level if level <= Level::STATIC => SPELLED_AT_ANY_LEVEL,
        _ if is_wide(data) => SPELLED_IF_WIDE,
        _ => SPELLED_AT_ONCE,
    };
    let is_worth_a_try = match level {
        level if level > Level::LINEAR => true,
        level => level > Level::STATIC && most == usize::MAX && data.len() <= SPELLED_IF_PROMISING,
    };
    let is_spelled = data.len() <= at_once || (is_worth_a_try && is_promising(data, memory));
    // In a few long lines the first costs most: the size so far would overrate the rest.
    let most = if is_wide(data) { usize::MAX } else { most.min(out.len() - start) };
    let spelled = if is_spelled { spelled::encode(data, memory, most) } else { None };
    if let Some(spelled) = spelled.filter(|spelled| spelled.len() + 1 < out.len() - start) {
        out.truncate(start);
        out.push(SPELLED);
        out.extend(spelled);
    }
}

/// Whether the beginning of a long text is worth spelling: noise takes as long as prose and gains nothing.
fn is_promising(data: &[u8], memory: u64) -> bool {
    let beginning = data.get(..SPELLED_AT_ONCE / 2).unwrap_or(data);
    spelled::encode(beginning, memory, usize::MAX)
        .is_some_and(|spelled| spelled.len() < beginning.len() / 32 * 31)
}

/// Whether [`encode_text`] takes little time at a level, so that it need not look promising.
pub(crate) fn is_quick(bytes: usize, level: Level) -> bool {
    bytes <= SPELLED_AT_ONCE && level > Level::STATIC
}

/// Whether a text is a few long lines: of thousands of columns each holds next to nothing, and each has a head.
pub(crate) fn is_wide(text: &[u8]) -> bool {
    const FEW: usize = 48;
    const LONG: usize = 1 << 11;
    let lines = memchr::memchr_iter(b'\n', text).take(FEW + 1).count();
    (1..=FEW).contains(&lines) && text.len() > LONG * lines
}

fn encode_matched(data: &[u8], level: Level, out: &mut Vec<u8>) {
    let sequences = matches::find(data, level);
    let mut literals: Vec<i64> = Vec::new();
    let mut at = 0;
    for sequence in &sequences {
        literals.extend(data.iter().skip(at).take(sequence.literals).map(|byte| i64::from(*byte)));
        at += sequence.literals + sequence.length;
    }
    literals.extend(data.iter().skip(at).map(|byte| i64::from(*byte)));
    let mut last = 1;
    let mut distance = |sequence: &Sequence| {
        let same = sequence.distance == last;
        last = sequence.distance;
        if same { 0 } else { sequence.distance as i64 }
    };
    put_varint(out, sequences.len() as u64);
    series::encode(&sequences.iter().map(|s| s.literals as i64).collect::<Vec<_>>(), level, out);
    series::encode(&sequences.iter().map(|s| (s.length - MIN_MATCH) as i64).collect::<Vec<_>>(), level, out);
    series::encode(&sequences.iter().map(&mut distance).collect::<Vec<_>>(), level, out);
    put_varint(out, literals.len() as u64);
    series::encode(&literals, level, out);
}

/// Appends the `len` bytes of a run.
pub fn decode(cursor: &mut Cursor<'_>, len: usize, out: &mut Vec<u8>) -> Result<(), Error> {
    match cursor.u8()? {
        STORED => out.extend_from_slice(cursor.bytes(len)?),
        MATCHED => decode_matched(cursor, len, out)?,
        _ => return Err(Error::Corrupt("unknown kind of byte run")),
    }
    Ok(())
}

/// Decodes a run of [`encode_text`], whose model may take `memory` bytes.
pub(crate) fn decode_text(
    cursor: &mut Cursor<'_>,
    len: usize,
    memory: u64,
    out: &mut Vec<u8>,
) -> Result<(), Error> {
    if cursor.rest().first() != Some(&SPELLED) {
        return decode(cursor, len, out);
    }
    cursor.u8()?;
    spelled::decode(cursor, len, memory, out)
}

fn decode_matched(cursor: &mut Cursor<'_>, len: usize, out: &mut Vec<u8>) -> Result<(), Error> {
    let sequences = count(cursor, len / MIN_MATCH)?;
    let (mut counts, mut lengths, mut distances) = (Vec::new(), Vec::new(), Vec::new());
    series::decode(cursor, sequences, &mut counts)?;
    series::decode(cursor, sequences, &mut lengths)?;
    series::decode(cursor, sequences, &mut distances)?;
    let mut numbers = Vec::new();
    let literal_count = count(cursor, len)?;
    series::decode(cursor, literal_count, &mut numbers)?;
    let literals: Vec<u8> = numbers.iter().map(|number| *number as u8).collect();
    let mut literals = Cursor::new(&literals);
    let start = out.len();
    let end = start + len;
    let mut last = 1;
    let too_long = Error::Corrupt("a byte run longer than it says");
    for ((literal_count, length), distance) in counts.into_iter().zip(lengths).zip(distances) {
        let literal_count = usize::try_from(literal_count).map_err(|_| too_long.clone())?;
        out.extend_from_slice(literals.bytes(literal_count).map_err(|_| too_long.clone())?);
        let length = usize::try_from(length).ok().and_then(|length| length.checked_add(MIN_MATCH));
        let length =
            length.filter(|length| *length <= end.saturating_sub(out.len())).ok_or(too_long.clone())?;
        last = if distance == 0 { last } else { usize::try_from(distance).unwrap_or(usize::MAX) };
        if last > out.len() - start {
            return Err(Error::Corrupt("a match that reaches back before its run"));
        }
        copy_back(out, last, length);
    }
    out.extend_from_slice(literals.rest());
    if out.len() == end { Ok(()) } else { Err(Error::Corrupt("a byte run of another length than it says")) }
}

/// Appends `length` bytes from `distance` back, at most `distance` of them at once.
fn copy_back(out: &mut Vec<u8>, distance: usize, length: usize) {
    let mut left = length;
    // What was copied can be copied again: each turn doubles the distance.
    let mut reach = distance;
    while left > 0 {
        let part = left.min(reach);
        let from = out.len() - reach;
        out.extend_from_within(from..from + part);
        left -= part;
        reach += part;
    }
}

fn count(cursor: &mut Cursor<'_>, most: usize) -> Result<usize, Error> {
    let n = cursor.varint()?;
    usize::try_from(n).ok().filter(|n| *n <= most).ok_or(Error::Corrupt("a byte run longer than it says"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn there_and_back(data: &[u8]) -> usize {
        let mut smallest = usize::MAX;
        for level in [1, 2, 3].map(|level| Level::new(level).unwrap()) {
            let (mut out, mut back) = (Vec::new(), b"before".to_vec());
            encode(data, level, &mut out);
            assert!(out.len() <= data.len() + 1);
            let mut cursor = Cursor::new(&out);
            decode(&mut cursor, data.len(), &mut back).unwrap();
            assert_eq!(&back[6..], data);
            assert!(cursor.rest().is_empty());
            smallest = smallest.min(out.len());
        }
        smallest
    }

    proptest! {
        #[test]
        fn any_bytes_come_back(data in prop::collection::vec(any::<u8>(), 0..400)) {
            there_and_back(&data);
        }

        #[test]
        fn repeats_come_back(words in prop::collection::vec("[a-d]{1,9}", 0..200), far in 0usize..3) {
            let text = words.join(["", " ", "\n"][far]);
            there_and_back(text.as_bytes());
        }

        #[test]
        fn hostile_runs_are_an_error_or_as_long_as_asked(bytes in prop::collection::vec(any::<u8>(), 0..120), len in 0usize..500) {
            let mut out = Vec::new();
            let mut run = alloc::vec![MATCHED];
            run.extend(bytes);
            match decode(&mut Cursor::new(&run), len, &mut out) {
                Ok(()) => prop_assert_eq!(out.len(), len),
                Err(_) => prop_assert!(out.len() <= len),
            }
        }

        #[test]
        fn damage_is_an_error_or_as_long_as_asked(at in 0usize..1000, bit in 0u8..8) {
            let text = b"the sensor said one, the sensor said two, the sensor said three".repeat(3);
            let mut run = Vec::new();
            encode(&text, Level::STRONGEST, &mut run);
            let at = at % run.len();
            run[at] ^= 1 << bit;
            let mut out = Vec::new();
            if decode(&mut Cursor::new(&run), text.len(), &mut out).is_ok() {
                prop_assert_eq!(out.len(), text.len());
            }
        }
    }

    #[test]
    fn a_repeated_line_costs_little() {
        let text = b"status=ok sensor=7 unit=degC\n".repeat(1000);
        assert!(there_and_back(&text) < 120);
    }
}
