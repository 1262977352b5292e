//! Disks that are full, files that may not be written, inputs that cannot be read.

use crate::{
    room::{Room, same},
    writers::WRITERS,
};
use std::{
    fs,
    os::unix::fs::{MetadataExt, chown},
    path::Path,
};

#[test]
fn what_cannot_be_written_leaves_what_was_there() {
    let mut cases = 0;
    for writer in WRITERS {
        for room in writer.rooms() {
            let before = room.listing();
            for blocks in [0, 1, 8] {
                let output = room.limited(writer.arguments, &writer.input(&room), blocks);
                if output.status.success() {
                    continue;
                }
                assert_eq!(output.status.code(), Some(1), "{:?}", writer.arguments);
                same(&before, &room.listing(), &format!("{:?} within {blocks} blocks", writer.arguments));
                cases += 1;
            }
            writer.works(&room);
        }
    }
    println!("{cases} writes that failed");
    assert!(cases >= 2 * WRITERS.len());
}

#[test]
fn what_makes_no_sense_or_cannot_be_read_leaves_what_was_there() {
    let wrong: &[&[&str]] = &[
        &["compress", "-f", "-o", "out", "missing"],
        &["compress", "-f", "-o", "out", "store"],
        &["compress", "-f", "-o", "out", "--error", "nothing=1", "in.csv"],
        &["compress", "-f", "-o", "out", "--gene", "missing", "in.csv"],
        &["compress", "-f", "-o", "out", "--level", "99", "in.csv"],
        &["compress", "--append", "out", "missing"],
        &["compress", "--append", "out", "store"],
        &["compress", "--append", "out", "--error", "nothing=1", "in.csv"],
        &["compress", "--append", "out", "--error", "x", "in.csv"],
        &["compress", "--append", "out", "--wrong", "in.csv"],
        &["compress", "--live", "--append", "out", "missing"],
        &["compress", "--live", "-f", "-o", "out", "--flush-rows", "0", "in.csv"],
        &["decompress", "-f", "-o", "out", "missing"],
        &["decompress", "-f", "-o", "out", "in.csv"],
        &["decompress", "-f", "-o", "out", "--memory", "1K", "in.qres"],
        &["concat", "-f", "in.qres", "missing", "-o", "out"],
        &["concat", "-f", "in.qres", "in.csv", "-o", "out"],
        #[cfg(feature = "bench")]
        &["bench", "-f", "--html", "out", "missing"],
        #[cfg(feature = "bench")]
        &["bench", "-f", "--html", "out", "--peers", "none", "--levels", "1", "in.csv", "store"],
        #[cfg(feature = "flash")]
        &["flash", "-f", "--chip", "esp32c3", "--elf", "in.csv", "--save-image", "out"],
        #[cfg(feature = "flash")]
        &["flash", "-f", "--chip", "esp32c3", "--elf", "in.elf", "--gene", "missing", "--save-image", "out"],
        &["gene", "train", "-f", "missing", "-o", "out"],
        &["gene", "merge", "-f", "a.gene", "in.csv", "-o", "out"],
        &["gene", "export", "-f", "missing", "-o", "out"],
        &["gene", "install", "in.csv"],
    ];
    let (new, old) = (Room::new(), Room::new());
    old.put("out", &fs::read(old.path("in.qres")).unwrap());
    for room in [new, old] {
        fs::create_dir(room.path("store")).unwrap();
        let before = room.listing();
        for arguments in wrong {
            let output = room.run(arguments, b"");
            assert!(!output.status.success(), "{arguments:?}");
            assert!(output.status.code().is_some_and(|code| code != 101), "{arguments:?}");
            same(&before, &room.listing(), &format!("{arguments:?}"));
        }
        // What fails while it is being read: a part is written by then.
        let half = fs::read(room.path("in.qres")).unwrap();
        let output = room.run(&["decompress", "-f", "-o", "out"], &half[..half.len() / 2]);
        assert_eq!(output.status.code(), Some(3));
        same(&before, &room.listing(), "half an archive");
    }
    println!("{} wrong commands", wrong.len() * 2 + 2);
}

#[test]
fn full_devices_are_told() {
    let room = Room::new();
    let before = room.listing();
    let outputs: &[&[&str]] = &[
        &["compress", "in.csv", "-f", "-o", "/dev/full"],
        &["compress", "in.csv", "--live", "-f", "-o", "/dev/full"],
        &["decompress", "in.qres", "-f", "-o", "/dev/full"],
        &["concat", "in.qres", "in.qres", "-f", "-o", "/dev/full"],
        #[cfg(feature = "bench")]
        &["bench", "--fake-time", "--levels", "1", "--peers", "none", "-f", "--html", "/dev/full", "in.csv"],
        #[cfg(feature = "flash")]
        &["flash", "-f", "--chip", "esp32c3", "--elf", "in.elf", "--save-image", "/dev/full"],
        &["gene", "train", "in.csv", "-f", "-o", "/dev/full"],
        &["gene", "export", "a.gene", "-f", "-o", "/dev/full"],
    ];
    if !Path::new("/dev/full").exists() {
        return println!("0 full devices: there is none");
    }
    for arguments in outputs {
        let output = room.run(arguments, b"");
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("no space left"), "{arguments:?}");
        same(&before, &room.listing(), &format!("{arguments:?}"));
    }
    println!("{} full devices", outputs.len());
}

/// Inputs on one disk and outputs on another, which is memory.
#[test]
fn another_disk_is_as_good() {
    let memory = Path::new("/dev/shm");
    if !memory.is_dir() {
        return println!("0 writes to memory: there is no /dev/shm");
    }
    let mut cases = 0;
    for writer in WRITERS.iter().filter(|writer| writer.arguments.contains(&"out")) {
        for (there, blocks) in writer.rooms().into_iter().zip([0, 1]) {
            let here = Room::on(memory);
            let out = here.path("out");
            if there.path("out").exists() {
                fs::copy(there.path("out"), &out).unwrap();
            }
            let place =
                |argument: &&'static str| if *argument == "out" { out.to_str().unwrap() } else { argument };
            let arguments: Vec<&str> = writer.arguments.iter().map(place).collect();
            let (before, input) = (here.listing(), writer.input(&there));
            let failed = there.limited(&arguments, &input, blocks);
            assert!(failed.status.success() || failed.status.code() == Some(1), "{arguments:?}");
            if !failed.status.success() {
                same(&before, &here.listing(), &format!("{arguments:?} within {blocks} blocks"));
            }
            let done = there.run(&arguments, &input);
            assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
            let new = here.listing().into_iter().filter(|file| !before.contains(file));
            assert!(
                new.map(|(name, ..)| name).eq(["out"]),
                "{arguments:?} writes its output and nothing else"
            );
            cases += 1;
        }
    }
    println!("{cases} writes to memory");
}

/// Whoever may give files away leaves them to their owners.
#[test]
fn outputs_have_the_owner_of_what_they_replace_or_of_their_input() {
    const OTHER: u32 = 1000;
    let room = Room::new();
    if chown(room.path("in.csv"), Some(OTHER), Some(OTHER)).is_err() {
        return println!("0 owners: only root gives files away");
    }
    let owner = |name: &str| {
        let meta = fs::metadata(room.path(name)).unwrap();
        (meta.uid(), meta.gid())
    };
    let done = |arguments: &[&str]| assert!(room.run(arguments, b"1,2\n").status.success(), "{arguments:?}");
    done(&["compress", "in.csv"]);
    done(&["compress", "--live", "in.csv", "-o", "log"]);
    done(&["decompress", "in.csv.qres", "-o", "text"]);
    done(&["compress", "--append", "in.csv.qres"]);
    for name in ["in.csv.qres", "log", "text"] {
        assert_eq!(owner(name), (OTHER, OTHER), "{name}");
    }
    let own = owner("in.qres");
    let mut cases = 3;
    for writer in WRITERS.iter().filter(|writer| writer.output == "out") {
        room.put("out", &fs::read(room.path("in.qres")).unwrap());
        chown(room.path("out"), Some(OTHER), Some(OTHER)).unwrap();
        writer.works(&room);
        assert_eq!(owner("out"), (OTHER, OTHER), "{:?}", writer.arguments);
        fs::remove_file(room.path("out")).unwrap();
        cases += 1;
    }
    assert!(room.run(&["compress", "-o", "out"], b"1,2\n").status.success());
    assert_eq!(owner("out"), own, "what is new and made from no file is one's own");
    println!("{cases} owners kept");
}
