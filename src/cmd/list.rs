//! `qres list`: archives, a line each.

use super::each::for_each;
use crate::{
    cmd::args::{Memory, Recursive},
    failure::{Exit, Failure, Outcome},
    io::{
        feed::{Ending, Feed},
        files::{Named, find, has_ending},
        walk::{Piece, Walk},
    },
    text::{
        grid::{Align, Grid},
        plain, units,
    },
    ui::Ui,
};
use qres_core::{frame::Header, table::Schema};
use serde::Serialize;
use std::{io::Write, path::PathBuf};

/// List archives, a line each: sizes, rows, columns
///
/// The heads of segments are read; nothing is decoded or checked. `qres inspect` shows more of one archive.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Archives to list (none or `-`: stdin)
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    recursive: Recursive,
    #[command(flatten)]
    memory: Memory,
}

const EXAMPLES: &str = "Examples:
  qres list *.qres
  qres list -r logs
  qres list -r logs --json | jq -s 'map(.rows) | add'";

/// One archive, for programs.
#[derive(Debug, Default, Serialize)]
struct Report {
    schema: &'static str,
    input: String,
    bytes: u64,
    text_bytes: u64,
    rows: u64,
    /// Of the widest of its tables.
    columns: usize,
    /// Archives one after the other in it.
    parts: u64,
    segments: u64,
    messages: u64,
    /// How the archive ends, if not with a footer.
    #[serde(skip_serializing_if = "Ending::is_whole")]
    ending: Ending,
}

/// Lists what was named.
pub(crate) fn run(args: Args, ui: Ui) -> Outcome<Exit> {
    let files = find(args.files, args.recursive.recursive, |path| has_ending(path, ".qres"))?;
    let mut listed = Vec::new();
    let exit = for_each(ui, files, |named| {
        let (report, read) = Report::of(named, args.memory.memory)?;
        if report.bytes > 0 {
            ui.result(&report, false)?;
            listed.push(report);
        }
        read
    });
    if !ui.json && !listed.is_empty() {
        let text = table(&listed);
        std::io::stdout().lock().write_all(text.as_bytes()).map_err(Failure::writing("stdout"))?;
    }
    Ok(exit)
}

impl Report {
    /// What `named` holds as far as it can be read, and why not further.
    fn of(named: &Named, limit: u64) -> Outcome<(Self, Outcome)> {
        let input = named.open()?;
        let mut report = Self { schema: "qres.list/1", input: input.plain(), ..Self::default() };
        let mut walk = Walk::new(Feed::new(input), limit);
        let read = loop {
            let mut add = |_, bytes: usize, piece: Piece<'_>, header: &Header| {
                report.add(bytes as u64, &piece, header);
                Ok(())
            };
            match walk.next(&mut add) {
                Ok(Some(())) => {}
                other => break other.map(drop),
            }
        };
        report.ending = walk.ending();
        Ok((report, read))
    }

    fn add(&mut self, bytes: u64, piece: &Piece<'_>, header: &Header) {
        self.bytes += bytes;
        match piece {
            Piece::Header => {
                self.parts += 1;
                self.columns = self.columns.max(columns(header));
            }
            Piece::Segment(view) => {
                self.segments += 1;
                self.rows += view.rows;
                self.text_bytes += view.text_bytes;
            }
            Piece::Message(message) => {
                self.messages += 1;
                self.rows += message.lines().unwrap_or(0);
            }
            Piece::Index | Piece::Footer => {}
        }
    }

    fn note(&self) -> &'static str {
        match self.ending {
            Ending::Whole => "",
            Ending::Growing => "growing",
            Ending::Unfinished => "append not ended",
        }
    }

    fn cells(&self, name: String) -> [String; 7] {
        // Messages do not say how long their texts are.
        let (text, ratio) = match self.text_bytes {
            0 => Default::default(),
            text => (units::size(text), units::ratio(text, self.bytes)),
        };
        let columns = if self.columns == 0 { String::new() } else { self.columns.to_string() };
        [name, units::size(self.bytes), text, ratio, self.rows.to_string(), columns, self.note().into()]
    }
}

/// The columns of a frame's table.
fn columns(header: &Header) -> usize {
    match &header.schema {
        Schema::Table(layout) => layout.columns(),
        Schema::Raw(raw) => raw.channels.into(),
        Schema::Bytes | Schema::Learnt { .. } => 0,
    }
}

/// The list for people, with a sum if there is something to add up.
fn table(listed: &[Report]) -> String {
    let right = Align::Right;
    let mut grid = Grid::new(&[
        ("archive", Align::Left),
        ("bytes", right),
        ("text", right),
        ("ratio", right),
        ("rows", right),
        ("columns", right),
        ("", Align::Left),
    ]);
    listed.iter().for_each(|report| grid.row(report.cells(plain::label(&report.input))));
    if listed.len() > 1 {
        let sum = |part: fn(&Report) -> u64| listed.iter().map(part).sum();
        let (bytes, text_bytes, rows) = (sum(|r| r.bytes), sum(|r| r.text_bytes), sum(|r| r.rows));
        let all = Report { bytes, text_bytes, rows, ..Report::default() };
        grid.row(all.cells(units::count(listed.len() as u64, "archive")));
    }
    grid.lines()
}
