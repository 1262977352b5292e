//! The strong levels: every value is predicted from all that is known, and only what surprises is coded.
//!
//! ```text
//! strong := nothing, if there are no codes
//!         | bytes varint | range code: head, codes
//! head   := strength 2 bits | shift + 48 7 bits | chosen | first code, zigzag number |
//!           [first - lowest number | highest - first number]
//! number := how many bits, 7 bits | those below the highest
//! ```
//! Ranks with places have no lowest and highest code there: the list says them. A column is coded by itself, from its first
//! row to its last, so it can be read with its parents and without the rest.
//!
//! | file | what |
//! |---|---|
//! | `choose` | a season, parents, and inputs |
//! | `chosen` | how they are said |
//! | `panel` | the predictors |
//! | `density`, `average` | how likely each makes a value, and all together |
//! | `recall` | values seen before in like places |
//! | `walk` | a value as decisions |
//! | `line` | codes and their places: even, listed, bent |

mod average;
mod choose;
mod chosen;
mod density;
mod line;
mod panel;
mod recall;
#[cfg(test)]
mod trace;
mod walk;

pub(in crate::codec) use choose::choose;
pub(in crate::codec) use chosen::{Chosen, ChosenOdds};
pub(in crate::codec) use line::{Line, MAX_DIGITS, Scale};
pub(in crate::codec) use panel::{Plan, SETTLING};

use panel::{Panel, Room, Strength};
use walk::{CONTEXTS, Expected, RECALLS, Walk};

use crate::{
    codec::{
        coder::inputs::{self, Known, MAX_PARENTS, Parents},
        level::Level,
    },
    entropy::{
        Cursor, put_varint,
        range::{Coder, Decoder, Encoder},
    },
    error::Error,
    num::{unzigzag, zigzag},
};
use alloc::{borrow::Cow, vec::Vec};
use core::ops::Range;

/// Of a model that is forgotten with its column.
const ROOMY: Room = Room { counters: 18, nodes: 10, slots: 10 };

const STRONGEST: Strength = Strength {
    every: 5,
    windows: &[10, 7, 5],
    taps: [32, 16],
    contexts: 12,
    recalls: 6,
    halvings: 16,
    room: ROOMY,
};

/// What levels 6 to 9 spend on a value.
const STRENGTHS: [Strength; 4] = [
    Strength { every: 5, windows: &[10], taps: [0, 0], contexts: 2, recalls: 1, halvings: 6, room: ROOMY },
    Strength { every: 5, windows: &[10], taps: [16, 0], contexts: 4, recalls: 2, halvings: 8, room: ROOMY },
    Strength {
        every: 5,
        windows: &[10, 7],
        taps: [16, 16],
        contexts: 8,
        recalls: 4,
        halvings: 12,
        room: ROOMY,
    },
    STRONGEST,
];

/// What a model that follows a column spends on a value; it is one of many that live side by side.
pub(in crate::codec) fn following(level: Level) -> Strength {
    let number = number_of(level);
    let strength = STRENGTHS.get(usize::from(number)).copied().unwrap_or(STRONGEST);
    let room = match number {
        0 => Room { counters: 11, nodes: 7, slots: 8 },
        _ => Room { counters: 14, ..ROOMY },
    };
    Strength { room, ..strength }
}

/// The strength of a level.
fn number_of(level: Level) -> u8 {
    level.get().saturating_sub(Level::STRONG.get()).min(3)
}

/// A series while it is encoded.
pub(in crate::codec) struct Run<'a> {
    codes: &'a [i64],
    /// How many are coded.
    done: usize,
    coding: Option<Coding<'a>>,
}

/// How a series is encoded.
struct Coding<'a> {
    head: Head,
    coder: Encoder,
    /// Bytes of the head.
    head_bytes: usize,
    state: State<'a>,
}

/// What is said before the first code.
#[derive(Debug, Default)]
struct Head {
    strength: u8,
    shift: i8,
    chosen: Chosen,
    first: i64,
    /// How far below the first the lowest code lies, and how far above the highest: not for places in a list.
    reach: Option<(u64, u64)>,
}

/// Steps of parents that are inputs: a column knows all rows of those before it.
const OFFSETS: Range<u8> = 0..3;

/// Chooses for a column that lies beside others that are known to their ends.
pub(in crate::codec) fn choose_beside(places: &[i64], neighbours: &[&[i64]], level: Level) -> Chosen {
    choose(places, neighbours, OFFSETS, level)
}

/// Bits that hold the number of bits of any number.
const LENGTH_BITS: u32 = 7;

impl<'a> Run<'a> {
    /// Begins `codes`, whose places are those of `scale`, with what was chosen for values that lie alike, if that is known.
    /// `None` if they lie too far apart for this.
    pub(in crate::codec) fn new(
        codes: &'a [i64],
        scale: Scale<'a>,
        neighbours: &[&'a [i64]],
        chosen: Option<&Chosen>,
        level: Level,
    ) -> Option<Self> {
        let Some(&first) = codes.first() else {
            return Some(Self { codes, done: 0, coding: None });
        };
        let (low, high) = (*codes.iter().min()?, codes.iter().max()?.checked_add(1)?);
        let line = Line::new(scale, low, high);
        if !line.is_sound() {
            return None;
        }
        let places: Vec<i64> = codes.iter().map(|code| line.place(*code)).collect();
        let chosen = match chosen {
            Some(chosen) => chosen.clone(),
            None => choose_beside(&places, neighbours, level),
        };
        let is_listed = matches!(scale, Scale::Listed(_));
        let reach = (!is_listed).then(|| (first.abs_diff(low), (high - 1).abs_diff(first)));
        let parents = chosen.parents.iter().filter_map(|parent| neighbours.get(*parent).copied()).collect();
        let shift = inputs::shift_of(&places);
        let head = Head { strength: number_of(level), shift, chosen, first, reach };
        Some(Self { codes, done: 0, coding: Some(Coding::new(head, parents, line)?) })
    }

    /// The same series at its start, with the strength of another level.
    pub(in crate::codec) fn at(&self, level: Level) -> Option<Self> {
        let again = |Coding { head, state, .. }: &Coding<'a>| {
            let head = Head { strength: number_of(level), chosen: head.chosen.clone(), ..*head };
            Coding::new(head, state.parents.clone(), state.line)
        };
        let coding = match &self.coding {
            Some(coding) => Some(again(coding)?),
            None => None,
        };
        Some(Self { codes: self.codes, done: 0, coding })
    }

    /// Codes the values up to `count`.
    pub(in crate::codec) fn advance(&mut self, count: usize) {
        let Some(Coding { coder, state, .. }) = &mut self.coding else { return };
        for code in self.codes.get(self.done..count).unwrap_or_default() {
            state.step(coder, *code);
        }
        self.done = self.done.max(count);
    }

    /// Bytes of codes so far.
    pub(in crate::codec) fn bytes(&self) -> usize {
        self.coding.as_ref().map_or(0, |coding| coding.coder.len() - coding.head_bytes)
    }

    /// Bytes that stand before the codes.
    pub(in crate::codec) fn head_bytes(&self) -> usize {
        self.coding.as_ref().map_or(0, |coding| coding.head_bytes)
    }

    /// Codes the rest and appends all.
    pub(in crate::codec) fn finish(mut self, out: &mut Vec<u8>) {
        self.advance(self.codes.len());
        let Some(coding) = self.coding else { return };
        let bytes = coding.coder.finish();
        put_varint(out, bytes.len() as u64);
        out.extend_from_slice(&bytes);
    }
}

impl<'a> Coding<'a> {
    /// Says what comes before the first code; `None` if it cannot be said.
    fn new(head: Head, parents: Vec<&'a [i64]>, line: Line<'a>) -> Option<Self> {
        let mut coder = Encoder::default();
        // Inputs come in the order in which they were said.
        let head = Head::code(&mut coder, &head, head.reach.is_some())?;
        let state = State::new(head.plan()?, parents, line, head.first);
        Some(Self { head_bytes: coder.len(), head, coder, state })
    }
}

impl Head {
    /// Codes the head that is `wanted`, or what the coder says; `None` if that is impossible.
    fn code(coder: &mut impl Coder, wanted: &Self, has_reach: bool) -> Option<Self> {
        let lowest = *inputs::SHIFTS.start();
        let strength = coder.bits(2, wanted.strength.into()) as u8;
        let shift = coder.bits(LENGTH_BITS, wanted.shift.abs_diff(lowest).into());
        let shift = i8::try_from(i64::from(lowest) + shift as i64).ok();
        let shift = shift.filter(|shift| inputs::SHIFTS.contains(shift))?;
        let chosen = ChosenOdds::default().code(coder, &wanted.chosen, OFFSETS)?;
        let first = unzigzag(code_plain(coder, zigzag(wanted.first))?);
        let (below, above) = wanted.reach.unwrap_or((0, 0));
        let reach =
            if has_reach { Some((code_plain(coder, below)?, code_plain(coder, above)?)) } else { None };
        Some(Self { strength, shift, chosen, first, reach })
    }

    /// The lowest code and one above the highest; no codes for places in a list, which says them.
    fn range(&self) -> Option<(i64, i64)> {
        let Some((below, above)) = self.reach else { return Some((0, 0)) };
        let high = self.first.checked_add_unsigned(above)?.checked_add(1)?;
        Some((self.first.checked_sub_unsigned(below)?, high))
    }

    fn plan(&self) -> Option<Plan> {
        let strength = *STRENGTHS.get(usize::from(self.strength))?;
        Some(Plan { shift: self.shift, choice: self.chosen.choice.clone(), strength })
    }
}

/// Codes a number: how many bits it has, and those below the highest one.
fn code_plain(coder: &mut impl Coder, wanted: u64) -> Option<u64> {
    let bits = coder.bits(LENGTH_BITS, (u64::BITS - wanted.leading_zeros()).into()) as u32;
    match bits.checked_sub(1) {
        None => Some(0),
        Some(below) if below < u64::BITS => Some(1 << below | coder.bits(below, wanted)),
        Some(_) => None,
    }
}

/// Cuts out the range code at `cursor`.
fn code_at<'a>(cursor: &mut Cursor<'a>) -> Result<Decoder<'a>, Error> {
    let bytes = usize::try_from(cursor.varint()?).unwrap_or(usize::MAX);
    Ok(Decoder::new(cursor.bytes(bytes)?))
}

const IMPOSSIBLE: Error = Error::Corrupt("an impossible model");

/// Returns the parents of the column at `cursor`, as how many columns back they stand.
pub(in crate::codec) fn parents(cursor: &mut Cursor<'_>) -> Result<Vec<usize>, Error> {
    let mut coder = code_at(cursor)?;
    let head = Head::code(&mut coder, &Head::default(), false).ok_or(IMPOSSIBLE)?;
    Ok(head.chosen.parents)
}

/// What is left of a column that was read.
pub(in crate::codec) struct Read {
    pub(in crate::codec) learnt: Learnt,
    /// How many columns back its parents are.
    pub(in crate::codec) parents: Vec<usize>,
    /// Its lowest code, and one above the highest.
    pub(in crate::codec) low: i64,
    pub(in crate::codec) high: i64,
}

/// Appends `count` codes; nothing is left of none.
pub(in crate::codec) fn decode<'n>(
    cursor: &mut Cursor<'_>,
    count: usize,
    scale: Scale<'_>,
    neighbour: impl Fn(usize) -> Result<Cow<'n, [i64]>, Error>,
    out: &mut Vec<i64>,
) -> Result<Option<Read>, Error> {
    if count == 0 {
        return Ok(None);
    }
    let mut coder = code_at(cursor)?;
    let is_listed = matches!(scale, Scale::Listed(_));
    let head = Head::code(&mut coder, &Head::default(), !is_listed).ok_or(IMPOSSIBLE)?;
    let back = &head.chosen.parents;
    let parents = back.iter().map(|back| neighbour(*back)).collect::<Result<Vec<_>, _>>()?;
    let rises = if let Scale::Listed(list) = scale { list.is_sorted() } else { true };
    let (low, high) = head.range().filter(|_| rises).ok_or(IMPOSSIBLE)?;
    let line = Line::new(scale, low, high);
    let is_known = head.first >= line.low && head.first < line.high;
    if head.chosen.choice.season > count || !is_known || !line.is_sound() {
        return Err(IMPOSSIBLE);
    }
    let parents: Vec<&[i64]> = parents.iter().map(|values| &**values).collect();
    let mut state = State::new(head.plan().ok_or(IMPOSSIBLE)?, parents, line, head.first);
    for _ in 0..count {
        out.push(state.step(&mut coder, 0));
    }
    coder.finish()?;
    Ok(Some(Read { learnt: state.learnt, parents: head.chosen.parents, low: line.low, high: line.high }))
}

/// All that coding a column knows.
pub(in crate::codec) struct State<'a> {
    learnt: Learnt,
    told: Parents,
    line: Line<'a>,
    parents: Vec<&'a [i64]>,
}

/// What coding a column has learnt from its values so far.
#[derive(Debug, Clone)]
pub(in crate::codec) struct Learnt {
    panel: Panel,
    walk: Walk,
    first: i64,
    /// The last codes, the newest first.
    last: [i64; 4],
    /// The last surprises: code less the one expected.
    surprises: [i64; 2],
    /// Which of the last values were as the ones before them, the newest the lowest bit.
    unchanged: u64,
    /// How often the predicted and the last value were right, in units of 2^-16.
    hits: [i64; 2],
    season: usize,
    codes: Vec<i64>,
}

impl<'a> State<'a> {
    fn new(plan: Plan, parents: Vec<&'a [i64]>, line: Line<'a>, first: i64) -> Self {
        let told = Parents::new(&plan.choice.inputs, &parents);
        let learnt = Learnt::new(plan, &line, first);
        Self { learnt, told, line, parents }
    }

    /// Goes on from what was learnt, with other values of the same parents; `known` are those that it was learnt with.
    pub(in crate::codec) fn resume(
        learnt: &Learnt,
        known: &[&[i64]],
        parents: Vec<&'a [i64]>,
        line: Line<'a>,
        start: Start,
    ) -> Self {
        let mut learnt = learnt.clone();
        learnt.settle(&line, start);
        let inputs = learnt.panel.inputs();
        let mut told = Parents::new(inputs, known);
        told.turn_to(&parents, learnt.panel.rows());
        Self { learnt, told, line, parents }
    }

    /// Codes one value: what is `wanted`, or what the coder says.
    pub(in crate::codec) fn step(&mut self, coder: &mut impl Coder, wanted: i64) -> i64 {
        let known = Known { parents: &self.parents, at: self.learnt.panel.rows() };
        self.learnt.step(coder, &mut self.told, known, &self.line, wanted)
    }
}

/// Where a column goes on: at a code, in steps of so many codes.
#[derive(Debug, Clone, Copy)]
pub(in crate::codec) struct Start {
    pub(in crate::codec) code: i64,
    pub(in crate::codec) stride: i64,
}

impl Learnt {
    /// What is known before the first value, which is on `line` near the code `first`.
    pub(in crate::codec) fn new(plan: Plan, line: &Line<'_>, first: i64) -> Self {
        let (season, strength) = (plan.choice.season, plan.strength);
        let place = line.place(first);
        Self {
            panel: Panel::new(plan, place),
            walk: Walk::new(strength),
            first: place,
            last: [first; 4],
            surprises: [0; 2],
            unchanged: 0,
            hits: [0; 2],
            season,
            codes: Vec::new(),
        }
    }

    /// A rank was added: those from it on are one higher. Where it lies is the same where ranks have `places`.
    pub(in crate::codec) fn insert(&mut self, rank: i64, places: bool) {
        let up = |code: &mut i64| *code += i64::from(*code >= rank);
        self.last.iter_mut().for_each(up);
        self.codes.iter_mut().for_each(up);
        self.walk.insert(rank);
        if !places {
            self.panel.insert(rank);
        }
    }

    /// Goes on elsewhere, as if the rows before had led there.
    fn settle(&mut self, line: &Line<'_>, start: Start) {
        let Start { code, stride } = start;
        let step = line.place(code.saturating_add(stride)).saturating_sub(line.place(code));
        self.panel.settle(line.place(code), if stride == 0 { 0 } else { step });
        self.last = [0, 1, 2, 3].map(|back| code.saturating_sub(stride.saturating_mul(back)));
        self.surprises = [0; 2];
        self.unchanged = if stride == 0 { u64::MAX } else { 0 };
        self.codes.extend(core::iter::repeat_n(code, SETTLING));
    }

    /// Turns all codes that it remembers into others on the same number line.
    pub(in crate::codec) fn recode(&mut self, other: impl Fn(i64) -> i64) {
        let all = self.codes.iter_mut().chain(&mut self.last);
        all.for_each(|code| *code = other(*code));
    }

    /// The codes so far.
    pub(in crate::codec) fn codes(&self) -> &[i64] {
        &self.codes
    }

    /// Whether rows far back matter.
    pub(in crate::codec) fn looks_far_back(&self) -> bool {
        self.panel.looks_far_back()
    }

    /// Codes one value, of whose row the parents show what is `known`.
    pub(in crate::codec) fn step(
        &mut self,
        coder: &mut impl Coder,
        told: &mut Parents,
        known: Known<'_>,
        line: &Line<'_>,
        wanted: i64,
    ) -> i64 {
        let blend = self.panel.predict(told, known, self.first);
        let predicted = line.nearest(blend);
        let [last, ..] = self.last;
        let is_last = self.hits[1] > self.hits[0];
        let scale = self.panel.scale();
        let spread = line.between(blend - scale, blend + scale) / 2;
        let width = (64 - spread.leading_zeros()).saturating_sub(1);
        let expected = Expected { code: if is_last { last } else { predicted }, is_last, width };
        self.turn(known, line, blend, scale, expected, width);
        let code = self.walk.value(coder, &self.panel, line, expected, wanted);
        self.surprises = [code - expected.code, self.surprises[0]];
        self.unchanged = self.unchanged << 1 | u64::from(code == last);
        for (hits, candidate) in self.hits.iter_mut().zip([predicted, last]) {
            *hits += ((i64::from(code == candidate) << 16) - *hits) >> 5;
        }
        self.last = [code, self.last[0], self.last[1], self.last[2]];
        self.panel.learn(line.place(code), self.first);
        self.codes.push(code);
        code
    }

    /// Turns to the contexts of this row.
    fn turn(
        &mut self,
        known: Known<'_>,
        line: &Line<'_>,
        blend: i64,
        scale: i64,
        expected: Expected,
        width: u32,
    ) {
        let row = self.panel.rows();
        let step_of = |which: usize| {
            let (above, here) = known.values(which);
            here.wrapping_sub(above)
        };
        let parents = known.parents.len().min(MAX_PARENTS);
        let still = (0..parents).fold(0u64, |bits, which| bits << 1 | u64::from(step_of(which) == 0));
        let [x1, x2, _, x4] = self.last;
        let [r1, r2] = self.surprises;
        let ago = self.season.checked_sub(1).and_then(|back| self.codes.len().checked_sub(back + 1));
        let ago = ago.and_then(|at| self.codes.get(at)).copied();
        let seasonal = ago.unwrap_or(x2);
        let y = if parents == 0 { x4 } else { known.values(0).1 };
        let sl = half_log(scale);
        let off = |place: i64, weight: i64, most: i64| {
            (place.saturating_mul(weight) / scale).clamp(-most, most) as u64
        };
        let lean = off(self.panel.squares() - (line.place(x1) << 8), 4, 15);
        let season_lean = off(ago.map_or(0, |ago| (line.place(ago) << 8) - blend), 2, 7);
        let phase = row.checked_rem(self.season).map_or(0, |at| (at * 32 / self.season) as u64);
        let w = u64::from(width);
        // Those that help most first.
        let contexts: [u64; CONTEXTS] = [
            pack(&[log(r1), sign(r1), log(r2)]),
            pack(&[log(step_of(0)), sign(step_of(0)), log(step_of(1)), sign(step_of(1))]),
            x1.cast_unsigned(),
            pack(&[still, w]),
            pack(&[phase, sl / 2]),
            y.wrapping_add(if parents == 0 { expected.code } else { 0 }).cast_unsigned(),
            pack(&[season_lean, lean / 2, sl / 3]),
            pack(&[lean, sl / 2]),
            self.unchanged & 0xFF,
            pack(&[sl, sign(r1)]),
            w,
            pack(&[log(y), sign(y)]),
        ];
        let recalls: [u64; RECALLS] = [
            x1.cast_unsigned(),
            y.cast_unsigned(),
            0,
            pack(&[x1.cast_unsigned(), x2.cast_unsigned()]),
            seasonal.cast_unsigned(),
            pack(&[y.cast_unsigned(), x1.cast_unsigned()]),
        ];
        self.walk.turn(contexts, recalls, sl as u32);
    }
}

/// Several small numbers as one.
fn pack(parts: &[u64]) -> u64 {
    parts.iter().fold(0, |all, part| all.wrapping_mul(0x1_0000_01B3).wrapping_add(*part).rotate_left(17))
}

fn log(value: i64) -> u64 {
    u64::from(64 - value.unsigned_abs().leading_zeros())
}

fn sign(value: i64) -> u64 {
    (value.signum() + 1).cast_unsigned()
}

/// Half-octaves of a positive number.
fn half_log(value: i64) -> u64 {
    let value = value.max(1).cast_unsigned();
    let whole = 63 - value.leading_zeros();
    u64::from(2 * whole) + if whole > 0 { value >> (whole - 1) & 1 } else { 0 }
}
