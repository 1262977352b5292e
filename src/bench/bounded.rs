//! `qres bench --error`: how small archives are within a bound, and how far from the text what they give back is.
//!
//! What came back is compared with what went in by splitting both into fields, without the core's own reader: every field
//! that differs has to be a number in both, and its distance is told as a share of its column's range.

use super::{
    corpus::Dataset,
    elsewhere::Elsewhere,
    machine::Machine,
    peers::{Codec, Decoded, Tried, values::Values},
    report::geometric_mean,
};
use crate::{
    grid::{Align, Grid},
    ui,
};
use qres_core::{codec::Level, frame::Tolerance, table::Layout};
use serde::Serialize;

/// Sizes of this peer are looked up, as `sz3-1%` for a bound of 1%.
const PEER: &str = "sz3";

/// What came of it: `qres.bench.bounded/1`.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    schema: &'static str,
    machine: Machine,
    results: Vec<Bounded>,
}

/// A text at a level within a bound.
#[derive(Debug, Serialize)]
struct Bounded {
    dataset: String,
    text_bytes: u64,
    bound: String,
    codec: String,
    bytes: u64,
    /// Cells that are numbers.
    numbers: u64,
    /// The largest distance of a number from the one that went in, by the range of its column.
    largest_error: f64,
    /// Why that is not what was asked for.
    fault: Option<String>,
    /// What the peer takes for the numbers alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    peer_bytes: Option<u64>,
}

/// Measures every level on every text within every bound.
pub(crate) fn measure(
    datasets: &[Dataset],
    levels: &[Level],
    bounds: &[Tolerance],
    elsewhere: Option<&Elsewhere>,
    fake_time: bool,
) -> Report {
    let mut results = vec![];
    for dataset in datasets {
        for bound in bounds {
            results.extend(levels.iter().map(|level| Bounded::new(dataset, *level, *bound, elsewhere)));
        }
    }
    let machine = if fake_time { Machine::nowhere() } else { Machine::here() };
    Report { schema: "qres.bench.bounded/1", machine, results }
}

impl Bounded {
    fn new(dataset: &Dataset, level: Level, bound: Tolerance, elsewhere: Option<&Elsewhere>) -> Self {
        let codec = Codec::own_within(level, bound);
        let text_bytes = dataset.text.len() as u64;
        let peer = format!("{PEER}-{bound}");
        let mut bounded = Self {
            dataset: dataset.name.clone(),
            text_bytes,
            bound: bound.to_string(),
            codec: codec.name.clone(),
            bytes: 0,
            numbers: 0,
            largest_error: 0.0,
            fault: None,
            peer_bytes: elsewhere.and_then(|sizes| sizes.size(&dataset.name, text_bytes, &peer)),
        };
        if let Err(fault) = bounded.play(&codec, dataset, bound) {
            bounded.fault = Some(fault.to_string());
        }
        bounded
    }

    fn play(&mut self, codec: &Codec, dataset: &Dataset, bound: Tolerance) -> Tried<()> {
        let job = codec.job(&dataset.text, &Values::parse(&[]))?.ok_or("nothing to do")?;
        let archive = job.encode()?;
        self.bytes = archive.len() as u64;
        let Decoded::Text(back) = codec.decode(&archive, dataset.text.len())? else {
            return Err("no text came back".into());
        };
        let compared = compare(&dataset.text, &back)?;
        self.numbers = compared.numbers;
        self.largest_error = compared.largest_of_range;
        let number = self.bound.trim_end_matches('%').parse::<f64>()?;
        let (largest, allowed) = match bound.is_share() {
            true => (compared.largest_of_range, number / 100.0),
            false => (compared.largest, number),
        };
        // The comparison is in floats, whose last digits are not the decimals'.
        if largest > allowed * (1.0 + 1e-9) {
            Err(format!("{largest} is more than {allowed}").into())
        } else {
            Ok(())
        }
    }
}

/// How far apart two texts are.
#[derive(Debug, Default)]
struct Compared {
    numbers: u64,
    largest: f64,
    largest_of_range: f64,
}

fn compare(before: &[u8], after: &[u8]) -> Tried<Compared> {
    let delimiter = delimiter_of(before);
    let (before, after) = (lines(before), lines(after));
    if before.len() != after.len() {
        return Err("another number of lines came back".into());
    }
    let mut columns: Vec<Spread> = vec![];
    for (before, after) in before.iter().zip(&after) {
        let (before, after) = (fields(before, delimiter), fields(after, delimiter));
        if before.len() != after.len() {
            return Err("a line of another number of fields came back".into());
        }
        columns.resize_with(columns.len().max(before.len()), Spread::default);
        for ((before, after), column) in before.iter().zip(after).zip(&mut columns) {
            column.add(before, after)?;
        }
    }
    let mut compared = Compared::default();
    for column in &columns {
        compared.numbers += column.numbers;
        compared.largest = compared.largest.max(column.largest);
        if column.largest > 0.0 {
            compared.largest_of_range =
                compared.largest_of_range.max(column.largest / (column.high - column.low));
        }
    }
    Ok(compared)
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split(|byte| *byte == b'\n').collect()
}

/// Fields between delimiters, or between all that no number is made of.
fn fields(line: &[u8], delimiter: Option<u8>) -> Vec<&[u8]> {
    let ends = |byte: &u8| match delimiter {
        Some(delimiter) => *byte == delimiter,
        None => !(byte.is_ascii_alphanumeric() || b".+-".contains(byte)),
    };
    line.split(ends).collect()
}

/// What stands between the fields of the text, if it is a table of fields at all, whatever else its lines share.
fn delimiter_of(text: &[u8]) -> Option<u8> {
    Layout::fields(text).map(|layout| layout.delimiter())
}

/// A column's numbers as they went in, and the farthest from its own that came back.
#[derive(Debug)]
struct Spread {
    numbers: u64,
    low: f64,
    high: f64,
    largest: f64,
}

impl Default for Spread {
    fn default() -> Self {
        Self { numbers: 0, low: f64::INFINITY, high: f64::NEG_INFINITY, largest: 0.0 }
    }
}

impl Spread {
    fn add(&mut self, before: &[u8], after: &[u8]) -> Tried<()> {
        let number = |field: &[u8]| {
            let bare = std::str::from_utf8(field).ok()?.trim().trim_matches('"').trim();
            bare.parse::<f64>().ok().filter(|number| number.is_finite())
        };
        let from = number(before);
        if let Some(from) = from {
            self.numbers += 1;
            (self.low, self.high) = (self.low.min(from), self.high.max(from));
        }
        if before == after {
            return Ok(());
        }
        let (Some(from), Some(to)) = (from, number(after)) else {
            return Err(format!("{} came back as {}", before.escape_ascii(), after.escape_ascii()).into());
        };
        // Half a unit in the last place of each is no distance of the decimals.
        let rounding = from.abs().max(to.abs()) * f64::EPSILON;
        self.largest = self.largest.max((from - to).abs() - rounding);
        Ok(())
    }
}

impl Report {
    /// What is not within its bound, and by how much.
    pub(crate) fn wrong(&self) -> Option<String> {
        let wrong = self.results.iter().find_map(|bounded| Some((bounded, bounded.fault.as_ref()?)));
        wrong.map(|(bounded, fault)| {
            format!("{} on {}: {fault}", bounded.codec, ui::printable(&bounded.dataset))
        })
    }

    /// The report for people.
    pub(crate) fn text(&self) -> String {
        let right = Align::Right;
        let peers = self.results.iter().any(|bounded| bounded.peer_bytes.is_some());
        let mut names =
            vec![("dataset", Align::Left), ("text", right), ("bound", right), ("codec", Align::Left)];
        names.extend([("bytes", right), ("bits a number", right), ("largest error", right)]);
        let gain = format!("/ {PEER}");
        names.extend(peers.then_some((&*gain, right)));
        let mut grid = Grid::new(&names);
        for bounded in &self.results {
            let bits = bounded.bytes as f64 * 8.0 / bounded.numbers.max(1) as f64;
            let mut row =
                vec![ui::printable(&bounded.dataset), bounded.text_bytes.to_string(), bounded.bound.clone()];
            row.extend([bounded.codec.clone(), bounded.bytes.to_string(), format!("{bits:.3}")]);
            row.push(match &bounded.fault {
                None => format!("{:.4}%", bounded.largest_error * 100.0),
                Some(_) => "WRONG".into(),
            });
            row.extend(peers.then(|| bounded.gain().map_or("-".into(), |gain| format!("{gain:.2}"))));
            grid.row(row);
        }
        let mut text = self.machine.lines().map(|line| line + "\n").concat();
        text += &format!("\n{}\n", grid.lines());
        text += &self.means();
        text += "bytes: the whole archive, names, times and words too; bits a number: all of it by the cells that are numbers\n\
                 largest error: of all cells of what was decoded, by the range of their column\n";
        text
    }

    fn means(&self) -> String {
        let mut codecs: Vec<&str> = self.results.iter().map(|bounded| &*bounded.codec).collect();
        codecs.sort_unstable();
        codecs.dedup();
        let mean = |codec: &&str| {
            let of = self.results.iter().filter(|bounded| bounded.codec == **codec);
            let mean = geometric_mean(of.filter_map(Bounded::gain))?;
            Some(format!("/ {PEER}: geometric mean of its bytes by those of {codec}: {mean:.3}\n"))
        };
        codecs.iter().filter_map(mean).collect()
    }
}

impl Bounded {
    fn gain(&self) -> Option<f64> {
        Some(self.peer_bytes? as f64 / self.bytes as f64).filter(|_| self.fault.is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_shares_of_the_range() {
        let before = b"t,a,b\n1,10,x\n2,20,y\n3,30,z\n";
        let compared = compare(before, b"t,a,b\n1,11,x\n2,20,y\n3,29.5,z\n").unwrap();
        assert_eq!(compared.numbers, 6);
        assert!((compared.largest - 1.0).abs() < 1e-12 && (compared.largest_of_range - 0.05).abs() < 1e-12);
        for wrong in
            ["t,a,b\n1,10,w\n2,20,y\n3,30,z\n", "t,a,b\n1,10,x\n2,20,y\n", "t,a,b\n1,10\n2,20,y\n3,30,z\n"]
        {
            assert!(compare(before, wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
