//! What the encoder puts fixed weights on: steps of a column and of its neighbours.

use super::{Plan, Weights, products::Products};
use crate::{
    codec::coder::{
        inputs::{self, MAX_PARENTS},
        telling::most_telling,
    },
    neuron::least::LeastSquares,
};
use alloc::{vec, vec::Vec};

/// Own steps that fixed weights may be put on.
const FEW_OWN: usize = 12;

/// Chooses steps of a column and of its neighbours, and weights in units of 2^-`fraction`.
pub(super) fn choose(codes: &[i64], neighbours: &[&[i64]], fraction: u32) -> Plan {
    let (known, values): (Vec<usize>, Vec<&[i64]>) = neighbours
        .iter()
        .copied()
        .enumerate()
        .filter(|(_, values)| values.len() == codes.len())
        .take(MAX_PARENTS)
        .unzip();
    let shift = inputs::shift_of(codes);
    let shifts: Vec<i8> = values.iter().map(|values| inputs::shift_of(values)).collect();
    let products = Products::new(codes, shift, &values, &shifts, FEW_OWN);
    let order = most_telling(products.candidates(), products.rows(), |a, b| products.sum(a, b));
    let weights = best_weights(&order, &products);
    let (mut parents, mut told, mut steps) = (Vec::new(), Vec::new(), vec![0; FEW_OWN]);
    for (index, weight) in order.iter().zip(weights) {
        let parent = index.checked_sub(FEW_OWN);
        let from = parent.map_or(Some(&shift), |parent| shifts.get(parent)).copied().unwrap_or(0);
        let weight = in_codes(weight, i32::from(from) - i32::from(shift) + fraction as i32 - 16);
        match parent.map(|parent| known.get(parent)) {
            None => steps.iter_mut().skip(*index).take(1).for_each(|slot| *slot = weight),
            Some(None) => {}
            Some(Some(neighbour)) => {
                parents.push(*neighbour);
                told.push(weight);
            }
        }
    }
    let used = steps.iter().rposition(|weight| *weight != 0).map_or(0, |last| last + 1);
    steps.truncate(used);
    Plan { parents, weights: Weights { own: steps, told } }
}

/// The weights, in units of 2^-16, with which some candidates predict the target best.
fn best_weights(order: &[usize], products: &Products) -> Vec<i32> {
    let all: Vec<usize> = order.iter().copied().chain([products.candidates()]).collect();
    let sums =
        all.iter().enumerate().flat_map(|(at, a)| all.iter().take(at + 1).map(|b| products.sum(*a, *b)));
    LeastSquares::best_weights(order.len(), products.rows() as u32, sums.collect())
}

/// A weight of scaled units as one of codes, 2^`by` times as much, with as many bits as are worth writing.
fn in_codes(weight: i32, by: i32) -> i64 {
    let weight = i64::from(weight);
    let weight = if by >= 0 { weight << by.min(38) } else { weight >> (-by).min(63) };
    let spare = (64 - weight.unsigned_abs().leading_zeros()).saturating_sub(10);
    weight >> spare << spare
}
