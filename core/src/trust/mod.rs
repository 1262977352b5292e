//! Who says so: names that cannot be taken by others, and signatures that are good for one thing only.
//!
//! | file | what it holds |
//! |---|---|
//! | `identity` | a secret, the name that comes of it, signing and verifying |
//!
//! Invariants: no secret is ever printed or compared byte by byte; what was signed for one [`Domain`] is refused in every
//! other; there is one encoding of each signature and name that is accepted. No randomness in here: secrets come from
//! outside, and signing needs none.

mod identity;

pub use identity::{Domain, Identity, Name, SECRET_BYTES, SIGNATURE_BYTES};
