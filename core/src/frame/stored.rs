//! Priors as bytes: a header and a segment, which is read as any other and leaves its models.

use super::{Config, Header, Prior, Segment, View};
use crate::{
    codec::{Level, Part},
    entropy::Cursor,
    error::Error,
    table::Input,
};
use alloc::vec::Vec;

impl Prior {
    /// Learns from `text` and gives the bytes that [`Prior::read`] reads; `None` if it is not a table.
    pub fn train(text: &[u8], level: Level) -> Option<Vec<u8>> {
        let left_out = [Part::Season, Part::Echo, Part::Divisors, Part::Groups, Part::Samples, Part::Plain];
        let level = left_out.into_iter().fold(level.max(Level::SQUARES), Level::without);
        let header = Header::detect(text, &Config { level, input: Input::Text, segment: text.len().max(1) });
        let segment = Segment::encode(text, &header, true, level);
        let mut out = Vec::new();
        header.write(&mut out);
        out.extend(segment.bytes);
        Self::read(&out, u64::MAX).ok().map(|_| out)
    }

    /// Returns the rows that were learnt from, with the names before them; decoding may take so many bytes of memory.
    ///
    /// # Errors
    ///
    /// As [`Prior::read`].
    pub fn text(bytes: &[u8], limit: u64) -> Result<Vec<u8>, Error> {
        let mut cursor = Cursor::new(bytes);
        let header = Header::read(&mut cursor, limit)?;
        let mut text = Vec::new();
        View::read(&mut cursor, &header)?.decode(&header, &mut text)?;
        Ok(text)
    }

    /// Reads what was learnt; decoding may take so many bytes of memory.
    pub fn read(bytes: &[u8], limit: u64) -> Result<Self, Error> {
        let mut cursor = Cursor::new(bytes);
        let header = Header::read(&mut cursor, limit)?;
        let view = View::read(&mut cursor, &header)?;
        if !cursor.rest().is_empty() {
            return Err(Error::Corrupt("something behind the segment of a prior"));
        }
        let (layout, body) = view.table(&header)?.ok_or(Error::Corrupt("a prior without a table"))?;
        let decoded = body.remember()?;
        let sense = body.sense;
        let presence = body.presence();
        Ok(Self::of(layout.into_owned(), decoded, sense, presence))
    }
}
