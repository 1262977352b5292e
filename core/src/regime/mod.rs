//! How surprising the world is: regimes, anomalies and drift of one column. Knows `neuron` and `num`.
//!
//! | file | what |
//! |---|---|
//! | `watch` | a neuron and the three below, driven sample by sample |
//! | `storm` | Calm, PreStorm and Storm by how rare what is seen is, with hysteresis |
//! | `anomaly` | how rare a surprise or a level is among those of its own column, in bits |
//! | `lift` | what a score has to be beyond its threshold, so that alarms stay few |
//! | `drift` | whether surprises have become larger or smaller for good |
//!
//! All integers; states are bounded whatever the samples are. Called by `watch` and by the swarm.

pub(crate) mod anomaly;
pub(crate) mod drift;
pub(crate) mod lift;
pub(crate) mod storm;
pub(crate) mod watch;

pub(crate) use anomaly::{Level, Rarity};
pub use drift::Drift;
pub(crate) use drift::PageHinkley;
pub use lift::Lift;
pub use storm::Regime;
pub(crate) use storm::Storms;
pub use watch::{Seen, Watch};
