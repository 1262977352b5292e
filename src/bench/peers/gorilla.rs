//! Gorilla (Pelkonen and others, VLDB 2015): each double beside the one before it, each time beside the step before it.
//!
//! ```text
//! double  0                                          the same as before
//!         10 | bits of the window                    what differs lies in the window of the last `11`
//!         11 | leading zeros u5 | bits - 1 u6 | bits what differs, and a new window
//! time    0 | 10 s7 | 110 s9 | 1110 s12 | 1111 s64   by how much the step differs from the step before
//! ```
//! The first value stands in full. Times have 64 bits where the paper has 32.

use super::{
    Tried, ValuesCodec,
    bits::{Reader, Writer},
    numbers::{Packed, columns, put},
    values::{Choice, Numeric, Series},
};

/// Gorilla: clocks as times, everything else as doubles.
pub(super) struct Gorilla;

impl ValuesCodec for Gorilla {
    fn encode(&self, columns: &[Series]) -> Tried<Vec<u8>> {
        encode(columns, put_doubles)
    }

    fn decode(&self, archive: &[u8]) -> Tried<Vec<Series>> {
        decode(archive, take_doubles)
    }

    fn choose<'n>(&self, numeric: &'n Numeric) -> Tried<&'n Choice> {
        choose(numeric)
    }
}

/// Times or doubles; columns that are neither are whole numbers with a unit, packed as times.
pub(super) fn choose(numeric: &Numeric) -> Tried<&Choice> {
    let clock = numeric.ints.as_ref().filter(|_| numeric.clock);
    let choice = clock.or(numeric.doubles.as_ref()).or(numeric.ints.as_ref());
    choice.ok_or_else(|| "a column without numbers".into())
}

/// The archive of times and of doubles as `put_doubles` packs them.
pub(super) fn encode(columns: &[Series], put_doubles: fn(&[f64], &mut Writer)) -> Tried<Vec<u8>> {
    let mut archive = Vec::new();
    for column in columns {
        let mut bits = Writer::default();
        let (kind, values) = match column {
            Series::Ints(times) => {
                put_times(times, &mut bits);
                (0, times.len())
            }
            Series::Doubles(doubles) => {
                put_doubles(doubles, &mut bits);
                (1, doubles.len())
            }
            Series::Singles(_) => return Err("singles are not packed".into()),
        };
        put(&mut archive, kind, values, &bits.finish())?;
    }
    Ok(archive)
}

/// What [`encode`] was given.
pub(super) fn decode(
    archive: &[u8],
    take_doubles: fn(usize, &mut Reader<'_>) -> Vec<f64>,
) -> Tried<Vec<Series>> {
    let column = |packed: Tried<Packed<'_>>| {
        let Packed { kind, values, bytes } = packed?;
        let mut bits = Reader::new(bytes);
        Ok(match kind {
            0 => Series::Ints(take_times(values, &mut bits)),
            _ => Series::Doubles(take_doubles(values, &mut bits)),
        })
    };
    columns(archive).map(column).collect()
}

/// Sizes of a difference of steps, smallest first, each after one more `1`.
const SIZES: [u32; 4] = [7, 9, 12, 64];

fn put_times(times: &[i64], bits: &mut Writer) {
    let (mut before, mut step) = (0i64, 0i64);
    for (place, time) in times.iter().enumerate() {
        let next = time.wrapping_sub(before);
        let bend = next.wrapping_sub(step);
        match SIZES.iter().zip(2u32..).find(|(size, _)| place > 0 && fits(bend, **size)) {
            _ if place == 0 => bits.put(*time as u64, 64),
            _ if bend == 0 => bits.put(0, 1),
            Some((64, _)) | None => {
                bits.put(0b1111, 4);
                bits.put(bend as u64, 64);
            }
            Some((size, prefix)) => {
                bits.put((1 << prefix) - 2, prefix);
                bits.put(bend as u64 & ((1 << size) - 1), *size);
            }
        }
        step = if place == 0 { 0 } else { next };
        before = *time;
    }
}

fn fits(value: i64, bits: u32) -> bool {
    let unused = 64 - bits;
    value << unused >> unused == value
}

fn take_times(count: usize, bits: &mut Reader<'_>) -> Vec<i64> {
    let mut times = Vec::with_capacity(count);
    let (mut before, mut step) = (0i64, 0i64);
    for place in 0..count {
        if place == 0 {
            before = bits.take(64) as i64;
        } else {
            let ones = (0..4).take_while(|_| bits.bit()).count();
            let bend = match ones.checked_sub(1).and_then(|size| SIZES.get(size)) {
                None => 0,
                Some(size) => (bits.take(*size) << (64 - size)) as i64 >> (64 - size),
            };
            step = step.wrapping_add(bend);
            before = before.wrapping_add(step);
        }
        times.push(before);
    }
    times
}

/// Bits of a double that may differ: from after `leading` zeros on, `length` of them.
#[derive(Clone, Copy)]
struct Window {
    leading: u32,
    length: u32,
}

impl Window {
    fn below(self) -> u32 {
        64 - self.leading - self.length
    }
}

fn put_doubles(doubles: &[f64], bits: &mut Writer) {
    let mut before = 0;
    let mut window: Option<Window> = None;
    for (place, double) in doubles.iter().enumerate() {
        let value = double.to_bits();
        let differs = value ^ before;
        before = value;
        if place == 0 {
            bits.put(value, 64);
        } else if differs == 0 {
            bits.put(0, 1);
        } else {
            let leading = differs.leading_zeros().min(31);
            let trailing = differs.trailing_zeros();
            if let Some(window) = window.filter(|w| w.leading <= leading && w.below() <= trailing) {
                bits.put(0b10, 2);
                bits.put(differs >> window.below(), window.length);
            } else {
                let new = Window { leading, length: 64 - leading - trailing };
                bits.put(0b11, 2);
                bits.put(u64::from(new.leading), 5);
                bits.put(u64::from(new.length - 1), 6);
                bits.put(differs >> new.below(), new.length);
                window = Some(new);
            }
        }
    }
}

fn take_doubles(count: usize, bits: &mut Reader<'_>) -> Vec<f64> {
    let mut doubles = Vec::with_capacity(count);
    let mut before = 0;
    let mut window = Window { leading: 0, length: 64 };
    for place in 0..count {
        if place == 0 {
            before = bits.take(64);
        } else if bits.bit() {
            if bits.bit() {
                let leading = bits.take(5) as u32;
                let length = bits.take(6) as u32 + 1;
                window = Window { leading, length: length.min(64 - leading) };
            }
            before ^= bits.take(window.length) << window.below();
        }
        doubles.push(f64::from_bits(before));
    }
    doubles
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn times_and_doubles_come_back(
            times in prop::collection::vec(prop_oneof![any::<i64>(), -9000i64..9000], 0..60),
            doubles in prop::collection::vec(prop_oneof![any::<u64>().prop_map(f64::from_bits), 0.0..9.0, Just(1.5)], 0..60),
        ) {
            let columns = [Series::Ints(times), Series::Doubles(doubles)];
            let back = Gorilla.decode(&Gorilla.encode(&columns).unwrap()).unwrap();
            prop_assert!(columns.iter().zip(&back).all(|(a, b)| a.is_same(b)));
        }
    }

    #[test]
    fn what_does_not_change_takes_a_bit() {
        let columns = [Series::Ints((0..8001).map(|n| n * 60).collect()), Series::Doubles(vec![21.5; 8001])];
        let bytes = Gorilla.encode(&columns).unwrap().len();
        assert!((2000..2050).contains(&bytes), "{bytes}");
    }
}
