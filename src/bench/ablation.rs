//! `qres bench --ablation`: what each part of the codec gains, told by what archives grow by without it.

use super::{
    corpus::Dataset,
    figures::geometric_mean,
    peers::{Codec, Decoded, Tried, values::Values},
};
use crate::text::{
    grid::{Align, Grid},
    plain,
};
use qres_core::codec::{Level, Part};
use serde::Serialize;

/// What came of it: `qres.bench.ablation/1`.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    schema: &'static str,
    results: Vec<Ablated>,
}

/// A text at a level, whole and without each part.
#[derive(Debug, Serialize)]
struct Ablated {
    dataset: String,
    text_bytes: u64,
    codec: String,
    bytes: u64,
    without: Vec<Without>,
    /// What did not give back what it took.
    fault: Option<String>,
}

#[derive(Debug, Serialize)]
struct Without {
    part: &'static str,
    bytes: u64,
}

/// Measures every level on every text; `advance` is told the bytes of text done.
pub(crate) fn measure(datasets: &[Dataset], levels: &[Level], mut advance: impl FnMut(u64)) -> Report {
    let each = datasets.iter().flat_map(|dataset| levels.iter().map(move |level| (dataset, *level)));
    let results = each.map(|(dataset, level)| Ablated::new(dataset, level, &mut advance)).collect();
    Report { schema: "qres.bench.ablation/1", results }
}

impl Ablated {
    fn new(dataset: &Dataset, level: Level, advance: &mut impl FnMut(u64)) -> Self {
        let mut fault = None;
        let mut bytes = |level: Level| {
            let bytes = archive_bytes(dataset, level);
            advance(dataset.text.len() as u64);
            bytes.unwrap_or_else(|error| {
                fault.get_or_insert(error.to_string());
                0
            })
        };
        let all = bytes(level);
        let without =
            Part::ALL.map(|part| Without { part: part.name(), bytes: bytes(level.without(part)) }).into();
        let (name, text_bytes) = (dataset.name.clone(), dataset.text.len() as u64);
        Self { dataset: name, text_bytes, codec: Codec::own(level).name, bytes: all, without, fault }
    }
}

/// The size of an archive that gives the text back.
fn archive_bytes(dataset: &Dataset, level: Level) -> Tried<u64> {
    let codec = Codec::own(level);
    let job = codec.job(&dataset.text, &Values::parse(&[]))?.ok_or("nothing to do")?;
    let archive = job.encode()?;
    match codec.decode(&archive, dataset.text.len())? {
        Decoded::Text(back) if back == dataset.text => Ok(archive.len() as u64),
        _ => Err("another text came back".into()),
    }
}

impl Report {
    /// What went wrong, if anything did.
    pub(crate) fn wrong(&self) -> Option<String> {
        let wrong = self.results.iter().find_map(|ablated| Some((ablated, ablated.fault.as_ref()?)));
        wrong.map(|(ablated, fault)| {
            format!("{} on {}: {fault}", ablated.codec, plain::printable(&ablated.dataset))
        })
    }

    /// The report for people.
    pub(crate) fn text(&self) -> String {
        let mut names = vec![("dataset", Align::Left), ("codec", Align::Left), ("bytes", Align::Right)];
        names.extend(Part::ALL.iter().map(|part| (part.name(), Align::Right)));
        let mut grid = Grid::new(&names);
        for ablated in &self.results {
            let mut row =
                vec![plain::printable(&ablated.dataset), ablated.codec.clone(), ablated.bytes.to_string()];
            row.extend(
                ablated.without.iter().map(|without| growth(without.bytes as f64 / ablated.bytes as f64)),
            );
            grid.row(row);
        }
        let mut codecs: Vec<&str> = self.results.iter().map(|ablated| &*ablated.codec).collect();
        codecs.sort_unstable();
        codecs.dedup();
        for codec in codecs {
            let mut row = vec!["all".to_owned(), codec.to_owned(), String::new()];
            row.extend((0..Part::ALL.len()).map(|part| {
                let of = self.results.iter().filter(|ablated| ablated.codec == codec);
                let ratios = of.filter_map(|a| Some(a.without.get(part)?.bytes as f64 / a.bytes as f64));
                geometric_mean(ratios).map_or("-".into(), growth)
            }));
            grid.row(row);
        }
        format!(
            "{}\nhow much larger archives are without a part, in per cent; `.` where it changes nothing\n\
             all: geometric mean\n",
            grid.lines()
        )
    }
}

fn growth(ratio: f64) -> String {
    let percent = (ratio - 1.0) * 100.0;
    if percent.abs() < 0.005 { ".".into() } else { format!("{percent:+.2}") }
}
