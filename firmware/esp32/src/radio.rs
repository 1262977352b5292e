//! What boards tell each other, by ESP-NOW: broadcasts on one channel, no access point, no connection.
//!
//! The radio's own program runs beside the board's, in tasks of esp-rtos; it has memory of its own beside the board's heap.

use esp_hal::{
    clock::CpuClock,
    peripherals::{FROM_CPU_INTR0, WIFI},
    timer::timg::Timer,
};
use esp_radio::{
    esp_now::{BROADCAST_ADDRESS, EspNow},
    wifi::WifiController,
};
use qres_board::{Keep, Program, Source};

/// The channel of all boards.
const CHANNEL: u8 = 1;
/// Packets that are taken from the air before the board goes on with its other work.
const MAX: usize = 4;

/// The radio works at full speed only.
pub(crate) fn clock() -> esp_hal::Config {
    esp_hal::Config::default().with_cpu_clock(CpuClock::max())
}

/// The radio, on.
pub(crate) struct Radio {
    now: EspNow,
    /// It is off without.
    _controller: WifiController<'static>,
}

impl Radio {
    /// Switches it on; none if it does not start.
    pub(crate) fn new(
        timer: Timer<'static>,
        interrupt: FROM_CPU_INTR0<'static>,
        wifi: WIFI<'static>,
    ) -> Option<Self> {
        esp_alloc::heap_allocator!(#[esp_hal::ram(reclaimed)] size: 64 * 1024);
        esp_alloc::heap_allocator!(size: 36 * 1024);
        esp_rtos::start(timer, interrupt);
        let controller = WifiController::new(wifi, Default::default()).ok()?;
        let now = controller.esp_now();
        now.set_channel(CHANNEL).ok()?;
        Some(Self { now, _controller: controller })
    }

    /// Brings a board what others have told, and them what it has to tell.
    pub(crate) fn serve(&mut self, program: &mut Program<impl Source, impl Keep>, now: u64) {
        for packet in core::iter::from_fn(|| self.now.receive()).take(MAX) {
            program.overhear(packet.data(), now);
        }
        if let Some(packet) = program.tell(now) {
            // What is lost is told again, with more learnt. To let go of what is returned waits until it is sent.
            let _ = self.now.send(&BROADCAST_ADDRESS, &packet);
        }
    }
}
