//! Cuts the bytes of archives and messages, one after the other, into their parts: sans-IO, fed by whoever reads.

use super::{Entry, FOOTER_TAG, Footer, Header, Index, Message, View, message};
use crate::{Error, entropy::Cursor};
use alloc::boxed::Box;

/// A part of an archive.
#[derive(Debug)]
pub enum Part<'a> {
    /// A frame begins.
    Header(Box<Header>),
    /// A segment of it.
    Segment(View<'a>),
    /// It ends; the index agreed with what was read.
    Footer(Footer),
    /// A message between frames.
    Message(Message<'a>),
}

/// Where in an archive the reader is.
#[derive(Debug)]
pub struct Parser {
    limit: u64,
    frame: Option<Frame>,
}

/// The frame being read.
#[derive(Debug)]
struct Frame {
    header: Box<Header>,
    index: Index,
}

impl Parser {
    /// Reads archives that decode within `limit` bytes of memory.
    pub fn new(limit: u64) -> Self {
        Self { limit, frame: None }
    }

    /// The next part at the start of `input` and the bytes it takes. [`Error::Truncated`] says that `input` ends too
    /// early: call again with more of it, and believe the error when there is no more.
    pub fn next<'a>(&mut self, input: &'a [u8]) -> Result<(Part<'a>, usize), Error> {
        let mut cursor = Cursor::new(input);
        let part = match &self.frame {
            None if input.first().is_some_and(|byte| Message::may_begin_with(*byte)) => {
                let asked = message::header().memory();
                if asked > self.limit {
                    return Err(Error::Limit { asked, allowed: self.limit });
                }
                Part::Message(Message::read(&mut cursor)?)
            }
            None => self.begin(&mut cursor)?,
            Some(frame) if input.first() == Some(&FOOTER_TAG) => {
                let footer = Footer::read(&mut cursor)?;
                if footer != frame.index.footer() {
                    return Err(Error::Corrupt("the footer does not match the segments"));
                }
                self.frame = None;
                Part::Footer(footer)
            }
            Some(frame) => Part::Segment(View::read(&mut cursor, &frame.header)?),
        };
        Ok((part, input.len() - cursor.rest().len()))
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
        self.frame = Some(Frame { header: header.clone(), index });
        Ok(Part::Header(header))
    }
}
