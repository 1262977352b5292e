//! Numbers with exponents, and how most of a sample lays them out.

use crate::num::{
    decimal::{self, Exponent, Layout, Lead, Mark, Scientific, Zeros},
    power::digits,
};
use alloc::vec::Vec;

/// How one cell is written.
pub(super) struct Written<'c> {
    mantissa: &'c [u8],
    exponent: &'c [u8],
    letter: u8,
    /// Its digits as a number without zeros at the end.
    pub(super) bare: u64,
    /// Decimals of `bare`.
    pub(super) places: i32,
}

impl<'c> Written<'c> {
    pub(super) fn new(cell: &'c [u8]) -> Option<Self> {
        let (mantissa, exponent) = decimal::split_exponent(cell)?;
        let letter = *cell.get(mantissa.len())?;
        let (number, decimals) = decimal::parse_any(mantissa)?;
        let power = decimal::exponent(exponent)?;
        let bare = decimal::without_zeros(number.unsigned_abs());
        let zeros = digits(number.unsigned_abs()) - digits(bare);
        let places = i32::from(decimals) - power - i32::from(zeros);
        Some(Self { mantissa, exponent, letter, bare, places })
    }

    /// Digits of the exponent.
    fn width(&self) -> usize {
        self.exponent.iter().filter(|byte| byte.is_ascii_digit()).count()
    }

    /// Digits before the point, a lone zero left out.
    fn before(&self) -> usize {
        let all = self.mantissa.iter().skip_while(|byte| **byte == b'-');
        all.skip_while(|byte| **byte == b'0').take_while(|byte| byte.is_ascii_digit()).count()
    }

    /// Digits that are shown, but for the zero that leads.
    fn shown(&self, lead: Lead) -> usize {
        let all = self.mantissa.iter().filter(|byte| byte.is_ascii_digit()).count();
        all - usize::from(lead == Lead::Zero)
    }

    fn decimals(&self) -> usize {
        self.mantissa.iter().rev().position(|byte| *byte == b'.').unwrap_or(0)
    }
}

/// How most of the cells are laid out.
pub(super) fn layout_of(sample: &[&[u8]]) -> Option<Layout> {
    let written: Vec<Written<'_>> = sample.iter().filter_map(|cell| Written::new(cell)).collect();
    (!written.is_empty()).then(|| layout(&written, 0))
}

/// Returns the layout that fits all of `written`, their exponents shifted.
pub(super) fn layout(written: &[Written<'_>], shift: i8) -> Layout {
    let lead = if written.iter().all(|written| written.before() == 0) {
        Lead::Zero
    } else if written.iter().any(|written| written.before() > 1) {
        Lead::Three
    } else {
        Lead::One
    };
    let shown = || written.iter().map(|written| written.shown(lead));
    let (least, most) = (shown().min().unwrap_or(0), shown().max().unwrap_or(0));
    let zeros = if least == most {
        Zeros::Keep
    } else if written.iter().all(|written| written.decimals() > 0) {
        Zeros::CutToOne
    } else {
        Zeros::Cut
    };
    let width = written.iter().map(Written::width).min().unwrap_or(0);
    let letter = written.first().map_or(b'e', |written| written.letter);
    let mark = Mark {
        capital: letter.is_ascii_uppercase(),
        plus: written.iter().any(|written| written.exponent.starts_with(b"+")),
        two_digits: width == 2,
        point: false,
    };
    let digits = if zeros == Zeros::Keep { most.min(18) as u8 } else { 0 };
    let double = letter.eq_ignore_ascii_case(&b'd');
    let scientific = Scientific { digits, lead, double, three_digits: width > 2, shift };
    Layout { zeros, exponent: Exponent::Always(scientific), mark }
}
