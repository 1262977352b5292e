//! Requests and answers: what they mean, and their bytes.
//!
//! ```text
//! message  := head u8 | version u8 = 1 | number u16 | command u8 | body          all numbers are little-endian
//! head     := E0 request, E1 answer, E2 refusal, E3 note    the kind (bits 5..=7) that packets of live links never have
//! number   := the request's; an answer has that of its request; notes are counted
//! refusal  : body := reason u8
//! note     : command 0, body := text, UTF-8
//!
//! command      body of the request               body of the answer
//! 0 identify   -                                 chip [u8; 12] | version u8 x 3 | columns u8 | id [u8; 8] | features u32
//!                                                | most u32
//! 1 stats      -                                 uptime u64 | rows u64 | packets u64 | bytes u64 | requests u32
//!                                                | damaged u32 | heap u32 | stack u32 | restarts u32 | reset u8
//!                                                | safe u8
//! 2 regime     -                                 regime u8 | mean u32 | since u32
//! 3 step       calm u32 | pre u32 | storm u32    calm u32 | pre u32 | storm u32 | now u32 | lease u32
//!              | lease u32
//! 4 summary    -                                 summary [u8; 74]
//! 5 install    length u32 | id [u8; 32]          received u32 | installed u8
//! 6 put        mark [u8; 4] | offset u32         received u32 | installed u8
//!              | bytes, 1..=224
//! 7 export     -                                 length u32 | id [u8; 32]
//! 8 get        mark [u8; 4] | offset u32         offset u32 | bytes, 1..=224
//! 9 prove      nonce [u8; 32]                    key [u8; 32] | signature [u8; 64]
//! ```

use super::{CHUNK, HEAD, VERSION};
use crate::{
    entropy::Cursor,
    gene::{Id, Summary},
    regime::Regime,
    trust::{Domain, Identity as Who, Name, SIGNATURE_BYTES},
};
use alloc::vec::Vec;

/// Wire: bytes before the body.
const HEADER: usize = 5;

/// What a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Request = 0,
    Answer = 1,
    Refusal = 2,
    Note = 3,
}

/// The beginning of a gene's id: which transfer a piece belongs to.
pub(super) type Mark = [u8; 4];

pub(super) fn mark_of(id: &Id) -> Mark {
    id.first_chunk().copied().unwrap_or_default()
}

/// What a board is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request<'a> {
    /// Who it is.
    Identify,
    /// What it has done so far.
    Stats,
    /// How surprising its world is.
    Regime,
    /// To go by other steps for a while.
    Step(Pace),
    /// Its summary gene.
    Summary,
    /// To expect a gene of this length and id.
    Install {
        /// Bytes.
        length: u32,
        /// BLAKE3 of them.
        id: Id,
    },
    /// To take a piece of it.
    Put {
        /// The beginning of the gene's id.
        mark: [u8; 4],
        /// Where the piece belongs.
        offset: u32,
        /// The piece.
        bytes: &'a [u8],
    },
    /// What it has learnt, as a gene that stays as it is until the next such request.
    Export,
    /// A piece of that gene.
    Get {
        /// The beginning of the gene's id.
        mark: [u8; 4],
        /// Where the piece begins.
        offset: u32,
    },
    /// To show that it has the secret of its name, by signing this.
    Prove(Nonce),
}

/// What a board signs to show that it is there now: drawn anew each time.
pub type Nonce = [u8; 32];

/// That a board has the secret of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    /// The name.
    pub name: Name,
    /// The nonce, signed.
    pub signature: [u8; SIGNATURE_BYTES],
}

impl Proof {
    /// The proof that `who` is there.
    pub fn new(who: &Who, nonce: &Nonce) -> Self {
        Self { name: who.name(), signature: who.sign(Domain::Line, &[nonce]) }
    }

    /// Whether it proves the name to whoever drew the nonce.
    pub fn holds(&self, nonce: &Nonce) -> bool {
        self.name.verify(Domain::Line, &[nonce], &self.signature)
    }
}

/// Milliseconds between two samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Steps {
    /// While all is as usual.
    pub calm: u32,
    /// While a storm may be coming.
    pub pre_storm: u32,
    /// In a storm.
    pub storm: u32,
}

impl Steps {
    /// 4 hours, 10 minutes, 30 seconds.
    pub const USUAL: Self = Self { calm: 4 * 3_600_000, pre_storm: 600_000, storm: 30_000 };

    /// The step of a regime.
    pub const fn of(&self, regime: Regime) -> u32 {
        match regime {
            Regime::Calm => self.calm,
            Regime::PreStorm => self.pre_storm,
            Regime::Storm => self.storm,
        }
    }

    /// These, but what is 0 in `other` stays.
    #[must_use]
    pub(crate) const fn set(self, other: Self) -> Self {
        const fn one(old: u32, new: u32) -> u32 {
            if new == 0 { old } else { new }
        }
        Self {
            calm: one(self.calm, other.calm),
            pre_storm: one(self.pre_storm, other.pre_storm),
            storm: one(self.storm, other.storm),
        }
    }
}

/// Steps that a board is to go by for a while: whoever wants them for longer asks again before that is over, so that a
/// host that has gone leaves no board at a pace that empties its battery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pace {
    /// The steps; 0 leaves the one that holds, and all 0 only ask.
    pub steps: Steps,
    /// Milliseconds it lasts; 0 returns the board to its own steps.
    pub lease: u32,
}

/// Why a board has started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[repr(u8)]
pub enum Reset {
    /// It does not know.
    #[default]
    Unknown = 0,
    /// Power came.
    Power = 1,
    /// A host has reset it, or its own program for a host.
    Host = 2,
    /// Its loop stood still, or a sleep did not end.
    Watchdog = 3,
    /// Its program has panicked.
    Panic = 4,
    /// Its voltage was too low.
    Brownout = 5,
}

impl Reset {
    /// All of them, in the order of their codes.
    pub(crate) const ALL: [Self; 6] =
        [Self::Unknown, Self::Power, Self::Host, Self::Watchdog, Self::Panic, Self::Brownout];

    /// Returns its name for people: "started by ...".
    pub const fn words(self) -> &'static str {
        match self {
            Self::Unknown => "an unknown reset",
            Self::Power => "power",
            Self::Host => "a host",
            Self::Watchdog => "its watchdog",
            Self::Panic => "a panic",
            Self::Brownout => "low voltage",
        }
    }
}

/// Who a board is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Identity {
    /// The chip's name in ASCII, filled with zeros.
    pub chip: [u8; 12],
    /// The version of its program.
    pub version: [u8; 3],
    /// Columns of its live link.
    pub columns: u8,
    /// What no other board has: its hardware address, filled with zeros.
    pub id: [u8; 8],
    /// What it can: bits of [`features`].
    pub features: u32,
    /// The longest gene it takes, in bytes.
    pub most: u32,
}

/// What a board can.
pub mod features {
    /// It keeps genes when the power is off.
    pub const KEEPS: u32 = 1;
    /// Its samples come from sensors; else they are made up.
    pub const SENSES: u32 = 2;
    /// It sleeps between samples and hears only while it is awake.
    pub const SLEEPS: u32 = 4;
}

impl Identity {
    /// The chip's name.
    pub fn chip(&self) -> &str {
        let end = self.chip.iter().position(|byte| *byte == 0).unwrap_or(self.chip.len());
        self.chip.get(..end).and_then(|name| str::from_utf8(name).ok()).unwrap_or("?")
    }
}

/// What a board has done since it started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// Milliseconds.
    pub uptime: u64,
    /// Rows sampled.
    pub rows: u64,
    /// Packets sent of the live link.
    pub packets: u64,
    /// Bytes of them, frames included.
    pub bytes: u64,
    /// Requests heard.
    pub requests: u32,
    /// Frames that came damaged.
    pub damaged: u32,
    /// Bytes of its heap in use.
    pub heap: u32,
    /// Bytes of its stack that have ever been used; 0 if it does not know.
    pub stack: u32,
    /// Times that it has started anew since power came.
    pub restarts: u32,
    /// Why it started last.
    pub reset: Reset,
    /// It has failed again and again, and does not use the gene that it keeps.
    pub safe: bool,
}

/// How surprising a board's world is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Weather {
    /// The most stormy regime of its columns.
    pub regime: Regime,
    /// How unusual the last three samples of that column are in the mean: 0 as usual to 1, in Q16.
    pub mean: u32,
    /// Rows since the regime began.
    pub since: u32,
}

/// What a board answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer<'a> {
    /// Who it is.
    Identity(Identity),
    /// What it has done.
    Stats(Stats),
    /// How surprising its world is.
    Weather(Weather),
    /// Its steps, and the one that it goes by now.
    Steps {
        /// All of them.
        steps: Steps,
        /// That of its regime.
        now: u32,
        /// Milliseconds until it goes by its own steps again; 0 if it does already.
        lease: u32,
    },
    /// Its summary gene.
    Summary(Summary),
    /// How much of a gene it has taken.
    Received {
        /// Bytes, from the first on.
        bytes: u32,
        /// The gene is whole and in use.
        installed: bool,
        /// Whether a put, not an install, is answered.
        put: bool,
    },
    /// What it will give.
    Length {
        /// Bytes.
        length: u32,
        /// BLAKE3 of them.
        id: Id,
    },
    /// A piece of it.
    Piece {
        /// Where it begins.
        offset: u32,
        /// The piece.
        bytes: &'a [u8],
    },
    /// Its name, and that it has the secret of it.
    Proof(Proof),
}

/// Why a board does not do what it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Reason {
    /// It speaks another version.
    Version = 0,
    /// It does not know the command, or not its body.
    Unknown = 1,
    /// The gene is longer than it takes.
    Long = 2,
    /// No such transfer is under way: begin anew.
    Nothing = 3,
    /// The bytes are not those of the id.
    Damaged = 4,
    /// It is not a gene, or has nothing for this board.
    Unfit = 5,
    /// It could not be kept.
    Unkept = 6,
}

impl Reason {
    const ALL: [Self; 7] =
        [Self::Version, Self::Unknown, Self::Long, Self::Nothing, Self::Damaged, Self::Unfit, Self::Unkept];
}

/// A message taken apart as far as all versions agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Envelope<'a> {
    pub(super) role: Role,
    pub(super) version: u8,
    pub(super) number: u16,
    pub(super) command: u8,
    pub(super) body: &'a [u8],
}

impl<'a> Envelope<'a> {
    pub(super) fn read(message: &'a [u8]) -> Option<Self> {
        let (&[head, version, low, high, command], body) = message.split_first_chunk::<HEADER>()?;
        let roles = [Role::Request, Role::Answer, Role::Refusal, Role::Note];
        let role = roles.into_iter().find(|role| HEAD | *role as u8 == head)?;
        Some(Self { role, version, number: u16::from_le_bytes([low, high]), command, body })
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let [low, high] = self.number.to_le_bytes();
        out.extend_from_slice(&[HEAD | self.role as u8, self.version, low, high, self.command]);
        out.extend_from_slice(self.body);
    }

    /// Why it refuses, if it does.
    pub(super) fn reason(&self) -> Option<Reason> {
        let [code] = self.body else { return None };
        Reason::ALL.into_iter().find(|reason| *reason as u8 == *code)
    }
}

/// Fields one after the other; `None` once one is missing.
struct Fields<'a>(Cursor<'a>);

impl<'a> Fields<'a> {
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.0.bytes(N).ok()?.first_chunk().copied()
    }

    fn u8(&mut self) -> Option<u8> {
        self.0.u8().ok()
    }

    fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    fn bool(&mut self) -> Option<bool> {
        self.u8().filter(|byte| *byte < 2).map(|byte| byte == 1)
    }

    /// All that is left, if it is a piece of a gene.
    fn piece(&mut self) -> Option<&'a [u8]> {
        let rest = self.0.rest();
        self.0 = Cursor::new(&[]);
        (1..=CHUNK).contains(&rest.len()).then_some(rest)
    }

    fn steps(&mut self) -> Option<Steps> {
        Some(Steps { calm: self.u32()?, pre_storm: self.u32()?, storm: self.u32()? })
    }
}

fn put_words(words: &[u32], out: &mut Vec<u8>) {
    words.iter().for_each(|word| out.extend_from_slice(&word.to_le_bytes()));
}

impl<'a> Request<'a> {
    pub(super) const fn command(&self) -> u8 {
        match self {
            Self::Identify => 0,
            Self::Stats => 1,
            Self::Regime => 2,
            Self::Step(_) => 3,
            Self::Summary => 4,
            Self::Install { .. } => 5,
            Self::Put { .. } => 6,
            Self::Export => 7,
            Self::Get { .. } => 8,
            Self::Prove(_) => 9,
        }
    }

    /// Appends the request.
    pub fn write(&self, number: u16, out: &mut Vec<u8>) {
        let head =
            Envelope { role: Role::Request, version: VERSION, number, command: self.command(), body: &[] };
        head.write(out);
        match self {
            Self::Identify | Self::Stats | Self::Regime | Self::Summary | Self::Export => {}
            Self::Step(Pace { steps, lease }) => {
                put_words(&[steps.calm, steps.pre_storm, steps.storm, *lease], out);
            }
            Self::Install { length, id } => {
                put_words(&[*length], out);
                out.extend_from_slice(id);
            }
            Self::Put { mark, offset, bytes } => {
                out.extend_from_slice(mark);
                put_words(&[*offset], out);
                out.extend_from_slice(bytes);
            }
            Self::Get { mark, offset } => {
                out.extend_from_slice(mark);
                put_words(&[*offset], out);
            }
            Self::Prove(nonce) => out.extend_from_slice(nonce),
        }
    }

    pub(super) fn read(command: u8, body: &'a [u8]) -> Option<Self> {
        let mut fields = Fields(Cursor::new(body));
        let request = match command {
            0 => Self::Identify,
            1 => Self::Stats,
            2 => Self::Regime,
            3 => Self::Step(Pace { steps: fields.steps()?, lease: fields.u32()? }),
            4 => Self::Summary,
            5 => Self::Install { length: fields.u32()?, id: fields.array()? },
            6 => Self::Put { mark: fields.array()?, offset: fields.u32()?, bytes: fields.piece()? },
            7 => Self::Export,
            8 => Self::Get { mark: fields.array()?, offset: fields.u32()? },
            9 => Self::Prove(fields.array()?),
            _ => return None,
        };
        fields.0.rest().is_empty().then_some(request)
    }
}

impl<'a> Answer<'a> {
    const fn command(&self) -> u8 {
        match self {
            Self::Identity(_) => 0,
            Self::Stats(_) => 1,
            Self::Weather(_) => 2,
            Self::Steps { .. } => 3,
            Self::Summary(_) => 4,
            Self::Received { put: false, .. } => 5,
            Self::Received { put: true, .. } => 6,
            Self::Length { .. } => 7,
            Self::Piece { .. } => 8,
            Self::Proof(_) => 9,
        }
    }

    pub(super) fn write(&self, number: u16, out: &mut Vec<u8>) {
        let head =
            Envelope { role: Role::Answer, version: VERSION, number, command: self.command(), body: &[] };
        head.write(out);
        match self {
            Self::Identity(identity) => {
                out.extend_from_slice(&identity.chip);
                out.extend_from_slice(&identity.version);
                out.push(identity.columns);
                out.extend_from_slice(&identity.id);
                put_words(&[identity.features, identity.most], out);
            }
            Self::Stats(stats) => {
                let longs = [stats.uptime, stats.rows, stats.packets, stats.bytes];
                longs.iter().for_each(|long| out.extend_from_slice(&long.to_le_bytes()));
                put_words(&[stats.requests, stats.damaged, stats.heap, stats.stack, stats.restarts], out);
                out.extend_from_slice(&[stats.reset as u8, u8::from(stats.safe)]);
            }
            Self::Weather(weather) => {
                out.push(weather.regime as u8);
                put_words(&[weather.mean, weather.since], out);
            }
            Self::Steps { steps, now, lease } => {
                put_words(&[steps.calm, steps.pre_storm, steps.storm, *now, *lease], out);
            }
            Self::Summary(summary) => out.extend_from_slice(&summary.to_bytes()),
            Self::Received { bytes, installed, .. } => {
                put_words(&[*bytes], out);
                out.push(u8::from(*installed));
            }
            Self::Length { length, id } => {
                put_words(&[*length], out);
                out.extend_from_slice(id);
            }
            Self::Piece { offset, bytes } => {
                put_words(&[*offset], out);
                out.extend_from_slice(bytes);
            }
            Self::Proof(proof) => {
                out.extend_from_slice(&proof.name.0);
                out.extend_from_slice(&proof.signature);
            }
        }
    }

    pub(super) fn read(command: u8, body: &'a [u8]) -> Option<Self> {
        let mut fields = Fields(Cursor::new(body));
        let answer = match command {
            0 => Self::Identity(Identity {
                chip: fields.array()?,
                version: fields.array()?,
                columns: fields.u8()?,
                id: fields.array()?,
                features: fields.u32()?,
                most: fields.u32()?,
            }),
            1 => Self::Stats(Stats {
                uptime: fields.u64()?,
                rows: fields.u64()?,
                packets: fields.u64()?,
                bytes: fields.u64()?,
                requests: fields.u32()?,
                damaged: fields.u32()?,
                heap: fields.u32()?,
                stack: fields.u32()?,
                restarts: fields.u32()?,
                reset: Reset::ALL.get(usize::from(fields.u8()?)).copied()?,
                safe: fields.bool()?,
            }),
            2 => {
                let all = [Regime::Calm, Regime::PreStorm, Regime::Storm];
                let regime = all.get(usize::from(fields.u8()?)).copied()?;
                Self::Weather(Weather { regime, mean: fields.u32()?, since: fields.u32()? })
            }
            3 => Self::Steps { steps: fields.steps()?, now: fields.u32()?, lease: fields.u32()? },
            4 => Self::Summary(Summary::read(&fields.array::<{ Summary::BYTES }>()?).ok()?),
            5 | 6 => Self::Received { bytes: fields.u32()?, installed: fields.bool()?, put: command == 6 },
            7 => Self::Length { length: fields.u32()?, id: fields.array()? },
            8 => Self::Piece { offset: fields.u32()?, bytes: fields.piece()? },
            9 => Self::Proof(Proof { name: Name(fields.array()?), signature: fields.array()? }),
            _ => return None,
        };
        fields.0.rest().is_empty().then_some(answer)
    }
}

/// Appends a note: text for people that nobody asked for. What is beyond `super::MAX_NOTE` bytes is left out.
pub fn note(number: u16, text: &str, out: &mut Vec<u8>) {
    let ends = text.char_indices().map(|(at, letter)| at + letter.len_utf8());
    let end = ends.take_while(|end| *end <= super::MAX_NOTE).last().unwrap_or(0);
    let text = text.get(..end).unwrap_or_default();
    Envelope { role: Role::Note, version: VERSION, number, command: 0, body: text.as_bytes() }.write(out);
}

/// The text of a note. It comes from a line: whoever shows it takes care of what is not printable.
pub fn read_note(message: &[u8]) -> Option<&str> {
    let note = Envelope::read(message)
        .filter(|message| (message.role, message.version, message.command) == (Role::Note, VERSION, 0))?;
    str::from_utf8(note.body).ok()
}
