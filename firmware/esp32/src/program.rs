//! The loop of a board: bytes, time and samples for [`qres_board::Program`], and the watchdog.

use crate::{
    board::{CHIP, HEAP_BYTES, LONGEST_GENE, UNSENT, WATCHDOG, pin},
    store::Partition,
    voltage::Voltage,
};
use alloc::vec::Vec;
use esp_backtrace as _;
use esp_hal::{
    peripherals::{ADC1, RNG},
    rng::{Rng, TrngSource},
    time::{Duration, Instant},
    timer::timg::{MwdtStage, TimerGroup},
    usb::usb_serial_jtag::UsbSerialJtag,
};
use qres_board::{
    Config, Memory, Program,
    keep::{Secret, Stored, identity},
};
use qres_core::{gene::id_of, serial::Steps};

esp_bootloader_esp_idf::esp_app_desc!();

#[esp_hal::main]
fn main() -> ! {
    let mut peripherals = esp_hal::init(esp_hal::Config::default());
    esp_alloc::heap_allocator!(size: HEAP_BYTES);
    let mut watchdog = TimerGroup::new(peripherals.TIMG0).wdt;
    watchdog.set_timeout(MwdtStage::Stage0, Duration::from_millis(WATCHDOG));
    watchdog.enable();
    let mut line = UsbSerialJtag::new(peripherals.USB_DEVICE);
    let mut keep = Stored::new(Partition::find(peripherals.FLASH));
    let who = identity(&mut keep, || draw(peripherals.RNG, peripherals.ADC1.reborrow()));
    let source = Voltage::new(peripherals.ADC1, pin!(peripherals));
    let config = Config {
        chip: CHIP,
        id: id(),
        session: Rng::new().random(),
        steps: Steps::USUAL,
        most: LONGEST_GENE,
        sleeps: false,
        memory,
    };
    let mut program = Program::new(source, keep, who, config);
    loop {
        watchdog.feed();
        while let Ok(byte) = line.read_byte() {
            program.receive(byte, now());
        }
        program.poll(now());
        send(&mut line, program.output());
    }
}

/// Sends as much as the port takes; what nobody fetches stays, up to a limit.
fn send(line: &mut UsbSerialJtag<'_, esp_hal::Blocking>, output: &mut Vec<u8>) {
    let sent = output.iter().take_while(|byte| line.write_byte_nb(**byte).is_ok()).count();
    if sent > 0 {
        // The port sends what it has when it is told to, or when it is full.
        let _ = line.flush_tx_nb();
    }
    output.drain(..sent);
    if output.len() > UNSENT {
        // The receiver is told of the loss by the packets' numbers.
        output.clear();
    }
}

fn now() -> u64 {
    Instant::now().duration_since_epoch().as_millis()
}

/// A secret from the noise that the ADC measures, which is free again afterwards. Why so many bytes? The generator needs a
/// while until what it gives is all noise.
fn draw(rng: RNG<'_>, adc: ADC1<'_>) -> Secret {
    let mut drawn = [0; 1024];
    let _noise = TrngSource::new(rng, adc);
    Rng::new().read(&mut drawn);
    id_of(&drawn)
}

/// The hardware address.
fn id() -> [u8; 8] {
    let mac = esp_hal::efuse::base_mac_address();
    let mut id = [0; 8];
    id.iter_mut().zip(mac.as_bytes()).for_each(|(place, byte)| *place = *byte);
    id
}

fn memory() -> Memory {
    (u32::try_from(esp_alloc::HEAP.used()).unwrap_or(u32::MAX), 0)
}

/// After a panic: the watchdog is not fed any more and starts the board anew.
#[unsafe(no_mangle)]
fn custom_halt() -> ! {
    loop {
        core::hint::spin_loop();
    }
}
