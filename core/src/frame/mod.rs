//! The `.qres` container: [`format`] is its specification, [`model`] that of the models of levels 4 to 9.
//!
//! Writing: [`Header::detect`] looks at the first segment's text, [`Segment::encode`] makes one segment (any thread may),
//! [`Index`] collects them in order and ends the frame. Reading: [`Parser`] cuts bytes into [`Part`]s,
//! [`View::decode`] gives a segment's text back, checked. A [`Message`] is a segment that needs no frame.

mod block;
mod bound;
mod columns;
mod content;
mod digest;
mod footer;
#[doc = include_str!("FORMAT.md")]
pub mod format {}
mod flow;
mod grouped;
mod header;
mod history;
mod kinds;
mod look;
pub mod message;
#[doc = include_str!("../codec/coder/MODEL.md")]
pub mod model {}
mod note;
mod order;
mod parser;
mod pieces;
mod prior;
mod raw;
mod segment;
mod sense;
mod standard;
mod statistics;
mod stored;
mod summaries;
mod view;
mod written;

pub use crate::table::{Input, Raw, Sample};
pub use bound::{Cost, Tolerance, Tolerances};
pub(crate) use flow::FlowWriter;
pub use flow::{FlowEnd, FlowReader, FlowStart, Flush};
pub(crate) use footer::join;
pub use footer::{Entry, Footer, Index, MAX_SEGMENTS};
pub use header::{Config, Header};
pub use history::History;
pub use look::{Arrangement, ColumnInfo, Kind};
pub use message::{Message, Past};
pub use note::NOTE_TAG;
pub use note::TYPES_NOTE;
pub(crate) use note::{MAX_FOOTER_NOTES, Note};
pub use parser::{Parser, Part};
pub use prior::{Misfit, Prior};
pub use segment::Segment;
pub use statistics::Statistics;
pub use view::View;

/// First bytes of a frame: not UTF-8, and damaged by any translation of line ends.
pub const MAGIC: [u8; 4] = [0xF1, b'Q', b'\r', b'\n'];
/// First bytes, instead of those, of a frame that is being appended and does not count yet: when all of it is there, the
/// first byte becomes that of [`MAGIC`].
pub const UNFINISHED: [u8; 4] = [0xF0, b'Q', b'\r', b'\n'];
/// The format version this code writes, and the newest it reads.
pub const VERSION: u8 = 1;
/// First byte of a footer, and of that of a frame of one short segment.
pub const FOOTER_TAG: u8 = 0xF7;
pub const SHORT_FOOTER_TAG: u8 = 0xF6;
/// High half of a segment's first byte.
pub const SEGMENT_TAG: u8 = 0xA0;
