//! The board's program on QEMU's bare riscv32 machine, talked to over its serial port with the host's half of the protocol;
//! its live stream is compared with the samples that it was made from.
//!
//! `tests/run firmware` builds the program and names it in `QRES_VIRT`; without that there is nothing to talk to.

use qres_board::source::{ROOM, Synthetic};
use qres_core::{
    gene::{Builder, Gene},
    live::{
        Cell, Event, Receiver,
        framing::{Deframer, Framed, frame},
    },
    neuron::{Kind, LinearGene},
    num::Q16,
    serial::{Answer, Event as Told, Host, Stats, Steps, Task, features, is_message},
};
use std::{
    env,
    io::{Read, Write},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver as Channel, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

/// The seed of the program's samples.
const SEED: u64 = 2026;
/// Its budget for codec, neurons and genes under way.
const HEAP: u32 = 64 << 10;

/// A row as it came: its number and cells.
type Row = (u64, Vec<i64>);

/// The machine, and what its line has told.
struct Machine {
    child: Child,
    line: ChildStdin,
    bytes: Channel<Vec<u8>>,
    deframer: Deframer,
    receiver: Receiver,
    /// Packets of the live link as they came.
    packets: Vec<Vec<u8>>,
    messages: Vec<Vec<u8>>,
    rows: Vec<Row>,
    lost: u64,
    /// Packets still to be lost.
    deaf: usize,
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
    fn start(program: &str) -> Self {
        let mut child = Command::new("qemu-system-riscv32")
            .args(["-machine", "virt", "-bios", "none", "-display", "none", "-monitor", "none"])
            .args(["-serial", "stdio", "-kernel", program])
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
            rows: vec![],
            lost: 0,
            deaf: 0,
            begun: Instant::now(),
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_millis()).unwrap()
    }

    /// Hears for a while.
    fn hear(&mut self) {
        let bytes = match self.bytes.recv_timeout(Duration::from_millis(20)) {
            Ok(bytes) => bytes,
            Err(RecvTimeoutError::Timeout) => return,
            Err(RecvTimeoutError::Disconnected) => panic!("the machine has stopped"),
        };
        for byte in bytes {
            match self.deframer.push(byte) {
                Some(Framed::Packet(packet)) if is_message(packet) => self.messages.push(packet.to_vec()),
                Some(Framed::Packet(packet)) => {
                    let packet = packet.to_vec();
                    self.take(&packet);
                }
                Some(Framed::Garbage(bytes)) => panic!("{bytes} bytes of garbage"),
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
            Event::Lost { rows } => *lost += rows,
            _ => {}
        });
    }

    fn send(&mut self, packet: &[u8]) {
        let mut bytes = vec![];
        frame(packet, &mut bytes);
        self.write(&bytes);
    }

    fn write(&mut self, bytes: &[u8]) {
        self.line.write_all(bytes).unwrap();
        self.line.flush().unwrap();
    }

    /// Lets a host do one task; `end` is given its last event.
    fn run<T>(&mut self, task: Task, end: impl Fn(&Told<'_>) -> T) -> T {
        let seed = u16::try_from(self.begun.elapsed().as_micros() % 65_536).unwrap();
        let mut host = Host::new(seed);
        host.begin(task, self.now());
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

    fn stats(&mut self) -> Stats {
        self.run(Task::Stats, |event| match event {
            Told::Answer(Answer::Stats(stats)) => *stats,
            other => panic!("{other:?}"),
        })
    }

    /// Goes by a step of so many milliseconds.
    fn step(&mut self, step: u32) {
        let steps = Steps { calm: step, pre_storm: step, storm: step };
        self.run(Task::Step(steps), |event| {
            assert_eq!(*event, Told::Answer(Answer::Steps { steps, now: step }));
        });
    }

    fn hear_until(&mut self, rows: usize) {
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

/// Every row is within its bounds of the sample.
fn compare(rows: &[Row]) {
    for (number, row) in rows {
        let meant = Synthetic::at(SEED, *number);
        for ((cell, value), sensor) in row[1..].iter().zip(meant).zip(ROOM) {
            assert!(cell.abs_diff(value) <= sensor.within, "row {number}: {cell}, not {value}");
        }
    }
}

fn gene(schema: usize) -> (LinearGene, Vec<u8>) {
    let mut linear = LinearGene::FRESH;
    (linear.weights[0], linear.weights[1]) = (Q16::from_bits(1 << 15), Q16::from_bits(-(1 << 14)));
    let mut builder = Builder::new(Some(Kind::Linear), 3);
    builder.schema(&vec![b'x'; schema]).unwrap().linear(1, &linear).unwrap();
    (linear, builder.finish())
}

#[test]
#[ignore = "tests/run firmware builds the program that it talks to"]
fn a_board_is_talked_to() {
    let program = env::var("QRES_VIRT").expect("QRES_VIRT names the program: run tests/run firmware");
    let mut machine = Machine::start(&program);
    machine.run(Task::Identify, |event| match event {
        Told::Answer(Answer::Identity(it)) => {
            assert_eq!((it.chip(), it.columns, it.most, &it.id), ("virt", 3, 8192, b"emulated"));
            assert_eq!(it.features & features::SENSES, 0);
        }
        other => panic!("{other:?}"),
    });

    // The stream is that of the samples, and the program that decompresses streams prints it.
    machine.step(2);
    machine.hear_until(1500);
    assert_eq!((machine.rows[0].0, machine.lost), (0, 0));
    compare(&machine.rows);
    printed(&machine.packets, &machine.rows);

    // Packets that get lost are told as lost, and what follows is right.
    machine.deaf = 60;
    let before = machine.rows.len();
    machine.hear_until(before + 500);
    assert!(machine.lost > 0);
    compare(&machine.rows[before..]);
    let last = machine.rows.last().map(|(number, _)| number + 1);
    assert_eq!(last, Some(machine.rows.len() as u64 + machine.lost));

    // Noise on the way to the board costs a repetition at most.
    machine.write(b"\0noise\x07\0\xE0\x01 is no request\0\xFF\xFF");
    let stats = machine.stats();
    assert!(stats.damaged >= 2, "{stats:?}");
    assert!(stats.rows >= 2000 && stats.packets < stats.rows && stats.requests >= 3, "{stats:?}");

    // Genes go in and out; nothing is sampled in between, so that nothing is learnt.
    machine.step(u32::MAX);
    let (linear, bytes) = gene(3000);
    machine.run(Task::Install(bytes), |event| assert_eq!(*event, Told::Installed));
    let exported = machine.run(Task::Export, |event| match event {
        Told::Exported(gene) => gene.to_vec(),
        other => panic!("{other:?}"),
    });
    let exported = Gene::parse(&exported).unwrap();
    assert_eq!((exported.columns(), exported.linear(1)), (3, Some(linear)));
    machine.run(Task::Summary, |event| match event {
        Told::Answer(Answer::Summary(summary)) => assert_eq!(summary.weights.to_q16(), linear.weights),
        other => panic!("{other:?}"),
    });
    machine.run(Task::Install(gene(9000).1), |event| {
        assert_eq!(*event, Told::Refused(qres_core::serial::Reason::Long));
    });

    let stats = machine.stats();
    assert!((1..HEAP).contains(&stats.heap) && (1..16_384).contains(&stats.stack), "{stats:?}");
    println!("{stats:?}");
}

/// `qres decompress` prints what the packets hold.
fn printed(packets: &[Vec<u8>], rows: &[Row]) {
    let mut stream = b"\xF1QL\0".to_vec();
    packets.iter().for_each(|packet| frame(packet, &mut stream));
    let mut child = Command::new(env!("CARGO_BIN_EXE_qres"))
        .arg("decompress")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut into = child.stdin.take().unwrap();
    let writer = thread::spawn(move || into.write_all(&stream));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.lines().count(), rows.len() + 1);
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("time,temperature,humidity"));
    for (line, (_, row)) in lines.zip(rows) {
        let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
        let meant = [row[0] as f64 / 1000.0, row[1] as f64 / 100.0, row[2] as f64 / 100.0];
        assert_eq!(cells, meant, "{line}");
    }
}
