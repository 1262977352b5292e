//! Which fields are keys: those whose words tell apart series that are each smoother than all of them together.

use super::{
    super::{detect::looks_numeric, schema::Shape},
    Family, Key,
    detect::{MOST_KEYS, key_of},
};
use crate::num::{decimal, log2_q16};
use alloc::{collections::BTreeMap, vec, vec::Vec};

/// Rows of each series that pay for its columns.
const LEAST_ROWS: usize = 24;
/// Fields that are keys for the sake of smoothness.
const MOST_FIELDS: usize = 3;
/// Q8 bits that a text takes that is another than the one before.
const CHANGE: u64 = 6 << 8;
/// Longest word that is a key.
const LONGEST_WORD: usize = 64;

/// Lines taken apart.
#[derive(Debug)]
pub(super) struct Rows<'t> {
    /// The family of each line and its fields.
    pub(super) rows: Vec<(usize, Vec<&'t [u8]>)>,
}

impl<'t> Rows<'t> {
    pub(super) fn parse(families: &[Family], lines: &[&'t [u8]]) -> Self {
        let mut places = Vec::new();
        let mut rows = Vec::new();
        for line in lines {
            let found = families.iter().position(|family| family.pattern.find(line, 0, &mut places));
            if let Some(family) = found {
                let field =
                    |(start, end): &(u32, u32)| line.get(*start as usize..*end as usize).unwrap_or_default();
                rows.push((family, places.iter().map(field).collect()));
            }
        }
        Self { rows }
    }

    /// The rows' cells in a slot.
    fn cells<'s>(&'s self, families: &'s [Family], slot: u16) -> impl Iterator<Item = Option<&'t [u8]>> + 's {
        self.rows.iter().map(move |(family, fields)| {
            let roles = &families.get(*family)?.roles;
            let field = roles.iter().position(|role| role.slot == slot)?;
            fields.get(field).copied()
        })
    }
}

/// Whether a table has a column that could tell series apart: neighbouring rows mostly differ, but it is no measurement.
pub(super) fn possible(text: &[u8], shape: &Shape) -> bool {
    const ROWS: usize = 64;
    if shape.quoted || shape.blanks || shape.columns < 2 {
        return false;
    }
    let mut changes = vec![0; shape.columns];
    let mut above: Vec<&[u8]> = vec![];
    let mut rows = 0;
    for line in text.get(text.len() / 2..).unwrap_or_default().split(|b| *b == b'\n').skip(1).take(ROWS) {
        let row: Vec<&[u8]> = line.split(|b| *b == shape.delimiter).collect();
        if row.len() == shape.columns {
            for ((field, above), changes) in row.iter().zip(&above).zip(&mut changes) {
                let measured = field.contains(&b'.') && looks_numeric(field);
                *changes += usize::from(field != above && !measured && field.len() <= LONGEST_WORD);
            }
            above = row;
            rows += 1;
        }
    }
    changes.iter().any(|changes| *changes * 4 > rows)
}

/// Makes fields keys if that makes others much smoother, and says whether it does.
pub(super) fn choose(families: &mut [Family], rows: &Rows<'_>, text_bytes: usize) -> bool {
    let columns = columns_of(families, rows);
    let sample_bytes: usize =
        rows.rows.iter().flat_map(|(_, fields)| fields).map(|field| field.len() + 1).sum();
    let all_rows = rows.rows.len().saturating_mul(text_bytes / sample_bytes.max(1)).max(rows.rows.len());
    let most = MOST_KEYS.min(all_rows / LEAST_ROWS).min(rows.rows.len() / 4);
    let one_group = Groups { of_row: vec![0; rows.rows.len()], count: 1 };
    let mut best = Choice {
        keys: vec![],
        costs: columns.iter().map(|c| c.bits(&one_group)).collect(),
        groups: one_group,
    };
    let plain = best.costs.clone();
    while best.keys.len() < MOST_FIELDS {
        let next = (0..columns.len())
            .filter(|key| !best.keys.contains(key))
            .filter_map(|key| best.with(key, &columns, &plain, most))
            .min_by_key(|choice| choice.total());
        let Some(next) = next else { break };
        // The first key must take away a fourth of all bits, and one for each row; another one a tenth.
        let (before, after) = (best.total_without(&next.keys), next.total());
        let gain = before.saturating_sub(after);
        let share = if best.keys.is_empty() { 4 } else { 10 };
        if gain * share < before || gain < (rows.rows.len() as u64) << 8 {
            break;
        }
        best = next;
    }
    if best.keys.is_empty() {
        return false;
    }
    // What a key tells anyway costs nothing as a part of it.
    for (key, column) in columns.iter().enumerate().filter(|(_, column)| column.is_words()) {
        let same = !best.keys.contains(&key) && best.groups.split_by(column).count == best.groups.count;
        if same {
            best.keys.push(key);
        }
    }
    for role in families.iter_mut().flat_map(|family| &mut family.roles) {
        let Some(at) = columns.iter().position(|column| column.slot == role.slot) else { continue };
        role.key = best.keys.contains(&at);
        let (plain, grouped) =
            (plain.get(at).copied().unwrap_or(0), columns.get(at).map_or(0, |c| c.bits(&best.groups)));
        role.keyed = !role.key && grouped * 20 < plain * 19;
    }
    true
}

/// Fields that are keys, and what every column costs then.
struct Choice {
    keys: Vec<usize>,
    costs: Vec<u64>,
    groups: Groups,
}

impl Choice {
    /// The same with one more key, unless it makes too many groups.
    fn with(&self, key: usize, columns: &[Column<'_>], plain: &[u64], most: usize) -> Option<Self> {
        let column = columns.get(key).filter(|column| column.is_words())?;
        let groups = self.groups.split_by(column);
        if groups.count < 2 || groups.count > most || groups.count == self.groups.count {
            return None;
        }
        let costs =
            columns.iter().zip(plain).map(|(column, plain)| column.bits(&groups).min(*plain)).collect();
        let keys = self.keys.iter().copied().chain([key]).collect();
        Some(Self { keys, costs, groups })
    }

    fn total(&self) -> u64 {
        self.total_without(&self.keys)
    }

    fn total_without(&self, keys: &[usize]) -> u64 {
        self.costs.iter().enumerate().filter(|(column, _)| !keys.contains(column)).map(|(_, cost)| cost).sum()
    }
}

/// Rows in groups.
struct Groups {
    of_row: Vec<usize>,
    count: usize,
}

impl Groups {
    fn split_by(&self, column: &Column<'_>) -> Self {
        let mut known: BTreeMap<(usize, Option<&[u8]>), usize> = BTreeMap::new();
        let of_row = self.of_row.iter().zip(&column.cells).map(|(group, cell)| {
            let next = known.len();
            *known.entry((*group, *cell)).or_insert(next)
        });
        let of_row = of_row.collect();
        Self { of_row, count: known.len() }
    }
}

/// The cells of a slot.
struct Column<'t> {
    slot: u16,
    cells: Vec<Option<&'t [u8]>>,
    /// The cells as numbers of equal unit, if they are.
    values: Option<Vec<Option<i64>>>,
    measured: bool,
}

fn columns_of<'t>(families: &[Family], rows: &Rows<'t>) -> Vec<Column<'t>> {
    let mut slots: Vec<u16> =
        families.iter().flat_map(|family| &family.roles).map(|role| role.slot).collect();
    slots.sort_unstable();
    slots.dedup();
    let column = |slot| Column::new(slot, rows.cells(families, slot).collect());
    slots.into_iter().map(column).collect()
}

impl<'t> Column<'t> {
    fn new(slot: u16, cells: Vec<Option<&'t [u8]>>) -> Self {
        const MOST_PLACES: u8 = 9;
        let parsed: Vec<Option<(i64, u8)>> = cells.iter().map(|cell| decimal::parse_any((*cell)?)).collect();
        let filled = cells.iter().flatten().filter(|cell| !cell.is_empty()).count();
        let numbers = parsed.iter().flatten().count();
        let places = parsed.iter().flatten().map(|(_, places)| *places).max().unwrap_or(0).min(MOST_PLACES);
        let value = |(mantissa, own): (i64, u8)| {
            let up = 10i64.checked_pow(u32::from(places.saturating_sub(own)))?;
            let down = 10i64.checked_pow(u32::from(own.saturating_sub(places)))?;
            Some(mantissa.checked_mul(up)? / down)
        };
        let values = (numbers * 5 > filled * 4).then(|| parsed.iter().map(|pair| value((*pair)?)).collect());
        let decimals = parsed.iter().flatten().filter(|(_, places)| *places > 0).count();
        Self { slot, cells, values, measured: decimals * 5 > filled }
    }

    /// Whether its cells could be names.
    fn is_words(&self) -> bool {
        !self.measured && self.cells.iter().flatten().all(|cell| cell.len() <= LONGEST_WORD)
    }

    /// Q8 bits that the cells take, each seen from the one before in its group.
    fn bits(&self, groups: &Groups) -> u64 {
        match &self.values {
            Some(values) => steps(values, groups, |last: i64, value| {
                u64::from(log2_q16(last.abs_diff(value).saturating_mul(2).saturating_add(1)) >> 8)
            }),
            None => steps(&self.cells, groups, |last: &[u8], cell| if last == cell { 0 } else { CHANGE }),
        }
    }
}

fn steps<T: Copy>(cells: &[Option<T>], groups: &Groups, cost: impl Fn(T, T) -> u64) -> u64 {
    let mut last: Vec<Option<T>> = vec![None; groups.count];
    let mut sum = 0;
    for (cell, group) in cells.iter().zip(&groups.of_row) {
        if let (Some(cell), Some(last)) = (*cell, last.get_mut(*group)) {
            sum += last.map_or(0, |last| cost(last, cell));
            *last = Some(cell);
        }
    }
    sum
}

/// Makes words that are always the same keys: they cost nothing then, in time or space.
pub(super) fn fix_constants(families: &mut [Family], rows: &Rows<'_>) {
    const LEAST: usize = 8;
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
        if count >= LEAST && varies {
            family.roles.iter_mut().zip(same).for_each(|(role, same)| role.key |= same);
        }
    }
}

/// Lists the combinations of key words that occur, in the order they appear.
pub(super) fn list(families: &mut [Family], rows: &Rows<'_>) {
    for (number, family) in families.iter_mut().enumerate().filter(|(_, family)| family.has_keys()) {
        let mut known: BTreeMap<Key, usize> = BTreeMap::new();
        for (_, fields) in rows.rows.iter().filter(|(family, _)| *family == number) {
            let next = known.len();
            known.entry(key_of(family, fields)).or_insert(next);
        }
        let mut keys: Vec<(usize, Key)> = known.into_iter().map(|(key, first)| (first, key)).collect();
        keys.sort_unstable();
        family.keys = keys.into_iter().map(|(_, key)| key).take(MOST_KEYS).collect();
    }
}
