//! A column that several kinds of rows share, seen from each kind: mostly a clock.
//!
//! ```text
//! grouped := start zigzag varint | group for each kind that has numbers in the column, in the order of kinds
//! group   := mode u8 | body
//! mode    :  0 own      numbers of the values
//!            1 since    numbers of each value less the one before it in the column, whatever its kind
//!            2 steady   step zigzag varint: each value less the one before it in the column
//!            3 again    group varint: the same mode and numbers as that group
//! ```
//! Before the column's first value comes `start`.

use super::pieces::alone;
use crate::{
    codec::{Level, numbers, series},
    entropy::{Cursor, put_varint},
    error::Error,
    num::{unzigzag, zigzag},
};
use alloc::{collections::BTreeMap, vec::Vec};

const OWN: u8 = 0;
const SINCE: u8 = 1;
const STEADY: u8 = 2;
const AGAIN: u8 = 3;
/// Bits of a group beside its numbers.
const GROUP: u64 = 160;

/// The values of one kind, by themselves and since the one before.
#[derive(Debug, Default)]
struct Group {
    own: Vec<i64>,
    since: Vec<i64>,
}

/// A column's values by the kind of their row.
#[derive(Debug)]
pub(super) struct Grouped {
    start: i64,
    groups: Vec<Group>,
    modes: Vec<u8>,
}

impl Grouped {
    /// Groups `values` by `kinds`, if that takes fewer bits than all together.
    pub(super) fn new(values: &[i64], kinds: &[u16], level: Level) -> Option<Self> {
        let first = *values.first()?;
        let mut groups: BTreeMap<u16, Group> = BTreeMap::new();
        let mut before = first;
        for (value, kind) in values.iter().zip(kinds) {
            let group = groups.entry(*kind).or_default();
            group.own.push(*value);
            group.since.push(value.wrapping_sub(before));
            before = *value;
        }
        // The first step is free: make it what the group's next one is.
        let group = groups.get_mut(kinds.first()?)?;
        let step = group.since.get(1).copied().unwrap_or(0);
        *group.since.first_mut()? = step;
        let groups: Vec<Group> = groups.into_values().collect();
        let mut bits = 0;
        let mut modes = Vec::new();
        for group in &groups {
            let (mode, more) = group.mode(level);
            modes.push(mode);
            bits += more;
        }
        (bits < series::estimate(values, level)).then(|| Self {
            start: first.wrapping_sub(step),
            groups,
            modes,
        })
    }

    /// Appends them.
    pub(super) fn write(&self, level: Level, out: &mut Vec<u8>) {
        put_varint(out, zigzag(self.start));
        for (index, (group, mode)) in self.groups.iter().zip(&self.modes).enumerate() {
            let earlier = self.groups.iter().zip(&self.modes).take(index);
            let same =
                earlier.clone().position(|(other, m)| m == mode && other.numbers(*m) == group.numbers(*mode));
            match (*mode, same) {
                (STEADY, _) => {
                    out.push(STEADY);
                    put_varint(out, zigzag(group.since.first().copied().unwrap_or(0)));
                }
                (_, Some(earlier)) => {
                    out.push(AGAIN);
                    put_varint(out, earlier as u64);
                }
                (mode, None) => {
                    out.push(mode);
                    numbers::encode(group.numbers(mode), &[], &[], level, out);
                }
            }
        }
    }
}

impl Group {
    fn numbers(&self, mode: u8) -> &[i64] {
        if mode == OWN { &self.own } else { &self.since }
    }

    /// How to write the group, and the bits that takes.
    fn mode(&self, level: Level) -> (u8, u64) {
        if self.since.iter().all(|since| Some(since) == self.since.first()) {
            return (STEADY, 24);
        }
        let (own, since) = (series::estimate(&self.own, level), series::estimate(&self.since, level));
        if own < since { (OWN, own + GROUP) } else { (SINCE, since + GROUP) }
    }
}

/// Reads the values in rows of these kinds; models may take so many bytes of memory.
pub(super) fn read(cursor: &mut Cursor<'_>, kinds: &[u16], memory: u64) -> Result<Vec<i64>, Error> {
    let mut counts: BTreeMap<u16, usize> = BTreeMap::new();
    for kind in kinds {
        *counts.entry(*kind).or_default() += 1;
    }
    let mut last = unzigzag(cursor.varint()?);
    let mut groups: Vec<(u8, Vec<i64>)> = Vec::new();
    for count in counts.values() {
        groups.push(read_group(cursor, *count, &groups, memory)?);
    }
    let mut groups: BTreeMap<u16, (u8, alloc::vec::IntoIter<i64>)> = counts
        .keys()
        .copied()
        .zip(groups.into_iter().map(|(mode, numbers)| (mode, numbers.into_iter())))
        .collect();
    let value = |kind: &u16| {
        let (mode, numbers) = groups.get_mut(kind)?;
        let number = numbers.next()?;
        last = if *mode == OWN { number } else { last.wrapping_add(number) };
        Some(last)
    };
    kinds.iter().map(value).collect::<Option<_>>().ok_or(Error::Corrupt("a group of another length"))
}

fn read_group(
    cursor: &mut Cursor<'_>,
    count: usize,
    earlier: &[(u8, Vec<i64>)],
    memory: u64,
) -> Result<(u8, Vec<i64>), Error> {
    match cursor.u8()? {
        mode @ (OWN | SINCE) => Ok((mode, alone(cursor, count, memory)?)),
        STEADY => Ok((SINCE, alloc::vec![unzigzag(cursor.varint()?); count])),
        AGAIN => {
            let group = usize::try_from(cursor.varint()?).ok().and_then(|group| earlier.get(group));
            let same = group.filter(|(_, numbers)| numbers.len() == count);
            same.cloned().ok_or(Error::Corrupt("no such group of numbers"))
        }
        _ => Err(Error::Corrupt("unknown mode of a group")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn there_and_back(values: &[i64], kinds: &[u16]) -> Option<usize> {
        let grouped = Grouped::new(values, kinds, Level::STRONGEST)?;
        let mut out = Vec::new();
        grouped.write(Level::STRONGEST, &mut out);
        let mut cursor = Cursor::new(&out);
        assert_eq!(read(&mut cursor, kinds, u64::MAX).unwrap(), values);
        assert!(cursor.rest().is_empty());
        Some(out.len())
    }

    proptest! {
        #[test]
        fn grouped_values_come_back(rows in prop::collection::vec((0u16..4, any::<i16>()), 0..200), step in 0i64..1000) {
            let kinds: Vec<u16> = rows.iter().map(|(kind, _)| *kind).collect();
            let mut at = 0i64;
            let clock: Vec<i64> = rows.iter().map(|(kind, odd)| {
                at += if *kind == 0 { step } else if odd % 50 == 0 { i64::from(*odd) } else { 0 };
                at
            }).collect();
            there_and_back(&clock, &kinds);
        }

        #[test]
        fn hostile_bytes_are_an_error_or_values(bytes in prop::collection::vec(any::<u8>(), 0..80), kinds in prop::collection::vec(0u16..3, 0..99)) {
            if let Ok(values) = read(&mut Cursor::new(&bytes), &kinds, u64::MAX) {
                prop_assert_eq!(values.len(), kinds.len());
            }
        }
    }

    #[test]
    fn a_clock_that_all_kinds_share_is_a_few_bytes() {
        let kinds: Vec<u16> = (0..14).cycle().take(28_000).collect();
        let clock: Vec<i64> = (0..28_000).map(|row| 1_600_000_000 + row / 14 * 600).collect();
        assert!(there_and_back(&clock, &kinds).unwrap() < 80);
    }
}
