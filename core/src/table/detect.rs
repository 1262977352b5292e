//! Is this text a table, and of what shape? Decided on a sample of lines: the head, the middle and the end.

use super::{
    lines,
    schema::{MAX_COLUMNS, Shape},
};
use alloc::{vec, vec::Vec};

/// Lines looked at in each of the three places.
const WINDOW_LINES: usize = 32;
/// Bytes looked at in each of the three places.
const WINDOW_BYTES: usize = 1 << 16;
/// Lines before the first row at most.
const MAX_PREAMBLE: usize = 50;
/// Delimiters, the ones that rarely stand inside a cell first.
const DELIMITERS: [u8; 5] = [b'\t', b';', b',', b'|', b' '];

/// The shape of `text`, if it is a table: most lines have the same number of fields and some fields look like numbers or times.
pub(super) fn shape(text: &[u8]) -> Option<Shape> {
    let windows = windows(text);
    let sample: Vec<&[u8]> = windows.iter().flat_map(|window| whole_lines(window)).collect();
    let has_quotes = sample.iter().any(|line| memchr::memchr(b'"', line).is_some());
    let quoting: &[bool] = if has_quotes { &[false, true] } else { &[false] };
    let candidates =
        DELIMITERS.iter().flat_map(|delimiter| quoting.iter().map(|quoted| (*delimiter, *quoted)));
    let (_, mut shape, numeric) = candidates
        .filter_map(|(delimiter, quoted)| candidate(&sample, delimiter, quoted))
        .chain(single_column(&sample))
        .map(|shape| judged(shape, &sample))
        .reduce(|best, next| if next.0 > best.0 { next } else { best })?;
    if !numeric.contains(&true) {
        return None;
    }
    shape.preamble = preamble(text, &shape, &numeric).to_vec();
    Some(shape)
}

/// The head, the middle and the end of a text, without overlap.
fn windows(text: &[u8]) -> Vec<&[u8]> {
    if text.len() <= 3 * WINDOW_BYTES {
        return vec![text];
    }
    let middle = text.len() / 2;
    let places = [0..WINDOW_BYTES, middle..middle + WINDOW_BYTES, text.len() - WINDOW_BYTES..text.len()];
    places
        .into_iter()
        .enumerate()
        .filter_map(|(i, range)| {
            let window = text.get(range)?;
            // The first line of a window inside the text is cut: leave it out.
            let start = if i == 0 { 0 } else { memchr::memchr(b'\n', window)? + 1 };
            window.get(start..)
        })
        .collect()
}

/// Lines spread over a window, each whole.
fn whole_lines(window: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = memchr::memchr_iter(b'\n', window).count();
    let step = lines.div_ceil(WINDOW_LINES).max(1);
    let mut rest = window;
    core::iter::from_fn(move || {
        let end = memchr::memchr(b'\n', rest)?;
        let (line, behind) = rest.split_at_checked(end)?;
        rest = behind.get(1..)?;
        Some(line)
    })
    .step_by(step)
}

fn bare(delimiter: u8, quoted: bool, columns: usize) -> Shape {
    Shape { delimiter, quoted, blanks: delimiter == b' ', columns, preamble: Vec::new() }
}

/// The shape with this delimiter, if nine lines in ten then have the same number of fields, and more than one.
fn candidate(sample: &[&[u8]], delimiter: u8, quoted: bool) -> Option<Shape> {
    let mut counts: Vec<usize> = sample
        .iter()
        .map(|line| lines::fields(line, &bare(delimiter, quoted, 0)).take(MAX_COLUMNS + 1).count())
        .collect();
    counts.sort_unstable();
    let columns = *counts.get(counts.len() / 2)?;
    let same = counts.iter().filter(|&&count| count == columns).count();
    // A header and a comment must not hide a short table.
    let usable =
        (2..=MAX_COLUMNS).contains(&columns) && same * 10 + 20 >= counts.len() * 9 && same * 2 > counts.len();
    usable.then(|| bare(delimiter, quoted, columns))
}

/// A shape with its score, which grows with the columns that are numeric: a later delimiter, care for quotes or no
/// delimiter at all must win over what was tried before.
fn judged(shape: Shape, sample: &[&[u8]]) -> ((usize, usize), Shape, Vec<bool>) {
    let numeric = numeric_columns(sample, &shape);
    let count = numeric.iter().filter(|is| **is).count();
    ((count, count * 8 / shape.columns), shape, numeric)
}

/// Lines that are one field each.
fn single_column(sample: &[&[u8]]) -> Option<Shape> {
    let one_field = sample.iter().filter(|line| memchr::memchr(b',', line).is_none()).count();
    (sample.len() > 1 && one_field * 10 >= sample.len() * 9).then(|| bare(b',', false, 1))
}

/// For each column, whether most of its cells start like a number or a time.
fn numeric_columns(sample: &[&[u8]], shape: &Shape) -> Vec<bool> {
    let mut numeric = vec![0usize; shape.columns];
    let mut filled = vec![0usize; shape.columns];
    for line in sample {
        for ((field, numeric), filled) in lines::fields(line, shape).zip(&mut numeric).zip(&mut filled) {
            *numeric += usize::from(looks_numeric(field));
            *filled += usize::from(!field.is_empty());
        }
    }
    numeric
        .iter()
        .zip(&filled)
        .map(|(numeric, filled)| *numeric > 0 && (numeric + 1) * 10 >= filled * 7)
        .collect()
}

/// Digits with the marks that numbers and times need, and at most a short unit or zone of letters.
pub(super) fn looks_numeric(field: &[u8]) -> bool {
    let bare = field.trim_ascii();
    let bare = bare.strip_prefix(b"\"").and_then(|b| b.strip_suffix(b"\"")).unwrap_or(bare).trim_ascii();
    let digits = bare.iter().filter(|b| b.is_ascii_digit()).count();
    let marks = bare.iter().filter(|b| b"+-.:/ ,%".contains(b)).count();
    digits > 0 && bare.len() - digits - marks <= 1 && marks <= digits + 1
}

/// Everything before the first line that looks like a row.
fn preamble<'t>(text: &'t [u8], shape: &Shape, numeric: &[bool]) -> &'t [u8] {
    let mut start = 0;
    for _ in 0..MAX_PREAMBLE {
        let rest = text.get(start..).unwrap_or_default();
        let Some(end) = memchr::memchr(b'\n', rest) else { break };
        let line = rest.get(..end).unwrap_or_default();
        let mut cells = 0;
        let mut fitting = 0;
        for (field, numeric) in
            lines::fields(line, shape).zip(numeric.iter().chain(core::iter::repeat(&false)))
        {
            cells += 1;
            fitting += usize::from(*numeric && (field.is_empty() || looks_numeric(field)));
        }
        let wanted = numeric.iter().filter(|n| **n).count();
        if cells == shape.columns && fitting * 2 >= wanted {
            return text.get(..start).unwrap_or_default();
        }
        start += end + 1;
    }
    &[]
}
