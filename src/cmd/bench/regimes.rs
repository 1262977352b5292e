//! `qres bench regimes`: whether `watch` finds what people labelled, and how often it cries wolf.

use super::{read, read_all, show};
use crate::{
    bench::regimes::{self, labels::Labels},
    error::{Exit, Failure, Outcome},
    io::input::quoted,
    ui::Ui,
};
use std::path::PathBuf;

/// Measure whether `qres watch` finds labelled anomalies
///
/// Each file is watched as `qres watch` does, with hysteresis and without. Told are, for each kind of event, the labelled
/// windows in which there was one, the events in no window a day, and how long after the beginning of a window its first
/// event came. LABELS is an object of JSON: for each file a list of windows, [begin, end], as in NAB's
/// `combined_windows.json`; the last part of a path is enough. Files without labels count for false alarms.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Tables with a column of times
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Windows in which something happened
    #[arg(long, value_name = "LABELS")]
    labels: PathBuf,
    /// Call a value an anomaly if one in 2^BITS would be as rare
    #[arg(long, value_name = "BITS", default_value_t = 11, value_parser = clap::value_parser!(u32).range(1..=64))]
    threshold: u32,
}

/// Measures.
pub(super) fn run(args: &Args, ui: Ui) -> Outcome<Exit> {
    let text = read(&args.labels)?.text;
    let labels = Labels::read(&text).map_err(|what| {
        let what = format!("{}: {what}", quoted(&args.labels));
        Failure::refused(what, "labels are an object of JSON: {\"FILE\": [[\"BEGIN\", \"END\"], ...], ...}")
    })?;
    let report = regimes::measure(&read_all(args.files.clone())?, &labels, args.threshold)?;
    show(&report, || report.text(), ui)?;
    Ok(Exit::Done)
}
