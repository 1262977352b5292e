//! Which fields are keys: those whose words tell apart series that are each smoother than all of them together.

use super::{
    super::{Tokens, glance::looks_numeric, shape::Shape},
    Family, Key,
};
use crate::num::{decimal, gcd, log2_q16};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec,
    vec::Vec,
};

/// Rows of each series that pay for its columns.
const MIN_ROWS: usize = 24;
/// Fields that are keys for the sake of smoothness.
const MAX_FIELDS: usize = 3;
/// Q8 bits that a column takes beside its values.
const COLUMN: u64 = 200 << 8;
/// Steps that tell the unit of a group.
const UNIT_STEPS: u32 = 16;
/// Q8 bits that a text takes that is another than the one before.
const CHANGE: u64 = 6 << 8;
/// Longest word that is a key.
const LONGEST_WORD: usize = 64;
/// Combinations of key words that are kinds of their own.
const MAX_KEYS: usize = 256;

/// Lines taken apart.
#[derive(Debug, Default)]
pub(super) struct Rows<'t> {
    /// The family of each line and its fields.
    pub(super) rows: Vec<(usize, Vec<&'t [u8]>)>,
    /// Bytes of the lines.
    bytes: usize,
}

impl<'t> Rows<'t> {
    /// Takes lines apart; those of no family are left out.
    pub(super) fn parse(families: &[Family], lines: &[&'t [u8]]) -> Self {
        let mut places = Vec::new();
        let (mut rows, mut bytes) = (Vec::new(), 0);
        for line in lines {
            bytes += line.len() + 1;
            let found = families.iter().position(|family| family.pattern.find(line, 0, &mut places));
            if let Some(family) = found {
                let field =
                    |(start, end): &(u32, u32)| line.get(*start as usize..*end as usize).unwrap_or_default();
                rows.push((family, places.iter().map(field).collect()));
            }
        }
        Self { rows, bytes }
    }
}

/// Whether a table has a column that could tell series apart: words or small numbers that neighbours mostly differ in, or
/// words that are others elsewhere.
pub(super) fn possible(text: &[u8], shape: &Shape) -> bool {
    const PLACES: usize = 8;
    const ROWS: usize = 8;
    if shape.quoted || shape.blanks || shape.columns < 2 {
        return false;
    }
    let mut seen = vec![Seen::default(); shape.columns];
    let mut pairs = 0;
    for place in (0..PLACES).filter_map(|place| text.get(text.len() / PLACES * place..)) {
        let mut above: Vec<&[u8]> = vec![];
        for line in place.split(|byte| *byte == b'\n').skip(1).take(ROWS) {
            let row: Vec<&[u8]> = line.split(|byte| *byte == shape.delimiter).collect();
            if row.len() != shape.columns {
                continue;
            }
            for ((field, above), seen) in row.iter().zip(&above).zip(&mut seen) {
                seen.changes += usize::from(field != above);
            }
            pairs += usize::from(!above.is_empty());
            row.iter().zip(&mut seen).for_each(|(field, seen)| seen.see(field, above.is_empty()));
            above = row;
        }
    }
    seen.iter().any(|seen| seen.is_possible(pairs))
}

/// What a column looks like at a few places.
#[derive(Debug, Clone, Default)]
struct Seen<'t> {
    distinct: BTreeSet<&'t [u8]>,
    last: &'t [u8],
    /// Neighbours that differ.
    changes: usize,
    /// Places that begin with another cell than the one before ends with.
    others: usize,
    is_text: bool,
    is_no_name: bool,
}

impl<'t> Seen<'t> {
    fn see(&mut self, field: &'t [u8], begins: bool) {
        self.others += usize::from(begins && !self.last.is_empty() && self.last != field);
        self.last = field;
        let small = field.len() <= 6 && field.iter().all(u8::is_ascii_digit);
        self.is_text |= !small;
        self.is_no_name |= field.len() > LONGEST_WORD || (!small && looks_numeric(field));
        if !self.is_no_name {
            self.distinct.insert(field);
        }
    }

    fn is_possible(&self, pairs: usize) -> bool {
        match self.is_text {
            _ if self.is_no_name => false,
            true => self.changes * 3 > pairs || self.others > 0,
            false => self.changes * 2 > pairs && self.distinct.len() * 2 <= pairs,
        }
    }
}

/// Makes fields keys if that makes others much smoother, and says whether it does.
pub(super) fn choose(families: &mut [Family], rows: &Rows<'_>, text_bytes: usize) -> bool {
    let weighed = Weighed::new(families, rows, text_bytes);
    let mut best =
        Choice { keys: vec![], costs: weighed.plain.clone(), groups: Groups::one(rows.rows.len()) };
    while best.keys.len() < MAX_FIELDS
        && let Some(next) = weighed.best_with(&best)
        && weighed.is_worth_it(&best, &next)
    {
        best = next;
    }
    if best.keys.is_empty() {
        return false;
    }
    // What the keys tell anyway costs nothing as one of them.
    for (key, column) in
        weighed.columns.iter().enumerate().filter(|(_, column)| column.is_words(weighed.rows))
    {
        if !best.keys.contains(&key) && best.groups.split_by(column).count == best.groups.count {
            best.keys.push(key);
        }
    }
    for role in families.iter_mut().flat_map(|family| &mut family.roles) {
        let Some(at) = weighed.columns.iter().position(|column| column.slot == role.slot) else { continue };
        let (plain, grouped) = (weighed.plain.get(at), best.costs.get(at));
        role.key = best.keys.contains(&at);
        role.keyed = !role.key && grouped < plain;
    }
    true
}

/// Columns and what each costs in the sample by itself.
struct Weighed<'t> {
    columns: Vec<Column<'t>>,
    plain: Vec<u64>,
    rows: usize,
    /// Groups that can be.
    most: usize,
    /// The sample's share of a column's own cost.
    column_cost: u64,
}

impl<'t> Weighed<'t> {
    fn new(families: &[Family], rows: &Rows<'t>, text_bytes: usize) -> Self {
        let columns = columns_of(families, rows);
        let one = Groups::one(rows.rows.len());
        let plain = columns.iter().map(|column| column.bits(&one, u64::MAX)).collect();
        let share = (text_bytes / rows.bytes.max(1)).max(1);
        let most = MAX_KEYS.min(rows.rows.len() * share / MIN_ROWS).min(rows.rows.len() / 4);
        Self { columns, plain, rows: rows.rows.len(), most, column_cost: COLUMN / share as u64 }
    }

    /// The best that one more key makes of a choice.
    fn best_with(&self, choice: &Choice) -> Option<Choice> {
        let others = (0..self.columns.len()).filter(|key| !choice.keys.contains(key));
        others.filter_map(|key| self.with(choice, key)).min_by_key(|next| next.total_without(&next.keys))
    }

    /// The choice with one more key, unless it makes too many groups.
    fn with(&self, choice: &Choice, key: usize) -> Option<Choice> {
        let column = self.columns.get(key).filter(|column| column.is_words(self.rows))?;
        let groups = choice.groups.split_by(column);
        if groups.count < 2 || groups.count > self.most || groups.count == choice.groups.count {
            return None;
        }
        let more = (groups.count as u64 - 1) * self.column_cost;
        let cost = |(column, plain): (&Column<'_>, &u64)| match plain.checked_sub(more) {
            Some(most) => (column.bits(&groups, most).saturating_add(more)).min(*plain),
            None => *plain,
        };
        let costs = self.columns.iter().zip(&self.plain).map(cost).collect();
        let keys = choice.keys.iter().copied().chain([key]).collect();
        Some(Choice { keys, costs, groups })
    }

    /// Words must take away a tenth of all bits, or less if they come in blocks and so cost nothing themselves; numbers,
    /// which are rarely names, a fourth.
    fn is_worth_it(&self, best: &Choice, next: &Choice) -> bool {
        let (before, after) = (best.total_without(&next.keys), next.total_without(&next.keys));
        let (share, least) = match next.keys.last().and_then(|key| self.columns.get(*key)) {
            Some(column) if column.is_text && next.groups.are_blocks() => (50, 16),
            Some(column) if column.is_text => (10, 32),
            _ => (4, 256),
        };
        let gain = before.saturating_sub(after);
        gain * share >= before && gain >= self.rows as u64 * least
    }
}

/// Fields that are keys, and what every column costs then.
struct Choice {
    keys: Vec<usize>,
    costs: Vec<u64>,
    groups: Groups,
}

impl Choice {
    fn total_without(&self, keys: &[usize]) -> u64 {
        self.costs.iter().enumerate().filter(|(column, _)| !keys.contains(column)).map(|(_, cost)| cost).sum()
    }
}

/// Rows in groups.
struct Groups {
    of_row: Vec<u32>,
    count: usize,
}

impl Groups {
    fn one(rows: usize) -> Self {
        Self { of_row: vec![0; rows], count: 1 }
    }

    /// Groups of the rows that also agree in a column; those without a cell agree with each other.
    fn split_by(&self, column: &Column<'_>) -> Self {
        let mut words = vec![column.distinct; self.of_row.len()];
        for (row, id) in column.rows.iter().zip(&column.ids) {
            if let Some(word) = words.get_mut(*row as usize) {
                *word = *id as usize;
            }
        }
        // The place of a group and a word in a table that has room for all of them.
        let width = column.distinct + 1;
        let mut numbers: Vec<u32> = vec![u32::MAX; self.count * width];
        let mut count = 0;
        let number = |(group, word): (&u32, usize)| {
            let Some(number) = numbers.get_mut(*group as usize * width + word) else { return 0 };
            if *number == u32::MAX {
                *number = count;
                count += 1;
            }
            *number
        };
        let of_row = self.of_row.iter().zip(words).map(number).collect();
        Self { of_row, count: count as usize }
    }

    /// Whether the rows of each group stand together.
    fn are_blocks(&self) -> bool {
        let changes = self.of_row.iter().zip(self.of_row.iter().skip(1)).filter(|(a, b)| a != b).count();
        changes < 2 * self.count && changes * 10 < self.of_row.len()
    }
}

/// The cells of a slot.
struct Column<'t> {
    slot: u16,
    /// The rows that have one.
    rows: Vec<u32>,
    cells: Vec<&'t [u8]>,
    /// The cells as numbers of equal unit, if they are.
    values: Option<Vec<Option<i64>>>,
    /// Which of the distinct cells each is; none if there are too many.
    ids: Vec<u32>,
    distinct: usize,
    measured: bool,
    /// Whether its cells are not numbers.
    is_text: bool,
}

fn columns_of<'t>(families: &[Family], rows: &Rows<'t>) -> Vec<Column<'t>> {
    let roles = families.iter().flat_map(|family| &family.roles);
    let slots = roles.map(|role| usize::from(role.slot) + 1).max().unwrap_or(0);
    let mut cells: Vec<(Vec<u32>, Vec<&'t [u8]>)> = vec![Default::default(); slots];
    for (row, (family, fields)) in (0..).zip(&rows.rows) {
        let roles = families.get(*family).map_or(&[][..], |family| &family.roles);
        for (role, field) in roles.iter().zip(fields) {
            if let Some((rows, cells)) = cells.get_mut(usize::from(role.slot)) {
                rows.push(row);
                cells.push(field);
            }
        }
    }
    let met = (0..).zip(cells).filter(|(_, (rows, _))| !rows.is_empty());
    met.map(|(slot, (rows, cells))| Column::new(slot, rows, cells)).collect()
}

impl<'t> Column<'t> {
    fn new(slot: u16, rows: Vec<u32>, cells: Vec<&'t [u8]>) -> Self {
        const MAX_PLACES: u8 = 9;
        let parsed: Vec<Option<(i64, u8)>> = cells.iter().map(|cell| decimal::parse_any(cell)).collect();
        let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
        let numbers = parsed.iter().flatten().count();
        let places = parsed.iter().flatten().map(|(_, places)| *places).max().unwrap_or(0).min(MAX_PLACES);
        let value = |(mantissa, own): (i64, u8)| {
            let up = 10i64.checked_pow(u32::from(places.saturating_sub(own)))?;
            let down = 10i64.checked_pow(u32::from(own.saturating_sub(places)))?;
            Some(mantissa.checked_mul(up)? / down)
        };
        let values = (numbers * 5 > filled * 4).then(|| parsed.iter().map(|pair| value((*pair)?)).collect());
        let decimals = parsed.iter().flatten().filter(|(_, places)| *places > 0).count();
        // A number looks like one: only where there are few is a closer look needed.
        let numeric = || cells.iter().filter(|cell| looks_numeric(cell)).count();
        let (measured, is_text) = (decimals * 5 > filled, numbers * 5 < filled && numeric() * 5 < filled);
        let (ids, distinct) = if measured { (Vec::new(), 0) } else { ids_of(&cells) };
        Self { slot, rows, cells, values, ids, distinct, measured, is_text }
    }

    /// Whether its cells could be names: few of them, in many rows.
    fn is_words(&self, rows: usize) -> bool {
        let short = || self.cells.iter().all(|cell| cell.len() <= LONGEST_WORD);
        !self.measured && self.distinct > 0 && self.rows.len() * 4 >= rows && short()
    }

    /// Q8 bits that the cells take, each seen from the one before in its group, or anything above `most` if it is more.
    fn bits(&self, groups: &Groups, most: u64) -> u64 {
        match &self.values {
            Some(values) => self.bits_of(values, groups, most),
            // What a clock costs is not told by whether it stands still.
            None if !self.is_text => 0,
            None => {
                self.steps(&self.cells, groups, most, |_, last, cell| if last == cell { 0 } else { CHANGE })
            }
        }
    }

    fn bits_of(&self, values: &[Option<i64>], groups: &Groups, most: u64) -> u64 {
        let mut units = vec![(0u64, 0u32); groups.count];
        // A unit of 1 stays: once all groups have it, there is nothing more to see.
        self.steps(values, groups, (groups.count as u64).saturating_sub(1), |group, last, value| {
            let Some((unit, steps)) = units.get_mut(group) else { return 0 };
            *steps += 1;
            if *unit == 1 {
                return 0;
            }
            *unit = gcd(*unit, last.unwrap_or(0).abs_diff(value.unwrap_or(0)));
            u64::from(*unit == 1)
        });
        self.steps(values, groups, most, |group, last, value| {
            let step = last.unwrap_or(0).abs_diff(value.unwrap_or(0));
            let known = units.get(group).filter(|(unit, steps)| *unit > 1 && *steps >= UNIT_STEPS);
            let step = known.map_or(step, |(unit, _)| step / unit);
            u64::from(log2_q16(step.saturating_mul(2).saturating_add(1)) >> 8)
        })
    }

    /// The sum of what each cell costs after the one before it in its group, or of as many as make it more than `most`.
    fn steps<T: Copy>(
        &self,
        cells: &[T],
        groups: &Groups,
        most: u64,
        mut cost: impl FnMut(usize, T, T) -> u64,
    ) -> u64 {
        let mut last: Vec<Option<T>> = vec![None; groups.count];
        let mut sum = 0;
        for (row, cell) in self.rows.iter().zip(cells) {
            let group = groups.of_row.get(*row as usize).map_or(0, |group| *group as usize);
            if let Some(last) = last.get_mut(group) {
                sum += last.map_or(0, |last| cost(group, last, *cell));
                *last = Some(*cell);
            }
            if sum > most {
                break;
            }
        }
        sum
    }
}

/// Which of the distinct cells each is, and how many those are; none if there are too many.
fn ids_of(cells: &[&[u8]]) -> (Vec<u32>, usize) {
    let mut tokens = Tokens::default();
    for cell in cells {
        tokens.push_cell(cell);
        if tokens.distinct.len() > MAX_KEYS {
            return (Vec::new(), 0);
        }
    }
    (tokens.ids, tokens.distinct.len())
}

/// Makes words that are always the same keys: they cost nothing then, in time or space.
pub(super) fn fix_constants(families: &mut [Family], rows: &Rows<'_>) {
    const MIN: usize = 8;
    for (number, family) in families.iter_mut().enumerate() {
        let mut all = rows.rows.iter().filter(|(family, _)| *family == number).map(|(_, fields)| fields);
        let Some(first) = all.next() else { continue };
        let mut same: Vec<bool> =
            first.iter().map(|f| !looks_numeric(f) && f.len() <= LONGEST_WORD && !f.is_empty()).collect();
        let mut count = 1;
        for fields in all {
            count += 1;
            same.iter_mut()
                .zip(fields.iter().zip(first))
                .for_each(|(same, (field, first))| *same &= field == first);
        }
        let varies = same.iter().any(|same| !same);
        if count >= MIN && varies {
            family.roles.iter_mut().zip(same).for_each(|(role, same)| role.key |= same);
        }
    }
}

/// Takes the keys back.
pub(super) fn forget(families: &mut [Family]) {
    for role in families.iter_mut().flat_map(|family| &mut family.roles) {
        (role.key, role.keyed) = (false, false);
    }
}

/// Whether each combination of key words has rows enough in a part of all rows.
pub(super) fn are_few(families: &[Family], rows: &Rows<'_>, share: usize) -> bool {
    let keys: BTreeSet<Key> = rows
        .rows
        .iter()
        .filter_map(|(family, fields)| Some(key_of(families.get(*family)?, fields)))
        .collect();
    keys.len() * MIN_ROWS <= rows.rows.len() * share
}

/// Lists the combinations of key words that occur, in the order they appear.
pub(super) fn list(families: &mut [Family], rows: [&Rows<'_>; 2]) {
    for (number, family) in families.iter_mut().enumerate().filter(|(_, family)| family.has_keys()) {
        let mut known: BTreeMap<Key, usize> = BTreeMap::new();
        let rows = rows.into_iter().flat_map(|rows| &rows.rows);
        for (_, fields) in rows.filter(|(family, _)| *family == number) {
            let next = known.len();
            known.entry(key_of(family, fields)).or_insert(next);
        }
        let mut keys: Vec<(usize, Key)> = known.into_iter().map(|(key, first)| (first, key)).collect();
        keys.sort_unstable();
        family.keys = keys.into_iter().map(|(_, key)| key).take(MAX_KEYS).collect();
    }
}

/// The words of the key fields of a row.
fn key_of(family: &Family, fields: &[&[u8]]) -> Key {
    let mut key = Key::new();
    for (_, field) in family.roles.iter().zip(fields).filter(|(role, _)| role.key) {
        key.extend_from_slice(field);
        key.push(b'\n');
    }
    key
}
