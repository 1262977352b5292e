//! Cuts the bytes of archives and messages, one after the other, into their parts: sans-IO, fed by whoever reads.

use super::{
    Entry, FOOTER_TAG, FlowEnd, FlowStart, Flush, Footer, Header, Index, MAX_SEGMENTS, Message, View,
    footer::{TOO_MANY, reversed},
    message,
    note::{self, MAX_FOOTER_NOTES, Note},
};
use crate::{entropy::Cursor, error::Error};
use alloc::{boxed::Box, vec::Vec};
use core::ops::Range;

/// A part of an archive.
#[derive(Debug)]
pub enum Part<'a> {
    /// A frame begins.
    Header(Box<Header>),
    /// A segment of it.
    Segment(View<'a>),
    /// A segment begins that grows, for a parser of a reader that decodes.
    Flow(FlowStart),
    /// Some of its rows.
    Flush(Flush<'a>),
    /// It ends; what the index says of it.
    FlowEnd(FlowEnd, Entry),
    /// A piece of the index behind the segments; it agrees with what was read.
    Index,
    /// The last piece of it: the frame ends.
    End,
    /// A message between frames.
    Message(Message<'a>),
}

/// Where in an archive the reader is.
#[derive(Debug)]
pub struct Parser {
    limit: u64,
    checks_digests: bool,
    frame: Option<Frame>,
}

/// The frame being read.
#[derive(Debug)]
struct Frame {
    header: Box<Header>,
    index: Index,
    segments: usize,
    /// Bytes of the flow being read, if one is.
    flow: Option<u64>,
    footer: Option<Expected>,
}

/// The footer that must come: all of it is known but for notes, and for the root if nobody decodes.
#[derive(Debug)]
struct Expected {
    /// As far as the notes.
    bytes: Vec<u8>,
    /// Bytes of it that have come.
    come: usize,
    /// Where the root lies, if it is not known.
    unknown: Range<usize>,
    /// Whether there must be notes, and whether there may be.
    must_note: bool,
    may_note: bool,
    /// Bytes of the notes that have come, and of the body of the last one that have not.
    notes: u64,
    left: u64,
}

impl Parser {
    /// Reads archives that decode within `limit` bytes of memory.
    pub fn new(limit: u64) -> Self {
        Self { limit, checks_digests: true, frame: None }
    }

    /// Like [`Parser::new`], but for a reader that decodes nothing: the footer is checked against the lengths and lines of
    /// segments, but not against their digests, which are not known.
    pub fn looking(limit: u64) -> Self {
        Self { checks_digests: false, ..Self::new(limit) }
    }

    /// The next part at the start of `input` and the bytes it takes. [`Error::Truncated`] says that `input` ends too
    /// early: call again with more of it, and believe the error when there is no more.
    pub fn next<'a>(&mut self, input: &'a [u8]) -> Result<(Part<'a>, usize), Error> {
        if self.is_at_index(input) {
            return self.index(input);
        }
        let mut cursor = Cursor::new(input);
        let part = match &mut self.frame {
            None if input.first().is_some_and(|byte| Message::may_begin_with(*byte)) => {
                let asked = message::header().memory();
                if asked > self.limit {
                    return Err(Error::Limit { asked, allowed: self.limit });
                }
                Part::Message(Message::read(&mut cursor)?)
            }
            None => self.begin(&mut cursor)?,
            Some(frame) if frame.flow.is_some() => frame.flush(&mut cursor)?,
            Some(frame) if self.checks_digests && FlowStart::begins(input)? => {
                frame.begin_flow(&mut cursor)?
            }
            Some(frame) => Part::Segment(frame.segment(&mut cursor, self.checks_digests)?),
        };
        let bytes = input.len() - cursor.rest().len();
        if let Some(flow) = self.frame.as_mut().and_then(|frame| frame.flow.as_mut()) {
            *flow += bytes as u64;
        }
        Ok((part, bytes))
    }

    /// Whether a piece of the index begins `input`: the parser must have heard of every segment then.
    pub fn is_at_index(&self, input: &[u8]) -> bool {
        let begins = input.first().is_some_and(|byte| Footer::begins_with(*byte));
        self.frame.as_ref().is_some_and(|frame| frame.footer.is_some() || (begins && frame.flow.is_none()))
    }

    /// Tells the parser the digest that decoding the last segment gave; the footer is checked against them.
    pub fn decoded(&mut self, entry: Entry, digest: [u8; 32]) {
        if let Some(frame) = &mut self.frame {
            frame.index.add(entry, digest);
        }
    }

    /// The header of the frame being read.
    pub fn header(&self) -> Option<&Header> {
        self.frame.as_ref().map(|frame| &*frame.header)
    }

    /// Whether the input may end here: not inside a frame.
    pub fn is_between_frames(&self) -> bool {
        self.frame.is_none()
    }

    fn begin<'a>(&mut self, cursor: &mut Cursor<'_>) -> Result<Part<'a>, Error> {
        let before = cursor.rest().len();
        let header = Box::new(Header::read(cursor, self.limit)?);
        let index = Index::new(before - cursor.rest().len());
        self.frame = Some(Frame { header: header.clone(), index, segments: 0, flow: None, footer: None });
        Ok(Part::Header(header))
    }

    /// Compares what has come of the footer, so that a long one is read once and never kept.
    fn index<'a>(&mut self, input: &[u8]) -> Result<(Part<'a>, usize), Error> {
        let Some(frame) = &mut self.frame else { return Err(Error::Truncated) };
        let tag = *input.first().ok_or(Error::Truncated)?;
        let footer = frame.footer.get_or_insert_with(|| Expected::of(&frame.index, tag, self.checks_digests));
        if footer.come < footer.bytes.len() {
            return Ok((Part::Index, footer.compare(input)?));
        }
        if footer.left > 0 || Note::begins_with(tag) {
            return Ok((Part::Index, footer.skip(input)?));
        }
        let bytes = footer.end(input)?;
        self.frame = None;
        Ok((Part::End, bytes))
    }
}

impl Frame {
    fn count(&mut self) -> Result<(), Error> {
        if self.segments >= MAX_SEGMENTS {
            return Err(TOO_MANY);
        }
        self.segments += 1;
        Ok(())
    }

    fn begin_flow<'a>(&mut self, cursor: &mut Cursor<'a>) -> Result<Part<'a>, Error> {
        let start = FlowStart::read(cursor)?;
        self.count()?;
        self.flow = Some(0);
        Ok(Part::Flow(start))
    }

    fn flush<'a>(&mut self, cursor: &mut Cursor<'a>) -> Result<Part<'a>, Error> {
        let before = cursor.rest().len();
        if let Some(flush) = Flush::read(cursor, &self.header)? {
            return Ok(Part::Flush(flush));
        }
        let end = FlowEnd::read(cursor)?;
        let bytes = self.flow.take().unwrap_or(0) + (before - cursor.rest().len()) as u64;
        Ok(Part::FlowEnd(end, Entry { bytes, rows: end.rows }))
    }

    fn segment<'a>(&mut self, cursor: &mut Cursor<'a>, checks_digests: bool) -> Result<View<'a>, Error> {
        let view = View::read(cursor, &self.header)?;
        self.count()?;
        if !checks_digests {
            self.index.add(view.entry(), [0; 32]);
        }
        Ok(view)
    }
}

impl Expected {
    /// The footer that `tag` begins.
    fn of(index: &Index, tag: u8, checks_digests: bool) -> Self {
        let mut bytes = Vec::new();
        let rooted = tag == FOOTER_TAG;
        let footer = if rooted { index.rooted() } else { index.footer() };
        let root = footer.write_index(&mut bytes);
        let unknown = if checks_digests { 0..0 } else { root };
        let must_note = rooted && index.is_short();
        Self { bytes, come: 0, unknown, must_note, may_note: rooted, notes: 0, left: 0 }
    }

    /// How many bytes of `input`, which are some, are the next ones of the footer.
    fn compare(&mut self, input: &[u8]) -> Result<usize, Error> {
        let rest = self.bytes.get(self.come..).unwrap_or_default();
        let pairs = (self.come..).zip(rest.iter().zip(input));
        let wrong = pairs.filter(|(at, _)| !self.unknown.contains(at)).any(|(_, (a, b))| a != b);
        if wrong {
            return Err(MISMATCH);
        }
        let bytes = rest.len().min(input.len());
        self.come += bytes;
        Ok(bytes)
    }

    /// How many bytes of `input` are the head of a note, or more of its body.
    fn skip(&mut self, input: &[u8]) -> Result<usize, Error> {
        if !self.may_note {
            return Err(MISMATCH);
        }
        let skipped = if self.left > 0 {
            let bytes = self.left.min(input.len() as u64);
            self.left -= bytes;
            bytes
        } else {
            let mut cursor = Cursor::new(input);
            self.left = note::read_head(&mut cursor, MAX_FOOTER_NOTES - self.notes)?.1;
            (input.len() - cursor.rest().len()) as u64
        };
        self.notes += skipped;
        Ok(skipped as usize)
    }

    /// How many bytes of `input` are the length that ends the footer.
    fn end(&self, input: &[u8]) -> Result<usize, Error> {
        if self.must_note && self.notes == 0 {
            return Err(MISMATCH);
        }
        let length = reversed(self.bytes.len() as u64 + self.notes);
        match input.get(..length.len()) {
            Some(come) if come == length => Ok(length.len()),
            None if length.starts_with(input) => Err(Error::Truncated),
            _ => Err(MISMATCH),
        }
    }
}

const MISMATCH: Error = Error::Corrupt("the footer does not match the segments");
