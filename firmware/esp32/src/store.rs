//! The chip's flash memory, from which the program runs, too: the store is a partition of it.
//!
//! Why may it be written while the program runs from it? Every operation is one of the chip's ROM, called by code in RAM
//! with interrupts off: until it is over nothing is fetched from flash memory. Chips here have one core.

use esp_storage::{FlashStorage, FlashStorageError};
use qres_core::gene::flash::{Flash, SECTOR};

/// All of the chip's flash memory.
pub(crate) struct Memory<'d>(pub(crate) FlashStorage<'d>);

impl Flash for Memory<'_> {
    type Error = FlashStorageError;

    fn sectors(&self) -> u32 {
        u32::try_from(self.0.capacity()).unwrap_or(u32::MAX) / SECTOR
    }

    fn read(&mut self, at: u32, into: &mut [u8]) -> Result<(), FlashStorageError> {
        self.0.read_nor(at, into)
    }

    fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), FlashStorageError> {
        self.0.write_nor(at, bytes)
    }

    fn erase(&mut self, sector: u32) -> Result<(), FlashStorageError> {
        let at = sector * SECTOR;
        self.0.erase(at, at + SECTOR)
    }
}
