//! The strong levels: every value is predicted from all that is known, and only what surprises is coded.
//!
//! ```text
//! strong := nothing, if there are no codes
//!         | strength u8, 0..=6 | shift i8 | season varint | echo u8, 0..=64 | parents varint | columns back varint * |
//!           inputs | first code zigzag varint | [first - lowest varint | highest - first varint] | bytes varint |
//!           range code
//! ```
//! Ranks with places have no lowest and highest code there: the list says them. A column is coded by itself, from its first
//! row to its last, so it can be read with its parents and without the rest.

//!
//! | file | what |
//! |---|---|
//! | `choose` | a season, parents, and inputs |
//! | `panel` | the predictors |
//! | `density`, `average` | how likely each makes a value, and all together |
//! | `recall` | values seen before in like places |
//! | `walk` | a value as decisions |
//! | `line` | codes and their places: even, listed, bent |

mod average;
mod choose;
mod density;
mod line;
mod panel;
mod recall;
mod walk;

pub(in crate::codec) use choose::{Chosen, MAX_SEASON, choose, choose_among};
pub(in crate::codec) use line::{Line, MAX_DIGITS, Scale};
pub(in crate::codec) use panel::{Choice, FEW_INPUTS, MAX_ECHO, Plan, SETTLING};

use panel::{Panel, Room, Strength};
use walk::{CONTEXTS, Expected, RECALLS, Walk};

use crate::{
    Error,
    codec::{
        coder::inputs::{self, Known, MAX_INPUTS, MAX_PARENTS, Parents, read_parents},
        level::Level,
        part::Part,
    },
    entropy::{
        Cursor, put_varint,
        range::{Coder, Decoder, Encoder},
    },
    num::{unzigzag, zigzag},
};
use alloc::{borrow::Cow, vec, vec::Vec};

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
const STRENGTHS: [Strength; 7] = [
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
    // To see what these gain.
    Strength { taps: [0, 0], ..STRONGEST },
    Strength { contexts: 0, ..STRONGEST },
    Strength { recalls: 0, ..STRONGEST },
];

/// What a model that follows a column spends on a value; it is one of many that live side by side.
pub(in crate::codec) fn following(level: Level) -> Strength {
    let number = level.get().saturating_sub(6).min(3);
    let strength = STRENGTHS.get(usize::from(number)).copied().unwrap_or(STRONGEST);
    let room = match number {
        0 => Room { counters: 11, nodes: 7, slots: 8 },
        _ => Room { counters: 14, ..ROOMY },
    };
    Strength { room, ..strength }
}

/// The strength of a level: parts are only left out of the strongest.
fn number_of(level: Level) -> u8 {
    let parts = [(Part::Slopes, 4), (Part::Contexts, 5), (Part::Recalls, 6)];
    let left_out = parts.into_iter().find(|(part, _)| level == Level::STRONGEST && !level.has(*part));
    left_out.map_or(level.get().saturating_sub(6).min(3), |(_, number)| number)
}

/// A series while it is encoded.
pub(in crate::codec) struct Run<'a> {
    /// What stands before the range code.
    head: Vec<u8>,
    codes: &'a [i64],
    /// How many are coded.
    done: usize,
    coding: Option<(Encoder, State<'a>)>,
}

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
            return Some(Self { head: Vec::new(), codes, done: 0, coding: None });
        };
        let (low, high) = (*codes.iter().min()?, codes.iter().max()?.checked_add(1)?);
        let line = Line::new(scale, low, high);
        if !line.is_sound() {
            return None;
        }
        let places: Vec<i64> = codes.iter().map(|code| line.place(*code)).collect();
        let number = number_of(level);
        let strength = *STRENGTHS.get(usize::from(number))?;
        let chosen = match chosen {
            Some(chosen) => chosen.clone(),
            None => choose(&places, neighbours, level),
        };
        let plan = Plan { shift: inputs::shift_of(&places), choice: chosen.choice, strength };
        let mut head = vec![number, plan.shift.cast_unsigned()];
        put_varint(&mut head, plan.choice.season as u64);
        head.push(plan.choice.echo as u8);
        put_varint(&mut head, chosen.parents.len() as u64);
        chosen.parents.iter().for_each(|parent| put_varint(&mut head, *parent as u64));
        inputs::write_all(&plan.choice.inputs, &mut head);
        put_varint(&mut head, zigzag(first));
        if !matches!(scale, Scale::Listed(_)) {
            put_varint(&mut head, first.abs_diff(low));
            put_varint(&mut head, (high - 1).abs_diff(first));
        }
        let parents = chosen.parents.iter().filter_map(|parent| neighbours.get(*parent).copied()).collect();
        let coding = Some((Encoder::default(), State::new(plan, parents, line, first)));
        Some(Self { head, codes, done: 0, coding })
    }

    /// The same series at its start, with the strength of another level.
    pub(in crate::codec) fn at(&self, level: Level) -> Option<Self> {
        let number = number_of(level);
        let strength = *STRENGTHS.get(usize::from(number))?;
        let mut head = self.head.clone();
        head.iter_mut().take(1).for_each(|slot| *slot = number);
        let again = |(_, state): &(Encoder, State<'a>)| {
            let plan = Plan { strength, ..state.learnt.panel.plan().clone() };
            let first = self.codes.first().copied().unwrap_or(0);
            (Encoder::default(), State::new(plan, state.parents.clone(), state.line, first))
        };
        Some(Self { head, codes: self.codes, done: 0, coding: self.coding.as_ref().map(again) })
    }

    /// Codes the values up to `count`.
    pub(in crate::codec) fn advance(&mut self, count: usize) {
        let Some((coder, state)) = &mut self.coding else { return };
        for code in self.codes.get(self.done..count).unwrap_or_default() {
            state.step(coder, *code);
        }
        self.done = self.done.max(count);
    }

    /// Bytes of range code so far.
    pub(in crate::codec) fn bytes(&self) -> usize {
        self.coding.as_ref().map_or(0, |(coder, _)| coder.len())
    }

    /// Bytes that stand before the range code.
    pub(in crate::codec) fn head_bytes(&self) -> usize {
        self.head.len()
    }

    /// Codes the rest and appends all.
    pub(in crate::codec) fn finish(mut self, out: &mut Vec<u8>) {
        self.advance(self.codes.len());
        let Some((coder, _)) = self.coding else { return };
        let bytes = coder.finish();
        out.extend_from_slice(&self.head);
        put_varint(out, bytes.len() as u64);
        out.extend_from_slice(&bytes);
    }
}

/// The columns back of the parents of what starts at `cursor`.
pub(in crate::codec) fn parents(cursor: &mut Cursor<'_>) -> Result<Vec<usize>, Error> {
    cursor.bytes(2)?;
    cursor.varint()?;
    cursor.u8()?;
    read_parents(cursor)
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
    let strength =
        STRENGTHS.get(usize::from(cursor.u8()?)).copied().ok_or(Error::Corrupt("unknown strength"))?;
    let shift = cursor.u8()?.cast_signed();
    let season = usize::try_from(cursor.varint()?).unwrap_or(usize::MAX);
    let echo = usize::from(cursor.u8()?);
    let back = read_parents(cursor)?;
    let parents = back.iter().map(|back| neighbour(*back)).collect::<Result<Vec<_>, _>>()?;
    let inputs = inputs::read_all(cursor, parents.len(), MAX_INPUTS)?;
    let first = unzigzag(cursor.varint()?);
    let impossible = || Error::Corrupt("impossible range of codes");
    let (mut low, mut high, mut rises) = (0, 0, true);
    if let Scale::Listed(list) = scale {
        rises = list.is_sorted();
    } else {
        low = first.checked_sub_unsigned(cursor.varint()?).ok_or_else(impossible)?;
        high = first.checked_add_unsigned(cursor.varint()?).ok_or_else(impossible)?;
        high = high.checked_add(1).ok_or_else(impossible)?;
    }
    let line = Line::new(scale, low, high);
    let is_known = first >= line.low && first < line.high;
    if season > count
        || echo > MAX_ECHO
        || !is_known
        || !rises
        || !line.is_sound()
        || !inputs::SHIFTS.contains(&shift)
    {
        return Err(impossible());
    }
    let bytes = usize::try_from(cursor.varint()?).unwrap_or(usize::MAX);
    let mut coder = Decoder::new(cursor.bytes(bytes)?);
    let plan = Plan { shift, choice: Choice { season, echo, inputs }, strength };
    let parents: Vec<&[i64]> = parents.iter().map(|values| &**values).collect();
    let mut state = State::new(plan, parents, line, first);
    for _ in 0..count {
        out.push(state.step(&mut coder, 0));
    }
    coder.finish()?;
    Ok(Some(Read { learnt: state.learnt, parents: back, low: line.low, high: line.high }))
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
        self.panel.settle(line.place(code), stride);
        self.last = [0, 1, 2, 3].map(|back| code.saturating_sub(stride.saturating_mul(back)));
        self.surprises = [0; 2];
        self.unchanged = if stride == 0 { u64::MAX } else { 0 };
        self.codes.extend(core::iter::repeat_n(code, SETTLING));
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
