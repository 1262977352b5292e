//! Numbers without floats: knows nobody, is known by all.
//!
//! | file | what |
//! |---|---|
//! | [`integer`] | zigzag, greatest common divisor, logarithm (square roots: `u64::isqrt`, `u128::isqrt` of core) |
//! | [`standard`] | whole numbers behind samples that were standardised |
//! | [`bfp`] | blocks of numbers with one exponent (BFP-16) |
//! | [`softmax`] | shares that sum to one |
//! | [`sigmoid`] | the logistic function and the hyperbolic tangent |
//! | [`stats`] | running mean and variance |
//! | [`random`] | counter-based random numbers |
//! | [`exponential`] | powers of e for the tables of the models, worked out while compiling |
//! | [`power`] | powers of ten, and division by them |
//! | [`text`] | eight digits at a time between text and integers |
//! | [`decimal`] | plain decimal text to (mantissa, places) and back; lines of significant digits |
//! | [`hex`] | integers in hexadecimal digits |
//! | [`float`] | binary floats as bit patterns: nearest, neighbours, printers, products, quotients |

pub mod bfp;
pub mod decimal;
pub mod exponential;
pub mod float;
pub mod hex;
pub mod integer;
pub mod power;
pub mod random;
pub mod sigmoid;
pub mod softmax;
pub mod standard;
pub mod stats;
pub mod text;

/// A weight or a rate: 16 bits before and 16 after the point.
pub use ::fixed::types::I16F16 as Q16;
pub use decimal::{Decimal, Exponent, Layout, MAX_PLACES, Zeros};
pub use float::{Digits, Printer, Tie};
pub use hex::Hex;
pub use integer::{gcd, log2_q16, unzigzag, zigzag};
pub use random::Random;
pub use stats::Running;
pub use text::{TEXT, Text};
