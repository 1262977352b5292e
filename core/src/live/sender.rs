//! The end of a live link that has the samples.
//!
//! Each row gives at most one packet: none if nothing surprised, `row` if something did, `quiet` as the heartbeat, and now
//! and then a key in its place. A key is what both ends hold, rounded so that it is short, and the sender goes on from the
//! rounded state as well: whoever hears a key knows all that is needed from then on.

use super::{
    Column,
    bits::BitWriter,
    check::Trail,
    choice::Choice,
    packet::{self, About, Kind, MAX_COLUMNS, MAX_GAP, Want},
    predict::Past,
    track::{self, MAX_WITHIN, MAX_WORD, Track},
};
use crate::entropy::put_varint;
use alloc::vec::Vec;
use core::num::NonZeroU16;

/// Limit: numbers are within so many steps of 0.
pub(crate) const MAX_NUMBER: u64 = 1 << 61;

/// A cell that comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sample<'a> {
    /// A number of steps of the column's lattice.
    Number(i64),
    /// The same, rounded: the number meant is within a step of it.
    Near(i64),
    /// Anything else; at most [`MAX_WORD`] bytes.
    Word(&'a [u8]),
}

/// How a sender is set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Another one each time a sender starts: a boot count, a random number, the time.
    pub session: u32,
    /// A packet is sent after so many silent rows.
    pub heartbeat: NonZeroU16,
    /// Rows after which the next packet is a key; 0: no limit.
    pub key: u32,
    /// The next packet is a key as well once those since the last key took this many times its bytes (the form of a
    /// hello left out); 0: no limit.
    pub spacing: u16,
    /// One key in so many is a hello; 0: only the first, and those asked for.
    pub hello: u32,
    /// Bytes of a packet at most.
    pub most: usize,
}

impl Default for Options {
    fn default() -> Self {
        let heartbeat = NonZeroU16::new(64).unwrap_or(NonZeroU16::MIN);
        Self { session: 0, heartbeat, key: 1024, spacing: 16, hello: 4, most: 1200 }
    }
}

/// What is known of those who listen, from the best to the worst.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// They follow: packets build on each other.
    #[default]
    Follows,
    /// They miss many packets: each that tells a row is a key, and a hello while the form is new.
    Misses,
    /// It is not known whether anything has reached them: each that tells a row is a hello.
    Unheard,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// Nothing is to be sent.
    Silence,
    /// A packet is.
    Packet,
}

/// Why a row was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// It has another number of cells than the link has columns.
    #[error("a row of another number of columns")]
    Columns,
    /// A number is beyond `MAX_NUMBER`, or is rounded where the column is exact.
    #[error("the number in column {0} is too large for a live link")]
    Number(usize),
    /// A word is longer than [`MAX_WORD`].
    #[error("the text in column {0} is too long for a live link")]
    Word(usize),
    /// The packet would be longer than it may be. The row is lost to the receiver, and the next packet is a key.
    #[error("a row takes a packet of {bytes} bytes, the limit is {most}")]
    Long {
        /// Its bytes.
        bytes: usize,
        /// Bytes allowed.
        most: usize,
    },
}

/// One column of the sender.
#[derive(Debug, Clone)]
struct Lane {
    track: Track,
    choice: Choice,
    /// The sample of this row is not within the bound of the prediction.
    surprised: bool,
}

/// The sender.
#[derive(Debug, Clone)]
pub struct Sender {
    lanes: Vec<Lane>,
    /// Columns and text of a hello.
    form: Vec<u8>,
    options: Options,
    /// Rows taken.
    row: u64,
    /// Packets made.
    number: u32,
    /// Silent rows since the last packet.
    gap: u16,
    trail: Trail,
    /// The trail after the last packet.
    past: u16,
    rows_since_key: u32,
    bytes_since_key: u64,
    /// Bytes of the last key, without its form.
    key_bytes: u64,
    keys_since_hello: u32,
    wanted: Option<Want>,
    reach: Reach,
    /// Keys that are hellos because the form is new, while much is lost.
    hellos: u32,
}

/// Tuning: of one in ten that arrives, one of these does.
const HELLOS: u32 = 32;

impl Sender {
    /// A sender of rows of these columns. `text` is for whoever receives: names, units, how numbers are written.
    /// Columns beyond `MAX_COLUMNS` and bounds beyond `MAX_WITHIN` are cut.
    pub fn new(columns: &[Column], text: &[u8], options: Options) -> Self {
        let mut sender = Self {
            lanes: Vec::new(),
            form: Vec::new(),
            options,
            row: 0,
            number: 0,
            gap: 0,
            trail: Trail::new(0),
            past: 0,
            rows_since_key: 0,
            bytes_since_key: 0,
            key_bytes: 0,
            keys_since_hello: 0,
            wanted: None,
            reach: Reach::default(),
            hellos: 0,
        };
        sender.change(columns, text);
        sender
    }

    /// Goes on with other columns; the next row is told in a hello.
    pub fn change(&mut self, columns: &[Column], text: &[u8]) {
        let columns = columns.iter().take(MAX_COLUMNS);
        let columns: Vec<Column> =
            columns.map(|c| Column { within: c.within.min(MAX_WITHIN), ..*c }).collect();
        self.form.clear();
        packet::put_form(&columns, text, &mut self.form);
        let lane =
            |column: &Column| Lane { track: Track::new(column), choice: Choice::default(), surprised: false };
        self.lanes = columns.iter().map(lane).collect();
        (self.wanted, self.hellos) = (Some(Want::Hello), HELLOS);
    }

    /// Takes the next row; what is to be sent, if anything, is put into `out`, which is cleared.
    pub fn row(&mut self, samples: &[Sample<'_>], out: &mut Vec<u8>) -> Result<Sent, Refused> {
        out.clear();
        self.check(samples)?;
        for (lane, sample) in self.lanes.iter_mut().zip(samples) {
            lane.see(sample);
        }
        let weight = track::weight(self.lanes.iter().map(|lane| &lane.track));
        let is_silent = |rows: u16| !packet::is_too_silent(u64::from(self.gap) + u64::from(rows), weight);
        let surprised = !is_silent(1) || self.lanes.iter().any(|lane| lane.surprised);
        // A gap that has reached the heartbeat has been told.
        let beat = self.gap + 1 >= self.options.heartbeat.get() || !is_silent(2);
        if self.wanted.is_some() || ((surprised || beat) && self.is_key_due()) {
            self.key(samples, out);
        } else if surprised {
            self.surprise(samples, out);
        } else {
            self.silence();
            if !beat {
                return Ok(Sent::Silence);
            }
            self.tell(Kind::Quiet, &[], out);
        }
        self.finish(out)
    }

    /// Takes bytes that are no row, to be given out between the rows before and after them.
    pub fn note(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<Sent, Refused> {
        out.clear();
        self.tell(Kind::Note, bytes, out);
        self.trail.bytes(bytes);
        self.finish(out)
    }

    /// Tells the silence so far; nothing if there is none.
    pub fn heartbeat(&mut self, out: &mut Vec<u8>) -> Result<Sent, Refused> {
        out.clear();
        if self.gap == 0 {
            return Ok(Sent::Silence);
        }
        self.tell(Kind::Quiet, &[], out);
        self.finish(out)
    }

    /// Tells that no more rows come.
    pub fn end(&mut self, out: &mut Vec<u8>) -> Result<Sent, Refused> {
        out.clear();
        self.about().write(Kind::End, out);
        packet::put_check(out);
        self.finish(out)
    }

    /// Takes a packet from the receiver; what is not understood is left alone.
    pub fn handle(&mut self, packet: &[u8]) {
        match (packet::asked(packet), self.wanted) {
            (Some(Want::Key), None) => self.wanted = Some(Want::Key),
            (Some(Want::Hello), _) => self.wanted = Some(Want::Hello),
            _ => {}
        }
    }

    /// Goes on as suits those who listen.
    pub fn reaches(&mut self, reach: Reach) {
        self.reach = reach;
    }

    fn check(&self, samples: &[Sample<'_>]) -> Result<(), Refused> {
        if samples.len() != self.lanes.len() {
            return Err(Refused::Columns);
        }
        for (column, (sample, lane)) in samples.iter().zip(&self.lanes).enumerate() {
            match sample {
                Sample::Number(number) if number.unsigned_abs() <= MAX_NUMBER => {}
                Sample::Near(number) if number.unsigned_abs() <= MAX_NUMBER && lane.track.within > 0 => {}
                Sample::Number(_) | Sample::Near(_) => return Err(Refused::Number(column)),
                Sample::Word(word) if word.len() <= MAX_WORD => {}
                Sample::Word(_) => return Err(Refused::Word(column)),
            }
        }
        Ok(())
    }

    fn is_key_due(&self) -> bool {
        let Options { key, spacing, .. } = self.options;
        let most = self.key_bytes.saturating_mul(spacing.into());
        self.reach != Reach::Follows
            || (key > 0 && self.rows_since_key >= key)
            || (spacing > 0 && self.bytes_since_key >= most)
    }

    fn silence(&mut self) {
        for lane in &mut self.lanes {
            lane.track.quiet();
            lane.track.mark(&mut self.trail);
        }
        self.gap += 1;
        self.count_row();
    }

    fn count_row(&mut self) {
        self.row += 1;
        self.rows_since_key = self.rows_since_key.saturating_add(1);
    }

    /// Begins a packet that tells the gap.
    fn tell(&mut self, kind: Kind, bytes: &[u8], out: &mut Vec<u8>) {
        out.push(kind.head(self.number));
        put_varint(out, self.gap.into());
        out.extend_from_slice(bytes);
        packet::put_tag(self.past, out);
    }

    fn surprise(&mut self, samples: &[Sample<'_>], out: &mut Vec<u8>) {
        out.push(Kind::Row.head(self.number));
        put_varint(out, self.gap.into());
        let alone = self.lanes.len() == 1;
        let mut bits = BitWriter::new(out);
        for (lane, sample) in self.lanes.iter_mut().zip(samples) {
            if !alone {
                bits.flag(lane.surprised);
            }
            match lane.surprised {
                true => lane.tell(sample, &mut bits),
                false => lane.track.quiet(),
            }
            lane.track.mark(&mut self.trail);
            lane.track.mark_word(&mut self.trail);
        }
        packet::put_tag(self.past, out);
        self.count_row();
    }

    fn about(&self) -> About {
        About {
            session: self.options.session,
            number: self.number,
            row: self.row,
            gap: self.gap,
            past: self.past,
            form: packet::form_of(&self.form),
        }
    }

    fn key(&mut self, samples: &[Sample<'_>], out: &mut Vec<u8>) {
        let turn = self.options.hello > 0 && self.keys_since_hello + 1 >= self.options.hello;
        let is_new = self.reach == Reach::Misses && self.hellos > 0;
        let hello = turn || is_new || self.wanted == Some(Want::Hello) || self.reach == Reach::Unheard;
        self.hellos = self.hellos.saturating_sub(1);
        self.about().write(if hello { Kind::Hello } else { Kind::Key }, out);
        if hello {
            out.extend_from_slice(&self.form);
        }
        let mut bits = BitWriter::new(out);
        for (lane, sample) in self.lanes.iter_mut().zip(samples) {
            lane.renew(sample);
            lane.track.write_state(&mut bits);
        }
        self.trail = Trail::new(packet::put_check(out));
        self.wanted = None;
        self.keys_since_hello = if hello { 0 } else { self.keys_since_hello.saturating_add(1) };
        self.count_row();
        let form = if hello { self.form.len() } else { 0 };
        (self.rows_since_key, self.bytes_since_key) = (0, 0);
        self.key_bytes = out.len().saturating_sub(form) as u64;
    }

    /// Ends a packet.
    fn finish(&mut self, out: &mut Vec<u8>) -> Result<Sent, Refused> {
        self.number = self.number.wrapping_add(1);
        (self.gap, self.past) = (0, self.trail.short());
        self.bytes_since_key = self.bytes_since_key.saturating_add(out.len() as u64);
        let (bytes, most) = (out.len(), self.options.most);
        if bytes <= most {
            return Ok(Sent::Packet);
        }
        out.clear();
        self.wanted = Some(self.wanted.unwrap_or(Want::Key));
        Err(Refused::Long { bytes, most })
    }
}

impl Lane {
    /// The number of a sample, and how far both ends may be from it.
    fn bound(&self, sample: &Sample<'_>) -> Option<(i64, u64)> {
        match sample {
            Sample::Number(number) => Some((*number, self.track.within)),
            Sample::Near(number) => Some((*number, self.track.within.saturating_sub(1))),
            Sample::Word(_) => None,
        }
    }

    /// Compares the sample of a row with the prediction.
    fn see(&mut self, sample: &Sample<'_>) {
        self.surprised = match (self.bound(sample), sample) {
            (Some((number, within)), _) => {
                self.choice.see(number, within, &self.track);
                self.track.odd || self.track.predict().abs_diff(number) > within
            }
            (None, Sample::Word(word)) => self.track.cell() != super::Cell::Word(word),
            (None, _) => false,
        };
    }

    /// Tells a sample that surprised.
    fn tell(&mut self, sample: &Sample<'_>, bits: &mut BitWriter<'_>) {
        if let Sample::Word(word) = sample {
            self.track.write_word(word, bits);
        }
        let Some((number, within)) = self.bound(sample) else { return };
        let (chosen, told, before) = (self.choice.settle(), self.track.predict(), self.track.past);
        let quanta = self.track.quanta(told, number, chosen.lead, within);
        self.track.write_number(quanta, chosen.mode, bits);
        self.begin(told, before, number, within);
    }

    /// Takes a sample for a key, and rounds what is held.
    fn renew(&mut self, sample: &Sample<'_>) {
        if let Sample::Word(word) = sample {
            self.track.take_word(word);
        }
        let before = self.track.past;
        let aimed = self.bound(sample).map(|(number, within)| {
            let (chosen, told) = (self.choice.settle(), self.track.predict());
            self.track.take(self.track.aim(told, number, chosen.lead, within), chosen.mode);
            (told, number, within)
        });
        self.track.round();
        if let Some((told, number, within)) = aimed {
            self.begin(told, before, number, within);
        }
    }

    fn begin(&mut self, told: i64, before: Past, number: i64, within: u64) {
        self.choice.begin(told, before, &self.track, number, within);
    }
}

/// Heartbeats are told before a gap is longer than a packet may tell.
const _: () = assert!(MAX_GAP == u16::MAX);

/// Bytes that one column takes.
#[cfg(test)]
pub(super) const LANE: usize = size_of::<Lane>();
