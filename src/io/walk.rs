//! An archive read front to back without decoding what nobody asks for.

use super::feed::{Ending, Feed, Stop, inside};
use crate::failure::Outcome;
use qres_core::{
    Error,
    entropy::Cursor,
    frame::{FlowReader, Header, Message, Parser, Part, View, message},
};

/// A part of an archive, as far as its frame tells.
#[derive(Debug)]
pub(crate) enum Piece<'a> {
    /// A frame begins.
    Header,
    /// A segment, not decoded and so not checked.
    Segment(View<'a>),
    /// Some of the index behind the segments.
    Index,
    /// The rest of it: the frame ends.
    Footer,
    /// A message, not decoded.
    Message(Message<'a>),
}

/// Goes from part to part.
#[derive(Debug)]
pub(crate) struct Walk {
    feed: Feed,
    parser: Parser,
    /// Of the frame; what stands for it between frames.
    header: Header,
    /// The rows of a segment that has no end were the last part: its writer goes on, or died.
    cut_off: Option<Stop>,
}

impl Walk {
    /// Begins at the front of `feed`; refuses what needs more than `limit` bytes of memory.
    pub(crate) fn new(feed: Feed, limit: u64) -> Self {
        Self { feed, parser: Parser::looking(limit), header: message::header(), cut_off: None }
    }

    /// How the archive ends, once all of it has been visited.
    pub(crate) fn ending(&self) -> Ending {
        self.feed.ending()
    }

    /// Visits the next part: where it begins, its bytes, itself, and its frame's header or what stands for one. A long
    /// footer comes in several parts. `None` at the end.
    pub(crate) fn next<T>(
        &mut self,
        mut visit: impl FnMut(u64, usize, Piece<'_>, &Header) -> Result<T, Error>,
    ) -> Outcome<Option<T>> {
        if let Some(stop) = self.cut_off.take() {
            return self.end(stop);
        }
        // No bytes at all are no archive: only between frames may the input end.
        if self.parser.is_between_frames() && self.feed.at() > 0 && self.feed.is_after_last_frame()? {
            return Ok(None);
        }
        let at = self.feed.at();
        let Self { feed, parser, header, .. } = self;
        let visited = feed.part(|front| {
            let (part, bytes) = parser.next(front)?;
            let piece = match part {
                Part::Header(begun) => {
                    *header = *begun;
                    Piece::Header
                }
                Part::Segment(view) => Piece::Segment(view),
                // This parser decodes nothing, and so gives flows as a whole.
                Part::Flow(_) | Part::Flush(_) | Part::FlowEnd(..) => {
                    return Err(Error::Corrupt("rows of no segment"));
                }
                Part::Index => Piece::Index,
                Part::End => Piece::Footer,
                Part::Message(message) => {
                    *header = message::header();
                    Piece::Message(message)
                }
            };
            Ok((visit(at, bytes, piece, header), bytes))
        });
        match visited {
            Ok(Ok(visited)) => Ok(Some(visited)),
            Ok(Err(error)) => Err(self.feed.corrupt(at, inside(error))),
            Err(stop @ (Stop::Growing | Stop::Archive(Error::Truncated))) => {
                let Some((flow, bytes)) = FlowReader::closed(self.feed.front(), &self.header) else {
                    return self.end(stop);
                };
                let view = View::read(&mut Cursor::new(&flow), &self.header);
                let visited = view.and_then(|view| visit(at, bytes, Piece::Segment(view), &self.header));
                let visited = visited.map_err(|error| self.feed.corrupt(at, inside(error)))?;
                self.feed.advance(bytes);
                self.cut_off = Some(stop);
                Ok(Some(visited))
            }
            Err(stop) => Err(self.feed.failure(stop)),
        }
    }

    fn end<T>(&self, stop: Stop) -> Outcome<Option<T>> {
        match stop {
            Stop::Growing => Ok(None),
            stop => Err(self.feed.failure(stop)),
        }
    }
}
