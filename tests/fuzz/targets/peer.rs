#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| vectors::swarm::drive(data));
