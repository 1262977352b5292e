//! How far from a text is what came back of it, told without the core's own reader.

use crate::bench::peers::Tried;
use qres_core::table::Layout;

/// How far apart two texts are.
#[derive(Debug, Default)]
pub(super) struct Compared {
    pub(super) numbers: u64,
    pub(super) largest: f64,
    pub(super) largest_of_range: f64,
}

/// Splits both into fields; those that differ have to be numbers.
pub(super) fn compare(before: &[u8], after: &[u8]) -> Tried<Compared> {
    let delimiter = delimiter_of(before);
    let (before, after) = (lines(before), lines(after));
    if before.len() != after.len() {
        return Err("another number of lines came back".into());
    }
    let mut columns: Vec<Spread> = vec![];
    for (before, after) in before.iter().zip(&after) {
        let (before, after) = (fields(before, delimiter), fields(after, delimiter));
        if before.len() != after.len() {
            return Err("a line of another number of fields came back".into());
        }
        columns.resize_with(columns.len().max(before.len()), Spread::default);
        for ((before, after), column) in before.iter().zip(after).zip(&mut columns) {
            column.add(before, after)?;
        }
    }
    let mut compared = Compared::default();
    for column in &columns {
        compared.numbers += column.numbers;
        compared.largest = compared.largest.max(column.largest);
        if column.largest > 0.0 {
            compared.largest_of_range =
                compared.largest_of_range.max(column.largest / (column.high - column.low));
        }
    }
    Ok(compared)
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split(|byte| *byte == b'\n').collect()
}

/// Fields between delimiters, or between all that no number is made of.
fn fields(line: &[u8], delimiter: Option<u8>) -> Vec<&[u8]> {
    let ends = |byte: &u8| match delimiter {
        Some(delimiter) => *byte == delimiter,
        None => !(byte.is_ascii_alphanumeric() || b".+-".contains(byte)),
    };
    line.split(ends).collect()
}

/// What stands between the fields of the text, if it is a table of fields at all, whatever else its lines share.
fn delimiter_of(text: &[u8]) -> Option<u8> {
    Layout::fields(text).map(|layout| layout.delimiter())
}

/// A column's numbers as they went in, and the farthest from its own that came back.
#[derive(Debug)]
struct Spread {
    numbers: u64,
    low: f64,
    high: f64,
    largest: f64,
}

impl Default for Spread {
    fn default() -> Self {
        Self { numbers: 0, low: f64::INFINITY, high: f64::NEG_INFINITY, largest: 0.0 }
    }
}

impl Spread {
    fn add(&mut self, before: &[u8], after: &[u8]) -> Tried<()> {
        let number = |field: &[u8]| {
            let bare = std::str::from_utf8(field).ok()?.trim().trim_matches('"').trim();
            bare.parse::<f64>().ok().filter(|number| number.is_finite())
        };
        let from = number(before);
        if let Some(from) = from {
            self.numbers += 1;
            (self.low, self.high) = (self.low.min(from), self.high.max(from));
        }
        if before == after {
            return Ok(());
        }
        let (Some(from), Some(to)) = (from, number(after)) else {
            return Err(format!("{} came back as {}", before.escape_ascii(), after.escape_ascii()).into());
        };
        // Half a unit in the last place of each is not a distance of the decimals.
        let rounding = from.abs().max(to.abs()) * f64::EPSILON;
        self.largest = self.largest.max((from - to).abs() - rounding);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_shares_of_the_range() {
        let before = b"t,a,b\n1,10,x\n2,20,y\n3,30,z\n";
        let compared = compare(before, b"t,a,b\n1,11,x\n2,20,y\n3,29.5,z\n").unwrap();
        assert_eq!(compared.numbers, 6);
        assert!((compared.largest - 1.0).abs() < 1e-12 && (compared.largest_of_range - 0.05).abs() < 1e-12);
        for wrong in
            ["t,a,b\n1,10,w\n2,20,y\n3,30,z\n", "t,a,b\n1,10,x\n2,20,y\n", "t,a,b\n1,10\n2,20,y\n3,30,z\n"]
        {
            assert!(compare(before, wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
