//! Questions to a board and genes to and from it, one after the other, over its line.
//!
//! The protocol is [`qres_core::serial::Host`]; this brings it the time and the line. What the board says meanwhile that is no
//! answer is handed on, so that no row of its live link is lost.

use super::{
    line::{Line, PAUSE},
    panic::Panic,
    ports::Port,
    split::Heard,
};
use crate::failure::{Failure, Outcome};
use qres_core::{
    Error,
    serial::{self, Answer, Event, Host, Identity, Nonce, Pace, Reason, Stats, Steps, Task, Weather},
    trust::Name,
};
use std::{
    hash::{BuildHasher, RandomState},
    time::{Duration, Instant},
};

/// The steps that hold on a board.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Held {
    pub(crate) steps: Steps,
    /// That of its regime.
    pub(crate) now: u32,
    /// Milliseconds until it goes by its own again, if these are others.
    pub(crate) lease: u32,
}

/// A board that is talked with.
#[derive(Debug)]
pub(crate) struct Talk {
    pub(crate) line: Line,
    host: Host,
    begun: Instant,
    /// It has answered.
    heard: bool,
    /// What it has said of a panic.
    panic: Panic,
}

impl Talk {
    /// Opens `port`; whether there is a board is not known before it has answered.
    pub(crate) fn open(port: &Port) -> Outcome<Self> {
        // Any number will do that another process did not draw just before.
        let seed = RandomState::new().hash_one(0_u8) as u16;
        Ok(Self {
            line: Line::open(port)?,
            host: Host::new(seed),
            begun: Instant::now(),
            heard: false,
            panic: Panic::default(),
        })
    }

    /// Who it is.
    pub(crate) fn identify(&mut self, others: &mut dyn FnMut(Heard<'_>)) -> Outcome<Identity> {
        self.ask(Task::Identify, others, |event| match event {
            Event::Answer(Answer::Identity(identity)) => Some(*identity),
            _ => None,
        })
    }

    /// Its name, which it proves by signing a number that was never drawn before.
    pub(crate) fn prove(&mut self) -> Outcome<Name> {
        let mut nonce = Nonce::default();
        getrandom::fill(&mut nonce).map_err(|error| {
            Failure::io("cannot draw a random number", std::io::Error::other(error.to_string()))
        })?;
        let proof = self.ask(Task::Prove(nonce), &mut |_| {}, |event| match event {
            Event::Answer(Answer::Proof(proof)) => Some(*proof),
            _ => None,
        })?;
        if proof.holds(&nonce) {
            return Ok(proof.name);
        }
        Err(Failure::refuted(
            format!("{}: the board says that it is {}, and cannot prove it", self.line.name(), proof.name),
            "do not trust it: put the firmware of qres onto it with `qres flash`, and a key with `--key`",
        ))
    }

    /// What it has done.
    pub(crate) fn stats(&mut self) -> Outcome<Stats> {
        self.ask(Task::Stats, &mut |_| {}, |event| match event {
            Event::Answer(Answer::Stats(stats)) => Some(*stats),
            _ => None,
        })
    }

    /// How surprising its world is.
    pub(crate) fn weather(&mut self) -> Outcome<Weather> {
        self.ask(Task::Regime, &mut |_| {}, |event| match event {
            Event::Answer(Answer::Weather(weather)) => Some(*weather),
            _ => None,
        })
    }

    /// Lets it go by other steps for a while; those that hold then.
    pub(crate) fn set_pace(&mut self, pace: Pace, others: &mut dyn FnMut(Heard<'_>)) -> Outcome<Held> {
        self.ask(Task::Step(pace), others, |event| match event {
            Event::Answer(Answer::Steps { steps, now, lease }) => {
                Some(Held { steps: *steps, now: *now, lease: *lease })
            }
            _ => None,
        })
    }

    /// What it has learnt, as a gene; `progress` hears how many bytes of how many are there.
    pub(crate) fn export(&mut self, mut progress: impl FnMut(u32, u32)) -> Outcome<Vec<u8>> {
        self.ask(Task::Export, &mut |_| {}, |event| match event {
            Event::Exported(gene) => Some(gene.to_vec()),
            Event::Progress { done, length } => {
                progress(*done, *length);
                None
            }
            _ => None,
        })
    }

    /// Lets it go on from `gene`.
    pub(crate) fn install(&mut self, gene: Vec<u8>, mut progress: impl FnMut(u32, u32)) -> Outcome {
        self.ask(Task::Install(gene), &mut |_| {}, |event| match event {
            Event::Installed => Some(()),
            Event::Progress { done, length } => {
                progress(*done, *length);
                None
            }
            _ => None,
        })
    }

    /// Does `task`; `pick` takes the result from the event that ends it.
    fn ask<T>(
        &mut self,
        task: Task,
        others: &mut dyn FnMut(Heard<'_>),
        mut pick: impl FnMut(&Event<'_>) -> Option<T>,
    ) -> Outcome<T> {
        let Self { line, host, begun, heard, panic } = self;
        let now = || u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let name = line.name().to_owned();
        let mut end = None;
        let mut message = Vec::new();
        host.begin(task, now());
        loop {
            message.clear();
            if let Some(event) = host.poll_transmit(now(), &mut message) {
                return Err(failed(&name, &event, *heard, panic));
            }
            if !message.is_empty() {
                line.send(&message)?;
            }
            let due = host.next_timeout().map_or(0, |due| due.saturating_sub(now()));
            line.hear(PAUSE.min(Duration::from_millis(due)), |part| {
                if let Heard::Text(text) = part {
                    for line in text.lines() {
                        panic.hear(line);
                    }
                }
                let Heard::Frame(frame) = part else { return others(part) };
                let event = if end.is_none() { host.handle(frame, now()) } else { None };
                let Some(event) = event else { return others(part) };
                *heard = true;
                let picked = pick(&event);
                if !matches!(event, Event::Progress { .. }) {
                    end = Some(picked.ok_or_else(|| failed(&name, &event, true, panic)));
                }
            })?;
            if let Some(end) = end {
                return end;
            }
        }
    }
}

/// Why a task has come to nothing; `heard` tells whether the board has ever answered.
fn failed(name: &str, event: &Event<'_>, heard: bool, panic: &Panic) -> Failure {
    if let (Event::Silent, Some(failure)) = (event, panic.failure(name)) {
        return failure;
    }
    match event {
        Event::Silent if heard => Failure::unreachable(
            format!("{name}: the board has fallen silent"),
            "look at the cable and try again",
        ),
        Event::Silent => Failure::unreachable(
            format!("{name}: no board answers"),
            "is it the right port (`qres flash ports`), and does the board run the firmware of qres (`qres flash`)? \
                   If so, press its reset button and try again",
        ),
        Event::Version(version) if *version > serial::VERSION => {
            let source = Error::Unsupported { version: *version, known: serial::VERSION };
            Failure::archive(name, 0, source)
        }
        Event::Version(version) => Failure::refused(
            format!("{name}: the board's firmware is too old: it speaks version {version} of the protocol"),
            "put a newer one onto it with `qres flash`",
        ),
        Event::Refused(reason) => refused(name, *reason),
        _ => Failure::unreachable(
            format!("{name}: the board answers something else than it was asked"),
            "put the firmware of qres onto it with `qres flash`",
        ),
    }
}

/// What a board's no means.
fn refused(name: &str, reason: Reason) -> Failure {
    let noisy = |what: &str| {
        Failure::unreachable(
            format!("{name}: {what}"),
            "look at the cable and try again: the line loses too much",
        )
    };
    let (what, hint) = match reason {
        Reason::Nothing => return noisy("the board has forgotten the gene again and again"),
        Reason::Damaged => return noisy("the gene came damaged again and again"),
        Reason::Long => (
            "the gene is longer than the board takes",
            "train one of fewer columns, or with `--neuron linear`; `qres inspect --serial` says how long it may be",
        ),
        Reason::Unfit => (
            "the gene has nothing for this board",
            "a board goes on from linear neurons of its own columns, of which the time is the first: train it on rows of \
             this board with `qres gene train --neuron linear`",
        ),
        Reason::Unkept => (
            "the board cannot keep the gene",
            "its store is worn out or missing: flash it again with `--erase`",
        ),
        _ => ("the board does not know what it was asked", "put a newer firmware onto it with `qres flash`"),
    };
    Failure::refused(format!("{name}: {what}"), hint)
}
