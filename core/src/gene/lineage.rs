//! Where a gene came from: how it was made, and of which others.
//!
//! ```text
//! lineage := origin | parents u8 | id 32, for each parent, ascending, no two alike
//! origin  := 1 u8 | digest 32 | rows u64 LE          trained on data with this BLAKE3 digest
//!            2 u8 | rule u8 | cut u8                 merged by a rule; it has at least one parent
//! ```

use super::{Id, Rule};
use crate::{entropy::Cursor, error::Error};
use alloc::vec::Vec;

/// Wire: parents at most.
pub(crate) const MAX_PARENTS: usize = 255;

/// How a gene was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// By learning from data, starting from its parents if it has any.
    Trained {
        /// BLAKE3 of the data.
        data: [u8; 32],
        /// Rows learnt from.
        rows: u64,
    },
    /// Of its parents.
    Merged(Rule),
}

/// Where a gene came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lineage {
    origin: Origin,
    parents: Vec<Id>,
}

impl Lineage {
    /// A lineage; the order of the parents and repetitions do not matter. Refuses more than [`MAX_PARENTS`], and a
    /// merger of none.
    pub(crate) fn new(origin: Origin, mut parents: Vec<Id>) -> Result<Self, Error> {
        parents.sort_unstable();
        parents.dedup();
        if parents.len() > MAX_PARENTS {
            return Err(Error::Limit { asked: parents.len() as u64, allowed: MAX_PARENTS as u64 });
        }
        if parents.is_empty() && matches!(origin, Origin::Merged(_)) {
            return Err(Error::Corrupt("a merger of nothing"));
        }
        Ok(Self { origin, parents })
    }

    /// How it was made.
    pub const fn origin(&self) -> Origin {
        self.origin
    }

    /// What it was made of, ascending.
    pub fn parents(&self) -> &[Id] {
        &self.parents
    }

    /// Appends it.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        match self.origin {
            Origin::Trained { data, rows } => {
                out.push(1);
                out.extend_from_slice(&data);
                out.extend_from_slice(&rows.to_le_bytes());
            }
            Origin::Merged(rule) => {
                out.push(2);
                out.extend_from_slice(&rule.to_bytes());
            }
        }
        out.push(self.parents.len() as u8);
        out.extend(self.parents.iter().flatten());
    }

    /// Reads one; refuses another order, repetitions and trailing bytes.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Error> {
        let wrong = Error::Corrupt("lineage");
        let mut cursor = Cursor::new(bytes);
        let origin = match cursor.u8()? {
            1 => {
                let data = cursor.bytes(32)?.first_chunk().copied().unwrap_or_default();
                let rows = cursor.bytes(8)?.first_chunk().copied().unwrap_or_default();
                Origin::Trained { data, rows: u64::from_le_bytes(rows) }
            }
            2 => Origin::Merged(Rule::from_bytes([cursor.u8()?, cursor.u8()?]).ok_or(wrong.clone())?),
            _ => return Err(wrong),
        };
        let count = usize::from(cursor.u8()?);
        let (parents, _) = cursor.bytes(count * 32)?.as_chunks::<32>();
        if !parents.is_sorted_by(|a, b| a < b) || !cursor.rest().is_empty() {
            return Err(wrong);
        }
        Self::new(origin, parents.to_vec())
    }
}
