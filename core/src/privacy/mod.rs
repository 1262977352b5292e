//! Noise that hides what a gene was learnt from, by integers alone.
//!
//! | file | what it holds |
//! |---|---|
//! | `gaussian` | the discrete Gaussian, exactly |
//! | `clip` | numbers no longer than a bound |
//! | `release` | a gene with noise |
//!
//! Invariants: no float, no approximation: a sample has the probability that theory says. Seeds come from outside and must
//! be secret. Taking samples takes a time that depends on them: not for who can be timed.

mod clip;
mod gaussian;
mod release;

pub use clip::clip;
pub use gaussian::{MAX_VARIANCE, Noise};
pub use release::{NotPrivate, Release, release};
