//! Summaries of the fields of a table that is being written: where a column's numbers tell, no cell is printed for them.

use crate::{
    parallel::Parallel,
    table::{Content, Exceptions, Format, Lane, Layout, Numbers, Pick, Presence, Strings, Table},
    value::Summary,
};
use alloc::vec::Vec;

/// Numbers below are written in ways that all read alike.
const MAX_PLAIN: u64 = 1_000_000_000_000_000_000;

/// Returns a summary of each field, in the order of [`Pick::all`]; `None` if what follows the last line end is a row that
/// belongs to none.
pub(super) fn of(parallel: &impl Parallel, table: &Table, layout: &Layout) -> Option<Vec<Summary>> {
    if !table.tail.is_empty() {
        return None;
    }
    let presence = Presence::of(layout, table).ok()?;
    let is_plain = !layout.is_lines() && table.columns.iter().all(|column| column.span == 1);
    if is_plain {
        let contents = table.columns.iter().map(|column| &column.content).collect();
        return Some(parallel.map(contents, &of_content));
    }
    let picks = Pick::all(layout);
    Some(picks.iter().map(|(pick, _)| of_lines(&table.print(&presence, Some(pick)))).collect())
}

/// The summary of cells, a line each.
fn of_lines(lines: &[u8]) -> Summary {
    let ends = memchr::memchr_iter(b'\n', lines);
    let starts = core::iter::once(0).chain(memchr::memchr_iter(b'\n', lines).map(|end| end + 1));
    Summary::of(starts.zip(ends).map(|(start, end)| lines.get(start..end).unwrap_or_default()))
}

fn of_content(content: &Content) -> Summary {
    match content {
        Content::Text(cells) => Summary::of(cells.iter()),
        Content::Tokens { distinct, ids } => of_words(distinct, ids),
        Content::Numbers(numbers) => match of_numbers(numbers) {
            Some(summary) => summary,
            None => {
                let mut lane = Lane::default();
                content.print(0..content.cells(), b'\n', &mut lane);
                let mut summary = Summary::default();
                (0..content.cells()).for_each(|_| summary.push(lane.take_cell(), 1));
                summary
            }
        },
    }
}

fn of_words(distinct: &Strings, ids: &[u32]) -> Summary {
    let mut counts = alloc::vec![0_u64; distinct.len()];
    for id in ids {
        counts.get_mut(*id as usize).into_iter().for_each(|count| *count += 1);
    }
    let mut summary = Summary::default();
    for (word, count) in distinct.iter().zip(counts).filter(|(_, count)| *count > 0) {
        summary.push(word, count);
    }
    summary
}

/// The summary of numbers of a format that writes larger numbers as larger ones: three of them tell all.
fn of_numbers(numbers: &Numbers) -> Option<Summary> {
    let Numbers { affix, format, values, exceptions, .. } = numbers;
    let mut summary = of_exceptions(exceptions);
    let (Some(min), Some(max)) = (values.iter().min(), values.iter().max()) else { return Some(summary) };
    let is_known = match format {
        Format::Decimal { .. } => min.unsigned_abs().max(max.unsigned_abs()) < MAX_PLAIN,
        Format::Time(_) => true,
        _ => false,
    };
    if !is_known || !affix.is_empty() {
        return None;
    }
    let mut lane = Lane::default();
    format.printer(affix, b'\n').print(&[*min, *max, *finest(values)?], &[], &mut lane);
    for _ in 0..3 {
        let cell = lane.take_cell().trim_ascii();
        if matches!(format, Format::Time(_)) && !is_plain_time(cell) {
            return None;
        }
        summary.push(cell, 1);
    }
    summary.cells = numbers.cells() as u64;
    Some(summary)
}

fn of_exceptions(exceptions: &Exceptions) -> Summary {
    Summary::of(exceptions.cells.iter())
}

/// The value with the fewest zeros at its end.
fn finest(values: &[i64]) -> Option<&i64> {
    let (mut power, mut found) = (10_i64.pow(18), values.first()?);
    for value in values {
        while power > 1 && value % power != 0 {
            (power, found) = (power / 10, value);
        }
        if power == 1 {
            break;
        }
    }
    Some(found)
}

/// Whether a time is written by digits from the year on, so that whatever is written alike is a time, or nothing is.
fn is_plain_time(cell: &[u8]) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_digit() || b"-/.: TZ+".contains(byte);
    cell.iter().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        codec::Level,
        frame::{Config, Header, Segment},
        table::{Input, Picked, Schema},
    };
    use proptest::prelude::*;
    use std::{format, string::String};

    const CONFIG: Config = Config { level: Level::DEFAULT, input: Input::Text, segment: 1 << 20 };

    /// One cell of a column of that kind.
    fn cell(kind: u8, n: u64) -> String {
        let (day, second) = (1 + n % 28, n % 60);
        match kind {
            _ if n % 37 == 36 => {
                ["", "NA", "  ", "err", "-1.5e-7", "2025-01-01"][(n / 37 % 6) as usize].into()
            }
            0 => format!("{}", n % 1000),
            1 => format!("{}.{:02}", n % 50, n % 100),
            2 => format!("{}", (n % 1000) as f64 / 8.0),
            3 => format!("{:?}", (n % 1000) as f64 / 10.0),
            4 => format!("{}", (n % 1000) as f64 / 7.0),
            5 => format!("{:e}", (n % 1000) as f64 / 7.0),
            6 => format!("2025-03-{day:02} 10:{second:02}:00"),
            7 => format!("2025-03-{day:02}T10:{second:02}:00.{:03}Z", n % 1000),
            8 if n.is_multiple_of(4) => format!("2025-03-{day:02} 10:00:{second:02}"),
            8 => format!("2025-03-{day:02} 10:00:{second:02}.{:06}", n % 1_000_000),
            9 => format!("2025/03/{day:02}"),
            10 => format!("{day:02}/03/2025"),
            11 => ["on", "off", "NA"][(n % 3) as usize].into(),
            12 => format!("\"{}\"", n % 100),
            13 => format!("{} C", n % 100),
            14 => format!("{:03}", n % 100),
            15 => format!("{:x}", n % 5000),
            16 => format!("2025-03-{day:02}T10:{second:02}:00+0{}:00", n % 3),
            17 => format!("{n}{n}{n}"),
            18 => format!("10:{second:02}:00"),
            _ => format!("{}", -((n % 3000) as i64)),
        }
    }

    /// What the cells say, looked at one by one.
    fn looked_at(text: &str, layout: &Layout) -> Vec<Summary> {
        let rows = text.as_bytes().strip_prefix(layout.preamble()).unwrap_or(text.as_bytes());
        let picks: Vec<_> = Pick::all(layout).into_iter().map(|(pick, _)| Some(pick)).collect();
        Picked::of_lines(rows, layout, &picks).columns.iter().map(|lines| of_lines(lines)).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn what_columns_know_is_what_their_cells_say(
            kinds in prop::collection::vec(0..20_u8, 1..6),
            numbers in prop::collection::vec(any::<u64>(), 30..200),
            smooth: bool,
            level in 1..6_u8,
        ) {
            let mut text = String::new();
            for (row, random) in (0..).zip(&numbers) {
                let n = |column: u64| if smooth { row * (column + 3) } else { random >> (column % 40) };
                let cells: Vec<String> = (0..).zip(&kinds).map(|(at, kind)| cell(*kind, n(at))).collect();
                text += &format!("{}\n", cells.join(","));
            }
            let header = Header::detect(text.as_bytes(), &CONFIG);
            let segment = Segment::encode(text.as_bytes(), &header, true, Level::new(level).unwrap());
            if let (Schema::Table(layout), Some(summaries)) = (&header.schema, &segment.summaries) {
                prop_assert_eq!(summaries, &looked_at(&text, layout), "{}", text);
            }
        }
    }

    #[test]
    fn a_row_that_has_no_end_leaves_nothing_known() {
        let text = "a,b\n1,2\n3,4\n5,6\n7,8";
        let header = Header::detect(text.as_bytes(), &CONFIG);
        assert!(matches!(header.schema, Schema::Table(_)));
        let known = |text: &str| Segment::encode(text.as_bytes(), &header, true, Level::FASTEST).summaries;
        assert_eq!(known(text), None);
        assert!(known(&format!("{text}\n")).is_some());
    }
}
