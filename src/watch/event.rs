//! What is told: one line of JSON for programs, the same in words for people.
//!
//! Numbers are written as text of their decimals, so that they are JSON numbers and yet exact.

use super::column::Column;
use crate::ui;
use qres_core::regime::{Drift, Regime, Seen};
use serde_json::Value;

/// What can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kind {
    /// More surprising than usual, or worse
    Prestorm,
    /// Nothing is as it was
    Storm,
    /// A value that is rare for its column
    Anomaly,
    /// Surprises have become larger or smaller for good
    Drift,
}

/// One thing that happened.
#[derive(Debug)]
pub(crate) struct Event {
    /// The row, from 0 after the header.
    pub(crate) row: u64,
    pub(crate) column: String,
    what: What,
}

#[derive(Debug)]
enum What {
    Regime(Regime, Regime),
    Anomaly { score: u32, value: String, predicted: String },
    Drift(Drift),
}

/// What a value told.
pub(crate) fn events(row: u64, column: &Column, value: i64, seen: &Seen) -> impl Iterator<Item = Event> {
    let (value, predicted) = (column.decimal(value), column.decimal(seen.predicted));
    let anomaly = seen.anomaly.then(|| What::Anomaly { score: seen.score(), value, predicted });
    let regime = seen.regime.map(|(from, to)| What::Regime(from, to));
    let drift = seen.drift.map(What::Drift);
    let column = column.name.clone();
    let told = [anomaly, regime, drift].into_iter().flatten();
    told.map(move |what| Event { row, column: column.clone(), what })
}

impl Event {
    /// Whether it is of this kind; a regime that passes is none.
    pub(crate) fn is(&self, kind: Kind) -> bool {
        match (&self.what, kind) {
            (What::Regime(from, to), Kind::Prestorm) => from < to,
            (What::Regime(_, to), Kind::Storm) => *to == Regime::Storm,
            (What::Anomaly { .. }, Kind::Anomaly) | (What::Drift(_), Kind::Drift) => true,
            _ => false,
        }
    }

    /// For programs.
    pub(crate) fn json(&self) -> String {
        let (name, rest) = match &self.what {
            What::Regime(from, to) => {
                ("regime", format!(r#""from":"{}","to":"{}""#, regime(*from), regime(*to)))
            }
            What::Anomaly { score, value, predicted } => {
                ("anomaly", format!(r#""score":{},"value":{value},"predicted":{predicted}"#, bits(*score)))
            }
            What::Drift(drift) => ("drift", format!(r#""surprises":"{}""#, direction(*drift))),
        };
        let column = Value::from(self.column.as_str());
        format!(r#"{{"schema":"qres.watch/1","event":"{name}","row":{},"column":{column},{rest}}}"#, self.row)
    }

    /// For people.
    pub(crate) fn words(&self) -> String {
        let what = match &self.what {
            What::Regime(from, to) => format!("{} after {}", regime(*to), regime(*from)),
            What::Anomaly { score, value, predicted } => {
                format!("anomaly of {} bits: {value}, predicted {predicted}", bits(*score))
            }
            What::Drift(drift) => format!("drift: surprises became {}", direction(*drift)),
        };
        format!("row {}: {}: {what}", self.row, ui::printable(&self.column))
    }
}

/// How each column is doing, for programs.
pub(crate) fn status(row: u64, columns: &mut [Column]) -> String {
    let each = columns.iter_mut().map(|column| {
        let surprise = column.take_surprise().unwrap_or_else(|| "null".into());
        let name = Value::from(column.name.as_str());
        format!(r#"{{"column":{name},"regime":"{}","surprise":{surprise}}}"#, regime(column.regime()))
    });
    let each: Vec<String> = each.collect();
    format!(r#"{{"schema":"qres.watch/1","event":"status","row":{row},"columns":[{}]}}"#, each.join(","))
}

/// What a regime is called.
pub(crate) fn regime(regime: Regime) -> &'static str {
    match regime {
        Regime::Calm => "calm",
        Regime::PreStorm => "prestorm",
        Regime::Storm => "storm",
    }
}

fn direction(drift: Drift) -> &'static str {
    match drift {
        Drift::Worse => "larger",
        Drift::Better => "smaller",
    }
}

/// Bits of Q8, to two decimals.
fn bits(score: u32) -> String {
    format!("{:.2}", f64::from(score) / 256.0)
}
