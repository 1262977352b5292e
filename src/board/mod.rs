//! Boards: which there are ([`chip`], [`ports`]), what goes onto them ([`image`], [`store`], [`firmware`],
//! [`builtin`]) and how it gets
//! there ([`link`], [`monitor`]). Called by `qres flash`. The protocol of the chips' loaders is that of the crate espflash.

pub(crate) mod builtin;
pub(crate) mod chip;
pub(crate) mod firmware;
pub(crate) mod image;
pub(crate) mod link;
pub(crate) mod monitor;
pub(crate) mod ports;
pub(crate) mod store;
