//! The kinds of a table's rows: periods and habits of succession cost next to nothing.
//!
//! ```text
//! kinds := map u8 | [lag varint] | series
//! map   :  0 plain      the kinds
//!          1 lagged     the kind's place in the list of the kind `lag` rows before it
//!          2 after one  the same in the list of the kind before it
//!          3 after two  the same in the list of the two kinds before it
//! ```
//! A list has the kinds that came in its place so far, those that came more often first; a kind that is not in it has the
//! length of the list plus its own number. When a kind comes, it joins the end of the list or counts one more, and goes
//! before all that count less; when it has counted 255, all counts of the list are halved, rounded up. Rows before the
//! first are of kind 0.

use crate::{
    codec::{Level, series},
    entropy::{Cursor, put_varint},
    error::Error,
};
use alloc::{collections::BTreeMap, vec::Vec};

const PLAIN: u8 = 0;
const LAGGED: u8 = 1;
const AFTER_ONE: u8 = 2;
const AFTER_TWO: u8 = 3;
/// Rows between a kind and the one it repeats at most.
const MAX_LAG: usize = 2048;

/// Appends the kinds of rows.
pub(super) fn write(kinds: &[u16], level: Level, out: &mut Vec<u8>) {
    let lag = best_lag(kinds);
    let mut best = (PLAIN, kinds.iter().map(|kind| i64::from(*kind)).collect::<Vec<_>>());
    let mut least = series::estimate(&best.1, level);
    for (map, extra) in [(AFTER_ONE, 0), (LAGGED, 16), (AFTER_TWO, 0)] {
        // Less than a bit in a hundred rows is not worth more trouble.
        if least * 100 < kinds.len() as u64 {
            break;
        }
        let mapped = places(kinds, map, lag);
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
    if map > AFTER_TWO || !(1..=MAX_LAG).contains(&lag) {
        return Err(Error::Corrupt("unknown map of kinds"));
    }
    let mut numbers = Vec::new();
    series::decode(cursor, rows, &mut numbers)?;
    let kinds = match map {
        PLAIN => numbers.iter().map(|number| u16::try_from(*number).ok()).collect(),
        _ => from_places(&numbers, map, lag),
    };
    kinds.ok_or(Error::Corrupt("a line of no kind"))
}

fn best_lag(kinds: &[u16]) -> usize {
    /// Rows compared.
    const ROWS: usize = 2048;
    let lags = 1..=MAX_LAG.min(kinds.len() / 3).max(1);
    let start = (kinds.len() / 2).saturating_sub(ROWS / 2).max(*lags.end()).min(kinds.len());
    let here = kinds.get(start..).unwrap_or_default();
    let here = here.get(..ROWS).unwrap_or(here);
    let same = |lag: &usize| {
        let before = kinds.get(start.saturating_sub(*lag)..).unwrap_or_default();
        here.iter().zip(before).filter(|(a, b)| a == b).count()
    };
    lags.rev().max_by_key(same).unwrap_or(1)
}

/// The lists of kinds that came in each place.
struct Habits {
    map: u8,
    lag: usize,
    lists: BTreeMap<u32, Vec<(u16, u8)>>,
}

impl Habits {
    fn new(map: u8, lag: usize) -> Self {
        Self { map, lag, lists: BTreeMap::new() }
    }

    /// The list for the kind that follows `before`.
    fn list(&mut self, before: &[u16]) -> &mut Vec<(u16, u8)> {
        let back = |rows: usize| {
            let kind = before.len().checked_sub(rows).and_then(|row| before.get(row));
            u32::from(kind.copied().unwrap_or(0))
        };
        let context = match self.map {
            LAGGED => back(self.lag),
            AFTER_ONE => back(1),
            _ => back(2) << 16 | back(1),
        };
        self.lists.entry(context).or_default()
    }
}

/// Counts the kind at `place` of a list once more; a place behind the end is a kind that is new there.
fn count(list: &mut Vec<(u16, u8)>, place: usize, kind: u16) {
    let Some((_, counted)) = list.get_mut(place) else { return list.push((kind, 1)) };
    *counted += 1;
    let counted = *counted;
    let before = list.get(..place).unwrap_or_default();
    let target = before.iter().rev().take_while(|(_, count)| *count < counted).count();
    if let Some(passed) = list.get_mut(place - target..=place) {
        passed.rotate_right(1);
    }
    if counted == u8::MAX {
        list.iter_mut().for_each(|(_, count)| *count = count.div_ceil(2));
    }
}

fn places(kinds: &[u16], map: u8, lag: usize) -> Vec<i64> {
    let mut habits = Habits::new(map, lag);
    let place = |(row, kind): (usize, &u16)| {
        let list = habits.list(kinds.get(..row).unwrap_or_default());
        let place = list.iter().position(|(known, _)| known == kind);
        let number = place.unwrap_or(list.len() + usize::from(*kind));
        count(list, number, *kind);
        number as i64
    };
    kinds.iter().enumerate().map(place).collect()
}

fn from_places(numbers: &[i64], map: u8, lag: usize) -> Option<Vec<u16>> {
    let mut habits = Habits::new(map, lag);
    let mut kinds = Vec::with_capacity(numbers.len());
    for number in numbers {
        let number = usize::try_from(*number).ok()?;
        let list = habits.list(&kinds);
        let kind = match list.get(number) {
            Some((kind, _)) => *kind,
            None => u16::try_from(number - list.len()).ok()?,
        };
        // A list must not grow beyond the kinds there are.
        if number >= list.len() && list.iter().any(|(known, _)| *known == kind) {
            return None;
        }
        count(list, number, kind);
        kinds.push(kind);
    }
    Some(kinds)
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
            for map in [LAGGED, AFTER_ONE, AFTER_TWO] {
                let back = from_places(&places(&kinds, map, lag), map, lag);
                prop_assert_eq!(back.as_ref(), Some(&kinds));
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
