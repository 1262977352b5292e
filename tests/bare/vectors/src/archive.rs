//! Whole archives in memory, for tests and benchmarks.

use alloc::vec::Vec;
use qres_core::{Error, Options, Reader, Writer, frame::Config};

/// The archive of `bytes`.
pub fn compress(bytes: &[u8], config: &Config) -> Vec<u8> {
    let Config { level, input, segment } = *config;
    let options = Options { level, input, segment, ..Options::default() };
    qres_core::compress(bytes, &options).unwrap_or_default()
}

/// The archive of `bytes`, flushed after every so many lines.
pub fn stream(bytes: &[u8], config: &Config, lines: usize) -> Vec<u8> {
    let Config { level, input, segment } = *config;
    let mut writer = Writer::new(Options { level, input, segment, live: true, ..Options::default() });
    let mut out = Vec::new();
    let rows: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    for flush in rows.chunks(lines.max(1)) {
        let written = writer.write(&flush.concat(), &mut out).and_then(|()| writer.flush(&mut out));
        if written.is_err() {
            return Vec::new();
        }
    }
    writer.finish(&mut out).map_or_else(|_| Vec::new(), |()| out)
}

/// What all archives in `bytes`, one after the other, decode to; none at all is a truncated one.
pub fn decompress(bytes: &[u8], limit: u64) -> Result<Vec<u8>, Error> {
    let (mut reader, mut out) = (Reader::new(limit), Vec::new());
    reader.read(bytes, &mut out)?;
    reader.finish()?;
    Ok(out)
}

/// As [`decompress`], for an archive that comes in pieces of so many bytes, in turn.
pub fn decompress_pieces(bytes: &[u8], limit: u64, pieces: &[usize]) -> Result<Vec<u8>, Error> {
    let (mut reader, mut out) = (Reader::new(limit), Vec::new());
    let (mut rest, mut sizes) = (bytes, pieces.iter().cycle());
    while !rest.is_empty() {
        let size = sizes.next().copied().unwrap_or(1).clamp(1, rest.len());
        let (piece, behind) = rest.split_at(size);
        reader.read(piece, &mut out)?;
        rest = behind;
    }
    reader.finish()?;
    Ok(out)
}
