//! `qres bench --error`: how small archives are within a bound, and how far from the text what they give back is.
//!
//! [`compare`] splits what came back and what went in into fields: every field that differs has to be a number in both, and
//! its distance is told as a share of its column's range. Where sizes measured elsewhere are of the first bytes of a text,
//! only that part is measured. [`page`] shows the report in a browser.

mod compare;
pub(crate) mod page;

use super::{
    corpus::Dataset,
    figures::{geometric_mean, round},
    machine::Machine,
    peers::{Codec, Decoded, Tried, values::Values},
    published::{BOUNDED as PEER, Published},
};
use crate::text::{
    grid::{Align, Grid},
    plain, units,
};
use compare::compare;
use qres_core::{codec::Level, frame::Tolerance};
use serde::Serialize;
use std::borrow::Cow;

/// What came of it: `qres.bench.bounded/1`.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    schema: &'static str,
    machine: Machine,
    results: Vec<Bounded>,
    /// What the peer's sizes amount to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    summary: Vec<Gain>,
}

/// A level within a bound, over the texts that the peer has a size of.
#[derive(Debug, Serialize)]
struct Gain {
    codec: String,
    bound: String,
    peer: &'static str,
    datasets: usize,
    /// Geometric mean of the peer's bytes by the codec's.
    gain: f64,
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
    published: Option<&Published>,
    fake_time: bool,
) -> Report {
    let mut results = vec![];
    for dataset in datasets {
        let dataset = &*part(dataset, published);
        for bound in bounds {
            results.extend(levels.iter().map(|level| Bounded::new(dataset, *level, *bound, published)));
        }
    }
    let machine = if fake_time { Machine::nowhere() } else { Machine::here() };
    let pairs = levels.iter().flat_map(|level| bounds.iter().map(move |bound| (level, bound)));
    let gain = |(level, bound): (&Level, &Tolerance)| {
        Gain::new(Codec::own_within(*level, *bound).name, bound.to_string(), &results)
    };
    let summary = pairs.filter_map(gain).collect();
    Report { schema: "qres.bench.bounded/1", machine, results, summary }
}

/// As much of a text as was measured elsewhere, or all of it.
fn part<'d>(dataset: &'d Dataset, published: Option<&Published>) -> Cow<'d, Dataset> {
    let bytes = published.and_then(|sizes| sizes.part(&dataset.name)).map(usize::try_from);
    match bytes.and_then(Result::ok).and_then(|bytes| dataset.text.get(..bytes)) {
        Some(text) => Cow::Owned(Dataset { name: dataset.name.clone(), text: text.to_vec() }),
        None => Cow::Borrowed(dataset),
    }
}

impl Gain {
    fn new(codec: String, bound: String, results: &[Bounded]) -> Option<Self> {
        let of = results.iter().filter(|bounded| bounded.codec == codec && bounded.bound == bound);
        let gains: Vec<f64> = of.filter_map(Bounded::gain).collect();
        let gain = round(geometric_mean(gains.iter().copied())?);
        Some(Self { codec, bound, peer: PEER, datasets: gains.len(), gain })
    }

    fn line(&self) -> String {
        let Self { codec, bound, peer, datasets, gain } = self;
        let files = units::count(*datasets as u64, "file");
        format!(
            "/ {peer} within {bound}: geometric mean of its bytes by those of {codec} over {files}: {gain:.3}"
        )
    }
}

impl Bounded {
    fn new(dataset: &Dataset, level: Level, bound: Tolerance, published: Option<&Published>) -> Self {
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
            peer_bytes: published.and_then(|sizes| sizes.size(&dataset.name, text_bytes, &peer)),
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

impl Report {
    /// What is not within its bound, and by how much.
    pub(crate) fn wrong(&self) -> Option<String> {
        let wrong = self.results.iter().find_map(|bounded| Some((bounded, bounded.fault.as_ref()?)));
        wrong.map(|(bounded, fault)| {
            format!("{} on {}: {fault}", bounded.codec, plain::printable(&bounded.dataset))
        })
    }

    /// The report for people.
    pub(crate) fn text(&self) -> String {
        let mut grid = Grid::new(&self.names());
        self.rows().for_each(|row| grid.row(row));
        let mut text = self.machine.lines().map(|line| line + "\n").concat();
        text += &format!("\n{}\n", grid.lines());
        text + &self.notes().into_iter().map(|line| line + "\n").collect::<String>()
    }

    fn has_peer(&self) -> bool {
        self.results.iter().any(|bounded| bounded.peer_bytes.is_some())
    }

    /// What the columns of the table are called.
    fn names(&self) -> Vec<(&'static str, Align)> {
        let (left, right) = (Align::Left, Align::Right);
        let mut names = vec![("dataset", left), ("text", right), ("bound", right), ("codec", left)];
        names.extend([("bytes", right), ("bits a number", right), ("largest error", right)]);
        names.extend(self.has_peer().then_some(("/ sz3", right)));
        names
    }

    fn rows(&self) -> impl Iterator<Item = Vec<String>> {
        let has_peer = self.has_peer();
        self.results.iter().map(move |bounded| {
            let bits = bounded.bytes as f64 * 8.0 / bounded.numbers.max(1) as f64;
            let mut row = vec![
                plain::printable(&bounded.dataset),
                bounded.text_bytes.to_string(),
                bounded.bound.clone(),
            ];
            row.extend([bounded.codec.clone(), bounded.bytes.to_string(), format!("{bits:.3}")]);
            row.push(match &bounded.fault {
                None => format!("{:.4}%", bounded.largest_error * 100.0),
                Some(_) => "WRONG".into(),
            });
            row.extend(has_peer.then(|| bounded.gain().map_or("-".into(), |gain| format!("{gain:.2}"))));
            row
        })
    }

    /// What the table amounts to and what its columns mean.
    fn notes(&self) -> Vec<String> {
        let mut notes: Vec<String> = self.summary.iter().map(Gain::line).collect();
        notes.extend(NOTES.map(String::from));
        notes
    }
}

const NOTES: [&str; 2] = [
    "bytes: the whole archive, names, times and words too; bits a number: all of it by the cells that are numbers",
    "largest error: of all cells of what was decoded, by the range of their column",
];

impl Bounded {
    fn gain(&self) -> Option<f64> {
        Some(self.peer_bytes? as f64 / self.bytes as f64).filter(|_| self.fault.is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_part_that_the_peer_was_measured_on_is_measured() {
        let text: String = (0..500).map(|n| format!("{n},{}\n", n * n % 77)).collect();
        let dataset = Dataset { name: "a".into(), text: text.into_bytes() };
        let cut = dataset.text[..1000].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
        let sizes = Published::of(&format!("{{\"a\": {{\"bytes\": {cut}, \"sz3-1%\": 5000}}}}"));
        let bounds = ["1%", "2%"].map(|bound| Tolerance::parse(bound).unwrap());
        let report = measure(&[dataset], &[Level::FASTEST], &bounds, Some(&sizes), true);
        assert!(
            report.results.iter().all(|bounded| bounded.text_bytes == cut as u64 && bounded.fault.is_none())
        );
        assert_eq!(report.summary.iter().map(|gain| &*gain.bound).collect::<Vec<_>>(), ["1%"]);
        assert!(report.summary[0].gain > 1.0 && report.summary[0].datasets == 1);
    }
}
