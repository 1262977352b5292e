//! How much memory a codec takes: the most that was resident while it worked, beyond what it was given.
//!
//! Each codec works once in a process of its own, started from this program, because what an allocator has got it does not
//! return. The process reads the text (or the archive) from stdin and prints one number. The system counts, so that memory
//! of C libraries counts as well; it counts in pages, and a few of them late: what is below a megabyte is a guess. Only
//! Linux tells; elsewhere nothing is measured.

use super::{
    corpus::Dataset,
    peers::{Codec, Tried, values::Values},
};
use serde::Serialize;
use std::{
    env, fs,
    io::Write,
    process::{Command, Stdio},
};

/// Bytes.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Peak {
    pub(crate) encode: u64,
    pub(crate) decode: u64,
}

/// Measures `codec`, whose archive of `dataset` is `archive`; `None` where the system does not tell.
pub(crate) fn measure(codec: &Codec, dataset: &Dataset, archive: &[u8]) -> Option<Peak> {
    status("VmHWM")?;
    let encode = ask(&codec.name, None, &dataset.text)?;
    let decode = ask(&codec.name, Some(dataset.text.len()), archive)?;
    Some(Peak { encode, decode })
}

/// Starts this program anew and hands it `input`.
fn ask(codec: &str, text_bytes: Option<usize>, input: &[u8]) -> Option<u64> {
    let mut command = Command::new(env::current_exe().ok()?);
    command.args(["bench", "--memory-of", codec]);
    if let Some(bytes) = text_bytes {
        command.arg("--decoding").arg(bytes.to_string());
    }
    // What is freed goes back at once, so that resident is what is in use.
    command
        .env("MALLOC_MMAP_THRESHOLD_", "65536")
        .env("MALLOC_TRIM_THRESHOLD_", "65536")
        .env("MALLOC_TOP_PAD_", "0");
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    let sent = child.stdin.take().map(|mut stdin| stdin.write_all(input));
    let output = child.wait_with_output().ok()?;
    sent?.ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// In that process: bytes at the peak of encoding `input`, or of decoding it to so many bytes of text.
pub(crate) fn of(codec: &Codec, input: &[u8], decoding: Option<usize>) -> Tried<u64> {
    if let Some(text_bytes) = decoding {
        return rise(|| codec.decode(input, text_bytes).map(drop));
    }
    let values = if codec.keeps_text() { Values::default() } else { Values::parse(input) };
    let job = codec.job(input, &values)?.ok_or("nothing to measure")?;
    rise(|| job.encode().map(drop))
}

/// How far the memory of this process rises while `work` is done.
fn rise(work: impl FnOnce() -> Tried<()>) -> Tried<u64> {
    // From now on the peak is a new one. Where that is not allowed, the old peak was a low one.
    let _ = fs::write("/proc/self/clear_refs", "5");
    let before = status("VmRSS").ok_or("this system does not tell")?;
    work()?;
    let peak = status("VmHWM").ok_or("this system does not tell")?;
    Ok(peak.saturating_sub(before))
}

/// A line of what Linux knows about this process, in bytes.
fn status(name: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_work_takes_is_seen() {
        if status("VmHWM").is_none() {
            return;
        }
        let rise = rise(|| {
            std::hint::black_box(vec![1u8; 64 << 20]);
            Ok(())
        });
        // Other tests run beside this one.
        assert!(rise.unwrap() >= 60 << 20);
    }
}
