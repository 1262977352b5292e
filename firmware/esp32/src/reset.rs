//! Why the chip has started, and what outlives that: a few words of memory that only a power cut clears.

use core::ptr::addr_of_mut;
use esp_hal::{rtc_cntl::SocResetReason, system::reset_reason};
use qres_board::start::{Boot, Words};
use qres_core::serial::Reset;

#[esp_hal::ram(unstable(rtc_fast, persistent))]
static mut WORDS: Words = [0; 4];

/// The words, for as long as `work` takes.
pub(crate) fn with<T>(work: impl FnOnce(&mut Words) -> T) -> T {
    // SAFETY: there is one core, interrupts do not touch the words, and a panic, which does, never returns.
    work(unsafe { &mut *addr_of_mut!(WORDS) })
}

/// Counts this start.
pub(crate) fn begin() -> Boot {
    let reset = reset_reason().map_or(Reset::Unknown, reset);
    with(|words| Boot::begin(words, reset))
}

fn reset(reason: SocResetReason) -> Reset {
    use SocResetReason as Why;
    match reason {
        Why::ChipPowerOn => Reset::Power,
        Why::CoreSw | Why::Cpu0Sw | Why::CoreUsbUart | Why::CoreUsbJtag => Reset::Host,
        Why::CoreMwdt0
        | Why::CoreMwdt1
        | Why::CoreRtcWdt
        | Why::Cpu0Mwdt0
        | Why::Cpu0Mwdt1
        | Why::Cpu0RtcWdt
        | Why::SysRtcWdt
        | Why::SysSuperWdt => Reset::Watchdog,
        Why::SysBrownOut => Reset::Brownout,
        _ => Reset::Unknown,
    }
}
