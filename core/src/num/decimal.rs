//! stand-in
pub const MAX_PLACES: u8 = 18;
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    pub mantissa: i64,
    pub places: u8,
}
pub fn parse_any(f: &[u8]) -> Option<Decimal> {
    let (neg, d) = match f.strip_prefix(b"-") {
        Some(d) => (true, d),
        None => (false, f),
    };
    let mut m = 0i64;
    let mut places = 0;
    let mut dot = false;
    let mut n = 0;
    let mut int = 0;
    for &b in d {
        if b == b'.' {
            if dot {
                return None;
            }
            dot = true
        } else if b.is_ascii_digit() {
            m = m.checked_mul(10)?.checked_add(i64::from(b - b'0'))?;
            n += 1;
            if dot { places += 1 } else { int += 1 }
        } else {
            return None;
        }
    }
    if n == 0
        || int == 0
        || (dot && places == 0)
        || places > 18
        || (int > 1 && d.first() == Some(&b'0'))
        || (neg && m == 0)
    {
        return None;
    }
    Some(Decimal { mantissa: if neg { -m } else { m }, places })
}
pub fn parse_fixed(f: &[u8], p: u8) -> Option<i64> {
    parse_any(f).filter(|d| d.places == p).map(|d| d.mantissa)
}
pub fn print_fixed(v: i64, places: u8) -> ([u8; 32], usize) {
    let mut t = [0u8; 32];
    let mut i = 32;
    let mut u = v.unsigned_abs();
    let mut n = 0;
    while u > 0 || n <= places {
        if n == places && places > 0 {
            i -= 1;
            t[i & 31] = b'.';
        }
        i -= 1;
        t[i & 31] = b'0' + (u % 10) as u8;
        u /= 10;
        n += 1;
    }
    if v < 0 {
        i -= 1;
        t[i & 31] = b'-';
    }
    let mut o = [0u8; 32];
    let l = 32 - i;
    for (a, b) in o.iter_mut().zip(t.iter().skip(i)) {
        *a = *b
    }
    (o, l)
}
pub fn print_trimmed(v: i64, places: u8, least: u8) -> ([u8; 32], usize) {
    let (t, mut l) = print_fixed(v, places);
    let mut p = places;
    while p > least && t.get(l - 1) == Some(&b'0') {
        l -= 1;
        p -= 1
    }
    if p == 0 && places > 0 {
        l -= 1
    }
    (t, l)
}
