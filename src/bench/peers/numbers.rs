//! pcodec, and how several columns are put into one archive.
//!
//! ```text
//! archive := column*
//! column  := kind u8 (0 integers, 1 doubles, 2 singles) | values u32 | bytes u32 | bytes of the codec
//! ```

use super::{
    Tried, ValuesCodec,
    values::{Choice, Numeric, Series},
};
use pco::{
    ChunkConfig,
    data_types::Number,
    standalone::{simple_compress, simple_decompress},
};

/// A column in an archive.
pub(super) struct Packed<'a> {
    pub(super) kind: u8,
    pub(super) values: usize,
    pub(super) bytes: &'a [u8],
}

/// Appends a column.
pub(super) fn put(archive: &mut Vec<u8>, kind: u8, values: usize, bytes: &[u8]) -> Tried<()> {
    archive.push(kind);
    archive.extend(u32::try_from(values)?.to_le_bytes());
    archive.extend(u32::try_from(bytes.len())?.to_le_bytes());
    archive.extend_from_slice(bytes);
    Ok(())
}

/// The columns of an archive.
pub(super) fn columns(archive: &[u8]) -> impl Iterator<Item = Tried<Packed<'_>>> {
    let mut rest = archive;
    std::iter::from_fn(move || (!rest.is_empty()).then(|| take(&mut rest).ok_or_else(|| "cut short".into())))
}

fn take<'a>(rest: &mut &'a [u8]) -> Option<Packed<'a>> {
    let (kind, behind) = rest.split_first()?;
    let (values, behind) = behind.split_first_chunk()?;
    let (length, behind) = behind.split_first_chunk()?;
    let (bytes, behind) = behind.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    *rest = behind;
    Some(Packed { kind: *kind, values: u32::from_le_bytes(*values) as usize, bytes })
}

/// The choice that a codec packs smallest; of a patch about a third remains.
pub(super) fn smallest<'n>(codec: &impl ValuesCodec, numeric: &'n Numeric) -> Tried<&'n Choice> {
    let mut best = None;
    for choice in numeric.choices() {
        let bytes = codec.encode(std::slice::from_ref(&choice.series))?.len() + choice.patches.len() / 3;
        if best.is_none_or(|(least, _)| bytes < least) {
            best = Some((bytes, choice));
        }
    }
    Ok(best.ok_or("a column without numbers")?.1)
}

/// pcodec at a level.
pub(super) struct Pco(pub(super) u32);

impl Pco {
    fn put<T: Number>(&self, archive: &mut Vec<u8>, kind: u8, values: &[T]) -> Tried<()> {
        let config = ChunkConfig::default().with_compression_level(self.0 as usize);
        put(archive, kind, values.len(), &simple_compress(values, &config)?)
    }
}

impl ValuesCodec for Pco {
    fn encode(&self, columns: &[Series]) -> Tried<Vec<u8>> {
        let mut archive = Vec::new();
        for column in columns {
            match column {
                Series::Ints(ints) => self.put(&mut archive, 0, ints)?,
                Series::Doubles(doubles) => self.put(&mut archive, 1, doubles)?,
                Series::Singles(singles) => self.put(&mut archive, 2, singles)?,
            }
        }
        Ok(archive)
    }

    fn decode(&self, archive: &[u8]) -> Tried<Vec<Series>> {
        let column = |packed: Tried<Packed<'_>>| {
            let Packed { kind, bytes, .. } = packed?;
            Ok(match kind {
                0 => Series::Ints(simple_decompress(bytes)?),
                1 => Series::Doubles(simple_decompress(bytes)?),
                _ => Series::Singles(simple_decompress(bytes)?),
            })
        };
        columns(archive).map(column).collect()
    }

    fn choose<'n>(&self, numeric: &'n Numeric) -> Tried<&'n Choice> {
        smallest(self, numeric)
    }
}
