//! What a frame says first: how to read it, and what its table looks like.
//!
//! ```text
//! header := F1 51 0D 0A | version u8 | class u8 | [gene id 32] | [bounds] | schema
//! class  := bits 0..=5 log2 of the memory that decoding a segment takes, bit 6 gene id present, bit 7 bounds present
//! ```

use super::{MAGIC, Prior, VERSION, bound::Tolerances, flow};
use crate::{
    codec::Level,
    entropy::Cursor,
    error::Error,
    table::{Input, Schema, Script},
};
use alloc::{borrow::Cow, vec::Vec};

/// What the writer was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// How hard to work.
    pub level: Level,
    /// What comes in.
    pub input: Input,
    /// Bytes of text in a segment at most: the unit of memory, threads and random access.
    pub segment: usize,
}

/// What a frame says first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// log2 of the bytes that decoding one segment takes at most.
    pub class: u8,
    /// The gene that decoding needs.
    pub gene: Option<[u8; 32]>,
    /// How far the text may be from the one that came in.
    pub bounds: Tolerances,
    /// The shape of the text.
    pub schema: Schema,
}

impl Header {
    /// Looks at the text of the first segment.
    pub fn detect(first: &[u8], config: &Config) -> Self {
        let scripted = config.input == Input::Text && Script::detect(first).is_some();
        let (class, schema) = (class_of(config, scripted), Schema::detect(first, config.input));
        Self { class, gene: None, bounds: Tolerances::default(), schema }
    }

    /// Looks at the text of the first segment, which goes on from the prior of gene `id` if it is a table of that kind.
    pub(crate) fn detect_learnt(first: &[u8], config: &Config, id: [u8; 32], prior: &Prior) -> Self {
        let mut header = Self { gene: Some(id), ..Self::detect(first, config) };
        // A table of the same kind may have other names.
        let strange = !header.schema.preamble().is_empty() && header.schema.preamble() != prior.preamble();
        if let (false, Some(named)) = (strange, prior.fits(first)) {
            header.schema = Schema::Learnt { named };
        }
        header
    }

    /// The header of a frame whose rows may flow: decoding them takes the models of all columns at a time.
    #[must_use]
    pub(crate) fn flowing(mut self, config: &Config) -> Self {
        if let Schema::Table(layout) = &self.schema {
            let models = flow::memory(layout.columns(), config.level);
            // Wider tables do not flow.
            if models <= MAX_MODELS {
                self.class = self.class.max(class_for(text_memory(config).saturating_add(models)));
            }
        }
        self
    }

    /// The header with a schema of its own, where it names that of its gene. Segments can be made with no other.
    pub fn resolved(&self, prior: Option<&Prior>) -> Result<Cow<'_, Self>, Error> {
        let Schema::Learnt { named } = self.schema else { return Ok(Cow::Borrowed(self)) };
        let gene = self.gene.ok_or(Error::Corrupt("the schema of a gene without a gene"))?;
        let layout = prior.ok_or(Error::Gene(gene))?.layout(named);
        Ok(Cow::Owned(Self { schema: Schema::Table(layout), ..self.clone() }))
    }

    /// Lets numbers move within `bounds`. What the text of the first segment shows to be clocks, counts of rows, flags and
    /// states, or to live within the bound, does not move, unless it has a bound of its own.
    pub(crate) fn within(&mut self, mut bounds: Tolerances, first: &[u8]) {
        let lines = match self.schema {
            Schema::Raw(_) => Cow::Borrowed(first),
            _ => Script::lines_of(first),
        };
        bounds.judge(lines.strip_prefix(self.schema.preamble()).unwrap_or(&lines), &self.schema);
        // Where no number can move, none is said to.
        let fixed = match self.schema {
            Schema::Bytes => true,
            Schema::Raw(raw) => raw.sample.is_float(),
            Schema::Table(_) | Schema::Learnt { .. } => false,
        };
        self.bounds = if fixed || bounds.is_exact() { Tolerances::default() } else { bounds };
    }

    /// Appends the header.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&MAGIC);
        out.push(VERSION);
        let bounded = !self.bounds.is_exact();
        out.push(self.class | if self.gene.is_some() { GENE } else { 0 } | if bounded { BOUNDS } else { 0 });
        out.extend(self.gene.iter().flatten());
        if bounded {
            self.bounds.write(out);
        }
        self.schema.write(out);
    }

    /// Reads the header at `cursor`; refuses what needs more than `limit` bytes of memory.
    pub fn read(cursor: &mut Cursor<'_>, limit: u64) -> Result<Self, Error> {
        for expected in MAGIC {
            if cursor.u8()? != expected {
                return Err(Error::NotArchive);
            }
        }
        let version = cursor.u8()?;
        if version == 0 || version > VERSION {
            return Err(Error::Unsupported { version, known: VERSION });
        }
        let flags = cursor.u8()?;
        let class = flags & CLASS;
        let asked = 1u64 << class;
        if asked > limit {
            return Err(Error::Limit { asked, allowed: limit });
        }
        let gene = if flags & GENE == 0 { None } else { cursor.bytes(32)?.first_chunk().copied() };
        let bounds = if flags & BOUNDS == 0 { Tolerances::default() } else { Tolerances::read(cursor)? };
        if flags & BOUNDS != 0 && bounds.is_exact() {
            return Err(Error::Corrupt("bounds that bound nothing"));
        }
        let schema = Schema::read(cursor, asked / MEMORY_A_BYTE)?;
        if matches!(schema, Schema::Learnt { .. }) && (gene.is_none() || !bounds.is_exact()) {
            return Err(Error::Corrupt("the schema of a gene where there can be none"));
        }
        Ok(Self { class, gene, bounds, schema })
    }

    /// Bytes that decoding one segment takes at most.
    pub fn memory(&self) -> u64 {
        1 << self.class
    }

    /// Bytes of text in a segment at most.
    pub fn segment_limit(&self) -> u64 {
        self.memory() / MEMORY_A_BYTE
    }
}

/// Tuning: bytes of the models of a flow at most.
const MAX_MODELS: u64 = 256 << 20;
const CLASS: u8 = 0x3F;
const GENE: u8 = 0x40;
const BOUNDS: u8 = 0x80;

/// Bytes of memory for each byte of a segment's text: the text, the segment, and a number for every cell, of which there are
/// no more than bytes.
pub(super) const MEMORY_A_BYTE: u64 = 12;

/// The lines of a text are at most half as long again as the text, and both are there at a time.
fn class_of(config: &Config, scripted: bool) -> u8 {
    let text = text_memory(config);
    let text = if scripted { text.saturating_mul(5) / 2 } else { text };
    class_for(text.saturating_add(config.level.memory()))
}

fn text_memory(config: &Config) -> u64 {
    (config.segment as u64).saturating_mul(MEMORY_A_BYTE)
}

/// The class of so many bytes of memory.
fn class_for(need: u64) -> u8 {
    (64 - (need.clamp(1 << 12, 1 << 62) - 1).leading_zeros()) as u8
}
