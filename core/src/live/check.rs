//! Checks of packets and of what both ends hold: cyclic codes against damage, a running mix against divergence.
//!
//! The code at the end of a packet and that of a frame on a serial line have different polynomials, so that damage which
//! one of them misses is not missed by the other as well. Without tables: packets
//! are few and short.

use crc::{CRC_16_IBM_3740, CRC_16_UMTS, CRC_32_ISO_HDLC, Crc, NoTable};

const FRAME: Crc<u16, NoTable> = Crc::<u16, NoTable>::new(&CRC_16_IBM_3740);
const PACKET: Crc<u16, NoTable> = Crc::<u16, NoTable>::new(&CRC_16_UMTS);
const KEY: Crc<u32, NoTable> = Crc::<u32, NoTable>::new(&CRC_32_ISO_HDLC);

/// CRC-16 of polynomial 0x1021, of frames: any burst of 16 bits and any three bits are noticed.
pub(super) fn crc16_frame(bytes: &[u8]) -> u16 {
    FRAME.checksum(bytes)
}

/// CRC-16 of polynomial 0x8005 that begins with `state`, of packets.
pub(super) fn crc16_packet(state: u16, bytes: &[u8]) -> u16 {
    let mut digest = PACKET.digest_with_initial(state);
    digest.update(bytes);
    digest.finalize()
}

/// CRC-32 of Ethernet, of keys: they are believed without any state to compare with.
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    KEY.checksum(bytes)
}

/// A mix of all that was given since it began: two ends that hold different things differ in it, save by chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Trail(u32);

impl Trail {
    /// Begins anew from a key.
    pub(super) const fn new(key: u32) -> Self {
        Self(key)
    }

    /// Takes a number.
    pub(super) const fn number(&mut self, value: i64) {
        let value = value.cast_unsigned();
        self.word(value as u32);
        self.word((value >> 32) as u32);
    }

    /// Takes bytes.
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.word(crc32(bytes));
    }

    const fn word(&mut self, word: u32) {
        let mixed = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B1);
        self.0 = mixed ^ mixed >> 15;
    }

    /// Two bytes of it.
    pub(super) const fn short(self) -> u16 {
        (self.0 >> 16) as u16 ^ self.0 as u16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_catalogues() {
        assert_eq!(crc16_frame(b"123456789"), 0x29B1);
        assert_eq!(crc16_packet(0, b"123456789"), 0xFEE8);
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn trails_tell_values_and_orders_apart() {
        let trail = |values: &[i64]| {
            let mut trail = Trail::new(7);
            values.iter().for_each(|v| trail.number(*v));
            trail.short()
        };
        let all =
            [trail(&[1, 2]), trail(&[2, 1]), trail(&[1]), trail(&[1, 2, 0]), trail(&[1, 2 + (1 << 32)])];
        for (i, a) in all.iter().enumerate() {
            assert!(all[i + 1..].iter().all(|b| a != b), "{all:?}");
        }
    }
}
