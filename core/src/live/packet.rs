//! The parts that packets have in common, and those of keys.
//!
//! ```text
//! packet := row | quiet | note | end | key | hello | ask
//! head   := bits 5..=7 kind: 0 row, 1 quiet, 2 note, 3 end, 4 key, 5 hello, 6 ask; 7 is refused
//!           bits 0..=4 the packet's number modulo 32; of an ask, what is wanted
//! row    := head | gap varint | one entry a column | tag          entries: of several columns, each after a bit that is 0
//!                                                                 if the column is silent (then it has no entry)
//! quiet  := head | gap varint, at least 1 | tag
//! note   := head | gap varint | bytes | tag
//! end    := head | about | check                                  row: how many there were
//! key    := head | about | states | check
//! hello  := head | about | columns varint | column x columns | length varint | text | states | check
//! column := within * 2, and 1 if an expert follows, varint | [expert]
//! about  := version u8 = 1 | session u32 LE | number varint | row varint | gap varint | past u16 LE | form u16 LE
//! ask    := head | tag                              begun with FFFF; from the receiver; 0 a key, 1 a hello
//! gap    := silent rows since the last packet, at most 65535, of a weight of at most 16384
//! tag    := u16 LE: CRC-16 0x8005 of what is before it, begun with the trail after the last packet
//! check  := u32 LE: CRC-32 of what is before it
//! past   := what the tag of another packet would have begun with
//! form   := u16 LE: CRC-16 0x8005 of a hello from `columns` to the end of `text`, begun with FFFF
//! ```
//! Entries and states are bits; see [`super::track`].

use super::{
    Column, Expert,
    check::{crc16_packet, crc32},
    track::MAX_WITHIN,
};
use crate::{
    entropy::{Cursor, put_varint},
    error::Error,
};
use alloc::vec::Vec;

/// Wire: the version of the link.
pub(crate) const VERSION: u8 = 1;
/// Wire: silent rows between two packets at most.
pub(crate) const MAX_GAP: u16 = u16::MAX;
/// Limit: what the silent rows between two packets weigh at most, so that a few bytes never stand for much.
pub(crate) const MAX_SILENCE: u64 = 1 << 14;
/// Wire: columns at most.
pub(crate) const MAX_COLUMNS: usize = 4096;
/// Packet numbers in a head are modulo this.
pub(super) const NUMBERS: u32 = 32;

/// What a packet is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    Row = 0,
    Quiet = 1,
    Note = 2,
    End = 3,
    Key = 4,
    Hello = 5,
    Ask = 6,
}

impl Kind {
    /// The kind and the number that a head names.
    pub(super) fn of(head: u8) -> Option<(Self, u32)> {
        let all = [Self::Row, Self::Quiet, Self::Note, Self::End, Self::Key, Self::Hello, Self::Ask];
        Some((*all.get(usize::from(head >> 5))?, u32::from(head) % NUMBERS))
    }

    pub(super) fn head(self, number: u32) -> u8 {
        (self as u8) << 5 | (number % NUMBERS) as u8
    }
}

/// Whether a packet may be of a link, by its first byte and its length alone.
pub fn is_packet(packet: &[u8]) -> bool {
    packet.len() > 3
        && packet.first().and_then(|head| Kind::of(*head)).is_some_and(|(kind, _)| kind != Kind::Ask)
}

/// Whether a packet is a key, a hello or an end that is whole.
pub fn is_key(packet: &[u8]) -> bool {
    Key::read(packet).is_ok()
}

/// Appends the tag of the packet that `out` holds.
pub(super) fn put_tag(state: u16, out: &mut Vec<u8>) {
    let tag = crc16_packet(state, out);
    out.extend_from_slice(&tag.to_le_bytes());
}

/// The packet without its tag, if that is right.
pub(super) fn without_tag(state: u16, packet: &[u8]) -> Option<&[u8]> {
    let (packet, tag) = packet.split_last_chunk()?;
    (crc16_packet(state, packet) == u16::from_le_bytes(*tag)).then_some(packet)
}

/// What an ask wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Want {
    Key = 0,
    Hello = 1,
}

/// The ask for it.
pub(super) fn ask(want: Want) -> [u8; 3] {
    let head = Kind::Ask.head(want as u32);
    let [low, high] = crc16_packet(!0, &[head]).to_le_bytes();
    [head, low, high]
}

/// What a packet asks for, if it is an ask.
pub(super) fn asked(packet: &[u8]) -> Option<Want> {
    [Want::Key, Want::Hello].into_iter().find(|want| ask(*want) == packet)
}

/// Returns whether this many silent rows of this weight exceed what one packet may stand for.
pub(super) fn is_too_silent(rows: u64, weight: u64) -> bool {
    rows.saturating_mul(weight) > MAX_SILENCE
}

/// The gap at the cursor.
pub(super) fn gap(cursor: &mut Cursor<'_>) -> Result<u16, Error> {
    u16::try_from(cursor.varint()?).map_err(|_| Error::Corrupt("more silence than a packet may tell"))
}

/// The identity of a key or an end: session, number, row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct About {
    pub(super) session: u32,
    pub(super) number: u32,
    /// The row that the key is; at the end, the number of rows.
    pub(super) row: u64,
    pub(super) gap: u16,
    pub(super) past: u16,
    pub(super) form: u16,
}

/// A key, a hello or an end that came whole.
#[derive(Debug, Clone)]
pub(super) struct Key<'a> {
    pub(super) about: About,
    pub(super) is_end: bool,
    /// The columns and the text of a hello.
    pub(super) form: Option<(Vec<Column>, &'a [u8])>,
    /// Bits.
    pub(super) states: &'a [u8],
    pub(super) check: u32,
}

impl About {
    pub(super) fn write(&self, kind: Kind, out: &mut Vec<u8>) {
        out.extend_from_slice(&[kind.head(self.number), VERSION]);
        out.extend_from_slice(&self.session.to_le_bytes());
        put_varint(out, self.number.into());
        put_varint(out, self.row);
        put_varint(out, self.gap.into());
        out.extend_from_slice(&self.past.to_le_bytes());
        out.extend_from_slice(&self.form.to_le_bytes());
    }
}

/// Appends columns and text as a hello has them.
pub(super) fn put_form(columns: &[Column], text: &[u8], out: &mut Vec<u8>) {
    put_varint(out, columns.len() as u64);
    for column in columns {
        put_varint(out, column.within << 1 | u64::from(column.expert.is_some()));
        if let Some(expert) = &column.expert {
            expert.write(out);
        }
    }
    put_varint(out, text.len() as u64);
    out.extend_from_slice(text);
}

/// What tells forms apart.
pub(super) fn form_of(bytes: &[u8]) -> u16 {
    crc16_packet(!0, bytes)
}

/// Ends a key: the check of all that `out` holds.
pub(super) fn put_check(out: &mut Vec<u8>) -> u32 {
    let check = crc32(out);
    out.extend_from_slice(&check.to_le_bytes());
    check
}

impl<'a> Key<'a> {
    /// Reads a key, a hello or an end.
    pub(super) fn read(packet: &'a [u8]) -> Result<Self, Error> {
        let (packet, check) = packet.split_last_chunk().ok_or(Error::Truncated)?;
        let check = u32::from_le_bytes(*check);
        if crc32(packet) != check {
            return Err(Error::Corrupt("check of a key"));
        }
        let mut cursor = Cursor::new(packet);
        let kind = Kind::of(cursor.u8()?).map(|(kind, _)| kind);
        let version = cursor.u8()?;
        if version != VERSION {
            return Err(Error::Unsupported { version, known: VERSION });
        }
        let session = u32::from_le_bytes(array(&mut cursor)?);
        let number = u32::try_from(cursor.varint()?).map_err(|_| Error::Corrupt("number of a packet"))?;
        let (row, gap) = (cursor.varint()?, gap(&mut cursor)?);
        let past = u16::from_le_bytes(array(&mut cursor)?);
        let about = About { session, number, row, gap, past, form: u16::from_le_bytes(array(&mut cursor)?) };
        if u64::from(gap) > row {
            return Err(Error::Corrupt("more silence than rows"));
        }
        let form = match kind {
            Some(Kind::Key) => None,
            Some(Kind::End) if cursor.rest().is_empty() => None,
            Some(Kind::Hello) => Some(read_form(&mut cursor, about.form)?),
            _ => return Err(Error::Corrupt("kind of a key")),
        };
        Ok(Self { about, is_end: kind == Some(Kind::End), form, states: cursor.rest(), check })
    }
}

fn read_form<'a>(cursor: &mut Cursor<'a>, form: u16) -> Result<(Vec<Column>, &'a [u8]), Error> {
    let begin = cursor.rest();
    let count = cursor.varint()?;
    // Each column takes a byte at least.
    if count > MAX_COLUMNS as u64 || count > cursor.rest().len() as u64 {
        return Err(Error::Corrupt("more columns than a hello may have"));
    }
    let columns = (0..count).map(|_| read_column(cursor)).collect::<Result<_, _>>()?;
    let length = usize::try_from(cursor.varint()?).map_err(|_| Error::Truncated)?;
    let text = cursor.bytes(length)?;
    let bytes = begin.len() - cursor.rest().len();
    if form_of(begin.get(..bytes).unwrap_or(&[])) != form {
        return Err(Error::Corrupt("form of a hello"));
    }
    Ok((columns, text))
}

fn read_column(cursor: &mut Cursor<'_>) -> Result<Column, Error> {
    let code = cursor.varint()?;
    if code >> 1 > MAX_WITHIN {
        return Err(Error::Corrupt("bound of a column"));
    }
    let expert = if code & 1 == 1 { Some(Expert::read(cursor)?) } else { None };
    Ok(Column { within: code >> 1, expert })
}

fn array<const N: usize>(cursor: &mut Cursor<'_>) -> Result<[u8; N], Error> {
    cursor.bytes(N)?.try_into().map_err(|_| Error::Truncated)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use proptest::prelude::*;

    #[test]
    fn asks_are_three_bytes() {
        assert_eq!(asked(&ask(Want::Key)), Some(Want::Key));
        assert_eq!(asked(&ask(Want::Hello)), Some(Want::Hello));
        assert_eq!(asked(&[0xC0, 0, 0]), None);
    }

    proptest! {
        #[test]
        fn a_read_key_is_what_was_written(
            numbers: (u32, u32, u64), gap: u16, withins in prop::collection::vec(0..=MAX_WITHIN, 0..5),
            text in prop::collection::vec(any::<u8>(), 0..20), hello: bool, at: prop::sample::Index, flip in 1_u8..
        ) {
            let columns: Vec<Column> = withins.into_iter().map(Column::new).collect();
            let mut form = vec![];
            put_form(&columns, &text, &mut form);
            let (session, number, row) = numbers;
            let row = row.max(gap.into());
            let about = About { session, number, row, gap, past: 7, form: form_of(&form) };
            let mut packet = vec![];
            about.write(if hello { Kind::Hello } else { Kind::Key }, &mut packet);
            if hello {
                packet.extend_from_slice(&form);
            }
            packet.extend_from_slice(b"states");
            put_check(&mut packet);
            let key = Key::read(&packet).unwrap();
            prop_assert_eq!(key.about, about);
            prop_assert_eq!(key.form, hello.then_some((columns, &text[..])));
            prop_assert_eq!(key.states, b"states");
            let at = at.index(packet.len());
            packet[at] ^= flip;
            prop_assert!(Key::read(&packet).is_err());
        }
    }
}
