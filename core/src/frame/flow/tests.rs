use super::*;
use crate::{
    entropy::{Cursor, range::Decoder},
    frame::{Config, FlowWriter, View},
    table::Schema,
};
use alloc::{format, string::String};
use proptest::prelude::*;

fn header_of(text: &str, level: Level) -> Header {
    let config = Config { level, input: crate::table::Input::Text, segment: 1 << 20 };
    Header::detect(text.as_bytes(), &config).flowing(&config)
}

/// Flushes `text` every `rows` lines and reads it back; gives the bytes.
fn there_and_back(text: &str, rows: usize, level: u8) -> usize {
    let level = Level::new(level).unwrap();
    let header = header_of(text, level);
    let body = text.strip_prefix(core::str::from_utf8(header.schema.preamble()).unwrap()).unwrap();
    let mut out = vec![];
    let mut writer = FlowWriter::new(&header, level, true, &mut out).unwrap();
    let mut reader = FlowReader::new(FlowStart::read(&mut Cursor::new(&out)).unwrap(), &header).unwrap();
    let lines: Vec<&str> = body.split_inclusive('\n').collect();
    for flush in lines.chunks(rows) {
        let (flush, start, mut back) = (flush.concat(), out.len(), vec![]);
        assert!(writer.flush(flush.as_bytes(), &mut out));
        let mut cursor = Cursor::new(&out[start..]);
        reader.flush(&Flush::read(&mut cursor, &header).unwrap().unwrap(), &mut back).unwrap();
        assert_eq!(core::str::from_utf8(&back).unwrap(), flush);
        assert!(cursor.rest().is_empty());
    }
    let digest = writer.finish(&mut out);
    let mut back = vec![];
    let view = View::read(&mut Cursor::new(&out), &header).unwrap();
    assert_eq!(view.decode(&header, &mut back).unwrap(), digest);
    assert_eq!(core::str::from_utf8(&back).unwrap(), text);
    assert_eq!(
        view.rows,
        text.matches('\n').count() as u64
            - header.schema.preamble().iter().filter(|byte| **byte == b'\n').count() as u64
    );
    out.len()
}

fn weather(rows: u32) -> String {
    let mut text = String::from("time,temp,wind,state,note\n");
    for row in 0..rows {
        let temp = 200 + (row * 7919 % 31) + row % 24 * 5;
        let state = ["on", "off", "idle"][(row / 50 % 3) as usize];
        let wind = if row % 17 == 3 { "NA".into() } else { format!("{}.{:02}", row % 9, row * 13 % 100) };
        text += &format!(
            "2026-03-{:02} {:02}:00:00,{}.{},{wind},{state},{}\n",
            1 + row / 24 % 28,
            row % 24,
            temp / 10,
            temp % 10,
            row * row % 977
        );
    }
    text
}

#[test]
fn rows_come_back_flush_by_flush() {
    for level in [1, 5, 7, 9] {
        for rows in [1, 7, 50] {
            let bytes = there_and_back(&weather(400), rows, level);
            assert!(bytes < weather(400).len() / 2, "{bytes} bytes at level {level}, {rows} rows a flush");
        }
    }
}

#[test]
fn lines_of_one_pattern_flow() {
    let line = |row: u32| {
        let state = ["on", "off"][(row / 9 % 2) as usize];
        format!(
            "{{\"time\":{},\"temp\":{}.{},\"state\":\"{state}\"}}\n",
            1_700_000_000 + 60 * row,
            20 + row % 7,
            row % 10
        )
    };
    let text: String = (0..300).map(line).collect();
    for rows in [1, 20] {
        let bytes = there_and_back(&text, rows, 5);
        assert!(bytes * 5 < text.len(), "{bytes} bytes");
    }
}

#[test]
fn what_is_no_row_comes_back_too() {
    let mut text = weather(40);
    text += "# a comment\n\n1,2\n";
    text += &weather(60)[26..];
    text += "2026-03-01 00:00:00,3";
    for rows in [1, 5, 200] {
        there_and_back(&text, rows, 5);
    }
}

#[test]
fn a_changed_byte_is_found() {
    let text = weather(60);
    let level = Level::DEFAULT;
    let header = header_of(&text, level);
    let mut out = vec![];
    let mut writer = FlowWriter::new(&header, level, true, &mut out).unwrap();
    for flush in text[26..].split_inclusive('\n') {
        assert!(writer.flush(flush.as_bytes(), &mut out));
    }
    writer.finish(&mut out);
    for at in 0..out.len() {
        let mut damaged = out.clone();
        damaged[at] ^= 1 << (at % 8);
        let mut back = vec![];
        let read =
            View::read(&mut Cursor::new(&damaged), &header).and_then(|view| view.decode(&header, &mut back));
        assert!(read.is_err() && back.is_empty(), "byte {at}");
    }
}

/// Goes on from what `codes` say, whatever their checks would be: as somebody could write them who wants to do harm.
fn read_on(flow: &mut Flow, codes: &[Vec<u8>]) -> usize {
    let mut text = vec![];
    for code in codes {
        let mut coder = Decoder::new(code);
        let table = flow.begin(&mut coder, None).and_then(|()| flow.rows(&mut coder, None, 1 << 12));
        let Some(table) = table else { break };
        let start = text.len();
        if flow.layout.join(&table, 1 << 12, &mut text).is_err() {
            break;
        }
        flow.remember(&text[start..], table);
    }
    text.len()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    #[test]
    fn any_codes_are_read_or_refused(
        codes in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 1..12),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        rows in 1usize..20,
        strong in any::<bool>(),
    ) {
        let level = Level::new(if strong { 9 } else { 1 }).unwrap();
        let text = weather(30);
        let header = header_of(&text, level);
        let Schema::Table(layout) = &header.schema else { return Ok(()) };
        prop_assert!(read_on(&mut Flow::new(layout, level), &codes) <= codes.len() << 12);
        // Behind sound rows, and with bytes of them changed.
        let mut out = vec![];
        let mut writer = FlowWriter::new(&header, level, true, &mut out).unwrap();
        let mut sound = vec![];
        for flush in text[26..].split_inclusive('\n').collect::<Vec<_>>().chunks(rows) {
            let start = out.len();
            prop_assert!(writer.flush(flush.concat().as_bytes(), &mut out));
            let flush = Flush::read(&mut Cursor::new(&out[start..]), &header).unwrap().unwrap();
            sound.push(flush.code.to_vec());
        }
        let mut flow = Flow::new(layout, level);
        prop_assert_eq!(read_on(&mut flow, &sound), text.len() - 26);
        read_on(&mut flow, &codes);
        for (at, byte) in changes {
            let code = at.get(&sound).len();
            if code > 0 {
                let which = at.index(sound.len());
                sound[which][at.index(code)] = byte;
            }
        }
        read_on(&mut Flow::new(layout, level), &sound);
    }
}
