//! Boards: which there are ([`chip`], [`ports`]), what goes onto them ([`image`], [`store`], [`firmware`], [`builtin`]), how
//! it gets there ([`link`]), and what is said to boards that run ([`line`], [`talk`], [`stream`], [`monitor`], [`panic`], [`symbols`]).
//! Called by `qres flash` and by what has `--serial`. The protocol of the chips' loaders is that of the crate espflash, that
//! of boards is `qres_core::serial`.

pub(crate) mod blame;
pub(crate) mod builtin;
pub(crate) mod chip;
pub(crate) mod firmware;
pub(crate) mod image;
pub(crate) mod line;
pub(crate) mod link;
pub(crate) mod monitor;
pub(crate) mod panic;
pub(crate) mod ports;
mod reason;
pub(crate) mod split;
pub(crate) mod store;
pub(crate) mod stream;
pub(crate) mod symbols;
pub(crate) mod talk;
