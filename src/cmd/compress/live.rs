//! `qres compress --live`: each flush goes on from all before it, so one follows the other.

use super::work::{Plan, Report};
use crate::{
    failure::{Failure, Outcome},
    io::{buffer_pool::BufferPool, live::Live, output::Output},
    text::untabled,
};
use qres_core::{Options, archive::Flows, parallel::Sequential, table::Schema};

impl Plan {
    /// Writes `first` and what comes after it, each text at once.
    pub(super) fn write_flows(
        &self,
        options: Options<'_>,
        first: Option<Vec<u8>>,
        mut texts: Live,
        pool: &BufferPool,
        output: &mut Output,
        report: &mut Report,
    ) -> Outcome {
        let mut flows = Flows::new(options, Some(self.entry_every));
        let (mut next, mut bytes) = (first, Vec::new());
        while let Some(text) = next {
            let flushed = flows.flush(&Sequential, &text, &mut bytes);
            let flushed = flushed.map_err(|_| Failure::bug("a bound where none was asked for"))?;
            report.rows += flushed.rows;
            report.segments += u64::from(flushed.began);
            report.text_bytes += text.len() as u64;
            let is_bytes = flows.header().is_some_and(|header| header.schema == Schema::Bytes);
            report.why_bytes = is_bytes.then(|| untabled::reason(&text));
            report.put(&mut bytes, output)?;
            // A reader at the other end of a pipe gets each flush at once.
            output.flush()?;
            pool.give(text);
            next = texts.next()?;
        }
        flows.finish(&mut bytes).map_err(|_| Failure::bug("a bound where none was asked for"))?;
        report.put(&mut bytes, output)
    }
}
