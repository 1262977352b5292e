//! Finds numbers that a program rounded to a number of significant digits.

use super::{Format, Style, shortest_steps, step_bits};
use crate::num::{
    decimal::{self, Decimal, Exponent, Layout, Significant, Zeros},
    power::digits,
};
use alloc::vec::Vec;

/// The format of significant digits that takes the fewest bits for the sample, if that is less than `plain` does.
pub(super) fn detect(sample: &[&[u8]], plain: Option<Format>) -> Option<Format> {
    /// Q8 bits that a line with bends must save.
    const WORTH: u64 = 128;
    if matches!(plain, Some(Format::Time(_))) {
        return plain;
    }
    let read: Vec<(u8, u8)> = sample
        .iter()
        .filter_map(|cell| {
            let Decimal { mantissa, places } = Decimal::parse_exponent(cell)?;
            let bare = decimal::without_zeros(mantissa.unsigned_abs());
            Some((digits(bare), places))
        })
        .collect();
    let Some(most) = read.iter().map(|(digits, _)| *digits).max().filter(|most| *most >= 4) else {
        return plain;
    };
    let full = read.iter().filter(|(digits, _)| *digits + 1 >= most).count();
    if full * 2 < sample.len() {
        return plain;
    }
    let mut places: Vec<u8> = read.iter().map(|(_, places)| *places).collect();
    places.sort_unstable();
    places.dedup();
    // Numbers that all have as many decimals bend no line, nor do integers.
    if places.len() < 2 {
        return plain;
    }
    let exponents = sample.iter().any(|cell| cell.iter().any(|byte| *byte | 32 == b'e'));
    // What is rare enough not to be in a sample has a decimal more: a line with bends hardly grows by it.
    let more = places.last().map(|places| places + 1);
    let lines = more.iter().chain(places.iter().rev().take(4));
    let lines = lines.filter_map(|places| Significant::new(most, *places));
    let formats = lines.flat_map(|line| {
        layouts(most, exponents).into_iter().map(move |layout| Format::Significant(line, layout))
    });
    let best = shortest_steps(formats, sample);
    let of_plain = |plain: &Format| {
        plain.values(sample, sample.len()).map_or(u64::MAX, |values| step_bits(&values, sample))
    };
    match (best, plain) {
        (Some((bits, best)), Some(plain)) if bits.saturating_add(WORTH) < of_plain(&plain) => Some(best),
        (Some((_, best)), None) => Some(best),
        (_, plain) => plain,
    }
}

/// The ways in which programs write significant digits, with exponents or without.
fn layouts(digits: u8, exponents: bool) -> Vec<Layout> {
    if !exponents {
        return Vec::from([Layout::TRIMMED, Style::Pointed.layout()]);
    }
    let always = Layout { exponent: Exponent::Outside(i8::MAX, i8::MAX), zeros: Zeros::Keep, ..Layout::c(0) };
    let short = Layout { zeros: Zeros::Cut, ..always };
    Vec::from([Layout::c(digits as i8), Layout::PYTHON, Layout::R, always, short])
}
