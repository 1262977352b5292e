//! An archive whose end is not whole: where it can be cut, and the footer that it lacks.
//!
//! What a writer leaves that died is whole segments, and perhaps the beginning of one more. What cannot be read for another
//! reason is damage: cutting there would lose what stands behind it, so that is refused.

use super::{
    disk::Disk,
    effort::Effort,
    feed::Feed,
    genes::Genes,
    input::Input,
    walk::{Piece, Walk},
};
use crate::failure::{Failure, Outcome};
use qres_core::{
    Error,
    archive::Frame,
    entropy::Cursor,
    frame::{Entry, FlowReader, FlowStart, Flush, Header, Index, MAGIC, Prior, View},
    parallel::Sequential,
};
use std::{
    fs::File,
    io::{self, Seek, SeekFrom, Write},
    path::Path,
    sync::Arc,
};

/// How an archive is made whole.
#[derive(Debug, Default)]
pub(crate) struct Mending {
    /// Where it is cut.
    pub(crate) end: u64,
    /// Bytes that are cut off.
    pub(crate) torn: u64,
    /// The footer that is added.
    pub(crate) footer: Vec<u8>,
    /// Segments of the frame that gets it.
    pub(crate) segments: u64,
}

impl Mending {
    /// Whether there is nothing to do.
    pub(crate) fn is_idle(&self) -> bool {
        self.torn == 0 && self.footer.is_empty()
    }

    /// Mends `file`, and leaves it at its end. Cut off at any instant, it can be mended again.
    pub(crate) fn apply(&self, file: &mut File) -> io::Result<()> {
        if self.torn > 0 {
            file.set_len(self.end)?;
        }
        file.seek(SeekFrom::Start(self.end))?;
        file.write_all(&self.footer)
    }

    /// Bytes of the archive when it is mended.
    pub(crate) fn length(&self) -> u64 {
        self.end + self.footer.len() as u64
    }
}

/// Finds out what the archive at `path`, which is open as `file`, lacks; decoding may take `limit` bytes of memory.
pub(crate) fn examine(file: &mut File, path: &Path, genes: &Genes, limit: u64) -> Outcome<Mending> {
    let input = Input::open(path)?;
    let name = input.to_string();
    let failed = || Failure::reading(name.clone());
    let length = file.metadata().map_err(failed())?.len();
    if length == 0 || Frame::before(&Disk(file), length).map_err(failed())?.is_some() {
        return Ok(Mending { end: length, ..Mending::default() });
    }
    let found = Found::of(input, limit)?;
    let (mending, holds_more) = match found.open {
        Some(at) => Open::at(at, path, genes, limit)?.mend(found.end)?,
        None => (Mending { end: found.end, ..Mending::default() }, found.is_odd),
    };
    if holds_more {
        let what = format!("{name} is damaged at byte {}, and more follows", mending.end);
        return Err(Failure::refused(what, "save what is whole with `qres decompress --salvage`"));
    }
    Ok(Mending { torn: length - mending.end, ..mending })
}

/// What the heads of the parts say.
#[derive(Debug, Default)]
struct Found {
    /// Where the last part ends that can be read.
    end: u64,
    /// Where the frame begins that has no footer.
    open: Option<u64>,
    /// What follows is not what a writer leaves that died.
    is_odd: bool,
}

impl Found {
    fn of(input: Input, limit: u64) -> Outcome<Self> {
        let mut found = Self::default();
        let mut walk = Walk::new(Feed::new(input), limit);
        let mut step = |at: u64, bytes: usize, piece: Piece<'_>, _: &Header| {
            if !matches!(piece, Piece::Index) {
                found.end = at + bytes as u64;
            }
            match piece {
                Piece::Header => found.open = Some(at),
                Piece::Footer => found.open = None,
                Piece::Index | Piece::Segment(_) | Piece::Message(_) => {}
            }
            Ok(())
        };
        let ended = loop {
            match walk.next(&mut step) {
                Ok(Some(())) => {}
                other => break other,
            }
        };
        match ended {
            Ok(_) => Ok(found),
            Err(failure) => match failure.cause() {
                Some(Error::Truncated) if found.end > 0 => Ok(found),
                Some(Error::Corrupt(_) | Error::NotArchive) if found.end > 0 => {
                    Ok(Self { is_odd: true, ..found })
                }
                _ => Err(failure),
            },
        }
    }
}

/// Bytes behind what is whole that are looked at.
const AHEAD: usize = 64 << 10;

/// What is whole of a segment that grew.
struct Flow {
    entry: Entry,
    digest: [u8; 32],
    /// Whether what follows is what a writer leaves that died.
    is_torn: bool,
}

/// A frame without a footer, read from behind its header on.
struct Open {
    feed: Feed,
    at: u64,
    header: Header,
    prior: Option<Arc<Prior>>,
}

impl Open {
    fn at(at: u64, path: &Path, genes: &Genes, limit: u64) -> Outcome<Self> {
        let mut input = Input::open(path)?;
        let name = input.to_string();
        if let Some(file) = input.seekable() {
            file.seek(SeekFrom::Start(at)).map_err(Failure::reading(&name))?;
        }
        let mut feed = Feed::new(input);
        let header = feed.part(|front| {
            let mut cursor = Cursor::new(front);
            Ok((Header::read(&mut cursor, limit)?, front.len() - cursor.rest().len()))
        });
        let header = header.map_err(|stop| feed.failure(stop))?;
        let prior = genes.prior(&name, &header)?;
        match header.gene.filter(|_| prior.is_none()) {
            Some(gene) => Err(Failure::archive(&name, at, Error::Gene(gene))),
            None => Ok(Self { feed, at, header, prior }),
        }
    }

    /// Decodes the segments up to byte `end` as far as they are what was written: how to end the frame there, and whether
    /// something that can be read stands behind.
    fn mend(mut self, end: u64) -> Outcome<(Mending, bool)> {
        let mut index = Index::new(usize::try_from(self.feed.at()).unwrap_or(usize::MAX));
        let mut segments = 0;
        while self.at + self.feed.at() < end
            && let Some((entry, digest)) = self.segment()
        {
            index.add(entry, digest);
            segments += 1;
        }
        let mut footer = Vec::new();
        let mut is_damaged = false;
        if let Some(Flow { entry, digest, is_torn }) = self.flow(&mut footer) {
            index.add(entry, digest);
            segments += 1;
            is_damaged = !is_torn;
        }
        index.footer().write(&mut footer);
        let end = self.at + self.feed.at();
        Ok((Mending { end, torn: 0, footer, segments }, is_damaged || self.holds_more()?))
    }

    /// Takes what is whole of a segment that grew, and appends the end that it lacks.
    fn flow(&mut self, out: &mut Vec<u8>) -> Option<Flow> {
        let from = self.feed.at();
        let resolved = self.header.resolved(self.prior.as_deref()).ok()?;
        let begun = self.feed.part(|front| {
            let mut cursor = Cursor::new(front);
            let start = FlowStart::read(&mut cursor)?;
            Ok((FlowReader::new(start, &resolved)?, front.len() - cursor.rest().len()))
        });
        let mut reader = begun.ok()?;
        let mut flush = || {
            let flushed = self.feed.part(|front| {
                let mut cursor = Cursor::new(front);
                let flush = Flush::read(&mut cursor, &resolved)?.ok_or(Error::Corrupt("no rows"))?;
                reader.flush(&flush, &mut Vec::new())?;
                Ok(((), front.len() - cursor.rest().len()))
            });
            flushed.ok()
        };
        while flush().is_some() {}
        while self.feed.front().len() < AHEAD && self.feed.more().ok()? {}
        let end = reader.end();
        let digest = reader.finish(&end).ok()?;
        end.write(out);
        let bytes = self.feed.at() - from + out.len() as u64;
        let is_torn = reader.is_torn(self.feed.front(), &resolved);
        Some(Flow { entry: Entry { bytes, rows: end.rows }, digest, is_torn })
    }

    /// Takes the next segment, if it decodes.
    fn segment(&mut self) -> Option<(Entry, [u8; 32])> {
        let effort = Effort::default();
        effort.allow(self.header.segment_limit());
        self.try_segment(&effort)
    }

    /// Takes the next segment, if it decodes and trying that is not too much.
    fn try_segment(&mut self, effort: &Effort) -> Option<(Entry, [u8; 32])> {
        let (header, prior) = (&self.header, self.prior.as_deref());
        let part = self.feed.part(|front| {
            let mut cursor = Cursor::new(front);
            let view = View::read(&mut cursor, header)?;
            let decode = || view.decode_with(&Sequential, prior, header, &mut Vec::new()).ok();
            let digest = effort.attempt(view.text_bytes, decode).ok_or(Error::Corrupt("no segment"))?;
            Ok(((view.entry(), digest), front.len() - cursor.rest().len()))
        });
        part.ok()
    }

    /// Whether something that can be read stands behind the place where the archive would be cut.
    fn holds_more(mut self) -> Outcome<bool> {
        let effort = Effort::default();
        effort.allow(self.header.segment_limit());
        // The footer is what stands there first if one byte of it is wrong.
        while !self.feed.is_at_end()? {
            self.feed.advance(1);
            effort.passed(1);
            while self.feed.front().len() < MAGIC.len() && self.feed.more()? {}
            if self.feed.front().starts_with(&MAGIC) || self.try_segment(&effort).is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
