//! What boards say and keep: names, proofs, genes piece by piece, and the store in flash memory. Lines are as those of
//! archives.

use alloc::{format, string::String, vec, vec::Vec};
use core::convert::Infallible;
use qres_core::{
    gene::{
        Builder, Gene, Summary,
        flash::{Flash, Kind, SECTOR, Store},
    },
    neuron::{Kind as NeuronKind, LinearGene},
    num::{Q16, bfp::Block},
    serial::{
        self, Board, Device, Host, Identity as Who, MAX_MESSAGE, Nonce, Pace, Proof, Reason, Request, Stats,
        Steps, Task, Weather, note, read_note,
    },
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

/// Any bytes as messages to a board, and as what it answers: a part of them each, between bytes FE.
pub fn talk(data: &[u8]) {
    let (mut board, mut out) = (Board::new(), Vec::new());
    for message in data.split(|byte| *byte == 0xFE) {
        let answered = board.handle(message, &mut Nobody, &mut out);
        assert!(!answered || (serial::is_message(&out) && out.len() <= MAX_MESSAGE));
        let _ = read_note(message);
    }
    for task in [Task::Export, Task::Install(data.to_vec()), Task::Identify, Task::Summary] {
        let mut host = Host::new(0);
        host.begin(task, 0);
        for (now, part) in (0..).zip(data.split(|byte| *byte == 0xFE)) {
            out.clear();
            host.poll_transmit(now * 600, &mut out);
            // Version, number and command are right, or nothing more would be looked at.
            let mut answer = vec![0xE1];
            answer.extend(out.iter().skip(1).take(4));
            answer.extend_from_slice(part);
            host.handle(&answer, now);
        }
    }
}

/// Any bytes as what a board's flash memory holds: whatever that is, a gene can be kept there.
pub fn keep(data: &[u8]) {
    let memory = data.iter().copied().chain(core::iter::repeat(0xFF)).take(6 * SECTOR as usize);
    let mut store = Store::new(Memory(memory.collect()));
    let _ = store.get(Kind::Identity);
    let before = store.get(Kind::Gene);
    // None that is whole has the highest number that there is, unless somebody has made it so.
    if store.put(Kind::Gene, b"gene").is_ok() {
        assert_eq!(store.get(Kind::Gene), Ok(Some(b"gene".to_vec())));
        assert!(store.remove(Kind::Gene).is_ok() && store.get(Kind::Gene) == Ok(None));
    } else {
        assert_eq!(store.get(Kind::Gene), before);
    }
}

/// A board that has nothing and takes everything.
struct Nobody;

impl Device for Nobody {
    fn identity(&self) -> Who {
        Who { most: 4096, ..Who::default() }
    }
    fn prove(&self, nonce: &Nonce) -> Proof {
        Proof::new(&Identity::from_secret(&[1; 32]), nonce)
    }
    fn stats(&self) -> Stats {
        Stats::default()
    }
    fn weather(&self) -> Weather {
        Weather::default()
    }
    fn steps(&self) -> Steps {
        Steps::USUAL
    }
    fn lease(&self) -> u32 {
        0
    }
    fn set_pace(&mut self, _: Pace) {}
    fn summary(&self) -> Summary {
        Summary { round: 0, history: [0; 32], weights: Block::ZERO, variance: Block::ZERO }
    }
    fn export(&self) -> Vec<u8> {
        Builder::new(None, 1).finish()
    }
    fn install(&mut self, _: &Gene<'_>) -> Result<(), Reason> {
        Ok(())
    }
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
