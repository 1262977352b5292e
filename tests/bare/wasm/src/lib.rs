//! The vectors in a wasm engine: lines go to the host through one imported function.

#[cfg(target_arch = "wasm32")]
mod module {
    #[link(wasm_import_module = "host")]
    unsafe extern "C" {
        fn line(text: *const u8, bytes: usize);
    }

    #[unsafe(no_mangle)]
    extern "C" fn run() {
        // SAFETY: the host reads those bytes before it returns.
        vectors::lines(|text| unsafe { line(text.as_ptr(), text.len()) });
    }
}
