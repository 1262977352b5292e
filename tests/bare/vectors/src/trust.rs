//! What is signed and proved: the same bytes everywhere, and good everywhere. Lines are as those of archives.

use alloc::{format, string::String, vec, vec::Vec};
use qres_core::{
    Archive, Options,
    archive::Excerpt,
    compress,
    proof::{
        Circumstances, Kind, Opening, Transition,
        masked::{Joins, Member, Plan, Steps, agreed, sum},
    },
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
    let (masked, is_sum) = masked().unwrap_or_default();
    line(&describe("masked", is_sum, &masked));
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

/// A plan of three participants.
fn plan() -> Option<(Plan, Vec<u8>, [Secret; 3])> {
    let mut secrets = [1, 2, 3].map(|seed| Secret::new([seed; 32]));
    secrets.sort_by_key(|secret| secret.identity().name());
    let plan = Plan {
        round: 1,
        numbers: 1,
        bound: 90,
        neighbours: 2,
        threshold: 2,
        gene: [4; 32],
        form: [5; 32],
        names: secrets.iter().map(|secret| secret.identity().name()).collect(),
        digest: [0; 32],
    };
    let file = plan.seal(&secret().identity()).ok()?;
    Some((Plan::open(&file).ok()?.0, file, secrets))
}

/// All files of a masked sum, and whether it is the sum.
fn masked() -> Option<(Vec<u8>, bool)> {
    let (plan, file, secrets) = plan()?;
    let members: Option<Vec<Member<'_>>> =
        secrets.iter().map(|secret| Member::new(&plan, secret).ok()).collect();
    let members = members?;
    let all = |of: &dyn Fn(&Member<'_>, i32) -> Option<Vec<u8>>| -> Option<Vec<Vec<u8>>> {
        members.iter().zip(1..).map(|(member, step)| of(member, step)).collect()
    };
    let joins = all(&|member, step| member.join(&[7 + 10 * step]).ok())?;
    let joined = Joins::read(&plan, &slices(&joins)).ok()?;
    let steps = all(&|member, step| member.step(&[7], &[7 + 10 * step], &joined, &[6; 32]).ok())?;
    let stepped = Steps::read(&plan, &[7], &joined, &slices(&steps)).ok()?;
    let rolls = all(&|member, _| Some(member.roll(&joined, &stepped)))?;
    let roll = agreed(&plan, &slices(&rolls)).ok()?;
    let shares = all(&|member, _| member.shares(&joined, &roll).ok())?;
    let sum = sum(&plan, &[7], (&joined, &stepped, &roll), &slices(&shares)).ok()?;
    let files = [vec![file], joins, steps, rolls, shares].concat().concat();
    Some((files, sum == (vec![60], 3)))
}

fn slices(files: &[Vec<u8>]) -> Vec<&[u8]> {
    files.iter().map(Vec::as_slice).collect()
}

/// The content of a packet of a masked sum, signed by each participant as each kind: shown to all parsers.
fn read_masked(data: &[u8]) {
    let Some((kind, data)) = data.split_first() else { return };
    let Some((plan, _, secrets)) = plan() else { return };
    let kinds = [Seal::Plan, Seal::Join, Seal::Step, Seal::Roll, Seal::Shares];
    let kind = kinds.into_iter().nth(usize::from(kind % 5)).unwrap_or(Seal::Plan);
    let files: Vec<Vec<u8>> =
        secrets.iter().map(|secret| Sealed::seal(&secret.identity(), kind, &[&plan.digest, data])).collect();
    let _ = Plan::open(&Sealed::seal(&secret().identity(), Seal::Plan, &[data]));
    let _ = agreed(&plan, &slices(&files));
    if let Ok(joins) = Joins::read(&plan, &slices(&files)) {
        let _ = Steps::read(&plan, &[7], &joins, &slices(&files));
        for secret in &secrets {
            let _ = Member::new(&plan, secret).map(|me| me.step(&[7], &[8], &joins, &[6; 32]).is_ok());
        }
    }
}

/// Any bytes as keys, names, signed files, excerpts, packets of masked sums and archives that are signed; the first byte says as which.
pub fn read(data: &[u8]) {
    let Some((what, data)) = data.split_first() else { return };
    match what % 6 {
        0 => match Secret::parse(data) {
            Ok(secret) => assert_eq!(secret.to_text().as_bytes(), data),
            Err(BadKey::Form | BadKey::Damaged) => {}
        },
        1 => {
            let sealed = Sealed { kind: Seal::Transition, content: data, name: secret().identity().name() };
            let _ = Transition::of(&sealed).map(|step| step.numbers < 9 && step.verify().is_ok());
        }
        2 => drop(Sealed::open(data)),
        4 => read_masked(data),
        // No archive was signed whose signature a fuzzer could know.
        3 => assert!(Excerpt::open(data).is_err()),
        _ => {
            let _ = Archive::open(data, LIMIT).map(|archive| archive.signatures().is_ok());
        }
    }
}
