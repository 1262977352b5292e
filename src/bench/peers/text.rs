//! Codecs of text: qres itself and the general compressors.

use super::{TextCodec, Tried};
use crate::io::cutter::Unit;
use qres_core::{
    codec::Level,
    frame::{Config, Header, Index, Input, Parser, Part, Segment, Tolerance, Tolerances},
};
use std::io::{Read, Write};

/// Text in a segment, as the command line cuts it.
const SEGMENT: usize = 4 << 20;
/// Memory that a decoder may take, as the command line limits it.
const MEMORY: u64 = 1 << 30;

/// qres at a level.
pub(super) struct Qres {
    pub(super) level: Level,
    /// How far numbers may move.
    pub(super) within: Tolerance,
}

/// How the command line would do it.
fn config(level: Level) -> Config {
    Config { level, input: Input::Text, segment: SEGMENT }
}

impl TextCodec for Qres {
    fn encode(&self, text: &[u8]) -> Tried<Vec<u8>> {
        let level = self.level;
        let mut cuts = cut(text).peekable();
        let first = cuts.peek().copied().unwrap_or_default();
        let mut header = Header::detect(first, &config(level));
        if !self.within.is_exact() {
            header.within(Tolerances::new(self.within), first);
        }
        let mut archive = Vec::new();
        header.write(&mut archive);
        let mut index = Index::new(archive.len());
        for (place, cut) in cuts.enumerate() {
            let segment = Segment::encode(cut, &header, place == 0, level);
            index.push(&segment);
            archive.extend_from_slice(&segment.bytes);
        }
        index.footer().write(&mut archive);
        Ok(archive)
    }

    fn decode(&self, archive: &[u8], text_bytes: usize) -> Tried<Vec<u8>> {
        let mut parser = Parser::new(MEMORY);
        let mut text = Vec::with_capacity(text_bytes);
        let mut rest = archive;
        while !rest.is_empty() {
            let (part, bytes) = parser.next(rest)?;
            if let Part::Segment(view) = part {
                let header = parser.header().ok_or("a segment without a header")?.clone();
                let digest = view.decode(&header, &mut text)?;
                parser.decoded(view.entry(), digest);
            }
            rest = rest.get(bytes..).unwrap_or_default();
        }
        Ok(text)
    }
}

/// The text of one segment after the other.
fn cut(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (cut, behind) = match rest.get(..SEGMENT) {
            Some(full) => rest.split_at(Unit::Line.cut(full)),
            None => (rest, &[][..]),
        };
        rest = behind;
        Some(cut).filter(|cut| !cut.is_empty())
    })
}

/// lz4, block format.
pub(super) struct Lz4;

impl TextCodec for Lz4 {
    fn encode(&self, text: &[u8]) -> Tried<Vec<u8>> {
        Ok(lz4_flex::compress(text))
    }

    fn decode(&self, archive: &[u8], text_bytes: usize) -> Tried<Vec<u8>> {
        Ok(lz4_flex::decompress(archive, text_bytes)?)
    }
}

/// zstd at a level.
pub(super) struct Zstd(pub(super) u32);

impl TextCodec for Zstd {
    fn encode(&self, text: &[u8]) -> Tried<Vec<u8>> {
        Ok(zstd::bulk::compress(text, i32::try_from(self.0)?)?)
    }

    fn decode(&self, archive: &[u8], text_bytes: usize) -> Tried<Vec<u8>> {
        Ok(zstd::bulk::decompress(archive, text_bytes)?)
    }
}

/// xz at a level, `extreme` as with `xz -e`.
pub(super) struct Xz {
    pub(super) level: u32,
    pub(super) extreme: bool,
}

impl TextCodec for Xz {
    fn encode(&self, text: &[u8]) -> Tried<Vec<u8>> {
        use liblzma::{stream, write::XzEncoder};
        let preset = self.level | u32::from(self.extreme) << 31;
        let options = stream::Stream::new_easy_encoder(preset, stream::Check::Crc64)?;
        let mut encoder = XzEncoder::new_stream(Vec::new(), options);
        encoder.write_all(text)?;
        Ok(encoder.finish()?)
    }

    fn decode(&self, archive: &[u8], text_bytes: usize) -> Tried<Vec<u8>> {
        let mut text = Vec::with_capacity(text_bytes);
        liblzma::read::XzDecoder::new(archive).read_to_end(&mut text)?;
        Ok(text)
    }
}

/// brotli at a quality, with a window as large as zstd -19 has.
pub(super) struct Brotli(pub(super) u32);

impl TextCodec for Brotli {
    fn encode(&self, text: &[u8]) -> Tried<Vec<u8>> {
        let quality = i32::try_from(self.0)?;
        let params = brotli::enc::BrotliEncoderParams {
            quality,
            lgwin: 23,
            size_hint: text.len(),
            ..Default::default()
        };
        let mut archive = Vec::new();
        brotli::BrotliCompress(&mut &*text, &mut archive, &params)?;
        Ok(archive)
    }

    fn decode(&self, archive: &[u8], text_bytes: usize) -> Tried<Vec<u8>> {
        let mut text = Vec::with_capacity(text_bytes);
        brotli::BrotliDecompress(&mut &*archive, &mut text)?;
        Ok(text)
    }
}
