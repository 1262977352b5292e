//! The history lane, as the one who wants the lines: they are told as had when they are on the disk here.

use super::{
    Node,
    lines::Lines,
    past::Past,
    store::{self, Line, Why},
    stream::{Ear, Mouth, Over},
    tell::Event,
    wire::{Follow, Say},
};
use qres_core::trust::Name;
use std::rc::Rc;

/// Takes the lines of the peer at the other end until it goes.
pub(crate) async fn follow(node: &Rc<Node>, name: Name, mut mouth: Mouth, mut ear: Ear) -> Result<(), Over> {
    let lines = node.lines_of(name);
    let wish = match &lines {
        Some(lines) => {
            // Whoever took lines before may have ended before they were on the disk.
            lines.sync().map_err(|error| failed(node, &error))?;
            let log = lines.log.borrow();
            Follow { name, epoch: lines.epoch, kept: log.first(), next: log.next() }
        }
        None => Follow { name, epoch: 0, kept: 0, next: 0 },
    };
    mouth.say(&Say::Follow(wish)).await?;
    let (epoch, next) = match ear.hear().await? {
        Say::Start { epoch, first: _, next } => (epoch, next),
        Say::Refuse => {
            node.tell(&Event::Refused { name, why: "it gives no history" });
            return Err(Over::Ended);
        }
        _ => return Err(Over::Wrong("a beginning that is none")),
    };
    let lines = match lines.filter(|lines| lines.epoch == epoch) {
        Some(lines) => lines,
        None => node.begin_epoch(name, epoch).map_err(|error| failed(node, &error))?,
    };
    node.tell(&Event::Following { name, epoch, next: lines.durable(), of: next });
    node.knows_end(name, next);
    let mut taker = Taker { node, lines: &lines, past: Past::default() };
    loop {
        let said = ear.hear().await?;
        taker.take(said)?;
        if !ear.has_more() {
            let had = lines.sync().map_err(|error| failed(node, &error))?;
            mouth.say(&Say::Have { next: had }).await?;
            node.has_moved();
        }
    }
}

fn failed(node: &Node, error: &store::Error) -> Over {
    node.tell(&Event::Disk { what: error.to_string() });
    Over::Ended
}

struct Taker<'n> {
    node: &'n Rc<Node>,
    lines: &'n Rc<Lines>,
    past: Past,
}

impl Taker<'_> {
    fn take(&mut self, said: Say) -> Result<(), Over> {
        match said {
            Say::Know(know) => match self.past.begin(&mut self.lines.log.borrow_mut(), &know) {
                Ok(true) => Ok(()),
                Ok(false) => Err(Over::Wrong("rows that are not known here")),
                Err(error) => Err(failed(self.node, &error)),
            },
            Say::Rows { exact, first, lines, message } => self.rows(exact, first, lines, &message),
            Say::Names { number, line } => {
                self.past.end();
                self.expect(number)?;
                self.add(Line::Names(&line))
            }
            Say::Gap { first, lines, why } => {
                self.past.end();
                self.expect(first)?;
                let why = Why::new(why).ok_or(Over::Wrong("a gap for no reason"))?;
                self.node.tell(&Event::Gap { name: self.lines.name, first, lines });
                let added = self.lines.log.borrow_mut().append_gap(lines, why);
                added.map_err(|error| failed(self.node, &error))
            }
            // It is told what is here, as after each message.
            Say::Ask => Ok(()),
            _ => Err(Over::Wrong("a message that nobody asked for")),
        }
    }

    fn rows(&mut self, exact: bool, first: u64, count: u64, message: &[u8]) -> Result<(), Over> {
        self.expect(first)?;
        let text = self.past.read(message).ok_or(Over::Wrong("rows that cannot be read"))?;
        if memchr::memchr_iter(b'\n', &text).count() as u64 != count || !text.ends_with(b"\n") {
            return Err(Over::Wrong("other rows than were told"));
        }
        if !exact {
            self.node.tell(&Event::Near { name: self.lines.name, first, lines: count });
        }
        text.split_inclusive(|byte| *byte == b'\n').try_for_each(|row| self.add(Line::Row(row)))
    }

    /// Lines come in the order of their numbers, each once.
    fn expect(&self, number: u64) -> Result<(), Over> {
        let is_next = self.lines.log.borrow().next() == number;
        if is_next { Ok(()) } else { Err(Over::Wrong("a line that is not the next")) }
    }

    fn add(&self, line: Line<'_>) -> Result<(), Over> {
        self.lines.add(line).map(|_| ()).map_err(|error| failed(self.node, &error))
    }
}
