//! `qres inspect`: what an archive holds and where its bytes go; what a board is.

#[cfg(feature = "flash")]
mod board;
mod frame;
mod link;
mod text;
mod values;

use super::each::for_each;
use crate::{
    cmd::args::Memory,
    failure::{Exit, Failure, Outcome},
    io::{
        feed::{Ending, Feed},
        input::{Input, or_stdin},
        link::is_link,
        walk::{Piece, Walk},
    },
    text::units,
    ui::Ui,
};
use frame::Frame;
use qres_core::{
    Error,
    frame::{Header, Message},
};
use serde::Serialize;
use std::{collections::BTreeMap, io::Write, path::PathBuf};

/// Show what archives hold: columns, how they are coded, and what each costs
///
/// The heads of all segments are read; no text is decoded, and so none is checked: `qres test` does that. Of files, what their
/// index says of the values of each column is shown as well. Live links are
/// read to their end: columns, bounds, rows, packets, and what is lost. Archives one after the other that hold the same table
/// are shown as one.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Archives or live links to look into (none or `-`: stdin)
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// List the segments too
    #[arg(long)]
    segments: bool,
    #[command(flatten)]
    memory: Memory,
    /// Show the board at PORT instead, which has to prove its name
    ///
    /// Its chip and program, what it has done since it started, how surprising its world is, its steps and its memory. It
    /// signs a number drawn just now: if the signature is not that of its name, this ends with 4.
    #[cfg(feature = "flash")]
    #[arg(long, value_name = "PORT", conflicts_with_all = ["files", "segments"])]
    serial: Option<String>,
}

const EXAMPLES: &str = "Examples:
  qres inspect weather.csv.qres
  qres inspect --json weather.csv.qres | jq '.frames[].columns[] | {name, bytes}'
  qres compress -c weather.csv | qres inspect
  qres inspect --serial /dev/ttyACM0";

/// What one archive holds.
#[derive(Debug, Serialize)]
struct Report {
    schema: &'static str,
    input: String,
    bytes: u64,
    text_bytes: u64,
    rows: u64,
    /// Archives one after the other in it.
    parts: u64,
    /// Each stands for as many of them as are alike.
    frames: Vec<Frame>,
    /// How many of them are in no frame: too many differ.
    #[serde(skip_serializing_if = "is_zero")]
    unlisted: u64,
    /// What the frames count against the limit.
    #[serde(skip)]
    shown: usize,
    #[serde(skip_serializing_if = "Messages::is_none")]
    messages: Messages,
    /// How the archive ends, if not with a footer.
    #[serde(skip_serializing_if = "Ending::is_whole")]
    ending: Ending,
}

/// The messages outside of frames.
#[derive(Debug, Default, Serialize)]
struct Messages {
    count: u64,
    bytes: u64,
    /// Rows of those that hold tables.
    rows: u64,
    /// How many go on from which gene, by the beginning of its id.
    genes: BTreeMap<String, u64>,
    /// The same of rows that had arrived; how many these hold themselves is not told.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    histories: BTreeMap<String, u64>,
}

/// Limit: columns of frames that are shown, each frame counting as one more. The first is shown whatever it has.
const MAX_COLUMNS: usize = 1 << 15;
/// Looks into what was named.
pub(crate) fn run(args: Args, ui: Ui) -> Outcome<Exit> {
    #[cfg(feature = "flash")]
    if let Some(port) = &args.serial {
        return board::run(port, ui);
    }
    Ok(for_each(ui, or_stdin(args.files), |path| {
        let mut input = Input::open(path)?;
        if is_link(&mut input)? {
            return link::run(input, ui);
        }
        let name = input.to_string();
        let is_file = input.length().is_some();
        let (mut report, read) = inspect(input, args.memory.memory, args.segments);
        let read = match read {
            Ok(()) if is_file => values::add(&mut report, Input::open(path)?, args.memory.memory),
            read => read,
        };
        if report.bytes == 0 {
            return read;
        }
        report.ending.tell(&name, ui);
        if ui.json {
            ui.result(&report, false)?;
        } else {
            let text = report.text();
            std::io::stdout().lock().write_all(text.as_bytes()).map_err(Failure::writing("stdout"))?;
        }
        read
    }))
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// What `input` holds as far as it can be read, and why not further.
fn inspect(input: Input, memory: u64, segments: bool) -> (Report, Outcome) {
    let mut report = Report {
        schema: "qres.inspect/1",
        input: input.plain(),
        bytes: 0,
        text_bytes: 0,
        rows: 0,
        parts: 0,
        frames: vec![],
        unlisted: 0,
        shown: 0,
        messages: Messages::default(),
        ending: Ending::Whole,
    };
    let mut walk = Walk::new(Feed::new(input), memory);
    let read = loop {
        match walk.next(|at, bytes, piece, header| report.add(at, bytes as u64, &piece, header, segments)) {
            Ok(Some(())) => {}
            Ok(None) => break Ok(()),
            Err(failure) => break Err(failure),
        }
    };
    report.ending = walk.ending();
    for frame in &mut report.frames {
        frame.columns = std::mem::take(&mut frame.found).into_values().collect();
    }
    (report, read)
}

impl Report {
    fn add(
        &mut self,
        at: u64,
        bytes: u64,
        piece: &Piece<'_>,
        header: &Header,
        segments: bool,
    ) -> Result<(), Error> {
        if matches!(piece, Piece::Header) {
            self.begin(Frame::new(at, header, segments));
        }
        self.bytes += bytes;
        if let Piece::Message(message) = piece {
            self.messages.add(message, bytes);
            self.rows += message.lines().unwrap_or(0);
            return Ok(());
        }
        if let Piece::Segment(view) = piece {
            self.text_bytes += view.text_bytes;
            self.rows += view.rows;
        }
        let Some(frame) = self.frames.last_mut().filter(|_| self.unlisted == 0) else { return Ok(()) };
        frame.bytes += bytes;
        if let Piece::Segment(view) = piece {
            frame.segment(at, view, header)?;
        }
        Ok(())
    }

    /// A part begins: it belongs to the frame before if that is like it.
    fn begin(&mut self, frame: Frame) {
        self.parts += 1;
        match self.frames.last_mut() {
            _ if self.unlisted > 0 => self.unlisted += 1,
            Some(last) if last.is_like(&frame) => {
                last.parts += 1;
                last.memory = last.memory.max(frame.memory);
            }
            Some(_) if self.shown >= MAX_COLUMNS => self.unlisted = 1,
            _ => {
                self.shown += 1 + frame.columns();
                self.frames.push(frame);
            }
        }
    }
}

impl Messages {
    fn is_none(&self) -> bool {
        self.count == 0
    }

    fn add(&mut self, message: &Message<'_>, bytes: u64) {
        self.count += 1;
        self.bytes += bytes;
        self.rows += message.lines().unwrap_or(0);
        if let Some(gene) = message.gene() {
            *self.genes.entry(units::hex(&gene)).or_default() += 1;
        }
        if let Some((_, history)) = message.history() {
            *self.histories.entry(units::hex(&history)).or_default() += 1;
        }
    }
}
