//! Numbers read back, whatever wrote them.

use super::{
    memory::{Meaning, Memory},
    tag::{Coder, Map, Tag},
};
use crate::{
    codec::{
        coder::{
            linear, series,
            strong::{self, MAX_DIGITS, Scale},
        },
        map::{List, Parts, Steps, coupled},
    },
    entropy::Cursor,
    error::Error,
};
use alloc::{borrow::Cow, vec::Vec};

/// Reads `count` numbers and their ulps, of which there are none or as many. `neighbour` gives the columns that
/// [`encode`](super::encode) was given.
///
/// # Errors
///
/// [`Error::Corrupt`] for what [`encode`](super::encode) does not write; those of `neighbour`.
pub fn decode<'n>(
    cursor: &mut Cursor<'_>,
    count: usize,
    neighbour: impl Fn(usize) -> Result<Cow<'n, [i64]>, Error>,
) -> Result<(Vec<i64>, Vec<i64>), Error> {
    decode_keeping(cursor, count, neighbour, None)
}

/// As [`decode`]; a strong model is kept, if it can go on with other values.
///
/// # Errors
///
/// As [`decode`].
pub(crate) fn decode_keeping<'n>(
    cursor: &mut Cursor<'_>,
    count: usize,
    neighbour: impl Fn(usize) -> Result<Cow<'n, [i64]>, Error>,
    keep: Option<&mut Option<Memory>>,
) -> Result<(Vec<i64>, Vec<i64>), Error> {
    let Some((back, units)) = read_dated(cursor)? else {
        return decode_undated(cursor, count, neighbour, keep);
    };
    let days = neighbour(back)?;
    // A model of moments is of no use to times of day.
    let (mut values, ulps) = decode_undated(cursor, count, neighbour, None)?;
    let from_midnight = |(value, day): (&mut i64, &i64)| {
        *value = value.wrapping_sub(day.wrapping_mul(units.cast_signed()));
    };
    values.iter_mut().zip(&*days).for_each(from_midnight);
    Ok((values, ulps))
}

/// Reads where the dates are that times were added to, and the units of a day, if they were.
fn read_dated(cursor: &mut Cursor<'_>) -> Result<Option<(usize, u64)>, Error> {
    if Tag::peek(cursor)? != Tag::DATED {
        return Ok(None);
    }
    Tag::read(cursor)?;
    let back =
        u16::try_from(cursor.varint()?).map_err(|_| Error::Corrupt("impossible parent of a column"))?;
    Ok(Some((back.into(), cursor.varint()?)))
}

fn decode_undated<'n>(
    cursor: &mut Cursor<'_>,
    count: usize,
    neighbour: impl Fn(usize) -> Result<Cow<'n, [i64]>, Error>,
    keep: Option<&mut Option<Memory>>,
) -> Result<(Vec<i64>, Vec<i64>), Error> {
    let tag = Tag::read(cursor)?;
    let head = match tag.map {
        Map::Coupled => return Ok((coupled::read(cursor, count, neighbour)?, Vec::new())),
        Map::Dated => return Err(Error::Corrupt("dated numbers inside dated numbers")),
        _ => Head::read(tag, cursor, count)?,
    };
    let (mut values, left) = read_codes(cursor, tag.coder, count, head.scale(tag.coder), &neighbour)?;
    let (mut ulps, mut meaning) = (Vec::new(), None);
    match head {
        Head::List(list) => {
            (values, ulps) = list.look_up(values)?;
            meaning = Some(Meaning::Listed { list, places: tag.coder == Coder::Places });
        }
        Head::Steps(steps) => {
            steps.undo(&mut values);
            meaning = Some(Meaning::Steps(steps));
        }
        Head::Parts(parts) => {
            let whole = |_| Ok(Cow::Borrowed(&*values));
            let (rest, _) = read_codes(cursor, tag.coder, count, Scale::Even, whole)?;
            parts.undo(&mut values, &rest);
        }
        Head::Digits(digits) => meaning = Some(Meaning::Bent(digits)),
    }
    if tag.has_ulps && tag.map != Map::Ranked {
        series::decode(cursor, count, &mut ulps)?;
    }
    if let (Some(keep), Some((left, meaning))) = (keep, left.zip(meaning)) {
        *keep = Memory::new(left, meaning, &values, &ulps);
    }
    Ok((values, ulps))
}

/// What stands before the codes of a column.
enum Head {
    Steps(Steps),
    List(List),
    Parts(Parts),
    Digits(u8),
}

impl Head {
    fn read(tag: Tag, cursor: &mut Cursor<'_>, count: usize) -> Result<Self, Error> {
        Ok(match tag.map {
            Map::Scaled => Self::Steps(Steps::read(cursor)?),
            Map::Ranked => Self::List(List::read(cursor, count, tag.has_ulps)?),
            Map::Parts => Self::Parts(Parts::read(cursor)?),
            Map::Bent => {
                let digits = cursor.u8()?;
                if !(1..=MAX_DIGITS).contains(&digits) {
                    return Err(Error::Corrupt("a line of no digits"));
                }
                Self::Digits(digits)
            }
            Map::Plain | Map::Coupled | Map::Dated => Self::Steps(Steps::NONE),
        })
    }

    /// The line that the codes stand on.
    fn scale(&self, coder: Coder) -> Scale<'_> {
        match self {
            Self::List(list) if coder == Coder::Places => Scale::Listed(&list.values),
            Self::Digits(digits) => Scale::Bent(*digits),
            _ => Scale::Even,
        }
    }
}

/// Reads codes; what is left of their model, if it is a strong one.
fn read_codes<'n>(
    cursor: &mut Cursor<'_>,
    coder: Coder,
    count: usize,
    scale: Scale<'_>,
    neighbour: impl Fn(usize) -> Result<Cow<'n, [i64]>, Error>,
) -> Result<(Vec<i64>, Option<strong::Read>), Error> {
    let (mut codes, mut left) = (Vec::new(), None);
    match coder {
        Coder::Series => series::decode(cursor, count, &mut codes)?,
        Coder::Linear => linear::decode(cursor, count, neighbour, &mut codes)?,
        Coder::Strong | Coder::Places => {
            left = strong::decode(cursor, count, scale, neighbour, &mut codes)?;
        }
    }
    Ok((codes, left))
}

/// Returns the bytes that the model of the numbers at `cursor` takes.
pub(crate) fn memory(cursor: &Cursor<'_>) -> u64 {
    let mut cursor = cursor.clone();
    let tag = read_dated(&mut cursor).and_then(|_| Tag::read(&mut cursor));
    tag.map_or(0, Tag::memory)
}

/// Returns the neighbours that the numbers at `cursor` need; nothing is decoded but a list.
///
/// # Errors
///
/// As [`decode`].
pub fn parents(cursor: &mut Cursor<'_>, count: usize) -> Result<Vec<usize>, Error> {
    let dates = read_dated(cursor)?.map(|(back, _)| back);
    let tag = Tag::read(cursor)?;
    let parents = match tag.coder {
        Coder::Series if tag.map == Map::Coupled => coupled::parents(cursor)?,
        Coder::Series => Vec::new(),
        coder => {
            Head::read(tag, cursor, count)?;
            if coder == Coder::Linear { linear::parents(cursor)? } else { strong::parents(cursor)? }
        }
    };
    Ok(dates.into_iter().chain(parents).collect())
}
