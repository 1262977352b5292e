//! Lines there and back, and what their columns are.

use super::{super::Layout, *};
use crate::{entropy::Cursor, error::Error, table::Care};
use alloc::{format, string::String, vec};
use proptest::prelude::*;

fn skeleton_of(text: &str) -> Skeleton {
    match Layout::detect(text.as_bytes()) {
        Some(Layout::Lines(skeleton)) => skeleton,
        other => panic!("{other:?} of {text}"),
    }
}

fn names(skeleton: &Skeleton) -> Vec<String> {
    let name = |name: Option<Vec<u8>>| String::from_utf8(name.unwrap_or_default()).unwrap();
    skeleton.names().into_iter().map(name).collect()
}

/// Takes the text apart, and says how many lines were odd.
fn comes_back(text: &[u8], layout: &Layout) -> Option<usize> {
    let behind = text.strip_prefix(layout.preamble())?;
    let mut odd = 0;
    for care in [Care::Quick, Care::Full] {
        let table = layout.split(behind, care)?;
        let mut back = vec![];
        layout.join(&table, behind.len(), &mut back).unwrap();
        assert_eq!(String::from_utf8_lossy(&back), String::from_utf8_lossy(behind));
        odd = table.odd_at.len();
    }
    Some(odd)
}

fn repeat(rows: usize, line: impl Fn(usize) -> String) -> String {
    (0..rows).map(line).collect()
}

#[test]
fn json_keys_are_columns() {
    let text = repeat(60, |i| {
        let optional = if i % 10 == 0 { format!(",\"bat\":{}", 3900 - i) } else { String::new() };
        format!(
            "{{\"t\":{i},\"loc\":{{\"lat\":4.{i},\"lon\":1.5}},\"a\":[{i},2],\"s\":\"x{i} \\\"y\\\"\"{optional}}}\n"
        )
    });
    let skeleton = skeleton_of(&text);
    assert_eq!(names(&skeleton), ["t", "lat", "lon", "", "", "s", "bat"]);
    assert_eq!(skeleton.patterns(), 2);
    assert_eq!(comes_back(text.as_bytes(), &Layout::Lines(skeleton)), Some(0));
}

#[test]
fn measurements_share_their_clock() {
    let text = repeat(90, |i| match i % 3 {
        0 => format!("weather,site=a temp={}.5,hum=4{} 16000{i:05}\n", i % 7, i % 10),
        1 => format!("power,site=a volt=23{}.1 16000{i:05}\n", i % 10),
        _ => format!("weather,site=a temp={}.5,hum=5{} 16000{i:05}\n", i % 7, i % 10),
    });
    let skeleton = skeleton_of(&text);
    let clocks: Vec<Option<usize>> = skeleton.kinds().map(Iterator::last).collect();
    assert_eq!(skeleton.patterns(), 2);
    assert!(clocks.iter().all(|clock| *clock == clocks[0]), "{clocks:?} of {:?}", names(&skeleton));
    assert_eq!(comes_back(text.as_bytes(), &Layout::Lines(skeleton)), Some(0));
}

#[test]
fn interleaved_series_are_columns_of_their_own() {
    let text = String::from("time,name,value\n")
        + &repeat(900, |i| {
            let time = 1_600_000_000 + i / 3 * 60;
            match i % 3 {
                0 => format!("{time},temp,{}.{:02}\n", 20 + i % 3, i * 7 % 100),
                1 => format!("{time},press,{}.{}\n", 1013 + i % 2, i % 10),
                _ => format!("{time},count,{}\n", 500_000 + i),
            }
        });
    let skeleton = skeleton_of(&text);
    assert_eq!(names(&skeleton)[..4], ["time", "temp", "press", "count"]);
    assert_eq!(skeleton.keys(), 3);
    let layout = Layout::Lines(skeleton);
    assert_eq!(layout.preamble(), b"time,name,value\n");
    assert_eq!(comes_back(text.as_bytes(), &layout), Some(0));
    let later = text.replace("count", "other") + "half a li";
    assert_eq!(comes_back(later.as_bytes(), &layout), Some(0), "words that are new have columns too");
}

#[test]
fn logs_have_a_pattern_for_each_message() {
    let text = repeat(200, |i| match i % 4 {
        0 | 1 => format!(
            "Jan  5 10:{:02}:00 host sshd[{}]: Failed password for user{} port {}\r\n",
            i % 60,
            i % 7,
            i % 5,
            i * 13
        ),
        2 => format!("Jan  5 10:{:02}:00 host kernel: [{i}.25] device number {}\r\n", i % 60, i % 9),
        _ => format!("Jan  5 10:{:02}:00 host app[7]: {}\r\n", i % 60, "words ".repeat(i % 9)),
    });
    let skeleton = skeleton_of(&text);
    assert!(comes_back(text.as_bytes(), &Layout::Lines(skeleton)).unwrap() < 20);
}

#[test]
fn tables_and_prose_have_no_skeleton() {
    let table = repeat(300, |i| {
        format!("{},{}.5,{}\n", 1_600_000_000 + i, i % 50, if i % 90 < 45 { "on" } else { "off" })
    });
    assert!(matches!(Layout::detect(table.as_bytes()), Some(Layout::Fields(_))));
    assert_eq!(
        Layout::detect(b"It was a bright day.\nThe clocks struck, all of them.\nNobody spoke.\n"),
        None
    );
}

#[test]
fn a_field_is_found_by_name() {
    let text = repeat(300, |i| {
        let device = ["a", "b"][i % 2];
        format!("{{\"t\":{},\"device\":\"{device}\",\"v\":{}}}\n", 1000 + i, i % 2 * 50_000 + i)
    });
    let layout = Layout::Lines(skeleton_of(&text));
    let table = layout.split(text.as_bytes(), Care::Full).unwrap();
    let presence = crate::table::Presence::of(&layout, &table).unwrap();
    let columns: Vec<_> = table.columns.iter().enumerate().collect();
    let print = |name: &[u8]| {
        let mut out = vec![];
        Pick::named(&layout, name).unwrap().print(&presence, &columns, 100..103, &mut out);
        String::from_utf8(out).unwrap()
    };
    assert_eq!(print(b"device"), "a\nb\na\n");
    assert_eq!(print(b"v"), "100\n50101\n102\n");
    assert_eq!(print(b"b"), "\n50101\n\n");
    assert_eq!(Pick::named(&layout, b"c"), None);
}

#[test]
fn two_fields_of_a_family_have_two_slots() {
    // One family: the pattern `a=\n b=\n`, the roles of its two fields, no preamble.
    let read = |first: u8, second: u8| {
        let bytes = [&[1, 0, 0, 7][..], b"a=\n b=\n", &[first << 2, second << 2, 0]].concat();
        Skeleton::read(&mut Cursor::new(&bytes), u64::MAX).map(|skeleton| skeleton.columns())
    };
    assert_eq!(read(0, 1), Ok(2));
    assert!(matches!(read(1, 1), Err(Error::Corrupt(_))));
}

fn sort() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "{\"t\":T,\"k\":\"K\",\"v\":V}",
        "{\"t\":T,\"v\":V,\"o\":{\"a\":[V,V]}}",
        "K,site=K v=V T",
        "ts=T msg=\"K V\" v=V",
        "T,K,V",
        "T host K[V]: K of V",
        "",
    ])
}

proptest! {
    #[test]
    fn any_lines_come_back(
        sorts in prop::collection::vec(sort(), 1..4),
        rows in prop::collection::vec((0usize..3, "[ab]{0,2}|\"|x y|,", -99i32..99), 1..150),
        end in prop::sample::select(vec!["\n", "\r\n"]), cut in 0usize..9,
    ) {
        let mut text = String::new();
        for (at, (sort, word, value)) in rows.iter().enumerate() {
            let sort = sorts[sort % sorts.len()].replace('T', &format!("{}", 1000 + at / 3));
            text += &(sort.replace('K', word).replace('V', &format!("{value}.5")) + end);
        }
        let text = &text.as_bytes()[..text.len().saturating_sub(cut)];
        if let Some(layout) = Layout::detect(text) {
            comes_back(text, &layout);
            let mut bytes = vec![];
            layout.write(&mut bytes);
            prop_assert_eq!(Layout::read(&mut Cursor::new(&bytes)), Ok(layout));
        }
    }

    #[test]
    fn hostile_skeletons_are_an_error_or_one_way_to_write_them(
        mut bytes in prop::collection::vec(0u8..12, 1..60), text in "[ab,\n\u{1}-\u{8}]{0,80}",
    ) {
        bytes[0] = b'\n';
        if let Ok(layout) = Layout::read(&mut Cursor::new(&bytes)) {
            let mut again = vec![];
            layout.write(&mut again);
            prop_assert!(bytes.starts_with(&again));
            prop_assert_eq!(layout.names().len(), layout.columns());
            comes_back(text.as_bytes(), &layout.without_preamble());
        }
    }
}
