//! Pages for a browser that stand alone: one file, nothing from a network, readable by day and by night.
//!
//! [`page`] is the frame with its style and its script, [`chart`] draws.

#[cfg(feature = "bench")]
pub(crate) mod chart;
pub(crate) mod page;
