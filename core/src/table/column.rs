//! One column: from cells to numbers, tokens or text, and back to cells.
//!
//! A column is read run by run while the text is in cache, by the way that [`Plan::detect`] chose on a sample. A cell that
//! does not fit is an exception and costs its own text; it never changes what the others are.

use super::{
    affix::Affix,
    cells::{Cells, Exceptions, Lane, Strings},
    format::{Care, Format, Style},
    tokens::Tokens,
};
use crate::num::{decimal::parse_fixed_at, text::TEXT};
use alloc::vec::Vec;
use core::ops::Range;

/// What a column's cells are.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Numbers or times, but for some exceptions.
    Numbers(Numbers),
    /// A few distinct cells, again and again.
    Tokens {
        /// The distinct cells.
        distinct: Strings,
        /// Which of them stands in each place.
        ids: Vec<u32>,
    },
    /// Cells that have nothing in common.
    Text(Strings),
}

/// The cells of a column that are numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Numbers {
    /// What stands around each number.
    pub affix: Affix,
    /// How a number is written.
    pub format: Format,
    /// The numbers, exceptions left out.
    pub values: Vec<i64>,
    /// How far each binary float lies from the one its number stands for; empty if none is moved.
    pub(crate) ulps: Vec<i64>,
    /// The other cells.
    pub exceptions: Exceptions,
}

impl Numbers {
    fn new(affix: Affix, format: Format) -> Self {
        Self { affix, format, values: Vec::new(), ulps: Vec::new(), exceptions: Exceptions::default() }
    }

    /// Cells, exceptions included.
    pub(crate) fn cells(&self) -> usize {
        self.values.len() + self.exceptions.at.len()
    }
}

/// How a column will be read.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    affix: Affix,
    format: Option<Format>,
    by_tokens: bool,
    care: Care,
}

/// Distinct cells looked at to correct what a sample of rows showed.
const SAMPLE: usize = 512;

impl Plan {
    /// Decides on a sample of the column's cells.
    pub(super) fn detect(sample: &[&[u8]], care: Care) -> Self {
        let mut tokens = Tokens::default();
        sample.iter().for_each(|cell| tokens.push_cell(cell));
        let distinct = tokens.distinct;
        let filled: Vec<&[u8]> = distinct.iter().filter(|cell| !cell.is_empty()).collect();
        let (affix, format) = match Format::in_words(&filled) {
            // Its words would be taken for what stands around a number.
            Some(format) => (Affix::default(), Some(format)),
            None => {
                let affix = Affix::detect(sample);
                let stripped = affix.strip_all(distinct.iter());
                let bare: Vec<&[u8]> = stripped.iter().filter(|cell| !cell.is_empty()).collect();
                let most = bare.len() * 5 >= filled.len() * 4;
                let format = if most { Format::detect(&bare, care) } else { None };
                (affix, format)
            }
        };
        let longest = sample.iter().map(|cell| cell.len()).max().unwrap_or(0);
        let by_tokens = match (&format, care) {
            (None, _) => distinct.len() * 2 <= sample.len() + 2,
            (Some(_), Care::Quick) => distinct.len() * 16 < sample.len() && longest > 4,
            (Some(Format::Time(_)), _) => distinct.len() * 16 < sample.len(),
            // Reading digits takes no longer than looking a cell up.
            (Some(Format::Decimal { .. }), Care::Full) => distinct.len() * 8 < sample.len(),
            (Some(_), Care::Full) => distinct.len() * 2 < sample.len(),
        };
        Self { affix, format, by_tokens, care }
    }
}

/// Reads a column run by run.
#[derive(Debug, Clone)]
pub(super) struct Builder {
    plan: Plan,
    state: State,
}

#[derive(Debug, Clone)]
enum State {
    Numbers(Numbers),
    Tokens(Tokens),
    /// Tokens that keep the numbers they have; new ones get the next.
    Known(Tokens),
    Text(Strings),
}

impl Builder {
    /// Starts a column.
    pub(super) fn new(plan: Plan) -> Self {
        let state = match (&plan.format, plan.by_tokens) {
            (_, true) => State::Tokens(Tokens::default()),
            (Some(format), false) => State::Numbers(Numbers::new(plan.affix.clone(), format.clone())),
            (None, false) => State::Text(Strings::default()),
        };
        Self { plan, state }
    }

    /// Starts a column that is read as one of `content` was, whatever its cells are.
    pub(super) fn like(content: &Content) -> Self {
        let plan = Plan { affix: Affix::default(), format: None, by_tokens: false, care: Care::Full };
        let state = match content {
            Content::Numbers(numbers) => {
                State::Numbers(Numbers::new(numbers.affix.clone(), numbers.format.clone()))
            }
            Content::Tokens { distinct, .. } => {
                let mut tokens = Tokens::default();
                (0..distinct.len()).for_each(|word| tokens.push_cell(distinct.get(word)));
                tokens.ids.clear();
                State::Known(tokens)
            }
            Content::Text(_) => State::Text(Strings::default()),
        };
        Self { plan, state }
    }

    /// Reads the cells of the next run.
    pub(super) fn push(&mut self, cells: Cells<'_>) {
        match &mut self.state {
            State::Numbers(numbers) => numbers.push(cells),
            State::Known(tokens) => tokens.push(cells),
            State::Text(text) => cells.for_each(|cell| text.push(cell)),
            State::Tokens(tokens) => {
                tokens.push(cells);
                if tokens.distinct.len() > most_distinct(tokens.ids.len()) {
                    self.give_up_tokens();
                }
            }
        }
    }

    /// The decimals and the style of the column's numbers, if they wear nothing and are read one by one.
    pub(super) fn plain_decimals(&self) -> Option<(u8, Style)> {
        match &self.state {
            State::Numbers(Numbers { affix, format: Format::Decimal { places, style }, .. })
                if affix.is_empty() =>
            {
                Some((*places, *style))
            }
            _ => None,
        }
    }

    /// Appends the values of cells that hold such numbers.
    pub(super) fn extend(&mut self, values: &[i64]) {
        if let State::Numbers(numbers) = &mut self.state {
            numbers.values.extend_from_slice(values);
        }
    }

    /// Goes on with the cells that `later`, which began as this did, has read; false if it might have read them otherwise
    /// here.
    pub(super) fn append(&mut self, later: Self) -> bool {
        match (&mut self.state, later.state) {
            (State::Numbers(numbers), State::Numbers(later)) if !self.plan.by_tokens => numbers.append(later),
            (State::Text(text), State::Text(later)) if !self.plan.by_tokens => text.append(&later),
            (State::Known(tokens), State::Known(later)) => tokens.append(&later),
            (State::Tokens(tokens), State::Tokens(later)) => {
                let few = most_distinct(tokens.ids.len());
                tokens.append(&later);
                return tokens.distinct.len() <= few;
            }
            _ => return false,
        }
        true
    }

    /// Most cells are distinct after all: read them one by one.
    fn give_up_tokens(&mut self) {
        let State::Tokens(tokens) = &self.state else { return };
        let cells = tokens.ids.iter().map(|id| tokens.distinct.get(*id as usize));
        self.state = match &self.plan.format {
            None => State::Text(cells.collect()),
            Some(format) => {
                let mut numbers = Numbers::new(self.plan.affix.clone(), format.clone());
                cells.for_each(|cell| numbers.push_cell(cell));
                State::Numbers(numbers)
            }
        };
    }

    /// What the column is.
    pub(super) fn finish(self) -> Content {
        match self.state {
            State::Numbers(numbers) => Content::Numbers(numbers),
            State::Text(text) => Content::Text(text),
            State::Known(tokens) => Content::Tokens { distinct: tokens.distinct, ids: tokens.ids },
            State::Tokens(tokens) => match self.plan.numbers_of(&tokens) {
                Some(numbers) => Content::Numbers(numbers),
                None => by_frequency(&tokens),
            },
        }
    }
}

impl Numbers {
    /// Appends numbers that are read as these are.
    fn append(&mut self, later: Self) {
        let (values, cells) = (self.values.len(), self.cells() as u32);
        self.values.extend_from_slice(&later.values);
        if !self.ulps.is_empty() || !later.ulps.is_empty() {
            self.ulps.resize(values, 0);
            self.ulps.extend_from_slice(&later.ulps);
            self.ulps.resize(self.values.len(), 0);
        }
        self.exceptions.at.extend(later.exceptions.at.iter().map(|at| at + cells));
        self.exceptions.cells.append(&later.exceptions.cells);
    }

    fn push(&mut self, cells: Cells<'_>) {
        let Self { affix, format, values, ulps, exceptions } = self;
        values.reserve(cells.len());
        let mut count = (values.len() + exceptions.at.len()) as u32;
        let text = cells.text;
        if let (Format::Decimal { places, style: Style::Fixed }, true) = (&*format, affix.is_empty()) {
            // By far the most columns: a loop with nothing else in it.
            let places = *places;
            cells.for_each_range(|start, end| {
                match parse_fixed_at(text, start, end, places) {
                    Some(value) => values.push(value),
                    None => exceptions.push(count, text.get(start..end).unwrap_or_default()),
                }
                count += 1;
            });
            return;
        }
        let mut reader = format.reader();
        let plain = affix.is_empty();
        let mut bare = [0; TEXT];
        cells.for_each_range(|start, end| {
            let cell = || text.get(start..end).unwrap_or_default();
            let read = if plain {
                reader.read_at(text, start, end)
            } else {
                affix.strip(cell(), &mut bare).and_then(|bare| reader.read(bare))
            };
            match read {
                Some((value, ulp)) => {
                    push_ulp(ulps, values.len(), ulp);
                    values.push(value);
                }
                None => exceptions.push(count, cell()),
            }
            count += 1;
        });
    }

    fn push_cell(&mut self, cell: &[u8]) {
        let read = self.affix.strip(cell, &mut [0; TEXT]).and_then(|bare| self.format.reader().read(bare));
        self.push_read(read, cell);
    }

    fn push_read(&mut self, read: Option<(i64, i64)>, cell: &[u8]) {
        match read {
            Some((value, ulp)) => {
                push_ulp(&mut self.ulps, self.values.len(), ulp);
                self.values.push(value);
            }
            None => self.exceptions.push(self.cells() as u32, cell),
        }
    }

    /// Appends the printed cells of `range` to `lane`, each ended by `delimiter`.
    fn print(&self, range: Range<usize>, delimiter: u8, lane: &mut Lane) {
        let mut exception = self.exceptions.at.partition_point(|at| (*at as usize) < range.start);
        let mut printer = self.format.printer(&self.affix, delimiter);
        let mut cell = range.start;
        while cell < range.end {
            let next =
                self.exceptions.at.get(exception).map_or(range.end, |at| (*at as usize).min(range.end));
            let values = self.values.get(cell - exception..next - exception).unwrap_or_default();
            let ulps = self.ulps.get(cell - exception..next - exception).unwrap_or_default();
            printer.print(values, ulps, lane);
            if next < range.end {
                lane.put(self.exceptions.cells.get(exception));
                lane.end_cell(delimiter);
                exception += 1;
            }
            cell = next + 1;
        }
    }
}

/// How many of so many cells may be distinct in a column that is read by its distinct cells.
fn most_distinct(cells: usize) -> usize {
    1024 + cells / 3
}

/// Keeps `ulps` empty while no value is moved.
#[inline]
fn push_ulp(ulps: &mut Vec<i64>, before: usize, ulp: i64) {
    if ulp != 0 || !ulps.is_empty() {
        ulps.resize(before, 0);
        ulps.push(ulp);
    }
}

impl Plan {
    /// The cells as numbers, if nearly all of them are: in the format that the sample showed, or in the one that a look at
    /// all distinct cells shows.
    fn numbers_of(&self, tokens: &Tokens) -> Option<Numbers> {
        let cells = tokens.ids.len();
        let first = numbers_of(tokens, &self.affix, self.format.clone()?);
        if first.exceptions.at.len() * 50 <= cells {
            return Some(first);
        }
        let step = tokens.distinct.len().div_ceil(SAMPLE);
        let stripped = self.affix.strip_all(tokens.distinct.iter().step_by(step));
        let sample: Vec<&[u8]> = stripped.iter().collect();
        let second = Format::detect(&sample, self.care).map(|format| numbers_of(tokens, &self.affix, format));
        let better = second.filter(|second| second.exceptions.at.len() < first.exceptions.at.len());
        Some(better.unwrap_or(first)).filter(|best| best.exceptions.at.len() * 4 <= cells)
    }
}

/// The cells as numbers of a format.
fn numbers_of(tokens: &Tokens, affix: &Affix, format: Format) -> Numbers {
    let mut reader = format.reader();
    let mut bare = [0; TEXT];
    let mut read = |token| affix.strip(token, &mut bare).and_then(|bare| reader.read(bare));
    let read: Vec<Option<(i64, i64)>> = tokens.distinct.iter().map(&mut read).collect();
    let mut numbers = Numbers::new(affix.clone(), format);
    numbers.values.reserve(tokens.ids.len());
    for id in &tokens.ids {
        numbers.push_read(read.get(*id as usize).copied().flatten(), tokens.distinct.get(*id as usize));
    }
    numbers
}

/// Renumbers tokens so that the most frequent comes first.
fn by_frequency(tokens: &Tokens) -> Content {
    let mut counts = alloc::vec![0u32; tokens.distinct.len()];
    for id in &tokens.ids {
        if let Some(count) = counts.get_mut(*id as usize) {
            *count += 1;
        }
    }
    let mut order: Vec<u32> = (0..counts.len() as u32).collect();
    order.sort_by_key(|id| (core::cmp::Reverse(counts.get(*id as usize).copied()), *id));
    let mut rank = alloc::vec![0u32; order.len()];
    for (new, old) in (0..).zip(&order) {
        if let Some(rank) = rank.get_mut(*old as usize) {
            *rank = new;
        }
    }
    let distinct = order.iter().map(|old| tokens.distinct.get(*old as usize)).collect();
    let ids = tokens.ids.iter().map(|old| rank.get(*old as usize).copied().unwrap_or(0)).collect();
    Content::Tokens { distinct, ids }
}

impl Content {
    /// How many cells there are.
    pub fn cells(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.cells(),
            Self::Tokens { ids, .. } => ids.len(),
            Self::Text(text) => text.len(),
        }
    }

    /// Appends the cells of `range` to `lane`, each ended by `delimiter`.
    pub fn print(&self, range: Range<usize>, delimiter: u8, lane: &mut Lane) {
        match self {
            Self::Numbers(numbers) => numbers.print(range, delimiter, lane),
            Self::Tokens { distinct, ids } => {
                for id in ids.get(range).unwrap_or_default() {
                    lane.put(distinct.get(*id as usize));
                    lane.end_cell(delimiter);
                }
            }
            Self::Text(text) => {
                for cell in range {
                    lane.put(text.get(cell));
                    lane.end_cell(delimiter);
                }
            }
        }
    }
}
