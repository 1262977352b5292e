//! Text to columns and back, byte for byte.

use crate::{Error, entropy::Cursor, frame::Input};
use alloc::vec::Vec;

/// The shape of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Schema {
    /// No table: bytes.
    Bytes,
}

impl Schema {
    /// Looks at text.
    pub fn detect(_first: &[u8], _input: Input) -> Self {
        Self::Bytes
    }

    /// Appends it.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.push(0);
    }

    /// Reads it.
    pub fn read(cursor: &mut Cursor<'_>) -> Result<Self, Error> {
        match cursor.u8()? {
            0 => Ok(Self::Bytes),
            _ => Err(Error::Corrupt("unknown kind of schema")),
        }
    }
}
