//! How the lines of a link are written: what its hello says to whoever prints them.
//!
//! ```text
//! text := version u8 = 1 | layout | kind x columns | [script]  layout and script: as in archives; a row has a cell in each
//!                                                              column, and the script is UTF-16 or CR as line end
//! kind := 0                                                    words
//!       | 1 affix format                                       cells that are written just so, exact
//!       | 2 affix places u8 style u8                           numbers within a bound, printed with so many decimals:
//!                                                              0 all of them, 1 without zeros at the end
//! ```
//! What a cell of another kind holds is sent as a word, byte for byte.

use qres_core::{
    Error,
    entropy::Cursor,
    frame::Tolerance,
    live::{self, Cell, Sample},
    num::{Decimal, decimal, text::TEXT},
    table::{Affix, Format, Lane, Layout, Notation, Script, Style},
};

const VERSION: u8 = 1;
/// Decimals finer than those of the bound by so many are rounded away: that costs a hundredth of the bound.
const FINER: u8 = 2;
/// Decimals at most.
const MAX_PLACES: u8 = 18;
/// Bytes before, between and behind cells at most, on an average.
const MAX_AROUND: usize = 64;
/// Numbers are within so many steps.
const MAX_NUMBER: i128 = 1 << 61;

/// How a column is written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Words,
    Exact { affix: Affix, format: Format },
    Near { affix: Affix, places: u8, trimmed: bool, within: u64 },
}

/// How a cell fits its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit<'a> {
    Well(Sample<'a>),
    /// It had to be rounded, or sent as a word: another kind may be better.
    Badly(Sample<'a>),
}

impl<'a> Fit<'a> {
    pub(crate) fn sample(self) -> Sample<'a> {
        match self {
            Self::Well(sample) | Self::Badly(sample) => sample,
        }
    }
}

impl Kind {
    /// The kind that suits these cells.
    pub(crate) fn detect(cells: &[&[u8]], bound: Tolerance) -> Self {
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
        Self::Near { affix, places, trimmed: !fixed, within: bound.steps(places).min(live::MAX_WITHIN) }
    }

    /// Whether numbers are written with so many digits at least.
    pub(crate) fn has_width(&self) -> bool {
        matches!(self, Self::Exact { affix, format } if affix.is_padded() || matches!(format, Format::Hex(_)))
    }

    /// Whether finer decimals than it has would be of no use within `bound`.
    pub(crate) fn is_finest(&self, bound: Tolerance) -> bool {
        matches!(self, Self::Near { places, .. } if *places >= (bound.places() + FINER).min(MAX_PLACES))
    }

    /// How far numbers may be off.
    pub(crate) fn column(&self) -> live::Column {
        live::Column { within: if let Self::Near { within, .. } = self { *within } else { 0 } }
    }

    /// The bound of its numbers, if they are not exact.
    pub(crate) fn bound(&self) -> Option<String> {
        let Self::Near { places, within, .. } = self else { return None };
        let (mut text, within) = ([0; TEXT], i64::try_from(*within).unwrap_or(i64::MAX));
        let length = decimal::print(within, *places, decimal::Layout::TRIMMED, &mut text);
        Some(String::from_utf8_lossy(&text[..length]).into_owned())
    }

    /// Returns the number in a cell.
    pub(crate) fn number_in(&self, cell: &[u8]) -> Option<Decimal> {
        match self {
            Self::Words => Affix::default().number(cell),
            Self::Exact { affix, .. } | Self::Near { affix, .. } => affix.number(cell),
        }
    }

    /// What a cell is to the link.
    pub(crate) fn read<'c>(&self, cell: &'c [u8]) -> Fit<'c> {
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
                affix.put(&text[..length], &mut lane);
                lane.end_cell(b'\n');
                out.extend(lane.take_cell().strip_suffix(b"\n").unwrap_or_default());
            }
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
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

    fn parse(cursor: &mut Cursor<'_>, within: u64) -> Result<Self, Error> {
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

/// Bytes that stand around the cells of a row.
fn around(layout: &Layout) -> usize {
    layout.literals().iter().map(|literal| literal.len()).sum()
}

/// How all lines are written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Form {
    pub(crate) layout: Layout,
    pub(crate) kinds: Vec<Kind>,
    /// How the text is written, if it is not bytes in lines.
    pub(crate) script: Option<Script>,
}

impl Form {
    /// Whether the rows of a link can have this layout. What stands around their cells is limited: silent rows print it too.
    pub(crate) fn suits(layout: &Layout) -> bool {
        layout.is_uniform() && around(layout) <= MAX_AROUND * (layout.columns() + 1)
    }

    /// Bytes of a row with empty cells.
    pub(crate) fn empty_bytes(&self) -> usize {
        around(&self.layout) + 1
    }

    /// The bounds of the columns.
    pub(crate) fn columns(&self) -> Vec<live::Column> {
        self.kinds.iter().map(Kind::column).collect()
    }

    /// The text for the hello.
    pub(crate) fn text(&self) -> Vec<u8> {
        let mut out = vec![VERSION];
        self.layout.write(&mut out);
        self.kinds.iter().for_each(|kind| kind.write(&mut out));
        if let Some(script) = self.script {
            script.write(&mut out);
        }
        out
    }

    /// What the text of a hello says.
    pub(crate) fn read(text: &[u8], columns: &[live::Column]) -> Result<Self, Error> {
        let mut cursor = Cursor::new(text);
        match cursor.u8()? {
            VERSION => {}
            version => return Err(Error::Unsupported { version, known: VERSION }),
        }
        let layout = Layout::read(&mut cursor)?;
        if !Self::suits(&layout) {
            return Err(Error::Corrupt("layout of a link"));
        }
        if layout.columns() != columns.len() {
            return Err(Error::Corrupt("columns of a link"));
        }
        let kind = |column: &live::Column| Kind::parse(&mut cursor, column.within);
        let kinds = columns.iter().map(kind).collect::<Result<_, _>>()?;
        let script = if cursor.rest().is_empty() { None } else { Some(Script::read(&mut cursor)?) };
        let of_rows = script.is_none_or(|script| script.of_rows() == Some(script));
        if !of_rows || !cursor.rest().is_empty() {
            return Err(Error::Corrupt("form of a link"));
        }
        Ok(Self { layout, kinds, script })
    }

    /// Appends a row.
    pub(crate) fn print<'a>(&self, cells: impl Iterator<Item = Cell<'a>>, out: &mut Vec<u8>) {
        let mut literals = self.layout.literals().into_iter();
        out.extend_from_slice(literals.next().unwrap_or_default());
        for ((kind, cell), behind) in self.kinds.iter().zip(cells).zip(literals) {
            kind.print(cell, out);
            out.extend_from_slice(behind);
        }
        out.push(b'\n');
    }

    /// Appends a row of which nothing is known.
    pub(crate) fn print_empty(&self, out: &mut Vec<u8>) {
        self.layout.literals().into_iter().for_each(|literal| out.extend_from_slice(literal));
        out.push(b'\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
        fn forms_travel(text in prop::collection::vec(any::<u8>(), 0..60), columns in 0_usize..4) {
            let columns = vec![live::Column { within: 3 }; columns];
            if let Ok(form) = Form::read(&text, &columns) {
                prop_assert_eq!(Form::read(&form.text(), &columns).unwrap(), form);
            }
        }

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
