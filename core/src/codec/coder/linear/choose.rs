//! What the encoder puts fixed weights on: steps of a column and of its neighbours.

use super::{Plan, Weights};
use crate::{
    codec::coder::{
        inputs::{self, Input, MAX_PARENTS},
        telling::{Own, most_telling, sample},
    },
    neuron::least::LeastSquares,
};
use alloc::{vec, vec::Vec};

/// Own steps that fixed weights may be put on.
const FEW_OWN: u8 = 12;

/// Chooses steps of a column and of its neighbours, and weights in units of 2^-`fraction`.
pub(super) fn choose(codes: &[i64], neighbours: &[&[i64]], fraction: u32) -> Plan {
    let shift = inputs::shift_of(codes);
    let rows = sample(codes.len());
    let own = Own::new(codes, shift, 0);
    let known =
        || neighbours.iter().enumerate().filter(|(_, values)| values.len() == codes.len()).take(MAX_PARENTS);
    let mut columns: Vec<Vec<i32>> = (0..FEW_OWN).map(|back| own.column(Input::Own(back), &rows)).collect();
    let mut shifts = vec![shift; columns.len()];
    for (_, values) in known() {
        let shift = inputs::shift_of(values);
        columns.push(steps_at(values, shift, &rows));
        shifts.push(shift);
    }
    let target = own.target(&rows);
    let order = most_telling(&columns, &target);
    let taken: Vec<&[i32]> = order.iter().filter_map(|i| columns.get(*i).map(|c| &**c)).collect();
    let mut least = LeastSquares::new(order.len(), 20, 4);
    let mut row = Vec::new();
    for (at, target) in target.iter().enumerate() {
        row.clear();
        row.extend(taken.iter().map(|column| column.get(at).copied().unwrap_or(0)));
        least.learn(&row, *target);
    }
    let (mut parents, mut told, mut steps) = (Vec::new(), Vec::new(), vec![0; FEW_OWN.into()]);
    for (index, weight) in order.iter().zip(least.weights()) {
        // From scaled units to those of the columns, with as many bits as are worth writing.
        let by =
            i32::from(shifts.get(*index).copied().unwrap_or(0)) - i32::from(shift) + fraction as i32 - 16;
        let weight = i64::from(*weight);
        let weight = if by >= 0 { weight << by.min(38) } else { weight >> (-by).min(63) };
        let spare = (64 - weight.unsigned_abs().leading_zeros()).saturating_sub(10);
        let weight = weight >> spare << spare;
        match index.checked_sub(FEW_OWN.into()).map(|which| known().nth(which)) {
            None => steps.iter_mut().skip(*index).take(1).for_each(|slot| *slot = weight),
            Some(None) => {}
            Some(Some((neighbour, _))) => {
                parents.push(neighbour);
                told.push(weight);
            }
        }
    }
    let used = steps.iter().rposition(|weight| *weight != 0).map_or(0, |last| last + 1);
    steps.truncate(used);
    Plan { parents, weights: Weights { own: steps, told } }
}

/// A neighbour's steps into some rows.
fn steps_at(values: &[i64], shift: i8, rows: &[usize]) -> Vec<i32> {
    let step = |row: &usize| {
        Some(inputs::step(values.get(*row)?.saturating_sub(*values.get(row.checked_sub(1)?)?), shift))
    };
    rows.iter().map(|row| step(row).unwrap_or(0)).collect()
}
