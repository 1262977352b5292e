//! Rows that both ends of a link have, and messages that go on from them.
//!
//! A history is a flow of which nobody writes the bytes: both ends code the same rows in the same order, and know the same
//! behind them. A message is the next flush of it, made by a copy: whether it arrives or not changes nothing. Once both ends
//! know that rows have arrived, both add them. Its id names all of that, so that whoever has other rows says so.
//!
//! Invariant: what a history knows depends on its first text, its level and the order of all rows, not on how they were cut
//! into pieces.

use super::{
    Config, Header, Message,
    flow::{FlowWriter, flows},
    message::{MAX_TEXT, check, seal_history},
};
use crate::{
    codec::Level,
    error::Error,
    table::{Input, Layout, Schema},
};
use alloc::vec::Vec;

/// Limit: bytes of the rows that models remember; then they start anew with the last ones.
const MAX_FLOW: u64 = 1 << 20;

/// Rows that both ends have, and what they taught.
///
/// ```
/// use qres_core::{codec::Level, entropy::Cursor, frame::{History, Message}};
///
/// let known = b"time,temp\n0,20.1\n60,20.2\n120,20.2\n";
/// let (here, there) = (History::new(known, Level::DEFAULT).unwrap(), History::new(known, Level::DEFAULT).unwrap());
/// let bytes = here.write(b"180,20.3\n").unwrap();
/// let (message, mut text) = (Message::read(&mut Cursor::new(&bytes))?, Vec::new());
/// there.read(&message, &mut text)?;
/// assert_eq!(text, b"180,20.3\n");
/// # Ok::<(), qres_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct History {
    layout: Layout,
    level: Level,
    flow: FlowWriter,
    /// Of everything that it depends on.
    digest: blake3::Hasher,
    rows: u64,
}

impl History {
    /// Begins with the rows of `text`, which may have names before them; `None` if they are no table that can flow. Levels
    /// below 6 are as 6.
    pub fn new(text: &[u8], level: Level) -> Option<Self> {
        let level = level.max(Level::STRONG);
        let config = Config { level, input: Input::Text, segment: MAX_TEXT };
        let Schema::Table(layout) = Header::detect(text, &config).schema else { return None };
        if !flows(&layout) {
            return None;
        }
        let mut digest = blake3::Hasher::new_derive_key("qres 2026 history 1");
        let mut head = Vec::from([level.get()]);
        layout.write(&mut head);
        digest.update(&head);
        let flow = FlowWriter::of(&layout, level, MAX_FLOW);
        let mut this = Self { layout, level, flow, digest, rows: 0 };
        let rows = text.strip_prefix(this.names()).unwrap_or(text).to_vec();
        this.push(&rows);
        Some(this)
    }

    /// Adds rows that are known to have arrived; what follows the last line end is left out.
    pub fn push(&mut self, rows: &[u8]) {
        let mut rest = rows;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let (row, behind) = rest.split_at(end + 1);
            self.push_row(row);
            rest = behind;
        }
    }

    fn push_row(&mut self, row: &[u8]) {
        self.digest.update(row);
        self.rows += 1;
        if !self.flow.has_room(row) {
            let recent = self.flow.recent().to_vec();
            self.flow = FlowWriter::of(&self.layout, self.level, MAX_FLOW);
            recent.split_inclusive(|byte| *byte == b'\n').for_each(|row| {
                self.flow.code(row);
            });
        }
        // A row that cannot be coded teaches nothing, at either end.
        self.flow.code(row);
    }

    /// What messages call it: the hash of its layout, its level and all rows.
    pub fn id(&self) -> [u8; 32] {
        *self.digest.finalize().as_bytes()
    }

    /// The rows added so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The names that messages need not spell.
    pub fn names(&self) -> &[u8] {
        self.layout.preamble()
    }

    /// Returns the message of `text`, which goes on from here; `None` if it does not look like more of these rows, or is too
    /// long.
    pub fn write(&self, text: &[u8]) -> Option<Vec<u8>> {
        let named = text.strip_prefix(self.names()).filter(|_| !self.names().is_empty());
        let (code, _) = self.flow.clone().code(named.unwrap_or(text))?;
        Some(seal_history((self.level, named.is_some()), &self.id(), text, &code))
    }

    /// Appends the text of a message that goes on from here; on an error `out` is as it was.
    ///
    /// # Errors
    ///
    /// [`Error::HistoryOf`] if it goes on from other rows, [`Error::Corrupt`] if it was damaged.
    pub fn read(&self, message: &Message<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let (id, start) = (self.id(), out.len());
        let other = message.history().filter(|(_, history)| !id.starts_with(history));
        if let Some((_, other)) = other {
            return Err(Error::HistoryOf(other));
        }
        let code = message.code().ok_or(Error::Corrupt("a message that goes on from no rows"))?;
        if message.is_named() {
            out.extend_from_slice(self.names());
        }
        let decoded = self.flow.decode(code, out).and_then(|()| {
            let is_it = check(Some(&id), out.get(start..).unwrap_or_default()) == message.check();
            if is_it { Ok(()) } else { Err(Error::Corrupt("the text of a message does not match its check")) }
        });
        decoded.map_err(|error| {
            out.truncate(start);
            match error {
                Error::Truncated => Error::Corrupt("a part of a message ends too early"),
                other => other,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::Cursor;
    use alloc::{format, string::String};
    use proptest::prelude::*;

    fn rows(range: core::ops::Range<u64>) -> Vec<u8> {
        let row = |n: u64| {
            format!("{},{}.{},{}\n", 1_700_000_000 + 60 * n, 20 + n % 7, n * n % 10, n.is_multiple_of(3))
        };
        range.map(row).collect::<String>().into_bytes()
    }

    fn read(history: &History, message: &[u8]) -> Result<Vec<u8>, Error> {
        let mut text = Vec::new();
        history.read(&Message::read(&mut Cursor::new(message))?, &mut text)?;
        Ok(text)
    }

    #[test]
    fn any_of_the_messages_may_be_lost() {
        let names = b"time,temp,odd\n";
        let start = [&names[..], &rows(0..40)].concat();
        let mut here = History::new(&start, Level::DEFAULT).unwrap();
        let mut there = here.clone();
        for at in (40..200).step_by(10) {
            let messages: Vec<_> =
                (at..at + 10).map(|row| here.write(&rows(row..row + 1)).unwrap()).collect();
            for (row, message) in (at..at + 10).zip(&messages).filter(|(row, _)| row % 3 != 1) {
                assert_eq!(read(&there, message), Ok(rows(row..row + 1)));
            }
            // However they are told of what has arrived.
            here.push(&rows(at..at + 10));
            (at..at + 10).for_each(|row| there.push(&rows(row..row + 1)));
            assert_eq!(here.id(), there.id());
        }
        let named = [&names[..], &rows(200..210)].concat();
        assert_eq!(read(&there, &here.write(&named).unwrap()), Ok(named));
        assert!(here.write(&rows(200..201)).unwrap().len() < 14);
    }

    #[test]
    fn other_rows_are_told_from_damage() {
        let here = History::new(&rows(0..40), Level::DEFAULT).unwrap();
        let mut there = here.clone();
        there.push(&rows(40..41));
        let message = here.write(&rows(41..42)).unwrap();
        let id = here.id();
        assert_eq!(read(&there, &message), Err(Error::HistoryOf([id[0], id[1]])));
        for bit in 8 * 6..8 * message.len() {
            let mut damaged = message.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert!(matches!(read(&here, &damaged), Err(Error::Corrupt(_))));
        }
    }

    #[test]
    fn a_long_history_starts_anew() {
        let mut history = History::new(&rows(0..10), Level::FASTEST).unwrap();
        let text = rows(10..60_000);
        assert!(text.len() as u64 > MAX_FLOW);
        history.push(&text);
        assert_eq!(history.rows(), 60_000);
        assert_eq!(read(&history, &history.write(&rows(60_000..60_001)).unwrap()), Ok(rows(60_000..60_001)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_rows_go_on_from_any(known in "([a-z0-9.,-]{0,12}\n){3,30}", text in "([a-z0-9.,-]{0,12}\n){0,8}[a-z0-9,]{0,3}", odd in prop::collection::vec(any::<u8>(), 0..40)) {
            if let Some(history) = History::new(known.as_bytes(), Level::DEFAULT) {
                for text in [text.as_bytes(), &odd] {
                    if let Some(message) = history.write(text) {
                        prop_assert_eq!(read(&history, &message), Ok(text.to_vec()));
                    }
                }
                let any = seal_history((Level::STRONG, false), &history.id(), b"", &odd);
                let _ = read(&history, &any);
            }
        }
    }
}
