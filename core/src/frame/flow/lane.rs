//! One column of a flow: how its cells are written, the model that follows it, and what is rare in it.

use super::{super::columns, Room};
use crate::{
    codec::{Before, Follower, Level, Pair, Recipe},
    entropy::{
        counted::{Bit, Number, Spelling},
        range::Coder,
    },
    table::{Column, Content, Exceptions, Format, Numbers, Strings},
};
use alloc::{
    collections::{BTreeMap, VecDeque},
    vec::Vec,
};
use core::mem;

/// A cell on its way through the coder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    /// A number and its ulps.
    Number(Pair),
    /// A word by its number.
    Word(u32),
    /// Anything else as it stands.
    Text(Vec<u8>),
}

impl Cell {
    /// What a model codes of it.
    pub(super) fn value(&self) -> Option<i64> {
        match self {
            Self::Number((value, _)) => Some(*value),
            Self::Word(word) => Some(i64::from(*word)),
            Self::Text(_) => None,
        }
    }
}

/// What columns share: how strings are spelled, the words that an encoder knows, and room for more.
type Aside<'a> = (&'a mut Spelling, &'a Strings, &'a mut Room);

/// A column of a flow.
#[derive(Debug, Clone)]
pub(super) struct Lane {
    /// How its cells are written; of the cells themselves only the words of a column of tokens.
    pub(super) template: Column,
    pub(super) model: Option<Model>,
    odds: Odds,
    /// Cells of a column of numbers that are none.
    others: Vec<Vec<u8>>,
    was_other: bool,
    /// The last number.
    last: i64,
    /// What other columns see of it: the last number as they are compared with.
    pub(super) shown: i64,
    /// The ulps of numbers, where they stand in no list.
    ulps: BTreeMap<i64, i64>,
    /// What only an encoder counts.
    pub(super) notes: Notes,
}

/// What an encoder knows of a column, to decide whether another model would suit it better.
#[derive(Debug, Clone, Default)]
pub(super) struct Notes {
    /// Cells that its template did not expect, and those that its model had no code for.
    pub(super) strange: usize,
    pub(super) missed: usize,
    /// Rows at which its model was looked at.
    looked: usize,
    /// What its last cells took, in units of 2^-16 bits.
    spent: VecDeque<u64>,
}

/// Rows after which columns are looked at for the first time.
pub(super) const FIRST: usize = 10;

impl Notes {
    /// Whether its model should be looked at again: there are twice as many rows, or it knows too few of the values.
    pub(super) fn is_due(&self, rows: usize) -> bool {
        let alarmed = self.missed >= 2.max(rows / 32) && rows >= self.looked + self.looked / 4;
        rows >= FIRST.max(2 * self.looked) || alarmed
    }

    /// Its model is looked at, after so many rows.
    pub(super) fn look(&mut self, rows: usize) {
        (self.looked, self.missed) = (rows, 0);
    }

    /// Counts what a cell took.
    pub(super) fn spend(&mut self, bits: u64) {
        if self.spent.len() == MAX_SPENT {
            self.spent.pop_front();
        }
        self.spent.push_back(bits);
    }

    /// What the last cells took, `None` if there were fewer.
    pub(super) fn spent(&self, cells: usize) -> Option<u64> {
        let first = self.spent.len().checked_sub(cells)?;
        Some(self.spent.iter().skip(first).sum())
    }
}

/// The model of a column.
#[derive(Debug, Clone)]
pub(super) struct Model {
    pub(super) follower: Follower,
    /// The columns that its parents are.
    pub(super) parents: Vec<usize>,
}

/// How often what is rare occurs.
#[derive(Debug, Clone)]
struct Odds {
    /// A cell that is not a number, after a number and after another such cell.
    other: [Bit; 2],
    /// One that has not been seen.
    new: Bit,
    /// A number that the model has no code for, and how far it is from the last.
    missed: Bit,
    distance: Number,
    /// Ulps that are not those of the same number before.
    ulp: Bit,
    ulps: Number,
    word: Number,
}

impl Default for Odds {
    fn default() -> Self {
        let (number, even, rare) = (Number::default, Bit::default, Bit::rare);
        Self {
            other: [rare(), even()],
            new: even(),
            missed: rare(),
            distance: number(),
            ulp: rare(),
            ulps: number(),
            word: number(),
        }
    }
}

/// Cells whose bits are remembered.
const MAX_SPENT: usize = 256;

impl Lane {
    /// A column that is written like `past`, whose cells are those before.
    pub(super) fn new(past: &Column) -> Self {
        let mut lane = Self {
            template: Column { span: past.span, content: without_cells(&past.content) },
            model: None,
            odds: Odds::default(),
            others: Vec::new(),
            was_other: false,
            last: 0,
            shown: columns::row_values(past).and_then(|rows| rows.last().copied()).unwrap_or(0),
            ulps: BTreeMap::new(),
            notes: Notes::default(),
        };
        if let Content::Numbers(numbers) = &past.content {
            lane.see(numbers);
        }
        lane
    }

    fn see(&mut self, numbers: &Numbers) {
        for cell in numbers.exceptions.cells.iter() {
            if !self.others.iter().any(|known| known == cell) {
                self.others.push(cell.to_vec());
            }
        }
        self.was_other = numbers.exceptions.at.last().is_some_and(|at| *at as usize + 1 == numbers.cells());
        self.last = numbers.values.last().copied().unwrap_or(0);
        self.ulps = numbers.values.iter().copied().zip(numbers.ulps.iter().copied()).collect();
    }

    /// Gives it the model of that recipe, taught by what was before; says whether that is possible.
    pub(super) fn follow(
        &mut self,
        recipe: &Recipe,
        parents: Vec<usize>,
        before: Before<'_>,
        level: Level,
    ) -> bool {
        let Some(follower) = Follower::new(recipe, before, level) else { return false };
        self.model = Some(Model { follower, parents });
        true
    }

    /// Codes one cell: the one `wanted`, or what the coder says. `now` are the parents' values in this row; `aside` is what
    /// columns share: how strings are spelled, the words that an encoder knows, and room for more. `None` if the coder says an
    /// impossible cell.
    pub(super) fn cell(
        &mut self,
        coder: &mut impl Coder,
        mut aside: Aside<'_>,
        now: &[i64],
        wanted: Option<&Cell>,
    ) -> Option<Cell> {
        aside.2.take(1)?;
        match &self.template.content {
            Content::Text(_) => spelled(coder, &mut aside, text_of(wanted)).map(Cell::Text),
            Content::Tokens { .. } => self.word(coder, &mut aside, now, wanted),
            Content::Numbers(_) => {
                let [usual, again] = &mut self.odds.other;
                let is_other = if self.was_other { again } else { usual };
                self.was_other = is_other.code(coder, matches!(wanted, Some(Cell::Text(_))));
                if self.was_other {
                    return self.other(coder, &mut aside, text_of(wanted)).map(Cell::Text);
                }
                let wanted = if let Some(Cell::Number(pair)) = wanted { *pair } else { (0, 0) };
                Some(Cell::Number(self.number(coder, now, wanted)))
            }
        }
    }

    /// Codes a cell that is not a number.
    fn other(&mut self, coder: &mut impl Coder, aside: &mut Aside<'_>, wanted: &[u8]) -> Option<Vec<u8>> {
        let known = self.others.iter().position(|other| other == wanted);
        if self.others.is_empty() || self.odds.new.code(coder, known.is_none()) {
            self.notes.strange += 1;
            let other = spelled(coder, aside, wanted)?;
            self.others.push(other.clone());
            return Some(other);
        }
        let number = self.odds.word.code(coder, known.unwrap_or(0) as u64);
        let other = self.others.get(usize::try_from(number).ok()?)?;
        aside.2.take(other.len())?;
        Some(other.clone())
    }

    fn word(
        &mut self,
        coder: &mut impl Coder,
        aside: &mut Aside<'_>,
        now: &[i64],
        wanted: Option<&Cell>,
    ) -> Option<Cell> {
        let Content::Tokens { distinct, .. } = &mut self.template.content else { return None };
        let wanted = if let Some(Cell::Word(word)) = wanted { i64::from(*word) } else { 0 };
        let number = match &mut self.model {
            Some(model) => {
                let code = model.follower.code_of((wanted, 0)).unwrap_or(0);
                let code = model.follower.step(coder, now, code);
                model.follower.pair(code).0
            }
            None => self.odds.word.code(coder, wanted.cast_unsigned()).cast_signed(),
        };
        let at = usize::try_from(number).ok().filter(|at| *at <= distinct.len())?;
        if at == distinct.len() {
            self.notes.strange += 1;
            let words = aside.1;
            distinct.push(&spelled(coder, aside, words.get(at))?);
        }
        self.shown = number;
        Some(Cell::Word(u32::try_from(number).ok()?))
    }

    fn number(&mut self, coder: &mut impl Coder, now: &[i64], wanted: Pair) -> Pair {
        let code = self.model.as_ref().and_then(|model| model.follower.code_of(wanted));
        let missed = match &self.model {
            Some(_) => self.odds.missed.code(coder, code.is_none()),
            None => true,
        };
        let listed = self.model.as_ref().is_some_and(|model| model.follower.has_ulps());
        let pair = match &mut self.model {
            Some(model) if !missed => {
                let code = model.follower.step(coder, now, code.unwrap_or(0));
                model.follower.pair(code)
            }
            _ => {
                let distance = self.odds.distance.code_signed(coder, wanted.0.wrapping_sub(self.last));
                let ulps = if listed { self.odds.ulps.code_signed(coder, wanted.1) } else { 0 };
                let pair = (self.last.wrapping_add(distance), ulps);
                if let Some(model) = &mut self.model {
                    model.follower.accept(now, pair);
                    self.notes.missed += 1;
                }
                pair
            }
        };
        let ulps = if listed { pair.1 } else { self.ulps_of(coder, pair.0, wanted.1) };
        self.last = pair.0;
        self.shown = self.shown_of(pair.0);
        (pair.0, ulps)
    }

    /// Codes the ulps of a number: mostly those that it had before.
    fn ulps_of(&mut self, coder: &mut impl Coder, value: i64, wanted: i64) -> i64 {
        let Content::Numbers(Numbers { format: Format::Float(_), .. }) = &self.template.content else {
            return 0;
        };
        let before = self.ulps.get(&value).copied().unwrap_or(0);
        if !self.odds.ulp.code(coder, wanted != before) {
            return before;
        }
        let ulps = self.odds.ulps.code_signed(coder, wanted);
        self.ulps.insert(value, ulps);
        ulps
    }

    fn shown_of(&self, value: i64) -> i64 {
        match &self.template.content {
            Content::Numbers(Numbers { format: Format::Significant(line, _), .. }) => {
                line.units(value).unwrap_or(value)
            }
            _ => value,
        }
    }

    /// Makes a column of cells that were coded. It has the words, until they are [taken back](Self::take_words).
    pub(super) fn column(&mut self, cells: Vec<Cell>) -> Column {
        let content = match &mut self.template.content {
            Content::Numbers(Numbers { affix, format, .. }) => {
                let (mut values, mut ulps, mut exceptions) = (Vec::new(), Vec::new(), Exceptions::default());
                for (at, cell) in (0..).zip(cells) {
                    match cell {
                        Cell::Number(pair) => {
                            values.push(pair.0);
                            ulps.push(pair.1);
                        }
                        Cell::Text(text) => exceptions.push(at, &text),
                        Cell::Word(_) => {}
                    }
                }
                if ulps.iter().all(|ulps| *ulps == 0) {
                    ulps.clear();
                }
                let (affix, format) = (affix.clone(), format.clone());
                Content::Numbers(Numbers { affix, format, values, ulps, exceptions })
            }
            Content::Tokens { distinct, .. } => {
                let id = |cell| if let Cell::Word(id) = cell { id } else { 0 };
                Content::Tokens { distinct: mem::take(distinct), ids: cells.into_iter().map(id).collect() }
            }
            Content::Text(_) => {
                let mut strings = Strings::new();
                cells.iter().for_each(|cell| strings.push(text_of(Some(cell))));
                Content::Text(strings)
            }
        };
        Column { span: self.template.span, content }
    }

    /// Takes the words back of a column that it made.
    pub(super) fn take_words(&mut self, column: Column) {
        if let (Content::Tokens { distinct, .. }, Content::Tokens { distinct: words, .. }) =
            (&mut self.template.content, column.content)
        {
            *distinct = words;
        }
    }
}

/// Codes a string.
fn spelled(coder: &mut impl Coder, (spelling, _, room): &mut Aside<'_>, wanted: &[u8]) -> Option<Vec<u8>> {
    let string = spelling.code(coder, wanted, room.0)?;
    room.take(string.len())?;
    Some(string)
}

/// The cells of a column, one after the other.
pub(super) fn cells_of(content: &Content) -> Vec<Cell> {
    match content {
        Content::Numbers(Numbers { values, ulps, exceptions, .. }) => {
            let mut numbers = values.iter().copied().zip(ulps.iter().copied().chain(core::iter::repeat(0)));
            let mut others = exceptions.at.iter().zip(exceptions.cells.iter()).peekable();
            let cells = 0..(values.len() + exceptions.at.len()) as u32;
            let cell = |at: u32| match others.next_if(|(other, _)| **other == at) {
                Some((_, cell)) => Cell::Text(cell.to_vec()),
                None => Cell::Number(numbers.next().unwrap_or_default()),
            };
            cells.map(cell).collect()
        }
        Content::Tokens { ids, .. } => ids.iter().map(|id| Cell::Word(*id)).collect(),
        Content::Text(text) => text.iter().map(|text| Cell::Text(text.to_vec())).collect(),
    }
}

/// How cells are written, without them; tokens keep their words.
fn without_cells(content: &Content) -> Content {
    match content {
        Content::Numbers(Numbers { affix, format, .. }) => Content::Numbers(Numbers {
            affix: affix.clone(),
            format: format.clone(),
            values: Vec::new(),
            ulps: Vec::new(),
            exceptions: Exceptions::default(),
        }),
        Content::Tokens { distinct, .. } => Content::Tokens { distinct: distinct.clone(), ids: Vec::new() },
        Content::Text(_) => Content::Text(Strings::new()),
    }
}

fn text_of(cell: Option<&Cell>) -> &[u8] {
    match cell {
        Some(Cell::Text(text)) => text,
        _ => &[],
    }
}
