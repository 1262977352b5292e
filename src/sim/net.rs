//! What becomes of packets: lost, doubled, late; in order of arrival, whoever worked out when.

use super::scenario::{Scenario, Share, TICKS};
use qres_core::num::random;
use std::sync::Arc;

/// A packet under way.
#[derive(Debug, Clone)]
pub(super) struct Packet {
    pub(super) to: u32,
    pub(super) from: u32,
    pub(super) bytes: Arc<[u8]>,
}

/// The packets under way, by the tick at which they arrive: a wheel of buckets.
#[derive(Debug)]
pub(super) struct Net {
    buckets: Vec<Vec<Packet>>,
    seed: u64,
    loss: u64,
    doubled: u64,
    delay: u64,
    partition: Option<[u64; 2]>,
    sent: u64,
}

/// A share of all numbers below 2^32.
fn part(share: Share) -> u64 {
    (share * 4_294_967_296.0) as u64
}

/// The stream that fates are drawn from.
const FATES: u64 = 2 << 40;

impl Net {
    pub(super) fn new(scenario: &Scenario) -> Self {
        let delay = u64::from(scenario.delay);
        Self {
            buckets: (0..=delay + 1).map(|_| Vec::new()).collect(),
            seed: scenario.seed,
            loss: part(scenario.loss),
            doubled: part(scenario.doubled),
            delay,
            partition: scenario.partition.map(|rounds| rounds.map(|round| u64::from(round) * TICKS)),
            sent: 0,
        }
    }

    /// Takes a packet at a tick.
    pub(super) fn send(&mut self, tick: u64, packet: Packet) {
        self.sent += 1;
        let draw = |what: u64| random::at(self.seed, FATES + what, self.sent);
        let (fate, late) = (draw(0), draw(1));
        let is_apart = self.partition.is_some_and(|[from, to]| (from..to).contains(&tick));
        if fate & 0xFFFF_FFFF < self.loss || (is_apart && (packet.from ^ packet.to) & 1 == 1) {
            return;
        }
        if fate >> 32 < self.doubled {
            self.put(tick, late >> 32, packet.clone());
        }
        self.put(tick, late & 0xFFFF_FFFF, packet);
    }

    fn put(&mut self, tick: u64, draw: u64, packet: Packet) {
        let at = (tick + 1 + draw % self.delay) % self.buckets.len() as u64;
        if let Some(bucket) = self.buckets.get_mut(at as usize) {
            bucket.push(packet);
        }
    }

    /// What arrives at a tick, by whom it is for.
    pub(super) fn arrived(&mut self, tick: u64) -> Vec<Packet> {
        let at = tick % self.buckets.len() as u64;
        let mut packets = self.buckets.get_mut(at as usize).map(std::mem::take).unwrap_or_default();
        packets.sort_by_key(|packet| packet.to);
        packets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrived(scenario: &Scenario) -> usize {
        let mut net = Net::new(scenario);
        let packet = |n| Packet { to: n, from: n + 1, bytes: Arc::from(&b"x"[..]) };
        (0..1000).for_each(|n| net.send(0, packet(n)));
        (1..20).map(|tick| net.arrived(tick).len()).sum()
    }

    #[test]
    fn as_many_packets_are_lost_and_doubled_as_the_scenario_says() {
        let scenario = Scenario::default();
        assert_eq!(arrived(&scenario), 1000);
        assert!((650..750).contains(&arrived(&Scenario { loss: 0.3, ..scenario.clone() })));
        assert!((1150..1250).contains(&arrived(&Scenario { doubled: 0.2, ..scenario.clone() })));
        assert_eq!(arrived(&Scenario { loss: 1.0, ..scenario.clone() }), 0);
        assert_eq!(arrived(&Scenario { partition: Some([0, 1]), ..scenario }), 0);
    }
}
