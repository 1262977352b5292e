//! A board with an ESP32-C3: what it is called, and what is at its pins.

/// The chip's name.
pub(crate) const CHIP: [u8; 12] = *b"esp32c3\0\0\0\0\0";

/// Pins among the chip's peripherals.
macro_rules! pin {
    // The voltage that is measured. Not at GPIO2, GPIO8 or GPIO9, which choose how the chip starts.
    ($peripherals:ident, sensor) => {
        $peripherals.GPIO3
    };
    // What the line receives at and sends at, if it is a UART: as most boards' USB bridges are connected.
    ($peripherals:ident, line) => {
        ($peripherals.GPIO20, $peripherals.GPIO21)
    };
    // Lines of CSV that come in.
    ($peripherals:ident, csv) => {
        $peripherals.GPIO10
    };
}
pub(crate) use pin;
