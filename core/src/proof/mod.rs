//! Proofs of a hidden step: two commitments to numbers differ by at most a bound, and nothing else is shown.
//! [`format`](mod@format) says what is proved, why it is sound, and what is not proved. **Nobody outside has reviewed it.**
//!
//! | file | what it holds |
//! |---|---|
//! | `transcript` | challenges: BLAKE3 of everything said so far |
//! | `group` | points and scalars as bytes, and nothing but their one encoding; points that nobody knows the logarithm of |
//! | `shape` | how long a proof is, for so many numbers and such a bound |
//! | `generators` | the points of a shape |
//! | `opening` | numbers and what hides them; commitments |
//! | `statement` | all that a proof is about, which its challenges depend on |
//! | `form` | the quadratic form that is zero if and only if the statement holds |
//! | `prove`, `verify` | the argument |
//! | `transition` | a statement and its proof as a signed file |
//! | `masked` | sums of hidden steps, of which only the sum is seen |
//!
//! Invariants: what is secret (numbers, bits, blinds, nonces) is touched in constant time and wiped; variable time is for
//! what the proof shows anyway. No randomness in here: it comes from outside. Called by the commands.

mod form;
mod generators;
mod group;
pub mod masked;
mod opening;
mod prove;
mod shape;
mod statement;
mod transcript;
mod transition;
mod verify;

#[doc = include_str!("PROOFS.md")]
pub mod format {}

pub use generators::Generators;
pub use opening::{Commitment, Opening};
pub use prove::{Circumstances, Unprovable, prove};
pub use shape::{MAX_BOUND, MAX_NUMBERS, Shape};
pub use statement::{Kind, Statement};
pub use transition::{NoTransition, Transition};
pub use verify::{Refused, verify, verify_all};

#[cfg(test)]
mod slow;
#[cfg(test)]
mod tests;
