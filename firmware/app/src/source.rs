//! Where samples come from: whatever has columns and can be asked for a row.

use crate::Sensor;
use alloc::vec::Vec;
use qres_core::num::{Decimal, random};

/// A source of rows.
pub trait Source {
    /// Whether its samples come from the world; else they are made up.
    const SENSES: bool;
    /// Its columns, one at least.
    fn sensors(&self) -> &[Sensor];
    /// Puts the row of now into `row`, which has a place for each sensor, `None` for one from which nothing comes; `false`
    /// if there is no row yet. It must not wait: meanwhile nobody is answered.
    fn sample(&mut self, row: &mut [Option<i64>]) -> bool;
}

/// The mean of some readings of a sensor, rounded. `read` gives a reading once it is there; a sensor that has none after
/// `tries` calls has no mean.
pub fn mean(readings: u16, tries: u32, mut read: impl FnMut() -> Option<u16>) -> Option<i64> {
    let mut sum = 0;
    for _ in 0..readings {
        sum += i64::from((0..tries).find_map(|_| read())?);
    }
    let count = i64::from(readings.max(1));
    Some((sum + count / 2) / count)
}

/// A made-up room: temperature in hundredths, exact, and humidity in hundredths, within half a percent. Now and then a
/// window is open.
#[derive(Debug, Clone)]
pub struct Synthetic {
    seed: u64,
    row: u64,
}

/// The columns of [`Synthetic`].
pub const ROOM: [Sensor; 2] = [
    Sensor { name: "temperature", places: 2, within: 0 },
    Sensor { name: "humidity", places: 2, within: 50 },
];
/// Rows of a day.
const DAY: u64 = 1440;
/// Rows after which a window is opened, and for how many.
const WINDOW: (u64, u64) = (1100, 40);

impl Synthetic {
    /// Another seed makes another room.
    pub const fn new(seed: u64) -> Self {
        Self { seed, row: 0 }
    }

    /// The row of a number.
    pub fn at(seed: u64, row: u64) -> [i64; 2] {
        // A parabola up and one down make a day.
        let half = (DAY / 2).cast_signed();
        let hour = (row % DAY).cast_signed();
        let arc = |x: i64| x * (half - x) * 400 / (half * half / 4);
        let warm = if hour < half { arc(hour) } else { -arc(hour - half) };
        let noise = |stream: u64, most: u64| (random::at(seed, stream, row) % most).cast_signed();
        let open = row % WINDOW.0 >= WINDOW.0 - WINDOW.1;
        let gust = if open { -600 + noise(2, 300) } else { 0 };
        [2100 + warm + noise(0, 3) + gust, 4500 - warm * 2 + noise(1, 40) + gust]
    }
}

impl Source for Synthetic {
    const SENSES: bool = false;

    fn sensors(&self) -> &[Sensor] {
        &ROOM
    }

    fn sample(&mut self, row: &mut [Option<i64>]) -> bool {
        row.iter_mut().zip(Self::at(self.seed, self.row)).for_each(|(place, value)| *place = Some(value));
        self.row += 1;
        true
    }
}

/// Lines of CSV that another machine sends, on a line of their own: a row is the last whole line that had a number in
/// each column.
#[derive(Debug, Clone)]
pub struct Csv<const N: usize> {
    sensors: [Sensor; N],
    line: Vec<u8>,
    /// The line is longer than it may be, or bytes of it were lost.
    spoilt: bool,
    row: Option<[i64; N]>,
}

/// Limit: bytes of a line.
const MAX_LINE: usize = 256;

impl<const N: usize> Csv<N> {
    /// Rows of these columns.
    pub const fn new(sensors: [Sensor; N]) -> Self {
        Self { sensors, line: Vec::new(), spoilt: false, row: None }
    }

    /// Takes the next byte.
    pub fn push(&mut self, byte: u8) {
        if byte != b'\n' {
            self.spoilt |= self.line.len() == MAX_LINE;
            if !self.spoilt {
                self.line.push(byte);
            }
            return;
        }
        if let Some(row) = self.read().filter(|_| !self.spoilt) {
            self.row = Some(row);
        }
        self.line.clear();
        self.spoilt = false;
    }

    /// Bytes were lost: what is left of their lines is not a row.
    pub fn lost(&mut self) {
        self.spoilt = true;
    }

    fn read(&self) -> Option<[i64; N]> {
        let mut cells = self.line.trim_ascii_end().split(|byte| *byte == b',');
        let mut row = [0; N];
        for (place, sensor) in row.iter_mut().zip(&self.sensors) {
            *place = Decimal::parse(cells.next()?.trim_ascii())?.rounded(sensor.places)?;
        }
        cells.next().is_none().then_some(row)
    }
}

impl<const N: usize> Source for Csv<N> {
    const SENSES: bool = true;

    fn sensors(&self) -> &[Sensor] {
        &self.sensors
    }

    fn sample(&mut self, row: &mut [Option<i64>]) -> bool {
        let Some(values) = self.row.take() else { return false };
        row.iter_mut().zip(values).for_each(|(place, value)| *place = Some(value));
        true
    }
}
