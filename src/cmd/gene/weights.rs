//! The weights of a neuron by name, for people and to compare neurons that need not be of one shape.

use qres_core::{
    Error,
    gene::{Gene, Tag, Weights},
    neuron::{Kind, LinearGene},
};
use std::collections::BTreeMap;

/// What feeds the recurrent neuron's rows, and the rows of its cells.
const INPUTS: usize = 4;
const WIDTH: usize = 12;
const GATES: [&str; 4] = ["input gate", "forget gate", "candidate", "output gate"];
const CELLS: usize = 8;
/// Where the linear neuron of a fusion begins.
const FUSION_HEAD: usize = 4;

/// A neuron's numbers: its weights by what they weigh, and the rest.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Named {
    pub(super) weights: BTreeMap<String, f64>,
    pub(super) bias: Option<f64>,
}

/// The neuron of a column, if it has one.
pub(super) fn neuron<'g>(gene: &Gene<'g>, field: usize) -> Option<(Kind, &'g [u8])> {
    gene.sections().find_map(|section| match section.tag {
        Tag::Neuron(kind) if usize::from(section.column) == field => Some((kind, section.bytes)),
        _ => None,
    })
}

/// The linear neuron that the gene of a linear neuron or of a fusion has.
pub(super) fn linear(kind: Kind, gene: &[u8]) -> Option<LinearGene> {
    let bytes = match kind {
        Kind::Linear => gene,
        Kind::Fusion => gene.get(FUSION_HEAD..FUSION_HEAD + LinearGene::BYTES)?,
        Kind::Lstm | Kind::Ensemble | Kind::Lag => return None,
    };
    LinearGene::read(bytes).ok()
}

/// The numbers of a neuron by name.
pub(super) fn named(kind: Kind, gene: &[u8]) -> Result<Named, Error> {
    let mut named = Named::default();
    let weights = Weights::of(kind, gene)?;
    let numbers = weights.as_ref().map_or(&[][..], Weights::numbers);
    let mut add = |name: String, number: f64| *named.weights.entry(name).or_default() += number;
    match kind {
        Kind::Linear | Kind::Fusion => {
            let Some(linear) = linear(kind, gene) else { return Ok(named) };
            for (lag, number) in linear.lags.iter().zip(numbers).filter(|(lag, _)| **lag > 0) {
                add(format!("lag {lag}"), units(*number));
            }
            for (at, number) in (2..).zip(&numbers[(LAST + 1).min(numbers.len())..]) {
                add(format!("modality {at}"), units(*number));
            }
            named.bias = numbers.get(LAST - 1).map(|number| units(*number));
        }
        Kind::Lstm => {
            for (row, weights) in numbers.chunks_exact(WIDTH).enumerate() {
                let to = match GATES.get(row / CELLS) {
                    Some(gate) => format!("{gate} {}", row % CELLS + 1),
                    None => "readout".into(),
                };
                for (at, number) in weights.iter().enumerate() {
                    let from = match at.checked_sub(INPUTS) {
                        Some(cell) => format!("cell {}", cell + 1),
                        None => format!("input {}", at + 1),
                    };
                    add(format!("{to} of {from}"), units(*number));
                }
            }
        }
        Kind::Lag => add(format!("sample {} back", gene.first().copied().unwrap_or(0)), 1.0),
        Kind::Ensemble => {}
    }
    Ok(named)
}

/// Where the rate of a linear neuron stands among its numbers: the last, the bias before it.
const LAST: usize = 9;

fn units(number: i32) -> f64 {
    f64::from(number) / 65536.0
}

/// How far two neurons are from each other: the root of the sum of the squares of what their weights differ by; `None` if
/// they have none in common.
pub(super) fn distance(a: &Named, b: &Named) -> Option<f64> {
    if !a.weights.keys().any(|name| b.weights.contains_key(name)) {
        return None;
    }
    let squares = changes(a, b).into_iter().map(|(_, a, b)| (a - b) * (a - b));
    // The sum of nothing is -0.
    Some(squares.fold(0.0, |sum, square| sum + square).sqrt())
}

/// The weights that differ; one that is not there is 0.
pub(super) fn changes(a: &Named, b: &Named) -> Vec<(String, f64, f64)> {
    let of = |named: &Named, name: &String| named.weights.get(name).copied().unwrap_or(0.0);
    let more = b.weights.keys().filter(|name| !a.weights.contains_key(*name));
    let all = a.weights.keys().chain(more).map(|name| (name.clone(), of(a, name), of(b, name)));
    all.filter(|(_, a, b)| a != b).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use qres_core::neuron::{Fusion, Linear, Lstm, Neuron};

    fn of(neuron: &dyn Neuron) -> Named {
        let mut gene = vec![];
        neuron.export_gene(&mut gene);
        named(neuron.kind(), &gene).unwrap()
    }

    #[test]
    fn each_number_has_a_name() {
        let mut linear = Linear::new();
        [1, 5, 2, 9, 4].into_iter().for_each(|sample| linear.adapt(sample));
        let (linear, fusion, lstm) = (of(&linear), of(&Fusion::new(3)), of(&Lstm::new()));
        assert_eq!(linear.weights.len(), 8);
        assert_eq!(fusion.weights.keys().filter(|name| name.starts_with("modality")).count(), 2);
        assert_eq!(lstm.weights.len(), 33 * 12);
        assert!(lstm.weights.contains_key("readout of cell 8") && lstm.bias.is_none());
    }

    #[test]
    fn what_has_nothing_in_common_has_no_distance() {
        let mut linear = Linear::new();
        let fresh = of(&linear);
        [1, 5, 2, 9, 4].into_iter().for_each(|sample| linear.adapt(sample));
        let learnt = of(&linear);
        assert_eq!((distance(&fresh, &fresh), changes(&fresh, &fresh).len()), (Some(0.0), 0));
        assert!(distance(&fresh, &learnt).unwrap() > 0.0);
        assert!(distance(&fresh, &of(&Fusion::new(2))).is_some(), "both have lags");
        assert_eq!(distance(&fresh, &of(&Lstm::new())), None);
    }
}
