//! Rows of a text that comes in pieces, however it is written.

use super::Script;
use alloc::{borrow::Cow, vec::Vec};

/// Turns pieces of a text into its [rows](Script::rows).
#[derive(Debug, Clone, Default)]
pub struct Flow {
    /// How the text is written, once that is known.
    script: Option<Option<Script>>,
    /// What has come of a row that is not whole.
    held: Vec<u8>,
}

impl Flow {
    /// Takes the next piece and returns the rows that are whole by now; text in plain lines goes through as it comes.
    pub fn push<'p>(&mut self, piece: &'p [u8]) -> Cow<'p, [u8]> {
        if self.script == Some(None) && self.held.is_empty() {
            return Cow::Borrowed(piece);
        }
        self.held.extend_from_slice(piece);
        self.script = self.script.or_else(|| Script::tell(&self.held));
        let end = match self.script {
            None => 0,
            Some(None) => self.held.len(),
            Some(Some(script)) => script.last_line_end(&self.held).unwrap_or(0),
        };
        let rest = self.held.split_off(end);
        let whole = core::mem::replace(&mut self.held, rest);
        Cow::Owned(self.rows(whole))
    }

    /// Returns what is left when no more comes.
    pub fn end(&mut self) -> Vec<u8> {
        let held = core::mem::take(&mut self.held);
        self.script = self.script.or_else(|| Some(Script::detect(&held)));
        self.rows(held)
    }

    /// Bytes of the row that is not whole.
    pub fn held(&self) -> usize {
        self.held.len()
    }

    fn rows(&self, text: Vec<u8>) -> Vec<u8> {
        self.script.flatten().map_or_else(|| text.clone(), |script| script.rows(&text))
    }
}
