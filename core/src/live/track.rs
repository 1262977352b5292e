//! What both ends hold of one column: its last cell and its predictors. Whatever changes it, changes it alike at both ends.
//!
//! ```text
//! entry  := 0 | number                   a number
//!         | 1 | word                     anything else
//! number := 0 | golomb(k, zigzag(r))     as predicted so far, plus r quanta
//!         | 1 other | golomb(...)        the same, and from now on another predictor
//! other  := a one for each of the others, in order, that is not meant | a zero, unless only the last is left
//! word   := length u8 | bytes
//! state  := odd u1 | word, if it is odd | blank u1 | numbers, unless it is blank
//! numbers := mode u2 | last sized | size u6
//!         | clock u1 | step sized, latest sized, if the clock is kept
//!         | linear u1 | width u5, 8 steps of so many bits (zigzag), 8 weights i8 in 32nds, if the linear neuron is kept
//! ```
//! k is the mean number of bits of zigzag(r) of late. The quantum is half of the column's bound, at least 1.

use super::{
    Column,
    bits::{BitReader, BitWriter},
    check::Trail,
    predict::{Clock, LAGS, MAX, Mode, Past, Weights},
};
use crate::{
    error::Error,
    num::{unzigzag, zigzag},
};
use alloc::vec::Vec;

/// Wire: the longest word.
pub const MAX_WORD: usize = 255;
/// Wire: the widest bound.
pub(crate) const MAX_WITHIN: u64 = 1 << 60;
/// Wire: what a number weighs.
const NUMBER_WEIGHT: u64 = 16;

/// Returns the weight of a row of these columns: about its length as text, at least 1.
pub(super) fn weight<'t>(tracks: impl Iterator<Item = &'t Track>) -> u64 {
    tracks.map(Track::weight).sum::<u64>() + 1
}

/// One column as both ends hold it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Track {
    pub(super) within: u64,
    pub(super) mode: Mode,
    pub(super) past: Past,
    pub(super) weights: Weights,
    pub(super) expert: Option<Weights>,
    pub(super) clock: Clock,
    /// The mean number of bits of a surprise, in eighths.
    size: u16,
    /// The cell is a word; the numbers wait.
    pub(super) odd: bool,
    /// There has been a number.
    known: bool,
    word: Vec<u8>,
}

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell<'a> {
    /// A number of steps of the column's lattice.
    Number(i64),
    /// Anything else.
    Word(&'a [u8]),
}

impl Track {
    /// A column whose first cell is the empty word.
    pub(super) fn new(column: &Column) -> Self {
        Self {
            within: column.within.min(MAX_WITHIN),
            mode: Mode::Hold,
            past: Past::default(),
            weights: Weights::default(),
            expert: column.expert.map(|expert| Weights::new(&expert.weights())),
            clock: Clock::default(),
            size: 0,
            odd: true,
            known: false,
            word: Vec::new(),
        }
    }

    pub(super) fn quantum(&self) -> i64 {
        (self.within / 2).max(1).cast_signed()
    }

    pub(super) fn cell(&self) -> Cell<'_> {
        if self.odd { Cell::Word(&self.word) } else { Cell::Number(self.past.last) }
    }

    /// The next number.
    pub(super) fn predict(&self) -> i64 {
        match self.mode {
            Mode::Hold => self.past.last,
            Mode::Linear => self.weights.predict(&self.past),
            Mode::Clock => self.clock.predict(self.past.last),
            Mode::Expert => self.expert.as_ref().map_or(self.past.last, |expert| expert.predict(&self.past)),
        }
    }

    /// Takes silence.
    pub(super) fn quiet(&mut self) {
        if !self.odd {
            self.follow(self.predict());
        }
    }

    fn follow(&mut self, sample: i64) {
        if self.known {
            self.clock.push(self.past.last, sample);
            self.past.push(sample);
        } else {
            self.past.last = sample;
            self.known = true;
        }
    }

    /// Takes a number that was not predicted, and the predictor to ask from now on.
    pub(super) fn take(&mut self, sample: i64, mode: Mode) {
        if self.known {
            self.weights.learn(&self.past, sample, self.within);
        }
        self.follow(sample);
        (self.mode, self.odd) = (mode, false);
    }

    /// Takes a word; of a longer one than [`MAX_WORD`] only the beginning.
    pub(super) fn take_word(&mut self, word: &[u8]) {
        self.word.clear();
        self.word.extend(word.iter().take(MAX_WORD));
        self.odd = true;
    }

    /// Adds its number to the trail, which happens with every row.
    pub(super) fn mark(&self, trail: &mut Trail) {
        if !self.odd {
            trail.number(self.past.last);
        }
    }

    /// Adds its word to the trail, which happens with rows that are told.
    pub(super) fn mark_word(&self, trail: &mut Trail) {
        if self.odd {
            trail.bytes(&self.word);
        }
    }

    fn weight(&self) -> u64 {
        if self.odd { self.word.len() as u64 + 1 } else { NUMBER_WEIGHT }
    }

    fn bits(&self) -> u32 {
        (u32::from(self.size) + 4) / 8
    }

    fn resize(&mut self, code: u64) {
        let bits = 64 - code.leading_zeros();
        let change = (8 * bits as i32 - i32::from(self.size)) / 4;
        self.size = (i32::from(self.size) + change) as u16;
    }

    /// Writes a number `surprise` quanta from the prediction, and takes it.
    pub(super) fn write_number(&mut self, surprise: i64, mode: Mode, bits: &mut BitWriter<'_>) {
        bits.flag(false);
        bits.flag(mode != self.mode);
        if mode != self.mode {
            self.write_other(mode, bits);
        }
        bits.golomb(self.bits(), zigzag(surprise));
        self.resize(zigzag(surprise));
        self.take(self.predict() + surprise * self.quantum(), mode);
    }

    fn write_other(&self, mode: Mode, bits: &mut BitWriter<'_>) {
        let mut others = self.mode.others(self.expert.is_some());
        let last = others.next_back();
        for other in others {
            bits.flag(other != mode);
            if other == mode {
                return;
            }
        }
        debug_assert_eq!(last, Some(mode));
    }

    fn read_other(&self, bits: &mut BitReader<'_>) -> Result<Mode, Error> {
        let mut others = self.mode.others(self.expert.is_some());
        let last = others.next_back().unwrap_or_default();
        for other in others {
            if !bits.flag()? {
                return Ok(other);
            }
        }
        Ok(last)
    }

    /// Writes a word, and takes it.
    pub(super) fn write_word(&mut self, word: &[u8], bits: &mut BitWriter<'_>) {
        self.take_word(word);
        bits.flag(true);
        put_word(&self.word, bits);
    }

    /// Reads an entry, and takes what it says.
    pub(super) fn read_entry(&mut self, bits: &mut BitReader<'_>) -> Result<(), Error> {
        if bits.flag()? {
            return self.read_word(bits);
        }
        let mode = if bits.flag()? { self.read_other(bits)? } else { self.mode };
        let code = bits.golomb(self.bits())?;
        let sample = i128::from(self.predict()) + i128::from(unzigzag(code)) * i128::from(self.quantum());
        self.resize(code);
        self.take(held(sample)?, mode);
        Ok(())
    }

    fn read_word(&mut self, bits: &mut BitReader<'_>) -> Result<(), Error> {
        let length = bits.get(8)?;
        self.odd = true;
        self.word.clear();
        for _ in 0..length {
            self.word.push(bits.get(8)? as u8);
        }
        Ok(())
    }

    /// Forgets what a key does not tell, so that one who begins with the key holds the same.
    pub(super) fn round(&mut self) {
        if !self.odd {
            self.word.clear();
        }
        if !self.known {
            return;
        }
        let Clock { step, latest } = self.clock;
        let told = [step, latest].iter().all(|s| s.abs() <= MAX);
        // Where every packet is a key, a clock that was forgotten each time would never be found out.
        let ticks = self.within == 0 && step == latest;
        if !(self.mode == Mode::Clock || ticks) || !told {
            self.clock = Clock::default();
        }
        let weights = if self.mode == Mode::Clock { [0; LAGS] } else { self.weights.rounded() };
        if weights == [0; LAGS] && self.mode != Mode::Expert {
            self.past.steps = [0; LAGS];
        }
        self.weights = Weights::coarse(weights);
        self.size = (self.bits() * 8) as u16;
    }

    /// Writes what is held; [`Track::round`] goes before it.
    pub(super) fn write_state(&self, bits: &mut BitWriter<'_>) {
        bits.flag(self.odd);
        if self.odd {
            put_word(&self.word, bits);
        }
        bits.flag(!self.known);
        if !self.known {
            return;
        }
        bits.put(self.mode as u64, 2);
        bits.sized(self.past.last);
        bits.put(self.bits().into(), 6);
        let Clock { step, latest } = self.clock;
        let clock = self.clock != Clock::default();
        bits.flag(clock);
        if clock {
            bits.sized(step);
            bits.sized(latest);
        }
        let linear = self.past.steps != [0; LAGS] || self.weights != Weights::default();
        bits.flag(linear);
        if linear {
            let codes = self.past.steps.map(|s| zigzag(s.into()));
            let width = codes.iter().map(|c| 64 - c.leading_zeros()).max().unwrap_or(0);
            bits.put(width.saturating_sub(1).into(), 5);
            codes.iter().for_each(|c| bits.put(*c, width.max(1)));
            self.weights.rounded().iter().for_each(|w| bits.put((*w as u8).into(), 8));
        }
    }

    /// Reads the state of a column from a key.
    pub(super) fn read_state(column: &Column, bits: &mut BitReader<'_>) -> Result<Self, Error> {
        let mut track = Self::new(column);
        track.odd = bits.flag()?;
        if track.odd {
            track.read_word(bits)?;
        }
        track.known = !bits.flag()?;
        if !track.known {
            return if track.odd { Ok(track) } else { Err(Error::Corrupt("a column without a cell")) };
        }
        let mode =
            Mode::from_bits(bits.get(2)?).filter(|mode| *mode != Mode::Expert || track.expert.is_some());
        track.mode = mode.ok_or(Error::Corrupt("predictor"))?;
        track.past.last = held(bits.sized()?.into())?;
        track.size = bits.get(6)? as u16 * 8;
        if bits.flag()? {
            track.clock = Clock { step: bits.sized()?, latest: bits.sized()? };
        }
        if bits.flag()? {
            let width = bits.get(5)? as u32 + 1;
            let mut steps = [0; LAGS];
            for step in &mut steps {
                *step = i32::try_from(unzigzag(bits.get(width)?)).map_err(|_| Error::Corrupt("step"))?;
            }
            track.past.steps = steps;
            let mut weights = [0; LAGS];
            for weight in &mut weights {
                *weight = bits.get(8)? as u8 as i8;
            }
            track.weights = Weights::coarse(weights);
        }
        Ok(track)
    }
}

fn put_word(word: &[u8], bits: &mut BitWriter<'_>) {
    // At most MAX_WORD bytes.
    bits.put(word.len() as u64, 8);
    word.iter().for_each(|byte| bits.put(u64::from(*byte), 8));
}

/// A number that both ends may hold.
fn held(sample: i128) -> Result<i64, Error> {
    let sample = i64::try_from(sample).ok().filter(|s| s.abs() <= MAX);
    sample.ok_or(Error::Corrupt("a number of a packet is out of range"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{live::Expert, neuron::LinearGene, num::Q16};
    use alloc::vec;
    use proptest::prelude::*;

    #[derive(Debug, Clone)]
    enum Step {
        Quiet,
        Number(i64, Mode),
        Word(Vec<u8>),
        Key,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let mode = prop_oneof![Just(Mode::Hold), Just(Mode::Linear), Just(Mode::Clock), Just(Mode::Expert)];
        let number = prop_oneof![-40_i64..40, -1_i64 << 61..1 << 61];
        let step = prop_oneof![
            3 => Just(Step::Quiet),
            3 => (number, mode).prop_map(|(n, mode)| Step::Number(n, mode)),
            1 => prop::collection::vec(any::<u8>(), 0..9).prop_map(Step::Word),
            1 => Just(Step::Key),
        ];
        prop::collection::vec(step, 0..40)
    }

    proptest! {
        #[test]
        fn both_ends_hold_the_same(
            steps in steps(), within in prop_oneof![0_u64..100, Just(MAX_WITHIN)], weights in prop::array::uniform8(-1 << 17..1 << 17_i32)
        ) {
            let expert = Expert::of(&LinearGene { weights: weights.map(Q16::from_bits), ..LinearGene::FRESH });
            let column = Column { within, expert: expert.filter(|_| weights[0] % 2 == 0) };
            let (mut here, mut there) = (Track::new(&column), Track::new(&column));
            for step in steps {
                let mut out = vec![];
                let mut bits = BitWriter::new(&mut out);
                match &step {
                    Step::Quiet => {
                        here.quiet();
                        there.quiet();
                        prop_assert_eq!(&here, &there);
                        continue;
                    }
                    Step::Number(target, mode) => {
                        let mode = if column.expert.is_some() || *mode != Mode::Expert { *mode } else { Mode::Hold };
                        let surprise = (target - here.predict()) / here.quantum();
                        here.write_number(surprise, mode, &mut bits);
                        prop_assert!(here.past.last.abs_diff(*target) <= here.quantum().unsigned_abs());
                    }
                    Step::Word(word) => here.write_word(word, &mut bits),
                    Step::Key => {
                        here.round();
                        here.write_state(&mut bits);
                        let mut bits = BitReader::new(&out);
                        there = Track::read_state(&column, &mut bits).unwrap();
                        prop_assert!(bits.finish().is_ok());
                        prop_assert_eq!(&here, &there);
                        continue;
                    }
                }
                let mut bits = BitReader::new(&out);
                there.read_entry(&mut bits).unwrap();
                prop_assert!(bits.finish().is_ok());
                prop_assert_eq!(&here, &there);
            }
        }

        #[test]
        fn any_bytes_are_states_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..80), entries: [u64; 8]) {
            let Ok(mut track) = Track::read_state(&Column::new(9), &mut BitReader::new(&bytes)) else { return Ok(()) };
            for entry in entries {
                track.quiet();
                let _ = track.read_entry(&mut BitReader::new(&entry.to_be_bytes()));
            }
            prop_assert!(track.past.last.abs() <= MAX);
        }
    }
}
