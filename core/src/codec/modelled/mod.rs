//! Numbers of the strong levels: the number line on which a model predicts best, found by trying.
//!
//! ```text
//! modelled := form u8 | body
//! form     :  0 steps   base zigzag varint | step varint | strong of (value - base) / step
//!             1 parts   divisor varint | strong of value div divisor | strong of value mod divisor, those its parent
//!             2 places  list of the distinct values | strong of ranks, predicted where the values lie
//!             3 ranks   the same, predicted as ranks
//!            16 bent    digits u8 | strong of the values, predicted by the decimals that they stand for
//! + 4         the values have ulps: a series of them behind, or in the list
//! + 8         linear instead of strong; never with places, never bent
//! ```
//!
//! | file | what |
//! |---|---|
//! | `linear`, `adaptive` | a column predicted by fixed weights, its surprises coded adaptively |
//! | `strong` | a column predicted value by value by all that is known |
//! | `inputs` | what a column is predicted from |
//! | `choose` | which of that the encoder takes |
//! | `race` | which form it takes |
//! | `panel` | the predictors |
//! | `density`, `average` | how likely each makes a value, and all together |
//! | `recall` | values seen before in like places |
//! | `walk` | a value as decisions |
//! | `memory` | a model that is kept, to go on with other values |
//! | `line` | codes and their places: even, listed, bent |

mod adaptive;
mod average;
mod choose;
mod density;
mod inputs;
mod line;
mod linear;
mod memory;
mod panel;
mod race;
mod recall;
mod strong;
mod walk;

pub use memory::{Beside, Memory, Pair};

use line::Scale;
use memory::Meaning;

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
use alloc::{borrow::Cow, vec, vec::Vec};

/// Inputs of a prediction at most.
const MAX_INPUTS: usize = 40;
/// Parents of a column at most.
const MAX_PARENTS: usize = 12;

/// The longest echo of errors.
const MAX_ECHO: usize = 64;

const STEPS: u8 = 0;
const PARTS: u8 = 1;
const PLACES: u8 = 2;
const RANKS: u8 = 3;
const BENT: u8 = 16;
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

/// A column that fixed weights predict, in the form that seems to be the smallest.
pub(super) struct Fixed<'a> {
    column: Column<'a>,
    form: u8,
    series: Vec<Planned<'a>>,
    /// Bits, roughly, that [`Fixed::write`] takes.
    pub(super) bits: u64,
}

/// Codes and the weights that were chosen for them.
type Planned<'a> = (Cow<'a, [i64]>, linear::Plan);

impl<'a> Fixed<'a> {
    /// Tries the forms of a column; `ranked` is the same column if it has a list.
    pub(super) fn new(
        values: &'a [i64],
        ulps: &'a [i64],
        neighbours: &'a [&'a [i64]],
        ranked: Option<&'a Ranked>,
        level: Level,
    ) -> Option<Self> {
        let column = Column::new(values, ulps, neighbours, ranked, level);
        let mut trials: Vec<Trial<'a>> =
            column.forms().into_iter().filter_map(|form| column.trial(form)).collect();
        // Weights gain about as much in one form as in another.
        let least = trials.iter().map(|trial| trial.bits).min()?;
        trials.retain(|trial| trial.bits <= least + least / 4);
        let planned = trials.into_iter().map(|trial| column.plan(trial));
        let (bits, form, series) = planned.min_by_key(|(bits, form, _)| (*bits, *form))?;
        Some(Self { column, form, series, bits })
    }

    /// Appends the column.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let Self { column, form, series, .. } = self;
        out.push(form | LINEAR | column.ulps_flag());
        column.write_head(*form, out);
        let mut neighbours = column.neighbours;
        let mut first: &[i64];
        for (codes, plan) in series {
            plan.write(codes, neighbours, out);
            first = codes;
            neighbours = core::slice::from_ref(&first);
        }
        column.write_ulps(*form, out);
    }
}

/// A form and its series.
struct Trial<'a> {
    form: u8,
    series: Vec<Cow<'a, [i64]>>,
    /// Bits, roughly, of what is not in the series.
    once: u64,
    /// Bits, roughly, of all.
    bits: u64,
}

struct Column<'a> {
    values: &'a [i64],
    ulps: &'a [i64],
    neighbours: &'a [&'a [i64]],
    ranked: Option<&'a Ranked>,
    base: i64,
    step: u64,
    divisor: Option<i64>,
    /// Of the bent line that values stand on, 0 if there is none.
    digits: u8,
    level: Level,
}

impl<'a> Column<'a> {
    fn new(
        values: &'a [i64],
        ulps: &'a [i64],
        neighbours: &'a [&'a [i64]],
        ranked: Option<&'a Ranked>,
        level: Level,
    ) -> Self {
        let (mut base, step) = scale_of(values);
        if step <= 1 && level <= Level::LINEAR {
            // Fixed weights do not care where 0 is.
            base = 0;
        }
        let divisor = divisor_of(values, level);
        Self { values, ulps, neighbours, ranked, base, step: step.max(1), divisor, digits: 0, level }
    }

    /// The forms that it can take; its list can also serve as places.
    fn forms(&self) -> Vec<u8> {
        let forms = [Some(STEPS), self.divisor.map(|_| PARTS), self.ranked.map(|_| RANKS)];
        forms.into_iter().flatten().collect()
    }

    /// What a form codes: one series, or two of which the first is the parent of the second.
    fn series(&self, form: u8) -> Option<Vec<Cow<'a, [i64]>>> {
        Some(match form {
            BENT => vec![Cow::Borrowed(self.values)],
            STEPS if self.base == 0 && self.step == 1 => vec![Cow::Borrowed(self.values)],
            STEPS => {
                let code = |value: &i64| (value.abs_diff(self.base) / self.step) as i64;
                vec![Cow::Owned(self.values.iter().map(code).collect())]
            }
            PARTS => {
                let divisor = self.divisor?;
                let (whole, rest): (Vec<i64>, Vec<i64>) =
                    self.values.iter().map(|v| (v.div_euclid(divisor), v.rem_euclid(divisor))).unzip();
                vec![Cow::Owned(whole), Cow::Owned(rest)]
            }
            _ => vec![Cow::Borrowed(&*self.ranked?.ranks)],
        })
    }

    /// A form's series, and bits, roughly, that they take without weights.
    fn trial(&self, form: u8) -> Option<Trial<'a>> {
        let once = match (form, self.ranked) {
            (RANKS, Some(ranked)) => ranked.list.estimate(self.level),
            _ => series::estimate(self.ulps, self.level),
        };
        let series = self.series(form)?;
        let bits = series.iter().map(|codes| series::estimate(codes, self.level)).sum::<u64>();
        Some(Trial { form, series, once, bits: once + bits })
    }

    /// A form's series with weights for each, and bits, roughly, that all takes.
    fn plan(&self, trial: Trial<'a>) -> (u64, u8, Vec<Planned<'a>>) {
        let mut bits = trial.once;
        let mut planned: Vec<Planned<'a>> = Vec::new();
        for codes in trial.series {
            let first = planned.first().map(|(first, _)| &**first);
            let neighbours = first.as_ref().map_or(self.neighbours, core::slice::from_ref);
            let plan = linear::Plan::new(&codes, neighbours);
            bits += plan.estimate(&codes, neighbours);
            planned.push((codes, plan));
        }
        (bits, trial.form, planned)
    }

    fn ulps_flag(&self) -> u8 {
        if self.ulps.is_empty() { 0 } else { ULPS }
    }

    /// Appends what stands before the series of a form.
    fn write_head(&self, form: u8, out: &mut Vec<u8>) {
        match (form, self.ranked) {
            (STEPS, _) => {
                put_varint(out, zigzag(self.base));
                put_varint(out, self.step);
            }
            (PARTS, _) => put_varint(out, self.divisor.unwrap_or(0) as u64),
            (BENT, _) => out.push(self.digits),
            (_, Some(ranked)) => ranked.list.write(self.level, out),
            _ => {}
        }
    }

    /// Appends the ulps where they stand behind the series.
    fn write_ulps(&self, form: u8, out: &mut Vec<u8>) {
        if !self.ulps.is_empty() && matches!(form, STEPS | PARTS | BENT) {
            series::encode(self.ulps, self.level, out);
        }
    }
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
            let (base, step) = (unzigzag(cursor.varint()?), cursor.varint()?);
            (values, left) = codes(cursor, Scale::Even)?;
            values.iter_mut().for_each(|v| *v = v.wrapping_mul(step as i64).wrapping_add(base));
            meaning = Some(Meaning::Steps { base, step });
        }
        PARTS => {
            let divisor = cursor.varint()? as i64;
            (values, left) = codes(cursor, Scale::Even)?;
            let first = |_| Ok(Cow::Borrowed(&*values));
            let (rest, _) = decode_codes(cursor, is_linear, count, Scale::Even, first)?;
            values.iter_mut().zip(rest).for_each(|(v, rest)| *v = v.wrapping_mul(divisor).wrapping_add(rest));
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
            if !(1..=line::MAX_DIGITS).contains(&digits) {
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
            cursor.varint()?;
            cursor.varint()?;
        }
        PARTS => {
            cursor.varint()?;
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

fn read_parents(cursor: &mut Cursor<'_>) -> Result<Vec<usize>, Error> {
    let count = usize::try_from(cursor.varint()?).ok().filter(|count| *count <= MAX_PARENTS);
    let count = count.ok_or(Error::Corrupt("too many parents of a column"))?;
    let mut read =
        || usize::try_from(cursor.varint()?).map_err(|_| Error::Corrupt("impossible parent of a column"));
    (0..count).map(|_| read()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
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
