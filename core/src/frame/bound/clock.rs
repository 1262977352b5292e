//! Columns that a bound for all columns leaves alone: clocks and counts of rows, which are no readings of anything.

use super::table::decimals;
use crate::frame::raw;
use crate::table::{Care, Column, Content, Raw, Schema};
use alloc::vec::Vec;
use core::ops::RangeInclusive;

/// Rows that show what a column counts.
const LEAST_ROWS: usize = 3;
/// Seconds since 1970 from 2001 to 2096.
const SECONDS: RangeInclusive<i128> = 1_000_000_000..=4_000_000_000;

/// The columns of `first` that are clocks or counts of rows.
pub(super) fn find(first: &[u8], schema: &Schema) -> Vec<usize> {
    match schema {
        Schema::Bytes | Schema::Learnt { .. } => Vec::new(),
        Schema::Raw(raw) => of_samples(first, *raw),
        Schema::Table(layout) => {
            layout.split(first, Care::Full).map_or_else(Vec::new, |table| of_columns(&table.columns))
        }
    }
}

fn of_samples(samples: &[u8], raw: Raw) -> Vec<usize> {
    let channels = (0..usize::from(raw.channels)).map(|channel| raw::channel(samples, raw, channel));
    channels.enumerate().filter(|(_, values)| is_clock(values, 0)).map(|(channel, _)| channel).collect()
}

fn of_columns(columns: &[Column]) -> Vec<usize> {
    let mut clocks = Vec::new();
    let mut first = 0;
    for column in columns {
        if let Content::Numbers(numbers) = &column.content
            && column.span == 1
            && let Some((values, places)) = decimals(numbers)
            && is_clock(values, places)
        {
            clocks.push(first);
        }
        first += column.span;
    }
    clocks
}

/// Whether values of so many decimals are integers that rise with every row, or times since 1970.
fn is_clock(values: &[i64], places: u8) -> bool {
    let (Some(low), Some(high)) = (values.iter().min(), values.iter().max()) else { return false };
    let rises = values.iter().zip(values.iter().skip(1)).all(|(a, b)| a < b);
    let counts = places == 0 && values.len() >= LEAST_ROWS && rises;
    let second = 10i128.pow(u32::from(places.min(18)));
    let is_time = |fraction: i128| {
        [low, high].iter().all(|v| SECONDS.contains(&(i128::from(**v) / (second * fraction))))
    };
    counts || [1, 1000, 1_000_000, 1_000_000_000].into_iter().any(is_time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Layout;

    #[test]
    fn clocks_and_counts_are_found() {
        let rows = (0..100).map(|i| {
            let time = 1_700_000_000 + i / 2;
            alloc::format!(
                "{i},{time},{time}{:03},{time}.5,{},{}.5,{}\n",
                i % 1000,
                20 + i % 7,
                1000 + i,
                5 + i
            )
        });
        let text = rows.collect::<alloc::string::String>();
        let layout = Layout::detect(text.as_bytes()).unwrap();
        assert_eq!(find(text.as_bytes(), &Schema::Table(layout)), [0, 1, 2, 3, 6]);
    }
}
