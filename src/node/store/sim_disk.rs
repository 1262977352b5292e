//! A disk that can be unplugged at any call, and that fails at one.
//!
//! What was not synced is lost in any part: each sector of 512 bytes that was written is there, not there, or torn; changes to
//! a folder are there or not, each by itself. After a sync that failed, what was to be synced never gets to the disk, as on
//! Linux, unless it is written again.

use super::disk::Disk;
use std::{
    cell::RefCell,
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    rc::Rc,
};

const SECTOR: usize = 512;

/// Numbers that look random.
#[derive(Debug, Clone)]
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    pub(super) fn below(&mut self, sides: u64) -> u64 {
        self.next() % sides
    }
}

/// A change of a file that may not be on the disk.
#[derive(Debug, Clone)]
enum Change {
    Write(usize, Vec<u8>),
    Length(usize),
}

#[derive(Debug, Clone, Default)]
struct Inode {
    seen: Vec<u8>,
    durable: Vec<u8>,
    changes: Vec<Change>,
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Write(at, written) => {
            let end = at + written.len();
            bytes.resize(bytes.len().max(end), 0);
            bytes[*at..end].copy_from_slice(written);
        }
        Change::Length(length) => bytes.resize(*length, 0),
    }
}

impl Inode {
    fn change(&mut self, change: Change) {
        apply(&mut self.seen, &change);
        self.changes.push(change);
    }

    fn sync(&mut self) {
        for change in self.changes.drain(..) {
            apply(&mut self.durable, &change);
        }
    }

    fn unplug(mut self, dice: &mut Dice) -> Self {
        for change in std::mem::take(&mut self.changes) {
            match change {
                Change::Write(at, bytes) => self.tear(at, &bytes, dice),
                Change::Length(_) if dice.below(2) == 0 => {}
                change @ Change::Length(_) => apply(&mut self.durable, &change),
            }
        }
        Self { seen: self.durable.clone(), ..self }
    }

    fn tear(&mut self, mut at: usize, mut bytes: &[u8], dice: &mut Dice) {
        while !bytes.is_empty() {
            let (sector, rest) = bytes.split_at(bytes.len().min(SECTOR - at % SECTOR));
            let kept = match dice.below(4) {
                0 => 0,
                1 => dice.below(sector.len() as u64) as usize,
                _ => sector.len(),
            };
            if kept > 0 {
                apply(&mut self.durable, &Change::Write(at, sector[..kept].to_vec()));
            }
            (at, bytes) = (at + sector.len(), rest);
        }
    }
}

/// A change of a folder that may not be on the disk.
#[derive(Debug, Clone)]
enum Move {
    Make(PathBuf, usize),
    Rename(PathBuf, PathBuf, usize),
    Remove(PathBuf),
}

type Names = BTreeMap<PathBuf, usize>;

fn go(names: &mut Names, step: &Move) {
    match step {
        Move::Make(path, file) => drop(names.insert(path.clone(), *file)),
        Move::Remove(path) => drop(names.remove(path)),
        Move::Rename(from, to, file) => {
            names.remove(from);
            names.insert(to.clone(), *file);
        }
    }
}

#[derive(Debug, Clone, Default)]
struct Platter {
    files: Vec<Inode>,
    seen: Names,
    durable: Names,
    moves: Vec<Move>,
}

/// What goes wrong, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The disk fails.
    Io,
    /// The disk is full.
    Full,
}

#[derive(Debug, Default)]
struct State {
    platter: Platter,
    calls: u64,
    fault: Option<(u64, u64, Fault)>,
    /// The platter before each call that changes it, if they are wanted.
    film: Option<Vec<Platter>>,
    clock: u64,
}

/// A disk in memory. Its clones are the same disk.
#[derive(Debug, Clone, Default)]
pub(super) struct SimDisk(Rc<RefCell<State>>);

impl SimDisk {
    /// Fails from that many calls from now on, so many times.
    pub(super) fn fail(&self, calls: u64, times: u64, fault: Fault) {
        let mut state = self.0.borrow_mut();
        state.fault = Some((state.calls + calls, times, fault));
    }

    /// Ends all faults.
    pub(super) fn heal(&self) {
        self.0.borrow_mut().fault = None;
    }

    /// Begins to remember what there was before each call.
    pub(super) fn film(&self) {
        self.0.borrow_mut().film = Some(vec![]);
    }

    /// Returns how many calls were remembered.
    pub(super) fn filmed(&self) -> usize {
        self.0.borrow().film.as_ref().map_or(0, Vec::len)
    }

    /// Returns the disk as whoever comes next finds it when the program is killed before that remembered call, or now.
    pub(super) fn killed(&self, call: usize) -> Self {
        let state = self.0.borrow();
        let frame = state.film.as_ref().and_then(|film| film.get(call));
        let platter = frame.unwrap_or(&state.platter).clone();
        Self(Rc::new(RefCell::new(State { platter, clock: state.clock, ..State::default() })))
    }

    /// Returns what is left when the disk is unplugged before that remembered call, or now.
    pub(super) fn unplugged(&self, call: usize, dice: &mut Dice) -> Self {
        let disk = self.killed(call);
        let mut platter = disk.0.take().platter;
        for step in std::mem::take(&mut platter.moves) {
            if dice.below(2) == 0 {
                go(&mut platter.durable, &step);
            }
        }
        platter.seen = platter.durable.clone();
        platter.files = platter.files.into_iter().map(|file| file.unplug(dice)).collect();
        disk.0.replace(State { platter, clock: self.clock(), ..State::default() });
        disk
    }

    pub(super) fn set_clock(&self, clock: u64) {
        self.0.borrow_mut().clock = clock;
    }

    /// Returns the names of all files.
    pub(super) fn names(&self) -> Vec<String> {
        self.0.borrow().platter.seen.keys().map(|path| path.display().to_string()).collect()
    }

    /// Returns the bytes of all files.
    pub(super) fn bytes(&self) -> usize {
        self.look(|platter| platter.seen.values().map(|file| platter.files[*file].seen.len()).sum())
    }

    /// Changes the bytes of a file, as they are on the disk.
    pub(super) fn damage(&self, path: &Path, damage: impl FnOnce(&mut Vec<u8>)) {
        let platter = &mut self.0.borrow_mut().platter;
        let file = &mut platter.files[platter.seen[path]];
        damage(&mut file.durable);
        file.seen = file.durable.clone();
    }

    /// Makes a change, of which only the first half may be made before a fault.
    fn call<T>(
        &self,
        half: impl FnOnce(&mut Platter, Fault),
        whole: impl FnOnce(&mut Platter) -> T,
    ) -> io::Result<T> {
        let state = &mut *self.0.borrow_mut();
        if let Some(film) = &mut state.film {
            film.push(state.platter.clone());
        }
        state.calls += 1;
        match &mut state.fault {
            Some((at, times, fault)) if state.calls > *at && *times > 0 => {
                *times -= 1;
                half(&mut state.platter, *fault);
                Err(match fault {
                    Fault::Io => io::Error::from_raw_os_error(5),
                    Fault::Full => io::ErrorKind::StorageFull.into(),
                })
            }
            _ => Ok(whole(&mut state.platter)),
        }
    }

    fn look<T>(&self, look: impl FnOnce(&Platter) -> T) -> T {
        look(&self.0.borrow().platter)
    }
}

impl Disk for SimDisk {
    type File = usize;

    fn open(&self, path: &Path) -> io::Result<usize> {
        if let Some(file) = self.look(|platter| platter.seen.get(path).copied()) {
            return Ok(file);
        }
        self.call(
            |_, _| (),
            |platter| {
                platter.files.push(Inode::default());
                let step = Move::Make(path.to_owned(), platter.files.len() - 1);
                go(&mut platter.seen, &step);
                platter.moves.push(step);
                platter.files.len() - 1
            },
        )
    }

    fn len(&self, file: &usize) -> io::Result<u64> {
        Ok(self.look(|platter| platter.files[*file].seen.len() as u64))
    }

    fn read_at(&self, file: &usize, at: u64, length: u64) -> io::Result<Vec<u8>> {
        let cut = |bytes: &[u8]| bytes.iter().skip(at as usize).take(length as usize).copied().collect();
        Ok(self.look(|platter| cut(&platter.files[*file].seen)))
    }

    fn write_at(&self, file: &usize, at: u64, bytes: &[u8]) -> io::Result<()> {
        let write = |platter: &mut Platter, bytes: &[u8]| {
            platter.files[*file].change(Change::Write(at as usize, bytes.to_vec()));
        };
        self.call(|platter, _| write(platter, &bytes[..bytes.len() / 2]), |platter| write(platter, bytes))
    }

    fn cut(&self, file: &usize, length: u64) -> io::Result<()> {
        self.call(|_, _| (), |platter| platter.files[*file].change(Change::Length(length as usize)))
    }

    fn sync(&self, file: &usize) -> io::Result<()> {
        let give_up = |platter: &mut Platter, fault| {
            if fault == Fault::Io {
                platter.files[*file].changes.clear();
            }
        };
        self.call(give_up, |platter| platter.files[*file].sync())
    }

    fn sync_folder(&self, _: &Path) -> io::Result<()> {
        self.call(
            |_, _| (),
            |platter| {
                platter.moves.clear();
                platter.durable = platter.seen.clone();
            },
        )
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let file = self.look(|platter| platter.seen.get(from).copied()).ok_or(io::ErrorKind::NotFound)?;
        let step = Move::Rename(from.to_owned(), to.to_owned(), file);
        self.call(
            |_, _| (),
            |platter| {
                go(&mut platter.seen, &step);
                platter.moves.push(step);
            },
        )
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let step = Move::Remove(path.to_owned());
        self.call(
            |_, _| (),
            |platter| {
                go(&mut platter.seen, &step);
                platter.moves.push(step);
            },
        )
    }

    fn list(&self, _: &Path) -> io::Result<Vec<(String, u64)>> {
        let name = |path: &PathBuf| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let files = |platter: &Platter| {
            platter
                .seen
                .iter()
                .map(|(path, file)| (name(path), platter.files[*file].seen.len() as u64))
                .collect()
        };
        Ok(self.look(files))
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let file = |platter: &Platter| platter.seen.get(path).map(|file| platter.files[*file].seen.clone());
        self.look(file).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn clock(&self) -> u64 {
        self.0.borrow().clock
    }
}
