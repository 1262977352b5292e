//! `qres inspect`: what an archive holds and where its bytes go; what a board is.

#[cfg(feature = "flash")]
mod board;
mod link;

use super::{bound::Said, each::for_each};
use crate::{
    cmd::args::Memory,
    failure::{Exit, Failure, Outcome},
    io::{
        feed::{Ending, Feed},
        input::{Input, or_stdin},
        link::is_link,
        walk::{Piece, Walk},
    },
    text::{
        describe,
        grid::{Align, Grid},
        plain, units, untabled,
    },
    ui::Ui,
};
use qres_core::{
    Error,
    frame::{ColumnInfo, Header, Kind, Message, Tolerance, VERSION, View},
    table::{Format, Layout, Schema, Script},
};
use serde::Serialize;
use std::{collections::BTreeMap, io::Write, path::PathBuf};

/// Show what archives hold: columns, how they are coded, and what each costs
///
/// The heads of all segments are read; no text is decoded, and so none is checked: `qres test` does that. Live links are
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
}

#[derive(Debug, Serialize)]
struct Frame {
    at: u64,
    parts: u64,
    version: u8,
    memory: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    gene: Option<String>,
    /// Segments that go on from the gene.
    #[serde(skip_serializing_if = "Option::is_none")]
    warm_segments: Option<u64>,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    samples: Option<Samples>,
    /// How the text is written, if it is not bytes in lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    script: Option<&'static str>,
    /// Why the text is kept as bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    why_bytes: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bounds: Option<Said>,
    #[serde(skip_serializing_if = "Option::is_none")]
    table: Option<Table>,
    bytes: u64,
    text_bytes: u64,
    rows: u64,
    segments: u64,
    /// The first of them, if they are asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    each: Option<Vec<SegmentLine>>,
    columns: Vec<Column>,
    #[serde(skip)]
    found: BTreeMap<(usize, usize), Column>,
    #[serde(skip)]
    names: Vec<Option<Vec<u8>>>,
}

#[derive(Debug, Serialize)]
struct Table {
    #[serde(flatten)]
    rows: Rows,
    columns: usize,
    named: bool,
}

/// Raw samples.
#[derive(Debug, Serialize)]
struct Samples {
    r#type: &'static str,
    big_endian: bool,
    channels: u16,
}

/// How the rows of a table are written.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Rows {
    Fields { delimiter: String, blanks: bool, quoted: bool },
    Lines { patterns: usize, keys: usize },
}

#[derive(Debug, Serialize)]
struct SegmentLine {
    at: u64,
    bytes: u64,
    text_bytes: u64,
    rows: u64,
}

/// A column over all segments of a frame.
#[derive(Debug, Clone, Serialize)]
struct Column {
    /// The first field it covers, counted from 1.
    field: usize,
    /// How many fields it covers.
    span: usize,
    name: String,
    holds: String,
    /// How far its numbers may be from those that came in.
    #[serde(skip_serializing_if = "Option::is_none")]
    within: Option<String>,
    map: Option<&'static str>,
    cells: u64,
    exceptions: u64,
    bytes: u64,
}

/// Limit: columns of frames that are shown, each frame counting as one more. The first is shown whatever it has.
const MAX_COLUMNS: usize = 1 << 15;
/// Limit: segments of a frame that are listed.
const MAX_SEGMENTS: usize = 1 << 16;

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
        let (report, read) = inspect(input, args.memory.memory, args.segments);
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

    /// The report for people.
    fn text(&self) -> String {
        let (bytes, text) = (units::size(self.bytes), units::size(self.text_bytes));
        let mut lines = format!("{}: {bytes}", plain::label(&self.input));
        if !self.frames.is_empty() {
            lines += &format!(" for {text} of text ({})", units::ratio(self.text_bytes, self.bytes));
        }
        lines += "\n";
        lines += &self.messages.text();
        let (mut number, all) = (1, self.parts);
        for frame in &self.frames {
            let last = number + frame.parts - 1;
            lines += &match frame.parts {
                _ if all == 1 => String::new(),
                1 => format!("\narchive {number} of {all}, from byte {}\n", frame.at),
                _ => format!("\narchives {number} to {last} of {all}, from byte {}\n", frame.at),
            };
            lines += &frame.text();
            number = last + 1;
        }
        if self.unlisted > 0 {
            lines += &format!("\narchives {number} to {all} differ in too much to be shown\n");
        }
        lines
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
    }

    fn text(&self) -> String {
        if self.is_none() {
            return String::new();
        }
        let (count, bytes, rows) =
            (units::count(self.count, "message"), units::size(self.bytes), units::count(self.rows, "row"));
        let mut lines = format!("  {count} of {bytes}, tables of {rows}\n");
        for (gene, count) in &self.genes {
            lines += &format!("  {} from gene {gene}...\n", units::count(*count, "message"));
        }
        lines
    }
}

impl Frame {
    fn new(at: u64, header: &Header, segments: bool) -> Self {
        let layout = match &header.schema {
            Schema::Table(layout) => Some(layout),
            _ => None,
        };
        let names = layout.map(Layout::names).unwrap_or_default();
        let table = layout.map(|layout| Table {
            rows: Rows::of(layout),
            columns: layout.columns(),
            named: names.iter().any(Option::is_some),
        });
        Self {
            at,
            parts: 1,
            version: VERSION,
            memory: header.memory(),
            gene: header.gene.map(|id| units::hex(&id)),
            warm_segments: header.gene.map(|_| 0),
            kind: match &header.schema {
                Schema::Table(_) => "table",
                Schema::Raw(_) => "samples",
                Schema::Bytes => "bytes",
                Schema::Learnt { .. } => "learnt",
            },
            samples: match header.schema {
                Schema::Raw(raw) => Some(Samples {
                    r#type: raw.sample.name(),
                    big_endian: raw.high_first,
                    channels: raw.channels,
                }),
                _ => None,
            },
            script: None,
            why_bytes: None,
            bounds: Said::of(header),
            table,
            bytes: 0,
            text_bytes: 0,
            rows: 0,
            segments: 0,
            each: segments.then(Vec::new),
            columns: vec![],
            found: BTreeMap::new(),
            names,
        }
    }

    fn columns(&self) -> usize {
        self.names.len().max(self.samples.as_ref().map_or(0, |samples| samples.channels.into()))
    }

    /// Whether `other`, which has just begun, holds a table of the same columns, compressed in the same manner.
    fn is_like(&self, other: &Self) -> bool {
        let table = |frame: &Self| frame.table.as_ref().map(Table::text);
        let bounds = |frame: &Self| frame.bounds.as_ref().map(Said::line);
        (self.kind, &self.names, &self.gene) == (other.kind, &other.names, &other.gene)
            && (table(self), bounds(self)) == (table(other), bounds(other))
    }

    fn segment(&mut self, at: u64, view: &View<'_>, header: &Header) -> Result<(), Error> {
        self.text_bytes += view.text_bytes;
        self.rows += view.rows;
        let (bytes, text_bytes, rows) = (view.bytes, view.text_bytes, view.rows);
        self.segments += 1;
        if let Some(each) = self.each.as_mut().filter(|each| each.len() < MAX_SEGMENTS) {
            each.push(SegmentLine { at, bytes, text_bytes, rows });
        }
        self.warm_segments = self.warm_segments.map(|warm| warm + u64::from(view.is_warm()));
        self.script = self.script.or(view.script().map(Script::name));
        if self.kind == "bytes" && self.why_bytes.is_none() {
            let mut text = Vec::new();
            view.decode(header, &mut text)?;
            self.why_bytes = Some(untabled::reason(&text));
        }
        // A column of lines that do not occur is nothing to show.
        for info in view.columns(header)?.into_iter().filter(|info| info.bytes > 0) {
            let name = describe::column(&self.names, info.first);
            let column = Column::new(name, &info, header.bounds.tightest(info.first..info.first + info.span));
            match self.found.entry((info.first, info.span)) {
                std::collections::btree_map::Entry::Vacant(entry) => drop(entry.insert(column)),
                std::collections::btree_map::Entry::Occupied(mut entry) => entry.get_mut().join(&column),
            }
        }
        Ok(())
    }

    fn text(&self) -> String {
        let (rows, count) = (units::count(self.rows, "row"), units::count(self.segments, "segment"));
        let mut lines = format!("  {rows} in {count}, format {}, ", self.version);
        lines += &format!("decoding takes up to {}\n", units::size(self.memory));
        lines += &match &self.table {
            Some(table) => table.text(),
            None if self.kind == "learnt" => "  table of the gene's columns\n".into(),
            None => self.no_table(),
        };
        if let Some(script) = self.script {
            lines += &format!("  written as {script}\n");
        }
        if let (Some(gene), Some(warm)) = (&self.gene, self.warm_segments) {
            lines += &format!("  {} from gene {gene}\n", units::count(warm, "segment"));
        }
        if let Some(bounds) = &self.bounds {
            lines += &format!("  not exact: {}\n", bounds.line());
            if let Some(left) = bounds.left(false) {
                lines += &format!("  distinct values left in the first segment: {left}\n");
            }
        }
        if !self.columns.is_empty() {
            lines.push('\n');
            lines += &self.columns_text();
        }
        if let Some(each) = &self.each {
            lines.push('\n');
            lines += &segments_text(each);
            let more = self.segments - each.len() as u64;
            if more > 0 {
                lines += &format!("  and {}\n", units::count(more, "more segment"));
            }
        }
        lines
    }

    fn no_table(&self) -> String {
        match (&self.samples, self.why_bytes) {
            (Some(samples), _) => samples.text(),
            (None, Some(why)) => format!("  bytes, no table: {why}\n"),
            (None, None) => format!("  {}, no table\n", self.kind),
        }
    }

    fn columns_text(&self) -> String {
        let mut grid = Grid::new(&[
            ("#", Align::Right),
            ("column", Align::Left),
            ("holds", Align::Left),
            ("map", Align::Left),
            ("exceptions", Align::Right),
            ("bytes", Align::Right),
            ("share", Align::Right),
        ]);
        let share = |bytes: u64| format!("{:.1}%", 100.0 * bytes as f64 / self.bytes.max(1) as f64);
        for column in &self.columns {
            let number = match column.span {
                1 => column.field.to_string(),
                span => format!("{}-{}", column.field, column.field + span - 1),
            };
            let within = column.within.as_ref().map_or(String::new(), |within| format!(" ± {within}"));
            let (holds, map) = (column.holds.clone() + &within, column.map.unwrap_or("").to_owned());
            let (exceptions, bytes) = (column.exceptions.to_string(), units::size(column.bytes));
            grid.row([number, column.name.clone(), holds, map, exceptions, bytes, share(column.bytes)]);
        }
        let rest = self.bytes - self.columns.iter().map(|column| column.bytes).sum::<u64>().min(self.bytes);
        let blank = String::new;
        grid.row([blank(), "the rest".into(), blank(), blank(), blank(), units::size(rest), share(rest)]);
        grid.lines()
    }
}

fn segments_text(segments: &[SegmentLine]) -> String {
    let right = Align::Right;
    let mut grid = Grid::new(&[
        ("segment", right),
        ("at byte", right),
        ("bytes", right),
        ("text", right),
        ("rows", right),
    ]);
    for (number, segment) in segments.iter().enumerate() {
        let sizes = [units::size(segment.bytes), units::size(segment.text_bytes)];
        let [bytes, text] = sizes;
        grid.row([number.to_string(), segment.at.to_string(), bytes, text, segment.rows.to_string()]);
    }
    grid.lines()
}

impl Samples {
    fn text(&self) -> String {
        let end = if self.big_endian { ", big-endian" } else { "" };
        format!("  samples of {}{end} in {}\n", self.r#type, units::count(self.channels.into(), "channel"))
    }
}

impl Rows {
    fn of(layout: &Layout) -> Self {
        match layout {
            Layout::Fields(shape) => Self::Fields {
                delimiter: char::from(shape.delimiter).to_string(),
                blanks: shape.blanks,
                quoted: shape.quoted,
            },
            Layout::Lines(skeleton) => Self::Lines { patterns: skeleton.patterns(), keys: skeleton.keys() },
        }
    }
}

impl Table {
    fn text(&self) -> String {
        let columns = units::count(self.columns as u64, "column");
        match &self.rows {
            Rows::Fields { delimiter, blanks, .. } => {
                let names = if self.named { "named in the header" } else { "without names" };
                format!(
                    "  table of {columns} {names}, delimiter {}\n",
                    describe::delimiter(delimiter, *blanks)
                )
            }
            Rows::Lines { patterns, keys } => {
                let patterns = units::count(*patterns as u64, "pattern");
                let keys = match keys {
                    0 => String::new(),
                    keys => format!(", told apart by {}", units::count(*keys as u64, "key")),
                };
                format!("  lines of {patterns} with {columns}{keys}\n")
            }
        }
    }
}

impl Column {
    fn new(name: String, info: &ColumnInfo, tolerance: Tolerance) -> Self {
        let (holds, map, exceptions) = match &info.kind {
            Kind::Numbers { format, map, exceptions } => {
                (describe::format(format), Some(describe::map(*map)), *exceptions)
            }
            Kind::Tokens { distinct } => (format!("{distinct} distinct"), None, 0),
            Kind::Text => ("text".into(), None, 0),
        };
        let moves = matches!(&info.kind, Kind::Numbers { format, .. } if !matches!(format, Format::Time(_)));
        let within = (moves && !tolerance.is_exact()).then(|| tolerance.to_string());
        let (field, span) = (info.first + 1, info.span);
        Self { field, span, name, holds, within, map, cells: info.cells, exceptions, bytes: info.bytes }
    }

    /// Adds what the next segment says of the same column.
    fn join(&mut self, other: &Self) {
        self.cells += other.cells;
        self.exceptions += other.exceptions;
        self.bytes += other.bytes;
        if self.holds != other.holds {
            self.holds = "varies".into();
        }
        if self.map != other.map {
            self.map = Some("varies");
        }
    }
}
