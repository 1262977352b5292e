//! Archives damaged in every way: what decoding and salvage make of them.

use super::{
    archive::{self, Decoding, Totals},
    genes::Genes,
    input::Input,
    salvage::{self, Salvaged},
};
use crate::failure::{Exit, Outcome};
use proptest::{collection::vec, prelude::*, sample::Index as Place};
use qres_core::{
    Error, Options, Writer,
    codec::Level,
    entropy::Cursor,
    frame::{Header, message},
};
use std::{fs, path::PathBuf};

const LIMIT: u64 = 1 << 26;

/// An archive of a few short segments, and their texts.
fn archive() -> (Vec<u8>, Vec<Vec<u8>>) {
    let rows = |from: u32| {
        (from..from + 9).map(|n| format!("{},{}.{}\n", 100 + n, n * n % 7, n % 10)).collect::<String>()
    };
    let mut texts: Vec<Vec<u8>> = (0..5).map(|n| rows(n * 9).into_bytes()).collect();
    texts[0].splice(0..0, *b"time,value\n");
    let mut writer = Writer::new(Options { level: Level::FASTEST, ..Options::default() });
    let mut bytes = Vec::new();
    for text in &texts {
        writer.write(text, &mut bytes).unwrap();
        writer.flush(&mut bytes).unwrap();
    }
    writer.finish(&mut bytes).unwrap();
    (bytes, texts)
}

/// A file to damage.
struct Patient {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

impl Patient {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.qres");
        Self { _folder: folder, path }
    }

    fn salvage(&self, bytes: &[u8]) -> (Vec<Vec<u8>>, Outcome<Salvaged>) {
        fs::write(&self.path, bytes).unwrap();
        let mut texts = Vec::new();
        let salvaged = salvage::run(Input::open(&self.path).unwrap(), LIMIT, &Genes::default(), |text| {
            texts.push(text.to_vec());
            Ok(())
        });
        (texts, salvaged)
    }

    fn decode(&self, bytes: &[u8]) -> (Vec<u8>, Outcome<Totals>) {
        fs::write(&self.path, bytes).unwrap();
        let mut text = Vec::new();
        let how = Decoding { threads: 2, memory: LIMIT, genes: Genes::default() };
        let decoded = archive::decode(Input::open(&self.path).unwrap(), how, |segment, _| {
            text.extend_from_slice(segment);
            Ok(())
        });
        (text, decoded)
    }
}

#[test]
fn every_damaged_byte_is_harmless_or_noticed_and_costs_one_segment_at_most() {
    let (whole, texts) = archive();
    let (patient, all) = (Patient::new(), texts.concat());
    let header = whole.len() - bytes_behind_header(&whole);
    for (at, flip) in (0..whole.len()).flat_map(|at| [(at, 1), (at, 0x80), (at, 0xFF)]) {
        let mut bytes = whole.clone();
        bytes[at] ^= flip;
        let (text, decoded) = patient.decode(&bytes);
        let (saved, salvaged) = patient.salvage(&bytes);
        assert!(all.starts_with(&text), "byte {at}");
        let Err(failure) = decoded else {
            assert!(text == all && saved.concat() == all, "byte {at}: a harmless change");
            continue;
        };
        assert!(matches!(failure.exit, Exit::Corrupt | Exit::Limit), "byte {at}: {failure}");
        let told =
            salvaged.as_ref().map_or(true, |salvaged| !salvaged.lost.is_none() || saved.concat() == all);
        assert!(told, "byte {at}: {failure}; the loss is told");
        if at >= header {
            let known = |text: &Vec<u8>| texts.contains(text) || text == b"time,value\n";
            assert!(saved.iter().all(known), "byte {at}: only what was there is written");
            assert!(saved.len() + 1 >= texts.len(), "byte {at}: {} saved", saved.len());
        }
    }
}

/// Without its header a frame cannot be read at all.
fn bytes_behind_header(whole: &[u8]) -> usize {
    let mut cursor = Cursor::new(whole);
    Header::read(&mut cursor, LIMIT).unwrap();
    cursor.rest().len()
}

#[test]
fn every_cut_is_truncated_and_costs_what_was_cut() {
    let (whole, texts) = archive();
    let patient = Patient::new();
    for cut in 0..whole.len() {
        let (_, decoded) = patient.decode(&whole[..cut]);
        let failure = decoded.expect_err("a cut must be noticed");
        assert!(failure.cause() == Some(&Error::Truncated), "{cut}: {failure}");
        let (saved, salvaged) = patient.salvage(&whole[..cut]);
        assert!(texts.starts_with(&saved), "{cut}");
        assert!(!salvaged.unwrap().lost.is_none(), "{cut}");
    }
}

#[test]
fn nothing_is_lost_of_a_whole_archive() {
    let (whole, texts) = archive();
    let twice = [whole.as_slice(), &whole].concat();
    let (saved, salvaged) = Patient::new().salvage(&twice);
    assert_eq!(saved, [texts.as_slice(), &texts].concat());
    assert!(salvaged.unwrap().lost.is_none());
}

/// Messages one behind the other, and their texts.
fn messages() -> (Vec<u8>, Vec<Vec<u8>>) {
    let (_, texts) = archive();
    let level = Level::FASTEST;
    (texts.iter().flat_map(|text| message::encode(text, None, level).unwrap()).collect(), texts)
}

#[test]
fn a_damaged_message_costs_no_other() {
    let (whole, texts) = messages();
    let (patient, all) = (Patient::new(), texts.concat());
    for (at, flip) in (0..whole.len()).flat_map(|at| [(at, 1), (at, 0x80), (at, 0xFF)]) {
        let mut bytes = whole.clone();
        bytes[at] ^= flip;
        let (text, decoded) = patient.decode(&bytes);
        let (saved, salvaged) = patient.salvage(&bytes);
        assert!(all.starts_with(&text) && (decoded.is_err() || text == all), "byte {at}");
        assert!(decoded.is_ok() || !salvaged.unwrap().lost.is_none(), "byte {at}: the loss is told");
        assert!(saved.iter().all(|text| texts.contains(text)), "byte {at}: only what was there is written");
        assert!(saved.len() + 1 >= texts.len(), "byte {at}: {} saved", saved.len());
    }
    for cut in 1..whole.len() {
        let (saved, _) = patient.salvage(&whole[..cut]);
        assert!(texts.starts_with(&saved), "{cut}");
    }
    assert_eq!(patient.decode(&[whole.as_slice(), &archive().0, &whole].concat()).0, all.repeat(3));
}

/// Returns the text that a salvage of pieces writes, and its losses.
fn salvage_pieces(bytes: &[u8], sizes: &[usize]) -> (Vec<Vec<u8>>, Option<(u64, u64)>) {
    let mut texts = Vec::new();
    let input = Input::pieces(bytes.to_vec(), sizes.to_vec());
    let salvaged = salvage::run(input, LIMIT, &Genes::default(), |text| {
        texts.push(text.to_vec());
        Ok(())
    });
    (texts, salvaged.ok().map(|salvaged| (salvaged.lost.places, salvaged.lost.bytes)))
}

/// What decoding pieces gives, and whether it failed.
fn decode_pieces(bytes: &[u8], sizes: &[usize]) -> (Vec<u8>, bool) {
    let mut text = Vec::new();
    let how = Decoding { threads: 1, memory: LIMIT, genes: Genes::default() };
    let decoded = archive::decode(Input::pieces(bytes.to_vec(), sizes.to_vec()), how, |segment, _| {
        text.extend_from_slice(segment);
        Ok(())
    });
    (text, decoded.is_err())
}

/// Archives and messages one behind the other, changed, cut and put together anew.
fn mixed() -> impl Strategy<Value = Vec<u8>> {
    let whole = [archive().0, messages().0].concat();
    let change = (any::<Place>(), any::<Place>(), any::<u8>(), 0..5u8);
    vec(change, 0..6).prop_map(move |changes| {
        let mut bytes = whole.clone();
        for (at, other, byte, how) in changes {
            let (at, other) = (at.index(bytes.len()), other.index(bytes.len()));
            match how {
                0 => bytes[at] = byte,
                1 => bytes.truncate(at + 1),
                2 => drop(bytes.drain(at.min(other)..at.max(other))),
                3 => bytes.extend_from_within(at.min(other)..at.max(other)),
                _ => bytes.insert(at, byte),
            }
            if bytes.is_empty() {
                bytes.push(byte);
            }
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    /// However it arrives, it is read as the same, and what decodes is a part of what can be saved.
    #[test]
    fn pieces_of_any_size_are_read_alike(bytes in mixed(), sizes in vec(1usize..300, 1..6)) {
        let whole = vec![1 << 20];
        let (text, failed) = decode_pieces(&bytes, &sizes);
        prop_assert_eq!((&text, failed), (&decode_pieces(&bytes, &whole).0, decode_pieces(&bytes, &whole).1));
        let (saved, lost) = salvage_pieces(&bytes, &sizes);
        prop_assert_eq!((&saved, lost), (&salvage_pieces(&bytes, &whole).0, salvage_pieces(&bytes, &whole).1));
        prop_assert!(saved.concat().starts_with(&text) || !failed || lost.is_none());
    }
}
