//! Which names the cells of a line bear: the key before each of them, and those of the brackets around it.
//!
//! What stands between a key and its value may be anything that is not a value itself: `no2=<0.4`, `"xyz":[1,2]`. Where it
//! cannot be told where a key's value ends, the key is one that the cell *perhaps* bears.

use super::{
    super::cover::{Borne, Cover},
    Kind, Skeleton,
    pattern::name,
};
use alloc::{collections::BTreeSet, vec::Vec};

impl Skeleton {
    /// Adds the columns whose cells bear `name`: by the text of their lines, or as a series of that key word.
    pub(in super::super) fn cover(&self, name: &[u8], cover: &mut Cover) {
        self.cover_by_text(name, cover);
        self.cover_by_slot(name, cover);
    }

    /// The columns whose cells touch what could be part of a number.
    pub(in super::super) fn glued(&self) -> BTreeSet<usize> {
        let touches =
            |byte: &u8| byte.is_ascii_alphanumeric() || b"_.#'\\@!?+-".contains(byte) || !byte.is_ascii();
        let mut glued = BTreeSet::new();
        for kind in &self.kinds {
            let mut before = &kind.first;
            for (column, behind) in &kind.cells {
                let follows =
                    behind.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
                if follows || before.last().is_some_and(touches) {
                    glued.insert(*column);
                }
                before = behind;
            }
            glued.extend(parts_of_one(kind));
        }
        glued
    }

    fn cover_by_text(&self, name: &[u8], cover: &mut Cover) {
        let (mut bear, mut others) = (BTreeSet::new(), BTreeSet::new());
        for kind in &self.kinds {
            for ((column, _), borne) in kind.cells.iter().zip(names_of(kind)) {
                cover.known |= borne.may_be(name);
                if borne.hidden || borne.may_be(name) {
                    cover.partial.insert(*column);
                }
                if borne.is(name) {
                    bear.insert(*column)
                } else {
                    others.insert(*column)
                };
            }
        }
        cover.whole.extend(bear.difference(&others));
    }

    /// A slot of that name has all its columns; a word that is a key has those of its series, and rows that the skeleton has
    /// not met before may hold it as well.
    fn cover_by_slot(&self, name: &[u8], cover: &mut Cover) {
        let slots = self.slot_names();
        let names = self.names();
        let mut keyed = BTreeSet::new();
        for ((column, place), full) in self.columns.iter().enumerate().zip(&names) {
            let words = place.key.iter().flat_map(|key| key.split(|byte| *byte == b'\n'));
            let by_key = words.clone().any(|word| word == name && !word.is_empty())
                || (place.key.is_some() && full.as_deref() == Some(name));
            if by_key {
                keyed.insert(place.slot);
            }
            if by_key || slots.get(&place.slot).is_some_and(|known| **known == *name) {
                cover.whole.insert(column);
            }
        }
        let strangers = self.columns.iter().enumerate();
        let strangers = strangers.filter(|(_, place)| place.key.is_none() && keyed.contains(&place.slot));
        cover.partial.extend(strangers.map(|(column, _)| column));
    }
}

/// The columns of cells of one key with a comma between them, which may be one number.
fn parts_of_one(kind: &Kind) -> impl Iterator<Item = usize> {
    let names = names_of(kind);
    let pairs = kind.cells.iter().zip(kind.cells.iter().skip(1)).zip(names);
    let parted = pairs
        .filter(|(((_, comma), _), borne)| comma == b"," && !borne.listed && !borne.perhaps.is_empty())
        .map(|(((one, _), (other, _)), _)| [*one, *other]);
    parted.flatten().collect::<Vec<_>>().into_iter()
}

/// The names that each cell of a kind of line bears.
fn names_of(kind: &Kind) -> Vec<Borne> {
    let mut walk = Walk::default();
    walk.literal(&kind.first, false);
    for (_, literal) in &kind.cells {
        walk.cell();
        walk.literal(literal, true);
    }
    walk.finish()
}

/// A bracket and the key that it is the value of.
#[derive(Debug, Clone)]
struct Bracket {
    opens: u8,
    key: Option<Vec<u8>>,
    closed: bool,
}

/// A walk along a line.
#[derive(Debug, Default)]
struct Walk {
    brackets: Vec<Bracket>,
    /// Those of the brackets that are open here.
    open: Vec<usize>,
    quoted: bool,
    /// The key that the next cell is the value of.
    own: Option<Vec<u8>>,
    /// The key met last, wherever its value ends.
    last: Option<Vec<u8>>,
    /// Whether a cell was the last key.
    hidden: bool,
    /// The cells met, with the brackets open at each.
    cells: Vec<(Borne, Vec<usize>)>,
}

impl Walk {
    fn literal(&mut self, literal: &[u8], behind_cell: bool) {
        self.own = None;
        for (at, byte) in literal.iter().enumerate() {
            let before = literal.get(..=at).unwrap_or_default();
            match byte {
                b'"' if literal.get(at.wrapping_sub(1)) != Some(&b'\\') => self.quoted = !self.quoted,
                b'=' | b':' => self.key(before, behind_cell),
                b'{' | b'[' if !self.quoted => self.open(*byte, before),
                b'}' | b']' if !self.quoted => self.close(*byte),
                _ => {}
            }
            let ends_value = byte.is_ascii_alphanumeric() || b",;}])".contains(byte);
            if ends_value {
                self.own = None;
            }
        }
    }

    /// A sign that ends a key.
    fn key(&mut self, until: &[u8], behind_cell: bool) {
        let found = name(until);
        let all = until.len() == 1 || found.is_some_and(|name| name.len() + 1 == until.len());
        if behind_cell && all {
            self.hidden = true;
        }
        if let Some(found) = found {
            self.hidden = behind_cell && all;
            (self.own, self.last) = (Some(found.to_vec()), Some(found.to_vec()));
        }
    }

    fn open(&mut self, opens: u8, until: &[u8]) {
        let before = until.get(..until.len() - 1).unwrap_or_default();
        self.open.push(self.brackets.len());
        self.brackets.push(Bracket { opens, key: name(before).map(<[u8]>::to_vec), closed: false });
    }

    fn close(&mut self, closes: u8) {
        let opens = if closes == b'}' { b'{' } else { b'[' };
        let of = |at: &usize| self.brackets.get(*at).is_some_and(|bracket| bracket.opens == opens);
        // What was opened inside and never closed was no bracket.
        let Some(place) = self.open.iter().rposition(of) else { return };
        if let Some(bracket) = self.open.get(place).and_then(|at| self.brackets.get_mut(*at)) {
            bracket.closed = true;
        }
        self.open.truncate(place);
    }

    fn cell(&mut self) {
        let path = self.own.take().into_iter().collect();
        let perhaps = self.last.iter().cloned().collect();
        let inner = self.open.last().and_then(|at| self.brackets.get(*at));
        let listed = inner.is_some_and(|bracket| bracket.opens == b'[');
        self.cells.push((Borne { path, perhaps, hidden: self.hidden, listed }, self.open.clone()));
    }

    /// Only brackets that are closed again hold what stands in them.
    fn finish(self) -> Vec<Borne> {
        let Self { brackets, cells, .. } = self;
        let around = |(mut borne, open): (Borne, Vec<usize>)| {
            let open = open.iter().filter_map(|at| brackets.get(*at));
            let (closed, others): (Vec<&Bracket>, Vec<&Bracket>) = open.partition(|bracket| bracket.closed);
            borne.path = keys(&closed).chain(borne.path).collect();
            // The first cell behind a bracket has its key as its own as well.
            borne.path.dedup();
            borne.perhaps.extend(keys(&others));
            borne
        };
        cells.into_iter().map(around).collect()
    }
}

fn keys(brackets: &[&Bracket]) -> impl Iterator<Item = Vec<u8>> {
    brackets.iter().filter_map(|bracket| bracket.key.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{string::String, vec};

    /// The paths of the cells of a line that has a `_` for each, and in brackets what each may bear beside.
    fn names(line: &str) -> Vec<String> {
        let mut literals = line.split('_').map(|literal| literal.as_bytes().to_vec());
        let first = literals.next().unwrap();
        let kind = Kind { family: 0, first, cells: literals.map(|literal| (0, literal)).collect() };
        let text = |names: &[Vec<u8>]| String::from_utf8(names.join(&b'.')).unwrap();
        let said = |borne: Borne| match borne.hidden {
            true => "?".into(),
            false if borne.path.last() == borne.perhaps.first() => text(&borne.path),
            false => alloc::format!("{}({})", text(&borne.path), text(&borne.perhaps)),
        };
        names_of(&kind).into_iter().map(said).collect()
    }

    #[test]
    fn cells_bear_the_keys_before_and_around_them() {
        for (line, expected) in [
            ("no2=_ temp=_", vec!["no2", "temp"]),
            ("no2=<_ t=(_) u=~ _", vec!["no2", "t", "u"]),
            (r#"{"a":_,"o":{"b":_,"c":[_,_]},"d":"_"}"#, vec!["a", "o.b", "o.c", "o.c", "d"]),
            (r#"{"a": [ _, _ ], "b": _}"#, vec!["a", "a", "b"]),
            ("weather,station=_ t=_,h=_i _", vec!["station", "t", "h", "(h)"]),
            ("_ msg=\"level _ of _\"", vec!["", "(msg)", "(msg)"]),
            ("_=_ b=_", vec!["", "?", "b"]),
            ("x=[_ y=_", vec!["x", "y"]),
        ] {
            assert_eq!(names(line), expected, "{line}");
        }
    }
}
