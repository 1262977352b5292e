//! The file that lines are added to.
//!
//! ```text
//! 0        4            12              20      24
//! | "QLG1" | log's clock | machine's clock | check | records of record.rs ... |
//! ```
//! Lines wait in memory until they are synced, and stay there when that fails: after an error of the disk nobody knows how
//! much of them it has, so all of them are written again, to the same place. A head that is damaged costs the clock alone.

use super::{
    disk::Disk,
    fields::{add_check, checked},
    line::{Entry, Line, Why},
    record::{MAX_LINE, Record, Records},
};
use std::io;

const MAGIC: &[u8; 4] = b"QLG1";
const HEAD: u64 = 24;
/// Tuning: bytes of records between places that are remembered.
const STEP: u64 = 8 << 10;
/// Tuning: bytes that are read at once where lines are short.
const MUCH: u64 = 80 << 10;
/// Bytes in which there are all records before a line, and it.
const ENOUGH: u64 = STEP + 2 * (MAX_LINE as u64 + 2 * HEAD);

/// What clocks said at one time, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Clock {
    /// The log's; see [`super::Keep::age`].
    pub(super) log: u64,
    /// The machine's.
    pub(super) machine: u64,
}

impl Clock {
    /// Follows the clock of the machine, by `most` seconds at most.
    pub(super) fn follow(&mut self, machine: u64, most: u64) {
        self.log = self.log.saturating_add(machine.saturating_sub(self.machine).min(most));
        self.machine = machine;
    }
}

/// A file that lines are added to.
#[derive(Debug)]
pub(super) struct Growing<F> {
    file: F,
    first: u64,
    /// When it was begun.
    clock: Clock,
    /// Bytes that are on the disk, and the number of the line after them.
    durable: (u64, u64),
    /// Records after those.
    pending: Vec<u8>,
    /// Lines that are missing, before a record says so.
    gap: Option<(u64, Why)>,
    next: u64,
    /// Names of columns and the numbers of their lines; those that hold at the beginning have none.
    names: Vec<(Option<u64>, Vec<u8>)>,
    /// Numbers of lines, and where their records are.
    places: Vec<(u64, u64)>,
}

impl<F> Growing<F> {
    /// Begins a `file`, in which `names` hold.
    pub(super) fn begin<D: Disk<File = F>>(
        disk: &D,
        file: F,
        first: u64,
        clock: Clock,
        names: Option<&[u8]>,
    ) -> io::Result<Self> {
        let mut bytes = head(clock);
        if let Some(names) = names {
            Record::Before(names).write(first, &mut bytes);
        }
        disk.cut(&file, 0)?;
        disk.write_at(&file, 0, &bytes)?;
        disk.sync(&file)?;
        let names = names.map(|names| (None, names.to_vec())).into_iter().collect();
        Ok(Self { names, ..Self::new(file, first, clock, bytes.len() as u64) })
    }

    /// A file without lines.
    fn new(file: F, first: u64, clock: Clock, length: u64) -> Self {
        let (durable, places) = ((length, first), vec![(first, HEAD)]);
        Self { file, first, clock, durable, pending: vec![], gap: None, next: first, names: vec![], places }
    }

    /// Opens a file whose first line has this number, and cuts off what is not whole. All that is left waits to be synced:
    /// whoever wrote it may have died before that, or been told that it failed.
    pub(super) fn open<D: Disk<File = F>>(disk: &D, file: F, first: u64) -> io::Result<Self> {
        let length = disk.len(&file)?;
        let bytes = disk.read_at(&file, 0, length)?;
        let mut growing = Self::new(file, first, clock(&bytes).unwrap_or_default(), HEAD);
        let mut records = records(&bytes, first);
        let mut at = HEAD;
        while let Some((number, record)) = records.next() {
            match record {
                Record::Names(bytes) => growing.names.push((Some(number), bytes.to_vec())),
                Record::Before(bytes) => growing.names.push((None, bytes.to_vec())),
                Record::Row(_) | Record::Gap { .. } => {}
            }
            remember(&mut growing.places, number, at);
            at = HEAD + records.taken() as u64;
        }
        growing.next = records.number();
        growing.pending = bytes.get(HEAD as usize..at as usize).unwrap_or_default().to_vec();
        if length > at {
            disk.cut(&growing.file, at)?;
            disk.sync(&growing.file)?;
        }
        Ok(growing)
    }

    pub(super) fn first(&self) -> u64 {
        self.first
    }

    pub(super) fn clock(&self) -> Clock {
        self.clock
    }

    /// Returns the number of the line that comes next.
    pub(super) fn next(&self) -> u64 {
        self.next
    }

    /// Returns the number of the first line that may be lost.
    pub(super) fn durable(&self) -> u64 {
        self.durable.1
    }

    /// Returns its bytes on the disk and those that wait.
    pub(super) fn bytes(&self) -> u64 {
        self.durable.0 + self.waiting()
    }

    /// Returns the bytes that wait to be synced.
    pub(super) fn waiting(&self) -> u64 {
        self.pending.len() as u64
    }

    /// Returns the names of columns that hold at the line with this number.
    pub(super) fn names_at(&self, number: u64) -> Option<&[u8]> {
        let before = |(at, _): &&(Option<u64>, Vec<u8>)| at.is_none_or(|at| at <= number);
        self.names.iter().rev().find(before).map(|(_, names)| &names[..])
    }

    /// Adds a line and returns its number.
    pub(super) fn append(&mut self, line: Line<'_>) -> u64 {
        self.close_gap();
        let number = self.next;
        let record = match line {
            Line::Row(bytes) => Record::Row(bytes),
            Line::Names(bytes) => {
                self.names.push((Some(number), bytes.to_vec()));
                Record::Names(bytes)
            }
        };
        self.add(&record);
        number
    }

    /// Adds lines that are missing.
    pub(super) fn append_gap(&mut self, rows: u64, why: Why) {
        if self.gap.is_some_and(|(_, other)| other != why) {
            self.close_gap();
        }
        self.gap.get_or_insert((0, why)).0 += rows;
        self.next += rows;
    }

    fn close_gap(&mut self) {
        if let Some((rows, why)) = self.gap.take() {
            self.next -= rows;
            self.add(&Record::Gap { rows, why });
        }
    }

    fn add(&mut self, record: &Record<'_>) {
        let at = self.bytes();
        remember(&mut self.places, self.next, at);
        record.write(self.next, &mut self.pending);
        self.next += record.rows();
    }

    /// Puts all lines on the disk.
    pub(super) fn sync<D: Disk<File = F>>(&mut self, disk: &D) -> io::Result<()> {
        self.close_gap();
        if !self.pending.is_empty() {
            disk.write_at(&self.file, self.durable.0, &self.pending)?;
            disk.sync(&self.file)?;
            self.durable = (self.durable.0 + self.waiting(), self.next);
            self.pending = vec![];
        }
        Ok(())
    }

    /// Returns why all of its lines are missing, if they are, and for one reason.
    pub(super) fn only_gap<D: Disk<File = F>>(&self, disk: &D) -> io::Result<Option<Why>> {
        let bytes = disk.read_at(&self.file, 0, self.durable.0)?;
        let mut whys = records(&bytes, self.first).filter_map(|(_, record)| match record {
            Record::Before(_) => None,
            Record::Gap { why, .. } => Some(Some(why)),
            Record::Row(_) | Record::Names(_) => Some(None),
        });
        let first = whys.next().flatten();
        Ok(first.filter(|_| whys.all(|why| why == first)))
    }

    /// Gives the entries on the disk from number `from` on until `give` says that it is enough; returns the number after them.
    pub(super) fn read<D: Disk<File = F>>(
        &self,
        disk: &D,
        from: u64,
        give: &mut dyn FnMut(Entry<'_>) -> bool,
    ) -> io::Result<u64> {
        let place = self.places.partition_point(|(number, _)| *number <= from).saturating_sub(1);
        let Some((number, at)) = self.places.get(place).copied() else { return Ok(from) };
        let mut reached = from;
        for length in [MUCH, ENOUGH] {
            if reached > from {
                break;
            }
            let bytes = disk.read_at(&self.file, at, length.min(self.durable.0.saturating_sub(at)))?;
            for (number, record) in Records::new(&bytes, number) {
                let Some(entry) = record.entry(number).and_then(|entry| entry.since(from)) else { continue };
                reached = entry.end();
                if !give(entry) {
                    break;
                }
            }
        }
        if reached == from && from < self.durable() {
            reached =
                self.places.iter().find(|(number, _)| *number > from).map_or(self.durable(), |place| place.0);
            reached = reached.min(self.durable());
            give(Entry::Gap { first: from, rows: reached - from, why: Why::Damaged });
        }
        Ok(reached)
    }
}

fn head(clock: Clock) -> Vec<u8> {
    let mut head = [&MAGIC[..], &clock.log.to_le_bytes(), &clock.machine.to_le_bytes()].concat();
    add_check(&mut head);
    head
}

/// Returns when such a file was begun, unless its head is damaged.
pub(super) fn clock(file: &[u8]) -> Option<Clock> {
    let mut fields = checked(file.get(..HEAD as usize)?)?;
    let (magic, log, machine) = (fields.bytes(4)?, fields.long()?, fields.long()?);
    (magic == MAGIC).then_some(Clock { log, machine })
}

/// Returns the records in the bytes of such a file, whose first line has this number.
pub(super) fn records(file: &[u8], first: u64) -> Records<'_> {
    Records::new(file.get(HEAD as usize..).unwrap_or_default(), first)
}

fn remember(places: &mut Vec<(u64, u64)>, number: u64, at: u64) {
    if places.last().is_none_or(|(_, last)| at >= last + STEP) {
        places.push((number, at));
    }
}
