//! Streams whose ends die, and streams that are damaged on their way.

use crate::room::{Room, rows, signal, wait};
use std::{
    io::{Read, Write},
    process::Child,
    thread,
    time::Duration,
};

/// Kills of each end.
const KILLS: u64 = 50;

/// Feeds `pieces` to a command, kills it after so many milliseconds, and gives back what it had written.
fn killed_after(mut child: Child, pieces: &[&[u8]], milliseconds: u64) -> Vec<u8> {
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    thread::scope(|scope| {
        scope.spawn(move || {
            for piece in pieces {
                // It may be dead already.
                if stdin.write_all(piece).is_err() {
                    return;
                }
                thread::sleep(Duration::from_micros(200));
            }
        });
        let written = scope.spawn(move || {
            let mut written = Vec::new();
            stdout.read_to_end(&mut written).unwrap();
            written
        });
        thread::sleep(Duration::from_millis(milliseconds));
        signal(&child, "KILL");
        wait(&mut child);
        written.join().unwrap()
    })
}

/// Instants of kills: spread, and the same in every run.
fn instants() -> impl Iterator<Item = u64> {
    (0..KILLS).map(|kill| 2 + kill * 37 % 90)
}

#[test]
fn what_was_flushed_is_read_whenever_an_end_is_killed() {
    let room = Room::new();
    let text = rows(0, 300);
    let lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
    let live = ["compress", "--live", "--flush-rows", "1"];
    let (mut most, mut least) = (0, lines.len());
    for after in instants() {
        let stream = killed_after(room.command(&live).spawn().unwrap(), &lines, after);
        let read = room.run(&["decompress"], &stream);
        let there = read.stdout.split_inclusive(|byte| *byte == b'\n').count();
        assert!(text.starts_with(&read.stdout), "killed after {after} ms: other rows");
        assert!(matches!(read.status.code(), Some(0 | 3)), "killed after {after} ms: {read:?}");
        (most, least) = (most.max(there), least.min(there));
    }
    let stream = room.run(&live, &text).stdout;
    let pieces: Vec<&[u8]> = stream.chunks(stream.len() / 300).collect();
    for after in instants() {
        let read = killed_after(room.command(&["decompress"]).spawn().unwrap(), &pieces, after);
        assert!(text.starts_with(&read), "the reader was killed after {after} ms: other rows");
        assert!(read.last().is_none_or(|byte| *byte == b'\n'), "half a row after {after} ms");
    }
    println!("{} kills; of {} rows {least} to {most} were read", 2 * KILLS, lines.len() - 1);
}

#[test]
fn one_flipped_bit_loses_the_rows_up_to_the_next_entry() {
    /// Rows between two places where a reader can begin.
    const ENTRY: usize = 50;
    let room = Room::new();
    let text = rows(0, 400);
    let lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
    let live = ["compress", "--live", "--flush-rows", "5", "--entry-every", "50"];
    let stream = room.run(&live, &text).stdout;
    // Behind the header, and before the index: these hold no rows.
    let places = (40..stream.len() - 80).step_by(stream.len() / 40);
    let (mut all, mut worst, mut cases) = (0, 0, 0);
    for at in places {
        let mut damaged = stream.clone();
        damaged[at] ^= 1 << (at % 8);
        let saved = room.run(&["decompress", "--salvage", "--json", "-c"], &damaged);
        assert_eq!(saved.status.code(), Some(3), "bit {} of byte {at}: not told", at % 8);
        let said = String::from_utf8_lossy(&saved.stderr).into_owned();
        assert!(said.contains("\"lost\":[[") && said.contains("are lost"), "byte {at}: {said}");
        let mut left = lines.iter();
        let is_sound = |row: &[u8]| left.any(|line| *line == row);
        assert!(saved.stdout.split_inclusive(|byte| *byte == b'\n').all(is_sound), "byte {at}: other rows");
        let lost = lines.len() - saved.stdout.split_inclusive(|byte| *byte == b'\n').count();
        assert!(lost <= ENTRY + 5, "byte {at}: {lost} rows lost");
        (all, worst, cases) = (all + lost, worst.max(lost), cases + 1);
    }
    println!(
        "{cases} flipped bits, an entry every {ENTRY} rows: {} rows lost in the mean, {worst} at most",
        all / cases
    );
}
