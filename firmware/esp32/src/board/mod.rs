//! What a board is. Another board is another description.

#[cfg(feature = "esp32c3")]
mod esp32c3;
#[cfg(feature = "esp32c6")]
mod esp32c6;

#[cfg(feature = "esp32c3")]
pub(crate) use esp32c3::{CHIP, Pin, pin};
#[cfg(feature = "esp32c6")]
pub(crate) use esp32c6::{CHIP, Pin, pin};

/// Memory for codec, neurons, and genes under way.
pub(crate) const HEAP_BYTES: usize = 64 << 10;
/// The longest gene it takes: there may be one in each direction beside the state.
pub(crate) const LONGEST_GENE: u32 = 12 << 10;
/// Bytes that wait for a host that does not fetch them.
pub(crate) const UNSENT: usize = 4096;
/// Milliseconds after which a loop that stands still is started anew.
pub(crate) const WATCHDOG: u64 = 8000;
