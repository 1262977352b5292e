//! The inputs: small, one for each kind of text that the codec treats in its own way; made by integer code, but for those
//! whose digits need more.

use crate::text::{Random, Wave, decimal, lines, put, time};
use alloc::{vec, vec::Vec};
use qres_core::frame::{Input, Raw, Sample};

/// An input and how it is compressed.
#[derive(Debug, Clone)]
pub struct Vector {
    /// A word for it.
    pub name: &'static str,
    /// The input.
    pub bytes: Vec<u8>,
    /// The kind of input it is.
    pub input: Input,
    /// Bytes in a segment.
    pub segment: usize,
}

/// All vectors in their order, each made when it comes up: the smallest machine does not hold them all at once.
pub fn all() -> impl Iterator<Item = Vector> {
    let makers: [fn() -> Vector; 32] = [
        || text("empty", SMALL, vec![]),
        || text("one-byte", SMALL, vec![b'7']),
        || text("one-line", SMALL, b"a,b,c\n".to_vec()),
        || text("zeros", SMALL, vec![0; 20_000]),
        || text("noise", SMALL, noise(12_000)),
        || text("prose", SMALL, prose()),
        || text("smooth", LARGE, smooth()),
        || text("smooth-in-segments", SMALL, smooth()),
        || text("decimals", LARGE, decimals()),
        || text("steps-and-gaps", LARGE, steps_and_gaps()),
        || text("times", LARGE, times()),
        || text("singles", LARGE, singles()),
        || text("doubles", LARGE, doubles()),
        || text("words", LARGE, words()),
        || text("ragged", SMALL, ragged()),
        || text("crlf-and-mark", LARGE, crlf_and_mark()),
        || text("decimal-commas", LARGE, decimal_commas()),
        || text("blanks", LARGE, blanks()),
        || text("quotes", LARGE, quotes()),
        || text("series-in-rows", LARGE, series_in_rows()),
        || text("standardised", LARGE, include_bytes!("../../../../fixtures/standardised.tsv").to_vec()),
        || text("angles", LARGE, include_bytes!("../../../../fixtures/angles.csv").to_vec()),
        || text("json-lines", LARGE, json_lines()),
        || text("utf-16", LARGE, utf16(&smooth(), u16::to_le_bytes)),
        || text("utf-16-in-segments", SMALL, [&utf16(&smooth(), u16::to_be_bytes)[..], b"\xD8"].concat()),
        || {
            text(
                "returns",
                SMALL,
                smooth().into_iter().map(|byte| if byte == b'\n' { b'\r' } else { byte }).collect(),
            )
        },
        || text("json-array", SMALL, json_array()),
        || text("two-tables", SMALL, [smooth(), words()].concat()),
        || raw("raw-i16", Sample::I16, 3, raw_i16()),
        || raw("raw-f32", Sample::F32, 2, raw_f32()),
        || raw("raw-u8", Sample::U8, 2, raw_i16()),
        || Vector { input: big_endian(Sample::I64), ..raw("raw-i64-big-endian", Sample::I64, 1, raw_i16()) },
    ];
    makers.into_iter().map(|make| make())
}

fn text(name: &'static str, segment: usize, bytes: Vec<u8>) -> Vector {
    Vector { name, bytes, input: Input::Text, segment }
}

fn big_endian(sample: Sample) -> Input {
    Input::Raw(Raw { high_first: true, ..Raw::new(sample, 1) })
}

/// ASCII as UTF-16 with its mark.
fn utf16(text: &[u8], bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    core::iter::once(0xFEFF).chain(text.iter().map(|byte| u16::from(*byte))).flat_map(bytes).collect()
}

/// The objects of `json_lines` on one line.
fn json_array() -> Vec<u8> {
    let mut array = vec![b'['];
    for line in json_lines().split(|byte| *byte == b'\n').filter(|line| line.starts_with(b"{")) {
        if array.len() > 1 {
            array.push(b',');
        }
        array.extend_from_slice(line);
    }
    array.push(b']');
    array
}

fn raw(name: &'static str, sample: Sample, channels: u16, bytes: Vec<u8>) -> Vector {
    Vector { name, bytes, input: Input::Raw(Raw::new(sample, channels)), segment: 6000 }
}

/// Makes several segments of most inputs.
const SMALL: usize = 4096;
/// Makes one segment of every input.
const LARGE: usize = 1 << 18;

fn noise(bytes: usize) -> Vec<u8> {
    let mut random = Random::new(1);
    (0..bytes).map(|_| random.bits() as u8).collect()
}

fn prose() -> Vec<u8> {
    const WORDS: [&str; 12] = [
        "the sensor",
        "a gateway",
        "reports",
        "waits for",
        "the night",
        "an answer",
        "and",
        "then",
        "slowly",
        "once more",
        "without",
        "all of it",
    ];
    let mut random = Random::new(2);
    lines("", 150, ".\n", |_, text| {
        for _ in 0..4 + random.below(9) {
            put(text, format_args!("{} ", random.pick(&WORDS)));
        }
    })
}

fn smooth() -> Vec<u8> {
    let mut random = Random::new(3);
    let (mut temperature, mut humidity) = (Wave::default(), Wave::default());
    lines("time,temperature,humidity,count\n", 700, "\n", |row, text| {
        let (t, h) = (2100 + temperature.next(&mut random), 550 + humidity.next(&mut random) / 8);
        put(
            text,
            format_args!("{},{},{},{row}", 1_700_000_000 + 60 * row, decimal(t, 2, '.'), decimal(h, 1, '.')),
        );
    })
}

fn decimals() -> Vec<u8> {
    let mut random = Random::new(4);
    let mut wave = Wave::default();
    lines("x;y;z\n", 600, "\n", |_, text| {
        let value = wave.next(&mut random);
        // The second drops trailing zeros as many printers do.
        let short = decimal(value * 5, 3, '.');
        let short = short.trim_end_matches('0').trim_end_matches('.');
        put(text, format_args!("{};{short};{}", decimal(-value, 4, '.'), decimal(value * 1_000_003, 6, '.')));
    })
}

fn steps_and_gaps() -> Vec<u8> {
    let mut random = Random::new(5);
    let mut level = 0;
    lines("id,level,pulses,gap\n", 700, "\n", |row, text| {
        level += random.step(2);
        let gap = if random.one_in(20) { "NA".into() } else { decimal(level * 25, 2, '.') };
        let level = if random.one_in(30) { -9999 } else { 400 + level * 12 };
        put(text, format_args!("{},{level},{},{gap}", 1000 + row * 5, row * row / 7));
    })
}

fn times() -> Vec<u8> {
    let mut random = Random::new(6);
    let mut seconds = 2_500_000;
    lines("when,then,value\n", 600, "\n", |row, text| {
        seconds += 1 + random.below(90) * random.below(2);
        let minutes = row * 600;
        put(text, format_args!("{},{}Z,{}", time(seconds, ' '), time(minutes, 'T'), random.below(50)));
    })
}

fn singles() -> Vec<u8> {
    let mut random = Random::new(7);
    let mut wave = Wave::default();
    lines("single,as double\n", 400, "\n", |_, text| {
        let bits = 0x41C8_0000u32.wrapping_add((wave.next(&mut random) * 40) as u32);
        let single = f32::from_bits(bits);
        put(text, format_args!("{single},{}", f64::from(single)));
    })
}

fn doubles() -> Vec<u8> {
    let mut random = Random::new(8);
    lines("d,e\n", 400, "\n", |_, text| {
        let bits = 0x3FF0_0000_0000_0000 | random.bits() >> 12;
        put(
            text,
            format_args!("{},{:e}", f64::from_bits(bits), f64::from_bits(bits ^ random.below(9) << 54)),
        );
    })
}

fn words() -> Vec<u8> {
    const STATES: [&str; 5] = ["idle", "running", "stopped", "fault: overload", ""];
    let mut random = Random::new(9);
    let mut state = "idle";
    lines("machine,state,operator,free\n", 500, "\n", |row, text| {
        state = if random.one_in(12) { random.pick(&STATES) } else { state };
        let operator = random.pick(&["ada", "grace", "edsger"]);
        put(text, format_args!("M-{:03},{state},{operator},{:x}", row % 7, random.below(1 << 20)));
    })
}

fn ragged() -> Vec<u8> {
    let mut random = Random::new(10);
    lines("a,b,c\n", 500, "\n", |row, text| match random.below(24) {
        0 => {}
        1 => text.push_str("# restarted, twice, at least, it seems"),
        2 => put(text, format_args!("{row}")),
        3 => put(text, format_args!("{row},,")),
        _ => put(text, format_args!("{row},{},{}", row * 3, random.below(9))),
    })
}

fn crlf_and_mark() -> Vec<u8> {
    let mut random = Random::new(11);
    let mut text = lines("\u{feff}n,v\r\n", 300, "\r\n", |row, text| {
        put(text, format_args!("{row},{}", decimal(random.step(900), 1, '.')));
    });
    // Half a line: the writer was cut off.
    text.truncate(text.len() - 5);
    text
}

fn decimal_commas() -> Vec<u8> {
    let mut random = Random::new(12);
    let mut wave = Wave::default();
    lines("Zeit;Druck;Temperatur;\n", 400, "\n", |row, text| {
        let value = wave.next(&mut random);
        let pressure = if random.one_in(40) { -2000 } else { 10_130 + value };
        put(
            text,
            format_args!(
                "{:02}.{:02}.{:02};{};{};",
                row / 60,
                row % 60,
                row % 5,
                decimal(pressure, 1, ','),
                decimal(value, 2, ',')
            ),
        );
    })
}

fn blanks() -> Vec<u8> {
    let mut random = Random::new(13);
    lines("", 400, "\n", |row, text| {
        put(
            text,
            format_args!("{row:6} {:9}  {:>8}", random.step(500), decimal(random.step(50_000), 3, '.')),
        );
    })
}

fn quotes() -> Vec<u8> {
    let mut random = Random::new(14);
    lines("\"id\",\"place, room\",\"said\"\n", 300, "\n", |row, text| {
        let said = random.pick(&["\"\"\"yes\"\", then no\"", "\"\"", "plain", "\"a, b\""]);
        put(text, format_args!("\"{row}\",\"hall, {}\",{said}", random.below(4)));
    })
}

fn series_in_rows() -> Vec<u8> {
    let mut random = Random::new(15);
    lines("", 40, "\n", |row, text| {
        let mut wave = Wave::default();
        put(text, format_args!("{}", 1 + row % 5));
        for _ in 0..60 {
            put(text, format_args!("\t{}", decimal(wave.next(&mut random), 3, '.')));
        }
    })
}

fn json_lines() -> Vec<u8> {
    let mut random = Random::new(16);
    lines("", 250, "\n", |row, text| {
        let value = decimal(random.step(4000), 2, '.');
        put(text, format_args!("{{\"t\":{},\"ok\":{},\"v\":{value}}}", row * 250, random.one_in(2)));
    })
}

fn raw_i16() -> Vec<u8> {
    let mut random = Random::new(17);
    let mut waves = [Wave::default(), Wave::default(), Wave::default()];
    let mut bytes = Vec::new();
    for _ in 0..1500 {
        bytes.extend(waves.iter_mut().flat_map(|wave| (wave.next(&mut random) as i16).to_le_bytes()));
    }
    bytes.push(1);
    bytes
}

fn raw_f32() -> Vec<u8> {
    let mut random = Random::new(18);
    let mut wave = Wave::default();
    let single = |value: i64| f32::from_bits(0x4120_0000u32.wrapping_add((value * 7) as u32)).to_le_bytes();
    let mut bytes = Vec::new();
    for _ in 0..1000 {
        let value = wave.next(&mut random);
        bytes.extend([single(value), single(-value)].concat());
    }
    bytes
}
