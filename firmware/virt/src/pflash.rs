//! QEMU's second bank of flash memory, which `-drive if=pflash,unit=1,format=raw,file=...` keeps in a file of 32 MiB.
//!
//! ```text
//! bank := 128 blocks of 256 KiB; two chips of 16 bits side by side, so each command goes to both: 0x00CC_00CC
//! erase := 20, D0 at the block | program := 40 at the word, the word | then the status until bit 7 is set | FF: read again
//! ```
//! These are the commands of Intel. A sector is the beginning of a block, so that there are as many sectors as blocks.

use core::convert::Infallible;
use qres_core::gene::flash::{Flash, SECTOR};

const BANK: usize = 0x2200_0000;
const BLOCK: usize = 256 << 10;
const SECTORS: u32 = 128;

const ERASE: u32 = 0x0020_0020;
const CONFIRM: u32 = 0x00D0_00D0;
const PROGRAM: u32 = 0x0040_0040;
const READ: u32 = 0x00FF_00FF;
const READY: u32 = 0x0080_0080;

/// The bank. There must be one of it only.
#[derive(Debug)]
pub struct Bank;

/// The word of the memory's byte `at`, which is a multiple of 4.
fn word(at: u32) -> *mut u32 {
    assert!(at.is_multiple_of(4) && at / SECTOR < SECTORS, "outside of the bank");
    (BANK + (at / SECTOR) as usize * BLOCK + (at % SECTOR) as usize) as *mut u32
}

/// Gives commands at a word, waits until they are done, and lets the bank be read again.
fn command(word: *mut u32, commands: [u32; 2]) {
    // SAFETY: `word` lies in the bank, which is memory of the machine that nothing else names.
    unsafe {
        commands.iter().for_each(|command| word.write_volatile(*command));
        while word.read_volatile() & READY != READY {}
        word.write_volatile(READ);
    }
}

impl Flash for Bank {
    type Error = Infallible;

    fn sectors(&self) -> u32 {
        SECTORS
    }

    fn read(&mut self, at: u32, into: &mut [u8]) -> Result<(), Infallible> {
        for (at, place) in (at..).step_by(4).zip(into.as_chunks_mut::<4>().0) {
            // SAFETY: `word` lies in the bank, which is in the mode of reading after each command.
            *place = unsafe { word(at).read_volatile() }.to_le_bytes();
        }
        Ok(())
    }

    fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), Infallible> {
        for (at, bytes) in (at..).step_by(4).zip(bytes.as_chunks::<4>().0) {
            command(word(at), [PROGRAM, u32::from_le_bytes(*bytes)]);
        }
        Ok(())
    }

    fn erase(&mut self, sector: u32) -> Result<(), Infallible> {
        command(word(sector * SECTOR), [ERASE, CONFIRM]);
        Ok(())
    }
}
