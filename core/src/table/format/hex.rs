//! Finding integers in hexadecimal digits.

use super::{Format, shortest_steps};
use crate::num::Hex;
use alloc::vec::Vec;

/// The format of hexadecimal digits that writes most of the sample, if there are letters and enough digits in it.
pub(super) fn detect(sample: &[&[u8]]) -> Option<Format> {
    let is_letter = |byte: &&u8| !byte.is_ascii_digit();
    let letters: Vec<u8> = sample.iter().filter_map(|cell| cell.iter().find(is_letter)).copied().collect();
    let capital = letters.get(letters.len() / 2)?.is_ascii_uppercase();
    let hexadecimal = |cell: &&&[u8]| cell.len() <= 16 && cell.iter().all(u8::is_ascii_hexdigit);
    let fitting: Vec<&[u8]> = sample.iter().filter(hexadecimal).copied().collect();
    let with_digits = fitting.iter().filter(|cell| cell.iter().any(u8::is_ascii_digit)).count();
    if fitting.len() * 5 < sample.len() * 4 || with_digits * 2 < sample.len() {
        return None;
    }
    let shortest = fitting.iter().map(|cell| cell.len()).min()? as u8;
    let ways = [(shortest, false), (shortest, true), (0, false)];
    let formats = ways.into_iter().filter_map(|(digits, signed)| Hex::new(digits, capital, signed));
    shortest_steps(formats.map(Format::Hex), sample).map(|(_, format)| format)
}
