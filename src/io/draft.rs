//! A file on its way: nobody sees it before it is whole.
//!
//! Where the system knows files without a name, a draft is one: whatever kills the program, nothing of it is left. Elsewhere
//! it is `.NAME.qres-part` in the folder of NAME, locked while it is written: one that nobody holds was left by a program
//! that was killed, and whoever writes NAME next removes it.

use crate::signal::Pending;
use std::{
    ffi::OsString,
    fs::{self, File, Metadata, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};
use tempfile::TempPath;

/// A file that is being written.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) file: File,
    named: Option<(TempPath, Pending)>,
    place: PathBuf,
}

/// Who may read a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Its owner alone, until it gets another mode.
    Owner,
    /// Whoever may read any new file.
    Usual,
}

impl Readers {
    #[cfg(unix)]
    fn mode(self) -> u32 {
        if self == Self::Owner { 0o600 } else { 0o666 }
    }
}

impl Draft {
    /// Begins what is to become the file at `place`.
    pub(crate) fn begin(place: &Path, readers: Readers) -> io::Result<Self> {
        match nameless(place, readers) {
            Some(file) => Ok(Self { file, named: None, place: place.to_owned() }),
            None => Self::named(place, readers),
        }
    }

    fn named(place: &Path, readers: Readers) -> io::Result<Self> {
        let part = part(place);
        remove_stale(&part);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, readers.mode());
        let ((file, path), pending) = Pending::start(|| {
            let file = options.open(&part)?;
            hold(&file);
            let undo = part.clone();
            Ok(((file, TempPath::try_from_path(&part)?), move || drop(fs::remove_file(undo))))
        })
        .map_err(taken)?;
        Ok(Self { file, named: Some((path, pending)), place: place.to_owned() })
    }

    /// Where it is to be.
    pub(crate) fn place(&self) -> &Path {
        &self.place
    }

    /// Gives the file its place; what is there is replaced if `force` says so.
    pub(crate) fn put(self, force: bool) -> io::Result<()> {
        let Self { file, named, place } = self;
        if let Some(old) = fs::metadata(&place).ok().filter(|old| force && old.is_file()) {
            give(&file, &old);
        }
        let Some((path, pending)) = named else { return link(&file, &place, force) };
        let put = || if force { path.persist(&place) } else { path.persist_noclobber(&place) };
        pending.complete(put).map_err(|error| error.error)
    }
}

/// Writes the file at `place` whole or not at all, and waits for the disk; what is there is replaced.
pub(crate) fn write(place: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut draft = Draft::begin(place, Readers::Usual)?;
    draft.file.write_all(bytes)?;
    draft.file.sync_all()?;
    draft.put(true)?;
    settle(folder(place))
}

/// Gives `file` to the owner of `like`, where one may: others own what they write.
#[cfg(unix)]
pub(crate) fn give(file: &File, like: &Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let _ = fchown(file, None, Some(like.gid()));
    let _ = fchown(file, Some(like.uid()), None);
}

#[cfg(not(unix))]
pub(crate) fn give(_: &File, _: &Metadata) {}

/// Returns the name of a draft of the file at `place`, where it needs one.
pub(crate) fn part(place: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    // A name may have 255 bytes: room is left for what goes around it.
    name.push(place.file_name().filter(|name| name.len() < 200).unwrap_or_default());
    name.push(PART);
    place.with_file_name(name)
}

/// How drafts end that have a name.
pub(crate) const PART: &str = ".qres-part";

/// Waits until what was put into `folder` or taken out of it is on disk, where folders can be waited for.
pub(crate) fn settle(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        // Some file systems have nothing to wait for; and who may write into a folder may not always read it.
        Err(error) if !is_refusal(error.kind()) => return Err(error),
        _ => {}
    }
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

#[cfg(unix)]
fn is_refusal(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{InvalidInput, PermissionDenied, Unsupported};
    matches!(kind, InvalidInput | PermissionDenied | Unsupported)
}

/// The folder of what is at `place`.
pub(crate) fn folder(place: &Path) -> &Path {
    place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A file without a name on the disk of `place`, where there are such files.
#[cfg(target_os = "linux")]
fn nameless(place: &Path, readers: Readers) -> Option<File> {
    use rustix::fs::{Mode, OFlags, open};
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    let file = File::from(open(folder(place), flags, Mode::from_bits_truncate(readers.mode())).ok()?);
    // It gets its name by way of this one.
    descriptor(&file).exists().then_some(file)
}

#[cfg(not(target_os = "linux"))]
fn nameless(_: &Path, _: Readers) -> Option<File> {
    None
}

#[cfg(target_os = "linux")]
fn descriptor(file: &File) -> PathBuf {
    use std::os::fd::AsRawFd;
    PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()))
}

/// Names a file that has no name.
#[cfg(target_os = "linux")]
fn link(file: &File, place: &Path, force: bool) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD, linkat};
    let name = |place: &Path| linkat(CWD, descriptor(file), CWD, place, AtFlags::SYMLINK_FOLLOW);
    match name(place) {
        Err(rustix::io::Errno::EXIST) if force => {}
        other => return Ok(other?),
    }
    // A name can only be taken over by another name.
    let part = part(place);
    remove_stale(&part);
    hold(file);
    let undo = part.clone();
    let ((), pending) = Pending::start(|| {
        name(&part)?;
        Ok(((), move || drop(fs::remove_file(undo))))
    })
    .map_err(taken)?;
    pending.complete(|| fs::rename(&part, place).inspect_err(|_| drop(fs::remove_file(&part))))
}

#[cfg(not(target_os = "linux"))]
fn link(_: &File, _: &Path, _: bool) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Tells others that somebody writes here. Some file systems know no locks.
fn hold(file: &File) {
    let _ = file.try_lock();
}

/// Removes the draft at `part` if nobody writes it any more.
fn remove_stale(part: &Path) {
    let is_file = fs::symlink_metadata(part).is_ok_and(|meta| meta.is_file());
    if !is_file {
        return;
    }
    let Ok(file) = OpenOptions::new().write(true).open(part) else { return };
    if file.try_lock().is_ok() {
        // If it cannot be removed, making the new one says why.
        let _ = fs::remove_file(part);
    }
}

/// The error of making a draft, where another's is there.
fn taken(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::AlreadyExists => io::ErrorKind::ResourceBusy.into(),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn names(folder: &Path) -> Vec<OsString> {
        let mut names: Vec<OsString> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    }

    type Begin = fn(&Path, Readers) -> io::Result<Draft>;
    const BOTH: [Begin; 2] = [Draft::begin, Draft::named];

    #[test]
    fn a_draft_shows_when_it_is_put_and_replaces_only_by_force() {
        for begin in BOTH {
            let folder = tempfile::tempdir().unwrap();
            let place = folder.path().join("a");
            for (text, force, put) in [("one", false, true), ("two", false, false), ("three", true, true)] {
                let before = fs::read_to_string(&place).unwrap_or_default();
                let mut draft = begin(&place, Readers::Owner).unwrap();
                draft.file.write_all(text.as_bytes()).unwrap();
                assert_eq!(fs::read_to_string(&place).unwrap_or_default(), before);
                assert_eq!(draft.put(force).is_ok(), put, "{text}");
                assert_eq!(fs::read_to_string(&place).unwrap(), if put { text } else { &before });
                assert_eq!(names(folder.path()), ["a"]);
            }
            drop(begin(&place, Readers::Owner).unwrap());
            assert_eq!(names(folder.path()), ["a"], "nothing is left of one that is given up");
        }
    }

    #[test]
    fn what_a_killed_writer_left_is_removed_and_what_is_being_written_is_not() {
        for begin in BOTH {
            let folder = tempfile::tempdir().unwrap();
            let place = folder.path().join("a");
            fs::write(&place, "old").unwrap();
            fs::write(part(&place), "half").unwrap();
            begin(&place, Readers::Usual).unwrap().put(true).unwrap();
            assert_eq!(names(folder.path()), ["a"]);
            let other = File::create(part(&place)).unwrap();
            other.lock().unwrap();
            let put = begin(&place, Readers::Usual).and_then(|draft| draft.put(true));
            assert_eq!(put.unwrap_err().kind(), io::ErrorKind::ResourceBusy);
            assert_eq!(names(folder.path()), [".a.qres-part", "a"]);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_draft_can_be_private() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        for begin in BOTH {
            let draft = begin(&folder.path().join("a"), Readers::Owner).unwrap();
            assert_eq!(draft.file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
