//! How the cells of a column are written: cell to sample and back.

use crate::{
    entropy::Cursor,
    error::Error,
    frame::Tolerance,
    live::{Cell, Column, MAX_WITHIN, Sample},
    num::{Decimal, decimal, text::TEXT},
    table::{Affix, Format, Lane, Notation, Style},
};
use alloc::{
    string::{String, ToString},
    vec::Vec,
};

/// Tuning: decimals finer than those of the bound by so many are rounded away: that costs a hundredth of the bound.
const FINER: u8 = 2;
/// Wire: decimals at most.
const MAX_PLACES: u8 = 18;
/// Wire: numbers are within so many steps.
const MAX_NUMBER: i128 = 1 << 61;

/// How a column is written.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Cells that are sent byte for byte.
    Words,
    /// Numbers that are sent as they are.
    Exact {
        /// What stands around each number.
        affix: Affix,
        /// How a number is written.
        format: Format,
    },
    /// Numbers within a bound.
    Near {
        /// What stands around each number.
        affix: Affix,
        /// Decimals that are printed.
        places: u8,
        /// Whether zeros at the end are left out.
        trimmed: bool,
        /// How far a number may be off, in units of its last decimal.
        within: u64,
    },
}

/// How a cell fits its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit<'a> {
    /// It is sent as it is, or within the bound.
    Well(Sample<'a>),
    /// It had to be rounded, or sent as a word: another kind may be better.
    Badly(Sample<'a>),
}

impl<'a> Fit<'a> {
    /// Returns what is sent.
    pub fn sample(self) -> Sample<'a> {
        match self {
            Self::Well(sample) | Self::Badly(sample) => sample,
        }
    }
}

impl Kind {
    /// The kind that suits these cells.
    pub fn detect(cells: &[&[u8]], bound: Tolerance) -> Self {
        let notation = Notation::detect(cells);
        let (affix, format) = (notation.affix().clone(), notation.format().cloned());
        let numbers: Vec<Decimal> = cells.iter().filter_map(|cell| notation.number(cell)).collect();
        // A number here and there among words is a word that looks like one.
        let are_numbers = numbers.len() * 5 >= cells.len() * 4 && !affix.is_padded();
        let is_exact = bound.is_exact() || matches!(format, Some(Format::Time(_) | Format::Hex(_)));
        let written = numbers.iter().map(|number| number.places).max().filter(|_| are_numbers && !is_exact);
        let Some(written) = written else {
            return format.map_or(Self::Words, |format| Self::Exact { affix, format });
        };
        let most = (bound.places() + FINER).min(MAX_PLACES);
        let places = bound.places().max(written.min(most));
        let fixed = matches!(format, Some(Format::Decimal { style: Style::Fixed, .. })) && written == places;
        Self::Near { affix, places, trimmed: !fixed, within: bound.steps(places).min(MAX_WITHIN) }
    }

    /// Whether numbers are written with so many digits at least.
    pub fn has_width(&self) -> bool {
        matches!(self, Self::Exact { affix, format } if affix.is_padded() || matches!(format, Format::Hex(_)))
    }

    /// Whether finer decimals than it has would be of no use within `bound`.
    pub fn is_finest(&self, bound: Tolerance) -> bool {
        matches!(self, Self::Near { places, .. } if *places >= (bound.places() + FINER).min(MAX_PLACES))
    }

    /// How far numbers may be off.
    pub(crate) fn column(&self) -> Column {
        Column::new(if let Self::Near { within, .. } = self { *within } else { 0 })
    }

    /// The bound of its numbers, if they are not exact.
    pub fn bound(&self) -> Option<String> {
        let Self::Near { places, within, .. } = self else { return None };
        let (mut text, within) = ([0; TEXT], i64::try_from(*within).unwrap_or(i64::MAX));
        let length = decimal::print(within, *places, decimal::Layout::TRIMMED, &mut text);
        Some(String::from_utf8_lossy(text.get(..length)?).into_owned())
    }

    /// Returns the number in a cell.
    pub fn number_in(&self, cell: &[u8]) -> Option<Decimal> {
        match self {
            Self::Words => Affix::default().number(cell),
            Self::Exact { affix, .. } | Self::Near { affix, .. } => affix.number(cell),
        }
    }

    /// What a cell is to the link.
    pub fn read<'c>(&self, cell: &'c [u8]) -> Fit<'c> {
        let word = Sample::Word(cell);
        let mut bare = [0; TEXT];
        let fit = match self {
            Self::Words => return Fit::Well(word),
            Self::Exact { affix, format } => {
                let value = affix.strip(cell, &mut bare).and_then(|bare| format.reader().read(bare));
                value
                    .filter(|(v, _)| i128::from(*v).abs() <= MAX_NUMBER)
                    .map(|(v, _)| Fit::Well(Sample::Number(v)))
            }
            Self::Near { affix, places, .. } => affix.number(cell).and_then(|number| near(number, *places)),
        };
        fit.unwrap_or(Fit::Badly(word))
    }

    /// Appends a cell.
    pub(crate) fn print(&self, cell: Cell<'_>, out: &mut Vec<u8>) {
        let value = match cell {
            Cell::Word(word) => return out.extend_from_slice(word),
            Cell::Number(value) => value,
        };
        let mut lane = Lane::default();
        match self {
            // A number in a column of words: only a damaged link that passed every check says so.
            Self::Words => out.extend_from_slice(value.to_string().as_bytes()),
            Self::Exact { affix, format } => {
                format.printer(affix, b'\n').print(&[value], &[], &mut lane);
                out.extend(lane.take_cell().strip_suffix(b"\n").unwrap_or_default());
            }
            Self::Near { affix, places, trimmed, .. } => {
                let layout = if *trimmed { decimal::Layout::TRIMMED } else { decimal::Layout::FIXED };
                let mut text = [0; TEXT];
                let length = decimal::print(value, *places, layout, &mut text);
                affix.put(text.get(..length).unwrap_or_default(), &mut lane);
                lane.end_cell(b'\n');
                out.extend(lane.take_cell().strip_suffix(b"\n").unwrap_or_default());
            }
        }
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Words => out.push(0),
            Self::Exact { affix, format } => {
                out.push(1);
                affix.write(out);
                format.write(out);
            }
            Self::Near { affix, places, trimmed, .. } => {
                out.push(2);
                affix.write(out);
                out.extend([*places, u8::from(*trimmed)]);
            }
        }
    }

    pub(super) fn parse(cursor: &mut Cursor<'_>, within: u64) -> Result<Self, Error> {
        match cursor.u8()? {
            0 => Ok(Self::Words),
            1 => Ok(Self::Exact { affix: Affix::read(cursor)?, format: Format::read(cursor)? }),
            2 => match (Affix::read(cursor)?, cursor.u8()?, cursor.u8()?) {
                (affix, places @ ..=MAX_PLACES, style @ 0..=1) => {
                    Ok(Self::Near { affix, places, trimmed: style == 1, within })
                }
                _ => Err(Error::Corrupt("decimals of a column")),
            },
            _ => Err(Error::Corrupt("kind of a column")),
        }
    }
}

/// The number on the lattice of `places` decimals.
fn near(number: Decimal, places: u8) -> Option<Fit<'static>> {
    let value = number.rounded(places).filter(|value| i128::from(*value).abs() <= MAX_NUMBER)?;
    Some(match number.trimmed().places <= places {
        true => Fit::Well(Sample::Number(value)),
        false => Fit::Badly(Sample::Near(value)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use proptest::prelude::*;

    fn bound(text: &str) -> Tolerance {
        Tolerance::parse(text).unwrap()
    }

    fn there_and_back(kind: &Kind, cell: &str) -> String {
        let mut out = vec![];
        kind.print(
            match kind.read(cell.as_bytes()).sample() {
                Sample::Number(value) | Sample::Near(value) => Cell::Number(value),
                Sample::Word(word) => Cell::Word(word),
            },
            &mut out,
        );
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn cells_are_printed_as_they_were_written() {
        let near = Kind::detect(&[b"21.50"], bound("0.5"));
        assert_eq!(near.column().within, 50);
        for cell in ["21.50", "-3.25", "NA", "", "0.00"] {
            assert_eq!(there_and_back(&near, cell), cell);
        }
        assert_eq!(there_and_back(&near, "-0.0"), "0.00");
        assert_eq!(there_and_back(&near, "1e-05"), "0.00");
        assert_eq!(there_and_back(&near, "7.123"), "7.12");
        let whole = Kind::detect(&[b"21"], bound("0.5"));
        assert_eq!((there_and_back(&whole, "21"), whole.column().within), ("21".into(), 5));
        let quoted = Kind::detect(&[b"\"  60\""], bound("2"));
        assert_eq!(there_and_back(&quoted, "\" 120\""), "\" 120\"");
        let time = Kind::detect(&[b"2020-01-01 00:10:00"], bound("5"));
        assert_eq!(time.column().within, 0);
        assert_eq!(there_and_back(&time, "2020-02-29 23:59:59"), "2020-02-29 23:59:59");
        assert_eq!(Kind::detect(&[b"on"], bound("5")), Kind::Words);
        assert_eq!(Kind::detect(&[b"on", b"1e5", b"off"], bound("5")), Kind::Words);
        let numbered = Kind::detect(&[b"v1.0", b"v1.1"], bound("0.6"));
        assert_eq!((there_and_back(&numbered, "v1.1"), numbered.column().within), ("v1.1".into(), 0));
    }

    #[test]
    fn many_decimals_are_rounded_within_the_bound() {
        let kind = Kind::detect(&[b"73.96732207123456"], bound("0.1"));
        assert_eq!(kind.column().within, 100);
        assert_eq!(kind.read(b"73.96732207"), Fit::Badly(Sample::Near(73_967)));
        assert_eq!(kind.read(b"-73.9675"), Fit::Badly(Sample::Near(-73_968)));
    }

    proptest! {
        #[test]
        fn any_cell_is_printed(cell: Vec<u8>, places in 0_u8..=18, value: i64, trimmed: bool) {
            let kind = Kind::Near { affix: Affix::default(), places, trimmed, within: 1 };
            let mut out = vec![];
            kind.print(Cell::Number(value), &mut out);
            prop_assert!(Decimal::parse(&out).is_some() || value.unsigned_abs() >= 1_000_000_000_000_000_000);
            if let Fit::Well(Sample::Number(read)) = kind.read(&out) {
                prop_assert_eq!(read, value);
            }
            let _ = kind.read(&cell);
        }
    }
}
