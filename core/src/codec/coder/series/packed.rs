//! Blocks of the fastest level: surprises in groups of 64, each group as wide as its widest.
//!
//! ```text
//! block := order u8 | [base zigzag varint, if order is 0] | widest u8 | deltas u8 | widths group | groups |
//!          patches varint | (gap varint | high bits varint)*
//! ```
//! A block has [`BLOCK`] values, the last one fewer. Group `g` is `widest - width g` bits wide, its width taken from a
//! packed group of `deltas` bits a number. A surprise wider than its group has its high bits in a patch, whose gap counts
//! from the place behind the patch before.

use super::{
    difference::{self, Before, Order},
    offsets::{Offsets, Word, are_narrow, bits},
};
use crate::{
    entropy::{
        Cursor,
        pack::{self, GROUP},
        put_varint,
    },
    error::Error,
    num::{lowest_and_highest, unzigzag, zigzag},
};
use alloc::vec::Vec;

/// Values in a block: as many groups as a group has values.
pub(super) const BLOCK: usize = GROUP * GROUP;

/// Appends a block of at most [`BLOCK`] values.
pub(super) fn encode(values: &[i64], before: Before, out: &mut Vec<u8>) {
    let (low, high) = lowest_and_highest(values).unwrap_or((0, 0));
    if are_narrow(low, high, before) {
        put_block(&Offsets::<u32>::new(values, low, before), low, out);
    } else {
        put_block(&Offsets::<u64>::new(values, low, before), low, out);
    }
}

fn put_block<W: Word>(offsets: &Offsets<W>, base: i64, out: &mut Vec<u8>) {
    let (order, _) = offsets.best_order();
    let surprises = offsets.surprises(order);
    out.push(order as u8);
    if order == Order::Zero {
        put_varint(out, zigzag(base));
    }
    let mut widths = [0; GROUP];
    let groups = surprises.len().div_ceil(GROUP);
    let widths = widths.get_mut(..groups).unwrap_or_default();
    for (width, group) in widths.iter_mut().zip(surprises.chunks(GROUP)) {
        *width = patched_width(group);
    }
    put_widths(widths, out);
    let mut patches: Vec<(u64, u64)> = Vec::new();
    for (start, (group, width)) in (0..).step_by(GROUP).zip(surprises.chunks(GROUP).zip(widths)) {
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

/// Appends the widths of a block's groups.
fn put_widths(widths: &[u32], out: &mut Vec<u8>) {
    let widest = widths.iter().copied().max().unwrap_or(0);
    let narrowest = widths.iter().copied().min().unwrap_or(0);
    let deltas = bits(widest - narrowest);
    out.extend([widest as u8, deltas as u8]);
    let mut narrower = [0; GROUP];
    narrower.iter_mut().zip(widths).for_each(|(narrower, width)| *narrower = u64::from(widest - width));
    pack::pack(&narrower, deltas, out);
}

/// Appends the low bits of a group; what lies above them becomes patches.
fn pack_group<W: Word>(
    start: u64,
    group: &[W],
    width: u32,
    patches: &mut Vec<(u64, u64)>,
    out: &mut Vec<u8>,
) {
    let mask = u64::MAX.checked_shr(u64::BITS - width).unwrap_or(0);
    let (mut full, mut any) = ([0; GROUP], 0);
    for (to, surprise) in full.iter_mut().zip(group) {
        let surprise: u64 = (*surprise).into();
        any |= surprise;
        *to = surprise & mask;
    }
    if any > mask {
        let wider = (start..).zip(group).map(|(at, surprise)| (at, surprise.high(width).into()));
        patches.extend(wider.filter(|(_, high)| *high > 0));
    }
    pack::pack(&full, width, out);
}

/// The width that takes the fewest bits for a group, patches included.
fn patched_width<W: Word>(group: &[W]) -> u32 {
    /// Bits of a patch, without those it adds to its surprise.
    const PATCH: u32 = 10;
    let widest = bits(group.iter().fold(W::default(), |any, surprise| any | *surprise));
    let (mut best, mut least) = (widest, widest * GROUP as u32);
    let (mut wider, mut patches) = (0, 0);
    for width in (0..widest).rev() {
        // One bit narrower: each wider surprise has one bit more in its patch.
        let before = wider;
        wider = group.iter().map(|surprise| u32::from(surprise.high(width) != W::default())).sum();
        patches += wider + (wider - before) * PATCH;
        if width * GROUP as u32 + patches < least {
            (best, least) = (width, width * GROUP as u32 + patches);
        }
        // Each further bit less saves `GROUP` bits and costs one for each that is wider now, or more.
        if patches + width * wider >= least {
            break;
        }
    }
    best
}

/// Bits, roughly, that the windows of a series take.
pub(super) fn estimate(windows: &[&[i64]]) -> u64 {
    let ranges = windows.iter().filter_map(|window| lowest_and_highest(window));
    let range = ranges.reduce(|(low, high), (lower, higher)| (low.min(lower), high.max(higher)));
    let (low, high) = range.unwrap_or((0, 0));
    let cost = |window: &&[i64]| {
        let before = Before::start(window.first().copied().unwrap_or(0));
        let (_, widths) = if are_narrow(low, high, before) {
            Offsets::<u32>::new(window, low, before).best_order()
        } else {
            Offsets::<u64>::new(window, low, before).best_order()
        };
        let lengths = window.chunks(GROUP).map(|group| group.len() as u64);
        widths.iter().zip(lengths).map(|(width, length)| u64::from(*width) * length).sum::<u64>()
    };
    windows.iter().map(cost).sum()
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
