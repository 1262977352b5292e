//! A column of numbers and the watch on it. Numbers are integers of a unit of so many decimals, chosen in the first rows.

use qres_core::{
    num::Decimal,
    regime::{Regime, Seen, Watch},
};

/// Most decimals of the unit.
const MOST_PLACES: u8 = 9;
/// Sizes of the first rows stay below this in the unit, so that there is room for larger ones.
const ROOM: u128 = 1 << 52;
/// Steps that make a clock.
const LEAST_STEPS: usize = 8;
/// Surprises that a sparkline shows.
pub(crate) const RECENT: usize = 32;

/// A column that is watched.
#[derive(Debug)]
pub(crate) struct Column {
    /// Its place in a row, from 0.
    pub(crate) number: usize,
    pub(crate) name: String,
    places: u8,
    /// Whether it is a clock: its level says nothing.
    pub(crate) clock: bool,
    watch: Watch,
    /// The last value.
    pub(crate) value: Option<i64>,
    /// Means of the last surprises, normalised to 0..=255, the newest last.
    pub(crate) recent: Vec<u8>,
    /// The sum and the number of surprises since the last status line.
    surprises: (u128, u64),
}

/// The decimals of the unit of a column with these cells, if most of them that are not empty are numbers.
pub(crate) fn places(cells: &[Vec<u8>]) -> Option<u8> {
    let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
    let numbers: Vec<Decimal> = cells.iter().filter_map(|cell| Decimal::parse_exponent(cell)).collect();
    if numbers.is_empty() || numbers.len() * 2 <= filled {
        return None;
    }
    let most = numbers.iter().map(|number| number.places).max()?.min(MOST_PLACES);
    let fits =
        |places: &u8| numbers.iter().all(|number| u128::from(scaled(*number, *places).unsigned_abs()) < ROOM);
    Some((0..=most).rev().find(fits).unwrap_or(0))
}

/// Whether all these cells are numbers that rise by the same step, as those of a clock do.
pub(crate) fn is_clock(cells: &[Vec<u8>]) -> bool {
    let number = |cell: &Vec<u8>| Some(i128::from(scaled(Decimal::parse_exponent(cell)?, MOST_PLACES / 3)));
    let numbers: Option<Vec<i128>> = cells.iter().map(number).collect();
    let steps: Vec<i128> = numbers.iter().flat_map(|all| all.windows(2)).map(|two| two[1] - two[0]).collect();
    steps.len() >= LEAST_STEPS && steps.iter().all(|step| *step > 0 && *step == steps[0])
}

/// A number in units of `places` decimals: rounded half away from zero, and held within what an integer can be.
fn scaled(number: Decimal, places: u8) -> i64 {
    let mantissa = i128::from(number.mantissa);
    let scaled = match places.checked_sub(number.places) {
        Some(short) => mantissa.saturating_mul(10_i128.pow(short.into())),
        None => {
            let unit = 10_i128.pow((number.places - places).into());
            (mantissa + mantissa.signum() * (unit / 2)) / unit
        }
    };
    scaled.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}

impl Column {
    /// Watches a column in a unit of `places` decimals.
    pub(crate) fn new(number: usize, name: String, places: u8, clock: bool) -> Self {
        let (watch, recent) = (Watch::default(), Vec::with_capacity(RECENT));
        Self { number, name, places, clock, watch, value: None, recent, surprises: (0, 0) }
    }

    /// Calls a sample an anomaly from so many bits on.
    pub(crate) fn set_threshold(&mut self, bits: u32) {
        self.watch = Watch::default().with_threshold(bits << 8);
    }

    /// Takes a cell: the value it is and what was seen, if it is a number.
    pub(crate) fn push(&mut self, cell: &[u8]) -> Option<(i64, Seen)> {
        let value = scaled(Decimal::parse_exponent(cell)?, self.places);
        let seen = self.watch.push(value);
        self.value = Some(value);
        if self.recent.len() == RECENT {
            self.recent.remove(0);
        }
        self.recent.push((seen.mean >> 8).min(255) as u8);
        let (sum, count) = &mut self.surprises;
        (*sum, *count) = (sum.saturating_add(seen.surprise.into()), *count + 1);
        Some((value, seen))
    }

    /// How surprising it is just now.
    pub(crate) fn regime(&self) -> Regime {
        self.watch.regime()
    }

    /// A value as the column writes it: all decimals of its unit.
    pub(crate) fn decimal(&self, value: i64) -> String {
        decimal(value.into(), self.places)
    }

    /// The mean surprise since it was last asked for, to two more decimals than the unit; then it begins anew.
    pub(crate) fn take_surprise(&mut self) -> Option<String> {
        let (sum, count) = std::mem::take(&mut self.surprises);
        let mean = sum.saturating_mul(100).checked_div(count.into())?;
        Some(decimal(i128::try_from(mean).unwrap_or(i128::MAX), self.places + 2))
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
    fn the_unit_has_the_decimals_of_the_first_rows_as_far_as_there_is_room() {
        assert_eq!(places(&cells(&["1.5", "-0.25", "3", ""])), Some(2));
        assert_eq!(places(&cells(&["73.96732207", "74.93588199999998"])), Some(9));
        assert_eq!(places(&cells(&["1234567890123.25"])), Some(2));
        assert_eq!(places(&cells(&["1234567890123456.25"])), Some(0));
        assert_eq!(places(&cells(&["2014-07-01", "on", "1"])), None);
        assert_eq!(places(&[]), None);
    }

    #[test]
    fn a_clock_rises_by_the_same_step() {
        let rows =
            |step: fn(i32) -> i32| (0..16).map(|i| step(i).to_string().into_bytes()).collect::<Vec<_>>();
        assert!(is_clock(&rows(|i| 1_600_000_000 + 10 * i)));
        assert!(!is_clock(&rows(|_| 5)) && !is_clock(&rows(|i| i * i)) && !is_clock(&cells(&["1", "2"])));
    }

    #[test]
    fn numbers_are_rounded_to_the_unit_and_written_with_all_its_decimals() {
        let mut column = Column::new(0, "t".into(), 2, false);
        let said = |cell: &str, column: &mut Column| {
            column.push(cell.as_bytes()).map(|(value, _)| column.decimal(value))
        };
        for (cell, text) in [("1.5", "1.50"), ("-0.005", "-0.01"), ("7", "7.00"), ("1e-02", "0.01")] {
            assert_eq!(said(cell, &mut column).as_deref(), Some(text), "{cell}");
        }
        assert_eq!(said("off", &mut column), None);
        assert_eq!(said("999999999999999999", &mut column).as_deref(), Some("92233720368547758.07"));
    }
}
