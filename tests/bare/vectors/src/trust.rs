//! What is signed and proved: the same bytes everywhere, and good everywhere. Lines are as those of archives.

use alloc::{format, string::String, vec, vec::Vec};
use qres_core::{
    Archive, Options,
    archive::Excerpt,
    compress,
    proof::{Circumstances, Kind, Opening, Transition},
    trust::{BadKey, Name, Seal, Sealed, Secret},
};

/// Memory that reading may take.
const LIMIT: u64 = 1 << 30;

/// Makes the lines.
pub fn lines(mut line: impl FnMut(&str)) {
    let (sealed, archive) = (sealed(), signed_archive());
    let is_sealed = Sealed::open(&sealed).is_ok_and(|sealed| sealed.content == b"what is sealed");
    line(&describe("sealed", is_sealed, &sealed));
    line(&describe("signed", is_signed(&archive), &archive));
    let excerpt =
        Archive::open(&archive[..], LIMIT).ok().and_then(|archive| archive.excerpt(5..9, None).ok());
    let excerpt = excerpt.unwrap_or_default();
    line(&describe("excerpt", Excerpt::open(&excerpt).is_ok(), &excerpt));
    let step = step();
    line(&describe("step", holds(&step), &step));
}

fn describe(name: &str, is_good: bool, bytes: &[u8]) -> String {
    let verdict =
        if is_good { format!("{}", blake3::hash(bytes).to_hex()) } else { String::from("does not decode") };
    format!("{name} 0 0 {} {verdict}", bytes.len())
}

fn secret() -> Secret {
    Secret::new([0x51; 32])
}

fn sealed() -> Vec<u8> {
    Sealed::seal(&secret().identity(), Seal::Gene, &[b"what is ", b"sealed"])
}

fn signed_archive() -> Vec<u8> {
    let text: String = (0..40).map(|row| format!("{row},{}\n", row * row % 17)).collect();
    let mut bytes = compress(text.as_bytes(), &Options::default()).unwrap_or_default();
    let footer = Archive::open(&bytes[..], LIMIT).ok().and_then(|archive| {
        let at = archive.frames().last()?.footer_at();
        Some((at, archive.sign(&secret().identity(), None).ok()?))
    });
    let (at, footer) = footer.unwrap_or_default();
    bytes.truncate(at as usize);
    bytes.extend(footer);
    bytes
}

fn is_signed(bytes: &[u8]) -> bool {
    let signatures = Archive::open(bytes, LIMIT).ok().and_then(|archive| archive.signatures().ok());
    signatures.is_some_and(|all| all.len() == 1 && all.iter().all(|signed| signed.state.is_ok()))
}

fn step() -> Vec<u8> {
    let (from, to) = (Opening::new(vec![-7], &[1; 64]), Opening::new(vec![9], &[2; 64]));
    let (context, previous, name) = ([3; 32], [4; 32], Name::default());
    let circumstances = Circumstances { kind: Kind::Gene, context, bound: 20, round: 5, previous, name };
    Transition::prove(&secret().identity(), (&from, &to), &circumstances, &[6; 32]).unwrap_or_default()
}

fn holds(step: &[u8]) -> bool {
    Sealed::open(step).is_ok_and(|sealed| Transition::of(&sealed).is_ok_and(|step| step.verify().is_ok()))
}

/// Any bytes as keys, names, signed files, excerpts and archives that are signed; the first byte says as which.
pub fn read(data: &[u8]) {
    let Some((what, data)) = data.split_first() else { return };
    match what % 5 {
        0 => match Secret::parse(data) {
            Ok(secret) => assert_eq!(secret.to_text().as_bytes(), data),
            Err(BadKey::Form | BadKey::Damaged) => {}
        },
        1 => {
            let sealed = Sealed { kind: Seal::Transition, content: data, name: secret().identity().name() };
            let _ = Transition::of(&sealed).map(|step| step.numbers < 9 && step.verify().is_ok());
        }
        2 => drop(Sealed::open(data)),
        // No archive was signed whose signature a fuzzer could know.
        3 => assert!(Excerpt::open(data).is_err()),
        _ => {
            let _ = Archive::open(data, LIMIT).map(|archive| archive.signatures().is_ok());
        }
    }
}
