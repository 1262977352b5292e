//! The kinds of a table's rows: periods and habits of succession cost next to nothing.
//!
//! ```text
//! kinds := map u8 | [lag varint] | series
//! map   :  0 plain      the kinds
//!          1 lagged     0 where the kind is that of `lag` rows before, else the kind plus one
//!          2 followed   the kind's place among those that came after the kind before it, the latest first; the number of
//!                       those plus the kind where it never did
//!          3 followed   the same after the two kinds before it
//! ```
//! Rows before the first are of kind 0.

use crate::{
    Error,
    codec::{Level, series},
    entropy::{Cursor, put_varint},
};
use alloc::{collections::BTreeMap, vec::Vec};

const PLAIN: u8 = 0;
const LAGGED: u8 = 1;
const AFTER_ONE: u8 = 2;
const AFTER_TWO: u8 = 3;
/// Rows between a kind and the one it repeats at most.
const MOST_LAG: usize = 2048;

/// Appends the kinds of rows.
pub(super) fn write(kinds: &[u16], level: Level, out: &mut Vec<u8>) {
    let lag = best_lag(kinds);
    let mut best = (PLAIN, kinds.iter().map(|kind| i64::from(*kind)).collect::<Vec<_>>());
    let mut least = series::estimate(&best.1, level);
    for (map, extra) in [(LAGGED, 16), (AFTER_ONE, 0), (AFTER_TWO, 0)] {
        // Less than a bit in a hundred rows is not worth more trouble.
        if least * 100 < kinds.len() as u64 {
            break;
        }
        let mapped = match map {
            LAGGED => lagged(kinds, lag),
            _ => followed(kinds, map),
        };
        let bits = series::estimate(&mapped, level) + extra;
        if bits < least {
            (best, least) = ((map, mapped), bits);
        }
    }
    out.push(best.0);
    if best.0 == LAGGED {
        put_varint(out, lag as u64);
    }
    series::encode(&best.1, level, out);
}

/// Reads the kinds of `rows`.
pub(super) fn read(cursor: &mut Cursor<'_>, rows: usize) -> Result<Vec<u16>, Error> {
    let map = cursor.u8()?;
    let lag = if map == LAGGED { usize::try_from(cursor.varint()?).unwrap_or(0) } else { 1 };
    if map > AFTER_TWO || !(1..=MOST_LAG).contains(&lag) {
        return Err(Error::Corrupt("unknown map of kinds"));
    }
    let mut numbers = Vec::new();
    series::decode(cursor, rows, &mut numbers)?;
    let kinds = match map {
        PLAIN => numbers.iter().map(|number| u16::try_from(*number).ok()).collect(),
        LAGGED => from_lagged(&numbers, lag),
        _ => from_followed(&numbers, map),
    };
    kinds.ok_or(Error::Corrupt("a line of no kind"))
}

fn best_lag(kinds: &[u16]) -> usize {
    /// Rows compared.
    const ROWS: usize = 2048;
    let lags = 1..=MOST_LAG.min(kinds.len() / 3).max(1);
    let start = (kinds.len() / 2).saturating_sub(ROWS / 2).max(*lags.end()).min(kinds.len());
    let here = kinds.get(start..).unwrap_or_default();
    let here = here.get(..ROWS).unwrap_or(here);
    let same = |lag: &usize| {
        let before = kinds.get(start.saturating_sub(*lag)..).unwrap_or_default();
        here.iter().zip(before).filter(|(a, b)| a == b).count()
    };
    lags.rev().max_by_key(same).unwrap_or(1)
}

fn lagged(kinds: &[u16], lag: usize) -> Vec<i64> {
    let before = core::iter::repeat_n(&0, lag).chain(kinds);
    kinds
        .iter()
        .zip(before)
        .map(|(kind, before)| if kind == before { 0 } else { i64::from(*kind) + 1 })
        .collect()
}

fn from_lagged(numbers: &[i64], lag: usize) -> Option<Vec<u16>> {
    let mut kinds: Vec<u16> = Vec::with_capacity(numbers.len());
    for (row, number) in numbers.iter().enumerate() {
        let kind = match number {
            0 => row.checked_sub(lag).and_then(|before| kinds.get(before)).copied().unwrap_or(0),
            _ => u16::try_from(number.checked_sub(1)?).ok()?,
        };
        kinds.push(kind);
    }
    Some(kinds)
}

/// What came after each kind, or pair of kinds, the latest first.
struct Habits {
    lists: BTreeMap<u32, Vec<u16>>,
    context: u32,
    mask: u32,
}

impl Habits {
    fn new(map: u8) -> Self {
        Self { lists: BTreeMap::new(), context: 0, mask: if map == AFTER_TWO { u32::MAX } else { 0xFFFF } }
    }

    /// What came after the last kinds.
    fn list(&mut self) -> &mut Vec<u16> {
        self.lists.entry(self.context & self.mask).or_default()
    }

    /// Remembers that a kind came, which stood at `place` of the list.
    fn follow(&mut self, place: usize, kind: u16) {
        let list = self.list();
        match list.get_mut(..=place) {
            Some(until) => until.rotate_right(1),
            None => list.insert(0, kind),
        }
        self.context = self.context << 16 | u32::from(kind);
    }
}

fn followed(kinds: &[u16], map: u8) -> Vec<i64> {
    let mut habits = Habits::new(map);
    let number = |kind: &u16| {
        let list = habits.list();
        let place = list.iter().position(|known| known == kind);
        let number = place.unwrap_or(list.len() + usize::from(*kind));
        habits.follow(place.unwrap_or(usize::MAX), *kind);
        number as i64
    };
    kinds.iter().map(number).collect()
}

fn from_followed(numbers: &[i64], map: u8) -> Option<Vec<u16>> {
    let mut habits = Habits::new(map);
    let kind = |number: &i64| {
        let number = usize::try_from(*number).ok()?;
        let list = habits.list();
        let kind = match list.get(number) {
            Some(kind) => *kind,
            None => u16::try_from(number - list.len()).ok()?,
        };
        let place = if number < list.len() { number } else { usize::MAX };
        habits.follow(place, kind);
        Some(kind)
    };
    numbers.iter().map(kind).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn there_and_back(kinds: &[u16]) -> usize {
        let mut smallest = usize::MAX;
        for level in [Level::FASTEST, Level::STRONGEST] {
            let mut out = Vec::new();
            write(kinds, level, &mut out);
            let mut cursor = Cursor::new(&out);
            assert_eq!(read(&mut cursor, kinds.len()).unwrap(), kinds);
            assert!(cursor.rest().is_empty());
            smallest = smallest.min(out.len());
        }
        smallest
    }

    proptest! {
        #[test]
        fn any_kinds_come_back(kinds in prop::collection::vec(0u16..5, 0..300), lag in 1usize..9) {
            there_and_back(&kinds);
            prop_assert_eq!(from_lagged(&lagged(&kinds, lag), lag).as_ref(), Some(&kinds));
            for map in [AFTER_ONE, AFTER_TWO] {
                prop_assert_eq!(from_followed(&followed(&kinds, map), map).as_ref(), Some(&kinds));
            }
        }

        #[test]
        fn hostile_bytes_are_an_error_or_kinds(bytes in prop::collection::vec(any::<u8>(), 0..60), rows in 0usize..500) {
            if let Ok(kinds) = read(&mut Cursor::new(&bytes), rows) {
                prop_assert_eq!(kinds.len(), rows);
            }
        }
    }

    #[test]
    fn periods_cost_next_to_nothing() {
        let cycle: Vec<u16> = (0..40).cycle().take(20_000).collect();
        assert!(there_and_back(&cycle) < 100, "{}", there_and_back(&cycle));
        let tenth: Vec<u16> = (0..20_000).map(|row| u16::from(row % 10 == 0)).collect();
        assert!(there_and_back(&tenth) < 60, "{}", there_and_back(&tenth));
    }

    #[test]
    fn a_cycle_with_gaps_costs_its_gaps() {
        let kinds: Vec<u16> = (0..20_000u16).filter(|row| row % 97 != 0).map(|row| row % 40).collect();
        assert!(there_and_back(&kinds) < 500, "{}", there_and_back(&kinds));
    }
}
