//! Columns of numbers, and how surprising each value is.

use qres_core::{
    regime::Watch,
    value::{Data, Type, Values},
};
use wasm_bindgen::prelude::*;

/// Decimals beyond those of the numbers: what is predicted is seldom a number that could have been written.
const FINER: u32 = 3;
/// Decimals of doubles, which do not say how many they have.
const OF_DOUBLES: i32 = 6;

/// The values of a column, each with how surprising it was.
#[wasm_bindgen]
pub struct Series {
    watch: Watch,
    values: Vec<f64>,
    surprises: Vec<f32>,
    anomalies: Vec<u32>,
}

#[wasm_bindgen]
impl Series {
    /// The values: `NaN` where there is none.
    #[wasm_bindgen(getter)]
    pub fn values(&self) -> Vec<f64> {
        self.values.clone()
    }

    /// How surprising each was, in bits: 0 is as usual, 11 as one in 2048.
    #[wasm_bindgen(getter)]
    pub fn surprises(&self) -> Vec<f32> {
        self.surprises.clone()
    }

    /// Where an anomaly begins, as `qres watch` tells it: numbers of values.
    #[wasm_bindgen(getter)]
    pub fn anomalies(&self) -> Vec<u32> {
        self.anomalies.clone()
    }
}

impl Series {
    /// A series of no values yet, if columns of that type are numbers.
    pub(crate) fn of(kind: Type) -> Option<Self> {
        let is_number = matches!(kind, Type::Integer | Type::Decimal { .. } | Type::Float);
        let (watch, values, surprises, anomalies) = (Watch::default(), vec![], vec![], vec![]);
        is_number.then_some(Self { watch, values, surprises, anomalies })
    }

    /// Watches the next values.
    pub(crate) fn push(&mut self, batch: &Batch<'_>) {
        let first = self.values.len();
        batch.numbers(&mut self.values);
        for row in first..self.values.len() {
            let is_there = !self.values[row].is_nan();
            let sample = sample(&batch.values.data, row - first).filter(|_| is_there);
            let Some(sample) = sample else {
                self.watch.tick();
                self.surprises.push(0.0);
                continue;
            };
            let seen = self.watch.push(sample);
            self.surprises.push(seen.score() as f32 / 256.0);
            if seen.anomaly {
                self.anomalies.push(row as u32);
            }
        }
    }
}

/// The integer that stands for a value where it is watched.
fn sample(data: &Data, row: usize) -> Option<i64> {
    match data {
        Data::Integers(all) => Some(all[row].saturating_mul(10_i64.pow(FINER))),
        Data::Floats(all) => Some((f64::from_bits(all[row]) * 10_f64.powi(OF_DOUBLES)) as i64),
        Data::Null(_) | Data::Texts { .. } => None,
    }
}

/// Values of a column, and what they count.
pub(crate) struct Batch<'v> {
    pub(crate) kind: Type,
    pub(crate) values: &'v Values,
}

impl Batch<'_> {
    /// Appends the values as numbers: those of times are milliseconds.
    pub(crate) fn numbers(&self, out: &mut Vec<f64>) {
        let unit = match self.kind {
            Type::Decimal { places } => Unit::Of(10_f64.powi(places.into())),
            Type::Time { unit, .. } if unit.nanoseconds() >= 1_000_000 => {
                Unit::Times((unit.nanoseconds() / 1_000_000) as f64)
            }
            Type::Time { unit, .. } => Unit::Of((1_000_000 / unit.nanoseconds()) as f64),
            _ => Unit::Times(1.0),
        };
        let number = |row: usize| match &self.values.data {
            _ if !self.values.is_valid(row) => f64::NAN,
            Data::Integers(all) => unit.of(all[row] as f64),
            Data::Floats(all) => f64::from_bits(all[row]),
            Data::Null(_) | Data::Texts { .. } => f64::NAN,
        };
        out.extend((0..self.values.len()).map(number));
    }
}

/// What an integer counts.
#[derive(Clone, Copy)]
enum Unit {
    /// Parts of one: dividing by a power of ten gives the double next to the decimal.
    Of(f64),
    Times(f64),
}

impl Unit {
    fn of(self, count: f64) -> f64 {
        match self {
            Self::Of(parts) => count / parts,
            Self::Times(ones) => count * ones,
        }
    }
}
