//! QEMU's `virt`: a serial port, a clock, a way to stop, a heap as large as a board's, a stack that tells its depth.

use core::{
    fmt::{self, Write as _},
    panic::PanicInfo,
    ptr::addr_of_mut,
};
use embedded_alloc::TlsfHeap;
use qres_board::start;
use riscv as _;

/// What codec, neurons and genes under way may take together: the budget of a board.
pub const HEAP_BYTES: usize = 64 << 10;
/// The stack that is watched.
const STACK_BYTES: usize = 32 << 10;
/// What the stack is filled with before it is used.
const PAINT: u32 = 0x5157_4553;
/// Ticks of the clock in a millisecond.
const TICKS: u64 = 10_000;

#[global_allocator]
static HEAP: TlsfHeap = TlsfHeap::empty();
static mut MEMORY: [u8; HEAP_BYTES] = [0; HEAP_BYTES];

unsafe extern "C" {
    /// The linker script's first byte above the stack.
    static _stack_start: u8;
}

/// The serial port: QEMU's NS16550A.
#[derive(Debug)]
pub struct Serial;

const PORT: *mut u8 = 0x1000_0000 as *mut u8;

impl Serial {
    /// The next byte, if one has come.
    pub fn read(&mut self) -> Option<u8> {
        // SAFETY: the line status and the receive register of the port.
        unsafe { (PORT.add(5).read_volatile() & 1 != 0).then(|| PORT.read_volatile()) }
    }

    /// Sends a byte; the port takes one at any time.
    pub fn write(&mut self, byte: u8) {
        // SAFETY: the transmit register of the port.
        unsafe { PORT.write_volatile(byte) };
    }
}

impl fmt::Write for Serial {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.bytes().for_each(|byte| self.write(byte));
        Ok(())
    }
}

/// Prepares heap and stack; once, before anything else. Not inlined: its own frame has to be small.
#[inline(never)]
pub fn begin() {
    // SAFETY: called once, before any allocation, on memory that nothing else names.
    unsafe { HEAP.init(addr_of_mut!(MEMORY) as usize, HEAP_BYTES) };
    let here = 0_u32;
    let (mut at, end) = (bottom(), &raw const here as usize - 256);
    while at < end {
        // SAFETY: below what this function uses of the stack, above all that the program names.
        unsafe { (at as *mut u32).write_volatile(PAINT) };
        at += 4;
    }
}

fn bottom() -> usize {
    (&raw const _stack_start) as usize - STACK_BYTES
}

/// Bytes of heap in use, and of stack ever used.
pub fn memory() -> (u32, u32) {
    let mut at = bottom();
    // SAFETY: reads the stack's own memory.
    while at < bottom() + STACK_BYTES && unsafe { (at as *const u32).read_volatile() } == PAINT {
        at += 4;
    }
    ((HEAP_BYTES - HEAP.free()) as u32, (bottom() + STACK_BYTES - at) as u32)
}

/// Milliseconds since the machine started.
pub fn now() -> u64 {
    riscv::register::time::read64() / TICKS
}

/// Ends the emulation.
pub fn stop() -> ! {
    test_device(0x5555)
}

/// Tells the machine's test device what is to happen to it.
fn test_device(code: u32) -> ! {
    // SAFETY: that device's only register.
    unsafe { (0x10_0000 as *mut u32).write_volatile(code) };
    loop {
        core::hint::spin_loop();
    }
}

/// The words of memory that a reset leaves, for as long as `work` takes: they lie outside of what the program is loaded
/// to, and power brings zeros.
pub fn words<T>(work: impl FnOnce(&mut [u32; 4]) -> T) -> T {
    // SAFETY: memory of the machine that nothing else names; there are no interrupts, and a panic never returns.
    work(unsafe { &mut *(0x8100_0000 as *mut [u32; 4]) })
}

/// Says so and starts the machine anew if its program counts that; else ends the emulation.
#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    // The serial port takes everything.
    let _ = writeln!(Serial, "\n{info}");
    if words(|words| words[0]) == 0 {
        test_device(0x1_3333);
    }
    words(start::panicked);
    test_device(0x7777)
}
