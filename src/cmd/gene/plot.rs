//! What the neuron of a column predicts, as a line of blocks: the last rows of the prior, and how the neuron goes on.
//!
//! Past the first predicted sample a neuron goes on from its own predictions. A fusion hears nothing of its other columns
//! there, and so predicts as its linear neuron does.

use super::weights;
use crate::text::plain;
use qres_core::{
    Error,
    entropy::Cursor,
    frame::{Header, View},
    gene::{Gene, WHOLE},
    table::{Care, Content, Lane, Numbers, Schema},
};
use std::collections::BTreeMap;

/// Samples of the past that are drawn, and of the future.
const PAST: usize = 24;
pub(super) const FUTURE: usize = 8;
/// Limit: bytes of memory that reading the prior may take.
const MEMORY: u64 = 1 << 30;
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// How a column went and goes on.
#[derive(Debug)]
pub(super) struct Course {
    past: Vec<i64>,
    future: Vec<i64>,
    /// The future as it would be written.
    pub(super) text: Vec<String>,
}

/// The courses of the columns, by their first field, that have a neuron and numbers in the prior.
pub(super) fn courses(gene: &Gene<'_>) -> Result<BTreeMap<usize, Course>, Error> {
    let mut courses = BTreeMap::new();
    let Some(prior) = gene.prior(WHOLE) else { return Ok(courses) };
    let mut cursor = Cursor::new(prior);
    let header = Header::read(&mut cursor, MEMORY)?;
    let view = View::read(&mut cursor, &header)?;
    let Schema::Table(layout) = &header.schema else { return Ok(courses) };
    let mut text = Vec::new();
    view.decode(&header, &mut text)?;
    let rows = text.strip_prefix(layout.preamble()).unwrap_or(&text);
    let Some(table) = layout.split(rows, Care::Full) else { return Ok(courses) };
    let mut field = 0;
    for column in table.columns {
        if let Content::Numbers(numbers) = &column.content
            && let Some((kind, bytes)) = weights::neuron(gene, field)
            && !numbers.values.is_empty()
        {
            let mut neuron = kind.build(bytes)?;
            numbers.values.iter().for_each(|value| neuron.adapt(*value));
            let future: Vec<i64> = (0..FUTURE)
                .map(|_| {
                    let next = neuron.predict();
                    neuron.tick();
                    next
                })
                .collect();
            let past = numbers.values[numbers.values.len().saturating_sub(PAST)..].to_vec();
            let text = future.iter().map(|value| written(numbers, *value)).collect();
            courses.insert(field, Course { past, future, text });
        }
        field += column.span;
    }
    Ok(courses)
}

/// A value as the column writes it.
fn written(numbers: &Numbers, value: i64) -> String {
    let mut lane = Lane::default();
    numbers.format.printer(&numbers.affix, b'\n').print(&[value], &[0], &mut lane);
    plain::printable(String::from_utf8_lossy(lane.take_cell()).trim_end())
}

impl Course {
    /// The past, a stroke, and the future.
    pub(super) fn line(&self) -> String {
        let all = || self.past.iter().chain(&self.future).map(|value| i128::from(*value));
        let (least, most) = (all().min().unwrap_or(0), all().max().unwrap_or(0));
        let block = |value: &i64| {
            let height = (i128::from(*value) - least) * 8 / (most - least + 1);
            BLOCKS[usize::try_from(height).unwrap_or(0).min(7)]
        };
        let [past, future] =
            [&self.past, &self.future].map(|values| values.iter().map(block).collect::<String>());
        format!("{past:>PAST$}|{future}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_as_high_as_its_values() {
        let course =
            |past: &[i64], future: &[i64]| Course { past: past.into(), future: future.into(), text: vec![] };
        assert_eq!(course(&[0, 7], &[14, 15]).line(), format!("{:22}▁▄|██", ""));
        assert_eq!(course(&[i64::MIN], &[i64::MAX]).line(), format!("{:23}▁|█", ""));
        assert_eq!(course(&[5, 5], &[5]).line(), format!("{:22}▁▁|▁", ""));
    }
}
