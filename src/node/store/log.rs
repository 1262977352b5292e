//! The lines of one stream on disk, numbered from 0 without holes.
//!
//! ```text
//! FOLDER/dropped              what is no more here; see dropped.rs
//! FOLDER/<number>.exact       a full file, coded; see closed.rs
//! FOLDER/<number>.within      the same with its numbers moved within a bound
//! FOLDER/<number>.rows        files of records: full ones, and the one that grows; see growing.rs
//! ```
//! `<number>` is that of the first line, 16 hex digits; a file ends where the next begins. A file is removed when what stands
//! for it is on the disk: its coded form, or the range in `dropped`. `.part` at the end of a name is on its way.
//!
//! [`Log::append`] keeps lines in memory, [`Log::sync`] waits for the disk, and [`Log::tidy`] does the rest, a step at a
//! time: begins new files, codes full ones, and keeps to [`Keep`]. Opening reads the growing file and names, no more. Where
//! the disk has lost what was durable, the lines are a gap that is told, or, at the end of the growing file, their numbers are
//! free again: whoever knows of more lines than [`Log::next`] must fill up with [`Log::append_gap`].

use super::{
    closed::{self, Decoded, Lines},
    disk::{Disk, RealDisk},
    dropped::Dropped,
    growing::{self, Clock, Growing},
    keep::{Keep, Policy},
    line::{Entry, Line, Why},
    record::{MAX_LINE, MAX_NUMBER},
};
use std::{
    collections::VecDeque,
    fmt, io,
    path::{Path, PathBuf},
};

/// Limit: bytes of lines that wait in memory to be synced.
const MAX_WAITING: u64 = 256 << 10;
/// Tuning: seconds that the log's clock advances at once while the log is open.
const MAX_STEP: u64 = 3600;
/// Tuning: bytes that an entry counts beside its line, where some are read.
const ENTRY: u64 = 16;
const DROPPED: &str = "dropped";
const PART: &str = ".part";

/// Why a log did not do what it was asked. It goes on working whatever it is.
#[derive(Debug)]
pub(crate) enum Error {
    /// The disk is full: the same may go well later.
    Full(io::Error),
    /// [`Keep::bytes`] is reached, and [`Policy::Block`] holds.
    Blocked,
    /// A line is longer than [`MAX_LINE`].
    Long(usize),
    /// There are no more numbers.
    Numbers,
    /// The disk failed.
    Disk(io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full(_) => f.write_str("the disk is full"),
            Self::Blocked => f.write_str("the log is full until others have its lines"),
            Self::Long(bytes) => write!(f, "a line of {bytes} bytes is longer than {MAX_LINE}"),
            Self::Numbers => f.write_str("there are no more numbers for lines"),
            Self::Disk(_) => f.write_str("the disk failed"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Full(error) | Self::Disk(error) => Some(error),
            _ => None,
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind::{QuotaExceeded, StorageFull};
        if matches!(error.kind(), StorageFull | QuotaExceeded) {
            Self::Full(error)
        } else {
            Self::Disk(error)
        }
    }
}

/// The result of what a log is asked.
pub(crate) type Result<T> = std::result::Result<T, Error>;

/// The lines of one stream.
#[derive(Debug)]
pub(crate) struct Log<D: Disk = RealDisk> {
    disk: D,
    folder: PathBuf,
    keep: Keep,
    dropped: Dropped,
    /// Full files, the oldest first.
    files: VecDeque<Full>,
    growing: Growing<D::File>,
    /// All before this number may go.
    released: u64,
    clock: Clock,
    /// The folder may not be on the disk as it is seen.
    unsettled: bool,
    /// The last line had no room.
    refused: bool,
    /// The file that was read last.
    decoded: Option<Decoded>,
}

/// A full file.
#[derive(Debug, Clone, Copy)]
struct Full {
    first: u64,
    form: Form,
    bytes: u64,
    /// The log's clock when it was begun, once somebody asked.
    clock: Option<u64>,
    /// Its numbers cannot be moved, or nothing is won by it.
    is_final: bool,
}

/// What a file of lines is; the later ones stand for the earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    Rows,
    Exact,
    Within,
}

impl Form {
    const ALL: [(Self, &str); 3] =
        [(Self::Rows, ".rows"), (Self::Exact, ".exact"), (Self::Within, ".within")];

    fn end(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

impl Full {
    fn new(first: u64, form: Form, bytes: u64) -> Self {
        Self { first, form, bytes, clock: None, is_final: false }
    }

    /// Parses the name of a file of lines.
    fn parse(name: &str, bytes: u64) -> Option<Self> {
        let (digits, form) =
            Form::ALL.iter().find_map(|(form, end)| Some((name.strip_suffix(end)?, *form)))?;
        let first = u64::from_str_radix(digits, 16).ok().filter(|first| *first <= MAX_NUMBER)?;
        let full = Self::new(first, form, bytes);
        (full.name() == name).then_some(full)
    }

    fn name(&self) -> String {
        format!("{:016x}{}", self.first, self.form.end())
    }
}

impl<D: Disk> Log<D> {
    /// Opens the log in `folder`, which is made where it is missing.
    pub(crate) fn open(disk: D, folder: &Path, keep: Keep) -> Result<Self> {
        let (mut dropped, mut files) = find(&disk, folder)?;
        let found = files.pop_back_if(|file| file.form == Form::Rows);
        let growing = match found {
            Some(file) => Growing::open(&disk, disk.open(&folder.join(file.name()))?, file.first)?,
            None => {
                let last = files.back().map(|file| last_number(&disk, folder, file)).transpose()?;
                let clock = Clock { log: 0, machine: disk.clock() };
                begin(&disk, folder, last.unwrap_or(dropped.end()), clock, None, None)?
            }
        };
        dropped.extend(files.front().map_or(growing.first(), |file| file.first), Why::Damaged);
        let mut clock = growing.clock();
        // The growing file is not older than that, unless the machine was off meanwhile.
        clock.follow(disk.clock(), MAX_STEP + keep.age.map_or(0, |_| keep.long()));
        let (folder, unsettled, released, decoded) = (folder.to_owned(), true, 0, None);
        let missing = dropped.end().saturating_sub(growing.next());
        let mut log = Self {
            disk,
            folder,
            keep,
            dropped,
            files,
            growing,
            released,
            clock,
            unsettled,
            refused: false,
            decoded,
        };
        if missing > 0 {
            log.append_gap(missing, Why::Damaged)?;
        }
        // If that fails, the next sync does it.
        let _ = log.sync();
        Ok(log)
    }

    /// Returns the number of the first line that is here.
    pub(crate) fn first(&self) -> u64 {
        self.dropped.end()
    }

    /// Returns the number that the next line gets.
    pub(crate) fn next(&self) -> u64 {
        self.growing.next()
    }

    /// Returns the number of the first line that a power cut may take.
    pub(crate) fn durable(&self) -> u64 {
        self.growing.durable()
    }

    /// Adds a line and returns its number. It is in memory until [`Log::sync`].
    pub(crate) fn append(&mut self, line: Line<'_>) -> Result<u64> {
        let (Line::Names(bytes) | Line::Row(bytes)) = line;
        if bytes.len() > MAX_LINE {
            return Err(Error::Long(bytes.len()));
        }
        self.make_way(1)?;
        // What is not kept is told, which takes room as well.
        let telling = if self.keep.policy == Policy::Newest { self.keep.full() } else { 0 };
        let fits = self.bytes() + bytes.len() as u64 + telling <= self.keep.bytes;
        self.refused = !fits && self.keep.policy != Policy::Oldest;
        match self.keep.policy {
            Policy::Block if !fits => Err(Error::Blocked),
            Policy::Newest if !fits => {
                self.growing.append_gap(1, Why::Room);
                Ok(self.next() - 1)
            }
            _ => Ok(self.growing.append(line)),
        }
    }

    /// Adds lines that are missing, and why.
    pub(crate) fn append_gap(&mut self, rows: u64, why: Why) -> Result<()> {
        self.make_way(rows)?;
        self.growing.append_gap(rows, why);
        Ok(())
    }

    fn make_way(&mut self, rows: u64) -> Result<()> {
        if self.next().checked_add(rows).is_none_or(|end| end > MAX_NUMBER) {
            return Err(Error::Numbers);
        }
        if self.growing.waiting() >= MAX_WAITING {
            self.sync()?;
            self.keep_up()?;
        }
        Ok(())
    }

    /// Keeps within bounds where lines come faster than they are tidied.
    fn keep_up(&mut self) -> Result<()> {
        if self.is_full() {
            self.begin_file()?;
        }
        while self.bytes() > self.keep.bytes && self.make_room()? {}
        Ok(())
    }

    /// Waits until all lines are on the disk; returns the number after theirs.
    pub(crate) fn sync(&mut self) -> Result<u64> {
        if self.unsettled {
            self.disk.sync_folder(&self.folder)?;
            self.unsettled = false;
        }
        self.growing.sync(&self.disk)?;
        Ok(self.durable())
    }

    /// Tells that everybody has the lines before `number`: they go first.
    pub(crate) fn release(&mut self, number: u64) {
        self.released = self.released.max(number);
    }

    /// Returns the names of columns that hold at the line with this number.
    pub(crate) fn names_at(&mut self, number: u64) -> Result<Option<Vec<u8>>> {
        let Some(file) = self.file_of(number) else {
            return Ok(self.growing.names_at(number).map(<[u8]>::to_vec));
        };
        Ok(self.decoded(file)?.and_then(|decoded| decoded.names_at(number)).map(<[u8]>::to_vec))
    }

    /// Gives what is on the disk from number `from` on, about `most` bytes of it; returns the number after it.
    pub(crate) fn read(&mut self, from: u64, most: u64, mut give: impl FnMut(Entry<'_>)) -> Result<u64> {
        let (mut at, mut given) = (self.dropped.read(from, &mut give), 0);
        while given < most && at < self.durable() {
            let mut give = |entry: Entry<'_>| {
                given += ENTRY + entry.bytes().len() as u64;
                give(entry);
                given < most
            };
            at = match self.file_of(at) {
                Some(file) => self.read_full(file, at, &mut give)?,
                None => self.growing.read(&self.disk, at, &mut give)?,
            };
        }
        Ok(at)
    }

    fn read_full(&mut self, file: usize, from: u64, give: &mut dyn FnMut(Entry<'_>) -> bool) -> Result<u64> {
        let end = self.end_of(file);
        if let Some(decoded) = self.decoded(file)? {
            return Ok(decoded.read(from, give));
        }
        give(Entry::Gap { first: from, rows: end - from, why: Why::Damaged });
        Ok(end)
    }

    /// Does the next thing that is to be done: begins a file, codes a full one, or makes room. Returns whether there was any.
    pub(crate) fn tidy(&mut self) -> Result<bool> {
        self.clock.follow(self.disk.clock(), MAX_STEP);
        if self.is_full() {
            self.begin_file()?;
            return Ok(true);
        }
        let raw = self.files.iter().position(|file| file.form == Form::Rows);
        match raw.map(|file| self.code(file)) {
            Some(Ok(())) => return Ok(true),
            // Room may help.
            Some(Err(error)) if !self.is_over() => return Err(error),
            _ => {}
        }
        self.make_room()
    }

    /// Returns the bytes of all files.
    fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum::<u64>() + self.growing.bytes()
    }

    /// Whether full files leave too little room.
    fn is_over(&self) -> bool {
        self.refused
            || self.files.iter().map(|file| file.bytes).sum::<u64>() + self.keep.full() > self.keep.bytes
    }

    /// Whether the growing file is full.
    fn is_full(&self) -> bool {
        let age = self.clock.log.saturating_sub(self.growing.clock().log);
        let is_full = self.growing.bytes() >= self.keep.full() || age >= self.keep.long();
        is_full && self.next() > self.growing.first()
    }

    /// Returns the full file that has the line with this number.
    fn file_of(&self, number: u64) -> Option<usize> {
        let after = self.files.partition_point(|file| file.first <= number);
        after.checked_sub(1).filter(|_| number < self.growing.first())
    }

    /// Returns the number after the last line of a full file.
    fn end_of(&self, file: usize) -> u64 {
        self.files.get(file + 1).map_or(self.growing.first(), |next| next.first)
    }

    /// Returns the log's clock when the file after a full one was begun.
    fn clock_after(&mut self, file: usize) -> Result<u64> {
        let Some(next) = self.files.get_mut(file + 1) else { return Ok(self.growing.clock().log) };
        if next.clock.is_none() {
            let bytes = self.disk.read(&self.folder.join(next.name()))?;
            let clock = match next.form {
                Form::Rows => growing::clock(&bytes).map(|clock| clock.log),
                Form::Exact | Form::Within => closed::clock(&bytes),
            };
            // What cannot be read is as old as can be: others are not kept for it.
            next.clock = Some(clock.unwrap_or(0));
        }
        Ok(next.clock.unwrap_or(0))
    }

    /// Decodes a full file; nothing if it is damaged.
    fn decoded(&mut self, file: usize) -> Result<Option<&Decoded>> {
        let (first, end) = (self.files[file].first, self.end_of(file));
        if self.decoded.as_ref().is_none_or(|decoded| decoded.first() != first) {
            self.decoded = load(&self.disk, &self.folder, &self.files[file], end)?;
        }
        Ok(self.decoded.as_ref())
    }

    fn begin_file(&mut self) -> Result<()> {
        self.sync()?;
        let (old, next) = (&self.growing, self.next());
        if let Some(why) = old.only_gap(&self.disk)? {
            return self.shorten(why);
        }
        let names = next.checked_sub(1).and_then(|last| old.names_at(last));
        let growing = begin(&self.disk, &self.folder, next, self.clock, names, None)?;
        let mut full = Full::new(old.first(), Form::Rows, old.bytes());
        full.clock = Some(old.clock().log);
        self.files.push_back(full);
        (self.growing, self.unsettled) = (growing, true);
        Ok(())
    }

    /// Begins the growing file again, with one record for all that is missing, so that telling of it takes no more and more
    /// room.
    fn shorten(&mut self, why: Why) -> Result<()> {
        let (old, rows) = (&self.growing, self.next() - self.growing.first());
        let (first, names) = (old.first(), old.names_at(old.first()));
        let growing = begin(&self.disk, &self.folder, first, self.clock, names, Some((rows, why)))?;
        (self.growing, self.unsettled) = (growing, true);
        Ok(())
    }

    /// Codes a full file of records.
    fn code(&mut self, file: usize) -> Result<()> {
        self.sync()?;
        let end = self.end_of(file);
        let coded = match self.decoded(file)? {
            Some(decoded) => decoded.close(),
            None => Lines::collect([].into_iter(), self.files[file].first, end, 0).decoded().close(),
        };
        let coded = coded.map_err(io::Error::other)?;
        self.replace(file, Form::Exact, &coded)
    }

    /// Puts `bytes` in the place of a full file.
    fn replace(&mut self, file: usize, form: Form, bytes: &[u8]) -> Result<()> {
        let old = self.files[file];
        let new = Full { form, bytes: bytes.len() as u64, ..old };
        put(&self.disk, &self.folder, &new.name(), bytes)?;
        (self.files[file], self.decoded) = (new, None);
        Ok(self.disk.remove(&self.folder.join(old.name()))?)
    }

    /// Drops or degrades a file if there is too much, or too old.
    fn make_room(&mut self) -> Result<bool> {
        if self.files.is_empty() {
            return Ok(false);
        }
        let is_old = match self.keep.age {
            Some(age) => self.clock_after(0)?.saturating_add(age.as_secs()) <= self.clock.log,
            None => false,
        };
        let is_released = self.end_of(0) <= self.released;
        let coarser = self.files.iter().position(|file| file.form == Form::Exact && !file.is_final);
        match (self.is_over(), coarser) {
            (false, _) if !is_old => return Ok(false),
            (true, _) if is_released => self.drop_first(Why::Released)?,
            _ if is_old => self.drop_first(Why::Age)?,
            (_, Some(file)) if !self.keep.degrade.is_empty() => self.degrade(file)?,
            _ if self.keep.policy == Policy::Oldest => self.drop_first(Why::Room)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn degrade(&mut self, file: usize) -> Result<()> {
        let bounds = self.keep.degrade.clone();
        let (bytes, coarser) =
            (self.files[file].bytes, self.decoded(file)?.and_then(|decoded| decoded.within(&bounds)));
        self.files[file].is_final = true;
        match coarser.filter(|coarser| (coarser.len() as u64) < bytes) {
            Some(coarser) => self.replace(file, Form::Within, &coarser),
            None => Ok(()),
        }
    }

    /// Drops the oldest file.
    fn drop_first(&mut self, why: Why) -> Result<()> {
        let mut dropped = self.dropped.clone();
        dropped.extend(self.end_of(0), why);
        put(&self.disk, &self.folder, DROPPED, &dropped.bytes())?;
        (self.dropped, self.decoded) = (dropped, None);
        let Some(file) = self.files.pop_front() else { return Ok(()) };
        Ok(self.disk.remove(&self.folder.join(file.name()))?)
    }
}

/// Writes a file whole or not at all.
fn put<D: Disk>(disk: &D, folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let part = folder.join(format!("{name}{PART}"));
    let file = disk.open(&part)?;
    disk.cut(&file, 0)?;
    disk.write_at(&file, 0, bytes)?;
    disk.sync(&file)?;
    disk.rename(&part, &folder.join(name))?;
    disk.sync_folder(folder)
}

/// Begins the file that grows, with a gap. Others see it when it is whole: until then the one before it ends where it ends.
fn begin<D: Disk>(
    disk: &D,
    folder: &Path,
    first: u64,
    clock: Clock,
    names: Option<&[u8]>,
    gap: Option<(u64, Why)>,
) -> io::Result<Growing<D::File>> {
    let name = Full::new(first, Form::Rows, 0).name();
    let part = folder.join(format!("{name}{PART}"));
    let mut growing = Growing::begin(disk, disk.open(&part)?, first, clock, names)?;
    if let Some((rows, why)) = gap {
        growing.append_gap(rows, why);
        growing.sync(disk)?;
    }
    disk.rename(&part, &folder.join(name))?;
    Ok(growing)
}

/// Decodes the full file that ends before number `end`; nothing if it is damaged.
fn load<D: Disk>(disk: &D, folder: &Path, file: &Full, end: u64) -> io::Result<Option<Decoded>> {
    let path = folder.join(file.name());
    let bytes = match disk.read(&path) {
        // A disk may do better the second time.
        Err(_) => disk.read(&path).or_else(|error| if is_lost(&error) { Ok(vec![]) } else { Err(error) })?,
        Ok(bytes) => bytes,
    };
    let decoded = match file.form {
        Form::Rows => {
            let clock = growing::clock(&bytes).unwrap_or_default().log;
            Some(Lines::collect(growing::records(&bytes, file.first), file.first, end, clock).decoded())
        }
        Form::Exact | Form::Within => Decoded::new(&bytes),
    };
    Ok(decoded.filter(|decoded| (decoded.first(), decoded.end()) == (file.first, end)))
}

/// Whether an error says that the bytes are gone, rather than that this program may not have them just now.
fn is_lost(error: &io::Error) -> bool {
    const EIO: i32 = 5;
    error.kind() == io::ErrorKind::NotFound || error.raw_os_error() == Some(EIO)
}

/// Returns the number after the last line of a coded file; the lines of one that is damaged are lost.
fn last_number<D: Disk>(disk: &D, folder: &Path, file: &Full) -> io::Result<u64> {
    let bytes = disk.read(&folder.join(file.name()))?;
    Ok(Decoded::new(&bytes).map_or(file.first + 1, |decoded| decoded.end()))
}

/// Finds the files of a log and removes those that others stand for.
fn find<D: Disk>(disk: &D, folder: &Path) -> io::Result<(Dropped, VecDeque<Full>)> {
    let listed = disk.list(folder)?;
    let dropped = match listed.iter().any(|(name, _)| name == DROPPED) {
        true => Dropped::parse(&disk.read(&folder.join(DROPPED))?).unwrap_or_default(),
        false => Dropped::default(),
    };
    let mut files: Vec<Full> = listed.iter().filter_map(|(name, bytes)| Full::parse(name, *bytes)).collect();
    files.sort_unstable_by_key(|file| (file.first, file.form));
    let is_needed = |at: usize| match files.get(at + 1) {
        Some(next) => next.first != files[at].first && next.first > dropped.end(),
        None => true,
    };
    // Whoever put them there may have died before they were on the disk.
    disk.sync_folder(folder)?;
    let (needed, rest): (Vec<usize>, Vec<usize>) = (0..files.len()).partition(|at| is_needed(*at));
    let parts = listed.iter().map(|(name, _)| name).filter(|name| name.ends_with(PART)).cloned();
    for name in rest.iter().map(|at| files[*at].name()).chain(parts) {
        disk.remove(&folder.join(name))?;
    }
    let files = needed.into_iter().map(|at| files[at]).collect();
    Ok((dropped, files))
}
