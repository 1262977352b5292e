//! `qres compress --live`: each flush goes on from all before it, so one follows the other.

use super::work::{Plan, Report};
use crate::{
    failure::Outcome,
    io::{buffer_pool::BufferPool, hands::Hands, live::Live, output::Output},
};
use qres_core::archive::{Encoder, Flows, Frames};

impl Plan {
    /// Writes `first` and what comes after it, each text at once.
    pub(super) fn write_flows(
        &self,
        first: Option<Vec<u8>>,
        mut texts: Live,
        encoder: &Encoder,
        pool: &BufferPool,
        output: &mut Output,
        report: &mut Report,
    ) -> Outcome {
        let hands = Hands::new(self.threads);
        let mut frames = Frames::new(encoder.header());
        let mut flows = Flows::new(self.config.segment, Some(self.entry_every));
        let (mut next, mut bytes) = (first, Vec::new());
        while let Some(text) = next {
            let flushed = hands.busy(|| flows.flush(encoder, &mut frames, &hands, None, &text, &mut bytes));
            report.rows += flushed.rows;
            report.segments += u64::from(flushed.began);
            report.text_bytes += text.len() as u64;
            report.put(&mut bytes, output)?;
            // A reader at the other end of a pipe gets each flush at once.
            output.flush()?;
            pool.give(text);
            next = texts.next()?;
        }
        flows.end(&mut frames, &mut bytes);
        frames.finish(&mut bytes);
        report.put(&mut bytes, output)
    }
}
