//! What both ends of a history lane know: the rows that messages go on from.

use super::{
    store::{Entry, Log, Result},
    wire::Know,
};
use qres_core::{
    codec::Level,
    entropy::Cursor,
    frame::{History, Message, message},
};

/// Tuning: rows that a new history begins with, at most.
const ROWS: u64 = 2000;
/// Limit: bytes of text that it begins with; more are a mistake of the sender.
const MAX_TEXT: u64 = 1 << 20;
/// Rows without which a history is not worth its beginning.
const FEWEST: u64 = 16;
/// Tuning: how messages are coded.
pub(crate) const LEVEL: Level = Level::STRONG;

/// What messages go on from, if anything.
#[derive(Debug, Default)]
pub(crate) struct Past {
    history: Option<History>,
    /// Rows with which a history could not begin: more of them are needed.
    failed: u64,
}

impl Past {
    /// Returns what a sender should make known before it sends the line `next`, to one who has the lines from `kept` on.
    pub(crate) fn propose(&self, log: &mut Log, kept: u64, next: u64) -> Result<Option<Know>> {
        if self.history.is_some() {
            return Ok(None);
        }
        let (mut from, mut names) = (next.saturating_sub(ROWS).max(kept).max(log.first()), Vec::new());
        if next < from + FEWEST.max(2 * self.failed) {
            return Ok(None);
        }
        if let Some(line) = log.names_at(next)? {
            names = line;
        }
        // Rows below other names, and those before a gap, teach nothing here.
        let mut at = from;
        while at < next {
            at = log.read(at, MAX_TEXT, |entry| {
                if !matches!(entry, Entry::Row { exact: true, .. }) && entry.end() <= next {
                    from = entry.end();
                }
            })?;
        }
        let is_enough = next >= from + FEWEST.max(2 * self.failed);
        Ok(is_enough.then_some(Know { level: LEVEL.get(), from, until: next, names }))
    }

    /// Begins anew with what both have; says whether messages can go on from it.
    pub(crate) fn begin(&mut self, log: &mut Log, know: &Know) -> Result<bool> {
        let (mut text, mut at, mut is_whole) = (know.names.clone(), know.from, know.from >= log.first());
        while at < know.until && (text.len() as u64) < MAX_TEXT {
            let end = log.read(at, MAX_TEXT, |entry| match entry {
                Entry::Row { bytes, number, .. } if number < know.until => text.extend_from_slice(bytes),
                _ => is_whole &= entry.end() > know.until,
            })?;
            if end <= at {
                break;
            }
            at = end;
        }
        let level = Level::new(know.level).filter(|_| is_whole && at >= know.until);
        self.history = level.and_then(|level| History::new(&text, level));
        self.failed = if self.history.is_some() { 0 } else { know.until - know.from };
        Ok(self.history.is_some())
    }

    /// Forgets everything: other names begin.
    pub(crate) fn end(&mut self) {
        *self = Self::default();
    }

    /// Returns the message of these rows, and counts them as known; `None` if they are too long.
    pub(crate) fn write(&mut self, rows: &[u8]) -> Option<Vec<u8>> {
        let alone = || message::encode(rows, None, LEVEL);
        let Some(history) = &mut self.history else { return alone() };
        let message = history.write(rows).or_else(alone)?;
        history.push(rows);
        Some(message)
    }

    /// Returns the rows of a message, and counts them as known; `None` if it cannot be read.
    pub(crate) fn read(&mut self, message: &[u8]) -> Option<Vec<u8>> {
        let (mut cursor, mut rows) = (Cursor::new(message), Vec::new());
        let message = Message::read(&mut cursor).ok().filter(|_| cursor.rest().is_empty())?;
        match (&mut self.history, message.history()) {
            (Some(history), Some(_)) => history.read(&message, &mut rows).ok()?,
            (_, None) => message.decode(None, &mut rows).ok()?,
            (None, Some(_)) => return None,
        }
        if let Some(history) = &mut self.history {
            history.push(&rows);
        }
        Some(rows)
    }
}
