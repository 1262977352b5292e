//! A peer of a swarm: *bred alone, judged by each, passed on unchanged*. [`format`](mod@format) has its packets.
//!
//! ```text
//! observe(sample) ──▶ own neuron, which learns alone ──▶ told when it has learnt: signed, a few times, then silence
//!                         │ a mixture that proves: never more than one bit worse in a lifetime
//! handle(bytes) ──▶ cheap checks ──▶ tried on the last 64 samples ──▶ signature ──▶ one of 8 experts
//!                                                                                       │ that have served
//! poll_transmit() ◀── evidence, votes, the own gene, answers to hellos, genes of others, unchanged ◀──┘
//! ```
//!
//! | file | what it holds |
//! |---|---|
//! | `slots` | the genes that are heard: which may sit down, how each does |
//! | `packet` | the bytes of packets |
//! | `window` | own samples that genes are tried on |
//! | `contacts` | whom a peer can send to |
//! | `names` | origins: sequences, votes, reputations, bans |
//! | `neighbours` | what neighbours are surprised by, as regressors |
//! | `budget` | bytes, signatures, energy |
//! | `peer` | the state machine |
//! | [`rules`] | what merges weights: not used by peers, but compared with them |
//!
//! Sans-IO: time is milliseconds that the caller counts, contacts are numbers that the caller gives. A driver calls
//! [`Peer::observe`] with each sample, [`Peer::handle`] with each datagram, then [`Peer::poll_transmit`] and
//! [`Peer::poll_event`] until they have nothing, and again at [`Peer::next_timeout`]. Nothing here does I/O, and nothing grows
//! with what comes. Driven by nodes and by the simulator.
//!
//! ```
//! use qres_core::swarm::{Peer, Setup, mark_of};
//! use qres_core::trust::Identity;
//!
//! let setup = Setup { mark: mark_of(b"temperature"), term: 0, seed: 1, period: 600_000 };
//! let mut peers = [1, 2].map(|n| Peer::new(Identity::from_secret(&[n; 32]), Setup { seed: n.into(), ..setup }));
//! peers[0].meet(1);
//! peers[1].meet(0);
//! for turn in 0..200 {
//!     let now = turn * setup.period;
//!     for at in 0..2 {
//!         peers[at].observe(now, [100, 140, 90, 120][turn as usize % 4]);
//!         while let Some(packet) = peers[at].poll_transmit(now) {
//!             peers[packet.to as usize].handle(now, at as u64, &packet.bytes);
//!         }
//!     }
//! }
//! assert!(peers[0].counts().sent.0 < 4096);
//! ```

mod budget;
mod contacts;
#[doc = include_str!("FORMAT.md")]
pub mod format {}
mod names;
mod neighbours;
mod packet;
mod peer;
pub mod rules;
mod slots;
mod window;

pub use contacts::Address;
pub use packet::{GENE_BYTES, Learnt, MAX_PACKET, Packet, Says, Signed, hello, sign};
pub use peer::{Counts, Event, Heard, Mark, Peer, Setup, Transmit, World, mark_of};
use slots::SLOTS;

#[cfg(test)]
mod tests;
