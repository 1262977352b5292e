//! The text of one segment to a segment: what is decided once an archive, and then does not change.

use super::{Bound, Options};
use crate::{
    codec::Level,
    error::Error,
    frame::{FlowWriter, Header, Prior, Segment},
    parallel::Parallel,
    table::{Layout, Schema},
};
use alloc::{borrow::Cow, vec::Vec};

/// Tuning: bytes of rows that names above them tell more of than they do themselves.
const FEW: usize = 1 << 14;

/// Makes segments, each from its text alone: any thread may make any of them.
#[derive(Debug, Clone)]
pub struct Encoder {
    /// As it is written.
    header: Header,
    /// As segments need it, where that is another one.
    resolved: Option<Header>,
    level: Level,
    live: bool,
}

impl Encoder {
    /// Decides how the archive that begins with the segment of `first` is written; `is_all` if no other segment follows.
    ///
    /// # Errors
    ///
    /// [`Error::Bound`] if a bound names no column.
    pub fn new(first: &[u8], is_all: bool, options: &Options<'_>) -> Result<Self, Error> {
        Self::announced(first, is_all, options, None)
    }

    /// As [`Encoder::new`], for a text whose first line is known to name the columns of a table, however few its rows are.
    ///
    /// # Errors
    ///
    /// As [`Encoder::new`].
    pub fn of_table(first: &[u8], is_all: bool, options: &Options<'_>) -> Result<Self, Error> {
        Self::announced(first, is_all, options, Layout::announced(first))
    }

    fn announced(
        first: &[u8],
        is_all: bool,
        options: &Options<'_>,
        layout: Option<Layout>,
    ) -> Result<Self, Error> {
        let (config, level) = (options.config(), options.level);
        let mut header = match options.gene {
            Some(gene) => Header::detect_learnt(first, &config, *gene.id, gene.prior),
            None => Header::detect(first, &config),
        };
        if let Some(layout) = layout
            && !matches!(&header.schema, Schema::Table(found) if found.names() == layout.names())
            && !matches!(header.schema, Schema::Learnt { .. })
        {
            header.schema = Schema::Table(layout);
        }
        if !options.bounds.is_empty() {
            let tolerances = Bound::tolerances(&options.bounds, &header).map_err(Error::Bound)?;
            header.within(tolerances, first);
        }
        if is_all {
            header = header.alone(first, level);
        }
        if options.live && options.gene.is_none() && header.bounds.is_exact() {
            let announced = Layout::announced(first).filter(|_| first.len() <= FEW);
            let as_wide = |layout: &Layout| matches!(&header.schema, Schema::Table(other) if other.columns() == layout.columns());
            if let Some(layout) = announced.filter(|layout| !as_wide(layout)) {
                header.schema = Schema::Table(layout);
            }
            header = header.flowing(&config);
        }
        let resolved = match header.resolved(options.gene.map(|gene| gene.prior))? {
            Cow::Borrowed(_) => None,
            Cow::Owned(resolved) => Some(resolved),
        };
        Ok(Self { header, resolved, level, live: options.live })
    }

    /// The header of the archive.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Begins a segment that grows, `first` if it is the archive's first; `None` if such rows cannot flow.
    pub fn flow(&self, first: bool, out: &mut Vec<u8>) -> Option<FlowWriter> {
        let flows = self.live && self.header.gene.is_none() && self.header.bounds.is_exact();
        FlowWriter::new(flows.then_some(&self.header)?, self.level, first, out)
    }

    /// Makes the segment of `text`, with the help of `parallel`, which makes the same bytes; `first` if it is the archive's
    /// first. `prior` must be that of the options' gene.
    pub fn encode(
        &self,
        parallel: &impl Parallel,
        prior: Option<&Prior>,
        text: &[u8],
        first: bool,
    ) -> Segment {
        let header = self.resolved.as_ref().unwrap_or(&self.header);
        Segment::encode_with(parallel, prior, text, header, first, self.level)
    }
}
