//! Live links: the packets of a fixed series, and what a receiver makes of them. Lines are as those of archives.

use alloc::{format, string::String, vec::Vec};
use qres_core::{
    live::{Cell, Column, Event, Options, Receiver, Sample, Sender, Sent},
    num::Random,
};

/// Rows of a clock that skips, a number that wanders, and a word.
const ROWS: u64 = 3000;
/// How far the number may be off.
const WITHIN: [u64; 3] = [0, 25, 400];

/// Makes the lines.
pub fn lines(mut line: impl FnMut(&str)) {
    WITHIN.iter().for_each(|within| line(&describe(*within)));
}

fn describe(within: u64) -> String {
    let columns = [Column::new(0), Column::new(within), Column::new(0)];
    let options = Options { key: 500, ..Options::default() };
    let (mut sender, mut receiver) = (Sender::new(&columns, b"vector", options), Receiver::default());
    let (mut packet, mut all, mut given) = (Vec::new(), Vec::new(), 0);
    let mut wrong = false;
    let rows: Vec<(i64, i64, &[u8])> = rows().collect();
    let mut pass = |packet: &[u8]| {
        all.extend_from_slice(packet);
        receiver.packet(packet, |event| {
            let Event::Row { cells, .. } = event else { return };
            let sent = rows.get(given);
            given += 1;
            let mut cells = cells.iter();
            let clock = cells.next() == sent.map(|(time, _, _)| Cell::Number(*time));
            let near = matches!((cells.next(), sent), (Some(Cell::Number(n)), Some((_, m, _))) if n.abs_diff(*m) <= within);
            wrong |= !clock || !near || cells.next() != sent.map(|(_, _, word)| Cell::Word(word));
        });
    };
    for (time, number, word) in &rows {
        let samples = [Sample::Number(*time), Sample::Number(*number), Sample::Word(word)];
        if sender.row(&samples, &mut packet) == Ok(Sent::Packet) {
            pass(&packet);
        }
    }
    if sender.end(&mut packet) == Ok(Sent::Packet) {
        pass(&packet);
    }
    let verdict = match wrong || given != rows.len() {
        true => String::from("decodes to other rows"),
        false => format!("{}", blake3::hash(&all).to_hex()),
    };
    format!("link {ROWS} {within} {} {verdict}", all.len())
}

fn rows() -> impl Iterator<Item = (i64, i64, &'static [u8])> {
    let mut random = Random::new(7, 0);
    let (mut time, mut number, mut slope) = (1_700_000_000, 2000, 0);
    (0..ROWS).map(move |row| {
        time += if random.below(90) == 0 { 3600 } else { 60 };
        slope += random.below(7) as i64 - 3 - slope / 16;
        number += slope;
        (time, number, if row % 400 < 30 { &b"open"[..] } else { b"shut" })
    })
}
