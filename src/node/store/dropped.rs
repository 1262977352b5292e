//! What a log has dropped: from its first line on, one range after the other.
//!
//! ```text
//! 0        4
//! | "QLD1" | rows, why | rows, why | ... | check |
//! ```
//! Each range is eight bytes for the number of its lines and a byte for why. The file is on the disk before what it tells of
//! is removed.

use super::{
    fields::{add_check, checked},
    line::{Entry, Why},
    record::MAX_NUMBER,
};

const MAGIC: &[u8; 4] = b"QLD1";
/// Limit: ranges that are told apart; older ones become one.
const MAX_RANGES: usize = 1024;

/// The ranges that were dropped.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Dropped {
    ranges: Vec<(u64, Why)>,
}

impl Dropped {
    /// Returns the number of the first line that was not dropped.
    pub(super) fn end(&self) -> u64 {
        self.ranges.iter().map(|(rows, _)| rows).sum()
    }

    /// Drops all before the line with number `end`.
    pub(super) fn extend(&mut self, end: u64, why: Why) {
        let rows = end.saturating_sub(self.end());
        match self.ranges.last_mut() {
            _ if rows == 0 => {}
            Some((last, other)) if *other == why => *last += rows,
            _ => self.ranges.push((rows, why)),
        }
        if self.ranges.len() > MAX_RANGES {
            let (rows, _) = self.ranges.remove(0);
            self.ranges[0].0 += rows;
        }
    }

    /// Gives what was dropped of the lines from number `from` on; returns the number after it.
    pub(super) fn read(&self, from: u64, give: &mut dyn FnMut(Entry<'_>)) -> u64 {
        let mut first = 0;
        for (rows, why) in &self.ranges {
            if let Some(gap) = (Entry::Gap { first, rows: *rows, why: *why }).since(from) {
                give(gap);
            }
            first += rows;
        }
        from.max(first)
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut file = MAGIC.to_vec();
        for (rows, why) in &self.ranges {
            file.extend_from_slice(&rows.to_le_bytes());
            file.push(*why as u8);
        }
        add_check(&mut file);
        file
    }

    /// Parses such a file; nothing if it is damaged.
    pub(super) fn parse(file: &[u8]) -> Option<Self> {
        let mut fields = checked(file)?;
        let (is_ours, mut ranges, mut end) = (fields.bytes(4)? == MAGIC, vec![], 0_u64);
        while !fields.0.is_empty() {
            let (rows, why) = (fields.long()?, Why::new(fields.byte()?)?);
            end = end.checked_add(rows)?;
            ranges.push((rows, why));
        }
        (is_ours && ranges.len() <= MAX_RANGES && end <= MAX_NUMBER).then_some(Self { ranges })
    }
}
