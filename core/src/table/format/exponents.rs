//! Finding numbers that always have an exponent.

use super::{Format, shortest_steps};
use crate::{
    num::{MAX_PLACES, decimal::Significant, power::digits},
    table::scientific::{Written, layout},
};
use alloc::vec::Vec;

/// Digits of a line without bends.
const STRAIGHT: u8 = 17;

/// The format of numbers with exponents that writes most of the sample in the fewest bits.
pub(super) fn detect(sample: &[&[u8]]) -> Option<Format> {
    let written: Vec<Written<'_>> = sample.iter().filter_map(|cell| Written::new(cell)).collect();
    if written.len() * 5 < sample.len() * 4 {
        return None;
    }
    let numbers = || written.iter().filter(|written| written.bare != 0);
    let finest = numbers().map(|written| written.places).max()?;
    let most_digits = numbers().map(|written| digits(written.bare)).max()?;
    // One decimal more, for numbers that are rare enough not to be in the sample.
    let shift = shift(finest + 1)?;
    let places = u8::try_from(finest + i32::from(shift)).ok()?;
    let layout = layout(&written, shift);
    let shown = layout.scientific().map_or(0, |scientific| scientific.digits).max(most_digits);
    let lines = [(STRAIGHT, places), (shown, places), (shown, places + 1), (most_digits, places + 1)];
    let formats = lines.into_iter().filter_map(|(digits, places)| Significant::new(digits, places));
    let formats = formats.map(|line| Format::Significant(line, layout));
    shortest_steps(formats, sample).map(|(_, format)| format)
}

/// Returns the shift that brings `places` into the range that lines of digits have.
fn shift(places: i32) -> Option<i8> {
    let most = i32::from(MAX_PLACES);
    i8::try_from(places.clamp(0, most) - places).ok()
}
