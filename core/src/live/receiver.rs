//! The end of a live link that rebuilds the rows.
//!
//! ```text
//!            key or hello                     more packets wait than may be out of order
//!   unheard ─────────────▶ following ──────────────────────────────────────────────▶ lost
//!                              ▲                     key or hello                      │
//!                              └───────────────────────────────────────────────────────┘
//! ```
//! A packet is believed if its tag fits what is held after the packet before it, and then the silent rows before it are
//! certain. Packets that come too early wait, a few of them; when more wait, what is missing is taken for lost, and the
//! next key goes on. Keys are believed by their own check. Late and doubled packets are known by their numbers and left.

use super::{
    Column,
    bits::BitReader,
    check::Trail,
    packet::{self, Key, Kind, NUMBERS, Want},
    track::{Cell, Track},
};
use crate::{Error, entropy::Cursor};
use alloc::vec::Vec;

/// Sessions that have ended and whose packets are left.
const ENDED: usize = 4;
/// Tuning: so many packets in a row that look late are those after a long loss.
const LATES: u32 = 6;
/// Tuning: it asks again after so many packets.
const PATIENCE: u32 = 16;

/// What the receiver tells.
#[derive(Debug)]
pub enum Event<'a> {
    /// The link has this form from now on: its columns, and the sender's text about them.
    Form {
        /// The columns.
        columns: &'a [Column],
        /// The text.
        text: &'a [u8],
    },
    /// The sender is followed from this row on. Rows before it were not heard; there are none if it is 0.
    Joined {
        /// The row.
        row: u64,
    },
    /// So many rows are not known. The next row is the one after them.
    Lost {
        /// How many.
        rows: u64,
    },
    /// A row, within its bounds.
    Row {
        /// Its number, counted from 0.
        number: u64,
        /// Its cells.
        cells: Cells<'a>,
    },
    /// Bytes that are no row.
    Note(&'a [u8]),
    /// The sender has said that no more rows come.
    Ended,
}

/// The cells of a row.
#[derive(Debug, Clone, Copy)]
pub struct Cells<'a>(&'a [Track]);

impl<'a> Cells<'a> {
    /// All cells, in order.
    pub fn iter(&self) -> impl Iterator<Item = Cell<'a>> + use<'a> {
        self.0.iter().map(Track::cell)
    }
}

/// What has come so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Rows given out.
    pub rows: u64,
    /// Rows told as lost.
    pub lost: u64,
    /// Packets that were believed.
    pub packets: u64,
    /// Packets that came late or twice.
    pub late: u64,
    /// Packets that were damaged, foreign, or not to be understood.
    pub damaged: u64,
}

/// Whether the sender is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hearing {
    /// No key has come that could be read.
    Unheard,
    /// What is held is what the sender held after its last packet.
    Following,
    /// Something is missing.
    Lost,
}

/// The receiver.
#[derive(Debug, Clone)]
pub struct Receiver {
    hearing: Hearing,
    tracks: Vec<Track>,
    columns: Vec<Column>,
    text: Vec<u8>,
    form: u16,
    session: u32,
    ended: [Option<u32>; ENDED],
    /// The number of the next packet.
    number: u32,
    /// The next row.
    row: u64,
    trail: Trail,
    /// Packets that came too early, the oldest first.
    waiting: Vec<Vec<u8>>,
    /// How many may wait.
    reorder: usize,
    counts: Counts,
    /// Packets that came late since the last that did not.
    lates: u32,
    /// Packets that have come while the sender could not be followed.
    unheard: u32,
    /// It is time to ask.
    asks: bool,
    /// No form is known, or a key came that has another.
    formless: bool,
}

impl Default for Receiver {
    fn default() -> Self {
        Self::new(4)
    }
}

/// Where a packet stands.
enum Place {
    /// It is the next one, or a key to go on with.
    Next,
    /// It may be of use later.
    Early,
    Late,
    Damaged,
}

impl Receiver {
    /// One that lets up to `reorder` packets wait for one that is missing; at most 14 do.
    pub fn new(reorder: usize) -> Self {
        Self {
            hearing: Hearing::Unheard,
            tracks: Vec::new(),
            columns: Vec::new(),
            text: Vec::new(),
            form: 0,
            session: 0,
            ended: [None; ENDED],
            number: 0,
            row: 0,
            trail: Trail::new(0),
            waiting: Vec::new(),
            reorder: reorder.min(NUMBERS as usize / 2 - 2),
            counts: Counts::default(),
            lates: 0,
            unheard: 0,
            asks: false,
            formless: true,
        }
    }

    /// What has come so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Whether the sender is followed and no packet is missing.
    pub fn is_following(&self) -> bool {
        self.hearing == Hearing::Following && self.waiting.is_empty()
    }

    /// A packet for the sender that asks for what is missing, if it is time to ask; for links with a way back.
    pub fn ask(&mut self) -> Option<[u8; 3]> {
        core::mem::take(&mut self.asks)
            .then(|| packet::ask(if self.formless { Want::Hello } else { Want::Key }))
    }

    /// Takes a packet; tells what is known with it.
    pub fn packet(&mut self, packet: &[u8], mut tell: impl FnMut(Event<'_>)) {
        match self.place(packet) {
            Place::Next => self.take(packet, &mut tell),
            Place::Early => self.keep(packet),
            Place::Late => self.late(),
            Place::Damaged => self.counts.damaged += 1,
        }
        self.go_on(&mut tell);
        if self.waiting.len() > self.reorder {
            self.give_up(&mut tell);
        }
        if self.hearing == Hearing::Following {
            (self.unheard, self.asks) = (0, false);
        } else {
            self.asks |= self.unheard.is_multiple_of(PATIENCE);
            self.unheard = self.unheard.wrapping_add(1);
        }
    }

    /// After a long loss packets look late, as their numbers are told modulo 32: too many in a row are not.
    fn late(&mut self) {
        self.counts.late += 1;
        self.lates = self.lates.saturating_add(1);
        if self.lates > LATES && self.hearing == Hearing::Following {
            self.hearing = Hearing::Lost;
        }
    }

    /// Takes what has been waiting, as far as it fits.
    fn go_on(&mut self, tell: &mut impl FnMut(Event<'_>)) {
        let next = |this: &Self| this.waiting.iter().position(|p| matches!(this.place(p), Place::Next));
        while let Some(at) = next(self) {
            let packet = self.waiting.remove(at);
            self.take(&packet, tell);
        }
        if self.hearing == Hearing::Following && !self.waiting.is_empty() {
            let mut waiting = core::mem::take(&mut self.waiting);
            waiting.retain(|packet| matches!(self.place(packet), Place::Early));
            self.waiting = waiting;
        }
    }

    fn keep(&mut self, packet: &[u8]) {
        if self.waiting.iter().any(|other| other == packet) {
            self.counts.late += 1;
        } else {
            self.waiting.push(packet.to_vec());
        }
    }

    /// What is missing will not come: goes on with the first key that has come, or waits for one.
    fn give_up(&mut self, tell: &mut impl FnMut(Event<'_>)) {
        if self.hearing == Hearing::Following {
            self.hearing = Hearing::Lost;
        }
        self.go_on(tell);
        while self.waiting.len() > self.reorder {
            self.waiting.remove(0);
        }
    }

    fn place(&self, packet: &[u8]) -> Place {
        let Some((kind, number)) = packet.first().and_then(|head| Kind::of(*head)) else {
            return Place::Damaged;
        };
        match kind {
            Kind::Ask => Place::Damaged,
            Kind::Key | Kind::Hello => {
                Key::read(packet).map_or(Place::Damaged, |key| self.place_of_key(&key))
            }
            _ => self.place_of_other(packet, number),
        }
    }

    fn place_of_key(&self, key: &Key<'_>) -> Place {
        let about = &key.about;
        if self.ended.contains(&Some(about.session)) {
            return Place::Late;
        }
        if self.hearing == Hearing::Unheard || about.session != self.session {
            return Place::Next;
        }
        let ahead = about.number.wrapping_sub(self.number);
        match ahead {
            _ if ahead > u32::MAX / 2 || about.row < self.row => Place::Late,
            1.. if self.hearing == Hearing::Following => Place::Early,
            _ => Place::Next,
        }
    }

    fn place_of_other(&self, packet: &[u8], number: u32) -> Place {
        let ahead = number.wrapping_sub(self.number) % NUMBERS;
        match (self.hearing, ahead) {
            (Hearing::Following, 0) => match packet::without_tag(self.trail.short(), packet) {
                Some(_) => Place::Next,
                None => Place::Damaged,
            },
            (Hearing::Following, ahead) if ahead >= NUMBERS / 2 => Place::Late,
            _ => Place::Early,
        }
    }

    /// Takes the next packet.
    fn take(&mut self, packet: &[u8], tell: &mut impl FnMut(Event<'_>)) {
        let kind = packet.first().and_then(|head| Kind::of(*head)).map(|(kind, _)| kind);
        let taken = match kind {
            Some(Kind::Key | Kind::Hello) => Key::read(packet).and_then(|key| self.take_key(&key, tell)),
            Some(kind) => self.take_other(kind, packet, tell),
            None => Err(Error::Corrupt("kind of a packet")),
        };
        match taken {
            Ok(()) => (self.counts.packets, self.lates) = (self.counts.packets + 1, 0),
            Err(_) => self.counts.damaged += 1,
        }
    }

    fn take_other(
        &mut self,
        kind: Kind,
        packet: &[u8],
        tell: &mut impl FnMut(Event<'_>),
    ) -> Result<(), Error> {
        let body = packet.get(1..packet.len().saturating_sub(2)).ok_or(Error::Truncated)?;
        let mut cursor = Cursor::new(body);
        let gap = packet::gap(&mut cursor)?;
        // Its tag was right, so it is this packet's turn whatever it holds.
        self.number = self.number.wrapping_add(1);
        (0..gap).for_each(|_| self.quiet(tell));
        match kind {
            Kind::Row => {
                if let Err(error) = self.surprise(cursor.rest()) {
                    self.hearing = Hearing::Lost;
                    return Err(error);
                }
                self.give_row(tell);
            }
            Kind::Note => {
                self.trail.bytes(cursor.rest());
                tell(Event::Note(cursor.rest()));
            }
            Kind::End => tell(Event::Ended),
            _ => {}
        }
        Ok(())
    }

    fn quiet(&mut self, tell: &mut impl FnMut(Event<'_>)) {
        for track in &mut self.tracks {
            track.quiet();
            track.mark(&mut self.trail);
        }
        self.give_row(tell);
    }

    fn give_row(&mut self, tell: &mut impl FnMut(Event<'_>)) {
        tell(Event::Row { number: self.row, cells: Cells(&self.tracks) });
        self.row = self.row.saturating_add(1);
        self.counts.rows += 1;
    }

    fn surprise(&mut self, entries: &[u8]) -> Result<(), Error> {
        let alone = self.tracks.len() == 1;
        let mut bits = BitReader::new(entries);
        for track in &mut self.tracks {
            match alone || bits.flag()? {
                true => track.read_entry(&mut bits)?,
                false => track.quiet(),
            }
            track.mark(&mut self.trail);
            track.mark_word(&mut self.trail);
        }
        bits.finish()
    }

    fn take_key(&mut self, key: &Key<'_>, tell: &mut impl FnMut(Event<'_>)) -> Result<(), Error> {
        let about = key.about;
        let known = self.hearing != Hearing::Unheard && about.session == self.session;
        if key.form.is_none() && !(known && about.form == self.form) {
            self.formless = true;
            return Err(Error::Corrupt("a key whose form is not known"));
        }
        let columns = key.form.as_ref().map_or(&self.columns, |(columns, _)| columns);
        let mut bits = BitReader::new(key.states);
        let read = |column: &Column| Track::read_state(column.within, &mut bits);
        let tracks = columns.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        bits.finish()?;
        let follows = self.hearing == Hearing::Following && about.number == self.number;
        if known
            && follows
            && about.past == self.trail.short()
            && self.row.checked_add(about.gap.into()) == Some(about.row)
        {
            (0..about.gap).for_each(|_| self.quiet(tell));
        } else if known && about.row > self.row {
            let rows = about.row - self.row;
            self.counts.lost = self.counts.lost.saturating_add(rows);
            tell(Event::Lost { rows });
        }
        if let Some((columns, text)) = &key.form
            && !(known && about.form == self.form)
        {
            self.columns.clone_from(columns);
            self.form = about.form;
            self.text = text.to_vec();
            tell(Event::Form { columns: &self.columns, text: &self.text });
        }
        if !known {
            if self.hearing != Hearing::Unheard {
                let [a, b, c, _] = self.ended;
                self.ended = [Some(self.session), a, b, c];
            }
            self.session = about.session;
            tell(Event::Joined { row: about.row });
        }
        (self.tracks, self.trail, self.row) = (tracks, Trail::new(key.check), about.row);
        (self.number, self.hearing) = (about.number.wrapping_add(1), Hearing::Following);
        self.formless = false;
        self.give_row(tell);
        Ok(())
    }
}
