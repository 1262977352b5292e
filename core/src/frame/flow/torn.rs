//! Whether a flow ends where its writer died, or was damaged.

use super::{
    FlowReader, FlowStart, Flush, Header,
    wire::{CHECK_BYTES, END_CHECK_BYTES},
};
use crate::{entropy::Cursor, error::Error};
use alloc::vec::Vec;

/// Bytes that the end of a flow takes at most.
const MAX_END: usize = 1 + 2 * 10 + END_CHECK_BYTES;
/// Bytes in which another length of a flush is looked for.
const TRIED: usize = 1 << 12;

impl FlowReader {
    /// The flow that begins `front` and has no end yet, as if it ended behind its last whole flush; and how much of `front` is
    /// in it. `None` if none of it is whole.
    pub fn closed(front: &[u8], header: &Header) -> Option<(Vec<u8>, usize)> {
        let mut cursor = Cursor::new(front);
        let start = FlowStart::read(&mut cursor).ok()?;
        let mut reader = Self::new(start, &*header.resolved(None).ok()?).ok()?;
        let mut flush = || {
            let mut next = cursor.clone();
            let flush = Flush::read(&mut next, header).ok()??;
            reader.flush(&flush, &mut Vec::new()).ok()?;
            cursor = next;
            Some(())
        };
        while flush().is_some() {}
        let bytes = front.len() - cursor.rest().len();
        let mut closed = front.get(..bytes)?.to_vec();
        reader.end().write(&mut closed);
        (reader.end().rows > 0).then_some((closed, bytes))
    }

    /// Whether `rest`, which cannot be read as the next flush, is what a writer leaves that died: the beginning of a flush
    /// or of the end, or zeros, as some disks do. If not, rows may stand behind that another reader can save.
    pub fn is_torn(&self, rest: &[u8], header: &Header) -> bool {
        let mut cursor = Cursor::new(rest);
        let flush = Flush::read(&mut cursor, header);
        let written = rest.len() - rest.iter().rev().take_while(|byte| **byte == 0).count();
        match flush {
            Ok(Some(_)) => written <= rest.len() - cursor.rest().len(),
            Ok(None) => written <= MAX_END,
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
