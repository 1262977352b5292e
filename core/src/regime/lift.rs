//! The margin a score needs above its threshold, so that alarms stay few in any noise.
//!
//! A threshold in bits is right only where samples are independent and enough are remembered to know how rare is rare. So
//! each alarm lifts the threshold by `STEP`, and it sinks back slowly: by as much as `SHARE` of an alarm a day would
//! lift it. In the long run there are no more alarms than that, for any series at all; one that tells little has no lift, and
//! its first alarm is never held back. Where more than 2^12 samples make a day, the lift never sinks below what a day
//! has more than that, in bits: as many samples would be rare by chance.

use crate::num::log2_q16;

/// Samples of a day where no clock tells: one a minute.
pub(crate) const DAY: u32 = 1440;
/// Tuning: what an alarm lifts, in bits, Q8: half a bit.
const STEP: u64 = 128;
/// Tuning: alarms a day that keep the lift where it is, in hundredths.
const SHARE: u64 = 35;
/// Tuning: bits that a day's samples may have without a lift, Q8.
const SPARE: u32 = 12 << 8;
/// The largest lift, in bits, Q8.
const MAX: u64 = 64 << 8;
/// Bits behind the point of the lift, beyond Q8: it sinks by little.
const FINE: u32 = 24;

/// The lift of one kind of alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lift {
    /// In bits, Q32.
    height: u64,
    /// The decay per sample, and the floor.
    sink: u64,
    floor: u64,
}

impl Default for Lift {
    fn default() -> Self {
        let mut lift = Self { height: 0, sink: 0, floor: 0 };
        lift.set_day(DAY);
        lift
    }
}

impl Lift {
    /// Sets the number of samples in a day.
    pub(crate) fn set_day(&mut self, samples: u32) {
        let samples = samples.max(1);
        self.sink = (STEP << FINE) * SHARE / 100 / u64::from(samples);
        self.floor = u64::from((log2_q16(samples.into()) >> 8).saturating_sub(SPARE)) << FINE;
    }

    /// In bits, Q8.
    pub(crate) fn bits(&self) -> u32 {
        (self.height.max(self.floor) >> FINE) as u32
    }

    /// A sample has passed, with an alarm or without.
    pub(crate) fn push(&mut self, alarm: bool) {
        let risen = if alarm { STEP << FINE } else { 0 };
        self.height = (self.height.saturating_sub(self.sink).max(self.floor) + risen).min(MAX << FINE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::Random;
    use proptest::prelude::*;

    #[test]
    fn alarms_are_few_however_often_scores_are_high() {
        for day in [100, 1440, 86_400] {
            let (mut lift, mut random, mut alarms) = (Lift::default(), Random::new(day, 0), 0);
            lift.set_day(day as u32);
            for _ in 0..30 * day {
                // Rarer by a bit for each bit, four times as often as it should be.
                let score = (random.below(1 << 32).leading_zeros() - 32 + 2) << 8;
                let alarm = score >= (7 << 8) + lift.bits();
                lift.push(alarm);
                alarms += u32::from(alarm);
            }
            assert!(alarms <= 30, "{day}: {alarms}");
        }
    }

    #[test]
    fn it_sinks_to_nothing_or_to_what_a_long_day_asks() {
        for (day, left) in [(288, 0), (4096, 0), (1 << 14, 2 << 8)] {
            let mut lift = Lift::default();
            lift.set_day(day);
            lift.push(true);
            assert_eq!(lift.bits(), left + 128);
            (0..4 * day).for_each(|_| lift.push(false));
            assert_eq!(lift.bits(), left, "{day}");
        }
    }

    proptest! {
        #[test]
        fn it_is_bounded(alarms in prop::collection::vec(any::<bool>(), 0..400), day: u32) {
            let mut lift = Lift::default();
            lift.set_day(day);
            for alarm in alarms {
                lift.push(alarm);
                prop_assert!(u64::from(lift.bits()) <= MAX);
            }
        }
    }
}
