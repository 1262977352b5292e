//! From numbers to bits and back: knows `num`, is called by `codec`.
//!
//! | file | what |
//! |---|---|
//! | `cursor` | bytes read one after the other, varints |
//! | `bits`, `pack` | a stack of bits; groups of 64 numbers of one width |
//! | `token`, [`tans`] | numbers as tokens and raw bits; the static coder of tokens (levels 2 and 3) |
//! | `odds` | the adaptive coder of symbols, one of sixteen at a time (levels 4 and 5) |
//! | `range` | the adaptive coder of bits: one of any chance (levels 6 to 9) |
//! | `logistic`, `mix` | chances as log odds; counters, the mixer of opinions, corrections (levels 6 to 9) |
//! | `counted` | bits, numbers and strings coded by counters of their own |

pub(crate) mod bits;
pub(crate) mod counted;
pub(crate) mod cursor;
pub(crate) mod logistic;
pub(crate) mod mix;
pub(crate) mod odds;
pub(crate) mod pack;
pub(crate) mod range;
pub mod tans;
pub(crate) mod token;

pub use cursor::{Cursor, put_varint};
