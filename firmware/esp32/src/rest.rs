//! Light sleep between samples: the chip stands still until the next sample is due or the line wakes it.
//!
//! What sleep keeps: memory, pins and the clock, which esp-hal sets on by the time slept. What it costs: the bytes that wake
//! the chip are lost. A host repeats what is not answered, and the board stays awake for a while once it was woken.

use crate::board::WATCHDOG;
use esp_hal::{
    Blocking,
    rtc_cntl::sleep::{LowPower, RtcSleepConfig},
    time::{Duration, Instant},
    uart::{Uart, WakeupConfig},
};

/// Milliseconds of one sleep at most. Whether the watchdog stands still meanwhile or not, it has not run out.
const MOST: u64 = WATCHDOG / 2;
/// Milliseconds that a sleep may end early by itself: its clock is a coarse one.
const EARLY: u64 = 20;

/// Sleeps until `until`, or a part of that time; tells whether the line has ended it.
pub(crate) fn rest(power: &mut LowPower<'_>, line: &mut Uart<'_, Blocking>, now: u64, until: u64) -> bool {
    let until = until.min(now + MOST);
    if until < now + 2 * EARLY
        || line.enable_wakeup(&WakeupConfig::default()).is_err()
        || line.flush().is_err()
    {
        return false;
    }
    power.set_wakeup_deadline(Instant::EPOCH + Duration::from_millis(until));
    power.sleep_light(RtcSleepConfig::default());
    power.clear_wakeup_deadline();
    Instant::now().duration_since_epoch().as_millis() + EARLY < until
}
