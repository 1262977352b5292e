//! Numbers without floats: knows nobody, is known by all.
//!
//! | file | what |
//! |---|---|
//! | `integer` | zigzag, greatest common divisor, logarithm (square roots: `u64::isqrt`, `u128::isqrt` of core) |
//! | `standard` | whole numbers behind samples that were standardised |
//! | [`bfp`] | blocks of numbers with one exponent (BFP-16) |
//! | `softmax` | shares that sum to one |
//! | `sigmoid` | the logistic function and the hyperbolic tangent |
//! | `stats` | running mean and variance |
//! | [`random`] | counter-based random numbers |
//! | `exponential` | powers of e for the tables of the models, worked out while compiling |
//! | `power` | powers of ten, and division by them |
//! | [`text`] | eight digits at a time between text and integers |
//! | `decimal` | plain decimal text to (mantissa, places) and back; lines of significant digits |
//! | `hex` | integers in hexadecimal digits |
//! | `float` | binary floats as bit patterns: nearest, neighbours, printers, products, quotients |

pub mod bfp;
pub(crate) mod decimal;
pub(crate) mod exponential;
pub(crate) mod float;
pub(crate) mod hex;
pub(crate) mod integer;
pub(crate) mod power;
pub mod random;
pub(crate) mod sigmoid;
pub(crate) mod softmax;
pub(crate) mod standard;
pub(crate) mod stats;
pub mod text;

/// A weight or a rate: 16 bits before and 16 after the point.
pub use ::fixed::types::I16F16 as Q16;
pub use decimal::Decimal;
pub(crate) use decimal::{Layout, MAX_PLACES};
pub(crate) use hex::Hex;
pub use integer::log2_q16;
pub(crate) use integer::{gcd, lowest_and_highest, unzigzag, zigzag};
pub use random::Random;
pub(crate) use stats::Running;
