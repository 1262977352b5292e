//! What a board says, as it comes, until it goes away or somebody has seen enough: its notes and the rows of its live link,
//! and the text of bootloaders and panics with the places in the program that it speaks of.

use super::{
    line::{Line, PAUSE},
    split::Heard,
    stream::until_enough,
    symbols::Symbols,
};
use crate::{
    failure::{Failure, Outcome},
    io::link::receive::Incoming,
    text::{plain, units},
    ui::Ui,
};
use qres_core::serial::{is_message, read_note};
use std::io::{self, Write};

/// Prints what comes over `line` until Ctrl-C; `elf` is the program that runs, if it is at hand.
pub(crate) fn run(mut line: Line, elf: Option<&[u8]>, ui: Ui) -> Outcome {
    let is_enough = until_enough();
    let mut sink = |text: &[u8], _| print(text);
    let name = line.name().to_owned();
    // A board may have nothing to say for hours.
    ui.summary(|| format!("{name}: what the board says; Ctrl-C ends"));
    let incoming = Incoming::joining(&mut sink);
    let symbols = elf.and_then(Symbols::of);
    let mut page = Page { incoming, name, symbols, ui, packets: 0, damaged: 0, unread: false };
    let done = loop {
        let mut shown = Ok(());
        let heard = line.hear(PAUSE, |heard| {
            if shown.is_ok() {
                shown = page.show(heard);
            }
        });
        if let Err(failure) = shown.and_then(|()| page.pass()).and(heard) {
            break Err(failure);
        }
        if is_enough() {
            break Ok(());
        }
        // Only who sends a live link is asked to tell more.
        if let Some(ask) = page.incoming.ask().filter(|_| page.packets > 0)
            && let Err(failure) = line.send(&ask)
        {
            break Err(failure);
        }
    };
    page.end();
    done
}

fn print(text: &[u8]) -> Outcome {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text).and_then(|()| stdout.flush()).map_err(Failure::writing("stdout"))
}

struct Page<'a> {
    incoming: Incoming<'a>,
    name: String,
    symbols: Option<Symbols<'a>>,
    ui: Ui,
    packets: u64,
    /// Bytes that were neither frames nor text.
    damaged: u64,
    /// The rows cannot be read by this program.
    unread: bool,
}

impl Page<'_> {
    fn show(&mut self, heard: Heard<'_>) -> Outcome {
        match heard {
            Heard::Text(text) => {
                // What came before is written before.
                self.pass()?;
                text.lines().try_for_each(|line| self.line(line))
            }
            Heard::Frame(frame) if is_message(frame) => {
                self.pass()?;
                read_note(frame).map_or(Ok(()), |note| self.line(note))
            }
            Heard::Frame(packet) => {
                self.packets += 1;
                if !self.unread {
                    self.incoming.packet(packet);
                }
                Ok(())
            }
            Heard::Damaged(bytes) => {
                self.damaged += bytes as u64;
                Ok(())
            }
        }
    }

    /// Prints a line of text, without what a terminal would obey, and what is known of the addresses in it.
    fn line(&self, line: &str) -> Outcome {
        let line = plain::printable(&anstream::adapter::strip_str(line).to_string().replace('\t', " "));
        if line.trim().is_empty() {
            return Ok(());
        }
        let places = self.symbols.as_ref().map(|symbols| symbols.explain(&line)).unwrap_or_default();
        let line = places.instead.as_deref().unwrap_or(&line);
        let below: String =
            places.places.iter().map(|place| format!("\n    {}", plain::printable(place))).collect();
        print(format!("{line}{below}\n").as_bytes())
    }

    fn pass(&mut self) -> Outcome {
        let (name, ui) = (&self.name, self.ui);
        let passed = self.incoming.pass(name, 0, &mut |what| ui.warning(&format!("{name}: {what}")));
        match passed {
            Err(failure) if failure.cause::<qres_core::Error>().is_some() && !self.unread => {
                self.unread = true;
                ui.warning(&format!("the rows of the board are not shown: {failure}"));
                Ok(())
            }
            other => other,
        }
    }

    /// Says what was not shown.
    fn end(&self) {
        let rows = self.incoming.totals().rows;
        if self.packets > 0 && rows == 0 {
            self.ui.warning(&format!(
                "{} of a live link could not be read",
                units::count(self.packets, "packet")
            ));
        }
        if self.damaged > 0 {
            let bytes = units::count(self.damaged, "byte");
            self.ui.warning(&format!("{bytes} were neither text nor whole packets"));
        }
    }
}
