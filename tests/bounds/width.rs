//! Columns of a fixed width.

use crate::{
    number::{PLACES, value},
    qres,
    text::Sort,
};
use std::{fs, process::Output};

/// A table of a clock, a count that is filled up with zeros, and another in hexadecimal digits, and what bounds make of it.
fn with_width(arguments: &[&str]) -> (Output, Vec<Vec<String>>) {
    let folder = tempfile::tempdir().unwrap();
    let rows = (0..600).map(|i: i64| {
        let (a, b) = (i * i % 997 + 5, 3 + i * 37 % 4096);
        format!("{},{a:06},0x{b:04x}\n", 1_700_000_000 + i)
    });
    fs::write(folder.path().join("a"), format!("t,pad,hex\n{}", rows.collect::<String>())).unwrap();
    let arguments: Vec<String> =
        ["compress", "-q", "-o", "b"].iter().chain(arguments).map(|a| (*a).into()).collect();
    let done = qres(folder.path(), &[&arguments[..], &["a".into()]].concat());
    let back = qres(folder.path(), &["decompress".into(), "-c".into(), "b".into()]);
    let back = String::from_utf8(back.stdout).unwrap();
    (done, back.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect())
}

#[test]
fn columns_with_a_width_obey_the_bounds_of_their_names_and_keep_it() {
    let (done, exact) = with_width(&["--error", "8"]);
    assert!(done.status.success());
    let (done, rows) = with_width(&["--error", "pad=8", "--error", "hex=8"]);
    assert!(done.status.success());
    let mut moved = 0;
    for (row, from) in rows.iter().zip(&exact) {
        assert_eq!((&row[0], row[1].len(), row[2].len()), (&from[0], 6, 6));
        for (sort, at) in [(Sort::Padded, 1), (Sort::Hex, 2)] {
            let (a, b) = (value(sort, &row[at]).unwrap(), value(sort, &from[at]).unwrap());
            assert!((a - b).abs() <= 8 * 10_i128.pow(PLACES as u32), "{row:?} {from:?}");
            moved += usize::from(a != b);
        }
    }
    assert!(moved > 1000, "{moved}");
    assert!(exact.iter().zip(0..).all(|(row, i): (_, i64)| row[1] == format!("{:06}", i * i % 997 + 5)));
}

#[test]
fn a_link_refuses_to_bound_columns_with_a_width() {
    for bound in ["pad=8", "hex=8"] {
        let (done, _) = with_width(&["--live", "--error", bound]);
        assert_eq!(done.status.code(), Some(2), "{done:?}");
    }
    assert!(with_width(&["--live", "--error", "8"]).0.status.success());
}
