//! Rows from the middle of an archive, without reading the rest of it.
//!
//!     cargo run -p qres-core --example rows -- table.qres 100 110

use qres_core::{Archive, archive::Source};
use std::{
    error::Error,
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
};

/// A file, read where it is asked to be.
struct Disk(File);

impl Source for Disk {
    type Error = io::Error;

    fn length(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }

    fn read_at(&self, at: u64, length: u64) -> io::Result<Vec<u8>> {
        let (mut file, mut bytes) = (&self.0, Vec::new());
        file.seek(SeekFrom::Start(at))?;
        file.take(length).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [path, start, end] = &args[..] else { return Err("rows ARCHIVE START END".into()) };
    let archive = Archive::open(Disk(File::open(path)?), 1 << 30)?;
    let rows = archive.read(start.parse()?..end.parse()?, None)?;
    Ok(io::stdout().write_all(&rows)?)
}
