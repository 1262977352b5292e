//! Conditions on rows, such as `temp > 30 and (state = on or not time < 2025-01-01)`.
//!
//! A comparison is true, false, or, where a cell says nothing, neither: then `not` of it is neither, too, and a row is met
//! only by what is true. [`Condition::holds`] judges rows, [`Condition::may_hold`] what is known of many.

mod compare;
mod parse;
#[cfg(test)]
mod tests;

pub use compare::{Comparison, Possible, Relation};
pub use parse::{Invalid, Why};

use alloc::{boxed::Box, vec::Vec};

/// A condition on rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    node: Node,
    comparisons: Vec<Comparison>,
}

/// How comparisons are put together; each is known by its place.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    One(usize),
    Not(Box<Self>),
    All(Vec<Self>),
    Any(Vec<Self>),
}

impl Condition {
    /// Returns the condition that all of `conditions` hold.
    pub fn all(conditions: Vec<Self>) -> Self {
        let (mut nodes, mut comparisons) = (Vec::new(), Vec::new());
        for condition in conditions {
            nodes.push(condition.node.moved(comparisons.len()));
            comparisons.extend(condition.comparisons);
        }
        Self { node: Node::All(nodes), comparisons }
    }

    /// Returns the condition that one comparison holds.
    pub fn one(comparison: Comparison) -> Self {
        Self { node: Node::One(0), comparisons: alloc::vec![comparison] }
    }

    /// The comparisons, in the order in which they are written.
    pub fn comparisons(&self) -> &[Comparison] {
        &self.comparisons
    }

    /// The comparisons, to be told how dates are written.
    pub fn comparisons_mut(&mut self) -> &mut [Comparison] {
        &mut self.comparisons
    }

    /// Whether a row meets it; `told` says what the comparison in that place says of the row.
    pub fn holds(&self, told: &impl Fn(usize) -> Option<bool>) -> bool {
        self.node.holds(told) == Some(true)
    }

    /// Whether some row may meet it, as far as `possible` knows what each comparison can say of a row.
    pub fn may_hold(&self, possible: &impl Fn(usize) -> Possible) -> bool {
        self.node.possible(possible).truth
    }
}

impl Node {
    /// The same of comparisons that stand so much further back.
    fn moved(self, by: usize) -> Self {
        let all = |nodes: Vec<Self>| nodes.into_iter().map(|node| node.moved(by)).collect();
        match self {
            Self::One(place) => Self::One(place + by),
            Self::Not(node) => Self::Not(Box::new(node.moved(by))),
            Self::All(nodes) => Self::All(all(nodes)),
            Self::Any(nodes) => Self::Any(all(nodes)),
        }
    }

    fn holds(&self, told: &impl Fn(usize) -> Option<bool>) -> Option<bool> {
        // One that is `decisive` decides; else one that is neither leaves all so.
        let each = |nodes: &[Self], decisive: bool| {
            let mut whole = Some(!decisive);
            for node in nodes {
                match node.holds(told) {
                    Some(one) if one == decisive => return Some(decisive),
                    Some(_) => {}
                    None => whole = None,
                }
            }
            whole
        };
        match self {
            Self::One(place) => told(*place),
            Self::Not(node) => node.holds(told).map(|holds| !holds),
            Self::All(nodes) => each(nodes, false),
            Self::Any(nodes) => each(nodes, true),
        }
    }

    fn possible(&self, of: &impl Fn(usize) -> Possible) -> Possible {
        match self {
            Self::One(place) => of(*place),
            Self::Not(node) => node.possible(of).not(),
            Self::All(nodes) => {
                nodes.iter().map(|node| node.possible(of)).fold(Possible::TRUE, |all, one| Possible {
                    truth: all.truth && one.truth,
                    falsehood: all.falsehood || one.falsehood,
                })
            }
            Self::Any(nodes) => {
                nodes.iter().map(|node| node.possible(of)).fold(Possible::FALSE, |any, one| Possible {
                    truth: any.truth || one.truth,
                    falsehood: any.falsehood && one.falsehood,
                })
            }
        }
    }
}
