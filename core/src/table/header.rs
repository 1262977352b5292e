//! The lines before the first row of a table, and the column names in them.
//!
//! A line of names has words where the rows have numbers. Called by `detect` to find where the rows begin, and by layouts
//! to name their columns.

use super::{
    MAX_COLUMNS, Shape,
    glance::{is_missing, is_word, looks_numeric, unquote},
};
use alloc::{collections::BTreeSet, vec::Vec};

/// Lines before the first row at most.
const MAX_LINES: usize = 200;
/// The byte order mark of UTF-8.
pub(super) const BOM: &[u8] = b"\xEF\xBB\xBF";
/// The looks of most cells of a column.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Look {
    /// Numbers or times.
    pub(super) is_numeric: bool,
    /// Times with words in them.
    pub(super) is_in_words: bool,
    /// Hardly any of them is a word.
    pub(super) is_wordless: bool,
    /// There are none, but for a name.
    pub(super) is_blank: bool,
}

/// The shape of the rows that the first line of `text` announces, if it is several names and each other line has as many
/// fields.
pub(super) fn announced(text: &[u8]) -> Option<Shape> {
    let (names, rows) = text.split_at(memchr::memchr(b'\n', text)? + 1);
    let line = names.strip_suffix(b"\n")?;
    let of = |delimiter: u8| {
        let (quoted, preamble) = (text.contains(&b'"'), names.to_vec());
        let shape = Shape { delimiter, quoted, blanks: false, columns: 0, unnamed: false, preamble };
        Shape { columns: shape.fields(line).count(), ..shape }
    };
    let shape = b",;\t".map(of).into_iter().max_by_key(|shape| shape.columns)?;
    let names = shape.fields(line).filter(|field| is_word(field)).count();
    let is_row = |row: &[u8]| shape.fields(row).count() == shape.columns;
    let whole = rows.strip_suffix(b"\n").unwrap_or(rows);
    let are_rows = rows.is_empty() || whole.split(|byte| *byte == b'\n').all(is_row);
    (names == shape.columns && (2..=MAX_COLUMNS).contains(&names) && are_rows).then_some(shape)
}

/// Everything before the first line of `text` that is a row; all of it if none is.
pub(super) fn before_rows<'t>(text: &'t [u8], shape: &Shape, looks: &[Look]) -> Option<&'t [u8]> {
    let mark = text.strip_prefix(BOM).map_or(0, |_| BOM.len());
    let mut start = mark;
    for _ in 0..MAX_LINES {
        let rest = text.get(start..)?;
        let line = rest.get(..memchr::memchr(b'\n', rest)?)?;
        if is_row(line, shape, looks) {
            return text.get(..start);
        }
        start += line.len() + 1;
    }
    None
}

/// Whether a line has a cell for each column, numbers in at least half of those that are numeric, and no word where the
/// rows have none.
fn is_row(line: &[u8], shape: &Shape, looks: &[Look]) -> bool {
    let (mut cells, mut fitting, mut names) = (0, 0, 0);
    for (field, look) in shape.fields(line).zip(looks.iter().chain(core::iter::repeat(&Look::default()))) {
        cells += 1;
        let is_name = look.is_wordless && is_word(field);
        names += usize::from(look.is_numeric && is_name);
        fitting += usize::from(look.is_numeric && !is_name && (is_missing(field) || looks_numeric(field)));
    }
    let wanted = looks.iter().filter(|look| look.is_numeric).count();
    cells == shape.columns && fitting * 2 >= wanted && names == 0
}

impl Shape {
    /// Returns the columns' names as the preamble gives them, quotes taken off; `None` where it does not.
    pub fn names(&self) -> Vec<Option<Vec<u8>>> {
        let mut names = alloc::vec![None; self.columns];
        let preamble = self.preamble.strip_prefix(BOM).unwrap_or(&self.preamble);
        let preamble = preamble.strip_suffix(b"\n").unwrap_or(preamble);
        let lines = preamble.rsplit(|byte| *byte == b'\n').take(MAX_LINES);
        let written = lines.map(|line| titles(line, self)).filter(|titles| !titles.is_empty());
        let least = if self.unnamed || self.columns > 2 { self.columns - 1 } else { self.columns };
        let mut fitting = written.take_while(|titles| (least..=self.columns).contains(&titles.len()));
        let Some(last) = fitting.next() else { return names };
        let titles = if are_distinct(&last) {
            last
        } else {
            fitting.find(|titles| are_distinct(titles)).unwrap_or(last)
        };
        let unnamed = usize::from(self.unnamed && titles.len() < self.columns);
        for (name, title) in names.iter_mut().skip(unnamed).zip(titles) {
            *name = Some(title);
        }
        names
    }
}

/// Whether the last line of the preamble has one field fewer than there are columns, as R writes names.
pub(super) fn is_short(shape: &Shape) -> bool {
    let preamble = shape.preamble.strip_suffix(b"\n").unwrap_or(&shape.preamble);
    let last = preamble.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    shape.columns > 1 && titles(last, shape).len() == shape.columns - 1
}

/// The fields of a line of names, quotes and the sign of a comment taken off; none of a line without text.
fn titles(line: &[u8], shape: &Shape) -> Vec<Vec<u8>> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let comment = line.strip_prefix(b"#").or_else(|| line.strip_prefix(b"%"));
    let line = comment.map_or(line, <[u8]>::trim_ascii_start);
    if line.is_empty() {
        return Vec::new();
    }
    let quoted = Shape { quoted: memchr::memchr(b'"', line).is_some(), preamble: Vec::new(), ..*shape };
    quoted.fields(line).map(|field| unquote(field).into_owned()).collect()
}

fn are_distinct(titles: &[Vec<u8>]) -> bool {
    titles.iter().collect::<BTreeSet<_>>().len() == titles.len()
}
