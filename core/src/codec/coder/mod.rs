//! Coders: codes to bytes and back, whatever a map says that they stand for.
//!
//! | file | what |
//! |---|---|
//! | [`series`] | static: blocks that do not adapt |
//! | `linear` | predicted by fixed weights, what that misses coded adaptively |
//! | `strong` | predicted code by code by all that is known |
//! | `inputs` | what predictions are made from |
//! | `steps` | steps on a sample of rows, and products of such columns |
//! | `telling` | which inputs say most |

pub(super) mod inputs;
pub(super) mod linear;
pub mod series;
mod steps;
pub(super) mod strong;
mod telling;
