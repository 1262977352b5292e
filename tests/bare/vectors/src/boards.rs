//! What boards say and keep: names, proofs, genes piece by piece, and the store in flash memory. Lines are as those of
//! archives.

use alloc::{format, string::String, vec, vec::Vec};
use core::convert::Infallible;
use qres_core::{
    gene::{
        Builder,
        flash::{Flash, Kind, SECTOR, Store},
    },
    neuron::{Kind as NeuronKind, LinearGene},
    num::Q16,
    serial::{Nonce, Proof, Request, note},
    trust::Identity,
};

/// Secrets that names are made of.
const SECRETS: u8 = 4;

/// Makes the lines.
pub fn lines(mut line: impl FnMut(&str)) {
    line(&named());
    line(&stored());
}

fn digest(name: &str, rows: usize, bytes: &[u8]) -> String {
    format!("{name} {rows} 0 {} {}", bytes.len(), blake3::hash(bytes).to_hex())
}

/// Names, and what they prove.
fn named() -> String {
    let mut said = Vec::new();
    for secret in 0..SECRETS {
        let (identity, nonce): (_, Nonce) = (Identity::from_secret(&[secret; 32]), [!secret; 32]);
        let proof = Proof::new(&identity, &nonce);
        if !proof.holds(&nonce) || proof.holds(&[secret; 32]) {
            return "boards: a proof does not decode".into();
        }
        said.extend_from_slice(&proof.signature);
        note(secret.into(), &format!("{}", identity.name()), &mut said);
        Request::Prove(nonce).write(secret.into(), &mut said);
    }
    digest("boards", SECRETS.into(), &said)
}

/// A store that has been written to a few times.
fn stored() -> String {
    let mut store = Store::new(Memory(vec![0xFF; 8 * SECTOR as usize]));
    let mut puts = 0;
    for round in 1..6_u8 {
        let mut linear = LinearGene::FRESH;
        linear.weights.fill(Q16::from_bits(i32::from(round) * 777));
        let mut builder = Builder::new(Some(NeuronKind::Linear), 1);
        let gene = builder.linear(0, &linear).map(|builder| builder.finish()).unwrap_or_default();
        puts += usize::from(store.put(Kind::Gene, &gene).is_ok());
        puts += usize::from(store.put(Kind::Identity, &[round; 32]).is_ok());
        if store.get(Kind::Gene) != Ok(Some(gene)) {
            return "store: a gene does not decode".into();
        }
    }
    digest("store", puts, &store.into_flash().0)
}

/// Flash memory that is none.
struct Memory(Vec<u8>);

impl Memory {
    fn at(&mut self, at: u32, length: usize) -> &mut [u8] {
        self.0.get_mut(at as usize..).and_then(|bytes| bytes.get_mut(..length)).unwrap_or_default()
    }
}

impl Flash for Memory {
    type Error = Infallible;

    fn sectors(&self) -> u32 {
        self.0.len() as u32 / SECTOR
    }

    fn read(&mut self, at: u32, into: &mut [u8]) -> Result<(), Infallible> {
        let length = into.len();
        into.copy_from_slice(self.at(at, length));
        Ok(())
    }

    fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), Infallible> {
        // As the memory does: bits go from 1 to 0.
        self.at(at, bytes.len()).iter_mut().zip(bytes).for_each(|(to, from)| *to &= from);
        Ok(())
    }

    fn erase(&mut self, sector: u32) -> Result<(), Infallible> {
        self.at(sector * SECTOR, SECTOR as usize).fill(0xFF);
        Ok(())
    }
}
