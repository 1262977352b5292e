//! A model that is told one value after the other, and never ends: what a column of a stream is coded by.
//!
//! Both ends make it from a [`Recipe`] and the values before, which it learns without coding them; then each value is
//! coded and learnt. A value that it has no code for is coded elsewhere and learnt as if it had one.

mod recipe;

pub(crate) use recipe::{Recipe, RecipeOdds};

use crate::{
    codec::{
        coder::{
            inputs::{self, Known, MAX_PARENTS, Parents},
            strong::{Learnt, Line, MAX_DIGITS, Plan, Scale, following},
        },
        level::Level,
        map::{List, Ranked, Steps},
        numbers::{Meaning, Pair, pairs},
    },
    entropy::range::{Coder, Metered, Unwritten},
};
use alloc::vec::Vec;
use recipe::Form;

/// The values of a column before a follower is made, and those of its neighbours in the same rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Before<'a> {
    /// Its numbers.
    pub(crate) values: &'a [i64],
    /// Their ulps: none, or as many.
    pub(crate) ulps: &'a [i64],
    /// The neighbours that can be its parents, the nearest first.
    pub(crate) neighbours: &'a [&'a [i64]],
    /// Digits of the line of significant digits that they stand on, 0 if they are plain integers.
    pub(crate) digits: u8,
}

/// Rows of its parents that a follower looks at: this one and those before.
const ROWS: usize = 3;

/// A column's model, and all that it has learnt.
#[derive(Debug, Clone)]
pub(crate) struct Follower {
    learnt: Learnt,
    told: Parents,
    /// Of each parent the values in the last rows, and in how many.
    beside: Vec<[i64; ROWS]>,
    rows: usize,
    meaning: Meaning,
    low: i64,
    high: i64,
}

impl Follower {
    /// Makes what the recipe says and teaches it what was before; `None` if that cannot be.
    pub(crate) fn new(recipe: &Recipe, before: Before<'_>, level: Level) -> Option<Self> {
        let (meaning, low, high) = meaning(recipe, before)?;
        let line = line(&meaning, low, high);
        if !line.is_sound() {
            return None;
        }
        let codes: Vec<i64> =
            pairs(before.values, before.ulps).map(|pair| meaning.code(pair)).collect::<Option<_>>()?;
        let mut shift = recipe.start.1;
        if !codes.is_empty() {
            shift = inputs::shift_of(&codes.iter().map(|code| line.place(*code)).collect::<Vec<_>>());
        }
        let neighbour = |parent: &usize| before.neighbours.get(*parent).copied();
        let parents: Vec<&[i64]> = recipe.parents().iter().map(neighbour).collect::<Option<_>>()?;
        if parents.iter().any(|values| values.len() != codes.len()) {
            return None;
        }
        let choice = recipe.chosen.choice.clone();
        let told = Parents::new(&choice.inputs, &parents);
        let plan = Plan { shift, choice, strength: following(level) };
        let first = codes.first().copied().or_else(|| meaning.code((recipe.start.0, 0)))?;
        let learnt = Learnt::new(plan, &line, first);
        let beside = alloc::vec![[0; ROWS]; parents.len()];
        let mut this = Self { learnt, told, beside, rows: 0, meaning, low, high };
        let mut now = Vec::with_capacity(parents.len());
        for (row, code) in codes.into_iter().enumerate() {
            now.clear();
            now.extend(parents.iter().map(|values| values.get(row).copied().unwrap_or(0)));
            this.step(&mut Unwritten, &now, code);
        }
        Some(this)
    }

    /// Whether the recipe can be made, with what was before.
    pub(crate) fn is_possible(recipe: &Recipe, before: Before<'_>) -> bool {
        meaning(recipe, before).is_some_and(|(meaning, low, high)| line(&meaning, low, high).is_sound())
    }

    /// Bytes that one takes.
    pub(crate) fn memory(level: Level) -> u64 {
        if level.get() <= 6 { 64 << 10 } else { 512 << 10 }
    }

    /// Whether ulps go with the values, because they stand in a list together.
    pub(crate) fn has_ulps(&self) -> bool {
        matches!(&self.meaning, Meaning::Listed { list, .. } if !list.ulps.is_empty())
    }

    /// The code of a value, if it has one.
    pub(crate) fn code_of(&self, pair: Pair) -> Option<i64> {
        let line = self.line();
        self.meaning.code(pair).filter(|code| (line.low..line.high).contains(code))
    }

    /// What a code stands for.
    pub(crate) fn pair(&self, code: i64) -> Pair {
        self.meaning.pair(code)
    }

    /// Codes one value: the one `wanted`, or what the coder says. `now` are its parents' values in this row.
    pub(crate) fn step(&mut self, coder: &mut impl Coder, now: &[i64], wanted: i64) -> i64 {
        self.rows = (self.rows + 1).min(ROWS);
        for (values, now) in self.beside.iter_mut().zip(now) {
            values.rotate_left(1);
            values[ROWS - 1] = *now;
        }
        let mut parents = [&[][..]; MAX_PARENTS];
        for (parent, values) in parents.iter_mut().zip(&self.beside) {
            *parent = values.get(ROWS - self.rows..).unwrap_or_default();
        }
        let parents = parents.get(..self.beside.len()).unwrap_or_default();
        let line = line(&self.meaning, self.low, self.high);
        self.learnt.step(coder, &mut self.told, Known { parents, at: self.rows - 1 }, &line, wanted)
    }

    /// Learns a value that it has no code for: a list gets it, elsewhere it counts as the nearest.
    pub(crate) fn accept(&mut self, now: &[i64], pair: Pair) {
        let code = match &mut self.meaning {
            Meaning::Listed { list, places } => {
                let rank = insert(list, pair) as i64;
                self.learnt.insert(rank, *places);
                rank
            }
            Meaning::Steps(Steps { base, step }) => {
                let above = i128::from(pair.0) - i128::from(*base);
                let code = above.div_euclid(i128::from(*step).max(1));
                code.clamp(i64::MIN.into(), i64::MAX.into()) as i64
            }
            Meaning::Bent(_) | Meaning::Coarse(_) => pair.0,
        };
        let line = self.line();
        let code = code.clamp(line.low, line.high - 1);
        self.step(&mut Unwritten, now, code);
    }

    fn line(&self) -> Line<'_> {
        line(&self.meaning, self.low, self.high)
    }

    /// Bits, in units of 2^-16, that these values take, which it learns.
    fn cost(&mut self, more: Before<'_>, parents: &[usize]) -> u64 {
        /// Of a value that has no code.
        const MISSED: u64 = 20 << 16;
        let mut bits = 0;
        let mut now = Vec::with_capacity(parents.len());
        for (row, pair) in pairs(more.values, more.ulps).enumerate() {
            now.clear();
            let value = |parent: &usize| more.neighbours.get(*parent).and_then(|values| values.get(row));
            now.extend(parents.iter().map(|parent| value(parent).copied().unwrap_or(0)));
            match self.code_of(pair) {
                Some(code) => {
                    let mut meter = Unwritten;
                    let mut meter = Metered::new(&mut meter);
                    self.step(&mut meter, &now, code);
                    bits += meter.bits;
                }
                None => {
                    self.accept(&now, pair);
                    bits += MISSED;
                }
            }
        }
        bits
    }
}

impl Before<'_> {
    /// The rows up to `row`, and those from it on.
    fn split<'s>(&'s self, row: usize, halves: &'s mut [Vec<&'s [i64]>; 2]) -> [Before<'s>; 2] {
        let part = |values: &'s [i64], from: usize| match from {
            0 => values.get(..row).unwrap_or_default(),
            _ => values.get(row..).unwrap_or_default(),
        };
        for (from, half) in halves.iter_mut().enumerate() {
            half.extend(self.neighbours.iter().map(|values| part(values, from)));
        }
        let [first, second] = halves;
        let half = |from: usize, neighbours| Before {
            values: part(self.values, from),
            ulps: part(self.ulps, from),
            neighbours,
            digits: self.digits,
        };
        [half(0, &*first), half(1, &*second)]
    }
}

/// The last values that a recipe is judged by.
fn judged(level: Level) -> usize {
    if level.get() <= 6 { 512 } else { 1024 }
}
/// The share of them that are coded for that, after the others were learnt.
const CODED: usize = 4;
/// With fewer values chance makes steps.
const STEPPED: usize = 48;

/// The recipe that suits a column best, and the bits, in units of 2^-16, that the last of its values take with it;
/// and how many those are.
pub(crate) fn suiting(before: Before<'_>, level: Level) -> Option<(Recipe, u64, usize)> {
    let from = before.values.len().saturating_sub(judged(level));
    let mut halves = [Vec::new(), Vec::new()];
    let [_, recent] = before.split(from, &mut halves);
    let known = recent.values.len() - recent.values.len() / CODED;
    let has_step = before.values.len() >= STEPPED && Steps::of(before.values).step > 1;
    let mut forms = Vec::from([if has_step { Form::Steps } else { Form::Units }]);
    if before.digits > 0 {
        forms.push(Form::Bent);
    }
    let ranked = Ranked::new(before.values, before.ulps, level);
    if ranked.is_some() {
        forms.extend([Form::Places, Form::Ranks]);
    }
    let values_suit = Recipe::suiting(Form::Units, before.values, before.neighbours, level);
    let recipe = |form: Form| match (form, &ranked) {
        (Form::Ranks, Some(ranked)) => Recipe::suiting(form, &ranked.ranks, before.neighbours, level),
        _ => Recipe { form, ..values_suit.clone() },
    };
    let judge = |form: Form| {
        let recipe = Some(recipe(form)).filter(|recipe| Follower::is_possible(recipe, before))?;
        let mut halves = [Vec::new(), Vec::new()];
        let [first, last] = recent.split(known, &mut halves);
        let bits = Follower::new(&recipe, first, level)?.cost(last, recipe.parents());
        Some((recipe, bits, last.values.len()))
    };
    forms.into_iter().filter_map(judge).min_by_key(|(_, bits, _)| *bits)
}

/// What the codes of a column stand for, the lowest and one above the highest that were seen.
fn meaning(recipe: &Recipe, before: Before<'_>) -> Option<(Meaning, i64, i64)> {
    let (values, first) = (before.values, recipe.start.0);
    let (low, high) =
        (values.iter().min().copied().unwrap_or(first), values.iter().max().copied().unwrap_or(first));
    Some(match recipe.form {
        Form::Units | Form::Steps => {
            let steps =
                if recipe.form == Form::Units { Steps { base: low, step: 1 } } else { Steps::of(values) };
            let high = i64::try_from(high.abs_diff(steps.base) / steps.step.max(1)).ok()?.checked_add(1)?;
            (Meaning::Steps(steps), 0, high)
        }
        Form::Bent if (1..=MAX_DIGITS).contains(&before.digits) => {
            (Meaning::Bent(before.digits), low, high.checked_add(1)?)
        }
        Form::Places | Form::Ranks if !values.is_empty() => {
            let list = List::of(values, before.ulps);
            let high = list.values.len() as i64;
            (Meaning::Listed { list, places: recipe.form == Form::Places }, 0, high)
        }
        _ => return None,
    })
}

/// The line that codes stand on, with room for those to come; that of a list grows with it.
fn line(meaning: &Meaning, low: i64, high: i64) -> Line<'_> {
    let scale = match meaning {
        Meaning::Listed { list, places: true } => Scale::Listed(&list.values),
        Meaning::Listed { list, .. } => return Line::new(Scale::Even, 0, list.values.len() as i64),
        Meaning::Steps(_) => Scale::Even,
        Meaning::Coarse(unit) => Scale::Coarse(*unit),
        Meaning::Bent(digits) => Scale::Bent(*digits),
    };
    let line = Line::new(scale, low, high);
    if matches!(meaning, Meaning::Listed { .. }) { line } else { line.widened() }
}

/// Puts a pair into a list and gives its place.
fn insert(list: &mut List, pair: Pair) -> usize {
    let mut at = list.values.partition_point(|value| *value < pair.0);
    let is_before = |at: usize| {
        list.values.get(at) == Some(&pair.0) && list.ulps.get(at).is_some_and(|ulp| *ulp < pair.1)
    };
    while is_before(at) {
        at += 1;
    }
    list.values.insert(at, pair.0);
    if !list.ulps.is_empty() {
        list.ulps.insert(at, pair.1);
    }
    at
}
