//! What a board is. Another board is another description.
//!
//! What all boards choose from is chosen by features: the line (the chip's own USB port, or `uart`), the samples (a voltage,
//! or lines of `csv`), and whether there is `radio`.

#[cfg(feature = "esp32c3")]
mod esp32c3;
#[cfg(feature = "esp32c6")]
mod esp32c6;

#[cfg(feature = "esp32c3")]
pub(crate) use esp32c3::{CHIP, pin};
#[cfg(feature = "esp32c6")]
pub(crate) use esp32c6::{CHIP, pin};

/// Memory for codec, neurons, and genes under way.
pub(crate) const HEAP_BYTES: usize = 64 << 10;
/// Bytes that wait for a host that does not fetch them.
pub(crate) const UNSENT: usize = 4096;
/// What the line and the lines of CSV run at, if they are UARTs.
#[cfg(any(feature = "csv", feature = "uart"))]
pub(crate) const BAUD: u32 = 115_200;
/// What lines of CSV hold: their columns in order.
#[cfg(feature = "csv")]
pub(crate) const COLUMNS: [qres_board::Sensor; 2] = [sensor("temperature", 2, 0), sensor("humidity", 1, 5)];

#[cfg(feature = "csv")]
const fn sensor(name: &'static str, places: u8, within: u64) -> qres_board::Sensor {
    qres_board::Sensor { name, places, within }
}

/// Whether the board sleeps between samples. Why so rarely? USB is cut off by it, lines of CSV would be missed, and the
/// radio hears nothing.
pub(crate) const SLEEPS: bool = cfg!(all(feature = "uart", not(feature = "csv"), not(feature = "radio")));
/// Milliseconds after which a loop that stands still is started anew.
pub(crate) const WATCHDOG: u64 = 8000;
