//! Blocks of the fastest level: surprises in groups of 64, each group as wide as its widest.
//!
//! ```text
//! block := order u8 | [base zigzag varint, if order is 0] | widest u8 | deltas u8 | widths group | groups |
//!          patches varint | (gap varint | high bits varint)*
//! ```
//! A block has [`BLOCK`] values, the last one fewer. Group `g` is `widest - width g` bits wide, its width taken from a
//! packed group of `deltas` bits a number. A surprise wider than its group has its high bits in a patch, whose gap counts
//! from the place behind the patch before.

use super::difference::{self, Before, Order};
use crate::{
    entropy::{
        Cursor,
        pack::{self, GROUP},
        put_varint,
    },
    error::Error,
    num::{unzigzag, zigzag},
};
use alloc::vec::Vec;

/// Values in a block: as many groups as a group has values.
pub(super) const BLOCK: usize = GROUP * GROUP;

/// Appends a block of at most [`BLOCK`] values.
pub(super) fn encode(values: &[i64], before: Before, out: &mut Vec<u8>) {
    let base = values.iter().copied().min().unwrap_or(0);
    let (order, _) = best_order(values, base, before);
    let mut surprises = Vec::with_capacity(BLOCK);
    difference::surprises(values, order, base, before, &mut surprises);
    out.push(order as u8);
    if order == Order::Zero {
        put_varint(out, zigzag(base));
    }
    let widths: Vec<u32> = surprises.chunks(GROUP).map(patched_width).collect();
    let widest = widths.iter().copied().max().unwrap_or(0);
    let narrowest = widths.iter().copied().min().unwrap_or(0);
    let deltas = bits(u64::from(widest - narrowest));
    out.extend([widest as u8, deltas as u8]);
    let mut narrower = [0; GROUP];
    narrower.iter_mut().zip(&widths).for_each(|(narrower, width)| *narrower = u64::from(widest - width));
    pack::pack(&narrower, deltas, out);
    let mut patches: Vec<(u64, u64)> = Vec::new();
    for (start, (group, width)) in (0..).step_by(GROUP).zip(surprises.chunks(GROUP).zip(&widths)) {
        pack_group(start, group, *width, &mut patches, out);
    }
    put_varint(out, patches.len() as u64);
    let mut behind = 0;
    for (at, high) in patches {
        put_varint(out, at - behind);
        put_varint(out, high);
        behind = at + 1;
    }
}

/// Appends the low bits of a group; what lies above them becomes patches.
fn pack_group(start: u64, group: &[u64], width: u32, patches: &mut Vec<(u64, u64)>, out: &mut Vec<u8>) {
    let mask = u64::MAX.checked_shr(u64::BITS - width).unwrap_or(0);
    let mut full = [0; GROUP];
    for ((at, to), surprise) in (start..).zip(&mut full).zip(group) {
        *to = surprise & mask;
        if *to != *surprise {
            patches.push((at, surprise >> width));
        }
    }
    pack::pack(&full, width, out);
}

/// The width that takes the fewest bits for a group, patches included.
fn patched_width(group: &[u64]) -> u32 {
    /// Bits of a patch, without those it adds to its surprise.
    const PATCH: u32 = 10;
    // Neighbours are often as wide as each other: counted apart, one does not wait for the other's sum.
    let (mut counts, mut others) = ([0u32; WIDTHS], [0u32; WIDTHS]);
    let (pairs, last) = group.as_chunks::<2>();
    for [one, two] in pairs {
        count(&mut counts, *one);
        count(&mut others, *two);
    }
    last.iter().for_each(|one| count(&mut counts, *one));
    counts.iter_mut().zip(others).for_each(|(sum, more)| *sum += more);
    let widest = bits(group.iter().fold(0, |any, surprise| any | surprise));
    let (mut best, mut least) = (widest, widest * GROUP as u32);
    let (mut wider, mut cost_above) = (0, 0);
    for (width, count) in (1..=widest).rev().zip(counts.iter().take(widest as usize + 1).rev()) {
        wider += count;
        // One bit narrower: each wider surprise has one bit more in its patch.
        cost_above += wider + count * PATCH;
        let cost = (width - 1) * GROUP as u32 + cost_above;
        if cost < least {
            (best, least) = (width - 1, cost);
        }
    }
    best
}

/// Widths that a surprise can have.
const WIDTHS: usize = u64::BITS as usize + 1;

/// Counts a surprise at its width. One of 64 bits is taken for a narrower one: a patch too many costs less than asking.
#[inline(always)]
fn count(counts: &mut [u32; WIDTHS], surprise: u64) {
    if let Some(count) = counts.get_mut((surprise << 1 | 1).ilog2() as usize) {
        *count += 1;
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
    surprises.truncate(count);
    patch(cursor, widest, &narrower, &mut surprises)?;
    difference::values(&surprises, order, base, before, out);
    Ok(())
}

/// Puts the high bits where they belong.
fn patch(
    cursor: &mut Cursor<'_>,
    widest: u64,
    narrower: &[u64; GROUP],
    surprises: &mut [u64],
) -> Result<(), Error> {
    let patches = cursor.varint()?;
    let mut at = 0usize;
    for _ in 0..patches {
        let gap = usize::try_from(cursor.varint()?).unwrap_or(usize::MAX);
        at = at.saturating_add(gap);
        let width =
            narrower.get(at / GROUP).and_then(|narrower| u32::try_from(widest.checked_sub(*narrower)?).ok());
        let high = cursor.varint()?.checked_shl(width.unwrap_or(0));
        let (Some(surprise), Some(high)) = (surprises.get_mut(at), high) else {
            return Err(Error::Corrupt("a patch that fits nowhere"));
        };
        *surprise |= high;
        at += 1;
    }
    Ok(())
}
