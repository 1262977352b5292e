//! Whole lines of an input that may never end. What has come is given at once; a line without end is not kept.

use crate::{error::Outcome, io::input::Input};

/// Longest line kept; what is longer is given as an empty line.
const LONGEST: usize = 1 << 20;
/// Bytes read at once.
const CHUNK: usize = 64 << 10;

/// Reads lines.
#[derive(Debug)]
pub(crate) struct Lines {
    input: Input,
    buffer: Vec<u8>,
    /// What came of a line that has not ended.
    open: Vec<u8>,
    /// Whether the open line was too long already.
    too_long: bool,
    ended: bool,
}

impl Lines {
    /// Reads from here.
    pub(crate) fn new(input: Input) -> Self {
        Self { input, buffer: vec![0; CHUNK], open: Vec::new(), too_long: false, ended: false }
    }

    /// Waits for more; gives each line that is whole, its end included, to `each`. False at the end.
    pub(crate) fn more(&mut self, mut each: impl FnMut(&[u8]) -> Outcome) -> Outcome<bool> {
        if self.ended {
            return Ok(false);
        }
        let read = self.input.some(&mut self.buffer)?;
        if read == 0 {
            self.ended = true;
            if !self.open.is_empty() {
                self.open.push(b'\n');
                each(&self.open)?;
            }
            return Ok(true);
        }
        let mut rest = &self.buffer[..read];
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let (line, behind) = rest.split_at(end + 1);
            rest = behind;
            match (self.too_long, self.open.is_empty()) {
                (true, _) => each(b"\n")?,
                (false, true) => each(line)?,
                (false, false) => {
                    self.open.extend_from_slice(line);
                    each(&self.open)?;
                }
            }
            (self.too_long, _) = (false, self.open.clear());
        }
        self.too_long |= self.open.len() + rest.len() > LONGEST;
        if self.too_long {
            self.open.clear();
        } else {
            self.open.extend_from_slice(rest);
        }
        Ok(true)
    }
}
