//! Whole archives in memory: the shortest way through the container's parts, for tests and benchmarks.

use alloc::vec::Vec;
use qres_core::{
    Error,
    frame::{Config, Header, Index, Input, Parser, Part, Segment, message},
};

/// The archive of `bytes`, cut into segments as the command line cuts them.
pub fn compress(bytes: &[u8], config: &Config) -> Vec<u8> {
    let mut segments = cut(bytes, config).into_iter();
    let first = segments.next();
    let mut header = Header::detect(first.unwrap_or_default(), config);
    if segments.len() == 0 {
        header = header.alone(bytes, config.level);
    }
    let mut out = Vec::new();
    header.write(&mut out);
    let mut index = Index::new(out.len());
    let numbered = first.into_iter().chain(segments).zip(0..);
    for (text, number) in numbered {
        let segment = Segment::encode(text, &header, number == 0, config.level);
        index.push(&segment);
        out.extend_from_slice(&segment.bytes);
    }
    index.footer().write(&mut out);
    out
}

/// What all archives in `bytes`, one after the other, decode to; none at all is a truncated one.
pub fn decompress(bytes: &[u8], limit: u64) -> Result<Vec<u8>, Error> {
    let mut parser = Parser::new(limit);
    let (mut rest, mut out) = (bytes, Vec::new());
    loop {
        let (part, used) = parser.next(rest)?;
        if let Part::Segment(view) = part {
            let header = parser.header().cloned().ok_or(Error::Corrupt("a segment without a header"))?;
            let digest = view.decode(&header, &mut out)?;
            parser.decoded(view.entry(), digest);
        }
        rest = rest.get(used..).unwrap_or_default();
        if rest.is_empty() && parser.is_between_frames() {
            return Ok(out);
        }
    }
}

/// As [`decompress`], for an archive that comes in pieces of so many bytes, in turn; and how many bytes the parser has used,
/// all of which were looked at once.
pub fn decompress_pieces(bytes: &[u8], limit: u64, pieces: &[usize]) -> (Result<Vec<u8>, Error>, usize) {
    let mut parser = Parser::new(limit);
    let (mut used, mut come, mut out) = (0, 0, Vec::new());
    let mut sizes = pieces.iter().cycle();
    loop {
        let front = bytes.get(used..come).unwrap_or_default();
        match parser.next(front) {
            Ok((part, taken)) => {
                used += taken;
                let Part::Segment(view) = part else { continue };
                let header = parser.header().cloned().unwrap_or_else(message::header);
                match view.decode(&header, &mut out) {
                    Ok(digest) => parser.decoded(view.entry(), digest),
                    Err(error) => return (Err(error), used),
                }
            }
            Err(Error::Truncated) if come == bytes.len() => {
                let whole = parser.is_between_frames() && used == come && come > 0;
                return (if whole { Ok(out) } else { Err(Error::Truncated) }, used);
            }
            Err(Error::Truncated) => come = bytes.len().min(come + sizes.next().copied().unwrap_or(1).max(1)),
            Err(error) => return (Err(error), used),
        }
    }
}

/// Cuts at the last line end (raw samples: row end) that fits, or anywhere if none does.
fn cut<'a>(mut bytes: &'a [u8], config: &Config) -> Vec<&'a [u8]> {
    let mut segments = Vec::new();
    while let Some((most, _)) = bytes.split_at_checked(config.segment) {
        let whole = match config.input {
            Input::Text => most.iter().rposition(|&byte| byte == b'\n').map(|end| end + 1),
            Input::Raw(raw) => Some(most.len() / raw.row_bytes() * raw.row_bytes()),
        };
        let (segment, rest) = bytes.split_at(whole.filter(|&end| end > 0).unwrap_or(most.len()));
        segments.push(segment);
        bytes = rest;
    }
    segments.push(bytes);
    segments.retain(|segment| !segment.is_empty());
    segments
}
