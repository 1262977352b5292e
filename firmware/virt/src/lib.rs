//! The machine that the programs of this package run on, and its flash memory.
#![no_std]

#[cfg(target_arch = "riscv32")]
pub mod machine;
#[cfg(target_arch = "riscv32")]
pub mod pflash;
