//! Sums of hidden steps: everybody learns the sum, and nobody what one step was. [`format`](mod@format) has the protocol, its
//! packets, what is proved and what is not. **Nobody outside has reviewed it.**
//!
//! | file | what it holds |
//! |---|---|
//! | `plan` | who takes part, from which gene, and who shares with whom |
//! | `chances` | how likely neighbours fail, counted exactly |
//! | `shares` | secrets cut into shares, and shares sealed for one neighbour |
//! | `mask` | numbers modulo 2^32 and a blind under masks |
//! | `member` | what one participant knows, and the packets that it writes |
//! | `packets` | the packets of the phases, as signed files |
//! | `sum` | what all packets come to |
//!
//! Each function is a phase: packets in, a packet out. No I/O, no clock; secrets come of the participant's key.

mod chances;
mod mask;
mod member;
mod packets;
mod plan;
mod shares;
mod sum;

#[doc = include_str!("MASKED.md")]
pub mod format {}

pub use chances::{Chances, choose};
pub use member::Member;
pub use packets::{Joins, Steps, agreed};
pub use plan::{MAX_NAMES, MIN_NAMES, Plan};
pub use sum::sum;

use super::Unprovable;
use crate::trust::{Broken, Name};

/// Why a masked sum stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Stopped {
    /// A file is not signed as it should be.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// A packet is not written as packets are.
    #[error("the packet has no such form")]
    Form,
    /// The plan's neighbours or sizes are outside of the limits.
    #[error("the plan is outside of the limits, or its neighbours protect nobody")]
    Weak,
    /// A packet belongs to another plan.
    #[error("a packet of {0} belongs to another plan")]
    Plan(Name),
    /// Somebody is not in the plan.
    #[error("{0} is not in the plan")]
    Stranger(Name),
    /// Somebody says two things in one phase.
    #[error("{0} says two different things in one phase")]
    Twice(Name),
    /// A name for which anybody could make secrets.
    #[error("{0} has a key that keeps nothing secret")]
    Key(Name),
    /// A share that somebody sealed does not open.
    #[error("{0} sealed a share that does not open")]
    Sealed(Name),
    /// A step was masked for other participants.
    #[error("{0} masked its step for another list of participants")]
    Joined(Name),
    /// Own packets are of other numbers.
    #[error("this gene is not the one that was joined with")]
    Gene,
    /// A step's proof does not hold.
    #[error("the proof of {0} does not hold")]
    Proof(Name),
    /// Fewer take part than the plan needs.
    #[error("{have} take part, and the plan needs {need}")]
    Few {
        /// How many there are.
        have: usize,
        /// How many there must be.
        need: usize,
    },
    /// Shares do not make the secret of somebody.
    #[error("the shares do not make the secret of {0}")]
    Shares(Name),
    /// The sum is not that of the steps that were proved.
    #[error("the sum is not that of the steps that were proved")]
    Sum,
    /// The step cannot be proved.
    #[error(transparent)]
    Unprovable(#[from] Unprovable),
}

#[cfg(test)]
mod tests;
