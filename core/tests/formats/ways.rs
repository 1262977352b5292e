//! The ways in which people and programs print a number.

use crate::series::{Series, plain};

/// A way of printing the cells of a column.
pub(crate) struct Way {
    pub(crate) name: String,
    pub(crate) delimiter: char,
    pub(crate) print: Box<dyn Fn(i64, u8) -> String>,
    /// What the same cells are printed as plainly.
    pub(crate) plainly: fn(i64, u8) -> String,
    /// What it may take, in hundredths of what the plain form takes.
    pub(crate) percent: usize,
}

/// Hundredths of the plain form.
const PLAIN: usize = 112;
const SCIENTIFIC: usize = 150;

fn way(name: &str, delimiter: char, print: impl Fn(i64, u8) -> String + 'static) -> Way {
    Way { name: name.into(), delimiter, print: Box::new(print), plainly: plain, percent: PLAIN }
}

/// Sign and digits.
fn parts(value: i64, places: u8) -> (bool, String) {
    (value < 0, plain(value, places).trim_start_matches('-').into())
}

fn signed(minus: &str, plus: &str, value: i64, places: u8) -> String {
    let (negative, digits) = parts(value, places);
    format!("{}{digits}", if negative { minus } else { plus })
}

fn comma(value: i64, places: u8) -> String {
    plain(value, places).replace('.', ",")
}

/// Digits in threes, with a mark for the decimals.
fn grouped(value: i64, places: u8, between: &str, point: &str) -> String {
    let (negative, digits) = parts(value, places);
    let (whole, decimals) = digits.split_once('.').map_or((&*digits, None), |(w, d)| (w, Some(d)));
    let mut out = String::from(if negative { "-" } else { "" });
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            out += between;
        }
        out.push(digit);
    }
    decimals.map_or(out.clone(), |decimals| out + point + decimals)
}

fn quoted_if(text: String, delimiter: char) -> String {
    if text.contains(delimiter) { format!("\"{text}\"") } else { text }
}

fn trimmed(value: i64, places: u8) -> String {
    let all = plain(value, places);
    if places == 0 { all } else { all.trim_end_matches('0').trim_end_matches('.').into() }
}

/// How plain numbers are dressed.
pub(crate) fn dressed() -> Vec<Way> {
    let mut ways = vec![
        way("blank before", ',', |v, p| format!(" {}", plain(v, p))),
        way("two blanks before", ';', |v, p| format!("  {}", plain(v, p))),
        way("blanks around", ',', |v, p| format!(" {} ", plain(v, p))),
        way("to the right", ',', |v, p| format!("{:>12}", plain(v, p))),
        way("to the right, between blanks", ' ', |v, p| format!("{:>12}", plain(v, p))),
        way("to the left", ',', |v, p| format!("{:<12}", plain(v, p))),
        way("to the right, comma", ';', |v, p| format!("{:>12}", comma(v, p))),
        way("comma, semicolon", ';', comma),
        way("comma, tab", '\t', comma),
        way("comma, bar", '|', comma),
        way("comma in quotes", ',', |v, p| format!("\"{}\"", comma(v, p))),
        way("comma in quotes where needed", ',', |v, p| quoted_if(comma(v, p), ',')),
        way("comma, zeros cut", ';', |v, p| trimmed(v, p).replace('.', ",")),
        way("quotes", ',', |v, p| format!("\"{}\"", plain(v, p))),
        way("plus", ',', |v, p| signed("-", "+", v, p)),
        way("plus and comma", ';', |v, p| signed("-", "+", v, p).replace('.', ",")),
        way("plus, to the right", ',', |v, p| format!("{:>12}", signed("-", "+", v, p))),
        way("blank for plus", ',', |v, p| signed("-", " ", v, p)),
        way("minus behind", ',', |v, p| {
            let (n, d) = parts(v, p);
            d + if n { "-" } else { "" }
        }),
        way("typographic minus", ',', |v, p| signed("\u{2212}", "", v, p)),
        way("brackets", ',', |v, p| {
            let (n, d) = parts(v, p);
            if n { format!("({d})") } else { d }
        }),
        way("zeros before", ',', |v, p| {
            let (n, d) = parts(v, p);
            if n { format!("-{d:0>11}") } else { format!("{d:0>12}") }
        }),
        way("zeros before, digits counted", ',', |v, p| {
            let (n, d) = parts(v, p);
            format!("{}{d:0>11}", if n { "-" } else { "" })
        }),
        way("plus and zeros before", ',', |v, p| {
            let (n, d) = parts(v, p);
            format!("{}{d:0>11}", if n { "-" } else { "+" })
        }),
        way("zeros before, comma", ';', |v, p| {
            let (n, d) = parts(v, p);
            format!("{}{d:0>11}", if n { "-" } else { "" }).replace('.', ",")
        }),
        way("no zero before the point", ',', |v, p| {
            plain(v, p)
                .replacen("-0.", "-.", 1)
                .strip_prefix("0.")
                .map_or_else(|| plain(v, p).replacen("-0.", "-.", 1), |d| format!(".{d}"))
        }),
        way("zeros cut", ',', trimmed),
        way("thousands in quotes", ',', |v, p| format!("\"{}\"", grouped(v, p, ",", "."))),
        way("thousands in quotes where needed", ',', |v, p| quoted_if(grouped(v, p, ",", "."), ',')),
        way("thousands in quotes, unit", ',', |v, p| format!("\"{} kWh\"", grouped(v, p, ",", "."))),
        way("dollars in quotes where needed", ',', |v, p| {
            quoted_if(
                signed("-$", "$", v, p).replacen(&parts(v, p).1, &grouped(v.abs(), p, ",", "."), 1),
                ',',
            )
        }),
        way("minus before dollars", ',', |v, p| signed("-$", "$", v, p)),
    ];
    for (name, between, point) in [
        ("points, comma", ".", ","),
        ("blanks, comma", " ", ","),
        ("thin blanks, comma", "\u{202f}", ","),
        ("hard blanks, comma", "\u{a0}", ","),
        ("apostrophes", "'", "."),
        ("curly apostrophes", "\u{2019}", "."),
        ("underscores", "_", "."),
        ("commas", ",", "."),
    ] {
        ways.push(way(&format!("thousands: {name}"), ';', move |v, p| grouped(v, p, between, point)));
    }
    for (before, after) in [
        ("", " V"),
        ("", "%"),
        ("", " %"),
        ("", "°C"),
        ("", " kWh"),
        ("", " m3/h"),
        ("", "k"),
        ("", " e"),
        ("$", ""),
        ("€ ", ""),
        ("USD ", ""),
        ("T=", ""),
        ("<", ">"),
        ("'", "'"),
        ("[", "]"),
        ("~", ""),
    ] {
        let name = format!("{before}1{after}");
        ways.push(way(&name, ',', move |v, p| format!("{before}{}{after}", plain(v, p))));
        if after.starts_with(' ') {
            ways.push(way(&format!("{name}, comma"), ';', move |v, p| {
                format!("{before}{}{after}", comma(v, p))
            }));
        }
    }
    ways
}

/// Mantissa and exponent with so many digits; the exponent is 0 for 0.
fn exponent(value: i64, places: u8, digits: usize) -> (String, i32) {
    let text = format!("{:.*e}", digits - 1, value as f64 / 10_f64.powi(places.into()));
    let (mantissa, exponent) = text.split_once('e').expect("an exponent");
    (mantissa.into(), exponent.parse().expect("a number"))
}

fn scientific(
    digits: usize,
    mark: &'static str,
    width: usize,
    plus: &'static str,
) -> impl Fn(i64, u8) -> String {
    move |v, p| {
        let (mantissa, e) = exponent(v, p, digits);
        format!("{mantissa}{mark}{}{:0width$}", if e < 0 { "-" } else { plus }, e.abs())
    }
}

/// As Fortran's `E` writes it: a zero before the point.
fn fortran(digits: usize, mark: &'static str, zero: &'static str) -> impl Fn(i64, u8) -> String {
    move |v, p| {
        let (mantissa, e) = exponent(v, p, digits);
        let e = if v == 0 { 0 } else { e + 1 };
        let bare: String = mantissa.chars().filter(char::is_ascii_digit).collect();
        format!(
            "{}{zero}.{bare}{mark}{}{:02}",
            if v < 0 { "-" } else { "" },
            if e < 0 { "-" } else { "+" },
            e.abs()
        )
    }
}

/// An exponent that three divides.
fn engineering(digits: usize) -> impl Fn(i64, u8) -> String {
    move |v, p| {
        let (mantissa, e) = exponent(v, p, digits);
        let shift = e.rem_euclid(3);
        let mut bare: String = mantissa.chars().filter(char::is_ascii_digit).collect();
        bare.insert(1 + shift as usize, '.');
        format!(
            "{}{bare}E{}{:02}",
            if v < 0 { "-" } else { "" },
            if e - shift < 0 { "-" } else { "+" },
            (e - shift).abs()
        )
    }
}

/// Numbers with exponents.
pub(crate) fn with_exponents() -> Vec<Way> {
    let mut ways = Vec::new();
    for digits in [7, 8, 10] {
        for (mark, width, plus) in [
            ("e", 2, "+"),
            ("E", 2, "+"),
            ("e", 1, ""),
            ("E", 1, ""),
            ("E", 1, "+"),
            ("e", 3, "+"),
            ("E", 3, "+"),
            ("D", 2, "+"),
            ("d", 3, "+"),
            ("E", 2, ""),
        ] {
            let name = format!("{digits} digits, {mark}{plus}{:0width$}", 1);
            ways.push(way(&name, ',', scientific(digits, mark, width, plus)));
        }
        ways.push(way(&format!("{digits} digits, 0.1E+01"), ',', fortran(digits, "E", "0")));
        ways.push(way(&format!("{digits} digits, 0.1D+01"), ',', fortran(digits, "D", "0")));
        ways.push(way(&format!("{digits} digits, .1E+01"), ',', fortran(digits, "E", "")));
        ways.push(way(&format!("{digits} digits, 12.3E+03"), ',', engineering(digits)));
        let plain = scientific(digits, "E", 2, "+");
        ways.push(way(&format!("{digits} digits, 1,0E+01"), ';', move |v, p| plain(v, p).replace('.', ",")));
        let plain = scientific(digits, "E", 2, "+");
        ways.push(way(&format!("{digits} digits, +1.0E+01"), ',', move |v, p| {
            format!("{}{}", if v < 0 { "" } else { "+" }, plain(v, p))
        }));
        let plain = scientific(digits, "e", 2, "+");
        ways.push(way(&format!("{digits} digits, to the right"), ' ', move |v, p| {
            format!("{:>18}", plain(v, p))
        }));
    }
    ways.push(way("shortest, e", ',', |v, p| format!("{:e}", v as f64 / 10_f64.powi(p.into()))));
    ways.push(way("shortest, E", ',', |v, p| format!("{:E}", v as f64 / 10_f64.powi(p.into()))));
    for way in &mut ways {
        way.percent = SCIENTIFIC;
    }
    ways
}

fn whole(value: i64, _: u8) -> String {
    value.to_string()
}

/// Integers in another base.
pub(crate) fn hexadecimal() -> Vec<Way> {
    let mut ways = vec![
        way("%08x", ',', |v, _| format!("{:08x}", v as u32)),
        way("%08X", ',', |v, _| format!("{:08X}", v as u32)),
        way("0x%08x", ',', |v, _| format!("0x{:08x}", v as u32)),
        way("0x%08X", ';', |v, _| format!("0x{:08X}", v as u32)),
        way("%x", ',', |v, _| format!("{:x}", v as u32)),
        way("0x%X", ',', |v, _| format!("0x{:X}", v as u32)),
        way("%08Xh", ',', |v, _| format!("{:08X}h", v as u32)),
        way("%016x", ',', |v, _| format!("{v:016x}")),
        way("\"0x%016x\"", ',', |v, _| format!("\"0x{v:016x}\"")),
    ];
    for way in &mut ways {
        way.plainly = whole;
    }
    ways
}

/// The lines of a table: a counter, and the series in this way.
pub(crate) fn table(
    series: &Series,
    delimiter: char,
    print: &dyn Fn(i64, u8) -> String,
    gap: &str,
) -> String {
    let mut text = format!("n{delimiter}value\n");
    for (row, value) in series.values.iter().enumerate() {
        let cell = value.map_or_else(|| gap.to_owned(), |value| print(value, series.places));
        text += &format!("{row}{delimiter}{cell}\n");
    }
    text
}
