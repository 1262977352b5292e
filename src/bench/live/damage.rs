//! The cost of damage: whole tables sent as links, each damaged in one place after another, and the rows lost to it.

use super::Setup;
use crate::{
    bench::{corpus::Dataset, figures::round, machine::Machine},
    failure::Outcome,
    io::link::{
        receive::{Totals, follow},
        send::{self, Keys, send_text},
    },
    text::{
        grid::{Align, Grid},
        plain,
    },
};
use qres_core::archive::Bound;
use serde::Serialize;

/// Rows of each table that are sent.
const ROWS: usize = 3000;

/// Damage to a link in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Harm {
    /// A byte is another one.
    Byte,
    /// A byte is missing.
    Lost,
    /// Eight bytes are others.
    Burst,
    /// Sixty-four bytes are missing.
    Gap,
}

const HARMS: [Harm; 4] = [Harm::Byte, Harm::Lost, Harm::Burst, Harm::Gap];

/// What came of it: `qres.bench.live.damage/1`.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    schema: &'static str,
    machine: Machine,
    heartbeat: u16,
    keys: String,
    places: usize,
    /// Damaged links that were read.
    cases: u64,
    results: Vec<Table>,
    /// Means.
    key_share: f64,
    lost: Losses,
}

#[derive(Debug, Serialize)]
struct Table {
    table: String,
    rows: u64,
    bytes: u64,
    /// The share of the bytes that keys take: against a link that has only the first.
    key_share: f64,
    /// The share of the rows that each kind of damage loses in one place.
    lost: Losses,
    /// What was given that was not sent, or lost without being told, if anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<String>,
}

/// Mean shares of the rows that one place loses.
#[derive(Debug, Clone, Copy, Default, Serialize)]
struct Losses {
    byte: f64,
    lost_byte: f64,
    burst: f64,
    gap: f64,
}

impl Losses {
    fn of(shares: [f64; HARMS.len()]) -> Self {
        let [byte, lost_byte, burst, gap] = shares.map(round);
        Self { byte, lost_byte, burst, gap }
    }

    fn all(self) -> [f64; HARMS.len()] {
        [self.byte, self.lost_byte, self.burst, self.gap]
    }
}

/// Sends each table that can be sent, and damages it in so many places; nothing if there is no table.
pub(crate) fn measure(
    datasets: &[Dataset],
    bounds: &[Bound],
    setup: Setup,
    places: usize,
    fake_time: bool,
) -> Option<Report> {
    let one = |dataset: &Dataset| Table::new(dataset, bounds, setup, places).ok();
    let results: Vec<Table> = datasets.iter().filter_map(one).collect();
    let mean = |value: &dyn Fn(&Table) -> f64| {
        round(results.iter().map(value).sum::<f64>() / results.len().max(1) as f64)
    };
    let machine = if fake_time { Machine::nowhere() } else { Machine::here() };
    let (heartbeat, keys) = (setup.heartbeat.get(), setup.keys.to_string());
    let lost = Losses::of([0, 1, 2, 3].map(|harm: usize| mean(&|table| table.lost.all()[harm])));
    let (schema, key_share) = ("qres.bench.live.damage/1", mean(&|table| table.key_share));
    let cases = (results.len() * places * HARMS.len()) as u64;
    (!results.is_empty()).then_some(Report {
        schema,
        machine,
        heartbeat,
        keys,
        places,
        cases,
        results,
        key_share,
        lost,
    })
}

impl Table {
    fn new(dataset: &Dataset, bounds: &[Bound], setup: Setup, places: usize) -> Outcome<Self> {
        let text = head(&dataset.text);
        let sent = |keys| {
            let setup = send::Setup { bounds: bounds.to_vec(), heartbeat: setup.heartbeat, keys };
            send_text(text, &setup, &dataset.name)
        };
        let (link, bare) = (sent(setup.keys)?, sent(Keys::Rows(0))?);
        let (clean, totals) = follow(&link);
        let mut fault =
            (totals.broken + totals.lost > 0).then(|| "a whole link is not read whole".to_owned());
        let lost = HARMS.map(|harm| {
            let lost = (0..places).map(|place| {
                let (given, after) = follow(&harmed(&link, harm, place, places));
                fault = fault.take().or_else(|| wrong(&clean, &given, totals, after, harm, place));
                (totals.rows - after.rows.min(totals.rows)) as f64 / totals.rows.max(1) as f64
            });
            lost.sum::<f64>() / places.max(1) as f64
        });
        Ok(Self {
            table: dataset.name.clone(),
            rows: totals.rows,
            bytes: link.len() as u64,
            key_share: round(1.0 - bare.len().min(link.len()) as f64 / link.len() as f64),
            lost: Losses::of(lost),
            fault,
        })
    }
}

/// The first rows of a text.
fn head(text: &[u8]) -> &[u8] {
    memchr::memchr_iter(b'\n', text).nth(ROWS).map_or(text, |end| &text[..=end])
}

/// The link, damaged in one place of several that are as far from each other as they can be.
fn harmed(link: &[u8], harm: Harm, place: usize, places: usize) -> Vec<u8> {
    let at = (link.len() - 1) * (2 * place + 1) / (2 * places.max(1));
    let (before, behind) = link.split_at(at);
    let change = |byte: &u8, turn: usize| byte ^ (1 + (place * 31 + turn * 7) as u8 % 255);
    let (lost, new): (usize, Vec<u8>) = match harm {
        Harm::Byte => (1, vec![change(&behind[0], 0)]),
        Harm::Lost => (1, vec![]),
        Harm::Burst => {
            (8, behind.iter().take(8).enumerate().map(|(turn, byte)| change(byte, turn)).collect())
        }
        Harm::Gap => (64, vec![]),
    };
    [before, &new, behind.get(lost..).unwrap_or(&[])].concat()
}

/// What is wrong with what a damaged link gave: lines that were not sent, or rows lost and not told.
fn wrong(clean: &[u8], given: &[u8], sent: Totals, came: Totals, harm: Harm, place: usize) -> Option<String> {
    let mut lines = clean.split(|byte| *byte == b'\n');
    let is_blank = |line: &[u8]| line.iter().all(|byte| *byte == line[0]);
    let strange = given.split(|byte| *byte == b'\n').find(|line| {
        // Rows that are lost are written empty, and come in place of those that were sent.
        !line.is_empty() && !is_blank(line) && !lines.any(|sent| sent == *line)
    });
    let told = came.rows + came.lost + came.missed == sent.rows || came.broken > 0;
    let what = match strange {
        Some(line) => format!("`{}` was not sent", plain::printable(&String::from_utf8_lossy(line))),
        None if told => return None,
        None => format!("{} of {} came, {} told as lost", came.rows, sent.rows, came.lost + came.missed),
    };
    Some(format!("{harm:?} at {place}: {what}"))
}

impl Report {
    /// What was not as it should be.
    pub(crate) fn wrong(&self) -> Option<String> {
        let wrong = self.results.iter().find_map(|table| Some((table, table.fault.as_ref()?)));
        wrong.map(|(table, fault)| format!("{}: {fault}", plain::printable(&table.table)))
    }

    /// The report for people.
    pub(crate) fn text(&self) -> String {
        let mut grid = Grid::new(&[
            ("table", Align::Left),
            ("rows", Align::Right),
            ("bytes", Align::Right),
            ("keys", Align::Right),
            ("a byte", Align::Right),
            ("lost byte", Align::Right),
            ("8 bytes", Align::Right),
            ("64 lost", Align::Right),
        ]);
        for table in &self.results {
            let counts = [table.rows, table.bytes].map(|count| count.to_string());
            let shares = [table.key_share].into_iter().chain(table.lost.all()).map(percent);
            grid.row([plain::printable(&table.table)].into_iter().chain(counts).chain(shares));
        }
        let shares = [self.key_share].into_iter().chain(self.lost.all()).map(percent);
        grid.row(["mean".into(), String::new(), String::new()].into_iter().chain(shares));
        let [a, b] = self.machine.lines();
        format!(
            "what damage in one place loses, in per cent of the rows ({} links, {})\n{}\n{a}\n{b}\n",
            self.cases,
            self.keys,
            grid.lines()
        )
    }
}

fn percent(share: f64) -> String {
    format!("{:.2}", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{bench::corpus, rows::bounds};
    use std::num::NonZeroU16;

    #[test]
    fn damage_costs_little_and_is_told() {
        let datasets = corpus::synthetic(1, 1500);
        let setup = Setup { heartbeat: NonZeroU16::new(64).unwrap(), keys: Keys::default() };
        let report = measure(&datasets, &[bounds::parse("0.5").unwrap()], setup, 24, true).unwrap();
        println!("{}", report.text());
        assert_eq!(report.wrong(), None);
        assert!(report.lost.byte < 0.01 && report.lost.lost_byte < 0.01, "{:?}", report.lost);
        assert!(report.lost.gap < 0.2 && report.key_share < 0.12, "{:?} {}", report.lost, report.key_share);
    }
}
