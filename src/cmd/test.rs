//! `qres test`: decodes everything, checks everything, writes nothing.

use super::{each::for_each, link};
use crate::{
    cmd::args::{History, Learnt, Memory, Recursive, Threads},
    failure::{Exit, Failure, Outcome},
    io::{
        archive::{self, Decoding},
        disk,
        feed::Ending,
        files::{Named, find, has_ending},
        input::Input,
        link::is_link,
    },
    text::{plain, units},
    ui::Ui,
};
use qres_core::frame::Past;
use std::path::PathBuf;

/// Check that archives are whole, without writing anything
///
/// Every segment is decoded and compared with its checksum, and every index with its segments, in files also with the values
/// that it says are there (`cat --where` passes over segments by that). Live links are followed to
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
    Ok(for_each(ui, files, |named| one(named, &decoding, ui)))
}

fn one(named: &Named, decoding: &Decoding, ui: Ui) -> Outcome {
    let mut input = named.open()?;
    if is_link(&mut input)? {
        return link::test(input, ui);
    }
    let (name, quoted) = (input.plain(), input.to_string());
    let mut progress = ui.progress(&input.to_string(), input.length(), false);
    let is_file = input.length().is_some();
    let totals = archive::decode(input, decoding.clone(), |_, bytes| {
        progress.advance(bytes);
        Ok(())
    })?;
    drop(progress);
    totals.ending.tell(&quoted, ui);
    if is_file && totals.ending.is_whole() {
        verify_statistics(named.open()?, decoding)?;
    }
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

/// Compares what footers say of values with the rows: a false word there would hide rows from who looks for them.
fn verify_statistics(mut input: Input, decoding: &Decoding) -> Outcome {
    let name = input.to_string();
    let Some(file) = input.seekable() else { return Ok(()) };
    let archive = disk::open(file, decoding.memory).map_err(Failure::reading(&name))?;
    let Some(archive) = archive else { return Ok(()) };
    for (number, frame) in archive.frames().iter().enumerate() {
        let header = archive.header(frame).map_err(|fault| disk::failure(&name, fault))?;
        let prior = decoding.genes.prior(&name, &header)?;
        let gene = header.gene.as_ref().zip(prior.as_deref()).map(|(id, prior)| Past { id, prior });
        archive.verify_statistics(number, gene).map_err(|fault| disk::failure(&name, fault))?;
    }
    Ok(())
}
