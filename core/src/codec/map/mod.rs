//! Value maps: values to codes and back. What codes are coded by, a map does not care.
//!
//! | file | what |
//! |---|---|
//! | `steps` | distances from the smallest, in steps |
//! | `parts` | multiples and remainders |
//! | `list` | places among the distinct values |
//! | `coupled` | what multiples of other columns leave |
//! | `unlisted` | numbers by the first two, or as they are: those of a list, too |

pub(super) mod coupled;
mod list;
mod parts;
mod steps;
mod unlisted;

pub(super) use coupled::Coupled;
pub(super) use list::{List, Ranked};
pub(super) use parts::Parts;
pub(crate) use steps::Steps;
pub(super) use unlisted::Unlisted;
