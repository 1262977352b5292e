//! Lines to columns: find each line's kind and where its cells are, then read column by column.

use super::{
    super::{
        cells::{Cells, Strings},
        column::{Builder, Content, Plan},
        format::Care,
        split::{Column, Table},
    },
    Skeleton,
};
use alloc::{vec, vec::Vec};

/// Cells of a column looked at to decide what it is.
const SAMPLE_CELLS: usize = 512;

impl Skeleton {
    /// Takes `text` (without the preamble) apart; `None` if too many lines fit no pattern.
    pub(crate) fn split(&self, text: &[u8], care: Care) -> Option<Table> {
        self.read_lines(text, |_, cells| Builder::new(plan(text, cells, care)))
    }

    /// As [`Skeleton::split`], each column read as one of `like` was.
    pub(crate) fn split_like(&self, text: &[u8], like: &[&Column]) -> Option<Table> {
        let none = Content::Text(Strings::default());
        self.read_lines(text, |index, _| {
            Builder::like(like.get(index).map_or(&none, |column| &column.content))
        })
    }

    /// Calls `visit` with the column and the text of each cell of a line; not at all if it fits no pattern.
    pub(crate) fn cells<'l>(&self, line: &'l [u8], mut visit: impl FnMut(usize, &'l [u8])) {
        let mut matcher = Matcher::new(self);
        let kind = matcher.kind_of(line, 0).and_then(|kind| self.kinds.get(kind));
        let columns = kind.into_iter().flat_map(|kind| &kind.cells);
        for ((column, _), (start, end)) in columns.zip(&matcher.cells) {
            visit(*column, line.get(*start as usize..*end as usize).unwrap_or_default());
        }
    }

    fn read_lines(&self, text: &[u8], builder: impl Fn(usize, &[(u32, u32)]) -> Builder) -> Option<Table> {
        let mut table = Table::default();
        let mut matcher = Matcher::new(self);
        let mut cells: Vec<Vec<(u32, u32)>> = vec![Vec::new(); self.columns()];
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', text) {
            let line = text.get(start..end).unwrap_or_default();
            if let Some(kind) = matcher.kind_of(line, start) {
                table.kinds.push(kind as u16);
                let places = matcher.cells.iter();
                for ((column, _), place) in self.kinds.get(kind)?.cells.iter().zip(places) {
                    cells.get_mut(*column)?.push(*place);
                }
            } else {
                table.odd_at.push(table.lines as u32);
                table.odd.push(line);
                if table.odd_at.len() > 64 + table.lines / 4 {
                    return None;
                }
            }
            table.lines += 1;
            start = end + 1;
        }
        table.tail = text.get(start..)?.to_vec();
        let column = |(index, places): (usize, &Vec<(u32, u32)>)| {
            let mut builder = builder(index, places);
            builder.push(Cells::listed(text, places));
            Column { span: 1, content: builder.finish() }
        };
        table.columns = cells.iter().enumerate().map(column).collect();
        Some(table)
    }
}

/// What the cells at `places` are.
fn plan(text: &[u8], places: &[(u32, u32)], care: Care) -> Plan {
    let step = places.len().div_ceil(SAMPLE_CELLS) | 1;
    let cell = |(start, end): &(u32, u32)| text.get(*start as usize..*end as usize).unwrap_or_default();
    let sample: Vec<&[u8]> = places.iter().step_by(step).map(cell).collect();
    Plan::detect(&sample, care)
}

/// Finds the kinds of lines.
#[derive(Debug)]
pub(super) struct Matcher<'s> {
    skeleton: &'s Skeleton,
    families: Vec<Keys<'s>>,
    /// For each kind, the one that came after it last.
    after: Vec<usize>,
    last: usize,
    fields: Vec<(u32, u32)>,
    /// Where the cells of the line are whose kind was found last.
    pub(super) cells: Vec<(u32, u32)>,
    words: Vec<u8>,
}

/// The key words of a family, sorted, with their kinds.
#[derive(Debug)]
struct Keys<'s> {
    sorted: Vec<(&'s [u8], usize)>,
    /// Behind each of them, the place of those that came after it last.
    after: Vec<usize>,
    last: usize,
    /// The kind for all other words.
    others: usize,
}

impl Keys<'_> {
    /// The kind of these words; where they stand is most often what came behind the last ones before.
    fn kind_of(&mut self, words: &[u8]) -> Option<usize> {
        let guess = self.after.get(self.last).copied().unwrap_or(0);
        let at = match self.sorted.get(guess) {
            Some((key, _)) if *key == words => guess,
            _ => self.sorted.binary_search_by(|(key, _)| (**key).cmp(words)).ok()?,
        };
        if let Some(after) = self.after.get_mut(self.last) {
            *after = at;
        }
        self.last = at;
        self.sorted.get(at).map(|(_, kind)| *kind)
    }
}

impl<'s> Matcher<'s> {
    pub(super) fn new(skeleton: &'s Skeleton) -> Self {
        let mut next = 0;
        let mut families = Vec::new();
        for family in &skeleton.families {
            let mut sorted: Vec<(&[u8], usize)> = family.keys.iter().map(|key| &**key).zip(next..).collect();
            sorted.sort_unstable();
            next += sorted.len();
            families.push(Keys { after: vec![0; sorted.len()], last: 0, sorted, others: next });
            next += 1;
        }
        let (fields, cells, words) = (vec![], vec![], vec![]);
        Self { skeleton, families, after: vec![0; next], last: 0, fields, cells, words }
    }

    /// The kind of a line that starts at `base` of its text; its cells are in `cells` then.
    pub(super) fn kind_of(&mut self, line: &[u8], base: usize) -> Option<usize> {
        let skeleton = self.skeleton;
        let guess = self
            .after
            .get(self.last)
            .and_then(|kind| skeleton.kinds.get(*kind))
            .map_or(0, |kind| kind.family);
        let found = |family: &usize| {
            let pattern = skeleton.families.get(*family).map(|family| &family.pattern);
            pattern.is_some_and(|pattern| pattern.find(line, base, &mut self.fields))
        };
        let family = core::iter::once(guess).chain(0..skeleton.families.len()).find(found)?;
        let kind = self.kind_in(family, line, base)?;
        if let Some(after) = self.after.get_mut(self.last) {
            *after = kind;
        }
        self.last = kind;
        Some(kind)
    }

    /// The kind of a line of a family, told by its key words.
    fn kind_in(&mut self, number: usize, line: &[u8], base: usize) -> Option<usize> {
        let family = self.skeleton.families.get(number)?;
        let keys = self.families.get_mut(number)?;
        self.words.clear();
        self.cells.clear();
        for (role, (start, end)) in family.roles.iter().zip(&self.fields) {
            if role.key {
                self.words.extend_from_slice(line.get(*start as usize - base..*end as usize - base)?);
                self.words.push(b'\n');
            } else {
                self.cells.push((*start, *end));
            }
        }
        if let Some(kind) = keys.kind_of(&self.words) {
            return Some(kind);
        }
        self.cells.clone_from(&self.fields);
        Some(keys.others)
    }
}
