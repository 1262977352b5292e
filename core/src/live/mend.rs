//! Frames in which one byte is wrong: what they may have been.
//!
//! A frame of a link carries 32 bits of checks: its own, and the tag of its packet, which depends on all that came before
//! it; keys carry 48. That is enough to find one byte by trying: what fits the frame's own check is offered, and whoever
//! knows what came before takes it if the tag fits as well. Noise that is not a frame passes both less often than noise that
//! is a frame passes the tag.

use super::check::crc16_frame;
use alloc::vec::Vec;

/// Limit: bytes of a frame of which one is found that was changed.
pub const MAX_CHANGED: usize = 1 << 12;
/// Limit: bytes of a frame of which one is found that was lost or added; the work grows with their square.
const MAX_MOVED: usize = 255;
/// Limit: bytes that are read for counts that may have been others.
const MAX_COUNTED: usize = 1 << 14;

/// Offers what `frame` may have been, a frame without its zero in which a byte was changed, lost or added, or the zero
/// between two frames was; says whether an offer was taken.
pub fn mend(frame: &[u8], offer: impl FnMut(&[u8]) -> bool) -> bool {
    if frame.is_empty() || frame.len() > MAX_CHANGED || frame.contains(&0) {
        return false;
    }
    let mut trial = Trial { offer, left: MAX_COUNTED };
    trial.changed(frame)
        || (frame.len() <= MAX_MOVED && (trial.lost(frame) || trial.added(frame) || trial.parted(frame)))
}

/// The same of two frames that follow each other, where a byte of one frame may have become a zero.
pub fn mend_joined(before: &[u8], behind: &[u8], offer: impl FnMut(&[u8]) -> bool) -> bool {
    if before.len() + behind.len() >= MAX_CHANGED || before.contains(&0) || behind.contains(&0) {
        return false;
    }
    let joined = [before, &[1], behind].concat();
    Trial { offer, left: MAX_COUNTED }.unknown(&joined, before.len())
}

/// One repair of a frame to try.
struct Trial<F> {
    offer: F,
    /// Bytes that may be read for counts.
    left: usize,
}

impl<F: FnMut(&[u8]) -> bool> Trial<F> {
    /// A byte has another value.
    fn changed(&mut self, frame: &[u8]) -> bool {
        let fixed = decode(frame, 0).is_some_and(|(packet, _)| self.fix(&packet));
        fixed || counts(frame).any(|at| self.count(frame, at))
    }

    /// A byte is missing.
    fn lost(&mut self, frame: &[u8]) -> bool {
        (0..=frame.len()).any(|at| {
            let (before, behind) = frame.split_at(at);
            self.unknown(&[before, &[1], behind].concat(), at)
        })
    }

    /// A byte is too many.
    fn added(&mut self, frame: &[u8]) -> bool {
        (0..frame.len()).any(|at| {
            let (before, behind) = frame.split_at(at);
            let rest = [before, behind.get(1..).unwrap_or(&[])].concat();
            whole(&rest).is_some_and(|packet| (self.offer)(&packet))
        })
    }

    /// The zero between two frames has another value, or is missing.
    fn parted(&mut self, frame: &[u8]) -> bool {
        (1..frame.len()).any(|at| {
            let (before, behind) = frame.split_at(at);
            let Some(first) = whole(before) else { return false };
            let Some(second) = behind.get(1..).and_then(whole).or_else(|| whole(behind)) else {
                return false;
            };
            let taken = (self.offer)(&first);
            if taken {
                (self.offer)(&second);
            }
            taken
        })
    }

    /// The byte at `at` has any value.
    fn unknown(&mut self, frame: &[u8], at: usize) -> bool {
        if counts(frame).any(|count| count == at) {
            return self.count(frame, at);
        }
        decode(frame, at)
            .is_some_and(|(packet, place)| place.is_some_and(|place| self.fix_at(&packet, place)))
    }

    /// The count at `at` has any value.
    fn count(&mut self, frame: &[u8], at: usize) -> bool {
        let most = frame.len().saturating_sub(at).min(usize::from(u8::MAX)) as u8;
        let mut tried = frame.to_vec();
        (1..=most).any(|value| {
            let Some(left) = self.left.checked_sub(frame.len()) else { return false };
            self.left = left;
            if let Some(byte) = tried.get_mut(at) {
                *byte = value;
            }
            whole(&tried).is_some_and(|packet| (self.offer)(&packet))
        })
    }

    /// Offers the packets of which one byte has another value.
    fn fix(&mut self, packet: &[u8]) -> bool {
        let Some((bytes, difference)) = difference(packet) else { return false };
        if (difference & 0xFF == 0 || difference >> 8 == 0) && (self.offer)(bytes) {
            return true;
        }
        // The value the byte would have to have, as the check is driven back byte by byte.
        let mut check = difference;
        (0..bytes.len()).rev().any(|at| {
            check = backward(check);
            check & 0xFF == 0 && (self.offer)(&with(bytes, at, check))
        })
    }

    /// Offers the packet with another value at `at`, if there is one that makes the check right.
    fn fix_at(&mut self, packet: &[u8], at: usize) -> bool {
        let Some((bytes, difference)) = difference(packet) else { return false };
        let Some(behind) = bytes.len().checked_sub(at).filter(|behind| *behind > 0) else {
            // It is of the check itself, whose other byte is right.
            let other = if at == bytes.len() { difference >> 8 } else { difference & 0xFF };
            return other == 0 && (self.offer)(bytes);
        };
        let check = (0..behind).fold(difference, |check, _| backward(check));
        check & 0xFF == 0 && (self.offer)(&with(bytes, at, check))
    }
}

/// The bytes with that at `at` changed by what a check says that came back to it.
fn with(bytes: &[u8], at: usize, check: u16) -> Vec<u8> {
    let mut fixed = bytes.to_vec();
    if let Some(byte) = fixed.get_mut(at) {
        *byte ^= (check >> 8) as u8;
    }
    fixed
}

/// Where the counts of a frame are, up to the first that is not right.
fn counts(frame: &[u8]) -> impl Iterator<Item = usize> {
    core::iter::successors(Some(0), |at| Some(at + usize::from(*frame.get(*at)?)))
        .take_while(|at| *at < frame.len())
}

/// The packet and check of a frame, and where in them its byte `at` is, unless it is a count.
fn decode(frame: &[u8], at: usize) -> Option<(Vec<u8>, Option<usize>)> {
    let (mut packet, mut place, mut rest) = (Vec::with_capacity(frame.len()), None, frame);
    loop {
        let (count, behind) = rest.split_first()?;
        let length = usize::from(*count).checked_sub(1)?;
        let (run, more) = behind.split_at_checked(length)?;
        let begin = frame.len() - behind.len();
        if (begin..begin + length).contains(&at) {
            place = Some(packet.len() + at - begin);
        }
        packet.extend_from_slice(run);
        if more.is_empty() {
            return Some((packet, place));
        }
        if *count != u8::MAX {
            packet.push(0);
        }
        rest = more;
    }
}

/// The packet of a frame, if its check is right.
fn whole(frame: &[u8]) -> Option<Vec<u8>> {
    let (mut packet, _) = decode(frame, 0)?;
    let (_, difference) = difference(&packet)?;
    packet.truncate(packet.len() - 2);
    (difference == 0).then_some(packet)
}

/// The packet, and how its check differs from that of what came.
fn difference(packet: &[u8]) -> Option<(&[u8], u16)> {
    let (packet, check) = packet.split_last_chunk::<2>()?;
    Some((packet, crc16_frame(packet) ^ u16::from_le_bytes(*check)))
}

/// A check one byte earlier.
fn backward(check: u16) -> u16 {
    (0..8).fold(check, |check, _| if check & 1 == 0 { check >> 1 } else { (check ^ 0x1021) >> 1 | 0x8000 })
}

#[cfg(test)]
mod tests {
    use super::{super::framing::frame, *};
    use alloc::vec;
    use proptest::prelude::*;

    fn framed(packet: &[u8]) -> Vec<u8> {
        let mut line = vec![];
        frame(packet, &mut line);
        line.pop();
        line
    }

    /// Everything that is offered.
    fn offers(frame: &[u8]) -> Vec<Vec<u8>> {
        let mut all = vec![];
        mend(frame, |packet| {
            all.push(packet.to_vec());
            false
        });
        all
    }

    fn packets() -> impl Strategy<Value = Vec<u8>> {
        // Of frames that are mostly zeros not everything is tried.
        prop::collection::vec(prop_oneof![1 => Just(0_u8), 2 => 1_u8..4, 6 => 1_u8..], 1..24)
    }

    proptest! {
        #[test]
        fn a_byte_that_was_changed_lost_or_added_is_found(
            packet in packets(), at: prop::sample::Index, byte in 1_u8..
        ) {
            let line = framed(&packet);
            let at = at.index(line.len());
            let mut changed = line.clone();
            changed[at] = byte;
            let mut lost = line.clone();
            lost.remove(at);
            let mut added = line.clone();
            added.insert(at, byte);
            for damaged in [changed, lost, added] {
                prop_assert!(damaged.is_empty() || offers(&damaged).contains(&packet));
            }
            let mut found = false;
            mend_joined(&line[..at], &line[at + 1..], |offer| {
                found |= offer == packet;
                found
            });
            prop_assert!(found);
        }

        #[test]
        fn a_zero_between_frames_is_found(first in packets(), second in packets(), byte in 0_u8..) {
            prop_assume!(first.len() + second.len() < 50);
            let zero = if byte == 0 { vec![] } else { vec![byte] };
            let line = [framed(&first), zero, framed(&second)].concat();
            let mut taken = vec![];
            mend(&line, |packet| {
                let next = [&first, &second].get(taken.len()).is_some_and(|next| *next == packet);
                if next {
                    taken.push(packet.to_vec());
                }
                next
            });
            prop_assert_eq!(taken, [first, second]);
        }

        #[test]
        fn noise_is_hardly_ever_offered(noise in prop::collection::vec(1_u8.., 1..70)) {
            // Each byte may be changed or missing: a value in 256 fits the check by chance.
            prop_assert!(offers(&noise).len() <= 24, "{}", offers(&noise).len());
        }
    }
}
