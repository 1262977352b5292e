//! What a node knows of itself and of others, and must not forget: one database, each change of which is on the disk when it
//! is told to be done.
//!
//! | table | key | value |
//! |-|-|-|
//! | `node` | nothing | its epoch |
//! | `reserved` | peer | sequences that may have been used |
//! | `cursors` | peer, stream | [`Cursor`], or another record of how far something is |
//! | `peers` | peer | a record of whoever keeps it |
//!
//! A peer is the 32 bytes of its name. A value is a byte of version and what bincode makes of the record. Commits have two
//! phases: with one, a checksum decides whether a commit was whole, and whoever may choose bytes can forge it.

use bincode::{Decode, Encode, config};
use qres_core::trust::Name;
use redb::{Database, DatabaseError, ReadableDatabase, ReadableTable, TableDefinition, WriteTransaction};
use std::{fmt, ops::Range, path::Path};

/// Format: of all records.
const VERSION: u8 = 1;
/// Limit: bytes of a record.
const MAX_RECORD: usize = 64 << 10;
/// Tuning: bytes of the database in memory.
const CACHE: usize = 256 << 10;

type Table = TableDefinition<'static, &'static [u8], &'static [u8]>;

const NODE: Table = Table::new("node");
const RESERVED: Table = Table::new("reserved");
const CURSORS: Table = Table::new("cursors");
const PEERS: Table = Table::new("peers");

/// How far a stream has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Cursor {
    /// The epoch of its publisher.
    pub(crate) epoch: u32,
    /// The number of the first line that is missing.
    pub(crate) number: u64,
}

/// Sequences that may be used, once, in an epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reserved {
    pub(crate) epoch: u32,
    pub(crate) sequences: Range<u32>,
}

/// Why a book cannot be read or written.
#[derive(Debug)]
pub(crate) enum BookError {
    /// Another program has it open.
    Busy,
    /// A record was written by a newer program.
    Newer(u8),
    /// A record is not what it should be.
    Damaged(&'static str),
    /// A record is longer than [`MAX_RECORD`].
    Long(usize),
    /// No epoch is left.
    Epochs,
    /// The database failed.
    Database(Box<redb::Error>),
}

impl fmt::Display for BookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => f.write_str("another program uses the store"),
            Self::Newer(version) => {
                write!(f, "the store has records of version {version}, newer than {VERSION}")
            }
            Self::Damaged(what) => write!(f, "the store is damaged: {what}"),
            Self::Long(bytes) => write!(f, "a record of {bytes} bytes is longer than {MAX_RECORD}"),
            Self::Epochs => f.write_str("the node has used up its epochs"),
            Self::Database(_) => f.write_str("the store failed"),
        }
    }
}

impl std::error::Error for BookError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Database(error) => Some(error),
            _ => None,
        }
    }
}

impl<E: Into<redb::Error>> From<E> for BookError {
    fn from(error: E) -> Self {
        Self::Database(Box::new(error.into()))
    }
}

type Result<T> = std::result::Result<T, BookError>;

/// What a node must not forget.
#[derive(Debug)]
pub(crate) struct Book {
    database: Database,
}

impl Book {
    /// Opens the book at `path`. A new one begins with an epoch that the seconds since 1970 give, so that it is later than
    /// those of a book that was lost.
    pub(crate) fn open(path: &Path, clock: u64) -> Result<Self> {
        let mut builder = Database::builder();
        let database = match builder.set_cache_size(CACHE).create(path) {
            Err(DatabaseError::DatabaseAlreadyOpen) => return Err(BookError::Busy),
            other => other?,
        };
        let book = Self { database };
        book.change(|change| {
            for table in [RESERVED, CURSORS, PEERS] {
                change.open_table(table)?;
            }
            if get::<u32>(&change.open_table(NODE)?, &[])?.is_none() {
                put(change, NODE, &[], &u32::try_from(clock).unwrap_or(1).max(1))?;
            }
            Ok(())
        })?;
        Ok(book)
    }

    /// Returns the epoch of the node.
    pub(crate) fn epoch(&self) -> Result<u32> {
        self.read(NODE, &[])?.ok_or(BookError::Damaged("it has no epoch"))
    }

    /// Reserves `block` sequences for what is sealed for `peer`. When those of an epoch are used up, another begins.
    pub(crate) fn reserve(&self, peer: Name, block: u32) -> Result<Reserved> {
        self.change(|change| {
            let epoch: u32 =
                get(&change.open_table(NODE)?, &[])?.ok_or(BookError::Damaged("it has no epoch"))?;
            let used: Option<(u32, u32)> = get(&change.open_table(RESERVED)?, &peer.0)?;
            let first = used.filter(|(of, _)| *of == epoch).map_or(0, |(_, end)| end);
            let (epoch, first) = match first.checked_add(block) {
                Some(_) => (epoch, first),
                None => (epoch.checked_add(1).ok_or(BookError::Epochs)?, 0),
            };
            put(change, NODE, &[], &epoch)?;
            put(change, RESERVED, &peer.0, &(epoch, first + block))?;
            Ok(Reserved { epoch, sequences: first..first + block })
        })
    }

    /// Returns how far the stream of `peer` has come.
    pub(crate) fn cursor<T: Decode<()>>(&self, peer: Name, stream: &str) -> Result<Option<T>> {
        self.read(CURSORS, &cursor_key(peer, stream))
    }

    /// Sets how far the stream of `peer` has come.
    pub(crate) fn set_cursor<T: Encode>(&self, peer: Name, stream: &str, cursor: T) -> Result<()> {
        self.change(|change| put(change, CURSORS, &cursor_key(peer, stream), &cursor))
    }

    /// Returns the record of a peer.
    pub(crate) fn peer<T: Decode<()>>(&self, peer: Name) -> Result<Option<T>> {
        self.read(PEERS, &peer.0)
    }

    /// Returns all peers and their records, by name.
    pub(crate) fn peers<T: Decode<()>>(&self) -> Result<Vec<(Name, T)>> {
        let table = self.database.begin_read()?.open_table(PEERS)?;
        let mut peers = vec![];
        for entry in table.iter()? {
            let (key, value) = entry?;
            let name = key.value().try_into().map_err(|_| BookError::Damaged("a peer has no name"))?;
            peers.push((Name(name), decode(value.value())?));
        }
        Ok(peers)
    }

    /// Sets the record of a peer.
    pub(crate) fn set_peer<T: Encode>(&self, peer: Name, record: &T) -> Result<()> {
        self.change(|change| put(change, PEERS, &peer.0, record))
    }

    /// Forgets the record of a peer, and how far these streams of it have come.
    pub(crate) fn forget(&self, peer: Name, streams: &[&str]) -> Result<()> {
        self.change(|change| {
            change.open_table(PEERS)?.remove(&peer.0[..])?;
            let mut cursors = change.open_table(CURSORS)?;
            for stream in streams {
                cursors.remove(&cursor_key(peer, stream)[..])?;
            }
            Ok(())
        })
    }

    fn read<T: Decode<()>>(&self, table: Table, key: &[u8]) -> Result<Option<T>> {
        get(&self.database.begin_read()?.open_table(table)?, key)
    }

    /// Makes a change, whole or not at all, and waits for the disk.
    fn change<T>(&self, make: impl FnOnce(&WriteTransaction) -> Result<T>) -> Result<T> {
        let mut change = self.database.begin_write()?;
        change.set_two_phase_commit(true);
        let made = make(&change)?;
        change.commit()?;
        Ok(made)
    }
}

fn cursor_key(peer: Name, stream: &str) -> Vec<u8> {
    [&peer.0, stream.as_bytes()].concat()
}

fn get<T: Decode<()>>(
    table: &impl ReadableTable<&'static [u8], &'static [u8]>,
    key: &[u8],
) -> Result<Option<T>> {
    table.get(key)?.map(|value| decode(value.value())).transpose()
}

fn put<T: Encode>(change: &WriteTransaction, table: Table, key: &[u8], record: &T) -> Result<()> {
    let mut value = vec![VERSION];
    let config = config::standard();
    let written = bincode::encode_into_std_write(record, &mut value, config);
    written.map_err(|_| BookError::Damaged("a record cannot be written"))?;
    if value.len() > MAX_RECORD {
        return Err(BookError::Long(value.len()));
    }
    change.open_table(table)?.insert(key, &value[..])?;
    Ok(())
}

fn decode<T: Decode<()>>(value: &[u8]) -> Result<T> {
    let damaged = || BookError::Damaged("a record cannot be read");
    let config = config::standard().with_limit::<MAX_RECORD>();
    match value.split_first() {
        Some((&VERSION, record)) => match bincode::decode_from_slice(record, config) {
            Ok((decoded, taken)) if taken == record.len() => Ok(decoded),
            _ => Err(damaged()),
        },
        Some((&version, _)) if version > VERSION => Err(BookError::Newer(version)),
        _ => Err(damaged()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEER: Name = Name([7; 32]);
    const OTHER: Name = Name([8; 32]);

    fn with(test: impl FnOnce(&dyn Fn(u64) -> Book)) {
        let folder = tempfile::tempdir().unwrap();
        test(&|clock| Book::open(&folder.path().join("book"), clock).unwrap());
    }

    #[test]
    fn sequences_are_given_once_over_restarts_and_epochs() {
        with(|open| {
            let book = open(1000);
            let reserved = |epoch, sequences| Reserved { epoch, sequences };
            assert_eq!(book.reserve(PEER, 100).unwrap(), reserved(1000, 0..100));
            assert_eq!(book.reserve(OTHER, 10).unwrap(), reserved(1000, 0..10));
            drop(book);
            let book = open(5);
            assert_eq!(book.epoch().unwrap(), 1000);
            assert_eq!(book.reserve(PEER, u32::MAX - 100).unwrap(), reserved(1000, 100..u32::MAX));
            assert_eq!(book.reserve(PEER, 1).unwrap(), reserved(1001, 0..1));
            assert_eq!(book.reserve(OTHER, 1).unwrap(), reserved(1001, 0..1));
        });
    }

    #[test]
    fn cursors_and_peers_outlive_restarts() {
        with(|open| {
            let book = open(0);
            let cursor = Cursor { epoch: 3, number: 1 << 40 };
            book.set_cursor(PEER, "", cursor).unwrap();
            book.set_cursor(PEER, "a", Cursor { number: 2, ..cursor }).unwrap();
            book.set_cursor(OTHER, "", cursor).unwrap();
            book.set_peer(PEER, &("address".to_owned(), 1_u16)).unwrap();
            book.set_peer(OTHER, &(String::new(), 2_u16)).unwrap();
            drop(book);
            let book = open(0);
            assert_eq!(book.cursor(PEER, "").unwrap(), Some(cursor));
            assert_eq!(book.cursor::<Cursor>(PEER, "a").unwrap().unwrap().number, 2);
            assert_eq!(book.peer(PEER).unwrap(), Some(("address".to_owned(), 1_u16)));
            let peers = [(PEER, ("address".to_owned(), 1_u16)), (OTHER, (String::new(), 2_u16))];
            assert_eq!(book.peers().unwrap(), peers);
            book.forget(PEER, &["a"]).unwrap();
            assert_eq!(book.cursor::<Cursor>(PEER, "a").unwrap(), None);
            assert_eq!(book.cursor(PEER, "").unwrap(), Some(cursor));
            assert_eq!(book.peers::<(String, u16)>().unwrap(), peers[1..]);
            assert_eq!(book.cursor(OTHER, "").unwrap(), Some(cursor));
        });
    }

    #[test]
    fn records_that_are_newer_damaged_or_long_are_refused() {
        with(|open| {
            let book = open(0);
            let set = |value: &[u8]| {
                let insert = |change: &WriteTransaction| {
                    change.open_table(PEERS)?.insert(&PEER.0[..], value)?;
                    Ok(())
                };
                book.change(insert).unwrap();
                book.peer::<u32>(PEER).unwrap_err().to_string()
            };
            assert_eq!(set(&[2, 1]), "the store has records of version 2, newer than 1");
            for damaged in [&[][..], &[0, 1], &[1], &[1, 1, 1]] {
                assert_eq!(set(damaged), "the store is damaged: a record cannot be read");
            }
            assert!(matches!(book.set_peer(PEER, &vec![0_u8; MAX_RECORD]), Err(BookError::Long(_))));
        });
    }

    #[test]
    fn a_book_has_one_reader() {
        with(|open| {
            let _book = open(0);
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("book");
            let _own = Book::open(&path, 0).unwrap();
            assert!(matches!(Book::open(&path, 0), Err(BookError::Busy)));
        });
    }
}
