//! A folder in which commands run, and what they leave in it.

#[cfg(feature = "flash")]
use crate::elf;
use std::{
    fs,
    io::Write,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::LazyLock,
    thread,
    time::{Duration, Instant},
};

/// Long enough for a busy machine; a test that waits this long has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Rows that no level makes small: a limit on files is met early.
pub(crate) fn rows(from: u32, to: u32) -> Vec<u8> {
    let noise = |n: u32| n.wrapping_mul(2_654_435_769).rotate_left(11).wrapping_mul(40_503) % 1_000_003;
    let row = |n: u32| format!("{},{}.{:02}\n", 1_600_000_000 + n, noise(n), noise(n + 7) % 100);
    let names = if from == 0 { "time,value\n" } else { "" };
    names.bytes().chain((from..to).flat_map(|n| row(n).into_bytes())).collect()
}

/// A folder of its own, in which commands run.
pub(crate) struct Room {
    pub(crate) folder: tempfile::TempDir,
}

/// What a folder looks like: name, mode, owner and bytes of each file.
pub(crate) type Listing = Vec<(String, u32, u32, Vec<u8>)>;

/// What the commands read, made once.
pub(crate) static FILES: LazyLock<Vec<(&str, Vec<u8>)>> = LazyLock::new(|| {
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
    pub(crate) fn new() -> Self {
        Self::on(&std::env::temp_dir())
    }

    pub(crate) fn on(disk: &Path) -> Self {
        let room = Self { folder: tempfile::tempdir_in(disk).unwrap() };
        for (name, bytes) in &*FILES {
            fs::write(room.path(name), bytes).unwrap();
        }
        fs::set_permissions(room.path("in.csv"), PermissionsExt::from_mode(0o640)).unwrap();
        room
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn put(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path(name), bytes).unwrap();
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qres"));
        command.args(arguments).current_dir(self.folder.path());
        command.env_remove("HOME").env("QRES_STORE", "store");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str], input: &[u8]) -> Output {
        assert_cmd::Command::from_std(self.command(arguments)).write_stdin(input).output().unwrap()
    }

    /// Runs under a limit of so many blocks of 512 or 1024 bytes on the files it writes.
    pub(crate) fn limited(&self, arguments: &[&str], input: &[u8], blocks: u32) -> Output {
        let mut limited = Command::new("sh");
        let script = format!("ulimit -f {blocks}; exec \"$@\"");
        limited.args(["-c", &script, "sh", env!("CARGO_BIN_EXE_qres")]).args(arguments);
        limited.current_dir(self.folder.path()).env_remove("HOME").env("QRES_STORE", "store");
        limited.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        fed(limited.spawn().unwrap(), input)
    }

    /// Everything that is there, but for what a dying process may leave of its memory and locks that are kept.
    pub(crate) fn listing(&self) -> Listing {
        let mut listing = Listing::new();
        list(self.folder.path(), "", &mut listing);
        listing.retain(|(name, ..)| !name.starts_with("core") && !name.ends_with(".lock"));
        listing.sort();
        listing
    }

    pub(crate) fn decompressed(&self, name: &str) -> Vec<u8> {
        let output = self.run(&["decompress", "-c", name], b"");
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }
}

pub(crate) fn list(folder: &Path, prefix: &str, listing: &mut Listing) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (name, meta) = (format!("{prefix}{}", entry.file_name().display()), entry.metadata().unwrap());
        match meta.is_dir() {
            true => list(&entry.path(), &format!("{name}/"), listing),
            false => listing.push((name, meta.mode(), meta.uid(), fs::read(entry.path()).unwrap())),
        }
    }
}

/// Gives a process all of its input, and takes what it says.
pub(crate) fn fed(mut child: Child, input: &[u8]) -> Output {
    let (mut stdin, input) = (child.stdin.take().unwrap(), input.to_owned());
    // Whoever has failed does not read on.
    let feeder = thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    feeder.join().unwrap();
    output
}

pub(crate) fn wait(child: &mut Child) -> ExitStatus {
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

pub(crate) fn signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
}

/// What the store makes for itself may stay.
pub(crate) fn same(before: &Listing, after: &Listing, what: &str) {
    let names = |listing: &Listing| listing.iter().map(|(name, ..)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(before), names(after), "{what}");
    assert!(before == after, "{what}: modes, owners or bytes have changed");
}
