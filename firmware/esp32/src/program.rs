//! The loop of a board: bytes, time and samples for [`qres_board::Program`], and the watchdog.

#[cfg(feature = "uart")]
use crate::board::BAUD;
#[cfg(feature = "csv")]
use crate::csv::Lines;
#[cfg(feature = "radio")]
use crate::radio::{self, Radio};
#[cfg(not(feature = "csv"))]
use crate::voltage::Voltage;
use crate::{
    board::{CHIP, HEAP_BYTES, SLEEPS, WATCHDOG, pin},
    line::Line,
    reset,
    rest::Sleep,
    senses::Senses,
    stack,
    store::Memory,
};
use esp_backtrace as _;
#[cfg(not(feature = "uart"))]
use esp_hal::usb::usb_serial_jtag::UsbSerialJtag;
#[cfg(feature = "uart")]
use esp_hal::{
    Blocking,
    gpio::interconnect::{PeripheralInput, PeripheralOutput},
    peripherals::UART0,
    uart::{self, Uart},
};
use esp_hal::{
    peripherals::{ADC1, RNG},
    rng::{Rng, TrngSource},
    time::{Duration, Instant},
    timer::timg::{MwdtStage, TimerGroup},
};
use esp_storage::FlashStorage;
use qres_board::{
    Config, Program, Start,
    keep::{Secret, Stored},
    start,
};
use qres_core::{
    gene::{
        flash::{MAX_GENE, table::Region},
        id_of,
    },
    serial::Steps,
};

esp_bootloader_esp_idf::esp_app_desc!();

#[esp_hal::main]
fn main() -> ! {
    stack::paint();
    #[cfg(not(feature = "radio"))]
    let mut peripherals = esp_hal::init(esp_hal::Config::default());
    #[cfg(feature = "radio")]
    let mut peripherals = esp_hal::init(radio::clock());
    esp_alloc::heap_allocator!(size: HEAP_BYTES);
    let timers = TimerGroup::new(peripherals.TIMG0);
    let mut watchdog = timers.wdt;
    watchdog.set_timeout(MwdtStage::Stage0, Duration::from_millis(WATCHDOG));
    watchdog.enable();
    let mut sleep = Sleep::new(peripherals.LPWR, peripherals.RTC_TIMER);
    let (region, lack) = Region::store(Memory(FlashStorage::new(peripherals.FLASH)));
    let mut keep = Stored::new(region);
    let noise = || draw(peripherals.RNG, peripherals.ADC1.reborrow());
    let start = Start::new(&mut keep, lack, reset::begin(), noise);
    #[cfg(not(feature = "uart"))]
    let mut line = UsbSerialJtag::new(peripherals.USB_DEVICE);
    #[cfg(feature = "uart")]
    let mut line = uart(peripherals.UART0, pin!(peripherals, line));
    #[cfg(not(feature = "csv"))]
    let source = Voltage::new(peripherals.ADC1, pin!(peripherals, sensor));
    #[cfg(feature = "csv")]
    let source = Lines::new(peripherals.UART1, pin!(peripherals, csv)).expect("a usual speed");
    let config = Config {
        chip: CHIP,
        id: id(),
        session: Rng::new().random(),
        steps: Steps::USUAL,
        most: MAX_GENE,
        sleeps: SLEEPS,
        memory,
    };
    let mut program = Program::new(source, keep, start, config);
    #[cfg(feature = "radio")]
    let mut radio = {
        program.join();
        Radio::new(timers.timer0, peripherals.FROM_CPU_INTR0, peripherals.WIFI)
    };
    #[cfg(feature = "radio")]
    if radio.is_none() {
        program.say("the radio does not start: nobody is told, and nobody heard");
    }
    loop {
        watchdog.feed();
        program.source_mut().attend();
        while let Some(byte) = line.hear() {
            program.receive(byte, now());
        }
        program.poll(now());
        line.send(program.output());
        if program.settles() {
            reset::with(start::settle);
        }
        #[cfg(feature = "radio")]
        if let Some(radio) = &mut radio {
            radio.serve(&mut program, now());
        }
        if let Some(until) = program.rest(now())
            && line.rest(&mut sleep, now(), until)
        {
            program.wake(now());
        }
    }
}

/// The line on UART0.
#[cfg(feature = "uart")]
fn uart<'d>(
    port: UART0<'d>,
    (receives, sends): (impl PeripheralInput<'d>, impl PeripheralOutput<'d>),
) -> Uart<'d, Blocking> {
    let port = Uart::new(port, uart::Config::default().with_baudrate(BAUD)).expect("a usual speed");
    port.with_rx(receives).with_tx(sends)
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

fn memory() -> qres_board::Memory {
    (u32::try_from(esp_alloc::HEAP.used()).unwrap_or(u32::MAX), stack::used())
}

/// After a panic: the watchdog is not fed any more and starts the board anew.
#[unsafe(no_mangle)]
fn custom_halt() -> ! {
    reset::with(start::panicked);
    loop {
        core::hint::spin_loop();
    }
}
