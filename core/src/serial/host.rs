//! The end that asks: one task at a time; what is not answered is asked again, and given up after a while.
//!
//! ```text
//! one question:  ask ──────────────────────────────────────────────▶ answer
//! install:       install ─▶ received n ─▶ put n.. ─▶ received m ─▶ ... ─▶ installed
//! export:        export ─▶ length, id ─▶ get 0 ─▶ piece ─▶ get n ─▶ ... ─▶ whole, checked by its id
//! ```
//! A board that has forgotten a transfer (it started anew) makes it begin again, a few times.

use super::message::{Answer, Envelope, Mark, Nonce, Pace, Reason, Request, Role, mark_of};
use crate::gene::{Id, id_of};
use alloc::vec::Vec;

/// Tuning: milliseconds until a request is sent again.
const PATIENCE: u64 = 500;
/// Tuning: times that a request is sent before the board is given up.
const TRIES: u32 = 8;
/// Tuning: times that a transfer may begin.
const BEGINS: u32 = 4;
/// Limit: bytes of a gene that is taken from a board.
const MAX_GENE: u32 = 1 << 20;

/// What is wanted of a board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// Who it is.
    Identify,
    /// That it has the secret of its name; whoever asks checks the proof with the nonce.
    Prove(Nonce),
    /// What it has done.
    Stats,
    /// How surprising its world is.
    Regime,
    /// To go by other steps for a while.
    Step(Pace),
    /// Its summary gene.
    Summary,
    /// To go on from this gene.
    Install(Vec<u8>),
    /// What it has learnt.
    Export,
}

/// What a task has come to. All but [`Event::Progress`] end it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event<'a> {
    /// The answer to a question.
    Answer(Answer<'a>),
    /// So many bytes of a gene are over.
    Progress {
        /// Bytes done.
        done: u32,
        /// Bytes in all.
        length: u32,
    },
    /// The gene is in use.
    Installed,
    /// The gene, whole and checked.
    Exported(&'a [u8]),
    /// The board refuses.
    Refused(Reason),
    /// The board speaks this version of the protocol, which is another one.
    Version(u8),
    /// The board has not answered.
    Silent,
}

/// Where a task stands.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Work {
    Idle,
    Question(Task),
    /// A gene to install; `None` before the board has said how much of it it has.
    Install {
        gene: Vec<u8>,
        id: Id,
        received: Option<u32>,
    },
    /// A gene that comes; `None` before the board has said which.
    Export {
        plan: Option<(Id, u32)>,
        gene: Vec<u8>,
    },
}

/// The protocol's state on the host.
#[derive(Debug, Clone)]
pub struct Host {
    work: Work,
    /// The number of the request under way.
    number: u16,
    /// When to send it (again).
    due: Option<u64>,
    tries: u32,
    begins: u32,
    /// The transfer that has ended last: what its event borrows.
    ended: Vec<u8>,
}

impl Host {
    /// Nothing is under way. `seed` should be another one each time: requests are numbered from it on.
    pub const fn new(seed: u16) -> Self {
        Self { work: Work::Idle, number: seed, due: None, tries: 0, begins: 0, ended: Vec::new() }
    }

    /// Begins a task in place of the one under way.
    pub fn begin(&mut self, task: Task, now: u64) {
        self.work = match task {
            Task::Install(gene) => Work::Install { id: id_of(&gene), gene, received: None },
            Task::Export => Work::Export { plan: None, gene: Vec::new() },
            task => Work::Question(task),
        };
        self.begins = 0;
        self.next(now);
    }

    /// Whether a task is under way.
    #[cfg(test)]
    pub(crate) fn is_busy(&self) -> bool {
        self.work != Work::Idle
    }

    /// When [`Host::poll_transmit`] has something to do.
    pub const fn next_timeout(&self) -> Option<u64> {
        self.due
    }

    /// The message to send now, if there is one, appended to `out`; `Some` tells that the board is given up.
    pub fn poll_transmit(&mut self, now: u64, out: &mut Vec<u8>) -> Option<Event<'_>> {
        if self.due.is_none_or(|due| now < due) {
            return None;
        }
        if self.tries >= TRIES {
            self.end();
            return Some(Event::Silent);
        }
        self.tries += 1;
        self.due = Some(now.saturating_add(PATIENCE));
        let request = self.request()?;
        request.write(self.number, out);
        None
    }

    /// Takes a message from the board; those that answer nothing that was asked are left.
    pub fn handle<'a>(&'a mut self, message: &'a [u8], now: u64) -> Option<Event<'a>> {
        let envelope = Envelope::read(message)?;
        let awaited = self.request()?.command();
        if (envelope.number, envelope.command) != (self.number, awaited) {
            return None;
        }
        match envelope.role {
            Role::Request | Role::Note => None,
            Role::Refusal => self.refused(envelope.reason()?, envelope.version, now),
            Role::Answer => self.answered(Answer::read(envelope.command, envelope.body)?, now),
        }
    }

    /// What to ask just now.
    fn request(&self) -> Option<Request<'_>> {
        Some(match &self.work {
            Work::Idle => return None,
            Work::Question(task) => match task {
                Task::Identify => Request::Identify,
                Task::Prove(nonce) => Request::Prove(*nonce),
                Task::Stats => Request::Stats,
                Task::Regime => Request::Regime,
                Task::Step(pace) => Request::Step(*pace),
                Task::Summary => Request::Summary,
                Task::Install(_) | Task::Export => return None,
            },
            Work::Install { gene, id, received: None } => {
                Request::Install { length: u32::try_from(gene.len()).unwrap_or(u32::MAX), id: *id }
            }
            Work::Install { gene, id, received: Some(offset) } => {
                Request::Put { mark: mark_of(id), offset: *offset, bytes: piece(gene, *offset) }
            }
            Work::Export { plan: None, .. } => Request::Export,
            Work::Export { plan: Some((id, _)), gene } => {
                let mark: Mark = mark_of(id);
                // No more than `MAX_GENE` are kept.
                Request::Get { mark, offset: gene.len() as u32 }
            }
        })
    }

    /// Goes on to another request.
    fn next(&mut self, now: u64) {
        self.number = self.number.wrapping_add(1);
        (self.due, self.tries) = (Some(now), 0);
    }

    fn end(&mut self) -> Work {
        self.due = None;
        core::mem::replace(&mut self.work, Work::Idle)
    }

    /// Begins a transfer anew if the board has forgotten it.
    fn refused(&mut self, reason: Reason, version: u8, now: u64) -> Option<Event<'_>> {
        if reason == Reason::Version {
            self.end();
            return Some(Event::Version(version));
        }
        if matches!(reason, Reason::Nothing | Reason::Damaged) && self.begins < BEGINS {
            match &mut self.work {
                Work::Install { received, .. } => *received = None,
                Work::Export { plan, gene } => (*plan, *gene) = (None, Vec::new()),
                Work::Idle | Work::Question(_) => {}
            }
            self.begins += 1;
            self.next(now);
            return None;
        }
        self.end();
        Some(Event::Refused(reason))
    }

    fn answered<'a>(&'a mut self, answer: Answer<'a>, now: u64) -> Option<Event<'a>> {
        match (&mut self.work, answer) {
            (Work::Question(_), answer) => {
                self.end();
                Some(Event::Answer(answer))
            }
            (Work::Install { .. }, Answer::Received { installed: true, .. }) => {
                self.end();
                Some(Event::Installed)
            }
            (Work::Install { gene, received, .. }, Answer::Received { bytes, .. }) => {
                // A board that has it all and does not use it has lost its way: its answer is left.
                let length = u32::try_from(gene.len()).ok().filter(|length| bytes < *length)?;
                *received = Some(bytes);
                self.next(now);
                Some(Event::Progress { done: bytes, length })
            }
            (Work::Export { .. }, Answer::Length { length, .. }) if length > MAX_GENE => {
                self.end();
                Some(Event::Refused(Reason::Long))
            }
            (Work::Export { plan, .. }, Answer::Length { length, id }) => {
                *plan = Some((id, length));
                self.next(now);
                Some(Event::Progress { done: 0, length })
            }
            (Work::Export { plan: Some((_, length)), gene }, Answer::Piece { offset, bytes }) => {
                let (length, room) = (*length, length.checked_sub(offset)?);
                if offset as usize != gene.len() || bytes.len() as u64 > u64::from(room) {
                    return None;
                }
                gene.extend_from_slice(bytes);
                let done = gene.len() as u32;
                if done == length {
                    return self.whole(now);
                }
                self.next(now);
                Some(Event::Progress { done, length })
            }
            _ => None,
        }
    }

    /// Checks what was exported.
    fn whole(&mut self, now: u64) -> Option<Event<'_>> {
        let Work::Export { plan: Some((id, _)), gene } = &mut self.work else { return None };
        let (id, gene) = (*id, core::mem::take(gene));
        if id_of(&gene) != id {
            return self.refused(Reason::Damaged, super::VERSION, now);
        }
        self.end();
        self.ended = gene;
        Some(Event::Exported(&self.ended))
    }
}

/// The piece of a gene that begins at `offset`.
fn piece(gene: &[u8], offset: u32) -> &[u8] {
    let rest = usize::try_from(offset).ok().and_then(|from| gene.get(from..)).unwrap_or_default();
    rest.get(..super::CHUNK).unwrap_or(rest)
}
