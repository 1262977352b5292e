//! Archives that were cut, changed or invented: an error or the right text, never a panic.

use proptest::{collection::vec, prelude::*, sample::Index};
use qres_core::{
    Error,
    codec::Level,
    entropy::Cursor,
    frame::{Config, Footer, Input, MAGIC, Raw, Sample, VERSION},
};
use std::{fs, iter, path::Path, process::Command, sync::Mutex, thread};
use vectors::{archive, targets};

/// Memory a decoder may take: more than any archive here asks for.
const LIMIT: u64 = 16 << 20;

/// A small archive and the text it holds.
struct Case {
    name: String,
    text: Vec<u8>,
    archive: Vec<u8>,
    /// Of so many bits one is flipped: strong levels take long, and lay their archives out as the fast ones do.
    stride: usize,
    /// Of so many bytes one is cut off, left out or doubled, and which: the strong levels share them.
    share: usize,
    turn: usize,
}

impl Case {
    /// The bytes whose turn it is.
    fn bytes(&self) -> impl Iterator<Item = usize> + use<> {
        (self.turn..self.archive.len()).step_by(self.share)
    }
}

/// The beginning of every vector at every level, in two segments or three.
fn cases() -> Vec<Case> {
    let mut cases = vec![];
    for vector in vectors::all() {
        for level in vectors::levels() {
            let text = vector.bytes[..vector.bytes.len().min(600)].to_vec();
            let segment = text.len() / 5 * 2 + 64;
            let archive = archive::compress(&text, &Config { level, input: vector.input, segment });
            // Odd, so that each place in a byte has its turn.
            let stride = match level.get() {
                ..5 => 1,
                5 => 5,
                _ => 19,
            };
            let turn = usize::from(level.get().saturating_sub(6));
            let share = if level.get() < 6 { 1 } else { 4 };
            let name = format!("{} at level {}", vector.name, level.get());
            // Stronger models take long, and read the same flushes.
            if level == Level::DEFAULT {
                let config = Config { level, input: vector.input, segment: 1 << 12 };
                let (archive, text) = (archive::stream(&text, &config, 3), text.clone());
                // The models of many columns take more.
                let fits = !matches!(archive::decompress(&archive, LIMIT), Err(Error::Limit { .. }));
                cases.extend(fits.then(|| Case {
                    name: format!("{name}, flushed"),
                    text,
                    archive,
                    stride: 37,
                    share: 1,
                    turn: 0,
                }));
            }
            cases.push(Case { name, text, archive, stride, share, turn });
        }
    }
    cases
}

/// Does `work` with each case, on all cores.
fn each(work: impl Fn(Case) + Sync) {
    let cases = Mutex::new(cases());
    let next = || cases.lock().unwrap().pop();
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| iter::from_fn(next).for_each(&work));
        }
    });
}

#[test]
fn every_cut_is_told_as_truncated() {
    each(|case| {
        let bytes = case.bytes();
        let Case { name, text, archive, .. } = case;
        for end in bytes {
            let result = archive::decompress(&archive[..end], LIMIT);
            assert_eq!(result, Err(Error::Truncated), "{name}, cut at {end} of {}", archive.len());
        }
        assert_eq!(archive::decompress(&archive, LIMIT), Ok(text), "{name}");
    });
}

#[test]
fn every_flipped_bit_is_an_error_or_harmless() {
    each(|Case { name, text, mut archive, stride, turn, .. }| {
        for bit in (turn..archive.len() * 8).step_by(stride) {
            archive[bit / 8] ^= 1 << (bit % 8);
            if let Ok(decoded) = archive::decompress(&archive, LIMIT) {
                assert!(decoded == text, "{name}: other text after bit {bit} was flipped");
            }
            targets::look(&archive);
            archive[bit / 8] ^= 1 << (bit % 8);
        }
    });
}

#[test]
fn every_missing_or_doubled_byte_is_an_error() {
    each(|case| {
        let bytes = case.bytes();
        let Case { name, archive, .. } = case;
        for at in bytes {
            let without = [&archive[..at], &archive[at + 1..]].concat();
            assert!(archive::decompress(&without, LIMIT).is_err(), "{name}: without byte {at}");
            let twice = [&archive[..=at], &archive[at..]].concat();
            assert!(archive::decompress(&twice, LIMIT).is_err(), "{name}: byte {at} twice");
        }
    });
}

#[test]
fn what_is_no_archive_is_told_apart() {
    for (bytes, error) in [
        (&b""[..], Error::Truncated),
        (b"time,value\n1,2\n", Error::NotArchive),
        (&MAGIC[..3], Error::Truncated),
        (b"\xF1Q\n\n\x01\x0C", Error::NotArchive),
        (b"\xF1Q\r\n\x00\x0C", Error::Unsupported { version: 0, known: VERSION }),
        (b"\xF1Q\r\n\xFF\x0C", Error::Unsupported { version: 255, known: VERSION }),
        (b"\xF1Q\r\n\x01\x3E\x00", Error::Limit { asked: 1 << 62, allowed: LIMIT }),
    ] {
        assert_eq!(archive::decompress(bytes, LIMIT), Err(error), "{bytes:x?}");
    }
}

#[test]
fn text_behind_an_archive_is_no_archive() {
    for Case { name, archive, .. } in cases() {
        let result = archive::decompress(&[&archive[..], b"text"].concat(), LIMIT);
        assert_eq!(result, Err(Error::NotArchive), "{name}");
    }
}

/// Files named `target-anything` that once broke that target.
#[test]
fn inputs_that_once_broke_something() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/crashes");
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        if name.starts_with("salvage-") {
            let salvage = ["decompress", "--salvage", "-c"];
            let qres =
                Command::new(env!("CARGO_BIN_EXE_qres")).args(salvage).arg(entry.path()).output().unwrap();
            assert!(matches!(qres.status.code(), Some(0 | 1 | 3 | 5)), "{name}");
            continue;
        }
        let target = name.split('-').next().and_then(targets::by_name);
        target.unwrap_or_else(|| panic!("{name} names no target"))(&fs::read(entry.path()).unwrap());
    }
}

/// Each segment is sound, and the index over all of them notices.
#[test]
fn segments_that_changed_places() {
    let input = Input::Raw(Raw::new(Sample::I16, 1));
    let text: Vec<u8> = (0..192).map(|i: u32| (i * i % 251) as u8).collect();
    let archive = archive::compress(&text, &Config { level: Level::FASTEST, input, segment: 64 });
    let length = Footer::length_from_end(&archive).unwrap() as usize;
    let (parts, tail) = archive.split_at(archive.len() - length);
    let footer = Footer::read(&mut Cursor::new(tail)).unwrap();
    let (header, mut rest) = parts.split_at(footer.header_bytes as usize);
    let mut segments = vec![];
    for entry in &footer.entries {
        let (segment, behind) = rest.split_at(entry.bytes as usize);
        segments.push(segment);
        rest = behind;
    }
    segments.swap(0, 1);
    let swapped = [header, &segments.concat(), tail].concat();
    assert!(matches!(archive::decompress(&swapped, LIMIT), Err(Error::Corrupt(_))));
}

fn small_archive() -> impl Strategy<Value = (Vec<u8>, Vec<u8>)> {
    let cases: Vec<_> = cases().into_iter().map(|case| (case.text, case.archive)).collect();
    proptest::sample::select(cases)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn several_changed_bytes((text, mut archive) in small_archive(), changes in vec(any::<(Index, u8)>(), 1..6)) {
        for (at, byte) in changes {
            *at.get_mut(&mut archive) = byte;
        }
        if let Ok(decoded) = archive::decompress(&archive, LIMIT) {
            prop_assert_eq!(decoded, text);
        }
    }

    /// Parts of one archive inside another: every field is legal, but not there.
    #[test]
    fn spliced_archives((_, a) in small_archive(), (_, b) in small_archive(), at in any::<Index>(), from in any::<Index>()) {
        let spliced = [&a[..at.index(a.len())], &b[from.index(b.len())..]].concat();
        targets::decompress(&spliced);
    }

    /// Every target, with bytes that nobody made on purpose.
    #[test]
    fn arbitrary_bytes(bytes in vec(any::<u8>(), 0..200)) {
        for (_, target) in targets::ALL {
            target(&bytes);
        }
    }

    #[test]
    fn bytes_behind_a_sound_start(raw in any::<bool>(), class in 12u8..25, bytes in vec(any::<u8>(), 0..200)) {
        let schema: &[u8] = if raw { &[2, 3] } else { &[1, b',', 0, 3, 0] };
        let archive = [&MAGIC[..], &[VERSION, class], schema, &bytes].concat();
        targets::decompress(&archive);
    }
}

proptest! {
    /// However an archive arrives, it is the same archive.
    #[test]
    fn archives_in_pieces((text, sound) in small_archive(), pieces in vec(1usize..40, 1..9), cut in any::<Index>()) {
        prop_assert_eq!(archive::decompress_pieces(&sound, LIMIT, &pieces), Ok(text));
        let cut = &sound[..cut.index(sound.len())];
        prop_assert_eq!(archive::decompress_pieces(cut, LIMIT, &pieces), archive::decompress(cut, LIMIT));
    }

    #[test]
    fn changed_archives_in_pieces((_, mut changed) in small_archive(), pieces in vec(1usize..40, 1..9), at in any::<Index>(), byte: u8) {
        *at.get_mut(&mut changed) = byte;
        prop_assert_eq!(archive::decompress_pieces(&changed, LIMIT, &pieces), archive::decompress(&changed, LIMIT));
    }
}
