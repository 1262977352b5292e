//! Several neurons, averaged: each counts by how small its error has been of late.
//!
//! ```text
//! gene   := version u8 = 1 | members u8 = 1..=8 | member*
//! member := kind u8 | length u16 LE | gene of that kind          no ensembles and no fusions
//! ```
//! A member's share rises fourfold with every bit by which its recent surprises are smaller; shares sum to exactly one.

use super::{Kind, Lag, Linear, Lstm, Neuron, plus_q16};
use crate::{
    entropy::Cursor,
    error::Error,
    num::{log2_q16, softmax::softmax},
};
use alloc::{boxed::Box, vec, vec::Vec};

/// Wire: members at most.
pub(crate) const MEMBERS: usize = 8;
/// Tuning: recent errors look back about 2^4 samples.
const WINDOW: u32 = 4;

#[derive(Debug)]
struct Member {
    neuron: Box<dyn Neuron>,
    /// The mean of log2(1 + distance) of late, in Q16.
    bits: i32,
}

/// The neuron.
#[derive(Debug)]
pub struct Ensemble {
    members: Vec<Member>,
}

impl Default for Ensemble {
    fn default() -> Self {
        Self::new()
    }
}

impl Ensemble {
    /// Persistence, the linear and the recurrent neuron.
    pub fn new() -> Self {
        let neurons: [Box<dyn Neuron>; 3] =
            [Box::new(Lag::new(1)), Box::new(Linear::new()), Box::new(Lstm::new())];
        Self { members: neurons.into_iter().map(|neuron| Member { neuron, bits: 0 }).collect() }
    }

    /// The members and the knowledge that `gene` names.
    pub(crate) fn from_gene(gene: &[u8]) -> Result<Self, Error> {
        let build = |(kind, gene): (Kind, &[u8])| Ok(Member { neuron: kind.build(gene)?, bits: 0 });
        let members = members(gene)?.into_iter().map(build).collect::<Result<_, Error>>()?;
        Ok(Self { members })
    }

    /// What each member counts now; the sum is exactly 65536.
    pub(crate) fn shares(&self) -> [u32; MEMBERS] {
        let (mut scores, mut shares) = ([0; MEMBERS], [0; MEMBERS]);
        scores.iter_mut().zip(&self.members).for_each(|(score, m)| *score = -2 * m.bits);
        let count = self.members.len().min(MEMBERS);
        softmax(scores.get(..count).unwrap_or(&[]), &mut shares);
        shares
    }
}

/// The kinds and genes of the members.
fn members(gene: &[u8]) -> Result<Vec<(Kind, &[u8])>, Error> {
    let wrong = Error::Corrupt("gene of an ensemble");
    let mut cursor = Cursor::new(gene);
    let ([1], count @ 1..=8) = (cursor.bytes(1)?, cursor.u8()?) else { return Err(wrong) };
    let mut members = vec![];
    for _ in 0..count {
        let kind = Kind::from_byte(cursor.u8()?).ok_or(Error::Corrupt("kind of neuron"))?;
        if matches!(kind, Kind::Ensemble | Kind::Fusion) {
            return Err(wrong);
        }
        let length = u16::from_le_bytes([cursor.u8()?, cursor.u8()?]);
        members.push((kind, cursor.bytes(length.into())?));
    }
    if cursor.rest().is_empty() { Ok(members) } else { Err(wrong) }
}

/// Whether [`Ensemble::from_gene`] would take `gene`.
pub(super) fn check(gene: &[u8]) -> Result<(), Error> {
    members(gene)?.into_iter().try_for_each(|(kind, gene)| kind.check(gene))
}

impl Neuron for Ensemble {
    fn kind(&self) -> Kind {
        Kind::Ensemble
    }

    fn predict(&self) -> i64 {
        let shared = self.members.iter().zip(self.shares());
        let sum: i128 = shared.map(|(m, share)| i128::from(m.neuron.predict()) * i128::from(share)).sum();
        plus_q16(0, sum)
    }

    fn adapt(&mut self, seen: i64) {
        for member in &mut self.members {
            let missed = seen.abs_diff(member.neuron.predict()).saturating_add(1);
            member.bits += (log2_q16(missed) as i32 - member.bits) >> WINDOW;
            member.neuron.adapt(seen);
        }
    }

    fn tick(&mut self) {
        self.members.iter_mut().for_each(|m| m.neuron.tick());
    }

    fn export_gene(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&[1, self.members.len() as u8]);
        for member in &self.members {
            let mut gene = vec![];
            member.neuron.export_gene(&mut gene);
            out.push(member.neuron.kind() as u8);
            // The longest gene of a member is that of the recurrent neuron, 833 bytes.
            out.extend_from_slice(&(gene.len() as u16).to_le_bytes());
            out.append(&mut gene);
        }
    }

    fn install_gene(&mut self, gene: &[u8]) -> Result<(), Error> {
        let genes = members(gene)?;
        if !genes.iter().map(|(kind, _)| *kind).eq(self.members.iter().map(|m| m.neuron.kind())) {
            return Err(Error::Corrupt("gene of another ensemble"));
        }
        for (kind, gene) in &genes {
            kind.check(gene)?;
        }
        self.members.iter_mut().zip(genes).try_for_each(|(m, (_, gene))| m.neuron.install_gene(gene))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::neuron::measure;

    /// First a ramp, which the linear neuron knows, then noise, where persistence is as good as any.
    #[test]
    fn it_is_near_the_best_of_its_members_everywhere() {
        let ramp = (0..1500).map(|i| 1000 + 70 * i);
        let mut x = 99_i64;
        let noise = core::iter::repeat_with(|| {
            x = x * 1_103_515_245 % 2_147_483_647;
            106_000 + x % 50
        });
        let series: Vec<i64> = ramp.chain(noise.take(1500)).collect();
        let mut ensemble = Ensemble::new();
        let all = measure(&mut ensemble, &series).bits_q16;
        let best = [measure(&mut Lag::new(1), &series), measure(&mut Linear::new(), &series)];
        let best = best.iter().map(|m| m.bits_q16).min().unwrap();
        assert!(all * 20 < best * 21, "{all} {best}");
        assert_eq!(ensemble.shares().iter().sum::<u32>(), 65_536);
    }

    #[test]
    fn a_gene_builds_its_members() {
        let mut gene = vec![];
        Ensemble::new().export_gene(&mut gene);
        assert_eq!(gene.len(), 2 + (3 + 1) + (3 + 48) + (3 + 833));
        let mut again = vec![];
        Ensemble::from_gene(&gene).unwrap().export_gene(&mut again);
        assert_eq!(gene, again);
        for cut in 0..gene.len() {
            assert!(Ensemble::new().install_gene(&gene[..cut]).is_err());
            assert!(Ensemble::from_gene(&gene[..cut]).is_err());
        }
        gene[2] = Kind::Ensemble as u8;
        assert!(Ensemble::from_gene(&gene).is_err());
    }
}
