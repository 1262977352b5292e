//! Numbers of the strong levels: the number line on which a model predicts best, found by trying.
//!
//! ```text
//! modelled := form u8 | body
//! form     :  0 steps   steps | strong of the codes
//!             1 parts   parts | strong of the whole multiples | strong of the remainders, the first their parent
//!             2 places  list of the distinct values | strong of ranks, predicted where the values lie
//!             3 ranks   the same, predicted as ranks
//!            16 bent    digits u8 | strong of the values, predicted by the decimals that they stand for
//! + 4         the values have ulps: a series of them behind, or in the list
//! + 8         linear instead of strong; never with places, never bent
//! ```

use super::{
    forms::{BENT, Column, LINEAR, PARTS, PLACES, RANKS, STEPS, ULPS},
    memory::{Meaning, Memory},
    race,
};
use crate::{
    Error,
    codec::{
        coder::{
            inputs::read_parents,
            linear, series,
            strong::{self, MAX_DIGITS, Scale},
        },
        level::{LINEAR_MEMORY, Level, STRONG_MEMORY},
        map::{List, Parts, Ranked, Steps},
    },
    entropy::Cursor,
};
use alloc::{borrow::Cow, vec::Vec};

/// Bytes that the model of a form takes.
pub(super) fn memory(form: u8) -> u64 {
    if form & LINEAR != 0 { LINEAR_MEMORY } else { STRONG_MEMORY }
}

/// The smallest form of `values`, if a strong model can be made of them at all; `digits` are those of a line of
/// significant digits that they stand on, 0 if they are plain integers. May return `None` if the result would take `most`
/// bytes or more.
pub(super) fn encode(
    values: &[i64],
    ulps: &[i64],
    neighbours: &[&[i64]],
    digits: u8,
    level: Level,
    most: usize,
) -> Option<Vec<u8>> {
    let ranked = Ranked::new(values, ulps, level);
    let mut column = Column::new(values, ulps, neighbours, ranked.as_ref(), level);
    column.digits = digits;
    let mut forms = column.forms();
    forms.extend((digits > 0).then_some(BENT));
    forms.extend(ranked.is_some().then_some(PLACES));
    race::encode(&column, &forms, most)
}

/// Encodes the codes of a column of ranks; may return `None` if they would take `most` bytes or more.
pub(super) fn encode_codes(
    codes: &[i64],
    neighbours: &[&[i64]],
    level: Level,
    most: usize,
) -> Option<Vec<u8>> {
    race::encode(&Column::new(codes, &[], neighbours, None, level), &[STEPS], most)
}

/// Reads what the model of a form wrote; what is left of it, if it is a strong one.
fn decode_codes<'n>(
    cursor: &mut Cursor<'_>,
    is_linear: bool,
    count: usize,
    scale: Scale<'_>,
    neighbour: impl Fn(usize) -> Result<Cow<'n, [i64]>, Error>,
) -> Result<(Vec<i64>, Option<strong::Read>), Error> {
    let mut codes = Vec::new();
    let mut left = None;
    if is_linear {
        linear::decode(cursor, count, neighbour, &mut codes)?;
    } else {
        left = strong::decode(cursor, count, scale, neighbour, &mut codes)?;
    }
    Ok((codes, left))
}

/// Numbers that were read.
pub(super) struct Decoded {
    pub(super) values: Vec<i64>,
    /// None, or as many.
    pub(super) ulps: Vec<i64>,
    kept: Option<(strong::Read, Meaning)>,
}

impl Decoded {
    /// The model that they were read with, if it can go on with others.
    pub(super) fn memory(&mut self) -> Option<Memory> {
        let (left, meaning) = self.kept.take()?;
        Memory::new(left, meaning, &self.values, &self.ulps)
    }
}

/// Reads `count` numbers and their ulps.
pub(super) fn decode<'n>(
    cursor: &mut Cursor<'_>,
    count: usize,
    neighbour: impl Fn(usize) -> Result<Cow<'n, [i64]>, Error>,
) -> Result<Decoded, Error> {
    let form = cursor.u8()?;
    let (has_ulps, is_linear) = (form & ULPS != 0, form & LINEAR != 0);
    let codes = |cursor: &mut Cursor<'_>, scale| decode_codes(cursor, is_linear, count, scale, &neighbour);
    let (mut values, left, meaning);
    match form & !(ULPS | LINEAR) {
        STEPS => {
            let steps = Steps::read(cursor)?;
            (values, left) = codes(cursor, Scale::Even)?;
            steps.undo(&mut values);
            meaning = Some(Meaning::Steps(steps));
        }
        PARTS => {
            let parts = Parts::read(cursor)?;
            (values, left) = codes(cursor, Scale::Even)?;
            let first = |_| Ok(Cow::Borrowed(&*values));
            let (rest, _) = decode_codes(cursor, is_linear, count, Scale::Even, first)?;
            parts.undo(&mut values, &rest);
            meaning = None;
        }
        form @ (PLACES | RANKS) => {
            let list = List::read(cursor, count, has_ulps)?;
            let scale = if form == PLACES { Scale::Listed(&list.values) } else { Scale::Even };
            let (codes, left) = codes(cursor, scale)?;
            let (values, ulps) = list.look_up(codes)?;
            let kept = left.map(|left| (left, Meaning::Listed { list, places: form == PLACES }));
            return Ok(Decoded { values, ulps, kept });
        }
        BENT if !is_linear => {
            let digits = cursor.u8()?;
            if !(1..=MAX_DIGITS).contains(&digits) {
                return Err(Error::Corrupt("a line of no digits"));
            }
            (values, left) = codes(cursor, Scale::Bent(digits))?;
            meaning = Some(Meaning::Bent(digits));
        }
        _ => return Err(Error::Corrupt("unknown form of modelled numbers")),
    }
    let mut ulps = Vec::new();
    if has_ulps {
        series::decode(cursor, count, &mut ulps)?;
    }
    Ok(Decoded { values, ulps, kept: left.zip(meaning) })
}

/// The neighbours that the numbers at `cursor` need, nothing decoded but a list.
pub(super) fn parents(cursor: &mut Cursor<'_>, count: usize) -> Result<Vec<usize>, Error> {
    let form = cursor.u8()?;
    match form & !(ULPS | LINEAR) {
        STEPS => {
            Steps::read(cursor)?;
        }
        PARTS => {
            Parts::read(cursor)?;
        }
        BENT => {
            cursor.u8()?;
        }
        _ => {
            List::read(cursor, count, form & ULPS != 0)?;
        }
    }
    if form & LINEAR != 0 { read_parents(cursor) } else { strong::parents(cursor) }
}

#[cfg(test)]
mod tests {
    use super::{super::fixed::Fixed, *};
    use alloc::vec;
    use proptest::prelude::*;

    fn encode_any(values: &[i64], ulps: &[i64], neighbours: &[&[i64]], level: Level) -> Option<Vec<u8>> {
        if level > Level::LINEAR {
            return encode(values, ulps, neighbours, 0, level, usize::MAX);
        }
        let ranked = Ranked::new(values, ulps, level);
        let mut out = Vec::new();
        Fixed::new(values, ulps, neighbours, ranked.as_ref(), level)?.write(&mut out);
        Some(out)
    }

    fn there_and_back(values: &[i64], ulps: &[i64], neighbours: &[&[i64]]) {
        for level in 4..=9 {
            let level = Level::new(level).unwrap();
            let Some(bytes) = encode_any(values, ulps, neighbours, level) else { continue };
            let mut cursor = Cursor::new(&bytes);
            let parents = parents(&mut cursor.clone(), values.len()).unwrap();
            let back = decode(&mut cursor, values.len(), |at| {
                assert!(parents.contains(&at));
                Ok(Cow::Borrowed(neighbours[at]))
            });
            let back = back.ok().unwrap();
            assert_eq!((&*back.values, &*back.ulps), (values, ulps));
            assert!(cursor.rest().is_empty());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn any_numbers_come_back(values in prop::collection::vec(any::<i64>(), 1..200)) {
            there_and_back(&values, &[], &[]);
        }

        #[test]
        fn numbers_come_back_beside_others(
            steps in prop::collection::vec((-40i64..40, -9i64..9), 1..600),
            jump in -(1i64 << 54)..1 << 54,
            odd in any::<i64>(),
        ) {
            let mut at = jump;
            let values: Vec<i64> = steps.iter().map(|(step, _)| { at += step; at }).collect();
            let near: Vec<i64> = values.iter().zip(&steps).map(|(value, (_, noise))| value / 3 + noise).collect();
            let far: Vec<i64> = values.iter().map(|value| value.wrapping_mul(odd)).collect();
            there_and_back(&values, &[], &[&near, &[], &far]);
        }

        #[test]
        fn few_values_with_ulps_come_back(
            table in prop::collection::vec((-(1i64 << 40)..1 << 40, -3i64..3), 1..20),
            picks in prop::collection::vec(any::<u8>(), 16..400),
        ) {
            let (values, ulps): (Vec<i64>, Vec<i64>) =
                picks.iter().map(|pick| table[usize::from(*pick) % table.len()]).unzip();
            there_and_back(&values, &ulps, &[]);
        }

        #[test]
        fn hostile_bytes_are_an_error_or_numbers(
            bytes in prop::collection::vec(any::<u8>(), 0..80),
            form in 0u8..16,
            count in 0usize..300,
        ) {
            let mut all = vec![form];
            all.extend(bytes);
            let parent: Vec<i64> = (0..count as i64).map(|i| i.wrapping_mul(0x1234_5678_9ABC_DEF1)).collect();
            if let Ok(Decoded { values, .. }) = decode(&mut Cursor::new(&all), count, |_| Ok(Cow::Borrowed(&*parent))) {
                prop_assert_eq!(values.len(), count);
            }
        }
    }

    #[test]
    fn a_function_of_other_columns_costs_little() {
        let noise = |seed: i64| (0..3000).map(move |i: i64| (i * i * 7919 + seed * i) % 1009);
        let (a, b): (Vec<i64>, Vec<i64>) = (noise(3).collect(), noise(5).collect());
        let values: Vec<i64> = a.iter().zip(&b).map(|(a, b)| (3 * a - 2 * b) / 5).collect();
        let alone = encode(&values, &[], &[], 0, Level::STRONGEST, usize::MAX).unwrap().len();
        let beside = encode(&values, &[], &[&a, &b], 0, Level::STRONGEST, usize::MAX).unwrap().len();
        assert!(beside * 3 < alone, "{beside} {alone}");
    }
}
