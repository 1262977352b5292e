//! Whatever stops a command that writes: nothing is left of its output, what was there is as it was, and the next command
//! works. Archives that are appended to, and logs, are what they were or what they become.
#![cfg(unix)]

#[cfg(feature = "flash")]
mod elf;

use std::{
    fs,
    io::Write,
    os::unix::{
        fs::{MetadataExt, PermissionsExt, chown},
        process::ExitStatusExt,
    },
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, ExitStatus, Output, Stdio},
    sync::LazyLock,
    thread,
    time::{Duration, Instant},
};

/// Long enough for a busy machine; a test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// Rows that no level makes small: a limit on files is met early.
fn rows(from: u32, to: u32) -> Vec<u8> {
    let noise = |n: u32| n.wrapping_mul(2_654_435_769).rotate_left(11).wrapping_mul(40_503) % 1_000_003;
    let row = |n: u32| format!("{},{}.{:02}\n", 1_600_000_000 + n, noise(n), noise(n + 7) % 100);
    let names = if from == 0 { "time,value\n" } else { "" };
    names.bytes().chain((from..to).flat_map(|n| row(n).into_bytes())).collect()
}

/// A folder of its own, in which commands run.
struct Room {
    folder: tempfile::TempDir,
}

/// What a folder looks like: name, mode, owner and bytes of each file.
type Listing = Vec<(String, u32, u32, Vec<u8>)>;

/// What the commands read, made once.
static FILES: LazyLock<Vec<(&str, Vec<u8>)>> = LazyLock::new(|| {
    let room = Room { folder: tempfile::tempdir().unwrap() };
    fs::write(room.path("in.csv"), rows(0, 3000)).unwrap();
    assert!(room.run(&["compress", "--segment", "16K", "in.csv", "-o", "in.qres"], b"").status.success());
    for name in ["a.gene", "b.gene"] {
        assert!(room.run(&["gene", "train", "in.csv", "-o", name], b"").status.success());
    }
    let names = ["in.csv", "in.qres", "a.gene", "b.gene"];
    let files = names.map(|name| (name, fs::read(room.path(name)).unwrap())).into_iter();
    #[cfg(feature = "flash")]
    let files = files.chain([("in.elf", elf::elf("esp32c3"))]);
    files.collect()
});

impl Room {
    fn new() -> Self {
        Self::on(&std::env::temp_dir())
    }

    fn on(disk: &Path) -> Self {
        let room = Self { folder: tempfile::tempdir_in(disk).unwrap() };
        for (name, bytes) in &*FILES {
            fs::write(room.path(name), bytes).unwrap();
        }
        fs::set_permissions(room.path("in.csv"), PermissionsExt::from_mode(0o640)).unwrap();
        room
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path(name), bytes).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qres"));
        command.args(arguments).current_dir(self.folder.path());
        command.env_remove("HOME").env("QRES_STORE", "store");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&self, arguments: &[&str], input: &[u8]) -> Output {
        assert_cmd::Command::from_std(self.command(arguments)).write_stdin(input).output().unwrap()
    }

    /// Runs under a limit of so many blocks of 512 or 1024 bytes on the files it writes.
    fn limited(&self, arguments: &[&str], input: &[u8], blocks: u32) -> Output {
        let mut limited = Command::new("sh");
        let script = format!("ulimit -f {blocks}; exec \"$@\"");
        limited.args(["-c", &script, "sh", env!("CARGO_BIN_EXE_qres")]).args(arguments);
        limited.current_dir(self.folder.path()).env_remove("HOME").env("QRES_STORE", "store");
        limited.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        fed(limited.spawn().unwrap(), input)
    }

    /// Everything that is there, but for what a dying process may leave of its memory and locks that are kept.
    fn listing(&self) -> Listing {
        let mut listing = Listing::new();
        list(self.folder.path(), "", &mut listing);
        listing.retain(|(name, ..)| !name.starts_with("core") && !name.ends_with(".lock"));
        listing.sort();
        listing
    }

    fn decompressed(&self, name: &str) -> Vec<u8> {
        let output = self.run(&["decompress", "-c", name], b"");
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }
}

fn list(folder: &Path, prefix: &str, listing: &mut Listing) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (name, meta) = (format!("{prefix}{}", entry.file_name().display()), entry.metadata().unwrap());
        match meta.is_dir() {
            true => list(&entry.path(), &format!("{name}/"), listing),
            false => listing.push((name, meta.mode(), meta.uid(), fs::read(entry.path()).unwrap())),
        }
    }
}

/// Gives a process all of its input, and takes what it says.
fn fed(mut child: Child, input: &[u8]) -> Output {
    let (mut stdin, input) = (child.stdin.take().unwrap(), input.to_owned());
    // Whoever has failed does not read on.
    let feeder = thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    feeder.join().unwrap();
    output
}

fn wait(child: &mut Child) -> ExitStatus {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        thread::sleep(Duration::from_millis(2));
    }
    child.kill().unwrap();
    panic!("the process should have ended");
}

fn signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
}

/// A command that writes a file.
struct Writer {
    arguments: &'static [&'static str],
    /// What it reads from stdin, if it does.
    stdin: Option<&'static str>,
    output: &'static str,
    /// Whether it would write over what is there.
    replaces: bool,
}

const WRITERS: &[Writer] = &[
    Writer {
        arguments: &["compress", "-f", "--segment", "16K", "in.csv"],
        stdin: None,
        output: "in.csv.qres",
        replaces: true,
    },
    Writer {
        arguments: &["compress", "-f", "--segment", "16K", "-o", "out"],
        stdin: Some("in.csv"),
        output: "out",
        replaces: true,
    },
    Writer {
        arguments: &["compress", "-f", "--messages", "50", "-o", "out"],
        stdin: Some("in.csv"),
        output: "out",
        replaces: true,
    },
    Writer {
        arguments: &["compress", "--segment", "16K", "--append", "out"],
        stdin: Some("in.csv"),
        output: "out",
        replaces: false,
    },
    Writer {
        arguments: &["decompress", "-f", "in.qres", "-o", "out"],
        stdin: None,
        output: "out",
        replaces: true,
    },
    Writer {
        arguments: &["decompress", "-f", "-o", "out"],
        stdin: Some("in.qres"),
        output: "out",
        replaces: true,
    },
    Writer {
        arguments: &["decompress", "--salvage", "-f", "-o", "out"],
        stdin: Some("in.qres"),
        output: "out",
        replaces: true,
    },
    Writer {
        arguments: &["concat", "-f", "in.qres", "in.qres", "-o", "out"],
        stdin: None,
        output: "out",
        replaces: true,
    },
    #[cfg(feature = "bench")]
    Writer {
        arguments: &[
            "bench",
            "-f",
            "--fake-time",
            "--levels",
            "1",
            "--peers",
            "none",
            "--html",
            "out",
            "in.csv",
        ],
        stdin: None,
        output: "out",
        replaces: true,
    },
    #[cfg(feature = "flash")]
    Writer {
        arguments: &["flash", "-f", "--chip", "esp32c3", "--elf", "in.elf", "--save-image", "out"],
        stdin: None,
        output: "out",
        replaces: true,
    },
    Writer {
        arguments: &["gene", "train", "-f", "in.csv", "-o", "out"],
        stdin: None,
        output: "out",
        replaces: true,
    },
    Writer {
        arguments: &["gene", "merge", "-f", "a.gene", "b.gene", "-o", "out"],
        stdin: None,
        output: "out",
        replaces: true,
    },
    Writer {
        arguments: &["gene", "export", "-f", "a.gene", "-o", "out"],
        stdin: None,
        output: "out",
        replaces: true,
    },
    Writer {
        arguments: &["gene", "install", "a.gene", "--name", "it"],
        stdin: None,
        output: "store",
        replaces: false,
    },
];

impl Writer {
    /// Rooms without an output, and with an old one.
    fn rooms(&self) -> Vec<Room> {
        let (new, old) = (Room::new(), Room::new());
        if self.output == "store" {
            assert!(old.run(&["gene", "install", "b.gene", "--name", "other"], b"").status.success());
        } else {
            let bytes = if self.replaces { b"old".to_vec() } else { fs::read(old.path("in.qres")).unwrap() };
            old.put(self.output, &bytes);
            fs::set_permissions(old.path(self.output), PermissionsExt::from_mode(0o604)).unwrap();
        }
        vec![new, old]
    }

    fn input(&self, room: &Room) -> Vec<u8> {
        self.stdin.map_or(Vec::new(), |name| fs::read(room.path(name)).unwrap())
    }

    /// The command does what it is for after all, and leaves nothing else.
    fn works(&self, room: &Room) {
        let before = room.listing();
        let output = room.run(self.arguments, &self.input(room));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{:?}: {said}", self.arguments);
        let others = |listing: Listing| {
            listing.into_iter().filter(|(name, ..)| !name.starts_with(self.output)).collect::<Vec<_>>()
        };
        assert!(others(before) == others(room.listing()), "{:?} leaves nothing else", self.arguments);
    }
}

/// What the store makes for itself may stay.
fn same(before: &Listing, after: &Listing, what: &str) {
    let names = |listing: &Listing| listing.iter().map(|(name, ..)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(before), names(after), "{what}");
    assert!(before == after, "{what}: modes, owners or bytes have changed");
}

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
