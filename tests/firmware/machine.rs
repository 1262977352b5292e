//! The emulated board: its line, its flash memory, its power switch.

use qres_core::{
    gene::flash::{SECTOR, table},
    live::{
        Cell, Event, Receiver,
        framing::{Deframer, Framed, frame},
    },
    serial::{Answer, Event as Told, Host, Pace, Proof, Stats, Steps, Task, is_message, read_note},
};
use std::{
    env,
    io::{Read, Write},
    os::unix::fs::FileExt,
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver as Channel, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};
use tempfile::NamedTempFile;

/// Bytes of QEMU's second bank of flash memory. With one, QEMU starts no `-kernel`; it runs the program as `-bios`.
const BANK: u64 = 32 << 20;

/// Where a message says its command, and the one that brings a piece of a gene.
const COMMAND: usize = 4;
const PUT: u8 = 6;

/// Bytes of the bank from one sector to the next.
const BLOCK: u64 = 256 << 10;

/// An entry of a table of partitions: its label, type, place and size.
pub(crate) type Entry<'a> = (&'a str, u8, u32, u32);

/// As `qres flash` lays chips out, but for the size of the program.
pub(crate) const USUAL: [Entry<'_>; 3] =
    [("nvs", 1, 0x9000, 0x6000), ("qres", 1, 0x1_0000, 0x1_0000), ("factory", 0, 0x2_0000, 0x4_0000)];

/// Flash memory that outlives a board's power.
pub(crate) struct Flash(NamedTempFile);

impl Flash {
    pub(crate) fn new() -> Self {
        Self::with(&USUAL)
    }

    /// With a table of these partitions.
    pub(crate) fn with(entries: &[Entry<'_>]) -> Self {
        let file = NamedTempFile::new().unwrap();
        file.as_file().set_len(BANK).unwrap();
        let flash = Self(file);
        for (at, (label, kind, start, size)) in (table::AT..).step_by(32).zip(entries) {
            let mut entry = [&[0xAA, 0x50, *kind, 0][..], &start.to_le_bytes(), &size.to_le_bytes()].concat();
            entry.extend(label.bytes());
            entry.resize(32, 0);
            flash.write(at, &entry);
        }
        flash
    }

    /// Where a byte of the memory is in the bank.
    fn place(at: u32) -> u64 {
        u64::from(at / SECTOR) * BLOCK + u64::from(at % SECTOR)
    }

    /// Writes bytes of a sector as if they had always been there.
    pub(crate) fn write(&self, at: u32, bytes: &[u8]) {
        self.0.as_file().write_all_at(bytes, Self::place(at)).unwrap();
    }

    /// Bytes of a sector.
    pub(crate) fn read(&self, at: u32, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        self.0.as_file().read_exact_at(&mut bytes, Self::place(at)).unwrap();
        bytes
    }
}

/// A row as it came: its number and cells.
pub(crate) type Row = (u64, Vec<i64>);

/// The machine, and what its line has told.
pub(crate) struct Machine {
    child: Child,
    line: ChildStdin,
    bytes: Channel<Vec<u8>>,
    deframer: Deframer,
    receiver: Receiver,
    /// Packets of the live link as they came.
    pub(crate) packets: Vec<Vec<u8>>,
    messages: Vec<Vec<u8>>,
    /// What it has said to people.
    pub(crate) notes: Vec<String>,
    pub(crate) rows: Vec<Row>,
    pub(crate) lost: u64,
    /// Bytes that were no frame.
    pub(crate) garbage: usize,
    /// Packets still to be lost.
    pub(crate) deaf: usize,
    begun: Instant,
}

impl Drop for Machine {
    fn drop(&mut self) {
        // It never stops by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Machine {
    /// Switches it on, with this flash memory.
    pub(crate) fn start(flash: &Flash) -> Self {
        let program = env::var("QRES_VIRT").expect("QRES_VIRT names the program: run tests/run firmware");
        let bank = format!("if=pflash,unit=1,format=raw,file={}", flash.0.path().display());
        let mut child = Command::new("qemu-system-riscv32")
            .args(["-machine", "virt", "-display", "none", "-monitor", "none"])
            .args(["-serial", "stdio", "-drive", &bank, "-bios", &program])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("qemu-system-riscv32 starts");
        let (line, mut from) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (give, bytes) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = from.read(&mut buffer) {
                if give.send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            child,
            line,
            bytes,
            deframer: Deframer::new(2000),
            receiver: Receiver::default(),
            packets: vec![],
            messages: vec![],
            notes: vec![],
            rows: vec![],
            lost: 0,
            garbage: 0,
            deaf: 0,
            begun: Instant::now(),
        }
    }

    pub(crate) fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_millis()).unwrap()
    }

    /// Hears for a while.
    pub(crate) fn hear(&mut self) {
        let bytes = match self.bytes.recv_timeout(Duration::from_millis(20)) {
            Ok(bytes) => bytes,
            Err(RecvTimeoutError::Timeout) => return,
            Err(RecvTimeoutError::Disconnected) => panic!("the machine has stopped"),
        };
        for byte in bytes {
            match self.deframer.push(byte) {
                Some(Framed::Packet(packet)) if is_message(packet) => match read_note(packet) {
                    Some(note) => self.notes.push(note.to_owned()),
                    None => self.messages.push(packet.to_vec()),
                },
                Some(Framed::Packet(packet)) => {
                    let packet = packet.to_vec();
                    self.take(&packet);
                }
                Some(Framed::Garbage(bytes)) => self.garbage += bytes,
                None => {}
            }
        }
        if let Some(ask) = self.receiver.ask() {
            self.send(&ask);
        }
    }

    fn take(&mut self, packet: &[u8]) {
        if self.deaf > 0 {
            self.deaf -= 1;
            return;
        }
        self.packets.push(packet.to_vec());
        let (rows, lost) = (&mut self.rows, &mut self.lost);
        self.receiver.packet(packet, |event| match event {
            Event::Row { number, cells } => rows.push((number, cells.iter().map(number_of).collect())),
            Event::Lost { rows, .. } => *lost += rows,
            _ => {}
        });
    }

    pub(crate) fn send(&mut self, packet: &[u8]) {
        let mut bytes = vec![];
        frame(packet, &mut bytes);
        self.write(&bytes);
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) {
        self.line.write_all(bytes).unwrap();
        self.line.flush().unwrap();
    }

    fn host(&self, task: Task) -> Host {
        let seed = u16::try_from(self.begun.elapsed().as_micros() % 65_536).unwrap();
        let mut host = Host::new(seed);
        host.begin(task, self.now());
        host
    }

    /// Lets a host do one task; `end` is given its last event.
    pub(crate) fn run<T>(&mut self, task: Task, end: impl Fn(&Told<'_>) -> T) -> T {
        let mut host = self.host(task);
        loop {
            let mut message = vec![];
            if let Some(event) = host.poll_transmit(self.now(), &mut message) {
                return end(&event);
            }
            if !message.is_empty() {
                self.send(&message);
            }
            self.hear();
            for message in std::mem::take(&mut self.messages) {
                match host.handle(&message, self.now()) {
                    None | Some(Told::Progress { .. }) => {}
                    Some(event) => return end(&event),
                }
            }
        }
    }

    /// Begins to install a gene, and cuts the power a while after so many pieces of it have been sent.
    pub(crate) fn cut(mut self, gene: Vec<u8>, mut pieces: usize, wait: Duration) {
        let mut host = self.host(Task::Install(gene));
        loop {
            let mut message = vec![];
            assert_eq!(host.poll_transmit(self.now(), &mut message), None);
            if !message.is_empty() {
                self.send(&message);
                pieces -= usize::from(message[COMMAND] == PUT);
            }
            if pieces == 0 {
                return thread::sleep(wait);
            }
            self.hear();
            for message in std::mem::take(&mut self.messages) {
                assert!(matches!(host.handle(&message, self.now()), None | Some(Told::Progress { .. })));
            }
        }
    }

    pub(crate) fn stats(&mut self) -> Stats {
        self.run(Task::Stats, |event| match event {
            Told::Answer(Answer::Stats(stats)) => *stats,
            other => panic!("{other:?}"),
        })
    }

    /// Its name, proved.
    pub(crate) fn name(&mut self) -> String {
        let mut nonce = [0; 32];
        nonce[..16].copy_from_slice(&self.begun.elapsed().as_nanos().to_le_bytes());
        self.run(Task::Prove(nonce), |event| {
            let Told::Answer(Answer::Proof(proof)) = event else { panic!("{event:?}") };
            assert!(proof.holds(&nonce));
            assert!(!Proof { name: proof.name, signature: [1; 64] }.holds(&nonce));
            proof.name.to_string()
        })
    }

    /// Goes by a step of so many milliseconds.
    pub(crate) fn step(&mut self, step: u32) {
        let steps = Steps { calm: step, pre_storm: step, storm: step };
        self.run(Task::Step(Pace { steps, lease: u32::MAX }), |event| {
            let Told::Answer(Answer::Steps { steps: held, now, lease }) = event else { panic!("{event:?}") };
            assert!((*held, *now) == (steps, step) && *lease > 0);
        });
    }

    pub(crate) fn hear_until(&mut self, rows: usize) {
        let begun = Instant::now();
        while self.rows.len() < rows {
            assert!(begun.elapsed() < Duration::from_secs(60), "{} rows in a minute", self.rows.len());
            self.hear();
        }
    }
}

fn number_of(cell: Cell<'_>) -> i64 {
    match cell {
        Cell::Number(number) => number,
        Cell::Word(word) => panic!("a word: {word:?}"),
    }
}
