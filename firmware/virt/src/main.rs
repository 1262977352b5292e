//! A board that is none: the whole program on QEMU's bare riscv32 machine, its line on the serial port, its samples made
//! up. The host's test (`tests/firmware.rs`) talks to it.
#![cfg_attr(target_arch = "riscv32", no_std, no_main)]

#[cfg(target_arch = "riscv32")]
mod board {
    use qres_board::{
        Config, Program,
        keep::{Secret, Stored, identity},
        source::Synthetic,
    };
    use qres_core::{num::random, serial::Steps};
    use qres_virt::{
        machine::{Serial, begin, memory, now},
        pflash::Bank,
    };

    /// As boards have it.
    const LONGEST_GENE: u32 = 12 << 10;
    /// The seed of its samples.
    const SEED: u64 = 2026;

    /// A secret that is none: the machine has no source of random numbers.
    fn guessable() -> Secret {
        let mut secret = Secret::default();
        let now = riscv::register::time::read64();
        (0..).zip(&mut secret).for_each(|(at, byte)| *byte = random::at(SEED, now, at) as u8);
        secret
    }

    #[riscv_rt::entry]
    fn main() -> ! {
        begin();
        let config = Config {
            chip: *b"virt\0\0\0\0\0\0\0\0",
            id: *b"emulated",
            session: riscv::register::time::read() as u32,
            steps: Steps::USUAL,
            most: LONGEST_GENE,
            sleeps: false,
            memory,
        };
        let mut keep = Stored::new(Bank);
        let who = identity(&mut keep, guessable);
        let mut program = Program::new(Synthetic::new(SEED), keep, who, config);
        program.say("this board is emulated: its secret is made from the clock, and others may guess it");
        loop {
            while let Some(byte) = Serial.read() {
                program.receive(byte, now());
            }
            program.poll(now());
            program.output().drain(..).for_each(|byte| Serial.write(byte));
        }
    }
}

#[cfg(not(target_arch = "riscv32"))]
fn main() {}
