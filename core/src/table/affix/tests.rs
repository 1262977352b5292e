//! Dressed cells there and back.

use super::Affix;
use crate::{
    entropy::Cursor,
    num::text::TEXT,
    table::{Care, Format, Lane},
};
use alloc::{format, string::String, vec::Vec};
use proptest::{collection::vec, prelude::*};

fn dressed(affix: &Affix, value: &[u8]) -> Vec<u8> {
    let mut lane = Lane::default();
    affix.put(value, &mut lane);
    lane.end_cell(b'\n');
    lane.take_cell().strip_suffix(b"\n").unwrap().to_vec()
}

/// What each cell is plainly; cells that do not wear what the others do are empty.
fn plainly(cells: &[&str]) -> Vec<String> {
    let cells: Vec<&[u8]> = cells.iter().map(|cell| cell.as_bytes()).collect();
    let affix = Affix::detect(&cells);
    let bare = |cell: &&[u8]| {
        let mut text = [0; TEXT];
        affix.strip(cell, &mut text).map_or(String::new(), |bare| String::from_utf8(bare.to_vec()).unwrap())
    };
    cells.iter().map(bare).collect()
}

#[test]
fn numbers_are_seen_in_what_they_wear() {
    for (cells, plain) in [
        (&[" 1.5", " -22.25"][..], &["1.5", "-22.25"][..]),
        (&["1,5", "-22,25"], &["1.5", "-22.25"]),
        (&["1.010,5", "22,25"], &["1010.5", "22.25"]),
        (&["7", "999", "1.000", "1.030"], &["7", "999", "1000", "1030"]),
        (&["\"1,010.5\"", "22.25"], &["1010.5", "22.25"]),
        (&["\"$1,010.5\"", "-$2.25"], &["1010.5", "-2.25"]),
        (&["007", "-12", "013"], &["7", "-12", "13"]),
        (&["+007", "-012"], &["7", "-12"]),
        (&["+1.5", "0.0", "-1.5"], &["1.5", "0.0", "-1.5"]),
        (&["(1.5)", "2.5"], &["-1.5", "2.5"]),
        (&["1.5-", "2.5"], &["-1.5", "2.5"]),
        (&["\u{2212}1.5", "2.5"], &["-1.5", "2.5"]),
        (&[".5", "-.25", "1.5"], &["0.5", "-0.25", "1.5"]),
        (&["12.5 m3/h", "7.0 m3/h"], &["12.5", "7.0"]),
        (&["1.5   ", "22.25 "], &["1.5", "22.25"]),
        (&["0x1f", "0x20"], &["1f", "20"]),
        (&["2020-01-31", "2020-02-01"], &["2020-01-31", "2020-02-01"]),
        (&["12:30:00", "12:31:00"], &["12:30:00", "12:31:00"]),
    ] {
        assert_eq!(plainly(cells), plain, "{cells:?}");
    }
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        "[+-]?[0-9]{1,3}([,. '][0-9]{3}){0,3}([.,][0-9]{1,3})?",
        "\"[-+$]{0,2}[0-9]{1,3}(,[0-9]{3}){0,2}\"",
        " {0,3}[-+]?0{0,3}[0-9]{0,3}\\.?[0-9]{0,2} {0,2}(V|%)?",
        "\\(?\u{2212}?[0-9.]{1,5}\\)?-?",
        "[ -~]{0,8}",
    ]
}

proptest! {
    #[test]
    fn what_is_read_is_written(cells in vec(cell(), 1..40), others in vec(cell(), 0..20)) {
        let sample: Vec<&[u8]> = cells.iter().map(|cell| cell.as_bytes()).collect();
        let affix = Affix::detect(&sample);
        let mut bytes = Vec::new();
        affix.write(&mut bytes);
        prop_assert_eq!(Affix::read(&mut Cursor::new(&bytes)), Ok(affix.clone()));
        for cell in cells.iter().chain(&others) {
            let mut text = [0; TEXT];
            if let Some(bare) = affix.strip(cell.as_bytes(), &mut text) {
                prop_assert_eq!(dressed(&affix, bare), cell.as_bytes());
            }
        }
    }

    #[test]
    fn any_affix_dresses_any_text(bytes in vec(any::<u8>(), 3..90), value in "[ -~]{0,64}|-?[0-9]{1,40}") {
        if let Ok(affix) = Affix::read(&mut Cursor::new(&bytes)) {
            let cell = dressed(&affix, value.as_bytes());
            prop_assert!(cell.len() <= 256);
            let mut text = [0; TEXT];
            if let Some(bare) = affix.strip(&cell, &mut text) {
                prop_assert_eq!(dressed(&affix, bare), cell);
            }
        }
    }

    #[test]
    fn exponents_are_printed_back(mantissas in vec(-9_999_999i64..9_999_999, 1..30), exponent in -200i32..200, style in 0usize..4) {
        let print = |m: &i64| match style {
            0 => format!("{:.6e}", *m as f64 * 1e-3),
            1 => format!("{}.{:03}E{exponent:+03}", m / 1000 % 10, m.unsigned_abs() % 1000),
            2 => format!("0.{:07}D{exponent}", m.unsigned_abs()),
            _ => format!("{}e{exponent}", m % 1000),
        };
        let cells: Vec<String> = mantissas.iter().map(print).collect();
        let sample: Vec<&[u8]> = cells.iter().map(|cell| cell.as_bytes()).collect();
        for care in [Care::Quick, Care::Full] {
            let Some(format) = Format::detect(&sample, care) else { continue };
            let affix = Affix::default();
            for cell in &sample {
                if let Some((value, ulp)) = format.reader().read(cell) {
                    let mut lane = Lane::default();
                    format.printer(&affix, b'\n').print(&[value], &[ulp], &mut lane);
                    prop_assert_eq!(lane.take_cell().strip_suffix(b"\n"), Some(*cell));
                }
            }
        }
    }
}
