//! `qres list`: archives, a line each.

use super::each::for_each;
use crate::{
    cmd::args::{Memory, Recursive},
    failure::{Exit, Failure, Outcome},
    io::{
        disk,
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
use qres_core::{
    frame::Header,
    table::Schema,
    value::{Range, Summary},
};
use serde::Serialize;
use std::{io::Write, path::PathBuf};

/// List archives, a line each: sizes, rows, columns, times
///
/// The heads of segments and the footer are read; nothing is decoded or checked. Times are those of the first column of dates, by
/// what footers of files know. `qres inspect` shows more of one archive.
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
    /// The earliest and the latest time.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
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
        let read = read.and_then(|()| {
            (report.from, report.until) = span(named, limit)?.unzip();
            Ok(())
        });
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

    fn cells(&self, name: String) -> [String; 9] {
        // Messages do not say how long their texts are.
        let (text, ratio) = match self.text_bytes {
            0 => Default::default(),
            text => (units::size(text), units::ratio(text, self.bytes)),
        };
        let columns = if self.columns == 0 { String::new() } else { self.columns.to_string() };
        let time = |time: &Option<String>| time.clone().unwrap_or_default();
        let (from, until) = (time(&self.from), time(&self.until));
        let (bytes, rows, note) = (units::size(self.bytes), self.rows.to_string(), self.note().into());
        [name, bytes, text, ratio, rows, columns, from, until, note]
    }
}

/// The earliest and the latest time of a file, if its footers know it of all segments.
fn span(named: &Named, limit: u64) -> Outcome<Option<(String, String)>> {
    let mut input = named.open()?;
    let name = input.to_string();
    let Some(file) = input.seekable() else { return Ok(None) };
    let Some(archive) = disk::open(file, limit).map_err(Failure::reading(&name))? else { return Ok(None) };
    let mut all = Summary::default();
    for frame in archive.frames() {
        let statistics = frame.footer.statistics();
        let statistics = statistics.map_err(|error| Failure::archive(&name, frame.footer_at(), error))?;
        let Some(statistics) = statistics else { return Ok(None) };
        for fields in statistics {
            let times = fields.iter().flatten().find(|field| matches!(field.range, Range::Times { .. }));
            let Some(times) = times else { return Ok(None) };
            all.merge(times);
        }
    }
    Ok(all.bounds())
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
    let heads = [
        ("archive", Align::Left),
        ("bytes", Align::Right),
        ("text", Align::Right),
        ("ratio", Align::Right),
        ("rows", Align::Right),
        ("columns", Align::Right),
        ("from", Align::Left),
        ("until", Align::Left),
        ("", Align::Left),
    ];
    let has_times = listed.iter().any(|report| report.from.is_some());
    let is_shown = |column: usize| has_times || !matches!(heads[column].0, "from" | "until");
    let shown: Vec<usize> = (0..heads.len()).filter(|column| is_shown(*column)).collect();
    let mut grid = Grid::new(&shown.iter().map(|column| heads[*column]).collect::<Vec<_>>());
    let mut add = |report: &Report, name: String| {
        let cells = report.cells(name);
        grid.row(shown.iter().map(|column| cells[*column].clone()));
    };
    listed.iter().for_each(|report| add(report, plain::label(&report.input)));
    if listed.len() > 1 {
        let sum = |part: fn(&Report) -> u64| listed.iter().map(part).sum();
        let (bytes, text_bytes, rows) = (sum(|r| r.bytes), sum(|r| r.text_bytes), sum(|r| r.rows));
        let all = Report { bytes, text_bytes, rows, ..Report::default() };
        add(&all, units::count(listed.len() as u64, "archive"));
    }
    grid.lines()
}
