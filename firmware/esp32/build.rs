//! Tells the linker where the chip's memory lies.

fn main() {
    println!("cargo:rustc-link-arg-bins=-Tlinkall.x");
}
