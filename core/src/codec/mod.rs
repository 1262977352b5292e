//! Series of integers and runs of bytes to blocks and back; the level ladder.
//!
//! | room | what it is for | may know |
//! |---|---|---|
//! | `part` | what the encoder can do without | |
//! | `level` | the level ladder | `part` |
//! | `windows` | where a long series is looked at | |
//! | `coder` | codes to bytes: static, linear, strong | `part`, `level`, `windows` |
//! | `map` | values to codes: steps, parts, lists, what other columns leave | `part`, `level`, `coder` |
//! | [`numbers`] | the numbers of a column: the map and the coder that make them smallest | `part`, `level`, `coder`, `map` |
//! | `follow` | models that are told one value after the other | `level`, `coder`, `map`, `numbers` |
//! | `matches` | where a run of bytes repeats itself | `level` |
//! | `spelled` | short texts bit by bit | |
//! | [`bytes`] | runs of bytes: literals and matches, or bit by bit | `level`, `coder`, `matches`, `spelled` |
//!
//! Arrows run up this table only; a test holds it.

pub mod bytes;
mod coder;
mod follow;
mod level;
mod map;
mod matches;
pub mod numbers;
mod part;
mod spelled;
mod windows;

pub use coder::series;
pub(crate) use follow::{Before, Follower, Recipe, RecipeOdds, suiting};
pub use level::Level;
pub(crate) use map::Steps;
pub(crate) use numbers::{Beside, Memory, Pair};
pub use part::Part;
