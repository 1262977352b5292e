//! Live links over pipes: rows of text in, frames out, and back.
//!
//! The first bytes of a stream tell a link from an archive; one who begins in the middle knows a link by its frames.

pub(crate) mod page;
pub(crate) mod receive;
pub(crate) mod send;
#[cfg(test)]
mod tests;

use super::input::Input;
use crate::failure::Outcome;
use qres_core::{
    frame::{self, Message},
    live::{
        self, MAGIC,
        framing::{Deframer, Framed},
    },
};

/// Bytes of a packet on a pipe at most.
const MAX: usize = 1 << 20;
/// How the name of a file that holds a link ends.
pub(crate) const ENDING: &str = "qlink";
/// Bytes in which one who begins in the middle looks for frames.
const LOOKED_AT: usize = 4 << 10;

/// Whether `input` is a link, heard from its beginning or from anywhere on.
pub(crate) fn is_link(input: &mut Input) -> Outcome<bool> {
    let first = input.look(MAGIC.len())?;
    if first.starts_with(&MAGIC) || first.starts_with(&frame::MAGIC) {
        return Ok(first.starts_with(&MAGIC));
    }
    // Nobody waits longer for what may be a message than it takes to come.
    let is_message = first.first().is_some_and(|byte| Message::may_begin_with(*byte));
    loop {
        let have = input.front().len();
        let enough = is_message || have >= LOOKED_AT || has_text(input.front());
        if has_frames(input.front()) || enough || input.look(have + 1)?.len() == have {
            return Ok(has_frames(input.front()));
        }
    }
}

/// Whether it begins with lines of text: rows that come one by one are not waited for.
fn has_text(bytes: &[u8]) -> bool {
    let Some(end) = bytes.iter().rposition(|byte| *byte == b'\n') else { return false };
    let is_letter = |letter: char| !letter.is_control() || letter.is_ascii_whitespace();
    str::from_utf8(&bytes[..end]).is_ok_and(|text| text.chars().all(is_letter))
}

/// Whether there are packets in it: two in frames that are whole, or one that is known by itself.
fn has_frames(bytes: &[u8]) -> bool {
    let (mut deframer, mut packets) = (Deframer::new(MAX), 0);
    for byte in bytes {
        if let Some(Framed::Packet(packet)) = deframer.push(*byte) {
            packets += if live::is_key(packet) { 2 } else { u32::from(live::is_packet(packet)) };
        }
    }
    packets >= 2
}
