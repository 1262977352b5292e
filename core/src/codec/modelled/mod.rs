//! Numbers of the strong levels: the number line on which a model predicts best, found by trying.
//!
//! ```text
//! modelled := form u8 | body
//! form & 3 :  0 steps   base zigzag varint | step varint | strong of (value - base) / step
//!             1 parts   divisor varint | strong of value div divisor | strong of value mod divisor, those its parent
//!             2 places  list of the distinct values | strong of ranks, predicted where the values lie
//!             3 ranks   the same, predicted as ranks
//! + 4         the values have ulps: a series of them behind, or in the list
//! + 8         linear instead of strong; never with places
//! ```
//!
//! | file | what |
//! |---|---|
//! | `linear`, `adaptive` | a column predicted by fixed weights, its surprises coded adaptively |
//! | `strong` | a column predicted value by value by all that is known |
//! | `inputs` | what a column is predicted from |
//! | `choose` | which of that the encoder takes |
//! | `panel` | the predictors |
//! | `density`, `average` | how likely each makes a value, and all together |
//! | `recall` | values seen before in like places |
//! | `walk` | a value as decisions |
//! | `line` | codes and their places |

mod adaptive;
mod average;
mod choose;
mod density;
mod inputs;
mod line;
mod linear;
mod panel;
mod recall;
mod strong;
mod walk;

use super::{
    Level,
    numbers::{divisor_of, scale_of},
    ranked::{List, Ranked},
    series,
};
use crate::{
    Error,
    entropy::{Cursor, put_varint},
    num::{unzigzag, zigzag},
};
use alloc::{borrow::Cow, vec::Vec};

/// Inputs of a prediction at most.
const MOST_INPUTS: usize = 40;
/// Parents of a column at most.
const MOST_PARENTS: usize = 12;

const STEPS: u8 = 0;
const PARTS: u8 = 1;
const PLACES: u8 = 2;
const RANKS: u8 = 3;
const ULPS: u8 = 4;
const LINEAR: u8 = 8;

/// Bytes that a linear model takes: chances of lengths and digits.
pub(super) const LINEAR_MEMORY: u64 = 64 << 10;
/// Bytes that a strong model takes: counters, lists, weights.
pub(super) const STRONG_MEMORY: u64 = 2 << 20;

/// Bytes that the model of a form takes.
pub(super) fn memory(form: u8) -> u64 {
    if form & LINEAR != 0 { LINEAR_MEMORY } else { STRONG_MEMORY }
}

/// Values that forms are tried on.
const TRIAL: usize = 4096;

/// The smallest form of `values`, if a model can be made of them at all.
pub(super) fn encode(values: &[i64], ulps: &[i64], neighbours: &[&[i64]], level: Level) -> Option<Vec<u8>> {
    let ranked = Ranked::new(values, ulps, level);
    let column = Column { values, ulps, neighbours, ranked: ranked.as_ref(), level };
    let divisor = divisor_of(values, level);
    let has_list = ranked.is_some();
    let is_linear = level <= Level::LINEAR;
    let forms = [
        Some(STEPS),
        divisor.map(|_| PARTS),
        (has_list && !is_linear).then_some(PLACES),
        has_list.then_some(RANKS),
    ];
    let forms = || forms.iter().copied().flatten();
    if values.len() <= 2 * TRIAL {
        return forms().filter_map(|form| column.encode(form, divisor, values.len())).min_by_key(Vec::len);
    }
    // A list and the like are paid for once, what is tried only in part.
    let cost = |form: u8| {
        let (once, part) =
            (column.encode(form, divisor, 0)?.len(), column.encode(form, divisor, TRIAL)?.len());
        Some(once + (part - once.min(part)) * (values.len() / TRIAL))
    };
    let best = forms().filter_map(|form| Some((cost(form)?, form))).min()?;
    column.encode(best.1, divisor, values.len())
}

/// The codes of a column that is ranks already.
pub(super) fn encode_codes(codes: &[i64], neighbours: &[&[i64]], level: Level) -> Option<Vec<u8>> {
    Column { values: codes, ulps: &[], neighbours, ranked: None, level }.encode(STEPS, None, codes.len())
}

struct Column<'a> {
    values: &'a [i64],
    ulps: &'a [i64],
    neighbours: &'a [&'a [i64]],
    ranked: Option<&'a Ranked>,
    level: Level,
}

impl Column<'_> {
    /// The first `count` values in a form.
    fn encode(&self, form: u8, divisor: Option<i64>, count: usize) -> Option<Vec<u8>> {
        let level = self.level;
        let mut out = Vec::new();
        let linear = if level <= Level::LINEAR { LINEAR } else { 0 };
        out.push(form | linear | if self.ulps.is_empty() { 0 } else { ULPS });
        let values = self.values.get(..count)?;
        let neighbours: Vec<&[i64]> =
            self.neighbours.iter().map(|n| n.get(..count).unwrap_or_default()).collect();
        match form {
            STEPS => {
                let (base, step) = scale_of(self.values);
                let step = step.max(1);
                put_varint(&mut out, zigzag(base));
                put_varint(&mut out, step);
                let codes: Vec<i64> = values.iter().map(|v| (v.abs_diff(base) / step) as i64).collect();
                encode_codes_by(&codes, &[], &neighbours, level, &mut out)?;
            }
            PARTS => {
                let divisor = divisor?;
                put_varint(&mut out, divisor as u64);
                let (whole, rest): (Vec<i64>, Vec<i64>) =
                    values.iter().map(|v| (v.div_euclid(divisor), v.rem_euclid(divisor))).unzip();
                encode_codes_by(&whole, &[], &neighbours, level, &mut out)?;
                encode_codes_by(&rest, &[], &[&whole], level, &mut out)?;
            }
            _ => {
                let ranked = self.ranked?;
                ranked.list.write(level, &mut out);
                let places = if form == PLACES { &*ranked.list.values } else { &[] };
                encode_codes_by(ranked.ranks.get(..count)?, places, &neighbours, level, &mut out)?;
            }
        }
        if !self.ulps.is_empty() && matches!(form, STEPS | PARTS) {
            series::encode(self.ulps.get(..count)?, level, &mut out);
        }
        Some(out)
    }
}

/// Appends codes by the engine of the level.
fn encode_codes_by(
    codes: &[i64],
    places: &[i64],
    neighbours: &[&[i64]],
    level: Level,
    out: &mut Vec<u8>,
) -> Option<()> {
    if level <= Level::LINEAR {
        linear::encode(codes, neighbours, out);
        return Some(());
    }
    strong::encode(codes, places, neighbours, level, out)
}

/// Reads what [`encode_codes_by`] wrote.
fn decode_codes<'n>(
    cursor: &mut Cursor<'_>,
    is_linear: bool,
    count: usize,
    places: &[i64],
    neighbour: impl Fn(usize) -> Result<Cow<'n, [i64]>, Error>,
) -> Result<Vec<i64>, Error> {
    let mut codes = Vec::new();
    if is_linear {
        linear::decode(cursor, count, neighbour, &mut codes)?;
    } else {
        strong::decode(cursor, count, places, neighbour, &mut codes)?;
    }
    Ok(codes)
}

/// Reads `count` numbers and their ulps.
pub(super) fn decode<'n>(
    cursor: &mut Cursor<'_>,
    count: usize,
    neighbour: impl Fn(usize) -> Result<Cow<'n, [i64]>, Error>,
) -> Result<(Vec<i64>, Vec<i64>), Error> {
    let form = cursor.u8()?;
    let (has_ulps, is_linear) = (form & ULPS != 0, form & LINEAR != 0);
    let mut values;
    match form & !(ULPS | LINEAR) {
        STEPS => {
            let (base, step) = (unzigzag(cursor.varint()?), cursor.varint()? as i64);
            values = decode_codes(cursor, is_linear, count, &[], neighbour)?;
            values.iter_mut().for_each(|v| *v = v.wrapping_mul(step).wrapping_add(base));
        }
        PARTS => {
            let divisor = cursor.varint()? as i64;
            values = decode_codes(cursor, is_linear, count, &[], neighbour)?;
            let rest = decode_codes(cursor, is_linear, count, &[], |_| Ok(Cow::Borrowed(&*values)))?;
            values.iter_mut().zip(rest).for_each(|(v, rest)| *v = v.wrapping_mul(divisor).wrapping_add(rest));
        }
        form @ (PLACES | RANKS) => {
            let list = List::read(cursor, count, has_ulps)?;
            let places = if form == PLACES { &*list.values } else { &[] };
            return list.look_up(decode_codes(cursor, is_linear, count, places, neighbour)?);
        }
        _ => return Err(Error::Corrupt("unknown form of modelled numbers")),
    }
    let mut ulps = Vec::new();
    if has_ulps {
        series::decode(cursor, count, &mut ulps)?;
    }
    Ok((values, ulps))
}

/// The neighbours that the numbers at `cursor` need, nothing decoded but a list.
pub(super) fn parents(cursor: &mut Cursor<'_>, count: usize) -> Result<Vec<usize>, Error> {
    let form = cursor.u8()?;
    match form & !(ULPS | LINEAR) {
        STEPS => {
            cursor.varint()?;
            cursor.varint()?;
        }
        PARTS => {
            cursor.varint()?;
        }
        _ => {
            List::read(cursor, count, form & ULPS != 0)?;
        }
    }
    if form & LINEAR != 0 { read_parents(cursor) } else { strong::parents(cursor) }
}

fn read_parents(cursor: &mut Cursor<'_>) -> Result<Vec<usize>, Error> {
    let count = usize::try_from(cursor.varint()?).ok().filter(|count| *count <= MOST_PARENTS);
    let count = count.ok_or(Error::Corrupt("too many parents of a column"))?;
    let mut read =
        || usize::try_from(cursor.varint()?).map_err(|_| Error::Corrupt("impossible parent of a column"));
    (0..count).map(|_| read()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use proptest::prelude::*;

    fn there_and_back(values: &[i64], ulps: &[i64], neighbours: &[&[i64]]) {
        for level in 4..=9 {
            let level = Level::new(level).unwrap();
            let Some(bytes) = encode(values, ulps, neighbours, level) else { continue };
            let mut cursor = Cursor::new(&bytes);
            let parents = parents(&mut cursor.clone(), values.len()).unwrap();
            let back = decode(&mut cursor, values.len(), |at| {
                assert!(parents.contains(&at));
                Ok(Cow::Borrowed(neighbours[at]))
            });
            assert_eq!(back.unwrap(), (values.to_vec(), ulps.to_vec()));
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
        let alone = encode(&values, &[], &[], Level::STRONGEST).unwrap().len();
        let beside = encode(&values, &[], &[&a, &b], Level::STRONGEST).unwrap().len();
        assert!(beside * 3 < alone, "{beside} {alone}");
    }
}
