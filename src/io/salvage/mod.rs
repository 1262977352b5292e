//! What is still whole of a damaged archive.
//!
//! A part that cannot be read is stepped over: to the next place that the footers name, if the archive is a file whose
//! end is whole; else by the part's own length if that leads to another part; else byte by byte until something reads
//! like a part again. A segment is written only when its text matches its checksum, so a false find writes nothing. The
//! work grows with the length of the archive, whatever is in it.

mod loss;

use super::{
    archive::Totals,
    disk,
    effort::Effort,
    feed::Feed,
    genes::{Genes, Learnt},
    input::Input,
};
use crate::failure::{Failure, Outcome};
pub(crate) use loss::Loss;
use qres_core::{
    Archive, Error,
    entropy::Cursor,
    frame::{
        FOOTER_TAG, FlowEnd, FlowReader, FlowStart, Flush, Footer, Header, MAGIC, MAX_SEGMENTS, Message,
        NOTE_TAG, Prior, SEGMENT_TAG, SHORT_FOOTER_TAG, View, message::MAX_TEXT,
    },
    parallel::Sequential,
};
use std::{
    borrow::Cow,
    collections::BTreeSet,
    io::{Seek, SeekFrom},
    sync::Arc,
};

/// What a salvage found.
#[derive(Debug, Default)]
pub(crate) struct Salvaged {
    /// What was written.
    pub(crate) totals: Totals,
    /// What was not.
    pub(crate) lost: Loss,
}

/// Writes every segment of `input` that still decodes within `limit` bytes of memory.
pub(crate) fn run(
    mut input: Input,
    limit: u64,
    genes: &Genes,
    sink: impl FnMut(&[u8]) -> Outcome,
) -> Outcome<Salvaged> {
    let known = known_places(&mut input, limit)?;
    let (feed, state) = (Feed::new(input), Salvaged::default());
    let mut salvage = Salvage {
        feed,
        limit,
        genes,
        header: None,
        prior: None,
        preamble_due: false,
        known,
        sink,
        state,
        refused: None,
        effort: Effort::default(),
    };
    while !salvage.feed.is_at_end()? {
        if !salvage.part()? {
            salvage.resynchronise()?;
        }
    }
    salvage.state.totals.bytes = salvage.feed.at();
    if let Some(refused) = salvage.refused.take_if(|_| salvage.state.totals.segments == 0) {
        return Err(refused);
    }
    // A frame that was not ended has lost at least its footer.
    if salvage.header.is_some() || salvage.state.totals.bytes == 0 {
        let end = salvage.state.totals.bytes;
        salvage.state.lost.add(end..end);
    }
    Ok(salvage.state)
}

/// Where parts begin, if the end of the file tells.
fn known_places(input: &mut Input, limit: u64) -> Outcome<BTreeSet<u64>> {
    let name = input.to_string();
    let Some(mut file) = input.seekable().map(|file| &*file) else { return Ok(BTreeSet::new()) };
    let archive = disk::open(file, limit).map_err(Failure::reading(&name))?;
    file.seek(SeekFrom::Start(0)).map_err(Failure::reading(&name))?;
    let mut places = BTreeSet::new();
    for frame in archive.iter().flat_map(Archive::frames) {
        places.insert(frame.at);
        places.extend(frame.segments().map(|(at, _)| at));
        places.insert(frame.footer_at());
    }
    Ok(places)
}

struct Salvage<'g, S> {
    feed: Feed,
    limit: u64,
    genes: &'g Genes,
    header: Option<Framed>,
    /// What the frame's segments go on from, if it is at hand.
    prior: Option<Arc<Prior>>,
    /// The segment that begins with the preamble has not come: if it is lost, the header still knows the preamble.
    preamble_due: bool,
    known: BTreeSet<u64>,
    sink: S,
    state: Salvaged,
    /// The first header that is whole but asks for too much, or for a gene that is not at hand: the reason if nothing at all can be saved.
    refused: Option<Failure>,
    effort: Effort,
}

/// The header of the frame, and the bytes that it takes, which the footer repeats.
struct Framed {
    header: Header,
    bytes: usize,
}

/// Something at the front that can be used, and its bytes.
enum Found {
    Header(Header, usize),
    Text(Vec<u8>, u64, usize),
    /// A segment whose text is damaged but whose length leads to another part.
    Damaged(usize),
    Footer(usize),
}

/// Why a part might begin at the front.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The part before ends here, or a footer says so.
    Expected,
    /// It is the next byte.
    Guessed,
}

/// How many parts must follow each other before a place is believed.
const CHAIN: usize = 3;

impl<S: FnMut(&[u8]) -> Outcome> Salvage<'_, S> {
    /// Takes the part at the front; false if there is none.
    fn part(&mut self) -> Outcome<bool> {
        self.look_ahead()?;
        let at = self.feed.at();
        match self.find(Place::Expected) {
            Some(Found::Header(header, bytes)) => {
                if self.header.is_some() {
                    // The frame before has no footer.
                    self.state.lost.add(at..at);
                }
                self.know(at, &header)?;
                let header = header.resolved(self.prior.as_deref()).map_or(header.clone(), Cow::into_owned);
                self.preamble_due = !header.schema.preamble().is_empty();
                self.effort.allow(header.segment_limit());
                self.header = Some(Framed { header, bytes });
                self.advance(bytes);
            }
            Some(Found::Text(text, rows, bytes)) => {
                self.write_preamble(at)?;
                (self.sink)(&text)?;
                self.state.totals.text_bytes += text.len() as u64;
                self.state.totals.rows += rows;
                self.state.totals.segments += 1;
                self.advance(bytes);
            }
            Some(Found::Damaged(bytes)) => {
                self.note_refusal(at);
                self.state.lost.add(at..at + bytes as u64);
                self.advance(bytes);
            }
            Some(Found::Footer(bytes)) => {
                self.header = None;
                self.advance(bytes);
            }
            None => {
                self.note_refusal(at);
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Finds what a frame goes on from; what does not go on from it can be saved without.
    fn know(&mut self, at: u64, header: &Header) -> Outcome {
        self.prior = self.genes.prior(&self.feed.name(), header)?;
        if let Some(gene) = header.gene.filter(|_| self.prior.is_none()) {
            self.refused.get_or_insert_with(|| self.feed.corrupt(at, Error::Gene(gene)));
        }
        Ok(())
    }

    /// Writes the preamble if the segment at `at` comes after the loss of the one that began with it.
    fn write_preamble(&mut self, at: u64) -> Outcome {
        let is_first = self.state.lost.end().is_none_or(|end| end < at);
        let preamble = self.header.as_ref().map_or(&[][..], |frame| frame.header.schema.preamble());
        if std::mem::take(&mut self.preamble_due) && !is_first {
            (self.sink)(preamble)?;
            self.state.totals.text_bytes += preamble.len() as u64;
        }
        Ok(())
    }

    fn note_refusal(&mut self, at: u64) {
        if self.refused.is_some() {
            return;
        }
        let front = self.feed.front();
        let (header, _) = self.read_header(front);
        if let Some(Err(error @ (Error::Unsupported { .. } | Error::Limit { .. }))) = header {
            self.refused = Some(self.feed.corrupt(at, error));
        }
        let gene = Message::read(&mut Cursor::new(front)).ok().and_then(|message| message.gene());
        if let Some(gene) = gene
            && !matches!(self.genes.of_message("", gene), Ok(Some(_)))
        {
            self.refused.get_or_insert_with(|| self.feed.corrupt(at, Error::GeneOf(gene)));
        }
    }

    /// What begins at the front.
    fn find(&self, place: Place) -> Option<Found> {
        let front = self.feed.front();
        let inside = self.header.as_ref().and_then(|frame| {
            self.find_footer(front, frame).or_else(|| self.find_segment(front, frame, place))
        });
        inside.or_else(|| self.find_message(front, place)).or_else(|| {
            let (header, bytes) = self.read_header(front);
            Some(Found::Header(header?.ok()?, bytes))
        })
    }

    /// The header at the front and the bytes it takes, if there is one and trying is not too much.
    fn read_header(&self, front: &[u8]) -> (Option<Result<Header, Error>>, usize) {
        if !front.starts_with(&MAGIC) {
            return (None, 0);
        }
        let mut cursor = Cursor::new(front);
        let mut failed = None;
        let header = self.effort.attempt(HEADER + front.len() as u64 / 16, || {
            Header::read(&mut cursor, self.limit).map_err(|error| failed = Some(error)).ok()
        });
        let read = header.map(Ok).or(failed.map(Err));
        (read, front.len() - cursor.rest().len())
    }

    fn find_footer(&self, front: &[u8], frame: &Framed) -> Option<Found> {
        let entries = entries_of_footer(front, frame)?;
        let mut cursor = Cursor::new(front);
        self.effort.attempt(entries, || Footer::read(&mut cursor).ok())?;
        Some(Found::Footer(front.len() - cursor.rest().len()))
    }

    fn find_segment(&self, front: &[u8], frame: &Framed, place: Place) -> Option<Found> {
        let mut cursor = Cursor::new(front);
        if FlowStart::begins(front) == Ok(true) {
            return self.find_flow(front, frame, place);
        }
        let view = View::read(&mut cursor, &frame.header).ok()?;
        let bytes = front.len() - cursor.rest().len();
        let leads_on = self.leads_on(cursor.rest(), frame);
        // At a guessed place nothing is decoded that does not lead to more.
        if place == Place::Guessed && !leads_on {
            return None;
        }
        let text = self.effort.attempt(view.text_bytes, || {
            let mut text = Vec::new();
            view.decode_with(&Sequential, self.prior.as_deref(), &frame.header, &mut text).ok().map(|_| text)
        });
        text.map(|text| Found::Text(text, view.rows, bytes)).or_else(|| {
            let is_best = place == Place::Expected && leads_on && !self.known.contains(&self.feed.at());
            is_best.then_some(Found::Damaged(bytes))
        })
    }

    /// What is whole of a segment that grew.
    fn find_flow(&self, front: &[u8], frame: &Framed, place: Place) -> Option<Found> {
        /// Tuning: what it costs to begin one.
        const BEGIN: u64 = 1 << 16;
        let header = frame.header.resolved(self.prior.as_deref()).ok()?;
        let mut cursor = Cursor::new(front);
        let start = FlowStart::read(&mut cursor).ok()?;
        let mut ahead = cursor.clone();
        let mut leads_on =
            || Flush::read(&mut ahead, &header).map_or_else(|error| error == Error::Truncated, |_| true);
        // At a guessed place nothing is decoded that does not lead to more.
        if place == Place::Guessed && !(0..CHAIN).all(|_| leads_on()) {
            return None;
        }
        let mut reader = self.effort.attempt(BEGIN, || FlowReader::new(start, &header).ok())?;
        let mut text = reader.preamble().to_vec();
        // Whether more follows.
        let mut flush = || {
            let mut next = cursor.clone();
            let flush = Flush::read(&mut next, &header).ok()?;
            match &flush {
                Some(flush) => self.effort.attempt(FLUSH, || reader.flush(flush, &mut text).ok())?,
                None => drop(reader.finish(&FlowEnd::read(&mut next).ok()?).ok()?),
            }
            cursor = next;
            flush.map(|_| ())
        };
        while flush().is_some() {}
        let (rows, bytes) = (reader.end().rows, front.len() - cursor.rest().len());
        (rows > 0).then_some(Found::Text(text, rows, bytes))
    }

    /// A message may stand anywhere: it needs no frame.
    fn find_message(&self, front: &[u8], place: Place) -> Option<Found> {
        let mut cursor = Cursor::new(front);
        let message = Message::read(&mut cursor).ok()?;
        let bytes = front.len() - cursor.rest().len();
        // Where only a guess says that one begins, others must follow: its check has but two bytes.
        let followers = if place == Place::Expected { 0 } else { CHAIN };
        let follows = |cursor: &mut Cursor<'_>| {
            let rest = cursor.rest();
            rest.is_empty() || Message::read(cursor).is_ok() || rest.starts_with(&MAGIC)
        };
        if !(0..followers).all(|_| follows(&mut cursor)) {
            return None;
        }
        let learnt = message.gene().map(|gene| self.genes.of_message("", gene).ok().flatten());
        if learnt.as_ref().is_some_and(Option::is_none) {
            return (place == Place::Expected).then_some(Found::Damaged(bytes));
        }
        let past = learnt.as_ref().and_then(Option::as_ref).map(Learnt::past);
        // A length may be damaged as well, so what does not decode does not say where the next one begins.
        let text = self.effort.attempt(MAX_TEXT as u64, || {
            let mut text = Vec::new();
            message.decode(past, &mut text).ok().map(|()| text)
        })?;
        let rows = memchr::memchr_iter(b'\n', &text).count() as u64;
        Some(Found::Text(text, rows, bytes))
    }

    /// Whether parts follow in `rest`, or the end.
    fn leads_on(&self, mut rest: &[u8], frame: &Framed) -> bool {
        for _ in 0..CHAIN {
            if rest.is_empty() || rest.starts_with(&MAGIC) || entries_of_footer(rest, frame).is_some() {
                return true;
            }
            let mut cursor = Cursor::new(rest);
            match View::read(&mut cursor, &frame.header) {
                Ok(_) => rest = cursor.rest(),
                Err(error) => return error == Error::Truncated,
            }
        }
        true
    }

    /// Goes to the next place where a part begins.
    fn resynchronise(&mut self) -> Outcome {
        let from = self.feed.at();
        match self.known.range(from + 1..).next() {
            // Where one part is known to begin, the next known place is its end.
            Some(&place) if self.known.contains(&from) => self.go_to(place)?,
            _ => self.scan()?,
        }
        let to = self.feed.at();
        self.state.lost.add(from..to);
        Ok(())
    }

    fn go_to(&mut self, place: u64) -> Outcome {
        while self.feed.at() < place && !self.feed.is_at_end()? {
            self.advance(usize::try_from(place - self.feed.at()).unwrap_or(usize::MAX));
        }
        Ok(())
    }

    fn scan(&mut self) -> Outcome {
        self.advance(1);
        while !self.feed.is_at_end()? {
            self.look_ahead()?;
            let known = self.known.range(self.feed.at()..).next().map_or(u64::MAX, |at| at - self.feed.at());
            let front = self.feed.front();
            let possible = front.iter().position(|byte| may_begin(*byte)).unwrap_or(front.len());
            self.advance(possible.min(usize::try_from(known).unwrap_or(usize::MAX)));
            if known <= possible as u64 || self.find(Place::Guessed).is_some() {
                return Ok(());
            }
            self.advance(1);
        }
        Ok(())
    }

    fn advance(&mut self, bytes: usize) {
        let from = self.feed.at();
        self.feed.advance(bytes);
        self.effort.passed(self.feed.at() - from);
    }

    /// Reads ahead as far as any part reaches.
    fn look_ahead(&mut self) -> Outcome {
        let segment = self.header.as_ref().map_or(0, |frame| frame.header.segment_limit());
        // A header may be as long as the longest segment of the largest class.
        let header = if self.feed.front().starts_with(&MAGIC) { self.limit / 8 } else { 0 };
        let most = segment.saturating_mul(2).max(header).max(AHEAD);
        while (self.feed.front().len() as u64) < most {
            if !self.feed.more()? {
                break;
            }
        }
        Ok(())
    }
}

/// Tuning: what a try to read some rows costs at least.
const FLUSH: u64 = 1 << 12;

/// Whether a part may begin with this byte.
fn may_begin(byte: u8) -> bool {
    byte & 0xF0 == SEGMENT_TAG
        || byte == NOTE_TAG
        || is_footer(byte)
        || byte == MAGIC[0]
        || Message::may_begin_with(byte)
}

/// How many entries the footer has that seems to begin at the front.
fn entries_of_footer(front: &[u8], frame: &Framed) -> Option<u64> {
    let mut cursor = Cursor::new(front);
    let tag = cursor.u8().ok().filter(|tag| is_footer(*tag))?;
    let begins = cursor.varint() == Ok(frame.bytes as u64);
    let entries = if tag == FOOTER_TAG { cursor.varint().ok()? } else { 1 };
    (begins && entries <= MAX_SEGMENTS as u64).then_some(entries)
}

/// Tuning: what a try to read a header costs at least: lines with skeletons take a while.
const HEADER: u64 = 1 << 18;
/// Limit: bytes that are looked at ahead at least, enough for any message and any footer.
const AHEAD: u64 = 3 << 20;

/// Whether a footer may begin with this byte.
fn is_footer(byte: u8) -> bool {
    matches!(byte, FOOTER_TAG | SHORT_FOOTER_TAG)
}
