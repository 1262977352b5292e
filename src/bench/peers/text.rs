//! Codecs of text: qres itself and the general compressors.

use super::{TextCodec, Tried};
use qres_core::{Options, Reader, archive::Bound, codec::Level, frame::Tolerance};
use std::io::{Read, Write};

/// Memory that a decoder may take, as the command line limits it.
const MEMORY: u64 = 1 << 30;

/// qres at a level.
pub(super) struct Qres {
    pub(super) level: Level,
    /// How far numbers may move.
    pub(super) within: Tolerance,
}

impl TextCodec for Qres {
    fn encode(&self, text: &[u8]) -> Tried<Vec<u8>> {
        let bounds = if self.within.is_exact() { Vec::new() } else { vec![Bound::all(self.within)] };
        Ok(qres_core::compress(text, &Options { level: self.level, bounds, ..Options::default() })?)
    }

    fn decode(&self, archive: &[u8], text_bytes: usize) -> Tried<Vec<u8>> {
        let (mut reader, mut text) = (Reader::new(MEMORY), Vec::with_capacity(text_bytes));
        reader.read(archive, &mut text)?;
        reader.finish()?;
        Ok(text)
    }
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
