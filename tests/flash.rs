//! `qres flash` against a board that is none: the loader of a chip on a pseudo-terminal.
//!
//! [`Loader`] speaks as the loaders do that an ESP32-C3 or C6 has in ROM and that espflash puts into its RAM (the stub): SLIP
//! frames, the commands that flashing takes, 4 bytes of status from ROM and 2 from the stub. What was written is compared
//! byte by byte. Pseudo-terminals have no reset lines: hence `--before no-reset --after no-reset`.
#![cfg(unix)]

mod elf;
mod loader;
mod terminal;

use elf::elf;
use loader::{Habit, Loader};
use qres_core::trust::Secret;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::Instant,
};

/// A folder with what the tests flash.
struct World {
    folder: tempfile::TempDir,
}

/// Writes a key for its owner alone.
fn keep_key(place: &Path, secret: &Secret) {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(place).unwrap();
    file.write_all(secret.to_text().as_bytes()).unwrap();
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("c3.elf"), elf("esp32c3")).unwrap();
        fs::write(folder.path().join("c6.elf"), elf("esp32c6")).unwrap();
        keep_key(&folder.path().join("key"), &Secret::new([0xDB; 32]));
        let world = Self { folder };
        let weather = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/weather.csv");
        world.done(&["gene", "train", weather.to_str().unwrap(), "-o", "gene"]);
        world
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, words: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qres"));
        command.args(words).current_dir(self.folder.path()).env_clear().env("PATH", "/usr/bin:/bin");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        terminal::spawn(&mut command).wait_with_output().unwrap()
    }

    fn done(&self, words: &[&str]) -> String {
        let output = self.run(words);
        let said =
            String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{words:?}: {said}");
        said
    }

    /// Flashes what `words` say onto `loader`, which was just reset: the exit code and all that was said.
    fn flash(&self, loader: &Loader, words: &[&str]) -> (i32, String) {
        loader.reset();
        self.flash_again(loader, words)
    }

    /// The same, as the loader is.
    fn flash_again(&self, loader: &Loader, words: &[&str]) -> (i32, String) {
        let mut all =
            vec!["flash", "-v", "--port", &loader.port, "--before", "no-reset", "--after", "no-reset"];
        all.extend(words);
        let output = self.run(&all);
        let said =
            String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
        (output.status.code().unwrap_or(-1), said)
    }
}

/// Whether `memory` holds `image` wherever that is not empty.
fn holds(memory: &[u8], image: &[u8]) -> bool {
    memory.iter().zip(image).all(|(held, byte)| held == byte || *byte == 0xFF)
}

#[test]
fn images_are_made_without_a_board() {
    let world = World::new();
    for (chip, id, name) in [("esp32c3", 5, "c3.elf"), ("esp32c6", 13, "c6.elf")] {
        world.done(&["flash", "--chip", chip, "--elf", name, "--save-image", "out.bin", "-f"]);
        let image = fs::read(world.path("out.bin")).unwrap();
        // The bootloader and the program: what they are, and for which chip.
        for at in [0, 0x2_0000] {
            assert_eq!((image[at], image[at + 12]), (0xE9, id), "{chip}: {at:#x}");
        }
        assert_eq!(image[0x2_0020..][..4], 0xABCD_5432_u32.to_le_bytes());
        assert_eq!(image[0x2_0030..][..5], *b"1.2.3");
        // The table: five entries, of which the third is the store.
        assert_eq!(image[0x8040..][..12], *b"\xAA\x50\x01\x06\0\0\x01\0\0\0\x01\0");
        assert_eq!(image[0x804C..][..5], *b"qres\0");
        // The store is empty, and the code is there.
        assert!(image[0x1_0000..0x2_0000].iter().all(|byte| *byte == 0xFF));
        let code: Vec<u8> = (0..30_000_u32).flat_map(|n| (n * n).to_le_bytes()).collect();
        assert!(image.windows(code.len()).any(|bytes| bytes == code));
        // It can be taken apart and made again.
        world.done(&["flash", "--image", "out.bin", "--save-image", "again.bin", "-f"]);
        assert_eq!(fs::read(world.path("again.bin")).unwrap(), image);
        // A program ends with the SHA-256 of itself, as its header says: a changed byte shows.
        assert_eq!(image[0x2_0000 + 23], 1);
    }
}

#[test]
fn genes_and_keys_lie_in_images() {
    let world = World::new();
    let said = world.done(&[
        "flash",
        "-v",
        "--chip",
        "esp32c3",
        "--elf",
        "c3.elf",
        "--gene",
        "gene",
        "--key",
        "key",
        "--save-image",
        "out.bin",
    ]);
    assert!(said.contains("secret"), "{said}");
    let image = fs::read(world.path("out.bin")).unwrap();
    let gene = fs::read(world.path("gene")).unwrap();
    assert_eq!(image[0x1_0000..][..5], *b"QRS\x01\x02");
    // The identity is there twice.
    assert_eq!(image[0x1_0020..][..32], [0xDB; 32]);
    assert_eq!(image[0x1_1020..][..32], [0xDB; 32]);
    assert_eq!(image[0x1_2000..][..5], *b"QRS\x01\x01");
    assert_eq!(image[0x1_2020..][..gene.len()], gene);
}

#[test]
fn flashing_writes_checks_and_skips_what_is_there() {
    let world = World::new();
    world.done(&["flash", "--chip", "esp32c3", "--elf", "c3.elf", "--save-image", "c3.bin"]);
    let image = fs::read(world.path("c3.bin")).unwrap();
    for stub in [&[][..], &["--no-stub"]] {
        let loader = Loader::start(5, Habit::Good);
        let (code, said) = world.flash(&loader, &[&["--chip", "esp32c3", "--elf", "c3.elf"], stub].concat());
        assert_eq!(code, 0, "{said}");
        assert_eq!(said.matches(": written").count(), 3, "{said}");
        assert!(holds(&loader.memory(), &image));
        // What lies between the parts is left alone: here, what was there before.
        assert!(loader.memory()[0x9000..0x1_0000].iter().all(|byte| *byte == loader::OLD));
        let writes = loader.writes();
        let (code, said) = world.flash(&loader, &[&["--image", "c3.bin", "--json"], stub].concat());
        assert_eq!((code, loader.writes()), (0, writes), "{said}");
        assert!(said.contains(r#""written":0,"#) && said.contains(r#""verified":true"#), "{said}");
    }
}

/// What `tests/run firmware` makes goes onto a board whose line and memory are as slow as real ones.
#[test]
#[ignore = "tests/run firmware names the image in QRES_IMAGE"]
fn a_real_program_in_how_long() {
    let image = std::env::var("QRES_IMAGE").expect("QRES_IMAGE names an image: run tests/run firmware");
    let world = World::new();
    let loader = Loader::start(5, Habit::Timed);
    for turn in ["first", "again"] {
        let begun = Instant::now();
        let (code, said) = world.flash(&loader, &["--image", &image]);
        assert_eq!(code, 0, "{said}");
        println!(
            "time to flash, {turn}: {:.1} s at {} bits a second",
            begun.elapsed().as_secs_f64(),
            loader::BAUD
        );
    }
    assert!(holds(&loader.memory(), &fs::read(image).unwrap()));
}

#[test]
fn genes_are_put_onto_boards_and_what_is_stored_stays() {
    let world = World::new();
    for stub in [&[][..], &["--no-stub"]] {
        let loader = Loader::start(5, Habit::Good);
        let all = ["--chip", "esp32c3", "--elf", "c3.elf", "--key", "key"];
        let (code, said) = world.flash(&loader, &[&all, stub].concat());
        assert_eq!(code, 0, "{said}");
        let before = loader.memory();
        let (code, said) = world.flash(&loader, &[&["--gene", "gene"], stub].concat());
        assert_eq!(code, 0, "{said}");
        let (after, gene) = (loader.memory(), fs::read(world.path("gene")).unwrap());
        assert_eq!(after[0x1_2020..][..gene.len()], gene);
        assert_eq!((&before[..0x1_2000], &before[0x2_0000..]), (&after[..0x1_2000], &after[0x2_0000..]));
        assert_eq!(after[0x1_0020..][..32], [0xDB; 32]);
        // A new program leaves both where they are.
        let (code, said) = world.flash(&loader, &[&["--chip", "esp32c3", "--elf", "c3.elf"], stub].concat());
        assert_eq!((code, loader.memory() == after), (0, true), "{said}");
    }
}

#[test]
fn erasing_leaves_nothing() {
    let world = World::new();
    let loader = Loader::start(13, Habit::Good);
    let (code, said) = world.flash(&loader, &["--chip", "esp32c6", "--elf", "c6.elf", "--erase"]);
    assert_eq!(code, 0, "{said}");
    assert!(loader.memory()[0x9000..0x2_0000].iter().all(|byte| *byte == 0xFF));
}

#[test]
fn the_wrong_chip_is_refused_before_anything_is_written() {
    let world = World::new();
    let loader = Loader::start(13, Habit::Good);
    let (code, said) = world.flash(&loader, &["--chip", "esp32c3", "--elf", "c3.elf"]);
    assert!(code == 1 && said.contains("the board is an ESP32-C6, not an ESP32-C3"), "{code}: {said}");
    let loader = Loader::start(9, Habit::Good);
    let (code, said) = world.flash(&loader, &["--erase"]);
    assert!(code == 1 && said.contains("the board is an ESP32S3"), "{code}: {said}");
    assert_eq!(loader.writes(), 0);
}

#[test]
fn boards_that_do_not_behave_end_with_6() {
    let world = World::new();
    let flash = ["--chip", "esp32c3", "--elf", "c3.elf"];
    for (habit, words) in [
        (Habit::Silent, "does not answer"),
        (Habit::Garbage, "does not answer"),
        (Habit::Lying, "makes no sense"),
        (Habit::GoneAfter(40), "the board was lost"),
        (Habit::SilentAfter(40), "the board was lost"),
    ] {
        let loader = Loader::start(5, habit);
        let (code, said) = world.flash(&loader, &flash);
        assert!(code == 6 && said.contains(words) && said.contains("hint:"), "{habit:?}: {code}: {said}");
    }
}

#[test]
fn locked_chips_are_refused_before_anything_is_written() {
    let world = World::new();
    for (habit, words) in [(Habit::Encrypted, "encrypts its flash memory"), (Habit::Signed, "secure boot")] {
        for stub in [&[][..], &["--no-stub"]] {
            for what in [&["--chip", "esp32c3", "--elf", "c3.elf"][..], &["--gene", "gene"]] {
                let loader = Loader::start(5, habit);
                let (code, said) = world.flash(&loader, &[what, stub].concat());
                assert!(
                    code == 1 && said.contains(words) && said.contains("hint:"),
                    "{habit:?}: {code}: {said}"
                );
                assert_eq!(loader.writes(), 0);
            }
        }
    }
}

#[test]
fn a_loader_that_was_left_answers_again_or_the_hint_says_what_to_do() {
    let world = World::new();
    let flash = ["--chip", "esp32c3", "--elf", "c3.elf"];
    let loader = Loader::start(5, Habit::Good);
    assert_eq!(world.flash(&loader, &flash).0, 0);
    let (code, said) = world.flash_again(&loader, &flash);
    assert!(code == 6 && said.contains("left by `--after no-reset`"), "{code}: {said}");
    assert_eq!(world.flash(&loader, &flash).0, 0);
    // The loader in ROM stays as it is.
    let slowly = [&flash[..], &["--no-stub", "--baud", "115200"]].concat();
    let loader = Loader::start(5, Habit::Good);
    assert_eq!(world.flash(&loader, &slowly).0, 0);
    assert_eq!(world.flash_again(&loader, &slowly).0, 0);
}

/// The pins at which a chip hears, while it is reset, how to start.
#[test]
fn no_sensor_is_at_a_pin_that_chooses_how_a_chip_starts() {
    for (chip, strapping) in [("esp32c3", &[2, 8, 9][..]), ("esp32c6", &[4, 5, 8, 9, 15])] {
        let path = format!("firmware/esp32/src/board/{chip}.rs");
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
        let pins: Vec<&str> = text.split("$peripherals.GPIO").skip(1).collect();
        assert_eq!(pins.len(), 4, "{text}");
        for pin in pins {
            let digits: String = pin.chars().take_while(char::is_ascii_digit).collect();
            assert!(!strapping.contains(&digits.parse().unwrap()), "{chip}: GPIO{digits}");
        }
    }
}

#[test]
fn flash_memory_that_forgets_ends_with_4() {
    let world = World::new();
    let loader = Loader::start(5, Habit::Forgetful);
    let (code, said) = world.flash(&loader, &["--chip", "esp32c3", "--elf", "c3.elf"]);
    assert!(code == 4 && said.contains("does not hold what was written"), "{code}: {said}");
    let (code, said) = world.flash(&loader, &["--chip", "esp32c3", "--elf", "c3.elf", "--no-verify"]);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn progress_is_drawn_on_terminals() {
    let script = "/usr/bin/script";
    if !Path::new(script).exists() {
        eprintln!("skipped: there is no {script}");
        return;
    }
    let world = World::new();
    let loader = Loader::start(5, Habit::Slow);
    let how = "--before no-reset --after no-reset --no-stub --chip esp32c3 --elf c3.elf";
    let line = format!("{} flash --port {} {how}", env!("CARGO_BIN_EXE_qres"), loader.port);
    let mut command = Command::new(script);
    command.args(["-qec", &line, "/dev/null"]).current_dir(world.folder.path());
    command.env("TERM", "xterm").stdin(Stdio::null());
    let said = String::from_utf8_lossy(&command.output().unwrap().stdout).into_owned();
    let drawn = said.split('%').filter(|before| before.contains("program [")).count();
    assert!(drawn > 3 && said.contains("program: written"), "{said}");
}

#[test]
fn a_busy_port_ends_with_6() {
    let world = World::new();
    let loader = Loader::start(5, Habit::Good);
    let _held = serialport::new(&loader.port, 115_200).open_native().unwrap();
    let (code, said) = world.flash(&loader, &["--chip", "esp32c3", "--elf", "c3.elf"]);
    assert!(code == 6 && said.contains("busy"), "{code}: {said}");
}

#[test]
fn what_a_board_says_is_shown_until_it_goes_away() {
    let world = World::new();
    let loader = Loader::start(5, Habit::Talking);
    let (code, said) = world.flash(&loader, &["--monitor"]);
    assert!(
        code == 6 && said.contains("hello from the board\n") && said.contains("gone away"),
        "{code}: {said}"
    );
}

#[test]
fn damaged_programs_are_refused() {
    let world = World::new();
    let whole = elf("esp32c3");
    // Every byte of the headers, and cuts anywhere: an error or an image, and never a fault of ours.
    let headers = (0..116).chain(whole.len() - 160..whole.len()).step_by(3);
    let damaged = headers.map(|at| [&whole[..at], &[whole[at] ^ 0xA5], &whole[at + 1..]].concat());
    let cut = (0..20).map(|part| whole[..whole.len() * part / 20].to_vec());
    for bytes in damaged.chain(cut) {
        fs::write(world.path("bad.elf"), &bytes).unwrap();
        let output = world.run(&["flash", "--chip", "esp32c3", "--elf", "bad.elf", "--dry-run"]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(matches!(output.status.code(), Some(0 | 1)) && !said.contains("fault"), "{said}");
    }
}

/// A firmware whose only work is to be one.
const MANIFEST: &str = r#"
[package]
name = "firmware"
version = "0.0.0"
edition = "2024"
[features]
esp32c3 = []
[workspace]
[profile.release]
debug = "line-tables-only"
"#;
const BUILD: &str = r#"
fn main() {
    assert!(std::env::var_os("RUSTFLAGS").is_none(), "the environment is not clean");
    println!("cargo::rustc-link-arg=-T{}/link.x", std::env::var("CARGO_MANIFEST_DIR").unwrap());
}
"#;
const LINK: &str = "ENTRY(_start)
SECTIONS {
    . = 0x3C000020; .flash.appdesc : { KEEP(*(.flash.appdesc)) }
    . = 0x42010020; .text : { *(.text*) }
}";
const PROGRAM: &str = r#"
#![no_std]
#![no_main]
#[cfg(not(feature = "esp32c3"))]
compile_error!("for which chip?");
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
#[used]
#[unsafe(link_section = ".flash.appdesc")]
static DESCRIPTOR: [u32; 64] = {
    let mut words = [0; 64];
    words[0] = 0xABCD_5432;
    words
};
#[unsafe(no_mangle)]
extern "C" fn _start() -> ! {
    loop {}
}
"#;

#[test]
fn firmware_is_built_in_a_clean_environment() {
    let world = World::new();
    let folder = world.path("firmware");
    fs::create_dir_all(folder.join("src")).unwrap();
    fs::create_dir_all(world.path("deep/deeper")).unwrap();
    for (name, text) in
        [("Cargo.toml", MANIFEST), ("build.rs", BUILD), ("link.x", LINK), ("src/main.rs", PROGRAM)]
    {
        fs::write(folder.join(name), text).unwrap();
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_qres"));
    command.args(["flash", "--build", "--chip", "esp32c3", "--save-image", "out.bin"]);
    // Found from a folder within.
    command.current_dir(world.path("deep/deeper")).env("RUSTFLAGS", "--cfg nonsense");
    command.env_remove("CARGO_TARGET_DIR").env_remove("QRES_STORE");
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    if said.contains("rustup target add riscv32imc-unknown-none-elf") && said.contains("`core`") {
        eprintln!("skipped: the target riscv32imc-unknown-none-elf is not installed");
        return;
    }
    assert!(output.status.success() && said.contains("Compiling firmware"), "{said}");
    let image = fs::read(world.path("deep/deeper/out.bin")).unwrap();
    assert_eq!(image[0x2_0020..][..4], 0xABCD_5432_u32.to_le_bytes());
    // A panic of it is told with its place.
    let loader = Loader::start(5, Habit::Panicking);
    let how = ["--monitor", "--before", "no-reset", "--after", "no-reset", "--port", &loader.port];
    let output = Command::new(env!("CARGO_BIN_EXE_qres"))
        .args(["flash", "--build", "--chip", "esp32c3"])
        .args(how)
        .current_dir(&folder)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    let said = String::from_utf8_lossy(&output.stderr);
    let panic = [
        "I (24) boot: ready",
        "panicked at src/main.rs:7:9:",
        "0x42010020\n    0x42010020  _start at ",
        "src/main.rs:",
    ];
    let mut rest = &told[..];
    for words in panic {
        let at = rest.find(words).unwrap_or_else(|| panic!("{words}: {told} {said}"));
        rest = &rest[at..];
    }
    assert!(rest.ends_with("0x40000004\n") && output.status.code() == Some(6), "{told}{said}");
    // What cannot be built says so.
    fs::write(folder.join("src/main.rs"), "no Rust").unwrap();
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(1) && said.contains("cannot be built for ESP32-C3"), "{said}");
}
