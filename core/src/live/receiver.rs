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
    check::{Trail, crc32},
    packet::{self, About, Key, Kind, NUMBERS, Want},
    track::{self, Cell, Track},
};
use crate::{entropy::Cursor, error::Error};
use alloc::vec::Vec;

/// Sessions that have ended and whose packets are left.
const ENDED: usize = 4;
/// Tuning: so many packets in a row that look late are those after a long loss.
const LATES: u32 = 6;
/// Packets whose numbers look late.
const PAST: usize = NUMBERS as usize / 2;
/// Limit: packets that wait for one that is missing.
const MAX_WAITING: usize = NUMBERS as usize / 2 - 2;
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
    /// The sender is followed from this row on. Rows and packets before it were not heard; there are none if it is 0.
    Joined {
        /// The row.
        row: u64,
        /// The number of the packet that tells it.
        packet: u32,
    },
    /// Something is not known. The next row is the one after the rows that are lost; packets alone held notes.
    Lost {
        /// Rows, counted exactly.
        rows: u64,
        /// Packets.
        packets: u32,
    },
    /// Nothing more is heard of the sender, which has not said that it ended: what came after its last row is not known.
    BrokeOff,
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
    /// Of these, rows that took no packet.
    pub silent: u64,
    /// Rows told as lost.
    pub lost: u64,
    /// Rows of senders before the first that was heard of each.
    pub missed: u64,
    /// Packets that were believed.
    pub packets: u64,
    /// Of these, keys and hellos.
    pub keys: u64,
    /// Packets that were passed over.
    pub lost_packets: u64,
    /// Senders that were followed, one after the other.
    pub senders: u64,
    /// Senders that broke off.
    pub broken: u64,
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
    waiting: Vec<Waiting>,
    /// The checks of the last packets, which tell one that comes twice from one of another link. What was not heard has
    /// none: it may still come.
    past: [Option<u32>; PAST],
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

/// The identity of a packet.
#[derive(Debug, Clone, Copy)]
enum Said {
    /// A key, a hello or an end that is whole.
    About(About),
    /// Another of this number.
    Number(u32),
}

/// A packet that came too early.
#[derive(Debug, Clone)]
struct Waiting {
    packet: Vec<u8>,
    /// Kept, so that it is not read again each time that another comes.
    said: Said,
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
            past: [None; PAST],
            reorder: reorder.min(MAX_WAITING),
            counts: Counts::default(),
            lates: 0,
            unheard: 0,
            asks: false,
            formless: true,
        }
    }

    /// Goes on so that up to `reorder` packets wait for one that is missing.
    pub fn waits(&mut self, reorder: usize) {
        self.reorder = reorder.min(MAX_WAITING);
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
        self.sort(packet, &mut tell);
        self.go_on(&mut tell);
        self.settle(self.reorder, &mut tell);
        if self.hearing == Hearing::Following {
            (self.unheard, self.asks) = (0, false);
        } else {
            self.asks |= self.unheard.is_multiple_of(PATIENCE);
            self.unheard = self.unheard.wrapping_add(1);
        }
    }

    /// Takes a packet that may have been sent, if it is the one that comes next; says whether it is.
    pub fn offer(&mut self, packet: &[u8], tell: impl FnMut(Event<'_>)) -> bool {
        let is_next = said(packet).is_some_and(|said| matches!(self.place(packet, said), Place::Next));
        if is_next {
            self.packet(packet, tell);
        }
        is_next
    }

    /// Nothing more comes: tells what is known, and whether the sender broke off. Whoever is heard then is a new sender.
    pub fn finish(&mut self, mut tell: impl FnMut(Event<'_>)) {
        self.settle(0, &mut tell);
        self.leave(&mut tell);
        self.ended = [None; ENDED];
    }

    fn sort(&mut self, packet: &[u8], tell: &mut impl FnMut(Event<'_>)) {
        let Some(said) = said(packet) else {
            self.counts.damaged += 1;
            return;
        };
        if matches!(said, Said::About(about) if self.hearing != Hearing::Unheard && self.is_foreign(&about)) {
            // Waiting packets belong to the previous sender.
            self.settle(0, tell);
        }
        match self.place(packet, said) {
            Place::Next => self.take(packet, tell),
            Place::Early => self.keep(packet, said),
            Place::Late => self.late(said),
            Place::Damaged => self.counts.damaged += 1,
        }
    }

    /// After a long loss packets look late, as their numbers are told modulo 32: too many in a row are not.
    fn late(&mut self, said: Said) {
        self.counts.late += 1;
        self.lates = self.lates.saturating_add(u32::from(matches!(said, Said::Number(_))));
        if self.lates > LATES && self.hearing == Hearing::Following {
            self.hearing = Hearing::Lost;
        }
    }

    /// Takes what has been waiting, as far as it fits.
    fn go_on(&mut self, tell: &mut impl FnMut(Event<'_>)) {
        let next = |this: &Self| {
            this.waiting.iter().position(|one| matches!(this.place(&one.packet, one.said), Place::Next))
        };
        while let Some(at) = next(self) {
            let one = self.waiting.remove(at);
            self.take(&one.packet, tell);
        }
        if self.hearing == Hearing::Following && !self.waiting.is_empty() {
            let mut waiting = core::mem::take(&mut self.waiting);
            waiting.retain(|one| matches!(self.place(&one.packet, one.said), Place::Early));
            self.waiting = waiting;
        }
    }

    fn keep(&mut self, packet: &[u8], said: Said) {
        if self.waiting.iter().any(|one| one.packet == packet) {
            self.counts.late += 1;
        } else {
            self.waiting.push(Waiting { packet: packet.to_vec(), said });
        }
    }

    /// Lets at most `most` packets wait: those missing before them will not come. Goes on with the first key
    /// that has come, or waits for one.
    fn settle(&mut self, most: usize, tell: &mut impl FnMut(Event<'_>)) {
        while self.waiting.len() > most {
            if self.hearing == Hearing::Following {
                self.hearing = Hearing::Lost;
            }
            self.go_on(tell);
            if self.waiting.len() > most {
                self.waiting.remove(0);
                // Before a sender is heard nobody knows what its packets say, nor how many there were.
                self.counts.damaged += u64::from(self.hearing == Hearing::Unheard);
            }
        }
    }

    /// Leaves a sender that has not said that it ended.
    fn leave(&mut self, tell: &mut impl FnMut(Event<'_>)) {
        if self.hearing != Hearing::Unheard {
            self.counts.broken += 1;
            self.end();
            tell(Event::BrokeOff);
        }
    }

    fn end(&mut self) {
        self.counts.late += self.waiting.len() as u64;
        self.waiting.clear();
        let [a, b, c, _] = self.ended;
        self.ended = [Some(self.session), a, b, c];
        (self.hearing, self.formless) = (Hearing::Unheard, true);
    }

    fn is_foreign(&self, about: &About) -> bool {
        self.hearing == Hearing::Unheard || about.session != self.session
    }

    fn place(&self, packet: &[u8], said: Said) -> Place {
        match said {
            Said::About(about) => self.place_of_key(&about),
            Said::Number(number) => self.place_of_other(packet, number),
        }
    }

    fn place_of_key(&self, about: &About) -> Place {
        if self.ended.contains(&Some(about.session)) {
            return Place::Late;
        }
        if self.is_foreign(about) {
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
            (Hearing::Unheard, ahead) if ahead >= NUMBERS / 2 && self.ended != [None; ENDED] => {
                let check = self.past.get(number as usize % PAST).copied().flatten();
                if check.is_none_or(|check| check == crc32(packet)) { Place::Late } else { Place::Damaged }
            }
            _ => Place::Early,
        }
    }

    /// Goes past packets that have not been heard and may still come.
    fn skip(&mut self, packets: u32) {
        (0..packets.min(NUMBERS)).for_each(|ahead| self.remember(self.number.wrapping_add(ahead), None));
        self.number = self.number.wrapping_add(packets);
    }

    fn remember(&mut self, number: u32, check: Option<u32>) {
        if let Some(past) = self.past.get_mut(number as usize % PAST) {
            *past = check;
        }
    }

    /// Takes the next packet.
    fn take(&mut self, packet: &[u8], tell: &mut impl FnMut(Event<'_>)) {
        let kind = packet.first().and_then(|head| Kind::of(*head)).map(|(kind, _)| kind);
        let taken = match kind {
            Some(Kind::Key | Kind::Hello | Kind::End) => {
                Key::read(packet).and_then(|key| self.take_key(&key, tell))
            }
            Some(kind) => self.take_other(kind, packet, tell),
            None => Err(Error::Corrupt("kind of a packet")),
        };
        match taken {
            Ok(()) => {
                (self.counts.packets, self.lates) = (self.counts.packets + 1, 0);
                self.remember(self.number.wrapping_sub(1), Some(crc32(packet)));
            }
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
        let taken = self.take_rest(kind, gap, cursor.rest(), tell);
        if taken.is_err() {
            self.hearing = Hearing::Lost;
        }
        taken
    }

    fn take_rest(
        &mut self,
        kind: Kind,
        gap: u16,
        rest: &[u8],
        tell: &mut impl FnMut(Event<'_>),
    ) -> Result<(), Error> {
        self.silence(gap, tell)?;
        match kind {
            Kind::Row => {
                self.surprise(rest)?;
                self.give_row(tell);
            }
            Kind::Note => {
                self.trail.bytes(rest);
                tell(Event::Note(rest));
            }
            _ => {}
        }
        Ok(())
    }

    /// Gives out `gap` silent rows.
    fn silence(&mut self, gap: u16, tell: &mut impl FnMut(Event<'_>)) -> Result<(), Error> {
        if packet::is_too_silent(gap.into(), track::weight(self.tracks.iter())) {
            return Err(Error::Corrupt("more silence than a packet may tell"));
        }
        (0..gap).for_each(|_| self.quiet(tell));
        self.counts.silent += u64::from(gap);
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
        let known = !self.is_foreign(&about);
        let same = known && about.form == self.form;
        if key.is_end {
            return self.take_end(&about, known, tell);
        }
        if key.form.is_none() && !same {
            self.formless = true;
            return Err(Error::Corrupt("a key whose form is not known"));
        }
        let tracks =
            read_states(key.form.as_ref().map_or(&self.columns, |(columns, _)| columns), key.states)?;
        self.reach(&about, known, tell)?;
        if let Some((columns, text)) = key.form.as_ref().filter(|_| !same) {
            self.columns.clone_from(columns);
            self.form = about.form;
            self.text = text.to_vec();
            tell(Event::Form { columns: &self.columns, text: &self.text });
        }
        if !known {
            self.join(&about, tell);
        }
        (self.tracks, self.trail, self.row) = (tracks, Trail::new(key.check), about.row);
        (self.number, self.hearing) = (about.number.wrapping_add(1), Hearing::Following);
        self.formless = false;
        self.counts.keys += 1;
        self.give_row(tell);
        Ok(())
    }

    fn take_end(
        &mut self,
        about: &About,
        known: bool,
        tell: &mut impl FnMut(Event<'_>),
    ) -> Result<(), Error> {
        self.reach(about, known, tell)?;
        if !known {
            self.join(about, tell);
        }
        self.number = about.number.wrapping_add(1);
        self.end();
        tell(Event::Ended);
        Ok(())
    }

    /// Comes to what a key tells: the silent rows before it if they are certain, else what is lost; of another sender,
    /// the end of the one before.
    fn reach(&mut self, about: &About, known: bool, tell: &mut impl FnMut(Event<'_>)) -> Result<(), Error> {
        if !known {
            self.leave(tell);
            return Ok(());
        }
        let follows = self.hearing == Hearing::Following
            && about.number == self.number
            && about.past == self.trail.short()
            && self.row.checked_add(about.gap.into()) == Some(about.row);
        if follows {
            return self.silence(about.gap, tell);
        }
        let rows = about.row.saturating_sub(self.row);
        let packets = about.number.wrapping_sub(self.number);
        self.counts.lost = self.counts.lost.saturating_add(rows);
        self.counts.lost_packets = self.counts.lost_packets.saturating_add(packets.into());
        self.skip(packets);
        if rows > 0 || packets > 0 {
            tell(Event::Lost { rows, packets });
        }
        Ok(())
    }

    fn join(&mut self, about: &About, tell: &mut impl FnMut(Event<'_>)) {
        self.session = about.session;
        self.counts.senders += 1;
        self.counts.missed = self.counts.missed.saturating_add(about.row);
        // Before packet 0 nothing was sent, so nothing of it can come.
        (self.number, self.past) = (0, [Some(0); PAST]);
        self.skip(about.number);
        tell(Event::Joined { row: about.row, packet: about.number });
        if about.row == 0 && about.number > 0 {
            self.counts.lost_packets = self.counts.lost_packets.saturating_add(about.number.into());
            tell(Event::Lost { rows: 0, packets: about.number });
        }
    }
}

/// Reads the identity of a packet.
fn said(packet: &[u8]) -> Option<Said> {
    match Kind::of(*packet.first()?)? {
        (Kind::Ask, _) => None,
        (Kind::Key | Kind::Hello | Kind::End, _) => Some(Said::About(Key::read(packet).ok()?.about)),
        (_, number) => Some(Said::Number(number)),
    }
}

fn read_states(columns: &[Column], states: &[u8]) -> Result<Vec<Track>, Error> {
    let mut bits = BitReader::new(states);
    let read = |column: &Column| Track::read_state(column, &mut bits);
    let tracks = columns.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    bits.finish()?;
    Ok(tracks)
}
