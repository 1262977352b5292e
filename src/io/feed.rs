//! The bytes of an archive as they come: part by part, with more read while a part asks for it, and how the input ends.

use super::input::Input;
use crate::{
    failure::{Failure, Outcome},
    ui::Ui,
};
use qres_core::{Error, frame::UNFINISHED, live};

/// The bytes of an input that have come and are not used yet.
#[derive(Debug)]
pub(crate) struct Feed {
    input: Input,
    /// Room; what has come lies in it up to `end`.
    buffer: Vec<u8>,
    end: usize,
    /// How much of what has come is used.
    used: usize,
    /// Where in the input the unused bytes begin.
    at: u64,
    ended: bool,
    ending: Ending,
}

/// How an archive ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Ending {
    /// With a footer, and nothing behind it.
    #[default]
    Whole,
    /// It does not yet: another program is writing it.
    Growing,
    /// With a footer, behind which something is or was being appended.
    Unfinished,
}

impl Ending {
    /// Whether there is nothing to be said about it.
    pub(crate) fn is_whole(&self) -> bool {
        *self == Self::Whole
    }

    /// Says what there is to be said of the archive `name`.
    pub(crate) fn tell(self, name: &str, ui: Ui) {
        match self {
            Self::Whole => {}
            Self::Growing => ui.warning(&format!("{name}: it is still being written; this is what it has now")),
            Self::Unfinished => ui.warning(&format!(
                "{name}: an append to it has not ended and is left out; if it never will, `qres repair` removes it"
            )),
        }
    }
}

const READ: usize = 128 << 10;

impl Feed {
    /// Nothing of `input` has come yet.
    pub(crate) fn new(input: Input) -> Self {
        Self { input, buffer: Vec::new(), end: 0, used: 0, at: 0, ended: false, ending: Ending::Whole }
    }

    /// The bytes that are there.
    pub(crate) fn front(&self) -> &[u8] {
        &self.buffer[self.used..self.end]
    }

    /// Where in the input they begin.
    pub(crate) fn at(&self) -> u64 {
        self.at
    }

    /// Uses the first `n` of them.
    pub(crate) fn advance(&mut self, n: usize) {
        let n = n.min(self.front().len());
        self.used += n;
        self.at += n as u64;
    }

    /// Waits for more; false at the end of the input.
    pub(crate) fn more(&mut self) -> Outcome<bool> {
        if self.ended {
            return Ok(false);
        }
        if self.used >= self.end / 2 {
            self.buffer.copy_within(self.used..self.end, 0);
            (self.used, self.end) = (0, self.end - self.used);
        }
        let room = self.end + READ;
        if self.buffer.len() < room {
            self.buffer.resize(room, 0);
        }
        let read = self.input.some(&mut self.buffer[self.end..room])?;
        self.end += read;
        self.ended = read == 0;
        Ok(read > 0)
    }

    /// Whether the input ends here.
    pub(crate) fn is_at_end(&mut self) -> Outcome<bool> {
        Ok(self.front().is_empty() && !self.more()?)
    }

    /// Whether the archive ends here, between two frames: at the end of the input, or before a frame that does not count.
    pub(crate) fn is_after_last_frame(&mut self) -> Outcome<bool> {
        while UNFINISHED.starts_with(self.front()) && self.front().len() < UNFINISHED.len() {
            if !self.more()? {
                break;
            }
        }
        let front = self.front();
        if !front.is_empty() && (front.starts_with(&UNFINISHED) || UNFINISHED.starts_with(front)) {
            self.ending = Ending::Unfinished;
            return Ok(true);
        }
        Ok(front.is_empty())
    }

    /// How the archive ends, once all of it has been read.
    pub(crate) fn ending(&self) -> Ending {
        self.ending
    }

    /// Whether there is more of a part that has not come whole.
    fn goes_on(&mut self) -> Result<bool, Stop> {
        if self.more().map_err(Stop::Input)? {
            return Ok(true);
        }
        // In this order: whoever has written its last meanwhile holds no lock any more.
        let growing = self.input.is_being_written();
        self.ended &= self.input.length().is_none();
        if self.more().map_err(Stop::Input)? {
            return Ok(true);
        }
        if growing {
            self.ending = Ending::Growing;
            return Err(Stop::Growing);
        }
        Ok(false)
    }

    /// What `read` makes of the front, given more of it as long as it asks; uses the bytes that it says.
    pub(crate) fn part<T>(
        &mut self,
        mut read: impl FnMut(&[u8]) -> Result<(T, usize), Error>,
    ) -> Result<T, Stop> {
        loop {
            match read(self.front()) {
                Ok((part, bytes)) => {
                    self.advance(bytes);
                    return Ok(part);
                }
                Err(Error::Truncated) if self.goes_on()? => {}
                Err(error) => return Err(Stop::Archive(error)),
            }
        }
    }

    /// The name of the input, for messages.
    pub(crate) fn name(&self) -> String {
        self.input.to_string()
    }

    /// The failure that `stop` is, if it is one.
    pub(crate) fn failure(&self, stop: Stop) -> Failure {
        match stop {
            Stop::Input(failure) => failure,
            Stop::Archive(source) => self.corrupt(self.at, source),
            Stop::Growing => self.corrupt(self.at, Error::Truncated),
        }
    }

    /// The failure of reading what is at byte `at`.
    pub(crate) fn corrupt(&self, at: u64, source: Error) -> Failure {
        if source == Error::NotArchive && self.front().starts_with(&live::MAGIC) {
            let what = format!("{} is a live link and no archive", self.input);
            return Failure::refused(what, "`qres decompress` writes its rows");
        }
        Failure::archive(&self.input.to_string(), at, source)
    }
}

/// Why no part could be read.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The input cannot be read.
    Input(Failure),
    /// The archive cannot be read.
    Archive(Error),
    /// The rest has not been written yet.
    Growing,
}

/// The error of something inside a segment that has come whole: what ends too early there is corrupt, not cut off.
pub(crate) fn inside(error: Error) -> Error {
    match error {
        Error::Truncated => Error::Corrupt("a segment ends before its content does"),
        other => other,
    }
}
