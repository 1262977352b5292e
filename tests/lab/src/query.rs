//! What a query reads of an archive, and whether it finds what is there: a table of eight columns that is made up, one column
//! of a hundredth of its rows by time, and random conditions beside the same on the text.

use qres_core::{
    Archive, Options,
    archive::{Field, Source},
    compress,
    num::Random,
    value::{Condition, Data, Values},
};
use std::{cell::Cell, convert::Infallible, error::Error, time::Instant};

/// Bytes of a row, about.
const ROW: usize = 64;
/// Seconds between two rows, and when the first was.
const STEP: u64 = 10;
const FIRST: u64 = 1_735_689_600;
const NAMES: [&str; 8] = ["time", "temp", "hum", "press", "wind", "rain", "state", "id"];

/// Bytes in memory, and how many were read of them.
struct Counted<'a> {
    bytes: &'a [u8],
    read: &'a Cell<u64>,
}

impl Source for Counted<'_> {
    type Error = Infallible;

    fn length(&self) -> Result<u64, Infallible> {
        self.bytes.length()
    }

    fn read_at(&self, at: u64, length: u64) -> Result<Vec<u8>, Infallible> {
        let found = self.bytes.read_at(at, length)?;
        self.read.set(self.read.get() + found.len() as u64);
        Ok(found)
    }
}

/// Makes so many megabytes of text, and asks so many random queries.
pub(crate) fn run(megabytes: &str, queries: &str) -> Result<(), Box<dyn Error>> {
    let (megabytes, queries): (usize, u64) = (megabytes.parse()?, queries.parse()?);
    let rows = megabytes * 1_000_000 / ROW;
    let (text, table) = made(rows as u64, queries > 0);
    let archive = compress(text.as_bytes(), &Options::default())?;
    let read = Cell::new(0);
    let opened = Archive::open(Counted { bytes: &archive, read: &read }, 1 << 30)?;
    let fields = opened.fields(None)?;
    let percent = |bytes: u64| 100.0 * bytes as f64 / archive.len() as f64;
    println!(
        "{} bytes of text, {rows} rows, {} segments, {} bytes of archive at level 5; opened by reading {:.2} %",
        text.len(),
        opened.stretches().len(),
        archive.len(),
        percent(read.get())
    );
    let last = rows as u64 * STEP / 2;
    let window = format!("time >= {} and time < {}", stamp(last), stamp(last + rows as u64 * STEP / 100));
    read.set(0);
    let start = Instant::now();
    let found = ask(&opened, &fields[1..2], &window)?;
    println!(
        "temp in a hundredth of the time: {} rows, {:.2} % of the bytes read, {:.1} ms",
        found.len(),
        percent(read.get()),
        start.elapsed().as_secs_f64() * 1e3
    );
    if queries == 0 {
        return Ok(());
    }
    let mut random = Random::new(1, 0);
    let (mut found, start) = (0, Instant::now());
    read.set(0);
    for _ in 0..queries {
        let condition = condition(&mut random, &table);
        let got = ask(&opened, &fields[7..], &condition)?;
        let wanted = filtered(&table, &condition)?;
        if got != wanted {
            return Err(format!("`{condition}` finds {} rows instead of {}", got.len(), wanted.len()).into());
        }
        found += got.len();
    }
    println!(
        "{queries} random conditions find what the text has: {found} rows, {:.1} % of the bytes read each, {:.0} ms each with the text",
        percent(read.get()) / queries as f64,
        start.elapsed().as_secs_f64() * 1e3 / queries as f64
    );
    Ok(())
}

/// A table of eight columns: its text and, if anybody asks for them, its cells.
fn made(rows: u64, keeps_cells: bool) -> (String, Vec<[String; 8]>) {
    let (mut random, mut table) = (Random::new(0, 0), Vec::new());
    let mut text = NAMES.join(",") + "\n";
    let mut walk = [2000_i64, 6000, 101_300, 300];
    for row in 0..rows {
        for (value, step) in walk.iter_mut().zip([7, 31, 5, 41]) {
            *value += random.below(2 * step + 1) as i64 - step as i64;
        }
        let decimal = |value: i64, unit: i64| format!("{}.{}", value / unit, value.rem_euclid(unit));
        let [temp, hum, press, wind] = walk.map(|value| decimal(value.abs(), 10));
        let rain = if random.below(40) == 0 { String::new() } else { decimal(random.below(30) as i64, 10) };
        let state = ["idle", "run", "fault"][(row / 500 % 3) as usize].to_owned();
        let cells =
            [stamp(row * STEP), temp, hum, press, wind, rain, state, random.below(1 << 20).to_string()];
        text += &cells.join(",");
        text.push('\n');
        if keeps_cells {
            table.push(cells);
        }
    }
    (text, table)
}

/// Seconds since the first row as a time.
fn stamp(seconds: u64) -> String {
    let (days, second) = ((FIRST + seconds) / 86_400, (FIRST + seconds) % 86_400);
    // Days since 0000-03-01 in Gregory's calendar.
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let (month, day) = ((5 * of_year + 2) / 153, of_year - (153 * ((5 * of_year + 2) / 153) + 2) / 5 + 1);
    let (month, year) = if month < 10 { (month + 3, year) } else { (month - 9, year + 1) };
    let year = year + era * 400;
    format!("{year}-{month:02}-{day:02} {:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)
}

/// The values of a column where a condition holds, by the archive.
fn ask(
    archive: &Archive<Counted<'_>>,
    fields: &[Field],
    condition: &str,
) -> Result<Vec<(u64, i64)>, Box<dyn Error>> {
    let condition = Condition::parse(condition).map_err(|why| why.to_string())?;
    let mut found = Vec::new();
    for stretch in archive.stretches_where(&condition, None)? {
        let batch = archive.values_where(&stretch, fields, &condition, 0..u64::MAX, None)?;
        if let [Values { data: Data::Integers(values), .. }] = &batch.columns[..] {
            found.extend(batch.rows.into_iter().zip(values.iter().copied()));
        }
    }
    Ok(found)
}

/// The ids of rows where a condition holds, by the cells.
fn filtered(table: &[[String; 8]], condition: &str) -> Result<Vec<(u64, i64)>, Box<dyn Error>> {
    let condition = Condition::parse(condition).map_err(|why| why.to_string())?;
    let places: Vec<usize> = condition
        .comparisons()
        .iter()
        .filter_map(|comparison| NAMES.iter().position(|name| *name == comparison.columns[0]))
        .collect();
    let holds = |cells: &[String; 8]| {
        condition.holds(&|nth| condition.comparisons()[nth].holds(cells[places[nth]].as_bytes()))
    };
    let rows = (0..).zip(table).filter(|(_, cells)| holds(cells));
    rows.map(|(row, cells)| Ok((row, cells[7].parse()?))).collect()
}

/// A window of time and, mostly, something else.
fn condition(random: &mut Random, table: &[[String; 8]]) -> String {
    let rows = table.len() as u64;
    let cell = |random: &mut Random, column: usize| table[random.below(rows) as usize][column].clone();
    let from = random.below(rows);
    let to = (from + random.below(rows / 20 + 1)).min(rows - 1);
    let window = format!("time >= {} and time <= {}", table[from as usize][0], table[to as usize][0]);
    match random.below(6) {
        0 => window,
        1 => format!("{window} and state != run"),
        2 => format!("{window} and not (temp < {} or rain is null)", cell(random, 1)),
        3 => format!("{window} and (press > {} or wind <= {})", cell(random, 3), cell(random, 4)),
        4 => format!("temp = {} and hum >= {}", cell(random, 1), cell(random, 2)),
        _ => format!("({window}) and rain = {}", random.below(4)),
    }
}
