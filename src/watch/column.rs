//! A column of numbers and the watch on it. Numbers are integers of a unit of so many decimals, chosen in the first rows.

use qres_core::{
    num::Decimal,
    regime::{Hysteresis, Regime, Seen, Watch},
};
use std::collections::VecDeque;

/// Most decimals of the unit.
const MOST_PLACES: u8 = 9;
/// Decimals of the unit beyond those of the numbers: what is predicted is seldom a number that could have been written.
const FINER: u8 = 3;
/// Sizes of the first rows stay below this in the unit, so that there is room for larger ones.
const ROOM: u64 = 1 << 52;
/// Steps that make a clock.
const LEAST_STEPS: usize = 8;
/// Seconds since 1970 are at least this, in 2001: numbers from here on that only rise are a clock, however uneven.
const SECONDS: f64 = 1e9;
/// Values that a sparkline shows.
pub(crate) const RECENT: usize = 32;

/// A column that is watched.
#[derive(Debug)]
pub(crate) struct Column {
    /// Its place in a row, from 0.
    pub(crate) number: usize,
    pub(crate) name: String,
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

/// The decimals of a column with these cells, if most of those that say something are numbers.
pub(crate) fn places(cells: &[Vec<u8>]) -> Option<u8> {
    let filled = cells.iter().filter(|cell| !is_missing(cell)).count();
    let numbers: Vec<u8> =
        cells.iter().filter(|cell| number(cell).is_some()).map(|cell| decimals(cell)).collect();
    if numbers.is_empty() || numbers.len() * 2 <= filled {
        return None;
    }
    let fits =
        |places: &u8| cells.iter().filter_map(|cell| scaled(cell, *places)).all(|n| n.unsigned_abs() < ROOM);
    let most = numbers.into_iter().max()?.min(MOST_PLACES);
    Some((0..=most).rev().find(fits).unwrap_or(0))
}

/// Whether all these cells are numbers that rise by the same step, or as seconds since 1970 do.
pub(crate) fn is_clock(cells: &[Vec<u8>]) -> bool {
    let numbers: Option<Vec<f64>> = cells.iter().map(|cell| number(cell)).collect();
    let steps: Vec<f64> = numbers.iter().flat_map(|all| all.windows(2)).map(|two| two[1] - two[0]).collect();
    let seconds = numbers.iter().flatten().all(|number| *number >= SECONDS);
    let even = |step: &f64| (step - steps[0]).abs() <= steps[0] / 1024.0;
    steps.len() >= LEAST_STEPS && steps.iter().all(|step| *step > 0.0 && (seconds || even(step)))
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

/// Any number that is written in ASCII, also with a comma for a point.
fn number(cell: &[u8]) -> Option<f64> {
    let text = std::str::from_utf8(cell).ok()?;
    let number = text.parse::<f64>().or_else(|_| text.replacen(',', ".", 1).parse());
    number.ok().filter(|number| number.is_finite())
}

/// How many decimals a number is written with; an exponent counts.
fn decimals(cell: &[u8]) -> u8 {
    if let Some(exact) = Decimal::parse_exponent(cell) {
        return exact.places;
    }
    let behind = cell.iter().position(|byte| b".,".contains(byte)).and_then(|point| cell.get(point + 1..));
    behind.map_or(0, |rest| rest.iter().take_while(|byte| byte.is_ascii_digit()).count().min(99) as u8)
}

/// A number in units of `places` decimals: rounded half away from zero, and held within what an integer can be.
fn scaled(cell: &[u8], places: u8) -> Option<i64> {
    let Some(exact) = Decimal::parse_exponent(cell) else {
        return number(cell).map(|number| (number * 10_f64.powi(places.into())).round() as i64);
    };
    Some(at(exact.mantissa, exact.places, places))
}

/// A number of so many decimals in units of others.
fn at(mantissa: i64, from: u8, to: u8) -> i64 {
    let power = |places: u8| 10_i128.pow(places.into());
    let mantissa = i128::from(mantissa);
    let scaled = match to.checked_sub(from) {
        Some(short) => mantissa.saturating_mul(power(short)),
        None => (mantissa + mantissa.signum() * (power(from - to) / 2)) / power(from - to),
    };
    scaled.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}

impl Column {
    /// Watches a column of numbers of so many decimals.
    pub(crate) fn new(number: usize, name: String, places: u8, clock: bool) -> Self {
        let (watch, recent) = (Watch::default(), VecDeque::with_capacity(RECENT));
        let unit = (places + FINER).min(MOST_PLACES);
        Self { number, name, places, unit, clock, watch, recent, surprises: (0, 0) }
    }

    /// Calls every sample an anomaly from so many bits on, if they are said, and lets every sample tell if there is to be no
    /// hysteresis.
    pub(crate) fn set(&mut self, bits: Option<u32>, hysteresis: Hysteresis) {
        let watch = Watch::with_hysteresis(hysteresis);
        self.watch = match bits {
            Some(bits) => watch.with_threshold(bits << 8),
            None => watch,
        };
    }

    /// Counts days of so many rows from now on.
    pub(crate) fn set_day(&mut self, rows: u32) {
        self.watch.set_day(rows);
    }

    /// Takes a cell: what was seen, if it is a number; else time has passed.
    pub(crate) fn push(&mut self, cell: &[u8]) -> Option<Seen> {
        let Some(value) = scaled(cell, self.unit) else {
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
        decimal(at(value, self.unit, self.places).into(), self.places)
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

    fn cells(cells: &[&str]) -> Vec<Vec<u8>> {
        cells.iter().map(|cell| cell.as_bytes().to_vec()).collect()
    }

    #[test]
    fn a_column_has_the_decimals_of_the_first_rows_as_far_as_there_is_room() {
        assert_eq!(places(&cells(&["1.5", "-0.25", "3", ""])), Some(2));
        assert_eq!(places(&cells(&["73.96732207", "74.93588199999998"])), Some(9));
        assert_eq!(places(&cells(&["1234567890123.25"])), Some(2));
        assert_eq!(places(&cells(&["1234567890123456.25"])), Some(0));
        assert_eq!(places(&cells(&["+7", ".25", "1,5", "1e300"])), Some(0));
        assert_eq!(places(&cells(&["+7", ".25", "1,5", "NA", "null", "-"])), Some(2));
        assert_eq!(places(&cells(&["2014-07-01", "on", "1"])), None);
        assert_eq!(places(&cells(&["nan", ""])), None);
        assert_eq!(places(&[]), None);
    }

    #[test]
    fn a_clock_rises_by_the_same_step_or_counts_seconds() {
        let rows = |step: fn(i64) -> i64| {
            is_clock(&(0..16).map(|i| step(i).to_string().into_bytes()).collect::<Vec<_>>())
        };
        assert!(rows(|i| 10 * i) && rows(|i| 1_600_000_000 + i * i + i));
        assert!(!rows(|_| 5) && !rows(|i| i * i + i) && !rows(|i| -i) && !rows(|_| 1_600_000_000));
        assert!(is_clock(
            &(0..16).map(|i| format!("{:.1}", f64::from(i) * 0.1).into_bytes()).collect::<Vec<_>>()
        ));
        assert!(!is_clock(&cells(&["1", "2"])) && !is_clock(&[]));
    }

    #[test]
    fn times_have_marks_between_digits() {
        assert!(is_time(&cells(&["2014-07-01 00:00:00", "2014-07-01T00:30:00Z"])));
        assert!(is_time(&cells(&["31.12.2020"])) && is_time(&cells(&["12:30:00"])));
        assert!(!is_time(&cells(&["-1.25", "3"])) && !is_time(&cells(&["hall 7"])) && !is_time(&[]));
    }

    #[test]
    fn numbers_are_rounded_to_the_unit_and_written_with_the_decimals_of_the_column() {
        let mut column = Column::new(0, "t".into(), 2, false);
        let mut said = |cell: &str| column.push(cell.as_bytes()).and_then(|_| column.value());
        for (cell, text) in
            [("1.5", "1.50"), ("-0.005", "-0.01"), ("+7", "7.00"), ("1e-02", "0.01"), ("2,5", "2.50")]
        {
            assert_eq!(said(cell).as_deref(), Some(text), "{cell}");
        }
        assert_eq!((said("off"), said("NaN"), said("inf"), said("\u{ff}")), (None, None, None, None));
        assert_eq!(said("999999999999999999").as_deref(), Some("92233720368547.76"));
        assert_eq!(said("-1e300").as_deref(), Some("-92233720368547.76"));
    }

    #[test]
    fn what_is_missing_is_time_that_passes() {
        let [mut whole, mut with_gaps] = [0, 1].map(|number| Column::new(number, "t".into(), 2, false));
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
