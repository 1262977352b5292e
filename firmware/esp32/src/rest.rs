//! Light sleep between samples: the chip stands still until the next sample is due or the line wakes it.
//!
//! What sleep keeps: memory, pins and the clock, which esp-hal sets on by the time slept. What it costs: the bytes that wake
//! the chip are lost. A host repeats what is not answered, and the board stays awake for a while once it was woken. A sleep
//! that does not end is ended by the watchdog of the chip's part that never sleeps: the other one stands still meanwhile.

use crate::board::WATCHDOG;
#[cfg(feature = "esp32c6")]
use esp_hal::peripherals::LP_WDT;
#[cfg(not(feature = "esp32c6"))]
use esp_hal::peripherals::LPWR as LP_WDT;
use esp_hal::{
    Blocking,
    peripherals::{LPWR, RTC_TIMER},
    rtc_cntl::{
        Rtc, Rwdt, RwdtStage,
        sleep::{LowPower, RtcSleepConfig},
    },
    time::{Duration, Instant},
    uart::{Uart, WakeupConfig},
};

/// Milliseconds of one sleep at most. Whether the loop's watchdog stands still meanwhile or not, it has not run out.
const MAX: u64 = WATCHDOG / 2;
/// Milliseconds that a sleep may end early by itself: its clock is a coarse one.
const EARLY: u64 = 20;
/// What lets the watchdog's settings be written.
const KEY: u32 = 0x50D8_3AA1;

/// What the chip sleeps with.
pub(crate) struct Sleep<'d> {
    power: LowPower<'d>,
    guard: Rwdt,
}

impl<'d> Sleep<'d> {
    pub(crate) fn new(power: LPWR<'d>, timer: RTC_TIMER<'d>) -> Self {
        Self { power: LowPower::new(power), guard: Rtc::new(timer).rwdt }
    }

    /// Sleeps until `until`, or a part of that time; tells whether the line has ended it.
    pub(crate) fn rest(&mut self, line: &mut Uart<'_, Blocking>, now: u64, until: u64) -> bool {
        let until = until.min(now + MAX);
        if until < now + 2 * EARLY
            || line.enable_wakeup(&WakeupConfig::default()).is_err()
            || line.flush().is_err()
        {
            return false;
        }
        self.watch();
        self.power.set_wakeup_deadline(Instant::EPOCH + Duration::from_millis(until));
        self.power.sleep_light(RtcSleepConfig::default());
        self.power.clear_wakeup_deadline();
        self.guard.disable();
        Instant::now().duration_since_epoch().as_millis() + EARLY < until
    }

    /// Lets the guard run, in sleep as well: that is not how esp-hal starts it.
    fn watch(&mut self) {
        self.guard.enable();
        self.guard.set_timeout(RwdtStage::Stage0, Duration::from_millis(WATCHDOG));
        let guard = LP_WDT::regs();
        // SAFETY: the key is what this register is for.
        guard.wdtwprotect().write(|w| unsafe { w.bits(KEY) });
        guard.wdtconfig0().modify(|_, w| w.wdt_pause_in_slp().clear_bit());
        // SAFETY: so is anything else, which locks.
        guard.wdtwprotect().write(|w| unsafe { w.bits(0) });
        self.guard.feed();
    }
}
