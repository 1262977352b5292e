//! Bytes predicted bit by bit from what followed the same few bytes earlier: for small texts and prose.
//!
//! ```text
//! spelled := log2 of the counters u8 | code bytes varint | range code
//! ```
//! A byte is eight decisions, the highest bit first. Each context of the byte has a counter, found by a hash, for the bits
//! before; a match, the place after an earlier occurrence of the last five bytes, adds its opinion. Every text continues
//! the primer, so that even a few hundred bytes have something to learn from.

use crate::{
    entropy::{
        Cursor,
        logistic::squash,
        mix::{Counter, Mixer, OPINIONS},
        put_varint,
        range::{self, Coder},
    },
    error::Error,
};
use alloc::{vec, vec::Vec};

/// Wire: the text that every other one continues.
const PRIMER: &[u8] = include_bytes!("primer.txt");
/// Wire: bytes that must agree before a match.
const KEY: usize = 5;
/// Wire: lengths of the contexts, in bytes; three more are the word so far and bytes of the field above.
const ORDERS: [usize; 6] = [0, 1, 2, 3, 4, 6];
const CONTEXTS: usize = ORDERS.len() + 3;
/// Wire: how mixer and counters begin and learn.
const WEIGHT: i32 = 18_000;
const RATE: i32 = 12;
const LIMIT: u32 = 250;
const CLASSES: usize = 4;
/// Longer matches are as good as this.
const LONGEST: usize = 31;
/// Limit: logarithms of the number of counters.
const MIN_LOG: u8 = 10;
const MAX_LOG: u8 = 22;
/// Tuning: the logarithm for a short text, whose counters stay in the processor's cache.
const CACHED_LOG: u8 = 18;

/// Returns the bytes of memory that `1 << log` counters and the places of matches take.
const fn memory_of(log: u8) -> u64 {
    8 << log
}

/// Returns `data` spelled with at most `memory` bytes of memory, or `None` if that is too little, or if it seems to take
/// `most` bytes or more.
pub(super) fn encode(data: &[u8], memory: u64, most: usize) -> Option<Vec<u8>> {
    let length = (usize::BITS - data.len().leading_zeros()) as u8;
    let useful = (length + 7).min(CACHED_LOG).max(length + 3);
    let log = (MIN_LOG..=useful.clamp(MIN_LOG, MAX_LOG)).rev().find(|log| memory_of(*log) <= memory)?;
    let mut speller = Speller::new(log);
    let mut coder = range::Encoder::default();
    for (done, byte) in data.iter().enumerate() {
        if is_hopeless(coder.len(), done, data.len(), most) {
            return None;
        }
        speller.byte(&mut coder, *byte);
    }
    let code = coder.finish();
    let mut out = Vec::from([log]);
    put_varint(&mut out, code.len() as u64);
    out.extend(code);
    Some(out)
}

/// Whether a text, of which the first `done` of `all` bytes take `bytes`, will take `most` bytes or more: what follows seldom
/// costs less than half as much as what came before it.
fn is_hopeless(bytes: usize, done: usize, all: usize, most: usize) -> bool {
    // In 64 bits everywhere, so that all machines write the same.
    let [bytes, done, all, most] = [bytes, done, all, most].map(|count| count as u64);
    let (far, left) = (2 * done, all - done);
    4 * done >= all && bytes.saturating_mul(far + left) >= most.saturating_mul(far)
}

/// Appends the `len` bytes spelled at `cursor`, using at most `memory` bytes of memory.
pub(super) fn decode(
    cursor: &mut Cursor<'_>,
    len: usize,
    memory: u64,
    out: &mut Vec<u8>,
) -> Result<(), Error> {
    let log = cursor.u8()?;
    if !(MIN_LOG..=MAX_LOG).contains(&log) || memory_of(log) > memory {
        return Err(Error::Corrupt("a model larger than its header allows"));
    }
    let bytes = usize::try_from(cursor.varint()?).unwrap_or(usize::MAX);
    let mut coder = range::Decoder::new(cursor.bytes(bytes)?);
    let mut speller = Speller::new(log);
    out.extend((0..len).map(|_| speller.byte(&mut coder, 0)));
    coder.finish()
}

/// Predicts bytes, one after the other.
struct Speller {
    log: u8,
    counters: Vec<Counter>,
    /// The place after the last occurrence of each hash of five bytes.
    places: Vec<u32>,
    mixer: Mixer,
    /// How often a match of each length was right.
    trust: [Counter; LONGEST + 1],
    text: Vec<u8>,
    /// The place that is expected to come again, and how many bytes before it have.
    expected: usize,
    length: usize,
    word: u32,
    line: usize,
    /// The place in the line above: in the same field, behind as many bytes; in the field before where that line has ended.
    above: usize,
    /// Where the field begins.
    field: usize,
}

impl Speller {
    /// Returns a speller that has read the primer.
    fn new(log: u8) -> Self {
        let mut this = Self {
            log,
            counters: vec![Counter::default(); 1 << log],
            places: vec![0; 1 << (log - 2)],
            mixer: Mixer::new(CLASSES, &[WEIGHT; CONTEXTS + 1]),
            trust: [Counter::default(); LONGEST + 1],
            text: Vec::new(),
            expected: 0,
            length: 0,
            word: 0,
            line: 0,
            above: 0,
            field: 0,
        };
        for byte in PRIMER {
            this.byte(&mut Reader, *byte);
        }
        this
    }

    /// Codes the next byte; an encoder passes it as `wanted`.
    fn byte(&mut self, coder: &mut impl Coder, wanted: u8) -> u8 {
        let contexts = self.contexts();
        let expected =
            self.text.get(self.expected).filter(|_| self.length > 0).map(|byte| u32::from(*byte) | 256);
        let mut node = 1;
        for bit in (0..8).rev() {
            let matched = expected.filter(|byte| byte >> (bit + 1) == node).map(|byte| byte >> bit & 1 != 0);
            let one = self.bit(&contexts, node, matched, coder, wanted >> bit & 1 != 0);
            node = node << 1 | u32::from(one);
        }
        self.push(node as u8);
        node as u8
    }

    fn bit(
        &mut self,
        contexts: &[u32; CONTEXTS],
        node: u32,
        matched: Option<bool>,
        coder: &mut impl Coder,
        wanted: bool,
    ) -> bool {
        let shift = 32 - u32::from(self.log);
        let slots = contexts.map(|context| {
            (context.wrapping_add(node.wrapping_mul(SPREAD)).wrapping_mul(MIX) >> shift) as usize
        });
        let length = self.length.min(LONGEST);
        let mut opinions = [0; OPINIONS];
        for (opinion, slot) in opinions.iter_mut().zip(slots) {
            *opinion = self.counters.get(slot).map_or(0, |counter| counter.opinion() as i16);
        }
        if let (Some(one), Some(opinion)) = (matched, opinions.get_mut(CONTEXTS)) {
            let right = self.trust.get(length).map_or(0, |trust| trust.opinion() as i16);
            *opinion = if one { right } else { -right };
        }
        let class = matched.map_or(0, |_| 1 + (length / 8).min(CLASSES - 2));
        let mixed = self.mixer.mix(class, &opinions);
        let bit = coder.bit(squash(mixed).max(1), wanted);
        self.mixer.learn(class, &opinions, mixed, bit, RATE);
        for slot in slots {
            if let Some(counter) = self.counters.get_mut(slot) {
                counter.learn(bit, LIMIT);
            }
        }
        if let (Some(one), Some(trust)) = (matched, self.trust.get_mut(length)) {
            trust.learn(one == bit, LIMIT);
        }
        bit
    }

    /// Hashes the contexts of the next byte.
    fn contexts(&self) -> [u32; CONTEXTS] {
        let mut contexts = [0; CONTEXTS];
        let at = |at: usize| self.text.get(at).copied().unwrap_or(0);
        let near = [self.text.last().copied().unwrap_or(0), at(self.above), at(self.above + 1)];
        let last = ORDERS.iter().map(|order| hash(*order as u32, self.text.iter().rev().take(*order)));
        let others = [hash(self.word, [].iter()), hash(7, near.iter().take(2)), hash(9, near.iter())];
        contexts.iter_mut().zip(last.chain(others)).for_each(|(context, hash)| *context = hash);
        contexts
    }

    /// Learns a byte.
    fn push(&mut self, byte: u8) {
        let hit = self.length > 0 && self.text.get(self.expected) == Some(&byte);
        (self.expected, self.length) = if hit { (self.expected + 1, self.length + 1) } else { (0, 0) };
        self.text.push(byte);
        self.word = if byte.is_ascii_alphabetic() { hash(self.word, [byte | 0x20].iter()) } else { 0 };
        if byte == b'\n' {
            (self.above, self.line) = (self.line, self.text.len());
            self.field = self.line;
        } else if is_between(byte) {
            let above = self.text.get(self.above..self.line).unwrap_or_default();
            let next = above.iter().position(|byte| is_between(*byte)).filter(|next| next + 1 < above.len());
            self.above = next.map_or(self.field, |next| self.above + next + 1);
            self.field = self.text.len();
        } else if self.text.get(self.above).is_some_and(|byte| !is_between(*byte)) {
            self.above += 1;
        }
        let Some(start) = self.text.len().checked_sub(KEY) else { return };
        let key = hash(8, self.text.get(start..).unwrap_or_default().iter());
        let Some(place) = self.places.get_mut((key.wrapping_mul(MIX) >> (34 - u32::from(self.log))) as usize)
        else {
            return;
        };
        if self.length == 0 && *place > 0 {
            (self.expected, self.length) = (*place as usize, 1);
        }
        *place = self.text.len() as u32;
    }
}

/// Wire: spreads what is hashed.
const MIX: u32 = 0x85EB_CA6B;
const SPREAD: u32 = 0x9E37_79B1;

fn hash<'b>(seed: u32, bytes: impl Iterator<Item = &'b u8>) -> u32 {
    let start = seed.wrapping_add(1).wrapping_mul(SPREAD);
    bytes.fold(start, |hash, byte| ((hash ^ u32::from(*byte)).wrapping_mul(MIX)).rotate_left(13))
}

/// Wire: whether a byte stands between fields.
fn is_between(byte: u8) -> bool {
    matches!(byte, b',' | b';' | b'\t' | b'\n' | b' ' | b'|')
}

/// Learns a text.
struct Reader;

impl Coder for Reader {
    fn bit(&mut self, _: u32, wanted: bool) -> bool {
        wanted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn there_and_back(data: &[u8]) -> usize {
        let mut smallest = usize::MAX;
        for memory in [1 << 14, 1 << 21] {
            let (out, mut back) = (encode(data, memory, usize::MAX).unwrap(), b"before".to_vec());
            let mut cursor = Cursor::new(&out);
            decode(&mut cursor, data.len(), memory, &mut back).unwrap();
            assert_eq!(&back[6..], data);
            assert!(cursor.rest().is_empty());
            smallest = smallest.min(out.len());
        }
        smallest
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn any_bytes_come_back(data in prop::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(there_and_back(&data) <= data.len() + data.len() / 16 + 16);
        }

        #[test]
        fn repeats_come_back(words in prop::collection::vec("[a-d\\n]{1,9}", 0..100)) {
            there_and_back(words.join(" ").as_bytes());
        }

        #[test]
        fn hostile_bytes_are_an_error_or_as_long_as_asked(bytes in prop::collection::vec(any::<u8>(), 0..60), log in 8u8..20, len in 0usize..300) {
            let mut out = Vec::new();
            let run = [&[log, bytes.len() as u8][..], &bytes].concat();
            if decode(&mut Cursor::new(&run), len, 1 << 20, &mut out).is_ok() {
                prop_assert_eq!(out.len(), len);
            }
        }
    }

    #[test]
    fn memory_is_what_was_declared() {
        let text = [b'x'; 1 << 12];
        assert_eq!(encode(&text, (1 << 13) - 1, usize::MAX), None);
        let out = encode(&text, 1 << 21, usize::MAX).unwrap();
        assert_eq!(encode(&text, 1 << 21, out.len() / 2), None);
        let refused = Err(Error::Corrupt("a model larger than its header allows"));
        assert_eq!(decode(&mut Cursor::new(&out), text.len(), 1 << 20, &mut Vec::new()), refused);
    }

    #[test]
    fn a_repeated_line_costs_little() {
        assert!(there_and_back(&b"status=ok sensor=7 unit=degC\n".repeat(300)) < 70);
    }
}
