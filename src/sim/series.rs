//! What the nodes sense.
//!
//! Made-up series are steps of an integer recurrence with noise, of a few kinds, each of another rhythm. Real ones are columns
//! of the CSV files of a folder: each node reads one of them, from another row on.

use super::scenario::Scenario;
use crate::failure::{Failure, Outcome};
use qres_core::num::{Decimal, random};
use std::{collections::BTreeMap, path::Path};

/// Streams of random numbers: of what they are for.
const NOISE: u64 = 1 << 40;

/// All series.
#[derive(Debug)]
pub(crate) struct World {
    seed: u64,
    kinds: u32,
    /// Rows of each made-up series, node by node as they come; real columns.
    columns: Vec<Vec<i64>>,
    /// The rows of each where nothing was read.
    missing: Vec<Vec<usize>>,
    is_real: bool,
    /// Rows from which some nodes live in another world.
    change: u32,
    rounds: u32,
}

/// Made-up rows of a kind that nodes read from different places of.
const MADE: u32 = 1 << 14;
/// Kinds are made this often, so that nodes of a kind sense different samples.
const TWINS: u32 = 64;

impl World {
    /// The world of a scenario.
    ///
    /// # Errors
    ///
    /// Where a folder has no series.
    pub(crate) fn new(scenario: &Scenario) -> Outcome<Self> {
        let (columns, missing): (Vec<_>, Vec<_>) = match &scenario.data {
            Some(folder) => real(folder, scenario.column.as_deref())?.into_iter().unzip(),
            None => {
                let all = (0..scenario.kinds * TWINS).map(|at| (at % scenario.kinds, at));
                all.map(|(kind, at)| (made(scenario.seed, kind, at), Vec::new())).unzip()
            }
        };
        let (kinds, is_real) = (scenario.kinds, scenario.data.is_some());
        let change = scenario.rounds / 2;
        Ok(Self { seed: scenario.seed, kinds, columns, missing, is_real, change, rounds: scenario.rounds })
    }

    /// Which column a node reads, and from which row on.
    fn place(&self, node: u32) -> (usize, usize) {
        let count = self.columns.len();
        let column = match self.is_real {
            true => node as usize % count,
            false => {
                let twin = random::at(self.seed, NOISE, node.into()) as u32 % TWINS;
                (twin * self.kinds + node % self.kinds) as usize
            }
        };
        let rows = self.columns[column].len().max(1);
        let free = rows.saturating_sub(self.rounds as usize + 1).max(1);
        // Real columns are read at the same time by the first who read them: neighbours see the same weather.
        let turn = if self.is_real {
            node as usize / count
        } else {
            1 + random::at(self.seed, NOISE, node.into()) as usize % free
        };
        (column, turn * (self.rounds as usize / 2 + 1) % free)
    }

    /// What a node senses.
    pub(crate) fn sample(&self, node: u32, row: u32) -> i64 {
        let (column, from) = self.place(node);
        let column = &self.columns[column];
        column[(from + row as usize) % column.len()]
    }

    /// Whether a node senses something: of real columns cells are missing.
    pub(super) fn is_there(&self, node: u32, row: u32) -> bool {
        let (column, from) = self.place(node);
        let missing = &self.missing[column];
        missing.binary_search(&((from + row as usize) % self.columns[column].len())).is_err()
    }

    /// The nodes next to a node that read other columns at the same time.
    pub(super) fn neighbours(&self, node: u32, most: u32) -> impl Iterator<Item = u32> + use<> {
        let count = if self.is_real { self.columns.len() as u32 } else { 1 };
        let (first, place) = (node / count * count, node % count);
        (1..count.min(most + 1)).map(move |next| first + (place + next) % count)
    }

    /// What a node senses whose world changes in the middle: another kind, four times as wild.
    pub(crate) fn changed(&self, node: u32, row: u32) -> i64 {
        if row < self.change {
            return self.sample(node, row);
        }
        let level = self.sample(node, self.change);
        level + 4 * (self.sample(node + 1, row) - self.sample(node + 1, self.change))
    }

    /// Series there are.
    pub(crate) fn len(&self) -> usize {
        self.columns.len()
    }
}

/// A made-up series: steps s = a s' - b s'' + noise, with a period of its kind.
fn made(seed: u64, kind: u32, at: u32) -> Vec<i64> {
    // 2 r cos(w) and r^2 in Q14, for r = 0.7 to 0.95 and w from slow to fast.
    const RHYTHMS: [(i64, i64); 8] = [
        (26_000, 14_000),
        (12_000, 9_000),
        (-9_000, 10_500),
        (20_500, 7_000),
        (2_000, 13_500),
        (-22_000, 12_000),
        (16_000, 14_500),
        (6_000, 4_000),
    ];
    let (a, b) = RHYTHMS[kind as usize % 8];
    let turn = i64::from(kind / 8) * 300;
    let (mut one, mut two, mut level) = (0_i64, 0_i64, 20_000_i64);
    let mut next = |row: u32| {
        let draw = random::at(seed, NOISE + 1 + u64::from(at), row.into());
        // The sum of four numbers is nearly normal.
        let noise: i64 = (0..4).map(|part| (draw >> (16 * part) & 0x3FF) as i64 - 512).sum::<i64>() / 8;
        (one, two) = (((a - turn) * one - b * two) / (1 << 14) + noise, one);
        level += one - level / 64 + 312;
        level
    };
    (0..MADE).map(&mut next).collect()
}

/// Of a hundred cells so many are numbers, or a column is no series.
const NUMBERS: usize = 80;
/// Decimal places that are kept.
const PLACES: u8 = 6;
/// Rows without which a column is left.
const FEWEST: usize = 200;

/// The columns of a folder's files that have this name, or all of them.
fn real(folder: &Path, column: Option<&str>) -> Outcome<Vec<(Vec<i64>, Vec<usize>)>> {
    let name = folder.display().to_string();
    let entries = std::fs::read_dir(folder).map_err(Failure::reading(&name))?;
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "csv"));
    files.sort();
    let (mut all, mut names) = (Vec::new(), BTreeMap::<String, usize>::new());
    for path in files {
        let bytes = std::fs::read(&path).map_err(Failure::reading(path.display()))?;
        for (name, cells) in columns(&String::from_utf8_lossy(&bytes)) {
            *names.entry(name.clone()).or_default() += 1;
            if column.is_none_or(|wanted| wanted == name) {
                all.extend(series(&cells));
            }
        }
    }
    if all.is_empty() {
        let known: Vec<&str> = names.keys().map(String::as_str).take(12).collect();
        let hint = match known.is_empty() {
            true => "name a folder of CSV files with headers".into(),
            false => format!("`--column` is one of: {}", known.join(", ")),
        };
        return Err(Failure::usage(format!("{name}: no column of numbers to deal out"), hint));
    }
    let places = all.iter().map(|(.., places)| *places).max().unwrap_or(0);
    let scaled = |(values, missing, own): (Vec<i64>, Vec<usize>, u8)| {
        let unit = 10_i64.pow(u32::from(places - own));
        (values.into_iter().map(|value| value.saturating_mul(unit)).collect(), missing)
    };
    Ok(all.into_iter().map(scaled).collect())
}

/// The columns of a text and their names: the first line's, or `1`, `2` and so on.
fn columns(text: &str) -> Vec<(String, Vec<&str>)> {
    let mut lines = text.lines().filter(|line| !line.is_empty());
    let Some(first) = lines.next() else { return Vec::new() };
    let delimiter = if first.contains(';') { ';' } else { ',' };
    let cells = |line: &'_ str| {
        line.split(delimiter).map(|cell| cell.trim_matches('"').to_owned()).collect::<Vec<_>>()
    };
    let names = cells(first);
    let has_names = !names.iter().any(|cell| number(cell).is_some_and(|_| cell.contains('.')));
    let named =
        |(at, name): (usize, &String)| match has_names && number(name).is_none_or(|_| names.len() > 20) {
            true => (name.clone(), Vec::new()),
            false => ((at + 1).to_string(), Vec::new()),
        };
    let mut all: Vec<(String, Vec<&str>)> = names.iter().enumerate().map(named).collect();
    for line in lines {
        for ((_, cells), cell) in all.iter_mut().zip(line.split(delimiter)) {
            cells.push(cell.trim_matches('"'));
        }
    }
    all
}

fn number(cell: &str) -> Option<Decimal> {
    Decimal::parse_exponent(cell.trim().replacen(',', ".", 1).as_bytes())
}

/// Cells as integers, the rows of those that are none, and the decimal places that most have; `None` if too few are numbers, or they only count up.
fn series(cells: &[&str]) -> Option<(Vec<i64>, Vec<usize>, u8)> {
    let numbers: Vec<Option<Decimal>> = cells.iter().map(|cell| number(cell)).collect();
    let known = numbers.iter().flatten().count();
    if known < FEWEST || known * 100 < cells.len() * NUMBERS {
        return None;
    }
    let mut all: Vec<u8> = numbers.iter().flatten().map(|one| one.places).collect();
    all.sort_unstable();
    let places = all[all.len() * 8 / 10].min(PLACES);
    let missing = numbers.iter().enumerate().filter(|(_, one)| one.is_none()).map(|(row, _)| row).collect();
    let scaled = |one: &Decimal| {
        let up = i128::from(one.mantissa) * 10_i128.pow(places.saturating_sub(one.places).into());
        (up / 10_i128.pow(one.places.saturating_sub(places).into())) as i64
    };
    let mut last = numbers.iter().flatten().next().map_or(0, scaled);
    let held = |number: &Option<Decimal>| {
        last = number.as_ref().map_or(last, scaled);
        last
    };
    let values: Vec<i64> = numbers.iter().map(held).collect();
    let rises = values.windows(2).filter(|pair| pair[1] > pair[0]).count();
    let moves = values.windows(2).filter(|pair| pair[1] != pair[0]).count();
    (moves * 20 > values.len() && rises < moves).then_some((values, missing, places))
}
