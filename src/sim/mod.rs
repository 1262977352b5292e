//! Swarms of simulated nodes: the same [`Peer`](qres_core::swarm::Peer) that nodes drive, many of it, on made-up or real
//! series, over links that lose, delay and double, beside nodes that lie.
//!
//! | file | what it holds |
//! |---|---|
//! | `scenario` | what is simulated: typed, or from a TOML file |
//! | `series` | what the nodes sense: made up from a seed, or columns of files dealt out |
//! | `attack`, `lie` | what bad nodes do, and what they tell |
//! | `net` | what becomes of packets, and when they arrive |
//! | `node` | an honest or a bad node, and what is measured at it |
//! | `engine` | the rounds: nodes side by side, packets in order |
//! | `report` | what came of it |
//! | `replay` | the same as a page that plays |
//! | `compare` | rules that merge genes beside experts, under each attack |
//!
//! Every random number is a function of the seed, of whom it is for and of how many he has had, so a run is the same for any
//! number of threads. Nothing here reads a clock.

pub(crate) mod attack;
pub(crate) mod compare;
pub(crate) mod engine;
mod lie;
mod net;
mod node;
pub(crate) mod replay;
pub(crate) mod report;
pub(crate) mod scenario;
pub(crate) mod series;

pub(crate) use engine::run;

#[cfg(test)]
mod tests;
