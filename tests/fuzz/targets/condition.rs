#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| vectors::targets::parse_condition(data));
