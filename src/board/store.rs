//! The store of a board as bytes here: genes and identities put into it as the firmware would.

use crate::{
    failure::{Failure, Outcome},
    text::units,
};
use qres_core::gene::flash::{Fault, Flash, Kind, SECTOR, Store};
use qres_core::trust::{Name, Secret};
use std::{convert::Infallible, fmt};

/// What shall be in a store.
#[derive(Default)]
pub(crate) struct Wanted {
    /// The bytes of a gene, and what messages call it.
    pub(crate) gene: Option<(String, Vec<u8>)>,
    /// The secret that makes an identity.
    pub(crate) key: Option<Secret>,
}

impl Wanted {
    /// Whether nothing is.
    pub(crate) fn is_empty(&self) -> bool {
        self.gene.is_none() && self.key.is_none()
    }

    /// Who the board will be, if it gets an identity.
    pub(crate) fn name(&self) -> Option<Name> {
        self.key.as_ref().map(|key| key.identity().name())
    }

    /// The store `bytes` with what is wanted in it; what else is there stays.
    pub(crate) fn put_into(&self, bytes: Vec<u8>) -> Outcome<Vec<u8>> {
        let mut store = Store::new(Memory(bytes));
        if let Some(key) = &self.key {
            store.put(Kind::Identity, key.bytes()).map_err(|fault| refused("the key", fault))?;
        }
        if let Some((name, gene)) = &self.gene {
            store.put(Kind::Gene, gene).map_err(|fault| refused(name, fault))?;
        }
        Ok(store.into_flash().0)
    }
}

impl fmt::Debug for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wanted").field("gene", &self.gene).field("name", &self.name()).finish()
    }
}

fn refused(name: &str, fault: Fault<Infallible>) -> Failure {
    match fault {
        Fault::TooLarge { limit: 0 } => Failure::refused(
            "the store of this image is too small",
            "take an image with a larger partition `qres`",
        ),
        Fault::TooLarge { limit } => {
            let what =
                format!("{name} is too large for the board, which holds {}", units::size(limit.into()));
            Failure::refused(what, "train a gene of fewer columns, or with `--neuron linear`")
        }
        Fault::Flash(never) => match never {},
        Fault::Worn => {
            Failure::refused("the store of this board cannot take another record", "erase it with `--erase`")
        }
    }
}

/// Sectors in which `after` is not as `before`, those beside each other together: where they begin and what they hold.
pub(crate) fn changes(before: &[u8], after: &[u8]) -> Vec<(u32, Vec<u8>)> {
    let mut runs: Vec<(u32, Vec<u8>)> = Vec::new();
    let sector = SECTOR as usize;
    for (at, (old, new)) in (0..).step_by(sector).zip(before.chunks(sector).zip(after.chunks(sector))) {
        if old == new {
            continue;
        }
        match runs.last_mut() {
            Some((start, run)) if *start + run.len() as u32 == at => run.extend(new),
            _ => runs.push((at, new.to_vec())),
        }
    }
    runs
}

/// Flash memory that is none.
struct Memory(Vec<u8>);

impl Flash for Memory {
    type Error = Infallible;

    fn sectors(&self) -> u32 {
        self.0.len() as u32 / SECTOR
    }

    fn read(&mut self, at: u32, into: &mut [u8]) -> Result<(), Infallible> {
        into.copy_from_slice(&self.0[at as usize..][..into.len()]);
        Ok(())
    }

    fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), Infallible> {
        self.0[at as usize..][..bytes.len()].copy_from_slice(bytes);
        Ok(())
    }

    fn erase(&mut self, sector: u32) -> Result<(), Infallible> {
        self.0[(sector * SECTOR) as usize..][..SECTOR as usize].fill(0xFF);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use qres_core::gene::flash::MAX_GENE;

    fn wanted(gene: &[u8], key: Option<u8>) -> Wanted {
        Wanted { gene: Some(("gene".into(), gene.to_vec())), key: key.map(|byte| Secret::new([byte; 32])) }
    }

    #[test]
    fn a_new_gene_leaves_the_identity_and_the_old_gene_alone() {
        let empty = vec![0xFF; 16 * 4096];
        let first = wanted(b"one", Some(7)).put_into(empty.clone()).unwrap();
        let places = |runs: Vec<(u32, Vec<u8>)>| -> Vec<(u32, usize)> {
            runs.iter().map(|(at, run)| (*at, run.len())).collect()
        };
        assert_eq!(places(changes(&empty, &first)), [(0, 3 * 4096)]);
        let second = wanted(&[2; 5000], None).put_into(first.clone()).unwrap();
        assert_eq!(places(changes(&first, &second)), [(9 * 4096, 8192)]);
        assert_eq!(changes(&second, &second), []);
    }

    #[test]
    fn what_is_too_large_is_refused() {
        // More than the store has room for, and more than a board's memory.
        assert!(wanted(&[1; 30_000], None).put_into(vec![0xFF; 16 * 4096]).is_err());
        let most = MAX_GENE as usize;
        assert!(wanted(&vec![1; most + 1], None).put_into(vec![0xFF; 16 * 4096]).is_err());
        assert!(wanted(&vec![1; most], None).put_into(vec![0xFF; 16 * 4096]).is_ok());
        assert!(wanted(&[1], None).put_into(vec![0xFF; 4096]).is_err());
    }
}
