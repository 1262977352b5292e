//! The front door, with every way in and out.

use super::*;
use crate::{
    codec::Level,
    error::Unbounded,
    frame::Tolerance,
    table::{Input, Raw, Sample},
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
