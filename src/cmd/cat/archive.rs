//! The rows of an archive on their way to the printer: part by part, section by section.

use super::{printer::Printer, stop::Stop, table::Table};
use crate::{
    failure::{Exit, Failure, Outcome},
    io::{
        disk::{self, Disk},
        feed::Feed,
        genes::Genes,
        input::Input,
        walk::{Piece, Walk},
    },
    rows::section::Section,
    text::{span::Span, units},
    ui::Ui,
};
use qres_core::{
    Archive, Error,
    archive::Frame,
    entropy::Cursor,
    frame::{Entry, Header, Prior, View},
    table::Schema,
};
use std::{
    io::{Seek, SeekFrom},
    sync::Arc,
};

/// What is asked for, and how far the rows have come.
pub(super) struct Cat {
    pub(super) ui: Ui,
    pub(super) name: String,
    pub(super) rows: Span,
    pub(super) segments: Span,
    pub(super) tail: Option<u64>,
    pub(super) limit: u64,
    pub(super) genes: Genes,
    pub(super) printer: Printer,
    pub(super) table: Table,
    pub(super) part: Option<Opened>,
    /// Rows before the next segment.
    pub(super) row: u64,
    /// Segments before the next one.
    pub(super) segment: u64,
    /// The text of the segment before goes on after its last line end: a row more, if nothing of its part follows.
    pub(super) open: bool,
}

/// The part that is being printed.
pub(super) struct Opened {
    header: Header,
    /// What its segments go on from, if it is at hand.
    prior: Option<Arc<Prior>>,
    /// The next segment is the first.
    first: bool,
}

/// A part may begin with so many names that the index counts as rows.
const UNCOUNTED: u64 = 64;

impl Cat {
    /// Reads only what is asked for, if the input is a file whose end says where everything lies; false if not.
    pub(super) fn by_index(&mut self, input: &mut Input) -> Outcome<bool> {
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
        let header = archive.header(frame).map_err(|fault| disk::failure(&self.name, fault))?;
        self.begin(frame.at, &header)?;
        let (last, parts) = (frame.footer_at(), archive.frames().len());
        let statistics = frame.footer.statistics().map_err(|source| self.corrupt(last, source))?;
        for (number, (at, entry)) in frame.segments().enumerate() {
            if self.is_done() {
                return Ok(true);
            }
            let is_last = at + entry.bytes == last && parts > 1;
            let is_asked_for = self.wanted(entry.rows).is_some() || is_last || self.is_named_anew();
            let known = statistics.as_ref().and_then(|all| all.get(number)?.as_deref());
            if !is_asked_for || known.is_some_and(|summaries| !self.table.may_hold(summaries)) {
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

    pub(super) fn by_walking(&mut self, input: Input) -> Outcome {
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

    pub(super) fn begin_part(&mut self, schema: &Schema) -> Outcome {
        self.row = self.row.saturating_add(u64::from(std::mem::take(&mut self.open)));
        self.printer.begin_part();
        self.table.enter(schema, &mut self.printer)
    }

    /// Whether nothing that follows can be wanted.
    pub(super) fn is_done(&self) -> bool {
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

    pub(super) fn section(&mut self, section: &Section<'_>) -> Result<(), Stop> {
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
    pub(super) fn finish(mut self) -> Outcome<Exit> {
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
