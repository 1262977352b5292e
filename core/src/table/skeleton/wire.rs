//! A skeleton as bytes.
//!
//! ```text
//! lines    := families varint | family* | preamble bytes varint | preamble
//! family   := string pattern, a line end for each field | role varint for each field | [keys varint | string*]
//! role     := slot * 4 + 2 if keyed + 1 if key; the keys follow if there is a key
//! string   := bytes as the string before it (at first none): at its start varint | at its end varint | others varint |
//!             the others
//! ```
//! A key is its words, each ended by a line end.

use super::{Family, Key, MAX_BYTES, MAX_KINDS, Pattern, Role, Skeleton};
use crate::{
    entropy::{Cursor, put_varint},
    error::Error,
    table::shape::read_preamble,
};
use alloc::vec::Vec;

impl Skeleton {
    /// Bytes it takes in an archive.
    pub(super) fn written(&self) -> usize {
        let mut out = Vec::new();
        self.write(&mut out);
        out.len()
    }

    /// Appends the skeleton.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let mut last = Vec::new();
        put_varint(out, self.families.len() as u64);
        for family in &self.families {
            write_string(family.pattern.text(), &mut last, out);
            for role in &family.roles {
                let flags = u64::from(role.keyed) << 1 | u64::from(role.key);
                put_varint(out, u64::from(role.slot) << 2 | flags);
            }
            if family.has_keys() {
                put_varint(out, family.keys.len() as u64);
                family.keys.iter().for_each(|key| write_string(key.clone(), &mut last, out));
            }
        }
        put_varint(out, self.preamble.len() as u64);
        out.extend_from_slice(&self.preamble);
    }

    /// Reads a skeleton whose preamble has at most `preamble` bytes.
    pub(crate) fn read(cursor: &mut Cursor<'_>, preamble: u64) -> Result<Self, Error> {
        let before = cursor.rest();
        let mut last = Vec::new();
        let count = below(cursor, MAX_KINDS)?;
        let mut left = MAX_BYTES;
        let mut families = Vec::new();
        for _ in 0..count {
            families.push(Family::read(cursor, &mut last, &mut left)?);
        }
        let preamble = read_preamble(cursor, preamble)?;
        let skeleton =
            Self::new(families, preamble).filter(|skeleton| skeleton.columns() > 0).ok_or(IMPOSSIBLE)?;
        // Strings share what they can: there is one way to write a skeleton.
        let mut again = Vec::new();
        skeleton.write(&mut again);
        if !before.starts_with(&again) || again.len() + cursor.rest().len() != before.len() {
            return Err(IMPOSSIBLE);
        }
        Ok(skeleton)
    }
}

const IMPOSSIBLE: Error = Error::Corrupt("impossible skeleton of lines");

impl Family {
    /// Whether there are key fields.
    pub(super) fn has_keys(&self) -> bool {
        self.roles.iter().any(|role| role.key)
    }

    fn read(cursor: &mut Cursor<'_>, last: &mut Vec<u8>, left: &mut usize) -> Result<Self, Error> {
        let pattern = Pattern::new(&read_string(cursor, last, left)?).ok_or(IMPOSSIBLE)?;
        let mut roles = Vec::new();
        for _ in 0..pattern.fields() {
            let role = cursor.varint()?;
            let slot = u16::try_from(role >> 2).map_err(|_| IMPOSSIBLE)?;
            roles.push(Role { slot, keyed: role & 2 != 0, key: role & 1 != 0 });
        }
        let mut slots: Vec<u16> = roles.iter().map(|role| role.slot).collect();
        slots.sort_unstable();
        // A row has at most one cell of a column.
        if !slots.is_sorted_by(|a, b| a < b) {
            return Err(IMPOSSIBLE);
        }
        let mut family = Self { pattern, roles, keys: Vec::new() };
        if family.has_keys() {
            let words = family.roles.iter().filter(|role| role.key).count();
            for _ in 0..below(cursor, MAX_KINDS)? {
                let key: Key = read_string(cursor, last, left)?;
                if key.iter().filter(|byte| **byte == b'\n').count() != words || key.last() != Some(&b'\n') {
                    return Err(IMPOSSIBLE);
                }
                family.keys.push(key);
            }
        }
        Ok(family)
    }
}

fn below(cursor: &mut Cursor<'_>, most: usize) -> Result<usize, Error> {
    usize::try_from(cursor.varint()?).ok().filter(|n| *n <= most).ok_or(IMPOSSIBLE)
}

fn write_string(string: Vec<u8>, last: &mut Vec<u8>, out: &mut Vec<u8>) {
    let start = string.iter().zip(&*last).take_while(|(a, b)| a == b).count();
    let most = string.len().min(last.len()) - start;
    let end = string.iter().rev().zip(last.iter().rev()).take(most).take_while(|(a, b)| a == b).count();
    let others = string.get(start..string.len() - end).unwrap_or_default();
    put_varint(out, start as u64);
    put_varint(out, end as u64);
    put_varint(out, others.len() as u64);
    out.extend_from_slice(others);
    *last = string;
}

/// Reads a string; all of them together take at most `left` bytes.
fn read_string(cursor: &mut Cursor<'_>, last: &mut Vec<u8>, left: &mut usize) -> Result<Vec<u8>, Error> {
    let (start, end) = (below(cursor, last.len())?, below(cursor, last.len())?);
    let others = below(cursor, *left)?;
    *left = left.checked_sub(start + end + others).ok_or(IMPOSSIBLE)?;
    let mut string = last.get(..start).ok_or(IMPOSSIBLE)?.to_vec();
    string.extend_from_slice(cursor.bytes(others)?);
    string.extend_from_slice(last.get(last.len() - end..).ok_or(IMPOSSIBLE)?);
    last.clone_from(&string);
    Ok(string)
}
