//! `qres bench live`: what live links send within a bound.

use crate::{
    bench::{
        corpus,
        live::{self, Setup, Wanted as Columns, damage},
    },
    failure::{Exit, Failure, Outcome},
    io::link::send::Keys,
    ui::Ui,
};
use qres_core::{archive::Bound, frame::Tolerance};
use std::{num::NonZeroU16, path::PathBuf};

/// Measure what live links send of temperatures within a bound
///
/// Each column is sent as a link of its own and followed; every row that comes is compared with the one sent. Beside it:
/// send-on-delta, and dual prediction by an LMS filter as Santini and Roemer published it in 2006.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Tables to measure on (none: made-up series)
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How far samples may be off, such as 0.5; may be given again
    #[arg(long, value_name = "E", value_parser = parse_bound, default_values = ["0.5", "0.1"])]
    error: Vec<Tolerance>,
    /// Only columns of this name or number; may be given again
    ///
    /// Else those whose names say that they are temperatures, and all numbers of tables that have none.
    #[arg(long, value_name = "NAME")]
    column: Vec<String>,
    /// Silent rows after which a heartbeat is sent
    #[arg(long, value_name = "N", default_value = "64")]
    heartbeat: NonZeroU16,
    /// Rows after which a key is sent (0: only at the start; default: as `compress` does)
    #[arg(long, value_name = "N")]
    key_every: Option<u32>,
    /// Spend one in N bytes on keys
    #[arg(long, value_name = "N", conflicts_with = "key_every", value_parser = clap::value_parser!(u16).range(1..))]
    key_share: Option<u16>,
    /// Measure what damage costs instead: send whole tables, damage each in so many places, one after the other
    ///
    /// In each place a byte is changed, a byte is lost, 8 bytes are changed, 64 are lost. The share of the rows that this
    /// loses is told, and the share of the bytes that keys take. Every row that comes is compared.
    #[arg(long, value_name = "PLACES", conflicts_with = "column", value_parser = clap::value_parser!(u16).range(1..))]
    damage: Option<u16>,
    /// Leave the machine out, so that reports can be compared
    #[arg(long, hide_short_help = true)]
    fake_time: bool,
}

fn parse_bound(text: &str) -> Result<Tolerance, String> {
    let bound = Tolerance::parse(text).filter(|bound| !bound.is_exact() && !bound.is_share());
    bound.ok_or_else(|| "a bound is a number such as 0.5, and not 0".into())
}

/// Measures.
pub(crate) fn run(args: Args, ui: Ui) -> Outcome<Exit> {
    let datasets = match args.files.is_empty() {
        true => corpus::synthetic(1, 20_000),
        false => super::read_all(args.files)?,
    };
    let wanted = match args.column.is_empty() {
        true => Columns::Temperatures,
        false => Columns::Named(args.column),
    };
    let keys = args.key_every.map(Keys::Rows).or(args.key_share.map(Keys::Share)).unwrap_or_default();
    let setup = Setup { heartbeat: args.heartbeat, keys };
    if let Some(places) = args.damage {
        let bounds: Vec<_> = args.error.iter().take(1).map(|bound| Bound::all(*bound)).collect();
        let report = damage::measure(&datasets, &bounds, setup, places.into(), args.fake_time);
        let report = report.ok_or_else(|| {
            Failure::usage("there is no table to send", "name tables of numbers, or none to make some up")
        })?;
        super::show(&report, || report.text(), ui)?;
        return verdict(report.wrong());
    }
    let report = live::measure(&datasets, &args.error, &wanted, setup, args.fake_time).ok_or_else(|| {
        Failure::usage("there is no column of numbers to measure on", "name one with `--column NAME`")
    })?;
    super::show(&report, || report.text(), ui)?;
    verdict(report.wrong())
}

fn verdict(wrong: Option<String>) -> Outcome<Exit> {
    match wrong {
        None => Ok(Exit::Done),
        Some(wrong) => {
            let what = format!("not as it should be: {wrong}");
            Err(Failure::refuted(what, "please report it with the file"))
        }
    }
}
