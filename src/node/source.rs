//! Where lines come from: an input that ends, or a board on a serial port, which may go away and come back.

#[cfg(feature = "flash")]
use crate::{
    board::{ports::Port, stream, talk::Talk},
    io::link::page::Sink,
    ui::Ui,
};
use crate::{
    failure::{Failure, Outcome},
    io::input::Input,
};
#[cfg(feature = "flash")]
use qres_core::live::form::Form;
use std::io::{BufRead, BufReader, Read};
#[cfg(feature = "flash")]
use std::time::Duration;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Limit: bytes of a line.
const MAX_LINE: u64 = 128 << 10;
/// Lines that are read ahead.
const AHEAD: usize = 1024;
/// How long a board is left alone that does not answer.
#[cfg(feature = "flash")]
const PAUSE: Duration = Duration::from_secs(1);

/// Where lines come from.
#[derive(Debug)]
pub(crate) enum Source {
    Input(Input),
    /// A board on a serial port, and who is told what it prints.
    #[cfg(feature = "flash")]
    Board(Port, Ui),
}

/// What comes.
#[derive(Debug)]
pub(super) enum Came {
    Line(Vec<u8>),
    /// The names of columns, whether they are new or not.
    #[cfg(feature = "flash")]
    Names(Vec<u8>),
    /// Nothing, and why; it is tried again.
    #[cfg(feature = "flash")]
    Trouble(String),
}

/// Begins to read lines in a thread of their own, without the first `skip`.
pub(super) fn read(source: Source, skip: u64) -> Receiver<Outcome<Came>> {
    let (sender, lines) = channel(AHEAD);
    std::thread::spawn(move || match source {
        Source::Input(input) => read_input(input, skip, &sender),
        #[cfg(feature = "flash")]
        Source::Board(port, ui) => read_board(&port, ui, &sender),
    });
    lines
}

/// Reads lines; the last gets an end if it has none.
fn read_input(input: Input, skip: u64, to: &Sender<Outcome<Came>>) {
    let name = input.to_string();
    let mut reader = BufReader::new(input);
    for number in 1.. {
        let mut line = Vec::new();
        let line = match reader.by_ref().take(MAX_LINE + 1).read_until(b'\n', &mut line) {
            Ok(0) => return,
            Ok(_) if line.len() as u64 > MAX_LINE => Err(too_long(&name, number)),
            Ok(_) => {
                if !line.ends_with(b"\n") {
                    line.push(b'\n');
                }
                Ok(Came::Line(line))
            }
            Err(error) => Err(Failure::reading(&name)(error)),
        };
        let is_over = line.is_err();
        if number > skip && to.blocking_send(line).is_err() || is_over {
            return;
        }
    }
}

fn too_long(name: &str, number: u64) -> Failure {
    let what = format!("{name}: line {number} is longer than 128 KiB, which is no row of a sensor");
    Failure::refused(what, "all lines before it are published; cut it, and go on behind it")
}

/// Follows the board at a port for as long as somebody takes its lines.
#[cfg(feature = "flash")]
fn read_board(port: &Port, ui: Ui, to: &Sender<Outcome<Came>>) {
    let mut told = String::new();
    while !to.is_closed() {
        let mut rows = Rows { to, begins: false, rest: Vec::new() };
        let is_enough = || to.is_closed();
        let ended = Talk::open(port).and_then(|talk| stream::run(talk, None, &mut rows, &is_enough, ui).1);
        // The same trouble again is no news.
        if let Err(failure) = ended
            && std::mem::replace(&mut told, failure.to_string()) != told
            && to.blocking_send(Ok(Came::Trouble(told.clone()))).is_err()
        {
            return;
        }
        std::thread::sleep(PAUSE);
    }
}

/// Takes the text of a live link apart into lines.
#[cfg(feature = "flash")]
struct Rows<'t> {
    to: &'t Sender<Outcome<Came>>,
    /// The next line has the names of columns.
    begins: bool,
    rest: Vec<u8>,
}

#[cfg(feature = "flash")]
impl Sink for Rows<'_> {
    fn begin(&mut self, _: &Form) -> Outcome {
        self.begins = true;
        Ok(())
    }

    fn text(&mut self, text: &[u8], _: u64) -> Outcome {
        self.rest.extend_from_slice(text);
        while let Some(end) = memchr::memchr(b'\n', &self.rest) {
            let line: Vec<u8> = self.rest.drain(..=end).collect();
            let came = if std::mem::take(&mut self.begins) { Came::Names(line) } else { Came::Line(line) };
            self.to.blocking_send(Ok(came)).map_err(|_| Failure::bug("rows of a board that nobody takes"))?;
        }
        Ok(())
    }
}
