//! Packets on a line of bytes (a pipe, a UART): where each begins and ends, and whether it came whole.
//!
//! ```text
//! line  := (garbage 00)* (frame 00)*
//! frame := COBS(packet | check u16 LE)            check: CRC-16 0x1021, begun with FFFF, of the packet
//! COBS  := (count u8 = n + 1 | n bytes that are not 0)*    after each run with n < 254 a zero, save after the last
//! ```
//! No frame holds a zero, so after any garbage the next zero is the end of something and a new frame begins. A frame costs
//! three bytes and one for every 254 more, the zero included. Knows nothing of what packets mean; the live link and the
//! serial protocol of boards both use it.

use super::check::crc16_frame;
use alloc::vec::Vec;
use cobs::{CobsEncoder, DecodeResult, DecoderState, max_encoding_length};
use core::mem;

/// Appends the frame of `packet`, its zero included.
pub fn frame(packet: &[u8], out: &mut Vec<u8>) {
    let (start, check) = (out.len(), crc16_frame(packet).to_le_bytes());
    out.resize(start + max_encoding_length(packet.len() + check.len()), 0);
    let mut encoder = CobsEncoder::new(out.get_mut(start..).unwrap_or_default());
    let pushed = encoder.push(packet).and_then(|()| encoder.push(&check));
    debug_assert!(pushed.is_ok(), "the longest frame fits");
    let length = encoder.finalize();
    out.truncate(start + length);
    out.push(0);
}

/// What a byte of the line completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framed<'a> {
    /// A packet.
    Packet(&'a [u8]),
    /// So many bytes that are no frame, or a damaged one.
    Garbage(usize),
}

/// Takes a line apart, byte by byte; never holds more than one frame.
#[derive(Debug)]
pub struct Deframer {
    /// The packet so far, as it was before COBS.
    packet: Vec<u8>,
    state: DecoderState,
    /// Bytes of the line since the last zero.
    seen: usize,
    /// What has come since the last zero is not a frame.
    broken: bool,
    most: usize,
}

impl Deframer {
    /// One that takes packets of at most `most` bytes.
    pub fn new(most: usize) -> Self {
        Self { packet: Vec::new(), state: DecoderState::Idle, seen: 0, broken: false, most }
    }

    /// Takes the next byte of the line.
    pub fn push(&mut self, byte: u8) -> Option<Framed<'_>> {
        if byte == 0 {
            return self.end();
        }
        self.seen = self.seen.saturating_add(1);
        if self.seen == 1 {
            self.packet.clear();
        }
        if self.broken {
            return None;
        }
        // Only a zero can be an error.
        if let Ok(DecodeResult::DataContinue(byte)) = self.state.feed(byte) {
            self.packet.push(byte);
        }
        self.broken = self.packet.len() > self.most.saturating_add(2);
        None
    }

    fn end(&mut self) -> Option<Framed<'_>> {
        let ended = mem::take(&mut self.state).feed(0);
        let (seen, broken) = (mem::take(&mut self.seen), mem::take(&mut self.broken));
        if seen == 0 {
            return None;
        }
        let parts = self
            .packet
            .split_last_chunk::<2>()
            .filter(|_| matches!(ended, Ok(DecodeResult::DataComplete)) && !broken);
        let good = parts.filter(|(packet, check)| crc16_frame(packet) == u16::from_le_bytes(**check));
        Some(good.map_or(Framed::Garbage(seen), |(packet, _)| Framed::Packet(packet)))
    }

    /// Whether the line stands between two frames.
    pub fn is_between(&self) -> bool {
        self.seen == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use proptest::prelude::*;

    fn packets(line: &[u8], most: usize) -> (Vec<Vec<u8>>, usize) {
        let (mut deframer, mut packets, mut garbage) = (Deframer::new(most), vec![], 0);
        for byte in line {
            match deframer.push(*byte) {
                Some(Framed::Packet(packet)) => packets.push(packet.to_vec()),
                Some(Framed::Garbage(bytes)) => garbage += bytes,
                None => {}
            }
        }
        (packets, garbage)
    }

    #[test]
    fn runs_of_every_length_come_back() {
        for length in [0, 1, 2, 250, 251, 252, 253, 254, 255, 256, 506, 507, 508, 509, 510, 1200] {
            for filling in [0, 1, 255] {
                let packet = vec![filling; length];
                let mut line = vec![];
                frame(&packet, &mut line);
                assert_eq!(line.iter().filter(|b| **b == 0).count(), 1);
                assert!(line.len() <= length + 4 + (length + 2) / 254);
                assert_eq!(packets(&line, 1200), (vec![packet], 0), "{length} {filling}");
            }
        }
    }

    #[test]
    fn a_packet_over_the_limit_is_garbage_and_takes_no_memory() {
        let mut line = vec![];
        frame(&[7; 100], &mut line);
        frame(&[8; 50], &mut line);
        assert_eq!(packets(&line, 50), (vec![vec![8; 50]], 103));
        let mut deframer = Deframer::new(10);
        (0..100_000).for_each(|_| assert_eq!(deframer.push(9), None));
        assert!(deframer.packet.capacity() < 100);
    }

    proptest! {
        #[test]
        fn frames_come_back_after_any_garbage(
            garbage in prop::collection::vec(any::<u8>(), 0..40),
            sent in prop::collection::vec(prop::collection::vec(prop_oneof![Just(0_u8), any::<u8>()], 0..300), 0..6),
        ) {
            let mut line = garbage.clone();
            line.push(0);
            sent.iter().for_each(|packet| frame(packet, &mut line));
            let (got, _) = packets(&line, 300);
            let begin = got.len() - sent.len();
            prop_assert_eq!(&got[begin..], &sent[..]);
            // Garbage passes as an empty packet or worse by chance only, once in 65536 frames.
            prop_assert!(begin <= 1);
        }

        #[test]
        fn damage_is_noticed_and_the_next_frame_is_whole(
            packet in prop::collection::vec(any::<u8>(), 1..60), at: prop::sample::Index, flip in 1_u8..
        ) {
            let mut line = vec![];
            frame(&packet, &mut line);
            let at = at.index(line.len() - 1);
            line[at] ^= flip;
            frame(b"next", &mut line);
            let (got, _) = packets(&line, 100);
            prop_assert_eq!(got.last().map(Vec::as_slice), Some(&b"next"[..]));
            prop_assert!(!got.contains(&packet));
        }
    }
}
