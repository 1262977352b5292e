//! The machine that the programs of this package run on.
#![no_std]

#[cfg(target_arch = "riscv32")]
pub mod machine;
