//! What is told: one line of JSON for programs, the same in words for people.
//!
//! Numbers are written as text of their decimals, so that they are JSON numbers and yet exact.

use super::column::Column;
use crate::text::{plain, units};
use qres_core::regime::{Drift, Regime, Seen};
use serde_json::Value;

/// What can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kind {
    /// Unusual for a while: calm has ended
    Prestorm,
    /// Very unusual for a while
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
    /// When, as the row itself tells.
    time: Option<String>,
    what: What,
}

#[derive(Debug)]
enum What {
    /// What is watched, what is not, and what genes know if any were asked for.
    Begin(Vec<String>, Vec<String>, Option<Vec<String>>),
    Regime(String, Regime, Regime),
    Anomaly {
        column: String,
        score: u32,
        value: String,
        predicted: String,
    },
    Drift(String, Drift),
    State(Vec<State>),
}

/// How a column is doing.
#[derive(Debug)]
struct State {
    column: String,
    regime: Regime,
    value: Option<String>,
    surprise: Option<String>,
}

/// What a value told.
pub(crate) fn events(row: u64, column: &Column, seen: &Seen) -> impl Iterator<Item = Event> {
    let name = || column.name.clone();
    let anomaly = seen.anomaly.then(|| What::Anomaly {
        column: name(),
        score: seen.score(),
        value: column.value().unwrap_or_default(),
        predicted: column.decimal(seen.predicted),
    });
    let regime = seen.regime.map(|(from, to)| What::Regime(name(), from, to));
    let drift = seen.drift.map(|drift| What::Drift(name(), drift));
    [anomaly, regime, drift].into_iter().flatten().map(move |what| Event { row, time: None, what })
}

impl Event {
    /// What is watched from now on.
    pub(crate) fn begin(columns: &[Column], left_out: &[String], known: Option<Vec<String>>) -> Self {
        let columns = columns.iter().map(|column| column.name.clone()).collect();
        Self { row: 0, time: None, what: What::Begin(columns, left_out.into(), known) }
    }

    /// How each column is doing; surprises are counted anew.
    pub(crate) fn state(row: u64, columns: &mut [Column]) -> Self {
        let state = |column: &mut Column| State {
            column: column.name.clone(),
            regime: column.regime(),
            value: column.value(),
            surprise: column.take_surprise(),
        };
        Self { row, time: None, what: What::State(columns.iter_mut().map(state).collect()) }
    }

    /// The same at a time.
    pub(crate) fn at(self, time: Option<String>) -> Self {
        Self { time, ..self }
    }

    /// Whether it is of this kind; a regime that passes is none.
    pub(crate) fn is(&self, kind: Kind) -> bool {
        match (&self.what, kind) {
            (What::Regime(_, from, _), Kind::Prestorm) => *from == Regime::Calm,
            (What::Regime(_, from, to), Kind::Storm) => from < to && *to == Regime::Storm,
            (What::Anomaly { .. }, Kind::Anomaly) | (What::Drift(..), Kind::Drift) => true,
            _ => false,
        }
    }

    /// Whether something happened.
    pub(crate) fn is_news(&self) -> bool {
        !matches!(self.what, What::Begin(..) | What::State(_))
    }

    /// Whether it only tells how columns are doing.
    pub(crate) fn is_state(&self) -> bool {
        matches!(self.what, What::State(_))
    }

    /// For programs, with the name of the input if there are several.
    pub(crate) fn json(&self, input: Option<&str>) -> String {
        let text = |text: &str| Value::from(text).to_string();
        let list = |items: &mut dyn Iterator<Item = String>| items.collect::<Vec<_>>().join(",");
        let input = input.map(|input| format!(r#","input":{}"#, text(input))).unwrap_or_default();
        let (name, rest) = match &self.what {
            What::Begin(columns, left_out, known) => {
                let names = |names: &[String]| list(&mut names.iter().map(|name| text(name)));
                let (columns, left_out) = (names(columns), names(left_out));
                let known = known.as_deref().map(names).map(|known| format!(r#","known":[{known}]"#));
                let known = known.unwrap_or_default();
                return format!(
                    r#"{{{SCHEMA},"event":"begin"{input},"columns":[{columns}],"left_out":[{left_out}]{known}}}"#
                );
            }
            What::Regime(column, from, to) => (
                "regime",
                format!(r#""column":{},"from":"{}","to":"{}""#, text(column), regime(*from), regime(*to)),
            ),
            What::Anomaly { column, score, value, predicted } => {
                let (column, score) = (text(column), bits(*score));
                (
                    "anomaly",
                    format!(r#""column":{column},"score":{score},"value":{value},"predicted":{predicted}"#),
                )
            }
            What::Drift(column, drift) => {
                ("drift", format!(r#""column":{},"surprises":"{}""#, text(column), direction(*drift)))
            }
            What::State(columns) => {
                ("state", format!(r#""columns":[{}]"#, list(&mut columns.iter().map(State::json))))
            }
        };
        let time = self.time.as_ref().map(|time| format!(r#","time":{}"#, text(time))).unwrap_or_default();
        format!(r#"{{{SCHEMA},"event":"{name}"{input},"row":{}{time},{rest}}}"#, self.row)
    }

    /// For people.
    pub(crate) fn words(&self) -> String {
        let named = |column: &str, what: String| format!("{}: {what}", plain::printable(column));
        let what = match &self.what {
            What::Begin(columns, left_out, known) => {
                let left = left_out.iter().map(|name| plain::printable(name)).collect::<Vec<_>>().join(", ");
                let watched = units::count(columns.len() as u64, "column");
                let left = if left.is_empty() { left } else { format!("; left out: {left}") };
                let known = known.as_ref().map(|known| format!("; genes know {} of them", known.len()));
                return format!("{watched}{}{left}", known.unwrap_or_default());
            }
            What::Regime(column, from, to) => {
                named(column, format!("{} after {}", regime(*to), regime(*from)))
            }
            What::Anomaly { column, score, value, predicted } => {
                named(column, format!("anomaly of {} bits: {value}, predicted {predicted}", bits(*score)))
            }
            What::Drift(column, drift) => {
                named(column, format!("drift: surprises became {}", direction(*drift)))
            }
            What::State(_) => "state".into(),
        };
        let time =
            self.time.as_ref().map(|time| format!(" ({})", plain::printable(time))).unwrap_or_default();
        format!("row {}{time}: {what}", self.row)
    }
}

const SCHEMA: &str = r#""schema":"qres.watch/1""#;

impl State {
    fn json(&self) -> String {
        let or_null = |number: &Option<String>| number.clone().unwrap_or_else(|| "null".into());
        let (name, regime) = (Value::from(self.column.as_str()), regime(self.regime));
        let (value, surprise) = (or_null(&self.value), or_null(&self.surprise));
        format!(r#"{{"column":{name},"regime":"{regime}","value":{value},"surprise":{surprise}}}"#)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn event(what: What) -> Event {
        Event { row: 7, time: None, what }
    }

    #[test]
    fn whatever_the_names_are_a_line_is_one_object() {
        let hostile = "a\"b\n\u{1b}[2J\\";
        let regime = || event(What::Regime(hostile.into(), Regime::Calm, Regime::PreStorm));
        let drift = event(What::Drift(hostile.into(), Drift::Worse)).at(Some(hostile.into()));
        let begin = event(What::Begin(vec![hostile.into()], vec![hostile.into(), "x".into()], None));
        for event in [regime(), drift, begin, event(What::State(vec![]))] {
            let line = event.json(Some(hostile));
            let value: Value = serde_json::from_str(&line).expect(&line);
            assert_eq!(value["input"], hostile);
            assert!(!line.contains('\n') && !event.words().contains(['\n', '\u{1b}']), "{event:?}");
        }
        assert_eq!(regime().json(None).matches("input").count(), 0);
    }

    #[test]
    fn a_regime_that_passes_is_no_event_to_fail_on() {
        let regime = |from, to| event(What::Regime("x".into(), from, to));
        assert!(regime(Regime::Calm, Regime::PreStorm).is(Kind::Prestorm));
        assert!(!regime(Regime::PreStorm, Regime::Calm).is(Kind::Prestorm));
        assert!(regime(Regime::PreStorm, Regime::Storm).is(Kind::Storm));
        assert!(!regime(Regime::Storm, Regime::PreStorm).is(Kind::Prestorm));
        assert!(!regime(Regime::Calm, Regime::PreStorm).is(Kind::Storm));
        assert!(event(What::Drift("x".into(), Drift::Better)).is(Kind::Drift));
    }
}
