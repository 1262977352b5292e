//! Chimp128 (Liakos and others, VLDB 2022): each double beside the one of the last 128 that it shares most low bits with.
//!
//! ```text
//! 00 | which u7                                               the same as that one
//! 01 | which u7 | leading u3 | bits u6 | bits                 what differs from it; many low bits do not
//! 10 | bits                                                   what differs from the last, leading zeros as before
//! 11 | leading u3 | bits                                      what differs from the last
//! ```
//! `leading` counts in steps of [`LEADING`]. The first value stands in full; times are those of Gorilla.

use super::{
    Tried, ValuesCodec,
    bits::{Reader, Writer},
    gorilla,
    values::{Choice, Numeric, Series},
};

/// Chimp128: clocks as times, everything else as doubles.
pub(super) struct Chimp;

impl ValuesCodec for Chimp {
    fn encode(&self, columns: &[Series]) -> Tried<Vec<u8>> {
        gorilla::encode(columns, put_doubles)
    }

    fn decode(&self, archive: &[u8]) -> Tried<Vec<Series>> {
        gorilla::decode(archive, take_doubles)
    }

    fn choose<'n>(&self, numeric: &'n Numeric) -> Tried<&'n Choice> {
        gorilla::choose(numeric)
    }
}

/// Counts of leading zeros that can be written.
const LEADING: [u32; 8] = [0, 8, 12, 16, 18, 20, 22, 24];
/// Values looked back at.
const WINDOW: usize = 128;
const WINDOW_BITS: u32 = WINDOW.ilog2();
/// Equal low bits that are worth naming a value.
const MANY: u32 = 6 + WINDOW_BITS;
/// Low bits by which a value is found again.
const KEY: usize = 1 << (MANY + 1);
/// A count of leading zeros that no value has.
const NONE: u32 = 65;

fn rounded(leading: u32) -> (u64, u32) {
    let step = LEADING.iter().rposition(|step| *step <= leading).unwrap_or(0);
    (step as u64, LEADING[step])
}

fn put_doubles(doubles: &[f64], bits: &mut Writer) {
    let mut last = vec![0u64; WINDOW];
    let mut places = vec![usize::MAX; KEY];
    let mut leading_before = NONE;
    for (place, double) in doubles.iter().enumerate() {
        let value = double.to_bits();
        let key = value as usize % KEY;
        if place == 0 {
            bits.put(value, 64);
        } else {
            let near = Some(places[key]).filter(|found| *found < place && place - found < WINDOW);
            let alike = near.map(|found| (found, value ^ last[found % WINDOW]));
            let alike = alike.filter(|(_, differs)| differs.trailing_zeros() > MANY);
            let differs = alike.map_or(value ^ last[(place - 1) % WINDOW], |(_, differs)| differs);
            let which = alike.map_or(place - 1, |(found, _)| found) % WINDOW;
            let (step, leading) = rounded(differs.leading_zeros());
            if differs == 0 {
                bits.put(which as u64, 2 + WINDOW_BITS);
                leading_before = NONE;
            } else if differs.trailing_zeros() > MANY {
                let below = differs.trailing_zeros();
                let length = 64 - leading - below;
                bits.put(1 << WINDOW_BITS | which as u64, 2 + WINDOW_BITS);
                bits.put(step << 6 | u64::from(length), 9);
                bits.put(differs >> below, length);
                leading_before = NONE;
            } else if leading == leading_before {
                bits.put(0b10, 2);
                bits.put(differs, 64 - leading);
            } else {
                bits.put(0b11000 | step, 5);
                bits.put(differs, 64 - leading);
                leading_before = leading;
            }
        }
        last[place % WINDOW] = value;
        places[key] = place;
    }
}

fn take_doubles(count: usize, bits: &mut Reader<'_>) -> Vec<f64> {
    let mut doubles = Vec::with_capacity(count);
    let mut last = vec![0u64; WINDOW];
    let mut leading = 0;
    for place in 0..count {
        let before = last[place.wrapping_sub(1) % WINDOW];
        let value = match (place, bits.take(if place == 0 { 0 } else { 2 })) {
            (0, _) => bits.take(64),
            (_, 0b00) => last[bits.take(WINDOW_BITS) as usize % WINDOW],
            (_, 0b01) => {
                let which = bits.take(WINDOW_BITS) as usize;
                let leading = LEADING[bits.take(3) as usize % LEADING.len()];
                let length = (bits.take(6) as u32).min(64 - leading);
                last[which % WINDOW] ^ bits.take(length).checked_shl(64 - leading - length).unwrap_or(0)
            }
            (_, flag) => {
                if flag == 0b11 {
                    leading = LEADING[bits.take(3) as usize % LEADING.len()];
                }
                before ^ bits.take(64 - leading)
            }
        };
        last[place % WINDOW] = value;
        doubles.push(f64::from_bits(value));
    }
    doubles
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn doubles_come_back(
            doubles in prop::collection::vec(
                prop_oneof![any::<u64>().prop_map(f64::from_bits), 0.0..9.0, Just(1.5), (0u8..99).prop_map(f64::from)],
                0..400,
            ),
        ) {
            let columns = [Series::Doubles(doubles)];
            let back = Chimp.decode(&Chimp.encode(&columns).unwrap()).unwrap();
            prop_assert!(columns.iter().zip(&back).all(|(a, b)| a.is_same(b)));
        }
    }

    #[test]
    fn values_that_come_again_take_nine_bits() {
        let doubles = (0..8000).map(|n| (f64::from(n % 50) + 0.1).sqrt()).collect();
        let bytes = Chimp.encode(&[Series::Doubles(doubles)]).unwrap().len();
        assert!((9000..9900).contains(&bytes), "{bytes}");
    }
}
