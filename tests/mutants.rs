//! Segments whose insides were changed and whose lengths were mended, so that the change reaches the decoders of columns:
//! an error or an answer, never a panic, nor memory that neither the segment nor its header pays for.

use peak_alloc::PeakAlloc;
use proptest::{
    collection::vec,
    prelude::*,
    sample::Index,
    test_runner::{Config as Cases, TestRunner},
};
use qres_core::{
    entropy::{Cursor, put_varint},
    frame::{Config, Header, Segment, View},
};

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// How many, if `QRES_MUTANTS` says nothing else.
const CASES: u32 = 20_000;
/// Bytes of text of a segment.
const TEXT: usize = 700;
/// Memory beside what the header declares: the copy that is decoded, and small change.
const SLACK: usize = 64 << 10;

/// A segment: what stands before its lengths and behind them.
#[derive(Debug, Clone)]
struct Sound {
    header: Header,
    tag: u8,
    text_bytes: u64,
    rows: u64,
    check: [u8; 4],
    body: Vec<u8>,
}

/// The beginning of every vector at every level.
fn sound() -> Vec<Sound> {
    let mut all = vec![];
    for vector in vectors::all() {
        for level in vectors::levels() {
            let text = &vector.bytes[..vector.bytes.len().min(TEXT)];
            let header = Header::detect(text, &Config { level, input: vector.input, segment: 1 << 12 });
            let bytes = Segment::encode(text, &header, true, level).bytes;
            let mut cursor = Cursor::new(&bytes);
            let tag = cursor.u8().unwrap();
            let mut number = || cursor.varint().unwrap();
            let (text_bytes, rows, _) = (number(), number(), number());
            let check = *cursor.bytes(4).unwrap().first_chunk().unwrap();
            let body = cursor.rest().to_vec();
            all.push(Sound { header, tag, text_bytes, rows, check, body });
        }
    }
    // Stored texts and byte runs have no columns inside.
    all.retain(|sound| matches!(sound.tag & 3, 2 | 3) && sound.body.len() > 8);
    all
}

/// A change of the inside.
#[derive(Debug, Clone)]
enum Change {
    Byte(Index, u8),
    Flip(Index, u8),
    Insert(Index, Vec<u8>),
    Remove(Index, usize),
    /// Bytes of the other segment over these.
    Splice(Index, Index, usize),
    Rows(u64),
}

fn change() -> impl Strategy<Value = Change> {
    let at = any::<Index>;
    prop_oneof![
        4 => (at(), any::<u8>()).prop_map(|(at, byte)| Change::Byte(at, byte)),
        4 => (at(), 0..8u8).prop_map(|(at, bit)| Change::Flip(at, bit)),
        2 => (at(), vec(any::<u8>(), 1..12)).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        2 => (at(), 1..12usize).prop_map(|(at, bytes)| Change::Remove(at, bytes)),
        2 => (at(), any::<Index>(), 1..40usize).prop_map(|(at, from, bytes)| Change::Splice(at, from, bytes)),
        1 => (0..5000u64).prop_map(Change::Rows),
    ]
}

impl Change {
    fn apply(&self, sound: &mut Sound, other: &[u8]) {
        let body = &mut sound.body;
        if body.is_empty() {
            return;
        }
        match self {
            Self::Byte(at, byte) => *at.get_mut(body) = *byte,
            Self::Flip(at, bit) => *at.get_mut(body) ^= 1 << bit,
            Self::Insert(at, bytes) => {
                drop(body.splice(at.index(body.len())..at.index(body.len()), bytes.clone()));
            }
            Self::Remove(at, bytes) => {
                let at = at.index(body.len());
                body.drain(at..(at + bytes).min(body.len()));
            }
            Self::Splice(at, from, bytes) => {
                let (at, from) = (at.index(body.len()), from.index(other.len()));
                let piece = &other[from..(from + bytes).min(other.len())];
                body.splice(at..(at + bytes).min(body.len()), piece.iter().copied());
            }
            Self::Rows(rows) => sound.rows = *rows,
        }
    }
}

/// A body without odd lines and kinds of rows: what stands before its blocks of columns, and they.
fn blocks(body: &[u8]) -> Option<(Vec<u8>, Vec<Vec<u8>>)> {
    let mut cursor = Cursor::new(body);
    let tail = cursor.varint().ok()? as usize;
    cursor.bytes(tail).ok()?;
    let odd_lines = cursor.varint().ok()?;
    let count = cursor.varint().ok()? / 2;
    let before = body[..body.len() - cursor.rest().len()].to_vec();
    let block = |cursor: &mut Cursor<'_>| {
        let bytes = cursor.varint().ok()? as usize;
        Some(cursor.bytes(bytes).ok()?.to_vec())
    };
    let blocks = (0..count).map(|_| block(&mut cursor)).collect::<Option<Vec<_>>>()?;
    (odd_lines == 0 && count > 0 && cursor.rest().is_empty()).then_some((before, blocks))
}

/// Changes one column's block alone and writes all lengths anew, so that the others stay where they are; false if there are
/// no blocks to be found.
fn change_block(sound: &mut Sound, which: &Index, changes: &[Change], other: &[u8]) -> bool {
    let Some((before, mut blocks)) = blocks(&sound.body) else { return false };
    let at = which.index(blocks.len());
    let mut inside = Sound { body: blocks[at].clone(), ..sound.clone() };
    changes.iter().for_each(|change| change.apply(&mut inside, other));
    blocks[at] = inside.body;
    sound.rows = inside.rows;
    sound.body = before;
    for block in blocks {
        put_varint(&mut sound.body, block.len() as u64);
        sound.body.extend(block);
    }
    true
}

/// Decodes the segment with its lengths mended; whether it gave a text, and the bytes that it took at most.
fn decode(sound: &Sound) -> (bool, usize) {
    let mut bytes = vec![sound.tag];
    // No body is longer than its text, and no text has more lines than bytes.
    let text_bytes = sound.text_bytes.max(sound.body.len() as u64).max(sound.rows);
    put_varint(&mut bytes, text_bytes);
    put_varint(&mut bytes, sound.rows);
    put_varint(&mut bytes, sound.body.len() as u64);
    bytes.extend(sound.check);
    bytes.extend(&sound.body);
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    let mut text = Vec::new();
    let decoded = View::read(&mut Cursor::new(&bytes), &sound.header).and_then(|view| {
        let _ = view.columns(&sound.header);
        view.decode(&sound.header, &mut text)
    });
    (decoded.is_ok(), HEAP.peak_usage().saturating_sub(before))
}

#[test]
fn changes_inside_of_segments_are_errors_or_answers() {
    let sound = sound();
    let pick = proptest::sample::select(sound.clone());
    let other = proptest::sample::select(sound);
    let cases = (pick, other, vec(change(), 1..4), any::<Index>(), any::<bool>());
    let (mut answers, mut mended, mut most) = (0, 0, 0.0f64);
    let cases_wanted =
        std::env::var("QRES_MUTANTS").ok().and_then(|number| number.parse().ok()).unwrap_or(CASES);
    let config = Cases { failure_persistence: None, ..Cases::with_cases(cases_wanted) };
    let counts = std::cell::RefCell::new((&mut answers, &mut mended, &mut most));
    TestRunner::new(config)
        .run(&cases, |(mut sound, other, changes, which, in_block)| {
            let declared = sound.header.memory() as usize;
            let in_block = in_block && change_block(&mut sound, &which, &changes, &other.body);
            if !in_block {
                changes.iter().for_each(|change| change.apply(&mut sound, &other.body));
            }
            let (answer, taken) = decode(&sound);
            let (answers, mended, most) = &mut *counts.borrow_mut();
            **answers += u32::from(answer);
            **mended += u32::from(in_block);
            **most = most.max(taken as f64 / (declared + SLACK) as f64);
            prop_assert!(taken <= declared + SLACK, "{taken} bytes of {declared}");
            Ok(())
        })
        .unwrap();
    eprintln!("{cases_wanted} mutants, {mended} with mended blocks; {answers} gave an answer");
    eprintln!("at most {most:.2} of the memory that is declared was taken");
}
