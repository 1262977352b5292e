//! The layout of the rows, found in the first lines, and the cells of each line after them.

use super::column::{self, Column};
use crate::{
    failure::{Failure, Outcome},
    text::{describe, plain},
};
use qres_core::{
    table::Layout,
    value::{Moment, Order},
};
use serde_json::Value;
use std::collections::BTreeMap;

/// Lines that decide what the columns are: a header and as many rows as a watch needs before it can tell anything.
pub(crate) const FIRST: usize = 17;
/// Lines, and bytes, after which no more is waited for.
const MAX: (usize, usize) = (272, 4 << 20);

/// Takes rows apart.
#[derive(Debug)]
pub(crate) struct RowReader {
    rows: Rows,
    /// The column that tells the time of a row.
    time: Option<usize>,
    /// How its dates are read; none if it only counts, nobody knows what.
    order: Option<Order>,
    /// The names of columns that are not watched: no numbers, or clocks.
    pub(crate) left_out: Vec<String>,
    /// Columns without anything in the first rows: watched if they are named.
    empty: Vec<Column>,
    /// How many lines come before the first row.
    pub(crate) before: usize,
}

#[derive(Debug)]
enum Rows {
    /// Fields between delimiters, or between what lines share.
    Fields(Layout),
    /// An object of JSON in each line: the number of each path.
    Objects(BTreeMap<String, usize>),
}

impl RowReader {
    /// The layout of these lines and the columns of numbers in them; `None` if more lines are needed to tell.
    pub(crate) fn detect(lines: &[Vec<u8>]) -> Option<(Self, Vec<Column>)> {
        if lines.first().is_some_and(|line| line.trim_ascii_start().starts_with(b"{")) {
            return Self::of_objects(lines);
        }
        let mut text = lines.join(&b'\n');
        text.push(b'\n');
        // What is the same in all of the first rows may be another in the next: fields come first. Brackets belong to none.
        let mut layouts = [Layout::fields(&text), Layout::detect(&text)];
        if text.starts_with(b"[") {
            layouts.reverse();
        }
        layouts.into_iter().flatten().find_map(|layout| {
            let (names, count) = (layout.names(), layout.columns());
            let names: Vec<String> = (0..count).map(|number| describe::column(&names, number)).collect();
            let before = memchr::memchr_iter(b'\n', layout.preamble()).count();
            Self::begin(Rows::Fields(layout), names, before, lines)
        })
    }

    fn of_objects(lines: &[Vec<u8>]) -> Option<(Self, Vec<Column>)> {
        let mut names = BTreeMap::new();
        for line in lines {
            paths(line, |path, _| {
                names.entry(path.to_owned()).or_insert(0);
            });
        }
        names.values_mut().zip(0..).for_each(|(number, n)| *number = n);
        let list = names.keys().cloned().collect();
        Self::begin(Rows::Objects(names), list, 0, lines)
    }

    /// Looks at the cells of the first rows, column by column.
    fn begin(
        rows: Rows,
        names: Vec<String>,
        before: usize,
        lines: &[Vec<u8>],
    ) -> Option<(Self, Vec<Column>)> {
        let mut cells = vec![Vec::new(); names.len()];
        for line in lines.get(before..)? {
            rows.cells(line, |number, cell| {
                if let Some(column) = cells.get_mut(number) {
                    column.push(cell.to_vec());
                }
            });
        }
        let (mut columns, mut left_out, mut empty) = (Vec::new(), Vec::new(), Vec::new());
        let times = cells.iter().position(|cells| column::is_time(cells));
        let time = times.or_else(|| cells.iter().position(|cells| column::is_clock(cells)));
        let order = time.and_then(|time| order(&names[time], &cells[time]));
        for ((number, name), cells) in names.into_iter().enumerate().zip(&cells) {
            match Column::of(number, &name, cells) {
                Some(column) => columns.push(column),
                None if column::is_empty(cells) => empty.push(Column::unknown(number, name)),
                None => left_out.push(name),
            }
        }
        (!columns.is_empty()).then_some((Self { rows, time, order, left_out, empty, before }, columns))
    }

    /// Whether to look for a layout after so many lines and bytes, and whether for the last time.
    pub(crate) fn is_time(lines: usize, bytes: usize) -> (bool, bool) {
        let last = lines >= MAX.0 || bytes >= MAX.1;
        (last || (lines.is_multiple_of(FIRST) && (lines / FIRST).is_power_of_two()), last)
    }

    /// Gives the number of each column that has a cell in this line, and the cell.
    pub(crate) fn cells(&self, line: &[u8], each: impl FnMut(usize, &[u8])) {
        self.rows.cells(line, each);
    }

    /// When this line was, if one of its cells tells.
    pub(crate) fn time(&self, line: &[u8]) -> Option<String> {
        let wanted = self.time?;
        let mut time = None;
        self.rows.cells(line, |number, cell| {
            if number == wanted {
                time = Some(String::from_utf8_lossy(cell).into_owned());
            }
        });
        time
    }

    /// When this line was in nanoseconds, if one of its cells tells that.
    pub(crate) fn nanoseconds(&self, line: &[u8]) -> Option<i128> {
        let order = self.order?;
        Moment::parse(self.time(line)?.as_bytes(), order).map(|moment| moment.nanoseconds())
    }

    /// Keeps the columns asked for, by name or by number from 1, in this order; if none is named all that
    /// have numbers but clocks.
    pub(crate) fn choose(&mut self, columns: Vec<Column>, asked: &[String]) -> Outcome<Vec<Column>> {
        let empty = std::mem::take(&mut self.empty);
        if asked.is_empty() {
            self.left_out.extend(empty.into_iter().map(|column| column.name));
            let (clocks, chosen): (Vec<_>, Vec<_>) = columns.into_iter().partition(|column| column.clock);
            if chosen.is_empty() {
                return Ok(clocks);
            }
            self.left_out.extend(clocks.into_iter().map(|column| column.name));
            return Ok(chosen);
        }
        let mut left: Vec<Column> = columns.into_iter().chain(empty).collect();
        let mut chosen = Vec::new();
        for name in asked {
            let number = name.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
            let by_name = left.iter().position(|column| column.name == *name);
            let Some(at) = by_name.or_else(|| left.iter().position(|column| Some(column.number) == number))
            else {
                let what = format!("no column of numbers is `{}`", plain::printable(name));
                return Err(Failure::usage(
                    what,
                    "`qres check FILE` lists the columns; each can be named once",
                ));
            };
            chosen.push(left.remove(at));
        }
        self.left_out.extend(left.into_iter().map(|column| column.name));
        Ok(chosen)
    }
}

impl Rows {
    fn cells(&self, line: &[u8], mut each: impl FnMut(usize, &[u8])) {
        match self {
            Self::Fields(layout) => layout.cells(line, |number, cell| each(number, bare(cell))),
            Self::Objects(numbers) => paths(line, |path, cell| {
                if let Some(number) = numbers.get(path) {
                    each(*number, cell.as_bytes());
                }
            }),
        }
    }
}

/// How the dates of a column of times are read. A number that is no count of seconds since 1970 is one of seconds if its
/// column is called so.
fn order(name: &str, cells: &[Vec<u8>]) -> Option<Order> {
    let order = Moment::order(cells.iter().map(Vec::as_slice));
    let since_1970 = |cell: &Vec<u8>| Moment::parse(cell, order).is_some_and(|moment| moment.tells_day());
    let name = name.to_lowercase();
    let named = ["t", "time", "s", "sec", "seconds", "timestamp"].contains(&&*name);
    (named || cells.iter().any(since_1970)).then_some(order)
}

/// A cell without blanks and quotes around it.
fn bare(cell: &[u8]) -> &[u8] {
    let cell = cell.trim_ascii();
    cell.strip_prefix(b"\"").and_then(|cell| cell.strip_suffix(b"\"")).unwrap_or(cell).trim_ascii()
}

/// Gives the path of each number and text in an object of JSON, and what stands there.
fn paths(line: &[u8], mut each: impl FnMut(&str, &str)) {
    fn walk(path: &mut String, value: &Value, each: &mut impl FnMut(&str, &str)) {
        let known = path.len();
        let mut enter = |name: &str, value: &Value, each: &mut _| {
            if known > 0 {
                path.push('.');
            }
            path.push_str(name);
            walk(path, value, each);
            path.truncate(known);
        };
        match value {
            Value::Object(fields) => fields.iter().for_each(|(name, value)| enter(name, value, each)),
            Value::Array(items) => {
                items.iter().zip(0..).for_each(|(value, n): (_, u32)| enter(&n.to_string(), value, each));
            }
            Value::String(text) => each(path, text),
            Value::Number(number) => each(path, &number.to_string()),
            Value::Null | Value::Bool(_) => {}
        }
    }
    if let Ok(value) = serde_json::from_slice(line) {
        walk(&mut String::new(), &value, &mut each);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<Vec<u8>> {
        text.lines().map(|line| line.as_bytes().to_vec()).collect()
    }

    fn cells(reader: &RowReader, line: &str) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        reader.cells(line.as_bytes(), |number, cell| {
            found.push((number, String::from_utf8_lossy(cell).into()));
        });
        found
    }

    fn detect(head: &str, row: impl Fn(i32) -> String) -> (RowReader, Vec<Column>) {
        let rows: String = (0..16).map(|i| row(i * i % 7) + "\n").collect();
        RowReader::detect(&lines(&format!("{head}{rows}"))).expect("columns of numbers")
    }

    fn names(columns: &[Column]) -> Vec<&str> {
        columns.iter().map(|column| &*column.name).collect()
    }

    #[test]
    fn a_header_names_columns_and_those_without_one_are_numbered() {
        let (reader, columns) = detect("at,temp,where\n", |i| format!("2024-01-01 00:0{i}:00,{i}.5,hall"));
        assert_eq!(
            (names(&columns), reader.before, &*reader.left_out),
            (vec!["temp"], 1, &["at".into(), "where".into()][..])
        );
        assert_eq!(reader.time(b"2024-01-02 00:00:00,7,x").as_deref(), Some("2024-01-02 00:00:00"));
        let (reader, columns) = detect("", |i| format!("{i},{}", i * 3 % 5));
        assert_eq!((columns.len(), reader.before), (2, 0));
    }

    #[test]
    fn quotes_and_blanks_are_no_part_of_cells() {
        let (reader, _) = detect("\"a, b\";\"c\"\n", |i| format!("\"{i}\"; {i}.25 "));
        assert_eq!(cells(&reader, "\"1\"; 2.5 "), [(0, "1".into()), (1, "2.5".into())]);
        let (reader, columns) = detect("a,b\n", |i| format!("\"x, {i}\",{i}"));
        assert_eq!(names(&columns), ["b"]);
        assert_eq!(cells(&reader, "\"say \"\"1,2\"\"\",7")[1], (1, "7".into()));
        assert_eq!(cells(&reader, "\"never closed,7").len(), 1);
        let (reader, _) = detect("", |i| format!("  {i}   {}.5", i + 1));
        assert_eq!(cells(&reader, " 3    4.5"), [(0, "3".into()), (1, "4.5".into())]);
    }

    #[test]
    fn objects_are_read_by_name_whatever_their_order() {
        let (reader, columns) =
            detect("", |i| format!(r#"{{"id":"a","out":{{"t":{i}.5}},"all":[{i}],"ok":true}}"#));
        assert_eq!((names(&columns), &*reader.left_out), (vec!["all.0", "out.t"], &["id".into()][..]));
        assert_eq!(cells(&reader, r#"{"new":1,"out":{"t":-2e3}}"#), [(2, "-2000.0".into())]);
        assert_eq!(cells(&reader, r#"{"out":{"t":"#), []);
    }

    #[test]
    fn lines_that_share_words_have_columns() {
        let (reader, columns) = detect("", |i| format!("level=info temp={i}.5 rpm={}", 100 + i * 3));
        assert_eq!(columns.len(), 2);
        assert_eq!(cells(&reader, "level=info temp=9.25 rpm=7").len(), 2);
        assert_eq!(cells(&reader, "panic").len(), 0);
    }

    #[test]
    fn columns_are_chosen_by_name_or_number_and_clocks_only_if_they_are_named() {
        let both = || detect("n,temp\n", |i| format!("{i},{i}"));
        let rows: String = (0..16).map(|i| format!("{i},{}\n", i * i % 7)).collect();
        let clocked = || RowReader::detect(&lines(&format!("n,temp\n{rows}"))).unwrap();
        let chosen = |(mut reader, columns): (RowReader, Vec<Column>), asked: &[&str]| {
            let asked: Vec<String> = asked.iter().map(|name| (*name).into()).collect();
            let chosen = reader.choose(columns, &asked).ok()?;
            Some((names(&chosen).join(" "), reader.left_out.join(" ")))
        };
        let said = |chosen: &str, left: &str| Some((chosen.to_owned(), left.to_owned()));
        assert_eq!(chosen(both(), &[]), said("n temp", ""));
        assert_eq!(chosen(clocked(), &[]), said("temp", "n"));
        assert_eq!(chosen(clocked(), &["1"]), said("n", "temp"));
        assert_eq!(chosen(clocked(), &["temp", "n"]), said("temp n", ""));
        assert_eq!(chosen(clocked(), &["temp", "2"]), None);
        assert_eq!(chosen(clocked(), &["0"]), None);
        let empty = || detect("a,b,c\n", |i| format!("{i},NA,x"));
        assert_eq!(chosen(empty(), &[]), said("a", "c b"));
        assert_eq!(chosen(empty(), &["b"]), said("b", "c a"));
        assert_eq!(chosen(empty(), &["c"]), None);
    }
}
