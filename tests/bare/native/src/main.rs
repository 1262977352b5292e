//! The vectors under an operating system: lines go to standard output.

#[cfg(target_arch = "aarch64")]
use blake3 as _;

fn main() {
    vectors::lines(|line| println!("{line}"));
}
