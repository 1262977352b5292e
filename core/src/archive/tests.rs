//! The front door, with every way in and out.

use super::*;
use crate::{
    codec::Level,
    entropy::Cursor,
    error::Unbounded,
    frame::{Entry, Footer, Index, NOTE_TAG, Note, TYPES_NOTE, Tolerance, View},
    parallel::Sequential,
    table::{Input, Picked, Raw, Sample},
};
use alloc::{format, string::String, vec};
use core::ops::Range;

fn csv(rows: Range<u64>) -> Vec<u8> {
    let row = |n: u64| format!("{},{}.{}\n", 1_700_000_000 + 60 * n, 20 + n * n % 7, n % 10);
    rows.map(row).collect::<String>().into_bytes()
}

fn table() -> Vec<u8> {
    [b"time,temp\n".to_vec(), csv(0..3000)].concat()
}

fn small() -> Options<'static> {
    Options { level: Level::FASTEST, segment: 1 << 14, ..Options::default() }
}

#[test]
fn pieces_change_no_byte() {
    let text = table();
    let whole = compress(&text, &small()).unwrap();
    for size in [1, 7, 4096, 1 << 14, 1 << 20] {
        let (mut writer, mut out) = (Writer::new(small()), Vec::new());
        for piece in text.chunks(size) {
            writer.write(piece, &mut out).unwrap();
        }
        writer.finish(&mut out).unwrap();
        assert!(out == whole, "written in pieces of {size}");
        let (mut reader, mut back) = (Reader::new(1 << 30), Vec::new());
        for piece in whole.chunks(size) {
            reader.read(piece, &mut back).unwrap();
        }
        reader.finish().unwrap();
        assert!(back == text, "read in pieces of {size}");
    }
}

#[test]
fn what_was_flushed_can_be_read() {
    let text = table();
    let (mut writer, mut out) = (Writer::new(small()), Vec::new());
    let (mut reader, mut back) = (Reader::new(1 << 30), Vec::new());
    let mut written = 0;
    for piece in text.chunks(5000) {
        writer.write(piece, &mut out).unwrap();
        writer.flush(&mut out).unwrap();
        written += piece.len();
        reader.read(&core::mem::take(&mut out), &mut back).unwrap();
        assert!(back == text[..written]);
    }
    writer.finish(&mut out).unwrap();
    reader.read(&out, &mut back).unwrap();
    reader.finish().unwrap();
}

#[test]
fn a_caller_s_buffer_is_enough_or_refused() {
    let text = table();
    let mut archive = vec![0; max_archive_bytes(text.len())];
    let bytes = compress_into(&text, &Options::default(), &mut archive).unwrap();
    let mut back = vec![0; text.len()];
    assert_eq!(decompress_into(&archive[..bytes], &mut back), Ok(text.len()));
    assert!(back == text);
    let needed = text.len();
    assert_eq!(decompress_into(&archive[..bytes], &mut back[1..]), Err(Error::Room { needed }));
}

#[test]
fn rows_are_those_of_the_text() {
    let lines: Vec<Vec<u8>> = table().split_inclusive(|&b| b == b'\n').skip(1).map(<[u8]>::to_vec).collect();
    let half = [b"time,temp\n".to_vec(), lines[..1700].concat()].concat();
    let rest = [b"time,temp\n".to_vec(), lines[1700..].concat(), b"1,2".to_vec()].concat();
    let bytes = [compress(&half, &small()).unwrap(), compress(&rest, &small()).unwrap()].concat();
    let archive = Archive::open(&bytes[..], 1 << 30).unwrap();
    assert_eq!((archive.rows(), archive.frames().len()), (3000, 2));
    for rows in [0..1, 1..2, 0..3000, 1699..1701, 999..1400, 2999..3000, 5..5, 4000..5000] {
        let range = (rows.start.min(3000) as usize)..(rows.end.min(3000) as usize);
        assert!(archive.read(rows.clone(), None).unwrap() == lines[range].concat(), "{rows:?}");
    }
    assert!(archive.read(2999..u64::MAX, None).unwrap().ends_with(b"\n1,2"));
}

#[test]
fn rows_of_samples_are_bytes() {
    let samples: Vec<u8> = (0..10_000_i16).flat_map(|n| (n % 300).to_le_bytes()).collect();
    let raw = Raw::new(Sample::I16, 2);
    let bytes = compress(&samples, &Options { input: Input::Raw(raw), ..small() }).unwrap();
    let archive = Archive::open(&bytes[..], 1 << 30).unwrap();
    assert_eq!(archive.rows(), 5000);
    assert!(archive.read(4000..4100, None).unwrap() == samples[16_000..16_400]);
    assert!(decompress(&bytes).unwrap() == samples);
}

#[test]
fn a_bound_is_kept_and_one_for_nothing_is_refused() {
    let bounded = |column: Option<&str>| {
        let tolerance = Tolerance::parse("0.5").unwrap();
        let bounds = vec![Bound { column: column.map(Into::into), tolerance }];
        compress(&table(), &Options { bounds, ..Options::default() })
    };
    let near = decompress(&bounded(Some("temp")).unwrap()).unwrap();
    assert!(near != table() && near.len() <= table().len());
    assert_eq!(bounded(Some("wind")), Err(Error::Bound(Unbounded::NoColumn("wind".into()))));
    assert!(bounded(None).is_ok() && bounded(Some("2")).is_ok());
    assert!(Bound::parse("=1").is_none() && Bound::parse("a=b=1%").is_some());
}

#[test]
fn no_bytes_are_no_archive_and_no_text_is_one() {
    assert_eq!(decompress(b""), Err(Error::Truncated));
    let empty = compress(b"", &Options::default()).unwrap();
    assert_eq!(decompress(&empty), Ok(Vec::new()));
    for cut in 0..empty.len() {
        assert_eq!(decompress(&empty[..cut]), Err(Error::Truncated), "{cut}");
    }
    assert!(Archive::open(&empty[1..], 1 << 30).is_err());
}

/// The archive in `bytes` with notes before each segment and in each footer.
fn noted(bytes: &[u8]) -> Vec<u8> {
    let archive = Archive::open(bytes, 1 << 30).unwrap();
    let mut out = Vec::new();
    for frame in archive.frames() {
        let header = frame.at as usize..(frame.at + frame.footer.header_bytes) as usize;
        out.extend(&bytes[header.clone()]);
        let mut index = Index::new(header.len());
        for (number, (at, entry)) in frame.segments().enumerate() {
            let (at, start) = (at as usize, out.len());
            (0..number % 3).for_each(|kind| out.extend([NOTE_TAG, kind as u8, 3, 0xA6, 0xF7, 0xB0]));
            let view = View::read(&mut Cursor::new(&bytes[at..]), &archive.header(frame).unwrap()).unwrap();
            out.extend(&bytes[at..at + entry.bytes as usize]);
            let mut text = Vec::new();
            let digest = view.decode(&archive.header(frame).unwrap(), &mut text).unwrap();
            index.add(Entry { bytes: (out.len() - start) as u64, rows: entry.rows }, digest);
        }
        let notes = (0..3).map(|kind| Note { kind, body: vec![0xB0; 200 * usize::from(kind)] }).collect();
        Footer { notes, ..index.rooted() }.write(&mut out);
    }
    out
}

#[test]
fn notes_are_skipped() {
    let text = table();
    let live = Options { live: true, ..small() };
    let mut flushed = Vec::new();
    let mut writer = Writer::new(live);
    for piece in text.chunks(5000) {
        writer.write(piece, &mut flushed).unwrap();
        writer.flush(&mut flushed).unwrap();
    }
    writer.finish(&mut flushed).unwrap();
    for whole in [compress(&text, &small()).unwrap(), compress(&text, &Options::default()).unwrap(), flushed]
    {
        let noted = noted(&whole);
        assert!(noted.len() > whole.len() + 600);
        for size in [1, 7, 1 << 20] {
            let (mut reader, mut back) = (Reader::new(1 << 30), Vec::new());
            for piece in noted.chunks(size) {
                reader.read(piece, &mut back).unwrap();
            }
            reader.finish().unwrap();
            assert!(back == text, "read in pieces of {size}");
        }
        let archive = Archive::open(&noted[..], 1 << 30).unwrap();
        assert_eq!(archive.frames()[0].footer.notes.len(), 3);
        assert_eq!(archive.read(1000..1001, None).unwrap(), csv(1000..1001));
        let ends = (0..noted.len()).step_by(noted.len() / 40);
        for end in ends.chain((noted.len() - 700..noted.len()).step_by(29)) {
            assert_eq!(decompress(&noted[..end]), Err(Error::Truncated), "cut at {end}");
        }
    }
}

#[test]
fn notes_that_cannot_be_are_refused() {
    let whole = compress(b"1,2\n3,4\n", &Options::default()).unwrap();
    let noted = noted(&whole);
    let frame = Archive::open(&whole[..], 1 << 30).unwrap().frames()[0].clone();
    let at = frame.footer_at() as usize;
    let refused = |bytes: &[u8]| match decompress(bytes) {
        Err(Error::Corrupt(_)) => {}
        other => panic!("{other:?}"),
    };
    let with = |footer: Footer| {
        let mut bytes = whole[..at].to_vec();
        footer.write(&mut bytes);
        bytes
    };
    let rooted = Archive::open(&noted[..], 1 << 30).unwrap().frames()[0].footer.clone();
    let note = |bytes| vec![Note { kind: 9, body: vec![0; bytes] }];
    // Behind a footer without a root, a root for nothing, more of them than a reader has to skip.
    refused(&with(Footer { notes: note(1), ..frame.footer }));
    refused(&with(Footer { notes: Vec::new(), ..rooted.clone() }));
    refused(&with(Footer { notes: note(1 << 20), ..rooted.clone() }));
    assert!(decompress(&with(Footer { notes: note((1 << 20) - 5), ..rooted })).is_ok());
    let header = frame.footer.header_bytes as usize;
    let long = [&[NOTE_TAG, 0, 0xFE, 0xFF, 0x03][..], &vec![0; 0xFFFE]].concat();
    refused(&[&whole[..header], &long, &whole[header..]].concat());
    // Behind the last segment they belong to the footer.
    refused(&[&whole[..at], &[NOTE_TAG, 0, 0], &whole[at..]].concat());
}

#[test]
fn columns_are_scanned_through_all_frames() {
    let cells = |text: &[u8], at: usize| -> Vec<u8> {
        let lines = text.split_inclusive(|byte| *byte == b'\n');
        let cell =
            |line: &[u8]| line.strip_suffix(b"\n").unwrap().split(|b| *b == b',').nth(at).unwrap().to_vec();
        lines.flat_map(|line| [cell(line), b"\n".to_vec()].concat()).collect()
    };
    let (one, other) = (csv(0..3000), csv(3000..3500));
    let whole = [one.clone(), other.clone()].concat();
    // The second frame ends with a line that is not a row.
    let second = [b"time,temp\n".to_vec(), other, b"the end\n".to_vec()].concat();
    let first = [b"time,temp\n".to_vec(), one].concat();
    let bytes = [compress(&first, &small()).unwrap(), compress(&second, &small()).unwrap()].concat();
    let archive = Archive::open(&bytes[..], 1 << 30).unwrap();
    for rows in [0..1, 700..701, 10..2000, 2990..3010, 0..3500, 3499..4000] {
        let (mut temps, mut others, mut count) = (Vec::new(), Vec::new(), 0);
        let visit = |picked: &Picked| {
            temps.extend_from_slice(&picked.columns[0]);
            others.extend_from_slice(&picked.columns[1]);
            count += picked.lines.len();
        };
        archive.scan(&[b"temp", b"nothing"], rows.clone(), None, visit).unwrap();
        let wanted = rows.start as usize..(rows.end as usize).min(3500);
        let lines: Vec<&[u8]> = whole.split_inclusive(|byte| *byte == b'\n').collect();
        assert!(temps == cells(&lines[wanted.clone()].concat(), 1), "{rows:?}");
        assert_eq!((others, count), (vec![b'\n'; wanted.len()], wanted.len()), "{rows:?}");
    }
}

#[test]
fn a_line_that_moves_a_bounded_column_is_refused() {
    let bound = |text| Bound::parse(text).unwrap();
    let turned: Vec<u8> = [table(), b"temp,time\n".to_vec(), csv(0..10)].concat();
    for (bounds, refused) in [(vec![bound("temp=0.5")], true), (vec![bound("0.5")], false)] {
        let options = Options { bounds, ..small() };
        let moved = Err(Error::Bound(Unbounded::Moved("temp".into())));
        assert_eq!(compress(&turned, &options).map(|_| ()), if refused { moved } else { Ok(()) });
    }
}

#[test]
fn a_note_of_types_can_be_read_and_skipped() {
    let text = b"when,x\nnever,\n";
    let options = Options::default();
    let encoder = Encoder::of_table(text, true, &options).unwrap();
    let mut frames = Frames::new(encoder.header());
    frames.note(TYPES_NOTE, b"types".to_vec());
    let mut archive = Vec::new();
    frames.push(&encoder.encode(&Sequential, None, text, true), &mut archive);
    frames.finish(&mut archive);
    assert_eq!(decompress(&archive).unwrap(), text);
    let archive = Archive::open(&archive[..], 1 << 30).unwrap();
    assert_eq!(archive.frames()[0].footer.note(TYPES_NOTE), Some(&b"types"[..]));
    // One row of words shows no table, but whoever wrote them knew.
    assert_eq!(archive.columns().unwrap(), [Some(b"when".to_vec()), Some(b"x".to_vec())]);
    assert_eq!(archive.known(&archive.fields(None).unwrap(), None).unwrap(), [None]);
}
