//! Programs of boards, made by hand.

/// A program for a chip with RISC-V: an ELF file with an app descriptor and a little code.
pub(crate) fn elf(chip: &str) -> Vec<u8> {
    const DESCRIPTOR_AT: u32 = 0x3C00_0020;
    const CODE_AT: u32 = 0x4200_0020;
    // The C6 has both in one window.
    let (drom, irom) =
        if chip == "esp32c3" { (DESCRIPTOR_AT, CODE_AT + 0x1_0000) } else { (0x4200_0020, 0x4201_0020) };
    let mut descriptor = vec![0; 256];
    descriptor[..4].copy_from_slice(&0xABCD_5432_u32.to_le_bytes());
    descriptor[16..21].copy_from_slice(b"1.2.3");
    descriptor[48..52].copy_from_slice(b"test");
    let code: Vec<u8> = (0..30_000_u32).flat_map(|n| (n * n).to_le_bytes()).collect();
    let names = b"\0.flash.appdesc\0.text\0.shstrtab\0";
    let sections: [(u32, u32, u32, u32, &[u8]); 3] =
        [(1, 1, 2, drom, &descriptor), (16, 1, 6, irom, &code), (22, 3, 0, 0, names)];
    let mut file = Vec::new();
    file.extend_from_slice(b"\x7FELF\x01\x01\x01\0\0\0\0\0\0\0\0\0");
    let body = 52 + 2 * 32;
    let length: usize = sections.iter().map(|section| section.4.len().next_multiple_of(4)).sum();
    let words =
        |file: &mut Vec<u8>, words: &[u32]| words.iter().for_each(|word| file.extend(word.to_le_bytes()));
    words(
        &mut file,
        &[2 | 243 << 16, 1, irom, 52, (body + length) as u32, 0, 52 | 32 << 16, 2 | 40 << 16, 4 | 3 << 16],
    );
    let mut at = body as u32;
    let mut headers = vec![[0; 10]];
    let mut bytes = Vec::new();
    for (name, kind, flags, address, content) in sections {
        let size = content.len() as u32;
        headers.push([name, kind, flags, address, at, size, 0, 0, 4, 0]);
        if address != 0 {
            words(&mut file, &[1, at, address, address, size, size, flags | 4, 4]);
        }
        bytes.extend_from_slice(content);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        at = (body + bytes.len()) as u32;
    }
    file.extend(bytes);
    headers.iter().for_each(|header| words(&mut file, header));
    file
}
