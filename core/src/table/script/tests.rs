//! There and back.

use super::*;
use alloc::{format, string::String};
use proptest::prelude::*;

fn there_and_back(script: Script, text: &[u8]) -> Vec<u8> {
    let (script, lines) = script.lines(text);
    let mut written = Vec::new();
    script.write(&mut written);
    let mut cursor = Cursor::new(&written);
    assert_eq!(Script::read(&mut cursor), Ok(script));
    assert!(cursor.rest().is_empty());
    assert_eq!(script.text(lines.clone()).as_deref(), Ok(text));
    lines
}

/// The lines of a text whose script is found.
fn lines(text: &[u8]) -> String {
    let script = Script::detect(text).unwrap();
    String::from_utf8(there_and_back(script, text)).unwrap()
}

fn utf16(text: &str, little: bool) -> Vec<u8> {
    text.encode_utf16()
        .flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })
        .collect()
}

#[test]
fn scripts_are_found() {
    let table = "t,x\n1,2.5\n2,2.6\n3,2.7\n";
    for text in [table, "\u{feff}t,x\n1,2\n", "\u{feff}\u{6e29}\u{5ea6}\n", "\u{feff}\u{1f321}\n"] {
        for little in [false, true] {
            assert_eq!(lines(&utf16(text, little)), text);
        }
    }
    let returns = table.replace('\n', "\r");
    assert_eq!(lines(returns.as_bytes()), table);
    assert_eq!(lines(&utf16(&returns, true)), table);
    for plain in [
        table,
        "a\r\nb\r\nc\r\n",
        "",
        "a",
        "\u{e9}\u{e9}\u{e9}",
        "{\"a\":[{},{}]}\n{\"a\":[{},{}]}\n",
        "a\rb\n",
    ] {
        assert_eq!(Script::detect(plain.as_bytes()), None, "{plain:?}");
    }
}

#[test]
fn records_are_lines() {
    let rows: Vec<String> = (0..9).map(|n| format!("{{\"t\":{n},\"v\":[{n},1]}}")).collect();
    for (start, between, end) in [("[", ",", "]"), ("[", ", ", "]\n"), ("", ",", "")] {
        let found = lines(format!("{start}{}{end}", rows.join(between)).as_bytes());
        assert_eq!(found.lines().filter(|line| rows.contains(&line.trim().into())).count(), 9, "{found}");
    }
    let pairs: Vec<String> = (0..9).map(|n| format!("[{n},1]")).collect();
    assert_eq!(lines(format!("[{}]", pairs.join(",")).as_bytes()).lines().count(), 11);
}

#[test]
fn records_on_lines_of_their_own_are_lines() {
    for end in ["\n", "\r\n"] {
        let several = |n| format!("  {{{end}    \"t\": {n},{end}    \"v\": [{end}{n},{end}1{end}]{end}  }}");
        let one = |n| format!("  {{\"t\": {n}}}");
        let pair = |n| format!("  [{n}, 1]");
        for record in [&several as &dyn Fn(i32) -> String, &one, &pair] {
            let rows: Vec<String> = (0..9).map(record).collect();
            let found = lines(format!("[{end}{}{end}]{end}", rows.join(&format!(",{end}"))).as_bytes());
            let ends = found.lines().filter(|line| line.ends_with("},") || line.ends_with("],")).count();
            assert_eq!((found.lines().count(), ends), (11, 9), "{found:?}");
        }
    }
}

#[test]
fn an_array_that_goes_on_is_cut_between_records() {
    let record = |n| format!("  {{\n    \"t\": {n},\n    \"v\": [\n      1\n    ]\n  }},\n");
    let text = format!("[\n{}", (0..9).map(record).collect::<String>());
    let script = Script::detect(text.as_bytes()).unwrap();
    let last = text.len() - record(8).len();
    assert_eq!(script.last_end(text.as_bytes()), Some(last));
    assert_eq!(script.next_end(text.as_bytes(), 0), Some(2));
    assert_eq!(script.next_end(text.as_bytes(), 2), Some(2 + record(0).len()));
    assert_eq!(script.next_end(text.as_bytes(), last), None);
}

/// The rows of a text that comes in pieces of so many bytes.
fn flow(text: &[u8], size: usize) -> String {
    let (mut flow, mut rows) = (Flow::default(), Vec::new());
    text.chunks(size).for_each(|piece| rows.extend_from_slice(&flow.push(piece)));
    rows.extend(flow.end());
    String::from_utf8(rows).unwrap()
}

#[test]
fn texts_in_pieces_have_the_same_rows_however_they_are_written() {
    let table: String = (0..9).map(|n| format!("{n},{n}.5\n")).collect();
    let objects: String = (0..9).map(|n| format!("{{\"t\":{n},\"v\":[{n},1]}}\n")).collect();
    let pairs: String = (0..9).map(|n| format!("[{n},1]\n")).collect();
    let joined = |rows: &str, between| rows.trim_end().split('\n').collect::<Vec<_>>().join(between);
    let pretty = joined(&objects, ",\n")
        .replace("{\"", "  {\n    \"")
        .replace(",\"", ",\n    \"")
        .replace("]}", "]\n  }");
    for size in [1, 2, 3, 7, 64, 1000] {
        for text in [&table, &objects, &pairs] {
            assert_eq!(flow(text.as_bytes(), size), *text);
        }
        for little in [true, false] {
            assert_eq!(flow(&utf16(&table, little), size), table);
        }
        assert_eq!(flow(table.replace('\n', "\r").as_bytes(), size), table);
        for (open, between, close) in
            [("[", ",", "]"), ("[", ", ", "]\n"), ("[\n", ",\n", "\n]\n"), ("[\r\n", ",\r\n", "\r\n]")]
        {
            for rows in [&objects, &pairs] {
                let text = format!("{open}{}{close}", joined(rows, between));
                assert_eq!(flow(text.as_bytes(), size), *rows, "{text}");
            }
        }
        assert_eq!(flow(format!("[\n{pretty}\n]\n").as_bytes(), size), objects.replace(": ", ":"));
        assert_eq!(flow(b"[\nno array\n", size), "[\nno array\n");
    }
}

#[test]
fn lines_end_where_units_do() {
    let text = utf16("1,2\n3,4\n5", true);
    let script = Script::detect(&text).unwrap();
    assert_eq!(script.last_end(&text), Some(16));
    assert_eq!(script.next_end(&text, 0), Some(8));
    assert_eq!(script.last_end(&text[..9]), Some(8));
    assert_eq!(script.last_end(&utf16("1,2345", true)[..9]), Some(8));
    let text = utf16("\u{a0a}\u{100a}\na\u{a00}", false);
    let script = Script { flags: 2, odd: 0 };
    assert_eq!(script.last_end(&text), Some(6));
    let text = b"[{\"a\":1},{\"a\":2},{\"a\":3},{\"a\":4},{\"a\":5},{\"a\"";
    assert_eq!(Script::detect(text).unwrap().last_end(text), Some(41));
}

proptest! {
    #[test]
    fn any_bytes_come_back(bytes in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(b"\n\r\x0B,[]{} \xD8\xDC".to_vec())], 0..80), flags in any::<u8>()) {
        let script = Script { flags: flags & !(ODD | OPENED | CLOSED), odd: 0 };
        let mut written = Vec::new();
        script.write(&mut written);
        if Script::read(&mut Cursor::new(&written)).is_ok() {
            there_and_back(script, &bytes);
        }
    }

    #[test]
    fn hostile_lines_are_an_error_or_a_text(script in any::<[u8; 2]>(), lines in prop::collection::vec(any::<u8>(), 0..60)) {
        if let Ok(script) = Script::read(&mut Cursor::new(&script)) {
            let length = 2 * lines.len() + 1;
            prop_assert!(script.text(lines).map_or(true, |text| text.len() <= length));
        }
    }

    #[test]
    fn ends_are_behind_where_they_were_looked_for(text in prop::collection::vec(any::<u8>(), 0..200), from in 0usize..210) {
        if let Some(script) = Script::detect(&text) {
            prop_assert!(script.next_end(&text, from).is_none_or(|end| end > from && end <= text.len() + 1));
            prop_assert!(script.last_end(&text).is_none_or(|end| end > 0 && end <= text.len() + 1));
        }
    }
}
