//! What is still whole of a damaged archive.
//!
//! A part that cannot be read is stepped over: to the next place that the footers name, if the archive is a file whose
//! end is whole; else by the part's own length if that leads to another part; else byte by byte until something reads
//! like a part again. A segment is written only when its text matches its checksum, so a false find writes nothing.

use super::{
    archive::{Feed, Totals},
    catalogue,
    genes::{Genes, Learnt},
    input::Input,
    walk::{self, Piece},
};
use crate::error::{Failure, Outcome};
use qres_core::{
    Error,
    crew::Alone,
    entropy::Cursor,
    frame::{Header, Message, Prior},
};
use std::{
    borrow::Cow,
    collections::BTreeSet,
    io::{Seek, SeekFrom},
    ops::Range,
    sync::Arc,
};

/// What a salvage found.
#[derive(Debug, Default)]
pub(crate) struct Salvaged {
    /// What was written.
    pub(crate) totals: Totals,
    /// Bytes of the archive that gave nothing; an empty range is where a footer is missing.
    pub(crate) lost: Vec<Range<u64>>,
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
        salvage.lose(end..end);
    }
    Ok(salvage.state)
}

/// Where parts begin, if the end of the file tells.
fn known_places(input: &mut Input, limit: u64) -> Outcome<BTreeSet<u64>> {
    let name = input.to_string();
    let Some(file) = input.seekable() else { return Ok(BTreeSet::new()) };
    let frames = catalogue::read(file, limit).map_err(Failure::reading(&name))?;
    file.seek(SeekFrom::Start(0)).map_err(Failure::reading(&name))?;
    let mut places = BTreeSet::new();
    for frame in frames.iter().flatten() {
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
    header: Option<Header>,
    /// What the frame's segments go on from, if it is at hand.
    prior: Option<Arc<Prior>>,
    /// The segment that begins with the preamble has not come: if it is lost, the header still knows the preamble.
    preamble_due: bool,
    known: BTreeSet<u64>,
    sink: S,
    state: Salvaged,
    /// The first header that is whole but asks for too much, or for a gene that is not at hand: the reason if nothing at all can be saved.
    refused: Option<Failure>,
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
                    self.lose(at..at);
                }
                self.know(at, &header)?;
                let header = header.resolved(self.prior.as_deref()).map_or(header.clone(), Cow::into_owned);
                self.preamble_due = !header.schema.preamble().is_empty();
                self.header = Some(header);
                self.feed.advance(bytes);
            }
            Some(Found::Text(text, rows, bytes)) => {
                self.write_preamble(at)?;
                (self.sink)(&text)?;
                self.state.totals.text_bytes += text.len() as u64;
                self.state.totals.rows += rows;
                self.state.totals.segments += 1;
                self.feed.advance(bytes);
            }
            Some(Found::Damaged(bytes)) => {
                self.note_refusal(at);
                self.lose(at..at + bytes as u64);
                self.feed.advance(bytes);
            }
            Some(Found::Footer(bytes)) => {
                self.header = None;
                self.feed.advance(bytes);
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
        let is_first = self.state.lost.last().is_none_or(|lost| lost.end < at);
        let preamble = self.header.as_ref().map_or(&[][..], |header| header.schema.preamble());
        if std::mem::take(&mut self.preamble_due) && !is_first {
            (self.sink)(preamble)?;
            self.state.totals.text_bytes += preamble.len() as u64;
        }
        Ok(())
    }

    fn note_refusal(&mut self, at: u64) {
        let header = Header::read(&mut Cursor::new(self.feed.front()), self.limit);
        if let Err(error @ (Error::Unsupported { .. } | Error::Limit { .. })) = header {
            self.refused.get_or_insert_with(|| self.feed.corrupt(at, error));
        }
        let gene = Message::read(&mut Cursor::new(self.feed.front())).ok().and_then(|message| message.gene());
        if let Some(gene) = gene
            && !matches!(self.genes.of_message("", gene), Ok(Some(_)))
        {
            self.refused.get_or_insert_with(|| self.feed.corrupt(at, Error::GeneOf(gene)));
        }
    }

    /// What begins at the front.
    fn find(&self, place: Place) -> Option<Found> {
        let front = self.feed.front();
        let segment = self.header.as_ref().and_then(|header| self.find_in_frame(front, header, place));
        segment.or_else(|| self.find_message(front, place)).or_else(|| {
            let mut cursor = Cursor::new(front);
            let header = Header::read(&mut cursor, self.limit).ok()?;
            Some(Found::Header(header, front.len() - cursor.rest().len()))
        })
    }

    fn find_in_frame(&self, front: &[u8], header: &Header, place: Place) -> Option<Found> {
        let (view, bytes) = match walk::read(front, header).ok()? {
            (Piece::Footer, bytes) => return Some(Found::Footer(bytes)),
            (Piece::Segment(view), bytes) => (view, bytes),
            (Piece::Header | Piece::Message(_), _) => return None,
        };
        let leads_on = self.leads_on(front, header, bytes);
        // At a guessed place nothing is decoded that does not lead to more: decoding at every byte would take for ever.
        if place == Place::Guessed && !leads_on {
            return None;
        }
        let mut text = Vec::new();
        match view.decode_with(&Alone, self.prior.as_deref(), header, &mut text) {
            Ok(_) => Some(Found::Text(text, view.rows, bytes)),
            Err(_) => {
                let is_best = place == Place::Expected && leads_on && !self.known.contains(&self.feed.at());
                is_best.then_some(Found::Damaged(bytes))
            }
        }
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
            rest.is_empty()
                || Message::read(cursor).is_ok()
                || Header::read(&mut Cursor::new(rest), self.limit).is_ok()
        };
        if !(0..followers).all(|_| follows(&mut cursor)) {
            return None;
        }
        let learnt = message.gene().map(|gene| self.genes.of_message("", gene).ok().flatten());
        if learnt.as_ref().is_some_and(Option::is_none) {
            return (place == Place::Expected).then_some(Found::Damaged(bytes));
        }
        let mut text = Vec::new();
        // A length may be damaged as well, so what does not decode does not say where the next one begins.
        message.decode(learnt.as_ref().and_then(Option::as_ref).map(Learnt::past), &mut text).ok()?;
        let rows = memchr::memchr_iter(b'\n', &text).count() as u64;
        Some(Found::Text(text, rows, bytes))
    }

    /// Whether parts follow at `next`, or the end.
    fn leads_on(&self, front: &[u8], header: &Header, mut next: usize) -> bool {
        for _ in 0..CHAIN {
            let Some(rest) = front.get(next..).filter(|rest| !rest.is_empty()) else { return true };
            match walk::read(rest, header) {
                Ok((Piece::Segment(_), bytes)) => next += bytes,
                Ok(_) | Err(Error::Truncated) => return true,
                Err(_) => return Header::read(&mut Cursor::new(rest), self.limit).is_ok(),
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
        self.lose(from..to);
        Ok(())
    }

    fn go_to(&mut self, place: u64) -> Outcome {
        while self.feed.at() < place && !self.feed.is_at_end()? {
            self.feed.advance(usize::try_from(place - self.feed.at()).unwrap_or(usize::MAX));
        }
        Ok(())
    }

    fn scan(&mut self) -> Outcome {
        loop {
            self.feed.advance(1);
            if self.feed.is_at_end()? {
                return Ok(());
            }
            self.look_ahead()?;
            if self.known.contains(&self.feed.at()) || self.find(Place::Guessed).is_some() {
                return Ok(());
            }
        }
    }

    /// Reads ahead as far as the longest segment reaches.
    fn look_ahead(&mut self) -> Outcome {
        let most = self.header.as_ref().map_or(1 << 16, Header::memory).min(self.limit).saturating_add(64);
        while (self.feed.front().len() as u64) < most {
            if !self.feed.more()? {
                break;
            }
        }
        Ok(())
    }

    /// Notes a loss; what is lost in one piece is told in one piece.
    fn lose(&mut self, lost: Range<u64>) {
        match self.state.lost.last_mut() {
            Some(last) if last.end == lost.start => last.end = lost.end,
            _ => self.state.lost.push(lost),
        }
    }
}
