//! The vectors on a bare 32-bit RISC-V: lines go to the serial port, the end to the machine's test device.
#![cfg_attr(target_arch = "riscv32", no_std, no_main)]

#[cfg(target_arch = "riscv32")]
mod machine {
    use core::{fmt, panic::PanicInfo, ptr::addr_of_mut};
    use embedded_alloc::TlsfHeap;
    use riscv as _;

    const HEAP_BYTES: usize = 64 << 20;

    #[global_allocator]
    static HEAP: TlsfHeap = TlsfHeap::empty();
    static mut MEMORY: [u8; HEAP_BYTES] = [0; HEAP_BYTES];

    struct Serial;

    impl fmt::Write for Serial {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            for byte in text.bytes() {
                // SAFETY: the transmit register of QEMU's NS16550A, which takes a byte at any time.
                unsafe { (0x1000_0000 as *mut u8).write_volatile(byte) };
            }
            Ok(())
        }
    }

    fn stop(code: u32) -> ! {
        // SAFETY: the machine's test device, which ends the emulation.
        unsafe { (0x10_0000 as *mut u32).write_volatile(code) };
        loop {}
    }

    #[riscv_rt::entry]
    fn main() -> ! {
        // SAFETY: called once, before any allocation, on memory that nothing else names.
        unsafe { HEAP.init(addr_of_mut!(MEMORY) as usize, HEAP_BYTES) };
        vectors::lines(|line| print(format_args!("{line}\n")));
        stop(0x5555)
    }

    #[panic_handler]
    fn panic(info: &PanicInfo<'_>) -> ! {
        print(format_args!("{info}\n"));
        stop(0x1_3333)
    }

    fn print(text: fmt::Arguments<'_>) {
        // The serial port takes everything.
        let _ = fmt::write(&mut Serial, text);
    }
}

#[cfg(not(target_arch = "riscv32"))]
fn main() {}
