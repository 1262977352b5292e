//! Signatures in archives on a disk.

use super::{
    append,
    disk::Disk,
    genes::{Genes, Learnt},
    input::quoted,
};
use crate::{
    failure::{Exit, Failure, Outcome},
    signal::Pending,
    text::span::Span,
};
use qres_core::{
    Archive, Error,
    archive::{Fault, Frame, NoExcerpt, NotShown, Signed, Source, Unsigned},
    frame::MAGIC,
    trust::{Identity, Secret},
};
use std::{
    fs::File,
    io::{self, Seek, SeekFrom, Write},
    path::Path,
};

/// Signs the archive at `path` where it is; what it goes on from is found with `genes`, and knowing where everything lies may
/// take `limit` bytes. Segments stay as they are: only the last footer is written anew.
pub(crate) fn in_place(path: &Path, secret: &Secret, genes: &Genes, limit: u64) -> Outcome {
    let name = quoted(path);
    let file = append::claim(path)?;
    let end = signed_end(&file, &name, &secret.identity(), genes, limit)?;
    end.put(&file).and_then(|()| file.sync_data()).map_err(Failure::writing(&name))
}

/// Signs the archive in `file`, which nobody else sees yet.
pub(crate) fn draft(file: &File, secret: &Secret, genes: &Genes, limit: u64) -> Outcome {
    let end = signed_end(file, "the archive", &secret.identity(), genes, limit)?;
    end.write(file).map_err(Failure::writing("the archive"))
}

/// The last footer of an archive, with a signature in it, and where it begins.
struct End {
    at: u64,
    footer: Vec<u8>,
}

fn signed_end(file: &File, name: &str, identity: &Identity, genes: &Genes, limit: u64) -> Outcome<End> {
    let archive = open(file, name, limit)?;
    let Some(last) = archive.frames().last() else { return Err(Failure::bug("an archive without frames")) };
    // Only what has no root yet is decoded with it.
    let learnt = learnt(&archive, last, name, genes)?;
    let footer =
        archive.sign(identity, learnt.as_ref().map(Learnt::past)).map_err(|fault| faulty(name, fault))?;
    Ok(End { at: last.footer_at(), footer })
}

/// What the segments of a frame go on from, if they do and it is at hand.
fn learnt(archive: &Archive<Disk<'_>>, frame: &Frame, name: &str, genes: &Genes) -> Outcome<Option<Learnt>> {
    let header = archive.header(frame).map_err(|fault| faulty(name, fault))?;
    let prior = genes.prior(name, &header)?;
    Ok(header.gene.zip(prior).map(|(id, prior)| Learnt { id, prior }))
}

/// The proof that some rows are in the archive in `file`, called `name`.
pub(crate) fn excerpt(file: &File, name: &str, rows: Span, genes: &Genes, limit: u64) -> Outcome<Vec<u8>> {
    let archive = open(file, name, limit)?;
    let learnt = match archive.frames().first() {
        Some(first) => learnt(&archive, first, name, genes)?,
        None => None,
    };
    let shown = archive.excerpt(rows.start..rows.end, learnt.as_ref().map(Learnt::past));
    shown.map_err(|why| not_shown(name, why))
}

fn not_shown(name: &str, why: NotShown<io::Error>) -> Failure {
    match why {
        NotShown::Fault(fault) => faulty(name, fault),
        NotShown::Unsigned => {
            let what =
                format!("{name} has no signature that holds: there is nothing that rows could be proved by");
            Failure::refuted(what, "sign it with `qres sign`")
        }
        NotShown::NoRows => {
            Failure::refused(format!("{name} has no such rows"), "`qres list` tells how many it has")
        }
        NotShown::Short => {
            let what = format!("some of these rows are in a part of {name} that is too short to have a root");
            Failure::refused(what, "make one table of all parts with `qres concat`, and sign that")
        }
        NotShown::NoLines => {
            let what =
                format!("{name} holds no lines of plain text there, and only those can be shown one by one");
            Failure::refused(what, "compress such data as CSV")
        }
    }
}

/// Why the proof of rows called `name` is refused.
pub(crate) fn no_excerpt(name: &str, error: NoExcerpt) -> Failure {
    let (exit, hint) = match error {
        NoExcerpt::Newer(_) => {
            (Exit::Limit, "install a newer qres; `qres --version` says what this one reads")
        }
        _ => (Exit::Refuted, "fetch the file again, and believe nothing that it says"),
    };
    Failure::typed(exit, error, hint).of(name)
}

impl End {
    fn write(&self, mut file: &File) -> io::Result<()> {
        file.seek(SeekFrom::Start(self.at))?;
        file.write_all(&self.footer)?;
        // One's own signature may have been there, never a longer one.
        file.set_len(self.at + self.footer.len() as u64)
    }

    /// Writes it where the archive is seen: a signal waits. If the machine dies in the middle, `qres repair` ends the archive.
    fn put(&self, file: &File) -> io::Result<()> {
        let ((), pending) = Pending::start(|| Ok(((), || {})))?;
        pending.complete(|| self.write(file))
    }
}

/// Opens the archive in `file`, called `name`.
fn open<'f>(file: &'f File, name: &str, limit: u64) -> Outcome<Archive<Disk<'f>>> {
    let first = Disk(file).read_at(0, MAGIC.len() as u64).map_err(Failure::reading(name))?;
    if first != MAGIC {
        return Err(Failure::archive(name, 0, Error::NotArchive));
    }
    Archive::open(Disk(file), limit).map_err(|fault| faulty(name, fault))
}

fn faulty(name: &str, fault: Fault<io::Error>) -> Failure {
    match fault {
        Fault::Source(error) => Failure::reading(name)(error),
        Fault::Archive { at, error } => Failure::archive(name, at, error),
    }
}

/// The signatures of the archive in `file`, called `name`.
pub(crate) fn read(file: &File, name: &str, limit: u64) -> Outcome<Vec<Signed>> {
    open(file, name, limit)?.signatures().map_err(|fault| faulty(name, fault))
}

/// Rows of the archive in `file`, called `name`.
pub(crate) fn rows(file: &File, name: &str, limit: u64) -> Outcome<u64> {
    Ok(open(file, name, limit)?.rows())
}

/// Why the archive called `name` does not hold.
pub(crate) fn refuted(name: &str, why: Unsigned) -> Failure {
    let hint = match why {
        Unsigned::Appended(_) => "sign it again with `qres sign`, if what was appended is yours",
        _ => "fetch the archive again from whoever signed it",
    };
    Failure::typed(Exit::Refuted, why, hint).of(name)
}
