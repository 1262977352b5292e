//! `qres bench regimes`: whether `watch` finds what people labelled, and how often it cries wolf.

use super::{read, read_all, show};
use crate::{
    bench::regimes::{self, labels::Labels},
    failure::{Exit, Failure, Outcome},
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
///
/// With `--noise` seven kinds of noise are watched, a row each second, minute and five minutes: all that is told of them is a
/// false alarm.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Tables with a column of times
    #[arg(value_name = "FILE", required_unless_present = "noise", conflicts_with = "noise")]
    files: Vec<PathBuf>,
    /// Windows in which something happened
    #[arg(long, value_name = "LABELS", required_unless_present = "noise", conflicts_with = "noise")]
    labels: Option<PathBuf>,
    /// Watch so many rows of noise instead
    #[arg(long, value_name = "ROWS")]
    noise: Option<u64>,
    /// Call every value an anomaly of which one in 2^BITS would be as rare (default: 11, more where much is told)
    #[arg(long, value_name = "BITS", value_parser = clap::value_parser!(u32).range(1..=64))]
    threshold: Option<u32>,
}

/// Measures.
pub(super) fn run(args: &Args, ui: Ui) -> Outcome<Exit> {
    let report = match (&args.labels, args.noise) {
        (Some(labels), None) => {
            let labels = Labels::read(&read(labels)?.text).map_err(|what| {
                let what = format!("{}: {what}", quoted(labels));
                Failure::refused(
                    what,
                    "labels are an object of JSON: {\"FILE\": [[\"BEGIN\", \"END\"], ...], ...}",
                )
            })?;
            regimes::measure(&read_all(args.files.clone())?, &labels, args.threshold)?
        }
        (_, rows) => regimes::measure_noise(rows.unwrap_or(0), args.threshold)?,
    };
    show(&report, || report.text(), ui)?;
    Ok(Exit::Done)
}
