//! `qres test`: decodes everything, checks everything, writes nothing.

use super::{each::for_each, link};
use crate::{
    cmd::args::{History, Learnt, Memory, Recursive, Threads},
    failure::{Exit, Outcome},
    io::{
        archive::{self, Decoding},
        feed::Ending,
        files::{find, has_ending},
        input::Input,
        link::is_link,
    },
    text::{plain, units},
    ui::Ui,
};
use std::path::PathBuf;

/// Check that archives are whole, without writing anything
///
/// Every segment is decoded and compared with its checksum, and every index with its segments. Live links are followed to
/// their end: they are whole if nothing is lost and their senders have ended them.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Archives or live links to test (none or `-`: stdin)
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    recursive: Recursive,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    learnt: Learnt,
    #[command(flatten)]
    history: History,
    #[command(flatten)]
    memory: Memory,
}

const EXAMPLES: &str = "Examples:
  qres test *.qres && echo all whole
  qres test -r logs
  qres test --json year.qres";

/// One result, for programs.
#[derive(Debug, serde::Serialize)]
struct Report {
    schema: &'static str,
    input: String,
    rows: u64,
    segments: u64,
    bytes: u64,
    text_bytes: u64,
    /// Numbers may be others than those that came in, within bounds that `inspect` tells.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    bounded: bool,
    /// How the archive ends, if not with a footer.
    #[serde(skip_serializing_if = "Ending::is_whole")]
    ending: Ending,
}

/// Tests what was named.
pub(crate) fn run(args: Args, ui: Ui) -> Outcome<Exit> {
    let files = find(args.files, args.recursive.recursive, |path| has_ending(path, ".qres"))?;
    let genes = args.learnt.genes_with(&args.history, args.memory)?;
    let decoding = Decoding { threads: args.threads.get(), memory: args.memory.memory, genes };
    Ok(for_each(ui, files, |named| one(named.open()?, decoding.clone(), ui)))
}

fn one(mut input: Input, decoding: Decoding, ui: Ui) -> Outcome {
    if is_link(&mut input)? {
        return link::test(input, ui);
    }
    let (name, quoted) = (input.plain(), input.to_string());
    let mut progress = ui.progress(&input.to_string(), input.length(), false);
    let totals = archive::decode(input, decoding, |_, bytes| {
        progress.advance(bytes);
        Ok(())
    })?;
    drop(progress);
    totals.ending.tell(&quoted, ui);
    ui.summary(|| {
        let (rows, segments) = (units::count(totals.rows, "row"), units::count(totals.segments, "segment"));
        let name = plain::label(&name);
        let state = if totals.ending == Ending::Growing { "whole so far" } else { "whole" };
        let within = if totals.bounded { " within bounds" } else { "" };
        format!("{name}: {state}, {rows} in {segments}, {} of text{within}", units::size(totals.text_bytes))
    });
    let report = Report {
        schema: "qres.test/1",
        input: name.clone(),
        rows: totals.rows,
        segments: totals.segments,
        bytes: totals.bytes,
        text_bytes: totals.text_bytes,
        bounded: totals.bounded,
        ending: totals.ending,
    };
    ui.result(&report, false)
}
