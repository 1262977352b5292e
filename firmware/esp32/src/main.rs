//! A qres board on an ESP32.
//!
//! The program is that of `qres_board`; `board` describes the board, one file for each chip, which is chosen by a feature.
//! A watchdog starts a board anew whose loop stands still or that has panicked.
#![cfg_attr(target_arch = "riscv32", no_std, no_main)]

#[cfg(target_arch = "riscv32")]
extern crate alloc;

#[cfg(target_arch = "riscv32")]
mod board;
#[cfg(all(target_arch = "riscv32", feature = "csv"))]
mod csv;
#[cfg(target_arch = "riscv32")]
mod line;
#[cfg(target_arch = "riscv32")]
mod program;
#[cfg(all(target_arch = "riscv32", feature = "radio"))]
mod radio;
#[cfg(target_arch = "riscv32")]
mod reset;
#[cfg(target_arch = "riscv32")]
mod rest;
#[cfg(target_arch = "riscv32")]
mod senses;
#[cfg(target_arch = "riscv32")]
mod stack;
#[cfg(target_arch = "riscv32")]
mod store;
#[cfg(all(target_arch = "riscv32", not(feature = "csv")))]
mod voltage;

#[cfg(not(target_arch = "riscv32"))]
fn main() {}
