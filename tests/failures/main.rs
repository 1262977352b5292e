//! Whatever stops a command that writes: nothing is left of its output, what was there is as it was, and the next command
//! works. Archives that are appended to, and logs, are what they were or what they become.
#![cfg(unix)]

mod disks;
#[cfg(feature = "flash")]
#[path = "../elf/mod.rs"]
mod elf;
mod logs;
mod room;
mod signals;
mod streams;
mod writers;
