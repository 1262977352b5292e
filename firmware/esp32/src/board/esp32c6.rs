//! A board with an ESP32-C6: what it is called, and what is at its pins.

/// The chip's name.
pub(crate) const CHIP: [u8; 12] = *b"esp32c6\0\0\0\0\0";

/// Pins among the chip's peripherals.
macro_rules! pin {
    // The voltage that is measured. Not at GPIO4, GPIO5, GPIO8, GPIO9 or GPIO15, which choose how the chip starts.
    ($peripherals:ident, sensor) => {
        $peripherals.GPIO2
    };
    // What the line receives at and sends at, if it is a UART: as most boards' USB bridges are connected.
    ($peripherals:ident, line) => {
        ($peripherals.GPIO17, $peripherals.GPIO16)
    };
    // Lines of CSV that come in.
    ($peripherals:ident, csv) => {
        $peripherals.GPIO10
    };
}
pub(crate) use pin;
