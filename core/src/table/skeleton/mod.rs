//! Lines that are not fields between delimiters: JSON, `key=value`, line protocols, logs, and rows of several series.
//!
//! A line's *pattern* is kept once and its fields become cells. Lines come in *families*, one pattern each. Some fields of a
//! family can be *keys*: each combination of their words is a *kind* of line of its own, whose key words are part of the
//! skeleton. So a metric's or a device's name chooses the series that a value belongs to. Each family ends with a kind
//! for all other words, in which the keys are cells too.
//!
//! A field has a *slot*, and a column holds the cells of a slot: those of all kinds of lines, or, where the slot is *keyed*,
//! those of one combination of words. Called through [`super::Layout`].

mod detect;
mod join;
mod keys;
mod lexer;
mod names;
mod pattern;
mod split;
#[cfg(test)]
mod tests;
mod wire;

use super::{
    pick::{Pick, Source},
    shape::{MAX_COLUMNS, Shape},
};
use alloc::{borrow::Cow, collections::BTreeMap, vec::Vec};
pub(super) use detect::find as detect;
use pattern::Pattern;

/// Kinds of lines at most.
const MAX_KINDS: usize = 1024;
/// Bytes of all kinds' literals at most.
const MAX_BYTES: usize = 1 << 18;

/// What all lines of a text are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skeleton {
    families: Vec<Family>,
    /// Everything before the first line that fits.
    pub(super) preamble: Vec<u8>,
    kinds: Vec<Kind>,
    columns: Vec<Place>,
}

/// Lines of one pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Family {
    pattern: Pattern,
    /// One for each field.
    roles: Vec<Role>,
    /// Combinations of key words that are kinds of their own.
    keys: Vec<Key>,
}

/// The words of a family's key fields, each ended by a line end.
type Key = Vec<u8>;

/// What a field is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Role {
    slot: u16,
    /// Whether each combination of key words has a column of its own.
    keyed: bool,
    /// Whether it is one of the key words.
    key: bool,
}

/// Where the cells of a column come from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    slot: u16,
    key: Option<Key>,
}

/// Lines of one pattern and one combination of key words, or of the words that are left.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Kind {
    family: usize,
    first: Vec<u8>,
    /// For each cell, its column and the literal behind it.
    cells: Vec<(usize, Vec<u8>)>,
}

impl Skeleton {
    /// Works out the kinds and columns of families; `None` if there are too many.
    fn new(families: Vec<Family>, preamble: Vec<u8>) -> Option<Self> {
        let mut kinds = Vec::new();
        let mut known: BTreeMap<Place, usize> = BTreeMap::new();
        let mut bytes = 0;
        for (number, family) in families.iter().enumerate() {
            for key in family.keys.iter().map(Some).chain([None]) {
                let kind = family.kind(number, key, |place| {
                    let next = known.len();
                    *known.entry(place).or_insert(next)
                });
                bytes +=
                    kind.first.len() + kind.cells.iter().map(|(_, literal)| literal.len() + 1).sum::<usize>();
                kinds.push(kind);
                if kinds.len() > MAX_KINDS || bytes > MAX_BYTES || known.len() > MAX_COLUMNS {
                    return None;
                }
            }
        }
        let mut columns: Vec<(usize, Place)> =
            known.into_iter().map(|(place, column)| (column, place)).collect();
        columns.sort_unstable_by_key(|(column, _)| *column);
        let columns = columns.into_iter().map(|(_, place)| place).collect();
        Some(Self { families, preamble, kinds, columns })
    }

    /// How many columns there are.
    pub(crate) fn columns(&self) -> usize {
        self.columns.len()
    }

    /// The columns of the cells of each kind of line, in the order they stand in it.
    pub(crate) fn kinds(&self) -> impl ExactSizeIterator<Item = impl Iterator<Item = usize>> {
        self.kinds.iter().map(|kind| kind.cells.iter().map(|(column, _)| *column))
    }

    /// Returns what stands around the cells of the first kind of line.
    pub(crate) fn literals(&self) -> Vec<&[u8]> {
        let kind = self.kinds.first();
        let behind = kind.into_iter().flat_map(|kind| &kind.cells).map(|(_, literal)| &**literal);
        kind.map(|kind| &*kind.first).into_iter().chain(behind).collect()
    }

    /// How many patterns there are.
    pub fn patterns(&self) -> usize {
        self.families.len()
    }

    /// How many combinations of key words have columns of their own.
    pub fn keys(&self) -> usize {
        let mut keys: Vec<&Key> = self.columns.iter().filter_map(|place| place.key.as_ref()).collect();
        keys.sort_unstable();
        keys.dedup();
        keys.len()
    }

    /// What the columns are called: what the preamble or the pattern calls a slot, and the key words.
    pub(crate) fn names(&self) -> Vec<Option<Vec<u8>>> {
        let slots = self.slot_names();
        let keyed = self.columns.iter().filter(|place| place.key.is_some()).map(|place| place.slot);
        let several = keyed.clone().min() != keyed.max();
        let name = |place: &Place| {
            let slot = slots.get(&place.slot);
            let Some(key) = &place.key else { return slot.map(|name| name.to_vec()) };
            let mut name = key.strip_suffix(b"\n").unwrap_or(key).to_vec();
            name.iter_mut().filter(|byte| **byte == b'\n').for_each(|byte| *byte = b'.');
            if let Some(slot) = slot.filter(|_| several) {
                name.push(b'.');
                name.extend_from_slice(slot);
            }
            Some(name)
        };
        self.columns.iter().map(name).collect()
    }

    /// The field of that name, whatever column its cells are in.
    pub(super) fn pick(&self, name: &[u8]) -> Option<Pick> {
        let slots = self.slot_names();
        let slot = slots.iter().find(|(_, known)| ***known == *name).map(|(slot, _)| *slot)?;
        Some(self.slot(slot))
    }

    /// All fields in the order of their slots, with their names.
    pub(super) fn fields(&self) -> Vec<(Pick, Option<Vec<u8>>)> {
        let names = self.slot_names();
        let mut slots: Vec<u16> =
            self.families.iter().flat_map(|family| &family.roles).map(|role| role.slot).collect();
        slots.sort_unstable();
        slots.dedup();
        slots.into_iter().map(|slot| (self.slot(slot), names.get(&slot).map(|name| name.to_vec()))).collect()
    }

    /// The field of a slot.
    fn slot(&self, slot: u16) -> Pick {
        let keys = self.families.iter().flat_map(|family| family.keys.iter().map(Some).chain([None]));
        let source = |(kind, key): (&Kind, Option<&Key>)| {
            let family = self.families.get(kind.family)?;
            let mut words = key.map(|key| key.split(|byte| *byte == b'\n'));
            let mut cells = kind.cells.iter();
            for role in &family.roles {
                let word = words.as_mut().filter(|_| role.key).and_then(Iterator::next);
                let source = match word {
                    Some(word) => Source::Word(word.to_vec()),
                    None => Source::Cell(cells.next()?.0),
                };
                if role.slot == slot {
                    return Some(source);
                }
            }
            None
        };
        let of_kind = self.kinds.iter().zip(keys).map(|kind| source(kind).unwrap_or(Source::Nothing));
        Pick::new(of_kind.collect())
    }

    /// Whether its lines are objects of JSON.
    pub(super) fn is_json(&self) -> bool {
        self.kinds.iter().any(|kind| kind.first.trim_ascii_start().starts_with(b"{"))
    }

    fn slot_names(&self) -> BTreeMap<u16, Cow<'_, [u8]>> {
        if let Some((shape, family)) = self.shape() {
            let names = shape.names().into_iter().zip(&family.roles);
            return names.filter_map(|(name, role)| Some((role.slot, Cow::Owned(name?)))).collect();
        }
        let mut names = BTreeMap::new();
        let mut places = Vec::new();
        let line = self.preamble.strip_suffix(b"\n").unwrap_or(&self.preamble);
        let line = line.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
        for family in &self.families {
            let named = family.pattern.names();
            let titled = !line.is_empty() && family.pattern.find(line, 0, &mut places);
            for (role, (index, name)) in family.roles.iter().zip(named.enumerate()) {
                let place = places.get(index).filter(|_| titled);
                let title = place.and_then(|(start, end)| line.get(*start as usize..*end as usize));
                if let Some(name) = name.or(title).filter(|name| !name.is_empty()) {
                    names.entry(role.slot).or_insert(Cow::Borrowed(name));
                }
            }
        }
        names
    }

    /// The shape of the table whose rows the lines are, if they are.
    fn shape(&self) -> Option<(Shape, &Family)> {
        let [family] = &*self.families else { return None };
        let delimiter = family.pattern.delimiter()?;
        let (columns, preamble) = (family.roles.len(), self.preamble.clone());
        let shape = Shape { delimiter, quoted: false, blanks: false, columns, unnamed: false, preamble };
        Some((shape, family))
    }

    /// The same skeleton for text that starts with a line.
    pub(crate) fn without_preamble(self) -> Self {
        Self { preamble: Vec::new(), ..self }
    }
}

impl Family {
    /// The kind of line with these key words, or with any others.
    fn kind(&self, family: usize, key: Option<&Key>, mut column_of: impl FnMut(Place) -> usize) -> Kind {
        let mut literals = self.pattern.literals();
        let mut first = literals.next().unwrap_or_default().to_vec();
        let mut cells: Vec<(usize, Vec<u8>)> = Vec::new();
        let mut words = key.map(|key| key.split(|byte| *byte == b'\n'));
        for (role, literal) in self.roles.iter().zip(literals) {
            let word = words.as_mut().filter(|_| role.key).and_then(Iterator::next);
            if let Some(word) = word {
                let before = cells.last_mut().map_or(&mut first, |(_, literal)| literal);
                before.extend_from_slice(word);
                before.extend_from_slice(literal);
            } else {
                let place = Place { slot: role.slot, key: key.filter(|_| role.keyed).cloned() };
                cells.push((column_of(place), literal.to_vec()));
            }
        }
        Kind { family, first, cells }
    }
}
