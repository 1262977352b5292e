//! What the bytes of a board's line are: frames, lines of text, or neither.
//!
//! A board's program sends frames, each ended by a zero (`qres_core::live::framing`); bootloaders and panics print lines of
//! text between them, without one. A line is text from its first byte to its end where a frame could begin; what is not a frame
//! when a zero comes, or when nothing more comes for a while, is looked through for such lines, and the rest is damaged.
//! Frames do not look like text: their counts and heads are not letters.

use qres_core::live::framing::{Deframer, Framed};

/// Limit: bytes that wait for their end: more than the dump of a whole stack in hexadecimal digits.
const MAX: usize = 1 << 18;
/// Letters that a line of text has at least: the shortest frames could pass for fewer.
const MIN: usize = 4;

/// What has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heard<'a> {
    /// A whole frame: a packet of a live link, or a message.
    Frame(&'a [u8]),
    /// A line of text, without its end.
    Text(&'a str),
    /// So many bytes that are neither.
    Damaged(usize),
}

/// Takes the bytes of a line apart.
#[derive(Debug)]
pub(crate) struct Splitter {
    /// What has come since the last frame or line of text.
    pending: Vec<u8>,
    deframer: Deframer,
}

impl Splitter {
    /// Nothing has come.
    pub(crate) fn new() -> Self {
        Self { pending: Vec::new(), deframer: Deframer::new(MAX) }
    }

    /// Takes the next byte.
    pub(crate) fn push(&mut self, byte: u8, tell: &mut impl FnMut(Heard<'_>)) {
        match byte {
            0 => self.frame(tell),
            // A frame that has begun may hold letters beyond ASCII, and a line end; its count and head are never both ASCII.
            b'\n' => match text(&self.pending).filter(|line| line.len() >= MIN && line.is_ascii()) {
                Some(line) => {
                    tell(Heard::Text(line));
                    self.pending.clear();
                }
                None => self.pending.push(byte),
            },
            _ => self.pending.push(byte),
        }
        if self.pending.len() > MAX {
            self.pause(tell);
        }
    }

    /// Nothing more has come for a while: a frame would be whole by now.
    pub(crate) fn pause(&mut self, tell: &mut impl FnMut(Heard<'_>)) {
        let all_text = self.pending.split(|byte| *byte == b'\n').all(|line| text(line).is_some());
        let least = if all_text { 1 } else { MIN };
        let mut damaged = 0;
        for line in self.pending.split(|byte| *byte == b'\n') {
            match text(line) {
                Some(line) if line.len() >= least => tell(Heard::Text(line)),
                Some("") => {}
                _ => damaged += line.len(),
            }
        }
        if damaged > 0 {
            tell(Heard::Damaged(damaged));
        }
        self.pending.clear();
    }

    fn frame(&mut self, tell: &mut impl FnMut(Heard<'_>)) {
        for byte in &self.pending {
            // Without a zero nothing ends.
            let _ = self.deframer.push(*byte);
        }
        match self.deframer.push(0) {
            Some(Framed::Packet(frame)) => {
                tell(Heard::Frame(frame));
                self.pending.clear();
            }
            _ => self.pause(tell),
        }
    }
}

/// The bytes as text without the line ends around it, if they are text.
fn text(bytes: &[u8]) -> Option<&str> {
    let is_text = |byte: &u8| *byte >= b' ' && *byte != 0x7F || matches!(byte, b'\t' | b'\r' | b'\n' | 0x1B);
    let bytes = bytes.trim_ascii();
    if bytes.iter().all(is_text) { str::from_utf8(bytes).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use qres_core::live::framing::frame;

    fn heard(bytes: &[u8], pause: bool) -> Vec<String> {
        let (mut splitter, mut all) = (Splitter::new(), vec![]);
        let mut tell = |heard: Heard<'_>| all.push(format!("{heard:?}"));
        bytes.iter().for_each(|byte| splitter.push(*byte, &mut tell));
        if pause {
            splitter.pause(&mut tell);
        }
        all
    }

    fn framed(packet: &[u8]) -> Vec<u8> {
        let mut line = vec![];
        frame(packet, &mut line);
        line
    }

    #[test]
    fn text_between_frames_is_told_as_it_comes() {
        let packet = [0x80, 7, 0, 10, 13, 200];
        let told = format!("{:?}", Heard::Frame(&packet));
        let line =
            [b"ESP-ROM:esp32c3\r\n\r\nok\n".as_slice(), b"rst:0x1\n", &framed(&packet), b"bye\n"].concat();
        assert_eq!(heard(&line[..17], false), ["Text(\"ESP-ROM:esp32c3\")"]);
        let all = ["Text(\"ESP-ROM:esp32c3\")", "Text(\"ok\\nrst:0x1\")", &told, "Text(\"bye\")"];
        assert_eq!(heard(&line, true), all);
    }

    #[test]
    fn a_panic_within_a_frame_is_heard_when_nothing_more_comes() {
        let mut line = framed(&[0x81, 5, 6, 0, 9, 9, 9]);
        line.truncate(5);
        line.extend(b"\n====== PANIC ======\npanicked at src/main.rs:7:9:\nno\n");
        assert_eq!(heard(&line, false), [] as [&str; 0]);
        let told = heard(&line, true);
        assert_eq!(told[..2], ["Text(\"====== PANIC ======\")", "Text(\"panicked at src/main.rs:7:9:\")"]);
        assert_eq!(told[2..], ["Damaged(7)"]);
        // The next zero does as well.
        line.push(0);
        assert_eq!(heard(&line, false), told);
    }

    proptest! {
        #[test]
        fn frames_come_through_whatever_was_before(
            noise: Vec<u8>, packets in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..5)
        ) {
            let mut line = noise;
            line.push(0);
            // Heads of packets and messages that boards send: those of text are not among them.
            let heads = [0x01, 0x80, 0xA0, 0xE1, 0xE2, 0xE3];
            let packets: Vec<Vec<u8>> = packets.iter().zip(heads).map(|(packet, head)| [&[head], &packet[..]].concat()).collect();
            packets.iter().for_each(|packet| frame(packet, &mut line));
            let told = heard(&line, false);
            let frames: Vec<String> = packets.iter().map(|packet| format!("{:?}", Heard::Frame(packet))).collect();
            prop_assert!(told.ends_with(&frames), "{:?}", told);
        }
    }
}
