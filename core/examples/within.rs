//! Compresses a table of two sensors within a few error bounds and prints the sizes.
//!
//!     cargo run --release -p qres-core --example within

use qres_core::{Options, archive::Bound, codec::Level, compress, decompress};

fn main() -> Result<(), qres_core::Error> {
    let csv = table(5000);
    println!("{:>8} {:>8}", "within", "bytes");
    for bound in ["0", "temp=0.05", "temp=0.05 hum=0.5", "1%"] {
        let bounds = bound.split(' ').filter_map(Bound::parse).collect();
        let options = Options { level: Level::STRONGEST, bounds, ..Options::default() };
        let archive = compress(csv.as_bytes(), &options)?;
        assert_eq!(decompress(&archive)?.iter().filter(|&&byte| byte == b'\n').count(), 5001);
        println!("{bound:>8} {:>8}", archive.len());
    }
    Ok(())
}

/// Two values that walk at random, by a generator of our own.
fn table(rows: u32) -> String {
    let (mut state, mut temp, mut hum) = (1_u32, 2000_i32, 5500_i32);
    let mut step = |most: i32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) as i32 % (2 * most + 1) - most
    };
    let mut csv = "time,temp,hum\n".to_owned();
    for row in 0..rows {
        (temp, hum) = (temp + step(9), (hum + step(40)).clamp(0, 10_000));
        let (degrees, percent) = (f64::from(temp) / 100.0, f64::from(hum) / 100.0);
        csv += &format!("{},{degrees:.2},{percent:.2}\n", 60 * row);
    }
    csv
}
