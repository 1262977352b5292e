//! The texts that codecs are measured on: files of one's own, or series made from a seed.
//!
//! What is made here is the same on every machine: integers only, and floats only where one division and its shortest
//! print are exact everywhere. Each series stands for a kind of sensor; none is meant to flatter.

use qres_core::num::Random;
use std::fmt::Write;

/// A text and its name.
#[derive(Debug, Clone)]
pub(crate) struct Dataset {
    /// How it is called in reports.
    pub(crate) name: String,
    /// The text.
    pub(crate) text: Vec<u8>,
}

/// Makes so many rows.
type Make = fn(Random, u32) -> String;

const SERIES: [(&str, Make); 5] = [
    ("weather.csv", weather),
    ("vibration.csv", vibration),
    ("track.csv", track),
    ("meter.csv", meter),
    ("strain.csv", strain),
];

/// The series, of `rows` rows each.
pub(crate) fn synthetic(seed: u64, rows: u32) -> Vec<Dataset> {
    let make = |((name, make), stream): (&(&str, Make), u64)| Dataset {
        name: (*name).to_owned(),
        text: make(Random::new(seed, stream), rows).into_bytes(),
    };
    SERIES.iter().zip(0..).map(make).collect()
}

/// One turn of [`wave`].
const TURN: i64 = 1 << 16;

/// A sine, nearly (Bhaskara): `height` high, 65536 steps a turn.
fn wave(phase: i64, height: i64) -> i64 {
    let half = TURN / 2;
    let x = phase.rem_euclid(half);
    let bow = x * (half - x) / half;
    let up = height * 16 * bow / (5 * half - 4 * bow);
    if phase.rem_euclid(TURN) < half { up } else { -up }
}

/// Noise about zero: the sum of four throws, each up to `size` off.
fn noise(random: &mut Random, size: u64) -> i64 {
    (0..4).map(|_| random.below(2 * size + 1) as i64 - size as i64).sum::<i64>() / 2
}

/// `value` hundredths, thousandths and so on as a decimal.
fn decimal(value: i64, places: u32) -> String {
    let unit = 10u64.pow(places);
    let (sign, size) = (if value < 0 { "-" } else { "" }, value.unsigned_abs());
    format!("{sign}{}.{:0width$}", size / unit, size % unit, width = places as usize)
}

/// A weather station: a date, then what day, season and fronts make of air. The dew point follows from two columns.
fn weather(mut random: Random, rows: u32) -> String {
    let mut text = String::from("date,temperature,humidity,pressure,dew_point\n");
    let (mut front, mut pressure) = (0, 101_325);
    for row in 0..i64::from(rows) {
        let (minutes, day) = (row * 10 % 1440, row / 144);
        front += noise(&mut random, 6) - front / 200;
        pressure += noise(&mut random, 4) - (pressure - 101_325) / 400;
        let temperature = 1100
            + wave(row * TURN / 144, 600)
            + wave(row * TURN / 52_560, 900)
            + front
            + noise(&mut random, 5);
        let humidity = (700 - (temperature - 1100) / 4 + noise(&mut random, 4)).clamp(50, 1000);
        let dew_point = temperature - (1000 - humidity) * 2;
        let date = format!(
            "2024-{:02}-{:02} {:02}:{:02}:00",
            1 + day / 28 % 12,
            1 + day % 28,
            minutes / 60,
            minutes % 60
        );
        let (temperature, humidity) = (decimal(temperature, 2), decimal(humidity, 1));
        let (pressure, dew_point) = (decimal(pressure, 2), decimal(dew_point, 2));
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{date},{temperature},{humidity},{pressure},{dew_point}");
    }
    text
}

/// A motor seen by an accelerometer: three axes of raw counts, two tones that drift, and noise.
fn vibration(mut random: Random, rows: u32) -> String {
    let mut text = String::from("x,y,z\n");
    let (mut slow, mut fast) = (0, 0);
    for row in 0..i64::from(rows) {
        slow += 900 + wave(row * 3, 40);
        fast += 4_100 + noise(&mut random, 9);
        let mut axis = |turn: i64, still: i64| {
            still + wave(slow + turn, 420) + wave(fast - turn, 130) + noise(&mut random, 11)
        };
        let (x, y, z) = (axis(0, 0), axis(TURN / 4, 12), axis(TURN / 3, 16_384));
        let _ = writeln!(text, "{x},{y},{z}");
    }
    text
}

/// A bicycle: seconds with gaps, a position, a speed and a height.
fn track(mut random: Random, rows: u32) -> String {
    let mut text = String::from("time,lat,lon,speed,alt\n");
    let (mut time, mut lat, mut lon) = (1_700_000_000, 47_376_900, 8_541_700);
    let (mut heading, mut speed, mut alt) = (0, 550, 4080);
    for _ in 0..rows {
        time += 1 + i64::from(random.below(40) == 0) * (1 + random.below(9) as i64);
        heading += noise(&mut random, 700);
        speed = (speed + noise(&mut random, 14) - (speed - 550) / 60).clamp(0, 1600);
        alt += noise(&mut random, 1);
        lat += wave(heading + TURN / 4, speed) / 60;
        lon += wave(heading, speed) / 40;
        let (speed, alt) = (decimal(speed, 2), decimal(alt, 1));
        let _ = writeln!(text, "{time},{},{},{speed},{alt}", decimal(lat, 6), decimal(lon, 6));
    }
    text
}

/// A house: seconds, power that jumps as things are switched, voltage that gives way to it, and the energy used.
fn meter(mut random: Random, rows: u32) -> String {
    let mut text = String::from("time;watts;volts;kwh;state\n");
    let (mut watts, mut energy) = (180, 0);
    for row in 0..i64::from(rows) {
        if random.below(60) == 0 {
            watts = [120, 180, 180, 450, 1200, 2300][random.below(6) as usize];
        }
        let now = watts + noise(&mut random, 4);
        energy += now * 10;
        let volts = 2310 - now / 100 + noise(&mut random, 3);
        let state = if watts > 1000 { "high" } else { "low" };
        let (volts, kwh) = (decimal(volts, 1), decimal(12_345_000 + energy / 3600, 3));
        let _ = writeln!(text, "{};{now};{volts};{kwh};{state}", 1_700_000_000 + row * 10);
    }
    text
}

/// A strain gauge whose logger prints 32-bit floats in full.
fn strain(mut random: Random, rows: u32) -> String {
    let mut text = String::from("sample,strain,bridge\n");
    let mut creep = 0;
    for row in 0..i64::from(rows) {
        creep += noise(&mut random, 2);
        let strain = wave(row * 97, 9000) + creep + noise(&mut random, 6);
        let bridge = 2500 + wave(row * 31, 200) + noise(&mut random, 2);
        let _ = writeln!(text, "{row},{},{}", strain as f32 / 7.0, f64::from(bridge as f32 / 1000.0));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_always_makes_the_same_series() {
        let digest = |seed| {
            let mut hasher = blake3::Hasher::new();
            for dataset in synthetic(seed, 1000) {
                hasher.update(&dataset.text);
            }
            hasher.finalize().to_hex()[..16].to_owned()
        };
        assert_eq!(digest(1), "983e0e1ec5272a5c");
        assert_ne!(digest(1), digest(2));
    }

    #[test]
    fn waves_are_sines_nearly() {
        for phase in (-90_000..90_000).step_by(501) {
            let sine = (phase as f64 / TURN as f64 * std::f64::consts::TAU).sin() * 10_000.0;
            assert!((sine - wave(phase, 10_000) as f64).abs() < 40.0, "{phase}");
        }
    }

    #[test]
    fn decimals_have_their_places() {
        assert_eq!([decimal(-5, 2), decimal(0, 1), decimal(123_456, 3)], ["-0.05", "0.0", "123.456"]);
    }
}
