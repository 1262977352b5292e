//! A node: a peer that delivers its rows to others, keeps what it has promised, and learns from its neighbours.

#[cfg(feature = "http")]
pub(crate) mod http;
mod seal;
pub(crate) mod store;
