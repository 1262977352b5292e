//! Nothing in an archive makes a decoder take memory that the archive has not paid for, or that its header did not declare;
//! nothing on a line makes a receiver take memory that the line has not paid for.

use peak_alloc::PeakAlloc;
use qres_core::{
    Error,
    frame::{Config, MAGIC, VERSION},
    live::{
        Column, Options, Receiver, Sample, Sender, Sent,
        framing::{Deframer, Framed, frame},
        mend::{mend, mend_joined},
    },
};
use std::{
    io::Write,
    process::{Command, Stdio},
};
use vectors::archive;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// What the decoder of archives has beside the segment that it decodes: the index, the smallest model, and small change.
const SLACK: usize = 256 << 10;
/// What a byte of an archive may pay for: a block of numbers that are all the same is a few bytes long.
const PAID: usize = 16 << 10;

/// What decoding gives, and the bytes it took at most.
fn decompress(archive: &[u8], limit: u64) -> (Result<Vec<u8>, Error>, usize) {
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    let result = archive::decompress(archive, limit);
    (result, HEAP.peak_usage() - before)
}

/// One test: another thread's memory would be counted too.
#[test]
fn memory_is_declared_and_paid_for() {
    sound_archives_take_what_they_declare();
    invented_sizes_are_not_believed();
    changed_sizes_are_not_believed();
    links_pay_for_what_they_take();
    if cfg!(unix) {
        programs_take_forged_links_in_little_memory();
    }
}

fn sound_archives_take_what_they_declare() {
    for vector in vectors::all() {
        for level in vectors::levels() {
            let segment = 1 << 14;
            let archive = archive::compress(&vector.bytes, &Config { level, input: vector.input, segment });
            let (text, taken) = decompress(&archive, u64::MAX);
            // All the text is kept here too, in a buffer that may have doubled before.
            let allowed = declared(&archive) + 3 * vector.bytes.len() + SLACK;
            assert!(taken <= allowed, "{} at {level:?}: {taken} of {allowed} bytes", vector.name);
            assert_eq!(text.as_ref(), Ok(&vector.bytes));
        }
    }
}

fn declared(archive: &[u8]) -> usize {
    1 << (archive[MAGIC.len() + 1] & 0x3F)
}

/// Headers and segments that promise gigabytes in a few bytes.
fn invented_sizes_are_not_believed() {
    let most: &[u8] = &[0xFF, 0xFF, 0xFF, 0xFF, 0x0F];
    let schemas: [&[u8]; 4] = [&[0], &[1, b',', 0, 3, 0], &[1, b',', 0, 0x80, 0x20, 0], &[5, 0x80, 0x20]];
    for schema in schemas {
        for class in [20, 36, 40] {
            for tag in 0xA0..=0xA7u8 {
                for fill in [0, 1, 0x7F, 0xFF] {
                    let sizes = [&[tag][..], most, most, &[40], &[0; 4]].concat();
                    let archive = [&MAGIC[..], &[VERSION, class], schema, &sizes, &[fill; 40]].concat();
                    let (result, taken) = decompress(&archive, u64::MAX);
                    assert!(result.is_err());
                    assert!(
                        taken <= SLACK + PAID * archive.len(),
                        "{taken} bytes for class {class}, tag {tag:x}, {fill:x}s"
                    );
                }
            }
        }
    }
}

/// Every byte of small archives, one after the other, made as large as it goes.
fn changed_sizes_are_not_believed() {
    for vector in vectors::all() {
        for level in vectors::levels() {
            let text = &vector.bytes[..vector.bytes.len().min(600)];
            let mut archive =
                archive::compress(text, &Config { level, input: vector.input, segment: 1 << 10 });
            // The header now allows segments of 64 GiB: only what is read may hold the decoder back.
            archive[MAGIC.len() + 1] = 40;
            for at in MAGIC.len() + 2..archive.len() {
                let was = archive[at];
                for byte in [0xFF, 0x7F, 0x80] {
                    archive[at] = byte;
                    let (_, taken) = decompress(&archive, u64::MAX);
                    assert!(
                        taken <= SLACK + PAID * archive.len(),
                        "{taken} bytes: {} at {level:?}, byte {at}",
                        vector.name
                    );
                }
                archive[at] = was;
            }
        }
    }
}

/// What a receiver has before it has heard anything, and what a line may hold in a frame.
const LINE_SLACK: usize = 64 << 10;
/// What a byte of a line may pay for: a column that is told in two bytes is a few hundred bytes long.
const LINE_PAID: usize = 512;

/// A link whose packets are told apart: the first is a hello.
struct Link {
    packets: Vec<Vec<u8>>,
}

impl Link {
    /// Numbers and words in turn, which now and then surprise.
    fn of(columns: usize, text: &[u8], rows: u64) -> Self {
        let bounds: Vec<Column> = (0..columns).map(|column| Column::new(column as u64 % 3 * 40)).collect();
        let mut sender = Sender::new(&bounds, text, Options { key: 5, most: 1 << 20, ..Options::default() });
        let (mut packet, mut packets) = (Vec::new(), Vec::new());
        for row in 0..rows {
            let word = vec![b'w'; 1 + row as usize * 40 % 255];
            let samples = (0..columns).map(|column| match column % 3 {
                2 => Sample::Word(&word),
                _ => Sample::Number((row * row * 7 + column as u64) as i64),
            });
            if sender.row(&samples.collect::<Vec<_>>(), &mut packet) == Ok(Sent::Packet) {
                packets.push(packet.clone());
            }
            if row % 4 == 3 {
                sender.note(&word, &mut packet).unwrap();
                packets.push(packet.clone());
            }
        }
        sender.end(&mut packet).unwrap();
        packets.push(packet);
        Self { packets }
    }

    /// The same with another byte in a packet, whose check is right again if it can be: that of a packet after the first
    /// key depends on the rows before.
    fn forged(&self, number: usize, at: usize, byte: u8) -> Vec<Vec<u8>> {
        let mut packets = self.packets[..=number.max(1)].to_vec();
        let packet = &mut packets[number];
        packet[at] = byte;
        let key = &self.packets[0];
        let trail = u32::from_le_bytes(*key.last_chunk().unwrap());
        if matches!(packet[0] >> 5, 3..=5) {
            let end = packet.len() - 4;
            let check = crc32(&packet[..end]);
            packet[end..].copy_from_slice(&check.to_le_bytes());
        } else {
            let end = packet.len() - 2;
            let tag = crc16((trail >> 16) as u16 ^ trail as u16, &packet[..end]);
            packet[end..].copy_from_slice(&tag.to_le_bytes());
        }
        packets
    }
}

/// The checks of packets, as the format says.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| crc >> 1 ^ if crc & 1 == 0 { 0 } else { 0xEDB8_8320 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)))
}

fn crc16(start: u16, bytes: &[u8]) -> u16 {
    let step = |crc: u16| crc << 1 ^ if crc & 0x8000 == 0 { 0 } else { 0x8005 };
    bytes.iter().fold(start, |crc, byte| (0..8).fold(crc ^ u16::from(*byte) << 8, |crc, _| step(crc)))
}

fn line(packets: &[Vec<u8>]) -> Vec<u8> {
    let (mut line, mut framed) = (Vec::new(), Vec::new());
    for packet in packets {
        framed.clear();
        frame(packet, &mut framed);
        line.extend_from_slice(&framed);
    }
    line
}

/// The packets that a receiver believes of a line, with frames of so many bytes at most, and the memory that it takes.
fn follow(line: &[u8], most: usize) -> (u64, usize) {
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    let (mut deframer, mut receiver) = (Deframer::new(most), Receiver::default());
    for byte in line {
        match deframer.push(*byte) {
            Some(Framed::Packet(packet)) => receiver.packet(packet, |_| {}),
            Some(Framed::Garbage(_)) => {
                let end = line.len().min(4096);
                mend(&line[..end], |packet| receiver.offer(packet, |_| {}));
                mend_joined(&line[..end / 2], &line[end / 2..end], |packet| receiver.offer(packet, |_| {}));
            }
            None => {}
        }
    }
    receiver.finish(|_| {});
    (receiver.counts().packets, HEAP.peak_usage() - before)
}

fn pays(line: &[u8], what: &str) -> u64 {
    let (packets, taken) = follow(line, 1 << 20);
    assert!(
        taken <= LINE_SLACK + LINE_PAID * line.len(),
        "{taken} bytes for {} of a line: {what}",
        line.len()
    );
    packets
}

fn links_pay_for_what_they_take() {
    for (columns, text) in [(1, 0), (3, 9), (40, 3000), (4096, 0)] {
        let (rows, edge) = if columns > 1000 { (8, 16) } else { (60, 64) };
        let link = Link::of(columns, &vec![b't'; text], rows);
        let what = format!("{columns} columns");
        assert_eq!(pays(&line(&link.packets), &what), link.packets.len() as u64);
        // The hello and what follows it: each byte, or those of its beginning and its end.
        let mut believed = 0;
        for number in 0..3 {
            let length = link.packets[number].len();
            for at in (0..length).filter(|at| *at < edge || *at + edge > length) {
                for byte in [0, 1, 0x7F, 0x80, 0xFF] {
                    let forged = link.forged(number, at, byte);
                    believed +=
                        pays(&line(&forged), &format!("{what}, packet {number}, byte {at} is {byte:x}"));
                }
            }
        }
        assert!(believed > 60, "{what}: what is forged is looked into");
    }
    // What promises much, and what never ends.
    let about = [&[5 << 5, 1, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0][..], &[0x80, 0x20]].concat();
    for fill in [0, 1, 0x7F, 0x80, 0xFF] {
        let mut hello = [&about[..], &[fill; 600]].concat();
        let check = crc32(&hello);
        hello.extend(check.to_le_bytes());
        pays(&line(&[hello.clone()]), "columns that do not come");
        let early: Vec<Vec<u8>> =
            (0..200).map(|number| [&[number % 32][..], &[fill; 900]].concat()).collect();
        pays(&line(&early), "packets that wait");
        let endless = vec![fill | 1; 4 << 20];
        let (_, taken) = follow(&endless, 1 << 20);
        // A buffer that grows is there twice for a moment.
        assert!(taken <= LINE_SLACK + (3 << 20), "{taken} bytes for a frame without an end");
    }
}

/// The program itself, which reads the text of a hello as well.
fn programs_take_forged_links_in_little_memory() {
    let text = b"\x01\x01,\0\x03\x06a,b,c\n\0\0\0";
    let mut bytes = b"\xF1QL\0".to_vec();
    for columns in [3, 4096] {
        let link = Link::of(columns, text, 9);
        for at in 1..link.packets[0].len().min(90) {
            bytes.extend(line(&link.forged(0, at, 0xFF)));
            bytes.extend(line(&link.forged(0, at, 0x7F)));
        }
    }
    bytes.extend(line(&Link::of(3, &[0xFF; 1 << 17], 9).packets));
    for command in ["decompress", "inspect", "test", "cat", "watch"] {
        let mut limited = Command::new("sh");
        limited.args(["-c", "ulimit -v 400000; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_qres"), command]);
        let mut child =
            limited.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Whoever has seen enough does not read on.
        let _ = child.stdin.take().unwrap().write_all(&bytes);
        assert_eq!(child.wait().unwrap().code(), Some(3), "{command}");
    }
}
