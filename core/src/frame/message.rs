//! A few rows on their own, for links that carry messages of some dozens of bytes and may lose any of them.
//!
//! ```text
//! message := tag u8 | bytes varint | [gene [2]] | check [2] | [count varint] | body
//!          | D0 | bytes varint | script | message of the lines of the text
//!          | D4, + 1 if the names of a history stand before the rows, + 2 * (its level - 6) | bytes varint | history [2] |
//!            check [2] | range code
//! tag     := B0 + flags of a warm table + 8 if the names that the gene knows stand before the rows
//!            C0 + form of a segment: stored, bytes or own
//! bytes   := of everything behind it
//! gene    := the first bytes of the id of the gene that a warm table goes on from
//! check   := the first bytes of the BLAKE3 digest of the text, keyed by the gene's id if there is one
//! count   := lines of a table behind the names, bytes of a byte run; nothing if the text is stored
//! ```
//! Messages stand one behind the other, or alone. Two bytes of a gene's id find it among the few that a receiver has; the
//! check, which is keyed by all of the id, says whether it was the right one.

use super::{
    Config, Header, Prior,
    block::Bounds,
    columns::Body,
    pieces::count,
    written::{BYTES, Cold, OWN, Rows, STORED},
};
use crate::{
    codec::{Level, bytes},
    entropy::{Cursor, put_varint},
    error::Error,
    parallel::Sequential,
    table::{Input, Layout, Schema, Script},
};
use alloc::vec::Vec;

/// Limit: bytes of text in a message.
pub const MAX_TEXT: usize = 1 << 20;
const WARM: u8 = 0xB0;
const COLD: u8 = 0xC0;
/// The tag of a message whose text is not bytes in lines.
const SCRIPTED: u8 = 0xD0;
/// The first tag of messages that go on from a history of level 6, and what is added if its names stand before the rows
/// and for each level more.
const HISTORY: u8 = 0xD4;
const HISTORY_NAMED: u8 = 1;
const HISTORY_LEVEL: u8 = 2;
const COLD_STORED: u8 = COLD | STORED;
const COLD_BYTES: u8 = COLD | BYTES;
const KINDS: u8 = 0xF0;
const NAMES: u8 = 8;
const SHORT: usize = 2;

/// What a message goes on from.
#[derive(Debug, Clone, Copy)]
pub struct Past<'a> {
    /// The id of the gene.
    pub id: &'a [u8; 32],
    /// Its prior.
    pub prior: &'a Prior,
}

impl Past<'_> {
    /// The names that messages need not spell.
    pub fn names(&self) -> &[u8] {
        self.prior.preamble()
    }
}

/// A message found among bytes, not decoded yet.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    tag: u8,
    /// The first bytes of the id of the gene or history that it goes on from.
    past: Option<[u8; SHORT]>,
    check: [u8; SHORT],
    count: u64,
    body: &'a [u8],
    /// How the text is written, if it is not bytes in lines.
    script: Option<Script>,
}

impl<'a> Message<'a> {
    /// Whether a message may begin with this byte.
    pub fn may_begin_with(byte: u8) -> bool {
        matches!(byte & KINDS, WARM | COLD) || byte == SCRIPTED || is_of_history(byte)
    }

    /// Cuts out the message at `cursor`; decodes nothing.
    pub fn read(cursor: &mut Cursor<'a>) -> Result<Self, Error> {
        let tag = cursor.u8()?;
        let (warm, form) = (tag & KINDS == WARM, tag & !KINDS);
        if tag == SCRIPTED {
            let bytes = count(cursor, 2 * MAX_TEXT)?;
            return Self::read_scripted(&mut Cursor::new(cursor.bytes(bytes)?)).map_err(complete);
        }
        if !warm && !is_of_history(tag) && (tag & KINDS != COLD || !matches!(form, STORED | BYTES | OWN)) {
            return Err(Error::NotArchive);
        }
        let bytes = count(cursor, 2 * MAX_TEXT)?;
        let mut inside = Cursor::new(cursor.bytes(bytes)?);
        Self::read_inside(tag, &mut inside).map_err(complete)
    }

    /// Reads the script and the message of the lines.
    fn read_scripted(cursor: &mut Cursor<'a>) -> Result<Self, Error> {
        let script = Script::read(cursor)?;
        match cursor.rest().first() {
            Some(&SCRIPTED) => return Err(Error::Corrupt("the lines of lines")),
            Some(tag) if is_of_history(*tag) => return Err(Error::Corrupt("the lines of a history")),
            _ => {}
        }
        let lines = Self::read(cursor)?;
        if !cursor.rest().is_empty() {
            return Err(Error::Corrupt("a message goes on"));
        }
        Ok(Self { script: Some(script), ..lines })
    }

    fn read_inside(tag: u8, cursor: &mut Cursor<'a>) -> Result<Self, Error> {
        let warm = tag & KINDS == WARM;
        let short = |cursor: &mut Cursor<'a>| Ok([cursor.u8()?, cursor.u8()?]);
        let of_history = is_of_history(tag);
        let past = if warm || of_history { Some(short(cursor)?) } else { None };
        let check = short(cursor)?;
        let is_bare = tag == COLD_STORED || of_history;
        let count = if is_bare { 0 } else { count(cursor, MAX_TEXT)? as u64 };
        Ok(Self { tag, past, check, count, body: cursor.rest(), script: None })
    }

    /// Lines behind the names, if it holds a table.
    pub fn lines(&self) -> Option<u64> {
        (!matches!(self.tag, COLD_STORED | COLD_BYTES) && !is_of_history(self.tag)).then_some(self.count)
    }

    /// The first bytes of the id of the gene that it goes on from.
    pub fn gene(&self) -> Option<[u8; SHORT]> {
        self.past.filter(|_| !is_of_history(self.tag))
    }

    /// The level of the history that it goes on from, and the first bytes of its id.
    pub fn history(&self) -> Option<(Level, [u8; SHORT])> {
        let level = self.tag.checked_sub(HISTORY).map(|above| Level::STRONG.get() + above / HISTORY_LEVEL);
        Level::new(level?).zip(self.past).filter(|_| is_of_history(self.tag))
    }

    /// The rows that go on from a history.
    pub(super) fn code(&self) -> Option<&'a [u8]> {
        is_of_history(self.tag).then_some(self.body)
    }

    /// Whether the names of the history stand before its rows.
    pub(super) fn is_named(&self) -> bool {
        (self.tag - HISTORY) & HISTORY_NAMED != 0
    }

    pub(super) fn check(&self) -> [u8; SHORT] {
        self.check
    }

    /// Appends the text to `out`; on an error `out` is as it was.
    pub fn decode(&self, past: Option<Past<'_>>, out: &mut Vec<u8>) -> Result<(), Error> {
        if let Some((_, history)) = self.history() {
            return Err(Error::HistoryOf(history));
        }
        let start = out.len();
        let id = self.past.and(past.as_ref().map(|past| past.id));
        let decoded = self.decode_unchecked(past, out).and_then(|()| {
            let is_it = check(id, out.get(start..).unwrap_or_default()) == self.check;
            if is_it { Ok(()) } else { Err(Error::Corrupt("the text of a message does not match its check")) }
        });
        let decoded = decoded.and_then(|()| self.write_text(start, out));
        decoded.map_err(|error| {
            out.truncate(start);
            match error {
                Error::Truncated => Error::Corrupt("a part of a message ends too early"),
                other => other,
            }
        })
    }

    /// Makes the text of the lines from `start` on.
    fn write_text(&self, start: usize, out: &mut Vec<u8>) -> Result<(), Error> {
        let Some(script) = self.script else { return Ok(()) };
        let lines = out.split_off(start);
        out.extend(script.text(lines)?);
        Ok(())
    }

    fn decode_unchecked(&self, past: Option<Past<'_>>, out: &mut Vec<u8>) -> Result<(), Error> {
        let lines = usize::try_from(self.count).map_err(|_| Error::Truncated)?;
        let bounds = Bounds { lines, text_bytes: MAX_TEXT, memory: header().memory() };
        if let Some(gene) = self.past {
            let past = past.filter(|past| past.id.starts_with(&gene)).ok_or(Error::GeneOf(gene))?;
            if self.tag & NAMES != 0 {
                out.extend_from_slice(past.names());
            }
            return past.prior.read_into(self.tag & !KINDS & !NAMES, self.body, bounds, out);
        }
        let mut cursor = Cursor::new(self.body);
        match self.tag & !KINDS {
            BYTES => {
                bytes::decode_text(&mut cursor, lines, bounds.memory, out)?;
                if cursor.rest().is_empty() { Ok(()) } else { Err(Error::Corrupt("a message goes on")) }
            }
            OWN => {
                let layout = Layout::read_within(&mut cursor, 0)?;
                let body = Body::read(cursor.rest(), &layout, bounds)?;
                layout.join(&body.table(&Sequential)?, MAX_TEXT, out)
            }
            _ => {
                out.extend_from_slice(self.body);
                Ok(())
            }
        }
    }
}

/// Whether a message with this tag goes on from a history.
fn is_of_history(tag: u8) -> bool {
    (HISTORY..HISTORY + HISTORY_LEVEL * 4).contains(&tag)
}

/// The message of a history's rows, which say how many they are.
pub(super) fn seal_history(
    (level, named): (Level, bool),
    id: &[u8; 32],
    text: &[u8],
    code: &[u8],
) -> Vec<u8> {
    let tag = HISTORY + HISTORY_LEVEL * (level.get() - Level::STRONG.get());
    seal(tag | if named { HISTORY_NAMED } else { 0 }, Some(id), text, None, code)
}

/// An end that comes too early inside of what is whole.
fn complete(error: Error) -> Error {
    match error {
        Error::Truncated => Error::Corrupt("a message is shorter than its parts"),
        other => other,
    }
}

/// The message that holds `text`, which goes on from `past` if there is one; `None` if it is too long for one.
pub fn encode(text: &[u8], past: Option<Past<'_>>, level: Level) -> Option<Vec<u8>> {
    encode_as(text, Script::detect(text), past, level)
}

/// As [`encode`], for a text that is written by `script`: a few rows do not show it.
pub fn encode_as(
    text: &[u8],
    script: Option<Script>,
    past: Option<Past<'_>>,
    level: Level,
) -> Option<Vec<u8>> {
    if text.len() > MAX_TEXT {
        return None;
    }
    let plain = || of_lines(text, past, level);
    let Some(script) = script else { return Some(plain()) };
    let (script, lines) = script.lines(text);
    if lines.len() > MAX_TEXT {
        return Some(plain());
    }
    let mut inside = Vec::new();
    script.write(&mut inside);
    inside.extend(of_lines(&lines, past, level));
    let mut message = Vec::from([SCRIPTED]);
    put_varint(&mut message, inside.len() as u64);
    message.append(&mut inside);
    // Bytes that only look like lines of another script are shorter as they are.
    Some(if message.len() > text.len() { plain() } else { message })
}

/// The message that holds lines.
fn of_lines(text: &[u8], past: Option<Past<'_>>, level: Level) -> Vec<u8> {
    let (warm, cold) = (past.and_then(|past| warm(text, past, level)), cold(text, level));
    warm.filter(|warm| warm.len() <= cold.len()).unwrap_or(cold)
}

/// A message that goes on from `past`, if the text is such a table.
fn warm(text: &[u8], past: Past<'_>, level: Level) -> Option<Vec<u8>> {
    let named = text.strip_prefix(past.names()).filter(|_| !past.names().is_empty());
    let rows = named.unwrap_or(text);
    let warm = past.prior.write(rows, level)?;
    let tag = WARM | warm.flags | if named.is_some() { NAMES } else { 0 };
    Some(seal(tag, Some(past.id), text, Some(Schema::Bytes.rows_of(rows)), &warm.rest))
}

/// A message that goes on from nothing.
fn cold(text: &[u8], level: Level) -> Vec<u8> {
    let header = header();
    let Cold { form, body, .. } =
        Rows { parallel: &Sequential, header: &header, level, limit: MAX_TEXT, summarizes: false }.cold(text);
    match form {
        _ if body.len() >= text.len() => seal(COLD | STORED, None, text, None, text),
        BYTES => seal(COLD | form, None, text, Some(text.len() as u64), &body),
        _ => seal(COLD | form, None, text, Some(Schema::Bytes.rows_of(text)), &body),
    }
}

fn seal(tag: u8, gene: Option<&[u8; 32]>, text: &[u8], count: Option<u64>, body: &[u8]) -> Vec<u8> {
    let mut inside = Vec::with_capacity(body.len() + 2 * SHORT + 3);
    inside.extend(gene.iter().flat_map(|id| id.iter().take(SHORT)));
    inside.extend(check(gene, text));
    if let Some(count) = count {
        put_varint(&mut inside, count);
    }
    inside.extend_from_slice(body);
    let mut message = Vec::with_capacity(inside.len() + 3);
    message.push(tag);
    put_varint(&mut message, inside.len() as u64);
    message.append(&mut inside);
    message
}

pub(super) fn check(gene: Option<&[u8; 32]>, text: &[u8]) -> [u8; SHORT] {
    let digest = gene.map_or_else(|| blake3::hash(text), |id| blake3::keyed_hash(id, text));
    let [first, second, ..] = *digest.as_bytes();
    [first, second]
}

/// What stands for the header of a frame: a text of any kind, and the memory that one message may take.
pub fn header() -> Header {
    let config = Config { level: Level::STRONGEST, input: Input::Text, segment: MAX_TEXT };
    Header { schema: Schema::Bytes, ..Header::detect(&[], &config) }
}

#[cfg(test)]
mod tests;
