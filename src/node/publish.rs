//! What comes in becomes lines: kept first, then sent.
//!
//! A disk that is full or fails does not stop what is live: lines wait in memory up to [`MAX_WAITING`]; those beyond are a gap.

use super::{
    Node,
    source::{self, Came, Source},
    store::{Book, BookError, Error, Line, Why},
    tell::Event,
};
use crate::failure::Outcome;
use qres_core::trust::Name;
use std::{collections::VecDeque, path::Path, rc::Rc, time::Duration};
use tokio::{sync::mpsc::Receiver, time::sleep};

/// Limit: bytes of lines that wait for a disk.
const MAX_WAITING: usize = 4 << 20;
/// How long one waits for a disk, or for those who follow.
const PAUSE: Duration = Duration::from_millis(500);

/// How much of an input has been published.
#[derive(Debug, Clone, Copy, bincode::Encode, bincode::Decode)]
struct Taken {
    /// Lines, when this was written down.
    lines: u64,
    /// Lines in the log then: since then all are of this input.
    first: u64,
}

/// Returns how many lines of a file have been published, with `next` lines in the log, and writes down that more come.
pub(super) fn skip(book: &Book, own: Name, place: &Path, next: u64) -> Result<u64, BookError> {
    let place = format!("taken from {}", place.display());
    let taken: Option<Taken> = book.cursor(own, &place)?;
    let lines = taken.map_or(0, |taken| taken.lines + next.saturating_sub(taken.first));
    book.set_cursor(own, &place, Taken { lines, first: next })?;
    Ok(lines)
}

/// Publishes all that comes from `source`, of which so many lines have been published before.
pub(super) async fn publish(node: Rc<Node>, source: Source, skip: u64) -> Outcome {
    let mut lines = source::read(source, skip);
    let mut shelf = Shelf { node: &node, waiting: VecDeque::new(), bytes: 0, lost: 0, is_failing: false };
    let mut count = 0;
    while let Some(came) = next(&node, &mut lines).await {
        let (line, is_names) = match came? {
            Came::Line(line) => {
                let is_names = count == 0 && is_names(&line);
                (line, is_names)
            }
            #[cfg(feature = "flash")]
            Came::Names(line) => {
                let is_names = is_names(&line);
                (line, is_names)
            }
            #[cfg(feature = "flash")]
            Came::Trouble(what) => {
                node.tell(&Event::Disk { what });
                continue;
            }
        };
        count += 1;
        node.live_row(&line, is_names);
        node.learn(&line, is_names);
        if !(is_names && node.holds(&line)) {
            shelf.put(line, is_names).await;
        }
        if lines.is_empty() {
            shelf.sync();
        }
    }
    while !shelf.is_empty() && !node.is_ending() {
        shelf.sync();
        sleep(PAUSE).await;
    }
    shelf.sync();
    node.input_ended.set(true);
    node.tell(&Event::Read { lines: count });
    node.live_end();
    node.has_moved();
    Ok(())
}

/// The next line; `None` at the end, or when the node ends.
async fn next(node: &Node, lines: &mut Receiver<Outcome<Came>>) -> Option<Outcome<Came>> {
    let mut ending = node.ending.subscribe();
    tokio::select! {
        biased;
        line = lines.recv() => line,
        _ = ending.wait_for(|ending| *ending) => None,
    }
}

/// Whether a line looks like names of columns: each cell begins with a letter.
fn is_names(line: &[u8]) -> bool {
    let cells = line.trim_ascii().split(|byte| matches!(byte, b',' | b';' | b'\t'));
    let mut count = 0;
    let is_name = |cell: &[u8]| {
        let first = cell.trim_ascii_start().iter().find(|byte| !matches!(byte, b'"' | b'\''));
        first.is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_' || !byte.is_ascii())
    };
    cells.inspect(|_| count += 1).all(is_name) && count > 1
}

/// Lines on their way to the disk.
struct Shelf<'n> {
    node: &'n Node,
    waiting: VecDeque<(Vec<u8>, bool)>,
    bytes: usize,
    /// Lines that came after those that wait, and found no room.
    lost: u64,
    is_failing: bool,
}

impl Shelf<'_> {
    fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.lost == 0
    }

    /// Takes a line; where those who follow are too slow and nothing may be dropped, it waits.
    async fn put(&mut self, line: Vec<u8>, is_names: bool) {
        if self.lost > 0 || self.bytes + line.len() > MAX_WAITING {
            self.lost += 1;
        } else {
            self.bytes += line.len();
            self.waiting.push_back((line, is_names));
        }
        while let Err(error) = self.add() {
            match error {
                Error::Blocked if !self.node.is_ending() => sleep(PAUSE).await,
                _ => return self.fail(&error),
            }
        }
    }

    /// Gives the log all that waits.
    fn add(&mut self) -> Result<(), Error> {
        while let Some((line, is_names)) = self.waiting.front() {
            self.node.own.add(if *is_names { Line::Names(line) } else { Line::Row(line) })?;
            self.bytes -= line.len();
            self.waiting.pop_front();
        }
        if self.lost > 0 {
            self.node.own.log.borrow_mut().append_gap(self.lost, Why::Room)?;
            self.lost = 0;
        }
        Ok(())
    }

    fn sync(&mut self) {
        let done = self.add().and_then(|()| self.node.own.sync().map(|_| ()));
        match done {
            Ok(()) => {
                self.is_failing = false;
                self.node.say_news();
            }
            Err(error) => self.fail(&error),
        }
    }

    /// Tells of a disk that does not work, once each time.
    fn fail(&mut self, error: &Error) {
        if !std::mem::replace(&mut self.is_failing, true) {
            self.node.tell(&Event::Disk { what: error.to_string() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_columns_are_told_from_rows() {
        for names in ["time,temp\n", "\"time\";\"température\"\n", "a\tb\r\n"] {
            assert!(is_names(names.as_bytes()), "{names}");
        }
        for row in ["0,20.1\n", "2024-01-01,x\n", "{\"t\":1}\n", "hello\n", "\n", "a,,b\n", "temp,1\n"] {
            assert!(!is_names(row.as_bytes()), "{row}");
        }
    }
}
