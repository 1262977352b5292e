//! stand-in
use super::Level;
use crate::{
    Error,
    entropy::{Cursor, put_varint},
    num::{unzigzag, zigzag},
};
use alloc::vec::Vec;
pub fn encode(v: &[i64], _l: Level, out: &mut Vec<u8>) {
    let mut p = 0;
    for x in v {
        put_varint(out, zigzag(x.wrapping_sub(p)));
        p = *x;
    }
}
pub fn decode(c: &mut Cursor<'_>, n: usize, out: &mut Vec<i64>) -> Result<(), Error> {
    let mut p = 0i64;
    for _ in 0..n {
        p = p.wrapping_add(unzigzag(c.varint()?));
        out.push(p);
    }
    Ok(())
}
pub fn estimate(v: &[i64], _l: Level) -> u64 {
    let mut p = 0i64;
    let mut s = 0;
    for x in v {
        s += 66 - u64::from(x.wrapping_sub(p).unsigned_abs().leading_zeros());
        p = *x
    }
    s
}
