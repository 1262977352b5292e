//! A column of numbers and the watch on it. Numbers are integers of a unit of so many decimals, chosen in the first rows.

use qres_core::{
    neuron::{LinearGene, Origin},
    num::{Decimal, text::TEXT},
    regime::{Regime, Seen, Watch},
    table::{Handful, Notation, notation},
};
use std::collections::VecDeque;

/// Most decimals of the unit.
const MAX_PLACES: u8 = 9;
/// Decimals of a column that had nothing in the first rows.
const UNKNOWN_PLACES: u8 = 3;
/// Decimals of the unit beyond those of the numbers: what is predicted is seldom a number that could have been written.
const FINER: u8 = 3;
/// Sizes of the first rows stay below this in the unit, so that there is room for larger ones.
const ROOM: u64 = 1 << 52;
/// Values that a sparkline shows.
pub(crate) const RECENT: usize = 32;

/// A column that is watched.
#[derive(Debug)]
pub(crate) struct Column {
    /// Its place in a row, from 0.
    pub(crate) number: usize,
    pub(crate) name: String,
    numbers: Numbers,
    /// Decimals of its numbers, and of the unit.
    places: u8,
    unit: u8,
    /// Whether it is a clock: its level says nothing.
    pub(crate) clock: bool,
    watch: Watch,
    /// The last values, the newest last.
    pub(crate) recent: VecDeque<i64>,
    /// The sum and the number of surprises since the last status line.
    surprises: (u128, u64),
}

/// What is known of a column before its first row.
#[derive(Debug, Clone)]
pub(crate) struct Taught {
    unit: u8,
    watch: Watch,
}

/// How the numbers of a column are read: by the notation of the cells so far, anew when a cell is written in another way.
#[derive(Debug, Default)]
struct Numbers {
    notation: Notation,
    handful: Handful,
}

impl Numbers {
    /// Learns how these cells are written.
    fn of(cells: &[Vec<u8>]) -> Self {
        let filled: Vec<&[u8]> = cells.iter().map(Vec::as_slice).filter(|cell| !is_missing(cell)).collect();
        let mut handful = Handful::default();
        filled.iter().take(Handful::FIRST).for_each(|cell| handful.keep(cell));
        Self { notation: Notation::detect(&filled), handful }
    }

    /// Returns the decimals of these cells, if most of those that say something are numbers.
    fn places(&self, cells: &[Vec<u8>]) -> Option<u8> {
        let filled = cells.iter().filter(|cell| !is_missing(cell)).count();
        let numbers: Vec<u8> = cells.iter().filter_map(|cell| self.decimals(cell)).collect();
        if numbers.is_empty() || numbers.len() * 2 <= filled {
            return None;
        }
        let fits = |places: &u8| {
            cells.iter().filter_map(|cell| self.scaled(cell, *places)).all(|n| n.unsigned_abs() < ROOM)
        };
        let most = numbers.into_iter().max()?.min(MAX_PLACES);
        Some((0..=most).rev().find(fits).unwrap_or(0))
    }

    /// Returns the number in a cell in units of `places` decimals; looks at the notation anew if it does not fit.
    fn read(&mut self, cell: &[u8], places: u8) -> Option<i64> {
        if let Some(value) = self.scaled(cell, places) {
            return Some(value);
        }
        if is_missing(cell) {
            return None;
        }
        self.notation = self.handful.look(&self.notation, cell)?;
        self.scaled(cell, places)
    }

    /// Returns a number in units of `places` decimals, rounded half away from zero and held within what an integer can be.
    fn scaled(&self, cell: &[u8], places: u8) -> Option<i64> {
        match self.notation.number(cell) {
            Some(exact) => Some(at(exact, places)),
            None => Some((self.near(cell)? * 10_f64.powi(places.into())).round() as i64),
        }
    }

    /// Returns how many decimals a number is written with; an exponent counts.
    fn decimals(&self, cell: &[u8]) -> Option<u8> {
        if let Some(exact) = self.notation.number(cell) {
            return Some(exact.places);
        }
        self.near(cell)?;
        let point = memchr::memchr(b'.', cell).unwrap_or(cell.len());
        let digits = cell[point..].iter().skip(1).take_while(|byte| byte.is_ascii_digit());
        Some(digits.count().min(99) as u8)
    }

    /// Returns a number that no [`Decimal`] holds or that is written as few are: of many digits, with a lone plus.
    fn near(&self, cell: &[u8]) -> Option<f64> {
        let mut text = [0; TEXT];
        let plain = self.notation.plain(cell, &mut text).unwrap_or(cell);
        let number: f64 = std::str::from_utf8(plain).ok()?.parse().ok()?;
        Some(number).filter(|number| number.is_finite())
    }
}

/// Whether all these cells are numbers that rise as a clock does.
pub(crate) fn is_clock(cells: &[Vec<u8>]) -> bool {
    let Numbers { notation, .. } = Numbers::of(cells);
    let numbers: Option<Vec<Decimal>> = cells.iter().map(|cell| notation.number(cell)).collect();
    numbers.is_some_and(|numbers| notation::is_clock(&numbers))
}

/// Whether most of these cells are a date or a time of day: digits with marks between.
pub(crate) fn is_time(cells: &[Vec<u8>]) -> bool {
    let is_time = |cell: &&Vec<u8>| {
        let digits = cell.iter().filter(|byte| byte.is_ascii_digit()).count();
        let marks = cell.iter().filter(|byte| b":-/.".contains(byte)).count();
        digits >= 4 && marks >= 2 && cell.len() < 40
    };
    cells.iter().filter(is_time).count() * 2 > cells.len()
}

/// Whether none of these cells says anything.
pub(crate) fn is_empty(cells: &[Vec<u8>]) -> bool {
    cells.iter().all(|cell| is_missing(cell))
}

/// Whether a cell says that there is no number.
fn is_missing(cell: &[u8]) -> bool {
    let words = ["", "-", "?", "na", "n/a", "nan", "null", "none"];
    words.iter().any(|word| cell.eq_ignore_ascii_case(word.as_bytes()))
}

/// Returns a number in units of `places` decimals, held within what an integer can be.
fn at(number: Decimal, places: u8) -> i64 {
    number.rounded(places).unwrap_or(if number.mantissa < 0 { i64::MIN } else { i64::MAX })
}

impl Column {
    /// Watches the column of these cells; `None` if they are not numbers.
    pub(crate) fn of(number: usize, name: &str, cells: &[Vec<u8>]) -> Option<Self> {
        let numbers = Numbers::of(cells);
        let places = numbers.places(cells)?;
        Some(Self::new(number, name.into(), places, is_clock(cells), numbers))
    }

    /// Watches a column that had nothing in the first rows.
    pub(crate) fn unknown(number: usize, name: String) -> Self {
        Self::new(number, name, UNKNOWN_PLACES, false, Numbers::default())
    }

    fn new(number: usize, name: String, places: u8, clock: bool, numbers: Numbers) -> Self {
        let (watch, recent) = (Watch::default(), VecDeque::with_capacity(RECENT));
        let unit = (places + FINER).min(MAX_PLACES);
        Self { number, name, numbers, places, unit, clock, watch, recent, surprises: (0, 0) }
    }

    /// What its rows have taught, for another column of the name.
    pub(crate) fn taught(self) -> (String, Taught) {
        (self.name, Taught { unit: self.unit, watch: self.watch })
    }

    /// Knows from now on what rows like its own have taught; says whether it can: in a unit that is too coarse it cannot.
    pub(crate) fn learn(&mut self, taught: &Taught) -> bool {
        let fits = taught.unit >= self.places;
        if fits {
            (self.unit, self.watch) = (taught.unit, taught.watch.anew());
        }
        fits
    }

    /// Hears what a gene predicts.
    pub(crate) fn admit(&mut self, origin: Origin, gene: &LinearGene) {
        self.watch.admit(origin, gene);
    }

    /// Calls every sample an anomaly from so many bits on, if they are said.
    pub(crate) fn set(&mut self, bits: Option<u32>) {
        if let Some(bits) = bits {
            self.watch = std::mem::take(&mut self.watch).with_threshold(bits << 8);
        }
    }

    /// Counts days of so many rows from now on.
    pub(crate) fn set_day(&mut self, rows: u32) {
        self.watch.set_day(rows);
    }

    /// Takes a cell: what was seen, if it is a number; else time has passed.
    pub(crate) fn push(&mut self, cell: &[u8]) -> Option<Seen> {
        let Some(value) = self.numbers.read(cell, self.unit) else {
            self.silence();
            return None;
        };
        let seen = self.watch.push(value);
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(value);
        let (sum, count) = &mut self.surprises;
        (*sum, *count) = (sum.saturating_add(seen.surprise.into()), *count + 1);
        Some(seen)
    }

    /// Takes a row in which it has no cell.
    pub(crate) fn silence(&mut self) {
        self.watch.tick();
    }

    /// How surprising it is just now.
    pub(crate) fn regime(&self) -> Regime {
        self.watch.regime()
    }

    /// A value as the column writes it: with all of its decimals.
    pub(crate) fn decimal(&self, value: i64) -> String {
        decimal(at(Decimal { mantissa: value, places: self.unit }, self.places).into(), self.places)
    }

    /// The last value.
    pub(crate) fn value(&self) -> Option<String> {
        self.recent.back().map(|value| self.decimal(*value))
    }

    /// The mean surprise since it was last asked for, in the decimals of the unit; then it begins anew.
    pub(crate) fn take_surprise(&mut self) -> Option<String> {
        let (sum, count) = std::mem::take(&mut self.surprises);
        let mean = sum.checked_div(count.into())?;
        Some(decimal(i128::try_from(mean).unwrap_or(i128::MAX), self.unit))
    }
}

fn decimal(value: i128, places: u8) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let unit = 10_u128.pow(places.into());
    let (whole, rest) = (value.unsigned_abs() / unit, value.unsigned_abs() % unit);
    match places {
        0 => format!("{sign}{whole}"),
        _ => format!("{sign}{whole}.{rest:0width$}", width = usize::from(places)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(cells: &[Vec<u8>]) -> Option<u8> {
        Numbers::of(cells).places(cells)
    }

    fn column(number: usize) -> Column {
        Column::new(number, "t".into(), 2, false, Numbers::default())
    }

    fn cells(cells: &[&str]) -> Vec<Vec<u8>> {
        cells.iter().map(|cell| cell.as_bytes().to_vec()).collect()
    }

    #[test]
    fn a_column_has_the_decimals_of_the_first_rows_as_far_as_there_is_room() {
        assert_eq!(places(&cells(&["1.5", "-0.25", "3", ""])), Some(2));
        assert_eq!(places(&cells(&["73.96732207", "74.93588199999998"])), Some(9));
        assert_eq!(places(&cells(&["1234567890123.25"])), Some(2));
        assert_eq!(places(&cells(&["1234567890123456.25"])), Some(0));
        assert_eq!(places(&cells(&["+7", ".25", "1e300"])), Some(0));
        assert_eq!(places(&cells(&["+7", ".25", "NA", "null", "-"])), Some(2));
        assert_eq!(places(&cells(&["7,5", "12,25", "NA", "1.234,5"])), Some(2));
        assert_eq!(places(&cells(&["2014-07-01", "on", "1"])), None);
        assert_eq!(places(&cells(&["nan", ""])), None);
        assert_eq!(places(&[]), None);
    }

    #[test]
    fn times_have_marks_between_digits() {
        assert!(is_time(&cells(&["2014-07-01 00:00:00", "2014-07-01T00:30:00Z"])));
        assert!(is_time(&cells(&["31.12.2020"])) && is_time(&cells(&["12:30:00"])));
        assert!(!is_time(&cells(&["-1.25", "3"])) && !is_time(&cells(&["hall 7"])) && !is_time(&[]));
    }

    #[test]
    fn numbers_are_rounded_to_the_unit_and_written_with_the_decimals_of_the_column() {
        let mut column = column(0);
        let mut said = |cell: &str| column.push(cell.as_bytes()).and_then(|_| column.value());
        for (cell, text) in
            [("1.5", "1.50"), ("-0.005", "-0.01"), ("+7", "7.00"), ("1e-02", "0.01"), ("2.5", "2.50")]
        {
            assert_eq!(said(cell).as_deref(), Some(text), "{cell}");
        }
        assert_eq!((said("off"), said("NaN"), said("inf"), said("\u{ff}")), (None, None, None, None));
        assert_eq!(said("999999999999999999").as_deref(), Some("92233720368547.76"));
        assert_eq!(said("-1e300").as_deref(), Some("-92233720368547.76"));
    }

    #[test]
    fn what_is_missing_is_time_that_passes() {
        let [mut whole, mut with_gaps] = [0, 1].map(column);
        let wave = |i: i32| format!("{:.2}", f64::sin(f64::from(i) * 0.3) * 100.0);
        let surprise =
            |i: i32, column: &mut Column| column.push(wave(i).as_bytes()).map(|seen| seen.surprise);
        for i in 0..5000 {
            surprise(i, &mut whole);
            surprise(i, &mut with_gaps);
        }
        // Were the gap no time, the wave would seem to jump by its swing.
        (5000..5005)
            .for_each(|i| assert!(surprise(i, &mut whole).is_some() && with_gaps.push(b"").is_none()));
        assert!(surprise(5005, &mut with_gaps).unwrap() < 1_000_000, "{with_gaps:?}");
    }
}
