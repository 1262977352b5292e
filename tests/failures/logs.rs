//! Appends and logs that are cut off.

use crate::room::{PATIENCE, Room, rows, signal, wait};
use std::{
    fs,
    io::Write,
    process::{Child, ChildStdin},
    thread,
    time::{Duration, Instant},
};

/// Whatever is there of an append when the machine stops: every cut of what is written, with the first byte that says that
/// it does not count.
#[test]
fn an_append_counts_whole_or_not_at_all() {
    let room = Room::new();
    let (first, second) = (rows(0, 9), rows(9, 12));
    room.put("old", &room.run(&["compress", "-c"], &first).stdout);
    let old = fs::read(room.path("old")).unwrap();
    assert!(room.run(&["compress", "--append", "old"], &second).status.success());
    let new = fs::read(room.path("old")).unwrap();
    let both = [first.as_slice(), &second].concat();
    assert!(new.starts_with(&old) && room.decompressed("old") == both);
    let mut cases = 0;
    for cut in old.len()..=new.len() {
        let mut bytes = new[..cut].to_vec();
        if let Some(magic) = bytes.get_mut(old.len()) {
            *magic = 0xF0;
        }
        room.put("it", &bytes);
        assert_eq!(room.decompressed("it"), first, "cut at {cut}");
        let next = ["repair", "append"][cut % 2];
        if next == "repair" {
            assert!(room.run(&["repair", "it"], b"").status.success(), "cut at {cut}");
            assert!(fs::read(room.path("it")).unwrap() == old, "cut at {cut}: mended");
        } else {
            assert!(room.run(&["compress", "--append", "it"], &second).status.success(), "cut at {cut}");
            assert!(fs::read(room.path("it")).unwrap() == new, "cut at {cut}: gone on with");
        }
        cases += 1;
    }
    println!("{cases} cuts of an append");
}

/// The same of a log, whose segments count as they come.
#[test]
fn a_log_keeps_its_whole_segments_wherever_it_is_cut() {
    let room = Room::new();
    let text = rows(0, 24);
    let live = ["compress", "--live", "--flush-rows", "8", "-o", "log"];
    assert!(room.run(&live, &text).status.success());
    let whole = fs::read(room.path("log")).unwrap();
    let mut cases = 0;
    let mut kept = 0;
    for cut in 0..whole.len() {
        room.put("it", &whole[..cut]);
        let cut_off = room.run(&["decompress", "-c", "it"], b"");
        assert_eq!(cut_off.status.code(), Some(3), "cut at {cut}");
        assert!(text.starts_with(&cut_off.stdout) && cut_off.stdout.len() >= kept, "cut at {cut}");
        kept = cut_off.stdout.len();
        cases += 1;
        if kept == 0 || cut % 5 > 0 {
            continue;
        }
        assert!(room.run(&["repair", "it"], b"").status.success(), "cut at {cut}");
        assert_eq!(room.decompressed("it"), cut_off.stdout, "cut at {cut}");
        // Zeros at the end are what some disks leave of a power cut.
        room.put("it", &[&whole[..cut], &[0; 50][..]].concat());
        let again = room.run(&["compress", "--live", "--append", "it"], b"1,2\n");
        assert!(again.status.success(), "cut at {cut}: {}", String::from_utf8_lossy(&again.stderr));
        assert_eq!(room.decompressed("it"), [&cut_off.stdout[..], b"1,2\n"].concat(), "cut at {cut}");
    }
    assert_eq!(kept, text.len(), "only the footer was missing");
    println!("{cases} cuts of a log");
}

#[test]
fn damage_is_no_cut() {
    let room = Room::new();
    let live = ["compress", "--live", "--flush-rows", "10", "-o", "log"];
    assert!(room.run(&live, &rows(0, 60)).status.success());
    let whole = fs::read(room.path("log")).unwrap();
    let log = &whole[..whole.len() - 30];
    let mut cases = 0;
    for at in (whole.len() / 5..whole.len() / 2).step_by(7) {
        let mut bytes = log.to_vec();
        bytes[at] ^= 0x55;
        room.put("it", &bytes);
        for arguments in [&["repair", "it"][..], &["compress", "--append", "it"]] {
            assert!(!room.run(arguments, b"1,2\n").status.success(), "byte {at}: {arguments:?}");
            assert!(fs::read(room.path("it")).unwrap() == bytes, "byte {at}: as it was");
        }
        cases += 1;
    }
    println!("{cases} bytes damaged");
}

/// Starts a log, waits until all rows given are there for a reader, and gives the process back.
fn log(room: &Room, arguments: &[&str], text: &[u8], there: &[u8]) -> (Child, ChildStdin) {
    let mut child = room.command(arguments).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(text).unwrap();
    let started = Instant::now();
    let is_there = || {
        let read = room.run(&["decompress", "-c", "log"], b"");
        read.status.success() && read.stdout == there
    };
    while !is_there() {
        assert!(started.elapsed() < PATIENCE, "the rows should be there by now");
        thread::sleep(Duration::from_millis(20));
    }
    (child, stdin)
}

#[test]
fn a_log_is_read_while_it_grows_and_goes_on_after_it_was_killed() {
    let room = Room::new();
    let mut text = Vec::new();
    for round in 0..6 {
        let part = rows(round * 50, round * 50 + 50);
        text.extend_from_slice(&part);
        let to = if round == 0 { "-o" } else { "--append" };
        let live = ["compress", "--live", "--flush-interval", "10", to, "log"];
        let (mut child, stdin) = log(&room, &live, &part, &text);
        for command in [&["cat", "log"][..], &["test", "log"], &["inspect", "log"]] {
            let output = room.run(command, b"");
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success() && said.contains("still being written"), "{command:?}: {said}");
        }
        let second = room.run(&["compress", "--append", "log"], b"1,2\n");
        assert!(String::from_utf8_lossy(&second.stderr).contains("being written by another"), "one writer");
        let name = ["KILL", "KILL", "TERM", "INT", "HUP", "KILL"][round as usize];
        signal(&child, name);
        let ended = wait(&mut child);
        assert_eq!(ended.success(), name != "KILL", "SIG{name} ends a log whole");
        let read = room.run(&["decompress", "-c", "log"], b"");
        assert_eq!(read.status.code(), Some(if name == "KILL" { 3 } else { 0 }));
        assert!(read.stdout == text, "all rows are there after SIG{name}");
        drop(stdin);
    }
    println!("6 rounds of a log");
}
