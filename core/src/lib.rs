//! The deterministic core of qres: predict, send the surprise, replay.
//!
//! Everything here is integer arithmetic on values it was handed: no float, no clock, no I/O, no hash-map order,
//! so the same input gives the same bytes on every machine. Nothing here panics on any input.
//!
//! ```
//! use qres_core::{codec::Level, compress, decompress, Archive, Options};
//!
//! let csv = b"time,temp\n0,20.1\n60,20.2\n120,20.2\n";
//! let archive = compress(csv, &Options { level: Level::STRONGEST, ..Options::default() })?;
//! assert_eq!(decompress(&archive)?, csv);
//! let second = Archive::open(&archive[..], 1 << 30).unwrap().read(1..2, None).unwrap();
//! assert_eq!(second, b"60,20.2\n");
//! # Ok::<(), qres_core::Error>(())
//! ```
//!
//! [`Writer`] and [`Reader`] do the same piece by piece, in bounded memory.
//!
//! | room | what it is for | may know |
//! |---|---|---|
//! | [`error`] | every way to fail | |
//! | [`parallel`] | independent jobs, run several at once where the caller has threads | |
//! | [`trust`] | identities, and what they sign | |
//! | [`num`] | fixed point, integer statistics, decimals, standardised samples and binary floats as integers | |
//! | [`entropy`] | bits, bit packing, the static and the adaptive entropy coders, odds, mixing of opinions | `error`, `num` |
//! | [`neuron`] | predictors: least squares and least mean squares for the codec; neurons, whose knowledge genes carry | `error`, `num`, `entropy` |
//! | [`codec`] | series of integers and runs of bytes to blocks and back; levels | `error`, `num`, `entropy`, `neuron` |
//! | [`table`] | text to columns and back, byte for byte | `error`, `parallel`, `num`, `entropy` |
//! | [`value`] | the values that cells stand for, compared exactly, and columns of them | `num` |
//! | [`regime`] | regimes, anomalies and drift of a column | `num`, `neuron` |
//! | [`frame`] | the `.qres` container: headers, segments, footers, messages | `error`, `parallel`, `num`, `entropy`, `codec`, `table`, `value` |
//! | [`live`] | live links: rows to packets and back over a wire that loses some | `error`, `num`, `entropy`, `neuron`, `table`, `frame` |
//! | [`gene`] | what was learnt as a file: training, sections, lineage, merging, summaries | `error`, `num`, `entropy`, `neuron`, `codec`, `table`, `frame` |
//! | [`serial`] | what host and board say on a serial line: questions, steps, genes piece by piece | `entropy`, `gene`, `regime`, `trust` |
//! | [`swarm`] | a peer that learns alone, judges what others have learnt, and passes on what serves | `num`, `neuron`, `regime`, `gene`, `trust` |
//! | [`privacy`] | genes with noise, for others (a feature) | `error`, `num`, `neuron`, `gene` |
//! | [`proof`] | steps of bounded length between hidden numbers, proved (a feature) | `trust` |
//! | [`archive`] | whole archives: the front door | `error`, `parallel`, `trust`, `num`, `entropy`, `codec`, `table`, `value`, `frame` |
//!
//! Arrows run up this table only; a test holds it.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::expect_used,
        clippy::float_arithmetic,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::print_stderr,
        clippy::print_stdout,
        clippy::unwrap_used
    )
)]
extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod archive;
pub mod codec;
pub mod entropy;
pub mod error;
pub mod frame;
pub mod gene;
pub mod live;
pub mod neuron;
pub mod num;
pub mod parallel;
#[cfg(feature = "privacy")]
pub mod privacy;
#[cfg(feature = "proof")]
pub mod proof;
pub mod regime;
pub mod serial;
pub mod swarm;
pub mod table;
pub mod trust;
pub mod value;

pub use archive::{
    Archive, Options, Reader, Writer, compress, compress_into, decompress, decompress_into, max_archive_bytes,
};
pub use error::Error;
