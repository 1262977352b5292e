//! The columns of a board's live link, and the text of its hello, which says how a host prints them.
//!
//! ```text
//! text := version u8 = 1 | ',' | flags u8 = 0 | columns varint | length varint | names, a line | kind x columns
//! kind := 1 | 00 00 00 | style u8 | places u8                a number written just so: 0 with all its places, 1 trimmed
//!       | 2 | 00 00 00 | places u8 | 0                       a number within a bound
//! ```
//! That is the text of streams of `qres compress` (`core/src/live/FORMAT.md`). The first column is the time in seconds
//! since the board started, to the millisecond.

use alloc::vec::Vec;
use qres_core::{entropy::put_varint, live::Column};

/// Wire: the version of the text.
const VERSION: u8 = 1;
/// Wire: nothing stands around a number.
const BARE: [u8; 3] = [0; 3];
/// Decimals of the time.
const TIME_PLACES: u8 = 3;

/// What a column of samples is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sensor {
    /// Its name: no commas, no line ends.
    pub name: &'static str,
    /// Samples are in units of 10^-places.
    pub places: u8,
    /// How far what is sent may be from the sample, in those units; 0 is exact.
    pub within: u64,
}

/// The columns of the link.
pub(crate) fn columns(sensors: &[Sensor]) -> Vec<Column> {
    let time = Column { within: 0 };
    core::iter::once(time).chain(sensors.iter().map(|sensor| Column { within: sensor.within })).collect()
}

/// The text of the hello.
pub(crate) fn text(sensors: &[Sensor]) -> Vec<u8> {
    let mut names = Vec::from(*b"time");
    for sensor in sensors {
        names.push(b',');
        names.extend_from_slice(sensor.name.as_bytes());
    }
    names.push(b'\n');
    let mut out = Vec::from([VERSION, b',', 0]);
    put_varint(&mut out, sensors.len() as u64 + 1);
    put_varint(&mut out, names.len() as u64);
    out.extend_from_slice(&names);
    kind(&mut out, &[1], &[1, TIME_PLACES]);
    for sensor in sensors {
        match sensor.within {
            0 => kind(&mut out, &[1], &[0, sensor.places]),
            _ => kind(&mut out, &[2], &[sensor.places, 0]),
        }
    }
    out
}

fn kind(out: &mut Vec<u8>, kind: &[u8], format: &[u8]) {
    [kind, &BARE, format].iter().for_each(|part| out.extend_from_slice(part));
}
