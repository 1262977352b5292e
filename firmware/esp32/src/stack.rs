//! How deep the stack has ever been: it is painted before it is used.

use core::ptr::addr_of;

/// What the stack is filled with.
const PAINT: u32 = 0x5157_4553;
/// Bytes below the frame of who paints that are left to it.
const MARGIN: usize = 256;

unsafe extern "C" {
    /// The stack's lowest word, which is watched by the chip: whoever writes it has no stack left.
    static __stack_chk_guard: u32;
    /// The first byte above the stack.
    static _stack_start: u32;
}

fn bottom() -> usize {
    addr_of!(__stack_chk_guard) as usize + size_of::<u32>()
}

/// Paints what is not used yet; once, early. Not inlined: its own frame has to be small.
#[inline(never)]
pub(crate) fn paint() {
    let here = 0_u32;
    for at in (bottom()..addr_of!(here) as usize - MARGIN).step_by(size_of::<u32>()) {
        // SAFETY: stack that lies below all frames, that of this function included.
        unsafe { (at as *mut u32).write_volatile(PAINT) };
    }
}

/// Bytes that have ever been used.
pub(crate) fn used() -> u32 {
    let top = addr_of!(_stack_start) as usize;
    // SAFETY: reads the stack's own memory.
    let painted = |at: &usize| unsafe { (*at as *const u32).read_volatile() } == PAINT;
    let free = (bottom()..top).step_by(size_of::<u32>()).take_while(painted).count();
    (top - bottom() - free * size_of::<u32>()) as u32
}
