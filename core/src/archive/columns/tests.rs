//! Values out of archives of all kinds, and conditions on them.

use super::*;
use crate::{
    Options,
    codec::Level,
    compress,
    table::{Input, Raw, Sample},
    value::{Unit, Values},
};
use std::{format, string::String, vec};

/// The values of a column as text.
type Shown = Vec<Option<String>>;

/// The columns of an archive and all of its values, column by column.
fn read(archive: &[u8]) -> (Vec<(String, Type)>, Vec<Shown>) {
    let archive = Archive::open(archive, 1 << 30).unwrap();
    let fields = archive.fields(None).unwrap();
    let mut columns = vec![Vec::new(); fields.len()];
    for stretch in archive.stretches() {
        let batch = archive.values(&stretch, &fields, 0..u64::MAX, None).unwrap();
        for (column, values) in columns.iter_mut().zip(&batch.columns) {
            assert_eq!(values.len(), batch.rows.len());
            column.extend((0..values.len()).map(|row| shown(values, row)));
        }
    }
    let name = |field: &Field| String::from_utf8(field.name.clone()).unwrap();
    (fields.iter().map(|field| (name(field), field.kind)).collect(), columns)
}

fn shown(values: &Values, row: usize) -> Option<String> {
    use crate::value::Data;
    values.is_valid(row).then(|| match &values.data {
        Data::Null(_) => String::new(),
        Data::Integers(all) => format!("{}", all[row]),
        Data::Floats(all) => format!("{}", f64::from_bits(all[row])),
        Data::Texts { bytes, offsets } => {
            String::from_utf8_lossy(&bytes[offsets[row] as usize..offsets[row + 1] as usize]).into_owned()
        }
    })
}

fn texts(cells: &[&str]) -> Vec<Option<String>> {
    cells.iter().map(|cell| (!cell.is_empty()).then(|| String::from(*cell))).collect()
}

#[test]
fn columns_are_as_wide_as_all_segments_need() {
    let mut text = String::from("time,n,x,state\n");
    for row in 0..600 {
        let x = if row < 300 { format!("{row}") } else { format!("{row}.25") };
        let n = if row % 100 == 7 { "NA".into() } else { format!("{}", row * row) };
        text += &format!(
            "2025-01-01 {:02}:{:02}:00,{n},{x},{}\n",
            row / 60,
            row % 60,
            ["on", "off"][row / 7 % 2]
        );
    }
    text += "2025-01-01 10:00:00.5,,,on";
    let mut seen = None;
    for level in [1, 2, 5, 7] {
        for segment in [1 << 11, 1 << 20] {
            let options = Options { level: Level::new(level).unwrap(), segment, ..Options::default() };
            let (kinds, columns) = read(&compress(text.as_bytes(), &options).unwrap());
            let types: Vec<Type> = kinds.iter().map(|(_, kind)| *kind).collect();
            let time = Type::Time { unit: Unit::Millisecond, zoned: false };
            assert_eq!(
                types,
                [time, Type::Integer, Type::Decimal { places: 2 }, Type::Text],
                "level {level}"
            );
            assert_eq!(columns[0].len(), 601);
            assert_eq!(columns[2][299..301], texts(&["29900", "30025"]));
            assert_eq!(columns[1][600], None);
            assert_eq!(*seen.get_or_insert_with(|| columns.clone()), columns);
        }
    }
}

#[test]
fn other_tables_have_columns_too() {
    let lines = "{\"a\":1,\"b\":\"x\"}\n{\"a\":2.5,\"b\":\"y\"}\n".repeat(30);
    let (kinds, columns) = read(&compress(lines.as_bytes(), &Options::default()).unwrap());
    assert_eq!(kinds, [("a".into(), Type::Decimal { places: 1 }), ("b".into(), Type::Text)]);
    assert_eq!(columns[1][..2], texts(&["x", "y"]));
    let raw = Raw::new(Sample::I16, 2);
    let bytes: Vec<u8> = (-50_i16..50).flat_map(|n| [n, 7 * n]).flat_map(i16::to_le_bytes).collect();
    let archive = compress(&bytes, &Options { input: Input::Raw(raw), ..Options::default() }).unwrap();
    let (kinds, columns) = read(&archive);
    assert_eq!(kinds, [("1".into(), Type::Integer), ("2".into(), Type::Integer)]);
    assert_eq!(columns[1][..2], texts(&["-350", "-343"]));
    assert_eq!(read(&compress(b"no table", &Options::default()).unwrap()), (vec![], vec![]));
}

#[test]
fn frames_of_other_columns_leave_values_out() {
    let one = compress(b"t,a\n1,2\n2,3\n3,4\n4,5\n", &Options::default()).unwrap();
    let two = compress(b"b,t\n7,8\n8,9\n9,10\n10,11\n", &Options::default()).unwrap();
    let (kinds, columns) = read(&[one, two].concat());
    let names: Vec<&str> = kinds.iter().map(|(name, _)| &**name).collect();
    assert_eq!(names, ["t", "a", "b"]);
    assert_eq!(columns[0], texts(&["1", "2", "3", "4", "8", "9", "10", "11"]));
    assert_eq!(columns[1], texts(&["2", "3", "4", "5", "", "", "", ""]));
}

#[test]
fn rows_are_taken_from_the_middle() {
    let text: String = (0..100).map(|n| format!("{n},{}\n", n * n)).collect();
    let archive = compress(text.as_bytes(), &Options { segment: 256, ..Options::default() }).unwrap();
    let archive = Archive::open(&archive[..], 1 << 30).unwrap();
    let fields = archive.fields(None).unwrap();
    let mut rows = Vec::new();
    for stretch in archive.stretches() {
        let batch = archive.values(&stretch, &fields[..1], 20..77, None).unwrap();
        let numbers: Vec<i64> = batch.rows.iter().map(|row| *row as i64).collect();
        assert_eq!(batch.columns[0].data, crate::value::Data::Integers(numbers));
        rows.extend(batch.rows);
    }
    assert_eq!(rows, (20..77).collect::<Vec<u64>>());
}

/// Enough rows of noise that statistics are worth their bytes.
fn noise() -> String {
    let mut random = crate::num::Random::new(7, 0);
    let mut row =
        |n: u64| format!("{},{},{}\n", 1_700_000_000 + n, random.next_u64() >> 20, random.next_u64() >> 40);
    core::iter::once("time,a,b\n".into()).chain((0..4000).map(&mut row)).collect()
}

#[test]
fn footers_know_what_rows_say() {
    let text = noise();
    let options = Options { level: Level::FASTEST, segment: 1 << 16, ..Options::default() };
    let bytes = compress(text.as_bytes(), &options).unwrap();
    assert_eq!(crate::decompress(&bytes).unwrap(), text.as_bytes());
    let archive = Archive::open(&bytes[..], 1 << 30).unwrap();
    let segments = archive.stretches().len() as u64;
    assert_eq!(archive.verify_statistics(0, None), Ok(segments));
    let known = archive.frames()[0].footer.statistics().unwrap().unwrap();
    assert!(known.iter().all(Option::is_some));
    let mut alone = archive.fields(None).unwrap();
    let mut summaries = vec![Summary::default(); alone.len()];
    for stretch in archive.stretches() {
        archive.summarize(&stretch, &mut alone, &mut summaries, None).unwrap();
    }
    let kinds: Vec<Type> = summaries.iter().map(Type::of).collect();
    assert_eq!(alone.iter().map(|field| field.kind).collect::<Vec<_>>(), kinds);
}

#[test]
fn false_statistics_are_found() {
    let options = Options { level: Level::FASTEST, segment: 1 << 16, ..Options::default() };
    let bytes = compress(noise().as_bytes(), &options).unwrap();
    let footer = Archive::open(&bytes[..], 1 << 30).unwrap().frames()[0].footer_at() as usize;
    let note = footer + memchr::memmem::find(&bytes[footer..], &[crate::frame::NOTE_TAG, 2]).unwrap();
    for at in note + 4..bytes.len() - 2 {
        for bit in [1, 64] {
            let mut changed = bytes.clone();
            changed[at] ^= bit;
            let archive = Archive::open(&changed[..], 1 << 30).unwrap();
            assert!(archive.verify_statistics(0, None).is_err(), "{at}");
            // What is believed may be wrong, but is never a panic.
            if let Ok(fields) = archive.fields(None) {
                let stretch = &archive.stretches()[0];
                _ = archive.values(stretch, &fields, 0..10, None);
            }
        }
    }
}

/// Rows by time with all kinds of columns, and their cells.
fn table() -> (String, Vec<Vec<String>>) {
    let mut random = crate::num::Random::new(11, 0);
    let mut row = |n: u64| {
        let r = random.next_u64();
        let time = format!("2025-01-{:02} {:02}:{:02}:00", 1 + n / 1440, n / 60 % 24, n % 60);
        let level = match r % 50 {
            0 => String::new(),
            1 => "NA".into(),
            _ => format!("{}.{:02}", n / 100 + r % 7, (r >> 8) % 100),
        };
        vec![time, level, ["on", "off", ""][(r >> 20) as usize % 3].into(), format!("{}", r >> 30)]
    };
    let cells: Vec<Vec<String>> = (0..6000).map(&mut row).collect();
    let lines = cells.iter().map(|row| row.join(",") + "\n");
    (core::iter::once("time,level,state,noise\n".into()).chain(lines).collect(), cells)
}

#[test]
fn rows_that_meet_a_condition_are_those_of_all_rows() {
    let (text, rows) = table();
    let archive = |segment| {
        let options = Options { level: Level::FASTEST, segment, ..Options::default() };
        compress(text.as_bytes(), &options).unwrap()
    };
    let (with, without) = (archive(60_000), archive(6000));
    let with = Archive::open(&with[..], 1 << 30).unwrap();
    let without = Archive::open(&without[..], 1 << 30).unwrap();
    assert!(with.frames()[0].footer.statistics().unwrap().is_some());
    assert!(without.frames()[0].footer.statistics().unwrap().is_none());
    let fields = with.fields(None).unwrap();
    assert_eq!(fields, without.fields(None).unwrap());
    let mut random = crate::num::Random::new(12, 0);
    let mut passed = 0;
    for _ in 0..80 {
        let (text, condition) = condition(&mut random, &rows, 2);
        let holds = |row: &&(u64, &Vec<String>)| {
            condition.holds(&|place| {
                let comparison = &condition.comparisons()[place];
                let column = ["time", "level", "state", "noise"]
                    .iter()
                    .position(|name| *name == comparison.columns[0]);
                comparison.holds(row.1[column.unwrap()].as_bytes())
            })
        };
        let wanted: Vec<u64> = (0..).zip(&rows).filter(|row| holds(&row)).map(|(number, _)| number).collect();
        for archive in [&with, &without] {
            let stretches = archive.stretches_where(&condition, None).unwrap();
            passed += archive.stretches().len() - stretches.len();
            let batch =
                |stretch| archive.values_where(stretch, &fields[3..], &condition, 0..u64::MAX, None).unwrap();
            let batches: Vec<Batch> = stretches.iter().map(batch).collect();
            let found: Vec<u64> = batches.iter().flat_map(|batch| batch.rows.clone()).collect();
            assert_eq!(found, wanted, "{text}");
            let values = batches
                .iter()
                .flat_map(|batch| (0..batch.rows.len()).map(|row| shown(&batch.columns[0], row)));
            let cells = wanted.iter().map(|row| Some(rows[*row as usize][3].clone()));
            assert!(values.eq(cells), "{text}");
        }
    }
    assert!(passed > 50, "{passed}");
}

/// A condition on the columns of [`table`], whose values are often those of cells.
fn condition(random: &mut crate::num::Random, rows: &[Vec<String>], depth: u32) -> (String, Condition) {
    fn text(random: &mut crate::num::Random, rows: &[Vec<String>], depth: u32) -> String {
        if depth > 0 && random.below(3) > 0 {
            let (one, other) = (text(random, rows, depth - 1), text(random, rows, depth - 1));
            return match random.below(4) {
                0 => format!("not ({one})"),
                1 => format!("({one}) or {other}"),
                _ => format!("{one} and ({other})"),
            };
        }
        let column = [0, 0, 1, 1, 2, 3][random.below(6) as usize];
        let name = ["time", "level", "state", "noise"][column];
        let value = &rows[random.below(rows.len() as u64) as usize][column];
        let sign = match column {
            2 => ["=", "!="][random.below(2) as usize],
            _ => ["=", "!=", "<", "<=", ">", ">="][random.below(6) as usize],
        };
        match random.below(12) {
            0 => format!("{name} is null"),
            1 if column == 0 => format!("{name} {sign} {}", &value[..10]),
            2 if column == 1 => format!("{name} {sign} {}", random.below(70)),
            _ if value.is_empty() || value == "NA" => format!("{name} is not null"),
            _ => format!("{name} {sign} {value}"),
        }
    }
    let text = text(random, rows, depth);
    let condition = Condition::parse(&text).unwrap_or_else(|why| panic!("{text}: {why}"));
    (text, condition)
}
