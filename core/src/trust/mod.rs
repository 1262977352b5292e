//! Who says so: names that cannot be taken by others, and signatures that are good for one thing only.
//!
//! | file | what it holds |
//! |---|---|
//! | `identity` | who has a secret, and signs with it |
//! | `name` | who that is for all others, who verify |
//! | `sealed` | a file that somebody has signed |
//! | `secret` | a secret as a file |
//!
//! Invariants: no secret is ever printed or compared byte by byte; what was signed for one [`Domain`] is refused in every
//! other; there is one encoding of each signature and name that is accepted. No randomness in here: secrets come from
//! outside, and signing needs none.

mod identity;
mod name;
mod sealed;
mod secret;

pub use identity::{Domain, Identity, SECRET_BYTES, SIGNATURE_BYTES};
pub use name::{Name, Short};
pub use sealed::{Broken, SEAL_BYTES, Seal, Sealed};
pub use secret::{BadKey, KEY_BYTES, Secret};
