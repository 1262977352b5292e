//! Columns of a table whose rows come one at a time: how the cells of one write their numbers, as far as a few cells show.
//!
//! Archives look at a whole segment before they read a column. Who must say something of each row as it comes (a watch, a
//! live link) reads by the [`Notation`] of the first cells, keeps a [`Handful`] of them, and looks anew when a cell is
//! written in another way.

use super::{Affix, Care, Format};
use crate::num::{
    Decimal,
    text::{TEXT, Text},
};
use alloc::vec::Vec;

/// How the cells of a column are written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Notation {
    affix: Affix,
    format: Option<Format>,
}

impl Notation {
    /// Returns the notation of most of these cells, none of which is empty.
    pub fn detect(cells: &[&[u8]]) -> Self {
        if let Some(format) = Format::in_words(cells) {
            return Self { affix: Affix::default(), format: Some(format) };
        }
        let affix = Affix::detect(cells);
        let stripped = affix.strip_all(cells.iter().copied());
        let bare: Vec<&[u8]> = stripped.iter().collect();
        let format = Format::detect(&bare, Care::Quick);
        Self { affix, format }
    }

    /// Returns the text around the values.
    pub(crate) fn affix(&self) -> &Affix {
        &self.affix
    }

    /// Returns how the values are written, if most of them are written alike.
    pub(crate) fn format(&self) -> Option<&Format> {
        self.format.as_ref()
    }

    /// Returns the number in a cell of this notation, with any number of decimals.
    pub fn number(&self, cell: &[u8]) -> Option<Decimal> {
        match &self.format {
            _ if self.affix.is_name() => None,
            Some(Format::Hex(hex)) => {
                let mantissa = hex.parse(self.affix.strip(cell, &mut [0; TEXT])?)?;
                Some(Decimal { mantissa, places: 0 })
            }
            _ => self.affix.number(cell),
        }
    }

    /// Returns the number in a cell as programs print it; `None` for cells of another notation and those that have a name
    /// before their number.
    pub fn plain<'c>(&self, cell: &'c [u8], text: &'c mut Text) -> Option<&'c [u8]> {
        if self.affix.is_name() {
            return None;
        }
        self.affix.strip(cell, text)
    }
}

/// A few cells of a column: the first and the latest that its notation did not fit.
#[derive(Debug, Clone, Default)]
pub struct Handful {
    cells: Vec<Vec<u8>>,
    looks: u32,
}

/// Tuning: cells kept, and looks at them.
const CELLS: usize = 24;
const LOOKS: u32 = 64;

impl Handful {
    /// First cells worth keeping: as many as there is room for later ones.
    pub const FIRST: usize = CELLS / 2;

    /// Keeps a cell. The first ones stay: what comes later must not push out what the column began as.
    pub fn keep(&mut self, cell: &[u8]) {
        if self.cells.len() >= CELLS {
            self.cells.remove(Self::FIRST);
        }
        self.cells.push(cell.to_vec());
    }

    /// Keeps a cell that does not fit; whether it is worth looking for another notation. Columns of odd cells are not
    /// looked at for ever: that costs more than reading them.
    pub fn is_worth_a_look(&mut self, cell: &[u8]) -> bool {
        if self.looks >= LOOKS || !cell.iter().any(u8::is_ascii_digit) {
            return false;
        }
        self.looks += 1;
        self.keep(cell);
        true
    }

    /// Returns the cells that are not empty.
    pub fn cells(&self) -> Vec<&[u8]> {
        self.cells.iter().map(Vec::as_slice).filter(|cell| !cell.is_empty()).collect()
    }

    /// Returns how many cells satisfy `fits`.
    pub fn count(&self, fits: impl Fn(&[u8]) -> bool) -> usize {
        self.cells.iter().filter(|cell| fits(cell)).count()
    }

    /// Returns the notation of the cells and of one that `known` does not read, if it reads more of them.
    pub fn look(&mut self, known: &Notation, cell: &[u8]) -> Option<Notation> {
        if !self.is_worth_a_look(cell) {
            return None;
        }
        let next = Notation::detect(&self.cells());
        let read = |notation: &Notation| self.count(|cell| notation.number(cell).is_some());
        (read(&next) > read(known)).then_some(next)
    }
}

/// Seconds since 1970 are at least this, in 2001: numbers from here on that only rise are a clock, however uneven.
const SECONDS: i64 = 1_000_000_000;
/// Steps that make a clock.
const MIN_STEPS: usize = 8;

/// Whether these numbers rise by the same step, to a part in 1024, or as seconds since 1970 do.
pub fn is_clock(numbers: &[Decimal]) -> bool {
    let Some(places) = numbers.iter().map(|number| number.places).max() else { return false };
    let units: Option<Vec<i64>> = numbers.iter().map(|number| number.rounded(places)).collect();
    let Some(units) = units else { return false };
    let seconds = numbers.iter().all(|number| number.rounded(0).is_some_and(|whole| whole >= SECONDS));
    let steps: Vec<i128> =
        units.iter().zip(units.iter().skip(1)).map(|(a, b)| i128::from(*b) - i128::from(*a)).collect();
    let first = steps.first().copied().unwrap_or(0);
    let even = |step: &i128| (step - first).abs() * 1024 <= first;
    steps.len() >= MIN_STEPS && steps.iter().all(|step| *step > 0 && (seconds || even(step)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{format, string::String};

    fn number(notation: &Notation, cell: &str) -> Option<(i64, u8)> {
        notation.number(cell.as_bytes()).map(|number| (number.mantissa, number.places))
    }

    fn detect(cells: &[&str]) -> Notation {
        Notation::detect(&cells.iter().map(|cell| cell.as_bytes()).collect::<Vec<_>>())
    }

    #[test]
    fn numbers_are_read_however_people_print_them() {
        for (cells, cell, read) in [
            (&["1.5", "-2.25", "3"][..], "-0.125", Some((-125, 3))),
            (&["1,5", "-2,2", "3,0"], "12,75", Some((1275, 2))),
            (&["\"1,234.5\"", "12.5", "\"2,000.0\""], "\"1,000,000.5\"", Some((10_000_005, 1))),
            (&["1.234,5", "12,5", "2.000,0"], "1.000.000,5", Some((10_000_005, 1))),
            (&["21.5 \u{b0}C", "3.0 \u{b0}C"], "-4.5 \u{b0}C", Some((-45, 1))),
            (&["  1.5", "-12.5", " 10.0"], "-100.5", Some((-1005, 1))),
            (&["\"1.5\"", "\"2.5\""], "\"-3.5\"", Some((-35, 1))),
            (&["0042", "0007", "1234"], "0100", Some((100, 0))),
            (&["0x1F", "0x2A", "0x33", "0x0C"], "0xFF", Some((255, 0))),
            (&["1f", "2a", "33", "0c"], "ff", Some((255, 0))),
            (&["1.5e+00", "2.25e-01", "3.0e+02"], "1.0e-05", Some((10, 6))),
            (&["+1.5", "-2.5", "+3.0"], "+7.5", Some((75, 1))),
            (&["(1.50)", "2.25", "3.00"], "(7.50)", Some((-750, 2))),
            (&["1.5", "2.5"], "-0.0", Some((0, 1))),
            (&["v1.0", "v1.1", "v1.2"], "v1.3", None),
            (&["on", "off"], "1", Some((1, 0))),
            (&["1.5", "2.5"], "off", None),
            (&["2024-01-01", "2024-01-02"], "2024-01-03", None),
        ] {
            assert_eq!(number(&detect(cells), cell), read, "{cells:?} {cell}");
        }
    }

    #[test]
    fn a_cell_of_another_notation_is_looked_at_anew() {
        let (mut handful, mut notation) = (Handful::default(), detect(&["12,5", "7,25"]));
        ["12,5", "7,25"].iter().for_each(|cell| handful.keep(cell.as_bytes()));
        assert_eq!(number(&notation, "1.234,5"), None);
        notation = handful.look(&notation, b"1.234,5").unwrap();
        for (cell, read) in [("1.234,5", (12345, 1)), ("7,25", (725, 2)), ("-1.000,0", (-10000, 1))] {
            assert_eq!(number(&notation, cell), Some(read), "{cell}");
        }
        assert_eq!(handful.look(&notation, b"off"), None);
        assert_eq!(handful.look(&notation, b"error 17"), None);
    }

    #[test]
    fn odd_cells_are_not_looked_at_for_ever() {
        let mut handful = Handful::default();
        let looks = (0..1000).filter(|i| handful.is_worth_a_look(format!("error {i}").as_bytes())).count();
        assert_eq!((looks, handful.cells().len()), (LOOKS as usize, CELLS));
        assert_eq!(handful.cells()[0], b"error 0");
    }

    #[test]
    fn a_clock_rises_by_the_same_step_or_counts_seconds() {
        let rises = |step: fn(i64) -> i64, places| {
            let numbers = (0..16).map(|i| Decimal { mantissa: step(i), places });
            is_clock(&numbers.collect::<Vec<_>>())
        };
        assert!(rises(|i| 10 * i, 0) && rises(|i| 1_600_000_000 + i * i + i, 0) && rises(|i| i, 1));
        assert!(!rises(|_| 5, 0) && !rises(|i| i * i + i, 0) && !rises(|i| -i, 0));
        assert!(!rises(|_| 1_600_000_000, 0) && !rises(|i| 1_600_000_000 + i * i + i, 1));
        assert!(!is_clock(&[]) && !is_clock(&[Decimal { mantissa: 1, places: 0 }]));
        assert!(!rises(|i| i64::MAX - 16 + i * i % 7, 0));
    }

    #[test]
    fn any_cells_have_a_notation() {
        for cells in [&[][..], &[""], &["\u{ff}", "-", "e5"], &["1", "", "x"]] {
            let read = number(&detect(cells), "7");
            assert!(read.is_none_or(|read| read == (7, 0)), "{cells:?}");
        }
        let long = String::from("9").repeat(100);
        assert_eq!(number(&detect(&[&long]), &long), None);
    }
}
