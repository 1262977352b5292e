//! The board's store: the partition `qres` of its flash memory, from which the program runs, too.
//!
//! Why may it be written while the program runs from it? Every operation is one of the chip's ROM, called by code in RAM
//! with interrupts off: until it is over nothing is fetched from flash memory. Chips here have one core.

use esp_bootloader_esp_idf::partitions::{PARTITION_TABLE_MAX_LEN, read_partition_table};
use esp_hal::peripherals::FLASH;
use esp_storage::{FlashStorage, FlashStorageError};
use qres_core::gene::flash::{Flash, SECTOR};

/// The partition's name, as the table has it.
const NAME: [u8; 16] = *b"qres\0\0\0\0\0\0\0\0\0\0\0\0";
/// Where it lies, and its bytes, if the table cannot be read: as `qres flash` lays images out.
const USUAL: (u32, u32) = (0x1_0000, 0x1_0000);

/// The partition.
pub(crate) struct Partition<'d> {
    flash: FlashStorage<'d>,
    start: u32,
    sectors: u32,
}

impl<'d> Partition<'d> {
    /// The one that the table of partitions names.
    pub(crate) fn find(flash: FLASH<'d>) -> Self {
        let mut flash = FlashStorage::new(flash);
        let (start, bytes) = place(&mut flash).unwrap_or(USUAL);
        Self { flash, start, sectors: bytes / SECTOR }
    }
}

fn place(flash: &mut FlashStorage<'_>) -> Option<(u32, u32)> {
    let mut table = alloc::vec![0; PARTITION_TABLE_MAX_LEN];
    let table = read_partition_table(flash, &mut table).ok()?;
    table.iter().find(|entry| entry.label() == NAME).map(|entry| (entry.offset(), entry.len()))
}

impl Flash for Partition<'_> {
    type Error = FlashStorageError;

    fn sectors(&self) -> u32 {
        self.sectors
    }

    fn read(&mut self, at: u32, into: &mut [u8]) -> Result<(), FlashStorageError> {
        self.flash.read_nor(self.start + at, into)
    }

    fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), FlashStorageError> {
        self.flash.write_nor(self.start + at, bytes)
    }

    fn erase(&mut self, sector: u32) -> Result<(), FlashStorageError> {
        let at = self.start + sector * SECTOR;
        self.flash.erase(at, at + SECTOR)
    }
}
