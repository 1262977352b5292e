//! The line: what brings bytes from the host and to it, without ever waiting.

use crate::{board::UNSENT, rest::Sleep};
use alloc::vec::Vec;
use esp_hal::{Blocking, uart::Uart, usb::usb_serial_jtag::UsbSerialJtag};

/// A port.
pub(crate) trait Line {
    /// The next byte, if one has come.
    fn hear(&mut self) -> Option<u8>;
    /// Takes as many of these bytes as it has room for, and tells how many.
    fn say(&mut self, bytes: &[u8]) -> usize;

    /// Sleeps until `until`, or a part of that time; tells whether the line has ended it. Only boards that
    /// [`SLEEPS`](crate::board::SLEEPS) says so of do.
    fn rest(&mut self, sleep: &mut Sleep<'_>, now: u64, until: u64) -> bool;

    /// Sends as much as the port takes; what nobody fetches stays, up to a limit.
    fn send(&mut self, output: &mut Vec<u8>) {
        let sent = self.say(output);
        output.drain(..sent);
        if output.len() > UNSENT {
            // The receiver is told of the loss by the packets' numbers.
            output.clear();
        }
    }
}

impl Line for UsbSerialJtag<'_, Blocking> {
    fn hear(&mut self) -> Option<u8> {
        self.read_byte().ok()
    }

    fn say(&mut self, bytes: &[u8]) -> usize {
        let sent = bytes.iter().take_while(|byte| self.write_byte_nb(**byte).is_ok()).count();
        if sent > 0 {
            // The port sends what it has when it is told to, or when it is full.
            let _ = self.flush_tx_nb();
        }
        sent
    }

    /// It would be cut off by it.
    fn rest(&mut self, _: &mut Sleep<'_>, _: u64, _: u64) -> bool {
        false
    }
}

impl Line for Uart<'_, Blocking> {
    /// None after bytes that were lost, too: the frame that they belonged to tells.
    fn hear(&mut self) -> Option<u8> {
        let mut byte = [0];
        matches!(self.read_buffered(&mut byte), Ok(1)).then_some(byte[0])
    }

    fn say(&mut self, bytes: &[u8]) -> usize {
        if bytes.is_empty() || !self.write_ready() {
            return 0;
        }
        // There is room: it does not wait.
        self.write(bytes).unwrap_or(0)
    }

    fn rest(&mut self, sleep: &mut Sleep<'_>, now: u64, until: u64) -> bool {
        sleep.rest(self, now, until)
    }
}
