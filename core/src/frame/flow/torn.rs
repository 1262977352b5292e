//! Whether a flow ends where its writer died, or was damaged.

use super::{CHECK_BYTES, FlowEnd, FlowReader, Flush, Header};
use crate::{Error, entropy::Cursor};
use alloc::vec::Vec;

/// Bytes in which another length of a flush is looked for.
const TRIED: usize = 1 << 12;

impl FlowReader {
    /// Whether `rest`, which cannot be read as the next flush, is what a writer leaves that died: the beginning of a flush
    /// or of the end, or zeros, as some disks do. If not, rows may stand behind that another reader can save.
    pub fn is_torn(&self, rest: &[u8], header: &Header) -> bool {
        let mut cursor = Cursor::new(rest);
        match Flush::read(&mut cursor, header) {
            Ok(Some(_)) => is_empty(cursor.rest()),
            Ok(None) => is_empty(cursor.rest()) || FlowEnd::read(&mut cursor) == Err(Error::Truncated),
            Err(Error::Truncated) => !self.reads_otherwise(rest),
            Err(_) => false,
        }
    }

    /// Whether `rest` begins with a flush whose length is wrong. What is too long to tell counts as one.
    fn reads_otherwise(&self, rest: &[u8]) -> bool {
        let mut cursor = Cursor::new(rest);
        let Ok(_) = cursor.varint() else { return false };
        let Some((check, code)) = cursor.rest().split_first_chunk::<CHECK_BYTES>() else { return false };
        let reads = |bytes: usize| {
            let code = code.get(..bytes).unwrap_or_default();
            self.clone().flush(&Flush { check: *check, code }, &mut Vec::new()).is_ok()
        };
        code.len() > TRIED || (0..code.len()).any(reads)
    }
}

/// Whether nothing was written here.
fn is_empty(rest: &[u8]) -> bool {
    rest.iter().all(|byte| *byte == 0)
}
