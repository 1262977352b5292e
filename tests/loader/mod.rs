//! A chip's loader on a pseudo-terminal: see `tests/flash.rs`.
//!
//! ```text
//! a command   0x00 | command | length u16 | checksum u32 | content          in SLIP frames
//! an answer   0x01 | command | length u16 | value u32    | content | status (ROM: 4 bytes, stub: 2)
//! ```

use md5::{Digest, Md5};
use serialport::{SerialPort, TTYPort};
use std::{
    collections::VecDeque,
    io::{Read, Write},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

/// What a program prints that panics, with an address in it that is that of the first function.
const PANIC: &[u8] = b"\x01\x02\xff\nI (24) boot: \x1b[0;32mready\x1b[0m\r\n\n\
====================== PANIC ======================\r\npanicked at src/main.rs:7:9:\r\nno\r\n\nBacktrace:\r\n\n\
0x42010020\r\n0x40000004\r\n";

/// What the flash memory is full of at first.
pub(crate) const OLD: u8 = 0x6B;
/// Bytes of it.
const SIZE: usize = 4 << 20;

/// Bits a second of a timed line, of which a byte takes ten.
pub(crate) const BAUD: u64 = 460_800;
/// Usual microseconds to erase a sector and to write a page of 256 bytes.
const ERASE: u64 = 45_000;
const PAGE: u64 = 700;

/// How a board behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Habit {
    Good,
    /// It takes its time to write.
    Slow,
    /// Its line carries [`BAUD`] bits a second, and its flash memory takes the time that such memory usually takes.
    Timed,
    /// Its flash memory is encrypted.
    Encrypted,
    /// It starts signed programs only.
    Signed,
    /// It never answers.
    Silent,
    /// It answers with noise.
    Garbage,
    /// It answers with lengths that are not so.
    Lying,
    /// Its cable breaks after so many commands.
    GoneAfter(u32),
    /// It falls silent after so many commands.
    SilentAfter(u32),
    /// Nothing that is written stays.
    Forgetful,
    /// It says something and goes away.
    Talking,
    /// Some time after it was written to, its program says that it has panicked and goes away.
    Panicking,
}

/// A board.
pub(crate) struct Loader {
    /// The port that it is at.
    pub(crate) port: String,
    state: Arc<Mutex<State>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

struct State {
    chip: u32,
    habit: Habit,
    memory: Vec<u8>,
    stub: bool,
    commands: u32,
    writes: u32,
    /// Where the next block goes.
    at: usize,
    /// What comes compressed, until all of it is there.
    deflated: Vec<u8>,
    left: u32,
    /// What is read, a frame for each time that it was said to have come.
    read: VecDeque<Vec<u8>>,
}

impl Loader {
    pub(crate) fn start(chip: u32, habit: Habit) -> Self {
        let (mut master, port) = crate::terminal::pair();
        let state = State {
            chip,
            habit,
            memory: vec![OLD; SIZE],
            stub: false,
            commands: 0,
            writes: 0,
            at: 0,
            deflated: Vec::new(),
            left: 0,
            read: VecDeque::new(),
        };
        let state = Arc::new(Mutex::new(state));
        let stop = Arc::new(AtomicBool::new(false));
        let (shared, ended) = (state.clone(), stop.clone());
        master.set_timeout(Duration::from_millis(20)).unwrap();
        let thread = thread::spawn(move || serve(&mut master, &shared, &ended));
        Self { port, state, stop, thread: Some(thread) }
    }

    /// What its flash memory holds.
    pub(crate) fn memory(&self) -> Vec<u8> {
        self.state.lock().unwrap().memory.clone()
    }

    /// Somebody holds BOOT and presses RESET.
    pub(crate) fn reset(&self) {
        self.state.lock().unwrap().stub = false;
    }

    /// How often it was erased or written.
    pub(crate) fn writes(&self) -> u32 {
        self.state.lock().unwrap().writes
    }
}

impl Drop for Loader {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = self.thread.take().unwrap().join();
    }
}

fn serve(port: &mut TTYPort, state: &Mutex<State>, stop: &AtomicBool) {
    let mut frame = Vec::new();
    let mut escaped = false;
    let mut bytes = [0; 8192];
    let mut quiet = 0;
    if state.lock().unwrap().habit == Habit::Talking {
        thread::sleep(Duration::from_millis(1500));
        port.write_all(b"hello from the board\n").unwrap();
        thread::sleep(Duration::from_millis(300));
        return;
    }
    while !stop.load(Ordering::Relaxed) {
        let Ok(read) = port.read(&mut bytes) else {
            quiet += 1;
            let panics = {
                let state = state.lock().unwrap();
                state.habit == Habit::Panicking && state.commands > 0
            };
            if panics && quiet > 25 {
                port.write_all(PANIC).unwrap();
                thread::sleep(Duration::from_millis(800));
                return;
            }
            // Nobody is there, or nothing came.
            thread::sleep(Duration::from_millis(5));
            continue;
        };
        quiet = 0;
        if state.lock().unwrap().habit == Habit::Timed {
            take(read as u64 * 10_000_000 / BAUD);
        }
        for byte in &bytes[..read] {
            match (escaped, byte) {
                (true, 0xDC) => frame.push(0xC0),
                (true, _) => frame.push(0xDB),
                (false, 0xC0) if frame.is_empty() => {}
                (false, 0xC0) => {
                    let mut state = state.lock().unwrap();
                    for answer in state.answer(&frame) {
                        let _ = port.write_all(&answer);
                    }
                    if matches!(state.habit, Habit::GoneAfter(most) if state.commands > most) {
                        return;
                    }
                    frame.clear();
                }
                (false, 0xDB) => {}
                (false, byte) => frame.push(*byte),
            }
            escaped = !escaped && *byte == 0xDB;
        }
    }
}

/// Lets so many microseconds pass.
fn take(time: u64) {
    thread::sleep(Duration::from_micros(time));
}

fn word(bytes: &[u8], at: usize) -> usize {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize
}

fn slip(bytes: &[u8]) -> Vec<u8> {
    let mut frame = vec![0xC0];
    for byte in bytes {
        match byte {
            0xC0 => frame.extend([0xDB, 0xDC]),
            0xDB => frame.extend([0xDB, 0xDD]),
            byte => frame.push(*byte),
        }
    }
    frame.push(0xC0);
    frame
}

impl State {
    /// The frames that answer a command.
    fn answer(&mut self, frame: &[u8]) -> Vec<Vec<u8>> {
        let silent = matches!(self.habit, Habit::SilentAfter(most) if self.commands > most);
        self.commands += 1;
        if silent || self.habit == Habit::Silent {
            return vec![];
        }
        if self.habit == Habit::Garbage {
            return vec![(0..200_u8).map(|n| n.wrapping_mul(151) ^ 0x5A).collect()];
        }
        if frame.len() == 4 && self.stub {
            return self.read.pop_front().into_iter().collect();
        }
        let (command, content) = (frame[1], &frame[8..]);
        let mut value = 0;
        let mut answer = Vec::new();
        let mut after = Vec::new();
        match command {
            // Synchronise: as many answers as the loader gives.
            0x08 => return vec![slip(&self.reply(command, 0, &[])); 8],
            0x14 => {
                answer = vec![0; 20];
                answer[12] = self.chip as u8;
                answer[0] = u8::from(self.habit == Habit::Signed);
                answer[4] = if self.habit == Habit::Encrypted { 7 } else { 0 };
            }
            // The size of the flash memory comes from a register of the chip's; all others are 0.
            0x0A if word(content, 0) & 0xFFF == 0x058 => value = 0x16_4020,
            // What would be loaded over the stub is refused.
            0x05 if self.stub => return vec![slip(&[1, command, 2, 0, 0, 0, 0, 0, 1, 5])],
            0x0A | 0x09 | 0x0B | 0x0D | 0x0F | 0x05 | 0x07 => {}
            0x06 => {
                self.stub = true;
                // The answer is still that of the loader in ROM.
                return vec![slip(&[&[1, command, 4, 0, 0, 0, 0, 0], &[0; 4][..]].concat()), slip(b"OHAI")];
            }
            0x02 | 0x10 => self.begin(content),
            0x03 => self.write(&content[16..]),
            0x11 => self.inflate(&content[16..]),
            0x04 | 0x12 => {}
            0x13 => {
                let digest = Md5::digest(&self.memory[word(content, 0)..][..word(content, 4)]);
                let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
                answer = if self.stub { digest.to_vec() } else { hex.into_bytes() };
            }
            0x0E => answer = self.memory[word(content, 0)..][..64].to_vec(),
            0xD0 => {
                self.writes += 1;
                self.memory.fill(0xFF);
            }
            0xD2 => {
                let bytes = &self.memory[word(content, 0)..][..word(content, 4)];
                self.read = bytes.chunks(word(content, 8)).map(slip).collect();
                self.read.push_back(slip(&Md5::digest(bytes)));
                after.extend(self.read.pop_front());
            }
            other => panic!("command {other:#x}"),
        }
        after.insert(0, slip(&self.reply(command, value, &answer)));
        after
    }

    fn reply(&self, command: u8, value: u32, content: &[u8]) -> Vec<u8> {
        let status = if self.stub { 2 } else { 4 };
        let lie = if self.habit == Habit::Lying && command == 0x14 { 4000 } else { 0 };
        let length = (content.len() + status + lie) as u16;
        let mut reply = vec![1, command];
        reply.extend(length.to_le_bytes());
        reply.extend(value.to_le_bytes());
        reply.extend(content);
        reply.resize(reply.len() + status, 0);
        reply
    }

    fn begin(&mut self, content: &[u8]) {
        let (size, blocks, at) = (word(content, 0), word(content, 4), word(content, 12));
        // None at all is how the stub is left.
        self.writes += u32::from(size > 0);
        self.at = at;
        self.left = blocks as u32;
        self.deflated.clear();
        // Whole sectors are erased.
        if self.habit == Habit::Timed {
            take(size.div_ceil(4096) as u64 * ERASE);
        }
        self.memory[at..at + size.next_multiple_of(4096)].fill(0xFF);
    }

    fn write(&mut self, block: &[u8]) {
        match self.habit {
            Habit::Slow => take(10_000),
            Habit::Timed => take(block.len().div_ceil(256) as u64 * PAGE),
            _ => {}
        }
        if self.habit != Habit::Forgetful {
            let end = (self.at + block.len()).min(SIZE);
            self.memory[self.at..end].copy_from_slice(&block[..end - self.at]);
        }
        self.at += block.len();
    }

    fn inflate(&mut self, block: &[u8]) {
        self.deflated.extend_from_slice(block);
        self.left -= 1;
        if self.left == 0 {
            let mut bytes = Vec::new();
            flate2::read::ZlibDecoder::new(&self.deflated[..]).read_to_end(&mut bytes).unwrap();
            self.write(&bytes);
        }
    }
}
