//! Is this text a table, and of what shape? Decided on a sample of lines: the head, the middle and the end.

use super::{
    glance::{is_in_digits, is_word},
    header::{self, Look},
    shape::{MAX_COLUMNS, Shape},
    time::Pattern,
};
use alloc::{vec, vec::Vec};

/// Lines looked at in each of the three places.
const WINDOW_LINES: usize = 32;
/// Bytes looked at in each of the three places.
const WINDOW_BYTES: usize = 1 << 16;
/// Lines that a window has at least.
const WIDE_LINES: usize = 4;
/// Delimiters, the ones that rarely stand inside a cell first.
const DELIMITERS: [u8; 5] = [b'\t', b';', b'|', b',', b' '];

/// The shape of `text`, if it is a table: most lines have the same number of fields and some fields look like numbers or times.
pub(super) fn shape(text: &[u8]) -> Option<Shape> {
    let windows = windows(text);
    let sample = without_comments(windows.iter().flat_map(|window| whole_lines(window)).collect());
    let has_quotes = sample.iter().any(|line| memchr::memchr(b'"', line).is_some());
    let quoting: &[bool] = if has_quotes { &[false, true] } else { &[false] };
    let candidates =
        DELIMITERS.iter().flat_map(|delimiter| quoting.iter().map(|quoted| (*delimiter, *quoted)));
    let (_, mut shape, looks) = candidates
        .filter_map(|(delimiter, quoted)| candidate(&sample, delimiter, quoted))
        .chain(single_column(&sample))
        .map(|shape| judged(shape, &sample))
        .reduce(|best, next| if next.0 > best.0 { next } else { best })?;
    if !looks.iter().any(|look| look.is_numeric) {
        return None;
    }
    let rows = shape.clone();
    shape.preamble = header::before_rows(text, &rows, &looks)?.to_vec();
    shape.unnamed = is_unnamed(&shape, &sample);
    Some(shape)
}

/// The head, the middle and the end of a text, without overlap. Wide lines make wide windows.
fn windows(text: &[u8]) -> Vec<&[u8]> {
    let first = memchr::memchr(b'\n', text).unwrap_or(0);
    let window = WINDOW_BYTES.max(WIDE_LINES * first);
    if text.len() / 3 <= window {
        return vec![text];
    }
    let middle = text.len() / 2;
    let places = [0..window, middle..middle + window, text.len() - window..text.len()];
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

/// Leaves out comments, unless they are most of the lines: one of three words is no table, whatever its only row has.
fn without_comments(lines: Vec<&[u8]>) -> Vec<&[u8]> {
    let is_row = |line: &&&[u8]| !line.starts_with(b"#");
    if lines.iter().filter(is_row).count() * 2 < lines.len() {
        return lines;
    }
    lines.iter().filter(is_row).copied().collect()
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
    Shape { delimiter, quoted, blanks: delimiter == b' ', columns, unnamed: false, preamble: Vec::new() }
}

/// The shape with this delimiter, if nine lines in ten then have the same number of fields, and more than one. Titles
/// and comments before them do not count, unless they are most of the text.
fn candidate(sample: &[&[u8]], delimiter: u8, quoted: bool) -> Option<Shape> {
    // Most delimiters do not occur, which takes less to see than to count fields.
    if !sample.iter().any(|line| memchr::memchr(delimiter, line).is_some()) {
        return None;
    }
    let shape = bare(delimiter, quoted, 0);
    let counts: Vec<usize> = sample.iter().map(|line| shape.count_fields(line)).collect();
    let mut late = counts.get(counts.len() / 2..)?.to_vec();
    late.sort_unstable();
    let columns = *late.get(late.len() / 2)?;
    let rows = counts.iter().skip_while(|count| **count != columns);
    let (all, same) = (rows.clone().count(), rows.filter(|count| **count == columns).count());
    // A header and a comment must not hide a short table.
    let usable = (2..=MAX_COLUMNS).contains(&columns)
        && same * 10 + 20 >= all * 9
        && same * 2 > all
        && same * 4 >= counts.len();
    let torn = |line: &&&[u8]| memchr::memchr(b'"', line).is_some() && shape.fields(line).any(is_torn);
    let usable = usable && sample.iter().filter(torn).count() * 2 <= sample.len();
    usable.then_some(Shape { columns, ..shape })
}

/// Whether a quote is opened in a field and closed in another.
fn is_torn(field: &[u8]) -> bool {
    field.starts_with(b"\"") && memchr::memchr_iter(b'"', field).count() % 2 == 1
}

/// A shape with its score, which grows with the columns that are numeric: a later delimiter, care for quotes or no
/// delimiter at all must win over what was tried before. Commas and blanks stand in numbers, too: they lose to others
/// between which there are only numbers.
fn judged(shape: Shape, sample: &[&[u8]]) -> ((usize, usize), Shape, Vec<Look>) {
    let looks = looks_of(sample, &shape);
    /// A stamp in words is worth more than the numbers that it can be cut into.
    const STAMP: usize = 6;
    let worth = |look: &Look| if look.is_in_words { STAMP } else { usize::from(look.is_numeric) };
    let count: usize = looks.iter().map(worth).sum();
    let only_numbers =
        looks.iter().all(|look| look.is_numeric) && matches!(shape.delimiter, b'\t' | b';' | b'|');
    let score = if only_numbers { usize::MAX } else { count };
    // A sensor that says nothing speaks for no other delimiter.
    let columns = looks.iter().filter(|look| look.is_numeric || !look.is_blank).count();
    ((score, count * 8 / columns.max(1)), shape, looks)
}

/// Whether a row ends with a cell more than the line of names has. An empty one would be what a delimiter at the end makes.
fn is_unnamed(shape: &Shape, sample: &[&[u8]]) -> bool {
    let last = shape.columns - 1;
    let ends = |line: &&&[u8]| shape.fields(line).nth(last).is_some_and(|cell| !cell.trim_ascii().is_empty());
    header::is_short(shape) && sample.iter().filter(ends).count() * 2 > sample.len()
}

/// Lines that are one field each.
fn single_column(sample: &[&[u8]]) -> Option<Shape> {
    let one_field = sample.iter().filter(|line| memchr::memchr(b',', line).is_none()).count();
    (sample.len() > 1 && one_field * 10 >= sample.len() * 9).then(|| bare(b',', false, 1))
}

/// Returns the looks of each column's cells.
fn looks_of(sample: &[&[u8]], shape: &Shape) -> Vec<Look> {
    let mut seen = vec![Seen::default(); shape.columns];
    for line in sample {
        shape.fields(line).zip(&mut seen).for_each(|(field, seen)| seen.see(field));
    }
    seen.iter().map(Seen::look).collect()
}

/// The cells of a column so far.
#[derive(Debug, Clone, Default)]
struct Seen {
    numeric: usize,
    in_words: usize,
    words: usize,
    filled: usize,
}

impl Seen {
    fn see(&mut self, field: &[u8]) {
        let in_words = Pattern::is_in_words(field);
        self.in_words += usize::from(in_words);
        self.numeric += usize::from(in_words || is_in_digits(field));
        self.words += usize::from(is_word(field));
        self.filled += usize::from(!field.is_empty());
    }

    fn look(&self) -> Look {
        let most = |count: usize| count > 0 && (count + 1) * 10 >= self.filled * 7;
        Look {
            is_numeric: most(self.numeric),
            is_in_words: most(self.in_words),
            // The line of names is among them.
            is_wordless: self.words <= 1 + self.filled / 20,
            is_blank: self.filled <= 1,
        }
    }
}
