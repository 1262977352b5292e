//! Columns to lines: print a few hundred lines' cells of each column, weave them with the literals between them.

use super::{
    super::{
        cells::{Lane, STEP},
        lines::Run,
        split::Table,
    },
    Kind, Skeleton,
};
use crate::error::Error;
use alloc::{vec, vec::Vec};

/// Rows printed at a time.
const ROWS: usize = 256;
/// Bytes to spare behind what is woven.
const SLACK: usize = 2 * STEP;

impl Skeleton {
    /// Appends the text that `table` was taken from; stops with an error once it is longer than `limit` bytes.
    pub(crate) fn join(&self, table: &Table, limit: usize, out: &mut Vec<u8>) -> Result<(), Error> {
        let start = out.len();
        let mut weaver = Weaver::new(self);
        let mut kinds = &*table.kinds;
        for run in table.runs(ROWS) {
            let rows = match run {
                Run::Rows(rows) => rows,
                other => {
                    other.put(out);
                    continue;
                }
            };
            let (here, later) =
                kinds.split_at_checked(rows).ok_or(Error::Corrupt("fewer rows than lines"))?;
            weaver.rows(table, here, limit.saturating_sub(out.len() - start), out)?;
            kinds = later;
        }
        Ok(())
    }
}

/// Prints rows.
struct Weaver<'s> {
    skeleton: &'s Skeleton,
    lanes: Vec<Lane>,
    /// Of each column, the cells printed so far and those wanted next.
    printed: Vec<(usize, usize)>,
}

impl<'s> Weaver<'s> {
    fn new(skeleton: &'s Skeleton) -> Self {
        let lanes = skeleton.columns.iter().map(|_| Lane::default()).collect();
        Self { skeleton, lanes, printed: vec![(0, 0); skeleton.columns()] }
    }

    fn rows(&mut self, table: &Table, kinds: &[u16], limit: usize, out: &mut Vec<u8>) -> Result<(), Error> {
        let none = Error::Corrupt("a line of no kind");
        let mut bytes = 0;
        for kind in kinds {
            let kind = self.skeleton.kinds.get(usize::from(*kind)).ok_or(none.clone())?;
            bytes += kind.first.len() + 1;
            for (column, literal) in &kind.cells {
                bytes += literal.len();
                if let Some((_, wanted)) = self.printed.get_mut(*column) {
                    *wanted += 1;
                }
            }
        }
        for ((content, lane), (printed, wanted)) in
            table.columns.iter().zip(&mut self.lanes).zip(&mut self.printed)
        {
            if *wanted > 0 {
                lane.clear();
                content.content.print(*printed..*printed + *wanted, b'\n', lane);
                bytes += lane.text_bytes() - *wanted;
                (*printed, *wanted) = (*printed + *wanted, 0);
            }
        }
        if bytes > limit {
            return Err(Error::Corrupt("a table prints more than its text"));
        }
        let mut at = out.len();
        out.resize(at + bytes + SLACK, 0);
        for kind in kinds {
            let kind = self.skeleton.kinds.get(usize::from(*kind)).ok_or(none.clone())?;
            at = weave(kind, &mut self.lanes, out, at);
        }
        out.truncate(at);
        Ok(())
    }
}

/// Writes a line at `at` and says where the next one goes.
#[inline]
fn weave(kind: &Kind, lanes: &mut [Lane], out: &mut [u8], mut at: usize) -> usize {
    at = put(&kind.first, out, at);
    for (column, literal) in &kind.cells {
        if let Some(lane) = lanes.get_mut(*column) {
            // The line end behind each cell in a lane makes room for the literal.
            at = (at + lane.weave(1, out, at)).saturating_sub(1);
        }
        at = put(literal, out, at);
    }
    put(b"\n", out, at)
}

/// Copies a literal; most are short, and copying a fixed number of bytes is quicker.
#[inline]
fn put(literal: &[u8], out: &mut [u8], at: usize) -> usize {
    let end = at + literal.len();
    if let (Some(from), Some(to)) =
        (literal.first_chunk::<STEP>(), out.get_mut(at..).and_then(<[u8]>::first_chunk_mut::<STEP>))
    {
        *to = *from;
        if let (Some(from), Some(to)) = (literal.get(STEP..), out.get_mut(at + STEP..end)) {
            to.copy_from_slice(from);
        }
    } else if let Some(to) = out.get_mut(at..end) {
        to.copy_from_slice(literal);
    }
    end
}
