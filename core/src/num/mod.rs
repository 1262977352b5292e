//! Numbers without floats: knows nobody, is known by all.
pub mod decimal;
pub fn zigzag(v: i64) -> u64 {
    ((v << 1) ^ (v >> 63)) as u64
}
pub fn unzigzag(v: u64) -> i64 {
    (v >> 1) as i64 ^ -((v & 1) as i64)
}
pub fn log2_q8(x: u64) -> u32 {
    if x == 0 {
        return 0;
    }
    let b = 63 - x.leading_zeros();
    let f = if b >= 8 { (x >> (b - 8)) & 255 } else { (x << (8 - b)) & 255 };
    b * 256 + f as u32
}
