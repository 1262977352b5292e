//! A board that is none: the whole program on QEMU's bare riscv32 machine, its line on the serial port, its samples made
//! up. The host's test (`tests/firmware.rs`) talks to it.
#![cfg_attr(target_arch = "riscv32", no_std, no_main)]

#[cfg(target_arch = "riscv32")]
mod board {
    use qres_board::{
        Config, Keep, Program, Start,
        keep::{Secret, Stored},
        source::Synthetic,
        start::{Boot, settle},
    };
    use qres_core::{
        gene::flash::{Flash, MAX_GENE, SECTOR, table::Region},
        num::random,
        serial::{Reset, Steps},
    };
    use qres_virt::{
        machine::{Serial, begin, memory, now, words},
        pflash::Bank,
    };

    /// With this in the last sector of the bank the program panics when it has a gene to go on from: for tests.
    const FAULT: [u8; 4] = *b"oops";
    /// The seed of its samples.
    const SEED: u64 = 2026;

    /// A secret that is none: the machine has no source of random numbers.
    fn guessable() -> Secret {
        let mut secret = Secret::default();
        let now = riscv::register::time::read64();
        (0..).zip(&mut secret).for_each(|(at, byte)| *byte = random::at(SEED, now, at) as u8);
        secret
    }

    fn has_fault() -> bool {
        let mut word = [0; 4];
        Bank.read((Bank.sectors() - 1) * SECTOR, &mut word).is_ok() && word == FAULT
    }

    #[riscv_rt::entry]
    fn main() -> ! {
        begin();
        let config = Config {
            chip: *b"virt\0\0\0\0\0\0\0\0",
            id: *b"emulated",
            session: riscv::register::time::read() as u32,
            steps: Steps::USUAL,
            most: MAX_GENE,
            sleeps: false,
            memory,
        };
        let (region, lack) = Region::store(Bank);
        let mut keep = Stored::new(region);
        // Power brings zeros.
        let reset = if words(|words| words[0]) == 0 { Reset::Power } else { Reset::Unknown };
        let boot = words(|words| Boot::begin(words, reset));
        assert!(boot.is_safe() || !has_fault() || keep.load().found().is_none(), "a gene at fault");
        let start = Start::new(&mut keep, lack, boot, guessable);
        let mut program = Program::new(Synthetic::new(SEED), keep, start, config);
        program.say("this board is emulated: its secret is made from the clock, and others may guess it");
        loop {
            while let Some(byte) = Serial.read() {
                program.receive(byte, now());
            }
            program.poll(now());
            program.output().drain(..).for_each(|byte| Serial.write(byte));
            if program.settles() {
                words(settle);
            }
        }
    }
}

#[cfg(not(target_arch = "riscv32"))]
fn main() {}
