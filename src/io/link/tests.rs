//! Links of text that are cut, damaged, doubled, put out of order, joined and heard from the middle: every line comes as it
//! was sent, or its loss is told.

mod damage;

use super::{
    receive::{Totals, follow},
    send::{Keys, Setup, send_text},
};
use crate::{
    cmd::link::Counts,
    rows::{bounds, neurons::Neurons},
};
use proptest::prelude::*;
use qres_core::live::{
    MAGIC,
    framing::{Deframer, Framed},
};
use std::{
    num::NonZeroU16,
    sync::atomic::{AtomicU64, Ordering},
};

/// Rows of a clock, a number that wanders, a state; now and then a line that is not a row.
fn table(rows: u64, seed: u64) -> String {
    let mut random = qres_core::num::Random::new(seed, 0);
    let (mut text, mut level) = (String::from("time,level,state\n"), 2000_i64);
    for row in 0..rows {
        level += i64::try_from(random.below(61)).unwrap() - 30;
        let state = if row / 40 % 3 == 0 { "on" } else { "off" };
        text +=
            &format!("{},{}.{:02},{state}\n", 1_600_000_000 + 60 * row, level / 100, level.rem_euclid(100));
        if random.below(50) == 0 {
            text += &format!("# note {row}\n");
        }
    }
    text
}

fn link(text: &str, keys: Keys, heartbeat: u16) -> Vec<u8> {
    let bounds = vec![bounds::parse("level=0.2").unwrap()];
    let heartbeat = NonZeroU16::new(heartbeat).unwrap();
    let setup = Setup { bounds, heartbeat, keys, neurons: Neurons::default() };
    send_text(text.as_bytes(), &setup, "table").unwrap()
}

/// Something that happens on the way.
#[derive(Debug, Clone)]
enum Fate {
    Cut(prop::sample::Index),
    Begun(prop::sample::Index),
    Changed(prop::sample::Index, u8),
    Lost(prop::sample::Index, usize),
    Added(prop::sample::Index, Vec<u8>),
    FrameLost(prop::sample::Index),
    FrameTwice(prop::sample::Index),
    FrameLate(prop::sample::Index, usize),
}

fn fate() -> impl Strategy<Value = Fate> {
    use Fate::*;
    let at = any::<prop::sample::Index>;
    prop_oneof![
        1 => at().prop_map(Cut),
        1 => at().prop_map(Begun),
        4 => (at(), 1_u8..).prop_map(|(at, flip)| Changed(at, flip)),
        2 => (at(), 1_usize..40).prop_map(|(at, bytes)| Lost(at, bytes)),
        2 => (at(), prop::collection::vec(any::<u8>(), 1..9)).prop_map(|(at, bytes)| Added(at, bytes)),
        2 => at().prop_map(FrameLost),
        2 => at().prop_map(FrameTwice),
        2 => (at(), 1_usize..9).prop_map(|(at, by)| FrameLate(at, by)),
    ]
}

impl Fate {
    fn befall(&self, line: &mut Vec<u8>) {
        if line.is_empty() {
            return;
        }
        match self {
            Self::Cut(at) => line.truncate(at.index(line.len())),
            Self::Begun(at) => drop(line.drain(..at.index(line.len()))),
            Self::Changed(at, flip) => {
                let at = at.index(line.len());
                line[at] ^= flip;
            }
            Self::Lost(at, bytes) => {
                let at = at.index(line.len());
                line.drain(at..line.len().min(at + bytes));
            }
            Self::Added(at, bytes) => {
                let at = at.index(line.len());
                line.splice(at..at, bytes.iter().copied());
            }
            Self::FrameLost(at) => Self::frames(line, at, |frames, at| drop(frames.remove(at))),
            Self::FrameTwice(at) => {
                Self::frames(line, at, |frames, at| frames.insert(at, frames[at].clone()));
            }
            Self::FrameLate(at, by) => Self::frames(line, at, |frames, at| {
                let frame = frames.remove(at);
                frames.insert((at + by).min(frames.len()), frame);
            }),
        }
    }

    /// Changes the frames; where a link begins it stays whole: a stream that begins twice is two.
    fn frames(line: &mut Vec<u8>, at: &prop::sample::Index, change: impl FnOnce(&mut Vec<Vec<u8>>, usize)) {
        let mut frames: Vec<Vec<u8>> = line.split_inclusive(|byte| *byte == 0).map(<[u8]>::to_vec).collect();
        let at = at.index(frames.len());
        if frames[at] != MAGIC {
            change(&mut frames, at);
        }
        *line = frames.concat();
    }
}

/// Every line is one that was sent, in order, or stands for a lost row.
fn check_lines(given: &[u8], clean: &[u8]) -> Result<(), TestCaseError> {
    let mut sent = clean.split(|byte| *byte == b'\n');
    for line in given.split(|byte| *byte == b'\n').filter(|line| !line.is_empty() && *line != b",,") {
        let text = String::from_utf8_lossy(line);
        prop_assert!(sent.any(|sent| sent == line), "`{}` was not sent", text);
    }
    Ok(())
}

fn is_whole(totals: &Totals) -> bool {
    Counts::of(totals).loss("").is_ok()
}

static CASES: AtomicU64 = AtomicU64::new(0);

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 300, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn whatever_happens_on_the_way_lines_come_as_sent_or_their_loss_is_told(
        rows in 1_u64..300, seed: u64, fates in prop::collection::vec(fate(), 0..7), heartbeat in 1_u16..80,
        keys in prop_oneof![2 => Just(Keys::default()), 1 => (0_u32..60).prop_map(Keys::Rows)],
    ) {
        let mut line = link(&table(rows, seed), keys, heartbeat);
        let (clean, whole) = follow(&line);
        prop_assert!(is_whole(&whole) && whole.rows == rows);
        fates.iter().for_each(|fate| fate.befall(&mut line));
        let (given, totals) = follow(&line);
        check_lines(&given, &clean)?;
        if is_whole(&totals) {
            prop_assert_eq!(String::from_utf8_lossy(&given), String::from_utf8_lossy(&clean));
        }
        if totals.broken == 0 && totals.links > 0 {
            prop_assert_eq!(totals.rows + totals.lost + totals.missed, rows);
        }
        CASES.fetch_add(1, Ordering::Relaxed);
    }

    #[test]
    fn links_after_links_come_as_sent_or_their_loss_is_told(
        rows in prop::collection::vec(1_u64..80, 2..4), seed: u64, at: prop::sample::Index, fate in fate(),
    ) {
        let mut links: Vec<Vec<u8>> =
            rows.iter().zip(seed..=u64::MAX).map(|(rows, seed)| link(&table(*rows, seed), Keys::default(), 20)).collect();
        let mut clean: Vec<Vec<u8>> = links.iter().map(|link| follow(link).0).collect();
        let hit = at.index(rows.len());
        fate.befall(&mut links[hit]);
        // Nobody misses a link of which nothing has come but the end of a frame.
        if links[hit].iter().all(|byte| *byte == 0) {
            clean[hit].clear();
        }
        let clean = clean.concat();
        let (given, totals) = follow(&links.concat());
        check_lines(&given, &clean)?;
        if is_whole(&totals) {
            prop_assert_eq!(String::from_utf8_lossy(&given), String::from_utf8_lossy(&clean));
        }
        CASES.fetch_add(1, Ordering::Relaxed);
    }

    /// What a packet stands for is limited, so what comes out is by what went in, whatever it is.
    #[test]
    fn noise_and_what_was_mended_to_pass_its_checks_give_little(
        rows in 1_u64..60, seed: u64, fates in prop::collection::vec(fate(), 1..20), at: prop::sample::Index,
        noise in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let mut line = link(&table(rows, seed), Keys::default(), 64);
        let at = at.index(line.len());
        line.splice(at..at, noise);
        fates.iter().for_each(|fate| fate.befall(&mut line));
        let (given, totals) = follow(&line);
        // A row of this table weighs 36 and is 24 bytes; a frame is 8 bytes at least.
        prop_assert!(given.len() <= (1 << 14) * (2 + line.len() / 8));
        prop_assert!(totals.packets + totals.late + totals.damaged <= 2 * line.len() as u64 + 2);
        CASES.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn a_link_of_two_columns_gives_no_more_than_its_packets_may_stand_for() {
    // One number that never changes is the most that few bytes can say.
    let text = format!("a,b\n{}", "1.5,2\n".repeat(100_000));
    let setup = Setup {
        bounds: vec![bounds::parse("0.5").unwrap()],
        heartbeat: NonZeroU16::MAX,
        keys: Keys::Rows(0),
        neurons: Neurons::default(),
    };
    let line = send_text(text.as_bytes(), &setup, "table").unwrap();
    let (given, totals) = follow(&line);
    assert!(is_whole(&totals), "{totals:?}");
    assert_eq!(given.len(), text.len());
    println!("{} bytes of text from {} bytes, {} packets", given.len(), line.len(), totals.packets);
    assert!(given.len() / line.len() < 1000, "{}", line.len());
}

/// The frames of a link without its beginning, its hellos, its keys and its end.
fn middle(line: &[u8]) -> Vec<&[u8]> {
    let is_other = |frame: &&[u8]| {
        let mut deframer = Deframer::new(1 << 20);
        frame
            .iter()
            .any(|byte| matches!(deframer.push(*byte), Some(Framed::Packet(packet)) if packet[0] >> 5 < 2))
    };
    line.split_inclusive(|byte| *byte == 0).filter(is_other).collect()
}

#[test]
fn a_link_that_lost_its_beginning_and_its_end_is_told() {
    let [one, other, third] =
        [(300, 1), (300, 2), (40, 3)].map(|(rows, seed)| link(&table(rows, seed), Keys::Rows(0), 20));
    let frames = middle(&other);
    assert!(frames.len() > 64);
    for (first, count) in (0..32).flat_map(|first| [1, 2, 5, 17, 30].map(|count| (first, count))) {
        let rest = frames[first..first + count].concat();
        let heard = |parts: &[&[u8]]| {
            let (_, totals) = follow(&parts.concat());
            (totals.links, totals.broken)
        };
        assert_eq!(heard(&[&one, &rest]), (2, 1), "{first} {count}");
        assert_eq!(heard(&[&rest, &third]), (2, 1), "{first} {count}");
        assert_eq!(heard(&[&one, &rest, &third]), (3, 1), "{first} {count}");
    }
}

#[test]
fn how_many_rows_are_lost_of_a_link_that_broke_off_is_not_known() {
    let line = link(&table(300, 1), Keys::default(), 20);
    let lost_rows = |line: &[u8]| {
        let counts = serde_json::to_value(Counts::of(&follow(line).1)).unwrap();
        counts["lost_rows"].clone()
    };
    let half = &line[..line.len() / 2];
    assert_eq!(lost_rows(&line), 0);
    assert_eq!(lost_rows(half), serde_json::Value::Null);
    assert_eq!(lost_rows(&[half, &line].concat()), serde_json::Value::Null);
    assert_eq!(lost_rows(b""), serde_json::Value::Null);
}

#[test]
fn a_tail_is_heard_from_the_next_key_on() {
    let text = table(400, 3);
    let line = link(&text, Keys::Rows(40), 20);
    let (clean, _) = follow(&line);
    // Whoever hears less than the packet that ends it hears nothing.
    let end = line[..line.len() - 1].iter().rposition(|byte| *byte == 0).unwrap();
    for begin in (1..=end).step_by(37) {
        let (given, totals) = follow(&line[begin..]);
        let header = given.len().min(17);
        check_lines(&given[header..], &clean).unwrap();
        assert_eq!((totals.rows + totals.lost + totals.missed, totals.broken), (400, 0), "{begin}");
    }
}
