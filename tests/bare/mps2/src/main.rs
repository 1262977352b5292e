//! The vectors on a bare Cortex-M4: lines go to the debugger, which QEMU plays.
#![cfg_attr(target_arch = "arm", no_std, no_main)]

#[cfg(target_arch = "arm")]
mod machine {
    use core::panic::PanicInfo;
    use cortex_m as _;
    use cortex_m_semihosting::{debug, hprintln};
    use embedded_alloc::TlsfHeap;

    /// The board's PSRAM.
    const HEAP: usize = 0x2100_0000;
    const HEAP_BYTES: usize = 16 << 20;

    #[global_allocator]
    static ALLOCATOR: TlsfHeap = TlsfHeap::empty();

    #[cortex_m_rt::entry]
    fn main() -> ! {
        // SAFETY: called once, before any allocation, on memory that the linker knows nothing of.
        unsafe { ALLOCATOR.init(HEAP, HEAP_BYTES) };
        vectors::lines(|line| hprintln!("{line}"));
        stop(debug::EXIT_SUCCESS)
    }

    #[panic_handler]
    fn panic(info: &PanicInfo<'_>) -> ! {
        hprintln!("{info}");
        stop(debug::EXIT_FAILURE)
    }

    fn stop(status: debug::ExitStatus) -> ! {
        loop {
            debug::exit(status);
        }
    }
}

#[cfg(not(target_arch = "arm"))]
fn main() {}
