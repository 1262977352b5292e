//! Where the frames and segments of an archive lie, read from the footers at its end without reading the rest.

use qres_core::{
    entropy::Cursor,
    frame::{Entry, Footer, MAGIC, MOST_SEGMENTS},
};
use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
};

/// A frame and where it begins.
#[derive(Debug)]
pub(crate) struct Placed {
    /// Where its header begins.
    pub(crate) at: u64,
    /// What its footer says.
    pub(crate) footer: Footer,
}

impl Placed {
    /// Its segments and where they begin.
    pub(crate) fn segments(&self) -> impl Iterator<Item = (u64, Entry)> {
        let first = self.at + self.footer.header_bytes;
        self.footer.entries.iter().scan(first, |next, &entry| {
            let at = *next;
            *next += entry.bytes;
            Some((at, entry))
        })
    }

    /// Where its footer begins.
    pub(crate) fn footer_at(&self) -> u64 {
        self.segments().last().map_or(self.at + self.footer.header_bytes, |(at, entry)| at + entry.bytes)
    }
}

/// The frames of `file`, in order; `None` if its end does not lead to its beginning, or if so many parts lie between that
/// knowing their places takes more than `limit` bytes of memory.
pub(crate) fn read(file: &mut File, limit: u64) -> io::Result<Option<Vec<Placed>>> {
    let mut end = file.metadata()?.len();
    let (mut frames, mut taken) = (Vec::new(), 0);
    while end > 0 {
        let Some(frame) = last_frame(file, end)? else { return Ok(None) };
        end = frame.at;
        taken += size_of::<Placed>() + frame.footer.entries.capacity() * size_of::<Entry>();
        if taken as u64 > limit {
            return Ok(None);
        }
        frames.push(frame);
    }
    frames.reverse();
    Ok(Some(frames).filter(|frames| !frames.is_empty()))
}

/// Limit: bytes of a footer, whose numbers are varints.
const MOST_FOOTER: u64 = 64 + 20 * (MOST_SEGMENTS as u64 + 1);

/// The frame that ends at byte `end` and counts.
pub(crate) fn last_frame(file: &mut File, end: u64) -> io::Result<Option<Placed>> {
    let tail = bytes_at(file, end - end.min(10), end.min(10))?;
    let Some(length) = Footer::length_from_end(&tail).ok().filter(|&length| length <= end.min(MOST_FOOTER))
    else {
        return Ok(None);
    };
    let bytes = bytes_at(file, end - length, length)?;
    let Ok(footer) = Footer::read(&mut Cursor::new(&bytes)) else { return Ok(None) };
    let Some(at) = footer.frame_bytes(length).and_then(|bytes| end.checked_sub(bytes)) else {
        return Ok(None);
    };
    let counts = bytes_at(file, at, MAGIC.len() as u64)? == MAGIC;
    Ok(counts.then_some(Placed { at, footer }))
}

/// Reads `length` bytes from byte `at` on, fewer if the file has become shorter.
pub(crate) fn bytes_at(file: &mut File, at: u64, length: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::new();
    Read::take(&mut *file, length).read_to_end(&mut bytes)?;
    Ok(bytes)
}
