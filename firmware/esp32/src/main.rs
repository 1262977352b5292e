//! A qres board on an ESP32: a voltage is measured, the line is the chip's own USB port.
//!
//! The program is that of `qres_board`; `board` describes the board, one file for each chip, which is chosen by a feature.
//! A watchdog starts a board anew whose loop stands still or that has panicked.
#![cfg_attr(target_arch = "riscv32", no_std, no_main)]

#[cfg(target_arch = "riscv32")]
extern crate alloc;

#[cfg(target_arch = "riscv32")]
mod board;
#[cfg(target_arch = "riscv32")]
mod program;
#[cfg(target_arch = "riscv32")]
mod store;
#[cfg(target_arch = "riscv32")]
mod voltage;

#[cfg(not(target_arch = "riscv32"))]
fn main() {}
