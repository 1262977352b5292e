#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| vectors::targets::take_line(data));
