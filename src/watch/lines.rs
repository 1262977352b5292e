//! Whole lines of an input that may never end: what has come is given at once, a line without end is refused.

use crate::failure::{Failure, Outcome};
use qres_core::table::Flow;

/// Longest line taken.
const LONGEST: usize = 1 << 20;

/// Puts lines together.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    /// However the text is written.
    flow: Flow,
    /// What came of a line that has not ended.
    open: Vec<u8>,
    /// Lines that have ended.
    whole: u64,
}

impl Lines {
    /// Takes what has come; gives each line that is whole, without its end, to `each`.
    pub(crate) fn feed(&mut self, bytes: &[u8], each: impl FnMut(&[u8]) -> Outcome) -> Outcome {
        let rows = self.flow.push(bytes);
        self.cut(&rows, each)?;
        self.check(self.flow.held() / 2)
    }

    fn cut(&mut self, rows: &[u8], mut each: impl FnMut(&[u8]) -> Outcome) -> Outcome {
        let mut rest = rows;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let (line, behind) = rest.split_at(end);
            rest = &behind[1..];
            self.check(line.len())?;
            self.whole += 1;
            if self.open.is_empty() {
                each(bare(line))?;
            } else {
                self.open.extend_from_slice(line);
                each(bare(&self.open))?;
                self.open.clear();
            }
        }
        self.check(rest.len())?;
        self.open.extend_from_slice(rest);
        Ok(())
    }

    /// The end of the input is the end of a line.
    pub(crate) fn end(&mut self, mut each: impl FnMut(&[u8]) -> Outcome) -> Outcome {
        let rows = self.flow.end();
        self.cut(&rows, &mut each)?;
        let last = std::mem::take(&mut self.open);
        if last.is_empty() { Ok(()) } else { each(bare(&last)) }
    }

    fn check(&self, more: usize) -> Outcome {
        if self.open.len() + more <= LONGEST {
            return Ok(());
        }
        let what = format!("line {} has more than {LONGEST} bytes", self.whole + 1);
        Err(Failure::refused(what, "rows are lines of text that end; is this the right input?"))
    }
}

/// A line without the carriage return before its end.
fn bare(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(pieces: &[&[u8]]) -> (Vec<Vec<u8>>, Outcome) {
        let (mut lines, mut found) = (Lines::default(), Vec::new());
        let mut each = |line: &[u8]| {
            found.push(line.to_vec());
            Ok(())
        };
        let fed = pieces.iter().try_for_each(|piece| lines.feed(piece, &mut each));
        let done = fed.and_then(|()| lines.end(&mut each));
        (found, done)
    }

    #[test]
    fn pieces_make_lines_wherever_they_are_cut() {
        let text = b"a,b\r\n1,2\n\n3,4";
        for at in 0..text.len() {
            let (found, done) = lines(&[&text[..at], &text[at..]]);
            assert!(done.is_ok());
            assert_eq!(found, [&b"a,b"[..], b"1,2", b"", b"3,4"], "{at}");
        }
    }

    #[test]
    fn a_line_without_end_is_refused_before_it_fills_the_memory() {
        let piece = vec![b'1'; 600_000];
        let (found, done) = lines(&[b"1\n", &piece, &piece, &piece]);
        assert_eq!(found, [b"1"]);
        assert_eq!(done.unwrap_err().to_string(), "line 2 has more than 1048576 bytes");
    }
}
