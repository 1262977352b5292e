//! Adaptive symbols: one of sixteen at a time, by odds that follow what was coded.
//!
//! ```text
//! odds    bounds of 16 symbols, twice: quick and slow, at first 2048 * symbol each; symbol s takes the range
//!         from bound s to bound s + 1 of their means (q + s) >> 1, the last one up to 2^15
//! learn   every bound moves to its target, t(i) = i up to the symbol coded, 2^15 - (16 - i) above it:
//!         by (t - bound) >> rate, where rates are 3 at first and one more after every 16 symbols, for the quick one 5 at
//!         last, for the slow one 7
//! block   := words varint | state [4] * 2 | word [2] * | bit stack of plain digits
//! a state from 2^16 up to 2^32 gives the range with state mod 2^15 in it, and becomes
//!         width * (state >> 15) + state mod 2^15 - start; below 2^16, the next word is put under it
//! ```
//! Two states take turns, so that one is worked on while the other is waited for. Both end at 2^16. Targets rise by one
//! at least from bound to bound, and so do the bounds at any time: no symbol ever becomes impossible.

use super::{
    Cursor,
    bits::{self, Reader, Writer},
    put_varint,
};
use crate::error::Error;
use alloc::vec::Vec;

/// How many symbols there are.
pub(crate) const SYMBOLS: usize = 16;
/// Logarithm of all ranges together.
const WHOLE: u32 = 15;
/// States are at least this, and start here.
const MIN_STATE: u32 = 1 << 16;
/// How slowly the quick bounds move at last, and the slow ones.
const QUICK: u32 = 5;
const SLOW: u32 = 7;
/// Symbols after which rates grow by one, and after which they are what they stay.
const STAGE: u8 = 16;
const YOUTH: u8 = 4 * STAGE;
/// Plain digits that go through the stack in one piece.
const PIECE: u32 = 32;

/// What a bound moves to, by the symbol coded.
#[expect(clippy::indexing_slicing, reason = "both indexes count up to the array's length, at compile time")]
const TARGETS: [[i16; SYMBOLS]; SYMBOLS] = {
    let mut targets = [[0; SYMBOLS]; SYMBOLS];
    let mut symbol = 0;
    while symbol < SYMBOLS {
        let mut bound = 0;
        while bound < SYMBOLS {
            let above = i16::MAX - (SYMBOLS - 1 - bound) as i16;
            targets[symbol][bound] = if bound <= symbol { bound as i16 } else { above };
            bound += 1;
        }
        symbol += 1;
    }
    targets
};

/// How likely each symbol is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Odds {
    quick: [i16; SYMBOLS],
    slow: [i16; SYMBOLS],
    seen: u8,
}

impl Odds {
    /// All symbols as likely.
    #[expect(clippy::indexing_slicing, reason = "the index counts up to the array's length, at compile time")]
    pub(crate) const EVEN: Self = {
        let mut even = [0; SYMBOLS];
        let mut bound = 0;
        while bound < SYMBOLS {
            even[bound] = (bound << WHOLE >> 4) as i16;
            bound += 1;
        }
        Self { quick: even, slow: even, seen: 0 }
    };

    /// Bounds of all symbols, the upper one of the last too.
    #[inline(always)]
    fn bounds(&self) -> [u16; SYMBOLS + 1] {
        let mut bounds = [1 << WHOLE; SYMBOLS + 1];
        for (bound, (quick, slow)) in bounds.iter_mut().zip(self.quick.iter().zip(&self.slow)) {
            *bound = (quick.cast_unsigned() + slow.cast_unsigned()) >> 1;
        }
        bounds
    }

    /// Where the range of a symbol starts and ends.
    #[inline(always)]
    fn range(&self, symbol: usize) -> Option<(u16, u16)> {
        let bound = |symbol: usize| {
            Some((self.quick.get(symbol)?.cast_unsigned() + self.slow.get(symbol)?.cast_unsigned()) >> 1)
        };
        Some((bound(symbol)?, bound(symbol + 1).unwrap_or(1 << WHOLE)))
    }

    #[inline(always)]
    fn learn(&mut self, symbol: usize) {
        let Some(targets) = TARGETS.get(symbol) else { return };
        if self.seen < YOUTH {
            return self.learn_young(targets);
        }
        self.approach::<QUICK, SLOW>(targets);
    }

    #[inline(never)]
    fn learn_young(&mut self, targets: &[i16; SYMBOLS]) {
        match self.seen / STAGE {
            0 => self.approach::<3, 3>(targets),
            1 => self.approach::<4, 4>(targets),
            2 => self.approach::<QUICK, 5>(targets),
            _ => self.approach::<QUICK, 6>(targets),
        }
        self.seen += 1;
    }

    /// Moves all bounds, eight at a time: the loops are turned into vectors only in a function of their own.
    #[inline(never)]
    fn approach<const QUICK: u32, const SLOW: u32>(&mut self, targets: &[i16; SYMBOLS]) {
        self.quick.iter_mut().zip(targets).for_each(|(bound, target)| *bound += (target - *bound) >> QUICK);
        self.slow.iter_mut().zip(targets).for_each(|(bound, target)| *bound += (target - *bound) >> SLOW);
    }
}

/// The encoder and the decoder as one thing to the models: they ask for a symbol and get the one that was coded.
pub(crate) trait Coder {
    /// Codes a symbol through one of the two states; the encoder codes `wanted`, the decoder does not look at it.
    fn symbol<const STATE: usize>(&mut self, odds: &mut Odds, wanted: usize) -> usize;

    /// Codes the lowest `count` bits as they are.
    fn plain(&mut self, count: u32, wanted: u64) -> u64;
}

/// Symbols to a block. They are noted first: the states have to be led from the last symbol to the first.
#[derive(Debug, Default)]
pub(crate) struct Encoder {
    /// Start, width and which state.
    ranges: Vec<(u16, u16, bool)>,
    plain: Vec<(u64, u32)>,
}

impl Coder for Encoder {
    #[inline(always)]
    fn symbol<const STATE: usize>(&mut self, odds: &mut Odds, wanted: usize) -> usize {
        if let Some((start, end)) = odds.range(wanted) {
            self.ranges.push((start, end - start, STATE != 0));
        }
        odds.learn(wanted);
        wanted
    }

    #[inline(always)]
    fn plain(&mut self, count: u32, wanted: u64) -> u64 {
        if count > 0 {
            self.plain.push((wanted, count));
        }
        wanted
    }
}

impl Encoder {
    /// Appends what was coded as a block, and starts anew.
    pub(crate) fn finish(&mut self, out: &mut Vec<u8>) {
        let mut words: Vec<u16> = Vec::with_capacity(self.ranges.len() / 2);
        let mut states = [MIN_STATE; 2];
        for (start, width, second) in self.ranges.drain(..).rev() {
            let [first_state, second_state] = &mut states;
            let state = if second { second_state } else { first_state };
            let (start, width) = (u32::from(start), u32::from(width));
            if *state >> (32 - WHOLE) >= width {
                words.push(*state as u16);
                *state >>= 16;
            }
            *state = ((*state / width) << WHOLE) + *state % width + start;
        }
        put_varint(out, words.len() as u64);
        states.iter().for_each(|state| out.extend(state.to_le_bytes()));
        words.iter().rev().for_each(|word| out.extend(word.to_le_bytes()));
        let mut stack = Writer::default();
        for (digits, count) in self.plain.drain(..).rev() {
            if count > PIECE {
                stack.push(digits >> PIECE, count - PIECE);
            }
            stack.push(digits & (u64::MAX >> (u64::BITS - count.min(PIECE))), count.min(PIECE));
        }
        stack.finish(out);
    }
}

const _: () = assert!(PIECE <= bits::MAX && u64::BITS - PIECE <= PIECE);

/// A block to symbols.
#[derive(Debug)]
pub(crate) struct Decoder<'a> {
    states: [u32; 2],
    words: core::slice::Iter<'a, [u8; 2]>,
    stack: Reader<'a>,
}

impl<'a> Decoder<'a> {
    /// Opens the block at `cursor`.
    pub(crate) fn new(cursor: &mut Cursor<'a>) -> Result<Self, Error> {
        let words = usize::try_from(cursor.varint()?).ok().and_then(|words| words.checked_mul(2));
        let mut state = || Ok(u32::from_le_bytes(*cursor.bytes(4)?.first_chunk().ok_or(Error::Truncated)?));
        let states = [state()?, state()?];
        let words = cursor.bytes(words.ok_or(Error::Truncated)?)?.as_chunks().0.iter();
        Ok(Self { states, words, stack: Reader::new(cursor)? })
    }

    /// Whether exactly all of the block was used.
    pub(crate) fn finish(self) -> Result<(), Error> {
        if self.states != [MIN_STATE; 2] || !self.words.as_slice().is_empty() {
            return Err(Error::Corrupt("a block of symbols was not used up"));
        }
        self.stack.finish()
    }
}

impl Coder for Decoder<'_> {
    #[inline(always)]
    fn symbol<const STATE: usize>(&mut self, odds: &mut Odds, _: usize) -> usize {
        let Some(state) = self.states.get_mut(STATE) else { return 0 };
        let bounds = odds.bounds();
        let place = (*state & ((1 << WHOLE) - 1)) as u16;
        // How many bounds are not above the place: the first is 0, so at least one. The sign of a difference is added up
        // quicker than the outcome of a comparison.
        let reached =
            bounds.iter().take(SYMBOLS).map(|bound| bound.wrapping_sub(place + 1) >> 15).sum::<u16>();
        let symbol = reached.wrapping_sub(1);
        let symbol = usize::from(symbol) % SYMBOLS;
        if let (Some(start), Some(end)) = (bounds.get(symbol), bounds.get(symbol + 1)) {
            *state = u32::from(end - start) * (*state >> WHOLE) + u32::from(place - start);
        }
        if *state < MIN_STATE {
            let word = self.words.next().map_or(0, |word| u16::from_le_bytes(*word));
            *state = *state << 16 | u32::from(word);
        }
        odds.learn(symbol);
        symbol
    }

    #[inline(always)]
    fn plain(&mut self, count: u32, _: u64) -> u64 {
        match count {
            0 => 0,
            1..=PIECE => self.stack.pop(count),
            _ => self.stack.pop(PIECE) | self.stack.pop((count - PIECE).min(PIECE)) << PIECE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn there_and_back(symbols: &[(usize, u64, u32)]) -> usize {
        let (mut encoder, mut out) = (Encoder::default(), Vec::new());
        let mut odds = [Odds::EVEN; 2];
        for (symbol, digits, count) in symbols {
            encoder.symbol::<0>(&mut odds[0], *symbol);
            encoder.symbol::<1>(&mut odds[1], symbol / 3);
            encoder.plain(*count, *digits);
        }
        encoder.finish(&mut out);
        let mut cursor = Cursor::new(&out);
        let mut decoder = Decoder::new(&mut cursor).unwrap();
        let mut odds = [Odds::EVEN; 2];
        for (symbol, digits, count) in symbols {
            assert_eq!(decoder.symbol::<0>(&mut odds[0], 0), *symbol);
            assert_eq!(decoder.symbol::<1>(&mut odds[1], 0), symbol / 3);
            assert_eq!(decoder.plain(*count, 0), *digits);
        }
        decoder.finish().unwrap();
        assert!(cursor.rest().is_empty());
        out.len()
    }

    proptest! {
        #[test]
        fn any_symbols_come_back(symbols in prop::collection::vec((0..SYMBOLS, any::<u64>(), 0u32..64), 0..400)) {
            let cut = |(symbol, digits, count): &(usize, u64, u32)| (*symbol, digits & ((1 << count) - 1), *count);
            there_and_back(&symbols.iter().map(cut).collect::<Vec<_>>());
        }

        #[test]
        fn no_symbol_becomes_impossible(symbols in prop::collection::vec((0..SYMBOLS, 1usize..3000), 0..9)) {
            let mut odds = Odds::EVEN;
            for (symbol, times) in symbols {
                (0..times).for_each(|_| odds.learn(symbol));
                prop_assert!(odds.bounds().is_sorted_by(|a, b| a < b));
            }
        }

        #[test]
        fn hostile_bytes_are_an_error_or_symbols(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            if let Ok(mut decoder) = Decoder::new(&mut Cursor::new(&bytes)) {
                let mut odds = Odds::EVEN;
                for count in 0..64 {
                    prop_assert!(decoder.symbol::<0>(&mut odds, 0) < SYMBOLS);
                    decoder.plain(count, 0);
                }
            }
        }
    }

    #[test]
    fn a_symbol_that_always_comes_costs_next_to_nothing() {
        assert!(there_and_back(&[(0, 0, 0); 10_000]) < 40);
        assert!(there_and_back(&[(15, 0, 0); 10_000]) < 40);
    }
}
