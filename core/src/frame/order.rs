//! Which way the columns of a table lead on: a column may look at those before it, and either end can be the first.
//!
//! A sum explains its parts worse than the parts explain the sum, and tables have it on either side. The strongest
//! levels try both ways on a stretch of the rows, and on all of them if that leads the unusual way.

use super::{columns, sense::Sense};
use crate::{
    codec::{Level, Part},
    parallel::Parallel,
    table::{Care, Layout},
};
use alloc::vec::Vec;

/// The first level that tries.
const TRIED_FROM: Level = Level::TRIED;
/// The level that is tried at: what suits it suits the stronger ones, and it is faster.
const TRIED_AT: Level = Level::STRONG;
/// Bytes of text that are tried at most, and the share of the text.
const TRIED: usize = 48 << 10;
const SHARE: usize = 8;
/// Places of the text that they come from.
const RUNS: usize = 4;
/// One part in so many that the unusual way must gain to be tried on all rows.
const MARGIN: usize = 100;
/// With fewer columns there is little to choose.
const FEWEST: usize = 3;

/// The way that suits `text`, a table of that layout.
pub(super) fn sense_of(text: &[u8], layout: &Layout, level: Level, parallel: &impl Parallel) -> Sense {
    let may_try = level >= TRIED_FROM && level.has(Part::Order) && level.has(Part::Parents);
    if !may_try || layout.columns() < FEWEST {
        return Sense::Rightward;
    }
    let Some(table) = layout.split(&sample(text), Care::Full) else { return Sense::Rightward };
    let tried = parallel.each(2, |way| {
        let mut body = Vec::new();
        columns::write(&table, layout, Sense::of_bit(way), TRIED_AT, parallel, &mut body)
            .ok()
            .map(|()| body.len())
    });
    match *tried {
        [Some(rightward), Some(leftward)] if leftward + leftward / MARGIN < rightward => Sense::Leftward,
        _ => Sense::Rightward,
    }
}

/// Whole lines from a few places of a text.
fn sample(text: &[u8]) -> Vec<u8> {
    let length = (text.len() / SHARE).min(TRIED) / RUNS;
    let line = |from: usize| {
        let behind = text.get(from..).unwrap_or_default();
        memchr::memchr(b'\n', behind).map_or(text.len(), |end| from + end + 1)
    };
    let mut lines = Vec::with_capacity(length * (RUNS + 1));
    for run in 0..RUNS {
        let start = line((text.len() - length) * (2 * run + 1) / (2 * RUNS));
        lines.extend_from_slice(text.get(start..line(start + length)).unwrap_or_default());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        frame::{Config, Header, Segment, View},
        num::Random,
        parallel::Sequential,
        table::{Input, Schema},
    };
    use alloc::{format, string::String};

    /// Rows of `columns` numbers that wander, and a coarse mean of them before or behind.
    fn table(mean_first: bool) -> String {
        let mut random = Random::new(7, 0);
        let mut now = [5000_i64, 9000, 2000];
        (0..3000)
            .map(|_| {
                now.iter_mut().for_each(|value| *value += random.below(41) as i64 - 20);
                let mean = now.iter().sum::<i64>() / 48;
                let [a, b, c] = now;
                if mean_first { format!("{mean},{a},{b},{c}\n") } else { format!("{a},{b},{c},{mean}\n") }
            })
            .collect()
    }

    fn sense(text: &str) -> Sense {
        let Schema::Table(layout) = Schema::detect(text.as_bytes(), Input::Text) else { panic!() };
        sense_of(text.as_bytes(), &layout, Level::STRONGEST, &Sequential)
    }

    #[test]
    fn what_follows_from_the_others_comes_last() {
        assert_eq!(sense(&table(true)), Sense::Leftward);
        assert_eq!(sense(&table(false)), Sense::Rightward);
    }

    #[test]
    fn columns_that_lead_leftward_come_back() {
        let text = table(true);
        let level = Level::STRONGEST;
        let header = Header::detect(text.as_bytes(), &Config { level, input: Input::Text, segment: 1 << 20 });
        let segment = Segment::encode(text.as_bytes(), &header, true, level);
        let view = View::read(&mut crate::entropy::Cursor::new(&segment.bytes), &header).unwrap();
        let mut back = Vec::new();
        view.decode(&header, &mut back).unwrap();
        assert_eq!(back, text.as_bytes());
        let alone = Segment::encode(text.as_bytes(), &header, true, level.without(Part::Order));
        assert!(segment.bytes.len() < alone.bytes.len());
    }
}
