//! A program that logs a temperature each minute, as an example of one.

fn main() {
    println!("time,temp,state");
    for minute in 0..600 {
        let swing = (minute % 240_i32 - 120).abs();
        let state = if swing > 60 { "on" } else { "off" };
        println!(
            "2025-06-01 {:02}:{:02},{:.1},{state}",
            minute / 60,
            minute % 60,
            18.0 + f64::from(swing) / 20.0
        );
    }
}
