//! Both ends together.

mod wire;

use super::{packet::MAX_COLUMNS, receiver::Counts, *};
use crate::neuron::{Linear, Neuron};
use alloc::{vec, vec::Vec};
use core::num::NonZeroU16;
use proptest::prelude::*;

/// A cell as tests keep it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Kept {
    Number(i64),
    Word(Vec<u8>),
}

impl Kept {
    fn sample(&self) -> Sample<'_> {
        match self {
            Self::Number(number) => Sample::Number(*number),
            Self::Word(word) => Sample::Word(word),
        }
    }

    fn of(cell: Cell<'_>) -> Self {
        match cell {
            Cell::Number(number) => Self::Number(number),
            Cell::Word(word) => Self::Word(word.to_vec()),
        }
    }
}

type Rows = Vec<Vec<Kept>>;

/// Rows of a clock, a wandering number and a word that rarely changes, by a seed.
fn made(rows: usize, seed: u64) -> Rows {
    let mut random = crate::num::Random::new(seed, 0);
    let mut next = move |below: u64| i64::try_from(random.below(below)).unwrap();
    let (mut time, mut level, mut word) = (1_700_000_000, 2000, 0);
    let row = |_| {
        time += if next(40) == 0 { 3600 + next(9) } else { 60 };
        level += next(31) - 15;
        word += i64::from(next(50) == 0);
        let number = if next(60) == 0 { Kept::Word(b"NA".to_vec()) } else { Kept::Number(level) };
        vec![Kept::Number(time), number, Kept::Word(alloc::format!("state {word}").into_bytes())]
    };
    (0..rows).map(row).collect()
}

const COLUMNS: [Column; 3] = [Column::new(0), Column::new(20), Column::new(0)];

fn options(heartbeat: u16, key: u32) -> Options {
    let heartbeat = NonZeroU16::new(heartbeat).unwrap();
    Options { session: 5, heartbeat, key, spacing: 0, hello: 2, most: 1200 }
}

/// All packets of a link.
fn packets(rows: &Rows, options: Options) -> Vec<Vec<u8>> {
    let mut sender = Sender::new(&COLUMNS, b"text", options);
    let (mut out, mut packets) = (vec![], vec![]);
    for row in rows {
        let samples: Vec<Sample<'_>> = row.iter().map(Kept::sample).collect();
        if sender.row(&samples, &mut out) == Ok(Sent::Packet) {
            packets.push(out.clone());
        }
    }
    assert_eq!(sender.end(&mut out), Ok(Sent::Packet));
    packets.push(out);
    packets
}

/// What a receiver made of packets, each row by its number.
#[derive(Debug, Default)]
struct Heard {
    rows: Vec<(u64, Vec<Kept>)>,
    lost: u64,
    lost_packets: u32,
    joined: Vec<u64>,
    broken: u64,
    ended: bool,
}

fn heard(receiver: &mut Receiver, packets: &[Vec<u8>]) -> Heard {
    let mut heard = Heard::default();
    for packet in packets {
        receiver.packet(packet, |event| heard.take(event));
    }
    heard
}

impl Heard {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Row { number, cells } => self.rows.push((number, cells.iter().map(Kept::of).collect())),
            Event::Lost { rows, packets } => {
                self.lost += rows;
                self.lost_packets += packets;
            }
            Event::BrokeOff => self.broken += 1,
            Event::Joined { row, .. } => self.joined.push(row),
            Event::Ended => self.ended = true,
            Event::Form { .. } | Event::Note(_) => {}
        }
    }

    /// Every row is within its bounds of the row of that number, and numbers rise.
    fn check(&self, rows: &Rows) {
        assert!(self.rows.windows(2).all(|pair| pair[0].0 < pair[1].0), "rows come in order");
        for (number, row) in &self.rows {
            let sent = &rows[usize::try_from(*number).unwrap()];
            for ((given, sent), column) in row.iter().zip(sent).zip(COLUMNS) {
                match (given, sent) {
                    (Kept::Number(given), Kept::Number(sent)) => {
                        assert!(given.abs_diff(*sent) <= column.within, "row {number}: {given} {sent}");
                    }
                    (given, sent) => assert_eq!(given, sent, "row {number}"),
                }
            }
        }
    }
}

#[test]
fn a_clean_wire_gives_every_row() {
    let rows = made(3000, 1);
    for (heartbeat, key) in [(64, 1024), (1, 0), (7, 10), (65_535, 0)] {
        let packets = packets(&rows, options(heartbeat, key));
        let mut receiver = Receiver::default();
        let heard = heard(&mut receiver, &packets);
        heard.check(&rows);
        assert_eq!((heard.rows.len(), heard.lost, heard.ended), (rows.len(), 0, true));
        assert_eq!(receiver.counts().damaged + receiver.counts().late, 0);
    }
}

#[test]
fn a_clock_and_a_constant_word_cost_nothing() {
    let row = |i| [Sample::Number(1000 + 60 * i), Sample::Word(b"on"), Sample::Number(7)];
    let columns = [Column::default(), Column::default(), Column::new(3)];
    let mut sender = Sender::new(&columns, b"", options(65_535, 0));
    let mut out = vec![];
    let mut packets = 0;
    let mut tells = |i: &i64| {
        let sent = sender.row(&row(*i), &mut out) == Ok(Sent::Packet);
        packets += u32::from(sent);
        sent && out[0] >> 5 != packet::Kind::Quiet as u8
    };
    let told: Vec<i64> = (0..5000).filter(|i| tells(i)).collect();
    // Silence is told when it has become long.
    assert_eq!((&told[..], packets), (&[0, 1, 2][..], 13));
}

#[test]
fn what_is_lost_is_told_and_a_key_goes_on() {
    let rows = made(2000, 3);
    let all = packets(&rows, options(20, 200));
    let mut wire = all.clone();
    wire.drain(100..103);
    let mut receiver = Receiver::default();
    let got = heard(&mut receiver, &wire);
    got.check(&rows);
    assert_eq!(got.rows.len() as u64 + got.lost, 2000);
    assert!((1..400).contains(&got.lost), "{}", got.lost);
    assert_eq!(receiver.counts().lost, got.lost);
    assert!(got.ended);
}

#[test]
fn asking_brings_a_key_at_once() {
    let rows = made(1000, 4);
    let mut sender = Sender::new(&COLUMNS, b"text", options(5, 0));
    let (mut receiver, mut got, mut out) = (Receiver::new(2), Heard::default(), vec![]);
    for (at, row) in rows.iter().enumerate() {
        let samples: Vec<Sample<'_>> = row.iter().map(Kept::sample).collect();
        if sender.row(&samples, &mut out) == Ok(Sent::Packet) && !(200..260).contains(&at) {
            receiver.packet(&out, |event| got.take(event));
            if let Some(ask) = receiver.ask() {
                sender.handle(&ask);
            }
        }
    }
    got.check(&rows);
    assert!((60..90).contains(&got.lost), "{}", got.lost);
}

#[test]
fn where_much_is_lost_each_packet_is_read_by_itself() {
    let rows = made(400, 5);
    let mut sender = Sender::new(&COLUMNS, b"text", options(64, 0));
    let (mut out, mut hello, mut packets) = (vec![], vec![], 0);
    for (number, row) in rows.iter().enumerate() {
        sender.reaches(if number < 3 { Reach::Unheard } else { Reach::Misses });
        let samples: Vec<Sample<'_>> = row.iter().map(Kept::sample).collect();
        if sender.row(&samples, &mut out) != Ok(Sent::Packet) {
            continue;
        }
        packets += 1;
        if number < 3 {
            hello.clone_from(&out);
        }
        let mut receiver = Receiver::new(0);
        let heard = heard(&mut receiver, &[hello.clone(), out.clone()]);
        heard.check(&rows);
        assert_eq!(heard.rows.last().map(|row| row.0), Some(number as u64), "row {number}");
    }
    // The clock is found out all the same.
    assert!(packets < 250, "{packets} packets");
}

#[test]
fn one_who_joins_late_begins_at_a_hello() {
    let rows = made(2000, 5);
    let all = packets(&rows, options(20, 100));
    let got = heard(&mut Receiver::default(), &all[70..]);
    got.check(&rows);
    let [row] = got.joined[..] else { panic!("{:?}", got.joined) };
    assert!(row > 0 && row < 600, "{row}");
    assert_eq!((got.rows.len() as u64 + row, got.lost), (2000, 0));
}

#[test]
fn a_sender_that_starts_anew_is_followed_and_its_past_is_left() {
    let rows = made(300, 6);
    let first = packets(&rows, options(20, 50));
    let second = packets(&rows, Options { session: 6, ..options(20, 50) });
    let mut receiver = Receiver::default();
    let wire = [&first[..40], &second[..], &first[40..]].concat();
    let got = heard(&mut receiver, &wire);
    assert_eq!((&got.joined[..], got.broken), (&[0, 0][..], 1));
    let again = got.rows.iter().rposition(|(number, _)| *number == 0).unwrap();
    let second = Heard { rows: got.rows[again..].to_vec(), ..Heard::default() };
    second.check(&rows);
    assert_eq!(second.rows.len(), 300);
}

#[test]
fn what_is_missing_at_the_end_is_counted() {
    let rows = made(500, 7);
    let all = packets(&rows, options(20, 200));
    for missing in [1, 2, 9] {
        // What was sent last is lost, but for the end.
        let cut = all.len() - 1 - missing;
        let mut receiver = Receiver::default();
        let mut got = heard(&mut receiver, &[&all[..cut], &all[all.len() - 1..]].concat());
        receiver.finish(|event| got.take(event));
        got.check(&rows);
        assert_eq!((got.rows.len() as u64 + got.lost, got.ended, got.broken), (500, true, 0));
        assert!(got.lost > 0 && got.lost_packets as usize == missing);
    }
    let mut receiver = Receiver::default();
    let mut got = heard(&mut receiver, &all[..all.len() - 1]);
    receiver.finish(|event| got.take(event));
    assert_eq!((got.ended, got.broken, receiver.counts().broken), (false, 1, 1));
    // After that the same sender may be heard again, as when its packets are read a second time.
    assert_eq!(heard(&mut receiver, &all).rows.len(), 500);
}

#[test]
fn packets_after_the_end_are_doubles_or_of_another_link() {
    let rows = made(300, 7);
    let all = packets(&rows, options(20, 200));
    let others = packets(&made(300, 8), Options { session: 6, ..options(20, 200) });
    assert!(all.len() > 40);
    let mut receiver = Receiver::default();
    assert!(heard(&mut receiver, &all).ended);
    // The wire doubles what came last.
    heard(&mut receiver, &all[all.len() - 16..]);
    let whole = receiver.counts();
    assert_eq!((whole.late, whole.damaged), (16, 0));
    // Of another link nothing has come but its rows; half of their numbers are those of the last packets.
    for (count, other) in (1..).zip(others.iter().filter(|other| other[0] >> 5 < 2).take(32)) {
        receiver.packet(other, |event| panic!("{event:?}"));
        let mut done = receiver.clone();
        done.finish(|_| {});
        assert_eq!(done.counts(), Counts { damaged: count, ..whole });
    }
}

#[test]
fn notes_before_the_first_row_that_is_heard_are_lost() {
    let mut sender = Sender::new(&[Column::new(5)], b"", options(50, 1));
    let (mut receiver, mut got, mut out) = (Receiver::default(), Heard::default(), vec![]);
    sender.note(b"# lost", &mut out).unwrap();
    sender.row(&[Sample::Number(4)], &mut out).unwrap();
    receiver.packet(&out, |event| got.take(event));
    assert_eq!((got.joined, got.lost, got.lost_packets, receiver.counts().lost_packets), (vec![0], 0, 1, 1));
}

#[test]
fn a_note_that_is_lost_is_told() {
    let mut sender = Sender::new(&[Column::new(5)], b"", options(50, 1));
    let (mut receiver, mut got, mut out) = (Receiver::default(), Heard::default(), vec![]);
    for number in [4, 90] {
        sender.handle(&packet::ask(packet::Want::Key));
        sender.row(&[Sample::Number(number)], &mut out).unwrap();
        receiver.packet(&out, |event| got.take(event));
        sender.note(b"# lost", &mut out).unwrap();
    }
    receiver.finish(|event| got.take(event));
    assert_eq!((got.rows.len(), got.lost, got.lost_packets, got.broken), (2, 0, 1, 1));
}

#[test]
fn a_packet_never_stands_for_much() {
    let columns = vec![Column::default(); MAX_COLUMNS];
    let word = [b'x'; MAX_WORD];
    for (columns, sample) in [(&columns[..], Sample::Word(&word)), (&columns[..1], Sample::Number(7))] {
        let samples = vec![sample; columns.len()];
        let mut sender = Sender::new(columns, b"", Options { most: 1 << 22, ..options(65_535, 0) });
        let (mut receiver, mut out, mut given, mut most) = (Receiver::default(), vec![], 0, 0);
        for _ in 0..3000.min(300_000 / columns.len()) {
            if sender.row(&samples, &mut out) == Ok(Sent::Packet) {
                let before = given;
                receiver.packet(&out, |event| given += u64::from(matches!(event, Event::Row { .. })));
                most = most.max((given - before) * samples.len() as u64);
                assert!(out.len() > 500 || (given - before) * samples.len() as u64 <= 1025, "{}", out.len());
            }
        }
        assert!(given > 0 && receiver.is_following());
    }
    // One that says it does is not believed.
    let mut sender = Sender::new(&columns, b"", Options { most: 1 << 22, ..options(1, 0) });
    let (mut receiver, mut out, mut given) = (Receiver::default(), vec![], 0);
    sender.row(&vec![Sample::Number(1); MAX_COLUMNS], &mut out).unwrap();
    let trail = u32::from_le_bytes(*out.last_chunk().unwrap());
    receiver.packet(&out, |event| given += u64::from(matches!(event, Event::Row { .. })));
    let mut forged = vec![packet::Kind::Quiet.head(1), 0xFF, 0xFF, 0x03];
    packet::put_tag(check::Trail::new(trail).short(), &mut forged);
    receiver.packet(&forged, |event| given += u64::from(matches!(event, Event::Row { .. })));
    assert_eq!((given, receiver.counts().damaged, receiver.is_following()), (1, 1, false));
}

#[test]
fn keys_come_by_the_bytes_that_are_sent() {
    let rows = made(6000, 9);
    let lengths = |spacing| {
        let sent = packets(&rows, Options { spacing, ..options(64, 0) });
        let is_key = |packet: &&Vec<u8>| matches!(packet[0] >> 5, 4 | 5);
        let keys: usize = sent.iter().filter(is_key).skip(1).map(Vec::len).sum();
        (keys, sent.iter().map(Vec::len).sum::<usize>())
    };
    let (none, without) = lengths(0);
    let (keys, all) = lengths(10);
    assert_eq!(none, 0);
    assert!((8..=11).contains(&(all / keys)), "{keys} of {all}, {without} without");
}

#[test]
fn columns_may_change_on_the_way() {
    let mut sender = Sender::new(&[Column::new(5)], b"one", options(50, 0));
    let (mut receiver, mut out, mut forms, mut count) = (Receiver::default(), vec![], vec![], 0);
    for row in 0..200_i64 {
        let samples = [Sample::Number(row / 9), Sample::Number(row)];
        if row == 100 {
            sender.change(&[Column::new(0), Column::default()], b"two");
        }
        let samples = if row < 100 { &samples[..1] } else { &samples };
        if sender.row(samples, &mut out) == Ok(Sent::Packet) {
            receiver.packet(&out, |event| match event {
                Event::Form { text, columns } => forms.push((text.to_vec(), columns.len())),
                Event::Row { number, cells } => {
                    assert_eq!(number, count);
                    assert_eq!(cells.iter().count(), if number < 100 { 1 } else { 2 });
                    count += 1;
                }
                Event::Lost { .. } => panic!(),
                _ => {}
            });
        }
    }
    assert_eq!(forms, [(b"one".to_vec(), 1), (b"two".to_vec(), 2)]);
    assert!(count > 150);
}

#[test]
fn notes_keep_their_place() {
    let mut sender = Sender::new(&[Column::new(5)], b"", options(50, 0));
    let (mut receiver, mut out, mut seen) = (Receiver::default(), vec![], vec![]);
    let mut tell = |out: &[u8]| {
        receiver.packet(out, |event| match event {
            Event::Row { number, .. } => seen.push(alloc::format!("{number}")),
            Event::Note(note) => seen.push(alloc::format!("{note:?}")),
            _ => {}
        });
    };
    for _ in 0..3 {
        if sender.row(&[Sample::Number(4)], &mut out) == Ok(Sent::Packet) {
            tell(&out);
        }
    }
    sender.note(&[9, 9], &mut out).unwrap();
    tell(&out);
    sender.row(&[Sample::Number(4)], &mut out).unwrap();
    sender.end(&mut out).unwrap();
    tell(&out);
    assert_eq!(seen, ["0", "1", "2", "[9, 9]", "3"]);
}

#[test]
fn rows_that_cannot_be_sent_are_refused_and_the_link_goes_on() {
    let mut sender =
        Sender::new(&[Column::new(5), Column::default()], b"", Options { most: 80, ..options(50, 0) });
    let (mut out, word) = (vec![], [b'x'; 300]);
    let mut receiver = Receiver::default();
    assert_eq!(sender.row(&[Sample::Number(1)], &mut out), Err(Refused::Columns));
    assert_eq!(sender.row(&[Sample::Number(i64::MIN), Sample::Word(b"")], &mut out), Err(Refused::Number(0)));
    assert_eq!(sender.row(&[Sample::Number(1), Sample::Near(1)], &mut out), Err(Refused::Number(1)));
    assert_eq!(sender.row(&[Sample::Number(1), Sample::Word(&word)], &mut out), Err(Refused::Word(1)));
    let mut got = Heard::default();
    for bytes in [3, 100, 4] {
        match sender.row(&[Sample::Number(1), Sample::Word(&word[..bytes])], &mut out) {
            Ok(_) => receiver.packet(&out, |event| got.take(event)),
            Err(refused) => assert!(matches!(refused, Refused::Long { most: 80, .. })),
        }
    }
    receiver.packet(&out, |event| got.take(event));
    assert_eq!(got.rows.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [0]);
    // A key that skips a packet waits for it until more wait than may.
    for bytes in [3, 4, 5, 6, 7] {
        sender.row(&[Sample::Number(1), Sample::Word(&word[..bytes])], &mut out).unwrap();
        receiver.packet(&out, |event| got.take(event));
    }
    assert_eq!((got.rows.len(), got.lost, got.lost_packets), (7, 1, 1));
}

#[test]
fn numbers_wrap_around() {
    let rows = made(4000, 8);
    let all = packets(&rows, options(1, 0));
    // More than 32 packets, and more than fit a row number of 8 bits.
    assert!(all.len() > 3000);
    let mut receiver = Receiver::default();
    let mut doubled: Vec<Vec<u8>> = vec![];
    for (at, packet) in all.iter().enumerate() {
        doubled.push(packet.clone());
        // Twice, late by any number of packets up to 400.
        if let Some(old) = at.checked_sub(at % 400) {
            doubled.push(all[old].clone());
        }
    }
    let got = heard(&mut receiver, &doubled);
    got.check(&rows);
    assert_eq!((got.rows.len(), got.lost), (4000, 0));
}

#[test]
fn a_column_takes_less_than_three_kilobytes() {
    let vec = 64;
    assert!(size_of::<Sender>() + sender::LANE + vec < 1500, "{} {}", size_of::<Sender>(), sender::LANE);
    assert!(size_of::<Receiver>() + size_of::<track::Track>() + 5 * 64 < 1000);
}

/// A day that comes again and again, and noise.
fn days(rows: usize, seed: u64) -> Vec<i64> {
    let mut random = crate::num::Random::new(seed, 0);
    let mut next = |row: usize| {
        let noise = i64::try_from(random.below(21)).unwrap() - 10;
        (f64::sin(row as f64 / 8.0) * 3000.0) as i64 + noise
    };
    (0..rows).map(&mut next).collect()
}

#[test]
fn what_a_gene_knows_of_a_column_saves_packets() {
    const WITHIN: u64 = 100;
    let mut neuron = Linear::new();
    days(3000, 1).into_iter().for_each(|number| neuron.adapt(number));
    let sent = |expert: Option<Expert>| {
        let mut sender = Sender::new(&[Column { within: WITHIN, expert }], b"", options(64, 0));
        let (mut receiver, mut out, mut given, mut sent) = (Receiver::default(), vec![], vec![], 0);
        let numbers = days(100, 2);
        let mut pass = |packet: &[u8]| {
            receiver.packet(packet, |event| {
                if let Event::Row { cells, .. } = event {
                    given.extend(cells.iter().map(Kept::of));
                }
            });
        };
        for number in &numbers {
            if sender.row(&[Sample::Number(*number)], &mut out) == Ok(Sent::Packet) {
                sent += out.len();
                pass(&out);
            }
        }
        assert_eq!(sender.end(&mut out), Ok(Sent::Packet));
        pass(&out);
        assert_eq!(given.len(), numbers.len());
        for (kept, number) in given.iter().zip(numbers) {
            assert!(
                matches!(kept, Kept::Number(given) if given.abs_diff(number) <= WITHIN),
                "{kept:?} {number}"
            );
        }
        sent
    };
    let (cold, warm) = (sent(None), sent(Expert::of(&neuron.gene())));
    assert!(warm * 10 < cold * 9, "{warm} {cold}");
}
