//! Lines of others become output, each once: what a file holds is known, and what a crash has left behind it is cut off.

use super::{
    Follow, Node, Until,
    lines::Lines,
    store::{Entry, Result},
    tell::Event,
};
use crate::failure::{Failure, Outcome};
use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    path::Path,
    rc::Rc,
    time::Duration,
};
use tokio::{sync::mpsc::Receiver, task::spawn_blocking};

/// Tuning: bytes that are printed at once.
const MUCH: u64 = 64 << 10;
/// How long one waits for a disk that failed.
const PAUSE: Duration = Duration::from_secs(1);

/// How far an output is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, bincode::Encode, bincode::Decode)]
pub(crate) struct Printed {
    pub(crate) epoch: u32,
    /// The line to print next.
    pub(crate) next: u64,
    /// Bytes of the file.
    pub(crate) bytes: u64,
}

/// Where lines go.
enum Sink {
    Stdout,
    File(File),
}

impl Sink {
    /// Opens what the lines of `follow` go to, as it was when that was known last.
    fn open(follow: &Follow, printed: Printed) -> Outcome<Self> {
        let Some(path) = &follow.output else { return Ok(Self::Stdout) };
        let name = path.display().to_string();
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
        let file = file.map_err(Failure::writing(&name))?;
        let length = file.metadata().map_err(Failure::reading(&name))?.len();
        if length < printed.bytes {
            let what = format!("{name} is shorter than what this node has written to it");
            return Err(Failure::refused(what, "name another file, which gets all lines that are kept"));
        }
        if printed == Printed::default() && length > 0 {
            let what = format!("{name} exists already, and is not of this node");
            return Err(Failure::refused(what, "name another file with `-o`, or remove it"));
        }
        file.set_len(printed.bytes).map_err(Failure::writing(&name))?;
        Ok(Self::File(file))
    }

    /// Writes text so that it is there after a power cut, if it is a file.
    fn write(&mut self, text: &[u8], at: u64) -> io::Result<()> {
        match self {
            Self::Stdout => {
                let mut stdout = io::stdout().lock();
                stdout.write_all(text)?;
                stdout.flush()
            }
            Self::File(file) => {
                use std::io::Seek;
                file.seek(io::SeekFrom::Start(at))?;
                file.write_all(text)?;
                file.sync_data()
            }
        }
    }
}

/// Prints what comes of a name until the node ends.
pub(super) async fn print(node: Rc<Node>, follow: Follow) -> Outcome {
    let output = follow.output.clone();
    let place = place_of(output.as_deref());
    let known = node.book.cursor(follow.name, &place);
    let known = known.map_err(|error| Failure::refused(error.to_string(), "check the disk of the store"))?;
    let mut at: Printed = known.unwrap_or_default();
    let mut sink = Sink::open(&follow, at)?;
    node.is_at(follow.name, at);
    if let Some(from) = follow.from {
        at.next = from;
    }
    // Whoever reads a pipe has not seen the names.
    let mut wants_names = output.is_none() || at.bytes == 0;
    loop {
        let lines = wait_for_lines(&node, &follow).await;
        if lines.epoch != at.epoch {
            let next = if at.epoch == 0 { at.next } else { 0 };
            at = Printed { epoch: lines.epoch, next, ..at };
        }
        tokio::select! {
            () = lines.wait_for(at.next) => {}
            () = node.renewed.notified() => continue,
        }
        let most = match node.setup.until {
            Until::Lines(most) => most.saturating_sub(node.printed.get()),
            _ => u64::MAX,
        };
        let (text, end) = match take(&lines, at.next, wants_names, most) {
            Ok(taken) => taken,
            Err(error) => {
                node.tell(&Event::Disk { what: error.to_string() });
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        wants_names = false;
        let length = text.len() as u64;
        let written = spawn_blocking(move || (sink.write(&text, at.bytes), sink)).await;
        let (written, back) = written.map_err(|_| Failure::bug("printing broke off"))?;
        sink = back;
        written.map_err(Failure::writing(name_of(output.as_deref())))?;
        node.printed.set(node.printed.get() + (end - at.next));
        at = Printed { next: end, bytes: at.bytes + length, ..at };
        node.wrote(node.book.set_cursor(follow.name, &place, at));
        node.is_at(follow.name, at);
        node.has_moved();
    }
}

/// What the book calls an output.
fn place_of(output: Option<&Path>) -> String {
    let place = output.map(|path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned()));
    format!("printed to {}", name_of(place.as_deref()))
}

fn name_of(output: Option<&Path>) -> String {
    output.map_or_else(|| "stdout".to_owned(), |path| path.display().to_string())
}

/// The lines of a name, once there are any.
async fn wait_for_lines(node: &Node, follow: &Follow) -> Rc<Lines> {
    loop {
        if let Some(lines) = node.lines_of(follow.name) {
            return lines;
        }
        node.renewed.notified().await;
    }
}

/// Returns the text of at most so many lines from `next` on, and the number after them.
fn take(lines: &Lines, next: u64, wants_names: bool, most: u64) -> Result<(Vec<u8>, u64)> {
    let mut text = Vec::new();
    let mut log = lines.log.borrow_mut();
    if wants_names {
        let mut is_row = false;
        log.read(next, 1, |entry| is_row |= matches!(entry, Entry::Row { .. }))?;
        let names = if is_row { log.names_at(next)? } else { None };
        text = names.unwrap_or_default();
    }
    let mut end = next;
    log.read(next, MUCH, |entry| {
        if end - next < most {
            text.extend_from_slice(entry.bytes());
            end = entry.end();
        }
    })?;
    Ok((text, end))
}

/// Prints live rows until the node ends.
pub(super) async fn print_live(node: Rc<Node>, mut text: Receiver<Vec<u8>>) -> Outcome {
    while let Some(rows) = text.recv().await {
        node.printed.set(node.printed.get() + memchr::memchr_iter(b'\n', &rows).count() as u64);
        let written = spawn_blocking(move || Sink::Stdout.write(&rows, 0)).await;
        written.map_err(|_| Failure::bug("printing broke off"))?.map_err(Failure::writing("stdout"))?;
        node.has_moved();
    }
    Ok(())
}

/// Whether the output has all lines before `end`.
pub(super) fn is_printed(node: &Node, follow: &Follow, lines: &Lines, end: u64) -> bool {
    let at = node.outputs.borrow().get(&follow.name).copied().unwrap_or_default();
    at.epoch == lines.epoch && at.next >= end
}
