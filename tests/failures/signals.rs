//! Signals at any instant.

use crate::{
    room::{Room, rows, same, signal, wait},
    writers::WRITERS,
};
use std::{
    fs,
    io::Write,
    os::unix::process::ExitStatusExt,
    process::{Child, ChildStdin, Command},
    thread,
    time::Duration,
};

/// Starts a command that reads stdin and gives it half of what it reads, which is more than a pipe holds. Waits until the
/// rest of what is given is asked for.
fn halfway(room: &Room, arguments: &[&str], input: &[u8]) -> (Child, ChildStdin) {
    let mut child = room.command(arguments).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let half = input.len() / 2;
    assert!(half > 1 << 16, "more than a pipe holds");
    stdin.write_all(&input[..half]).unwrap();
    (child, stdin)
}

const DEADLY: &[(&str, i32)] = &[
    ("INT", 2),
    ("TERM", 15),
    ("HUP", 1),
    ("QUIT", 3),
    ("XCPU", 24),
    ("KILL", 9),
    ("XFSZ", 25),
    ("PIPE", 13),
];

#[test]
fn signals_leave_what_was_there() {
    let mut cases = 0;
    for writer in WRITERS.iter().filter(|writer| writer.stdin.is_some()) {
        for room in writer.rooms() {
            // A longer input than the others need.
            let text = rows(0, 40_000);
            let archive = room.run(&["compress", "-c", "-1", "--segment", "16K"], &text).stdout;
            let input = if writer.stdin == Some("in.csv") { &text } else { &archive };
            let before = room.listing();
            for &(name, number) in DEADLY {
                let (mut child, stdin) = halfway(&room, writer.arguments, input);
                signal(&child, name);
                let what = format!("{:?} after SIG{name}", writer.arguments);
                if ["XFSZ", "PIPE"].contains(&name) {
                    // Nobody dies of these: what they tell of is an error where it happens.
                    assert!(child.try_wait().unwrap().is_none(), "{what}");
                    child.kill().unwrap();
                    wait(&mut child);
                } else {
                    assert_eq!(wait(&mut child).signal(), Some(number), "{what}");
                }
                drop(stdin);
                if name == "KILL" && !writer.replaces && before != room.listing() {
                    // What does not count is left out, and the next command cuts it off.
                    assert_eq!(room.decompressed("out"), room.decompressed("in.qres"), "{what}");
                    room.put("out", &fs::read(room.path("in.qres")).unwrap());
                    continue;
                }
                if writer.replaces {
                    same(&before, &room.listing(), &what);
                }
                cases += 1;
            }
            writer.works(&room);
        }
    }
    println!("{cases} signals while stdin is read");
}

#[test]
fn signals_at_any_instant_leave_genes_whole() {
    let mut cases = 0;
    for writer in WRITERS.iter().filter(|writer| writer.stdin.is_none()) {
        for room in writer.rooms() {
            let before = room.listing();
            for (delay, (name, _)) in [0, 3, 9, 20, 30, 45].into_iter().zip(DEADLY) {
                let mut child = room.command(writer.arguments).spawn().unwrap();
                thread::sleep(Duration::from_millis(delay));
                let _ = Command::new("kill").args(["-s", name, &child.id().to_string()]).status();
                let ended = wait(&mut child);
                cases += 1;
                let after = room.listing();
                // The store makes its folder and a gene appears before its name: nothing in it is half there.
                if writer.output == "store" || ended.success() || before == after {
                    continue;
                }
                let new: Vec<_> = after.iter().filter(|file| !before.contains(file)).collect();
                let names: Vec<&str> = new.iter().map(|(name, ..)| &**name).collect();
                assert_eq!(names, [writer.output], "{:?} after {name}", writer.arguments);
                assert!(!new[0].3.is_empty(), "whole");
            }
            writer.works(&room);
        }
    }
    println!("{cases} signals");
}
