//! Which columns a name covers: a bound that is given to a name has to hold for every cell that bears it.

use super::Layout;
use alloc::{collections::BTreeSet, vec::Vec};

/// The columns that hold cells of one name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cover {
    /// Whether there is such a name at all.
    pub(crate) known: bool,
    /// Every cell of these bears the name.
    pub(crate) whole: BTreeSet<usize>,
    /// Some cells of these may bear it, beside others that do not.
    pub(crate) partial: BTreeSet<usize>,
}

impl Cover {
    /// The columns that `name` covers in `layout`.
    pub(crate) fn of(layout: &Layout, name: &[u8]) -> Self {
        let named = layout.names().into_iter().enumerate();
        let mut cover = Self::default();
        cover.whole.extend(named.filter(|(_, known)| known.as_deref() == Some(name)).map(|(at, _)| at));
        if let Layout::Lines(skeleton) = layout {
            skeleton.cover(name, &mut cover);
        }
        cover.partial = cover.partial.difference(&cover.whole).copied().collect();
        cover.known |= !cover.whole.is_empty();
        cover
    }

    /// One column and no other.
    pub(crate) fn column(layout: &Layout, column: usize) -> Option<Self> {
        let whole = BTreeSet::from([column]);
        (column < layout.columns()).then_some(Self { known: true, whole, partial: BTreeSet::new() })
    }
}

/// The names that one cell of a line bears.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Borne {
    /// From the outermost to its own.
    pub(super) path: Vec<Vec<u8>>,
    /// Names that may reach as far as the cell.
    pub(super) perhaps: Vec<Vec<u8>>,
    /// Whether its own name is in another cell.
    pub(super) hidden: bool,
    /// Whether it stands in brackets that hold several values.
    pub(super) listed: bool,
}

impl Borne {
    /// Whether `name` is one of the path, or several that follow each other, with points between them.
    pub(super) fn is(&self, name: &[u8]) -> bool {
        let runs = |from: usize| (from + 1..=self.path.len()).filter_map(move |to| self.path.get(from..to));
        (0..self.path.len()).flat_map(runs).any(|run| run.join(&b'.') == name)
    }

    /// Whether `name` is one that it bears, for sure or perhaps.
    pub(super) fn may_be(&self, name: &[u8]) -> bool {
        self.is(name) || self.perhaps.iter().any(|other| other == name)
    }
}
