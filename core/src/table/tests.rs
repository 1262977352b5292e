//! Whole tables there and back.

use super::{Care, Layout, Shape, detect::shape as detect_shape, join, split};
use crate::parallel::{Cut, Sequential};
use alloc::{format, string::String, vec::Vec};
use proptest::prelude::*;

/// What a table of `text` prints, if `text` is one.
fn there_and_back(text: &[u8], shape: &Shape, care: Care) -> Option<Vec<u8>> {
    let table = split(&Sequential, text, shape, care);
    assert_eq!(split(&Cut(3), text, shape, care), table);
    let table = table?;
    let (mut back, mut cut) = (Vec::new(), Vec::new());
    join(&Sequential, &table, shape, text.len(), &mut back).unwrap();
    join(&Cut(3), &table, shape, text.len(), &mut cut).unwrap();
    assert_eq!(cut, back);
    Some(back)
}

/// Rows of words and numbers, some of them odd, in which the words of `fresh` rows are all different.
fn rows(count: usize, fresh: impl Fn(usize) -> bool) -> String {
    let row = |row: usize| match row % 301 {
        300 => String::from("odd\n"),
        _ => {
            let word = if fresh(row) { row } else { row % 7 };
            let cell = if row.is_multiple_of(97) { "-" } else { "1.5" };
            format!("{row},{cell},word{word},{}\n", (row * row) % 1009)
        }
    };
    (0..count).map(row).collect()
}

#[test]
fn parts_that_are_worked_on_at_once_make_no_difference() {
    let starts: [&dyn Fn(usize) -> bool; 4] = [&|_| false, &|_| true, &|row| row > 6000, &|row| row % 3 == 0];
    for fresh in starts {
        let text = rows(9000, fresh);
        let shape = detect_shape(text.as_bytes()).unwrap();
        for care in [Care::Quick, Care::Full] {
            assert!(there_and_back(text.as_bytes(), &shape, care).unwrap() == text.as_bytes());
        }
    }
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (-9999i64..9999).prop_map(|v| format!("{}.{:02}", v / 100, v.unsigned_abs() % 100)),
        2 => (0i64..50).prop_map(|v| format!("{v}")),
        1 => any::<i64>().prop_map(|v| format!("{v}")),
        1 => any::<f64>().prop_map(|v| format!("{v:?}")),
        1 => "[a-c]{0,3}",
        1 => Just(String::new()),
        1 => " {0,3}[0-9]{1,3}",
        1 => "\"[0-9,]{0,4}\"",
    ]
}

#[test]
fn a_column_without_values_does_not_hide_the_others() {
    for (names, cells) in [("time,a", ","), ("time,a,b", ",,7")] {
        let rows: String = (0..9).map(|n| format!("2025-01-01 00:00:0{n}{cells}\n")).collect();
        let layout = Layout::detect(format!("{names}\n{rows}").as_bytes()).unwrap();
        assert_eq!(
            (layout.columns(), layout.preamble()),
            (cells.matches(',').count() + 1, format!("{names}\n").as_bytes())
        );
    }
}

proptest! {
    #[test]
    fn any_rows_come_back(
        rows in prop::collection::vec(prop::collection::vec(cell(), 1..5), 0..80),
        columns in 1usize..5, quoted: bool, blanks: bool, crlf: bool, cut in 0usize..8,
    ) {
        let delimiter = if blanks { " " } else { "," };
        let end = if crlf { "\r\n" } else { "\n" };
        let text: String = rows.iter().map(|row| row.join(delimiter) + end).collect();
        let text = &text.as_bytes()[..text.len().saturating_sub(cut)];
        let shape = Shape { delimiter: delimiter.as_bytes()[0], quoted, blanks, columns, unnamed: false, preamble: Vec::new() };
        for care in [Care::Quick, Care::Full] {
            if let Some(back) = there_and_back(text, &shape, care) {
                prop_assert_eq!(String::from_utf8_lossy(&back), String::from_utf8_lossy(text));
            }
        }
    }
}

#[test]
fn a_header_is_a_preamble() {
    let shape = detect_shape(b"# made by hand\nt,x\n0,1.5\n1,1.6\n2,1.7\n").unwrap();
    assert_eq!(shape.preamble, b"# made by hand\nt,x\n");
    assert_eq!(shape.names(), [Some(b"t".to_vec()), Some(b"x".to_vec())]);
}

#[test]
fn delimiters_are_found() {
    for (text, delimiter, columns) in [
        ("1;2,5;3\n4;5,5;6\n", b';', 3),
        ("1\t2\n3\t4\n", b'\t', 2),
        ("  1  2\n 10 20\n", b' ', 2),
        ("2020-01-01 00:00:00,1\n2020-01-01 00:00:01,2\n", b',', 2),
        ("1.5\n2.5\n", b',', 1),
    ] {
        let shape = detect_shape(text.as_bytes()).unwrap();
        assert_eq!((shape.delimiter, shape.columns), (delimiter, columns), "{text:?}");
    }
}

#[test]
fn prose_is_no_table() {
    assert_eq!(detect_shape(b"It was a bright day.\nThe clocks struck, all of them.\nNobody spoke.\n"), None);
}

/// The preamble of a text and what it calls the columns; `-` for no name.
fn named(text: &[u8]) -> (String, Vec<String>) {
    let layout = Layout::detect(text).unwrap();
    let name = |name: Option<Vec<u8>>| name.map_or("-".into(), |name| String::from_utf8(name).unwrap());
    (String::from_utf8(layout.preamble().to_vec()).unwrap(), layout.names().into_iter().map(name).collect())
}

#[test]
fn words_over_numbers_are_names() {
    for (head, row, names) in [
        ("T1,T2", "N,N.5", "T1 T2"),
        ("c0;c1", "N;N", "c0 c1"),
        ("R1,R2,R3,R4,R5,R6,R7,R8", "N,N,N,N,N,N,N,N", "R1 R2 R3 R4 R5 R6 R7 R8"),
        ("time,T1", "160000000N,N.5", "time T1"),
        ("T1", "N.5", "T1"),
        ("t\tx1\ty2\r", "N\tN\tN\r", "t x1 y2"),
        ("\u{feff}time,T1", "N,N", "time T1"),
        ("\u{feff}\"time\",\"T1\"", "N,N", "time T1"),
        ("\"Temp_C\",\"at 5\"\" depth, m\"", "N,N", "Temp_C at_5\"_depth,_m"),
        ("# station 5\nT1,T2", "N,N", "T1 T2"),
        ("# T1,T2", "N,N", "T1 T2"),
        ("Device: logger 7\nSerial: 0815, rev 2, a\n\nT1,T2", "N,N", "T1 T2"),
        ("T1,T2\n", "N,N", "T1 T2"),
        ("T1 T2", "\"N\" N N", "- T1 T2"),
        ("\"T1\",\"T2\"", "\"N\",N,N", "- T1 T2"),
        ("T1,T2", "N,N,", "T1 T2 -"),
    ] {
        let rows: String = (1..40).map(|n| row.replace('N', &format!("{n}")) + "\n").collect();
        let text = format!("{head}\n{rows}");
        let (preamble, found) = named(text.as_bytes());
        assert_eq!(preamble, format!("{head}\n"));
        let found: Vec<String> = found.into_iter().map(|name| name.replace(' ', "_")).collect();
        assert_eq!(found.join(" "), names, "{head:?}");
    }
}

#[test]
fn a_comment_is_no_row() {
    for comment in ["# note 0", "#note", "# a,b,c,d", "# stopped; 3 rows"] {
        let (_, names) = named(format!("time,level,state\n1600000000,20.01,on\n{comment}\n").as_bytes());
        assert_eq!(names, ["time", "level", "state"], "{comment}");
    }
}

#[test]
fn words_among_numbers_are_no_names() {
    for first in ["1,2", "NA,2", "nan,null", ",3", "2020-01-05,4", "5.5C,1"] {
        let rows: String = (0..40).map(|n| format!("{n},{n}\n")).collect();
        assert_eq!(named(format!("{first}\n{rows}").as_bytes()).0, "", "{first}");
        assert_eq!(named(format!("\u{feff}{first}\n{rows}").as_bytes()).0, "\u{feff}", "{first}");
    }
    let rows: String = (0..40).map(|n| format!("T{n},{n}\n")).collect();
    assert_eq!(named(rows.as_bytes()).0, "");
}

#[test]
fn long_preambles_of_short_tables_are_found() {
    let title: String = (0..60).map(|n| format!("# setting {n}: {}, of {n}\n", n * 7)).collect();
    let rows: String = (0..40).map(|n| format!("{n},{},{}\n", n * 3, n % 7)).collect();
    let (preamble, names) = named(format!("{title}t,x1,x2\n{rows}").as_bytes());
    assert_eq!(preamble, format!("{title}t,x1,x2\n"));
    assert_eq!(names, ["t", "x1", "x2"]);
}

#[test]
fn an_exception_may_stand_anywhere_in_the_rows_that_are_printed_together() {
    for odd in [0, 1, 254, 255, 256, 257, 511] {
        let cell = |row: usize| if row == odd { String::from("-") } else { format!("{}.5", row % 40) };
        let text: String = (0..512).map(|row| format!("{row},{}\n", cell(row))).collect();
        let shape = detect_shape(text.as_bytes()).unwrap();
        for care in [Care::Quick, Care::Full] {
            assert!(there_and_back(text.as_bytes(), &shape, care).unwrap() == text.as_bytes());
        }
    }
}
