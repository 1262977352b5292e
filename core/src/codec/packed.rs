//! Blocks of the fastest level: surprises in groups of 64, each group as wide as its widest.
//!
//! ```text
//! block := order u8 | [base zigzag varint, if order is 0] | widest u8 | deltas u8 | widths group | groups
//! ```
//! A block has [`BLOCK`] values, the last one fewer. Group `g` is `widest - width g` bits wide, its width taken from a
//! packed group of `deltas` bits a number.

use super::difference::{self, Before, Order};
use crate::{
    Error,
    entropy::{
        Cursor,
        pack::{self, GROUP},
        put_varint,
    },
    num::{unzigzag, zigzag},
};
use alloc::vec::Vec;

/// Values in a block: as many groups as a group has values.
pub(super) const BLOCK: usize = GROUP * GROUP;

/// Appends a block of at most [`BLOCK`] values.
pub(super) fn encode(values: &[i64], before: Before, out: &mut Vec<u8>) {
    let base = values.iter().copied().min().unwrap_or(0);
    let (order, widths) = best_order(values, base, before);
    out.push(order as u8);
    if order == Order::Zero {
        put_varint(out, zigzag(base));
    }
    let used = widths.get(..values.len().div_ceil(GROUP)).unwrap_or(&widths);
    let widest = used.iter().copied().max().unwrap_or(0);
    let narrowest = used.iter().copied().min().unwrap_or(0);
    let deltas = u64::BITS - u64::from(widest - narrowest).leading_zeros();
    out.extend([widest as u8, deltas as u8]);
    let mut narrower = [0; GROUP];
    narrower.iter_mut().zip(used).for_each(|(narrower, width)| *narrower = u64::from(widest - width));
    pack::pack(&narrower, deltas, out);
    let mut surprises = Vec::with_capacity(BLOCK);
    difference::surprises(values, order, base, before, &mut surprises);
    for (group, width) in surprises.chunks(GROUP).zip(&widths) {
        let mut full = [0; GROUP];
        full.iter_mut().zip(group).for_each(|(to, from)| *to = *from);
        pack::pack(&full, *width, out);
    }
}

/// The order whose groups are narrowest, and how wide they are.
fn best_order(values: &[i64], base: i64, before: Before) -> (Order, [u32; GROUP]) {
    let mut widths = [[0; GROUP]; 3];
    let [zero, one, two] = &mut widths;
    let Before { one: mut last, two: mut last_but_one } = before;
    for (((group, zero), one), two) in values.chunks(GROUP).zip(zero).zip(one).zip(two) {
        let (mut any_zero, mut any_one, mut any_two) = (0u64, 0u64, 0u64);
        for &value in group {
            let step = value.wrapping_sub(last);
            let bend = step.wrapping_sub(last.wrapping_sub(last_but_one));
            any_zero |= value.wrapping_sub(base).cast_unsigned();
            any_one |= zigzag(step);
            any_two |= zigzag(bend);
            (last_but_one, last) = (last, value);
        }
        (*zero, *one, *two) = (bits(any_zero), bits(any_one), bits(any_two));
    }
    let cost = |widths: &[u32; GROUP]| widths.iter().sum::<u32>();
    let best = Order::ALL.into_iter().zip(widths).min_by_key(|(_, widths)| cost(widths));
    best.unwrap_or((Order::Zero, [u64::BITS; GROUP]))
}

/// Bits, roughly, that the windows of a series take.
pub(super) fn estimate(windows: &[&[i64]]) -> u64 {
    let base = windows.iter().flat_map(|window| window.iter()).copied().min().unwrap_or(0);
    let cost = |window: &&[i64]| {
        let before = Before::start(window.first().copied().unwrap_or(0));
        let (_, widths) = best_order(window, base, before);
        let lengths = window.chunks(GROUP).map(|group| group.len() as u64);
        widths.iter().zip(lengths).map(|(width, length)| u64::from(*width) * length).sum::<u64>()
    };
    windows.iter().map(cost).sum()
}

fn bits(any: u64) -> u32 {
    u64::BITS - any.leading_zeros()
}

/// Appends the `count` values of a block.
pub(super) fn decode(
    cursor: &mut Cursor<'_>,
    count: usize,
    before: Before,
    out: &mut Vec<i64>,
) -> Result<(), Error> {
    let order =
        *Order::ALL.get(usize::from(cursor.u8()?)).ok_or(Error::Corrupt("unknown order of differences"))?;
    let base = if order == Order::Zero { unzigzag(cursor.varint()?) } else { 0 };
    let (widest, deltas) = (u64::from(cursor.u8()?), u32::from(cursor.u8()?));
    let mut narrower = [0; GROUP];
    pack::unpack(cursor, deltas, &mut narrower)?;
    let mut surprises = Vec::with_capacity(BLOCK);
    for narrower in narrower.iter().take(count.div_ceil(GROUP)) {
        let width = widest.checked_sub(*narrower).ok_or(Error::Corrupt("a group narrower than nothing"))?;
        let mut group = [0; GROUP];
        pack::unpack(cursor, u32::try_from(width).unwrap_or(u32::MAX), &mut group)?;
        surprises.extend_from_slice(&group);
    }
    difference::values(surprises.get(..count).unwrap_or(&surprises), order, base, before, out);
    Ok(())
}
