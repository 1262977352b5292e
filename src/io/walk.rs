//! An archive read front to back without decoding what nobody asks for.

use super::archive::{Feed, inside};
use crate::error::Outcome;
use qres_core::{
    Error,
    entropy::Cursor,
    frame::{Footer, Header, Message, View, message},
};

/// A part of an archive, as far as its frame tells.
#[derive(Debug)]
pub(crate) enum Piece<'a> {
    /// A frame begins.
    Header,
    /// A segment, not decoded and so not checked.
    Segment(View<'a>),
    /// It ends.
    Footer,
    /// A message, not decoded.
    Message(Message<'a>),
}

/// Goes from part to part.
#[derive(Debug)]
pub(crate) struct Walk {
    feed: Feed,
    limit: u64,
    header: Option<Header>,
}

impl Walk {
    /// Begins at the front of `feed`; refuses what needs more than `limit` bytes of memory.
    pub(crate) fn new(feed: Feed, limit: u64) -> Self {
        Self { feed, limit, header: None }
    }

    /// Visits the next part: where it begins, its bytes, itself, and its frame's header or what stands for one. `None` at
    /// the end.
    pub(crate) fn next<T>(
        &mut self,
        mut visit: impl FnMut(u64, usize, Piece<'_>, &Header) -> Result<T, Error>,
    ) -> Outcome<Option<T>> {
        // No bytes at all are no archive: only between frames may the input end.
        if self.header.is_none() && self.feed.at() > 0 && self.feed.is_at_end()? {
            return Ok(None);
        }
        let (at, limit) = (self.feed.at(), self.limit);
        let header = &mut self.header;
        let visited = self.feed.part(|front| {
            let mut cursor = Cursor::new(front);
            let Some(known) = header.as_ref() else {
                if front.first().is_some_and(|byte| Message::may_begin_with(*byte)) {
                    let message = Message::read(&mut cursor)?;
                    let bytes = front.len() - cursor.rest().len();
                    return Ok((visit(at, bytes, Piece::Message(message), &message::header()), bytes));
                }
                let begun = Header::read(&mut cursor, limit)?;
                let bytes = front.len() - cursor.rest().len();
                let visited = visit(at, bytes, Piece::Header, &begun);
                *header = Some(begun);
                return Ok((visited, bytes));
            };
            let (piece, bytes) = read(front, known)?;
            let ends = matches!(piece, Piece::Footer);
            let visited = visit(at, bytes, piece, known);
            if ends {
                *header = None;
            }
            Ok((visited, bytes))
        });
        match visited {
            Ok(Ok(visited)) => Ok(Some(visited)),
            Ok(Err(error)) => Err(self.feed.corrupt(at, inside(error))),
            Err(stop) => Err(self.feed.failure(stop)),
        }
    }
}

/// The segment or footer at the front, and its bytes.
pub(crate) fn read<'a>(front: &'a [u8], header: &Header) -> Result<(Piece<'a>, usize), Error> {
    let mut cursor = Cursor::new(front);
    let piece = match Footer::read(&mut cursor) {
        Ok(_) => Piece::Footer,
        Err(Error::Truncated) => return Err(Error::Truncated),
        Err(_) => {
            cursor = Cursor::new(front);
            Piece::Segment(View::read(&mut cursor, header)?)
        }
    };
    Ok((piece, front.len() - cursor.rest().len()))
}
