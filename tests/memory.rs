//! Nothing in an archive makes a decoder take memory that the archive has not paid for, or that its header did not declare.

use peak_alloc::PeakAlloc;
use qres_core::{
    Error,
    frame::{Config, MAGIC, VERSION},
};
use vectors::archive;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// What the decoder of archives has beside the segment that it decodes: the index, the smallest model, and small change.
const SLACK: usize = 256 << 10;
/// What a byte of an archive may pay for: a block of numbers that are all the same is a few bytes long.
const PAID: usize = 16 << 10;

/// What decoding gives, and the bytes it took at most.
fn decompress(archive: &[u8], limit: u64) -> (Result<Vec<u8>, Error>, usize) {
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    let result = archive::decompress(archive, limit);
    (result, HEAP.peak_usage() - before)
}

/// One test: another thread's memory would be counted too.
#[test]
fn memory_is_declared_and_paid_for() {
    sound_archives_take_what_they_declare();
    invented_sizes_are_not_believed();
    changed_sizes_are_not_believed();
}

fn sound_archives_take_what_they_declare() {
    for vector in vectors::all() {
        for level in vectors::levels() {
            let segment = 1 << 14;
            let archive = archive::compress(&vector.bytes, &Config { level, input: vector.input, segment });
            let (text, taken) = decompress(&archive, u64::MAX);
            // All the text is kept here too, in a buffer that may have doubled before.
            let allowed = declared(&archive) + 3 * vector.bytes.len() + SLACK;
            assert!(taken <= allowed, "{} at {level:?}: {taken} of {allowed} bytes", vector.name);
            assert_eq!(text.as_ref(), Ok(&vector.bytes));
        }
    }
}

fn declared(archive: &[u8]) -> usize {
    1 << (archive[MAGIC.len() + 1] & 0x3F)
}

/// Headers and segments that promise gigabytes in a few bytes.
fn invented_sizes_are_not_believed() {
    let most: &[u8] = &[0xFF, 0xFF, 0xFF, 0xFF, 0x0F];
    let schemas: [&[u8]; 4] = [&[0], &[1, b',', 0, 3, 0], &[1, b',', 0, 0x80, 0x20, 0], &[5, 0x80, 0x20]];
    for schema in schemas {
        for class in [20, 36, 40] {
            for tag in 0xA0..=0xA7u8 {
                for fill in [0, 1, 0x7F, 0xFF] {
                    let sizes = [&[tag][..], most, most, &[40], &[0; 4]].concat();
                    let archive = [&MAGIC[..], &[VERSION, class], schema, &sizes, &[fill; 40]].concat();
                    let (result, taken) = decompress(&archive, u64::MAX);
                    assert!(result.is_err());
                    assert!(
                        taken <= SLACK + PAID * archive.len(),
                        "{taken} bytes for class {class}, tag {tag:x}, {fill:x}s"
                    );
                }
            }
        }
    }
}

/// Every byte of small archives, one after the other, made as large as it goes.
fn changed_sizes_are_not_believed() {
    for vector in vectors::all() {
        for level in vectors::levels() {
            let text = &vector.bytes[..vector.bytes.len().min(600)];
            let mut archive =
                archive::compress(text, &Config { level, input: vector.input, segment: 1 << 10 });
            // The header now allows segments of 64 GiB: only what is read may hold the decoder back.
            archive[MAGIC.len() + 1] = 40;
            for at in MAGIC.len() + 2..archive.len() {
                let was = archive[at];
                for byte in [0xFF, 0x7F, 0x80] {
                    archive[at] = byte;
                    let (_, taken) = decompress(&archive, u64::MAX);
                    assert!(
                        taken <= SLACK + PAID * archive.len(),
                        "{taken} bytes: {} at {level:?}, byte {at}",
                        vector.name
                    );
                }
                archive[at] = was;
            }
        }
    }
}
