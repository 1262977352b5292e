//! `qres cat`: some rows, columns or segments of an archive as text; rows and columns of a live link.
//!
//! In a file, the index at its end leads to the segments that are wanted; on a pipe the others are stepped over. Either
//! way only what is asked for is decoded. An archive of several parts is one table.

mod link;
mod printer;
mod stop;
mod table;

use crate::{
    cmd::args::{Learnt, MaxOutput, Memory},
    failure::{Exit, Failure, Outcome},
    io::{
        archive::Feed,
        disk::{self, Disk},
        genes::Genes,
        input::Input,
        link::is_link,
        output::{Content, Output, Target},
        walk::{Piece, Walk},
    },
    rows::{filter, section::Section},
    text::span::{Span, parse_span},
    text::units,
    ui::Ui,
};
use printer::Printer;
use qres_core::{
    Archive, Error,
    archive::{Fault, Frame},
    entropy::Cursor,
    frame::{Entry, Header, Prior, View},
    table::Schema,
};
use std::{
    io::{self, Seek, SeekFrom},
    path::PathBuf,
    sync::Arc,
};
use stop::Stop;
use table::Table;

/// Print rows or columns of an archive without decoding the rest
///
/// Rows are counted from 0 and do not include the column names, which are printed first. A range `3..7` includes 3 and
/// not 7; `3..`, `..7` and `3` work as well. Whole rows are checked before they are printed.
///
/// An archive that was appended to is one table: its rows are numbered through, and column names are printed once. Where
/// columns change, the new names stand above the rows that have them, and a warning tells; with `--columns` those
/// that a part has not got are empty there.
///
/// Conditions are read column by column, and nothing else is decoded where no row meets them. Cells are compared as
/// numbers or as times where they are some, else as words; an empty cell meets only `COLUMN=`. `--since` and `--until` look
/// at the first column that tells the time.
///
/// Rows of a live link are printed as they come, those that are lost with empty cells.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// The archive or live link (none or `-`: stdin)
    #[arg(value_name = "FILE", default_value = "-", hide_default_value = true)]
    file: PathBuf,
    /// Only these rows
    #[arg(long, value_name = "A..B", value_parser = parse_span)]
    rows: Option<Span>,
    /// Only these columns, in this order: names, numbers from 1, ranges with both ends (`2..5`, `a..c`)
    #[arg(long, value_name = "NAMES")]
    columns: Vec<String>,
    /// Only rows of which this is so: `temp>20`, `state=on`, `id!=7` (again: of which all is so)
    #[arg(long = "where", value_name = "CONDITION")]
    conditions: Vec<String>,
    /// Only rows from this time on: as the column writes it, as 2025-10-25T13:40, or in seconds since 1970
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<String>,
    /// Only rows before this time
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    until: Option<String>,
    /// Only the first N of the rows that are asked for
    #[arg(long, value_name = "N")]
    head: Option<u64>,
    /// Only the last N of them
    #[arg(long, value_name = "N")]
    tail: Option<u64>,
    /// Only what is in these segments, counted from 0
    #[arg(long, value_name = "A..B", value_parser = parse_span)]
    segments: Option<Span>,
    /// Leave the column names out
    #[arg(long)]
    no_header: bool,
    #[command(flatten)]
    learnt: Learnt,
    #[command(flatten)]
    memory: Memory,
    #[command(flatten)]
    max_output: MaxOutput,
}

const EXAMPLES: &str = "Examples:
  qres cat weather.csv.qres --rows 1000..1010
  qres cat weather.csv.qres --columns time,temp | plot
  qres cat year.qres --since 2025-03-01 --until 2025-04-01 --where 'temp<0'
  qres cat --json --tail 10 weather.csv.qres | jq .temp
  ssh host cat year.qres | qres cat --segments 3 --no-header
  qres cat --where 'temp>30' --json weather.csv.qlink

With `--json` each row is an object of JSON: numbers as they are written, other cells as text, empty ones null.";

/// Prints what was asked for.
pub(crate) fn run(args: Args, ui: Ui) -> Outcome<Exit> {
    let mut input = Input::open(&args.file)?;
    let output = Output::create(&Target::Stdout, Content::Text, false, &input)?;
    let output = output.limited(args.max_output.max_output);
    let wanted = filter::Wanted { conditions: args.conditions, since: args.since, until: args.until };
    let name = input.to_string();
    let mut cat = Cat {
        ui,
        rows: args.rows.unwrap_or(Span::ALL),
        segments: args.segments.unwrap_or(Span::ALL),
        tail: args.tail,
        limit: args.memory.memory,
        genes: args.learnt.genes(args.memory)?,
        printer: Printer::new(output, args.head, args.tail, args.memory.memory),
        table: Table::new(name.clone(), args.columns, wanted, ui.json, !args.no_header),
        name,
        part: None,
        row: 0,
        segment: 0,
        open: false,
    };
    if is_link(&mut input)? {
        return cat.link(input);
    }
    if !cat.by_index(&mut input)? {
        cat.by_walking(input)?;
    }
    cat.finish()
}

struct Cat {
    ui: Ui,
    name: String,
    rows: Span,
    segments: Span,
    tail: Option<u64>,
    limit: u64,
    genes: Genes,
    printer: Printer,
    table: Table,
    part: Option<Opened>,
    /// Rows before the next segment.
    row: u64,
    /// Segments before the next one.
    segment: u64,
    /// The text of the segment before goes on after its last line end: a row more, if nothing of its part follows.
    open: bool,
}

/// The part that is being printed.
struct Opened {
    header: Header,
    /// What its segments go on from, if it is at hand.
    prior: Option<Arc<Prior>>,
    /// The next segment is the first.
    first: bool,
}

/// A part may begin with so many names that the index counts as rows.
const UNCOUNTED: u64 = 64;

impl Cat {
    fn link(self, input: Input) -> Outcome<Exit> {
        if self.segments != Span::ALL {
            let what = format!("{} is a live link and has no segments", self.name);
            return Err(Failure::usage(what, "take rows with `--rows`, `--head` or `--tail`"));
        }
        link::run(self, input)
    }

    /// Reads only what is asked for, if the input is a file whose end says where everything lies; false if not.
    fn by_index(&mut self, input: &mut Input) -> Outcome<bool> {
        let Some(mut file) = input.seekable().map(|file| &*file) else { return Ok(false) };
        let failed = || Failure::reading(self.name.clone());
        let Some(archive) = disk::open(file, self.limit).map_err(failed())? else {
            file.seek(SeekFrom::Start(0)).map_err(failed())?;
            return Ok(false);
        };
        if let Some(tail) = self.tail.filter(|_| self.table.takes_all()) {
            let spare = tail.saturating_add(UNCOUNTED * archive.frames().len() as u64);
            let first = self.rows.end.min(archive.rows()).saturating_sub(spare);
            self.rows.start = self.rows.start.max(first);
        }
        for frame in archive.frames() {
            if self.frame(&archive, frame)? {
                break;
            }
        }
        Ok(true)
    }

    /// Prints what is asked for of a frame; whether that was all.
    fn frame(&mut self, archive: &Archive<Disk<'_>>, frame: &Frame) -> Outcome<bool> {
        let header = archive.header(frame).map_err(|fault| self.failure(fault))?;
        self.begin(frame.at, &header)?;
        let (last, parts) = (frame.footer_at(), archive.frames().len());
        for (at, entry) in frame.segments() {
            if self.is_done() {
                return Ok(true);
            }
            let is_last = at + entry.bytes == last && parts > 1;
            if self.wanted(entry.rows).is_none() && !is_last && !self.is_named_anew() {
                self.pass(entry);
                continue;
            }
            let bytes = archive.segment(at, entry, &header).map_err(Failure::reading(&self.name))?;
            let view = View::read(&mut Cursor::new(&bytes), &header);
            let view = view.map_err(|source| self.corrupt(at, source))?;
            self.segment(&view, at)?;
        }
        Ok(false)
    }

    fn failure(&self, fault: Fault<io::Error>) -> Failure {
        match fault {
            Fault::Source(error) => Failure::reading(&self.name)(error),
            Fault::Archive { at, error } => self.corrupt(at, error),
        }
    }

    fn by_walking(&mut self, input: Input) -> Outcome {
        let mut walk = Walk::new(Feed::new(input), self.limit);
        let mut step = |at: u64, _, piece: Piece<'_>, header: &Header| {
            Ok(match piece {
                Piece::Header => self.begin(at, header),
                Piece::Segment(view) => self.segment(&view, at),
                Piece::Index | Piece::Footer => Ok(()),
                Piece::Message(_) => {
                    let what = format!("{} holds messages and no archive", self.name);
                    Err(Failure::refused(what, "get their rows with `qres decompress`"))
                }
            }
            .map(|()| self.is_done()))
        };
        while let Some(done) = walk.next(&mut step)? {
            if done? {
                break;
            }
        }
        walk.ending().tell(&self.name, self.ui);
        Ok(())
    }

    fn corrupt(&self, at: u64, source: Error) -> Failure {
        Failure::archive(&self.name, at, source)
    }

    fn begin(&mut self, at: u64, header: &Header) -> Outcome {
        let prior = self.genes.prior(&self.name, header)?;
        let header =
            header.resolved(prior.as_deref()).map_err(|source| self.corrupt(at, source))?.into_owned();
        self.begin_part(&header.schema)?;
        self.part = Some(Opened { header, prior, first: true });
        Ok(())
    }

    fn begin_part(&mut self, schema: &Schema) -> Outcome {
        self.row = self.row.saturating_add(u64::from(std::mem::take(&mut self.open)));
        self.printer.begin_part();
        self.table.enter(schema, &mut self.printer)
    }

    /// Whether nothing that follows can be wanted.
    fn is_done(&self) -> bool {
        self.printer.is_full() || self.row >= self.rows.end || self.segment >= self.segments.end
    }

    /// Whether the next segment may begin with names that are no rows.
    fn is_named_anew(&self) -> bool {
        self.part.as_ref().is_some_and(|part| part.first && self.table.may_be_named_anew(&part.header.schema))
    }

    /// Which of the next segment's `rows` are asked for, if any. What follows the last line end counts as one row more.
    fn wanted(&self, rows: u64) -> Option<Span> {
        let start = self.rows.start.saturating_sub(self.row);
        let end = self.rows.end.saturating_sub(self.row).min(rows.saturating_add(1));
        let in_segments = self.segments.start <= self.segment && self.segment < self.segments.end;
        (in_segments && start < end).then_some(Span { start, end })
    }

    fn pass(&mut self, entry: Entry) {
        self.row = self.row.saturating_add(entry.rows);
        self.segment += 1;
        if let Some(part) = &mut self.part {
            part.first = false;
        }
    }

    /// Prints what is asked for of a segment, and goes past it.
    fn segment(&mut self, view: &View<'_>, at: u64) -> Outcome {
        let Some(Opened { header, prior, first }) = self.part.take() else { return Ok(()) };
        let names = self.table.names().to_vec();
        let section = Section::new(view, &header, prior.as_deref(), first, &names);
        let done = self.section(&section).map_err(|stop| stop.failure(&self.name, at));
        self.part = Some(Opened { header, prior, first: false });
        done
    }

    fn section(&mut self, section: &Section<'_>) -> Result<(), Stop> {
        let rows = section.rows.saturating_sub(section.uncounted()?);
        let wanted = self.wanted(rows);
        // Damage in what nobody asks for does not matter.
        self.open =
            section.is_open().or_else(|error| if wanted.is_some() { Err(error) } else { Ok(false) })?;
        if let Some(mut span) = wanted {
            if !self.open {
                span.end = span.end.min(rows);
            }
            if span.start < span.end {
                self.table.print(section, span, self.row, &mut self.printer, self.ui)?;
                self.printer.flush()?;
            }
        }
        self.row = self.row.saturating_add(rows);
        self.segment += 1;
        Ok(())
    }

    /// Prints what is left, and says what was asked for in vain.
    fn finish(mut self) -> Outcome<Exit> {
        self.row = self.row.saturating_add(u64::from(self.open));
        let (rows, printed) = (self.row, self.printer.rows);
        let in_vain = match () {
            () if self.is_done() && printed > 0 => None,
            () if self.segments.start >= self.segment.max(1) => {
                Some(format!(" has {}, counted from 0", units::count(self.segment, "segment")))
            }
            () if self.rows.start > 0 && self.rows.start >= rows && self.tail.is_none() => Some(format!(
                " has {}, counted from 0: none from {} on",
                units::count(rows, "row"),
                self.rows.start
            )),
            () if self.rows.end != u64::MAX && self.rows.end > rows && self.segments == Span::ALL => {
                Some(format!(" ends after {}", units::count(rows, "row")))
            }
            () if printed == 0 && !self.table.takes_all() && rows > 0 => {
                Some(format!(": no row of {rows} meets the conditions"))
            }
            () => None,
        };
        let name = self.name.clone();
        self.table.finish(self.ui);
        self.printer.finish()?;
        if let Some(what) = in_vain {
            self.ui.warning(&format!("{name}{what}"));
        }
        Ok(Exit::Done)
    }
}
