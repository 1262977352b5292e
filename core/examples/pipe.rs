//! A CSV on stdin to an archive on stdout, or back with `-d`: in pieces, in bounded memory.
//!
//!     cargo run -p qres-core --example pipe < table.csv > table.qres
//!     cargo run -p qres-core --example pipe -- -d < table.qres

use qres_core::{Options, Reader, Writer};
use std::{
    error::Error,
    io::{Read, Write, stdin, stdout},
};

fn main() -> Result<(), Box<dyn Error>> {
    if std::env::args().any(|arg| arg == "-d") { decompress() } else { compress() }
}

fn compress() -> Result<(), Box<dyn Error>> {
    let (mut piece, mut out) = (vec![0; 64 << 10], Vec::new());
    let mut writer = Writer::new(Options::default());
    loop {
        match stdin().read(&mut piece)? {
            0 => break,
            n => writer.write(&piece[..n], &mut out)?,
        }
        stdout().write_all(&out)?;
        out.clear();
    }
    writer.finish(&mut out)?;
    Ok(stdout().write_all(&out)?)
}

fn decompress() -> Result<(), Box<dyn Error>> {
    let (mut piece, mut out) = (vec![0; 64 << 10], Vec::new());
    let mut reader = Reader::new(1 << 30);
    loop {
        match stdin().read(&mut piece)? {
            0 => break,
            n => reader.read(&piece[..n], &mut out)?,
        }
        stdout().write_all(&out)?;
        out.clear();
    }
    Ok(reader.finish()?)
}
