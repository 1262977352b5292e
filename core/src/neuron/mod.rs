//! Predictors: deterministic, with a state that only what was seen has made. Knows `num`.
//!
//! | file | what it predicts from |
//! |---|---|
//! | [`least`] | any inputs, by least squares over a window |
//! | [`lms`] | its own last steps, by normalised least mean squares |

pub mod least;
pub mod lms;
