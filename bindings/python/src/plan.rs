//! The options of an archive to write, checked before any text is read.

use crate::{
    fail,
    gene::{GeneArg, Learnt},
};
use pyo3::prelude::*;
use qres_core::{Options, archive::Bound, codec::Level};
use std::ops::RangeInclusive;

/// Level of whoever does not choose.
pub(crate) const LEVEL: u8 = 5;
/// Bytes of text in a segment of whoever does not choose.
pub(crate) const SEGMENT: usize = 4 << 20;
const SEGMENTS: RangeInclusive<usize> = 16 << 10..=64 << 20;
/// The lowest level that has models to continue.
const MIN_WARM: u8 = 4;

/// The arguments of a caller, with defaults filled in.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) level: Level,
    pub(crate) segment: usize,
    pub(crate) bounds: Vec<Bound>,
    pub(crate) gene: Option<Learnt>,
}

impl Plan {
    /// Checks what was asked for.
    pub(crate) fn new(level: u8, error: &[String], gene: Option<GeneArg>, segment: usize) -> PyResult<Self> {
        let level = Level::new(level).ok_or_else(|| {
            let strongest = Level::STRONGEST.get();
            let said = format!("there is no level {level} in this version; the strongest is {strongest}");
            fail::usage(said, "leave the level out to get a good one")
        })?;
        if !SEGMENTS.contains(&segment) {
            return Err(fail::usage(
                "a segment is from 16K to 64M",
                "leave `segment` out to get a good size",
            ));
        }
        let bounds = error.iter().map(|text| parse_bound(text)).collect::<PyResult<Vec<_>>>()?;
        Bound::check(&bounds, None).map_err(|unbounded| fail::bound(&unbounded))?;
        if gene.is_some() && !bounds.is_empty() {
            let said = "what is held within a bound does not go on from a gene";
            return Err(fail::usage(said, "leave one of them out"));
        }
        if gene.is_some() && level.get() < MIN_WARM {
            let said = format!("level {} does not go on from genes", level.get());
            return Err(fail::usage(said, "choose a level from 4 to 9, or leave `gene` out"));
        }
        let gene = gene.map(|gene| gene.learnt()).transpose()?;
        Ok(Self { level, segment, bounds, gene })
    }

    /// Returns the options of the core.
    pub(crate) fn options(&self, live: bool) -> Options<'_> {
        let gene = self.gene.as_ref().map(Learnt::past);
        let (level, segment, bounds) = (self.level, self.segment, self.bounds.clone());
        Options { level, segment, live, bounds, gene, ..Options::default() }
    }
}

fn parse_bound(text: &str) -> PyResult<Bound> {
    Bound::parse(text).ok_or_else(|| match text.starts_with('=') {
        true => fail::usage("a column's name goes before the `=`", "name it, or leave the `=` out"),
        false => fail::usage(
            format!("`{text}` is no bound"),
            "a bound is a number such as 0.05, or a share of the range such as 1%, and not negative",
        ),
    })
}
