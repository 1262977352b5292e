//! A board with an ESP32-C3: what it is called, and where its sensor is.

use esp_hal::peripherals::GPIO2;

/// The chip's name.
pub(crate) const CHIP: [u8; 12] = *b"esp32c3\0\0\0\0\0";
/// The pin whose voltage is measured.
pub(crate) type Pin<'d> = GPIO2<'d>;
/// The pin among the chip's peripherals.
macro_rules! pin {
    ($peripherals:expr) => {
        $peripherals.GPIO2
    };
}
pub(crate) use pin;
