//! Numbers of the strong levels: the number line on which a model predicts best, found by trying.

use super::{
    forms::{Column, Form},
    race,
};
use crate::codec::{level::Level, map::Ranked};
use alloc::vec::Vec;

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
    forms.extend((digits > 0).then_some(Form::Bent));
    forms.extend(ranked.is_some().then_some(Form::Places));
    race::encode(&column, &forms, most)
}

/// Encodes the codes of a column of ranks; may return `None` if they would take `most` bytes or more.
pub(super) fn encode_codes(
    codes: &[i64],
    neighbours: &[&[i64]],
    level: Level,
    most: usize,
) -> Option<Vec<u8>> {
    race::encode(&Column::new(codes, &[], neighbours, None, level), &[Form::Steps], most)
}

#[cfg(test)]
mod tests {
    use super::{
        super::{decode, fixed::Fixed, parents},
        *,
    };
    use crate::entropy::Cursor;
    use alloc::{borrow::Cow, vec};
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
            let (back, back_ulps) = back.unwrap();
            assert_eq!((&*back, &*back_ulps), (values, ulps));
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
            tag in 0u8..64,
            count in 0usize..300,
        ) {
            let mut all = vec![tag];
            all.extend(bytes);
            let parent: Vec<i64> = (0..count as i64).map(|i| i.wrapping_mul(0x1234_5678_9ABC_DEF1)).collect();
            if let Ok((values, _)) = decode(&mut Cursor::new(&all), count, |_| Ok(Cow::Borrowed(&*parent))) {
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
