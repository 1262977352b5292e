//! What footers know of the values of columns.

use super::Report;
use crate::{
    failure::{Failure, Outcome},
    io::{disk, input::Input},
    text::{
        describe,
        grid::{Align, Grid},
    },
};
use qres_core::{
    table::{Pick, Schema},
    value::Summary,
};
use serde::Serialize;

/// What is known of the values of a column, by the statistics of all segments that have some.
#[derive(Debug, Serialize)]
pub(super) struct Values {
    name: String,
    /// Cells that this is known of.
    cells: u64,
    nulls: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    least: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    greatest: Option<String>,
}

/// Adds what the footers of a file know to the frames of its report.
pub(super) fn add(report: &mut Report, mut input: Input, memory: u64) -> Outcome {
    let name = input.to_string();
    let Some(file) = input.seekable() else { return Ok(()) };
    let Some(archive) = disk::open(file, memory).map_err(Failure::reading(&name))? else { return Ok(()) };
    let starts: Vec<u64> = report.frames.iter().map(|frame| frame.at).collect();
    for (place, shown) in report.frames.iter_mut().enumerate() {
        let end = starts.get(place + 1).copied().unwrap_or(u64::MAX);
        let mut summaries: Vec<Summary> = Vec::new();
        for frame in archive.frames().iter().filter(|frame| (starts[place]..end).contains(&frame.at)) {
            let statistics = frame.footer.statistics();
            let statistics = statistics.map_err(|error| Failure::archive(&name, frame.footer_at(), error))?;
            for known in statistics.into_iter().flatten().flatten() {
                summaries.resize_with(known.len().max(summaries.len()), Summary::default);
                summaries.iter_mut().zip(&known).for_each(|(summary, more)| summary.merge(more));
            }
        }
        let first = archive.frames().iter().find(|frame| frame.at == starts[place]);
        let Some(first) = first.filter(|_| !summaries.is_empty()) else { continue };
        let header = archive.header(first).map_err(|fault| disk::failure(&name, fault))?;
        let Schema::Table(layout) = &header.schema else { continue };
        let names: Vec<_> = Pick::all(layout).into_iter().map(|(_, name)| name).collect();
        let values = summaries.iter().enumerate();
        shown.values =
            values.map(|(field, summary)| Values::new(describe::column(&names, field), summary)).collect();
    }
    Ok(())
}

impl Values {
    fn new(name: String, summary: &Summary) -> Self {
        let (least, greatest) = summary.bounds().unzip();
        Self { name, cells: summary.cells, nulls: summary.nulls(), least, greatest }
    }

    /// The lines of all columns.
    pub(super) fn text(all: &[Self]) -> String {
        let mut grid = Grid::new(&[
            ("column", Align::Left),
            ("least", Align::Right),
            ("greatest", Align::Right),
            ("nulls", Align::Right),
            ("of cells", Align::Right),
        ]);
        for Self { name, cells, nulls, least, greatest } in all {
            let bound = |bound: &Option<String>| bound.clone().unwrap_or_default();
            grid.row([name.clone(), bound(least), bound(greatest), nulls.to_string(), cells.to_string()]);
        }
        grid.lines()
    }
}
