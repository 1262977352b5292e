//! `qres cat`: some rows, columns or segments of an archive as text.
//!
//! In a file, the index at its end leads to the segments that are wanted; on a pipe the others are stepped over. Either
//! way only what is asked for is decoded.

use crate::{
    cli::{Learnt, Memory, Span, parse_span},
    error::{Exit, Failure, Outcome},
    io::{
        archive::{self, Feed},
        catalogue::{self, Placed},
        genes::Genes,
        input::Input,
        output::{Content, Output, Target},
        walk::{Piece, Walk},
    },
    rows::{self, Fields, Place},
    ui::Ui,
};
use qres_core::{
    Error,
    entropy::Cursor,
    frame::{Entry, Header, Prior, View},
};
use std::{
    io::{Seek, SeekFrom},
    path::PathBuf,
    sync::Arc,
};

/// Print rows or columns of an archive without decoding the rest
///
/// Rows are counted from 0 and do not include the column names, which are printed first. A range `3..7` includes 3 and
/// not 7; `3..`, `..7` and `3` work as well. Whole rows are checked before they are printed.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// The archive (none or `-`: stdin)
    #[arg(value_name = "FILE", default_value = "-", hide_default_value = true)]
    file: PathBuf,
    /// Only these rows
    #[arg(long, value_name = "A..B", value_parser = parse_span)]
    rows: Option<Span>,
    /// Only these columns, by name or by number from 1, in this order
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    columns: Vec<String>,
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
}

const EXAMPLES: &str = "Examples:
  qres cat weather.csv.qres --rows 1000..1010
  qres cat weather.csv.qres --columns time,temp | plot
  ssh host cat year.qres | qres cat --segments 3 --no-header";

/// Prints what was asked for.
pub(crate) fn run(args: Args, ui: Ui) -> Outcome<Exit> {
    let mut input = Input::open(&args.file)?;
    let output = Output::create(&Target::Stdout, Content::Text, false, &input)?;
    let mut cat = Cat {
        name: input.to_string(),
        rows: args.rows.unwrap_or(Span::ALL),
        segments: args.segments.unwrap_or(Span::ALL),
        columns: args.columns,
        header: !args.no_header,
        limit: args.memory.memory,
        genes: args.learnt.genes(args.memory)?,
        output,
        frame: None,
        row: 0,
        segment: 0,
        odd: 0,
    };
    match frames(&mut input, &cat.name, cat.limit)? {
        Some(frames) => cat.by_index(&mut input, &frames)?,
        None => cat.by_walking(input)?,
    }
    if cat.odd > 0 {
        let lines = crate::ui::count(cat.odd, "line");
        ui.warning(&format!("{}: {lines} with another number of fields left out", cat.name));
    }
    cat.output.finish(None, false)?;
    Ok(Exit::Done)
}

/// Where the frames lie, if the input is a file whose end tells.
fn frames(input: &mut Input, name: &str, limit: u64) -> Outcome<Option<Vec<Placed>>> {
    let Some(file) = input.seekable() else { return Ok(None) };
    let frames = catalogue::read(file, limit).map_err(Failure::reading(name))?;
    file.seek(SeekFrom::Start(0)).map_err(Failure::reading(name))?;
    Ok(frames)
}

struct Cat {
    name: String,
    rows: Span,
    segments: Span,
    columns: Vec<String>,
    header: bool,
    limit: u64,
    genes: Genes,
    output: Output,
    frame: Option<FrameState>,
    /// Rows before the next segment.
    row: u64,
    /// Segments before the next one.
    segment: u64,
    /// Lines that are no rows of the table and so have no columns.
    odd: u64,
}

/// The frame that is being printed.
struct FrameState {
    header: Header,
    fields: Option<Fields>,
    /// What its segments go on from, if it is at hand.
    prior: Option<Arc<Prior>>,
    /// The column names are still to be printed.
    names_due: bool,
    /// The next segment is the first.
    first: bool,
}

impl Cat {
    fn by_index(&mut self, input: &mut Input, frames: &[Placed]) -> Outcome {
        for frame in frames {
            // What a footer says is believed as far as a header and a segment can be long.
            let bytes = self.bytes_at(input, frame.at, frame.footer.header_bytes.min(self.limit))?;
            let header = Header::read(&mut Cursor::new(&bytes), self.limit);
            let header = header.map_err(|source| self.corrupt(frame.at, source))?;
            self.begin(frame.at, &header)?;
            let last = frame.footer_at();
            for (at, entry) in frame.segments() {
                if self.wanted(entry).is_some() {
                    let bytes = self.bytes_at(input, at, entry.bytes.min(header.memory()))?;
                    let view = View::read(&mut Cursor::new(&bytes), &header);
                    let view = view.map_err(|source| self.corrupt(at, source))?;
                    self.print(&view, at + entry.bytes == last).map_err(|stop| stop.failure(self, at))?;
                }
                self.pass(entry);
            }
        }
        Ok(())
    }

    fn by_walking(&mut self, input: Input) -> Outcome {
        let mut walk = Walk::new(Feed::new(input), self.limit);
        let mut step = |at: u64, _, piece: Piece<'_>, header: &Header| {
            Ok(match piece {
                Piece::Header => self.begin(at, header),
                Piece::Segment(view) => {
                    let printed = match self.wanted(view.entry()) {
                        Some(_) => self.print(&view, true).map_err(|stop| stop.failure(self, at)),
                        None => Ok(()),
                    };
                    self.pass(view.entry());
                    printed
                }
                Piece::Footer => Ok(()),
                Piece::Message(_) => {
                    let what = format!("{} holds messages and no archive", self.name);
                    Err(Failure::refused(what, "get their rows with `qres decompress`"))
                }
            })
        };
        while let Some(printed) = walk.next(&mut step)? {
            printed?;
        }
        Ok(())
    }

    fn bytes_at(&self, input: &mut Input, at: u64, length: u64) -> Outcome<Vec<u8>> {
        let Some(file) = input.seekable() else { return Ok(Vec::new()) };
        catalogue::bytes_at(file, at, length).map_err(Failure::reading(&self.name))
    }

    fn corrupt(&self, at: u64, source: Error) -> Failure {
        Failure::Archive { name: self.name.clone(), at, source }
    }

    fn begin(&mut self, at: u64, header: &Header) -> Outcome {
        let prior = self.genes.prior(&self.name, header)?;
        let header =
            header.resolved(prior.as_deref()).map_err(|source| self.corrupt(at, source))?.into_owned();
        let fields = match self.columns.is_empty() {
            true => None,
            false => Some(Fields::find(&self.columns, &header, &self.name)?),
        };
        self.frame = Some(FrameState { header, fields, prior, names_due: self.header, first: true });
        Ok(())
    }

    /// Which of the segment's own rows are asked for, if any. What follows the last line end counts as one row more.
    fn wanted(&self, entry: Entry) -> Option<Span> {
        let start = self.rows.start.saturating_sub(self.row);
        let end = self.rows.end.saturating_sub(self.row).min(entry.rows.saturating_add(1));
        let in_segments = self.segments.start <= self.segment && self.segment < self.segments.end;
        (in_segments && start < end).then_some(Span { start, end })
    }

    fn pass(&mut self, entry: Entry) {
        self.row += entry.rows;
        self.segment += 1;
        if let Some(frame) = &mut self.frame {
            frame.first = false;
        }
    }

    /// Prints what is asked for of a segment; `last` if it may be the last of its frame.
    fn print(&mut self, view: &View<'_>, last: bool) -> Result<(), Stop> {
        let (Some(span), Some(frame)) = (self.wanted(view.entry()), &mut self.frame) else { return Ok(()) };
        let (mut lines, prior, header) = (Vec::new(), frame.prior.as_deref(), &frame.header);
        let names_due = std::mem::take(&mut frame.names_due);
        match &frame.fields {
            Some(fields) => {
                if names_due {
                    fields.write_names(&mut lines);
                }
                self.odd += fields.write_rows(
                    view,
                    header,
                    prior,
                    Place { first: frame.first, last },
                    span,
                    &mut lines,
                )?;
            }
            None => rows::write_rows(view, header, prior, frame.first, names_due, span, &mut lines)?,
        }
        self.output.write(&lines)?;
        Ok(self.output.flush()?)
    }
}

/// Why printing ended.
enum Stop {
    Archive(Error),
    Other(Failure),
}

impl Stop {
    fn failure(self, cat: &Cat, at: u64) -> Failure {
        match self {
            Self::Archive(source) => cat.corrupt(at, archive::inside(source)),
            Self::Other(failure) => failure,
        }
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Archive(error)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Other(failure)
    }
}
