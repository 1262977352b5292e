//! The text that an input is, or that the archive or the live link in it holds, as it comes.

use super::link::Counts;
use crate::{
    failure::{Failure, Outcome},
    io::{
        archive::{self, Decoding},
        genes::Genes,
        input::Input,
        link::{is_link, receive::receive},
    },
    ui::Ui,
};
use qres_core::frame;

/// Bytes read at once.
const CHUNK: usize = 64 << 10;
/// Bytes of memory that decoding may take.
pub(crate) const MEMORY: u64 = 1 << 30;

/// Where text comes from.
#[derive(Debug)]
pub(crate) struct Source {
    input: Input,
    kind: Kind,
    genes: Genes,
    ui: Ui,
}

/// The kind of an input, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Archive,
    Link,
}

impl Source {
    /// Finds out what `input` is; archives go on from `genes`.
    pub(crate) fn new(mut input: Input, genes: Genes, ui: Ui) -> Outcome<Self> {
        // Text that comes slowly is not waited for beyond its first byte.
        let may_be = input.look(1)?.first() == frame::MAGIC.first();
        let kind = match () {
            () if may_be && input.look(frame::MAGIC.len())?.starts_with(&frame::MAGIC) => Kind::Archive,
            () if is_link(&mut input)? => Kind::Link,
            () => Kind::Text,
        };
        Ok(Self { input, kind, genes, ui })
    }

    /// Gives all text to `each` as it comes.
    pub(crate) fn read(self, mut each: impl FnMut(&[u8]) -> Outcome) -> Outcome {
        match self.kind {
            Kind::Text => each_chunk(self.input, each),
            Kind::Archive => {
                let how = Decoding { threads: 1, memory: MEMORY, genes: self.genes };
                archive::decode(self.input, how, |text, _| each(text)).map(drop)
            }
            Kind::Link => {
                let (name, ui) = (self.input.to_string(), self.ui);
                let totals = receive(
                    self.input,
                    |text, _| if text.is_empty() { Ok(()) } else { each(text) },
                    |what| ui.warning(&format!("{name}: {what}")),
                )?;
                Counts::of(&totals).loss(&name)
            }
        }
    }

    /// The first `most` bytes of text, up to the end of a line; all of it if it is shorter.
    pub(crate) fn beginning(self, most: usize) -> Outcome<Vec<u8>> {
        let mut text = Vec::new();
        let read = self.read(|piece| {
            text.extend_from_slice(piece);
            // Enough has come: whoever decodes is told that nobody reads on.
            if text.len() >= most { Err(Failure::closed_pipe()) } else { Ok(()) }
        });
        match read {
            Err(failure) if failure.is_closed_pipe() => {
                text.truncate(most);
                let whole = memchr::memrchr(b'\n', &text).map_or(most, |end| end + 1);
                text.truncate(whole);
                Ok(text)
            }
            other => other.map(|()| text),
        }
    }
}

fn each_chunk(mut input: Input, mut each: impl FnMut(&[u8]) -> Outcome) -> Outcome {
    let mut buffer = vec![0; CHUNK];
    loop {
        let read = input.some(&mut buffer)?;
        if read == 0 {
            return Ok(());
        }
        each(&buffer[..read])?;
    }
}
