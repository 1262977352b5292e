//! The end that answers: one request in, one answer out, and at most one gene under way in each direction.

use super::{
    CHUNK, VERSION,
    message::{
        Answer, Envelope, Identity, Mark, Nonce, Pace, Proof, Reason, Request, Role, Stats, Steps, Weather,
        mark_of,
    },
};
use crate::gene::{Gene, Id, Summary, id_of};
use alloc::vec::Vec;

/// What a board is to those who ask.
pub trait Device {
    /// Who it is.
    fn identity(&self) -> Identity;
    /// That it has the secret of its name.
    fn prove(&self, nonce: &Nonce) -> Proof;
    /// What it has done.
    fn stats(&self) -> Stats;
    /// How surprising its world is.
    fn weather(&self) -> Weather;
    /// The steps that it goes by.
    fn steps(&self) -> Steps;
    /// Milliseconds until it goes by its own steps again; 0 if it does already.
    fn lease(&self) -> u32;
    /// Goes by these steps, all of which are set, for that long from now on.
    fn set_pace(&mut self, pace: Pace);
    /// Its summary gene.
    fn summary(&self) -> Summary;
    /// What it has learnt, as a gene.
    fn export(&self) -> Vec<u8>;
    /// Keeps a gene and goes on from it.
    fn install(&mut self, gene: &Gene<'_>) -> Result<(), Reason>;
}

/// A gene that is coming in.
#[derive(Debug, Clone)]
struct Incoming {
    id: Id,
    length: u32,
    bytes: Vec<u8>,
    /// It was whole and is in use: its bytes are gone.
    installed: bool,
}

/// A gene that is going out.
#[derive(Debug, Clone)]
struct Outgoing {
    /// The request that it was made for.
    number: u16,
    id: Id,
    bytes: Vec<u8>,
}

/// The protocol's state on a board.
#[derive(Debug, Clone, Default)]
pub struct Board {
    incoming: Option<Incoming>,
    outgoing: Option<Outgoing>,
}

impl Board {
    /// Nothing is under way.
    pub const fn new() -> Self {
        Self { incoming: None, outgoing: None }
    }

    /// Takes a message; the one to send back, if any, is put into `out`, which is cleared.
    pub fn handle(&mut self, message: &[u8], device: &mut impl Device, out: &mut Vec<u8>) -> bool {
        out.clear();
        let Some(envelope) = Envelope::read(message).filter(|e| e.role == Role::Request) else {
            return false;
        };
        match self.answer(&envelope, device) {
            Ok(answer) => answer.write(envelope.number, out),
            Err(reason) => {
                let refusal =
                    Envelope { role: Role::Refusal, version: VERSION, body: &[reason as u8], ..envelope };
                refusal.write(out);
            }
        }
        true
    }

    fn answer(&mut self, envelope: &Envelope<'_>, device: &mut impl Device) -> Result<Answer<'_>, Reason> {
        if envelope.version != VERSION {
            return Err(Reason::Version);
        }
        let request = Request::read(envelope.command, envelope.body).ok_or(Reason::Unknown)?;
        Ok(match request {
            Request::Identify => Answer::Identity(device.identity()),
            Request::Stats => Answer::Stats(device.stats()),
            Request::Regime => Answer::Weather(device.weather()),
            Request::Step(pace) => {
                if pace.steps != Steps::default() {
                    device.set_pace(Pace { steps: device.steps().set(pace.steps), ..pace });
                }
                let steps = device.steps();
                Answer::Steps { steps, now: steps.of(device.weather().regime), lease: device.lease() }
            }
            Request::Summary => Answer::Summary(device.summary()),
            Request::Install { length, id } => self.expect(length, id, device.identity().most)?,
            Request::Put { mark, offset, bytes } => self.put(mark, offset, bytes, device)?,
            Request::Export => self.export(envelope.number, device)?,
            Request::Get { mark, offset } => self.get(mark, offset)?,
            Request::Prove(nonce) => Answer::Proof(device.prove(&nonce)),
        })
    }

    /// Begins a transfer, or goes on with the one of this gene.
    fn expect(&mut self, length: u32, id: Id, most: u32) -> Result<Answer<'_>, Reason> {
        if length > most {
            return Err(Reason::Long);
        }
        if length == 0 {
            return Err(Reason::Unfit);
        }
        let same = |incoming: &Incoming| (incoming.id, incoming.length) == (id, length);
        if !self.incoming.as_ref().is_some_and(same) {
            self.incoming = Some(Incoming { id, length, bytes: Vec::new(), installed: false });
        }
        let incoming = self.incoming.as_ref().ok_or(Reason::Nothing)?;
        Ok(incoming.received(false))
    }

    /// Takes a piece; installs the gene when it is whole.
    fn put(
        &mut self,
        mark: Mark,
        offset: u32,
        bytes: &[u8],
        device: &mut impl Device,
    ) -> Result<Answer<'_>, Reason> {
        let incoming = self.incoming.as_mut().filter(|i| mark_of(&i.id) == mark).ok_or(Reason::Nothing)?;
        if !incoming.installed {
            incoming.take(offset, bytes)?;
            if incoming.is_whole() {
                let done = incoming.install(device);
                if let Err(reason) = done {
                    self.incoming = None;
                    return Err(reason);
                }
            }
        }
        Ok(self.incoming.as_ref().ok_or(Reason::Nothing)?.received(true))
    }

    /// Makes the gene to give. The same request again is about the same gene.
    fn export(&mut self, number: u16, device: &impl Device) -> Result<Answer<'_>, Reason> {
        if self.outgoing.as_ref().is_none_or(|outgoing| outgoing.number != number) {
            let bytes = device.export();
            self.outgoing = Some(Outgoing { number, id: id_of(&bytes), bytes });
        }
        let outgoing = self.outgoing.as_ref().ok_or(Reason::Nothing)?;
        let length = u32::try_from(outgoing.bytes.len()).map_err(|_| Reason::Long)?;
        Ok(Answer::Length { length, id: outgoing.id })
    }

    fn get(&self, mark: Mark, offset: u32) -> Result<Answer<'_>, Reason> {
        let outgoing = self.outgoing.as_ref().filter(|o| mark_of(&o.id) == mark).ok_or(Reason::Nothing)?;
        let rest = usize::try_from(offset).ok().and_then(|from| outgoing.bytes.get(from..));
        let rest = rest.filter(|rest| !rest.is_empty()).ok_or(Reason::Unknown)?;
        Ok(Answer::Piece { offset, bytes: rest.get(..CHUNK).unwrap_or(rest) })
    }
}

impl Incoming {
    fn has(&self) -> u32 {
        // No more than `length` are kept.
        if self.installed { self.length } else { self.bytes.len() as u32 }
    }

    fn is_whole(&self) -> bool {
        self.has() == self.length
    }

    fn received(&self, put: bool) -> Answer<'static> {
        Answer::Received { bytes: self.has(), installed: self.installed, put }
    }

    /// Keeps a piece that goes on from what is there; one that came before, or came too early, is left.
    fn take(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Reason> {
        if offset == self.has() {
            let end = self.bytes.len() + bytes.len();
            if end as u64 > u64::from(self.length) {
                return Err(Reason::Unknown);
            }
            self.bytes.extend_from_slice(bytes);
        }
        Ok(())
    }

    fn install(&mut self, device: &mut impl Device) -> Result<(), Reason> {
        let bytes = core::mem::take(&mut self.bytes);
        if id_of(&bytes) != self.id {
            return Err(Reason::Damaged);
        }
        device.install(&Gene::parse(&bytes).map_err(|_| Reason::Unfit)?)?;
        self.installed = true;
        Ok(())
    }
}
