//! The board's program on QEMU's bare riscv32 machine, talked to over its serial port with the host's half of the protocol;
//! its live stream is compared with the samples that it was made from.
//!
//! `tests/run firmware` builds the program and names it in `QRES_VIRT`; without that there is nothing to talk to.

mod machine;

use assert_cmd::cargo_bin_cmd;
use machine::{Flash, Machine, Row};
use qres_board::source::{ROOM, Synthetic};
use qres_core::{
    gene::{Builder, Gene},
    live::framing::frame,
    neuron::{Kind, LinearGene},
    num::{Q16, random},
    serial::{Answer, CHUNK, Event as Told, Reset, Task, features},
};
use std::time::Instant;

/// The seed of the program's samples.
const SEED: u64 = 2026;
/// Its budget for codec, neurons and genes under way.
const HEAP: u32 = 64 << 10;

/// Bytes of the longest gene that it takes.
const LONGEST: u32 = 12 << 10;
/// Bytes of a gene that is long enough for its being kept to take a while.
const SCHEMA: usize = 3000;
/// Times that the power is cut.
const CUTS: u64 = 20;

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
    let flash = Flash::new();
    let mut machine = Machine::start(&flash);
    assert_ne!(machine.name(), Machine::start(&Flash::new()).name());
    machine.run(Task::Identify, |event| match event {
        Told::Answer(Answer::Identity(it)) => {
            assert_eq!((it.chip(), it.columns, it.most, &it.id), ("virt", 3, LONGEST, b"emulated"));
            assert_eq!(it.features, features::KEEPS);
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
    // The longest fit the memory: the old one, the new one that comes, and the one that is read back.
    let longest = LONGEST as usize - (gene(SCHEMA).1.len() - SCHEMA);
    for schema in [longest - 1, longest] {
        machine.run(Task::Install(gene(schema).1), |event| assert_eq!(*event, Told::Installed));
    }
    let (linear, bytes) = gene(SCHEMA);
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
    machine.run(Task::Install(gene(longest + 1).1), |event| {
        assert_eq!(*event, Told::Refused(qres_core::serial::Reason::Long));
    });

    assert_eq!(machine.garbage, 0);
    let stats = machine.stats();
    assert!((1..HEAP).contains(&stats.heap) && (1..16_384).contains(&stats.stack), "{stats:?}");
    println!("{stats:?}");
}

/// A gene whose neurons all say `mark`.
fn marked(mark: i32) -> Vec<u8> {
    let mut linear = LinearGene::FRESH;
    linear.weights.fill(Q16::from_bits(mark));
    let mut builder = Builder::new(Some(Kind::Linear), 3);
    builder.schema(&[mark as u8; SCHEMA]).unwrap();
    builder.linear(1, &linear).unwrap().linear(2, &linear).unwrap().finish()
}

/// The mark of the gene that a board goes on from, which is whole.
fn mark(machine: &mut Machine) -> i32 {
    machine.run(Task::Export, |event| {
        let Told::Exported(gene) = event else { panic!("{event:?}") };
        let gene = Gene::parse(gene).unwrap();
        let neurons = [1, 2].map(|column| gene.linear(column).unwrap());
        let mark = neurons[0].weights[0];
        assert!(neurons.iter().all(|neuron| neuron.weights == [mark; 8]), "{neurons:?}");
        mark.to_bits()
    })
}

#[test]
#[ignore = "tests/run firmware builds the program that it talks to"]
fn a_power_cut_leaves_the_name_and_the_old_gene_or_the_new_one() {
    let flash = Flash::new();
    let mut machine = Machine::start(&flash);
    let name = machine.name();
    assert_eq!(machine.notes[0], format!("qres 0.1.0 on virt, {name}"));
    // Of the first sample nothing is learnt, and the next one is due in hours.
    let (begun, pieces) = (Instant::now(), marked(1).len().div_ceil(CHUNK));
    machine.run(Task::Install(marked(1)), |event| assert_eq!(*event, Told::Installed));
    let took = begun.elapsed();
    drop(machine);
    let (mut now, mut old) = (1, 0);
    for round in 0..CUTS {
        let mut machine = Machine::start(&flash);
        assert_eq!(mark(&mut machine), now);
        let part = |stream| random::at(7, stream, round);
        // A fifth of the cuts come before the last piece, the others around the moment at which the gene is kept.
        let pieces = if round % 5 == 0 { 1 + part(0) as usize % (pieces - 1) } else { pieces };
        machine.cut(marked(now + 1), pieces, took * (part(1) % 64) as u32 / 64);
        let mut machine = Machine::start(&flash);
        let found = mark(&mut machine);
        assert_eq!(machine.name(), name);
        assert!(found == now || found == now + 1, "cut {round}: {found} after {now}");
        assert!(found == now || round % 5 != 0, "cut {round}: it has what it was not given");
        old += u64::from(found == now);
        now = found;
    }
    println!("of {CUTS} cuts {old} left the old gene; an install takes {took:?}");
    assert!(old >= CUTS / 5);
}

#[test]
#[ignore = "tests/run firmware builds the program that it talks to"]
fn a_table_without_a_store_costs_no_program() {
    // As ESP-IDF lays chips out: the program begins where the store usually is.
    let usual =
        [("nvs", 1, 0x9000, 0x6000), ("phy_init", 1, 0xF000, 0x1000), ("factory", 0, 0x1_0000, 0x7_0000)];
    let overlapping = [("qres", 1, 0x1_0000, 0x1_0000), ("factory", 0, 0x1_0000, 0x7_0000)];
    for (entries, words) in
        [(&usual[..], "no partition `qres`"), (&overlapping, "overlaps"), (&[], "cannot be read")]
    {
        let flash = Flash::with(entries);
        let code = [0x5A; 4096];
        (0x10..0x80).for_each(|sector| flash.write(sector << 12, &code));
        for _ in 0..2 {
            let mut machine = Machine::start(&flash);
            machine.run(Task::Identify, |event| {
                let Told::Answer(Answer::Identity(it)) = event else { panic!("{event:?}") };
                assert_eq!((it.features, it.most), (0, LONGEST));
            });
            assert!(machine.notes.iter().any(|note| note.contains(words)), "{:?}", machine.notes);
            machine.run(Task::Install(gene(0).1), |event| assert_eq!(*event, Told::Installed));
        }
        assert!((0x10..0x80).all(|sector| flash.read(sector << 12, 4096) == code), "{words}");
    }
}

#[test]
#[ignore = "tests/run firmware builds the program that it talks to"]
fn a_damaged_name_is_mended_or_told_and_never_replaced() {
    let flash = Flash::new();
    let name = Machine::start(&flash).name();
    let (first, second) = (0x1_0000, 0x1_1000);
    let whole = flash.read(first, 64);
    assert_eq!(whole, flash.read(second, 64));
    let flipped = |at: usize| {
        let mut bytes = whole.clone();
        bytes[at] ^= 4;
        bytes
    };
    for (slot, at) in [(first, 20), (second, 40)] {
        flash.write(slot, &flipped(at));
        let mut machine = Machine::start(&flash);
        assert_eq!(machine.name(), name);
        assert!(machine.notes.iter().any(|note| note.contains("is mended")), "{:?}", machine.notes);
        assert_eq!(flash.read(slot, 64), whole);
    }
    [first, second].iter().for_each(|slot| flash.write(*slot, &flipped(33)));
    let mut machine = Machine::start(&flash);
    assert_ne!(machine.name(), name);
    assert!(
        machine.notes.iter().any(|note| note.contains("record of its name is damaged")),
        "{:?}",
        machine.notes
    );
    drop(machine);
    assert!([first, second].iter().all(|slot| flash.read(*slot, 64) == flipped(33)));
}

#[test]
#[ignore = "tests/run firmware builds the program that it talks to"]
fn a_gene_at_fault_ends_in_safe_mode() {
    let flash = Flash::new();
    let mut machine = Machine::start(&flash);
    let name = machine.name();
    machine.run(Task::Install(marked(1)), |event| assert_eq!(*event, Told::Installed));
    drop(machine);
    flash.write(0x7_F000, b"oops");
    let mut machine = Machine::start(&flash);
    let stats = machine.stats();
    assert_eq!((stats.restarts, stats.reset, stats.safe), (3, Reset::Panic, true));
    assert!(machine.garbage > 0 && machine.name() == name);
    let greeting = format!("qres 0.1.0 on virt, {name}, started anew by a panic, 3 times since power came");
    assert_eq!(machine.notes[0], greeting);
    assert!(machine.notes[1].starts_with("safe mode"), "{:?}", machine.notes);
    assert_ne!(mark(&mut machine), 1);
    // A start that does not fail ends it: another gene has its chance.
    flash.write(0x7_F000, &[0; 4]);
    machine.run(Task::Install(marked(2)), |event| assert_eq!(*event, Told::Installed));
    assert_eq!(mark(&mut machine), 2);
}

/// `qres decompress` prints what the packets hold.
fn printed(packets: &[Vec<u8>], rows: &[Row]) {
    let mut stream = b"\xF1QL\0".to_vec();
    packets.iter().for_each(|packet| frame(packet, &mut stream));
    let output = cargo_bin_cmd!("qres").arg("decompress").write_stdin(stream).output().unwrap();
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
