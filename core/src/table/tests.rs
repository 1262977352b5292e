//! Whole tables there and back.

use super::{Care, Shape, detect::shape as detect_shape, join, split};
use alloc::{format, string::String, vec::Vec};
use proptest::prelude::*;

/// What a table of `text` prints, if `text` is one.
fn there_and_back(text: &[u8], shape: &Shape, care: Care) -> Option<Vec<u8>> {
    let table = split(text, shape, care)?;
    let mut back = Vec::new();
    join(&table, shape, text.len(), &mut back).unwrap();
    Some(back)
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
        let shape = Shape { delimiter: delimiter.as_bytes()[0], quoted, blanks, columns, preamble: Vec::new() };
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
